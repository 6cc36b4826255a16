"""What two or more scripts share, and the domain itself."""

from hashlib import sha256
from pathlib import Path

NOTICE = "Research use; decision support, confirm before use."

PACKAGE = Path(__file__).parent
LEFT_OUT = frozenset({".pyc", ".gz", ".tbi"})


def fingerprint(folder: Path = PACKAGE) -> str:
    """A hash of a folder, by default this package with its templates; any change changes it.

    Packed files are left out: what was packed is named by its checksum in a manifest.
    """
    files = sorted(folder.rglob("*.*"))
    content = [file.read_bytes() for file in files if file.suffix not in LEFT_OUT]
    return sha256(b"".join(content)).hexdigest()[:12]
