"""A case's report in further forms, those that config key `exports` names.

In:  results/{case}/report.json, results/{case}/report.html
Out: results/{case}/report.{export}, an entry of consilium/export
"""

from consilium.export import EXPORTS


rule export_case:
    """Give a case's report in a further form."""
    input:
        report="results/{case}/report.json",
        page="results/{case}/report.html",
    output:
        exported="results/{case}/report.{export}",
    log:
        "logs/{case}/export_case.{export}.log",
    benchmark:
        "benchmarks/{case}/export_case.{export}.tsv"
    wildcard_constraints:
        export="|".join(EXPORTS),
    conda:
        "../envs/python.yaml"
    resources:
        mem_mb=1000,
        runtime=15,
    params:
        code=CODE,
    script:
        "../scripts/export_case.py"
