"""Write the demo genome, its gene models, targets and population as tools want to read them."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import pysam

from consilium.demo.genome import Genome
from consilium.demo.models import GeneModel
from consilium.demo.population import Polymorphism

LINE = 60
NOTICE = "SYNTHETIC demo sequence, not human"
COMMON = 0.05  # frequency from which a polymorphism serves to estimate contamination

Region = tuple[str, int, int, str]  # contig, start, end (0-based half-open), name


def write_fasta(genome: Genome, path: Path) -> None:
    """FASTA with `.fai` and `.dict`."""
    with path.open("w") as handle:
        for name, bases in genome.contigs.items():
            handle.write(f">{name} {NOTICE}\n")
            handle.writelines(f"{bases[i : i + LINE]}\n" for i in range(0, len(bases), LINE))
    pysam.faidx(str(path))
    rows = [
        f"@SQ\tSN:{name}\tLN:{len(bases)}\tM5:{hashlib.md5(bases.encode()).hexdigest()}\n"
        for name, bases in genome.contigs.items()
    ]
    path.with_suffix(".dict").write_text("@HD\tVN:1.6\n" + "".join(rows))


def write_models(genome: Genome, path: Path) -> None:
    """Ensembl-style GFF3, bgzipped and indexed, one transcript a gene."""
    lines = ["##gff-version 3", f"# {NOTICE}; numbers of exons and codons are those of the genes"]
    lines += [f"##sequence-region {name} 1 {len(b)}" for name, b in genome.contigs.items()]
    for chrom in genome.contigs:
        for model in sorted(
            (m for m in genome.genes if m.chrom == chrom), key=lambda model: model.start
        ):
            lines += _features(model)
    _compress(lines, path, "gff")


def _features(model: GeneModel) -> list[str]:
    name, transcript = model.facts.name, model.facts.transcript
    parent = f"Parent=transcript:{transcript}"

    def line(kind: str, start: int, end: int, notes: str, phase: str = ".") -> str:
        place = f"{start + 1}\t{end}\t.\t{model.facts.strand}\t{phase}"
        return f"{model.chrom}\tsynthetic\t{kind}\t{place}\t{notes}"

    about = f"Name={name};biotype=protein_coding"
    rows = [
        line("gene", model.start, model.end, f"ID=gene:{name};{about};gene_id={name}"),
        line(
            "mRNA",
            model.start,
            model.end,
            f"ID=transcript:{transcript};Parent=gene:{name};{about};"
            f"transcript_id={transcript};tag=primary",
        ),
    ]
    parts = []
    for rank, (start, end) in enumerate(model.exons, start=1):
        identity = f"{transcript}.e{rank}"
        notes = f"{parent};Name={identity};exon_id={identity};rank={rank}"
        parts.append((start, line("exon", start, end, notes)))
    seen = 0
    for start, end in model.coding:
        notes = f"ID=CDS:{transcript};{parent};protein_id={transcript}"
        parts.append((start, line("CDS", start, end, notes, str(-seen % 3))))
        seen += end - start
    parts += [(start, line(kind, start, end, parent)) for kind, start, end in untranslated(model)]
    return rows + [text for _, text in sorted(parts, key=lambda part: part[0])]


def untranslated(model: GeneModel) -> Iterable[tuple[str, int, int]]:
    """The untranslated parts of the exons, named as in GFF3."""
    first = min(start for start, _ in model.coding)
    last = max(end for _, end in model.coding)
    left, right = ("five_prime_UTR", "three_prime_UTR")[:: 1 if model.forward else -1]
    for start, end in model.exons:
        if start < first:
            yield left, start, min(end, first)
        if end > last:
            yield right, max(start, last), end


def target_regions(genome: Genome, padding: int, promoter: int, everything: bool) -> list[Region]:
    """The panel: coding parts of exons with their margins, and real promoters, merged."""
    rows = []
    for model in genome.genes:
        facts = model.facts
        for number, (start, end) in zip(facts.coding_exons, model.coding, strict=True):
            if everything or number in facts.targets:
                name = f"{facts.name}_exon_{number}"
                rows.append((model.chrom, start - padding, end + padding, name))
        if facts.promoter_start is not None:
            middle = model.locate(facts.promoter_start + len(facts.promoter) // 2)
            name = f"{facts.name}_promoter"
            rows.append((model.chrom, middle - promoter, middle + promoter, name))
    order = list(genome.contigs)
    return sorted(rows, key=lambda row: (order.index(row[0]), row[1]))


def write_targets(regions: list[Region], path: Path) -> None:
    """BED of the panel."""
    path.write_text("".join(f"{c}\t{s}\t{e}\t{name}\n" for c, s, e, name in regions))


def write_population(
    genome: Genome, polymorphisms: Iterable[Polymorphism], path: Path, common_only: bool
) -> None:
    """VCF with INFO/AF; with `common_only` the frequent SNVs alone."""
    lines = [
        "##fileformat=VCFv4.2",
        f"##source={NOTICE}; frequencies of an invented population",
        '##INFO=<ID=AF,Number=A,Type=Float,Description="Frequency in the invented population">',
    ]
    lines += [f"##contig=<ID={n},length={len(b)}>" for n, b in genome.contigs.items()]
    lines.append("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO")
    for polymorphism in polymorphisms:
        allele = polymorphism.allele
        snv = len(allele.ref) == len(allele.alt) == 1
        if common_only and not (snv and COMMON <= polymorphism.frequency <= 1 - COMMON):
            continue
        fields = (allele.chrom, allele.pos, ".", allele.ref, allele.alt, ".", "PASS")
        lines.append("\t".join(map(str, fields)) + f"\tAF={polymorphism.frequency:g}")
    _compress(lines, path, "vcf")


def _compress(lines: list[str], path: Path, preset: Literal["gff", "vcf"]) -> None:
    plain = path.with_suffix("")
    plain.write_text("\n".join(lines) + "\n")
    pysam.tabix_compress(str(plain), str(path), force=True)
    pysam.tabix_index(str(path), preset=preset, force=True)
    plain.unlink()
