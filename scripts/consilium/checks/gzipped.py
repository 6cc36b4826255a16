"""Whether a gzip file starts and ends as it should, without reading it whole.

RFC 1952 for gzip; the SAM specification, section 4.1, for BGZF and its end-of-file block.
"""

import gzip
import struct
import zlib
from pathlib import Path

BGZF_EOF = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
MAGIC = b"\x1f\x8b\x08"
MAX_RATIO = 1032  # deflate cannot pack tighter
SMALL = 4 * 1024 * 1024  # bytes; a file up to this size is read whole
BLOCK = 1 << 16


def head_problem(path: str | Path) -> str:
    """What is wrong with the first block, in words; empty where nothing is."""
    with Path(path).open("rb") as handle:
        start = handle.read(BLOCK)
    if not start.startswith(MAGIC):
        return "is not gzip, whatever its name says"
    try:
        zlib.decompressobj(wbits=31).decompress(start, BLOCK)
    except zlib.error:
        return "is damaged in its first block"
    return ""


def is_bgzf(path: str | Path) -> bool:
    """Whether the first block is BGZF's, as bgzip, samtools and bcl-convert write it."""
    with Path(path).open("rb") as handle:
        start = handle.read(16)
    return start[:4] == MAGIC + b"\x04" and start[12:14] == b"BC"


def has_eof_block(path: str | Path) -> bool:
    """Whether a BGZF file ends in the empty block that marks its end."""
    return tail(path, len(BGZF_EOF)) == BGZF_EOF


def tail(path: str | Path, length: int) -> bytes:
    """The last bytes of a file."""
    with Path(path).open("rb") as handle:
        handle.seek(max(0, Path(path).stat().st_size - length))
        return handle.read()


def tail_problem(path: str | Path) -> str:
    """What is wrong with the end, in words; empty where nothing is seen.

    A large plain gzip can be cut off in ways that only reading it whole shows; trim_lane does.
    """
    size = Path(path).stat().st_size
    if is_bgzf(path):
        return "" if has_eof_block(path) or _ends_in_block(path) else "ends early (truncated)"
    if size <= SMALL:
        return _whole_problem(path)
    (claimed,) = struct.unpack("<I", tail(path, 4))
    zeros = not any(tail(path, 8))
    return "ends early (truncated)" if zeros or claimed > MAX_RATIO * size else ""


def _ends_in_block(path: str | Path) -> bool:
    """Whether some BGZF block ends exactly where the file does."""
    end = tail(path, BLOCK)
    place = end.find(MAGIC + b"\x04")
    while place >= 0:
        header = end[place : place + 18]
        if header[12:14] == b"BC" and len(header) == 18:
            (size,) = struct.unpack("<H", header[16:18])
            if place + size + 1 == len(end):
                return True
        place = end.find(MAGIC + b"\x04", place + 1)
    return False


def _whole_problem(path: str | Path) -> str:
    try:
        with gzip.open(path, "rb") as handle:
            while handle.read(1 << 20):
                pass
    except EOFError:
        return "ends early (truncated)"
    except (zlib.error, gzip.BadGzipFile):
        return "is damaged"
    return ""
