"""Load the config and the sample sheet, once, and check both."""

import gc
import os
import sys
from pathlib import Path

ROOT = Path(workflow.basedir)
sys.path.insert(0, str(ROOT / "scripts"))
# The tools of `make setup` come first on the path; under --sdm conda an environment's own do.
os.environ["PATH"] = f"{ROOT}/.tools/bin{os.pathsep}{os.environ['PATH']}"

from consilium import fingerprint
from consilium.clinical import read_clinical
from consilium.configuration import check_config
from consilium.genome import genome_megabases
from consilium.samples import name_pattern, read_sheet

check_config(config, ROOT, workflow.configfiles)
SHEET = read_sheet(config["samples"], config)
CLINICAL = read_clinical(config["clinical"], SHEET)
# In a graph of thousands of jobs nothing is garbage: not looking for it saves up to a quarter.
gc.freeze()
gc.set_threshold(200_000, 100, 1000)

# Snakemake reruns a rule when its script changes, not when what the script imports
# does. A rule that names this as a param reruns for both.
CODE = fingerprint()
FORMAT = config["alignment"]["format"]
GENOME_MB = genome_megabases(config["reference"]["genome"])
# What a laboratory asks for itself is looked for in the reads like what the bundled base asks for.
HOUSE = [s["folder"] for s in config["knowledge"]["sources"] if s["kind"] == "house"]
BASES = [config["knowledge"]["base"], *HOUSE]
KNOWLEDGE = sorted(str(p) for base in BASES for p in Path(base).rglob("*.*"))
# The same as one word, for the rules of each case: thousands of jobs times these files cost minutes.
KNOWLEDGE_VERSION = [fingerprint(Path(base)) for base in BASES]
SOURCES_VERSION = [fingerprint(Path(source["folder"])) for source in config["knowledge"]["sources"]]


wildcard_constraints:
    case=r"[A-Za-z0-9._-]+",
    sample=name_pattern(SHEET.samples),
    caller="|".join(config["callers"]),
    assay="|".join(config["assays"]),
    lane=r"[A-Za-z0-9._-]+",
    piece=r"\d+",


def alignment(sample):
    """The alignments of a sample: its own from the sheet, or those we make."""
    unit = SHEET.unit(sample)
    case = SHEET.case_of(sample)
    return unit.bam or unit.cram or f"results/{case}/reads/{sample}.{FORMAT}"


def tumor_alignment(wildcards):
    """The tumour's alignments; none when it starts at variants."""
    starts_later = SHEET.start(wildcards.sample) in {"variants", "events"}
    return [] if starts_later else [alignment(wildcards.sample)]


def normal_alignment(wildcards):
    """The matched normal's alignments, or none."""
    normal = SHEET.normal(wildcards.case)
    return [alignment(normal)] if normal else []
