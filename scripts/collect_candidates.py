"""Collect what callers claim of a case, and join changes that lie on the same molecules."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pysam

from consilium.calls import read_calls
from consilium.claims import Claim
from consilium.counting import Limits, clusters, observe, tally
from consilium.evidence import Candidate, Unplaced
from consilium.genes import Transcript, read_transcripts
from consilium.job import job
from consilium.lifting import NO_LIFT, Ground, Lift, read_lift
from consilium.phasing import CIS, TRANS, compare, components, joinable, pairs, relation
from consilium.tables import write_rows
from consilium.vcf import Allele, atoms, combine, write_alleles


@dataclass(frozen=True, slots=True)
class Settings:
    """Config key `counting`."""

    min_base_quality: int
    min_mapping_quality: int
    join_distance: int
    join_min_fraction: float
    join_min_fragments: int

    @property
    def limits(self) -> Limits:
        """Which reads count."""
        return Limits(self.min_base_quality, self.min_mapping_quality)


@dataclass(frozen=True, slots=True)
class Sources:
    """What every sample's claims are judged against."""

    genome: pysam.FastaFile
    transcripts: Mapping[str, list[Transcript]]  # by contig
    settings: Settings
    lift: Lift = NO_LIFT


Filters = dict[str, tuple[str, ...]]  # caller -> filters met
Relations = dict[tuple[Allele, Allele], str]


def gather_claims(claims: Iterable[Claim]) -> dict[Allele, Filters]:
    """Claims by allele; a change of several bases counts for each of its single-base changes.

    Where a caller wrote an allele twice, the record with fewer filters stands.
    """
    found: dict[Allele, Filters] = defaultdict(dict)
    for claim in claims:
        for allele in atoms(claim.allele):
            filters = found[allele].get(claim.caller)
            if filters is None or len(claim.filters) < len(filters):
                found[allele][claim.caller] = claim.filters
    return dict(found)


def relations_of_reads(
    reads: pysam.AlignmentFile, alleles: list[Allele], sources: Sources
) -> Relations:
    """How neighbouring changes lie to each other on the fragments of one sample."""
    settings = sources.settings
    found: Relations = {}
    near = {allele for pair in pairs(alleles) for allele in pair}
    for group in clusters(near):
        seen = observe(reads, sources.genome, group, settings.limits)
        enough = [a for a in group if tally(a, seen[a]).alt >= settings.join_min_fragments]
        for first, second in pairs(enough):
            pair = compare(seen[first], seen[second], (first, second))
            found[first, second] = relation(
                pair, settings.join_min_fraction, settings.join_min_fragments
            )
    return found


def relations_of_calls(claims: Iterable[Claim]) -> Relations:
    """The same from the phase sets of a VCF, for samples without reads."""
    haplotypes = {a: c.haplotype for c in claims for a in atoms(c.allele)}
    haplotypes.update(
        {a: str(c.allele) for c in claims if c.allele.kind == "MNV" for a in atoms(c.allele)}
    )
    phased = sorted(allele for allele, name in haplotypes.items() if name)
    found: Relations = {}
    for first, second in pairs(phased):
        one, other = str(haplotypes[first]), str(haplotypes[second])
        if one == other:
            found[first, second] = CIS
        elif one.rsplit(":", 1)[0] == other.rsplit(":", 1)[0]:
            found[first, second] = TRANS
    return found


def join(
    claimed: Mapping[Allele, Filters], relations: Relations, sources: Sources
) -> dict[Allele, list[Allele]]:
    """The joined alleles and their parts."""
    distance, transcripts = sources.settings.join_distance, sources.transcripts
    linked = {
        (first, second)
        for (first, second), name in relations.items()
        if name == CIS and joinable(first, second, distance, transcripts)
    }
    touched = sorted({allele for pair in linked for allele in pair})
    joined: dict[Allele, list[Allele]] = {}
    for parts in components(touched, linked):
        if all(one.end < other.pos for one, other in pairwise(parts)):
            joined[combine(parts, sources.genome)] = parts
    return joined


def phase_sets(relations: Relations, alleles: Iterable[Allele]) -> dict[Allele, str]:
    """A name for every group of changes in cis; changes known to be in trans have other names.

    Names are numbers: the place of a change that may be withheld must not stand in them.
    """
    cis = {pair for pair, name in relations.items() if name == CIS}
    known = {a for pair, name in relations.items() if name in {CIS, TRANS} for a in pair}
    chosen = sorted(known & set(alleles))
    groups = components(chosen, {pair for pair in cis if set(pair) <= set(chosen)})
    return {allele: f"P{n}" for n, group in enumerate(groups, start=1) for allele in group}


