"""What a reader meets: the page as a parser sees it."""

import json
import re
import time
from base64 import b64encode
from dataclasses import dataclass, replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml

import reads_cases
import render_report
import report_cases as cases
import slice_reads
from build_report import as_text, build
from consilium import NOTICE
from consilium.report import SECTIONS, Extras, Figure, render, render_index
from consilium.report.language import FOLDER, texts
from consilium.report.page import css_string, looked_for, percent, vaf

ROOT = Path(__file__).parents[1]
TEMPLATES = ROOT / "scripts" / "consilium" / "report" / "templates"
VOID = {"meta", "rect", "path", "circle", "br", "img", "link", "input"}
ALL = ["typical", "empty", "failed", "hostile"]


class Page(HTMLParser):
    """Elements with their attributes and the text inside them, in document order."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.elements = []  # [tag, attributes, text]
        self.open = []
        self.feed(html)
        assert not self.open, f"left open: {[element[0] for element in self.open]}"

    def handle_starttag(self, tag, attrs):
        self.handle_data(" " if tag in {"td", "th", "tr", "small", "p"} else "")
        element = [tag, dict(attrs), ""]
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open[-1][0] == tag, f"{tag} closes {self.open[-1][0]}"
            self.open.pop()

    def handle_data(self, data):
        for element in self.open:
            element[2] += data

    def all(self, tag, **attributes):
        wanted = {name.strip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self.elements
            if element[0] == tag and wanted.items() <= element[1].items()
        ]

    def section(self, name):
        return " ".join(self.all("section", id=name)[0][2].split())


def html(data, sections=tuple(SECTIONS)):
    return render(json.loads(as_text(build(data))), sections)


@pytest.fixture(scope="module", params=ALL)
def page(request):
    return Page(html(getattr(cases, request.param)()))


def test_page_asks_for_nothing(page):
    for tag in ("img", "link", "iframe", "object", "form", "base"):
        assert page.all(tag) == []
    for tag, attributes, _ in page.elements:
        assert not [name for name in attributes if name.startswith("on") or name == "src"]
        assert "style" not in attributes, tag
        if "href" in attributes:
            assert re.match("(#|https?://)", attributes["href"]) and tag == "a"


def test_policy_forbids_the_network_and_allows_only_this_style_and_script(page):
    (policy,) = page.all("meta", http_equiv="Content-Security-Policy")
    (style,) = page.all("style")
    digest = b64encode(sha256(style[2].encode()).digest()).decode()
    assert "default-src 'none'" in policy[1]["content"]
    assert f"style-src 'sha256-{digest}'" in policy[1]["content"]
    assert "url(" not in style[2] and "@import" not in style[2]
    (script,) = page.all("script")
    digest = b64encode(sha256(script[2].encode()).digest()).decode()
    assert script[1] == {} and f"script-src 'sha256-{digest}'" in policy[1]["content"]
    for word in ("fetch(", "XMLHttpRequest", "innerHTML", "eval(", "localStorage", "cookie"):
        assert word not in script[2]


def test_links_within_the_page_arrive(page):
    ids = [attributes["id"] for _, attributes, _ in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {a["href"][1:] for _, a, _ in page.all("a") if a["href"].startswith("#")}
    assert targets <= set(ids)


def test_tables_have_captions_and_headers_with_a_scope(page):
    assert page.all("table")
    assert len(page.all("caption")) == len(page.all("table")) == len(page.all("thead"))
    assert all("scope" in header[1] for header in page.all("th"))


def test_figures_have_a_text_alternative(page):
    for drawing in page.all("svg"):
        assert drawing[1]["role"] == "img" and drawing[1]["aria-label"].strip()


def test_notice_is_on_the_screen_and_in_the_printed_margin(page):
    assert NOTICE in page.all("header")[0][2]
    assert css_string(NOTICE) in page.all("style")[0][2]
    assert "counter(page)" in page.all("style")[0][2]


def test_sections_stand_in_the_order_of_the_config():
    config = yaml.safe_load((ROOT / "config" / "config.yaml").read_text())
    assert config["report"]["sections"] == list(SECTIONS)
    found = Page(html(cases.typical(), ["answer", "quality", "therapies"]))
    assert [attributes["id"] for _, attributes, _ in found.all("section")] == [
        "answer",
        "quality",
        "therapies",
    ]


@pytest.mark.parametrize("name", SECTIONS)
def test_section_has_template_and_title(name):
    assert (TEMPLATES / f"{name}.html").exists()
    assert texts()(f"{name}.title")


def test_first_screen_answers():
    head = Page(html(cases.typical()))
    answer = head.section("answer")
    header = head.all("header")[0][2]
    assert "RELEASE" in header and "LUAD \u203a NSCLC \u203a LUNG" in header
    order = [answer.index(word) for word in ("osimertinib", "dacomitinib", "pembrolizumab", "ALK")]
    assert order == sorted(order)
    for word in ("copy number", "fusions", "MSI", "TMB", "expression"):
        assert word in answer


def test_failed_case_says_so_before_anything_else():
    page = Page(html(cases.failed()))
    answer = page.section("answer")
    for regimen in ("osimertinib", "pembrolizumab"):
        assert regimen not in answer
    text = page.all("main")[0][2]
    assert text.index("No conclusion may be drawn") < text.index("osimertinib")
    assert "must not guide treatment" in page.section("therapies")
    assert "beyond the limit of 50" in text[: text.index("osimertinib")]


def test_empty_case_gives_its_negative_with_numbers():
    page = Page(html(cases.empty()))
    assert "2 of 2 actionable features" in page.section("answer")
    assert "no negative result" not in page.section("answer")
    nothing = Page(html(replace(cases.empty(), callability=())))
    assert "no negative result" in nothing.section("answer")
    assert "NOT ASSESSED" in nothing.section("negatives")


def test_every_absence_carries_depth_and_excluded_fraction():
    negatives = Page(html(cases.typical())).section("negatives")
    assert re.search(r"KRAS codon 12 ABSENT 388; 402 ≥ 0\.016", negatives)


def test_hostile_text_stays_text():
    page = Page(html(cases.hostile()))
    shown = cases.EVIL.replace("\u202e", "\ufffd").replace("\x07", "\ufffd")
    assert page.all("h1")[0][2].startswith(shown)
    assert shown in page.section("therapies") and shown in page.section("negatives")
    assert shown in page.section("variants") and shown in page.section("provenance")
    assert "javascript:alert(3)" in page.section("therapies")


def test_case_name_cannot_leave_the_print_header():
    css = css_string('x"; } </style> \\ é\n')
    assert css.startswith('"x\\22 ; \\7d  \\3c \\2f style\\3e ') and css.endswith('"')
    assert not set("<>{}/\n") & set(css) and css.count('"') == 2


def test_trials_tell_verdict_reason_and_age_of_their_status():
    trials = Page(html(cases.typical())).section("trials")
    for words in (
        "KRAS p.G12C: 1 trial",
        "Ask for a finding of this patient",
        "found: EGFR p.",
        "PASS",
        "KRAS p.G12D is not true",
        "Open trials that exclude this patient: 1",
        "in the patient's country",
    ):
        assert words in re.sub(r"\s+", " ", trials), words
    assert "check status" not in trials
    old = cases.trials_found()
    for row in old["trials"]:
        row["check_status"] = True
    page = Page(html(replace(cases.typical(), trials=old)))
    assert "check status: recruiting on 2026-10-01" in page.section("trials")


def test_what_to_find_out_is_in_words():
    found = cases.trials_found()
    found["questions"][0]["what"] = "MTAP homozygous_deletion"
    page = Page(html(replace(cases.typical(), trials=found)))
    assert "MTAP homozygous deletion" in page.section("trials")


def test_without_a_source_of_trials_and_without_pharmacogenes_nothing_is_claimed():
    none = {"counts": {}, "questions": [], "trials": [], "ineligible": [], "sources": []}
    none |= {"status": "NOT_TESTED", "max_status_age": 90}
    page = Page(html(replace(cases.typical(), trials=none)))
    assert "NOT TESTED" in page.section("trials") and "NOT TESTED" in page.section("safety")
    refused = replace(
        cases.typical(), clinical=replace(cases.typical().clinical, consent_pgx=False)
    )
    assert "did not consent" in Page(html(refused)).section("safety")


def test_every_text_is_used_and_every_code_has_one():
    templates = "".join(path.read_text() for path in TEMPLATES.glob("*.html"))
    code = "".join(path.read_text() for path in TEMPLATES.parent.glob("*.py"))
    # Groups that a code of the data chooses from, and keys put together from a code.
    chosen = {"verdict", "action", "action_note", "tier", "region_status", "disease_match"}
    chosen |= {"predicate", "origin", "kind", "kind_short", "state", "check", "freshness"}
    chosen |= {"metric", "mode", "start", "role", "sex", "limitations", "fact", "trials", "safety"}
    chosen |= {"multiqc"}  # of another page: tests/test_multiqc.py
    dead = []
    for group, entries in yaml.safe_load((FOLDER / "en.yaml").read_text()).items():
        if not isinstance(entries, dict) or group in chosen:
            continue
        for key in entries:
            spelled = (f"{group}.{key}", f'"{key}"', f"group.{key}", f"texts.{key}")
            if not any(word in templates + code for word in spelled):
                dead.append(f"{group}.{key}")
    allowed = {"head.purity_sheet", "head.purity_assumed", "therapies.groups", "why_not.kinds"}
    assert set(dead) - allowed <= {f"{name}.title" for name in SECTIONS}


@dataclass(frozen=True)
class Line:
    case: str
    verdict: str
    reasons: str
    top_finding: str
    report: str | None


def test_run_page_links_every_report_and_escapes():
    lines = [
        Line("A", "RELEASE", "fine", "I-A act: osimertinib", "A/report.html"),
        Line("<b>x", "STOPPED", "<i>disk full", "", None),
    ]
    depth = {
        "mean_depth": [Figure(14.2, "x", "FAIL")],
        "duplicates": [Figure(0.06, "fraction", None)],
    }
    page = Page(render_index(lines, {"A": depth}))
    cells = {cell[1]["data-label"]: cell for cell in page.all("td")[:8]}
    assert cells["Mean depth"][2] == "FAIL14\u00d7" and cells["Mean depth"][1]["data-key"] == "14.2"
    assert cells["Duplicates"][2] == "6.0 %" and cells["Insert size"][2] == "\u2013"
    assert [a[1]["href"] for a in page.all("a")] == ["A/report.html"]
    counts = [" ".join(row[2].split()) for row in page.all("dl", _class="counts")]
    assert counts == ["RELEASE1REVIEW0FAIL0STOPPED1"]
    assert page.all("b") == [] and page.all("i") == []
    assert "<b>x" in page.all("table")[0][2]


def test_numbers_are_never_rounded_into_a_claim():
    assert percent(0.9999) == "99.9 %" and percent(1.0) == "100 %"
    assert vaf(0.0162) == "0.016" and vaf(0.311) == "0.31"


def test_main_renders_a_file(tmp_path):
    (tmp_path / "report.json").write_text(as_text(build(cases.typical())))
    settings = render_report.Settings(sections=["answer"])
    inputs = render_report.Inputs(str(tmp_path / "report.json"))
    render_report.main(inputs, str(tmp_path / "page.html"), settings)
    assert (tmp_path / "page.html").read_text().rstrip().endswith("</html>")


def test_panel_case_renders_quickly_and_stays_small():
    noise = tuple(replace(cases.NOISE, pos=pos) for pos in range(1, 200))
    features = tuple(cases.feature(f"GENE{n} codon {n}") for n in range(100))
    data = replace(cases.typical(), variants=(*noise, cases.EGFR), callability=features)
    start = time.perf_counter()
    text = html(data)
    assert time.perf_counter() - start < 3
    assert len(text.encode()) < 330_000


def with_reads(tmp_path, igv):
    """The page of a typical case with reads, and a stand-in for the code of igv.js."""
    document = json.loads(as_text(build(cases.typical())))
    evidence = reads_cases.evidence(tmp_path, document)
    evidence["views"][0]["tracks"][0]["sample"] = "</script><b>x"
    evidence["left_out"] = 3
    return Page(render(document, tuple(SECTIONS), Extras(evidence, igv)))


def test_reads_are_embedded_as_data_and_igv_allowed_by_its_hash(tmp_path):
    page = with_reads(tmp_path, "window.igv = {};")
    data, code, own = page.all("script")
    assert data[1] == {"type": "application/json", "id": "read-data"}
    rows = json.loads(data[2])
    assert rows[0]["tracks"][0]["name"] == "</script><b>x" and page.all("b", id="x") == []
    assert {tuple(row) for row in rows} == {("allele", "chrom", "start", "sequence", "tracks")}
    policy = page.all("meta", http_equiv="Content-Security-Policy")[0][1]["content"]
    for script in (code, own):
        digest = b64encode(sha256(script[2].encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert "MIT License" in code[2] and "Broad Institute" in code[2]
    assert "unsafe" not in policy and "connect-src" not in policy
    assert "default-src 'none'" in policy
    assert len(page.all("button", data_igv="0")) == 1
    assert "3 further variants have no drawing" in page.section("variants")
    assert [a[1]["href"] for a in page.all("a") if a[2] == "See the reads"] == [
        "#reads-1",
        "#reads-2",
    ]


def test_without_igv_the_reads_are_drawn_and_the_page_says_so(tmp_path):
    page = with_reads(tmp_path, None)
    assert len(page.all("script")) == 1 and len(page.all("pre")) == 4
    assert "igv.js is not installed" in page.section("variants")
    assert [button for button in page.all("button") if "data-igv" in button[1]] == []
    assert "img-src" not in page.all("meta", http_equiv="Content-Security-Policy")[0][1]["content"]


def test_case_without_alignments_says_that_there_are_no_reads():
    assert "does not start from reads" in Page(html(cases.typical())).section("variants")


def test_page_with_as_many_reads_as_it_may_hold_is_no_larger_than_6_mb():
    igv = ROOT / ".tools" / "igv" / "igv.js"
    code = igv.stat().st_size if igv.exists() else 1_350_000
    assert slice_reads.LARGEST + code + 1_000_000 <= 6_000_000


@pytest.mark.parametrize(
    ("feature", "shown"),
    [
        ("KRAS wild_type codons 12,13", "KRAS mutation of codon 12, 13 (bars wild type)"),
        ("TP53 wild_type", "TP53 mutation (bars wild type)"),
        ("BRAF p.V600E", "BRAF p.V600E"),
    ],
)
def test_absence_is_of_the_mutation_and_never_reads_as_no_wild_type(feature, shown):
    assert looked_for(texts("en"), feature) == shown
