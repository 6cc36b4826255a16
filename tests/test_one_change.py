"""One change, one answer: every spelling of known changes, from VCF, MAF and tables to therapies.

The genome and gene models are those of the shared test data, cut to a contig a gene, so that the
annotator's database is small. Tables of names need no genome.
"""

import subprocess
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pysam
import pytest

from believe_calls import Settings as Belief
from believe_calls import believe, gather
from collect_candidates import Settings, Sources, Tumor, sample_candidates
from consilium.enumeration import reverse_complement
from consilium.evidence import Annotation
from consilium.genes import Transcript, choose_transcripts, read_transcripts
from consilium.knowledge import read_knowledge
from consilium.knowledge.aliases import present_name
from consilium.knowledge.protein import parse_protein, same_change
from consilium.lifting import read_lift
from consilium.matching.interpret import Facts, Limits, interpret
from consilium.matching.matcher import Matcher
from consilium.outside import known_to, read_table
from consilium.records import Clinical
from consilium.tables import read_rows
from consilium.targets import Targets
from consilium.tumors import read_tumors
from consilium.vcf import Allele, write_alleles
from describe_alleles import Inputs, main
from gather_events import events_of_variants
from matching_cases import SETTINGS
from select_transcripts import gff_lines
from tabulate_variants import Tables, key, variant

ROOT = Path(__file__).parents[1]
KIT = ROOT.parent / "shared" / "data" / "reference"
SNPEFF = ROOT / "envs" / "bin" / "snpEff"
GENES = ("EGFR", "BRAF", "KRAS", "BRCA2", "MET", "FLT3", "KIT", "NPM1")
MARGIN = 2000  # bases kept on either side of a gene
COUNTING = Settings(13, 20, join_distance=12, join_min_fraction=0.9, join_min_fragments=2)
BELIEF = Belief(3, 0.01, [], 8, 0.02, 0.95, 0.001, 0)
VCF = "##fileformat=VCFv4.2\n{contigs}" + "".join(
    f'##FORMAT=<ID={name},Number=1,Type={kind},Description="x">\n'
    for name, kind in (("GT", "String"), ("PS", "Integer"))
)
VCF += "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT\n"
MAF = "Hugo_Symbol\tChromosome\tStart_Position\tReference_Allele\tTumor_Seq_Allele2\tNCBI_Build\n"
EVENTS = "kind\tgene\thgvs_p\thgvs_c\tvalue\tunit\torigin\tassessed\n"


@dataclass(frozen=True)
class Change:
    """A change: a tumour type where it matters, its alleles in GRCh38, and its names."""

    tumor: str
    gene: str
    alleles: str  # chrom:pos:ref:alt, several lie on one molecule
    protein: str | None
    coding: str | None
    names: tuple[str, ...] = ()  # other names, of protein and coding
    kind: str = "INDEL"


