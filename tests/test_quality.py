"""The verdict: every metric read from its tool's own file, the worst one decides."""

import gzip
import json

import pytest

import assess_quality
from consilium.records import Callability
from consilium.tables import write_rows
from test_counting import GENOME, Reads

LIMITS = {
    "tumor": {
        "mean_depth": {"review": 200, "fail": 50, "direction": "min"},
        "duplicates": {"review": 0.3, "fail": 0.6, "direction": "max"},
        "loci_assessable": {"review": 0.9, "fail": 0.5, "direction": "min"},
    },
    "normal": {"mean_depth": {"review": 40, "fail": 15, "direction": "min"}},
}


def feature(name, state, scope="required"):
    values = dict.fromkeys(Callability.__dataclass_fields__)
    return Callability(
        **values
        | {
            "sample": "T",
            "feature": name,
            "gene": "KRAS",
            "state": state,
            "scope": scope,
            "reason": "",
        }
    )


@pytest.fixture
def case(tmp_path):
    """A case with a tumour of 300x, 10 % duplicates and every locus assessable; edit and judge."""
    folder = tmp_path / "C1"
    (folder / "quality").mkdir(parents=True)
    rows = [feature("KRAS codon 12", "ABSENT"), feature("BRCA1 mutation", "INDETERMINATE", "gene")]

    def judge(depth=300.0, marked=10, features=rows, samples=None):
        with gzip.open(folder / "quality/T.regions.bed.gz", "wt") as out:
            out.write(f"chr1\t0\t100\tA\t{depth}\nchr1\t200\t500\tB\t{depth}\n")
        (folder / "quality/T.duplicates.txt").write_text(
            f"COMMAND: samtools markdup\nEXAMINED: 100\nDUPLICATE TOTAL: {marked}\n"
        )
        write_rows(folder / "callability.tsv", Callability, features)
        assess_quality.main(
            folder=folder,
            callability=str(folder / "callability.tsv"),
            samples=samples or {"T": ("tumor", "reads")},
            limits=LIMITS,
            quality=folder / "quality.json",
        )
        return json.loads((folder / "quality.json").read_text())

    return judge


def test_a_good_case_is_released(case):
    quality = case()
    assert quality["verdict"] == "RELEASE"
    assert quality["samples"]["T"]["mean_depth"] == 300


@pytest.mark.parametrize(
    ("change", "verdict", "words"),
    [
        ({"depth": 120.0}, "REVIEW", "mean_depth 120 is beyond the review limit of 200"),
        ({"depth": 20.0}, "FAIL", "mean_depth 20 is beyond the limit of 50"),
        ({"marked": 40}, "REVIEW", "duplicates 0.4"),
        ({"marked": 70}, "FAIL", "duplicates 0.7"),
        ({"features": [feature("KRAS codon 12", "INDETERMINATE")]}, "FAIL", "loci_assessable 0"),
        ({"samples": {"T": ("tumor", "variants")}}, "REVIEW", "starts after its reads"),
    ],
)
def test_the_worst_metric_decides(case, change, verdict, words):
    quality = case(**change)
    assert quality["verdict"] == verdict
    assert any(words in reason for reason in quality["reasons"])


def test_gene_wide_and_untargeted_features_do_not_count_as_failures(case):
    rows = [
        feature("KRAS codon 12", "PRESENT"),
        feature("ALK fusion", "NOT_ASSESSED", "class"),
        feature("BRCA1 loss_of_function", "INDETERMINATE", "gene"),
    ]
    assert case(features=rows)["samples"]["T"]["loci_assessable"] == 1


def test_a_metric_that_was_not_measured_is_said(case):
    samples = {"T": ("tumor", "reads"), "N": ("normal", "alignments")}
    checks = {(c["sample"], c["metric"]): c for c in case(samples=samples)["checks"]}
    assert checks["N", "mean_depth"]["verdict"] == "NOT_ASSESSED"
    assert "was not measured" in checks["N", "mean_depth"]["reason"]


