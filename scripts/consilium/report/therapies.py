"""Sections about regimens: the answer of the first screen, and every row with its trace."""

from collections.abc import Mapping, Sequence
from typing import Any

from consilium.report import first_screen
from consilium.report.inputs import CaseData
from consilium.report.trials import consider

GROUPS = {
    "ACT": "on_label",
    "CONSIDER": "off_label",
    "AVOID": "avoid",
    "NOT_ASSESSABLE": "not_assessable",
    "NO_LONGER_AVAILABLE": "no_longer_available",
    "INFORM": "inform",
    "NONE": "inform",
}
# Rows that a group may take of the first screen, then who takes what is left over.
SHARES = {"ACT": 4, "AVOID": 3, "CONSIDER": 2, "NOT_ASSESSABLE": 2}
SHOWN = ("ACT", "CONSIDER", "AVOID", "NOT_ASSESSABLE")
NEAR_MISSES = 200
NAMED = 3  # names that one cell of the first screen spells out
COPIED = (
    "rank",
    "action",
    "tier",
    "regimen",
    "predicate",
    "biomarker",
    "profile",
    "granularity",
    "disease_match",
    "disease_path",
    "conditions_met",
    "conditions_unmet",
    "conditions_unknown",
    "cdx",
    "eml",
    "level",
    "escat",
    "oncokb_style",
    "why",
    "direction",
    "settings",
    "limitations",
    "elsewhere",
    "generic",
    "summary",
    "superseded_by",
    "conflicts_with",
    "statements",
    "checked",
)
OBSERVED = (
    "label",
    "genomic",
    "hgvs_c",
    "vaf",
    "vaf_low",
    "vaf_high",
    "depth",
    "alt_reads",
    "origin",
)
OFF_LABEL = frozenset({"II-C", "II-D"})
Row = dict[str, Any]


def answer(data: CaseData) -> Row:
    """The first screen: act, consider, avoid, not assessable; withheld when quality failed."""
    withheld = data.quality["verdict"] == "FAIL"
    rows = {action: _answer_rows(data, action) for action in SHOWN}
    banners = (data.quality["verdict"] == "REVIEW") + bool(data.interpretation["warnings"])
    shares = first_screen.shares(rows, SHARES, banners)
    groups = [
        {
            "action": action,
            "rows": rows[action][: shares[action]],
            "hidden": len(rows[action]) - shares[action],
        }
        for action in SHOWN
        if rows[action]
    ]
    regimens = (row for action in ("ACT", "CONSIDER", "AVOID") for row in rows[action])
    matched = any(row["link"] != "trials" for row in regimens)
    return {
        "answer": {
            "status": "WITHHELD" if withheld else "OPEN",
            "matched": matched,
            "groups": [] if withheld else groups,
            "not_assessed": data.open_classes,
        }
    }


def _answer_rows(data: CaseData, action: str) -> list[Row]:
    if action == "NOT_ASSESSABLE" and data.interpretation["not_assessable"]:
        return _open_questions(data)
    rows = [
        {
            "tier": row["tier"],
            "what": row["regimen"],
            "because": row["biomarker"],
            "why": row["why"],
            "summary": row["summary"] if action == "AVOID" else "",
            "ask": row["conditions_unknown"],
            "link": f"therapy-{row['rank']}",
        }
        for row in data.interpretation["therapies"]
        if row["action"] == action and not row["superseded_by"]
    ]
    return _with_trials(rows, data) if action == "CONSIDER" else rows


def _with_trials(rows: list[Row], data: CaseData) -> list[Row]:
    """Open trials before what is off label, and after what is better shown (rule 27)."""
    place = next((n for n, row in enumerate(rows) if row["tier"] in OFF_LABEL), len(rows))
    return [*rows[:place], *consider(data), *rows[place:]]


def _open_questions(data: CaseData) -> list[Row]:
    """One row per test that would decide, with what it would decide about."""
    tests: dict[str, tuple[list[str], set[str]]] = {}
    for row in data.interpretation["not_assessable"]:
        whats, regimens = tests.setdefault(row["needs"], ([], set()))
        whats.append(row["what"])
        regimens.update(row["regimens"])
    ranked = sorted(tests.items(), key=lambda test: -len(test[1][1]))
    return [
        {
            "tier": None,
            "what": _shortened(data, whats, "answer.more_names"),
            "because": needs,
            "why": _shortened(data, sorted(regimens), "answer.decides_many")
            if len(regimens) > NAMED
            else data.texts("answer.decides", names=data.texts.listed(sorted(regimens)))
            if regimens
            else data.texts("answer.decides_nothing"),
            "summary": "",
            "ask": [],
            "link": "not-assessable",
        }
        for needs, (whats, regimens) in ranked
    ]


