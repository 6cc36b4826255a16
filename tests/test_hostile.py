"""Texts that a person, a file or another laboratory may supply, meant or not meant to do harm."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
import yaml

import report_cases as cases
from build_report import as_text, build
from consilium.problems import InputError
from consilium.records import CaseSummary, Clinical
from consilium.report import SECTIONS, render, render_index
from consilium.report.page import INVISIBLE
from consilium.samples import read_sheet
from workflow_cases import ROOT

HOSTILE = {
    "element": "<img src=x onerror=alert(1)>",
    "script": "<script>alert(1)</script>",
    "end of script": "</script><script>alert(1)</script>",
    "end of style": "</style><style>*{display:none}</style>",
    "end of script in a comment": "<!--<script></script>",
    "attribute": "\" onmouseover=\"alert(1)' onfocus='alert(1)",
    "entity": "&lt;b&gt; &amp; &#60;script&#62;",
    "template": "{{ 7*7 }} {% raw %} ${7*7} #{7*7}",
    "address": "javascript:alert(1)",
    "style": "}body{display:none}/*",
    "formula": '=HYPERLINK("http://example.org","x")',
    "backslashes": "\\u003cscript\\u003e \\x3c \\",
    "letters": "腫瘍 рак όγκος ورم é",
    "reversal": "abc\u202edcba\u2066",
    "controls": "a\x00b\x07c\x1b[31m",
    "line ends": "a\r\nb\u2028c\u2029d",
    "long word": "x" * 400,
    "long text": "mutation " * 5_000,
}


def spoiled(text):
    """A case that says it wherever something from outside is said."""
    data = cases.typical()
    variants = tuple(
        replace(v, gene=text, hgvs_p=text, hgvs_c=text, clinvar=text) for v in data.variants
    )
    told = cases.interpreted(
        data,
        warnings=[text],
        therapies=[
            cases.therapy(1, "ACT", text, why=text, profile=text, citations=(f"URL:{text}",)),
            cases.therapy(2, "AVOID", "x", cdx=text, biomarker=text, conditions_unknown=(text,)),
        ],
        not_assessable=[{"what": text, "needs": text, "sentence": text, "regimens": [text]}],
    )
    return replace(
        told,
        facts=replace(data.facts, case=text[:200], assay=text, targets=text),
        clinical=Clinical(text, specimen=text, prior_therapies=(text,), stage=text),
        variants=variants,
        callability=(cases.feature("KRAS codon 12", reason=text, uncovered=text),),
        quality=data.quality | {"reasons": [text]},
        versions={"samtools": text},
    )


class Skeleton(HTMLParser):
    """The elements of a page with the names of their attributes, and its text."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.elements, self.said = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, tuple(sorted(name for name, _ in attrs))))

    def handle_data(self, data):
        self.said.append(data)


def page_of(data):
    return render(json.loads(as_text(build(data))), list(SECTIONS))


@pytest.fixture(scope="module")
def harmless():
    """What the page of the same case consists of when the text is a plain word."""
    return Skeleton(page_of(spoiled("plain")))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_page_has_the_same_elements_whatever_a_text_says(text, harmless):
    page = Skeleton(page_of(spoiled(text)))
    assert page.elements == harmless.elements
    shown = INVISIBLE.sub("\ufffd", text)
    assert shown in "".join(page.said)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_browser_runs_nothing_and_stays_as_wide_as_its_window(text, visit, tmp_path):
    """`visit` fails on a dialog, a request, an error or a breach of the page's policy."""
    (tmp_path / "page.html").write_text(page_of(spoiled(text)))
    page = visit(tmp_path / "page.html", viewport={"width": 390, "height": 844})
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide == 0
    assert page.locator("h1").is_visible() and page.locator("section").count() == len(SECTIONS)
    assert page.evaluate("document.querySelectorAll('img, iframe, object').length") == 0


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_page_of_the_run_has_the_same_elements_too(text):
    def rows(word):
        return [CaseSummary("A", "REVIEW", word, word, "A/report.html")]

    found, plain = (Skeleton(render_index(rows(word))) for word in (text, "plain"))
    assert found.elements == plain.elements
    assert INVISIBLE.sub("\ufffd", text) in "".join(found.said)


NAMES = [name for name in HOSTILE if name not in {"long text"}]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("column", ["case", "sample"])
def test_sheet_takes_no_name_that_could_do_harm(name, column, tmp_path):
    """Names become paths, read groups and pages; the sheet is where they are refused."""
    row = {"case": "A", "sample": "A-T", "role": "tumor", "lane": "L1", "fastq_1": "a.fq.gz"}
    row |= {"tumor_type": "LUAD", column: re.sub(r"[\t\r\n\u2028\u2029]", " ", HOSTILE[name])}
    path = tmp_path / "samples.tsv"
    path.write_text("\n".join(["\t".join(row), "\t".join(row.values())]) + "\n")
    config = yaml.safe_load((ROOT / "config" / "config.yaml").read_text())
    with pytest.raises(InputError) as refusal:
        read_sheet(str(path), config)
    assert str(path) in str(refusal.value) and column in str(refusal.value)
