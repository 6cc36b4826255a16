"""Does a fusion carry the part of the gene that a statement is about?"""

from consilium.knowledge.base import Knowledge
from consilium.knowledge.profiles import Leaf
from consilium.matching.biomarkers import Measure
from consilium.matching.findings import Finding
from consilium.matching.kleene import Truth

OUT_OF_FRAME = frozenset({"out-of-frame", "out_of_frame", "out of frame", "frameshift"})
IN_FRAME = frozenset({"in-frame", "in_frame", "in frame", "inframe"})
SIDES = {"5": "5'", "3": "3'"}


def partners(finding: Finding) -> tuple[str, str] | None:
    """The 5' and the 3' gene; None where the finding does not say which is which."""
    name = finding.event.hgvs_p or ""
    for separator in ("::", "--"):
        five, found, three = name.partition(separator)
        if found:
            return five.strip(), three.strip()
    return None


def matches_fusion(leaf: Leaf, finding: Finding, base: Knowledge) -> Measure:
    """Whether a fusion satisfies a fusion leaf (pitfall 17).

    The gene must stand on the side where it keeps the part that matters (`fusion_side` of
    the gene table: 3' for most kinases), unless the statement names both partners. Out of
    frame never matches. A frame that nobody states matches with a warning, because most
    RNA and FISH reports of true fusions do not state one.
    """
    if finding.event.kind not in {"FUSION", "SV"}:
        return Measure(Truth.FALSE, f"{finding.label} is no fusion")
    order = partners(finding)
    if order is None and (finding.event.kind == "SV" or finding.change or finding.coding):
        return Measure(Truth.FALSE, f"{finding.label} is no fusion")
    frame = (finding.event.value or "").strip().lower()
    if frame in OUT_OF_FRAME:
        return Measure(Truth.FALSE, f"{finding.label} is out of frame")
    if problem := _wrong_genes(leaf, finding, order, base):
        return Measure(Truth.FALSE, problem)
    warning = "" if frame in IN_FRAME else "; the reading frame is not stated, confirm it"
    if order is None:
        warning += "; which gene is the 5' partner is not stated"
    return Measure(Truth.TRUE, f"{finding.label} is {leaf}{warning}")


def _wrong_genes(
    leaf: Leaf, finding: Finding, order: tuple[str, str] | None, base: Knowledge
) -> str | None:
    if leaf.partner:
        wanted = (leaf.partner, leaf.gene)
        stated = {finding.event.gene, finding.event.partner}
        right = order == wanted if order else stated == set(wanted)
        return None if right else f"{finding.label} is not {leaf.partner}::{leaf.gene}"
    if order is None:
        return None
    gene = base.genes.get(leaf.gene or "")
    side = (gene.fusion_side if gene else None) or "3"
    stands = {"5": order[0] == leaf.gene, "3": order[1] == leaf.gene}
    if stands.get(side, True):
        return None
    return f"{finding.label}: {leaf.gene} is not the {SIDES[side]} partner and loses its kinase"
