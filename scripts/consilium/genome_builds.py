"""Names of genome builds, as the tools that write them spell them."""

BUILDS = {
    **dict.fromkeys(("37", "hg19", "b37", "grch37"), "GRCh37"),
    **dict.fromkeys(("38", "hg38", "b38", "grch38"), "GRCh38"),
}


def build_named(cell: str) -> str:
    """The genome build of a cell NCBI_Build, patch left out; a word that is none as it stands."""
    stem = cell.strip().partition(".")[0]
    return BUILDS.get(stem.lower(), stem)
