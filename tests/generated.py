"""Generated patients and knowledge bases, for the invariants of interpretation.

Genes and codons come from a small pool, so that what is asked for and what is found often meet.
A codon of a gene holds one residue, whoever names it.
"""

from hypothesis import strategies as st

from consilium.knowledge.profiles import And, Leaf, Not, Or
from consilium.knowledge.protein import THREE
from consilium.records import Event
from matching_cases import GENES, absent, approval, snv, statement

AMINO = "ACDEFGHIKLMNPQRSTVWY"
CODONS = (12, 13, 61, 600, 745, 790, 858, 1010)
GENE_NAMES = tuple(gene.gene for gene in GENES)
KNOWN_GENES = st.sampled_from(GENE_NAMES)
CLASSES = ("mutation", "missense", "inframe_insertion", "inframe_deletion", "truncating")
TUMORS = ("LUAD", "NSCLC", "SKCM", "COADREAD", "AML")
NAMED = ("LUAD", "LUSC", "NSCLC", "SKCM", "MEL", "COADREAD", "AML", "ANY_SOLID", "ANY")


def residue(gene: str, codon: int) -> str:
    """The residue that a codon holds, the same in every test."""
    return AMINO[(7 * GENE_NAMES.index(gene) + 3 * codon) % len(AMINO)]


@st.composite
def changes(draw):
    """A gene and a change of its protein, in one-letter HGVS."""
    gene, codon = draw(KNOWN_GENES), draw(st.sampled_from(CODONS))
    ref, span = residue(gene, codon), draw(st.integers(1, 3))
    last = f"_{residue(gene, codon + span)}{codon + span}"
    added = "".join(draw(st.lists(st.sampled_from(AMINO), min_size=1, max_size=4)))
    other = draw(st.sampled_from([letter for letter in AMINO if letter != ref]))
    tail = draw(
        st.sampled_from(
            (
                f"{other}", f"{other}", f"{other}", "*", "fs", "del", f"{last}del", "dup",
                f"{last}dup", f"{last}delins{added}",
            )
        )
    )  # fmt: skip
    if draw(st.integers(0, 9)) == 0:
        tail = f"_{residue(gene, codon + 1)}{codon + 1}ins{added}"
    return gene, f"p.{ref}{codon}{tail}"


@st.composite
def leaves(draw):
    """A feature that a profile can ask for."""
    gene, codons = draw(KNOWN_GENES), draw(st.sets(st.sampled_from(CODONS), min_size=1, max_size=3))
    asked, change = draw(changes())
    kind = draw(
        st.sampled_from(
            ("protein", "protein", "codon", "residues", "exon", "whole", "copies", "fusion",
             "wild_type", "biomarker", "expression")
        )
    )  # fmt: skip
    some = {
        "protein": Leaf("protein", asked, change=change),
        "codon": Leaf("codon", gene, codons=tuple(sorted(codons))),
        "residues": Leaf("residues", gene, codons=(min(codons), max(codons)),
                         classes=draw(st.sampled_from(CLASSES))),
        "exon": Leaf("exon", "EGFR", exons=(draw(st.integers(18, 21)),),
                     classes=draw(st.sampled_from(CLASSES))),
        "whole": Leaf(
            draw(st.sampled_from(
                ("loss_of_function", "gain_of_function", "oncogenic", "mutation"))),
            gene,
            origin=draw(st.sampled_from((None, None, "germline", "somatic"))),
        ),
        "copies": Leaf(draw(st.sampled_from(("amplification", "homozygous_deletion"))), gene),
        "fusion": Leaf("fusion", gene, partner=draw(st.sampled_from((None, "EML4")))),
        "wild_type": Leaf("wild_type", gene, codons=tuple(sorted(codons))),
        "biomarker": draw(
            st.sampled_from((Leaf("MSI_H"), Leaf("HRD"), Leaf("TMB", op=">=", number=10.0)))
        ),
        "expression": Leaf(
            "expression", "HER2", name=draw(st.sampled_from(("positive", "negative")))
        ),
    }  # fmt: skip
    return some[kind]


def joined(parts):
    """Profiles of other profiles."""
    return st.one_of(
        parts.map(Not),
        st.lists(parts, min_size=2, max_size=3).map(lambda found: And(tuple(found))),
        st.lists(parts, min_size=2, max_size=3).map(lambda found: Or(tuple(found))),
    )


