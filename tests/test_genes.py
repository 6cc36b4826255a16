"""Codons, exons and c. positions against the genome, and named changes as alleles."""

from pathlib import Path

import pysam
import pytest

from consilium.enumeration import Enumerator
from consilium.genes import Transcript, choose_transcript, choose_transcripts, read_transcripts
from consilium.knowledge import parse_profile
from consilium.loci import coding_span, find_place
from consilium.vcf import Allele, atoms, combine, normalise

KIT = Path(__file__).parents[1].parent / "shared" / "data" / "reference"

# GRCh38 places of well-known changes. Two spellings: E746_A750del is made by two deletions.
ANCHORS = {
    "BRAF p.V600E": "chr7:140753336:A:T",
    "BRAF p.V600K": "chr7:140753336:AC:TT",
    "BRAF p.G466V": "chr7:140781611:C:A",
    "KRAS p.G12C": "chr12:25245351:C:A",
    "KRAS p.G12V": "chr12:25245350:C:A",
    "KRAS p.G13D": "chr12:25245347:C:T",
    "KRAS p.Q61H": "chr12:25227341:T:G",
    "NRAS p.Q61R": "chr1:114713908:T:C",
    "EGFR p.G719S": "chr7:55174014:G:A",
    "EGFR p.S768I": "chr7:55181312:G:T",
    "EGFR p.T790M": "chr7:55181378:C:T",
    "EGFR p.L858R": "chr7:55191822:T:G",
    "EGFR p.L861Q": "chr7:55191831:T:A",
    "EGFR p.N771_H773dup": "chr7:55181317:G:GACAACCCCC",
    "EGFR p.E746_A750del": "chr7:55174772:GGAATTAAGAGAAGCA:G",
    "EGFR c.2235_2249del": "chr7:55174771:AGGAATTAAGAGAAGC:A",
    "EGFR c.2239_2248delinsC": "chr7:55174776:TTAAGAGAAG:C",
    "PIK3CA p.E545K": "chr3:179218303:G:A",
    "PIK3CA p.E542K": "chr3:179218294:G:A",
    "PIK3CA p.H1047R": "chr3:179234297:A:G",
    "IDH1 p.R132H": "chr2:208248388:C:T",
    "IDH2 p.R140Q": "chr15:90088702:C:T",
    "IDH2 p.R172K": "chr15:90088606:C:T",
    "KIT p.D816V": "chr4:54733155:A:T",
    "KIT p.K642E": "chr4:54728055:A:G",
    "TP53 p.R273H": "chr17:7673802:C:T",
    "TP53 p.R248Q": "chr17:7674220:C:T",
    "ALK p.L1196M": "chr2:29220765:G:T",
    "ALK p.F1174L": "chr2:29220829:G:T",
    "MYD88 p.L265P": "chr3:38141150:T:C",
    "JAK2 p.V617F": "chr9:5073770:G:T",
    "AKT1 p.E17K": "chr14:104780214:C:T",
    "TERT c.-124C>T": "chr5:1295113:G:A",
    "TERT c.-146C>T": "chr5:1295135:G:A",
    "MET c.3028+1G>T": "chr7:116771990:G:T",
    "CDKN2A c.203_204del": "chr9:21971154:CCG:C",
}


@pytest.fixture(scope="module")
def human():
    """Chosen transcripts and the genome of the data kit."""
    if not KIT.exists():
        pytest.skip(f"the test data kit is not at {KIT}")
    models = read_transcripts(KIT / "genes.gff3.gz")
    with pysam.FastaFile(str(KIT / "grch38_partial.fa.gz")) as genome:
        yield choose_transcripts(models, [], {}), genome


@pytest.mark.parametrize("change", ANCHORS)
def test_named_changes_have_their_known_places(human, change):
    transcripts, genome = human
    leaf = parse_profile(change)
    found = Enumerator(transcripts[leaf.gene], genome).alleles(leaf)
    assert ANCHORS[change] in map(str, found)


