"""What `snakemake doctor` looks at before any job; another check is another entry of CHECKS."""

from collections.abc import Callable

from consilium.checks import alignments, contigs, fastq, files, intervals, machine, tables
from consilium.checks.run import Findings, Run

CHECKS: dict[str, Callable[[Run], Findings]] = {
    "files of the sheet": files.check_sheet_files,
    "each file given once": files.check_same_file,
    "reference files and indexes": files.check_reference_files,
    "aligner index": files.check_aligner_index,
    "targets": files.check_targets,
    "knowledge base": files.check_knowledge_files,
    "trials": files.check_trials,
    "genome": contigs.check_genome,
    "FASTQ records": fastq.check_fastq,
    "mates": fastq.check_mates,
    "alignment indexes": files.check_alignment_indexes,
    "alignments": alignments.check_alignments,
    "normals told from tumours": alignments.check_names,
    "contigs": contigs.check_contigs,
    "intervals": intervals.check_targets,
    "variant and event tables": tables.check_tables,
    "tools": machine.check_tools,
    "tools of outputs asked for": machine.check_wanted,
    "disk": machine.check_disk,
    "memory": machine.check_memory,
}
