"""BAM and CRAM: whole, sorted by coordinate, with read groups that name one sample."""

from collections.abc import Iterator
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import pysam

from consilium.checks import gzipped
from consilium.checks.run import ALIGNMENTS, Findings, Run, present
from consilium.problems import Problem

READS = 1000
CRAM_MAGIC = b"CRAM"
CRAM_EOF = b"\x0f\xe0EOF"  # bytes 9 to 13 of the end container
CRAM_EOF_LENGTHS = (38, 30)  # bytes of that container in CRAM 3 and 2.1
AGAIN = "copy the file again from its source and compare checksums"


def check_alignments(run: Run) -> Findings:
    """Start, end, order and read groups of every BAM and CRAM."""
    inputs = run.inputs(ALIGNMENTS)
    for path in present(inputs):
        problem = ends_problem(path)
        if problem:
            yield path, [Problem(path, problem, AGAIN)]
            continue
        try:
            found = list(_content_problems(path, inputs[path].sample, run))
            yield path, [*found, *_version_problems(path, run.config["callers"])]
        except (OSError, ValueError) as error:
            yield path, [Problem(path, f"cannot be read ({error})", AGAIN)]


def ends_problem(path: str) -> str:
    """What is wrong with the first and the last block of a BAM or CRAM; empty where nothing is."""
    if path.endswith(".cram"):
        with Path(path).open("rb") as handle:
            if handle.read(4) != CRAM_MAGIC:
                return "is not CRAM, whatever its name says"
        ends = (gzipped.tail(path, length)[8:13] for length in CRAM_EOF_LENGTHS)
        return "" if CRAM_EOF in ends else "ends early (truncated)"
    if problem := gzipped.head_problem(path).replace("gzip", "BAM"):
        return problem
    return "" if gzipped.has_eof_block(path) else "ends early (truncated): no end-of-file block"


def _version_problems(path: str, callers: list[str]) -> Iterator[Problem]:
    """CRAM 3.1, which GATK 4.6 does not read."""
    with Path(path).open("rb") as handle:
        head = handle.read(len(CRAM_MAGIC) + 2)
    if head == CRAM_MAGIC + b"\x03\x01" and "mutect2" in callers:
        fix = f"run: samtools view -O cram,version=3.0 -T genome.fa -o new.cram {path}"
        yield Problem(path, "is CRAM 3.1, which GATK does not read", fix)


def open_alignments(path: str, run: Run) -> Any:  # noqa: ANN401
    """A BAM or CRAM for reading, its index not needed."""
    return pysam.AlignmentFile(path, check_sq=False, reference_filename=str(run.genome))


def _content_problems(path: str, sample: str, run: Run) -> Iterator[Problem]:
    verbosity = pysam.set_verbosity(0)
    try:
        with open_alignments(path, run) as alignments:
            header = alignments.header.to_dict()
            reads = [*islice(alignments, READS)]
    finally:
        pysam.set_verbosity(verbosity)
    sort = f"run: samtools sort -o sorted.bam {path}; then samtools index"
    order = header.get("HD", {}).get("SO", "unknown")
    places = [(read.reference_id, read.reference_start) for read in reads if read.reference_id >= 0]
    if order != "coordinate":
        yield Problem(path, f"is not sorted by coordinate (order: {order})", sort)
    elif any(here > there for here, there in pairwise(places)):
        yield Problem(path, "claims to be sorted by coordinate and is not", sort)
    if not reads:
        yield Problem(path, "holds no reads", "bring the alignments, or drop the row")
    yield from _group_problems(path, sample, header.get("RG", []), reads)


def _group_problems(
    path: str, sample: str, groups: list[dict[str, str]], reads: list[Any]
) -> Iterator[Problem]:
    line = rf"'@RG\tID:{sample}\tSM:{sample}\tLB:{sample}\tPL:ILLUMINA'"
    fix = f"run: samtools addreplacerg -r {line} -o new.bam {path}"
    names = sorted({group.get("SM", "") for group in groups})
    if not groups or "" in names:
        yield Problem(path, "has no read group with a sample name (@RG SM)", fix)
        return
    if len(names) > 1:
        problem = f"holds the reads of several samples ({', '.join(names)})"
        yield Problem(path, problem, "run: samtools split, and give each sample a row")
    elif names != [sample]:
        problem = f"calls its sample {names[0]!r}, the sheet {sample!r}"
        yield Problem(path, problem, "see that it is the right file", "WARNING")
    known = {group["ID"] for group in groups if "ID" in group}
    strangers = sum(not read.has_tag("RG") or read.get_tag("RG") not in known for read in reads)
    if strangers:
        problem = f"{strangers} of the first {len(reads)} reads belong to no read group"
        yield Problem(path, problem, fix)


def check_names(run: Run) -> Findings:
    """Where there is a normal, callers tell it from the tumour by the sample names in the files."""
    for case in run.sheet.cases:
        if run.sheet.normal(case):
            yield case, _namesakes(run, case) or _strangers(run, case)


def _namesakes(run: Run, case: str) -> list[Problem]:
    """Tumours whose alignments carry the sample name of their normal's."""
    normal = run.sheet.normal(case) or ""
    problems = []
    for tumor in run.sheet.tumors(case):
        shared = sorted(_sample_names(run, tumor) & _sample_names(run, normal))
        problem = f"tumour {tumor} and normal {normal} are both called {shared} in their files"
        fix = "give each its own SM: samtools addreplacerg -w"
        if shared:
            problems.append(Problem(f"{run.config['samples']}, case {case}", problem, fix))
    return problems


def _strangers(run: Run, case: str) -> list[Problem]:
    """Samples of a case whose alignments give them one other name."""
    problems = []
    for sample in filter(None, (*run.sheet.tumors(case), run.sheet.normal(case))):
        names = _sample_names(run, sample)
        if len(names) == 1 and names != {sample}:
            problem = f"sample {sample} is called {''.join(names)} in its file"
            fix = (
                "give the sheet the file's name, or the file the sheet's: samtools addreplacerg -w"
            )
            problems.append(Problem(f"{run.config['samples']}, case {case}", problem, fix))
    return problems


def _sample_names(run: Run, sample: str) -> set[str]:
    """Sample names in a sample's alignments; the sheet's own where we align."""
    unit = run.sheet.unit(sample)
    path = next(present(filter(None, (unit.bam, unit.cram))), None)
    if path is None:
        return {sample} if unit.fastq_1 else set()
    try:
        with open_alignments(path, run) as alignments:
            return {group.get("SM", "") for group in alignments.header.to_dict().get("RG", [])}
    except (OSError, ValueError):
        return set()
