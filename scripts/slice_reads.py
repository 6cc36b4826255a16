"""Take from the alignments the reads at the variants that a report shows."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pysam

from consilium.counting import Limits, observe
from consilium.job import job
from consilium.report import reads as slices
from consilium.report.reads import Track, View
from consilium.vcf import Allele

LARGEST = 3_500_000  # characters of embedded reads: a page of 6 MB holds igv.js and the rest too


@dataclass(frozen=True, slots=True)
class Source:
    """The alignments of one sample."""

    sample: str
    role: str  # tumor | normal
    path: str


@dataclass(frozen=True, slots=True)
class Slicer:
    """What slicing works with: open files, limits of counting and a folder for its own files."""

    genome: pysam.FastaFile
    opened: Mapping[str, pysam.AlignmentFile]
    limits: Limits
    folder: Path

    def view(self, allele: Allele, tumor: str, sources: list[Source]) -> View:
        """One variant in the tumour and, where there is one, in the normal."""
        length = self.genome.get_reference_length(allele.chrom)
        start = max(0, allele.pos - 1 - slices.REACH)
        low = max(0, allele.pos - 1 - slices.FLANK)
        fetch = self.genome.fetch
        drawn = (low, fetch(allele.chrom, low, min(length, allele.end + slices.FLANK)).upper())
        return View(
            sample=tumor,
            allele=str(allele),
            chrom=allele.chrom,
            start=start,
            sequence=fetch(allele.chrom, start, min(length, allele.end + slices.REACH)).upper(),
            drawing_start=low,
            reference=drawn[1],
            tracks=tuple(self._track(source, allele, drawn) for source in sources),
        )

    def _track(self, source: Source, allele: Allele, drawn: tuple[int, str]) -> Track:
        reads = self.opened[source.sample]
        seen = observe(reads, self.genome, [allele], self.limits)[allele]
        carriers, others = slices.choose(seen, allele)
        found = slices.records(reads, allele, [*carriers, *others])
        length = reads.get_reference_length(allele.chrom)
        lines, first = slices.drawn(carriers, others)
        bam = slices.as_bam(found, set(carriers), length, self.folder / "slice.bam")
        return Track(
            sample=source.sample,
            role=source.role,
            fragments=len(carriers) + len(others),
            total=sum(not fragment.duplicate for fragment in seen.values()),
            carriers=len(carriers),
            bam=slices.encoded(bam),
            drawing=tuple(slices.draw(found[name], *drawn) for name in lines),
            drawn_carriers=first,
        )


def views(slicer: Slicer, document: Mapping[str, Any], sources: list[Source]) -> Iterator[View]:
    """A view of each variant, in the order of the report, as long as there is room."""
    room = LARGEST
    for tumor in [source for source in sources if source.role == "tumor"]:
        shown = [tumor, *(source for source in sources if source.role == "normal")]
        for allele in slices.wanted(document, tumor.sample):
            view = slicer.view(allele, tumor.sample, shown)
            room -= sum(len(track.bam) for track in view.tracks)
            if room < 0:
                return
            yield view


def main(report: str, genome: str, sources: list[Source], limits: Limits, output: str) -> None:
    """From a report and the alignments it rests on to evidence.json."""
    document = json.loads(Path(report).read_text())
    with ExitStack() as stack:
        fasta = stack.enter_context(pysam.FastaFile(genome))
        opened = {
            source.sample: stack.enter_context(
                pysam.AlignmentFile(source.path, reference_filename=genome)
            )
            for source in sources
        }
        folder = Path(stack.enter_context(TemporaryDirectory()))
        slicer = Slicer(fasta, opened, limits, folder)
        found = list(views(slicer, document, sources))
    total = sum(
        len(slices.wanted(document, source.sample)) for source in sources if source.role == "tumor"
    )
    rows = {"views": [asdict(view) for view in found], "left_out": total - len(found)}
    Path(output).write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    with job() as snakemake:
        main(
            report=snakemake.input.report,
            genome=snakemake.input.genome,
            sources=[
                Source(**source, path=path)
                for source, path in zip(
                    snakemake.params.samples, snakemake.input.alignments, strict=True
                )
            ],
            limits=Limits(**snakemake.params.limits),
            output=snakemake.output.evidence,
        )