def candidates(
    sample: str, claimed: Mapping[Allele, Filters], relations: Relations, sources: Sources
) -> Iterator[Candidate]:
    """The rows of one tumour sample, joined alleles beside their parts."""
    joined = join(claimed, relations, sources)
    part_of = {part: whole for whole, parts in joined.items() for part in parts}
    phases = phase_sets(relations, claimed)
    for allele in sorted({*claimed, *joined}):
        parts = joined.get(allele, [])
        filters = dict(claimed.get(allele, {}))
        for caller, union in _shared_filters(parts, claimed).items():
            filters.setdefault(caller, union)
        whole = part_of.get(allele)
        yield Candidate(
            sample=sample,
            chrom=allele.chrom,
            pos=allele.pos,
            ref=allele.ref,
            alt=allele.alt,
            callers=tuple(sorted(caller for caller, names in filters.items() if not names)),
            filters=tuple(
                f"{caller}:{';'.join(names) or 'PASS'}" for caller, names in sorted(filters.items())
            ),
            joined_from=tuple(map(str, parts)),
            part_of=str(whole) if whole else None,
            phase_set=phases.get(parts[0] if parts else allele),
        )


def _shared_filters(parts: Sequence[Allele], claimed: Mapping[Allele, Filters]) -> Filters:
    """For each caller that wrote every part, the filters that any part met."""
    if not parts:
        return {}
    callers = set.intersection(*(set(claimed[part]) for part in parts))
    return {
        caller: tuple(sorted({name for part in parts for name in claimed[part][caller]}))
        for caller in callers
    }


def by_contig(transcripts: Mapping[str, list[Transcript]]) -> dict[str, list[Transcript]]:
    """Transcripts by contig instead of by gene."""
    found: dict[str, list[Transcript]] = defaultdict(list)
    for transcript in (t for of_gene in transcripts.values() for t in of_gene):
        found[transcript.chrom].append(transcript)
    return dict(found)


@dataclass(frozen=True, slots=True)
class Tumor:
    """One tumour sample and its files."""

    sample: str
    normal: str | None
    calls: Mapping[str, str]  # caller -> VCF
    reads: str | None


def sample_candidates(
    tumor: Tumor, genome: str, sources: Sources
) -> tuple[list[Candidate], list[Unplaced]]:
    """All candidates of one tumour sample, and the claims that have no place on the genome."""
    ground = Ground(sources.genome, sources.lift)
    claims = [
        claim
        for caller, path in tumor.calls.items()
        for claim in read_calls(path, caller, tumor.sample, tumor.normal, ground)
    ]
    unplaced = [unplaced_row(tumor.sample, claim) for claim in claims if claim.unplaced]
    claims = [claim for claim in claims if not claim.unplaced]
    claimed = gather_claims(claims)
    if tumor.reads:
        with pysam.AlignmentFile(tumor.reads, reference_filename=genome) as reads:
            relations = relations_of_reads(reads, sorted(claimed), sources)
    else:
        relations = relations_of_calls(claims)
    return list(candidates(tumor.sample, claimed, relations, sources)), unplaced


def unplaced_row(sample: str, claim: Claim) -> Unplaced:
    """A claim without a place, as it was written."""
    allele = claim.allele
    where = (allele.chrom, allele.pos, allele.ref or "-", allele.alt or "-")
    return Unplaced(sample, *where, str(claim.unplaced), claim.depth, claim.alt)


@dataclass(frozen=True, slots=True)
class Outputs:
    """Candidates as a table, their alleles as a VCF for the annotator, claims without a place."""

    candidates: str
    sites: str
    unplaced: str


@dataclass(frozen=True, slots=True)
class Reference:
    """The genome, its build, the transcripts, and chain files by the build they lift from."""

    genome: str
    models: str
    build: str
    chains: Mapping[str, str]


def main(
    tumors: Iterable[Tumor], reference: Reference, outputs: Outputs, settings: Settings
) -> None:
    """From the callers' VCFs and the alignments of a case to its candidates."""
    with pysam.FastaFile(reference.genome) as fasta:
        transcripts = by_contig(read_transcripts(reference.models))
        lift = read_lift(reference.build, reference.chains)
        sources = Sources(fasta, transcripts, settings, lift)
        found = [sample_candidates(tumor, reference.genome, sources) for tumor in tumors]
        rows = [row for candidates, _ in found for row in candidates]
        alleles = (Allele(row.chrom, row.pos, row.ref, row.alt) for row in rows)
        write_alleles(outputs.sites, fasta, alleles)
    write_rows(outputs.candidates, Candidate, rows)
    write_rows(outputs.unplaced, Unplaced, (row for _, unplaced in found for row in unplaced))


if __name__ == "__main__":
    with job() as snakemake:
        main(
            tumors=[Tumor(**tumor) for tumor in snakemake.params.tumors],
            reference=Reference(
                genome=snakemake.input.genome,
                models=snakemake.input.models,
                **snakemake.params.builds,
            ),
            outputs=Outputs(**snakemake.output),
            settings=Settings(**snakemake.params.settings),
        )
