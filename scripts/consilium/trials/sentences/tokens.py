"""A sentence into the tokens that rules about biomarkers look at."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_AMINO = "ACDEFGHIKLMNPQRSTVWY"
# In order: the first that matches at a place wins.
_KINDS = (
    ("RANGE", r"""(?:>=|=>|≥|>|⩾|at\ least
        |(?:CPS|TPS|TC|TAP|IC)(?!(?<=C)\s?[0-3]\b(?!\s*%))(?![^;,()\d]{0,12}?(?:<|≤|less|below|under)))
        [^;,()]{0,12}?\d+(?:\.\d+)?\s*%?"""),
    ("LESS", r"(?:<=|≤|<|less\ than)\s*\d+(?:\.\d+)?\s*%?"),
    ("APART", r"(?i:\bnon)[\s-]*[A-Z]\d{2,4}[A-Z]?\b"),  # every change but this one
    ("EXON", r"""(?:\b[Ee]x(?:on)?s?[\s-]*(?P<number>\d{1,2})(?:[\s,/-]*(?:(?:and
    |or)\s*)?\d{1,2}\b(?!\w))*
        [\s-]*(?P<change>del(?:etions?)?|ins(?:ertions?)?|skipp?ing|splice|dup\w*)?
        |\b(?P<bare>19|20)[\s-]?(?P<short>del|ins)(?:etion|ertion)?s?\b
        |\b[Dd]el(?:etion)?[\s-]?(?P<del>19)\b)(?:\s*\b(?:mutations?|alterations?
        |variants?))?"""),
    ("CHANGE", rf"""(?:p\.\s?)?\b[{_AMINO}]\d{{2,4}}(?:_[{_AMINO}]\d+)?
        (?:(?:del|ins|dup|fs)\w*|[{_AMINO}X*](?:/[{_AMINO}])*)?(?![\w])"""),
    ("ITD", r"\b(?:ITD|internal\s+tandem\s+duplications?)\b"),
    ("WILD", r"(?i:\bwild[\s-]*types?\b|\bWT\b|\bunmutated\b"
    r"|\bnon[\s-]?(?:gene[\s-])?(?:mutated|mutant|amplified)\b)"),
    ("FUSION", r"(?i:\bfusions?\b|\bre-?arrang\w+|\btransloc\w+|\bfused\b)"
    r"|(?<=[A-Z0-9]\s)r\b"),
    ("AMPLIFICATION", r"(?i:\b(?:gene[\s-]+)?amplif\w+|\bcopy[\s-]number\s+gains?)"),
    ("LOSS", r"""(?i:\bloss(?:es)?(?:[\s-]+of[\s-]+(?:function|expression|protein))?\b
    |\binactivat\w+
        |\bdeletions?\b|\bdeleted\b|\bdeficien\w+|\bnull\b|(?<=\w)-/-)"""),
    ("CHANGED", r"""(?i:\bmutations?\b|\bmutant\b|\bmutated\b|\bmut\b|\bmutational\b|\bvariants?\b
        |\balter(?:ed|ations?)\b|\bco-?mutat(?:ions?|ed)\b|\baberra\w+|\bdefects?\b|\bdysregulat\w+|\babnormalit\w+|\binsertions?\b|\bskipping\b
        |\bchanges\b|\bcarriers?\b|\bonc\b|\bgain[\s-]of[\s-]function\b)|(?<=[A-Z0-9]\s)mt?\b"""),
    ("POSITIVE", r"""(?i:\bpositiv(?:e|ity)\b|\bpos\b|\bover-?express\w*
    |\bhigh\b(?![\s-]*(?:grade|risk|dose))|\bIHC\s*3\s*\+|\b[12]\s?(?:-|\u2013|to)\s?3\s?\+
        |\bdetected\s+on\b|\b(?:confirmed|documented|evidence\s+of|presence\s+of)\s+expression\b
    |(?<=\w)\s3\s?\+(?=[\s,)]*(?:(?:by|on|or|and|positive|overexpress\w*|expression
    |disease|tumou?rs?|breast|gastric|cancers?)\b|$))
        |\bexpression(?=\s+(?:on\b|(?:(?:must|should)\s+be\s+|is\s+|was\s+|as\s+)?(?:confirmed
        |documented|detected|demonstrated)\b))
        |\b(?:PET[\s-]+)?avid\b)|\(\s*\+\s*\)
        |(?<=[\w)])\s?\+(?!\d|MEK|TKI|ICI|IO\b|chemo|anti|inhib)"""),
    ("DENIAL", r"(?i:\bnegative\s+(?:(?:test\s+)?results?\s+)?for\b)"),  # a word about what follows
    ("NEGATIVE", r"""(?i:\bnegativ(?:e|ity)\b|\bneg\b|\bnon-?over-?express\w*)
        |(?<=[A-Z0-9])\s?[\u2212\u2013-]ve\b
        |(?<=HER2[\s-])normal\b
        |(?<=[A-Z0-9])[\u2212\u2013-](?=\s+(?:or|and)\s+\w+[\u2212\u2013+-](?!\w))|\(\s*[\u2212\u2013-]\s*\)
        |(?<=[A-Z0-9])[\u2212\u2013-](?=[,;/).]|\s+(?![A-Z]+\d)|$)(?!,?\s+(?:or|and)\b)
        |(?<=HER2)\s[\u2212\u2013-](?=\s+(?:disease|breast|tumou?rs?|metastatic|advanced)\b)"""),
    ("LOW", r"(?i:\b(?:ultra-?)?low\b(?![\s-]*(?:grade|risk|dose))|\bIHC\s*1\s*\+)"),
    ("EXPRESSED", r"(?i:\bexpress(?:ion|ing|es|ed)?\b|\bstaining\b)"),
    ("STATUS", r"(?i:\bstatus\b)"),
    ("OPEN", r"[(\[]"), ("CLOSE", r"[)\]]"),
    ("OR", r"(?i:\band\s*/\s*or\b|\bor\b)|/"),
    ("AND", r"(?i:\band\b)|&|\+"),
    ("COMMA", r","),
    ("COLON", r":+"),
    ("FILL", r"""(?i:\b(?:in-?frame|gene|genes|genetic|genomic|molecular|DNA|tumou?rs?|activating
    |oncogenic
    |sensiti[sz]ing
        |driver|drivers|somatic|germline|pathogenic|pathologic|likely|deleterious|suspected|known|documented
        |confirmed|common|classical|classic|uncommon|actionable|targetable|point|hotspot|acquired
        |proto-oncogene|oncogenes?|receptors?|proteins?|the|a|an|any|all|in|of|with|by|for
        |e\.?g|i\.?e|such
        |as|including|either|one|more|least|at|following|specific|must|be|is|are
        |was|were|should|being|which|has|have|both|concurrent|concomitant|homozygous|biallelic
        |monoallelic|bi-allelic|functional|kinase|domain|promoter|invasive|level|levels
        |these|those|their|his|her|other|to|homologous|recombination|repair|HRR|proportion
        |score|combined
        |cells?|PET|membrane|TPS|CPS|TC|primary|resistant|resistance|associated|related|based
        |on|IHC|FISH|ISH|NGS
        |immunohistochemistry|limited|to|but|not\ limited|neu
        |involving|affecting|within|break-?apart|scans?|imaging|CT|target|antigens?|bio-?markers?|markers?)\b|e\.g\.|i\.e\.)
        |["'.*^\u2013-]"""),
    ("GENE", r"""(?:(?<=,\s)|(?<=/)|(?<=\()|(?<=or\s)|(?<=and\s)|(?<=:\s))
        [A-Z]{2,6}\d+[A-Z]?\d*(?=[,/)]|\s(?:and|or|genes?|mutat\w*|alter\w*)\b)"""),  # of a list
    ("OTHER", r"[^\W_]+|\S"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a sentence; `start` and `end` are offsets in the text that was read."""

    kind: str  # WORD for a word of the lexicon, else a name of the table above
    text: str
    start: int
    end: int


def pattern(words: str) -> re.Pattern[str]:
    """What finds every kind of token; `words` is an alternation of the words of a lexicon."""
    word = rf"(?P<WORD>(?<!\w)(?<!\b\w-)(?:{words})(?!\w|\.\s?\d|[\s-]*like\b))"
    others = "|".join(f"(?P<{kind}>{text})" for kind, text in _KINDS)
    return re.compile(f"{word}|{others}", re.VERBOSE)


def tokenize(text: str, found: re.Pattern[str]) -> Iterator[Token]:
    """The tokens of a sentence, in order, white space left out."""
    for match in found.finditer(text):
        yield Token(match.lastgroup or "OTHER", match[0], match.start(), match.end())
