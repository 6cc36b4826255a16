"""From a case's findings to the report that a board reads.

In:  interpretation.json, quality.json, variants.tsv, callability.tsv, events.tsv
Out: results/{case}/report.json, results/{case}/report.html: the page is a view of the JSON
"""

from dataclasses import asdict

from consilium.report.inputs import sheet_facts


def facts_of_case(wildcards):
    """What sheet and assay say of a case."""
    return asdict(sheet_facts(SHEET, wildcards.case, config))


def clinical_of_case(wildcards):
    """What the clinical table says of a case."""
    return asdict(CLINICAL[wildcards.case])


rule build_report:
    """Gather all that a case's report says into one JSON document."""
    input:
        interpretation="results/{case}/interpretation.json",
        trials="results/{case}/trials.json",
        quality="results/{case}/quality.json",
        variants="results/{case}/variants.tsv",
        callability="results/{case}/callability.tsv",
        events="results/{case}/events.tsv",
        versions="prepared/versions.json",
    output:
        report="results/{case}/report.json",
    log:
        "logs/{case}/build_report.log",
    benchmark:
        "benchmarks/{case}/build_report.tsv"
    conda:
        "../envs/python.yaml"
    resources:
        mem_mb=1000,
        runtime=15,
    params:
        code=CODE,
        facts=facts_of_case,
        clinical=clinical_of_case,
        config=config,
    script:
        "../scripts/build_report.py"


rule render_report:
    """Render a case's report as one page that needs nothing else."""
    input:
        report="results/{case}/report.json",
    output:
        html="results/{case}/report.html",
    log:
        "logs/{case}/render_report.log",
    benchmark:
        "benchmarks/{case}/render_report.tsv"
    conda:
        "../envs/python.yaml"
    resources:
        mem_mb=500,
        runtime=15,
    params:
        code=CODE,
        settings=config["report"],
    script:
        "../scripts/render_report.py"
