"""Gather all that a case's report says into one JSON document."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from consilium import report
from consilium.evidence import ChosenTranscript
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
    transcripts: str | None = None  # where genes lie; None: the case has no coordinates
    contigs: str | None = None  # .fai of the genome


def given(paths: Mapping[str, Any]) -> dict[str, Any]:
    """One path an input; None where a case has no such file."""
    return {
        name: path if isinstance(path, str) else next(iter(path), None)
        for name, path in paths.items()
    }


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


def chromosomes(index: str) -> tuple[tuple[str, int], ...]:
    """Names and lengths from the index of a FASTA."""
    lines = (line.split("\t") for line in Path(index).read_text().splitlines())
    return tuple((name, int(length)) for name, length, *_ in lines)


def places(transcripts: str) -> dict[str, tuple[str, int]]:
    """Where each gene lies, from prepared/transcripts.tsv."""
    return {row.gene: (row.chrom, row.start) for row in read_rows(transcripts, ChosenTranscript)}


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
        chromosomes=chromosomes(inputs.contigs) if inputs.contigs else (),
        places=places(inputs.transcripts) if inputs.transcripts else {},
    )
    Path(output).write_text(as_text(build(data)))


if __name__ == "__main__":
    with job() as snakemake:
        main(
            inputs=Inputs(**given(snakemake.input)),
            facts=read_facts(snakemake.params.facts),
            clinical=Clinical(**snakemake.params.clinical),
            config=snakemake.params.config,
            output=snakemake.output.report,
        )
