"""The real release of CIViC: what becomes of it, how long it takes, and what it may not do."""

import csv
import gzip
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

import interpret_case
from builders import project_config
from consilium.knowledge import leaves
from consilium.knowledge.base import Knowledge, read_knowledge
from consilium.knowledge.protein import parse_protein
from consilium.knowledge.sources.landing import land
from consilium.knowledge.sources.release import Outcome, Release
from consilium.matching.interpret import Facts, Limits, interpret
from consilium.matching.matcher import Matcher
from consilium.problems import InputError
from consilium.records import Clinical, Event
from matching_cases import SETTINGS
from source_cases import CIVIC, ROOT, bundled, import_civic, with_civic

pytestmark = pytest.mark.skipif(not CIVIC.exists(), reason=f"no {CIVIC}")
TIER_ONE = {"I-A", "I-B"}


@pytest.fixture(scope="module")
def everything(tmp_path_factory) -> tuple[Path, list[Outcome]]:
    bundled()
    folder = tmp_path_factory.mktemp("civic") / "base"
    start = time.process_time()
    outcomes = import_civic(folder)
    assert time.process_time() - start <= 10
    return folder, outcomes


@pytest.fixture(scope="module")
def joined(tmp_path_factory) -> Knowledge:
    return with_civic(tmp_path_factory.mktemp("joined") / "civic")


def given() -> dict[str, dict[str, str]]:
    """The items of the release by their number, read without our reader."""
    with gzip.open(CIVIC, "rt") as handle:
        rows = csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["evidence_id"]: row for row in rows}


def test_all_of_civic_is_imported_or_refused_for_a_reason(everything):
    _, outcomes = everything
    assert len(outcomes) == 4854
    ends = Counter(outcome.outcome for outcome in outcomes)
    assert ends["imported"] > 2000 and ends["conditional"] > 700
    assert all(outcome.reason for outcome in outcomes if outcome.outcome != "imported")
    reasons = Counter(o.reason for o in outcomes if o.outcome == "refused")
    assert reasons["flagged at CIViC"] == 153
    assert sum(n for reason, n in reasons.items() if reason.startswith("disease")) < 100
    items = given()
    for outcome in outcomes:
        cells = items[outcome.item.removeprefix("EID")]
        if outcome.statements and cells["therapy_interaction_type"] == "Substitutes":
            assert len(outcome.statements) == len(set(cells["therapies"].split(",")))
        else:
            assert len(outcome.statements) <= 1


def test_every_row_keeps_the_side_that_its_item_takes(everything):
    folder, outcomes = everything
    base, items = read_knowledge(folder), given()
    words = {"Resistance": "resistance", "Sensitivity/Response": "sensitivity"}
    counted: Counter[str] = Counter()
    for outcome in outcomes:
        cells = items[outcome.item.removeprefix("EID")]
        for name in outcome.statements:
            row = base.by_id[name].statement
            if cells["evidence_type"] == "Predictive":
                assert row.predicate == words.get(cells["significance"], row.predicate)
                against = cells["evidence_direction"] == "Does Not Support"
                assert row.direction == ("disputes" if against else "supports")
                counted[row.direction] += 1
            assert f"URL:{cells['evidence_civic_url']}" in row.citations
            germline = cells["variant_origin"] == "Rare Germline"
            assert germline == ("[germline]" in row.profile), row
    assert counted["disputes"] > 200 and counted["supports"] > 1500


ROWS = {
    "820": [("KRAS oncogenic", "decitabine", "", "OVT", "D")],
    "155": [("TSC1 loss_of_function", "everolimus", "", "BLCA", "B")],
    "880": [("EGFR exon 19 inframe_deletion", "afatinib", "", "LUAD", "B")],
    "1231": [("PTEN homozygous_deletion", "everolimus", "", "PRAD", "B")],
    "875": [
        ("TP53 wild_type", "cetuximab + capecitabine + oxaliplatin", "COMBINATION", "COADREAD", "B")
    ],
    "262": [("EML4::ALK", "crizotinib", "", "LUAD", "C")],
    "945": [("ALK fusion", "pemetrexed", "", "NSCLC", "B")],
    "93": [("BRAF codon 600", "dabrafenib + trametinib", "COMBINATION", "MEL", "B")],
    "35": [
        ("KRAS codon 12,13", "erlotinib", "", "NSCLC", "B"),
        ("KRAS codon 12,13", "gefitinib", "", "NSCLC", "B"),
    ],
    "296": [("FGFR2::TACC3", "ponatinib + pazopanib", "SEQUENTIAL", "CHOL", "C")],
    "1971": [
        ("MET amplification AND NOT KRAS mutation", "panitumumab", "", "COADREAD", "C"),
        (
            "MET amplification AND NOT KRAS mutation",
            "cetuximab + irinotecan", "COMBINATION", "COADREAD", "C",
        ),
    ],
    "4386": [
        ("BCR::ABL1 AND (ABL1 p.F317L OR ABL1 p.F317V)", "dasatinib", "", "CML", "C"),
    ],
    "78": [("RET p.M918T [germline]", "", "", "THME", "B")],
    "1409": [("BRAF p.V600E", "vemurafenib", "", "SKCM", "A")],
    "9709": [("EZH2 gain_of_function", "tazemetostat", "", "FL", "B")],
    "4840": "an expression without method and cut-off",
    "31": "flagged at CIViC",
    "485": "an inherited polymorphism",
}  # fmt: skip