def _shortened(data: CaseData, names: list[str], text: str) -> str:
    """The first names, and how many more there are."""
    if len(names) <= NAMED:
        return data.texts.listed(names)
    return data.texts(text, names=data.texts.listed(names[:NAMED]), n=len(names) - NAMED)


def therapies(data: CaseData) -> Row:
    """Every regimen, the near misses, and what bears on diagnosis."""
    events = {event["label"]: event for event in data.interpretation["events"]}
    near = data.interpretation["why_not"]
    return {
        "therapies": [_therapy(row, events) for row in data.interpretation["therapies"]],
        "why_not": {
            "total": len(near),
            "rows": [_pick(row, "regimen profile statement kind sentence") for row in near][
                :NEAR_MISSES
            ],
        },
        "not_assessable": [
            _pick(row, "what needs sentence regimens")
            for row in data.interpretation["not_assessable"]
        ],
        "diagnostic": [_diagnostic(row) for row in data.interpretation["diagnostic"]],
    }


def _therapy(row: Mapping[str, Any], events: Mapping[str, Mapping[str, Any]]) -> Row:
    observed = [events.get(label, {"label": label}) for label in row["observed"]]
    return {
        "id": f"therapy-{row['rank']}",
        "group": GROUPS[row["action"]],
        **{name: row[name] for name in COPIED},
        "disease_nodes": _nodes(row),
        "regions": [region(text) for text in sorted(row["regions"])],
        "uses": [_use(use) for use in row["uses"]],
        "citations": [citation(text) for text in row["citations"]],
        "observed": [{name: event.get(name) for name in OBSERVED} for event in observed],
        "trace": [_pick(step, "statement step rule result sentence") for step in row["trace"]],
    }


def _nodes(row: Mapping[str, Any]) -> Row:
    """Tumour types from the patient's to the statement's, as `matching/disease.py` orders them."""
    path = row["disease_path"].split(" > ")
    if row["disease_match"] == "OFF":
        return {"path": [], "patient": path[0], "statement": None}
    subtype = row["disease_match"] == "SUBTYPE_EVIDENCE"
    ends = (path[-1], path[0]) if subtype else (path[0], path[-1])
    return {"path": path, "patient": ends[0], "statement": ends[1]}


def _use(use: Mapping[str, Any]) -> Row:
    conditions = "conditions_met conditions_unmet conditions_unknown"
    told = _pick(use, f"statement setting tier {conditions} summary")
    return {**told, "regions": [region(text) for text in sorted(use["regions"])]}


def _diagnostic(row: Mapping[str, Any]) -> Row:
    return {
        **_pick(row, "statement profile predicate direction biomarker level sentence"),
        "citations": [citation(text) for text in row["citations"]],
        "trace": [_pick(step, "statement step rule result sentence") for step in row["trace"]],
    }


def _pick(row: Mapping[str, Any], names: str) -> Row:
    return {name: row[name] for name in names.split()}


def region(text: str) -> Row:
    """`FDA ACTIVE 2018-04-18` taken apart; what does not follow the pattern stays whole."""
    parts: Sequence[str] = text.split()
    if len(parts) < 2 or parts[1] not in {"ACTIVE", "WITHDRAWN", "PENDING"}:
        return {"regulator": text, "status": None, "date": None}
    return {"regulator": parts[0], "status": parts[1], "date": " ".join(parts[2:]) or None}


def citation(text: str) -> Row:
    """A citation of the knowledge base as its label and, where it has one, its address."""
    kind, _, rest = text.partition(":")
    if kind == "PMID" and rest.isdigit():
        return {"label": f"PMID {rest}", "url": f"https://pubmed.ncbi.nlm.nih.gov/{rest}/"}
    if kind == "NCT" and rest[3:].isdigit():
        return {"label": rest, "url": f"https://clinicaltrials.gov/study/{rest}"}
    address = rest if kind == "URL" else text
    if address.startswith(("https://", "http://")):
        return {"label": address.split("/")[2], "url": address}
    return {"label": text, "url": None}
