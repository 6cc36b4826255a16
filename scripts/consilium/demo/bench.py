"""One deep tumour-normal case to measure speed and accuracy with."""

from typing import Any

import numpy as np

from consilium.demo.cases import Sample, Truth, World, samples_of
from consilium.demo.facts import CaseFacts, Sequencing
from consilium.demo.models import Allele, left_align
from consilium.demo.reads import Carried

LONGEST_INDEL = 15
APART = 150  # bases between two planted changes, so that each is found or missed by itself


def bench_samples(settings: dict[str, Any], pairs: int, world: World) -> list[Sample]:
    """Tumour and normal with `pairs` pairs of reads in all."""
    lanes = Sequencing(depth=0, lanes=("L001", "L002"))
    case = CaseFacts(
        name=settings["case"],
        tumor_type=settings["tumor_type"],
        sex="female",
        purity=settings["purity"],
        tumor=lanes,
        normal=lanes,
        variants=(),
    )
    tumor, normal = samples_of(case, settings["seed"], world)
    of_tumor = round(pairs * settings["tumor_share"])
    planted = _somatic(settings, world, {(t.chrom, t.pos) for t in tumor.truth})
    rng = np.random.default_rng([settings["seed"], 4])
    carried, truth = list(tumor.library.carried), list(tumor.truth)
    for allele in planted:
        vaf = round(float(rng.uniform(*settings["vaf"])), 3)
        carried.append(Carried(allele, 2 * vaf, 0.0))
        truth.append(_truth(allele, vaf, tumor))
    return [
        tumor.redrawn(
            pairs=of_tumor,
            duplicates=settings["duplicates"],
            carried=tuple(carried),
            truth=tuple(truth),
        ),
        normal.redrawn(
            pairs=pairs - of_tumor,
            duplicates=settings["duplicates"],
            carried=normal.library.carried,
            truth=normal.truth,
        ),
    ]


def _truth(allele: Allele, vaf: float, sample: Sample) -> Truth:
    return Truth(
        case=sample.case.name,
        sample=sample.name,
        chrom=allele.chrom,
        pos=allele.pos,
        ref=allele.ref,
        alt=allele.alt,
        gene=None,
        transcript=None,
        hgvs_c=None,
        hgvs_p=None,
        vaf=vaf,
        origin="somatic",
    )


def _somatic(settings: dict[str, Any], world: World, taken: set[tuple[str, int]]) -> list[Allele]:
    """Random changes on the panel, apart from each other and from what is there."""
    rng = np.random.default_rng([settings["seed"], 3])
    weights = np.array([end - start for _, start, end, _ in world.targets], dtype=float)
    planted: list[Allele] = []
    while len(planted) < settings["somatic"]:
        chrom, start, end, _ = world.targets[rng.choice(len(weights), p=weights / weights.sum())]
        at = int(rng.integers(start, end))
        allele = _draw(chrom, at, settings["indels"], world, rng)
        near = taken | {(other.chrom, other.pos) for other in planted}
        if all(c != chrom or abs(allele.pos - pos) > APART for c, pos in near):
            planted.append(allele)
    return planted


def _draw(chrom: str, at: int, indels: float, world: World, rng: np.random.Generator) -> Allele:
    fetch = world.genome.fetch
    reference = fetch(chrom, at, at + 1)
    if rng.random() >= indels:
        others = [base for base in "ACGT" if base != reference]
        return Allele(chrom, at + 1, reference, str(rng.choice(others)))
    length = int(rng.integers(1, LONGEST_INDEL + 1))
    if rng.random() < 0.5:
        return left_align(chrom, at, fetch(chrom, at, at + length), "", fetch)
    added = "".join(rng.choice(list("ACGT"), size=length))
    return left_align(chrom, at, "", added, fetch)
