"""Check that a case is whole and sound, and write its manifest."""

import json
from hashlib import file_digest
from pathlib import Path
from typing import Any

import pysam

from consilium.expected import problem
from consilium.job import job


class UnsoundCase(Exception):
    """A case whose folder lacks a file or holds a broken one; names each."""


def command_lines(path: Path) -> list[str]:
    """The command lines that made a file, as its own header tells them."""
    if path.suffix in {".bam", ".cram"}:
        with pysam.AlignmentFile(str(path), check_sq=False) as reads:
            programs = reads.header.to_dict().get("PG", [])
        return [program["CL"] for program in programs if "CL" in program]
    if path.name.endswith(".vcf.gz"):
        with pysam.VariantFile(str(path)) as records:
            header = str(records.header).splitlines()
        return [line[2:] for line in header if "command" in line.split("=")[0].lower()]
    if path.name.endswith(".fastp.json"):
        return [json.loads(path.read_text())["command"]]
    return []


def sealed(path: Path, folder: Path) -> dict[str, Any]:
    """A delivered file's name, size in bytes, checksum and origin."""
    with path.open("rb") as handle:
        digest = file_digest(handle, "sha256").hexdigest()
    return {
        "path": str(path.relative_to(folder)),
        "bytes": path.stat().st_size,
        "sha256": digest,
        "commands": command_lines(path),
    }


def main(folder: Path, files: list[str], facts: dict[str, Any], manifest: Path) -> None:
    """Refuse an incomplete case; write the manifest of a whole one.

    Raises:
        UnsoundCase: a file is missing, empty, truncated or lacks its index.
    """
    problems = [f"{folder / name} {word}" for name in files if (word := problem(folder / name))]
    if problems:
        raise UnsoundCase("; ".join(problems))
    quality = json.loads((folder / "quality.json").read_text())
    report = json.loads((folder / "report.json").read_text())
    content = {
        "case": folder.name,
        "verdict": quality["verdict"],
        "reasons": quality["reasons"],
        **facts,
        "knowledge": report["provenance"]["knowledge"],
        "files": [sealed(folder / name, folder) for name in sorted(files)],
    }
    manifest.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    with job() as snakemake:
        main(
            folder=Path(snakemake.output.manifest).parent,
            files=list(snakemake.params.files),
            facts={
                "config": snakemake.params.config,
                "code": snakemake.params.code,
                "tools": json.loads(Path(snakemake.input.versions).read_text()),
            },
            manifest=Path(snakemake.output.manifest),
        )
