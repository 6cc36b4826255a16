"""Facts about the reference genome that the workflow plans with."""

from pathlib import Path


def genome_megabases(fasta: str | Path) -> int:
    """Length of a genome in millions of bases, from its .fai; 3,100 where there is none yet."""
    index = Path(f"{fasta}.fai")
    if not index.exists():
        return 3100
    return sum(int(line.split("\t")[1]) for line in index.read_text().splitlines()) // 1_000_000
