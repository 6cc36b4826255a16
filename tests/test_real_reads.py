"""From public reads of known tumours to the report: every known change, and what it means.

The tables of the kit count a joined change (two changes on the same reads) by its parts. Their
rows stand in variants.tsv too, as FILTERED "part of ...", and are what is compared with the tables.
"""

import re
from pathlib import Path

import pysam
import pytest

from consilium.records import Unit
from consilium.vcf import parse_allele
from real_reads import (
    GIAB,
    KIT,
    Delivered,
    Truth,
    of,
    paired,
    read_truth,
    run,
    sheet,
    tidy,
    tool,
    write_block,
    write_kit,
    write_run,
)

pytestmark = pytest.mark.skipif(not KIT.exists(), reason=f"no test data kit in {KIT}")
SETS = {
    "HCC-YES": "hcc1395_tp53_brca1",
    "COLO829": "colo829_panel",
    "CALU1": "ccle_hotspots",
    "HCC4006": "ccle_hotspots",
}
CASES = (*SETS, "HCC-NO", "MOLM13")
INHERITED = {"GERMLINE", "LIKELY_GERMLINE"}


@pytest.fixture(scope="session")
def results(tmp_path_factory):
    """One run over all cases on GRCh38."""
    folder = tmp_path_factory.mktemp("real")
    write_kit(folder)
    write_run(folder, sheet(folder), {"HCC-YES": True, "HCC-NO": False}, "GRCh38")
    yield run(folder)
    tidy(folder)


@pytest.fixture(scope="session")
def mixture(tmp_path_factory):
    """A run over the mixture of two people, on its own genome."""
    folder = tmp_path_factory.mktemp("mixture")
    write_block(folder)
    stems = {"tumor": "tumor60", "normal": "normal"}
    units = [
        paired(folder, Unit("MIX", f"MIX-{r}", r, **of(r, "CUP", "block")), GIAB.name, stem)
        for r, stem in stems.items()
    ]
    write_run(folder, units, {"MIX": None}, "other")
    yield run(folder) / "MIX"
    tidy(folder)


@pytest.fixture
def case(results):
    """A finished case by its name."""
    return lambda name: Delivered(results / name)


def truth_of(name: str) -> list[Truth]:
    """The rows of a case: a table may speak of several cell lines."""
    return [row for row in read_truth(SETS[name]) if row.tumor in {"tumor", name}]


@pytest.mark.parametrize("name", CASES)
def test_every_case_is_sealed_and_released(case, name):
    manifest = case(name).document("manifest.json")
    assert (manifest["verdict"], manifest["reasons"]) == (
        "RELEASE",
        ["every measured limit is met"],
    )


@pytest.mark.parametrize("name", SETS)
def test_every_known_change_is_believed(case, name):
    told = {
        allele
        for row in case(name).believed
        for allele in (f"{row.chrom}:{row.pos}:{row.ref}:{row.alt}", *row.joined_from)
    }
    missed = [str(row) for row in truth_of(name) if str(row) not in told]
    assert not missed


@pytest.mark.parametrize("name", SETS)
def test_counts_are_those_of_the_tables(case, name):
    """Thin germline rows may differ by two fragments: which mates are a pair is an estimate."""
    rows, wrong = case(name).variants, []
    for known in truth_of(name):
        row = rows[str(known)]
        slack = 0 if known.status == "somatic" else 2
        pairs = ((row.tumor_alt_all, known.tumor_alt), (row.tumor_depth_all, known.tumor_depth))
        for ours, theirs in pairs:
            if abs(ours - theirs) > max(0.1 * theirs, slack):
                wrong.append(f"{known}: {ours} with duplicates, the table says {theirs}")
        share = known.tumor_alt / known.tumor_depth
        if abs(row.vaf - share) > 0.1:
            wrong.append(f"{known}: VAF {row.vaf:.3f} without duplicates, {share:.3f} in the table")
    assert not wrong


@pytest.mark.parametrize(
    ("name", "gene", "change"),
    [
        ("HCC-YES", "TP53", "p.Arg175His"),
        ("HCC-NO", "TP53", "p.Arg175His"),
        ("COLO829", "BRAF", "p.Val600Glu"),
        ("COLO829", "CDKN2A", "p.Ala68GlyfsTer51"),
        ("COLO829", "TERT", "c.-125_-124delinsTT"),
    ],
)
def test_somatic_changes_have_their_names(case, name, gene, change):
    assert case(name).named(gene, change).origin == "SOMATIC"


