"""Fragments, not reads; exact alleles; and which changes are one."""

from pathlib import Path

import pysam
import pytest

from collect_candidates import Settings, Sources, candidates, gather_claims, relations_of_reads
from consilium.calls import Claim
from consilium.counting import Limits, clusters, observe, tally
from consilium.genes import Transcript
from consilium.vcf import Allele

LIMITS = Limits(min_base_quality=13, min_mapping_quality=1)
# A repeat (CACACA at 20-25) and unique sequence elsewhere; codons of ONE start at 40
GENOME = "GATTACAGGTCCTAGGATCGCACACATGGCTTAACGGTCAATGTTGGCGTAAGCCATTGACCTGAGTCAGATACGTTCAGG"
SETTINGS = Settings(13, 1, join_distance=12, join_min_fraction=0.9, join_min_fragments=2)


@pytest.fixture
def genome(tmp_path):
    path = tmp_path / "g.fa"
    path.write_text(f">c1\n{GENOME}\n")
    with pysam.FastaFile(str(path)) as fasta:
        yield fasta


class Reads:
    """A BAM made read by read."""

    def __init__(self, folder: Path) -> None:
        header = {"HD": {"VN": "1.6"}, "SQ": [{"SN": "c1", "LN": len(GENOME)}]}
        self.header = pysam.AlignmentHeader.from_dict(header)
        self.path = folder / "reads.bam"
        self.made: list[pysam.AlignedSegment] = []

    def add(self, name, start, sequence, cigar=None, **more):
        """A read; `flag`, `quality`, `mapping` and `mate` (its start) have ordinary defaults."""
        read = pysam.AlignedSegment(self.header)
        read.query_name, read.flag, read.reference_id = name, more.get("flag", 0), 0
        read.reference_start, read.mapping_quality = start, more.get("mapping", 60)
        read.query_sequence = sequence
        read.cigarstring = cigar or f"{len(sequence)}M"
        read.query_qualities = [more.get("quality", 30)] * len(sequence)
        if "mate" in more:
            read.next_reference_id, read.next_reference_start = 0, more["mate"]
        read.template_length = more.get("length", 0)
        self.made.append(read)

    def pair(self, name, first, second):
        """A proper pair of (start, sequence)."""
        self.add(name, *first, flag=99, mate=second[0])
        self.add(name, *second, flag=147, mate=first[0])

    def open(self):
        self.made.sort(key=lambda read: read.reference_start)
        with pysam.AlignmentFile(str(self.path), "wb", header=self.header) as out:
            for read in self.made:
                out.write(read)
        pysam.index(str(self.path))
        return pysam.AlignmentFile(str(self.path))


@pytest.fixture
def reads(tmp_path):
    return Reads(tmp_path)


def changed(start, end, pos, base):
    """Reference bases with one base (1-based `pos`) replaced."""
    text = list(GENOME[start:end])
    text[pos - 1 - start] = base
    return "".join(text)


def count(reads, genome, allele):
    with reads.open() as bam:
        return tally(allele, observe(bam, genome, [allele], LIMITS)[allele])


SNV = Allele("c1", 31, "T", "C")


def test_overlapping_mates_are_one_fragment(reads, genome):
    reads.pair("a", (10, changed(10, 50, 31, "C")), (20, changed(20, 60, 31, "C")))
    reads.pair("b", (10, GENOME[10:50]), (20, GENOME[20:60]))
    found = count(reads, genome, SNV)
    assert (found.depth, found.alt, found.forward, found.reverse) == (2, 1, 1, 0)


def test_mates_that_disagree_show_the_better_base_and_a_tie_shows_none(reads, genome):
    reads.add("a", 10, changed(10, 50, 31, "C"), flag=99, quality=20, mate=20)
    reads.add("a", 20, GENOME[20:60], flag=147, quality=35, mate=10)
    reads.pair("b", (10, changed(10, 50, 31, "C")), (20, GENOME[20:60]))
    found = count(reads, genome, SNV)
    assert (found.depth, found.alt) == (2, 0)


