"""Everything that can be wrong with a knowledge base, found before it is used.

Each check takes the tables and yields problems; errors forbid a release, warnings tell of age.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from consilium.knowledge.profiles import Leaf, leaves, parse_profile
from consilium.knowledge.protein import parse_protein
from consilium.knowledge.raw import Tables, read_tables
from consilium.knowledge.records import Approval, Exon, Statement
from consilium.problems import Problem
from consilium.tumors import Tumors

ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
CITATION = re.compile(r"PMID:\d{1,8}|NCT:NCT\d{8}|URL:https?://\S+")
WHOLE_TUMORS = frozenset({"ANY", "ANY_SOLID"})
WORDS = {
    "predicate": {
        "sensitivity",
        "resistance",
        "reduced_sensitivity",
        "adverse",
        "diagnostic",
        "prognostic",
    },
    "direction": {"supports", "disputes"},
    "operator": {"", "COMBINATION", "SEQUENTIAL"},
    "level": {"A", "B", "C", "D"},
    "status": {"ACTIVE", "WITHDRAWN", "PENDING"},
    "cdx": {"required", "not_required", "unknown"},
}


def check_base(folder: Path, tumors: Tumors, today: date) -> list[Problem]:
    """Every problem of a knowledge base, in the order of its files.

    Args:
        folder: the base.
        tumors: the tumour types that statements may name.
        today: the day from which staleness is counted.
    """
    problems: list[Problem] = []
    tables = read_tables(folder, problems)
    for check in CHECKS:
        problems.extend(check(tables))
    problems.extend(_tumor_codes(tables, tumors))
    problems.extend(_future(tables, today))
    return problems


def _words(tables: Tables) -> Iterator[Problem]:
    rows: list[tuple[str, Statement | Approval]] = [*tables.statements, *tables.approvals]
    for where, row in rows:
        key = row.id if isinstance(row, Statement) else row.statement
        for name, allowed in WORDS.items():
            value = getattr(row, name, None)
            if value is not None and value not in allowed:
                fix = f"write one of {', '.join(sorted(word or 'nothing' for word in allowed))}"
                yield Problem(f"{where} {key}", f"{name} is {value!r}", fix)
        if not _is_date(row.checked) and row.checked != "no":
            yield Problem(f"{where} {key}", f"checked is {row.checked!r}", "write a date or no")


def _ids(tables: Tables) -> Iterator[Problem]:
    counts = Counter(row.id for _, row in tables.statements)
    for where, row in tables.statements:
        if not ID.fullmatch(row.id):
            yield Problem(f"{where} {row.id}", "the id is no slug", "use a-z, 0-9 and hyphens")
        if counts[row.id] > 1:
            yield Problem(f"{where} {row.id}", "the id stands twice", "make it unique")


def _citations(tables: Tables) -> Iterator[Problem]:
    for where, row in tables.statements:
        for citation in row.citations:
            if not CITATION.fullmatch(citation):
                fix = "write PMID:n, NCT:NCTn (8 digits) or URL:https://..."
                yield Problem(f"{where} {row.id}", f"citation {citation!r}", fix)
        if not row.citations:
            yield Problem(f"{where} {row.id}", "no citation", "cite the source")


def _regimens(tables: Tables) -> Iterator[Problem]:
    for where, row in tables.statements:
        place, drugs = f"{where} {row.id}", row.drugs
        if row.predicate in {"diagnostic", "prognostic"} and drugs:
            yield Problem(place, f"a {row.predicate} row names drugs", "leave regimen empty")
        if row.predicate not in {"diagnostic", "prognostic"} and not drugs:
            yield Problem(place, "no regimen", "name the drugs")
        if (len(drugs) > 1) != bool(row.operator):
            yield Problem(place, f"operator {row.operator!r} for {len(drugs)} drugs", "mend it")
        if tables.drugs:
            for drug in drugs:
                if drug not in tables.drugs:
                    yield Problem(place, f"drug {drug!r} is not in drugs.tsv", "add or respell it")


def _evidence(tables: Tables) -> Iterator[Problem]:
    """Tier I must always stand on a regulator or a guideline, with date and URL (rule 50)."""
    decided = {row.statement for _, row in tables.approvals}
    for where, row in tables.statements:
        if row.predicate != "sensitivity" or row.direction != "supports" or row.level != "A":
            continue
        if row.id not in decided and not row.guideline:
            yield Problem(
                f"{where} {row.id}", "level A without approval or guideline", "add one, or level B"
            )
        if row.guideline and not re.search(r"\b(19|20)\d\d\b", row.guideline):
            yield Problem(f"{where} {row.id}", "the guideline has no year", "add it", "WARNING")


def _approvals(tables: Tables) -> Iterator[Problem]:
    known = {row.id for _, row in tables.statements}
    counts = Counter((r.statement, r.regulator, r.status, r.date) for _, r in tables.approvals)
    for where, row in tables.approvals:
        place = f"{where} {row.statement} {row.regulator}"
        if row.statement not in known:
            yield Problem(place, "no such statement", "mend the id")
        if counts[row.statement, row.regulator, row.status, row.date] > 1:
            yield Problem(place, "the row stands twice", "delete one")
        if row.status in {"ACTIVE", "WITHDRAWN"} and not (row.date and _is_date(row.date)):
            yield Problem(place, f"date is {row.date!r}", "write the ISO date of the status")
        if row.status == "ACTIVE" and not (row.url or "").startswith("http"):
            yield Problem(place, "no URL", "link the label or the decision")
        if row.status == "WITHDRAWN" and not row.note:
            yield Problem(place, "withdrawn without a reason", "say why in note")


def _features(tables: Tables) -> Iterator[Problem]:
    sets = {(row.gene, row.set) for row in tables.members}
    last = _last_codons(tables.exons)
    exons = {(row.gene, row.exon) for row in tables.exons}
    for where, row, leaf in _leaves(tables):
        place = f"{where} {row.id}, profile"
        if leaf.kind == "expression" or not leaf.gene:
            continue
        for gene in filter(None, (leaf.gene, leaf.partner)):
            if tables.genes and gene not in tables.genes and leaf.partner != gene:
                yield Problem(place, f"gene {gene} is not in genes.tsv", "add or respell it")
        if leaf.kind == "set" and (leaf.gene, leaf.name) not in sets:
            yield Problem(place, f"no set {leaf.gene} {leaf.name}", "fill variant_sets.tsv")
        for exon in leaf.exons:
            if leaf.gene in last and (leaf.gene, exon) not in exons:
                yield Problem(place, f"{leaf.gene} has no coding exon {exon}", "mend it")
        if leaf.codons and leaf.gene in last and max(leaf.codons) > last[leaf.gene]:
            yield Problem(place, f"{leaf} lies behind codon {last[leaf.gene]}", "mend it")


def _residues(tables: Tables) -> Iterator[Problem]:
    """One codon of one gene has one reference residue, whoever names it."""
    named: dict[tuple[str, int], dict[str, str]] = defaultdict(dict)
    for where, row, leaf in _leaves(tables):
        change = parse_protein(leaf.change or "") if leaf.kind == "protein" else None
        for codon, residue in (
            ((change.start, change.first), (change.end, change.last)) if change else ()
        ):
            named[leaf.gene or "", codon].setdefault(residue, f"{where} {row.id}")
    for (gene, codon), found in sorted(named.items()):
        if len(found) > 1:
            words = ", ".join(f"{residue} ({place})" for residue, place in sorted(found.items()))
            yield Problem(f"{gene} codon {codon}", f"has several residues: {words}", "mend one")


def _members(tables: Tables) -> Iterator[Problem]:
    for row in tables.members:
        try:
            parse_profile(f"{row.gene} {row.member}")
        except ValueError as error:
            yield Problem(f"variant_sets.tsv {row.gene} {row.set}", str(error), "mend the member")


def _contradictions(tables: Tables) -> Iterator[Problem]:
    """The same claim, made and denied, unless one names the other in its limitation."""
    groups: dict[tuple[Any, ...], list[tuple[str, Statement, bool]]] = defaultdict(list)
    for where, row in tables.statements:
        if row.id in tables.profiles and row.drugs:
            key = (str(tables.profiles[row.id]), frozenset(row.drugs), row.tumor, row.conditions)
            groups[key].append((where, row, _favours(row)))
    for rows in groups.values():
        for where, row, favours in rows:
            others = [other for _, other, does in rows if does != favours]
            marks = " ".join(f"{r.limitation or ''} {r.summary}" for r in (row, *others))
            if favours and others and not any(r.id in marks for r in (row, *others)):
                yield Problem(
                    f"{where} {row.id}",
                    f"contradicts {others[0].id}",
                    "narrow one profile, or name the other id in the limitation",
                )


def _favours(row: Statement) -> bool:
    return (row.predicate == "sensitivity") == (row.direction == "supports")


def _tumor_codes(tables: Tables, tumors: Tumors) -> Iterator[Problem]:
    for where, row in tables.statements:
        if not row.tumor:
            yield Problem(f"{where} {row.id}", "no tumour", "write a code, ANY_SOLID or ANY")
        for code in (*row.tumor, *row.excluded_tumors):
            if code not in tumors and code not in WHOLE_TUMORS:
                nearest = ", ".join(t.code for t in tumors.suggest(code)[:3])
                fix = f"mean {nearest}?" if nearest else "use an OncoTree code"
                yield Problem(f"{where} {row.id}", f"tumour code {code!r} is unknown", fix)


def _future(tables: Tables, today: date) -> Iterator[Problem]:
    rows: list[tuple[str, Statement | Approval]] = [*tables.statements, *tables.approvals]
    for where, row in rows:
        if _is_date(row.checked) and date.fromisoformat(row.checked) > today:
            key = row.id if isinstance(row, Statement) else row.statement
            yield Problem(f"{where} {key}", f"checked {row.checked}: in the future", "mend it")


def stale(
    folder: Path, today: date, amber: int, red: int, *, release: bool = False
) -> list[Problem]:
    """Statements whose source was last looked at more than `amber` days ago, or never.

    They warn, but before a release those beyond `red` days are errors. What was never checked
    says so in every report and is no error.
    """
    found = []
    for where, row in read_tables(folder, []).statements:
        days = (today - date.fromisoformat(row.checked)).days if _is_date(row.checked) else None
        if days is None or days > amber:
            late = days is not None and days > red
            age = "was never checked" if days is None else f"was checked {days} days ago"
            colour = "never Tier I" if days is None else "red" if late else "amber"
            level = "ERROR" if late and release else "WARNING"
            found.append(Problem(f"{where} {row.id}", f"{age} ({colour})", "look again", level))
    return found


def _is_date(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text)) and len(text) == len("2026-01-01")
    except ValueError:
        return False


def _leaves(tables: Tables) -> Iterator[tuple[str, Statement, Leaf]]:
    for where, row in tables.statements:
        if row.id in tables.profiles:
            for leaf, _ in leaves(tables.profiles[row.id]):
                yield where, row, leaf


def _last_codons(exons: Iterable[Exon]) -> dict[str, int]:
    last: dict[str, int] = {}
    for row in exons:
        last[row.gene] = max(last.get(row.gene, 0), row.last_codon)
    return last


CHECKS: tuple[Callable[[Tables], Iterator[Problem]], ...] = (
    _ids,
    _words,
    _regimens,
    _citations,
    _evidence,
    _approvals,
    _features,
    _residues,
    _members,
    _contradictions,
)
