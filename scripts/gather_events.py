"""Bring what our reads show and what others measured into one table of events."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from consilium.events import KINDS, event_of_callability, event_of_variant
from consilium.job import job
from consilium.knowledge import Leaf, parse_profile
from consilium.knowledge.profiles import ProfileError
from consilium.loci import ELSEWHERE
from consilium.matching.patient import asked_features
from consilium.outside import Context, known_to, read_table
from consilium.records import Callability, Event, Variant
from consilium.resources import AlleleTable, Public, completed, read_hotspots
from consilium.tables import read_rows, write_rows


def events_of_variants(variants: Iterable[Variant]) -> Iterator[Event]:
    """Believed variants that lie in a gene."""
    for row in variants:
        if row.status == "BELIEVED" and row.gene:
            yield event_of_variant(row)


def events_of_features(rows: Iterable[Callability]) -> Iterator[Event]:
    """Features that are absent or could not be told; what is present is a variant's own event."""
    for row in rows:
        if row.state != "PRESENT":
            yield event_of_callability(row, feature_kind(row.feature))


def feature_kind(feature: str) -> str:
    """The kind of event that a feature asks for."""
    leaf = parse_profile(feature)
    name = ELSEWHERE.get(leaf.kind, "SNV") if isinstance(leaf, Leaf) else "SNV"
    if isinstance(leaf, Leaf) and (leaf.classes or "").startswith("inframe"):
        name = "INDEL"
    return KINDS[name]


def others_win(own: Iterable[Event], outside: Iterable[Event]) -> Iterator[Event]:
    """Our rows but for features and changes that an outside table speaks about, then its rows.

    What another assay measured stands beside our own silence: NOT_ASSESSED and INDETERMINATE
    rows of the same feature give way to it.
    """
    told = list(outside)
    features = {str(leaf) for event in told if event.assessed != "PRESENT" for leaf in asked(event)}
    for event in own:
        if event.assessed in {"PRESENT", "ABSENT"} or event.feature not in features:
            yield event
    yield from told


def asked(event: Event) -> tuple[Leaf, ...]:
    """The features that an outside row speaks about; none where it is of no known gene or place."""
    try:
        return asked_features(event)
    except ProfileError:
        return ()


@dataclass(frozen=True, slots=True)
class Outside:
    """A table that another laboratory or tool made; `kind` is its column of the sheet."""

    sample: str
    path: str
    kind: str = "events"
    purity: float | None = None  # fraction of cells that are tumour


def read_outside(tables: Iterable[Outside], context: Context) -> Iterator[Event]:
    """The rows of every table."""
    for table in tables:
        about = replace(context, sample=table.sample, purity=table.purity)
        events = read_table(table.kind, table.path, about)
        yield from (completed(event, context.public) for event in events)


def read_public(clinvar: str | None, hotspots: str | None) -> Public:
    """What is publicly known, as far as it is configured."""
    return Public(
        clinvar=AlleleTable(clinvar) if clinvar else None,
        hotspots=read_hotspots(hotspots) if hotspots else {},
    )


def main(
    variants: str | None,
    callability: str | None,
    outside: Iterable[Outside],
    events: str,
    context: Context = Context(""),  # noqa: B008
) -> None:
    """From variants.tsv, callability.tsv and outside tables to events.tsv."""
    own = [
        *events_of_variants(read_rows(variants, Variant) if variants else []),
        *events_of_features(read_rows(callability, Callability) if callability else []),
    ]
    write_rows(events, Event, others_win(own, read_outside(outside, context)))


if __name__ == "__main__":
    with job() as snakemake:
        paths, tables = snakemake.input.outside, snakemake.params.outside_tables
        params = snakemake.params
        public = read_public(
            next(iter(snakemake.input.get("clinvar", [])), None),
            next(iter(snakemake.input.get("hotspots", [])), None),
        )
        about = (params.knowledge, params.limits, params.build, snakemake.input.models, public)
        main(
            variants=snakemake.input.variants,
            callability=snakemake.input.callability,
            outside=[Outside(s, p, k, f) for (s, k, f), p in zip(tables, paths, strict=True)],
            events=snakemake.output.events,
            context=known_to(*about) if tables else Context("", public=public),
        )
