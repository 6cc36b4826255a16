"""VCF and MAF of another build: lifted by a chain file, or kept with the reason why not.

Two small builds are made in code. The new one has the old one's bases with an insertion, a
deletion, an inverted piece and a changed base; the chain says so.
"""

import random
from dataclasses import dataclass, replace

import pysam
import pytest

from collect_candidates import Settings, Sources, Tumor, sample_candidates
from consilium.calls import read_calls
from consilium.claims import OTHER_REFERENCE
from consilium.enumeration import reverse_complement
from consilium.lifting import ANOTHER, Ground, build_of_vcf, lifted, read_lift
from consilium.report.language import texts
from consilium.report.limitations import limits_of_given
from consilium.vcf import Allele, normalise
from tabulate_variants import NOT_PLACED, unplaced_variant

DRAW = random.Random(7)
PIECES = {name: "".join(DRAW.choices("ACGT", k=200)) for name in "ABCD"}
EXTRA = "".join(DRAW.choices("ACGT", k=31))
OLD = PIECES["A"] + PIECES["B"] + PIECES["C"] + PIECES["D"]
# A, 31 bases more, B inverted, C lost, D with another base at its tenth
CHANGED = "A" if PIECES["D"][9] != "A" else "C"
D = PIECES["D"][:9] + CHANGED + PIECES["D"][10:]
NEW = PIECES["A"] + EXTRA + reverse_complement(PIECES["B"]) + D
CHAINS = [  # score, old contig, size, strand, start, end, new contig, size, strand, start, end
    ("chr1", 800, "+", 0, 200, "chr1", len(NEW), "+", 0, 200, 1),
    ("chr1", 800, "+", 200, 400, "chr1", len(NEW), "-", 200, 400, 2),
    ("chr1", 800, "+", 600, 800, "chr1", len(NEW), "+", 431, 631, 3),
]
MAF = (
    "Hugo_Symbol\tNCBI_Build\tChromosome\tStart_Position\tReference_Allele\tTumor_Seq_Allele2\t"
    "Tumor_Sample_Barcode\tt_ref_count\tt_alt_count\n"
)


@dataclass
class World:
    """The new genome, the chain onto it, and the files of a case."""

    folder: object
    ground: Ground

    def vcf(self, *alleles, header="##contig=<ID=chr1,length=800>\n"):
        path = self.folder / "given.vcf"
        text = "##fileformat=VCFv4.2\n" + header + "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
        text += "".join(f"{a.chrom}\t{a.pos}\t.\t{a.ref}\t{a.alt}\t.\tPASS\t.\n" for a in alleles)
        path.write_text(text)
        return self.claims(path)

    def maf(self, *rows, build="GRCh37"):
        path = self.folder / "given.maf"
        lines = [f"X\t{build}\t1\t{pos}\t{ref}\t{alt}\tT\t30\t10\n" for pos, ref, alt in rows]
        path.write_text(MAF + "".join(lines))
        return self.claims(path)

    def claims(self, path):
        return list(read_calls(path, "given", "T", None, self.ground))


@pytest.fixture
def world(tmp_path):
    fasta, chain = tmp_path / "new.fa", tmp_path / "old_to_new.chain"
    fasta.write_text(f">chr1\n{NEW}\n")
    rows = [f"chain 1000 {' '.join(map(str, row))}\n{row[4] - row[3]}\n\n" for row in CHAINS]
    chain.write_text("".join(rows))
    with pysam.FastaFile(str(fasta)) as genome:
        yield World(tmp_path, Ground(genome, read_lift("GRCh38", {"GRCh37": str(chain)})))


def change(genome, start, ref, made):
    """The change of `ref` bases from `start` (0-based) into `made`, as a VCF writes it."""
    return Allele("chr1", start + 1, genome[start : start + ref], made)


def pair(piece, offset, size, made):
    """The same change at a place of a piece, on the old build and on the new one."""
    start_old, start_new = OLD.index(PIECES[piece]), {"A": 0, "B": 231, "D": 431}[piece]
    old = change(OLD, start_old + offset, size, made)
    if piece != "B":
        return old, change(NEW, start_new + offset, size, made)
    other = change(NEW, start_new + 200 - offset - size, size, reverse_complement(made))
    return old, other


def other_base(base):
    return "ACGT"[("ACGT".index(base) + 1) % 4]


def changes(piece):
    """A substitution, two bases, a deletion, an insertion and a delins."""
    at = PIECES[piece]
    yield pair(piece, 50, 1, other_base(at[50]))
    yield pair(piece, 60, 2, other_base(at[60]) + other_base(at[61]))
    yield pair(piece, 70, 5, at[70])
    yield pair(piece, 80, 1, at[80] + "GATTACA")
    yield pair(piece, 90, 6, other_base(at[90]) + "TT")


@pytest.mark.parametrize("piece", "ABD")
def test_a_vcf_of_the_old_build_gives_the_alleles_of_the_new(world, piece):
    for old, new in changes(piece):
        (from_old,) = world.vcf(old)
        (from_new,) = world.vcf(new, header=f"##contig=<ID=chr1,length={len(NEW)}>\n")
        assert from_old.allele == from_new.allele == normalise(new, world.ground.genome)
        assert (from_old.filters, from_old.unplaced) == ((), None)


