"""bwa-mem2: twice as fast as bwa with the same alignments; 18 GB for a whole human genome."""

INDEX = config["reference"]["aligner_index"] or "prepared/index/bwa_mem2/genome"


rule index_genome:
    """Index the genome for bwa-mem2."""
    input:
        genome=config["reference"]["genome"],
    output:
        multiext("prepared/index/bwa_mem2/genome", ".0123", ".amb", ".ann", ".bwt.2bit.64", ".pac"),
    log:
        "logs/prepared/index_genome.log",
    benchmark:
        "benchmarks/prepared/index_genome.tsv"
    conda:
        "../../envs/bwa_mem2.yaml"
    resources:
        mem_mb=1000 + 28 * GENOME_MB,
        runtime=180,
    params:
        prefix="prepared/index/bwa_mem2/genome",
    shell:
        r"""
        exec 2>{log:q}
        bwa-mem2 index -p {params.prefix:q} {input.genome:q}
        """


rule align_lane:
    """Align one lane, fill in mate facts and sort by position."""
    input:
        reads="results/{case}/reads/{sample}.{lane}.trimmed.fastq.gz",
        index=multiext(INDEX, ".0123", ".amb", ".ann", ".bwt.2bit.64", ".pac"),
    output:
        bam=temp("results/{case}/reads/{sample}.{lane}.lane.bam"),
    log:
        "logs/{case}/align_lane.{sample}.{lane}.log",
    benchmark:
        "benchmarks/{case}/align_lane.{sample}.{lane}.tsv"
    conda:
        "../../envs/align_bwa_mem2.yaml"
    threads: 8
    resources:
        mem_mb=2500 + 6 * GENOME_MB,
        runtime=720,
    params:
        index=INDEX,
        read_group=read_group,
        paired=branch(lane_is_paired, then="-p", otherwise=""),
    shell:
        r"""
        exec 2>{log:q}
        bwa-mem2 mem -t {threads} -Y -K 10000000 {params.paired} -R {params.read_group:q} \
            {params.index:q} {input.reads:q} \
            | samtools fixmate -u -m - - \
            | samtools sort -l 1 -m 512M -@ 1 -T {resources.tmpdir:q}/{wildcards.sample}.{wildcards.lane} \
                -o {output.bam:q} -
        """
