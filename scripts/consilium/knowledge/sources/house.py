"""A laboratory's own rules: statements, and decisions of regulators, in our own tables.

The release is one table with the columns of `resources/knowledge/statements/`, or a folder with
`statements/` and, where wanted, `approvals/`. What is wrong with it is told in one go.
"""

import shutil
from datetime import date
from pathlib import Path

from consilium.knowledge.checks import check_base
from consilium.knowledge.profiles import leaves, parse_profile
from consilium.knowledge.raw import read_tables
from consilium.knowledge.records import Statement
from consilium.knowledge.sources.release import Known, Outcome
from consilium.problems import Problem, refuse

PARTS = ("statements", "approvals")


def write(path: Path, folder: Path, known: Known) -> list[Outcome]:
    """Take the tables over as they are, once they have been checked like the bundled ones.

    Raises:
        InputError: a row is wrong, or its id or a gene of it is unknown to the bundled base.
    """
    if path.is_dir():
        for part in PARTS:
            if (path / part).is_dir():
                shutil.copytree(path / part, folder / part)
    else:
        (folder / "statements").mkdir()
        shutil.copyfile(path, folder / "statements" / f"{path.stem}.tsv")
    (folder / "manifest.yaml").write_text("{name: x, version: x, date: x, licence: x}\n")
    problems = check_base(folder, known.tumors, date.fromisoformat(known.date))
    rows = read_tables(folder, []).statements
    if not rows:
        problems.append(Problem(str(path), "no statement", "write at least one row"))
    problems += [problem for where, row in rows for problem in _foreign(where, row, known)]
    refuse(problem for problem in problems if problem.level == "ERROR")
    return [Outcome(row.id, "imported", "", (row.id,)) for _, row in rows]


def _foreign(where: str, row: Statement, known: Known) -> list[Problem]:
    """What only the bundled base can tell: ids that it has, genes that it has not."""
    found = []
    if row.id in known.base.by_id:
        found.append(Problem(f"{where} {row.id}", "the bundled base has this id", "rename it"))
    try:
        asked = [leaf for leaf, _ in leaves(parse_profile(row.profile)) if leaf.gene]
    except ValueError:  # told already
        return found
    stained = {part.gene for part in asked if part.kind == "expression"}
    for gene in sorted({part.gene or "" for part in asked} - set(known.base.genes) - stained):
        fix = "respell it, or add it to genes.tsv of the bundled base"
        found.append(Problem(f"{where} {row.id}, profile", f"gene {gene} is unknown", fix))
    return found
