"""What a report says, before it is a page."""

import json
import random
import re
from dataclasses import asdict, fields, replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, ValidationError

import report_cases as cases
from build_report import SCHEMA, Inputs, as_text, build, main, read_facts
from consilium.evidence import ChosenTranscript
from consilium.records import AlleleCount, Callability, Event, Therapy, Unit, Variant
from consilium.report.first_screen import TABLE, height
from consilium.report.inputs import sheet_facts
from consilium.report.language import texts
from consilium.report.limitations import limitations, limits_of_given
from consilium.report.therapies import citation, region
from consilium.run import CaseSummary
from consilium.samples import Case, SampleSheet
from consilium.tables import write_rows

OUTPUTS = Path(__file__).parents[1] / "docs" / "outputs.md"
ALL = ["typical", "empty", "failed", "hostile"]


def rows(document, action):
    groups = {group["action"]: group for group in document["answer"]["groups"]}
    return [row["what"] for row in groups[action]["rows"]]


@pytest.mark.parametrize("name", ALL)
def test_report_follows_its_schema(name):
    document = json.loads(as_text(build(getattr(cases, name)())))
    assert document["case"]["id"]


def test_schema_is_a_schema_and_refuses_what_it_does_not_know():
    schema = json.loads(SCHEMA.read_text())
    Draft202012Validator.check_schema(schema)
    document = build(cases.typical())
    for spoiled in (
        document | {"extra": 1},
        document | {"verdict": document["verdict"] | {"verdict": "GREEN"}},
        {key: value for key, value in document.items() if key != "limitations"},
    ):
        with pytest.raises(ValidationError):
            as_text(spoiled)


def test_schema_knows_every_column_of_a_variant():
    allowed = set(json.loads(SCHEMA.read_text())["$defs"]["variant"]["properties"])
    added = {"label", "tier", "direction", "oncogenicity", "copies"}
    assert allowed == {field.name for field in fields(Variant)} | added


def test_same_case_gives_the_same_bytes_whatever_the_order_of_variants():
    data = cases.typical()
    many = tuple(replace(cases.EGFR, pos=pos) for pos in range(100, 140))
    shuffled = list(many)
    random.Random(7).shuffle(shuffled)
    first = as_text(build(replace(data, variants=many)))
    assert first == as_text(build(replace(data, variants=tuple(shuffled))))


def test_answer_has_the_rows_of_each_action_in_order():
    document = build(cases.typical())
    assert [group["action"] for group in document["answer"]["groups"]] == [
        "ACT",
        "CONSIDER",
        "AVOID",
        "NOT_ASSESSABLE",
    ]
    assert rows(document, "ACT") == ["osimertinib", "amivantamab + lazertinib"]
    assert rows(document, "AVOID") == ["pembrolizumab"]
    assert "mobocertinib" not in json.dumps(document["answer"])


@pytest.mark.parametrize("sizes", [(20, 0, 20, 20), (1, 30, 1, 0), (0, 0, 30, 9), (5, 5, 5, 5)])
def test_answer_fits_the_first_screen_and_counts_what_it_hides(sizes):
    actions = ("ACT", "CONSIDER", "AVOID", "NOT_ASSESSABLE")
    therapies = [
        cases.therapy(100 * block + index, action, f"drug {block}.{index}")
        for block, (action, size) in enumerate(zip(actions, sizes, strict=True))
        for index in range(size)
    ]
    data = cases.interpreted(cases.typical(), therapies=therapies, not_assessable=[])
    data = replace(data, trials=data.trials | {"trials": []})
    groups = build(data)["answer"]["groups"]
    used = [height(row) for group in groups for row in group["rows"]]
    hidden = sum(group["hidden"] for group in groups)
    assert sum(used) <= TABLE and (not hidden or sum(used) + max(used) > TABLE)
    assert all(group["rows"] for group in groups), "an action that has rows shows at least one"
    shown = {group["action"]: len(group["rows"]) + group["hidden"] for group in groups}
    assert shown == {action: n for action, n in zip(actions, sizes, strict=True) if n}


def test_failed_quality_takes_every_option_off_the_first_screen():
    document = build(cases.failed())
    assert document["answer"]["status"] == "WITHHELD"
    assert document["answer"]["groups"] == []
    assert len(document["therapies"]) == 5


def test_superseded_row_is_below_but_not_on_the_first_screen():
    therapies = [
        cases.therapy(1, "ACT", "osimertinib"),
        cases.therapy(2, "ACT", "afatinib", superseded_by="osimertinib"),
    ]
    document = build(cases.interpreted(cases.typical(), therapies=therapies))
    assert rows(document, "ACT") == ["osimertinib"]
    assert [row["regimen"] for row in document["therapies"]] == ["osimertinib", "afatinib"]