PROFILES = st.recursive(leaves(), joined, max_leaves=4)
POSITIVE = st.lists(
    leaves().filter(lambda leaf: leaf.kind not in {"wild_type", "expression"}),
    min_size=1,
    max_size=2,
).map(lambda found: Or(tuple(found)) if len(found) > 1 else found[0])


@st.composite
def small_variants(draw):
    """A small variant that was found."""
    gene, name = draw(changes())
    return snv(
        gene,
        name,
        kind=kind_of(name),
        origin=draw(st.sampled_from(("SOMATIC", "SOMATIC", "GERMLINE", "UNKNOWN"))),
        vaf=draw(st.sampled_from((None, 0.02, 0.3, 0.5))),
    )


@st.composite
def negatives(draw, states=("ABSENT", "ABSENT", "NOT_ASSESSED", "INDETERMINATE")):
    """A place that was looked at, or could not be."""
    gene, state = draw(KNOWN_GENES), draw(st.sampled_from(states))
    name = draw(st.sampled_from((*(f"codon {codon}" for codon in CODONS), None)))
    kind = draw(st.sampled_from(("SNV", "SNV", "SNV", "CNA", "FUSION")))
    return absent(gene, name if kind == "SNV" else None, kind=kind, assessed=state)


WHOLE = st.one_of(
    st.builds(
        lambda gene, value: Event("CNA", gene, value=value, origin="SOMATIC"),
        KNOWN_GENES,
        st.sampled_from(("AMP", "DEL")),
    ),
    st.builds(
        lambda gene, frame: Event(
            "FUSION", gene, "EML4", f"EML4::{gene}", origin="SOMATIC", value=frame,
            unit="FRAME" if frame else None,
        ),
        KNOWN_GENES,
        st.sampled_from((None, "in-frame", "out-of-frame")),
    ),
    st.sampled_from(("MSS", "MSI-H")).map(lambda value: Event("MSI", value=value)),
    st.sampled_from(("4", "14")).map(
        lambda value: Event("TMB", value=value, genomic="panel_mb=1.5;germline_filter=yes")
    ),
    st.sampled_from(("pos", "neg")).map(lambda value: Event("IHC", "HER2", value=value)),
)  # fmt: skip
PATIENTS = st.lists(st.one_of(small_variants(), small_variants(), negatives(), WHOLE), max_size=10)


@st.composite
def entries(draw, profiles=PROFILES, predicates=("sensitivity", "resistance", "adverse")):
    """A statement, and perhaps decisions of regulators on it."""
    name = f"s{draw(st.integers(0, 10**6))}"
    row = statement(
        id=name,
        profile=str(draw(profiles)),
        predicate=draw(st.sampled_from(predicates)),
        direction=draw(st.sampled_from(("supports", "supports", "disputes"))),
        regimen=draw(st.sampled_from(("alpha", "beta", "alpha + beta"))),
        operator="COMBINATION",
        tumor=(draw(st.sampled_from(NAMED)),),
        excluded_tumors=draw(st.sampled_from(((), ("COADREAD",), ("LUAD",)))),
        conditions=draw(st.sampled_from(("", "line >= 2", "age >= 18"))),
        level=draw(st.sampled_from("ABCD")),
        guideline=draw(st.sampled_from((None, "ESMO 2025"))),
        transfers=draw(st.booleans()),
        checked=draw(st.sampled_from(("2026-10-01", "no"))),
    )
    status = draw(st.sampled_from((None, "ACTIVE", "WITHDRAWN", "PENDING")))
    region = draw(st.sampled_from(("FDA", "EMA")))
    decided = approval(statement=name, status=status, regulator=region, note="harm")
    return (row, decided) if status else (row,)


def bases(rows=None, least=1):
    """The rows of a knowledge base."""
    return st.lists(
        rows if rows is not None else entries(),
        min_size=least,
        max_size=6,
        unique_by=lambda found: found[0].id,
    ).map(lambda found: [part for group in found for part in group])


def kind_of(name: str) -> str:
    """The kind of event that makes a change."""
    return "INDEL" if any(word in name for word in ("del", "ins", "dup", "fs")) else "SNV"


def spelled(name: str) -> str:
    """A one-letter name in three letters."""
    return "".join(THREE.get(letter, letter) if letter.isupper() or letter == "*" else letter
                   for letter in name)  # fmt: skip
