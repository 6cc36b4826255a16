"""What a sentence does with a biomarker that it names: asks for it, bars it, or neither.

After NegEx (Chapman 2001, PMID:12123149): words that deny reach over what follows them up to a
word that ends their scope. In doubt a biomarker is left out: wrong is worse than missing.
"""

import re
from dataclasses import dataclass

from consilium.trials.sentences.findings import Found, Run
from consilium.trials.sentences.splitting import Sentence

_I = re.IGNORECASE
PEOPLE = r"(?:patients?|participants?|subjects?|individuals?|persons?|adults?|those|women|men|cases?|tumou?rs?|cancers?)"
_THERAPY_AFTER = re.compile(
    r"""^[\s\-/)\]]*(?:(?:[+]|tyrosine|kinase|small|molecule|selective|specific|covalent|allele|mutant|mutation
    |receptor|pathway|signal(?:l)?ing|gene|cell|surface|chimeric|antigen|family|or|and|other|second|third|generation
    |monoclonal|reversible|irreversible|multi)[\s\-/]+)*
    (?:inhibit|tki|target|direct|antibod|mabs?\b|m?ab\b|antagonist|agonist|block|degrad|vaccin|car\b|car-|adcs?\b|bispecific
    |engag|ligand|modulat|conjugate|therap|treatment|agents?\b|drug|interval|substrate|axis|interleukin|t[\s-]cell|nk\b
    |immunotherap|radioligand)""",
    _I | re.VERBOSE,
)
_ANTI = re.compile(r"\banti[\s-]?(?:[\w./-]+[\s,/]+(?:(?:or|and)\s+)?)?$|inhibitors?\s+of\s+$", _I)
_THERAPY_BEFORE = re.compile(
    r"""\b(?:prior|previous(?:ly)?|receiv\w+|treat(?:ed|ment|ments|ing)?|therap(?:y|ies)|exposure|exposed|inhibitors?
    |target(?:s|ed|ing)?|direct(?:ed|ly)|progress(?:ed|ion)?|refractory|respon\w+|resistan\w+|vaccin\w*|approved|indicated
    |washout|administ\w+|use\s+of|line|lines|regimens?)\b""",
    _I | re.VERBOSE,
)
_FREED = re.compile(  # a disease that carries the biomarker stands between
    r"\b(?:\w[\w-]*\s+)+(?:with|and(?:\s+\w+)?\s+ha(?:s|ve)|harbou?r\w*|carrying|that|which|whose|positive\s+for|evidence)\b"
    r"|\b(?:harbou?r\w*|carrying|documented|document(?:ation|s)|confirm\w+|must\s+have|and\s+ha(?:s|ve)|evidence|presence)\b",
    _I,
)
_MAIN = re.compile(rf",\s*(?:\w+\s+){{0,3}}?(?:{PEOPLE}\b.*)?\b(?:must|should|shall)\b", _I)
_EXAMPLE = re.compile(r"\b(?:e\.?\s?g|i\.?\s?e|including|such\s+as|like)\b", _I)
_DRIVER = re.compile(r"\b(?:mutations?|alterations?|aberrations?|drivers?|oncogen\w+|rearrangements?)\b", _I)
_CONDITION = re.compile(
    rf"""\b(?:if|when|where|once|whether|unless|except\w*|other\s+than|excluding|apart\s+from|regardless|irrespective
    |independent(?:ly)?\s+of|with\s+or\s+without|in\s+(?:the\s+)?(?:case|event)|case\s+of|relatives?|family|mother|father|sibling\w*|donors?
    |in\s+(?:the\s+)?{PEOPLE}\s+(?:with|who|whose)|(?:for|of|among)\s+(?:all\s+|any\s+|only\s+)?{PEOPLE}\b
    |for\s+(?:\S+\s+){{0,3}}?(?:cohort|arm|part|disease|cancer|tumou?rs?|nsclc|melanoma)\b
    |not\s+(?:be\s+)?(?:required|mandatory|necessary)|(?:presence|absence)\s+(?:or|and)\s+(?:presence|absence)|defined\s+(?:as|by)|definition|is\s+established|considered\s+to
    |allowed|permitted|may|can|could|unknown|pending|enriche?d?|stratif\w+|approximately|up\s+to)\b""",
    _I | re.VERBOSE,
)
_TEST_BEFORE = re.compile(
    r"\b(?:test(?:ing|ed|s)?(?:\s+(?:for|of))?|determin\w+|assess\w*|evaluat\w+|measur\w+|analys\w+|analyz\w+|"
    r"screen(?:ing|ed)?|assays?|status|submi\w+|provi\w+|collect\w+|retrospective\w*|central\w*)\b(?P<rest>[^,;]*)$",
    _I,
)
_TESTED = re.compile(r"\b(?:positive\s+for|confirm\w*|document\w*|evidence|presence|harbou?r\w*|show\w*|demonstrat\w*)\b", _I)
_RESULT = re.compile(r"\bpositive\s+(?:test|result)|\btest(?:ed|ing|s)?\s+(?:positive|negative)", _I)
_DEFINED_AFTER = re.compile(r"^[\s)\]]*(?:(?:is|are)\s+)?(?:include[sd]?\b|defined|established|determined|considered)", _I)
_PERMITTED_AFTER = re.compile(
    r"^[^;,]{0,60}?\b(?:is|are|will\s+be|may\s+be|can\s+be)\s+(?:also\s+)?(?:allowed|permitted|acceptable|eligible|optional|not\s+required|sufficient)\b", _I
)
_SUBJECT = re.compile(
    rf"""^\W*(?:[\w\s,/()-]{{0,40}}?:\s*)?(?:\w+\s+){{0,3}}?{PEOPLE}\s+(?:\([^)]*\)\s*)?(?:\S+\s+){{0,6}}?
    (?:with|harbou?ring|having|who|whose|carrying|positive|that|known)\b(?!.*\b(?:must|should|shall|need|requir\w+|are|is)\b)|^\W*(?:the\s+)?$""",
    _I | re.VERBOSE,
)
_MODAL_AFTER = re.compile(
    r"\b(?:must|should|may|can|could|will|need(?:s|ed)?|(?:is|are)\s+(?:\w+\s+)?(?:required|allowed|permitted|eligible|acceptable"
    r"|recommended|optional|mandatory|encouraged)|ha(?:s|ve)\s+(?:progressed|received|failed))\b",
    _I,
)
_BARRED_AFTER = re.compile(
    r"""^[^;]{0,90}?\b(?:(?:is|are|will\s+be|should\s+be|must\s+be|be)\s+(?:also\s+|therefore\s+)?
    (?:excluded|ineligible|exclusionary|prohibited|not\s+(?:be\s+)?(?:eligible|allowed|permitted|included|enrolled|acceptable))
    |(?:should|must|may|can|will|do|does)\s*not\s+(?:be\s+)?(?:eligib\w+|enrol\w*|includ\w*|participat\w*|allowed|permitted|qualify)
    |not\s+(?:be\s+)?(?:eligible|allowed|permitted)|ineligible)\b(?!\s+(?:to|for)\b)""",
    _I | re.VERBOSE,
)
_NOT_AFTER = re.compile(
    r"^[\s)\]]*(?:\w+\s+){0,3}?(?:absent|ruled\s+out|excluded\s+by|not\s+(?:present|detect\w+|found|identified|harbou?r\w*))\b", _I
)
_STATUS_AFTER = re.compile(
    r"^[\s)\]]*(?:\w+\s+)?(?:status|test(?:ing|s)?|assays?|analys[ei]s|assessment|determination|results?|profil\w+|screening|antibod\w+|carriers?\s+relative)\b", _I
)
_DENY = re.compile(
    r"""\b(?:no|not|without|absence\s+of|absent|negative\s+for|lack(?:s|ing)?(?:\s+of)?|free\s+of|do(?:es)?\s*n[o']t|must\s+not|cannot
    |never|non-?$|nor|neither|excluded?\s+for|exclusion\s+of|rule(?:d)?\s+out)\b(?!\s+limited)""",
    _I | re.VERBOSE,
)
_RELEASE = re.compile(
    r"\b(?:harbou?ring|carrying|but(?!\s+not\s+limited)|however|although|and\s+(?:must|ha(?:s|ve)|with|documented|known|confirmed|positive)|who|whose|"
    r"not\s+(?:amenable|eligible|suitable|candidates?)|unresectable|cur(?:ative|able)|surgery|radiation|therapy|diagnosis|cancer)\b",
    _I,
)
_TURN = re.compile(r"\b(?:but|however|who|whose|and|harbou?ring|carrying)\b", _I)
_QUALIFIED = re.compile(  # an exclusion that bars only some who have the biomarker
    r"^[^;]*?\b(?:who|if|and\s+(?:ha(?:s|ve|d)|are|is|were)|when|without|not\s+(?:previously|treated|yet)|suitable|appropriate|candidates?)\b", _I
)
_CLAUSE = re.compile(r"(?<!i\.e\.)(?<!e\.g\.);\s|\.\s+(?=[A-Z])")
_EXEMPT = re.compile(r"\b(?:unless|except\w*|other\s+than|with\s+the\s+exception)\b", _I)
_COHORT = re.compile(
    r"\b(?:cohorts?|parts?|arms?|phase|stage\s+\d|modules?|sub-?(?:study|protocol)s?|groups?|strat(?:um|a)|steps?|dose|expansion|escalation)\b"
    r"|^[^:]{1,60}:\s", _I
)
_ALTERNATIVE = re.compile(
    r"\b(?:one|either|any|some|two)\b(?:\s+or\s+more)?(?:\s+\w+){0,3}?\s+(?:of|following)\b|\bfollowing\s+(?:tumou?r|cancer|disease|histolog|indication|cohort|type)|\beither\b|\bor:?$", _I
)
_ABOVE_BARS = re.compile(
    r"\b(?:must\s+not|excluded|ineligible|not\s+(?:be\s+)?eligible|exclusion|do\s+not\s+have|no\s+known|none\s+of|absence\s+of|cannot\s+have|not\s+be\s+enrolled)\b", _I
)
_ABOVE_SILENT = re.compile(
    r"""\b(?:prior|previous(?:ly)?|received|treatment\s+with|therap(?:y|ies)|except\w*|unless|allowed|permitted|defined|if\b|note|sample|tissue
    |specimen|testing|stratif\w+|donors?|medications?|drugs?|relatives?|not\s+required|may\s+be|history\s+of|risk)\b""",
    _I | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Use:
    """What a sentence does with biomarkers."""

    polarity: str  # inclusion | exclusion
    denied: bool  # it speaks of their absence
    hard: bool  # every patient is meant


def read_use(run: Run, found: Found, text: str, sentence: Sentence) -> Use | None:
    """The use of one biomarker of a run; None where it is no requirement, or in doubt.

    `text` is the sentence as the offsets of the run count it.
    """
    before, after = _clause(text, run.start, found.end, run.end)
    if _is_therapy(run, found, text, before):
        return None
    section = _section(sentence)
    if section is None or _conditional(before) or _tested(found, before, after, text):
        return None
    if _BARRED_AFTER.search(after):
        return None if _EXEMPT.search(after) else Use("exclusion", False, not _soft(run, sentence))
    main = _EXEMPT.split(after)[0]
    if _PERMITTED_AFTER.search(main) or (_SUBJECT.search(before) and _MODAL_AFTER.search(main)):
        return None
    denied = _denied(before, after)
    if denied is None:
        return None
    if section == "exclusion":
        return _barred(run, found, denied, before, after, sentence)
    return Use("inclusion", denied, not _soft(run, sentence) and not _EXEMPT.search(after))


def _clause(text: str, start: int, end: int, last: int) -> tuple[str, str]:
    """What stands before and after in the same clause."""
    before = _CLAUSE.split(text[:start])[-1]
    return re.sub(r"\([^()]*\)", " ", before), _CLAUSE.split(text[last:])[0]


def _is_therapy(run: Run, found: Found, text: str, before: str) -> bool:
    if _ANTI.search(text[: found.start]) or _ANTI.search(text[: run.start]):
        return True
    last = found.end == run.end or not found.own
    if last and _THERAPY_AFTER.match(text[run.end :]):
        return True
    if _THERAPY_AFTER.match(text[found.end :]):
        return True
    return any(not _freed(before, cue.end()) for cue in _THERAPY_BEFORE.finditer(before))


def _freed(before: str, end: int) -> bool:
    """Whether a disease stands between a word of therapy and the biomarker."""
    rest = before[end:]
    if "," in rest or _FREED.search(rest):
        return True
    return bool(_EXAMPLE.search(rest) and _DRIVER.search(before[:end]))


def _conditional(before: str) -> bool:
    return any(not _MAIN.search(before[cue.end() :]) for cue in _CONDITION.finditer(before))


def _tested(found: Found, before: str, after: str, text: str) -> bool:
    stated = found.absent or "expression" in found.leaf
    if _DEFINED_AFTER.match(text[found.end :]) or (_STATUS_AFTER.match(after) and not stated):
        return True
    test = _TEST_BEFORE.search(before)
    return bool(test) and not _TESTED.search(test["rest"]) and not _RESULT.search(before)


def _denied(before: str, after: str) -> bool | None:
    """Whether a word denies the biomarker; None where its reach is in doubt."""
    if _NOT_AFTER.match(after):
        return True
    cues = list(_DENY.finditer(before))
    if not cues:
        return False
    rest = before[cues[-1].end() :]
    if len(cues) > 1 and len(before[cues[-2].end() : cues[-1].start()].split()) < 3:
        return None
    if _RELEASE.search(rest):
        return False if _TURN.search(rest) else None
    return True if len(rest.split()) <= 12 else None


def _barred(
    run: Run, found: Found, denied: bool, before: str, after: str, sentence: Sentence
) -> Use | None:
    if _QUALIFIED.search(_EXEMPT.split(after)[0]):
        return None
    if denied and re.search(r"\b(?:no|not)\b", before, _I):
        return None  # a double denial is as often a slip
    return Use("exclusion", denied, not _soft(run, sentence) and not _EXEMPT.search(after))


def _section(sentence: Sentence) -> str | None:
    """The section, turned where a line above bars; None where a line above asks for nothing."""
    for above in sentence.above:
        if _ABOVE_SILENT.search(re.sub(r"\([^()]*\)", " ", above)):
            return None
    section = sentence.section or "inclusion"
    return "exclusion" if any(_ABOVE_BARS.search(above) for above in sentence.above) else section


def _soft(run: Run, sentence: Sentence) -> bool:
    """Whether only some patients are meant: a cohort, or one of several alternatives."""
    around = (sentence.title, *sentence.above)
    if any(_COHORT.search(line) or _ALTERNATIVE.search(line) for line in around):
        return True
    return bool(_COHORT.search(sentence.text) or _EXEMPT.search(sentence.text))
