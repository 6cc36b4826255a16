"""Put an imported base in place, whole or not at all."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from consilium.knowledge.base import read_knowledge
from consilium.knowledge.sources import KINDS
from consilium.knowledge.sources.release import LOSSY, Known, Outcome, Release
from consilium.problems import Problem, refuse
from consilium.tables import write_rows

OUTCOMES = ("imported", "conditional", "refused")


def land(release: Release, known: Known) -> list[Outcome]:
    """Import a release into its folder.

    The folder of the last import stays as it is until the new one is complete and can be read.

    Raises:
        InputError, TableError: the release cannot be imported; nothing has changed.
    """
    target = Path(release.folder)
    if not release.path.exists():
        refuse([Problem(release.file, "no such file", "mend knowledge.sources")])
    _own_folder(release, target)
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        outcomes = KINDS[release.kind].write(release.path, work, known)
        _no_loss(release, target, sum(outcome.number for outcome in outcomes))
        _describe(release, work, outcomes)
        read_knowledge(work)
        _swap(work, target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return outcomes


def count(outcomes: Iterable[Outcome]) -> list[tuple[str, str, int]]:
    """How many items came to which end for which reason, the commonest first."""
    counted: Counter[tuple[str, str]] = Counter()
    for outcome in outcomes:
        counted[outcome.outcome, outcome.reason] += outcome.number
    order = sorted(counted.items(), key=lambda kv: (OUTCOMES.index(kv[0][0]), -kv[1], kv[0][1]))
    return [(outcome, reason, number) for (outcome, reason), number in order]


def _own_folder(release: Release, target: Path) -> None:
    """Refuse to replace what no import has made."""
    if target.exists() and _facts(target).get("source", {}).get("kind") != release.kind:
        problem = f"{target} exists and is no import of {release.kind}"
        refuse([Problem(release.file, problem, "give the source a folder of its own")])


def _facts(target: Path) -> dict[str, Any]:
    """The manifest of a base; empty where there is none."""
    manifest = target / "manifest.yaml"
    found = yaml.safe_load(manifest.read_text()) if manifest.exists() else None
    return found if isinstance(found, dict) else {}


def _no_loss(release: Release, target: Path, rows: int) -> None:
    """A file that ends between two rows looks whole; that it lost rows gives it away."""
    last = int(_facts(target).get("items", 0))
    if release.kind != "house" and rows < LOSSY * last:
        problem = f"{rows} items, the base in {target} has {last}: the file seems cut off"
        refuse([Problem(release.file, problem, f"fetch it again, or delete {target} if it is not")])


def _describe(release: Release, folder: Path, outcomes: list[Outcome]) -> None:
    kind = KINDS[release.kind]
    ends = dict.fromkeys(OUTCOMES, 0)
    for outcome in outcomes:
        ends[outcome.outcome] += outcome.number
    facts = {
        "name": release.name or kind.name,
        "version": release.version,
        "date": release.date,
        "licence": release.licence or kind.licence,
        "source": {"kind": release.kind, "file": release.path.name},
        "sha256": checksum(release.path),
        "items": sum(ends.values()),
        **ends,
    }
    (folder / "manifest.yaml").write_text(yaml.safe_dump(facts, sort_keys=False))
    write_rows(folder / "outcomes.tsv", Outcome, outcomes)


def checksum(path: Path) -> str:
    """The sha256 of a file, or of all files of a folder."""
    total = sha256()
    for file in sorted(path.rglob("*.tsv")) if path.is_dir() else [path]:
        with file.open("rb") as handle:
            while block := handle.read(1 << 20):
                total.update(block)
    return total.hexdigest()


def _swap(work: Path, target: Path) -> None:
    """Two renames; when the second fails, the first is taken back."""
    work.chmod(0o755)
    old = work.with_name(f"{work.name}.old")
    if target.exists():
        target.rename(old)
    try:
        work.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)
