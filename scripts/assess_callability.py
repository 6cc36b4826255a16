"""Say of every actionable feature whether a sample could have shown it, and whether it did."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from consilium.callability import (
    PURE_COPIES,
    Assay,
    Depths,
    Settings,
    blind,
    by_feature,
    judge,
    measure,
    not_assessed,
)
from consilium.events import event_of_variant
from consilium.evidence import DepthRun, Locus
from consilium.job import job
from consilium.knowledge import Knowledge, Leaf, parse_profile, read_bases
from consilium.matching.findings import read_finding
from consilium.matching.small import Answer, matches_place
from consilium.records import Callability, Variant
from consilium.tables import read_rows, write_rows
from consilium.targets import read_targets

READ = {"reads", "alignments"}  # where a sample starts that has depth
OTHER: dict[str | None, set[str]] = {  # origins that are not what a feature asks for
    None: set(),
    "germline": {"SOMATIC", "POSSIBLE_CH"},
    "somatic": {"GERMLINE", "LIKELY_GERMLINE"},
}
SKIPPED = ("part of", "outside the targets")  # filtered rows that leave no doubt at a feature


@dataclass(frozen=True, slots=True)
class Sample:
    """One tumour sample."""

    sample: str
    starts_at: str  # reads | alignments | variants | events
    purity: float | None
    depths: str | None


@dataclass(frozen=True, slots=True)
class Case:
    """What the tables do not say."""

    samples: list[Sample]
    assay: str
    event_classes: list[str]
    consent_germline: bool | None


def shows(leaf: Leaf, row: Variant, base: Knowledge) -> Answer:
    """Whether a variant is what a feature asks for, from where it is asked for."""
    if row.gene != leaf.gene or row.origin in OTHER[leaf.origin]:
        return Answer.NO
    if leaf.kind == "wild_type":
        leaf = Leaf("codon", leaf.gene, codons=leaf.codons)
    return matches_place(leaf, read_finding(event_of_variant(row), base), base)


def assess_feature(
    found: Callability, variants: Sequence[Variant], base: Knowledge, fraction: float
) -> Callability:
    """The state by depth, corrected by what was seen at the feature.

    What was found is PRESENT whatever the depth; what may be the feature, and a change that was
    filtered but may be present in a clonal fraction, makes ABSENT a guess.
    """
    leaf = parse_profile(found.feature)
    if not isinstance(leaf, Leaf) or found.scope != "required":
        return found
    answers = [(row, shows(leaf, row, base)) for row in variants]
    held = [(row, answer) for row, answer in answers if answer is not Answer.NO]
    believed = [(row, answer) for row, answer in held if row.status == "BELIEVED"]
    for row, answer in believed:
        if answer is Answer.YES:
            return replace(found, state="PRESENT", reason=f"{_name(row)} was found")
    for row, _ in believed:
        reason = f"{_name(row)} was found and may be {found.feature}, but its name does not tell"
        return replace(found, state="INDETERMINATE", reason=reason)
    for row, _ in held if found.state == "ABSENT" else ():
        doubtful = not any(reason.startswith(SKIPPED) for reason in row.reasons)
        if doubtful and (row.vaf_high or 0) >= fraction:
            told = f"{_name(row)} was seen in {row.tumor_alt} of {row.tumor_depth} fragments"
            reason = f"{told} but not believed: {'; '.join(row.reasons)}"
            return replace(found, state="INDETERMINATE", reason=reason)
    return found


def untold(found: Callability, consent: bool | None) -> Callability:
    """A negative about inherited changes, which nobody may read off without consent."""
    leaf = parse_profile(found.feature)
    germline = isinstance(leaf, Leaf) and leaf.origin == "germline"
    if consent is True or not germline or found.state in {"PRESENT", "NOT_ASSESSED"}:
        return found
    state = "INDETERMINATE" if found.scope == "gene" else "NOT_ASSESSED"
    return replace(found, state=state, reason=f"not told without consent; {found.reason}")


def _name(row: Variant) -> str:
    return row.hgvs_p or row.hgvs_c or row.hgvs_g


def in_words(found: Callability, consent: bool | None, variants: Sequence[Variant]) -> Callability:
    """A gene-wide feature's sentence: what was found, in how much of the gene."""
    if found.scope != "gene" or found.state == "NOT_ASSESSED":
        return found
    leaf = parse_profile(found.feature)
    asked = leaf.origin if isinstance(leaf, Leaf) else None
    if asked == "germline" and consent is not True:
        return found
    names = [
        _name(row)
        for row in variants
        if row.gene == found.gene and row.status == "BELIEVED" and _coding(row)
        if row.origin not in OTHER[asked]
    ]
    looked = "change" if asked is None and consent is True else f"{asked or 'somatic'} change"
    head = f"found: {', '.join(names)}" if names else f"no {looked} found"
    return replace(found, reason=f"{head}; {found.reason}")


