"""Copy number by gene: CNVkit, PURPLE-like, GISTIC-like and our own table."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from consilium.outside.context import Context
from consilium.outside.raw import Line
from consilium.records import Event

GISTIC = {-2: "DEL", -1: "LOSS", 0: "NEUTRAL", 1: "GAIN", 2: "AMP"}
WORDS = {"GAIN": "normal", "NEUTRAL": "normal", "LOSS": "loss"}  # as interpretation reads them
SEX_CHROMOSOMES = frozenset({"X", "Y", "23", "24"})


@dataclass(frozen=True, slots=True)
class CopyNumber:
    """One gene of a copy-number table; a call, or copies, or both ends of a range of copies."""

    gene: str
    call: str | None = None  # AMP | GAIN | NEUTRAL | LOSS | DEL
    copies: float | None = None  # absolute, in the tumour cells
    min_copies: float | None = None  # smallest over the gene
    max_copies: float | None = None
    detail: str | None = None


def own(line: Line, _: Context) -> Iterator[CopyNumber]:
    """A row of our own table."""
    low, high = line.number("min_copies", "copies"), line.number("max_copies", "copies")
    copies, detail = line.number("copies"), line.text("detail")
    yield CopyNumber(line.needed("gene"), line.text("call"), copies, low, high, detail)


def purple(line: Line, _: Context) -> Iterator[CopyNumber]:
    """A gene with its smallest and largest copy number; negative values of the fit are 0."""
    low, high = line.number("minCopyNumber"), line.number("maxCopyNumber")
    if low is None:
        line.refuse("minCopyNumber is empty", "fill it, or remove the row")
    low = max(0.0, low or 0.0)
    yield CopyNumber(line.needed("gene"), None, None, low, low if high is None else max(0.0, high))


def gistic(line: Line, context: Context) -> Iterator[CopyNumber]:
    """A gene with -2 to 2 in the sample's own column, or the only one."""
    fixed = {"Gene Symbol", "Hugo_Symbol", "Gene ID", "Locus ID", "Entrez_Gene_Id", "Cytoband"}
    columns = [name for name in line.cells if name not in fixed]
    column = context.sample if context.sample in columns else columns[0] if columns else ""
    if column != context.sample and len(columns) != 1:
        line.refuse(
            f"none of {len(columns)} samples is {context.sample}", "name the column like the sample"
        )
    value = line.number(column)
    if value is not None and value not in GISTIC:
        line.refuse(f"{column} {value:g} is not -2, -1, 0, 1 or 2", "give thresholded values")
    if value is not None:
        yield CopyNumber(line.needed("Gene Symbol", "Hugo_Symbol"), GISTIC[int(value)])


def cnvkit(line: Line, context: Context) -> Iterator[CopyNumber]:
    """A segment or gene of CNVkit: `cn` where it was called, else copies from log2 and purity."""
    called, log2 = line.number("cn"), line.number("log2")
    copies, detail = copies_of_line(line, called, log2, context)
    for gene in genes_of(line):
        yield CopyNumber(gene, None, copies, copies, copies, detail)


def copies_of_line(
    line: Line, called: float | None, log2: float | None, context: Context
) -> tuple[float | None, str]:
    """Copies that were called, else those of a log2 ratio; None where neither tells."""
    if called is not None:
        return called, "copies as called"
    chrom = line.needed("chromosome", "chrom", "Chromosome").removeprefix("chr")
    if log2 is None or chrom in SEX_CHROMOSOMES:
        return None, "log2 on a sex chromosome, or none, tells no number of copies"
    copies, detail = copies_of_log2(log2, context.purity)
    between = context.deleted_copies <= copies < context.amplified_copies
    return (None if between and not context.purity else copies), detail


def genes_of(line: Line) -> list[str]:
    """The genes of a segment."""
    named = {name.strip() for name in (line.text("gene") or "").split(",")}
    return sorted(named - {"", "-", "Antitarget", "Background"})


def copies_of_log2(log2: float, purity: float | None) -> tuple[float, str]:
    """Copies in the tumour cells from a log2 ratio to two copies.

    r = 2^log2; n = (2 r - 2 (1 - p)) / p. Without a purity p the mixture is taken as it is,
    which understates gains and losses alike, so that neither is claimed too easily.
    """
    share = purity or 1.0
    copies = max(0.0, (2 * 2**log2 - 2 * (1 - share)) / share)
    known = f"purity {purity:g}" if purity else "purity unknown, so that changes are understated"
    return copies, f"from log2 {log2:g}, {known}"


def events(rows: Iterable[CopyNumber], context: Context) -> Iterator[Event]:
    """One event a gene; a gene that several segments cut has the range of their copies.

    Genes that are neither amplified nor lost are kept where the knowledge base knows them: a
    measured state answers what silence does not.
    """
    grouped: dict[str, list[CopyNumber]] = defaultdict(list)
    for row in rows:
        grouped[row.gene].append(row)
    for gene, found in grouped.items():
        event = _event(gene, found, context)
        if gene in context.transcripts or changed(event, context):
            yield event


def changed(event: Event, context: Context) -> bool:
    """Whether a gene is amplified or lost."""
    if event.unit != "copies":
        return event.value in {"AMP", "DEL", "PARTIAL_AMP"}
    copies = float(event.value or 2)
    return copies >= context.amplified_copies or copies < context.deleted_copies


def _event(gene: str, rows: list[CopyNumber], context: Context) -> Event:
    base = Event(kind="CNA", gene=gene, origin="UNKNOWN", sample=context.sample)
    lows = [row.min_copies for row in rows if row.min_copies is not None]
    highs = [row.max_copies for row in rows if row.max_copies is not None]
    detail = "; ".join(dict.fromkeys(row.detail for row in rows if row.detail)) or None
    calls = {row.call for row in rows if row.call}
    if calls:
        value = calls.pop() if len(calls) == 1 else "DISAGREEING_CALLS"
        return _with(base, WORDS.get(value, value), None, detail)
    if not lows or len(lows) < len(rows):
        return _with(base, None, None, detail, "INDETERMINATE")
    low, high = min(lows), max(highs or lows)
    if low < context.deleted_copies or high < context.amplified_copies or low == high:
        return _with(base, f"{low:.4g}", "copies", detail)
    if low >= context.amplified_copies:
        return _with(base, f"{low:.4g}", "copies", detail)
    words = f"part of the gene has {high:.4g} copies, another {low:.4g}"
    return _with(base, "PARTIAL_AMP", None, f"{words}; {detail}" if detail else words)


def _with(
    event: Event, value: str | None, unit: str | None, detail: str | None, state: str = "PRESENT"
) -> Event:
    return replace(event, value=value, unit=unit, detail=detail, assessed=state)
