"""Fetch what the pipeline stands on.

In: config `fetch`: URLs, checksums and kinds. Out: the files it names, indexed, and fetched.sha256 beside them.
"""


rule fetch_reference:
    """Fetch, check and index the reference files that config names (needs the network)."""
    log:
        "logs/prepared/fetch_reference.log",
    conda:
        "../envs/fetch.yaml"
    resources:
        mem_mb=1000 + 2 * GENOME_MB,
        runtime=720,
    params:
        code=CODE,
        settings=config["fetch"],
        aligner=config["aligner"],
    script:
        "../scripts/fetch_reference.py"
