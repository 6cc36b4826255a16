"""Render a case's report.json as one HTML page that needs nothing else."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from consilium.job import job
from consilium.report import render


@dataclass(frozen=True, slots=True)
class Settings:
    """Config key `report`."""

    sections: Sequence[str]


def main(report: str, html: str, settings: Settings) -> None:
    """From report.json to report.html."""
    document = json.loads(Path(report).read_text())
    Path(html).write_text(render(document, settings.sections))


if __name__ == "__main__":
    with job() as snakemake:
        main(
            report=snakemake.input.report,
            html=snakemake.output.html,
            settings=Settings(**snakemake.params.settings),
        )
