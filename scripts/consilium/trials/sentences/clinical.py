"""Criteria about the person and the course of disease: age, sex, ECOG, lines, earlier drugs.

A sentence is read only as a whole. Words that change nothing (`patients`, `at the time of
consent`) are taken away; what is left must be exactly one of few forms, or nothing is read.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from consilium.trials.sentences import cues, phrases
from consilium.trials.sentences.above import ABOVE_DENIES, ABOVE_SILENT, bare
from consilium.trials.sentences.lexicon import Lexicon
from consilium.trials.sentences.splitting import Sentence
from consilium.trials.sentences.stages import spell_stages


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LONG = 260  # characters: what is longer says more than one of the few forms
MONTHS, WEEKS, DAYS = 12, 52.18, 365.25  # in a year
NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
FEMALE = frozenset({"female", "females", "women", "woman"})
MALE = frozenset({"male", "males", "men", "man"})
SITES = (
    ("brain", "brain metastases"),
    ("cerebral", "brain metastases"),
    ("intracranial", "brain metastases"),
    ("cns", "disease of the central nervous system"),
    ("central", "disease of the central nervous system"),
    ("mening", "leptomeningeal disease"),
)
WORST_ECOG = 4  # 5 is death
SIGNS = (
    (r"≥|=>|⩾|\bat least\b|\bgreater than or equal to\b|\bequal to or greater than\b", " >= "),
    (r"\bminimum(?: of)?\b|\bno younger than\b", " >= "),
    (r"≤|=<|⩽|\bless than or equal to\b|\bno (?:more|greater) than\b|\bat most\b", " <= "),
    (r"\bmaximum(?: of)?\b|\bup to\b|\bno older than\b|\bnot more than\b", " <= "),
    (r"\bolder than\b|\bgreater than\b|\bmore than\b|\bover\b|\babove\b", " > "),
    (r"\byounger than\b|\bless than\b|\bunder\b|\bbelow\b|\bfewer than\b", " < "),
    (r"\b(?:or|and)\s+(?:older|above|over|more|greater|up)\b|\b(?:or|and)\s*>(?!=)", " plus "),
    (r"\bbetween\b", " "),
    (r"[-\u2010-\u2015~]|\bto\b|\bthrough\b|\band\b", " - "),
)
PEOPLE = _words(
    "patient patients participant participants subject subjects individual individuals "
    "adult adults person persons people must should shall be is are have has had with a "
    "an the of who or any all both either sex sexes gender genders"
)
MOMENT = _words(
    "at time on day date signing signature signed informed consent form icf enrollment "
    "enrolment screening registration entry study inclusion inclusive providing first "
    "visit baseline"
)
YEARS = frozenset({"aged", "age", "ages", "old", "s", "eligible", "for", "this"})
ECOG = _words(
    "eastern cooperative oncology group ecog performance status score scores scale ps "
    "zubrod who grade ecogps good"
)
COURSE = _words(
    "systemic anticancer anti cancer therapy therapies treatment treatments regimen "
    "regimens line lines for in locally advanced metastatic unresectable recurrent "
    "disease setting received receive progressed previously progression after following "
    "on during their tumor - relapsed stage"
)
SURE = _words(
    "histologically cytologically pathologically histological cytological pathological "
    "histologic cytologic pathologic biopsy confirmed documented proven verified "
    "diagnosed diagnosis known confirmation histopathologically histopathological "
    "evidence new newly - and / locally advanced metastatic unresectable recurrent "
    "inoperable relapsed refractory progressive"
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One criterion about the person; `polarity` as `Criterion.polarity`."""

    kind: str  # clinical | tumor
    expression: str
    polarity: str


def read_facts(sentence: Sentence, lexicon: Lexicon) -> Iterator[Fact]:
    """What a sentence asks of the person."""
    text = _usual(sentence.text)
    if len(text) > LONG or text.endswith(":") or not _plain_place(sentence):
        return
    section = sentence.section or "inclusion"
    for reader in READERS:
        found = tuple(reader(text, section, lexicon))
        yield from found
        if found:
            return


def _plain_place(sentence: Sentence) -> bool:
    """Whether no line above turns or narrows what is asked."""
    for above in sentence.above:
        line = bare(above)
        if ABOVE_SILENT.search(line) or ABOVE_DENIES.search(line):
            return False
        if not phrases.GENERAL.search(line) and not cues.COHORT.search(line):
            return False
    return True