CHANGES = {
    "EGFR exon 19 deletion": Change(
        "LUAD", "EGFR", "chr7:55174771:AGGAATTAAGAGAAGC:A",
        "p.Glu746_Ala750del", "c.2235_2249del",
        ("E746_A750del", "p.(E746-A750del)", "c.2235_2249delGGAATTAAGAGAAGC", "c.2235_2249del15"),
    ),
    "EGFR exon 19 deletion, one base on": Change(
        "LUAD", "EGFR", "chr7:55174772:GGAATTAAGAGAAGCA:G",
        "p.Glu746_Ala750del", "c.2236_2250del", ("c.2236_2250del15",),
    ),
    "EGFR exon 20 duplication": Change(
        "LUAD", "EGFR", "chr7:55181305:A:ATGGCCAGCG",
        "p.Ala767_Val769dup", "c.2300_2308dup",
        ("A767_V769dup", "V769_D770insASV", "p.Val769_Asp770insAlaSerVal",
         "A767_V769dupASV", "c.2300_2308dupCCAGCGTGG"),
    ),
    "BRAF V600K": Change(
        "SKCM", "BRAF", "chr7:140753336:AC:TT", "p.Val600Lys", "c.1798_1799delinsAA",
        ("V600K", "p.(Val600Lys)", "c.1798_1799GT>AA", "c.1798_1799delGTinsAA"), "MNV",
    ),
    "KRAS G12D": Change(
        "COAD", "KRAS", "chr12:25245350:C:T", "p.Gly12Asp", "c.35G>A", ("G12D", "KRAS p.G12D"),
        "SNV",
    ),
    "BRCA2 c.5946del": Change(
        "PRAD", "BRCA2", "chr13:32340300:GT:G", "p.Ser1982ArgfsTer22", "c.5946del",
        ("S1982Rfs*22", "p.S1982fs", "p.Ser1982Argfs*22", "c.5946delT"),
    ),
    "MET splice donor": Change(
        "LUAD", "MET", "chr7:116771990:G:T", None, "c.3028+1G>T", ("exon 14 skipping",), "SNV",
    ),
    "MET splice deletion": Change(
        "LUAD", "MET", "chr7:116771984:CAGAAGGTATAT:C", None, None, ("METex14 skipping",),
    ),
    "MET last base of exon 14": Change(
        "LUAD", "MET", "chr7:116771989:G:A", "p.Asp1010Asn", "c.3028G>A", ("D1010N",), "SNV",
    ),
    "FLT3 ITD": Change(
        "AML", "FLT3", "chr13:28034118:G:GATCATATTCATATTCTCTGAA", None, None,
        ("ITD", "FLT3-ITD", "internal tandem duplication"),
    ),
    "KIT W557_K558del": Change(
        "GIST", "KIT", "chr4:54727434:CAGTGGAA:CA", "p.Trp557_Lys558del", "c.1669_1674del",
        ("W557_K558del", "c.1669_1674delTGGAAG"),
    ),
    "NPM1 type A": Change(
        "AML", "NPM1", "chr5:171410539:C:CTCTG", "p.Trp288CysfsTer12", "c.860_863dup",
        ("W288Cfs*12", "p.W288fs", "type A", "c.863_864insTCTG", "c.860_863dupTCTG"),
    ),
}  # fmt: skip


@cache
def matcher():
    base = read_knowledge(ROOT / "resources" / "knowledge")
    tumors = read_tumors(ROOT / "resources" / "tumors.tsv")
    return Matcher(base, tumors, SETTINGS, "2026-11-23", ("FDA", "EMA"))


@cache
def context():
    limits = {"amplified_copies": 6, "deleted_copies": 0.5}
    return replace(known_to(ROOT / "resources" / "knowledge", limits, "GRCh38"), sample="T")


def rows(tumor, events):
    """What is said of therapies, without the name under which the change was observed."""
    facts = Facts("P", tumor, Clinical("P"), None)
    told = interpret(facts, events, matcher(), Limits(180, 365))[0]
    return {
        (r["regimen"], r["predicate"], r["direction"], r["tier"], r["action"])
        for r in told["therapies"]
    }


