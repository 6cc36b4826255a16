"""Whether a biomarker is only what a therapy aims at: `prior EGFR inhibitor`."""

import re

from consilium.trials.sentences import cues
from consilium.trials.sentences.above import bare
from consilium.trials.sentences.place import Place

_I = re.IGNORECASE
THERAPY_AFTER = re.compile(
    r"""^[\s\-/)\]]*(?:(?:[+]|tyrosine|kinase|small|molecule|selective|specific|covalent
    |allele|mutant|mutation
    |receptor|pathway|signal(?:l)?ing|gene|cell|surface|chimeric|antigen|family|or|and|other
    |second|third|generation
    |monoclonal|reversible|irreversible|multi)[\s\-/]+)*
    (?:inhibit|tki|target|direct|antibod|mabs?\b|m?ab\b|antagonist|agonist|block|degrad
    |vaccin|car\b|car-|adcs?\b|bispecific
    |engag|ligand|modulat|conjugate|therap|treatment|agents?\b|drug|interval|substrate|axis
    |interleukin|t[\s-]cell|nk\b
    |immunotherap|radioligand)""",
    _I | re.VERBOSE,
)
SHARED_THERAPY = re.compile(  # `EGFR and/or MET inhibitors`
    r"^(?:(?:\s*(?:,|/|\band/or\b|\band\b|\bor\b))+\s*[\w.-]+){1,4}\s+(?:inhibit|tki|antibod|block|antagonist)",
    _I,
)
ANTI = re.compile(
    r"antibod(?:y|ies)\s+(?:for|to|against)\s+$|\banti[\s-]?(?:[\w./-]+[\s,/]+(?:(?:or"
    r"|and)\s+)?)?$|inhibitors?\s+of\s+$",
    _I,
)
THERAPY_BEFORE = re.compile(
    r"""\b(?:prior|previous(?:ly)?|receiv\w+|treat(?:ed|ment|ments|ing)?|therap(?:y|ies)
    |exposure|exposed|inhibitors?
    |target(?:s|ed|ing)?|direct(?:ed|ly)|untreated\s+with|progress(?:ed|ion)?|refractory|respon\w+|resistan\w+
    |na[iï]ve\s+(?:to|for)|vaccin\w*|indicated
    |approved(?!\s+(?:\w+\s+)?(?:tests?|assays?|methods?|laborator\w+|labs?|diagnostics?|companion)\b)
    |washout|administ\w+|use\s+of|line|lines|regimens?)\b""",
    _I | re.VERBOSE,
)
TREATED = re.compile(
    r"\b(?:prior|previous\w*|receiv\w+|(?:un)?treated|therap(?:y|ies)|exposure|inhibitors?)\b", _I
)
FREED = re.compile(  # a disease that carries the biomarker stands between
    r"\b(?:\w[\w-]*\s+)+(?:with|and(?:\s+\w+)?\s+ha(?:s|ve)|harbou?r\w*|carrying|that|which"
    r"|whose|positive\s+for|evidence)\b|\beligible\s+based\s+on\b"
    r"|\b(?:harbou?r\w*|carrying|expressing|required\s+to\s+have|documented|document(?:ation|s)|confirm\w+|must\s+have"
    r"|and\s+ha(?:s|ve)|and\s+(?:no|not|without)|evidence|presence|or\s+known)\b",
    _I,
)
EXAMPLE = re.compile(r"\b(?:e\.?\s?g|i\.?\s?e|including|such\s+as|like)\b", _I)
DRUG = re.compile(
    r"\b\w{3,}(?:mab|nib|ciclib|parib|lisib|platin|taxel|rasib|tecan|citabine|lutamide)s?\b",
    _I,
)


def is_therapy(place: Place) -> bool:
    """Whether a biomarker is named as what a therapy aims at."""
    run, found = place.run, place.found
    if any(ANTI.search(place.text[:start]) for start in (found.start, run.start)):
        return True
    last = found.end == run.end or not found.own
    if last and THERAPY_AFTER.match(place.behind):
        return True
    if THERAPY_AFTER.match(bare(place.rest)):
        return True
    if not found.own and SHARED_THERAPY.match(place.rest):
        return True
    lead = place.text[run.start : found.start]  # a list goes on beside words it does not know
    if any(not _freed(lead, cue.end()) for cue in TREATED.finditer(lead)):
        return True
    before = place.before
    named = (*THERAPY_BEFORE.finditer(before), *DRUG.finditer(before))
    return any(not _freed(before, cue.end()) for cue in named)


def _freed(before: str, end: int) -> bool:
    """Whether a disease stands between a word of therapy and the biomarker."""
    rest = before[end:]
    if "," in rest or FREED.search(rest):
        return True
    return bool(EXAMPLE.search(rest) and cues.DRIVER.search(before))