@pytest.mark.parametrize("eid", ROWS)
def test_a_real_item_becomes(eid, everything):
    folder, outcomes = everything
    (outcome,) = [o for o in outcomes if o.item == f"EID{eid}"]
    expected = ROWS[eid]
    if isinstance(expected, str):
        assert outcome.outcome == "refused" and expected in outcome.reason
        return
    found = [read_knowledge(folder).by_id[name].statement for name in outcome.statements]
    assert [
        (row.profile, row.regimen, row.operator, "|".join(row.tumor), row.level) for row in found
    ] == expected


def test_the_october_name_gives_the_same_rows(everything, tmp_path):
    folder, outcomes = everything
    path = tmp_path / "01-Oct-2026-AcceptedClinicalEvidenceSummaries.tsv"
    path.write_bytes(gzip.decompress(CIVIC.read_bytes()))
    made = Release("civic", str(path), "2026-10-01", "2026-10-01", str(tmp_path / "base"))
    assert land(made, bundled()) == outcomes
    name = "statements/civic.tsv"
    assert (tmp_path / "base" / name).read_bytes() == (folder / name).read_bytes()


HARM = {
    "a column renamed": (
        lambda text: text.replace("evidence_direction", "direction", 1),
        "column 'evidence_direction' is missing",
    ),
    "an unknown level": (
        lambda text: text.replace("\tPredictive\tSupports\tB\t", "\tPredictive\tSupports\tF\t", 1),
        "evidence_level is 'F'",
    ),
    "an unknown interaction": (
        lambda text: text.replace("\tSubstitutes\t", "\tAlternatives\t", 1),
        "therapy_interaction_type is 'Alternatives'",
    ),
    "cut within a row": (lambda text: text[: len(text) // 2], "cut off"),
    "cut between two rows": (
        lambda text: "".join(text.splitlines(keepends=True)[:2000]),
        "seems cut off",
    ),
}  # fmt: skip


@pytest.fixture
def landed(everything, tmp_path) -> tuple[Path, dict[str, bytes]]:
    """A folder with the last good import, and what it holds."""
    import_civic(tmp_path / "base")
    return tmp_path / "base", {
        p.name: p.read_bytes() for p in (tmp_path / "base").rglob("*") if p.is_file()
    }


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("harm", HARM)
def test_a_harmed_copy_of_the_release_leaves_the_last_base_in_use(harm, packed, landed, tmp_path):
    folder, before = landed
    change, words = HARM[harm]
    text = gzip.decompress(CIVIC.read_bytes()).decode()
    assert change(text) != text
    path = tmp_path / ("x.tsv.gz" if packed else "x.tsv")
    path.write_bytes(gzip.compress(change(text).encode()) if packed else change(text).encode())
    with pytest.raises(InputError, match=words):
        land(Release("civic", str(path), "new", "2026-10-01", str(folder)), bundled())
    assert {p.name: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before
    assert len(read_knowledge(folder).entries) > 3000


def test_a_gzip_of_the_release_that_ends_early_leaves_the_last_base_in_use(landed, tmp_path):
    folder, before = landed
    path = tmp_path / "x.tsv.gz"
    path.write_bytes(CIVIC.read_bytes()[:400_000])
    with pytest.raises(InputError, match="cannot be read to its end"):
        land(Release("civic", str(path), "new", "2026-10-01", str(folder)), bundled())
    assert {p.name: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before


def matcher(base: Knowledge) -> Matcher:
    return Matcher(base, bundled().tumors, SETTINGS, "2026-11-23", ("FDA", "EMA"))


def therapies(base_matcher: Matcher, events: list[Event], tumor: str, **facts):
    found = Facts("X", tumor, Clinical("X", **facts))
    return interpret(found, events, base_matcher, Limits(180, 365))[0]["therapies"]


def test_civic_alone_never_reaches_tier_one(everything):
    base = read_knowledge(everything[0])
    assert all(entry.statement.checked == "no" for entry in base.entries)
    assert not any(entry.approvals or entry.statement.guideline for entry in base.entries)
    block = project_config()
    settings = interpret_case.Settings(
        ["FDA", "EMA"], "2026-11-01", block["knowledge"], block["interpretation"]
    )
    asked = interpret_case.build_matcher(base, ROOT / "resources" / "tumors.tsv", settings)
    events = [
        Event("SNV", "BRAF", hgvs_p="p.V600E", assessed="PRESENT", origin="SOMATIC"),
        Event("SNV", "EGFR", hgvs_p="p.L858R", assessed="PRESENT", origin="SOMATIC"),
    ]
    for tumor in ("SKCM", "LUAD", "COAD"):
        rows = therapies(asked, events, tumor)
        assert rows and not {row["tier"] for row in rows} & {*TIER_ONE, "R-I"}


def patients(base: Knowledge):
    """One finding that some statement asks for, in each tumour that the statement names."""
    kinds = {
        "protein": lambda leaf: Event(
            "SNV", leaf.gene, hgvs_p=parse_protein(leaf.change).long, origin="SOMATIC"
        ),
        "amplification": lambda leaf: Event("CNA", leaf.gene, value="AMP", origin="SOMATIC"),
        "fusion": lambda leaf: Event(
            "FUSION", leaf.gene, "KIF5B", f"KIF5B::{leaf.gene}", origin="SOMATIC"
        ),
    }
    found = {
        (kinds[leaf.kind](leaf), code if code in bundled().tumors else "LUAD")
        for entry in base.entries
        for leaf, positive in leaves(entry.profile)
        if positive and leaf.gene and leaf.kind in kinds
        for code in entry.statement.tumor
    }
    return sorted(found, key=str)


def drugs(row) -> frozenset[str]:
    return frozenset(row["regimen"].split(" + "))


def test_joining_civic_moves_no_tier_one_and_hides_no_checked_warning(joined):
    """Every statement's finding in its tumours, one in twenty-five of them."""
    alone, both = matcher(bundled().base), matcher(joined)
    read = {e.statement.id for e in bundled().base.entries if e.statement.checked != "no"}

    def told(rows):
        ones = {
            frozenset(r["regimen"].split(" + ")): r["tier"] for r in rows if r["tier"] in TIER_ONE
        }
        avoid = {
            drugs(r)
            for r in rows
            if r["action"] in {"AVOID", "NO_LONGER_AVAILABLE"} and read & set(r["statements"])
        }
        return ones, avoid

    asked = patients(joined)[::25]
    assert len(asked) > 60
    for event, tumor in asked:
        before, after = (told(therapies(m, [event], tumor)) for m in (alone, both))
        assert before[0] == after[0], (event, tumor)
        assert before[1] <= after[1], (event, tumor)


def test_tazemetostat_is_no_option_whatever_civic_says(joined):
    event = Event("SNV", "EZH2", hgvs_p="p.Tyr646His", origin="SOMATIC")
    rows = therapies(matcher(joined), [event], "FL")
    (row,) = [row for row in rows if row["regimen"] == "tazemetostat"]
    assert row["action"] == "NO_LONGER_AVAILABLE" and row["tier"] is None
    assert any(name.startswith("civic-eid") for name in row["statements"])


@pytest.mark.parametrize(("gene", "tumor"), [("ERBB2", "BRCA"), ("MET", "LUAD"), ("EGFR", "GB")])
def test_a_deletion_never_meets_an_amplification(gene, tumor, joined):
    lost = Event("CNA", gene, value="DEL", origin="SOMATIC")
    gained = replace(lost, value="AMP")
    about = {e.statement.id for e in joined.entries if f"{gene} amplification" in str(e.profile)}
    carried = [
        {name for row in therapies(matcher(joined), [event], tumor) for name in row["statements"]}
        for event in (lost, gained)
    ]
    assert not carried[0] & about and carried[1] & about


def test_a_rare_germline_row_does_not_hold_for_a_somatic_change(joined):
    """EID78 and its like ask for an inherited RET p.M918T."""
    entry = next(e for e in joined.entries if e.statement.id == "civic-eid78")
    asked = matcher(joined)
    for origin, expected in (("SOMATIC", False), ("GERMLINE", True)):
        event = Event("SNV", "RET", hgvs_p="p.Met918Thr", origin=origin)
        facts = Facts("X", "THME", Clinical("X", consent_germline=True))
        document, _ = interpret(facts, [event], asked, Limits(180, 365))
        told = {row["statement"] for row in document["diagnostic"]}
        assert (entry.statement.id in told) == expected


def test_each_row_names_its_source_in_its_trace(joined):
    event = Event("SNV", "BRAF", hgvs_p="p.Val600Glu", origin="SOMATIC")
    facts = Facts("X", "SKCM", Clinical("X"))
    document, _ = interpret(facts, [event], matcher(joined), Limits(180, 365))
    steps = [step for row in document["therapies"] for step in row["trace"]]
    sources = {step["statement"]: step["sentence"] for step in steps if step["step"] == "knowledge"}
    assert sources["civic-eid1409"] == "From CIViC 2026-05 of 2026-05-26."
    cited = [s["sentence"] for s in steps if s["step"] == "citation"]
    assert any("https://civicdb.org/links/evidence_items/1409" in sentence for sentence in cited)
    (source,) = [s for s in document["knowledge"] if s["name"] == "CIViC"]
    assert (source["version"], source["date"], source["licence"]) == (
        "2026-05", "2026-05-26", "CC0 1.0",
    )  # fmt: skip
    assert source["freshness"] == "amber" and source["statements"] > 3000
