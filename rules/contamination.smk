"""Whether a tumour's reads are of one person, and of the person of its normal.

In:  alignments, VCF of common variants (reference.common_variants; without it nothing is estimated)
Out: results/{case}/quality/{sample}.contamination.table, and pileups.table for assess_quality
"""


def contamination_tables(wildcards):
    """The contamination estimate and its segments, where common variants are configured."""
    base = f"results/{wildcards.case}/quality/{wildcards.sample}"
    if not config["reference"]["common_variants"]:
        return []
    return [f"{base}.contamination.table", f"{base}.segments.table"]


def pileup_summaries(wildcards):
    """The tumour's pileup summary and, where there is a normal, the normal's."""
    names = [wildcards.sample, SHEET.normal(wildcards.case)]
    base = f"results/{wildcards.case}/quality"
    return [f"{base}/{name}.pileups.table" for name in names if name]


def matched_pileups(wildcards):
    """The option that names the normal's pileup summary."""
    normal = SHEET.normal(wildcards.case)
    if not normal:
        return []
    return ["-matched", f"results/{wildcards.case}/quality/{normal}.pileups.table"]


rule summarize_pileup:
    """Count the alleles of common variants, from which contamination is estimated."""
    input:
        reads=sample_alignment,
        reference=config["reference"]["genome"],
        common=config["reference"]["common_variants"] or [],
        regions=regions_of_case,
    output:
        table=temp("results/{case}/quality/{sample}.pileups.table"),
    log:
        "logs/{case}/summarize_pileup.{sample}.log",
    benchmark:
        "benchmarks/{case}/summarize_pileup.{sample}.tsv"
    priority: 1  # before Mutect2's last piece, so that filtering waits for nothing
    conda:
        "../envs/gatk4.yaml"
    resources:
        mem_mb=2500,
        runtime=240,
    shell:
        r"""
        exec >{log:q} 2>&1
        gatk --java-options "-Xmx2000m -XX:TieredStopAtLevel=1" GetPileupSummaries -R {input.reference:q} \
            -I {input.reads:q} -V {input.common:q} -L {input.common:q} -L {input.regions:q} \
            --interval-set-rule INTERSECTION -O {output.table:q}
        """


rule estimate_contamination:
    """Estimate how much of the tumour's DNA is another person's."""
    input:
        pileups=pileup_summaries,
    output:
        table="results/{case}/quality/{sample}.contamination.table",
        segments=temp("results/{case}/quality/{sample}.segments.table"),
    log:
        "logs/{case}/estimate_contamination.{sample}.log",
    benchmark:
        "benchmarks/{case}/estimate_contamination.{sample}.tsv"
    priority: 1  # before Mutect2's last piece, so that filtering waits for nothing
    conda:
        "../envs/gatk4.yaml"
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        matched=matched_pileups,
    shell:
        r"""
        exec >{log:q} 2>&1
        gatk --java-options "-Xmx1500m -XX:TieredStopAtLevel=1" CalculateContamination -I {input.pileups[0]:q} \
            {params.matched:q} -O {output.table:q} --tumor-segmentation {output.segments:q}
        """
