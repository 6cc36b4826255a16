"""VCF and MAF that come with a case: whatever annotated them, and however they count."""

from pathlib import Path

import pysam
import pytest

from consilium.callers.given import NOT_CARRIED
from consilium.calls import read_calls
from consilium.claims import OTHER_REFERENCE, Claim
from consilium.evidence import Candidate
from consilium.lifting import Ground
from consilium.vcf import Allele
from count_alleles import counts_of_claims

ROOT = Path(__file__).parents[1]
KIT = ROOT.parent / "shared" / "data"
GENOME = "GATTACAGGTCCTAGGATCGCACACATGGCTTAACGGTCAATGTTGGCGTAAGCCATTGACCTGAGTCAGATACGTTCAGG"
FORMATS = {
    "GT": ("1", "String"), "AD": ("R", "Integer"), "DP": ("1", "Integer"), "AO": ("A", "Integer"),
    "DP4": ("4", "Integer"), "AU": ("2", "Integer"), "CU": ("2", "Integer"),
    "GU": ("2", "Integer"), "TU": ("2", "Integer"), "TAR": ("2", "Integer"),
    "TIR": ("2", "Integer"), "ADT": (".", "String"),
}  # fmt: skip
VARSCAN = FORMATS | {"AD": ("1", "Integer"), "RD": ("1", "Integer")}
ANNOTATIONS = {
    "plain": ("", ""),
    "VEP": (
        '##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from Ensembl VEP.'
        ' Format: Allele|Consequence|IMPACT|SYMBOL|HGVSp">\n',
        "CSQ=A|synonymous_variant|LOW|WRONG|NP_1.1:p.Leu1=",
    ),
    "SnpEff": (
        '##INFO=<ID=ANN,Number=.,Type=String,Description="Functional annotations">\n',
        "ANN=A|synonymous_variant|LOW|WRONG|WRONG|transcript|NM_9.9|protein_coding|1/1|c.1G>A",
    ),
}


@pytest.fixture
def claims(tmp_path):
    """The claims of a VCF of one sample or more, each line `POS REF ALT FORMAT CELLS...`."""
    fasta = tmp_path / "g.fa"
    fasta.write_text(f">chr1\n{GENOME}\n")

    def read(line, samples=("T",), tumor="T", normal=None, formats=FORMATS, **more):
        head, info = ANNOTATIONS[more.get("annotation", "plain")]
        text = "##fileformat=VCFv4.2\n" + head
        text += '##INFO=<ID=DP4,Number=4,Type=Integer,Description="x">\n'
        text += "".join(
            f'##FORMAT=<ID={name},Number={n},Type={kind},Description="x">\n'
            for name, (n, kind) in formats.items()
        )
        names = ["FORMAT", *samples] if samples else []
        text += "\t".join(["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", *names])
        pos, ref, alt, *calls = line.split()
        info = more.get("info") or info or "."
        cells = [more.get("chrom", "chr1"), pos, ".", ref, alt, ".", more.get("filter", "PASS")]
        path = tmp_path / "given.vcf"
        path.write_text(text + "\n" + "\t".join([*cells, info, *calls]) + "\n")
        with pysam.FastaFile(str(fasta)) as genome:
            return list(read_calls(path, "given", tumor, normal, Ground(genome)))

    return read


@pytest.mark.parametrize("annotation", ANNOTATIONS)
@pytest.mark.parametrize("chrom", ["chr1", "1"])
def test_annotations_of_others_and_prefixes_change_nothing(claims, annotation, chrom):
    (claim,) = claims("44 T A GT:AD 0/1:30,10", annotation=annotation, chrom=chrom)
    assert (str(claim.allele), claim.filters) == ("chr1:44:T:A", ())
    assert (claim.depth, claim.alt) == (40, 10)


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        ("44 T A GT:AD 0/1:30,10", (40, 10)),
        ("44 T A AD 30,10", (40, 10)),
        ("44 T A,C AD 30,10,7", (47, 10)),
        ("44 T A GT:AD:DP 0/1:.:40", (None, None)),
        ("44 T A GT 0/1", (None, None)),
        ("44 T A GT:DP:AO 0/1:40:10", (40, 10)),
        ("44 T A DP:DP4 60:20,10,6,4", (40, 10)),
        ("44 T A,C DP4 20,10,6,4", (None, None)),
        ("44 T A DP:AU:CU:GU:TU 45:10,11:0,0:1,1:30,33", (40, 10)),
        ("43 GT G DP:TAR:TIR 45:30,33:10,11", (40, 10)),
        ("44 T A GT:ADT 0/1:30,10", (None, None)),
    ],
)
def test_counts_however_they_are_written(claims, line, counts):
    claim = claims(line)[0]
    assert (claim.depth, claim.alt) == counts


