"""From the callers' claims to what is believed.

In:  results/{case}/calls/, alignments, prepared/
Out: results/{case}/variants.tsv, hotspots.tsv

What lies in results/{case}/alleles/ holds germline alleles too and goes when a case is done.
"""

READ = {"reads", "alignments"}


def called_tumors(case):
    """The tumours of a case that have calls: all but those that start at events."""
    return [s for s in SHEET.tumors(case) if SHEET.start(s) != "events"]


def sample_calls(case, sample):
    """The calls of a tumour by caller; what the sheet gives is the caller `given`."""
    unit = SHEET.unit(sample)
    if SHEET.start(sample) == "variants":
        return {"given": unit.vcf or unit.maf}
    return {
        caller: f"results/{case}/calls/{sample}.{caller}.vcf.gz" for caller in config["callers"]
    }


def case_calls(wildcards):
    """Every caller's VCF of every tumour of a case."""
    case = wildcards.case
    return [path for s in called_tumors(case) for path in sample_calls(case, s).values()]


def case_tumor_reads(wildcards):
    """The alignments of the tumours of a case that have any."""
    return [alignment(s) for s in SHEET.tumors(wildcards.case) if SHEET.start(s) in READ]


def case_tumors(wildcards):
    """What collect_candidates has to know of each tumour."""
    case = wildcards.case
    return [
        {
            "sample": sample,
            "normal": SHEET.normal(case),
            "calls": sample_calls(case, sample),
            "reads": alignment(sample) if SHEET.start(sample) in READ else None,
        }
        for sample in called_tumors(case)
    ]


def counted_reads(wildcards):
    """The alignments of a sample, or none where it starts at variants."""
    return [alignment(wildcards.sample)] if SHEET.start(wildcards.sample) in READ else []


def counted_calls(wildcards):
    """The VCF whose counts stand for reads that are not there."""
    if SHEET.start(wildcards.sample) in READ:
        return []
    return list(sample_calls(wildcards.case, wildcards.sample).values())


def case_counts(wildcards):
    """The counts of every sample of a case."""
    case = wildcards.case
    normal = SHEET.normal(case) if case_tumor_reads(wildcards) else None
    samples = [*called_tumors(case), *([normal] if normal else [])]
    return [f"results/{case}/alleles/{sample}.counts.tsv" for sample in samples]


def case_assay(wildcards):
    """The config of a case's assay; an empty one where it starts later and names none."""
    name = SHEET.assay(wildcards.case)
    return config["assays"][name] if name else {"targets": None, "event_classes": []}


def case_targets(wildcards):
    """The targets of a case's assay; none for a genome, or where the case names no assay."""
    targets = case_assay(wildcards)["targets"]
    return [targets] if targets else []


def called_case_tumors(wildcards):
    """The names of a case's tumours that have calls."""
    return called_tumors(wildcards.case)


def case_facts(wildcards):
    """Tumours and consent of a case."""
    consent = CLINICAL[wildcards.case].consent_germline
    return {"tumors": called_tumors(wildcards.case), "consent_germline": consent}


def optional(name):
    """A resource of the reference, or nothing where it is not configured."""
    path = config["reference"][name]
    return [path] if path else []


def builds(wildcards):
    """The configured build, and the chain files onto it."""
    return {"build": config["reference"]["build"], "chains": config["reference"]["chains"]}


rule collect_candidates:
    """Collect what callers claim, and join changes that lie on the same molecules."""
    input:
        calls=case_calls,
        reads=case_tumor_reads,
        genome=config["reference"]["genome"],
        models="prepared/transcripts.gff3",
        chains=list(config["reference"]["chains"].values()),
    output:
        candidates=temp("results/{case}/alleles/candidates.tsv"),
        sites=temp("results/{case}/alleles/candidates.vcf"),
        unplaced=temp("results/{case}/alleles/unplaced.tsv"),
    log:
        "logs/{case}/collect_candidates.log",
    benchmark:
        "benchmarks/{case}/collect_candidates.tsv"
    conda:
        "../envs/python.yaml"
    resources:
        mem_mb=2000,
        runtime=120,
    params:
        code=CODE,
        tumors=case_tumors,
        builds=builds,
        settings=config["counting"],
    script:
        "../scripts/collect_candidates.py"


