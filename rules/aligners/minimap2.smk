"""minimap2: quick to index and to align; about 8 GB for a whole human genome."""

INDEX = config["reference"]["aligner_index"] or "prepared/index/minimap2/genome.mmi"


rule index_genome:
    """Index the genome for minimap2."""
    input:
        genome=config["reference"]["genome"],
    output:
        index="prepared/index/minimap2/genome.mmi",
    log:
        "logs/prepared/index_genome.log",
    benchmark:
        "benchmarks/prepared/index_genome.tsv"
    conda:
        "../../envs/minimap2.yaml"
    resources:
        mem_mb=1000 + 3 * GENOME_MB,
        runtime=180,
    shell:
        r"""
        exec 2>{log:q}
        minimap2 -x sr -d {output.index:q} {input.genome:q}
        """


rule align_lane:
    """Align one lane, fill in mate facts and sort by position."""
    input:
        reads="results/{case}/reads/{sample}.{lane}.trimmed.fastq.gz",
        index=INDEX,
    output:
        bam=temp("results/{case}/reads/{sample}.{lane}.lane.bam"),
    log:
        "logs/{case}/align_lane.{sample}.{lane}.log",
    benchmark:
        "benchmarks/{case}/align_lane.{sample}.{lane}.tsv"
    conda:
        "../../envs/align_minimap2.yaml"
    threads: 8
    resources:
        mem_mb=2500 + 3 * GENOME_MB,
        runtime=720,
    params:
        read_group=read_group,
        paired=branch(lane_is_paired, then="--frag=yes", otherwise="--frag=no"),
    shell:
        r"""
        exec 2>{log:q}
        minimap2 -ax sr -t {threads} -Y {params.paired} -R {params.read_group:q} \
            {input.index:q} {input.reads:q} \
            | samtools fixmate -u -m - - \
            | samtools sort -l 1 -m 512M -@ 1 -T {resources.tmpdir:q}/{wildcards.sample}.{wildcards.lane} \
                -o {output.bam:q} -
        """
