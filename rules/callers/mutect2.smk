"""Mutect2 with its orientation-bias model, told of contamination where that could be estimated."""


def mutect2_pieces(pattern):
    """The files of all pieces of a case's assay, by a pattern with `{piece}`."""

    def paths(wildcards):
        count = config["assays"][SHEET.assay(wildcards.case)]["scatter"]
        return [
            pattern.format(case=wildcards.case, sample=wildcards.sample, piece=piece)
            for piece in range(count)
        ]

    return paths


def mutect2_normal(wildcards):
    """The options that name a matched normal."""
    normal = SHEET.normal(wildcards.case)
    return ["-I", alignment(normal), "-normal", normal] if normal else []


def mutect2_resources(wildcards):
    """The options for a germline resource and a panel of normals, where configured."""
    reference = config["reference"]
    options = {
        "--germline-resource": reference["germline_resource"],
        "--panel-of-normals": reference["panel_of_normals"],
    }
    return [word for pair in options.items() if pair[1] for word in pair]


def configured_resources(wildcards):
    """The resource files that Mutect2 reads, where configured."""
    reference = config["reference"]
    return [p for p in (reference["germline_resource"], reference["panel_of_normals"]) if p]


def contamination_options(wildcards):
    """The options that hand FilterMutectCalls the contamination estimate."""
    options = ["--contamination-table", "--tumor-segmentation"]
    tables = contamination_tables(wildcards)
    return [word for pair in zip(options, tables) for word in pair]


rule call_mutect2:
    """Call one piece with Mutect2, made to genotype every actionable allele that reads show."""
    input:
        reads=tumor_alignment,
        normal=normal_alignment,
        reference=config["reference"]["genome"],
        alleles="results/{case}/alleles/{sample}.forced.vcf.gz",
        alleles_index="results/{case}/alleles/{sample}.forced.vcf.gz.tbi",
        intervals=intervals_of_case,
        resources=configured_resources,
    output:
        vcf=temp("results/{case}/calls/{sample}.mutect2.{piece}.vcf.gz"),
        index=temp("results/{case}/calls/{sample}.mutect2.{piece}.vcf.gz.tbi"),
        stats=temp("results/{case}/calls/{sample}.mutect2.{piece}.vcf.gz.stats"),
        f1r2=temp("results/{case}/calls/{sample}.mutect2.{piece}.f1r2.tar.gz"),
    log:
        "logs/{case}/call_mutect2.{sample}.{piece}.log",
    benchmark:
        "benchmarks/{case}/call_mutect2.{sample}.{piece}.tsv"
    conda:
        "../../envs/gatk4.yaml"
    resources:
        mem_mb=3500,
        runtime=1440,
    params:
        normal=mutect2_normal,
        resources=mutect2_resources,
        java=config["mutect2"]["java"],
        extra=config["mutect2"]["extra"],
    shell:
        r"""
        exec >{log:q} 2>&1
        piece=$(printf '%s/%04d-scattered.interval_list' {input.intervals:q} {wildcards.piece})
        # Java's quick compiler pays where the work is shorter than the thorough one's own.
        quick=$([ "$(stat -Lc %s {input.reads:q})" -gt 50000000 ] || echo -XX:TieredStopAtLevel=1)
        gatk --java-options "-Xmx3000m $quick {params.java}" Mutect2 -R {input.reference:q} -I {input.reads:q} \
            {params.normal:q} {params.resources:q} -L "$piece" --alleles {input.alleles:q} \
            --genotype-germline-sites true --genotype-pon-sites true \
            --max-mnp-distance 1 --f1r2-tar-gz {output.f1r2:q} \
            --smith-waterman FASTEST_AVAILABLE --native-pair-hmm-threads 1 {params.extra} -O {output.vcf:q}
        """


rule filter_mutect2:
    """Join the pieces, learn the orientation bias and filter the calls."""
    input:
        vcfs=mutect2_pieces("results/{case}/calls/{sample}.mutect2.{piece}.vcf.gz"),
        indexes=mutect2_pieces("results/{case}/calls/{sample}.mutect2.{piece}.vcf.gz.tbi"),
        stats=mutect2_pieces("results/{case}/calls/{sample}.mutect2.{piece}.vcf.gz.stats"),
        f1r2=mutect2_pieces("results/{case}/calls/{sample}.mutect2.{piece}.f1r2.tar.gz"),
        contamination=contamination_tables,
        reference=config["reference"]["genome"],
        program=ROOT / "scripts" / "filter_mutect2.sh",
    output:
        vcf="results/{case}/calls/{sample}.mutect2.vcf.gz",
        index="results/{case}/calls/{sample}.mutect2.vcf.gz.tbi",
    log:
        "logs/{case}/filter_mutect2.{sample}.log",
    benchmark:
        "benchmarks/{case}/filter_mutect2.{sample}.tsv"
    conda:
        "../../envs/filter_mutect2.yaml"
    resources:
        mem_mb=3500,
        runtime=240,
    params:
        contamination=contamination_options,
    shell:
        r"""
        exec >{log:q} 2>&1
        bash {input.program:q} {input.reference:q} {output.vcf:q} {resources.tmpdir:q} \
            {input.vcfs:q} -- {params.contamination:q}
        """
