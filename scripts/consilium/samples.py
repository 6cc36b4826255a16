"""The sample sheet: which sequencing units make up which sample, and which samples which case."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from consilium.problems import Problem, nearest, refuse
from consilium.records import Unit
from consilium.schemas import NumberedRow, read_checked
from consilium.tumors import Tumors, read_tumors

TUMORS = Path(__file__).parents[2] / "resources" / "tumors.tsv"
STARTS = {
    "fastq_1": "reads",
    "bam": "alignments",
    "cram": "alignments",
    "vcf": "variants",
    "maf": "variants",
    "events": "events",
    "named_variants": "events",
}
# Tables that may stand beside any of these, or alone.
BESIDE = ("copy_number", "fusions", "expression", "biomarkers")
# Names that would meet files and folders of our own in results/ and logs/.
RESERVED = {"summary", "index", "prepared", "setup"}

Rows = list[tuple[str, Unit]]  # where a row stands, and the row


@dataclass(frozen=True, slots=True)
class Case:
    """One patient's question: its tumours, at most one normal, one tumour type."""

    name: str
    tumors: tuple[str, ...]
    normal: str | None
    tumor_type: str
    assay: str | None
    sex: str | None


@dataclass(frozen=True, slots=True)
class SampleSheet:
    """All samples of a run; every question is one look-up."""

    by_case: Mapping[str, Case]
    by_sample: Mapping[str, Mapping[str, Unit]]  # sample -> lane -> row

    @property
    def cases(self) -> tuple[str, ...]:
        """Case names in sheet order."""
        return tuple(self.by_case)

    @property
    def samples(self) -> tuple[str, ...]:
        """Sample names in sheet order, tumours and normals."""
        return tuple(self.by_sample)

    def tumors(self, case: str) -> tuple[str, ...]:
        """The tumour samples of a case, at least one."""
        return self.by_case[case].tumors

    def normal(self, case: str) -> str | None:
        """The normal sample of a case; None where it is tumour-only."""
        return self.by_case[case].normal

    def tumor_type(self, case: str) -> str:
        """The OncoTree code of a case."""
        return self.by_case[case].tumor_type

    def assay(self, case: str) -> str | None:
        """The key of config["assays"]; None where a case starts later and names none."""
        return self.by_case[case].assay

    def sex(self, case: str) -> str | None:
        """The patient's sex, female or male; None is unknown."""
        return self.by_case[case].sex

    def lanes(self, sample: str) -> tuple[str, ...]:
        """The lanes of a sample in sheet order, at least one."""
        return tuple(self.by_sample[sample])

    def unit(self, sample: str, lane: str | None = None) -> Unit:
        """The row of a sample's lane; without a lane, the first."""
        lanes = self.by_sample[sample]
        return lanes[lane] if lane is not None else next(iter(lanes.values()))

    def case_of(self, sample: str) -> str:
        """The case that a sample belongs to."""
        return self.unit(sample).case

    def start(self, sample: str) -> str:
        """Where a sample enters: reads, alignments, variants or events."""
        unit = self.unit(sample)
        return next((STARTS[column] for column in STARTS if getattr(unit, column)), "events")

    def purity(self, sample: str) -> float | None:
        """Fraction of cells that are tumour, 0..1; None is unknown."""
        return next((u.purity for u in self.by_sample[sample].values() if u.purity), None)


def name_pattern(names: Iterable[str]) -> str:
    """A regular expression for sample names that tells a name from what follows its dot.

    Names with a dot are spelt out, the others are not: Snakemake writes the pattern into every path
    of every job, and thousands of names would cost it minutes.
    """
    dotted = sorted((name for name in names if "." in name), key=len, reverse=True)
    return "|".join([*map(re.escape, dotted), "[A-Za-z0-9_-]+"])


