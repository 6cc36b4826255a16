"""What the checks look at: a run that was not started yet."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consilium.problems import Problem
from consilium.records import Unit
from consilium.samples import SampleSheet

# What was looked at, and what is wrong with it.
Findings = Iterator[tuple[str, list[Problem]]]

ALIGNMENTS = ("bam", "cram")
READS = ("fastq_1", "fastq_2")
TABLES = (
    "vcf",
    "maf",
    "events",
    "named_variants",
    "copy_number",
    "fusions",
    "expression",
    "biomarkers",
)
RESOURCES = ("germline_resource", "common_variants", "panel_of_normals", "clinvar")
SHOWN = 5  # problems of one kind that a file prints; the rest are counted


@dataclass(frozen=True, slots=True)
class Run:
    """Config and sheet of a run; all paths are relative to the working directory."""

    config: Mapping[str, Any]
    sheet: SampleSheet
    root: Path  # folder of the Snakefile
    conda: bool = False  # tools come from conda environments, not from PATH

    @property
    def units(self) -> Iterator[Unit]:
        """Every row of the sheet."""
        return (unit for lanes in self.sheet.by_sample.values() for unit in lanes.values())

    @property
    def genome(self) -> Path:
        """The FASTA of the genome."""
        return Path(self.config["reference"]["genome"])

    def inputs(self, columns: Iterable[str]) -> dict[str, Unit]:
        """Files of these columns of the sheet, each once, with the first row that names it."""
        found: dict[str, Unit] = {}
        for unit in self.units:
            for column in columns:
                if path := getattr(unit, column):
                    found.setdefault(path, unit)
        return found

    def targets(self) -> list[str]:
        """The BED files of the assays that the sheet uses, each once."""
        used = {self.sheet.assay(case) for case in self.sheet.cases}
        assays = self.config["assays"]
        paths = [assays[name]["targets"] for name in assays if name in used]
        return [*dict.fromkeys(path for path in paths if path)]

    def resources(self) -> list[str]:
        """The VCF files of the reference block that are configured."""
        reference = self.config["reference"]
        return [reference[name] for name in RESOURCES if reference[name]]


def present(paths: Iterable[str | Path]) -> Iterator[str]:
    """Those files that are there; another check complains of the others."""
    return (str(path) for path in paths if Path(path).is_file() and Path(path).stat().st_size)


def first_few(problems: Iterable[Problem], where: str) -> list[Problem]:
    """At most `SHOWN` problems, and how many more there are."""
    found = list(problems)
    if len(found) <= SHOWN:
        return found
    more = Problem(where, f"{len(found) - SHOWN} more of this kind", "mend them alike")
    return [*found[:SHOWN], more]