rule count_alleles:
    """Count the fragments of one sample at every candidate and every actionable allele."""
    input:
        reads=counted_reads,
        calls=counted_calls,
        candidates="results/{case}/alleles/candidates.tsv",
        alleles="prepared/alleles.vcf.gz",
        genome=config["reference"]["genome"],
        chains=list(config["reference"]["chains"].values()),
    output:
        counts=temp("results/{case}/alleles/{sample}.counts.tsv"),
    log:
        "logs/{case}/count_alleles.{sample}.log",
    benchmark:
        "benchmarks/{case}/count_alleles.{sample}.tsv"
    conda:
        "../envs/python.yaml"
    resources:
        mem_mb=2000,
        runtime=240,
    params:
        code=CODE,
        builds=builds,
        settings=config["counting"],
    script:
        "../scripts/count_alleles.py"


rule annotate_candidates:
    """Name the consequence of every candidate on the chosen transcripts."""
    input:
        sites="results/{case}/alleles/candidates.vcf",
        config="prepared/annotator/snpEff.config",
        database="prepared/annotator/models/snpEffectPredictor.bin",
    output:
        annotated=temp("results/{case}/alleles/annotated.vcf"),
    log:
        "logs/{case}/annotate_candidates.log",
    benchmark:
        "benchmarks/{case}/annotate_candidates.tsv"
    conda:
        "../envs/snpeff.yaml"
    resources:
        mem_mb=1500,
        runtime=60,
    params:
        upstream=1000,
    shell:
        r"""
        exec 2>{log:q}
        snpEff -Xmx1000m -XX:TieredStopAtLevel=1 ann -noLog -noStats -nodownload -no-downstream \
            -no-intergenic -ud {params.upstream} -c {input.config:q} \
            -dataDir "$(realpath prepared/annotator)" models {input.sites:q} >{output.annotated:q}
        """


rule describe_alleles:
    """Give every candidate its names, and what is publicly known of it."""
    input:
        annotated="results/{case}/alleles/annotated.vcf",
        models="prepared/transcripts.gff3",
        genome=config["reference"]["genome"],
        germline=optional("germline_resource"),
        clinvar=optional("clinvar"),
        hotspots=optional("hotspots"),
    output:
        annotations=temp("results/{case}/alleles/annotations.tsv"),
    log:
        "logs/{case}/describe_alleles.log",
    benchmark:
        "benchmarks/{case}/describe_alleles.tsv"
    conda:
        "../envs/python.yaml"
    resources:
        mem_mb=1000,
        runtime=60,
    params:
        code=CODE,
    script:
        "../scripts/describe_alleles.py"


rule believe_calls:
    """Decide which candidates are believed, and where they come from."""
    input:
        candidates="results/{case}/alleles/candidates.tsv",
        counts=case_counts,
        annotations="results/{case}/alleles/annotations.tsv",
        targets=case_targets,
    output:
        beliefs=temp("results/{case}/alleles/beliefs.tsv"),
    log:
        "logs/{case}/believe_calls.log",
    benchmark:
        "benchmarks/{case}/believe_calls.tsv"
    conda:
        "../envs/python.yaml"
    resources:
        mem_mb=1000,
        runtime=30,
    params:
        code=CODE,
        tumors=called_case_tumors,
        settings=config["belief"],
    script:
        "../scripts/believe_calls.py"


rule tabulate_variants:
    """Write what is known of a case's small variants, germline ones only with consent."""
    input:
        candidates="results/{case}/alleles/candidates.tsv",
        counts=case_counts,
        annotations="results/{case}/alleles/annotations.tsv",
        beliefs="results/{case}/alleles/beliefs.tsv",
        unplaced="results/{case}/alleles/unplaced.tsv",
        alleles="prepared/alleles.vcf.gz",
    output:
        variants="results/{case}/variants.tsv",
        hotspots="results/{case}/hotspots.tsv",
    log:
        "logs/{case}/tabulate_variants.log",
    benchmark:
        "benchmarks/{case}/tabulate_variants.tsv"
    conda:
        "../envs/python.yaml"
    resources:
        mem_mb=1000,
        runtime=30,
    params:
        code=CODE,
        build=config["reference"]["build"],
        case=case_facts,
        min_alt_reads=config["belief"]["min_alt_reads"],
    script:
        "../scripts/tabulate_variants.py"
