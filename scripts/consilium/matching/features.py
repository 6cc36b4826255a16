"""The truth of one feature in one patient, with the findings and the sentence behind it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from consilium.knowledge.base import Knowledge
from consilium.knowledge.profiles import PHASES, Leaf
from consilium.matching import biomarkers
from consilium.matching.findings import Finding
from consilium.matching.fusions import matches_fusion
from consilium.matching.kleene import Truth, any_of
from consilium.matching.measured import Result, biomarker, phased, stained
from consilium.matching.negatives import Negative, codons_of, excluded
from consilium.matching.patient import Looked, Patient
from consilium.matching.roles import predicted_loss, role
from consilium.matching.settings import Settings
from consilium.matching.small import GRANULARITY, SILENT, Answer, in_set, matches_place

ONCOGENIC = frozenset({"Oncogenic", "Likely oncogenic"})


@dataclass(frozen=True, slots=True)
class Reading:
    """One finding held against one feature."""

    finding: Finding
    truth: Truth
    reason: str
    granularity: str
    other_origin: bool = False  # it fits, but comes from elsewhere than asked


def evaluate_leaf(leaf: Leaf, patient: Patient, base: Knowledge, settings: Settings) -> Result:
    """The truth of a feature: TRUE, FALSE or UNKNOWN, never by silence."""
    if leaf.kind in {"MSI_H", "MMR_deficient", "HRD", "TMB"}:
        return biomarker(leaf, patient, settings)
    if leaf.kind == "expression":
        return stained(leaf, patient)
    if leaf.kind in PHASES:
        return phased(leaf, patient)
    if leaf.kind == "wild_type":
        return _wild_type(leaf, patient, base)
    reader = READERS.get(leaf.kind, _read_small)
    findings = patient.by_gene.get(leaf.gene or "", ())
    readings = [reader(leaf, finding, base, settings) for finding in findings]
    readings = [_with_origin(leaf, reading) for reading in readings if not reading.finding.benign]
    best = any_of(reading.truth for reading in readings)
    if best is Truth.FALSE:
        if other := next((reading for reading in readings if reading.other_origin), None):
            return Result(best, other.reason, (other.finding,), other.granularity, explicit=True)
        return _not_found(leaf, patient, base)
    chosen = [reading for reading in readings if reading.truth is best]
    sentence = "; ".join(reading.reason for reading in chosen)
    if leaf.kind in {"protein", "codon", "exon"} and (clash := excluded(leaf, patient, base)).rows:
        sentence += " (another row says absent)" if clash.truth is Truth.FALSE else ""
    found = tuple(reading.finding for reading in chosen)
    return Result(best, sentence, found, chosen[0].granularity, explicit=True)


def _read_small(leaf: Leaf, finding: Finding, base: Knowledge, settings: Settings) -> Reading:
    answer = matches_place(leaf, finding, base)
    granularity = GRANULARITY.get(leaf.kind, "PROTEIN_CHANGE")
    if answer is Answer.YES:
        return Reading(finding, Truth.TRUE, f"{finding.label} is {leaf}", granularity)
    if answer is Answer.UNSURE:
        reason = finding.unsure or f"{finding.label} may be {leaf}, but does not say so"
        return Reading(finding, Truth.UNKNOWN, reason, granularity)
    return Reading(finding, Truth.FALSE, f"{finding.label} is not {leaf}", granularity)


def _read_whole(leaf: Leaf, finding: Finding, base: Knowledge, settings: Settings) -> Reading:
    """Loss or gain of function, oncogenic, or any mutation of a gene (rule 14)."""
    tests: dict[str, Callable[[Finding, Knowledge], tuple[Truth, str]]] = {
        "loss_of_function": _loss,
        "gain_of_function": _gain,
        "oncogenic": _oncogenic,
        "mutation": _mutation,
    }
    truth, why = tests[leaf.kind](finding, base)
    if truth is Truth.TRUE and finding.unsure:
        truth, why = Truth.UNKNOWN, finding.unsure
    return Reading(finding, truth, f"{finding.label}: {why}", GRANULARITY[leaf.kind])


def _loss(finding: Finding, base: Knowledge) -> tuple[Truth, str]:
    if finding.event.kind == "CNA":
        deleted = finding.copies == "DEL"
        return _truth(deleted), "both copies are deleted" if deleted else "no deletion"
    if not finding.small:
        return Truth.FALSE, "no small variant"
    lost, why = predicted_loss(finding, base)
    if lost or in_set(finding, "loss_of_function", base):
        return Truth.TRUE, why if lost else "the base lists it as loss of function"
    clinvar = (finding.event.clinvar or "").lower().replace("_", " ")
    suppressor = role(finding.gene, base) == "tsg"
    if suppressor and clinvar.startswith(("pathogenic", "likely pathogenic")):
        return Truth.TRUE, f"ClinVar calls it {finding.event.clinvar}"
    if suppressor and finding.direction == "LoF":
        return Truth.TRUE, f"{_label(finding)} in a tumour suppressor"
    return Truth.FALSE, why


def _gain(finding: Finding, base: Knowledge) -> tuple[Truth, str]:
    if not finding.small:
        return Truth.FALSE, "no small variant"
    if finding.direction == "GoF":
        return Truth.TRUE, "it activates the protein"
    unclear = finding.direction == "UNKNOWN" and _label(finding) in ONCOGENIC
    return (Truth.UNKNOWN if unclear else Truth.FALSE), "no gain of function is known"


def _oncogenic(finding: Finding, base: Knowledge) -> tuple[Truth, str]:
    if finding.event.kind == "CNA":
        lost = finding.copies == "DEL"
        driver = lost and role(finding.gene, base) in {"tsg", "both"}
        return _truth(driver), "deletion of a tumour suppressor" if driver else "copy number"
    if not finding.small:
        return Truth.FALSE, "no small variant"
    return _truth(_label(finding) in ONCOGENIC), f"oncogenicity {_label(finding)}"


def _mutation(finding: Finding, base: Knowledge) -> tuple[Truth, str]:
    silent = bool(finding.classes) and finding.classes <= SILENT
    return _truth(finding.small and not silent), "a small variant"


def _label(finding: Finding) -> str:
    return finding.oncogenicity.label if finding.oncogenicity else "VUS"


def _read_copies(leaf: Leaf, finding: Finding, base: Knowledge, settings: Settings) -> Reading:
    if finding.event.kind != "CNA":
        return Reading(finding, Truth.FALSE, f"{finding.label} is no copy number", "CNA")
    measure = biomarkers.copies(finding.event, leaf, settings)
    return Reading(finding, measure.truth, measure.sentence, "CNA")


def _read_fusion(leaf: Leaf, finding: Finding, base: Knowledge, settings: Settings) -> Reading:
    measure = matches_fusion(leaf, finding, base)
    return Reading(finding, measure.truth, measure.sentence, "FUSION")


READERS: dict[str, Callable[[Leaf, Finding, Knowledge, Settings], Reading]] = {
    "loss_of_function": _read_whole,
    "gain_of_function": _read_whole,
    "oncogenic": _read_whole,
    "mutation": _read_whole,
    "amplification": _read_copies,
    "homozygous_deletion": _read_copies,
    "fusion": _read_fusion,
}


def _with_origin(leaf: Leaf, reading: Reading) -> Reading:
    """Rules 5, 18 and 31: what the origin of a finding allows it to prove."""
    finding = reading.finding
    if reading.truth is Truth.FALSE:
        return reading
    if finding.origin == "POSSIBLE_CH":
        words = f"{finding.label}: possible clonal haematopoiesis, {finding.origin_reason}"
        return Reading(finding, Truth.UNKNOWN, words, reading.granularity)
    proofs = {
        ("germline", "SOMATIC"): (Truth.FALSE, "somatic, a germline variant is needed"),
        ("germline", "LIKELY_GERMLINE"): (
            Truth.UNKNOWN,
            "likely germline, to be confirmed in a germline sample",
        ),
        ("germline", "UNKNOWN"): (Truth.UNKNOWN, "origin not known, a germline test is needed"),
        ("somatic", "GERMLINE"): (Truth.FALSE, "germline, a somatic variant is needed"),
        ("somatic", "LIKELY_GERMLINE"): (Truth.UNKNOWN, "likely germline"),
        ("somatic", "UNKNOWN"): (Truth.UNKNOWN, "origin not known"),
    }
    proof = proofs.get((leaf.origin or "", finding.origin))
    if proof is None:
        return reading
    truth = min(proof[0], reading.truth, key=lambda value: value.value)
    words = f"{finding.label}: {proof[1]}"
    return Reading(finding, truth, words, reading.granularity, truth is Truth.FALSE)


def _not_found(leaf: Leaf, patient: Patient, base: Knowledge) -> Result:
    """What it means that no finding satisfies a feature."""
    if answer := _answered(leaf, patient, base):
        return answer
    negative = excluded(leaf, patient, base)
    if negative.truth is Truth.FALSE:
        return Result(Truth.FALSE, f"{leaf} was looked for and not found", explicit=True)
    open_rows = [row for row in negative.rows if not row.absent]
    # What was looked for under this very name says why; a wider feature has reasons of its own.
    open_rows = [row for row in open_rows if row.leaf == leaf] or open_rows
    sentences = [f"{row.leaf} could not be assessed{why_open([row])}" for row in open_rows]
    sentence = "; ".join(dict.fromkeys(sentences)) or f"{leaf} is not assessed"
    return Result(Truth.UNKNOWN, sentence, explicit=bool(open_rows))


def why_open(rows: Iterable[Looked]) -> str:
    """The reasons of rows that could not look, as words to append."""
    reasons = {
        f": {row.event.detail}"
        if row.event.detail
        else f" ({row.event.value}x only)"
        if row.event.unit == "DEPTH" and row.event.value
        else ""
        for row in rows
    }
    return "".join(sorted(reasons))


def _answered(leaf: Leaf, patient: Patient, base: Knowledge) -> Result | None:
    """A finding answers its alternatives: a codon that holds one change holds no other."""
    findings = patient.by_gene.get(leaf.gene or "", ())
    if leaf.kind in {"amplification", "homozygous_deletion"}:
        counted = [f for f in findings if f.event.kind == "CNA"]
        if counted:
            return Result(Truth.FALSE, f"{counted[0].label} is not {leaf}", explicit=True)
    if leaf.kind != "protein":
        return None
    for finding in findings:
        sure = finding.small and finding.change and not finding.benign and not finding.unsure
        if sure and finding.origin != "POSSIBLE_CH" and set(leaf.codons) <= finding.codons:
            return Result(Truth.FALSE, f"{finding.label} is there instead", explicit=True)
    return None


def _wild_type(leaf: Leaf, patient: Patient, base: Knowledge) -> Result:
    """Rule 12: no oncogenic event in the gene, and every required codon read."""
    blocking: list[Finding] = []
    doubtful: list[Finding] = []
    for finding in patient.by_gene.get(leaf.gene or "", ()):
        silent = bool(finding.classes) and finding.classes <= SILENT
        if finding.benign or not finding.small or silent:
            continue
        here = bool(finding.codons & set(leaf.codons)) or _vague_overlap(leaf, finding, base)
        if here or _label(finding) in ONCOGENIC:
            sure = finding.origin != "POSSIBLE_CH"
            (blocking if sure else doubtful).append(finding)
    if blocking:
        words = f"{blocking[0].label}: {leaf.gene} is not wild type"
        return Result(Truth.FALSE, words, tuple(blocking), "WILD_TYPE", explicit=True)
    if doubtful:
        words = f"{doubtful[0].label}: {doubtful[0].origin_reason}"
        return Result(Truth.UNKNOWN, words, tuple(doubtful), "WILD_TYPE", explicit=True)
    return _proved_wild(leaf, excluded(_required(leaf), patient, base), base)


def _vague_overlap(leaf: Leaf, finding: Finding, base: Knowledge) -> bool:
    if finding.vague is None or finding.vague[0] != "exon":
        return False
    return bool(
        codons_of(Leaf("exon", leaf.gene, exons=(finding.vague[1],)), base) & set(leaf.codons)
    )


def _required(leaf: Leaf) -> Leaf:
    if leaf.codons:
        return Leaf("codon", leaf.gene, codons=leaf.codons)
    return Leaf("mutation", leaf.gene)


def _proved_wild(leaf: Leaf, negative: Negative, base: Knowledge) -> Result:
    if negative.truth is Truth.FALSE:
        where = f"codons {', '.join(map(str, leaf.codons))}" if leaf.codons else "the gene"
        words = f"{leaf.gene} is wild type: {where} read deeply enough, no change found"
        return Result(Truth.TRUE, words, (), "WILD_TYPE", explicit=True)
    open_rows = [row for row in negative.rows if not row.absent]
    if open_rows:
        sites = ", ".join(sorted({str(row.leaf) for row in open_rows}))
        words = f"{sites} not assessable{why_open(open_rows)}"
        return Result(Truth.UNKNOWN, words, explicit=True)
    missing = ", ".join(map(str, negative.missing))
    words = f"no wild-type claim: {leaf.gene} codons {missing} not read"
    if not leaf.codons:
        words = f"no wild-type claim: {leaf.gene} was not read as a whole"
    return Result(Truth.UNKNOWN, words, explicit=bool(negative.rows))


def _truth(true: bool) -> Truth:
    return Truth.TRUE if true else Truth.FALSE
