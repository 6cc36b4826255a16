"""Trials that people curated: one YAML file a trial, checked before anybody believes it.

In: `resources/trials/{id}.yaml`; `config/trial.schema.yaml` is the definition of a file.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from consilium.knowledge import Profile, leaves, parse_conditions, parse_profile
from consilium.knowledge.conditions import ConditionError
from consilium.knowledge.profiles import ProfileError
from consilium.problems import InputError, Problem, refuse
from consilium.schemas import broken_rules
from consilium.trials.records import Arm, Criterion, Study
from consilium.tumors import Tumors

KINDS = ("molecular", "tumor", "clinical")
WHOLE_TUMORS = frozenset({"ANY", "ANY_SOLID"})
# Genes that trials ask for and no statement of the knowledge base: they need no gene model,
# because only their copy number or their protein is asked for.
TRIAL_GENES = frozenset({"MTAP"})


@dataclass(frozen=True, slots=True)
class Terms:
    """The words that criteria may use."""

    tumors: Tumors
    genes: Collection[str]  # genes.tsv of the knowledge base


def read_curated(folder: Path, terms: Terms) -> dict[str, Study]:
    """Every trial of a folder by its id, in the order of ids.

    Raises:
        InputError: names each file and field that is wrong, and what to do.
    """
    found: dict[str, Study] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            trial = read_trial(path, terms)
        except InputError as error:
            problems.extend(error.problems)
        else:
            found[trial.id] = trial
    refuse(problems)
    return found


def read_trial(path: Path, terms: Terms) -> Study:
    """One curated trial.

    Raises:
        InputError: names the fields that are wrong, and what to do.
    """
    written = _load(path)
    refuse(
        Problem(f"{path}, {'.'.join(keys) or 'the file'}", problem, fix)
        for keys, problem, fix in broken_rules("trial", written)
    )
    refuse(_meaning(path, written, terms))
    return Study(
        id=written["id"],
        title=written["title"],
        checked=written["checked"],
        status=written["status"],
        phases=tuple(written["phases"]),
        urls=tuple(written["sources"]),
        countries=tuple(written["countries"]),
        arms=tuple(
            Arm(
                label=arm["label"],
                interventions=tuple(arm["interventions"]),
                description=arm.get("description", ""),
            )
            for arm in written["arms"]
        ),
        criteria=tuple(criterion for _, criterion in _criteria(written)),
        source="curated",
    )


def _load(path: Path) -> dict[str, Any]:
    try:
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        told = " ".join(str(error).split())
        raise InputError(
            [Problem(str(path), f"cannot be read ({told})", "give a YAML text file in UTF-8")]
        ) from error
    if not isinstance(written, dict):
        refuse([Problem(str(path), "is no block of keys", "write `id: NCT...` and what follows")])
    if isinstance(written.get("checked"), date):  # YAML reads 2026-01-05 as a date
        written["checked"] = written["checked"].isoformat()
    loaded: dict[str, Any] = written
    return loaded


def _criteria(written: dict[str, Any]) -> Iterator[tuple[str, Criterion]]:
    """Yield (path of the field, criterion): those of all arms, then arm by arm."""
    blocks = [("", None, written)]
    blocks += [(f"arms.{n}.", arm["label"], arm) for n, arm in enumerate(written["arms"])]
    for prefix, label, block in blocks:
        for polarity in ("inclusion", "exclusion"):
            for number, entry in enumerate(block.get(polarity, [])):
                kind = next(kind for kind in KINDS if kind in entry)
                criterion = Criterion(
                    kind=kind,
                    expression=entry[kind],
                    polarity=polarity,
                    origin="curated",
                    sentence=entry["says"],
                    arm=label,
                    hard=entry.get("hard", True),
                )
                yield f"{prefix}{polarity}.{number}.{kind}", criterion


def _meaning(path: Path, written: dict[str, Any], terms: Terms) -> Iterator[Problem]:
    """What the schema cannot see."""
    if path.stem != written["id"]:
        yield Problem(f"{path}, id", f"{written['id']} is not the name of the file", "rename it")
    try:
        date.fromisoformat(written["checked"])
    except ValueError:
        fix = "give an ISO date such as 2026-01-05"
        yield Problem(f"{path}, checked", f"{written['checked']} is no day", fix)
    labels = [arm["label"] for arm in written["arms"]]
    for label in dict.fromkeys(labels):
        if labels.count(label) > 1:
            yield Problem(f"{path}, arms", f"label {label!r} stands twice", "rename one of them")
    for field, criterion in _criteria(written):
        for problem, fix in expression_problems(criterion.kind, criterion.expression, terms):
            yield Problem(f"{path}, {field}", problem, fix)


def expression_problems(kind: str, expression: str, terms: Terms) -> Iterator[tuple[str, str]]:
    """Yield (problem, fix) for an expression that no matcher could use."""
    if kind == "tumor":
        yield from _tumor_problems(expression, terms.tumors)
        return
    try:
        if kind == "molecular":
            yield from _gene_problems(parse_profile(expression), terms.genes)
        elif len(parse_conditions(expression)) != 1:
            yield f"{expression!r} is not one clause", "write each clause as a criterion"
    except (ConditionError, ProfileError) as error:
        yield str(error), "follow the grammar in docs/design.md"


def _tumor_problems(expression: str, tumors: Tumors) -> Iterator[tuple[str, str]]:
    for code in expression.split("|"):
        if code not in WHOLE_TUMORS and code not in tumors:
            near = ", ".join(tumor.code for tumor in tumors.suggest(code)[:3])
            fix = f"perhaps {near}" if near else "use a code of resources/tumors.tsv"
            yield f"{code!r} is not a tumour code", fix


def _gene_problems(profile: Profile, genes: Collection[str]) -> Iterator[tuple[str, str]]:
    for leaf, _ in leaves(profile):
        named = () if leaf.kind == "expression" else (leaf.gene, leaf.partner)
        for gene in filter(None, named):
            if gene not in genes and gene not in TRIAL_GENES:
                yield f"gene {gene} is not known", "use a gene of resources/knowledge/genes.tsv"
