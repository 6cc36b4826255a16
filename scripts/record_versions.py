"""Record the version of every tool that the run uses."""

import json
import re
import subprocess
from importlib.metadata import version
from pathlib import Path

from consilium.job import job

# How each tool tells its version, and where in its words it stands.
TOOLS: dict[str, tuple[list[str], str]] = {
    "bcftools": (["bcftools", "--version"], r"bcftools (\S+)"),
    "bwa": (["bwa"], r"Version: (\S+)"),
    "bwa-mem2": (["bwa-mem2", "version"], r"(\d\S+)"),
    "fastp": (["fastp", "--version"], r"fastp (\S+)"),
    "freebayes": (["freebayes", "--version"], r"version:\s+(\S+)"),
    "gatk": (["gatk", "--version"], r"\(GATK\) v(\S+)"),
    "java": (["java", "-version"], r'version "([^"]+)"'),
    "minimap2": (["minimap2", "--version"], r"(\S+)"),
    "mosdepth": (["mosdepth", "--version"], r"mosdepth (\S+)"),
    "samtools": (["samtools", "--version"], r"samtools (\S+)"),
    "snpEff": (["snpEff", "-version"], r"SnpEff\s+(\S+)"),
}
LIBRARIES = ["snakemake", "pysam", "biopython", "scipy", "jinja2", "lark"]


def tool_version(command: list[str], pattern: str) -> str | None:
    """What a tool says of its version; None where it is not installed here."""
    try:
        said = subprocess.run(
            command, capture_output=True, text=True, errors="replace", check=False, timeout=60
        )
    except FileNotFoundError:
        return None
    found = re.search(pattern, said.stdout + said.stderr)
    return found[1] if found else "unknown"


def main(used: list[str], versions: Path) -> None:
    """From tools' own words to one JSON object; a tool not on the PATH is left to its env file."""
    tools = {name: tool_version(*TOOLS[name]) or "see envs/" for name in sorted(used)}
    libraries = {name: version(name) for name in LIBRARIES}
    versions.write_text(json.dumps(tools | libraries, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    with job() as snakemake:
        main(used=snakemake.params.tools, versions=Path(snakemake.output.versions))
