"""Oncogenicity of small variants by the ClinGen/CGC/VICC standard (Horak 2022, PMC9081216).

Only codes that the event and the knowledge base can support are given; what nobody
measured gives no points. All codes are printed.
"""

import re
from collections.abc import Iterator

from consilium.knowledge.base import Knowledge
from consilium.matching.findings import Code, Finding, Oncogenicity
from consilium.matching.roles import predicted_loss, role
from consilium.matching.settings import Settings
from consilium.matching.small import INFRAME, Answer, in_set, matches_place

POINTS = {
    "OVS1": 8, "OS1": 4, "OS2": 4, "OS3": 4,
    "OM1": 2, "OM2": 2, "OM3": 2, "OM4": 2,
    "OP1": 1, "OP2": 1, "OP3": 1, "OP4": 1,
    "SBVS1": -8, "SBS1": -4, "SBS2": -4, "SBP1": -1, "SBP2": -1,
}  # fmt: skip
LABELS = ((10, "Oncogenic"), (6, "Likely oncogenic"), (0, "VUS"), (-6, "Likely benign"))
SETS = (  # code, set of variant_sets.tsv, words
    ("OS1", "oncogenic", "the base lists it as an established oncogenic change"),
    ("OS3", "oncogenic", "it is a recurrent hotspot"),
    ("OS2", "gain_of_function", "functional studies show gain of function"),
    ("OS2", "loss_of_function", "functional studies show loss of function"),
    ("OS2", "class_1", "functional studies show activation (class 1)"),
    ("OS2", "class_2", "functional studies show activation (class 2)"),
    ("OS2", "class_3", "functional studies show activation through RAS (class 3)"),
    ("OM1", "critical_domain", "it lies in a critical part of a functional domain"),
    ("SBVS1", "common_polymorphism", "it is a common polymorphism"),
    ("SBS2", "functional_neutral", "functional studies show no oncogenic effect"),
)
OM1_EXCLUDED = frozenset({"OVS1", "OS1", "OS3"})  # they already count the place
COUNTS = re.compile(r"\b(\d+)\s*/\s*(\d+)\b")
RESIDUE = re.compile(r"\(single residue, (\d+) tumours\)")


def assess(finding: Finding, base: Knowledge, settings: Settings) -> Oncogenicity:
    """The label, the sum and every code that was given."""
    found = dict(_codes(finding, base, settings))
    if OM1_EXCLUDED & set(found):
        found.pop("OM1", None)
    codes = tuple(Code(code, POINTS[code], found[code]) for code in sorted(found))
    points = sum(code.points for code in codes)
    label = next((label for least, label in LABELS if points >= least), "Benign")
    return Oncogenicity(label, points, codes)


def _codes(finding: Finding, base: Knowledge, settings: Settings) -> Iterator[tuple[str, str]]:
    lost, why = predicted_loss(finding, base)
    if lost and role(finding.gene, base) in {"tsg", "both"}:
        yield "OVS1", f"{why}, and {finding.gene} is a tumour suppressor"
    elif finding.classes & (INFRAME | {"extension"}) and role(finding.gene, base) != "other":
        yield "OM2", "the length of the protein of a cancer gene changes"
    if target := _labelled(finding, base):
        yield "OS1", f"the same change is named as a target by {target}"
    for code, name, words in SETS:
        if in_set(finding, name, base):
            yield code, words
    yield from _hotspot(finding, base)
    yield from _population(finding, settings)
    if finding.classes == {"synonymous"}:
        yield "SBP2", "the change is synonymous and touches no splice site"


def _labelled(finding: Finding, base: Knowledge) -> str | None:
    """The id of a level-A statement that names exactly this change as its target."""
    for leaf, statement in base.targets.get(finding.gene, ()):
        if matches_place(leaf, finding, base) is Answer.YES:
            return statement
    return None


def _hotspot(finding: Finding, base: Knowledge) -> Iterator[tuple[str, str]]:
    """OS3, OM3 or OP3 from counts `tumours at the residue / tumours with this change`.

    A label that counts the residue alone, `G12 (single residue, 2175 tumours)`, is worth less
    than both counts would be.
    """
    if in_set(finding, "oncogenic", base) or not finding.event.hotspot:
        return
    found = COUNTS.search(finding.event.hotspot)
    residue, change = (int(found[1]), int(found[2])) if found else (0, 0)
    alone = RESIDUE.search(finding.event.hotspot)
    words = f"hotspot: {finding.event.hotspot}"
    if residue >= 50 and change >= 10:
        yield "OS3", words
    elif change >= 10 or (alone and int(alone[1]) >= 50):
        yield "OM3", words
    else:
        yield "OP3", words


def _population(finding: Finding, settings: Settings) -> Iterator[tuple[str, str]]:
    frequency = finding.event.population_af
    if frequency is None:
        return
    words = f"population allele frequency {frequency:.3g}"
    if frequency > settings.common_af:
        yield "SBVS1", words
    elif frequency > settings.frequent_af:
        yield "SBS1", words
    elif frequency <= settings.absent_af:
        yield "OP4", words