def test_therapy_shows_the_observed_reads_and_its_trace():
    row = build(cases.typical())["therapies"][0]
    assert row["observed"][0]["alt_reads"] == 128
    assert row["observed"][0]["genomic"] == "chr7:55191822:T:G"
    assert [step["rule"] for step in row["trace"]] == ["12", "16", "19"]
    assert row["regions"][1] == {"regulator": "FDA", "status": "ACTIVE", "date": "2018-04-18"}


def test_absence_without_a_number_is_refused():
    bare = cases.feature("KRAS codon 12", excluded_vaf=None)
    with pytest.raises(ValueError, match="KRAS codon 12"):
        build(replace(cases.typical(), callability=(bare,)))


def test_absence_stated_by_an_outside_source_is_marked_so():
    event = Event(kind="SNV", gene="NRAS", hgvs_p="codon 61", assessed="ABSENT")
    data = replace(cases.typical(), events=(event,), callability=())
    found = build(data)["negatives"]["hotspots"]
    assert [(row["feature"], row["outside"]) for row in found] == [("NRAS codon 61", True)]


def test_classes_nobody_measured_are_named_and_measured_ones_are_not():
    data = cases.typical()
    assert {"CNA", "FUSION", "MSI", "TMB", "EXPRESSION"} <= set(
        build(data)["answer"]["not_assessed"]
    )
    supplied = replace(data, events=(*data.events, Event(kind="MSI", value="MSS")))
    document = build(supplied)
    assert "MSI" not in document["answer"]["not_assessed"]
    marker = next(row for row in document["biomarkers"] if row["kind"] == "MSI")
    assert (marker["state"], marker["value"]) == ("PRESENT", "MSS")


def marker(kind, value, **changes):
    event = Event(kind=kind, value=value, sample="T", **changes)
    rows = build(replace(cases.typical(), events=(event,)))["biomarkers"]
    return next(row for row in rows if row["kind"] == kind)


def test_burden_carries_its_interval_and_whether_the_panel_may_report_it():
    large = marker("TMB", "10", genomic="panel_mb=1.2;germline_filter=yes")
    # Exact Poisson limits of 12 mutations, 6.20 and 20.96 (Garwood), on 1.2 Mb.
    assert (round(large["low"], 1), round(large["high"], 1)) == (5.2, 17.5)
    assert (large["reportable"], large["problem"]) == (True, None)
    small = marker("TMB", "10", genomic="panel_mb=0.3;germline_filter=yes")
    assert small["reportable"] is False and "0.3 Mb" in small["problem"]
    unknown = marker("TMB", "10")
    assert unknown["low"] is None and unknown["reportable"] is False


def test_result_that_no_rule_understands_may_not_decide():
    assert marker("MSI", "MSS")["reportable"] is True
    assert marker("MSI", "perhaps")["reportable"] is False
    assert marker("HRD", "43")["reportable"] is True
    assert marker("CNA", "AMP", gene="MET")["reportable"] is None


def germline_case(consent):
    data = cases.typical()
    finding = cases.event(cases.GERMLINE)
    shown = cases.interpreted(
        data,
        events=[*data.interpretation["events"], finding],
        germline={
            "consent": consent,
            "withheld": consent is not True,
            "findings": [finding],
            "benign": 2,
        },
    )
    return replace(
        shown,
        clinical=replace(data.clinical, consent_germline=consent),
        variants=(*data.variants, cases.GERMLINE),
        callability=(cases.feature("BRCA1 loss_of_function", "PRESENT", scope="gene"),),
    )


@pytest.mark.parametrize("consent", [None, False])
def test_nothing_inherited_appears_without_consent(consent):
    text = as_text(build(germline_case(consent)))
    assert "BRCA1" not in text and "Tyr1853" not in text


def test_inherited_finding_appears_with_consent():
    document = build(germline_case(True))
    assert [row["label"] for row in document["germline"]["findings"]] == ["BRCA1 p.Tyr1853Ter"]
    assert document["germline"]["benign"] == 2
    assert "BRCA1" in {row["gene"] for row in document["variants"]["rows"]}


def test_a_likely_germline_finding_stands_in_one_list():
    data = germline_case(True)
    likely = {**data.interpretation["germline"]["findings"][0], "origin": "LIKELY_GERMLINE"}
    germline = {**data.interpretation["germline"], "findings": [likely]}
    events = [*data.interpretation["events"][:-1], likely]
    document = build(cases.interpreted(data, events=events, germline=germline))
    assert [row["label"] for row in document["germline"]["findings"]] == [likely["label"]]
    assert likely["label"] not in {row["label"] for row in document["germline"]["uncertain"]}


