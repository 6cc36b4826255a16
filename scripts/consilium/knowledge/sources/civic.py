"""CIViC's releases of clinical evidence (`...ClinicalEvidenceSummaries.tsv`) as statements.

Nightly and monthly releases share their columns, whatever the file is called. What CIViC's
editors have not accepted or have flagged is refused; an item that does not support its claim
disputes it and is never turned into its opposite; therapies that substitute each other become
one row each. No row is checked by us, so none reaches Tier I by itself.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from consilium.knowledge.records import Statement
from consilium.knowledge.sources.civic_profiles import InexpressibleError, translate
from consilium.knowledge.sources.drugs import Spelling, joined
from consilium.knowledge.sources.levels import rated
from consilium.knowledge.sources.raw import read_release
from consilium.knowledge.sources.release import Known, Outcome
from consilium.problems import Problem, nearest, refuse
from consilium.tables import write_rows

Item = Mapping[str, str]
ALLOWED: dict[str, frozenset[str]] = {
    "therapy_interaction_type": frozenset({"", "Combination", "Substitutes", "Sequential"}),
    "evidence_type": frozenset(
        {"Predictive", "Diagnostic", "Prognostic", "Predisposing", "Functional", "Oncogenic"}
    ),
    "evidence_direction": frozenset({"Supports", "Does Not Support", "N/A", ""}),
    "evidence_level": frozenset("ABCDE"),
    "evidence_status": frozenset({"accepted", "submitted", "rejected"}),
    "is_flagged": frozenset({"true", "false"}),
    "source_type": frozenset({"PubMed", "ASCO", "ASH"}),
    "variant_origin": frozenset(
        {"Somatic", "Rare Germline", "Common Germline", "Unknown", "N/A", "Mixed", "Combined", ""}
    ),
    "significance": frozenset(
        {
            "Sensitivity/Response", "Resistance", "Reduced Sensitivity", "Adverse Response",
            "Positive", "Negative", "Better Outcome", "Poor Outcome", "Predisposition",
            "Protectiveness", "Uncertain Significance", "Pathogenic", "Likely Pathogenic",
            "Benign", "Likely Benign", "Oncogenicity", "Gain of Function", "Loss of Function",
            "Unaltered Function", "Neomorphic", "Dominant Negative", "Unknown", "N/A", "",
        }
    ),
}  # fmt: skip
FREE = (
    "molecular_profile", "disease", "doid", "phenotypes", "therapies", "evidence_statement",
    "citation_id", "nct_ids", "rating", "evidence_id", "evidence_civic_url",
)  # fmt: skip
PREDICATES = {
    ("Predictive", "Sensitivity/Response"): "sensitivity",
    ("Predictive", "Resistance"): "resistance",
    ("Predictive", "Reduced Sensitivity"): "reduced_sensitivity",
    ("Predictive", "Adverse Response"): "adverse",
    ("Diagnostic", "Positive"): "diagnostic",
    ("Diagnostic", "Negative"): "diagnostic",
    ("Prognostic", "Better Outcome"): "prognostic",
    ("Prognostic", "Poor Outcome"): "prognostic",
}
DIRECTIONS = {"Supports": "supports", "Does Not Support": "disputes"}
NO_STATEMENT = {
    "Predisposing": "evidence of inherited risk: ClinVar answers for germline variants",
    "Functional": "evidence of function, not of therapy, diagnosis or prognosis",
    "Oncogenic": "evidence of oncogenicity, not of therapy, diagnosis or prognosis",
}
MAX_SUMMARY = 300  # characters


@dataclass(frozen=True, slots=True)
class Regimen:
    """One regimen of an item."""

    drugs: str
    operator: str


class RefusedError(ValueError):
    """An item that makes no statement; the message is the reason, in words that recur."""


def write(path: Path, folder: Path, known: Known) -> list[Outcome]:
    """Turn a release into `statements/civic.tsv`.

    Raises:
        InputError: a column is missing, a row is cut off, or a cell has an unknown word.
    """
    items = list(read_release(path, (*ALLOWED, *FREE)))
    refuse(_unknown_words(path, items))
    statements: list[Statement] = []
    outcomes = []
    for _, item in items:
        rows, outcome = convert(item, known)
        statements.extend(rows)
        outcomes.append(outcome)
    (folder / "statements").mkdir()
    write_rows(folder / "statements" / "civic.tsv", Statement, statements)
    return outcomes


def _unknown_words(path: Path, items: list[tuple[int, dict[str, str]]]) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for line, item in items:
        where = f"{path}, line {line}"
        for column, allowed in ALLOWED.items():
            if item[column] not in allowed:
                problem = f"{column} is {item[column]!r}, which is not known"
                yield Problem(where, problem, nearest(item[column], sorted(allowed)))
        name = item["evidence_id"]
        if not name.isdigit():
            yield Problem(where, f"evidence_id is {name!r}", "fetch the file again")
        elif name in seen:
            yield Problem(where, f"evidence_id {name} stands in line {seen[name]} too", "mend it")
        seen.setdefault(name, line)


def convert(item: Item, known: Known) -> tuple[list[Statement], Outcome]:
    """One evidence item as statements, and what became of it."""
    name = f"EID{item['evidence_id']}"
    try:
        _admit(item)
        disease = known.diseases.read(item["doid"] or None, item["disease"])
        if not disease.tumor:
            raise RefusedError(f"disease: {disease.refused}")
        germline = item["variant_origin"] == "Rare Germline"
        said = translate(item["molecular_profile"], known.base, germline)
        regimens = _regimens(item, Spelling(tuple(known.base.drugs)))
    except InexpressibleError as error:
        return [], Outcome(name, "refused", f"profile: {error}")
    except RefusedError as error:
        return [], Outcome(name, "refused", str(error))
    notes = [*said.narrowed, *(["inherited change only"] if germline else [])]
    conditions = [disease.conditions] if disease.conditions else []
    if item["phenotypes"]:
        words = item["phenotypes"].replace('"', "'").replace(",", ", ").replace("  ", " ")
        conditions.append(f'note "{words}"')
    if conditions:
        notes.append("asks for more of the patient than the tumour type")
    base = name.removeprefix("EID")
    rows = [
        rated(
            _statement(item, f"civic-eid{base}{f'-{n}' if len(regimens) > 1 else ''}", regimen,
                       said.profile, (disease.tumor, "; ".join(conditions))),
            known,
        )
        for n, regimen in enumerate(regimens, start=1)
    ]  # fmt: skip
    ids = tuple(row.id for row in rows)
    return rows, Outcome(name, "conditional" if notes else "imported", "; ".join(notes), ids)


def _admit(item: Item) -> None:
    """Raise for an item that cannot be a statement, whatever it speaks of."""
    if item["evidence_status"] != "accepted":
        raise RefusedError("not accepted by CIViC's editors")
    if item["is_flagged"] == "true":
        raise RefusedError("flagged at CIViC")
    kind = item["evidence_type"]
    if kind in NO_STATEMENT:
        raise RefusedError(NO_STATEMENT[kind])
    if item["evidence_level"] == "E":
        raise RefusedError("level E: inferred, no observation")
    if item["variant_origin"] == "Common Germline":
        raise RefusedError("an inherited polymorphism: the patient's drug response, not the tumour")
    if item["evidence_direction"] not in DIRECTIONS:
        raise RefusedError("no direction")
    if (kind, item["significance"]) not in PREDICATES:
        raise RefusedError("no significance that a statement can have")
    if item["significance"] == "Negative" and item["evidence_direction"] == "Does Not Support":
        raise RefusedError("disputes a negative diagnosis: says nothing certain")


def _regimens(item: Item, spelling: Spelling) -> list[Regimen]:
    if item["evidence_type"] != "Predictive":
        return [Regimen("", "")]
    written, how = spelling.drugs(item["therapies"]), item["therapy_interaction_type"]
    if not written:
        raise RefusedError("therapy: none is named")
    if len(written) > 1 and not how:
        raise RefusedError("therapy: several, and not how they are given together")
    if how == "Substitutes":
        return [_regimen(spelling.regimen(drug), "COMBINATION") for drug in dict.fromkeys(written)]
    drugs = [ours for drug in written for ours in spelling.regimen(drug)]
    return [_regimen(drugs, "SEQUENTIAL" if how == "Sequential" else "COMBINATION")]


def _regimen(drugs: list[str], operator: str) -> Regimen:
    return Regimen(joined(drugs), operator if len(set(drugs)) > 1 else "")


def _statement(
    item: Item, name: str, regimen: Regimen, profile: str, disease: tuple[tuple[str, ...], str]
) -> Statement:
    level, rating = item["evidence_level"], item["rating"] or "none"
    negative = item["significance"] == "Negative"
    direction = "disputes" if negative else DIRECTIONS[item["evidence_direction"]]
    return Statement(
        id=name,
        profile=profile,
        predicate=PREDICATES[item["evidence_type"], item["significance"]],
        direction=direction,
        regimen=regimen.drugs,
        operator=regimen.operator,
        tumor=disease[0],
        excluded_tumors=(),
        conditions=disease[1],
        setting=f"CIViC level {level}, rating {rating}",
        level=level,
        guideline=None,
        transfers=False,
        limitation=None,
        escat=None,
        citations=tuple(_citations(item)),
        summary=f"{_claim(item)} {_shortened(item['evidence_statement'])}".strip(),
        checked="no",
    )


def _claim(item: Item) -> str:
    """What a diagnostic or prognostic item says; a predictive one says it by its predicate."""
    return "" if item["evidence_type"] == "Predictive" else f"{item['significance']}:"


def _citations(item: Item) -> Iterator[str]:
    if item["source_type"] == "PubMed" and re.fullmatch(r"\d{1,8}", item["citation_id"]):
        yield f"PMID:{item['citation_id']}"
    for trial in re.findall(r"NCT\d{8}", item["nct_ids"]):
        yield f"NCT:{trial}"
    if item["evidence_civic_url"].startswith("https://"):
        yield f"URL:{item['evidence_civic_url']}"


def _shortened(text: str) -> str:
    """The first sentences of a text, as many as fit."""
    plain = " ".join(text.split())
    if len(plain) <= MAX_SUMMARY:
        return plain
    cut = plain[:MAX_SUMMARY]
    end = max(cut.rfind(". "), cut.rfind("; "))
    return cut[: end + 1] if end > 0 else f"{cut[: cut.rfind(' ')]} ..."
