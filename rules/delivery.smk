"""Seal every case and sum up the run.

In:  everything a case consists of (consilium/expected.py)
Out: results/{case}/manifest.json, results/summary.tsv, results/index.html
"""

from consilium.expected import expected_files
from consilium.run import broken_run

TOOLS = ["bcftools", "samtools", "snpEff", "java", "fastp", "mosdepth", "gatk"]


def delivered(wildcards):
    """The names of what a finished case must hold, below its folder."""
    return list(expected_files(SHEET, wildcards.case, config["callers"], FORMAT, config["exports"]))


def used_tools(wildcards):
    """The tools whose versions a reader may ask for."""
    names = {"bwa_mem2": "bwa-mem2"}
    return [
        *TOOLS,
        names.get(config["aligner"], config["aligner"]),
        *({"freebayes"} & set(config["callers"])),
    ]


def summarize_broken_run(snakemake_logs):
    """Write the summary of a run that stopped: which case failed, and why; the doctor runs none."""
    paths = [Path(path) for path in snakemake_logs]
    if not any("Error in rule doctor:" in path.read_text(errors="replace") for path in paths):
        broken_run(SHEET.cases, Path("results"), paths)


localrules:
    record_versions,
    summarize_run,


rule record_versions:
    """Ask every tool for its version."""
    output:
        versions="prepared/versions.json",
    log:
        "logs/prepared/record_versions.log",
    benchmark:
        "benchmarks/prepared/record_versions.tsv"
    conda:
        "../envs/python.yaml"
    params:
        code=CODE,
        tools=used_tools,
    script:
        "../scripts/record_versions.py"


rule seal_case:
    """Check that a case is whole and sound, and write its manifest."""
    input:
        # It stands on all else that is delivered; to name each file costs a large run seconds.
        report="results/{case}/report.html",
        exports=collect("results/{{case}}/report.{export}", export=config["exports"]),
        versions="prepared/versions.json",
    output:
        manifest="results/{case}/manifest.json",
    log:
        "logs/{case}/seal_case.log",
    benchmark:
        "benchmarks/{case}/seal_case.tsv"
    conda:
        "../envs/python.yaml"
    resources:
        mem_mb=500,
        runtime=60,
    params:
        code=CODE,
        files=delivered,
        config=config,
    script:
        "../scripts/seal_case.py"


rule summarize_run:
    """Sum up the run: a line a case, and a page that links them."""
    input:
        manifests=collect("results/{case}/manifest.json", case=SHEET.cases),
        therapies=collect("results/{case}/therapies.tsv", case=SHEET.cases),
    output:
        summary="results/summary.tsv",
        index="results/index.html",
    log:
        "logs/summarize_run.log",
    benchmark:
        "benchmarks/summarize_run.tsv"
    conda:
        "../envs/python.yaml"
    params:
        code=CODE,
        cases=SHEET.cases,
    script:
        "../scripts/summarize_run.py"
