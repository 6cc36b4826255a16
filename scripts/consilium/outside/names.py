"""Small variants that another pipeline named, of any genome build: the names are what counts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from consilium.genome_builds import build_named
from consilium.knowledge.aliases import present_name
from consilium.knowledge.protein import parse_protein
from consilium.outside import spelling
from consilium.outside.context import Context
from consilium.outside.hgvs import spelt_names
from consilium.outside.raw import Line
from consilium.problems import Problem, refuse
from consilium.records import Event

KINDS = {"SNP": "SNV", "DNP": "MNV", "TNP": "MNV", "ONP": "MNV", "INS": "INDEL", "DEL": "INDEL"}
ORIGINS = {"Somatic": "SOMATIC", "Germline": "GERMLINE"}


@dataclass(frozen=True, slots=True)
class Named:
    """One small variant by its names; germline findings carry origin GERMLINE."""

    gene: str
    hgvs_p: str | None
    hgvs_c: str | None = None
    transcript: str | None = None
    kind: str = "SNV"  # SNV | MNV | INDEL
    origin: str = "UNKNOWN"
    depth: int | None = None
    alt_reads: int | None = None
    genomic: str | None = None  # chrom:pos:ref:alt on the configured build
    clinvar: str | None = None


def usual(column: str, cell: str) -> str:
    """A cell in the spelling that the schema knows."""
    return spelling.plain(cell).upper() if column in {"kind", "origin"} else spelling.plain(cell)


def own(line: Line, context: Context) -> Iterator[Named]:
    """A row of our own table."""
    kind, origin = line.text("kind") or "SNV", line.text("origin") or "UNKNOWN"
    gene = spelling.gene(line.needed("gene"), {name.upper(): name for name in context.transcripts})
    names = spelt_names(line, context, gene)
    counts = (line.whole("depth"), line.whole("alt_reads"))
    rest = (line.text("genomic"), line.text("clinvar"))
    transcript = line.text("transcript") or names.transcript
    yield Named(gene, names.protein, names.coding, transcript, kind, origin, *counts, *rest)


def of_sample(lines: list[Line], context: Context, path: str | Path, column: str) -> list[Line]:
    """The rows of the sheet's sample, or of the only sample that a table has.

    Raises:
        InputError: rows of several samples, none of them the sheet's.
    """
    samples = {line.cells.get(column, "") for line in lines}
    if len(samples) < 2:
        return lines
    if context.sample not in samples:
        problem = f"has {len(samples)} samples, none of them {context.sample}"
        refuse([Problem(str(path), problem, f"name the sample as in {column}")])
    return [line for line in lines if line.cells.get(column) == context.sample]


def maf(line: Line, context: Context) -> Iterator[Named]:
    """A row of a MAF of the sample that passed and has a name.

    Coordinates are taken over for substitutions on the configured build; an indel of a MAF has no
    anchor base.
    """
    if line.text("FILTER") not in {None, "PASS"}:
        return
    protein = line.text("HGVSp_Short", "HGVSp", "Protein_Change", "amino_acid_change")
    coding = line.text("HGVSc", "cDNA_Change")
    if protein is None and coding is None:
        return
    kind = KINDS.get(line.text("Variant_Type") or "SNP", "INDEL")
    alt, ref = line.whole("t_alt_count"), line.whole("t_ref_count")
    depth = line.whole("t_depth")
    if depth is None and alt is not None and ref is not None:
        depth = alt + ref
    yield Named(
        gene=line.needed("Hugo_Symbol"),
        hgvs_p=protein.split(":")[-1] if protein else None,
        hgvs_c=coding.split(":")[-1] if coding else None,
        transcript=line.text("RefSeq", "Transcript_ID", "i_transcript_name"),
        kind=kind,
        origin=ORIGINS.get(line.text("Mutation_Status") or "", "UNKNOWN"),
        depth=depth,
        alt_reads=alt,
        genomic=_genomic(line, kind, context.build),
    )


def _genomic(line: Line, kind: str, build: str) -> str | None:
    """The allele as chrom:pos:ref:alt where it needs no genome to be told."""
    if build_named(line.text("NCBI_Build") or "") != build or kind == "INDEL":
        return None
    cells = [line.text(c) for c in ("Chromosome", "Start_Position", "Reference_Allele")]
    parts = [*cells, line.text("Tumor_Seq_Allele2")]
    return ":".join(part for part in parts if part) if all(parts) else None


def distrust(row: Named, context: Context) -> str | None:
    """Why a row's names cannot be taken for those of the knowledge base; None where they can."""
    named = context.transcripts.get(row.gene)
    if row.transcript and named and row.transcript[:2] in {"NM", "NR", "XM"}:
        stems = {row.transcript.split(".")[0], named.split(".")[0]}
        if len(stems) > 1:
            return f"named on {row.transcript}, not on {named}"
    name = row.hgvs_p or ""
    change = parse_protein(present_name(name, context.aliases.get(row.gene, {})))
    residues = context.residues.get(row.gene, {})
    if change and residues.get(change.start, change.first) != change.first:
        known = residues[change.start]
        return f"codon {change.start} is {known} on {named}, not {change.first}"
    return None


def events(rows: Iterable[Named], context: Context) -> Iterator[Event]:
    """One event a variant; INDETERMINATE where its names are of another transcript."""
    for row in rows:
        problem = distrust(row, context)
        change = parse_protein(row.hgvs_p or "")
        vaf = row.alt_reads / row.depth if row.depth and row.alt_reads is not None else None
        yield Event(
            kind=row.kind,
            gene=row.gene,
            hgvs_p=change.long if change else row.hgvs_p,
            hgvs_c=row.hgvs_c,
            genomic=row.genomic,
            origin=row.origin,
            assessed="INDETERMINATE" if problem else "PRESENT",
            sample=context.sample,
            transcript=row.transcript,
            vaf=vaf,
            depth=row.depth,
            alt_reads=row.alt_reads,
            clinvar=row.clinvar,
            detail=problem,
        )