def test_variants_are_believed_first_then_by_tier():
    data = replace(cases.typical(), variants=(cases.NOISE, cases.TP53, cases.EGFR))
    found = build(data)["variants"]["rows"]
    assert [(row["gene"], row["status"], row["tier"]) for row in found] == [
        ("EGFR", "BELIEVED", "I"),
        ("TP53", "BELIEVED", "III"),
        ("EGFR", "FILTERED", None),
    ]


def test_large_case_keeps_tiered_and_believed_variants_and_says_how_many_there_are():
    noise = tuple(replace(cases.NOISE, pos=pos) for pos in range(1, 2500))
    table = build(replace(cases.typical(), variants=(*noise, cases.EGFR)))["variants"]
    assert len(table["rows"]) == 2000 and table["total"] == 2500
    assert table["rows"][0]["hgvs_p1"] == "p.L858R"


def test_genome_of_believed_variants_keeps_those_with_a_tier():
    rest = tuple(replace(cases.TP53, pos=pos, vaf=0.9) for pos in range(1, 2500))
    table = build(replace(cases.typical(), variants=(*rest, cases.TP53, cases.EGFR)))["variants"]
    assert (len(table["rows"]), table["believed"], table["total"]) == (2000, 2501, 2501)
    assert [row["tier"] for row in table["rows"][:3]] == ["I", "III", None]


def test_variants_can_be_chosen_by_what_their_rows_hold():
    facets = build(cases.typical())["variants"]["facets"]
    assert facets == {
        "gene": ["EGFR", "TP53"],
        "tier": ["I", "III"],
        "consequence": ["missense_variant"],
        "origin": ["SOMATIC", "UNKNOWN"],
        "filter": ["mutect2:PASS", "mutect2:weak_evidence"],
    }


def test_citations_link_only_to_addresses():
    assert citation("PMID:28158863")["url"] == "https://pubmed.ncbi.nlm.nih.gov/28158863/"
    assert citation("NCT:NCT01234567")["url"] == "https://clinicaltrials.gov/study/NCT01234567"
    assert citation("URL:https://example.org/a")["label"] == "example.org"
    for hostile in ("URL:javascript:alert(1)", "PMID:1 onclick", "data:text/html,x"):
        assert citation(hostile)["url"] is None


def test_region_that_does_not_follow_the_pattern_stays_whole():
    assert region("EMA WITHDRAWN 2023-10-02")["status"] == "WITHDRAWN"
    assert region("no approval in EMA") == {
        "regulator": "no approval in EMA",
        "status": None,
        "date": None,
    }


def limitation_keys(data, config=cases.CONFIG):
    found = limitations(config, data.facts, data.clinical, data.open_classes, texts())
    return [row["key"] for row in [*found, *limits_of_given(data.variants, texts())]]


def test_every_resource_not_configured_is_a_limitation():
    absent = {
        "no_germline_resource",
        "no_common_variants",
        "no_panel_of_normals",
        "no_clinvar",
        "no_hotspots",
        "single_caller",
    }
    data = cases.typical()
    assert absent <= set(limitation_keys(data))
    given = {name: "file.vcf.gz" for name in cases.CONFIG["reference"]}
    config = cases.CONFIG | {"reference": given, "callers": ["mutect2", "freebayes"]}
    assert not absent & set(limitation_keys(data, config))


def test_limitations_follow_the_sheet_and_every_text_of_them_is_used():
    data = cases.typical()
    tumor = data.facts.tumors[0]
    known = set(limitation_keys(data))
    assert "tumor_only" not in known and "purity_assumed" not in known
    for kind in ("panel", "exome"):
        for start in ("reads", "alignments", "variants", "events"):
            for specimen in ("FFPE", "plasma"):
                single = replace(tumor, start=start, purity=None, single_end=True)
                facts = replace(data.facts, samples=(single,), kind=kind)
                clinical = replace(data.clinical, specimen=specimen)
                known |= set(limitation_keys(replace(data, facts=facts, clinical=clinical)))
    filters = ("given:not_placed", "given:reference_differs", "given:PASS")
    given = tuple(replace(cases.EGFR, filters=(f,), tumor_depth=None) for f in filters)
    known |= set(limitation_keys(replace(data, variants=given)))
    assert "tumor_only" in known and "purity_assumed" in known
    known |= set(limitation_keys(data, without_trials(data)))
    assert known == set(texts().group("limitations"))


def without_trials(data):
    return {**data.config, "trials": data.config["trials"] | {"curated": None, "store": None}}


