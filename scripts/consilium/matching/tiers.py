"""The tier of one statement for one patient (rules 19 to 26), with the rule that gave it."""

import re
from dataclasses import dataclass
from datetime import date

from consilium.knowledge.base import Entry
from consilium.matching.disease import Disease
from consilium.matching.kleene import Truth
from consilium.matching.preconditions import Conditions
from consilium.matching.profile_match import Molecular
from consilium.matching.regulators import Status

NEGATIVE = frozenset({"resistance", "reduced_sensitivity"})
ELSEWHERE = frozenset({"OFF", "RELATED"})
INFORMING = frozenset({"diagnostic", "prognostic"})


@dataclass(frozen=True, slots=True)
class Tier:
    """The tier, the rule of the specification that gave it, and why.

    `miss` names why a statement is no row: a kind of the "why not" list.
    """

    tier: str | None
    rule: str
    sentence: str
    miss: str | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """One statement held against one patient."""

    entry: Entry
    molecular: Molecular
    disease: Disease
    conditions: Conditions
    status: Status
    tier: Tier

    @property
    def stance(self) -> str:
        """sensitivity | no_benefit | resistance | reduced_sensitivity | adverse | information."""
        row = self.entry.statement
        if row.predicate in INFORMING:
            return "information"
        if row.direction == "disputes":
            return "no_benefit" if row.predicate == "sensitivity" else "information"
        return row.predicate

    @property
    def regimen(self) -> frozenset[str]:
        """The drugs, in no order."""
        return self.entry.regimen

    @property
    def date(self) -> str:
        """The latest date of a decision in force, for ranking."""
        return max((approval.date or "" for approval in self.status.active), default="")


def checked(entry: Entry, report_date: str) -> bool:
    """Whether somebody has read the primary source, by the day of the report."""
    return entry.statement.checked != "no" and entry.statement.checked <= report_date


def guideline_stands(entry: Entry) -> bool:
    """Whether a guideline carries the statement, with a year and a source one can open."""
    row = entry.statement
    dated = bool(re.search(r"\b(19|20)\d\d\b", row.guideline or ""))
    return dated and any(c.startswith(("URL:", "PMID:")) for c in row.citations)


def decided(entry: Entry, status: Status) -> bool:
    """Whether a label that somebody has read, or a guideline of level A, carries a statement."""
    guided = entry.statement.level == "A" and guideline_stands(entry)
    return label_stands(status) or (guided and entry.statement.checked != "no")


def label_stands(status: Status) -> bool:
    """Whether a regulator of the user's regions approves, as somebody has read, dated, with URL."""
    return any(_is_date(a.date) and a.url for a in status.read)


def _is_date(text: str | None) -> bool:
    try:
        return bool(date.fromisoformat(text or ""))
    except ValueError:
        return False


def sensitivity_tier(match: Match, barred: str | None, report_date: str) -> Tier:
    """The tier of a statement that a regimen works.

    Args:
        match: the statement held against the patient, not yet tiered.
        barred: why the regimen cannot be borrowed from another tumour, None if it can.
        report_date: the day of the report, ISO.
    """
    truth, disease = match.molecular.truth, match.disease
    if truth is Truth.FALSE:
        return Tier(None, "12", "the molecular profile is not fulfilled", "wrong_class")
    if disease.kind == "UNKNOWN":
        return Tier(None, "16", disease.sentence, "unknown_tumor")
    if match.conditions.unmet:
        words = f"not met: {'; '.join(match.conditions.unmet)}"
        return Tier(None, "17", words, "not_met")
    if match.status.withdrawn and disease.kind not in ELSEWHERE:
        gone = match.status.withdrawn[0]
        words = f"withdrawn ({gone.regulator}, {gone.date}): {gone.note or 'no reason given'}"
        return Tier(None, "25", words, "withdrawn")
    if disease.kind in ELSEWHERE:
        return _borrowed(match, barred, report_date)
    if truth is Truth.UNKNOWN:
        return Tier(None, "12", "a test result is missing", "not_assessed")
    return _on_disease(match, report_date)


def _on_disease(match: Match, report_date: str) -> Tier:
    entry, row, status = match.entry, match.entry.statement, match.status
    if row.level == "D":
        return Tier("II-D", "20", "preclinical evidence or single cases")
    if not match.disease.on_label:
        return Tier("II-C", "16", "the evidence is from a subtype of this tumour, never Tier I")
    if not checked(entry, report_date):
        if row.level == "C":
            return Tier("II-D", "21", "single cases or a small series whose source nobody checked")
        return Tier("II-C", "19", "the primary source was not checked, so never Tier I")
    if label_stands(status):
        names = ", ".join(sorted(a.regulator for a in status.read))
        return Tier("I-A", "19", f"approved by {names} for this tumour and this profile")
    if guideline_stands(entry) and row.level == "A":
        return Tier("I-A", "19", f"recommended by {row.guideline}")
    if guideline_stands(entry) and row.level == "B":
        return Tier("I-B", "19", f"well-powered study with consensus: {row.guideline}")
    words = "clinical evidence in this tumour without label or guideline in the chosen regions"
    if status.active and not status.read:
        names = ", ".join(sorted(a.regulator for a in status.active))
        words = f"an approval by {names} is reported, but its label was not seen, so never Tier I"
        return Tier("II-C", "19", words)
    return Tier("II-C", "20", words)


def _borrowed(match: Match, barred: str | None, report_date: str) -> Tier:
    """Rule 20: evidence from another tumour counts only where a source says that it transfers."""
    entry, row, disease = match.entry, match.entry.statement, match.disease
    if match.molecular.truth is not Truth.TRUE:
        return Tier(None, "20", disease.sentence, "wrong_tumor")
    if disease.excluded:
        return Tier(None, "20", f"{disease.sentence}; {row.limitation or 'label'}", "wrong_tumor")
    if not row.transfers or not checked(entry, report_date):
        words = f"{disease.sentence}, and no source shows that it transfers"
        return Tier(None, "20", words, "wrong_tumor")
    if not label_stands(match.status) and not guideline_stands(entry):
        return Tier(None, "20", f"{disease.sentence}; no label or guideline there", "wrong_tumor")
    if barred:
        return Tier(None, "20", barred, "wrong_tumor")
    return Tier("II-C", "20", f"{disease.sentence}, and a source shows activity across tumours")


def negative_tier(match: Match, report_date: str) -> Tier:
    """The parallel tier of a statement that a regimen does not work (rule 26)."""
    row, truth, disease = match.entry.statement, match.molecular.truth, match.disease
    if truth is not Truth.TRUE:
        miss = "wrong_class" if truth is Truth.FALSE else "not_assessed"
        return Tier(None, "26", "the molecular profile is not fulfilled", miss)
    if not disease.on_label and disease.kind not in {"SUBTYPE_EVIDENCE", "RELATED"}:
        return Tier(None, "26", disease.sentence, "wrong_tumor")
    if match.conditions.unmet:
        return Tier(None, "17", f"not met: {'; '.join(match.conditions.unmet)}", "not_met")
    if row.level == "D" or disease.kind == "RELATED":
        words = "preclinical evidence" if row.level == "D" else disease.sentence
        return Tier("R-III", "26", words)
    if row.level == "A" and disease.on_label and checked(match.entry, report_date):
        return Tier("R-I", "26", f"stated by {row.guideline or 'the label'}")
    return Tier("R-II", "26", "clinical evidence")