def test_target_coverage_comes_from_mosdepth_thresholds(tmp_path):
    path = tmp_path / "T.thresholds.bed.gz"
    with gzip.open(path, "wt") as out:
        out.write("#chrom\tstart\tend\tregion\t20X\t100X\n")
        out.write("chr1\t0\t100\tA\t100\t50\nchr1\t200\t300\tB\t100\t0\n")
    assert assess_quality.covered(path) == {"targets_at_20x": 1.0, "targets_at_100x": 0.25}


def test_insert_size_is_the_median_of_proper_pairs(tmp_path, monkeypatch):
    reads = Reads(tmp_path)
    for number, length in enumerate((40, 50, 60)):
        last = length - 10
        reads.add(f"p{number}", 0, GENOME[:10], flag=99, mate=last, length=length)
        reads.add(f"p{number}", last, GENOME[last:length], flag=147, mate=0, length=-length)
    reads.add("duplicate", 0, GENOME[:10], flag=99 | 1024, mate=70, length=80)
    reads.add("improper", 0, GENOME[:10], flag=65, mate=70, length=80)
    reads.open().close()
    assert assess_quality.insert_size(str(reads.path), "none.fa") == 50
    monkeypatch.setattr(assess_quality, "FRAGMENTS", 1)
    assert assess_quality.insert_size(str(reads.path), "none.fa") == 40


def test_single_end_reads_have_no_insert_size(tmp_path):
    reads = Reads(tmp_path)
    reads.add("a", 0, GENOME[:30])
    reads.open().close()
    assert assess_quality.insert_size(str(reads.path), "none.fa") is None


def test_insert_size_is_not_assessed_without_alignments(case):
    assert case()["samples"]["T"]["insert_size"] is None


def write_pileups(path, shares, depth=100):
    """A table as GetPileupSummaries writes it: the alternative allele's share at each place."""
    lines = [
        "#<METADATA>SAMPLE=x",
        "contig\tposition\tref_count\talt_count\tother_alt_count\tallele_frequency",
    ]
    for place, share in enumerate(shares, start=1):
        alt = round(depth * share)
        lines.append(f"chr1\t{place}\t{depth - alt}\t{alt}\t0\t0.15")
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize(
    ("tumor", "normal", "expected"),
    [
        ([0.5, 0.5, 1.0, 0.9, 0.3, 0.0], [0.5, 0.5, 1.0, 0.5, 0.5, 0.0], 0.0),  # gains and a loss
        ([0.0, 0.5, 1.0, 0.9, 0.3, 0.5], [0.5, 0.5, 1.0, 0.5, 0.5, 0.5], 0.0),  # an allele lost
        ([0.5, 0.5, 1.0, 0.5, 0.5], [0.0, 0.5, 0.0, 0.0, 0.0], 0.8),  # another person's
        ([0.1] * 9, [0.0] * 9, None),  # contamination is no identity
        ([0.5] * 4, [0.0] * 4, None),  # too few to tell
    ],
)
def test_a_tumour_of_another_person_carries_alleles_that_its_normal_lacks(
    tmp_path, tumor, normal, expected
):
    paths = (write_pileups(tmp_path / "T", tumor), write_pileups(tmp_path / "N", normal))
    assert assess_quality.normal_mismatch(*paths) == expected


def test_a_swapped_sample_fails_its_case(case, tmp_path, monkeypatch):
    monkeypatch.setitem(
        LIMITS["tumor"], "normal_mismatch", {"review": 0.1, "fail": 0.3, "direction": "max"}
    )
    samples = {"T": ("tumor", "reads"), "N": ("normal", "reads")}
    write_pileups(tmp_path / "C1/quality/T.pileups.table", [0.5] * 6)
    write_pileups(tmp_path / "C1/quality/N.pileups.table", [0.0] * 5 + [0.5])
    quality = case(samples=samples)
    assert quality["verdict"] == "FAIL"
    assert any("normal_mismatch 0.833 is beyond" in reason for reason in quality["reasons"])


def test_a_limit_that_is_null_is_no_limit(case, monkeypatch):
    monkeypatch.setitem(
        LIMITS["tumor"], "mean_depth", {"review": None, "fail": None, "direction": "min"}
    )
    assert case(depth=1.0)["verdict"] == "RELEASE"
