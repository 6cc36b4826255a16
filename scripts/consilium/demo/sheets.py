"""The demo's sample sheet, clinical facts, config and truth."""

from pathlib import Path

import yaml

from consilium.demo.cases import Sample, Truth
from consilium.records import Clinical, Unit
from consilium.tables import read_rows, write_rows

NOTICE = "# SYNTHETIC: invented patients on an invented genome, made by scripts/make_demo.py\n"
BUILD = "other"
# The demo's reports are dated by no clock, so that they say the same every day.
REPORT_DATE = "2026-11-27"


def fastq_paths(folder: Path, sample: Sample, lane: str) -> tuple[Path, Path]:
    """Where the reads of one lane are."""
    first, second = (folder / f"{sample.name}_{lane}_R{mate}.fastq.gz" for mate in (1, 2))
    return first, second


def write_sheets(out: Path, samples: list[Sample]) -> None:
    """`config/samples.tsv` and `config/clinical.tsv`, paths from the demo's folder."""
    units = [_unit(sample, lane) for sample in samples for lane in sample.lanes]
    write_rows(out / "config" / "samples.tsv", Unit, units)
    cases = {sample.case.name: sample.case for sample in samples}
    rows = []
    for case in cases.values():
        facts = {"case": case.name} | {k: str(v) for k, v in case.clinical.items()}
        rows.append(facts)
    path = out / "config" / "clinical.tsv"
    columns = list(Clinical.__slots__)
    lines = ["\t".join(row.get(c, "") for c in columns) for row in rows]
    path.write_text("\n".join(["\t".join(columns), *lines]) + "\n")
    list(read_rows(path, Clinical))  # the facts must be readable


def _unit(sample: Sample, lane: str) -> Unit:
    first, second = fastq_paths(Path("reads"), sample, lane)
    return Unit(
        case=sample.case.name,
        sample=sample.name,
        role=sample.role,
        lane=lane,
        fastq_1=str(first),
        fastq_2=str(second),
        tumor_type=sample.case.tumor_type,
        purity=sample.case.purity if sample.role == "tumor" else None,
        sex=sample.case.sex,
        assay="panel",
    )


def write_config(out: Path, default: Path, resources: str) -> None:
    """The project's own config, with the demo's files and the path of the project's resources."""
    config = yaml.safe_load(default.read_text())
    config["reference"] |= {
        "genome": "resources/genome.fa",
        "build": BUILD,
        "gene_models": "resources/genes.gff3.gz",
        "germline_resource": "resources/population.vcf.gz",
        "common_variants": "resources/common.vcf.gz",
    }
    config["report_date"] = REPORT_DATE
    config["clinical"] = "config/clinical.tsv"
    config["samples"] = "config/samples.tsv"
    config["assays"]["panel"]["targets"] = "resources/targets.bed"
    config["knowledge"]["base"] = f"{resources}/knowledge"
    config["trials"]["curated"] = f"{resources}/trials"
    text = yaml.safe_dump(config, sort_keys=False, default_flow_style=None, width=100)
    (out / "config" / "config.yaml").write_text(NOTICE + text)


def write_truth(path: Path, samples: list[Sample]) -> None:
    """Every change that was put into the reads."""
    write_rows(path, Truth, [row for sample in samples for row in sample.truth])
