"""From the callers' claims to what is believed, and how far a negative can be trusted.

In:  results/{case}/calls/, alignments, prepared/
Out: results/{case}/variants.tsv, hotspots.tsv, callability.tsv, events.tsv

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


def case_depths(wildcards):
    """The depth at actionable bases of the tumours of a case that have reads."""
    case = wildcards.case
    samples = [s for s in SHEET.tumors(case) if SHEET.start(s) in READ]
    return [f"results/{case}/alleles/{sample}.depth.tsv.gz" for sample in samples]


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


def callability_samples(wildcards):
    """Where each tumour starts, and how pure it is."""
    return [
        {"sample": s, "starts_at": SHEET.start(s), "purity": SHEET.purity(s)}
        for s in SHEET.tumors(wildcards.case)
    ]


def callability_case(wildcards):
    """What the assay of a case can see, and whether germline findings may be told."""
    return {
        "assay": SHEET.assay(wildcards.case) or "(none named)",
        "event_classes": case_assay(wildcards)["event_classes"],
        "consent_germline": CLINICAL[wildcards.case].consent_germline,
    }


def outside_samples(wildcards):
    """The tumours of a case that come with a table of events."""
    return [s for s in SHEET.tumors(wildcards.case) if SHEET.unit(s).events]


def outside_events(wildcards):
    """The tables of events that others made."""
    return [SHEET.unit(sample).events for sample in outside_samples(wildcards)]


def optional(name):
    """A resource of the reference, or nothing where it is not configured."""
    path = config["reference"][name]
    return [path] if path else []


rule collect_candidates:
    """Collect what callers claim, and join changes that lie on the same molecules."""
    input:
        calls=case_calls,
        reads=case_tumor_reads,
        genome=config["reference"]["genome"],
        models="prepared/transcripts.gff3",
    output:
        candidates=temp("results/{case}/alleles/candidates.tsv"),
        sites=temp("results/{case}/alleles/candidates.vcf"),
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
        settings=config["counting"],
    script:
        "../scripts/count_alleles.py"


rule measure_loci:
    """Measure the depth of one sample at every base of every actionable feature."""
    input:
        reads=counted_reads,
        loci="prepared/loci.bed",
        genome=config["reference"]["genome"],
        script=ROOT / "scripts" / "runs_of_depth.awk",
    output:
        depth=temp("results/{case}/alleles/{sample}.depth.tsv.gz"),
    log:
        "logs/{case}/measure_loci.{sample}.log",
    benchmark:
        "benchmarks/{case}/measure_loci.{sample}.tsv"
    conda:
        "../envs/samtools.yaml"
    resources:
        mem_mb=1000,
        runtime=120,
    params:
        base_quality=config["counting"]["min_base_quality"],
        mapping_quality=config["counting"]["min_mapping_quality"],
    shell:
        r"""
        exec 2>{log:q}
        samtools view -u -M -L {input.loci:q} -T {input.genome:q} \
            -e '!flag.paired || flag.proper_pair' {input.reads:q} \
            | samtools depth -s -q {params.base_quality} -Q {params.mapping_quality} \
                -b {input.loci:q} - \
            | awk -f {input.script:q} \
            | gzip >{output.depth:q}
        """


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
        case=case_facts,
        min_alt_reads=config["belief"]["min_alt_reads"],
    script:
        "../scripts/tabulate_variants.py"


rule assess_callability:
    """Say of every actionable feature whether it could have been seen, and whether it was."""
    input:
        loci="prepared/loci.tsv",
        variants="results/{case}/variants.tsv",
        depths=case_depths,
        targets=case_targets,
        knowledge=KNOWLEDGE,
    output:
        callability="results/{case}/callability.tsv",
    log:
        "logs/{case}/assess_callability.log",
    benchmark:
        "benchmarks/{case}/assess_callability.tsv"
    conda:
        "../envs/python.yaml"
    resources:
        mem_mb=1000,
        runtime=30,
    params:
        code=CODE,
        samples=callability_samples,
        case=callability_case,
        knowledge=config["knowledge"]["base"],
        target_padding=config["belief"]["target_padding"],
        settings=config["callability"],
    script:
        "../scripts/assess_callability.py"


rule gather_events:
    """Bring what our reads show and what others measured into one table."""
    input:
        variants="results/{case}/variants.tsv",
        callability="results/{case}/callability.tsv",
        outside=outside_events,
    output:
        events="results/{case}/events.tsv",
    log:
        "logs/{case}/gather_events.log",
    benchmark:
        "benchmarks/{case}/gather_events.tsv"
    conda:
        "../envs/python.yaml"
    resources:
        mem_mb=1000,
        runtime=30,
    params:
        code=CODE,
        outside_samples=outside_samples,
    script:
        "../scripts/gather_events.py"
