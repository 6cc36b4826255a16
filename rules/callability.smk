"""How far a negative can be trusted, and everything found as one table of events.

In:  alignments, prepared/loci.tsv and .bed, results/{case}/variants.tsv, tables of the sheet
Out: results/{case}/callability.tsv, events.tsv
"""

OUTSIDE = ("events", "named_variants", "copy_number", "fusions", "expression", "biomarkers")


def case_depths(wildcards):
    """The depth at actionable bases of the tumours of a case that have reads."""
    case = wildcards.case
    samples = [s for s in SHEET.tumors(case) if SHEET.start(s) in READ]
    return [f"results/{case}/alleles/{sample}.depth.tsv.gz" for sample in samples]


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


def outside_tables(wildcards):
    """Sample, column and the sample's purity of every table that others made of a case."""
    return [
        (sample, kind, SHEET.purity(sample))
        for sample in SHEET.tumors(wildcards.case)
        for kind in OUTSIDE
        if getattr(SHEET.unit(sample), kind)
    ]


def outside_events(wildcards):
    """The tables that others made."""
    return [getattr(SHEET.unit(sample), kind) for sample, kind, _ in outside_tables(wildcards)]


rule measure_loci:
    """Measure the depth of one sample at every base of every actionable feature."""
    input:
        reads=counted_reads,
        loci="prepared/loci.bed",
        genome=config["reference"]["genome"],
        runs=ROOT / "scripts" / "runs_of_depth.awk",
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
        if ! [ -s {input.loci:q} ]; then # the models hold no gene of the knowledge base
            awk -f {input.runs:q} /dev/null | gzip >{output.depth:q}
            exit
        fi
        samtools view -u -M -L {input.loci:q} -T {input.genome:q} \
            -e '!flag.paired || flag.proper_pair' {input.reads:q} \
            | samtools depth -s -q {params.base_quality} -Q {params.mapping_quality} \
                -b {input.loci:q} - \
            | awk -f {input.runs:q} \
            | gzip >{output.depth:q}
        """


rule assess_callability:
    """Say of every actionable feature whether it could have been seen, and whether it was."""
    input:
        loci="prepared/loci.tsv",
        variants="results/{case}/variants.tsv",
        depths=case_depths,
        targets=case_targets,
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
        knowledge=BASES,
        knowledge_version=KNOWLEDGE_VERSION,
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
        clinvar=optional("clinvar"),
        hotspots=optional("hotspots"),
        models="prepared/transcripts.gff3",
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
        outside_tables=outside_tables,
        limits=config["interpretation"],
        build=config["reference"]["build"],
        knowledge=config["knowledge"]["base"],
        knowledge_version=KNOWLEDGE_VERSION,
    script:
        "../scripts/gather_events.py"
