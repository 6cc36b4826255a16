"""From reads to alignments with duplicates marked, and their coverage.

In:  FASTQ of every lane (sheet)
Out: results/{case}/reads/{sample}.{bam|cram} with index, results/{case}/quality/

A lane is trimmed (trim_lane), aligned and sorted (align_lane, in rules/aligners/), then all
lanes of a sample are merged while duplicates are marked. UMI consensus belongs between the two.
"""


def lane_reads(wildcards):
    """The one or two FASTQ files of a lane."""
    unit = SHEET.unit(wildcards.sample, wildcards.lane)
    return [path for path in (unit.fastq_1, unit.fastq_2) if path]


def lane_is_paired(wildcards):
    """Whether a lane has two files of reads."""
    return bool(SHEET.unit(wildcards.sample, wildcards.lane).fastq_2)


def lane_alignments(wildcards):
    """The sorted alignments of every lane of a sample."""
    return collect(
        "results/{{case}}/reads/{{sample}}.{lane}.lane.bam", lane=SHEET.lanes(wildcards.sample)
    )


def read_group(wildcards):
    """The SAM read group of a lane: one ID a lane, one library a sample."""
    sample, lane = wildcards.sample, wildcards.lane
    return rf"@RG\tID:{sample}.{lane}\tSM:{sample}\tLB:{sample}\tPL:ILLUMINA\tPU:{lane}"


def assay_targets(wildcards):
    """The targets of the sample's assay; none for a genome."""
    targets = config["assays"][SHEET.assay(wildcards.case)]["targets"]
    return [targets] if targets else []


def sample_alignment(wildcards):
    """The alignments of a sample, ours or the sheet's."""
    return alignment(wildcards.sample)


rule trim_lane:
    """Trim a lane's reads, refusing files that end early or do not pair."""
    input:
        reads=lane_reads,
        program=ROOT / "scripts" / "trim_lane.sh",
    output:
        reads=temp("results/{case}/reads/{sample}.{lane}.trimmed.fastq.gz"),
        json="results/{case}/quality/{sample}.{lane}.fastp.json",
    log:
        "logs/{case}/trim_lane.{sample}.{lane}.log",
    benchmark:
        "benchmarks/{case}/trim_lane.{sample}.{lane}.tsv"
    conda:
        "../envs/trim.yaml"
    threads: 1  # fastp reads and writes in threads of its own: two lanes fill two cores
    resources:
        mem_mb=2500,
        runtime=240,
    params:
        min_length=config["trimming"]["min_length"],
        extra=config["trimming"]["extra"],
    shell:
        r"""
        exec 2>{log:q}
        bash {input.program:q} {output.json:q} {output.reads:q} {threads} \
            {params.min_length} {params.extra:q} {input.reads:q}
        """


rule merge_lanes:
    """Merge a sample's lanes while marking duplicates over all of them."""
    input:
        bams=lane_alignments,
        reference=config["reference"]["genome"],
    output:
        reads=f"results/{{case}}/reads/{{sample}}.{FORMAT}",
        index=f"results/{{case}}/reads/{{sample}}.{FORMAT}.{'csi' if FORMAT == 'bam' else 'crai'}",
        duplicates="results/{case}/quality/{sample}.duplicates.txt",
    log:
        "logs/{case}/merge_lanes.{sample}.log",
    benchmark:
        "benchmarks/{case}/merge_lanes.{sample}.tsv"
    conda:
        "../envs/samtools.yaml"
    threads: 1  # marking takes one core, so samples run beside each other
    resources:
        mem_mb=1500,
        runtime=480,
    params:
        format=branch(FORMAT == "cram", then="cram,version=3.0", otherwise=FORMAT),  # 3.1: not for GATK
    shell:
        r"""
        exec 2>{log:q}
        samtools merge -u -o - {input.bams:q} \
            | samtools markdup -@ {threads} -T {resources.tmpdir:q}/{wildcards.sample}.markdup \
                -f {output.duplicates:q} --reference {input.reference:q} \
                -O {params.format} --write-index - {output.reads:q}
        """


rule measure_coverage:
    """Measure depth over the targets, and reads per contig."""
    input:
        reads=sample_alignment,
        reference=config["reference"]["genome"],
        targets=assay_targets,
    output:
        summary="results/{case}/quality/{sample}.mosdepth.summary.txt",
        distribution="results/{case}/quality/{sample}.mosdepth.region.dist.txt",
        regions="results/{case}/quality/{sample}.regions.bed.gz",
        thresholds="results/{case}/quality/{sample}.thresholds.bed.gz",
        contigs="results/{case}/quality/{sample}.idxstats.tsv",
    log:
        "logs/{case}/measure_coverage.{sample}.log",
    benchmark:
        "benchmarks/{case}/measure_coverage.{sample}.tsv"
    conda:
        "../envs/coverage.yaml"
    threads: 2
    resources:
        mem_mb=1000 + 2 * GENOME_MB,
        runtime=120,
    params:
        prefix="results/{case}/quality/{sample}",
        thresholds="1,10,20,30,50,100,200,500",
    shell:
        r"""
        exec 2>{log:q}
        by={input.targets:q}
        mosdepth --no-per-base --threads {threads} --fasta {input.reference:q} \
            --by "${{by:-1000}}" --thresholds {params.thresholds} {params.prefix:q} {input.reads:q}
        samtools idxstats {input.reads:q} >{output.contigs:q}
        """
