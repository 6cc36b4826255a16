"""Give a case's report in a further form."""

import json
from pathlib import Path

from consilium.export import EXPORTS
from consilium.job import job


def main(report: str, page: str, export: str, output: str) -> None:
    """From report.json and report.html to the form that is an entry of EXPORTS."""
    document = json.loads(Path(report).read_text())
    Path(output).write_bytes(EXPORTS[export](document, Path(page).read_text()))


if __name__ == "__main__":
    with job() as snakemake:
        main(
            report=snakemake.input.report,
            page=snakemake.input.page,
            export=snakemake.wildcards.export,
            output=snakemake.output.exported,
        )
