"""What two or more scripts share, and the domain itself."""

from hashlib import sha256
from pathlib import Path

NOTICE = "Research use; decision support, confirm before use."


def fingerprint() -> str:
    """A hash of this package, templates and all: it changes when the package does."""
    files = sorted(Path(__file__).parent.rglob("*.*"))
    content = [file.read_bytes() for file in files if file.suffix != ".pyc"]
    return sha256(b"".join(content)).hexdigest()[:12]
