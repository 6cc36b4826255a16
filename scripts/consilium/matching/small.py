"""Does one small variant satisfy one feature? Yes, no, or it cannot be told."""

from enum import Enum

from consilium.knowledge.base import Knowledge
from consilium.knowledge.coding import CodingChange, parse_coding
from consilium.knowledge.profiles import Leaf, Profile, leaves, parse_profile
from consilium.knowledge.protein import may_be_same, parse_protein, same_change
from consilium.matching.findings import TRUNCATING, Finding, near_splice_site

INFRAME = frozenset({"inframe_insertion", "inframe_deletion", "inframe_indel"})
SILENT = frozenset({"synonymous"})
GRANULARITY = {
    "coding": "EXACT",
    "protein": "PROTEIN_CHANGE",
    "codon": "CODON",
    "exon": "EXON_CLASS",
    "ITD": "EXON_CLASS",
    "residues": "DOMAIN_CLASS",
    "loss_of_function": "GENE_LOF",
    "gain_of_function": "GENE_GOF",
    "oncogenic": "GENE_ONCOGENIC",
    "mutation": "GENE_ANY",
}


class Answer(Enum):
    """Whether a finding satisfies a feature."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


def matches_place(leaf: Leaf, finding: Finding, base: Knowledge) -> Answer:
    """The answer for features that name a change, a codon, an exon or a range.

    A truncation satisfies a codon, or "any mutation" of an exon or range, only in a tumour
    suppressor or where truncation activates: elsewhere in an oncogene it is the opposite of what
    is asked for (rule 13).
    """
    if leaf.gene != finding.gene or not finding.small:
        return Answer.NO
    checks = {
        "protein": _protein,
        "coding": _coding,
        "codon": _codon,
        "exon": _exon,
        "residues": _residues,
        "ITD": _itd,
        "set": _set,
    }
    answer = checks[leaf.kind](leaf, finding, base)
    return Answer.UNSURE if answer is Answer.YES and _in_doubt(leaf, finding) else answer


def _in_doubt(leaf: Leaf, finding: Finding) -> bool:
    """A change whose residues are not sure still is a change of its codon."""
    whole_codon = leaf.kind in {"codon", "set"} or leaf.classes == "mutation"
    return bool(finding.unsure) and not (whole_codon and not finding.classes & TRUNCATING)


def in_set(finding: Finding, name: str, base: Knowledge) -> bool:
    """Whether a finding surely is a member of a named set of its gene."""
    members = base.sets.get((finding.gene, name), ())
    return any(
        matches_place(leaf, finding, base) is Answer.YES
        for member in members
        for leaf, _ in leaves(member)
        if leaf.kind in {"protein", "coding", "codon", "exon", "residues"}
        or (leaf.kind == "ITD" and name != "itd")
    )


def _protein(leaf: Leaf, finding: Finding, base: Knowledge) -> Answer:
    asked = parse_protein(leaf.change or "")
    if asked is None:
        return Answer.NO
    if finding.change is None:
        return Answer.UNSURE if _vague(leaf, finding) else Answer.NO
    known = base.residues.get(finding.gene, {})
    changes = (finding.change, *finding.parts)
    if any(same_change(change, asked, known) for change in changes):
        return Answer.YES
    return Answer.UNSURE if may_be_same(finding.change, asked, known) else Answer.NO


def _vague(leaf: Leaf, finding: Finding) -> bool:
    """Whether an unnamed change of a codon or exon may be the one that is asked for."""
    place = finding.vague
    if place is None or place[2] == "skipping":
        return False
    return place[1] in (leaf.codons if place[0] == "codon" else finding.exons)


def _coding(leaf: Leaf, finding: Finding, base: Knowledge) -> Answer:
    asked, found = parse_coding(leaf.change or ""), finding.coding
    if asked is None or found is None:
        return Answer.NO
    return _said(found == asked or _has_part(found, asked))


def _has_part(found: CodingChange, asked: CodingChange) -> bool:
    """Whether a joined change of several bases substitutes the one base that is asked for."""
    if found.start is None or found.end is None or asked.start is None or asked.kind != ">":
        return False
    joined = found.kind == "delins" and found.end - found.start + 1 == len(found.alt)
    exonic = not (found.start_offset or found.end_offset or asked.start_offset)
    inside = found.start <= asked.start <= found.end
    return joined and exonic and inside and found.alt[asked.start - found.start] == asked.alt


def _codon(leaf: Leaf, finding: Finding, base: Knowledge) -> Answer:
    if finding.classes and finding.classes <= SILENT:
        return Answer.NO
    return _said(bool(finding.codons & set(leaf.codons)) and _not_lost(finding, base))


def _not_lost(finding: Finding, base: Knowledge) -> bool:
    """Whether the gene still does what its mutations are known for (NPM1 by truncation)."""
    gene = base.genes.get(finding.gene)
    suppressor = gene is not None and gene.role == "tsg"
    lost = bool(finding.classes & (TRUNCATING | {"start_loss"}))
    return suppressor or not lost or truncation_activates(finding, base)


def truncation_activates(finding: Finding, base: Knowledge) -> bool:
    """Whether a truncation lies where the gene's table says that truncation activates."""
    known = base.genes.get(finding.gene)
    if not known or not known.truncation_gof or not finding.classes & TRUNCATING:
        return False
    return any(
        matches_place(leaf, finding, base) is Answer.YES
        for region in known.truncation_gof.split("|")
        for leaf, _ in leaves(_region(finding.gene, region.strip()))
    )


