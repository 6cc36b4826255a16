"""CIViC's molecular profiles in our profile grammar, or why they cannot be said in it.

A profile joins `GENE VARIANT` by AND, OR, NOT and brackets. What a variant's name does not say
(a cut-off, a domain's borders, which transcript) is never filled in: the profile is refused.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from consilium.knowledge.aliases import plain_alias
from consilium.knowledge.base import Knowledge
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
    "mutation": "oncogenic",
    "wildtype": "wild_type",
    "wild type": "wild_type",
    "deletion": "homozygous_deletion",
}
# Where our feature is narrower than CIViC's name; it stands only where it is asked for.
NARROWED = {
    "deletion": "'deletion' read as homozygous deletion",
    "promoter mutation": "'promoter mutation' read as the two common ones",
    "mutation": "'mutation' read as oncogenic mutation",
}
OF_ONE_GENE = {
    ("TERT", "promoter mutation"): "TERT c.-124C>T OR TERT c.-146C>T",
    ("EGFR", "egfrviii"): "EGFR p.V30_R297delinsG",
    ("EGFR", "viii"): "EGFR p.V30_R297delinsG",
    ("MSI", "high"): "MSI_H",
}
EXON = {
    "mutation": "mutation",
    "deletion": "inframe_deletion",  # only where our own base knows the class
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
    (r"^(tmb )?high$", "a high value without cut-off"),
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
    for token, negated in _with_sign(tokens(text)):
        if token in OPERATORS:
            parts.append(token)
            continue
        said = _leaf(token, base, negated, narrowed)
        if germline and not negated:
            said = " OR ".join(f"{part} [germline]" for part in said.split(" OR "))
        parts.append(f"({said})" if " OR " in said else said)
    try:
        profile = parse_profile(" ".join(parts))
    except ValueError as error:
        raise InexpressibleError("a profile that does not parse") from error
    for leaf, _ in leaves(profile):
        _same_transcript(leaf, base)
    return Said(str(profile), tuple(narrowed))


def _with_sign(found: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Each token, and whether it must be absent: an odd number of NOTs stands before it."""
    signs = [False]  # one for each open bracket
    flip = False
    for token in found:
        yield token, signs[-1] ^ flip
        if token == "NOT":
            flip = not flip
        elif token == "(":
            signs.append(signs[-1] ^ flip)
            flip = False
        elif token == ")":
            signs = signs[:-1] or [False]
        else:
            flip = False


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
    if said := _named(gene, name.lower(), negated, narrowed):
        return said
    if name.lower() in {"fusion", "rearrangement"}:
        return _any_partner(gene, "3", base)
    for reader in READERS:
        if said := reader(gene, name, base):
            return said
    raise InexpressibleError(_why(name.lower()))


def _named(gene: str, name: str, negated: bool, narrowed: dict[str, None]) -> str | None:
    """The feature of a name that is no change of its own; None for other names."""
    if name == "mutation" and negated:
        return f"{gene} mutation"  # the wider reading, since it must be absent
    if name in NARROWED and negated:
        raise InexpressibleError("the absence of what we can only read more narrowly")
    said = OF_ONE_GENE.get((gene, name)) or (f"{gene} {WHOLE[name]}" if name in WHOLE else None)
    if said and name in NARROWED:
        narrowed[NARROWED[name]] = None
    return said


def _why(name: str) -> str:
    for pattern, reason in REFUSED:
        if re.search(pattern, name):
            return reason
    return "a name that is no HGVS"


def _place(gene: str, name: str, base: Knowledge) -> str | None:
    """`G12`, `G12/G13`, `G12C/D`."""
    if re.fullmatch(rf"{AA}\d+(?:/{AA}\d+)*", name):
        places = {int(place[1:]): place[0] for place in name.split("/")}
        _same_residues(gene, places, base)
        return f"{gene} codon {','.join(map(str, places))}"
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
    numbers, known = range(first, last + 1), {exon.exon for exon in base.exons.get(gene, ())}
    if not known.issuperset(numbers):
        raise InexpressibleError("an exon whose number on our transcript we do not know")
    said = f"{gene} exon {','.join(map(str, numbers))} {EXON[found[3]]}"
    ours = (leaf for leaf in base.leaves if leaf.gene == gene)
    if EXON[found[3]] == "inframe_deletion" and all(str(leaf) != said for leaf in ours):
        return None
    return said


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
        if gene not in base.genes:
            raise InexpressibleError("numbered on a transcript that we do not know")
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
    if change:
        _same_residues(leaf.gene, {change.start: change.first, change.end: change.last}, base)


def _same_residues(gene: str, places: Mapping[int, str], base: Knowledge) -> None:
    residues = base.residues.get(gene, {})
    if any(residues.get(codon, aa) != aa for codon, aa in places.items() if aa != "?"):
        raise InexpressibleError("numbered on another transcript than ours")