def test_unpaired_reads_of_one_name_are_two_fragments(reads, genome):
    for flag in (0, 16):
        reads.add("a", 10, changed(10, 50, 31, "C"), flag=flag)
    assert count(reads, genome, SNV).alt == 2


@pytest.mark.parametrize(
    ("more", "counted"),
    [
        ({}, 1),
        ({"flag": 0x100}, 0),
        ({"flag": 0x200}, 0),
        ({"flag": 0x800}, 1),
        ({"flag": 0x1}, 0),  # paired, but not properly
        ({"mapping": 0}, 0),
        ({"quality": 12}, 0),
        ({"quality": 13}, 1),
    ],
)
def test_which_reads_count(reads, genome, more, counted):
    reads.add("a", 10, changed(10, 50, 31, "C"), **more)
    found = count(reads, genome, SNV)
    assert (found.depth, found.alt) == (counted, counted)


def test_duplicates_count_only_in_the_columns_that_say_so(reads, genome):
    reads.add("a", 10, changed(10, 50, 31, "C"))
    reads.add("b", 10, changed(10, 50, 31, "C"), flag=0x400)
    found = count(reads, genome, SNV)
    assert (found.depth, found.alt, found.depth_all, found.alt_all) == (1, 1, 2, 2)


@pytest.mark.parametrize("cigar", ["10M2D28M", "12M2D26M", "14M2D24M"])
def test_a_deletion_counts_wherever_the_aligner_put_it(reads, genome, cigar):
    reads.add("a", 10, GENOME[10:20] + GENOME[22:50], cigar)
    reads.add("b", 10, GENOME[10:50])
    found = count(reads, genome, Allele("c1", 20, "GCA", "G"))
    assert (found.depth, found.alt) == (2, 1)


def test_another_indel_of_the_same_place_is_another_allele(reads, genome):
    reads.add("a", 10, GENOME[10:20] + GENOME[24:50], "10M4D26M")
    reads.add("b", 10, GENOME[10:20] + "CA" + GENOME[20:50], "10M2I30M")
    assert count(reads, genome, Allele("c1", 20, "GCA", "G")).alt == 0
    assert count(reads, genome, Allele("c1", 20, "G", "GCA")).alt == 1


def test_a_clipped_read_that_goes_on_as_the_allele_predicts_counts(reads, genome):
    made = GENOME[10:40] + "CCGGAATTCCGG" + GENOME[40:52]
    reads.add("right", 10, made, "30M24S")
    reads.add("left", 40, made[20:], "22S12M")
    reads.add("noise", 10, GENOME[10:40] + "TTTTTTTTTTTTTTTTTTTT", "30M20S")
    found = count(reads, genome, Allele("c1", 40, "A", "ACCGGAATTCCGG"))
    assert (found.depth, found.alt) == (3, 2)


def test_an_mnv_is_fragments_that_carry_all_its_bases(reads, genome):
    both = changed(10, 50, 31, "C")[:21] + "C" + GENOME[32:50]
    reads.add("both", 10, both)
    reads.add("one", 10, changed(10, 50, 31, "C"))
    reads.add("ends within", 10, changed(10, 31, 31, "C"))
    found = count(reads, genome, Allele("c1", 31, "TT", "CC"))
    assert (found.depth, found.alt) == (2, 1)


def test_a_replacement_counts_however_it_is_aligned(reads, genome):
    allele = Allele("c1", 31, "TTAACGG", "C")
    made = GENOME[10:30] + "C" + GENOME[37:60]
    reads.add("as one", 10, made, "20M6D24M")
    reads.add("split", 10, made, "20M1I7D23M")
    reads.add("wild", 10, GENOME[10:60])
    reads.add("short", 10, GENOME[10:33])
    found = count(reads, genome, allele)
    assert (found.depth, found.alt) == (3, 2)


def test_clusters_keep_neighbours_together():
    alleles = [Allele("c1", p, "A", "C") for p in (5, 90, 300)] + [Allele("c2", 301, "A", "C")]
    assert [len(group) for group in clusters(alleles, 100)] == [2, 1, 1]


# ONE codes from c1:40 on: ATG TTG GCG TAA
ONE = Transcript("ONE", "NM_1.1", "c1", 1, ((30, 60),), ((40, 52),))


