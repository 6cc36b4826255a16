"""What a change does to its gene: loss or gain of function, by gene role and place."""

from consilium.knowledge.base import Knowledge
from consilium.knowledge.protein import same_change
from consilium.matching.findings import TRUNCATING, Finding
from consilium.matching.small import in_set, truncation_activates

LOSS_CLASSES = TRUNCATING | {"splice", "start_loss"}


def role(gene: str, base: Knowledge) -> str:
    """oncogene | tsg | both | other; other where the base does not say."""
    known = base.genes.get(gene)
    return known.role if known else "other"


def predicted_loss(finding: Finding, base: Knowledge) -> tuple[bool, str]:
    """Whether a change is predicted to destroy the protein, and the sentence that says why.

    Benign truncations, those behind the last codon that matters and those that activate
    are none (rules 13 and 14).
    """
    kinds = finding.classes & LOSS_CLASSES
    if finding.event.kind == "CNA":
        return False, "copy number is judged by itself"
    if not finding.small or not kinds:
        return False, "it does not truncate the protein"
    change = finding.change
    known = base.residues.get(finding.gene, {})
    if change and any(
        same_change(change, benign, known) or _same_stop(finding, benign.start)
        for benign in base.benign_truncations.get(finding.gene, ())
        if benign.kind == change.kind
    ):
        return False, f"{finding.label} is on the list of benign truncations"
    gene = base.genes.get(finding.gene)
    limit = gene.lof_last_codon if gene else None
    if limit and finding.codons and min(finding.codons) > limit:
        return False, f"it lies behind codon {limit}, beyond which truncation keeps the function"
    if truncation_activates(finding, base):
        return False, "truncation in this region activates the protein"
    return True, f"a {' and '.join(sorted(kinds))} change is predicted to destroy the protein"


def _same_stop(finding: Finding, codon: int) -> bool:
    return "nonsense" in finding.classes and finding.codons == {codon}


def direction(finding: Finding, base: Knowledge, oncogenic: bool) -> str:
    """GoF | LoF | UNKNOWN."""
    if finding.event.kind == "CNA":
        return {"AMP": "GoF", "DEL": "LoF"}.get(finding.copies or "", "UNKNOWN")
    if in_set(finding, "gain_of_function", base) or truncation_activates(finding, base):
        return "GoF"
    if oncogenic and role(finding.gene, base) == "oncogene":
        return "GoF"
    if in_set(finding, "loss_of_function", base) or predicted_loss(finding, base)[0]:
        return "LoF"
    suppressor = oncogenic and role(finding.gene, base) == "tsg"
    return "LoF" if suppressor else "UNKNOWN"
