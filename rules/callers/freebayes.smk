"""freebayes in pooled mode: a second opinion, quick on a panel, with no model of a normal.

Its QUAL means nothing for a mixture; `consilium.callers.freebayes` judges its records by their reads.
"""


rule call_freebayes:
    """Call a case inside its regions with freebayes."""
    input:
        reads=tumor_alignment,
        normal=normal_alignment,
        reference=config["reference"]["genome"],
        regions=regions_of_case,
    output:
        vcf="results/{case}/calls/{sample}.freebayes.vcf.gz",
        index="results/{case}/calls/{sample}.freebayes.vcf.gz.tbi",
    log:
        "logs/{case}/call_freebayes.{sample}.log",
    benchmark:
        "benchmarks/{case}/call_freebayes.{sample}.tsv"
    conda:
        "../../envs/call_freebayes.yaml"
    resources:
        mem_mb=2000,
        runtime=1440,
    params:
        min_vaf=config["freebayes"]["min_vaf"],
        min_alt_reads=config["freebayes"]["min_alt_reads"],
    shell:
        r"""
        exec 2>{log:q}
        freebayes -f {input.reference:q} -t {input.regions:q} --pooled-continuous \
            --pooled-discrete -F {params.min_vaf} -C {params.min_alt_reads} -m 20 -q 20 \
            {input.reads:q} {input.normal:q} \
            | bcftools norm -f {input.reference:q} -m -any -Oz -o {output.vcf:q} -
        bcftools index --tbi {output.vcf:q}
        """
