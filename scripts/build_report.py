"""Gather all that a case's report says into one JSON document."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from consilium import report
from consilium.job import job
from consilium.records import Callability, Clinical, Event, Variant
from consilium.report.head import head
from consilium.report.inputs import CaseData, CaseFacts, SampleFacts
from consilium.report.language import texts
from consilium.tables import read_rows

SCHEMA = Path(report.__file__).with_name("report.schema.json")


@dataclass(frozen=True, slots=True)
class Inputs:
    """Paths of what a report is made of."""

    interpretation: str
    trials: str
    quality: str
    variants: str
    callability: str
    events: str
    versions: str


def read_facts(fields: Mapping[str, Any]) -> CaseFacts:
    """A case's facts from the plain values that a rule's params can carry."""
    samples = tuple(SampleFacts(**sample) for sample in fields["samples"])
    return CaseFacts(**{**fields, "samples": samples})


def build(data: CaseData) -> dict[str, Any]:
    """The whole report, sections in the order of the registry."""
    document = head(data)
    for section in report.SECTIONS.values():
        document |= section(data)
    return document


def as_text(document: Mapping[str, Any]) -> str:
    """The bytes of report.json: the same for the same document.

    Raises:
        jsonschema.ValidationError: the document does not follow report.schema.json.
    """
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(json.loads(text))
    return text


def main(
    inputs: Inputs,
    facts: CaseFacts,
    clinical: Clinical,
    config: Mapping[str, Any],
    output: str,
) -> None:
    """From the files of a case to report.json."""
    data = CaseData(
        facts=facts,
        clinical=clinical,
        interpretation=json.loads(Path(inputs.interpretation).read_text()),
        trials=json.loads(Path(inputs.trials).read_text()),
        quality=json.loads(Path(inputs.quality).read_text()),
        variants=tuple(read_rows(inputs.variants, Variant)),
        callability=tuple(read_rows(inputs.callability, Callability)),
        events=tuple(read_rows(inputs.events, Event)),
        versions=json.loads(Path(inputs.versions).read_text()),
        config=config,
        texts=texts(),
    )
    Path(output).write_text(as_text(build(data)))


if __name__ == "__main__":
    with job() as snakemake:
        main(
            inputs=Inputs(**dict(snakemake.input.items())),
            facts=read_facts(snakemake.params.facts),
            clinical=Clinical(**snakemake.params.clinical),
            config=snakemake.params.config,
            output=snakemake.output.report,
        )