def test_the_first_screen_counts_open_trials_before_what_is_off_label():
    off = [
        cases.therapy(n, "CONSIDER", f"drug {n}", tier=tier)
        for n, tier in ((1, "I-B"), (2, "II-C"))
    ]
    data = cases.interpreted(cases.typical(), therapies=off, not_assessable=[])
    (group,) = (g for g in build(data)["answer"]["groups"] if g["action"] == "CONSIDER")
    assert [row["what"] for row in group["rows"]] == ["drug 1", "1 open trial", "drug 2"]
    assert group["rows"][1]["because"].startswith("EGFR") and "(PASS)" in group["rows"][1]["why"]
    assert group["rows"][1]["tier"] == "II-C" and "PASSES" in group["rows"][1]["why"]


def test_the_trials_of_the_report_are_as_many_of_each_kind_as_configured():
    data = cases.typical()
    one = replace(data, config={**data.config, "trials": data.config["trials"] | {"shown": 1}})
    rows = [{**row, "id": f"{row['id']}{n}"} for row in data.trials["trials"] for n in "12"]
    document = build(replace(one, trials=data.trials | {"trials": rows}))
    assert [row["id"] for row in document["trials"]["rows"]] == [r["id"] for r in rows[::2]]
    checks = [c["origin"] for row in document["trials"]["rows"] for c in row["checks"]]
    assert checks == sorted(checks, key=["curated", "structured", "text"].index)


def test_main_reads_files_and_writes_json(tmp_path):
    data = cases.typical()
    paths = {name: str(tmp_path / name) for name in Inputs.__dataclass_fields__}
    for name in ("interpretation", "trials", "quality", "versions"):
        (tmp_path / name).write_text(json.dumps(getattr(data, name)))
    write_rows(paths["variants"], Variant, data.variants)
    write_rows(paths["callability"], Callability, data.callability)
    write_rows(paths["events"], Event, data.events)
    place = ChosenTranscript("EGFR", "NM_005228.5", "chr7", 55019016, 55211628, None)
    write_rows(paths["transcripts"], ChosenTranscript, [place])
    Path(paths["contigs"]).write_text("chr7\t159345973\t6\t60\t61\n")
    data = replace(data, chromosomes=(("chr7", 159345973),), places={"EGFR": ("chr7", 55019016)})
    facts = read_facts(json.loads(json.dumps(asdict(data.facts))))
    output = tmp_path / "report.json"
    main(Inputs(**paths), facts, data.clinical, data.config, str(output))
    assert json.loads(output.read_text()) == json.loads(as_text(build(data)))


def test_facts_come_from_the_sheet():
    lanes = {
        "L1": Unit("A", "A-T", "tumor", fastq_1="a_1.fq", fastq_2="a_2.fq", purity=0.4),
        "L2": Unit("A", "A-T", "tumor", fastq_1="b_1.fq"),
    }
    normal = {"L1": Unit("A", "A-N", "normal", bam="n.bam")}
    sheet = SampleSheet(
        {"A": Case("A", ("A-T",), "A-N", "LUAD", "p", "male")}, {"A-T": lanes, "A-N": normal}
    )
    assay = {"kind": "panel", "targets": "some/where.bed", "umi": False, "event_classes": ["SNV"]}
    facts = sheet_facts(sheet, "A", {"assays": {"p": assay}})
    assert facts.mode == "tumor_normal" and facts.targets == "where.bed"
    tumor, other = facts.samples
    assert (tumor.units, tumor.single_end, tumor.purity, tumor.start) == (2, True, 0.4, "reads")
    assert (other.role, other.start, other.purity) == ("normal", "alignments", None)


@pytest.mark.parametrize(
    ("heading", "row_type"),
    [
        ("summary.tsv", CaseSummary),
        ("variants.tsv", Variant),
        ("hotspots.tsv", AlleleCount),
        ("callability.tsv", Callability),
        ("events.tsv", Event),
        ("therapies.tsv", Therapy),
    ],
)
def test_every_public_column_is_documented(heading, row_type):
    part = OUTPUTS.read_text().split(f"\n## {heading}\n")[1].split("\n## ")[0]
    cells = "".join(line.split("|")[1] for line in part.splitlines() if line.startswith("| `"))
    assert {field.name for field in fields(row_type)} == set(re.findall(r"`(\w+)`", cells))


def test_every_key_of_the_report_is_documented():
    part = OUTPUTS.read_text().split("\n## report.json\n")[1]
    keys = json.loads(SCHEMA.read_text())["required"]
    assert [key for key in keys if f"`{key}`" not in part] == []
