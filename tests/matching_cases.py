"""Small knowledge bases, patients and tumour trees, made in code for the tests of matching."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from consilium.knowledge.base import Entry, Knowledge, Source
from consilium.knowledge.conditions import parse_conditions
from consilium.knowledge.profiles import parse_profile
from consilium.knowledge.protein import parse_protein
from consilium.knowledge.records import Approval, Drug, Exon, Gene, Manifest, Statement
from consilium.matching.interpret import Facts, Limits, interpret
from consilium.matching.matcher import Matcher
from consilium.matching.settings import Settings
from consilium.records import Clinical, Event
from consilium.tumors import Tumor, Tumors, tree

TODAY = "2026-11-01"
SETTINGS = Settings(
    min_tmb_megabases=0.8,
    amplified_copies=6,
    equivocal_copies=4,
    deleted_copies=0.5,
    haematopoiesis_max_vaf=0.10,
    germline_min_vaf=0.4,
    germline_max_vaf=0.6,
    homozygous_min_vaf=0.9,
    hrd_score=42,
    min_msi_purity=0.2,
    common_af=0.05,
    frequent_af=0.01,
    absent_af=1e-5,
    subclonal_share=0.5,
)
KIN = {
    "LUNG": (None, "Lung"),
    "NSCLC": ("LUNG", "Lung"),
    "LUAD": ("NSCLC", "Lung"),
    "LUSC": ("NSCLC", "Lung"),
    "SCLC": ("LUNG", "Lung"),
    "SKIN": (None, "Skin"),
    "MEL": ("SKIN", "Skin"),
    "SKCM": ("MEL", "Skin"),
    "BOWEL": (None, "Bowel"),
    "COADREAD": ("BOWEL", "Bowel"),
    "COAD": ("COADREAD", "Bowel"),
    "MYELOID": (None, "Myeloid"),
    "AML": ("MYELOID", "Myeloid"),
}
GENES = (
    Gene("BRAF", "oncogene", strand="-", fusion_side="3"),
    Gene("EGFR", "oncogene", strand="+"),
    Gene("KRAS", "oncogene", strand="-"),
    Gene("NRAS", "oncogene", strand="-"),
    Gene("MET", "oncogene", strand="+"),
    Gene("ERBB2", "oncogene", strand="+"),
    Gene("EZH2", "both", strand="-"),
    Gene("NTRK1", "oncogene", strand="+", fusion_side="3"),
    Gene("FGFR2", "oncogene", strand="-", fusion_side="5"),
    Gene("ALK", "oncogene", strand="-", fusion_side="3"),
    Gene("ABL1", "oncogene", strand="+", fusion_side="3"),
    Gene("BRCA2", "tsg", strand="+", germline_report=True, lof_last_codon=3325),
    Gene("ATM", "tsg", strand="+", clonal_haematopoiesis=True, germline_report=True),
    Gene("TP53", "tsg", strand="-", clonal_haematopoiesis=True),
    Gene("PTEN", "tsg", strand="+"),
    Gene("CCND1", "oncogene", strand="+", truncation_gof="exon 5"),
)
EXONS = (
    Exon("EGFR", "t", 18, 688, 728),
    Exon("EGFR", "t", 19, 729, 761),
    Exon("EGFR", "t", 20, 762, 823),
    Exon("EGFR", "t", 21, 824, 875),
    Exon("MET", "t", 13, 905, 963),
    Exon("MET", "t", 14, 963, 1010),
    Exon("MET", "t", 15, 1010, 1050),
    Exon("KRAS", "t", 2, 1, 37),
    Exon("KRAS", "t", 3, 38, 97),
    Exon("CCND1", "t", 4, 190, 240),
    Exon("CCND1", "t", 5, 241, 295),
)
SETS = {
    ("KRAS", "oncogenic"): ("codon 12,13,61",),
    ("BRAF", "oncogenic"): ("codon 600",),
    ("BRAF", "class_2"): ("p.K601E",),
    ("TP53", "oncogenic"): ("codon 175",),
    ("MET", "exon_14_skipping"): ("c.3028G>A",),
    ("BRCA2", "common_polymorphism"): ("p.N372H",),
    ("EGFR", "germline_predisposition"): ("p.T790M",),
}
DRUGS = (
    Drug("alpha", "BRAF_inhibitor", True, "yes", None, None),
    Drug("beta", "MEK_inhibitor", False, "no", None, None),
    Drug("gefitinib", "EGFR_TKI", True, "yes", None, None),
    Drug("carboplatin", "platinum", True, "yes", None, None),
)


def tumors() -> Tumors:
    """A few branches of OncoTree."""
    level = {code: 1 if parent is None else 3 for code, (parent, _) in KIN.items()}
    level |= {"NSCLC": 2, "MEL": 2, "COADREAD": 2, "SCLC": 2, "AML": 2}
    return tree(
        Tumor(code, code, parent, tissue, level[code]) for code, (parent, tissue) in KIN.items()
    )


def statement(**changes: Any) -> Statement:
    """A labelled sensitivity statement in melanoma."""
    row = Statement(
        id="alpha-mel",
        profile="BRAF p.V600E",
        predicate="sensitivity",
        direction="supports",
        regimen="alpha",
        operator="",
        tumor=("MEL",),
        excluded_tumors=(),
        conditions="",
        setting="",
        level="A",
        guideline=None,
        transfers=False,
        limitation=None,
        escat=None,
        citations=("PMID:1",),
        summary="It works.",
        checked="2026-10-01",
    )
    return replace(row, **changes)


def approval(**changes: Any) -> Approval:
    """An approval by the FDA in force."""
    row = Approval(
        statement="alpha-mel",
        regulator="FDA",
        status="ACTIVE",
        date="2020-01-01",
        url="https://example.org/label",
        cdx="required",
        cdx_name=None,
        note=None,
        checked="2026-10-01",
    )
    return replace(row, **changes)


def labelled(**changes: Any) -> tuple[Statement, Approval]:
    """A statement with an FDA approval in force."""
    row = statement(**changes)
    return row, approval(statement=row.id)


def knowledge(
    *rows: Statement | Approval | tuple[Statement, Approval], **changes: Any
) -> Knowledge:
    """A base of these rows with the genes, exons and sets above."""
    flat = [part for row in rows for part in (row if isinstance(row, tuple) else (row,))]
    approvals = [row for row in flat if isinstance(row, Approval)]
    entries = tuple(
        Entry(
            row,
            parse_profile(row.profile),
            parse_conditions(row.conditions),
            tuple(a for a in approvals if a.statement == row.id),
            "test base",
        )
        for row in flat
        if isinstance(row, Statement)
    )
    exons: dict[str, tuple[Exon, ...]] = {}
    for exon in EXONS:
        exons[exon.gene] = (*exons.get(exon.gene, ()), exon)
    base = Knowledge(
        sources=(Source(Manifest("test base", "1", "2026-10-01", "CC0"), "0" * 64, len(entries)),),
        entries=entries,
        drugs={drug.drug: drug for drug in DRUGS},
        genes={gene.gene: gene for gene in GENES},
        exons=exons,
        sets={
            key: tuple(parse_profile(f"{key[0]} {member}") for member in members)
            for key, members in SETS.items()
        },
        benign_truncations={"BRCA2": (_change("p.K3326*"),)},
        aliases={"EZH2": {"y641f": "p.Y646F"}},
    )
    return replace(base, **changes)


def _change(text: str) -> Any:
    change = parse_protein(text)
    assert change is not None
    return change


def snv(gene: str, name: str | None = None, **changes: Any) -> Event:
    """A somatic small variant."""
    return replace(Event("SNV", gene, hgvs_p=name, origin="SOMATIC"), **changes)


def absent(gene: str, name: str | None = None, kind: str = "SNV", **changes: Any) -> Event:
    """Something looked for and not found."""
    return replace(Event(kind, gene, hgvs_p=name, assessed="ABSENT"), **changes)


def fusion(name: str, frame: str | None = None) -> Event:
    """A fusion named 5'::3'."""
    five, _, three = name.partition("::")
    unit = "FRAME" if frame else None
    return Event("FUSION", three, five, name, value=frame, unit=unit, origin="SOMATIC")


def wild_type(*genes: str, but: tuple[str, int] | None = None) -> list[Event]:
    """The RAS codons of these genes, read and clear, but one."""
    return [
        absent(gene, f"codon {codon}")
        for gene in genes
        for codon in (12, 13, 59, 61, 117, 146)
        if (gene, codon) != but
    ]


def answer(
    base: Knowledge, events: Iterable[Event], tumor: str | None = "SKCM", **more: Any
) -> dict[str, Any]:
    """The interpretation of a patient; `more` is regions, report_date, purity, clinical facts."""
    regions, day = more.pop("regions", ("FDA",)), more.pop("report_date", TODAY)
    purity = more.pop("purity", None)
    matcher = Matcher(base, tumors(), SETTINGS, day, regions)
    facts = Facts("P", tumor, Clinical("P", **more), purity)
    document, _ = interpret(facts, events, matcher, Limits(180, 365))
    return document


def rows(document: dict[str, Any]) -> dict[str, str | None]:
    """Regimen and predicate of every row, and its tier or else its action."""
    return {
        f"{row['regimen']} {row['predicate']}"
        if row["predicate"] != "sensitivity"
        else row["regimen"]: row["tier"] or row["action"]
        for row in document["therapies"]
    }


def tiers(base: Knowledge, events: Iterable[Event], tumor: str | None = "SKCM", **more: Any) -> Any:
    """`rows` of `answer`."""
    return rows(answer(base, events, tumor, **more))
