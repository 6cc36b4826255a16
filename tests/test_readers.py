"""What readers do with the reports of the demo, in headless Chromium, and what that costs."""

import json
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from conftest import DESKTOP
from consilium.export.pdf import pdf
from consilium.report import SECTIONS, render
from golden import FOLDER

ROOT = Path(__file__).parents[1]
CASES = sorted(path.stem for path in FOLDER.glob("*.json"))
PHONE = {"width": 390, "height": 844}
ZOOMED = {"width": 640, "height": 400}  # what 200 % leaves of the desktop
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SECONDS, MEMORY_MB = 3, 500  # to render one panel case


def told(case):
    return json.loads((FOLDER / f"{case}.json").read_text())


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The page of each case of the demo."""
    folder = tmp_path_factory.mktemp("pages")
    for case in CASES:
        (folder / f"{case}.html").write_text(render(told(case), list(SECTIONS)))
    return {case: folder / f"{case}.html" for case in CASES}


def unfold(page):
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")


@pytest.mark.parametrize(
    ("case", "window", "scheme"),
    [
        ("LUAD-01", DESKTOP, "light"),
        ("LUAD-01", PHONE, "dark"),
        ("COAD-03", DESKTOP, "dark"),
        ("FAIL-05", PHONE, "light"),
        ("PAAD-04", DESKTOP, "light"),
        ("SKCM-02", PHONE, "light"),
    ],
)
def test_axe_finds_nothing(visit, pages, case, window, scheme):
    """Contrast included, in both schemes, with everything unfolded."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = visit(pages[case], viewport=window, color_scheme=scheme)
    unfold(page)
    found = axe.run(page, options={"runOnly": RULES}).response["violations"]
    assert [(v["id"], [n["html"][:150] for n in v["nodes"]][:5]) for v in found] == []


@pytest.mark.parametrize("case", CASES)
def test_first_screen_is_the_answer(visit, pages, case):
    page, document = visit(pages[case]), told(case)
    told_verdict = page.locator("header").inner_text()
    assert document["verdict"]["verdict"] in told_verdict
    answer = page.locator("#answer")
    box = answer.locator("table").first.bounding_box() if answer.locator("table").count() else None
    assert box is None or box["y"] + box["height"] <= DESKTOP["height"]
    for group in document["answer"]["groups"]:
        for row in group["rows"] if group["action"] != "NOT_ASSESSABLE" else ():
            assert row["what"] in " ".join(answer.inner_text().split())


@pytest.mark.parametrize("case", [case for case in CASES if told(case)["therapies"]])
def test_reader_goes_from_each_answer_to_its_row_and_trace(visit, pages, case):
    """Each link of the first screen, and the trace of what it leads to."""
    page, document = visit(pages[case]), told(case)
    links = page.locator("#answer a[href^='#therapy']")
    by_id = {row["id"]: row for row in document["therapies"]}
    shown = {row["link"] for group in document["answer"]["groups"] for row in group["rows"]}
    assert links.count() == len(shown & set(by_id))
    for number in range(links.count()):
        links.nth(number).click()
        target = page.url.rpartition("#")[2]
        row = page.locator(f"#{target}")
        assert by_id[target]["regimen"] in row.inner_text()
        row.locator("summary").first.press("Enter")
        trace = row.locator("details.trace").first
        assert by_id[target]["trace"][0]["sentence"] in trace.inner_text()


@pytest.mark.parametrize("case", ["LUAD-01", "SKCM-02"])
def test_reader_finds_the_variants_of_a_gene_by_keyboard_alone(visit, pages, case):
    page, document = visit(pages[case]), told(case)
    gene = next(row["gene"] for row in document["variants"]["rows"] if row["tier"])
    count = sum(row["gene"] == gene for row in document["variants"]["rows"])
    for _ in range(400):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('#variant-tools select, .tools select')"):
            break
    else:
        raise AssertionError("the tab key never comes to the choice of a gene")
    page.keyboard.type(gene)
    rows = page.locator("[data-filtered-by] tbody tr >> visible=true")
    assert rows.count() == count and all(gene in text for text in rows.all_inner_texts())


