"""What regulators say of a regimen on the day of the report (rules 19, 25)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from consilium.knowledge.base import Entry
from consilium.knowledge.records import Approval


@dataclass(frozen=True, slots=True)
class Status:
    """The regulators' last word on one statement by the day of the report."""

    current: tuple[Approval, ...]  # one for each regulator
    regions: frozenset[str]  # the user's

    @property
    def active(self) -> tuple[Approval, ...]:
        """Approvals in force in the user's regions."""
        return tuple(
            a for a in self.current if a.status == "ACTIVE" and a.regulator in self.regions
        )

    @property
    def read(self) -> tuple[Approval, ...]:
        """Approvals in force in the user's regions whose label or notice somebody has seen."""
        return tuple(a for a in self.active if a.checked != "no")

    @property
    def withdrawn(self) -> tuple[Approval, ...]:
        """Withdrawals in the user's regions; empty where another region of theirs approves."""
        gone = [a for a in self.current if a.status == "WITHDRAWN" and a.regulator in self.regions]
        return () if self.active else tuple(gone)

    @property
    def elsewhere(self) -> str | None:
        """`approved by X, not by Y` for regions of the user without approval."""
        return elsewhere((self,))

    @property
    def words(self) -> tuple[str, ...]:
        """`FDA ACTIVE 2018-04-18`, one for each regulator."""
        return tuple(f"{a.regulator} {a.status} {a.date or ''}".strip() for a in self.current)


def status_on(entry: Entry, report_date: str, regions: Iterable[str]) -> Status:
    """The status of a statement on a day; decisions dated later are not known yet."""
    last: dict[str, Approval] = {}
    for approval in sorted(entry.approvals, key=_date):
        if _date(approval) <= report_date:
            last[approval.regulator] = approval
    return Status(tuple(last[name] for name in sorted(last)), frozenset(regions))


def _date(approval: Approval) -> str:
    return approval.date or ""


def elsewhere(statuses: Iterable[Status]) -> str | None:
    """`approved by X, not by Y`, of statements that share a regimen and one user's regions."""
    statuses = tuple(statuses)
    seen = [a for status in statuses for a in status.current if a.checked != "no"]
    active = sorted({a.regulator for a in seen if a.status == "ACTIVE"})
    regions = frozenset[str]().union(*(status.regions for status in statuses))
    missing = sorted(regions - set(active))
    if not active or not missing:
        return None
    return f"approved by {', '.join(active)}, not by {', '.join(missing)}"


def lost_drugs(entries: Iterable[Entry], report_date: str) -> dict[str, Approval]:
    """Drugs withdrawn as single agents that nobody approves any more, with the last withdrawal.

    A combination that was withdrawn says nothing of each of its drugs.
    """
    entries = tuple(entries)
    decided: dict[str, list[Approval]] = defaultdict(list)
    for entry in entries:
        current = status_on(entry, report_date, ()).current
        for drug in entry.statement.drugs:
            decided[drug].extend(current)
    alone = {
        entry.statement.drugs[0]
        for entry in entries
        if len(entry.statement.drugs) == 1
        and any(a.status == "WITHDRAWN" for a in status_on(entry, report_date, ()).current)
    }
    return {
        drug: max((a for a in found if a.status == "WITHDRAWN"), key=_date)
        for drug, found in decided.items()
        if drug in alone and not any(a.status == "ACTIVE" for a in found)
    }