def test_in_frame_deletion_has_every_spelling(human):
    transcripts, genome = human
    found = Enumerator(transcripts["EGFR"], genome).alleles(parse_profile("EGFR p.E746_A750del"))
    assert [str(a) for a in found] == [
        "chr7:55174771:AGGAATTAAGAGAAGC:A",
        "chr7:55174772:GGAATTAAGAGAAGCA:G",
    ]


def test_a_residue_the_models_do_not_read_is_refused(human):
    transcripts, genome = human
    with pytest.raises(ValueError, match="reads V here, not W"):
        Enumerator(transcripts["BRAF"], genome).alleles(parse_profile("BRAF p.W600E"))


def test_a_legacy_name_is_used_where_the_models_number_by_it(human):
    transcripts, genome = human
    enumerator = Enumerator(transcripts["MYD88"], genome)
    leaf = parse_profile("MYD88 p.L252P")  # MANE Select; the kit's older version reads L at 265
    aliases = {"l265p": "p.L252P", "l273p": "p.L252P"}
    assert enumerator.renumber(leaf, aliases).change == "p.L265P"
    with pytest.raises(ValueError, match="codon 252"):
        enumerator.renumber(leaf, {})


def test_codon_gives_its_single_base_missense_changes(human):
    transcripts, genome = human
    leaf = parse_profile("KRAS codon 12")
    found = {str(a) for a in Enumerator(transcripts["KRAS"], genome).alleles(leaf)}
    # GGT>AGT,CGT,TGT,GAT,GCT,GTT; the three changes of the last base are silent
    places = ("chr12:25245351:C", "chr12:25245350:C")
    assert found == {f"{place}:{alt}" for place in places for alt in "TGA"}


# A gene on each strand of one small contig: exons 10-19 and 30-45, coding 13-19 and 30-41
#            0         1         2         3         4         5
#            012345678901234567890123456789012345678901234567890123
SEQUENCE = "TTTTTTTTTTCCCATGAAAGTTTTTTTAGCCCGGGGATTGACCCCCTTTTTTTT"


def plus():
    exons, coding = ((10, 19), (30, 46)), ((13, 19), (30, 42))
    return Transcript("ONE", "NM_1.2", "c1", 1, exons, coding)


def mirrored(transcript):
    size = len(SEQUENCE)
    flip = [
        tuple((size - b, size - a) for a, b in p) for p in (transcript.exons, transcript.coding)
    ]
    return Transcript("ONE", "NM_1.2", "c1", -1, flip[0][::-1], flip[1][::-1])


@pytest.fixture(scope="module")
def genomes(tmp_path_factory):
    """The small contig and its reverse complement."""
    made = {}
    for strand, text in (
        (1, SEQUENCE),
        (-1, SEQUENCE[::-1].translate(str.maketrans("ACGT", "TGCA"))),
    ):
        path = tmp_path_factory.mktemp("genome") / "g.fa"
        path.write_text(f">c1\n{text}\n")
        made[strand] = pysam.FastaFile(str(path))
    return made


def test_positions_on_both_strands():
    one, other = plus(), mirrored(plus())
    for base in (-14, -3, -1, 1, 6, 7, 18):
        assert other.coding_position(base) == len(SEQUENCE) - 1 - one.coding_position(base)
    assert [one.coding_position(n) for n in (-14, -3, -1, 1, 6, 7, 18)] == [
        -1, 10, 12, 13, 18, 30, 41,
    ]  # fmt: skip
    assert (one.utr_position(1), other.utr_position(1)) == (42, len(SEQUENCE) - 43)
    with pytest.raises(ValueError, match=r"c\.19"):
        one.coding_position(19)


def test_exons_are_counted_along_transcription():
    one, other = plus(), mirrored(plus())
    assert one.exon(1) == (10, 19)
    assert other.exon(1) == (len(SEQUENCE) - 19, len(SEQUENCE) - 10)
    assert one.coding_of_exon(2) == (30, 42)
    with pytest.raises(ValueError, match="no exon 3"):
        one.exon(3)


