"""Look before any job at all that a run needs.

In:  config, sample sheet, clinical table and every file they name
Out: a table on the terminal; exit code 1 where something bars the run
"""


localrules:
    doctor,


rule doctor:
    """Check inputs, references, tools, disk and memory; change nothing."""
    log:
        "logs/doctor.log",
    conda:
        "../envs/python.yaml"
    params:
        code=CODE,
        root=str(ROOT),
        files=workflow.configfiles,
        conda=bool(workflow.deployment_settings.deployment_method),
    script:
        "../scripts/doctor.py"
