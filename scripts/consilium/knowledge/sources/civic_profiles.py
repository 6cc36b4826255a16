"""CIViC's molecular profiles in our profile grammar, or why they cannot be said in it.

A profile joins `GENE VARIANT` by AND, OR, NOT and brackets. What a variant's name does not say
(a cut-off, a domain's borders, which transcript) is never filled in: the profile is refused.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from consilium.knowledge.base import Knowledge, plain_alias
from consilium.knowledge.coding import parse_coding
from consilium.knowledge.profiles import Leaf, leaves, parse_profile
from consilium.knowledge.protein import parse_protein

OPERATORS = frozenset({"AND", "OR", "NOT", "(", ")"})
GENE = r"[A-Z][A-Za-z0-9.\-]*"
AA = "[ACDEFGHIKLMNPQRSTVWY]"
# Names that mean one and the same for any gene, and why the others are refused.
WHOLE = {
    "amplification": "amplification",
    "itd": "ITD",
    "loss-of-function": "loss_of_function",
    "inactivating mutation": "loss_of_function",
    "deleterious mutation": "loss_of_function",
    "gain-of-function": "gain_of_function",
    "activating mutation": "gain_of_function",
    "wildtype": "wild_type",
    "wild type": "wild_type",
    "deletion": "homozygous_deletion",
}
OF_ONE_GENE = {
    ("TERT", "promoter mutation"): "TERT c.-124C>T OR TERT c.-146C>T",
    ("EGFR", "egfrviii"): "EGFR p.V30_R297delinsG",
    ("EGFR", "viii"): "EGFR p.V30_R297delinsG",
    ("MSI", "high"): "MSI_H",
}
EXON = {
    "mutation": "mutation",
    "deletion": "inframe_deletion",
    "del": "inframe_deletion",
    "insertion": "inframe_insertion",
    "skipping": "skipping",
    "skipping mutation": "skipping",
}
REFUSED: tuple[tuple[str, str], ...] = (
    (r"expression|serum level", "an expression without method and cut-off"),
    (r"methylation|phosphorylation", "methylation or phosphorylation"),
    (r"^loss\b|^null|biallelic|loh$|copy number", "a loss that names neither mechanism nor copies"),
    (r"domain|p-loop|tkd|terminal", "a region without borders"),
    (r"^rs\d|polymorphism|genotype|snp|\*\d+[a-z]?$|homozygosity", "an inherited polymorphism"),
    (r"^(tmb )?high$", "a tumour mutational burden without cut-off"),
    (r"rare|^non-|alteration|variant|truncat|frameshift|frame shift", "a class without borders"),
    (r"exon|intron|utr|rearrangement", "a rearrangement or an exon without reading frame"),
)


class InexpressibleError(ValueError):
    """A profile that our grammar cannot say; the message is the reason, in words that recur."""


@dataclass(frozen=True, slots=True)
class Said:
    """A profile in our grammar."""

    profile: str
    narrowed: tuple[str, ...] = ()  # how it asks for more than CIViC does


def translate(text: str, base: Knowledge, germline: bool = False) -> Said:
    """A molecular profile of CIViC in our grammar.

    Args:
        text: as CIViC writes it.
        base: our own base: older names of changes, residues, sides of fusions.
        germline: the change must be inherited.

    Raises:
        InexpressibleError: it cannot be said.
    """
    narrowed: dict[str, None] = {}
    parts: list[str] = []
    for token in tokens(text):
        if token in OPERATORS:
            parts.append(token)
            continue
        negated = bool(parts) and parts[-1] == "NOT"
        said = _leaf(token, base, negated, narrowed)
        if germline:
            said = " OR ".join(f"{part} [germline]" for part in said.split(" OR "))
        parts.append(f"({said})" if " OR " in said else said)
    try:
        profile = parse_profile(" ".join(parts))
    except ValueError as error:
        raise InexpressibleError("a profile that does not parse") from error
    for leaf, _ in leaves(profile):
        _same_transcript(leaf, base)
    return Said(str(profile), tuple(narrowed))


def tokens(text: str) -> Iterator[str]:
    """Operators, and the words between them as one."""
    words: list[str] = []
    for word in text.split():
        if word not in OPERATORS:
            words.append(word)
            continue
        if words:
            yield " ".join(words)
        words = []
        yield word
    if words:
        yield " ".join(words)


def _leaf(text: str, base: Knowledge, negated: bool, narrowed: dict[str, None]) -> str:
    gene, _, name = text.partition(" ")
    if "::" in text:
        return _fusion(text, base)
    if not re.fullmatch(GENE, gene):
        raise InexpressibleError("a feature that is no gene")
    low = name.lower()
    if known := OF_ONE_GENE.get((gene, low)):
        return known
    if low == "mutation":
        if negated:
            return f"{gene} mutation"
        narrowed["'mutation' read as oncogenic mutation"] = None
        return f"{gene} oncogenic"
    if low in WHOLE:
        return f"{gene} {WHOLE[low]}"
    if low in {"fusion", "rearrangement"}:
        return _any_partner(gene, "3", base)
    for reader in READERS:
        if said := reader(gene, name, base):
            return said
    raise InexpressibleError(_why(low))


def _why(name: str) -> str:
    for pattern, reason in REFUSED:
        if re.search(pattern, name):
            return reason
    return "a name that is no HGVS"


def _place(gene: str, name: str, base: Knowledge) -> str | None:
    """`G12`, `G12/G13`, `G12C/D`."""
    if found := re.fullmatch(rf"{AA}(\d+)((?:/{AA}\d+)*)", name):
        rest = re.findall(r"\d+", found[2])
        return f"{gene} codon {','.join(dict.fromkeys([found[1], *rest]))}"
    if found := re.fullmatch(rf"({AA}\d+)({AA}(?:/{AA})+)", name):
        return " OR ".join(f"{gene} p.{found[1]}{alt}" for alt in found[2].split("/"))
    return None


def _exon(gene: str, name: str, base: Knowledge) -> str | None:
    """`Exon 19 Deletion`, `Exon 18-21 Mutation`; a deletion of several exons is no in-frame one."""
    found = re.fullmatch(r"exon (\d+)(?:-(\d+))? ([a-z ]+)", name.lower())
    if not found or found[3] not in EXON:
        return None
    first, last = int(found[1]), int(found[2] or found[1])
    if last > first and found[3] != "mutation":
        return None
    return f"{gene} exon {','.join(map(str, range(first, last + 1)))} {EXON[found[3]]}"


def _change(gene: str, name: str, base: Knowledge) -> str | None:
    """A protein or coding change in any of CIViC's spellings; older names by our own list."""
    bare, _, rest = name.partition(" (")
    alias = base.aliases.get(gene, {}).get(plain_alias(bare))
    if alias:
        return f"{gene} {alias}"
    # INS, DEL, DUP, FS in capitals; letters of residues stay capitals.
    plain = re.sub(r"(?<=[\d*A-Z])(DELINS|DEL|DUP|INS|FS)(?=[A-Z*\d]*$)", _small, bare)
    change = parse_protein(plain)
    if change and change.kind != "synonymous" and "?" not in plain:
        return f"{gene} p.{plain.removeprefix('p.')}"
    coding = rest.rstrip(")") if rest.startswith("c.") else bare
    if coding.startswith("c.") and parse_coding(coding):
        return f"{gene} {coding}"
    return None


