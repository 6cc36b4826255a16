"""The knowledge bases that the matcher is measured with, and bases that concern nobody."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import import_knowledge  # noqa: E402
from consilium.knowledge import And, Leaf, Not, Or, Profile, read_knowledge  # noqa: E402
from consilium.knowledge.records import Approval, Statement  # noqa: E402
from consilium.tables import write_rows  # noqa: E402

CIVIC = "knowledge/civic/nightly-ClinicalEvidenceSummaries-2026-05.tsv.gz"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the files of this run lie."""

    work: Path
    data: Path

    def config(self, name: str) -> Path:
        """The config of one choice of knowledge bases."""
        return self.work / f"{name}.yaml"


def prepare(place: Place) -> None:
    """Import CIViC, copy statements onto genes that nobody has, and write the configs."""
    own = yaml.safe_load((ROOT / "config" / "config.yaml").read_text())
    civic = {
        "kind": "civic",
        "file": str(place.data / CIVIC),
        "version": "2026-05",
        "date": "2026-05-01",
        "folder": str(place.work / "civic"),
    }
    settings = import_knowledge.Settings(
        **{**own["knowledge"], "base": str(ROOT / own["knowledge"]["base"]), "sources": [civic]}
    )
    resources = ROOT / "resources"
    with redirect_stdout(StringIO()):
        import_knowledge.main(settings, resources / "tumors.tsv", resources / "diseases.tsv")
    folders = [ROOT / own["knowledge"]["base"], place.work / "civic"]
    strangers = [{**civic, "folder": str(strange(folders, place.work, n))} for n in (1, 2, 3)]
    choices = {"bundled": [], "civic": [civic], "x2": [civic, *strangers[:1]]}
    for name, sources in {**choices, "x4": [civic, *strangers]}.items():
        config = {**own, "knowledge": {**own["knowledge"], "sources": sources}}
        place.config(name).write_text(yaml.safe_dump(config))


def strange(folders: Iterable[Path], work: Path, number: int) -> Path:
    """A base of every statement on genes, the genes renamed so that no patient has them."""
    folder = work / f"strangers{number}"
    statements, approvals = [], []
    for entry in (entry for path in folders for entry in read_knowledge(path).entries):
        if not all(leaf.gene and leaf.kind != "expression" for leaf in leaves(entry.profile)):
            continue
        name = f"{entry.statement.id}-x{number}"
        profile = str(renamed(entry.profile, number))
        statements.append(replace(entry.statement, id=name, profile=profile))
        approvals += [replace(row, statement=name) for row in entry.approvals]
    for kind, row_type, rows in (
        ("statements", Statement, statements),
        ("approvals", Approval, approvals),
    ):
        (folder / kind).mkdir(parents=True)
        write_rows(folder / kind / "all.tsv", row_type, rows)
    facts = {"name": f"strangers {number}", "version": "1", "date": "2026-05-01", "licence": "-"}
    (folder / "manifest.yaml").write_text(yaml.safe_dump(facts))
    return folder


def leaves(profile: Profile) -> Iterator[Leaf]:
    """Every leaf of a profile."""
    match profile:
        case Leaf():
            yield profile
        case Not(part):
            yield from leaves(part)
        case And(parts) | Or(parts):
            for part in parts:
                yield from leaves(part)


def renamed(profile: Profile, number: int) -> Profile:
    """A profile on genes that do not exist."""
    match profile:
        case Leaf():
            partner = profile.partner and f"{profile.partner}X{number}"
            return replace(profile, gene=f"{profile.gene}X{number}", partner=partner)
        case Not(part):
            return Not(renamed(part, number))
        case And(parts):
            return And(tuple(renamed(part, number) for part in parts))
        case Or(parts):
            return Or(tuple(renamed(part, number) for part in parts))


def bases(place: Place) -> dict[str, tuple[int, int]]:
    """Choices of knowledge bases: statements, and how many of them concern nobody."""
    folders = [ROOT / "resources" / "knowledge", place.work / "civic"]
    known = sum(len(read_knowledge(path).entries) for path in folders)
    copies = len(read_knowledge(place.work / "strangers1").entries)
    return {
        "civic": (known, 0),
        "x2": (known + copies, copies),
        "x4": (known + 3 * copies, 3 * copies),
    }
