"""MSI, TMB, HRD, signatures, and expression of proteins and genes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from consilium.outside.context import Context
from consilium.outside.raw import Line
from consilium.records import Event

# MSIsensor score, percent of unstable sites: 10 and more is MSI-H; from 3 to 10 most, not all,
# are stable (Middha et al. 2017, PMID 30211344).
UNSTABLE_PERCENT = 10.0
STABLE_PERCENT = 3.0


@dataclass(frozen=True, slots=True)
class Biomarker:
    """One measured state of the whole tumour."""

    biomarker: str  # MSI | TMB | HRD | SIGNATURE | LOH
    value: str | None
    unit: str | None = None  # mut/Mb, GIS, percent, fraction
    name: str | None = None  # of a signature, e.g. SBS3
    panel_mb: float | None = None  # megabases on which TMB was counted
    germline_filter: str | None = None  # yes | no
    assessed: str = "PRESENT"
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Expression:
    """The expression of one gene or antigen."""

    gene: str
    value: str
    method: str  # IHC | RNA
    unit: str | None = None  # RNA: TPM | FPKM | RPKM


def own(line: Line, _: Context) -> Iterator[Biomarker]:
    """A row of our own table."""
    about = (line.text("unit"), line.text("name"))
    size, filtered = line.number("panel_mb"), line.text("germline_filter")
    state = line.text("assessed") or "PRESENT"
    kind, value = line.needed("biomarker"), line.text("value")
    yield Biomarker(kind, value, *about, size, filtered, state, line.text("detail"))


def msisensor(line: Line, _: Context) -> Iterator[Biomarker]:
    """The one row that MSIsensor and MSIsensor-pro write."""
    percent = line.number("%")
    if percent is None or not 0 <= percent <= 100:
        line.refuse("% is no percentage", "give the table that MSIsensor wrote")
    share = percent or 0.0
    sites = line.whole("Total_Number_of_Sites")
    words = f"{share:g} % of {sites} sites are unstable"
    if share >= UNSTABLE_PERCENT:
        yield Biomarker("MSI", "MSI-H", detail=words)
    elif share < STABLE_PERCENT:
        yield Biomarker("MSI", "MSS", detail=words)
    else:
        words += f", between {STABLE_PERCENT:g} and {UNSTABLE_PERCENT:g}"
        yield Biomarker("MSI", None, assessed="INDETERMINATE", detail=words)


def events(rows: Iterable[Biomarker], context: Context) -> Iterator[Event]:
    """One event a row; the panel of a TMB stands in `genomic`."""
    for row in rows:
        facts = {
            "panel_mb": None if row.panel_mb is None else f"{row.panel_mb:g}",
            "germline_filter": row.germline_filter,
        }
        told = ";".join(f"{name}={value}" for name, value in facts.items() if value)
        yield Event(
            kind=row.biomarker,
            hgvs_p=row.name,
            genomic=told or None,
            value=row.value,
            unit=row.unit,
            origin="UNKNOWN",
            assessed=row.assessed,
            sample=context.sample,
            detail=row.detail,
        )


def expression(line: Line, _: Context) -> Iterator[Expression]:
    """A row of our own table."""
    gene, value, method = (line.needed(column) for column in ("gene", "value", "method"))
    yield Expression(gene, value, method, line.text("unit"))


def tpm(line: Line, _: Context) -> Iterator[Expression]:
    """A gene's TPM."""
    value = line.number("TPM")
    if value is not None:
        yield Expression(line.needed("TargetID", "gene_name"), f"{value:g}", "RNA", "TPM")


def expression_events(rows: Iterable[Expression], context: Context) -> Iterator[Event]:
    """Every stain; RNA of the genes that the knowledge base knows."""
    for row in rows:
        if row.method == "IHC" or row.gene in context.transcripts:
            yield Event(
                kind="IHC" if row.method == "IHC" else "EXPRESSION",
                gene=row.gene,
                value=row.value,
                unit=row.unit,
                origin="UNKNOWN",
                sample=context.sample,
            )