def _usual(text: str) -> str:
    plain = re.sub(r"[*†‡§]|\[\*\]", " ", text.casefold())
    return " ".join(plain.split()).rstrip(".; ")


def _signs(text: str) -> str:
    for pattern, sign in SIGNS:
        text = re.sub(pattern, sign, text)
    return text


def _left(text: str, *noise: frozenset[str]) -> str:
    """A text with its signs spelled alike and without words that change nothing."""
    pieces = re.findall(r">=|<=|[<>=]|\d+(?:\.\d+)?|[^\W\d_]+|[-/%]", _signs(text))
    silent = frozenset().union(*noise)
    return " ".join(piece for piece in pieces if piece not in silent)


_UNIT = r"(years?|yrs?|yo|months?|weeks?|days?)"
_NUMBER = r"(\d+(?:\.\d+)?)"


def _age(text: str, section: str, _: Lexicon) -> Iterator[Fact]:
    sexes = set(re.findall(r"[a-z]+", text)) & (FEMALE | MALE)
    left = _left(text, PEOPLE, MOMENT, YEARS, FEMALE, MALE).strip("- ")
    expressions = list(_ages(left))
    for expression in expressions:
        yield Fact("clinical", expression, section)
    if expressions and section == "inclusion":
        yield from _one_sex(sexes)


def _ages(left: str) -> Iterator[str]:
    if match := re.fullmatch(rf"(>=|>|<=|<) {_NUMBER} {_UNIT}", left):
        yield f"age {match[1]} {_years(match[2], match[3])}"
    elif match := re.fullmatch(rf"(?:>= )?{_NUMBER} (?:{_UNIT} plus|plus {_UNIT})", left):
        yield f"age >= {_years(match[1], match[2] or match[3])}"
    elif match := re.fullmatch(
        rf"(?:(>=|>) )?{_NUMBER}(?: {_UNIT})? -(?: (<=|<))? {_NUMBER} {_UNIT}", left
    ):
        low = _years(match[2], match[3] or match[6])
        yield f"age {match[1] or '>='} {low}; age {match[4] or '<='} {_years(match[5], match[6])}"


def _years(number: str, unit: str) -> str:
    per = {"m": MONTHS, "w": WEEKS, "d": DAYS}.get(unit[0], 1)
    return f"{float(number) / per:.4f}".rstrip("0").rstrip(".")


def _one_sex(words: set[str]) -> Iterator[Fact]:
    if words and words <= FEMALE:
        yield Fact("clinical", "sex = female", "inclusion")
    elif words and words <= MALE:
        yield Fact("clinical", "sex = male", "inclusion")


def _sex(text: str, section: str, _: Lexicon) -> Iterator[Fact]:
    words = set(re.findall(r"[a-z]+", text))
    if section == "inclusion" and words <= PEOPLE | FEMALE | MALE | {"only"}:
        yield from _one_sex(words & (FEMALE | MALE))


def _ecog(text: str, section: str, _: Lexicon) -> Iterator[Fact]:
    if not re.search(r"\becog\b|\beastern cooperative|\bzubrod\b", text):
        return
    asked = re.sub(r"\((?:kps|karnofsky|or karnofsky|see)[^)]*\)", " ", text)
    asked = re.sub(r"\b(?:assessed |measured )?within \d+ (?:days|weeks)\b.{0,60}$", " ", asked)
    left = _left(asked, PEOPLE, ECOG, MOMENT).strip("- ")
    expression = _range(left) if section == "inclusion" else _worse(left)
    if expression:
        yield Fact("clinical", f"ecog {expression}", section)


def _range(left: str) -> str | None:
    if match := re.fullmatch(r"(<=|<|=) ?([0-4])", left):
        return f"{match[1]} {match[2]}"
    digits = re.fullmatch(r"0((?: -)? [1-4])*(?: [/-])? ([1-4])", left)
    if digits and _rising(left):
        return f"<= {digits[2]}"
    return "= 1" if left == "1" else None


def _rising(left: str) -> bool:
    numbers = [int(n) for n in re.findall(r"\d", left)]
    return "-" in left or numbers == list(range(numbers[0], numbers[-1] + 1))


