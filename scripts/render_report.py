"""Render a case's report.json as one HTML page that needs nothing else."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from consilium.job import job
from consilium.report import Extras, render


@dataclass(frozen=True, slots=True)
class Settings:
    """Config key `report`."""

    sections: Sequence[str]


@dataclass(frozen=True, slots=True)
class Inputs:
    """Paths of what a page is made of."""

    report: str
    evidence: str | None = None  # None: the case has no alignments
    igv: str | None = None  # None: igv.js is not installed


def main(inputs: Inputs, html: str, settings: Settings) -> None:
    """From report.json, and the reads at its variants, to report.html."""
    document = json.loads(Path(inputs.report).read_text())
    extras = Extras(
        evidence=json.loads(Path(inputs.evidence).read_text()) if inputs.evidence else None,
        igv=Path(inputs.igv).read_text() if inputs.igv else None,
    )
    Path(html).write_text(render(document, settings.sections, extras))


if __name__ == "__main__":
    with job() as snakemake:
        main(
            inputs=Inputs(
                report=snakemake.input.report,
                evidence=next(iter(snakemake.input.get("evidence", [])), None),
                igv=next(iter(snakemake.input.get("igv", [])), None),
            ),
            html=snakemake.output.html,
            settings=Settings(**snakemake.params.settings),
        )
