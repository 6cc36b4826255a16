"""Judge a case's data against its assay's limits.

In:  quality files of every sample, callability.tsv
Out: results/{case}/quality.json: verdict (RELEASE | REVIEW | FAIL), reasons, checks
"""


def insert_files(sample):
    """The alignments of a sample and their genome; none where it starts at variants."""
    if SHEET.start(sample) in {"variants", "events"}:
        return []
    return [alignment(sample), config["reference"]["genome"]]


def case_quality_files(wildcards):
    """The quality files of all samples of a case that have reads."""
    case = wildcards.case
    tumors = SHEET.tumors(case)
    files = []
    for sample in filter(None, (*tumors, SHEET.normal(case))):
        base = f"results/{case}/quality/{sample}"
        start = SHEET.start(sample)
        if start in {"variants", "events"}:
            continue
        files += [f"{base}.regions.bed.gz", f"{base}.thresholds.bed.gz", f"{base}.idxstats.tsv"]
        files += [f"{base}.duplicates.txt"] if start == "reads" else []
        files += insert_files(sample)
        if sample in tumors and config["reference"]["common_variants"]:
            files.append(f"{base}.contamination.table")
        if config["reference"]["common_variants"]:
            files.append(f"{base}.pileups.table")
    return files


def case_limits(wildcards):
    """The limits of the case's assay; none where no reads are looked at."""
    assay = SHEET.assay(wildcards.case)
    return config["quality"][config["assays"][assay]["limits"]] if assay else {}


def case_roles(wildcards):
    """The role of every sample of a case, where it starts, and its alignments with genome."""
    normal = SHEET.normal(wildcards.case)
    roles = {sample: "tumor" for sample in SHEET.tumors(wildcards.case)}
    roles |= {normal: "normal"} if normal else {}
    return {
        sample: [role, SHEET.start(sample), *insert_files(sample)] for sample, role in roles.items()
    }


rule assess_quality:
    """Compare what was measured with the assay's limits and give the verdict."""
    input:
        files=case_quality_files,
        callability="results/{case}/callability.tsv",
    output:
        quality="results/{case}/quality.json",
    log:
        "logs/{case}/assess_quality.log",
    benchmark:
        "benchmarks/{case}/assess_quality.tsv"
    conda:
        "../envs/python.yaml"
    resources:
        mem_mb=500,
        runtime=15,
    params:
        code=CODE,
        limits=case_limits,
        samples=case_roles,
    script:
        "../scripts/assess_quality.py"
