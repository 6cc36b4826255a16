"""Decide which candidates are believed and where they come from: one step, one rule."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from consilium.callers import ORIGIN_FILTERS
from consilium.evidence import Annotation, Belief, Candidate
from consilium.job import job
from consilium.origin import Counted, Limits, Origin, origin_alone, origin_of_pair
from consilium.records import AlleleCount
from consilium.tables import read_rows, write_rows
from consilium.targets import Targets, read_targets

Key = tuple[str, int, str, str]


@dataclass(frozen=True, slots=True)
class Settings:
    """Config key `belief`."""

    min_alt_reads: int
    min_vaf: float
    accept_filters: list[str]
    accept_min_alt_reads: int
    normal_max_vaf: float
    normal_power: float
    germline_min_population_af: float
    target_padding: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one candidate."""

    candidate: Candidate
    tumor: Counted | None
    normal: Counted | None
    population_af: float | None
    on_target: bool


def believe(evidence: Evidence, settings: Settings) -> Belief:
    """The rule: few enough doubts, told in words, and an origin."""
    origin = _origin(evidence, settings)
    reasons = tuple(_doubts(evidence, origin, settings))
    row = evidence.candidate
    return Belief(
        sample=row.sample,
        chrom=row.chrom,
        pos=row.pos,
        ref=row.ref,
        alt=row.alt,
        status="FILTERED" if reasons else "BELIEVED",
        reasons=reasons,
        origin=origin.name,
        origin_reason=origin.reason,
        loh=origin.loh,
    )


def caller_filters(row: Candidate) -> dict[str, frozenset[str]]:
    """Filters by caller; none where it passed."""
    found = dict(text.split(":", 1) for text in row.filters)
    return {
        caller: frozenset() if names == "PASS" else frozenset(names.split(";"))
        for caller, names in found.items()
    }


def _origin(evidence: Evidence, settings: Settings) -> Origin:
    if evidence.normal is not None:
        limits = Limits(settings.normal_max_vaf, settings.normal_power)
        return origin_of_pair(evidence.tumor, evidence.normal, limits)
    named = any("germline" in names for names in caller_filters(evidence.candidate).values())
    return origin_alone(evidence.population_af, settings.germline_min_population_af, named)


def _doubts(evidence: Evidence, origin: Origin, settings: Settings) -> Iterator[str]:
    row = evidence.candidate
    if row.part_of:
        yield f"part of {row.part_of}"
    if not evidence.on_target:
        yield "outside the targets"
    yield from _caller_doubts(evidence, settings)
    if evidence.tumor is not None:
        alt, fraction = evidence.tumor.alt, evidence.tumor.fraction
        if alt < settings.min_alt_reads:
            yield f"{alt} fragments show it, {settings.min_alt_reads} are needed"
        elif fraction < settings.min_vaf:
            yield f"fraction {fraction:.4f} is below {settings.min_vaf:g}"
    if origin.in_normal:
        yield f"seen in the normal: {origin.reason}"


def _caller_doubts(evidence: Evidence, settings: Settings) -> Iterator[str]:
    """No caller passed it, nor doubted it only in ways that enough fragments outweigh.

    Filters that speak of origin do not count: our own fragments decide on origin.
    """
    filters = caller_filters(evidence.candidate)
    if not all(filters.values()) and filters:
        return
    if not filters:
        yield "no caller wrote it"
        return
    harmless = ORIGIN_FILTERS | set(settings.accept_filters)
    alt = evidence.tumor.alt if evidence.tumor else 0
    mild = [caller for caller, names in filters.items() if names <= harmless]
    if mild and alt >= settings.accept_min_alt_reads:
        return
    for caller, names in sorted(filters.items()):
        yield f"{caller} filtered it ({', '.join(sorted(names))})"
    if mild:
        yield f"{alt} fragments show it, {settings.accept_min_alt_reads} would outweigh the filter"


def gather(
    candidates: Iterable[Candidate],
    counts: Iterable[AlleleCount],
    annotations: Mapping[Key, Annotation],
    targets: Mapping[str, Targets],
) -> Iterator[Evidence]:
    """Join the tables of a case; counts of a sample that is no tumour are the normal's."""
    rows = list(candidates)
    by_sample: dict[tuple[str, Key], Counted] = {}
    normals: dict[Key, Counted] = {}
    for count in counts:
        key, found = _key(count), Counted(count.depth, count.alt_count)
        if count.sample in targets:
            by_sample[count.sample, key] = found
        else:
            normals[key] = found
    for row in rows:
        key = _key(row)
        annotation = annotations.get(key)
        yield Evidence(
            candidate=row,
            tumor=by_sample.get((row.sample, key)),
            normal=normals.get(key),
            population_af=annotation.population_af if annotation else None,
            on_target=targets[row.sample].holds(row.chrom, row.pos - 1, row.pos - 1 + len(row.ref)),
        )


def _key(row: Candidate | AlleleCount | Annotation) -> Key:
    return row.chrom, row.pos, row.ref, row.alt


@dataclass(frozen=True, slots=True)
class Inputs:
    """Tables of one case."""

    candidates: str
    counts: list[str]
    annotations: str
    targets: str | None
    tumors: list[str]


def main(inputs: Inputs, beliefs: str, settings: Settings) -> None:
    """From candidates, counts and annotations to beliefs."""
    targets = read_targets(inputs.targets, settings.target_padding)
    evidence = gather(
        read_rows(inputs.candidates, Candidate),
        (row for path in inputs.counts for row in read_rows(path, AlleleCount)),
        {_key(row): row for row in read_rows(inputs.annotations, Annotation)},
        dict.fromkeys(inputs.tumors, targets),
    )
    write_rows(beliefs, Belief, [believe(item, settings) for item in evidence])


if __name__ == "__main__":
    with job() as snakemake:
        main(
            inputs=Inputs(
                candidates=snakemake.input.candidates,
                counts=list(snakemake.input.counts),
                annotations=snakemake.input.annotations,
                targets=next(iter(snakemake.input.get("targets", [])), None),
                tumors=snakemake.params.tumors,
            ),
            beliefs=snakemake.output.beliefs,
            settings=Settings(**snakemake.params.settings),
        )
