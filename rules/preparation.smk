"""What every case shares: transcripts, places and alleles of actionable features, the annotator.

In:  gene models, genome, knowledge base
Out: prepared/transcripts.gff3 and .tsv, prepared/loci.tsv and .bed, prepared/alleles.vcf.gz,
     prepared/annotator/
"""


rule select_transcripts:
    """Choose the transcript that each gene's changes are named on."""
    input:
        gene_models=config["reference"]["gene_models"],
        knowledge=KNOWLEDGE,
    output:
        models="prepared/transcripts.gff3",
        chosen="prepared/transcripts.tsv",
    log:
        "logs/prepared/select_transcripts.log",
    benchmark:
        "benchmarks/prepared/select_transcripts.tsv"
    conda:
        "../envs/python.yaml"
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        code=CODE,
        knowledge=config["knowledge"]["base"],
        preferred=config["reference"]["transcripts"],
    script:
        "../scripts/select_transcripts.py"


rule prepare_loci:
    """Find the place in the genome of every feature that statements ask for."""
    input:
        models="prepared/transcripts.gff3",
        genome=config["reference"]["genome"],
        knowledge=KNOWLEDGE,
    output:
        loci="prepared/loci.tsv",
        bed="prepared/loci.bed",
    log:
        "logs/prepared/prepare_loci.log",
    benchmark:
        "benchmarks/prepared/prepare_loci.tsv"
    conda:
        "../envs/python.yaml"
    resources:
        mem_mb=1000,
        runtime=30,
    params:
        code=CODE,
        knowledge=BASES,
    script:
        "../scripts/prepare_loci.py"


rule enumerate_alleles:
    """Spell out the genome alleles of every named change that statements ask for."""
    input:
        models="prepared/transcripts.gff3",
        genome=config["reference"]["genome"],
        knowledge=KNOWLEDGE,
    output:
        alleles="prepared/alleles.vcf.gz",
        index="prepared/alleles.vcf.gz.tbi",
    log:
        "logs/prepared/enumerate_alleles.log",
    benchmark:
        "benchmarks/prepared/enumerate_alleles.tsv"
    conda:
        "../envs/python.yaml"
    resources:
        mem_mb=1000,
        runtime=30,
    params:
        code=CODE,
        knowledge=BASES,
    script:
        "../scripts/enumerate_alleles.py"


rule build_annotator:
    """Build SnpEff's database of the chosen transcripts."""
    input:
        models="prepared/transcripts.gff3",
        genome=config["reference"]["genome"],
    output:
        config="prepared/annotator/snpEff.config",
        database="prepared/annotator/models/snpEffectPredictor.bin",
    log:
        "logs/prepared/build_annotator.log",
    benchmark:
        "benchmarks/prepared/build_annotator.tsv"
    conda:
        "../envs/snpeff.yaml"
    resources:
        mem_mb=1000 + GENOME_MB,
        runtime=120,
    params:
        heap=700 + GENOME_MB,
    shell:
        r"""
        exec 2>{log:q}
        folder=$(dirname {output.database:q})
        printf 'data.dir = .\nmodels.genome : models\n' >{output.config:q}
        ln -sf "$(realpath {input.models:q})" "$folder/genes.gff"
        ln -sf "$(realpath {input.genome:q})" "$folder/sequences.fa"
        snpEff -Xmx{params.heap}m build -gff3 -noCheckCds -noCheckProtein -nodownload \
            -c {output.config:q} -dataDir "$(realpath prepared/annotator)" models >&2
        rm "$folder/genes.gff" "$folder/sequences.fa"
        """
