"""Findings that a board typed in: rows of `events.tsv` in any plausible spelling, or refused.

A cell means the same finding however it is written, or the row is refused with a fix: a finding
that nobody understands must not pass for one that was never made.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from typing import get_type_hints

from consilium.matching.findings import SMALL
from consilium.outside import spelling
from consilium.outside.context import Context
from consilium.outside.hgvs import NO_CHANGE, spelt_names
from consilium.outside.names import Named, distrust
from consilium.outside.raw import Line
from consilium.outside.values import VALUES
from consilium.records import Event
from consilium.tables import PARSERS

KINDS = {"SNP": "SNV", "MNP": "MNV", "DNP": "MNV", "CNV": "CNA", "PGx": "PGX"}
STATES = {
    "DETECTED": "PRESENT",
    "FOUND": "PRESENT",
    "NOT_DETECTED": "ABSENT",
    "NOT_FOUND": "ABSENT",
    "NOT_TESTED": "NOT_ASSESSED",
}
HINTS = get_type_hints(Event)
NUMBERS = frozenset(name for name, hint in HINTS.items() if "float" in str(hint))


def usual(column: str, cell: str) -> str:
    """A cell in the spelling that the schema knows."""
    text = spelling.plain(cell)
    word = text.upper().replace(" ", "_").replace("-", "_")
    if column == "kind":
        return KINDS.get(word, word)
    if column == "assessed":
        return STATES.get(word, word)
    if column == "origin":
        return word
    return spelling.amount(text) if column in NUMBERS else text


def own(line: Line, context: Context) -> Iterator[Event]:
    """One finding.

    Raises:
        InputError: a cell is not understood, or one that is needed is empty.
    """
    cells = {field.name: line.text(field.name) or "" for field in fields(Event)}
    event = Event(**{name: PARSERS[HINTS[name]](cell) for name, cell in cells.items()})
    known = symbols(context)
    if event.kind not in {"IHC", "EXPRESSION"}:
        event = replace(
            event,
            gene=event.gene and spelling.gene(event.gene, known),
            partner=event.partner and spelling.gene(event.partner, known),
        )
    if event.kind == "FUSION" or "::" in (event.hgvs_p or ""):
        event = _fusion(event, line, known)
    elif event.kind in SMALL and not (event.feature or event.consequence):
        event = _small(event, line, context)
    if tidy := VALUES.get(event.kind):
        event = tidy(event, line)
    yield event


def symbols(context: Context) -> dict[str, str]:
    """The genes of the knowledge base by their upper case."""
    return {name.upper(): name for name in context.transcripts}


def events(rows: Iterable[Event], context: Context) -> Iterator[Event]:
    """The rows; one without a sample belongs to the sample that the table was given for."""
    for event in rows:
        yield event if event.sample else replace(event, sample=context.sample or None)


def doubts(event: Event, context: Context) -> str | None:
    """Why a row that can be read may not be what was meant; None where nothing is odd."""
    genes = context.transcripts
    if event.gene and event.kind in SMALL | {"CNA"} and genes and event.gene not in genes:
        return f"{event.gene} is no gene of the knowledge base, and the row decides nothing"
    if event.assessed == "INDETERMINATE" and event.detail and not event.feature:
        return f"the row counts as INDETERMINATE: {event.detail}"
    return None


def _fusion(event: Event, line: Line, known: Mapping[str, str]) -> Event:
    """Both partners, 5' first; the gene is the one that the row is about, else the 3' one."""
    if not event.hgvs_p:
        if event.partner and event.assessed == "PRESENT":
            line.refuse("it is not said which partner is 5'", "write hgvs_p as 5'::3'")
        if not event.gene:
            line.refuse("gene is empty", "write the gene that the row is about")
        return event
    name = spelling.fusion(event.hgvs_p, dict(known))
    five, joined, three = name.partition("::")
    if not joined or not five or not three or "::" in three:
        line.refuse(
            f"hgvs_p {event.hgvs_p!r} has no two genes", "write the 5' gene, ::, the 3' gene"
        )
    gene = event.gene or three
    if gene not in {five, three}:
        line.refuse(f"gene {gene} is no partner of {name}", "name the gene that the row is about")
    return replace(event, hgvs_p=name, gene=gene, partner=three if gene == five else five)


def _small(event: Event, line: Line, context: Context) -> Event:
    """A small variant with its names in HGVS, or a place where one was looked for."""
    names = spelt_names(line, context, event.gene or "")
    event = replace(
        event,
        hgvs_p=names.protein,
        hgvs_c=names.coding,
        transcript=event.transcript or names.transcript,
        genomic=_places(event.genomic, line),
    )
    if event.assessed == "PRESENT" and not event.hgvs_c and event.hgvs_p in {None, *NO_CHANGE}:
        fix = "fill hgvs_p or hgvs_c; variants known by their place alone go into a vcf"
        line.refuse("neither hgvs_p nor hgvs_c names a change", fix)
    return _trusted(event, context)


def _places(text: str | None, line: Line) -> str | None:
    """The alleles of `genomic`, joined by `|`."""
    if text is None:
        return None
    places = [spelling.place(part.strip()) for part in text.split("|")]
    for place in places:
        if not re.fullmatch(r"[^:\s]+:\d+:[ACGTN]+:[ACGTN]+", place):
            fix = "write chr7:140753336:A:T on the configured genome, or leave it empty"
            line.refuse(f"genomic {place!r} is no allele", fix)
    return "|".join(places)


def _trusted(event: Event, context: Context) -> Event:
    """The event, INDETERMINATE where its name is of another transcript than the base's."""
    names = (event.gene or "", event.hgvs_p, event.hgvs_c, event.transcript)
    problem = distrust(Named(*names), context)
    if problem is None or event.assessed == "NOT_ASSESSED":
        return event
    detail = "; ".join(filter(None, (event.detail, problem)))
    return replace(event, assessed="INDETERMINATE", detail=detail)