def _region(gene: str, text: str) -> Profile:
    if text in {"yes", "any"}:
        return Leaf("residues", gene, codons=(1, 10**6), classes="truncating")
    bare = text.removesuffix(" truncating")
    if bare.startswith("codon "):
        codons = [codon.strip() for codon in bare.removeprefix("codon ").split(",")]
        each = [f"{gene} residues {codon}-{codon} truncating" for codon in codons]
        return parse_profile(" OR ".join(each))
    return parse_profile(f"{gene} {bare} truncating")


def _exon(leaf: Leaf, finding: Finding, base: Knowledge) -> Answer:
    if leaf.classes == "skipping":
        return _skipping(leaf, finding, base)
    if not finding.exons & set(leaf.exons):
        return Answer.NO
    if finding.vague and finding.vague[2] is None and leaf.classes != "mutation":
        return Answer.UNSURE
    if finding.classes & INFRAME and not _inside(leaf, finding, base):
        return Answer.NO
    return _class(leaf.classes or "", finding, base)


def _inside(leaf: Leaf, finding: Finding, base: Knowledge) -> bool:
    """Whether an in-frame change lies in the exons asked for; one over many exons does not."""
    codons = {
        codon
        for model in base.exons.get(finding.gene, ())
        if model.exon in leaf.exons
        for codon in range(model.first_codon - 1, model.last_codon + 2)
    }
    return not codons or finding.codons <= codons


def _residues(leaf: Leaf, finding: Finding, base: Knowledge) -> Answer:
    first, last = leaf.codons
    if finding.vague and finding.vague[0] == "codon":
        inside = first <= finding.vague[1] <= last
        sure = leaf.classes == "mutation"
        return (Answer.YES if sure else Answer.UNSURE) if inside else Answer.NO
    if not finding.codons or not (first <= min(finding.codons) and max(finding.codons) <= last):
        return Answer.NO
    return _class(leaf.classes or "", finding, base)


def _class(asked: str, finding: Finding, base: Knowledge) -> Answer:
    if asked == "mutation":
        silent = bool(finding.classes) and finding.classes <= SILENT
        return _said(not silent and _not_lost(finding, base))
    wanted = {
        "truncating": TRUNCATING,
        "inframe_indel": INFRAME,
    }.get(asked, frozenset({asked}))
    return _said(bool(finding.classes & wanted))


def _skipping(leaf: Leaf, finding: Finding, base: Knowledge) -> Answer:
    exons = set(leaf.exons)
    if any(in_set(finding, f"exon_{exon}_skipping", base) for exon in exons):
        return Answer.YES
    if _whole_exon_lost(exons, finding, base):
        return Answer.YES
    if not finding.exons & exons:
        return Answer.NO
    if finding.classes & {"splice", "skipping"}:
        return Answer.YES
    near = finding.coding is not None and near_splice_site(finding.coding)
    return Answer.UNSURE if near else Answer.NO


def _whole_exon_lost(exons: set[int], finding: Finding, base: Knowledge) -> bool:
    change = finding.change
    if change is None or "inframe_deletion" not in finding.classes:
        return False
    return any(
        abs(change.start - model.first_codon) <= 1 and abs(change.end - model.last_codon) <= 1
        for model in base.exons.get(finding.gene, ())
        if model.exon in exons
    )


def _itd(leaf: Leaf, finding: Finding, base: Knowledge) -> Answer:
    named = (finding.event.hgvs_p or "").strip().upper() == "ITD"
    return _said(named or in_set(finding, "itd", base))


def _set(leaf: Leaf, finding: Finding, base: Knowledge) -> Answer:
    answers = {
        matches_place(part, finding, base)
        for member in base.sets.get((leaf.gene or "", leaf.name or ""), ())
        for part, _ in leaves(member)
        if part.kind in {"protein", "coding", "codon", "exon", "residues", "ITD"}
    }
    for answer in (Answer.YES, Answer.UNSURE):
        if answer in answers:
            return answer
    return Answer.NO


def _said(true: bool) -> Answer:
    return Answer.YES if true else Answer.NO
