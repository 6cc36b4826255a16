"""The demo's report.json as it should be. `make golden` accepts what it says now.

Files are compared as records, not as bytes, and what differs is said in words.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "golden"
# What may differ between machines and days although the report is the same, and why.
VOLATILE = {
    "provenance.software": "versions of the machine's tools",
    "provenance.config": "all of it is in config/config.yaml",
    "provenance.knowledge.version": "moves with every release of the knowledge base",
    "provenance.knowledge.date": "the same",
    "provenance.knowledge.sha256": "the same",
    "provenance.knowledge.statements": "the same",
    "provenance.knowledge.freshness": "counted from the knowledge base's date",
    "provenance.knowledge.age_days": "the same",
}
# What tells one record of a list from another, as far as it has these keys.
KEYS = ("sample", "chrom", "pos", "ref", "alt", "gene", "feature", "metric", "regimen", "action")
KEYS += ("statement", "step", "profile", "kind", "what", "label", "key", "name", "features")


def steady(document: Any, path: str = "") -> Any:
    """A report without what may differ."""
    if isinstance(document, dict):
        return {
            key: steady(value, f"{path}.{key}".strip("."))
            for key, value in document.items()
            if f"{path}.{key}".strip(".") not in VOLATILE
        }
    return [steady(value, path) for value in document] if isinstance(document, list) else document


def differences(before: Any, after: Any, path: str = "") -> Iterator[str]:
    """Each difference on a line: where, what it was, what it is."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in {**before, **after}:
            here = f"{path}.{key}".strip(".")
            if key not in after:
                yield f"{here}: gone, was {_short(before[key])}"
            elif key not in before:
                yield f"{here}: new, {_short(after[key])}"
            else:
                yield from differences(before[key], after[key], here)
    elif _records(before) and _records(after):
        named = (dict(_named(before)), dict(_named(after)))
        yield from differences(*named, path)
        if list(named[0]) != list(named[1]) and set(named[0]) == set(named[1]):
            yield f"{path}: the same records in another order"
    elif before != after or type(before) is not type(after):
        yield f"{path}: was {_short(before)}, is {_short(after)}"


def _records(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)


def _named(records: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Records by what tells them apart; those that nothing tells apart are counted."""
    seen: Counter[str] = Counter()
    for record in records:
        name = " ".join(str(record[key]) for key in KEYS if record.get(key) is not None)
        seen[name] += 1
        yield f"[{name}{f' #{seen[name]}' if seen[name] > 1 else ''}]", record


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 120 else f"{text[:117]}..."


def accept(results: Path) -> None:
    """Make the reports of a finished demo the golden ones, and say what that changes."""
    FOLDER.mkdir(exist_ok=True)
    reports = {path.parent.name: path for path in sorted(results.glob("*/report.json"))}
    for stale in set(FOLDER.glob("*.json")) - {FOLDER / f"{case}.json" for case in reports}:
        stale.unlink()
    for case, path in reports.items():
        golden = FOLDER / f"{case}.json"
        before = json.loads(golden.read_text()) if golden.exists() else {}
        after = json.loads(path.read_text())
        for line in differences(steady(before), steady(after)) if before else ["new"]:
            print(f"{case}: {line}")
        golden.write_text(json.dumps(after, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    accept(Path(sys.argv[1]))