def _small(found: re.Match[str]) -> str:
    return found[0].lower()


READERS: tuple[Callable[[str, str, Knowledge], str | None], ...] = (_place, _exon, _change)


def _fusion(text: str, base: Knowledge) -> str:
    """`EML4::ALK Fusion`; `v` and `?` are any partner."""
    found = re.fullmatch(rf"({GENE}|v|\?)::({GENE}|v|\?) fusion", text, re.IGNORECASE)
    if not found:
        raise InexpressibleError("a fusion by its breakpoints or its regulation")
    five, three = found[1], found[2]
    if five in {"v", "?"}:
        return _any_partner(three, "3", base)
    if three in {"v", "?"}:
        return _any_partner(five, "5", base)
    return f"{five}::{three}"


def _any_partner(gene: str, side: str, base: Knowledge) -> str:
    known = base.genes.get(gene)
    ours = (known.fusion_side if known else None) or "3"
    if ours not in {side, "any"} or not re.fullmatch(GENE, gene):
        raise InexpressibleError("a fusion with any partner, on another side than we read it")
    return f"{gene} fusion"


def _same_transcript(leaf: Leaf, base: Knowledge) -> None:
    """Numbers are those of our transcript only where the residue is the same."""
    if leaf.kind != "protein" or not leaf.gene:
        return
    change = parse_protein(leaf.change or "")
    residues = base.residues.get(leaf.gene, {})
    places: Iterable[tuple[int, str]] = (
        ((change.start, change.first), (change.end, change.last)) if change else ()
    )
    if any(residues.get(codon, aa) != aa for codon, aa in places if aa != "?"):
        raise InexpressibleError("numbered on another transcript than ours")