class Kit:
    """The genes' contigs, and the alleles of GRCh38 on them."""

    def __init__(self, folder):
        """Write genome, models and the annotator's database."""
        every = choose_transcripts(read_transcripts(KIT / "genes.gff3.gz"), [], {})
        self.offset, self.transcripts = {}, []
        self.folder, self.fasta = folder, folder / "genome.fa"
        with self.fasta.open("w") as out, pysam.FastaFile(str(KIT / "grch38_partial.fa.gz")) as g:
            for gene in GENES:
                model = every[gene]
                start = model.exons[0][0] - MARGIN
                bases = g.fetch(model.chrom, start, model.exons[-1][1] + MARGIN)
                out.write(f">{gene}\n{bases}\n")
                self.offset[gene] = start
                self.transcripts.append(moved(model, gene, start))
        (folder / "models").mkdir()
        (folder / "models" / "sequences.fa").symlink_to(self.fasta)
        lines = "".join(line for t in self.transcripts for line in gff_lines(t))
        for path in (folder / "genes.gff3", folder / "models" / "genes.gff"):
            path.write_text("##gff-version 3\n" + lines)
        (folder / "snpEff.config").write_text("data.dir = .\nmodels.genome : models\n")
        self.snpeff("build", "-gff3", "-noCheckCds", "-noCheckProtein")
        self.genome = pysam.FastaFile(str(self.fasta))
        # The other build is this one read backwards: every coordinate and strand must be lifted.
        sizes = dict(zip(self.genome.references, self.genome.lengths, strict=True))
        chain = folder / "backwards.chain"
        chain.write_text(
            "".join(
                f"chain 1 {gene} {n} + 0 {n} {gene} {n} - 0 {n} 1\n{n}\n\n"
                for gene, n in sizes.items()
            )
        )
        lift = read_lift("GRCh38", {"GRCh37": str(chain)})
        by_contig = {t.chrom: [t] for t in self.transcripts}
        self.sources = Sources(self.genome, by_contig, COUNTING, lift)
        self.annotations = {}

    def snpeff(self, command, *options, last=()):
        common = ["-nodownload", "-c", self.folder / "snpEff.config", "-dataDir", self.folder]
        words = [SNPEFF, "-Xmx1g", command, *options, *common, "models", *last]
        done = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def place(self, gene, text):
        """An allele of GRCh38 on the gene's contig."""
        _, pos, ref, alt = text.split(":")
        start = int(pos) - self.offset[gene]
        found = self.genome.fetch(gene, start - 1, start - 1 + len(ref)).upper()
        assert found == ref, (text, found)
        return Allele(gene, start, ref, alt)

    def candidates(self, name, spelling):
        """What one VCF or MAF claims; its lines are POS REF ALT GT:PS or MAF cells."""
        kind, gene, *lines = spelling
        path = self.folder / f"{name}.{kind}"
        if kind == "maf":
            rows = [(*cells, "GRCh38")[:4] for cells in lines]
            text = MAF + "".join(f"{gene}\t{gene}\t{p}\t{r}\t{a}\t{b}\n" for p, r, a, b in rows)
        else:
            contigs = "".join(f"##contig=<ID={g}>\n" for g in GENES)
            text = VCF.format(contigs=contigs)
            text += "".join(
                f"{gene}\t{p}\t.\t{r}\t{a}\t.\tPASS\t.\tGT:PS\t{call}\n" for p, r, a, call in lines
            )
        path.write_text(text)
        tumor = Tumor(name, None, {"given": str(path)}, None)
        return sample_candidates(tumor, str(self.fasta), self.sources)[0]

    def events(self, spellings):
        """Events by spelling; one run of the annotator for all."""
        found = {name: self.candidates(name, text) for name, text in spellings.items()}
        alleles = [Allele(*key(row)) for rows in found.values() for row in rows]
        sites, annotated = self.folder / "sites.vcf", self.folder / "annotated.vcf"
        write_alleles(sites, self.genome, alleles)
        plain = ["-noLog", "-noStats", "-no-downstream", "-no-intergenic", "-ud", "1000"]
        annotated.write_text(self.snpeff("ann", *plain, last=[sites]))
        models = str(self.folder / "genes.gff3")
        table = self.folder / "annotations.tsv"
        main(Inputs(str(annotated), models, str(self.fasta), None, None, None), str(table))
        annotations = {key(row): row for row in read_rows(table, Annotation)}
        return {name: self.told(name, rows, annotations) for name, rows in found.items()}

    def told(self, name, candidates, annotations):
        tables = Tables(annotations, {}, {})
        evidence = gather(candidates, [], annotations, {name: Targets(None)})
        beliefs = [believe(item, BELIEF) for item in evidence]
        pairs = zip(candidates, beliefs, strict=True)
        return list(events_of_variants(variant(c, b, tables) for c, b in pairs))