def _coding(row: Variant) -> bool:
    terms = set((row.consequence or "").split("&"))
    quiet = {"synonymous_variant", "intron_variant", "upstream_gene_variant"}
    return bool(terms) and not terms <= {*quiet, "3_prime_UTR_variant", "5_prime_UTR_variant"}


def assess_sample(
    sample: Sample, loci: Iterable[Locus], assay: Assay, settings: Settings
) -> Iterator[Callability]:
    """Every feature's state by depth alone."""
    late = f"the sample starts at {sample.starts_at}: what its assay could see is not known"
    depths = Depths(read_rows(sample.depths, DepthRun)) if sample.depths else None
    for places in by_feature(loci).values():
        if depths is None:
            yield not_assessed(sample.sample, places[0], late)
        elif reason := blind(places, assay):
            yield not_assessed(sample.sample, places[0], reason)
        else:
            measured = measure(places, depths, assay.targets)
            yield judge(sample.sample, places, measured, assay, settings)


@dataclass(frozen=True, slots=True)
class Inputs:
    """Tables of one case."""

    loci: str
    variants: str
    targets: str | None
    target_padding: int
    knowledge: Sequence[str]  # folders


def main(inputs: Inputs, callability: str, case: Case, settings: Settings) -> None:
    """From loci, depth and variants to callability.tsv."""
    base = read_bases(inputs.knowledge)
    loci = list(read_rows(inputs.loci, Locus))
    variants = list(read_rows(inputs.variants, Variant))
    targets = read_targets(inputs.targets, inputs.target_padding)
    rows = []
    for sample in case.samples:
        purity = sample.purity or settings.assumed_purity
        assay = Assay(
            name=case.assay,
            event_classes=tuple(case.event_classes),
            targets=targets,
            purity=purity,
            purity_source="sheet" if sample.purity else "assumed",
        )
        own = [row for row in variants if row.sample == sample.sample]
        for found in assess_sample(sample, loci, assay, settings):
            state = assess_feature(found, own, base, purity / PURE_COPIES)
            told = in_words(state, case.consent_germline, own)
            rows.append(untold(told, case.consent_germline))
    write_rows(callability, Callability, rows)


if __name__ == "__main__":
    with job() as snakemake:
        files = iter(snakemake.input.depths)
        samples = [
            Sample(**sample, depths=next(files) if sample["starts_at"] in READ else None)
            for sample in snakemake.params.samples
        ]
        main(
            inputs=Inputs(
                loci=snakemake.input.loci,
                variants=snakemake.input.variants,
                targets=next(iter(snakemake.input.get("targets", [])), None),
                target_padding=snakemake.params.target_padding,
                knowledge=snakemake.params.knowledge,
            ),
            callability=snakemake.output.callability,
            case=Case(samples=samples, **snakemake.params.case),
            settings=Settings(**snakemake.params.settings),
        )
