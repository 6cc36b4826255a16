"""Say what the findings of a case mean.

In:  events.tsv, the knowledge base, tumour types, clinical facts
Out: results/{case}/interpretation.json, results/{case}/therapies.tsv
     prepared/knowledge.txt: what is wrong with the knowledge base, if anything
"""

from dataclasses import asdict
from datetime import date

# An input like any other: what regulators had decided by this day, and how old sources are.
REPORT_DATE = config["report_date"] or date.today().isoformat()
TUMORS = ROOT / "resources" / "tumors.tsv"


def case_to_interpret(wildcards):
    """What sheet and clinical table say of a case."""
    case = wildcards.case
    purities = [SHEET.purity(sample) for sample in SHEET.tumors(case)]
    return {
        "case": case,
        "tumor": SHEET.tumor_type(case),
        "sex": SHEET.sex(case),
        "purity": min((purity for purity in purities if purity), default=None),
        "clinical": asdict(CLINICAL[case]),
    }


def models_if_there(_):
    """Gene models and genome, where both have been fetched."""
    files = [config["reference"][name] for name in ("gene_models", "genome")]
    return files if all(Path(file).exists() for file in files) else []


rule check_knowledge:
    """Look for mistakes in the knowledge base: grammar, codes, genes, codons, drugs, dates."""
    input:
        knowledge=KNOWLEDGE,
        tumors=TUMORS,
        models=models_if_there,
    output:
        checked="prepared/knowledge.txt",
    log:
        "logs/check_knowledge.log",
    benchmark:
        "benchmarks/check_knowledge.tsv"
    conda:
        "../envs/python.yaml"
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        code=CODE,
        report_date=REPORT_DATE,
        settings=config["knowledge"],
    script:
        "../scripts/check_knowledge.py"


rule import_knowledge:
    """Read the releases and house rules of knowledge.sources into bases of their own."""
    log:
        "logs/import_knowledge.log",
    conda:
        "../envs/python.yaml"
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        code=CODE,
        settings=config["knowledge"],
        tumors=str(TUMORS),
        diseases=str(ROOT / "resources" / "diseases.tsv"),
    script:
        "../scripts/import_knowledge.py"


rule interpret_case:
    """Match a case's findings to the knowledge base and tier what follows."""
    input:
        events="results/{case}/events.tsv",
        tumors=TUMORS,
    output:
        interpretation="results/{case}/interpretation.json",
        therapies="results/{case}/therapies.tsv",
    log:
        "logs/{case}/interpret_case.log",
    benchmark:
        "benchmarks/{case}/interpret_case.tsv"
    conda:
        "../envs/python.yaml"
    resources:
        mem_mb=1000,
        runtime=15,
    params:
        code=CODE,
        case=case_to_interpret,
        knowledge_version=KNOWLEDGE_VERSION,
        sources_version=SOURCES_VERSION,
        settings={
            "regions": config["regions"],
            "report_date": REPORT_DATE,
            "knowledge": config["knowledge"],
            "interpretation": config["interpretation"],
        },
    script:
        "../scripts/interpret_case.py"