def moved(model: Transcript, contig: str, start: int) -> Transcript:
    """A transcript on a contig that begins at `start`."""

    def shift(parts):
        return tuple((a - start, b - start) for a, b in parts)

    return replace(model, chrom=contig, exons=shift(model.exons), coding=shift(model.coding))


def spellings(kit, change):
    """VCF and MAF spellings of a change: as it is, shifted, padded, split and phased."""
    gene = change.gene
    one = kit.place(gene, change.alleles)
    pos, ref, alt = one.pos, one.ref, one.alt
    before = kit.genome.fetch(gene, pos - 4, pos - 1).upper()
    after = kit.genome.fetch(gene, one.end, one.end + 2).upper()
    right = shifted(kit, one)
    lines = {
        "vcf as it is": ("vcf", (pos, ref, alt)),
        "vcf in lower case": ("vcf", (pos, ref.lower(), alt.lower())),
        "vcf padded": ("vcf", (pos - 3, before + ref + after, before + alt + after)),
        "vcf to the right": ("vcf", (right.pos, right.ref, right.alt)),
        "maf": ("maf", bare(one)),
        "maf to the right": ("maf", bare(right)),
        "maf of another build": ("maf", (*backwards(kit, gene, bare(one)), "GRCh37")),
        "maf padded": ("maf", (pos - 3, before + ref + after, before + alt + after)),
    }
    found = {
        name: (kind, gene, (*cells, "0/1:.") if kind == "vcf" else cells)
        for name, (kind, cells) in lines.items()
    }
    if change.kind == "MNV":
        singles = [(pos + n, r, a) for n, (r, a) in enumerate(zip(ref, alt, strict=True))]
        found["vcf in phase"] = ("vcf", gene, *((*cells, f"0|1:{pos}") for cells in singles))
        found["vcf in phase, other side"] = (
            "vcf", gene, *((*cells, f"1|0:{pos}") for cells in singles),
        )  # fmt: skip
    return found


def shifted(kit, allele):
    """An insertion or deletion behind its anchor, as far to the right as it goes."""
    if len(allele.ref) == len(allele.alt):
        return allele
    shared = 0
    while shared < min(len(allele.ref), len(allele.alt)) and (
        allele.ref[shared] == allele.alt[shared]
    ):
        shared += 1
    pos, ref, alt = allele.pos + shared - 1, allele.ref[shared - 1 :], allele.alt[shared - 1 :]
    while True:
        following = kit.genome.fetch(allele.chrom, pos - 1 + len(ref), pos + len(ref)).upper()
        longer = ref + following, alt + following
        if longer[0][1] != longer[1][1]:
            return Allele(allele.chrom, pos, ref, alt)
        pos, ref, alt = pos + 1, longer[0][1:], longer[1][1:]


def backwards(kit, gene, cells):
    """Cells of a MAF on the contig read backwards."""
    pos, ref, alt = cells
    size = kit.genome.get_reference_length(gene)
    start = size - pos if ref == "-" else size - (pos + len(ref) - 1) + 1
    return start, *(reverse_complement(side) if side != "-" else side for side in (ref, alt))


