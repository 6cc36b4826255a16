"""Features that are measured as a whole: biomarkers, protein expression, phase."""

from dataclasses import dataclass

from consilium.knowledge.profiles import Leaf
from consilium.matching import biomarkers
from consilium.matching.biomarkers import Measure
from consilium.matching.findings import Finding
from consilium.matching.kleene import Truth
from consilium.matching.markers import antigen, expression
from consilium.matching.patient import Patient
from consilium.matching.phasing import phase
from consilium.matching.settings import Settings


@dataclass(frozen=True, slots=True)
class Result:
    """The truth of a feature and why. `findings` satisfy it, or may do so."""

    truth: Truth
    sentence: str
    findings: tuple[Finding, ...] = ()
    granularity: str | None = None
    explicit: bool = False  # some row speaks about this feature


def her2(patient: Patient) -> tuple[str, tuple[Finding, ...]] | None:
    """HER2 as the copies of ERBB2 decide it where the stain does not: positive or low.

    A 2+ stain is positive if ERBB2 is amplified and low if it was counted and is not
    (ASCO/CAP 2023); amplification alone makes HER2 positive where nobody stained it.
    """
    value = patient.markers.get("HER2")
    if value not in {None, "2+", "equivocal"}:
        return None
    if amplified := tuple(f for f in patient.by_gene.get("ERBB2", ()) if f.copies == "AMP"):
        return "positive", amplified
    counted = patient.looked_by_gene.get("ERBB2", ())
    normal = any(row.absent and row.leaf.kind == "amplification" for row in counted)
    return ("low", ()) if value == "2+" and normal else None


def stained(leaf: Leaf, patient: Patient) -> Result:
    """Protein expression; copies of ERBB2 settle what the stain of HER2 leaves open."""
    truth = expression(leaf, patient.markers)
    name = antigen(leaf.gene or "")
    settled = her2(patient) if name == "HER2" else None
    if settled and truth is Truth.UNKNOWN and leaf.name in {"positive", "negative", "low"}:
        state, amplified = settled
        held = expression(leaf, {"HER2": state})
        words = "ERBB2 amplification makes HER2 positive"
        if not amplified:
            words = "HER2 is 2+ and ERBB2 is not amplified: low"
        return Result(held, words, amplified, "EXPRESSION", True)
    value = patient.markers.get(name)
    words = f"{name} is {value}" if value else f"{name} was not measured"
    if value and truth is Truth.UNKNOWN:
        words += f", which does not answer {leaf}"
    return Result(truth, words, (), "EXPRESSION", explicit=value is not None)


def phased(leaf: Leaf, patient: Patient) -> Result:
    """Whether the changes of several codons are on one allele (in cis) or on two (in trans)."""
    small = [f for f in patient.by_gene.get(leaf.gene or "", ()) if f.small]
    carried = [[f for f in small if codon in f.codons] for codon in leaf.codons]
    found = tuple(finding for group in carried for finding in group)
    names = " and ".join(finding.label for finding in found)
    phases = {phase(finding) for finding in found}
    if not all(carried):
        return Result(Truth.UNKNOWN, f"{leaf}: not every one of the changes is there")
    if None in phases:
        words = f"{names}: it is not known whether they are on the same allele"
        return Result(Truth.UNKNOWN, words, found, explicit=True)
    together = len(phases) == 1
    held = Truth.TRUE if together is (leaf.kind == "in_cis") else Truth.FALSE
    words = f"{names} are {'on one allele' if together else 'on different alleles'}"
    return Result(held, words, found, "EXACT", explicit=True)


def biomarker(leaf: Leaf, patient: Patient, settings: Settings) -> Result:
    """MSI, mismatch repair, HRD or TMB from every row that measured it."""
    measures = _measures(leaf, patient, settings)
    truths = {measure.truth for measure in measures}
    if not measures:
        return _unmeasured(leaf, patient)
    sentence = "; ".join(measure.sentence for measure in measures)
    if Truth.TRUE in truths and Truth.FALSE in truths:
        return Result(Truth.UNKNOWN, f"results disagree: {sentence}", explicit=True)
    best = Truth.UNKNOWN if truths == {Truth.UNKNOWN} else (truths - {Truth.UNKNOWN}).pop()
    kinds = {"MSI_H": "MSI", "MMR_deficient": "MSI"}
    found = tuple(f for f in patient.findings if f.event.kind == kinds.get(leaf.kind, leaf.kind))
    return Result(best, sentence, found if best is Truth.TRUE else (), "BIOMARKER", explicit=True)


def _unmeasured(leaf: Leaf, patient: Patient) -> Result:
    kinds = {leaf.kind, "MSI_H"} if leaf.kind == "MMR_deficient" else {leaf.kind}
    rows = [row for row in patient.looked_by_gene.get("", ()) if row.leaf.kind in kinds]
    if any(row.absent for row in rows):
        return Result(Truth.FALSE, f"{leaf} was looked for and not found", explicit=True)
    return Result(Truth.UNKNOWN, f"{leaf} was not measured", explicit=bool(rows))


def _measures(leaf: Leaf, patient: Patient, settings: Settings) -> list[Measure]:
    context = patient.context
    if leaf.kind == "TMB":
        events = patient.measured.get("TMB", ())
        return [
            biomarkers.tmb(e, leaf.number or 0, context.clinical.specimen, settings) for e in events
        ]
    if leaf.kind == "HRD":
        return [biomarkers.hrd(event, settings) for event in patient.measured.get("HRD", ())]
    unstable = [
        biomarkers.msi(e, context.purity, settings) for e in patient.measured.get("MSI", ())
    ]
    stain = biomarkers.mismatch_repair(patient.markers)
    if leaf.kind == "MSI_H":
        # Intact repair proteins answer for an MSI that nobody measured; lost ones do not.
        intact = [stain] if stain and stain.truth is Truth.FALSE else []
        return unstable or intact
    return [stain] if stain else unstable
