"""From a case's findings to the report that a board reads.

In:  interpretation.json, quality.json, variants.tsv, callability.tsv, events.tsv, alignments
Out: results/{case}/report.json, evidence.json (reads at its variants), report.html: a view of both
"""

from dataclasses import asdict

from consilium.report.inputs import sheet_facts


def facts_of_case(wildcards):
    """What sheet and assay say of a case."""
    return asdict(sheet_facts(SHEET, wildcards.case, config))


def clinical_of_case(wildcards):
    """What the clinical table says of a case."""
    return asdict(CLINICAL[wildcards.case])


IGV = ROOT / ".tools/igv/igv.js"


def read_samples(case):
    """Samples of a case that have alignments; none where its tumours start later."""
    tumors = [s for s in SHEET.tumors(case) if SHEET.start(s) in {"reads", "alignments"}]
    normal = SHEET.normal(case)
    return [*tumors, normal] if tumors and normal else tumors


def case_alignments(wildcards):
    """Every alignment file of a case."""
    return [alignment(sample) for sample in read_samples(wildcards.case)]


def case_sources(wildcards):
    """Name and role of each of those."""
    normal = SHEET.normal(wildcards.case)
    return [
        {"sample": sample, "role": "normal" if sample == normal else "tumor"}
        for sample in read_samples(wildcards.case)
    ]


def counting_limits(wildcards):
    """Which reads and bases count."""
    return {name: config["counting"][name] for name in ("min_base_quality", "min_mapping_quality")}


def case_evidence(wildcards):
    """The reads that a page shows; none where the case has no alignments."""
    case = wildcards.case
    return [f"results/{case}/evidence.json"] if read_samples(case) else []


def installed_igv(wildcards):
    """igv.js, where setup put it and the case has reads to show."""
    return [str(IGV)] if IGV.exists() and read_samples(wildcards.case) else []


def gene_places(wildcards):
    """Where genes lie; a case of events alone asks for no coordinates."""
    starts = {SHEET.start(sample) for sample in SHEET.tumors(wildcards.case)}
    return [] if starts == {"events"} else ["prepared/transcripts.tsv"]


def genome_contigs(wildcards):
    """The chromosomes' lengths, for the same cases."""
    return [f"{config['reference']['genome']}.fai"] if gene_places(wildcards) else []


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
        transcripts=gene_places,
        contigs=genome_contigs,
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


rule slice_reads:
    """Take from the alignments the reads at the variants that a report shows."""
    input:
        report="results/{case}/report.json",
        alignments=case_alignments,
        genome=config["reference"]["genome"],
    output:
        evidence="results/{case}/evidence.json",
    log:
        "logs/{case}/slice_reads.log",
    benchmark:
        "benchmarks/{case}/slice_reads.tsv"
    conda:
        "../envs/python.yaml"
    resources:
        mem_mb=1000,
        runtime=30,
    params:
        code=CODE,
        samples=case_sources,
        limits=counting_limits,
    script:
        "../scripts/slice_reads.py"


rule render_report:
    """Render a case's report as one page that needs nothing else."""
    input:
        report="results/{case}/report.json",
        evidence=case_evidence,
        igv=installed_igv,
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