def _worse(left: str) -> str | None:
    if match := re.fullmatch(r"(>=|>) ?([0-4])", left):
        return f"{match[1]} {match[2]}"
    if match := re.fullmatch(r"([1-4]) plus", left):
        return f">= {match[1]}"
    if re.fullmatch(r"[1-4](?: [-/])?(?: [1-5])*", left) and _rising(left):
        numbers = [int(n) for n in re.findall(r"\d", left)]
        return f">= {numbers[0]}" if numbers[-1] >= WORST_ECOG else None
    return None


def _line(text: str, section: str, _: Lexicon) -> Iterator[Fact]:
    """How many lines came before; `line` counts the one to come, so it is one more."""
    if not re.search(r"\blines?\b|\bregimens?\b|systemic|untreated|\bnaive\b|naïve", text):
        return
    worded = re.sub(r"\b(?:one|1) or more\b", ">= 1", phrases.SETTING.sub("", text))
    worded = re.sub(r"\bnot (?:have )?received (?:any )?(?=prior)", "no ", worded)
    for word, number in NUMBERS.items():
        worded = re.sub(rf"\b{word}\b", str(number), worded)
    left = _left(worded, PEOPLE, COURSE)
    expression = _lines(left, section)
    if expression:
        yield Fact("clinical", expression, section)


def _lines(left: str, section: str) -> str | None:
    if section == "inclusion" and left in {"no prior", "no previous", "untreated", "naive"}:
        return "line = 1"
    if section == "exclusion" and left in {"prior", "previous", "any prior", "any previous"}:
        return "line >= 2"
    match = re.fullmatch(r"(>=|<=|>|<) ([1-5])(?: (?:prior|previous))?", left)
    return f"line {match[1]} {int(match[2]) + 1}" if match else None


def _note(text: str, section: str, _: Lexicon) -> Iterator[Fact]:
    """What no field can answer: a question for a person."""
    if section == "inclusion" and phrases.MEASURABLE.fullmatch(text):
        words = (
            "measurable disease" if "evaluable" not in text else "measurable or evaluable disease"
        )
        yield Fact("clinical", f'note "{words}"', "inclusion")
    elif match := phrases.BRAIN.fullmatch(text):
        barred = section == "exclusion"
        if barred == bool(match["no"]):  # `no` among exclusions may be a slip
            return
        site = next(words for cue, words in SITES if cue in text)
        words = f"active or untreated {site}" if re.search(phrases.ACTIVE, text) else site
        yield Fact("clinical", f'note "{words}"', "exclusion")


def _stage(text: str, section: str, _: Lexicon) -> Iterator[Fact]:
    if section == "inclusion" and (stages := spell_stages(text)):
        yield Fact("clinical", f"stage in {'|'.join(stages)}", section)


def _prior(text: str, section: str, lexicon: Lexicon) -> Iterator[Fact]:
    match = phrases.HAD.fullmatch(text)
    if match is None or (section == "inclusion") != bool(match["no"] or match["must"]):
        return
    parts = re.split(
        r"\s*,\s*(?:or\s+|and\s+)?|\s+(?:or|and/or|and)\s+|/(?=[a-z]{4})", match["what"]
    )
    names = [lexicon.therapy(part) for part in parts]
    if None in names or (match["must"] and len(names) > 1):
        return
    how = "excludes" if match["no"] else "includes"
    for name in dict.fromkeys(names):
        yield Fact("clinical", f"prior {how} {name}", section)


def _tumor(text: str, section: str, lexicon: Lexicon) -> Iterator[Fact]:
    if section != "inclusion" or not re.search(r"\bconfirm|\bdocument|\bproven|\bdiagnos", text):
        return
    words = re.findall(r"[^\W_]+|[-/]", re.sub(r"\([^()]*\)", " ", text))
    name = " ".join(word for word in words if word not in SURE | PEOPLE - {"of", "the"})
    name = re.sub(r"^(?:(?:of|or|the) )+", "", name)
    if code := lexicon.tumor(name):
        yield Fact("tumor", code, section)


READERS: tuple[Callable[[str, str, Lexicon], Iterator[Fact]], ...] = (
    _age,
    _sex,
    _ecog,
    _line,
    _note,
    _prior,
    _stage,
    _tumor,
)
