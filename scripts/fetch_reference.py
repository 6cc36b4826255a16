"""Fetch the reference files that config names: resumed, checked against checksums, indexed."""

import gzip
import logging
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory

from consilium.download import DownloadError, download
from consilium.job import job

LOCK = "fetched.sha256"

# What to make beside a file, by kind; {out} is the file made, in a folder of its own.
INDEXES = {
    "genome": {
        "{name}.fai": "samtools faidx --fai-idx {out} {file}",
        "{stem}.dict": "samtools dict -o {out} {file}",
    },
    "vcf": {"{name}.tbi": "bcftools index --tbi --output {out} {file}"},
    "none": {},
}
# The same for an aligner, whose index of several files is named after the genome.
ALIGNER_INDEXES = {
    "bwa": {"{name}.sa": "bwa index -p {folder}/{name} {file}"},
    "bwa_mem2": {"{name}.bwt.2bit.64": "bwa-mem2 index -p {folder}/{name} {file}"},
    "minimap2": {"{name}.mmi": "minimap2 -x sr -d {out} {file}"},
}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Resource:
    """One file to fetch; gunzipped if the URL ends in .gz and the file does not."""

    file: str
    url: str
    sha256: str | None  # of what the URL gives; None: recorded at first, then held to
    index: str  # key of INDEXES


@dataclass(frozen=True, slots=True)
class Settings:
    """Config block `fetch`."""

    tries: int
    timeout: int  # seconds without an answer
    resources: list[dict[str, str | None]]


class FetchError(RuntimeError):
    """Files that are not there, or not what they should be."""


def checksum(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as handle:
        return file_digest(handle, "sha256").hexdigest()


def read_lock(folder: Path) -> dict[str, str]:
    """Checksum by file name, as `sha256sum` writes them."""
    path = folder / LOCK
    lines = path.read_text().splitlines() if path.exists() else []
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def write_lock(folder: Path, digests: Mapping[str, str]) -> None:
    """Write the lock in one go, readable by `sha256sum --check`."""
    new = folder / f"{LOCK}.new"
    new.write_text("".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items())))
    new.replace(folder / LOCK)


def obtain(resource: Resource, settings: Settings) -> None:
    """See that a resource is there and is the file that it was or has to be.

    Raises:
        FetchError: it has another checksum than config or the lock says.
        DownloadError: it could not be had.
    """
    path = Path(resource.file)
    path.parent.mkdir(parents=True, exist_ok=True)
    unpack = resource.url.endswith(".gz") and path.suffix != ".gz"
    if not path.exists():
        _fetch(resource, path, settings, unpack)
    found = checksum(path)
    locked = read_lock(path.parent)
    expected = locked.get(path.name) if unpack else resource.sha256 or locked.get(path.name)
    if expected not in {None, found}:
        raise FetchError(
            f"{path}: sha256 is {found}, not {expected}; remove the file to fetch it again, "
            f"or its line in {path.parent / LOCK} if the change is wanted"
        )
    write_lock(path.parent, locked | {path.name: found})


def _fetch(resource: Resource, path: Path, settings: Settings, unpack: bool) -> None:
    log.info("%s: fetching %s", path, resource.url)
    part = path.with_name(path.name + ".part")
    download(resource.url, part, settings.tries, settings.timeout)
    found = checksum(part) if resource.sha256 else None
    if found != resource.sha256:
        part.unlink()
        raise FetchError(f"{resource.url}: sha256 is {found}, not {resource.sha256} as in config")
    if not unpack:
        part.replace(path)
        return
    new = path.with_name(path.name + ".new")
    with gzip.open(part) as packed, new.open("wb") as plain:
        copyfileobj(packed, plain, 1 << 20)
    new.replace(path)
    part.unlink()


def build_indexes(path: Path, commands: Mapping[str, str]) -> None:
    """Make what is missing or older than the file, aside, and move it there when it is whole."""
    names = {"name": path.name, "stem": path.stem}
    for pattern, command in commands.items():
        made = path.with_name(pattern.format(**names))
        if made.exists() and made.stat().st_mtime >= path.stat().st_mtime:
            continue
        log.info("%s: making %s", path, made.name)
        with TemporaryDirectory(dir=path.parent, prefix=".index.") as folder:
            out = Path(folder) / made.name
            words = [w.format(file=path, out=out, folder=folder, **names) for w in command.split()]
            result = subprocess.run(words, capture_output=True, text=True, check=False)
            if result.returncode:
                raise FetchError(f"{path}: {words[0]} failed: {result.stderr.strip()[-500:]}")
            for file in sorted(Path(folder).iterdir(), key=out.__eq__):  # the one we look for, last
                file.replace(path.with_name(file.name))


def attempts(resources: Iterable[Resource], settings: Settings, aligner: str) -> Iterator[str]:
    """Fetch and index each resource; yield what went wrong, in words."""
    for resource in resources:
        extra = ALIGNER_INDEXES[aligner] if resource.index == "genome" else {}
        try:
            obtain(resource, settings)
            build_indexes(Path(resource.file), INDEXES[resource.index] | extra)
        except (DownloadError, FetchError, OSError, EOFError) as error:
            yield f"{resource.file}: {error}"


def main(settings: Settings, aligner: str) -> None:
    """Fetch what config lists. Everything is tried before anything is complained of.

    Raises:
        FetchError: one line per file that is not as it has to be.
    """
    resources = [Resource(**entry) for entry in settings.resources]  # type: ignore[arg-type]
    if problems := list(attempts(resources, settings, aligner)):
        raise FetchError("\n".join(problems))


if __name__ == "__main__":
    with job() as snakemake:
        main(settings=Settings(**snakemake.params.settings), aligner=snakemake.params.aligner)
