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
    planted = [_place(variant, world.genome) for variant in case.variants]
    sites = {(allele.chrom, allele.pos) for _, allele in planted}
    rng = np.random.default_rng([world.settings["seed"], 2, number])
    germline = [
        (None, Carried(allele, float(a), float(b)))
        for allele, a, b in draw_genotypes(world.polymorphisms, rng)
        if (allele.chrom, allele.pos) not in sites
    ]
    germline += [
        (variant, Carried(allele, 1.0, float(variant.zygosity == "hom")))
        for variant, allele in planted
        if variant.origin == "germline"
    ]
    somatic = [
        (variant, _somatic(variant, allele, case, world.genome))
        for variant, allele in planted
        if variant.origin == "somatic"
    ]
    samples = [_sample(case, "tumor", case.tumor, 2 * number, germline + somatic, world)]
    if case.normal:
        samples.append(_sample(case, "normal", case.normal, 2 * number + 1, germline, world))
    return samples


def _place(variant: PlantedVariant, genome: Genome) -> tuple[PlantedVariant, Allele]:
    return variant, genome.gene(variant.gene).allele(variant.c, genome.fetch)


def _somatic(variant: PlantedVariant, allele: Allele, case: CaseFacts, genome: Genome) -> Carried:
    if variant.vaf is None:
        raise ValueError(f"{case.name}: {variant.gene} {variant.c} is somatic and has no vaf")
    share = variant.vaf / _share_of_a(allele, case, genome)
    if share > 1:
        raise ValueError(f"{case.name}: {variant.gene} {variant.c} exceeds its haplotype")
    return Carried(allele, share, 0.0)


def _share_of_a(allele: Allele, case: CaseFacts, genome: Genome) -> float:
    for gene, kept in case.loh.items():
        model = genome.gene(gene)
        if allele.chrom == model.chrom and model.start <= allele.pos <= model.end:
            return kept
    return 0.5


def _sample(
    case: CaseFacts,
    role: str,
    sequencing: Sequencing,
    seed: int,
    carried: list[tuple[PlantedVariant | None, Carried]],
    world: World,
) -> Sample:
    name = f"{case.name}-{role[0].upper()}"
    loh = case.loh if role == "tumor" else {}
    models = [(world.genome.gene(gene), kept) for gene, kept in loh.items()]
    library = Library(
        name=name,
        seed=seed,
        carried=tuple(c for _, c in carried),
        targets=tuple((chrom, start, end) for chrom, start, end, _ in world.targets),
        kept=tuple((m.chrom, m.start - 1000, m.end + 1000, kept) for m, kept in models),
        dropout=case.dropout,
        duplicates=world.settings["duplicates"],
        depth=sequencing.depth,
    )
    truth = []
    for variant, entry in carried:
        share = _share_of_a(entry.allele, case, world.genome) if role == "tumor" else 0.5
        truth.append(_truth(case.name, name, variant, entry, share, world.genome))
    return Sample(case, name, role, sequencing, library, tuple(truth))


def _truth(
    case: str,
    sample: str,
    variant: PlantedVariant | None,
    carried: Carried,
    share_of_a: float,
    genome: Genome,
) -> Truth:
    allele = carried.allele
    return Truth(
        case=case,
        sample=sample,
        chrom=allele.chrom,
        pos=allele.pos,
        ref=allele.ref,
        alt=allele.alt,
        gene=variant.gene if variant else None,
        transcript=genome.gene(variant.gene).facts.transcript if variant else None,
        hgvs_c=variant.c if variant else None,
        hgvs_p=variant.p if variant else None,
        vaf=round(carried.on_a * share_of_a + carried.on_b * (1 - share_of_a), 4),
        origin=variant.origin if variant else "polymorphism",
    )
