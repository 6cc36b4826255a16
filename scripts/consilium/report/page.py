"""The page: report.json laid out for people. It computes nothing and escapes everything."""

import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from consilium.report import figures, plots
from consilium.report.language import Texts, texts

TIMES = "\u00d7"
NARROW = "\u202f"  # a space that breaks no line
CSS = Path(__file__).parent / "templates" / "report.css"
SCRIPT = CSS.with_suffix(".js")
IGV_LICENCE = CSS.with_name("igv_licence.txt")
# The style elements that igv.js 3.1.4 adds, by their SHA-256; a test fails where others are added.
IGV_STYLES = (
    "ITHmamcImsZ/Je1xrdtDLZVvRSpj1Zokb6uHXORB824=",
    "NTwDUA6nIvRRpI2lIBtHJqkV0TlTj4HVmI6vI81fIfM=",
)
# Control characters and those that reverse or hide text: a name that holds them must look odd.
INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Extras:
    """What a page shows beside report.json, where it is there."""

    evidence: Mapping[str, Any] | None = None  # evidence.json; None: the case has no alignments
    igv: str | None = None  # the code of igv.js; None: it is not installed

    def views(self) -> dict[tuple[str, str], dict[str, Any]]:
        """The views by tumour and allele, each with its number on the page, from 1."""
        found = self.evidence["views"] if self.evidence else []
        return {
            (view["sample"], view["allele"]): {**view, "number": number}
            for number, view in enumerate(found, start=1)
        }

    @property
    def reads(self) -> Markup:
        """The embedded reads as the page's script takes them: they end no element."""
        views = self.evidence["views"] if self.evidence and self.igv else []
        names = ("allele", "chrom", "start", "sequence")
        rows = [
            {name: view[name] for name in names}
            | {"tracks": [{"name": t["sample"], "bam": t["bam"]} for t in view["tracks"]]}
            for view in views
        ]
        return Markup(json.dumps(rows, separators=(",", ":")).replace("<", "\\u003c"))


def render(
    document: Mapping[str, Any], sections: Sequence[str], extras: Extras | None = None
) -> str:
    """The page of a case from its report.json, with the named sections in the order given."""
    language = texts(document["language"])
    extras = extras or Extras()
    style = CSS.read_text() + print_header(
        document["case"]["id"], document["notice"], document["generated"], language
    )
    views = extras.views()
    igv = f"/*!\n{IGV_LICENCE.read_text()}*/\n{extras.igv}" if views and extras.igv else ""
    return lay_out(
        "page.html",
        style,
        language,
        report=document,
        sections=list(sections),
        evidence=extras.evidence,
        reads=extras.reads,
        igv=Markup(igv),
        igv_hash=_digest(igv),
        igv_styles=IGV_STYLES if igv else (),
        view_of=lambda row: views.get((row["sample"], _allele(row))),
    )


def _allele(row: Mapping[str, Any]) -> str:
    """A variant's name in evidence.json."""
    return f"{row['chrom']}:{row['pos']}:{row['ref']}:{row['alt']}"


def lay_out(template: str, style: str, language: Texts, **values: object) -> str:
    """A template with values filled in; style and script are known by their hash."""
    script = SCRIPT.read_text()
    page: str = (
        _environment()
        .get_template(template)
        .render(
            style=Markup(style),
            style_hash=_digest(style),
            script=Markup(script),
            script_hash=_digest(script),
            t=language,
            word=lambda group, code: _word(language, group, code),
            looked_for=lambda feature: looked_for(language, feature),
            figures=figures,
            plots=plots,
            **values,
        )
    )
    return page


def _digest(text: str) -> str:
    """What a content-security policy knows an inline element by."""
    return b64encode(sha256(text.encode()).digest()).decode()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("consilium.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_visible,
    )
    environment.filters |= {
        "vaf": vaf,
        "percent": percent,
        "number": number,
        "amount": amount,
        "measured": measured,
        "class": css_class,
    }
    return environment


def _visible(value: object) -> object:
    if isinstance(value, str) and not isinstance(value, Markup):
        return INVISIBLE.sub("\ufffd", value)
    return value


def _word(language: Texts, group: str, code: str) -> str:
    """The text of a code, or the code itself where an outside source coined it."""
    known = language.group(group)
    return known[code] if code in known else code.replace("_", " ")


def looked_for(language: Texts, feature: str) -> str:
    """A feature as what was looked for: of wild type that is a mutation, which is absent or not."""
    gene, asks, codons = feature.partition("wild_type")
    if not asks:
        return feature
    where = codons.removeprefix(" codons ").replace(",", ", ")
    text = "negatives.against_wild_type" if where else "negatives.against_wild_type_gene"
    return f"{gene}{language(text, codons=where)}"


def vaf(value: float) -> str:
    """An allele fraction, with as many digits as are worth reading."""
    return f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


def percent(value: float) -> str:
    """A fraction as per cent; never rounded up to 100."""
    shown = f"{value * 100:.1f}"
    return "100 %" if value >= 1 else f"{'99.9' if shown == '100.0' else shown} %"


def number(value: float) -> str:
    """A count or depth, with thousands set apart."""
    whole = f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"
    return whole.replace(",", NARROW)


def amount(value: float, unit: str) -> str:
    """A measured quantity in its unit."""
    if unit == "fraction":
        return percent(value)
    return f"{number(value)}{TIMES if unit == 'x' else NARROW + unit}"


def measured(value: float) -> str:
    """A quantity whose unit is not known: four digits."""
    return f"{value:.4g}"


def css_class(code: str) -> str:
    """A code as the name of a style class."""
    return re.sub("[^a-z]+", "-", code.lower())


def css_string(text: str) -> str:
    """Any text as a CSS string that ends neither the string nor the style element."""
    safe = INVISIBLE.sub("\ufffd", text).replace("\n", " ").replace("\t", " ")
    return '"' + re.sub("[^A-Za-z0-9 .,;:-]", lambda m: f"\\{ord(m[0]):x} ", safe) + '"'


def print_header(case: str, notice: str, date: str, language: Texts) -> str:
    """Style for the margins of printed pages: case, date, notice and page numbers."""
    numbers = language("page.print_page", page="\n", pages="\n").split("\n")
    counters = (
        f"{css_string(numbers[0])} counter(page) {css_string(numbers[1])} counter(pages) "
        f"{css_string(numbers[2])}"
    )
    return (
        f"@page{{@top-left{{content:{css_string(case)};font-weight:600}}"
        f"@top-right{{content:{css_string(date)}}}"
        f"@bottom-left{{content:{css_string(notice)}}}"
        f"@bottom-right{{content:{counters}}}}}\n"
    )