def bare(allele):
    """Position, reference and alternative as MAF writes them."""
    pos, ref, alt = allele.pos, allele.ref, allele.alt
    while ref and alt and len(ref) != len(alt) and ref[0] == alt[0]:
        pos, ref, alt = pos + 1, ref[1:], alt[1:]
    return (pos - (not ref), ref or "-", alt or "-")


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Events of every spelling of every change: change -> spelling -> events."""
    if not KIT.exists():
        pytest.skip(f"the test data kit is not at {KIT}")
    kit = Kit(tmp_path_factory.mktemp("kit"))
    every = {
        f"{number}-{n}": (name, spelling, text)
        for number, (name, change) in enumerate(CHANGES.items())
        for n, (spelling, text) in enumerate(spellings(kit, change).items())
    }
    special = {
        "cis": pair(kit, "KRAS", CIS_KRAS, "0|1:1"),
        "phase unknown": pair(kit, "KRAS", CIS_KRAS, "0/1:."),
        "one record": ("vcf", "KRAS", (*at(kit, "KRAS", "chr12:25245347:CCAC:TCAT"), "0/1:.")),
        "V600E and V600M": pair(kit, "BRAF", V600, "0/1:."),
        "V600E and V600M, MAF": ("maf", "BRAF", *(at(kit, "BRAF", text) for text in V600)),
        "V600E in trans": (
            "vcf",
            "BRAF",
            *(
                (*at(kit, "BRAF", text), f"{call}:1")
                for text, call in zip(V600, ("0|1", "1|0"), strict=True)
            ),
        ),
    }
    events = kit.events({id_: text for id_, (_, _, text) in every.items()} | special)
    found = {name: {} for name in CHANGES}
    for id_, (name, spelling, _) in every.items():
        found[name][spelling] = events[id_]
    return found | {name: events[name] for name in special}


CIS_KRAS = ("chr12:25245347:C:T", "chr12:25245350:C:T")  # G13D and G12D
V600 = ("chr7:140753336:A:T", "chr7:140753337:C:T")  # V600E and V600M; together V600K


def at(kit, gene, text):
    """Position, reference and alternative on the gene's contig."""
    allele = kit.place(gene, text)
    return allele.pos, allele.ref, allele.alt


def pair(kit, gene, alleles, call):
    """Two records with the same genotype and phase set."""
    return ("vcf", gene, *((*at(kit, gene, text), call) for text in alleles))


def same(events):
    return {(e.gene, e.hgvs_p, e.hgvs_c, e.kind, e.assessed, e.exon) for e in events}


@pytest.mark.parametrize("name", CHANGES)
def test_every_spelling_gives_the_same_events_and_therapies(told, name):
    change = CHANGES[name]
    first = told[name]["vcf as it is"]
    (event,) = first
    assert event.gene == change.gene
    if change.coding:
        assert (event.hgvs_p, event.hgvs_c) == (change.protein, change.coding)
    wanted = rows(change.tumor, first)
    assert any(tier in {"I-A", "R-I"} for *_, tier, _ in wanted)
    for spelling, events in told[name].items():
        assert same(events) == same(first), spelling
        assert rows(change.tumor, events) == wanted, spelling


def typed(tmp_path, table, cells, kind="INDEL"):
    """Events of one row of a table of names."""
    path = tmp_path / f"{table}.tsv"
    row = {"kind": kind, "origin": "UNKNOWN", "assessed": "PRESENT"} | cells
    header = ["kind", "gene", "hgvs_p", "hgvs_c", "value", "unit", "origin", "assessed"]
    if table == "named_variants":
        header = ["kind", "gene", "hgvs_p", "hgvs_c", "origin"]
    path.write_text("\t".join(header) + "\n" + "\t".join(row.get(c, "") for c in header) + "\n")
    return read_table(table, path, context())


NAMED = [
    pytest.param(change, {column: text}, id=f"{name}: {text}")
    for name, change in CHANGES.items()
    for text in (change.protein, change.coding, *change.names)
    if text
    for column in ["hgvs_c" if text.startswith("c.") else "hgvs_p"]
]


@pytest.mark.parametrize("table", ["events", "named_variants"])
@pytest.mark.parametrize(("change", "cells"), NAMED)
def test_every_name_gives_the_therapies_of_the_alleles(told, tmp_path, table, change, cells):
    name = next(name for name, known in CHANGES.items() if known is change)
    events = typed(tmp_path, table, {"gene": change.gene} | cells, change.kind)
    assert rows(change.tumor, events) == rows(change.tumor, told[name]["vcf as it is"])