def test_a_codon_across_an_intron_has_two_intervals():
    exons = ((10, 18), (30, 46))
    split = Transcript("ONE", "NM_1.2", "c1", 1, exons, ((13, 18), (30, 43)))
    assert split.codon_intervals(2, 2) == [(16, 18), (30, 31)]
    with pytest.raises(ValueError, match="no codons 7-7"):
        split.codon_intervals(7, 7)


@pytest.mark.parametrize("change", ["p.K2N", "p.K2*", "c.4_6del", "c.6+1G>C", "c.3_4insCCC"])
def test_both_strands_spell_the_same_change(genomes, change):
    leaf = parse_profile(f"ONE {change}")
    one = Enumerator(plus(), genomes[1]).alleles(leaf)
    other = Enumerator(mirrored(plus()), genomes[-1]).alleles(leaf)
    assert one
    made = {mutated(genomes[1], allele) for allele in one}
    turned = {mutated(genomes[-1], a)[::-1].translate(str.maketrans("ACGT", "TGCA")) for a in other}
    assert made == turned


def mutated(genome, allele):
    text = genome.fetch("c1")
    assert text[allele.pos - 1 : allele.end] == allele.ref
    return text[: allele.pos - 1] + allele.alt + text[allele.end :]


def test_normalise_moves_indels_left_and_keeps_delins(genomes):
    genome = genomes[1]
    assert normalise(Allele("c1", 26, "TT", "T"), genome) == Allele("c1", 20, "GT", "G")
    assert normalise(Allele("c1", 14, "ATG", "ATC"), genome) == Allele("c1", 16, "G", "C")
    assert normalise(Allele("c1", 14, "ATGA", "AC"), genome) == Allele("c1", 15, "TGA", "C")


def test_combined_parts_are_one_allele(genomes):
    parts = [Allele("c1", 16, "GAA", "G"), Allele("c1", 20, "G", "C")]
    assert combine(parts, genomes[1]) == normalise(Allele("c1", 16, "GAAAG", "GAC"), genomes[1])
    assert atoms(Allele("c1", 5, "TTT", "ATA")) == [
        Allele("c1", 5, "T", "A"),
        Allele("c1", 7, "T", "A"),
    ]


def test_transcript_choice():
    tagged = Transcript("G", "NM_2.1", "c", 1, ((0, 9),), ((0, 9),), frozenset({"MANE_Select"}))
    primary = Transcript("G", "NM_3.1", "c", 1, ((0, 9),), ((0, 9),), frozenset({"primary"}))
    long = Transcript("G", "NM_4.7", "c", 1, ((0, 90),), ((0, 90),))
    every = [long, primary, tagged]
    assert choose_transcript(every, [], None) == tagged
    assert choose_transcript(every, [], "NM_4.9") == long
    assert choose_transcript(every, ["NM_3"], "NM_4.9") == primary
    assert choose_transcript([long, primary], [], None) == primary


def place(text):
    leaf = parse_profile(text)
    return find_place(leaf, plus() if leaf.gene == "ONE" else None)


def test_places_of_features():
    assert place("ONE codon 2").intervals == ((1, (16, 19)),)
    assert place("ONE exon 2 skipping [somatic]").intervals == ((2, (28, 44)),)
    wide = place("ONE loss_of_function")
    assert (wide.scope, len(wide.intervals)) == ("gene", 2)
    assert place("ONE fusion").event_classes == ("FUSION",)
    assert place("ONE ITD").event_classes == ("ITD",)
    assert place("ONE c.6+1G>C").intervals == ((None, (19, 20)),)
    with pytest.raises(ValueError, match="TWO is not in the gene models"):
        place("TWO codon 2")
    with pytest.raises(ValueError, match="no exon 9"):
        place("ONE exon 9 mutation")
    assert coding_span(plus(), "c.6+1G>C") == (19, 19)
