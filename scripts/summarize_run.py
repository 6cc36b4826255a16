"""Sum up the run: a line a case, and a page that links them."""

from collections.abc import Iterable
from pathlib import Path

from consilium.job import job
from consilium.run import finished_case, write_summary


def main(cases: Iterable[str], results: Path) -> None:
    """From the sealed cases to results/summary.tsv and results/index.html."""
    write_summary([finished_case(results / case) for case in cases], results)


if __name__ == "__main__":
    with job() as snakemake:
        main(cases=snakemake.params.cases, results=Path(snakemake.output.summary).parent)
