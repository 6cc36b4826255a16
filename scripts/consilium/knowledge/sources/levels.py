"""What a source's level A is worth here: a label or a guideline that we know, or level B."""

from collections.abc import Iterator
from dataclasses import replace

from consilium.knowledge.base import Entry
from consilium.knowledge.profiles import Or, Profile, parse_profile
from consilium.knowledge.records import Statement
from consilium.knowledge.sources.release import Known

UNKNOWN = "level A at its source; no label or guideline of the bundled base stands for it"


def rated(row: Statement, known: Known) -> Statement:
    """A statement of level A keeps it where a checked row of ours says the same, else it is B.

    Ours says the same of the same regimen when each alternative of the profile is one of ours and
    each tumour lies within ours. Nothing becomes checked by that, so Tier I stays ours to give.
    """
    if row.level != "A":
        return row
    same = next((ours for ours in _decided(row, known) if _within(row, ours, known)), None)
    if same is None:
        return replace(row, level="B", limitation=UNKNOWN)
    return replace(row, limitation=f"level A as in {same.statement.id}")


def _decided(row: Statement, known: Known) -> Iterator[Entry]:
    """Checked rows of ours on the regimen that an approval in force or a guideline carries."""
    for ours in known.base.by_regimen.get(frozenset(row.drugs), ()):
        said = ours.statement
        alike = (said.predicate, said.direction) == (row.predicate, row.direction)
        last = {a.regulator: a for a in sorted(ours.approvals, key=lambda a: a.date or "")}
        approved = any(a.status == "ACTIVE" and a.checked != "no" for a in last.values())
        guided = bool(said.guideline) and said.level == "A"
        if alike and said.checked != "no" and (approved or guided):
            yield ours


def _within(row: Statement, ours: Entry, known: Known) -> bool:
    wanted = set(_alternatives(parse_profile(row.profile)))
    if not wanted <= set(_alternatives(ours.profile)):
        return False
    named = set(ours.statement.tumor)
    return all(named.intersection(_line(code, known)) for code in row.tumor)


def _line(code: str, known: Known) -> tuple[str, ...]:
    """A code and what lies above it; `ANY` and `ANY_SOLID` have nothing above."""
    return (code, *known.tumors.ancestors(code)) if code in known.tumors else (code,)


def _alternatives(profile: Profile) -> Iterator[str]:
    parts = profile.parts if isinstance(profile, Or) else (profile,)
    yield from map(str, parts)