def read_sheet(path: str | Path, config: Mapping[str, Any]) -> SampleSheet:
    """Read the sheet against the configured assays, and refuse what no run could make sense of.

    Raises:
        InputError: naming every problem, with row and fix.
    """
    numbered, problems = read_checked(path, "samples")
    rows = [(f"{path}, row {row.number}", _unit(row)) for row in numbered if _complete(row)]
    by_sample = _grouped(rows, "sample")
    by_case = _grouped(rows, "case")
    tumors = read_tumors(TUMORS)
    for where, unit in rows:
        problems += _row_problems(where, unit, config["assays"], tumors)
    for sample_rows in by_sample.values():
        problems += _sample_problems(sample_rows)
    for case_rows in by_case.values():
        problems += _case_problems(case_rows, config["assays"])
    problems += _shared_files(rows)
    refuse(dict.fromkeys(problems))
    return SampleSheet(
        {name: _case(name, case_rows, config["assays"]) for name, case_rows in by_case.items()},
        {
            name: {unit.lane or "L1": unit for _, unit in sample_rows}
            for name, sample_rows in by_sample.items()
        },
    )


def _complete(row: NumberedRow) -> bool:
    """Whether a row says which sample it is of; the schema has complained where it does not."""
    return {"case", "sample", "role"} <= set(row.cells)


def _unit(row: NumberedRow) -> Unit:
    return Unit(**{"lane": "L1"} | row.cells)


def _grouped(rows: Rows, column: str) -> dict[str, Rows]:
    groups: dict[str, Rows] = {}
    for where, unit in rows:
        groups.setdefault(getattr(unit, column), []).append((where, unit))
    return groups


def _row_problems(
    where: str, unit: Unit, assays: Mapping[str, Any], tumors: Tumors
) -> Iterator[Problem]:
    """What is wrong with a row whatever the others say."""
    for column in ("case", "sample", "lane"):
        name = getattr(unit, column)
        if name.split(".")[0].lower() in RESERVED:
            yield Problem(where, f"{column} {name!r} is a name of our own files", "rename it")
    starts = [column for column in STARTS if getattr(unit, column)]
    beside = any(getattr(unit, column) for column in BESIDE)
    if unit.fastq_2 and not unit.fastq_1:
        yield Problem(where, "fastq_2 without fastq_1", "put single-end reads into fastq_1")
    elif len(starts) > 1 or not (starts or beside):
        problem = f"{' and '.join(starts)} are given" if starts else "no file is given"
        fix = "fill one of fastq_1 (with fastq_2), bam, cram, vcf, maf, events and named_variants"
        yield Problem(where, problem, fix)
    if unit.fastq_1 and unit.fastq_1 == unit.fastq_2:
        fix = "give the second reads, or leave fastq_2 empty for single-end"
        yield Problem(where, f"fastq_1 and fastq_2 are the same file {unit.fastq_1}", fix)
    late = unit.vcf or unit.maf or unit.events or unit.named_variants or beside
    if unit.role == "normal" and late:
        yield Problem(
            where, "a normal starts at variants", "give its reads or alignments, or drop it"
        )
    if unit.role == "normal" and unit.purity:
        yield Problem(where, "a normal has a purity", "leave purity empty in rows of normals")
    if unit.assay and unit.assay not in assays:
        yield Problem(
            where, f"assay {unit.assay!r} is not in the config", nearest(unit.assay, assays)
        )
    if unit.tumor_type and unit.tumor_type not in tumors:
        problem = f"tumor_type {unit.tumor_type!r} is not an OncoTree code"
        yield Problem(where, problem, _meant(unit.tumor_type, tumors))


def _meant(text: str, tumors: Tumors) -> str:
    """The tumour types that a text may stand for."""
    meant = tumors.suggest(text)[:3]
    if not meant:
        kinds = [tumor for tumor in tumors.by_code.values() if tumor.parent]  # not bare tissues
        names = {word.lower(): tumor for tumor in kinds for word in (tumor.name, tumor.code)}
        meant = tuple(names[word] for word in get_close_matches(text.lower(), names, n=1))
    if not meant:
        return "give a code of resources/tumors.tsv, such as LUAD"
    return f"did you mean {' or '.join(f'{tumor.code} ({tumor.name})' for tumor in meant)}?"


