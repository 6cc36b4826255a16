"""Interpret every patient of a MAF in one go, and write one table of therapies for all of them.

In: a MAF with names (HGVSp or HGVSp_Short, any genome build) of many Tumor_Sample_Barcode.
Out: therapies.tsv with one row a patient and regimen, `case` being the barcode.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from consilium.clinical import clinical_of, usual
from consilium.knowledge import read_bases
from consilium.matching.interpret import Facts, answer
from consilium.matching.matcher import Matcher
from consilium.outside.cohort import read_cohort
from consilium.outside.context import Context
from consilium.problems import Problem, refuse
from consilium.records import Clinical, Therapy
from consilium.schemas import read_checked
from consilium.tables import write_rows
from consilium.tumors import Tumors
from interpret_case import Settings, bases_of, build_matcher

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class People:
    """What is known of the patients besides their variants."""

    by_case: Mapping[str, Facts]
    tumor: str | None  # of every patient whose own is not given

    def of(self, case: str) -> Facts:
        """The facts of a patient; UNKNOWN where no table has them."""
        known = self.by_case.get(case)
        if known is None:
            return Facts(case, self.tumor, Clinical(case))
        return known if known.tumor else Facts(case, self.tumor, known.clinical, known.purity)


def read_people(path: str | None, tumor: str | None, tumors: Tumors) -> People:
    """Clinical facts by case: the columns of config/clinical.tsv, with tumor_type and purity.

    Raises:
        InputError: a row is wrong, or a tumour type is none.
    """
    rows, problems = read_checked(path, "clinical", usual) if path else ([], [])
    named = {f"{path}, row {row.number}": row.cells.get("tumor_type") for row in rows}
    for where, name in {**named, "--tumor": tumor}.items():
        if name and tumors.resolve(name) is None:
            known = ", ".join(found.code for found in tumors.suggest(name)[:5])
            fix = f"use an OncoTree code{f', such as {known}' if known else ''}"
            problems.append(Problem(where, f"{name!r} is no tumour type", fix))
    refuse(problems)
    facts = (
        Facts(str(row.cells["case"]), row.cells.get("tumor_type"), clinical_of(row),
              row.cells.get("purity"))
        for row in rows
    )  # fmt: skip
    return People({one.case: one for one in facts}, tumor)


def interpret_patients(
    maf: str, matcher: Matcher, people: People, build: str
) -> Iterator[list[Therapy]]:
    """The rows of each patient, in the order of the MAF."""
    base = matcher.base
    transcripts = {name: gene.transcript for name, gene in base.genes.items()}
    context = Context("", transcripts, base.residues, base.aliases, build=build)
    for case, events in read_cohort(maf, context):
        yield answer(people.of(case), events, matcher).table()


def main(
    maf: str, out: str, config: Mapping[str, Any], tumor: str | None, cases: str | None
) -> str:
    """From a MAF to therapies.tsv; returns a summary in words.

    Raises:
        InputError, TableError: the MAF, the table of cases or a knowledge base cannot be read.
    """
    settings = Settings(
        regions=config["regions"],
        report_date=str(config["report_date"] or date.today().isoformat()),
        knowledge=config["knowledge"],
        interpretation=config["interpretation"],
    )
    matcher = build_matcher(
        read_bases(bases_of(settings.knowledge)), ROOT / "resources" / "tumors.tsv", settings
    )
    people = read_people(cases, tumor, matcher.tumors)
    tables = list(interpret_patients(maf, matcher, people, config["reference"]["build"]))
    rows = [row for table in tables for row in table]
    write_rows(out, Therapy, rows)
    counts = Counter(row.tier or row.action for row in rows)
    tiers = ", ".join(f"{name} {number}" for name, number in sorted(counts.items()))
    return f"{len(tables)} patients, {len(rows)} rows: {tiers or 'none'}"


def read_config(path: str) -> dict[str, Any]:
    """The config of a run; relative folders of knowledge are those of the project."""
    config: dict[str, Any] = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    knowledge = config["knowledge"]
    sources = [{**one, "folder": str(ROOT / one["folder"])} for one in knowledge["sources"]]
    config["knowledge"] = {**knowledge, "base": str(ROOT / knowledge["base"]), "sources": sources}
    return config


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("maf", help="the MAF, gzipped or not")
    parser.add_argument("--tumor", help="OncoTree code of every patient that --cases does not name")
    parser.add_argument("--cases", help="columns of config/clinical.tsv, tumor_type and purity")
    parser.add_argument("--config", default=str(ROOT / "config" / "config.yaml"))
    parser.add_argument("--out", default="therapies.tsv", help="where the table is written")
    given = parser.parse_args()
    try:
        print(main(given.maf, given.out, read_config(given.config), given.tumor, given.cases))
    except ValueError as error:
        sys.exit(str(error))