def test_neighbouring_codons_in_cis_keep_both_changes(told, tmp_path):
    wanted = rows("COAD", told["cis"])
    assert {e.hgvs_p for e in told["cis"]} == {"p.Gly12Asp", "p.Gly13Asp"}
    assert {e.phase_set for e in told["cis"]} == {"P1"}
    assert ("cetuximab", "resistance", "supports", "R-I", "AVOID") in wanted
    for name in ("phase unknown", "one record"):
        assert same(told[name]) == same(told["cis"])
        assert rows("COAD", told[name]) == wanted
    for name in ("G12_G13delinsDD", "p.Gly12_Gly13delinsAspAsp"):
        events = typed(tmp_path, "events", {"gene": "KRAS", "hgvs_p": name}, "MNV")
        assert rows("COAD", events) == wanted


@pytest.mark.parametrize("name", ["V600E and V600M", "V600E and V600M, MAF"])
def test_changes_of_one_codon_without_a_phase_are_open(told, name):
    assert {e.hgvs_p for e in told[name]} == {"p.Val600Glu", "p.Val600Met"}
    found = rows("SKCM", told[name])
    assert not [row for row in found if row[3] in {"I-A", "I-B"} and row[0] == "encorafenib"]
    facts = Facts("P", "SKCM", Clinical("P"), None)
    document = interpret(facts, told[name], matcher(), Limits(180, 365))[0]
    assert "it is not known whether they are on the same allele" in str(document)


def test_changes_of_one_codon_in_trans_stay_two(told):
    assert {e.hgvs_p for e in told["V600E in trans"]} == {"p.Val600Glu", "p.Val600Met"}
    assert len({e.phase_set for e in told["V600E in trans"]}) == 2
    wanted = ("vemurafenib", "sensitivity", "supports", "I-A", "ACT")
    assert wanted in rows("SKCM", told["V600E in trans"])


@pytest.mark.parametrize("unit", ["PHASE", "phase"])
def test_phased_rows_of_a_table_are_one_change(told, tmp_path, unit):
    path = tmp_path / "events.tsv"
    path.write_text(
        EVENTS
        + f"SNV\tBRAF\tV600E\tc.1799T>A\tPS1\t{unit}\t\tPRESENT\n"
        + f"SNV\tBRAF\tV600M\tc.1798G>A\tPS1\t{unit}\t\tPRESENT\n"
    )
    events = read_table("events", path, context())
    assert rows("SKCM", events) == rows("SKCM", told["BRAF V600K"]["vcf as it is"])


@pytest.mark.parametrize(
    "name",
    [
        "p.Y772_A775dup", "p.Tyr772_Ala775dup", "Y772_A775dupYVMA", "A775_G776insYVMA",
        "p.Ala775_Gly776insTyrValMetAla", "E770_A771insAYVM", "p.Glu770_Ala771insAlaTyrValMet",
        "A771_Y772insYVMA", "M774_A775insAYVM", "Y772_V773insVMAY", "V773_M774insMAYV",
    ],
)  # fmt: skip
def test_the_commonest_insertion_of_erbb2_by_its_names(tmp_path, name):
    first = typed(tmp_path, "events", {"gene": "ERBB2", "hgvs_p": "p.Tyr772_Ala775dup"})
    assert any(tier == "I-A" for *_, tier, _ in rows("LUAD", first))
    for table in ("events", "named_variants"):
        events = typed(tmp_path, table, {"gene": "ERBB2", "hgvs_p": name})
        assert rows("LUAD", events) == rows("LUAD", first)
    exact = matcher().base.aliases["ERBB2"]
    known = matcher().base.residues["ERBB2"]
    change = parse_protein(present_name(events[0].hgvs_p, exact))
    assert same_change(change, parse_protein("p.Y772_A775dup"), known)
