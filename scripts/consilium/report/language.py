"""The fixed texts of the report, one file per language in texts/."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "texts"


@dataclass(frozen=True)
class Texts:
    """Texts by dotted key, whole sentences only."""

    entries: dict[str, Any]

    def __call__(self, key: str, **values: object) -> str:
        """The text of `key` with `values` filled in.

        Raises:
            KeyError: the key or a value that the text needs is missing.
        """
        entry: Any = self.entries
        for part in key.split("."):
            if not isinstance(entry, dict) or part not in entry:
                raise KeyError(f"no text {key!r}")
            entry = entry[part]
        if isinstance(entry, dict):
            entry = entry["one" if values["n"] == 1 else "other"]
        return str(entry).format(**values) if values else str(entry)

    def listed(self, words: list[str]) -> str:
        """Words as the language lists them."""
        return str(self.entries["list_separator"]).join(words)

    def group(self, key: str) -> dict[str, str]:
        """All texts under one top-level key."""
        return dict(self.entries[key])


@cache
def texts(language: str = "en") -> Texts:
    """The texts of a language."""
    with (FOLDER / f"{language}.yaml").open(encoding="utf-8") as handle:
        return Texts(yaml.safe_load(handle))
