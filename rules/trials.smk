"""Which clinical trials look for this patient.

In:  events.tsv, interpretation.json, curated trials, the store of a registry's trials
Out: results/{case}/trials.json; config `trials.store`, by import_trials or fetch_trials
"""

CURATED_TRIALS = config["trials"]["curated"]
# As one word, for the rules of each case.
TRIALS_VERSION = fingerprint(Path(CURATED_TRIALS)) if CURATED_TRIALS else None
# The tables by which registry records are read.
TRIAL_WORDS = {
    "knowledge": str(ROOT / "resources" / "knowledge"),
    "words": str(ROOT / "resources" / "trials"),
    "tumors": str(TUMORS),
}


rule import_trials:
    """Read files of trials, raw or normalised, into the local store."""
    log:
        "logs/import_trials.log",
    conda:
        "../envs/python.yaml"
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        code=CODE,
        settings=config["trials"],
        words=TRIAL_WORDS,
    script:
        "../scripts/import_trials.py"


rule fetch_trials:
    """Fetch trials from ClinicalTrials.gov into the local store (needs the network)."""
    log:
        "logs/fetch_trials.log",
    conda:
        "../envs/python.yaml"
    resources:
        mem_mb=2000,
        runtime=240,
    params:
        code=CODE,
        settings=config["trials"],
        words=TRIAL_WORDS,
    script:
        "../scripts/fetch_trials.py"


rule match_trials:
    """Hold a case against every trial: open to it, barred, or what to find out."""
    input:
        events="results/{case}/events.tsv",
        interpretation="results/{case}/interpretation.json",
        tumors=TUMORS,
        store=config["trials"]["store"] or [],
    output:
        trials="results/{case}/trials.json",
    log:
        "logs/{case}/match_trials.log",
    benchmark:
        "benchmarks/{case}/match_trials.tsv"
    conda:
        "../envs/python.yaml"
    resources:
        mem_mb=1000,
        runtime=15,
    params:
        code=CODE,
        case=case_to_interpret,
        knowledge_version=KNOWLEDGE_VERSION,
        trials_version=TRIALS_VERSION,
        settings={
            "knowledge": config["knowledge"]["base"],
            "interpretation": config["interpretation"],
            "report_date": REPORT_DATE,
            "curated": CURATED_TRIALS,
            "store": config["trials"]["store"],
            "max_status_age": config["trials"]["max_status_age"],
        },
    script:
        "../scripts/match_trials.py"
