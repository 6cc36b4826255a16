"""Config block `trials`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from consilium.trials.countries import NAMES


@dataclass(frozen=True, slots=True)
class Settings:
    """Config block `trials`."""

    curated: str | None  # folder of curated trials
    store: str | None  # what import_trials and fetch_trials write
    files: list[dict[str, str | None]]  # for import_trials: path, retrieved
    shown: int  # trials that the page shows of each kind
    max_status_age: int  # days
    fetch: Mapping[str, Any]  # keys of Fetch


@dataclass(frozen=True, slots=True)
class Fetch:
    """Config block `trials.fetch`."""

    url: str
    conditions: list[str]  # any of them; none: all
    genes: list[str]  # any of them; none: all
    countries: list[str]  # ISO 3166-1 alpha-2, any of them; none: all
    statuses: list[str]
    fields: str | None
    page_size: int
    tries: int
    timeout: float  # seconds without an answer
    pause: float  # seconds between two pages

    def query(self) -> dict[str, str]:
        """What is asked of API v2, the page token aside."""
        names = [NAMES[country][0] for country in self.countries]
        asked = {
            "query.cond": _any_of(self.conditions),
            "query.term": _any_of(self.genes),
            "query.locn": _any_of(names),
            "filter.overallStatus": "|".join(self.statuses),
            "fields": self.fields or "",
            "pageSize": str(self.page_size),
            "countTotal": "true",
            "format": "json",
        }
        return {name: value for name, value in asked.items() if value}


def _any_of(words: list[str]) -> str:
    """Words of a query joined by OR; what is more than one word is quoted."""
    return " OR ".join(f'"{word}"' if " " in word else word for word in words)