@pytest.mark.parametrize(
    ("name", "gene", "change"),
    [
        ("CALU1", "KRAS", "p.Gly12Cys"),
        ("HCC4006", "EGFR", "p.Leu747_Ala750delinsPro"),
    ],
)
def test_tumours_alone_do_not_tell_the_origin(case, name, gene, change):
    assert case(name).named(gene, change).origin == "UNKNOWN"


def test_changes_on_the_same_reads_are_one(case):
    joined = case("COLO829").named("TERT", "c.-125_-124delinsTT")
    assert joined.joined_from == ("chr5:1295113:G:A", "chr5:1295114:G:A")
    [known] = [
        event
        for event in case("COLO829").document("interpretation.json")["events"]
        if event["gene"] == "TERT" and event["assessed"] == "PRESENT"
    ]
    assert (known["oncogenicity"]["label"], known["direction"]) == ("Oncogenic", "GoF")
    joined = case("HCC4006").named("EGFR", "p.Leu747_Ala750delinsPro")
    assert joined.joined_from == ("chr7:55174772:GGAATTAAGA:G", "chr7:55174785:G:C")
    for part in joined.joined_from:
        assert case("HCC4006").variants[part].status == "FILTERED"


@pytest.mark.parametrize(
    ("name", "regimens", "biomarker"),
    [
        ("HCC-YES", ["olaparib", "talazoparib"], "BRCA1 p.Arg1751Ter"),
        ("COLO829", ["dabrafenib + trametinib"], "BRAF p.Val600Glu"),
        ("CALU1", ["sotorasib", "adagrasib"], "KRAS p.Gly12Cys"),
        ("HCC4006", ["osimertinib"], "EGFR p.Leu747_Ala750delinsPro"),
    ],
)
def test_labelled_therapies_are_tier_one(case, name, regimens, biomarker):
    for regimen in regimens:
        row = case(name).therapies[regimen, "I-A"]
        assert (row.action, row.disease_match) == ("ACT", "ON")
        assert row.biomarker.startswith(biomarker)
    told = {row["what"] for row in answers(case(name), "ACT")}
    assert told & set(regimens), f"the first screen shows {sorted(told)}"


def answers(case: Delivered, action: str) -> list[dict]:
    """The rows of the first screen under one heading."""
    groups = case.document("report.json")["answer"]["groups"]
    return [row for group in groups if group["action"] == action for row in group["rows"]]


@pytest.mark.parametrize(
    ("name", "feature"),
    [
        ("MOLM13", "KRAS codon 12,13"),
        ("MOLM13", "KRAS p.G12C"),
        ("MOLM13", "EGFR exon 19 inframe_deletion"),
        ("CALU1", "EGFR exon 19 inframe_deletion"),
        ("HCC4006", "KRAS codon 12,13"),
    ],
)
def test_negatives_show_their_depth(case, name, feature):
    row = case(name).callability[feature]
    assert (row.state, row.fraction) == ("ABSENT", 1)
    assert row.min_depth >= row.required_depth > 0
    assert f"depth {row.min_depth} or more" in row.reason
    listed = case(name).document("report.json")["negatives"]["hotspots"]
    [shown] = [entry for entry in listed if entry["feature"] == feature]
    assert (shown["state"], shown["min_depth"]) == ("ABSENT", row.min_depth)


def test_nothing_is_found_where_nothing_is(case):
    assert case("MOLM13").believed == []
    assert all(row.action == "NOT_ASSESSABLE" for row in case("MOLM13").therapies.values())


def test_with_consent_the_inherited_stop_is_told(case):
    stop = case("HCC-YES").named("BRCA1", "p.Arg1751Ter")
    assert (stop.origin, stop.loh) == ("GERMLINE", True)
    germline = case("HCC-YES").document("report.json")["germline"]
    [told] = [f for f in germline["findings"] if f["label"].startswith("BRCA1 p.Arg1751Ter")]
    assert (told["origin"], told["loh"]) == ("GERMLINE", True)
    listed = [finding["label"] for finding in germline["findings"]]
    assert not [label for label in listed if "TP53" in label or "p.Pro871Leu" in label]
    assert germline["benign"] >= 7


def test_only_an_allele_that_the_normal_has_can_be_lost(case):
    rows = case("HCC-YES").variants
    for known in truth_of("HCC-YES"):
        row = rows[str(known)]
        assert row.origin == ("SOMATIC" if known.status == "somatic" else "GERMLINE")
        assert row.loh is (True if known.status == "LOH" else None)


