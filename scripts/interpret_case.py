"""Say what the findings of one case mean: therapies, warnings, and why not."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consilium.job import job
from consilium.knowledge import Knowledge, read_bases
from consilium.matching.interpret import Facts, Limits, interpret
from consilium.matching.matcher import Matcher
from consilium.matching.settings import Settings as MatchSettings
from consilium.records import Clinical, Event, Therapy
from consilium.tables import read_rows, write_rows
from consilium.tumors import read_tumors


@dataclass(frozen=True, slots=True)
class Settings:
    """Config keys `regions`, `knowledge` and `interpretation`, and the day of the report."""

    regions: list[str]
    report_date: str  # ISO
    knowledge: Mapping[str, Any]
    interpretation: Mapping[str, float]


def read_facts(case: Mapping[str, Any]) -> Facts:
    """The sheet's and the clinical table's facts of a case, as the rule hands them over."""
    clinical = dict(case["clinical"])
    clinical["prior_therapies"] = tuple(clinical.get("prior_therapies") or ())
    return Facts(
        case=case["case"],
        tumor=case["tumor"],
        clinical=Clinical(**clinical),
        purity=case.get("purity"),
        sex=case.get("sex"),
    )


def bases_of(knowledge: Mapping[str, Any]) -> list[str]:
    """The folders of the bundled base, and beside it of what was imported."""
    return [knowledge["base"], *(source["folder"] for source in knowledge["sources"])]


def build_matcher(base: Knowledge, tumors: str | Path, settings: Settings) -> Matcher:
    """A matcher over the knowledge, for any number of cases."""
    return Matcher(
        base=base,
        tumors=read_tumors(tumors),
        settings=MatchSettings(**settings.interpretation),
        report_date=settings.report_date,
        regions=tuple(settings.regions),
    )


def to_json(document: Mapping[str, Any]) -> str:
    """The document as bytes that depend on nothing but its content."""
    return json.dumps(_rounded(document), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _rounded(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, Mapping):
        return {key: _rounded(part) for key, part in value.items()}
    return [_rounded(part) for part in value] if isinstance(value, list | tuple) else value


def main(
    events: str,
    tumors: str,
    case: Mapping[str, Any],
    settings: Settings,
    outputs: Mapping[str, str],
) -> None:
    """From a case's events to its interpretation and its table of therapies."""
    matcher = build_matcher(read_bases(bases_of(settings.knowledge)), tumors, settings)
    limits = Limits(settings.knowledge["max_age_amber"], settings.knowledge["max_age_red"])
    document, table = interpret(read_facts(case), read_rows(events, Event), matcher, limits)
    Path(outputs["interpretation"]).write_text(to_json(document))
    write_rows(outputs["therapies"], Therapy, table)


if __name__ == "__main__":
    with job() as snakemake:
        main(
            events=snakemake.input.events,
            tumors=snakemake.input.tumors,
            case=snakemake.params.case,
            settings=Settings(**snakemake.params.settings),
            outputs={
                "interpretation": snakemake.output.interpretation,
                "therapies": snakemake.output.therapies,
            },
        )
