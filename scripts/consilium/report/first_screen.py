"""How many rows the first screen of a report has room for: 1280 x 800 pixels, nothing to scroll.

Heights are estimated from the lengths of texts; a test holds the estimate against a browser.
"""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

LETTERS = {"what": 25, "because": 36, "why": 58, "both": 60}  # of a line, by column
LINE, PADDING = 20, 6  # pixels
TABLE = 590  # pixels that are left for rows below head and heading, without the classes' row
BANNER = 130  # pixels of the points that a person should look at first
Row = Mapping[str, Any]


def height(row: Row) -> int:
    """Pixels that a row of the first screen takes."""
    if row["link"] == "not-assessable":
        lines = min(2, _lines(row["what"], "both")) + _lines(row["because"], "both")
        return LINE * max(lines, _lines(row["why"], "why")) + PADDING
    reasons = min(2, _lines(f"{row['why']}: {row['summary']}", "why"))
    asked = _lines("Ask: " + ", ".join(row["ask"]), "because") if row["ask"] else 0
    cells = (_lines(row["what"], "what"), _lines(row["because"], "because"), reasons + asked)
    return LINE * max(cells) + PADDING


def _lines(text: str, column: str) -> int:
    return ceil(len(text) / LETTERS[column])


def shares(
    rows: Mapping[str, Sequence[Row]], least: Mapping[str, int], banners: int
) -> dict[str, int]:
    """Rows of each action that are shown: never none where there are some.

    Args:
        rows: by action.
        least: rows that an action may have before another takes what is left, in order.
        banners: boxes above the table that take room.
    """
    heights = {action: [height(row) for row in found] for action, found in rows.items()}
    found = {action: min(len(heights[action]), share) for action, share in least.items()}
    room = TABLE - BANNER * banners

    def used() -> int:
        return sum(sum(heights[action][:n]) for action, n in found.items())

    while used() > room and max(found.values()) > 1:
        largest = max(reversed(list(found)), key=lambda action: found[action])
        found[largest] -= 1
    for action in least:
        while found[action] < len(heights[action]):
            if used() + heights[action][found[action]] > room:
                break
            found[action] += 1
    return found