def test_inherited_changes_are_no_tumour_findings(case):
    events = case("HCC-YES").document("interpretation.json")["events"]
    found = {e["label"] for e in events if e["assessed"] == "PRESENT" and e["origin"] == "SOMATIC"}
    assert {label.split(" (")[0] for label in found} == {"TP53 p.Arg175His"}


def test_without_consent_no_inherited_change_leaves_a_trace(results):
    """Reads and callers' files apart: they are the measurement itself."""
    folder = results / "HCC-NO"
    texts = [p for p in folder.rglob("*") if p.suffix in {".tsv", ".json", ".html", ".txt"}]
    public = {"variants.tsv", "events.tsv", "callability.tsv", "hotspots.tsv", "therapies.tsv"}
    public |= {"interpretation.json", "report.json", "report.html", "manifest.json"}
    assert {path.name for path in texts} >= public
    inherited = [row for row in truth_of("HCC-YES") if row.status != "somatic"]
    words = ["Arg1751", "R1751", "c.5251C>T", *(str(row.pos) for row in inherited)]
    words += [row.protein for row in inherited if row.protein != "."]
    for path in texts:
        text = path.read_text()
        found = [word for word in words if re.search(rf"(?<!\w){re.escape(word)}", text)]
        assert not found, f"{path.name} tells {found}"
    assert not list((folder / "alleles").glob("*"))


def test_without_consent_no_row_claims_to_be_inherited(case):
    silent, told = case("HCC-NO"), case("HCC-YES")
    assert not {row.origin for row in silent.variants.values()} & INHERITED
    events = silent.document("interpretation.json")["events"]
    assert not {event["origin"] for event in events} & INHERITED
    germline = silent.document("report.json")["germline"]
    assert (germline["consent"], germline["findings"], germline["uncertain"]) == (False, [], [])
    assert any("BRCA1" in row.biomarker for row in told.therapies.values())
    assert not any("BRCA1 p." in row.biomarker for row in silent.therapies.values())
    reason = silent.callability["BRCA1 loss_of_function"].reason
    assert reason.startswith("no somatic change found")


def atoms(path: Path, genome: Path) -> set[str]:
    """The single changes of a VCF, left-aligned by another tool than ours."""
    made = path.with_suffix(".norm.vcf")
    tool("bcftools", "norm", "-f", genome, "-m", "-any", "-a", path, out=made)
    with pysam.VariantFile(str(made)) as records:
        return {f"{r.chrom}:{r.pos}:{r.ref}:{r.alts[0]}" for r in records}


def inside(alleles: set[str], bed: Path) -> set[str]:
    """The alleles whose position lies in a BED."""
    rows = [line.split("\t") for line in bed.read_text().splitlines()]
    spans = [(int(start), int(end)) for _, start, end, *_ in rows]
    places = {text: parse_allele(text).pos for text in alleles}
    return {text for text, pos in places.items() if any(a < pos <= b for a, b in spans)}


def test_the_mixture_is_called_as_well_as_promised(mixture, tmp_path):
    genome = tmp_path / "block.fa"
    tool("samtools", "faidx", GIAB / "chr20_block.fa.gz", "chr20_10014353_11114352", out=genome)
    calls = [row for row in Delivered(mixture).believed if row.origin not in INHERITED]
    parts = {p for r in calls for p in r.joined_from or (f"{r.chrom}:{r.pos}:{r.ref}:{r.alt}",)}
    lines = ["##fileformat=VCFv4.2", "##contig=<ID=chr20_10014353_11114352>"]
    lines.append("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO")
    for part in sorted(map(parse_allele, parts)):
        lines.append(f"{part.chrom}\t{part.pos}\t.\t{part.ref}\t{part.alt}\t.\tPASS\t.")
    (tmp_path / "calls.vcf").write_text("".join(f"{line}\n" for line in lines))
    (tmp_path / "truth.vcf").write_text(plain(GIAB / "truth.vcf.gz"))
    regions = GIAB / "scoring_regions.bed"
    found = inside(atoms(tmp_path / "calls.vcf", genome), regions)
    known = inside(atoms(tmp_path / "truth.vcf", genome), regions)
    right, wrong, missed = found & known, found - known, known - found
    recall, precision = len(right) / len(known), len(right) / len(found)
    print(f"TP {len(right)} FP {len(wrong)} FN {len(missed)}: {recall=:.3f} {precision=:.3f}")
    print("FP", sorted(wrong), "FN", sorted(missed))
    assert recall >= 0.92
    assert precision >= 0.97


def plain(path: Path) -> str:
    """A VCF as text."""
    with pysam.BGZFile(str(path)) as handle:
        return handle.read().decode()