def _sample_problems(rows: Rows) -> Iterator[Problem]:
    """What is wrong among the rows of one sample."""
    (_, first), *others = rows
    lanes: dict[str | None, str] = {}
    for where, unit in rows:
        if unit.lane in lanes:
            above = lanes[unit.lane]
            problem = f"lane {unit.lane!r} of sample {unit.sample!r} is there already ({above})"
            yield Problem(where, problem, "number the lanes, or remove the duplicate row")
        lanes[unit.lane] = where
        if len(rows) > 1 and not (unit.fastq_1 or unit.fastq_2):
            problem = f"sample {unit.sample!r} has {len(rows)} rows but does not start at reads"
            yield Problem(where, problem, "give one file in one row; merge several beforehand")
    for where, unit in others:
        for column in ("case", "role"):
            if getattr(unit, column) != getattr(first, column):
                problem = (
                    f"sample {unit.sample!r} has {column} {getattr(unit, column)!r} here "
                    f"and {getattr(first, column)!r} above"
                )
                fix = "give each sample one; a normal that serves two cases stands under two names"
                yield Problem(where, problem, fix)
    yield from _disagreements(rows, "purity", f"sample {first.sample!r}")


def _disagreements(rows: Rows, column: str, owner: str) -> Iterator[Problem]:
    """Rows whose filled cell differs from the first filled one."""
    filled = [(where, getattr(unit, column)) for where, unit in rows if getattr(unit, column)]
    for where, value in filled[1:]:
        if value != filled[0][1]:
            problem = f"{owner} has {column} {value!r} here and {filled[0][1]!r} above"
            fix = "make two cases" if column in {"tumor_type", "assay"} else "make them agree"
            yield Problem(where, problem, f"{fix}, or leave all but the first empty")


def _case_problems(rows: Rows, assays: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong among the rows of one case."""
    where, first = rows[0]
    case = f"case {first.case!r}"
    for column in ("tumor_type", "assay", "sex"):
        yield from _disagreements(rows, column, case)
    if not _first(rows, "tumor_type"):
        yield Problem(where, f"{case} has no tumor_type", "give an OncoTree code, such as LUAD")
    if not any(unit.role == "tumor" for _, unit in rows):
        yield Problem(where, f"{case} has no tumour sample", "add a row with role tumor")
    normals = list(dict.fromkeys(unit.sample for _, unit in rows if unit.role == "normal"))
    if len(normals) > 1:
        problem = f"{case} has {len(normals)} normal samples ({', '.join(normals)})"
        yield Problem(where, problem, "keep one; lanes of one sample share its name")
    if len(assays) > 1 and not _first(rows, "assay") and any(_has_reads(u) for _, u in rows):
        yield Problem(where, f"{case} names no assay", f"give one of {', '.join(assays)}")
    names = {unit.sample for _, unit in rows}
    for name in sorted(names):
        stem, dot, _ = name.partition(".")
        if dot and stem in names:
            problem = f"samples {stem!r} and {name!r} would share file names"
            yield Problem(where, problem, "rename one of them without the dot")


def _has_reads(unit: Unit) -> bool:
    return bool(unit.fastq_1 or unit.bam or unit.cram)


def _first(rows: Rows, column: str) -> str | None:
    """The first filled cell of a column, or None."""
    return next((value for _, unit in rows if (value := getattr(unit, column))), None)


def _shared_files(rows: Iterable[tuple[str, Unit]]) -> Iterator[Problem]:
    """Reads or alignments given twice, but for a normal that serves several cases."""
    seen: dict[str, tuple[str, Unit]] = {}
    for where, unit in rows:
        paths = {p for p in (unit.fastq_1, unit.fastq_2, unit.bam, unit.cram) if p}
        for path in sorted(paths):
            above, other = seen.setdefault(path, (where, unit))
            shared = unit.role == other.role == "normal" and unit.case != other.case
            if other is not unit and not shared:
                yield Problem(where, f"{path} is given in {above} too", "give each file once")


def _case(name: str, rows: Rows, assays: Mapping[str, Any]) -> Case:
    """A case from its rows, which agree with each other."""
    assay = _first(rows, "assay")
    if assay is None and len(assays) == 1 and any(_has_reads(unit) for _, unit in rows):
        assay = next(iter(assays))
    roles = {unit.sample: unit.role for _, unit in rows}
    return Case(
        name=name,
        tumors=tuple(sample for sample, role in roles.items() if role == "tumor"),
        normal=next((sample for sample, role in roles.items() if role == "normal"), None),
        tumor_type=_first(rows, "tumor_type") or "",
        assay=assay,
        sex=_first(rows, "sex"),
    )
