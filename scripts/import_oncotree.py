"""Import an OncoTree release, with Disease Ontology cross-references, into our own table.

In: the JSON of an OncoTree release (`TISSUE` and its `children`), the table of the Disease
Ontology's cross-references (`id, label, xref`), and our own table of names (`code, name`).
Out: one row per tumour type, see `consilium.tumors.Tumor`.
"""

import argparse
import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from consilium.tables import TableError, open_text, read_rows, write_rows
from consilium.tumors import ROOT, Tumor, tree

NEEDED = ("code", "name", "parent", "tissue", "level", "children", "externalReferences")


@dataclass(frozen=True, slots=True)
class Name:
    """What people call a tumour type."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Reference:
    """One cross-reference of a Disease Ontology term."""

    id: str
    label: str
    xref: str


def read_release(path: str | Path) -> list[Tumor]:
    """The tumour types of an OncoTree release, in the order of the file.

    Raises:
        TableError: the file is no complete release.
    """
    try:
        release = json.loads(Path(path).read_text())
        tumors = [_tumor(node) for node in _nodes(release[ROOT])]
        tree(tumors)
    except (KeyError, TypeError, ValueError) as error:
        raise TableError(f"{path} is no OncoTree release: {error!r}") from error
    return tumors


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for child in node["children"].values():
        if missing := [key for key in NEEDED if key not in child]:
            raise ValueError(f"{child.get('code')} has no {missing[0]!r}")
        yield child
        yield from _nodes(child)


def _tumor(node: dict[str, Any]) -> Tumor:
    return Tumor(
        code=node["code"],
        name=node["name"],
        parent=None if node["parent"] == ROOT else node["parent"],
        tissue=node["tissue"],
        level=int(node["level"]),
        ncit=tuple(sorted(node["externalReferences"].get("NCI", []))),
        former_codes=tuple(sorted(node.get("history", []))),
    )


def read_references(path: str | Path) -> Iterator[Reference]:
    """Cross-references of the Disease Ontology (quoted TSV).

    Raises:
        TableError: a column is missing.
    """
    with open_text(path) as handle:
        reader = csv.DictReader(handle, delimiter="\t")
        if missing := {"id", "label", "xref"} - set(reader.fieldnames or ()):
            raise TableError(f"{path}: column {min(missing)!r} is missing")
        for row in reader:
            yield Reference(row["id"], row["label"], row["xref"])


def cross_reference(tumors: Iterable[Tumor], references: Iterable[Reference]) -> list[Tumor]:
    """Give each tumour the Disease Ontology ids and labels that share its NCIt code."""
    by_ncit: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for reference in references:
        if reference.xref.startswith("NCI:"):
            by_ncit[reference.xref.removeprefix("NCI:")].add((reference.id, reference.label))
    linked = []
    for tumor in tumors:
        terms = set().union(*(by_ncit.get(code, set()) for code in tumor.ncit))
        doid = tuple(sorted(term for term, _ in terms))
        synonyms = tuple(sorted({label for _, label in terms}))
        linked.append(replace(tumor, doid=doid, synonyms=synonyms))
    return linked


def add_names(tumors: Iterable[Tumor], names: Iterable[Name]) -> list[Tumor]:
    """Add our own names to the synonyms.

    Raises:
        ValueError: a name belongs to a code that the release does not have.
    """
    ours: dict[str, set[str]] = defaultdict(set)
    for name in names:
        ours[name.code].add(name.name)
    named = [
        replace(t, synonyms=tuple(sorted({*t.synonyms, *ours.pop(t.code, ())}))) for t in tumors
    ]
    if ours:
        raise ValueError(f"no such tumour code: {', '.join(sorted(ours))}")
    return named


def main(release: str, references: str, names: str, tumors: str) -> None:
    """From a release, cross-references and names to one table of tumour types."""
    linked = cross_reference(read_release(release), read_references(references))
    write_rows(tumors, Tumor, add_names(linked, read_rows(names, Name)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for option in ("release", "references", "names", "tumors"):
        parser.add_argument(f"--{option}", required=True)
    main(**vars(parser.parse_args()))
