"""From alignments to every caller's claims.

In:  alignments of the tumour and, where there is one, the normal
Out: results/{case}/calls/{sample}.{caller}.vcf.gz, {sample} being the tumour: every record the
     caller wrote, filtered or not, its samples named as in the sheet

Each caller is one file in rules/callers/.
"""


def regions_of_assay(wildcards):
    """Where an assay is called: its targets or, without any, all bases that are known."""
    targets = config["assays"][wildcards.assay]["targets"]
    return targets or "prepared/intervals/known_bases.interval_list"


def regions_of_case(wildcards):
    """The regions of the case's assay."""
    targets = config["assays"][SHEET.assay(wildcards.case)]["targets"]
    return targets or "prepared/intervals/known_bases.bed"


def intervals_of_case(wildcards):
    """The folder with the pieces of the case's assay."""
    return f"prepared/intervals/{SHEET.assay(wildcards.case)}"


def pieces_of_assay(wildcards):
    """How many pieces an assay is called in."""
    return config["assays"][wildcards.assay]["scatter"]


rule list_known_bases:
    """List the stretches of the genome that are not N."""
    input:
        reference=config["reference"]["genome"],
    output:
        intervals="prepared/intervals/known_bases.interval_list",
        bed="prepared/intervals/known_bases.bed",
    log:
        "logs/prepared/list_known_bases.log",
    benchmark:
        "benchmarks/prepared/list_known_bases.tsv"
    conda:
        "../envs/gatk4.yaml"
    resources:
        mem_mb=2000,
        runtime=60,
    shell:
        r"""
        exec >{log:q} 2>&1
        gatk --java-options -Xmx1500m ScatterIntervalsByNs -R {input.reference:q} \
            -OT ACGT -O {output.intervals:q}
        gatk --java-options "-Xmx500m -XX:TieredStopAtLevel=1" IntervalListToBed -I {output.intervals:q} -O {output.bed:q}
        """


rule split_intervals:
    """Cut an assay's regions into pieces of equal size."""
    input:
        reference=config["reference"]["genome"],
        regions=regions_of_assay,
    output:
        pieces=directory("prepared/intervals/{assay}"),
    log:
        "logs/prepared/split_intervals.{assay}.log",
    benchmark:
        "benchmarks/prepared/split_intervals.{assay}.tsv"
    conda:
        "../envs/gatk4.yaml"
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        scatter=pieces_of_assay,
        padding=config["calling"]["interval_padding"],
    shell:
        r"""
        exec >{log:q} 2>&1
        gatk --java-options "-Xmx1500m -XX:TieredStopAtLevel=1" SplitIntervals -R {input.reference:q} \
            -L {input.regions:q} --interval-padding {params.padding} \
            --scatter-count {params.scatter} -O {output.pieces:q}
        """


rule force_alleles:
    """Choose the actionable alleles that a caller is made to genotype."""
    input:
        reads=tumor_alignment,
        alleles="prepared/alleles.vcf.gz",
        genome=config["reference"]["genome"],
    output:
        alleles=temp("results/{case}/alleles/{sample}.forced.vcf.gz"),
        index=temp("results/{case}/alleles/{sample}.forced.vcf.gz.tbi"),
    log:
        "logs/{case}/force_alleles.{sample}.log",
    benchmark:
        "benchmarks/{case}/force_alleles.{sample}.tsv"
    conda:
        "../envs/python.yaml"
    resources:
        mem_mb=2000,
        runtime=240,
    params:
        code=CODE,
        floor={key: config["belief"][key] for key in ("min_alt_reads", "min_vaf")},
        settings=config["counting"],
    script:
        "../scripts/force_alleles.py"
