"""The regions that an assay reads."""

from bisect import bisect_right
from collections import defaultdict
from pathlib import Path

from consilium.tables import open_text


class Targets:
    """Target intervals by contig; without any, every base is on target."""

    def __init__(self, intervals: dict[str, list[tuple[int, int]]] | None) -> None:
        """Take sorted intervals that do not overlap; None for a genome."""
        self.intervals = intervals
        self.starts = {c: [start for start, _ in rows] for c, rows in (intervals or {}).items()}

    def holds(self, chrom: str, start: int, end: int) -> bool:
        """Whether any base of an interval is on target."""
        if self.intervals is None:
            return True
        rows = self.intervals.get(chrom, [])
        index = bisect_right(self.starts.get(chrom, []), end - 1) - 1
        return index >= 0 and rows[index][1] > start

    def covers(self, chrom: str, position: int) -> bool:
        """Whether one base (0-based) is on target."""
        return self.holds(chrom, position, position + 1)


def read_targets(path: str | Path | None, padding: int) -> Targets:
    """The targets of a BED, each wider by `padding` bases on both sides; None: all bases."""
    if path is None:
        return Targets(None)
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    with open_text(path) as handle:
        for line in handle:
            cells = line.split("\t") if "\t" in line else line.split()
            if len(cells) >= 3 and not line.startswith(("#", "track", "browser")):
                found[cells[0]].append((max(0, int(cells[1]) - padding), int(cells[2]) + padding))
    return Targets({chrom: _merged(rows) for chrom, rows in found.items()})


def _merged(rows: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(rows):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
