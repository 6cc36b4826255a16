"""Targets: well-formed BED inside the genome's contigs."""

from collections.abc import Iterator, Mapping

from consilium.checks.contigs import genome_contigs
from consilium.checks.run import Findings, Run, first_few, present
from consilium.problems import Problem
from consilium.tables import open_text


def check_targets(run: Run) -> Findings:
    """Every row of the targets of the assays that are used."""
    genome = genome_contigs(run.genome)
    for path in present(run.targets()):
        try:
            yield path, first_few(_bed_problems(path, genome), path)
        except (OSError, UnicodeDecodeError, EOFError) as error:
            yield path, [Problem(path, f"cannot be read ({error})", "give a BED of plain text")]


def _bed_problems(path: str, genome: Mapping[str, int]) -> Iterator[Problem]:
    rows = 0
    with open_text(path) as handle:
        for number, line in enumerate(handle, start=1):
            if line.strip() and not line.startswith(("#", "track", "browser")):
                rows += 1
                if wrong := _row_problem(line.rstrip("\r\n").split("\t"), genome):
                    yield Problem(f"{path}, row {number}", *wrong)
    if not rows:
        yield Problem(path, "holds no interval", "give the regions that were sequenced")


def _row_problem(cells: list[str], genome: Mapping[str, int]) -> tuple[str, str] | None:
    """(problem, fix), or None."""
    if len(cells) < 3:
        fix = "separate contig, start and end by tabs"
        return f"{len(cells)} column{'s' if len(cells) > 1 else ''} instead of three", fix
    contig, start, end = (cell.strip() for cell in cells[:3])
    if not (start.isdecimal() and end.isdecimal()):
        return f"start {start!r} and end {end!r} are not whole numbers", "write 0-based positions"
    if int(start) >= int(end):
        fix = "a BED start counts from 0 and lies before the end"
        return f"start {start} is not before end {end}", fix
    if contig in genome and int(end) > genome[contig]:
        fix = "use targets of the genome's own assembly"
        return f"end {end} lies beyond {contig} ({genome[contig]} bases)", fix
    return None
