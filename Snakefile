"""Consilium: from a tumour's reads to a report that a molecular tumour board can act on."""

from snakemake.utils import min_version

min_version("9.0")


configfile: "config/config.yaml"


include: "rules/common.smk"
include: "rules/setup.smk"
include: "rules/doctor.smk"
include: "rules/preparation.smk"
include: "rules/reads.smk"
include: f"rules/aligners/{config['aligner']}.smk"
include: "rules/calling.smk"
include: "rules/contamination.smk"


for caller in config["callers"]:

    include: f"rules/callers/{caller}.smk"


include: "rules/annotation.smk"
include: "rules/callability.smk"
include: "rules/interpretation.smk"
include: "rules/trials.smk"
include: "rules/quality.smk"
include: "rules/report.smk"
include: "rules/exports.smk"
include: "rules/delivery.smk"
include: "rules/multiqc.smk"


rule all:
    """Every case, sealed, and the run's summary."""
    default_target: True
    input:
        "results/summary.tsv",
        "results/index.html",
        *(["results/multiqc_report.html"] if config["multiqc"] else []),


onerror:
    summarize_broken_run(log)