def test_counts_of_varscan_and_of_info(claims):
    (claim,) = claims("44 T A RD:AD 30:10", formats=VARSCAN)
    assert (claim.depth, claim.alt) == (40, 10)
    (claim,) = claims("44 T A GT 0/1", info="DP4=20,10,6,4")
    assert (claim.depth, claim.alt) == (40, 10)
    (claim,) = claims("44 T A GT 0/1 0/0", ("T", "N"), info="DP4=20,10,6,4")
    assert (claim.depth, claim.alt) == (None, None)


def test_a_vcf_without_samples_claims_and_counts_nothing(claims):
    (claim,) = claims("44 T A", samples=())
    assert (str(claim.allele), claim.depth, claim.filters) == ("chr1:44:T:A", None, ())


@pytest.mark.parametrize(
    ("samples", "tumor", "normal"),
    [
        (("N", "T"), "T", "N"),
        (("NORMAL", "TUMOR"), "T", None),
        (("normal", "Tumour"), "other name", None),
    ],
)
def test_tumour_and_normal_are_told_by_name(claims, samples, tumor, normal):
    (claim,) = claims("44 T A AD 50,0 30,10", samples, tumor, normal)
    assert (claim.depth, claim.alt, claim.normal_depth, claim.normal_alt) == (40, 10, 50, 0)


def test_samples_that_nobody_named_are_refused(claims):
    with pytest.raises(ValueError, match="has the samples X, Y, none of them T"):
        claims("44 T A AD 50,0 30,10", ("X", "Y"))


def test_what_the_tumour_does_not_carry_is_filtered(claims):
    (claim,) = claims("44 T A GT:AD 0/1:30,10 0/0:40,0", ("N", "T"), normal="N")
    assert claim.filters == (NOT_CARRIED,)
    first, second = claims("44 T A,C GT:AD 0/2:30,0,10")
    assert (first.filters, second.filters) == ((NOT_CARRIED,), ())
    (claim,) = claims("44 T A GT:AD ./.:30,10")
    assert claim.filters == ()


def test_other_reference_bases_are_never_believed(claims):
    (claim,) = claims("44 G A GT 0/1", filter="weak")
    assert claim.filters == ("weak", OTHER_REFERENCE)
    assert str(claim.allele) == "chr1:44:G:A"
    (claim,) = claims("44 T A GT 0/1", chrom="chrUn_1")
    assert claim.unplaced == "the genome has no contig chrUn_1"


@pytest.mark.skipif(not KIT.exists(), reason=f"no real tables at {KIT}")
@pytest.mark.parametrize(("tumor", "total", "covered"), [("COAD", 3313, 173), ("BRCA", 196, 10)])
def test_a_real_vcf_without_prefix_and_with_counts_of_its_own(tumor, total, covered):
    """The keys of its counts are no standard: fractions stay unknown. Outside the kit's genes
    its genome is N and contradicts nothing."""
    path = KIT / "tables" / "pcgr" / f"T001-{tumor}.grch38.vcf.gz"
    with pysam.FastaFile(str(KIT / "reference" / "grch38_partial.fa.gz")) as genome:
        found = list(read_calls(path, "given", "T", None, Ground(genome)))
        known = [
            c
            for c in found
            if "N" not in genome.fetch(c.allele.chrom, c.allele.pos - 1, c.allele.end)
        ]
    assert len(known) == covered
    assert len(found) <= total
    assert {c.filters for c in known} == {()}
    assert {c.depth for c in found} == {None}


def written(alt, reads, *filters, pos=44, ref="TTG"):
    claim = Claim(Allele("chr1", pos, ref, alt), "given", filters, None, 300, reads, None, None)
    return claim


def test_a_change_written_whole_and_in_parts_counts_as_it_was_seen():
    """Mutect2 writes forced alleles beside the change that is there, with hardly a read."""
    whole = written("GTC", 122)
    claims = [whole, written("G", 0, pos=44, ref="T"), written("C", 7, "weak", pos=46, ref="G")]
    empty = dict.fromkeys(Candidate.__slots__)
    common = empty | {"sample": "T", "chrom": "chr1", "callers": (), "filters": ()}
    alleles = ((44, "TTG", "GTC"), (44, "T", "G"), (46, "G", "C"))
    joined = ("chr1:44:T:G", "chr1:46:G:C")
    rows = [
        Candidate(
            **common
            | {"pos": pos, "ref": ref, "alt": alt, "joined_from": joined if len(ref) > 1 else ()}
        )
        for pos, ref, alt in alleles
    ]
    for order in (claims, claims[::-1]):
        found = list(counts_of_claims("T", order, rows))
        assert [row.alt_count for row in found] == [122, 122, 122]
    parts = list(counts_of_claims("T", claims[1:], rows))
    assert [row.alt_count for row in parts] == [0, 0, 7]
