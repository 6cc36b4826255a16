"""bwa mem: the default; 5.5 GB of memory for a whole human genome."""

INDEX = config["reference"]["aligner_index"] or "prepared/index/bwa/genome"


rule index_genome:
    """Index the genome for bwa (about an hour for a human genome)."""
    input:
        genome=config["reference"]["genome"],
    output:
        multiext("prepared/index/bwa/genome", ".amb", ".ann", ".bwt", ".pac", ".sa"),
    log:
        "logs/prepared/index_genome.log",
    benchmark:
        "benchmarks/prepared/index_genome.tsv"
    conda:
        "../../envs/bwa.yaml"
    resources:
        mem_mb=1000 + 2 * GENOME_MB,
        runtime=180,
    params:
        prefix="prepared/index/bwa/genome",
    shell:
        r"""
        exec 2>{log:q}
        bwa index -p {params.prefix:q} {input.genome:q}
        """


rule align_lane:
    """Align one lane, fill in mate facts and sort by position."""
    input:
        reads="results/{case}/reads/{sample}.{lane}.trimmed.fastq.gz",
        index=multiext(INDEX, ".amb", ".ann", ".bwt", ".pac", ".sa"),
    output:
        bam=temp("results/{case}/reads/{sample}.{lane}.lane.bam"),
    log:
        "logs/{case}/align_lane.{sample}.{lane}.log",
    benchmark:
        "benchmarks/{case}/align_lane.{sample}.{lane}.tsv"
    conda:
        "../../envs/align_bwa.yaml"
    threads: 8
    resources:
        mem_mb=2500 + 2 * GENOME_MB,
        runtime=720,
    params:
        index=INDEX,
        read_group=read_group,
        paired=branch(lane_is_paired, then="-p", otherwise=""),
    shell:
        r"""
        exec 2>{log:q}
        bwa mem -t {threads} -Y -K 10000000 {params.paired} -R {params.read_group:q} \
            {params.index:q} {input.reads:q} \
            | samtools fixmate -u -m - - \
            | samtools sort -l 1 -m 512M -@ 1 -T {resources.tmpdir:q}/{wildcards.sample}.{wildcards.lane} \
                -o {output.bam:q} -
        """
