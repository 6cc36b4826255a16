"""Write a library as gzipped FASTQ, the same bytes each time."""

import gzip
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from consilium.demo.reads import BASES, Bytes, Library, Simulator

NUMBER_WIDTH = 8
PHRED = 33


def write_library(
    simulator: Simulator, library: Library, lanes: dict[str, tuple[Path, Path]]
) -> int:
    """Write the pairs of a library, dealt out to its lanes in turn; return how many."""
    pairs, names = 0, list(lanes)
    with ExitStack() as stack:
        files = {
            lane: [_gzip(stack, path, simulator.settings["compression"]) for path in paths]
            for lane, paths in lanes.items()
        }
        for numbers, molecules, rng in simulator.pairs(library):
            pairs += len(numbers)
            matrix, length = simulator.bases(library, molecules)
            mates = simulator.ends_of(matrix, length, molecules.left_first)
            for mate, reads in enumerate(mates):
                seen, scores = simulator.read_out(reads, rng)
                for i, lane in enumerate(names):
                    mine = numbers % len(names) == i
                    prefix = f"@SYNTHETIC:{library.name}:{lane}:"
                    files[lane][mate].write(
                        _records(prefix, numbers[mine], seen[mine], scores[mine])
                    )
    return pairs


def _gzip(stack: ExitStack, path: Path, level: int) -> gzip.GzipFile:
    """A gzip file without a name or a date in its head."""
    raw = stack.enter_context(path.open("wb"))
    return stack.enter_context(
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=level, mtime=0)
    )


def _records(prefix: str, numbers: NDArray[np.int64], seen: Bytes, scores: Bytes) -> bytes:
    """FASTQ records of one length, laid out as a matrix of bytes."""
    parts = [
        _column(prefix, len(numbers)),
        _digits(numbers),
        _column("\n", len(numbers)),
        BASES[seen],
        _column("\n+\n", len(numbers)),
        scores + np.uint8(PHRED),
        _column("\n", len(numbers)),
    ]
    return np.hstack(parts).tobytes()


def _column(text: str, rows: int) -> Bytes:
    return np.tile(np.frombuffer(text.encode(), dtype=np.uint8), (rows, 1))


def _digits(numbers: NDArray[np.int64]) -> Bytes:
    powers = 10 ** np.arange(NUMBER_WIDTH - 1, -1, -1)
    return (numbers[:, None] // powers % 10 + ord("0")).astype(np.uint8)
