"""From invented patients to libraries, sample sheet, clinical facts and truth."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from consilium.demo.facts import CaseFacts, PlantedVariant, Sequencing
from consilium.demo.genome import Genome
from consilium.demo.models import Allele
from consilium.demo.population import Polymorphism, draw_genotypes
from consilium.demo.reads import Carried, Library
from consilium.demo.reference import Region

LOH_MARGIN = 1000  # bases beside a gene that are lost with it


@dataclass(frozen=True, slots=True)
class Truth:
    """One planted change of one sample; `vaf` is the expected share of fragments."""

    case: str
    sample: str
    chrom: str
    pos: int
    ref: str
    alt: str
    gene: str | None
    transcript: str | None
    hgvs_c: str | None
    hgvs_p: str | None
    vaf: float
    origin: str  # somatic | germline | polymorphism


@dataclass(frozen=True, slots=True)
class Change:
    """What a patient carries, and how a case's table calls it (None: a polymorphism)."""

    variant: PlantedVariant | None
    carried: Carried


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample of a case, ready to be drawn."""

    case: CaseFacts
    name: str
    role: str
    sequencing: Sequencing
    library: Library
    truth: tuple[Truth, ...]

    @property
    def lanes(self) -> tuple[str, ...]:
        """Names of its lanes."""
        return self.sequencing.lanes

    def redrawn(
        self, pairs: int, duplicates: float, carried: tuple[Carried, ...], truth: tuple[Truth, ...]
    ) -> "Sample":
        """The same sample with a number of pairs instead of a depth, and other changes."""
        library = replace(
            self.library, depth=None, pairs=pairs, duplicates=duplicates, carried=carried
        )
        return replace(self, library=library, truth=truth)


@dataclass(frozen=True, slots=True)
class World:
    """What all cases share."""

    genome: Genome
    polymorphisms: tuple[Polymorphism, ...]
    targets: tuple[Region, ...]
    settings: dict[str, Any]  # of the reads


def samples_of(case: CaseFacts, number: int, world: World) -> list[Sample]:
    """The tumour and, where there is one, the normal of a case."""
    changes = [_planted(variant, case, world.genome) for variant in case.variants]
    sites = {(change.carried.allele.chrom, change.carried.allele.pos) for change in changes}
    rng = np.random.default_rng([world.settings["seed"], 2, number])
    born = [
        Change(None, Carried(allele, float(a), float(b)))
        for allele, a, b in draw_genotypes(world.polymorphisms, rng)
        if (allele.chrom, allele.pos) not in sites
    ]
    born += [c for c in changes if c.variant and c.variant.origin == "germline"]
    acquired = [c for c in changes if c.variant and c.variant.origin == "somatic"]
    samples = [_sample(case, "tumor", number, born + acquired, world)]
    if case.normal:
        samples.append(_sample(case, "normal", number, born, world))
    return samples


def _planted(variant: PlantedVariant, case: CaseFacts, genome: Genome) -> Change:
    """Germline changes lie on haplotype A, or on both; somatic ones on some molecules of A."""
    allele = genome.gene(variant.gene).allele(variant.c, genome.fetch)
    if variant.origin == "germline":
        return Change(variant, Carried(allele, 1.0, float(variant.zygosity == "hom")))
    if variant.vaf is None:
        raise ValueError(f"{case.name}: {variant.gene} {variant.c} is somatic and has no vaf")
    share = variant.vaf / _share_of_a(allele, case, genome)
    if share > 1:
        raise ValueError(f"{case.name}: {variant.gene} {variant.c} exceeds its haplotype")
    return Change(variant, Carried(allele, share, 0.0))


def _lost(case: CaseFacts, genome: Genome) -> tuple[tuple[str, int, int, float], ...]:
    """Where the tumour lost a haplotype, and the share of the one it kept."""
    models = [(genome.gene(gene), kept) for gene, kept in case.loh.items()]
    return tuple((m.chrom, m.start - LOH_MARGIN, m.end + LOH_MARGIN, kept) for m, kept in models)


def _share_of_a(allele: Allele, case: CaseFacts, genome: Genome) -> float:
    for chrom, start, end, kept in _lost(case, genome):
        if allele.chrom == chrom and start < allele.pos <= end:
            return kept
    return 0.5


def _sample(case: CaseFacts, role: str, number: int, changes: list[Change], world: World) -> Sample:
    sequencing = case.tumor if role == "tumor" else case.normal
    if sequencing is None:
        raise ValueError(f"{case.name} has no {role}")
    name = f"{case.name}-{role[0].upper()}"
    library = Library(
        name=name,
        seed=2 * number + (role == "normal"),
        carried=tuple(change.carried for change in changes),
        targets=tuple((chrom, start, end) for chrom, start, end, _ in world.targets),
        kept=_lost(case, world.genome) if role == "tumor" else (),
        dropout=case.dropout,
        duplicates=world.settings["duplicates"],
        depth=sequencing.depth,
    )
    truth = tuple(_truth(change, case, role, world.genome) for change in changes)
    return Sample(case, name, role, sequencing, library, truth)


def _truth(change: Change, case: CaseFacts, role: str, genome: Genome) -> Truth:
    variant, allele = change.variant, change.carried.allele
    share_of_a = _share_of_a(allele, case, genome) if role == "tumor" else 0.5
    return Truth(
        case=case.name,
        sample=f"{case.name}-{role[0].upper()}",
        chrom=allele.chrom,
        pos=allele.pos,
        ref=allele.ref,
        alt=allele.alt,
        gene=variant.gene if variant else None,
        transcript=genome.gene(variant.gene).facts.transcript if variant else None,
        hgvs_c=variant.c if variant else None,
        hgvs_p=variant.p if variant else None,
        vaf=round(change.carried.on_a * share_of_a + change.carried.on_b * (1 - share_of_a), 4),
        origin=variant.origin if variant else "polymorphism",
    )
