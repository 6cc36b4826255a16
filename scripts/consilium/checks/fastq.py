"""FASTQ files: sound gzip, well-formed records, Phred+33, mates that belong together."""

import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, zip_longest

from consilium.checks import gzipped
from consilium.checks.run import READS, Findings, Run, present
from consilium.problems import Problem

RECORDS = 1000
BASES = re.compile(r"[ACGTUNRYSWKMBDHVacgtun.]*")
PHRED64 = (59, 105)  # Solexa and Illumina 1.3-1.7: ';' to 'i'
PHRED33_TOP = 74  # 'J', the highest that Illumina writes as Phred+33
AGAIN = "copy the file again from its source and compare checksums"
PAIR = "take both files from one run and one lane, in the order in which they were written"


class BadRecord(ValueError):
    """A record that is no FASTQ."""


@dataclass(frozen=True, slots=True)
class Read:
    """One FASTQ record."""

    name: str  # without comment and without /1 or /2
    mate: str | None  # 1 or 2, where the name or the comment says
    bases: str
    qualities: str


def check_fastq(run: Run) -> Findings:
    """First and last blocks and the first records of every FASTQ."""
    for path in present(run.inputs(READS)):
        yield path, list(_file_problems(path))


def _file_problems(path: str) -> Iterator[Problem]:
    for problem in (gzipped.head_problem(path), gzipped.tail_problem(path)):
        if problem:
            fix = "compress it by gzip" if "not gzip" in problem else AGAIN
            yield Problem(path, problem, fix)
            return
    try:
        reads = first_reads(path)
    except BadRecord as error:
        yield Problem(path, str(error), "give FASTQ of four lines a record")
        return
    if not reads:
        yield Problem(path, "holds no reads", "drop the row, or bring the reads")
        return
    codes = [ord(symbol) for read in reads for symbol in read.qualities]
    low, high = min(codes, default=0), max(codes, default=0)
    if low >= PHRED64[0] and PHRED33_TOP < high <= PHRED64[1]:
        problem = f"qualities {chr(low)!r} to {chr(high)!r} look like Phred+64"
        yield Problem(path, problem, f"convert them: seqtk seq -Q64 -V {path}")


def first_reads(path: str) -> list[Read]:
    """The first reads of a file.

    Raises:
        BadRecord: a record is no FASTQ; the message says which and why.
    """
    try:
        with gzip.open(path, "rt", encoding="ascii") as handle:
            lines = [line.rstrip("\n\r") for line in islice(handle, 4 * RECORDS)]
    except UnicodeDecodeError as error:
        raise BadRecord("is not text") from error
    except (EOFError, zlib.error, OSError) as error:
        raise BadRecord("cannot be decompressed") from error
    records = range(0, len(lines), 4)
    return [_read(lines[i : i + 4], i // 4 + 1) for i in records]


def _read(lines: list[str], number: int) -> Read:
    if len(lines) < 4:
        raise BadRecord(f"record {number} has {len(lines)} lines")
    head, bases, plus, qualities = lines
    if not head.startswith("@") or not plus.startswith("+"):
        raise BadRecord(f"record {number} does not start with @ or lacks its + line")
    if len(bases) != len(qualities):
        problem = f"{len(bases)} bases but {len(qualities)} qualities"
        raise BadRecord(f"record {number} has {problem}")
    if not BASES.fullmatch(bases):
        raise BadRecord(f"record {number} holds letters that are no bases")
    name, _, comment = head[1:].partition(" ")
    mate = re.match(r"([12]):", comment)
    if slash := re.search(r"/([12])$", name):
        return Read(name[:-2], slash[1], bases, qualities)
    return Read(name, mate[1] if mate else None, bases, qualities)


def check_mates(run: Run) -> Findings:
    """Names of the first thousand pairs agree; single-end files hold no pairs."""
    for unit in run.units:
        if not unit.fastq_1 or len(list(present((unit.fastq_1,)))) == 0:
            continue
        try:
            first = first_reads(unit.fastq_1)
            second = first_reads(unit.fastq_2) if unit.fastq_2 else None
        except (BadRecord, OSError):
            continue
        if second is None:
            yield unit.fastq_1, list(_interleaved(unit.fastq_1, first))
        else:
            both = f"{unit.fastq_1}, {unit.fastq_2}"
            yield both, list(_mate_problems(both, first, second))


def _interleaved(path: str, reads: list[Read]) -> Iterator[Problem]:
    pairs = list(zip(reads[::2], reads[1::2], strict=False))
    if pairs and all(one.name == two.name for one, two in pairs):
        fix = "split it into fastq_1 and fastq_2 (samtools import, samtools fastq)"
        yield Problem(path, "holds both mates of each pair, one after the other", fix)


def _mate_problems(where: str, first: list[Read], second: list[Read]) -> Iterator[Problem]:
    for number, (one, two) in enumerate(zip_longest(first, second), start=1):
        if one is None or two is None:
            counts = f"{len(first)} and {len(second)} reads"
            yield Problem(where, f"the files hold {counts}", PAIR)
            return
        if one.name != two.name:
            problem = f"read {number} is {one.name!r} in one and {two.name!r} in the other"
            yield Problem(where, problem, PAIR)
            return
    if first and all(two.mate == "1" for two in second):
        yield Problem(where, "fastq_2 holds first reads, by their names", "give the file of R2")
    elif first and all(one.mate == "2" for one in first):
        yield Problem(where, "fastq_1 holds second reads, by their names", "exchange the two")
    elif len(first) > 1 and all(a.bases == b.bases for a, b in zip(first, second, strict=True)):
        yield Problem(where, "both files hold the same sequences", "give the file of R2")
