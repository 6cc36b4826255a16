"""One change however a table spells it: VCF and MAF without reads, padded, shifted, split."""

import pysam
import pytest

from collect_candidates import Settings, Sources, Tumor, sample_candidates
from consilium.genes import Transcript

# CACACA stands at 21-26; the codons of ONE start at 41, 1-based: ATG TTG GCG TAA
GENOME = "GATTACAGGTCCTAGGATCGCACACATGGCTTAACGGTCAATGTTGGCGTAAGCCATTGACCTGAGTCAGATACGTTCAGG"
ONE = Transcript("ONE", "NM_1.1", "c1", 1, ((30, 60),), ((40, 52),))
SETTINGS = Settings(13, 1, join_distance=12, join_min_fraction=0.9, join_min_fragments=2)
VCF = """##fileformat=VCFv4.2
##contig=<ID=c1,length=81>
##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">
##FORMAT=<ID=PS,Number=1,Type=Integer,Description="Phase set">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT
"""
MAF = "Chromosome\tStart_Position\tReference_Allele\tTumor_Seq_Allele2\tTumor_Sample_Barcode\n"


@pytest.fixture
def changes(tmp_path):
    """What a sample is said to carry, parts of a joined change left out."""
    fasta = tmp_path / "g.fa"
    fasta.write_text(f">c1\n{GENOME}\n")

    def read(spelling: str) -> set[str]:
        kind, *rows = spelling.split("; ")
        path = tmp_path / f"given.{kind}"
        cells = [row.split() for row in rows]
        if kind == "maf":
            lines = [f"{chrom}\t{pos}\t{ref}\t{alt}\tT\n" for chrom, pos, ref, alt in cells]
        else:
            lines = [
                f"c1\t{pos}\t.\t{ref}\t{alt}\t.\tPASS\t.\tGT:PS\t{call}\n"
                for pos, ref, alt, call in cells
            ]
        path.write_text((MAF if kind == "maf" else VCF) + "".join(lines))
        with pysam.FastaFile(str(fasta)) as genome:
            sources = Sources(genome, {"c1": [ONE]}, SETTINGS)
            tumor = Tumor("T", None, {"given": str(path)}, None)
            found, _ = sample_candidates(tumor, str(fasta), sources)
        return {f"{row.pos}:{row.ref}:{row.alt}" for row in found if row.part_of is None}

    return read


@pytest.mark.parametrize(
    ("change", "spellings"),
    [
        (  # a deletion in a repeat: left, in the middle, right, padded
            "20:GCA:G",
            [
                "vcf; 20 GCA G 0/1:.",
                "vcf; 22 ACA A 0/1:.",
                "vcf; 24 ACA A 0/1:.",
                "vcf; 23 CAC C 0/1:.",
                "vcf; 18 TCGCACA TCGCA 0/1:.",
                "vcf; 20 gca g 0/1:.",
                "maf; c1 21 CA -",
                "maf; c1 25 CA -",
                "maf; chrc1 24 AC -",
                "maf; c1 23 CACA CA",
            ],
        ),
        (  # a duplication, and the insertion that it is
            "20:G:GCA",
            [
                "vcf; 20 G GCA 0/1:.",
                "vcf; 26 A ACA 0/1:.",
                "vcf; 23 C CAC 0/1:.",
                "vcf; 21 CACACA CACACACA 0/1:.",
                "maf; c1 20 - CA",
                "maf; c1 26 - CA",
                "maf; c1 25 - AC",
                "maf; c1 25 CA CACA",
            ],
        ),
        (  # several bases of one codon, written together or apart on one molecule
            "44:TTG:GTC",
            [
                "vcf; 44 TTG GTC 0/1:.",
                "vcf; 43 GTTGG GGTCG 0/1:.",
                "vcf; 44 T G 0|1:44; 46 G C 0|1:44",
                "vcf; 44 T G 1|0:44; 46 G C 1|0:44",
                "vcf; 43 GT GG 0|1:44; 46 GG CG 0|1:44",
                "maf; c1 44 TTG GTC",
            ],
        ),
        (  # a deletion beside a substitution
            "32:TAAC:G",
            [
                "vcf; 32 TAAC G 0/1:.",
                "vcf; 31 TTAAC TG 0/1:.",
                "vcf; 31 TTAACGG TGGG 0/1:.",
                "vcf; 31 TTAA T 0|1:31; 35 C G 0|1:31",
                "maf; c1 32 TAAC G",
                "maf; c1 31 TTAAC TG",
            ],
        ),
    ],
)
def test_every_spelling_is_one_change(changes, change, spellings):
    assert {spelling: changes(spelling) for spelling in spellings} == {
        spelling: {change} for spelling in spellings
    }


@pytest.mark.parametrize(
    "apart",
    [
        "vcf; 44 T G 0/1:.; 46 G C 0/1:.",
        "vcf; 44 T G 0|1:44; 46 G C 1|0:44",
        "vcf; 44 T G 0|1:44; 46 G C 0|1:46",
        "maf; c1 44 T G; c1 46 G C",
    ],
)
def test_what_no_phase_joins_stays_two(changes, apart):
    assert changes(apart) == {"44:T:G", "46:G:C"}
