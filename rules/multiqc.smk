"""Sum up the run's quality as core facilities read it.

In:  quality.json of every case; fastp, duplicate and coverage statistics of every sample
Out: results/multiqc_report.html, results/multiqc_report_data.zip
"""


def run_quality_files(wildcards):
    """What MultiQC reads of each sample: statistics alone, nothing that holds an allele."""
    files = []
    for case in SHEET.cases:
        for sample in filter(None, (*SHEET.tumors(case), SHEET.normal(case))):
            base, start = f"results/{case}/quality/{sample}", SHEET.start(sample)
            if start == "reads":
                files += [f"{base}.{lane}.fastp.json" for lane in SHEET.lanes(sample)]
                files.append(f"{base}.duplicates.txt")
            if start in {"reads", "alignments"}:
                files += [f"{base}.mosdepth.summary.txt", f"{base}.mosdepth.region.dist.txt"]
    return files


localrules:
    collect_metrics,


rule collect_metrics:
    """Lay out the cases' verdicts and metrics as tables that MultiQC shows."""
    input:
        quality=collect("results/{case}/quality.json", case=SHEET.cases),
    output:
        folder=directory("prepared/multiqc"),
    log:
        "logs/prepared/collect_metrics.log",
    benchmark:
        "benchmarks/prepared/collect_metrics.tsv"
    conda:
        "../envs/python.yaml"
    params:
        code=CODE,
        files=run_quality_files,
    script:
        "../scripts/collect_metrics.py"


rule multiqc_report:
    """Sum up the quality of all samples in one page, with our verdicts and metrics."""
    input:
        folder="prepared/multiqc",
        files=run_quality_files,
    output:
        report="results/multiqc_report.html",
        data="results/multiqc_report_data.zip",
    log:
        "logs/multiqc_report.log",
    benchmark:
        "benchmarks/multiqc_report.tsv"
    conda:
        "../envs/multiqc.yaml"
    resources:
        mem_mb=1000 + 4 * len(SHEET.samples),
        runtime=60,
    shell:
        r"""
        exec 2>{log:q}
        multiqc --force --no-version-check --no-megaqc-upload --no-ai --no-ansi --zip-data-dir \
            --config {input.folder:q}/config.json --file-list {input.folder:q}/files.txt \
            --outdir results --filename multiqc_report.html
        """
