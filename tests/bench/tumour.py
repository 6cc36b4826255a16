"""One tumour of the tables of other tools: copies, fusions and RNA to events, and to therapies.

`python tests/bench/tumour.py COAD --table copy_number=c.tsv --table fusions=f.tsv --models m.gff3`
reads the tables as gather_events does and interprets them as interpret_case does, in one process.
"""

import argparse
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import gather_events  # noqa: E402
import interpret_case  # noqa: E402
from consilium.outside import KINDS, known_to  # noqa: E402
from consilium.records import Clinical  # noqa: E402
from interpret_cohort import read_config  # noqa: E402


@dataclass(frozen=True, slots=True)
class Given:
    """What there is of a tumour."""

    tumor: str  # OncoTree code
    tables: Iterable[tuple[str, str]]  # column of the sample sheet and path
    models: str  # GFF3 of select_transcripts


def main(given: Given, config: str, folder: Path) -> None:
    """From tables to events.tsv, interpretation.json and therapies.tsv in the folder.

    Raises:
        InputError: a table cannot be read; names rows and fixes.
    """
    own = read_config(config)
    base, limits = own["knowledge"]["base"], own["interpretation"]
    tables = [gather_events.Outside(given.tumor, path, kind) for kind, path in given.tables]
    context = known_to(base, limits, own["reference"]["build"], given.models)
    gather_events.main(None, None, tables, str(folder / "events.tsv"), context)
    today = str(own["report_date"] or date.today().isoformat())
    settings = interpret_case.Settings(own["regions"], today, own["knowledge"], limits)
    interpret_case.main(
        events=str(folder / "events.tsv"),
        tumors=str(ROOT / "resources" / "tumors.tsv"),
        case={"case": given.tumor, "tumor": given.tumor, "clinical": asdict(Clinical(given.tumor))},
        settings=settings,
        outputs={
            "interpretation": str(folder / "interpretation.json"),
            "therapies": str(folder / "therapies.tsv"),
        },
    )


def table(text: str) -> tuple[str, str]:
    """A column of the sample sheet and the table that stands in it.

    Raises:
        ValueError: there is no such column.
    """
    kind, _, path = text.partition("=")
    if kind not in KINDS or not path:
        raise ValueError(text)
    return kind, path


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tumor", help="OncoTree code of the tumour")
    parser.add_argument("--table", type=table, action="append", default=[], help="column=path")
    parser.add_argument("--models", required=True, help="GFF3 that select_transcripts wrote")
    parser.add_argument("--config", required=True)
    parser.add_argument("--out", type=Path, required=True, help="a folder")
    asked = parser.parse_args()
    main(Given(asked.tumor, asked.table, asked.models), asked.config, asked.out)