def joined(reads, genome, alleles):
    """Candidates by spelling, from reads and alleles that one caller passed."""
    sources = Sources(genome, {"c1": [ONE]}, SETTINGS)
    none = (None, None, None, None)
    claimed = gather_claims(Claim(allele, "mutect2", (), None, *none) for allele in alleles)
    with reads.open() as bam:
        relations = relations_of_reads(bam, sorted(claimed), sources)
    rows = candidates("S", claimed, relations, sources)
    return {f"{row.pos}{row.ref}>{row.alt}": row for row in rows}


def carrying(*changes):
    text = list(GENOME)
    for pos, base in changes:
        text[pos - 1] = base
    return "".join(text)[20:70]


def test_changes_of_one_codon_in_cis_become_one(reads, genome):
    for n in range(6):
        reads.add(f"r{n}", 20, carrying((44, "G"), (46, "C")))
    rows = joined(reads, genome, [Allele("c1", 44, "T", "G"), Allele("c1", 46, "G", "C")])
    assert rows["44TTG>GTC"].joined_from == ("c1:44:T:G", "c1:46:G:C")
    assert rows["44TTG>GTC"].callers == ("mutect2",)
    assert rows["44T>G"].part_of == rows["46G>C"].part_of == "c1:44:TTG:GTC"


def test_changes_of_one_codon_in_trans_stay_two_and_say_so(reads, genome):
    for n in range(6):
        reads.add(f"a{n}", 20, carrying((44, "G")))
        reads.add(f"b{n}", 20, carrying((46, "C")))
    rows = joined(reads, genome, [Allele("c1", 44, "T", "G"), Allele("c1", 46, "G", "C")])
    assert set(rows) == {"44T>G", "46G>C"}
    phases = {row.phase_set for row in rows.values()}
    assert len(phases) == 2 and None not in phases


def test_a_change_on_half_of_the_carriers_is_not_joined(reads, genome):
    for n in range(10):
        reads.add(f"both{n}", 20, carrying((44, "G"), (46, "C")))
        reads.add(f"one{n}", 20, carrying((44, "G")))
    rows = joined(reads, genome, [Allele("c1", 44, "T", "G"), Allele("c1", 46, "G", "C")])
    assert set(rows) == {"44T>G", "46G>C"}


def test_neighbouring_codons_stay_two_of_one_phase_set(reads, genome):
    for n in range(6):
        reads.add(f"r{n}", 20, carrying((44, "G"), (48, "C")))
    rows = joined(reads, genome, [Allele("c1", 44, "T", "G"), Allele("c1", 48, "G", "C")])
    assert len(rows) == 2
    assert len({row.phase_set for row in rows.values()} - {None}) == 1


def test_touching_changes_join_outside_genes_too(reads, genome):
    for n in range(6):
        reads.add(f"r{n}", 20, carrying((64, "C"), (65, "C")))
    rows = joined(reads, genome, [
        Allele("c1", 64, GENOME[63], "C"), Allele("c1", 65, GENOME[64], "C")
    ])  # fmt: skip
    assert f"64{GENOME[63:65]}>CC" in rows


def test_an_indel_and_a_change_near_it_become_one(reads, genome):
    made = GENOME[20:31] + GENOME[34:36] + "A" + GENOME[37:70]
    for n in range(6):
        reads.add(f"r{n}", 20, made, "11M3D36M")
    rows = joined(reads, genome, [Allele("c1", 31, "TTAA", "T"), Allele("c1", 37, "G", "A")])
    whole = next(row for row in rows.values() if row.joined_from)
    assert len(whole.joined_from) == 2 and len(whole.ref) - len(whole.alt) == 3


def test_a_written_mnv_is_taken_apart_and_joined_by_reads(reads, genome):
    for n in range(6):
        reads.add(f"r{n}", 20, carrying((44, "G"), (45, "C")))
    rows = joined(reads, genome, [Allele("c1", 44, "TT", "GC")])
    assert rows["44TT>GC"].callers == ("mutect2",)
    assert rows["44T>G"].part_of == "c1:44:TT:GC"
