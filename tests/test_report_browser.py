"""What a reader does with the report, in headless Chromium."""

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest

import reads_cases
import report_cases as cases
from build_report import as_text, build
from conftest import DESKTOP
from consilium.records import CaseSummary
from consilium.report import SECTIONS, Extras, Figure, render, render_index

IGV = Path(__file__).parents[1] / ".tools" / "igv" / "igv.js"
PHONE = {"width": 390, "height": 844}
ZOOMED = {"width": 640, "height": 400}  # what 200 % leaves of the desktop
PAPER = {"width": 695, "height": 1000}  # A4 between its margins, in CSS pixels
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The pages of the cases, as files that a reader opens."""
    folder = tmp_path_factory.mktemp("pages")
    for name in ("typical", "empty", "failed", "hostile", "crowded", "reviewed"):
        write(getattr(cases, name)(), folder / f"{name}.html")
    return folder


def write(data, path):
    path.write_text(render(json.loads(as_text(build(data))), list(SECTIONS)))


def shown(page, selector):
    return page.locator(f"{selector} >> visible=true")


def overflow(page):
    """By how many pixels the page is wider than its window."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["typical", "empty", "failed", "hostile"])
def test_axe_finds_nothing(visit, files, name, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = visit(files / f"{name}.html", color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    found = axe.run(page, options={"runOnly": RULES}).response["violations"]
    assert [(v["id"], [n["html"][:150] for n in v["nodes"]]) for v in found] == []


def test_axe_finds_nothing_on_a_phone(visit, files):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = visit(files / "typical.html", viewport=PHONE)
    found = axe.run(page, options={"runOnly": RULES}).response["violations"]
    assert [(v["id"], [n["html"][:150] for n in v["nodes"]]) for v in found] == []


@pytest.mark.parametrize("name", ["typical", "crowded", "reviewed"])
def test_first_screen_holds_the_whole_answer(visit, files, name):
    page = visit(files / f"{name}.html")
    assert page.locator("table.answer tbody").count() >= 4
    box = page.locator("table.answer").bounding_box()
    assert box["y"] + box["height"] <= DESKTOP["height"]


def test_reader_finds_a_therapy_and_unfolds_its_trace(visit, files):
    page = visit(files / "typical.html")
    page.locator("table.answer a", has_text="osimertinib").click()
    assert page.url.endswith("#therapy-1")
    row = page.locator("#therapy-1")
    fold = row.locator("details.trace")
    assert not fold.locator("ol").is_visible()
    fold.locator("summary").press("Enter")
    assert "EGFR p.L858R is present." in fold.locator("ol").inner_text()
    page.get_by_role("button", name="Unfold all traces").click()
    assert page.locator("details.trace:not([open])").count() == 0
    page.get_by_role("button", name="Unfold all traces").click()
    assert page.locator("details.trace[open]").count() == 0


def test_reader_filters_variants_to_a_gene(visit, files):
    page = visit(files / "typical.html")
    tools = page.get_by_role("search")
    status = tools.get_by_role("status")
    rows = "[data-filtered-by] tbody tr"
    assert page.locator(rows).count() == 3 and status.inner_text() == ""
    tools.get_by_label("Gene").select_option("TP53")
    assert shown(page, rows).count() == 1 and "p.Arg175His" in shown(page, rows).inner_text()
    assert status.inner_text() == "Shown: 1 of 3"
    tools.get_by_role("button", name="Show all").click()
    tools.get_by_label("Caller's filter").select_option("mutect2:weak_evidence")
    assert "p.Ala867Val" in shown(page, rows).inner_text(), "the fold opens where it hides a hit"
    tools.get_by_role("button", name="Show all").click()
    tools.get_by_label("Search").fill("egfr 858")
    assert status.inner_text() == "Shown: 1 of 3"
    tools.get_by_label("Search").fill("no such thing")
    assert status.inner_text() == "Shown: 0 of 3"


def test_reader_sorts_variants_by_their_fraction(visit, files):
    page = visit(files / "typical.html")
    table = page.locator("table[data-sortable]").first
    head = table.locator("thead th").nth(2)
    first = table.locator("tbody tr").first
    head.get_by_role("button").press("Enter")
    assert head.get_attribute("aria-sort") == "ascending" and "TP53" in first.inner_text()
    head.get_by_role("button").press("Enter")
    assert head.get_attribute("aria-sort") == "descending" and "EGFR" in first.inner_text()
    table.locator("thead th").nth(0).get_by_role("button").click()
    assert head.get_attribute("aria-sort") is None


def test_page_is_whole_without_javascript(visit, files):
    page = visit(files / "typical.html", java_script_enabled=False)
    assert shown(page, "[data-tools], button").count() == 0
    assert "osimertinib" in page.locator("table.answer").inner_text()
    page.locator("#therapy-1 summary").click()
    assert "EGFR p.L858R is present." in page.locator("#therapy-1").inner_text()
    page.locator("details.filtered > summary").click()
    assert shown(page, "[data-filtered-by] tbody tr").count() == 3


def test_every_stop_of_the_tab_key_can_be_seen(visit, files):
    page = visit(files / "typical.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".skip").bounding_box()["x"] >= 0
    stops = set()
    for _ in range(300):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            """() => { const stop = document.activeElement, style = getComputedStyle(stop);
            const name = stop.textContent.trim().slice(0, 40);
            return [stop.tagName, name, style.outlineStyle, style.outlineWidth] }"""
        )
        if stop[0] == "BODY":
            break
        assert stop[2] == "solid" and stop[3] == "3px", stop
        stops.add(stop[0])
    else:
        raise AssertionError("the tab key never comes to the end of the page")
    assert stops == {"A", "SUMMARY", "BUTTON", "INPUT", "SELECT", "DIV"}


@pytest.mark.parametrize(("window", "medium"), [(DESKTOP, "screen"), (PAPER, "print")])
def test_no_verdict_runs_into_the_name_of_its_trial(visit, files, window, medium):
    page = visit(files / "typical.html", viewport=window)
    page.emulate_media(media=medium)
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    ends = page.evaluate("""[...document.querySelectorAll('.trials tr.main')].map((row) =>
        [row.querySelector('td .state'), row.querySelector('th a, th')].map((part) => {
            const text = document.createRange(); text.selectNodeContents(part);
            return text.getBoundingClientRect(); }))
        .filter(([verdict]) => verdict.width)
        .map(([verdict, name]) => name.left - verdict.right)""")
    assert ends
    assert min(ends) > 0


@pytest.mark.parametrize("name", ["typical", "failed", "hostile"])
@pytest.mark.parametrize("window", [PHONE, ZOOMED], ids=["phone", "zoom"])
def test_narrow_window_needs_no_sideways_scrolling(visit, files, name, window):
    page = visit(files / f"{name}.html", viewport=window)
    page.evaluate("document.querySelectorAll('.trace').forEach((fold) => { fold.open = true; })")
    assert overflow(page) == 0


def test_dark_mode_is_dark(visit, files):
    page = visit(files / "typical.html", color_scheme="dark")
    paper = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert paper == "rgb(18, 24, 30)"


def test_paper_shows_the_short_negatives_and_no_tools(visit, files):
    page = visit(files / "typical.html", viewport=PAPER)
    page.emulate_media(media="print")
    assert overflow(page) == 0
    assert shown(page, "nav, .tools, button, .features >> nth=0").count() == 0
    short = page.locator("table.short")
    assert "388" in short.inner_text() and "≥ 0.016" in short.inner_text()
    for state in shown(page, "td > .state").all():
        inner, cell = state.bounding_box(), state.locator("..").bounding_box()
        assert inner["x"] + inner["width"] <= cell["x"] + cell["width"] + 0.5, state.inner_text()


def test_page_of_a_genome_opens_and_filters_at_once(visit, tmp_path):
    genome = tuple(
        replace(cases.TP53, pos=pos, gene=f"GENE{pos % 500}", vaf=None) for pos in range(1, 50_001)
    )
    write(replace(cases.typical(), variants=(*genome, cases.EGFR)), tmp_path / "genome.html")
    start = time.perf_counter()
    page = visit(tmp_path / "genome.html")
    assert time.perf_counter() - start <= 3
    assert "2000 of 50001" in page.locator("#variants").inner_text()
    spent = page.evaluate(
        """() => { const tools = document.querySelector('#variant-tools');
        const start = performance.now();
        tools.querySelector('select').value = 'EGFR';
        tools.querySelector('select').dispatchEvent(new Event('change'));
        document.body.getBoundingClientRect();
        return performance.now() - start }"""
    )
    assert spent <= 300
    assert shown(page, "[data-filtered-by] tbody tr").count() == 1


@pytest.fixture
def page_with_reads(tmp_path):
    """The page of a case with igv.js and reads."""
    if not IGV.exists():
        pytest.skip("igv.js is not installed")
    document = json.loads(as_text(build(cases.typical())))
    extras = Extras(reads_cases.evidence(tmp_path, document), IGV.read_text())
    (tmp_path / "reads.html").write_text(render(document, list(SECTIONS), extras))
    return tmp_path / "reads.html"


def open_reads(page):
    """Unfold the reads of the first variant and open them in IGV."""
    fold = page.locator("details.evidence").first
    fold.locator("summary").press("Enter")
    fold.get_by_role("button", name="in IGV").press("Enter")
    page.wait_for_selector("[data-ready]")
    return fold


def test_reads_open_in_igv_without_network(visit, page_with_reads):
    page = visit(page_with_reads)
    fold = open_reads(page)
    names = fold.locator(".igv .igv-track-label").all_inner_texts()
    assert [name for name in names if name in ("T", "N")] == ["T", "N"]
    assert "c1:" in fold.locator(".igv input.igv-search-input").input_value()
    drawn = fold.locator(".igv canvas").evaluate_all(
        "all => all.filter((one) => one.width && one.height).length"
    )
    assert drawn >= 3, "sequence, tumour and normal"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_igv_either(visit, page_with_reads, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = visit(page_with_reads, color_scheme=scheme)
    open_reads(page)
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    found = axe.run(page, options={"runOnly": RULES}).response["violations"]
    assert [(v["id"], [n["html"][:150] for n in v["nodes"]]) for v in found] == []


def test_reads_are_drawn_without_javascript(visit, page_with_reads):
    page = visit(page_with_reads, java_script_enabled=False)
    fold = page.locator("details.evidence").first
    fold.locator("summary").click()
    assert "5 of them with the variant" in fold.inner_text()
    assert shown(page, "[data-igv]").count() == 0
    first = fold.locator("pre").first.inner_text().split("\n")
    assert first[0].index("▼") == reads_cases.FLANK and first[2][reads_cases.FLANK] == (
        reads_cases.ALT
    )


def test_reads_fit_a_phone(visit, page_with_reads):
    page = visit(page_with_reads, viewport=PHONE)
    open_reads(page)
    assert overflow(page) == 0


def test_link_in_the_table_unfolds_the_reads(visit, page_with_reads):
    page = visit(page_with_reads)
    page.locator("#variants tbody a", has_text="reads").first.click()
    assert page.locator("details.evidence").first.get_attribute("open") is not None


def test_run_page_sorts_and_filters(visit, tmp_path):
    rows = [
        CaseSummary(f"C{n}", verdict, "why", "what", f"C{n}/report.html")
        for n, verdict in enumerate(("RELEASE", "FAIL", "RELEASE"))
    ]
    glances = {f"C{n}": {"mean_depth": [Figure(300 - n, "x", "PASS")]} for n in range(3)}
    (tmp_path / "index.html").write_text(render_index(rows, glances))
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = visit(tmp_path / "index.html")
    assert axe.run(page, options={"runOnly": RULES}).response["violations"] == []
    page.locator("thead").get_by_role("button", name="Mean depth").click()
    assert page.locator("tbody th").all_inner_texts() == ["C2", "C1", "C0"]
    page.get_by_role("search").get_by_label("Verdict").select_option("FAIL")
    assert shown(page, "tbody th").all_inner_texts() == ["C1"]