@pytest.mark.parametrize("case", CASES)
def test_headings_lead_through_the_page(visit, pages, case):
    """What a screen reader lists: one h1, no level left out, every section named."""
    page = visit(pages[case])
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert page.locator("main").count() == page.locator("html[lang]").count() == 1


@pytest.mark.parametrize("window", [PHONE, ZOOMED], ids=["phone", "zoom"])
@pytest.mark.parametrize("case", CASES)
def test_narrow_window_needs_no_sideways_scrolling(visit, pages, case, window):
    page = visit(pages[case], viewport=window)
    unfold(page)
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide == 0


@pytest.mark.parametrize("case", CASES)
def test_without_javascript_every_row_is_there(visit, pages, case):
    page, document = visit(pages[case], java_script_enabled=False), told(case)
    whole = page.content()
    rows = page.locator("[data-filtered-by] tbody tr").count()
    assert rows == len(document["variants"]["rows"])
    for therapy in document["therapies"]:
        assert f'id="{therapy["id"]}"' in whole
    assert page.locator("details.trace").count() >= len(document["therapies"])


@pytest.fixture(scope="module")
def printed(pages, browser, tmp_path_factory):
    """The words of each page of each case's PDF."""
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext (Debian package poppler-utils) is not installed")
    found = {}
    for case in ("LUAD-01", "FAIL-05"):
        path = tmp_path_factory.mktemp("printed") / f"{case}.pdf"
        path.write_bytes(pdf(told(case), pages[case].read_text()))
        command = ["pdftotext", "-layout", str(path), "-"]
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        found[case] = text.split("\f")[:-1]
    return found


@pytest.mark.parametrize("case", ["LUAD-01", "FAIL-05"])
def test_print_has_headers_and_numbers_and_begins_with_the_answer(printed, case):
    sheets, document = printed[case], told(case)
    assert 2 <= len(sheets) <= 30
    for number, sheet in enumerate(sheets, start=1):
        lines = [line.strip() for line in sheet.splitlines() if line.strip()]
        assert lines[0].startswith(case) and lines[0].endswith(document["generated"])
        assert lines[-1].startswith("Research use") and lines[-1].endswith(
            f"Page {number} of {len(sheets)}"
        )
    first = " ".join(sheets[0].split())
    assert document["verdict"]["verdict"] in first
    for group in document["answer"]["groups"]:
        assert group["action"].replace("_", " ").split()[0] in first


@pytest.mark.parametrize("case", CASES)
def test_rendering_takes_seconds_and_little_memory(case, tmp_path):
    """The whole script's process; CPU seconds, which other work on the machine does not change."""
    code = (
        "import json, sys; from pathlib import Path; from consilium.report import SECTIONS, render;"
        "document = json.loads(Path(sys.argv[1]).read_text());"
        "Path(sys.argv[2]).write_text(render(document, list(SECTIONS)));"
        "import resource; used = resource.getrusage(resource.RUSAGE_SELF);"
        # Not ru_maxrss, which begins with what the process that started this one held.
        "peak = Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0];"
        "print(used.ru_utime + used.ru_stime, int(peak) / 1024)"
    )
    command = [sys.executable, "-c", code, FOLDER / f"{case}.json", tmp_path / "page.html"]
    environment = {"PYTHONPATH": str(ROOT / "scripts"), "PATH": ""}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    seconds, megabytes = map(float, done.stdout.split())
    assert seconds <= SECONDS and megabytes <= MEMORY_MB
    assert re.search(rf"<h1[^>]*>(<bdi>)?{case}", (tmp_path / "page.html").read_text())


def test_pictures_are_small_and_shown():
    screenshots = pytest.importorskip("screenshots")
    pictures = {path.stem: path for path in screenshots.IMAGES.glob("*.png")}
    assert set(pictures) == {*screenshots.SHOTS, "print"}
    readme = (ROOT / "README.md").read_text()
    for name, path in pictures.items():
        assert f"(docs/images/{name}.png)" in readme
        assert path.stat().st_size < 300_000