@pytest.mark.parametrize("piece", "ABD")
def test_a_maf_of_the_old_build_gives_the_alleles_of_the_new(world, piece):
    for old, new in changes(piece):
        row = (old.pos, old.ref, old.alt)
        if old.plain_indel:
            inserted = len(old.alt) > 1
            row = (old.pos, "-", old.alt[1:]) if inserted else (old.pos + 1, old.ref[1:], "-")
        (claim,) = world.maf(row)
        assert claim.allele == normalise(new, world.ground.genome), (old, new)
        assert (claim.unplaced, claim.depth, claim.alt) == (None, 40, 10)


def test_what_has_no_place_is_kept_with_its_reason(world):
    lost = change(OLD, 450, 1, other_base(OLD[450]))
    across = change(OLD, 198, 4, OLD[198])
    changed = change(OLD, 609, 1, other_base(OLD[609]))
    odd = Allele("chr9", 5, "A", "C")
    claims = world.vcf(lost, across, changed, odd)
    assert [claim.allele for claim in claims] == [lost, across, changed, odd]
    told = [claim.unplaced for claim in claims]
    assert told[0] == "GRCh37 chr1:451 has no one place on GRCh38"
    assert told[1] == "GRCh37 chr1:199 lies in pieces on GRCh38"
    assert told[2] == "GRCh38 has other bases at chr1:441"
    assert told[3] == "GRCh37 chr9:5 has no one place on GRCh38"


def test_unplaced_rows_stand_in_the_table_and_are_never_believed(world):
    lost = change(OLD, 450, 1, other_base(OLD[450]))
    kept = change(OLD, 50, 1, other_base(OLD[50]))
    world.vcf(lost, kept)
    settings = Settings(13, 1, join_distance=12, join_min_fraction=0.9, join_min_fragments=2)
    sources = Sources(world.ground.genome, {}, settings, world.ground.lift)
    tumor = Tumor("T", None, {"given": str(world.folder / "given.vcf")}, None)
    candidates, unplaced = sample_candidates(tumor, "", sources)
    assert [(row.pos, row.alt) for row in candidates] == [(kept.pos, kept.alt)]
    (row,) = (unplaced_variant(row, "GRCh38") for row in unplaced)
    assert (row.status, row.pos, row.gene) == ("FILTERED", lost.pos, None)
    assert row.reasons[0].startswith(f"{NOT_PLACED} GRCh38: GRCh37 chr1:451")
    odd = replace(row, filters=(f"given:{OTHER_REFERENCE}",))
    silent = replace(row, status="BELIEVED", filters=("given:PASS",), tumor_depth=None)
    told = limits_of_given([row, odd, odd, silent], texts())
    assert [(entry["key"], entry["sentence"][:2]) for entry in told] == [
        ("not_placed", "1 "),
        ("reference_differs", "2 "),
        ("uncounted", "1 "),
    ]
    assert limits_of_given([], texts()) == []


def test_without_a_chain_nothing_is_guessed(world):
    bare = World(world.folder, Ground(world.ground.genome, read_lift("GRCh38", {})))
    (claim,) = bare.maf((51, OLD[50], other_base(OLD[50])))
    assert "no chain file is configured" in claim.unplaced
    (claim,) = bare.vcf(change(NEW, 50, 1, other_base(NEW[50])))
    assert f"of {ANOTHER}, and no chain" in claim.unplaced


@pytest.mark.parametrize(
    ("header", "build"),
    [
        ("##contig=<ID=chr1,length=800>\n", "GRCh37"),
        ("##contig=<ID=1,length=800>\n", "GRCh37"),
        (f"##contig=<ID=chr1,length={len(NEW)}>\n", "GRCh38"),
        ("##contig=<ID=chr1,length=801>\n", ANOTHER),
        ("##reference=file:///ref/hs37d5.fa\n", "GRCh37"),
        ("##reference=hg19\n", "GRCh37"),
        ("##reference=Homo_sapiens_assembly38.fasta\n", "GRCh38"),
        ("##contig=<ID=chr1,assembly=GRCh37>\n", "GRCh37"),
        ("##contig=<ID=chr1>\n", None),
        ("##liftOverChainFile=hg19Tohg38.over.chain.gz\n", None),
    ],
)
def test_the_build_of_a_vcf_is_read_from_its_header(world, header, build):
    world.vcf(header=header)
    with pysam.VariantFile(str(world.folder / "given.vcf")) as variants:
        assert build_of_vcf(variants.header, world.ground) == build


def test_the_configured_build_is_not_lifted(world):
    allele = change(NEW, 50, 1, other_base(NEW[50]))
    assert lifted(allele, "GRCh38", world.ground) == allele
    assert lifted(allele, None, world.ground) == allele


def test_a_file_that_is_no_chain_is_refused(tmp_path):
    (tmp_path / "x.chain").write_text("chr1\t0\t10\n")
    with pytest.raises(ValueError, match="holds no chain"):
        read_lift("GRCh38", {"GRCh37": str(tmp_path / "x.chain")})
