"""Words that tell what a sentence does with a biomarker, as patterns; `scope` weighs them."""

import re

_I = re.IGNORECASE
PEOPLE = (
    r"(?:patients?|participants?|subjects?|individuals?|persons?|adults?|those|women|men|cases?"
    r"|tumou?rs?|cancers?)"
)
ENTRANTS = r"(?:patients?|participants?|subjects?|individuals?|those|women|men)"
MAIN = re.compile(
    rf",\s*(?:\w+\s+){{0,3}}?(?:{PEOPLE}\b.*)?\b(?:must|should|shall)\b"
    rf"|,\s*(?:\w+\s+){{0,2}}(?:have|has)\b",
    _I,
)
DRIVER = re.compile(
    r"\b(?:mutations?|alterations?|aberrations?|drivers?|oncogen\w+|rearrangements?)\b", _I
)
CONDITION = re.compile(
    rf"""\b(?:if|when|where|once|whether|unless|except\w*|other\s+than|apart\s+from
    |regardless|irrespective
    |independent(?:ly)?\s+of|with\s+or\s+without|in\s+(?:the\s+)?(?:case|event)|case\s+of
    |relatives?|family\s+(?:members?|history)|in\s+(?:the\s+)?family|mother|father|sibling\w*|child(?:ren)?\s+(?:who|with)|donors?
    |in\s+(?:the\s+)?{PEOPLE}\s+(?:with|who|whose)|(?:for|of|among)\s+(?:all\s+|any\s+
    |only\s+)?{PEOPLE}\b(?!\s+(?:tissues?|samples?|specimens?|biops\w+|blocks?|cells?|material)\b)
    |for\s+(?:\S+\s+){{0,3}}?(?:cohort|arm|part|disease|cancer|tumou?rs?|nsclc|melanoma)\b
    |not\s+(?:be\s+)?(?:required|mandatory|necessary)|(?:presence|absence)\s+(?:or
    |and)\s+(?:presence|absence)|defined\s+(?:as|by)(?!\s+(?:the\s+)?presence)|definition|is\s+established|considered\s+to
    |(?:mutations?|alterations?|variants?)\s+includes?
    |allowed|permitted|may(?!\s+not\b)|can(?!\s*not\b)|could|unknown(?!\s+primary)|pending|(?:minimum|maximum|least|most
    |first)\s+(?:of\s+)?\d+\s+(?:patients|participants|subjects)
    |unrelated\s+to|because|since|as\s+(?:these|this|those)|cop(?:y|ies)\s+of
    |reports?\s+(?:documenting|showing|of)|enriche?d?|stratif\w+|randomi[sz]\w+\s+(?:by|to)|partners?|spouses?|closed|(?:ha(?:s|ve)|had)\s+transformed|transform\w+\s+(?:to|from|into)|second\s+primary
    |(?:other|another|second)\s+(?:\w+\s+)?(?:malignanc\w+|cancers?|origin|primar\w+)|allerg\w*|hypersensitiv\w*
    |expectancy|optional\w*|planned\s+enrol\w+|\d+\s*%\s+of\s+(?:\w+\s+)?(?:patients|participants|subjects)|prefer\w*|ideally|priorit\w+
    |availability|don.?t\s+need|need\s+not|not\s+need|years\s+(?:of\s+age\s+)?for
    |care\s+for|counsel\w+|explain\w*|inform(?!ed\s+consent)\w+|inability|unable|failure|fail\s+to|refus\w+
    |threshold|cut-?off|qualif\w+\s+as|prevalence|incidence|frequency|likelihood|risk\s+(?:of|groups?)|rate\s+of|approximately
    |up\s+to)\b""",
    _I | re.VERBOSE,
)
UNBOUND = (  # how a condition begins, and what stands before it where it is none
    ("defined", re.compile(r"\b(?:alterations?|mutations?),?\s+$", _I)),
    ("of", re.compile(r"\b(?:evidence|documentation|presence|confirmation|diagnosis)\s+$", _I)),
)
TEST_BEFORE = re.compile(
    r"\b(?:test(?:ing|ed|s)?(?:\s+(?:for|of))?|examin\w+|determin\w+|assess\w*|evaluat\w+|measur(?!able)\w+"
    r"|analys\w+|analyz\w+|"
    r"screen(?:ing|ed)?|assays?|status(?!\s*:)|submi\w+|provi\w+|collect\w+|retrospective\w*"
    r"|central\w*)\b(?P<rest>[^,;]*)$",
    _I,
)
TESTED = re.compile(
    r"\b(?:indicat\w+|reveal\w*|determined\s+to\s+be|and\s+(?:must\s+)?ha(?:ve|s)|positive\s+for|confirm\w*|document\w*|evidence"
    r"|presence|harbou?r\w*|show\w*"
    r"|demonstrat\w*|and/or\s+is|(?:laboratory|central)\s+detection|detected|(?:identif|found)\w*)\b|^\s+(?:to\s+be|as)\b",
    _I,
)
RESULT = re.compile(
    r"\b(?:positive|negative)\s+(?:[\w()/-]+\s+){0,6}?(?:test|result)|\btest(?:ed|ing|s)?\s+(?:positive"
    r"|negative)",
    _I,
)
DEFINED_AFTER = re.compile(
    r"^[^,;:.]{0,20}\b(?:(?:is|are)\s+(?:those|one|diagnosed)|means|refers\s+to|status\s+is\s+defined)\b"
    r"|^[\s)\]]*(?:(?!(?:that|which|who|as)\b)[\w/-]+,?\s+){1,9}?(?:is|are|will\s+be)\s+"
    r"(?:defined|graded|scored|determined\s+(?:if|when)|considered\s+(?:if|when|positive|negative))\b"
    r"|^[\s)\]]*(?:(?:is|are)\s+(?:defined|established|considered)\b|(?:(?:is|are)\s+)?include[sd]?\b|(?:defined|established|determined|considered)(?!\s+(?:(?:locally|centrally)\s+)?"
    r"(?:by|via|using|from|in|with|per|through|on|at|locally|centrally)\b)"
    r"|(?:may|can|will)\s+(?:also\s+)?be\s+(?:assessed|determined|evaluated|measured|tested"
    r"|considered))",
    _I,
)
PERMITTED_AFTER = re.compile(
    r"^[^;,]{0,140}?\b(?:is|are|will\s+be|may\s+be|can\s+be)\s+(?:also\s+)?(?:allowed"
    r"|permitted|acceptable|eligible|optional|not\s+required|sufficient)\b",
    _I,
)
SUBJECT = re.compile(
    rf"""^\W*(?:[\w\s,/()-]{{0,40}}?:\s*)?(?:\w+\s+){{0,3}}?{PEOPLE}\s+(?:\([^)]*\)\s*)?(?:\S+\s+){{0,6}}?
    (?:with|harbou?ring|having|who|whose|carrying|positive|that|known)\b(?!.*\b(?:must|should
    |shall|need|requir\w+)\b)(?!.*(?<!who\s)(?<!that\s)\b(?:are|is)\b)|^\W*(?:(?:the|for
    |in)\s+)*$""",
    _I | re.VERBOSE,
)
MODAL_AFTER = re.compile(
    r"\b(?:must|should|may|can|could|will|need(?:s|ed)?|(?:is|are)\s+(?:\w+\s+)?(?:required"
    r"|allowed|permitted|eligible|acceptable"
    r"|recommended|optional|mandatory|encouraged)|(?<!who\s)(?<!that\s)(?<!which\s)ha(?:s|ve)\s+(?:progressed"
    r"|received|failed))\b",
    _I,
)
BARRED_AFTER = re.compile(
    r"""^[^;]{0,90}?\b(?:(?:is|are|will\s+be|should\s+be|must\s+be|be)\s+(?:also\s+|therefore\s+)?
    (?:excluded|ineligible|exclusionary|prohibited|not\s+(?:be\s+)?(?:eligible|allowed
    |permitted|included|enrolled|acceptable))
    |(?:should|must|may|can|will|do|does)\s*not\s+(?:be\s+)?(?:eligib\w+|enrol\w*|includ\w*
    |participat\w*|allowed|permitted|qualify)
    |not\s+(?:be\s+)?(?:eligible|allowed|permitted)
    |ineligible)\b(?!\s+to\s+(?!enrol|enter|participat|join))(?!\s+for\s+(?!(?:this|the)\s+(?:\w+\s+){0,2}(?:stud|trial|protocol)|particip
    |enrol))""",
    _I | re.VERBOSE,
)
NOT_AFTER = re.compile(
    r"^[\s)\]]*(?:\w+\s+){0,3}?(?:absent|ruled\s+out|excluded\s+by|not\s+(?:present|detect\w+|found|identified))\b",
    _I,
)
STATUS_AFTER = re.compile(
    r"^[\s)\]]*(?:(?!(?:through|by|via|on|per|from|at|after|before|during|upon|in|using|with)\s)\w+\s+)?"
    r"(?:(?:transcript\s+)?levels?\s+(?:by|at|will)|status|test(?:ing|s)?|assays?|analys[ei]s|assessment"
    r"|determination|results?|profil\w+|screening|antibod\w+|carriers?\s+relative)\b",
    _I,
)
DENY = re.compile(
    r"""\b(?:no|not|without|absence\s+of|absent|negative\s+(?:(?:test\s+)?results?\s+)?for|lack(?:s|ing)?(?:\s+of)?
    |free\s+of|excluding|do(?:es)?\s*n[o']t|must\s+not|cannot
    |never|nor|neither|excluded?\s+for|exclusion\s+of|rule(?:d)?\s+out)\b(?!\s+limited)""",
    _I | re.VERBOSE,
)
ASIDE = re.compile(r",\s*excluding\s+[^,;:]{1,60},(?=\s+with\b)", _I)  # denies itself alone
RELEASE = re.compile(
    r"\b(?:harbou?ring|carrying|but(?!\s+not\s+limited)|however|although|and\s+(?:must|ha(?:s"
    r"|ve)|with|documented|known|confirmed|positive)|who|whose|"
    r"not\s+(?:amenable|eligible|suitable|candidates?)|unresectable|cur(?:ative|able)|surgery"
    r"|radiation|therapy|diagnosis|cancer)\b|,\s+with\b",
    _I,
)
TURN = re.compile(
    r"\b(?:but|however|who|whose|and|harbou?ring|carrying|that\s+(?:carr|harbou?r|ha|is|are))", _I
)
QUALIFIED = re.compile(  # an exclusion that bars only some who have the biomarker
    r"^[^;]*?\b(?:who|if|that\s+(?!(?:is|are)\s+(?:(?:known|expected)\s+to|sensitive|amenable|targetable|actionable))(?:has|have|had|is|are|was|were)|and\s+(?:ha(?:s|ve|d)|are|is|no|not|without|prior|previous\w*"
    r"|were)|when|without|eligible|not\s+(?:previously"
    r"|treated|yet)|suitable|appropriate|candidates?)\b"
    r"|^[^;:.]{0,60}:\s+\w",  # `MSS cancer: liver metastases present`
    _I,
)
CLAUSE = re.compile(r"(?<!i\.e\.)(?<!e\.g\.);\s|\.\s+(?:[-\u2013•]\s+)?(?=[A-Z])")
EXEMPT = re.compile(r"\b(?:unless|except\w*|other\s+than|with\s+the\s+exception)\b", _I)
COHORT = re.compile(
    r"\b(?:cohorts?|parts?|arms?|phase|stage\s+\d|modules?|sub-?(?:study|protocol)s?|groups?"
    r"|strat(?:um|a)|steps?|dose|expansion|escalation)\b"
    r"|^[^:]{1,60}:\s",
    _I,
)
ALTERNATIVE = re.compile(
    r"\b(?:one|either|any|some|two)\b(?:\s+or\s+more)?(?:\s+\w+){0,3}?\s+(?:of|following)\b"
    r"|\bfollowing\s+(?:tumou?r|cancer|disease|histolog|indication|cohort|type)|\beither\b"
    r"|\bor:?$",
    _I,
)

AND_POSITIVE = re.compile(r"\bpositiv|\w\+", _I)  # `negative for A and B positive`
NON = re.compile(r"\bnon[\s-]*$", _I)  # non-EGFR-mutated
LEFT_OUT = re.compile(r"\b(?:excluding|(?:with\s+)?(?:the\s+)?exclusion\s+of)\b", _I)
NARROWED = re.compile(
    r"^[^;.]{0,40}\b(?:other\s+than|except\w*|exclud\w+|apart\s+from)\b[^;.]{0,40}?"
    r"(?:\b[a-z]\d{2}|exon|codon|mutation|variant|fusion|amplif)",
    _I,
)
ONLY_SOME = re.compile(  # those with the biomarker who are barred only if something else holds
    r"\b(?:who|if|when|and\s+ha(?:s|ve)|that\s+(?:show|demonstrate|are|is|ha(?:s"
    r"|ve)\s+not))\b",
    _I,
)
AND_WHO = re.compile(r"\band\s+who\b", _I)
STATED = frozenset({"MSI_H", "MMR_deficient"})  # `MSI-H status` is a result
RARE = re.compile(
    r"\b(?:non[\s-]*(?:hotspot|canonical|classical|sensiti[sz]ing|v600)|atypical"
    r"|uncommon)\s+$",
    _I,
)
REQUIRED_AFTER = re.compile(  # `EGFR mutation must have been identified`
    r"^\W*(?:disease|cancers?|tumou?rs?|status)?\s*(?:is|are)\s+required\b"
    r"|^\W*(?:must|should)\s+(?:have\s+been|be)\s+(?:present|identified|confirmed|detected"
    r"|demonstrated|determined|documented|verified|established|proven)\b",
    _I,
)
DISEASE = re.compile(  # `refractory HER2-positive disease` is no therapy
    r"\b(?:(?:(?:treatment[\s-])?refractory|relapsed|recurrent|(?:previously\s+)?(?:un)?treated|progressive"
    r"|metastatic|(?:locally\s+)?advanced|unresectable|inoperable)"
    r"(?:\s*(?:/|,|\bor\b|\band\b)\s*|\s+))+$",
    _I,
)
OPENS_GENES = re.compile(  # the genes of the list below are mutated
    r"\b(?:mutations?|alterations?|variants?|defects?|aberrations?)\b[^:.]{0,40}:$", _I
)
KNOWN = re.compile(
    r"\b(?:known|unknown|whose"
    r"|any)\s+$",
    _I,
)  # `known MSI-H status`: either result
PERHAPS = re.compile(
    r"\bwill\s+be\s+(?!(?:eligible|enrolled|included|recruited|entered|assigned|allocated|excluded|ineligible"
    r"|required|considered\s+(?:for|eligible))\b)|\b(?:prefer\w*|ideally|priorit\w+|encouraged)\b|\b(?:is|are)\s+(?:not\s+known|unknown|undetermined)\b|(?<!that\s)(?<!which\s)(?<!who\s)\b(?:may|might|could|can)\b(?!\s+be\s+(?:confirm|document))|^\W*(?:or|/)\s*unknown\b",
    _I,
)
DEMANDED = re.compile(  # what those who have the biomarker must do or have had
    r"(?<!and\s)(?<!who\s)\b(?:must|should|need\s+to|needs\s+to|ha(?:ve|s)\s+to|(?:is|are)\s+required\s+to)\b",
    _I,
)
NOTE = re.compile(rf"^\W*(?:note|n\.?b\.?|remark|comment)\b(?!\W+{PEOPLE}\s+must\s+have\b)", _I)
TISSUE_FOR = re.compile(
    r"\b(?:tissue|specimens?|samples?|blocks?|slides?)\s+(?:\w+\s+){0,3}for\b", _I
)
HEADED = re.compile(r"^[\s\w]{0,15}(?::|\s[-\u2013]\s)")  # `for Part 1B: ...` opens what is asked
NOT_HARBOURING = re.compile(r"^\s*(?:harbou?r\w*|carry\w*|have|having)\b", _I)
IF = re.compile(r"^(?:if|when|where|once|unless|except\w*)$", _I)
EXEMPTED_AFTER = re.compile(
    r"^\W*(?:allowed|permitted)\b|^\W*(?:(?:\w+\s+){0,3}?(?:(?:is|are)\s+)?)?not\s+(?:required|necessary|mandatory|needed)\b|\bnot\s+(?:exclude|preclude|disqualify)|\bnot\s+(?:be\s+)?(?:excluded|exclusionary|ineligible|an?\s+exclusion)\b|^-based\b",
    _I,
)
ANY = re.compile(r"\bany\s+$", _I)  # `any PR`: whatever it is
ANY_AFTER = re.compile(r"^[\w-]+[\s:]+any\b", _I)  # `PR any`
PLACED = re.compile(  # what is barred is elsewhere: `CNS metastases in ALK-positive disease`
    r"\b(?:metasta\w+|involvement|lesions?|progression|invasion|relapse)\s+(?:in|of|from)\W*$", _I
)
NONE_ALLOWED = re.compile(r"^\W*(?:is|are|will\s+be)\s+(?:allowed|permitted|acceptable)\b", _I)
APART_FROM = re.compile(  # `leukaemia other than APL with t(15;17)` lacks it
    r"\b(?:other\s+than|except(?:ing)?(?:\s+for)?|with\s+the\s+exception\s+of)\s+(?:[\w-]+\s+){0,4}?"
    r"(?:leuk\w+|lymphoma\w*|cancers?|carcinomas?|tumou?rs?|apl|disease)\b[^,;.]{0,20}$"
    r"|\bexcept(?:ing)?(?:\s+for)?\s+$",
    _I,
)
FOR = re.compile(r"(?<!negative\s)(?<!positive\s)\b(?:for|in|among)\s+$", _I)
THOSE = re.compile(rf"^\s*(?:$|{ENTRANTS}\b)", _I)
METHOD_FOR = re.compile(  # `FISH for BCR-ABL1`
    r"\b(?:FISH|CISH|ISH|(?:RT-?|q)?PCR|IHC|immunohistochemistry|sequencing|NGS|cytogenetics|hybridi[sz]ation)"
    r"\s+for\s+(?:the\s+)?$",
    _I,
)
DIAGNOSTIC = re.compile(r"\bCD(?:3|4|5|7|8|10|23|34|56|79\w|103|117|138)\b|\bs?Ig\b|\bTdT\b")
FOR_SOME = re.compile(r"^\W*for\b", _I)
MANTLE = re.compile(r"\bmantle\b|\bMCL\b", _I)
CML = re.compile(r"\bCML\b|\bchronic\s+(?:phase\s+)?(?:chronic\s+)?myel", _I)
ONLY = re.compile(r"^\W*(?:[\w\s]{0,30}:\s*)?only\b", _I)  # `only patients with ... are eligible`
PERSON = re.compile(rf"\b{ENTRANTS}\b", _I)
SIGN = re.compile(r"\+|\bpositiv", _I)
AS_NOUN = re.compile(r"\b(?:posi|nega)tivity$", _I)
TOLD_BY = re.compile(r"^\s*(?:must|should|will|is|was)\b", _I)  # `positivity must be shown by FISH`
EXAMPLE_OF = re.compile(
    r"\bincluding,?\s+but\s+(?:are\s+|is\s+)?not\s+(?:be\s+)?limited\s+to\b", _I
)
EITHER_AFTER = re.compile(  # `wild type and mutant`: either state
    r"^\s*(?:and|or|/|and/or)\s*(?i:mutant|mutated|wild|negative|positive)\b"
    r"(?![\s-]*(?:types?)?\s+(?:for\b|[A-Z]{2}))"
    r"|^\s*,\s*(?:negative|positive)\s*(?:,|or\b|and\b|$)"
)
BLOOD = re.compile(  # cells that are counted or given: `CD19+ B cells > 50`
    r"^\W*(?:(?:expression\s+)?on\s+)?(?:[BT]|NK|stem|progenitor|mononuclear)[\s-]*cells?\b"
    r"(?!\s*(?:[\w-]+\s+){0,2}(?:lymph|leuk|acute|ALL\b|malig|neopl|NHL|disease|non))"
)
COMMA_MUST = re.compile(r",\s*(?:and\s+|but\s+)?(?:must|should)\b", _I)
AND_MUST = re.compile(r"\band\s+(?:\w+\s+){0,2}?(?:must|should)\b", _I)  # one more demand
ACQUIRED = re.compile(r"\bacquired\b|\bresistance\s+mechanism", _I)
COHORT_HEAD = re.compile(  # `For selected cohorts: ...`: what stands before the colon asks nothing
    r"^[^:]{0,80}\b(?:cohorts?|parts?|arms?|phase|steps?|stage)\b[^:]{0,60}:\s"
    r"|^\W*(?:for|in)\s+(?:the\s+)?(?:cohorts?|parts?|arms?|phase)\s+[\w/]{1,4}(?:(?:,\s*|\s+and\s+|,\s+and\s+)[\w/]{1,3}\b)*,?\s(?=documented|histolog|cytolog|confirm|advanced|metastatic|known)",
    _I,
)
HARD_TO_TREAT = re.compile(  # a disease, no therapy
    r"\b(?:treatment|therapy|chemotherapy|tki)[\s-]na[iï]ve\b|\bpreviously\s+(?:tested|documented|identified|confirmed|diagnosed|determined|found|detected)\b|\bpreviously\s*$"
    r"|\b(?:platinum|castrat\w+|hormone|endocrine|chemo\w*|non|imatinib|treatment)[\s-](?:resistant|refractory"
    r"|sensitive|responsive|dependent)\b",
    _I,
)
HOLDER = re.compile(  # the patient holds the biomarker: `must have`, not `who have`
    rf"^\W*(?:all\s+)?(?:the\s+)?(?:{PEOPLE}\s+|\w+\s+{PEOPLE}\s+)?(?:must|should|shall|ha(?:s|ve))\b",
    _I,
)
HAVING = re.compile(
    r"\b(?:with|confirmed|documented|harbou?r\w*|have|has|identified|known)\s+(?:(?:a|an|the|documented"
    r"|confirmed|tumou?r)\s+){0,2}$",
    _I,
)
IF_AFTER = re.compile(
    r"^[^,;.]{0,40}\beligible\s+(?:only\s+)?if\b|"
    r"^[^,;:.]{0,40}:\s+[^;.]{0,80}\b(?:prior|previous\w*|progress\w+|receiv\w+|treat\w+|therap\w+|lines?)\b"
    r"|^\W{0,2}(?:patients?|participants?|subjects?|tumou?rs?"
    r"|disease)?\s*:\s*(?![pc]?T\d)\w|^-?\s*na[iï]ve\b|^[^;.]{0,15}?\b(?:if|when|in\s+case|in\s+the\s+case)\b"
    r"|^\W*alone\b",
    _I,
)
HOW_TESTED = re.compile(
    r"\b(?:guidelines?|tests?|testing|assays?|results?|confirmation|specimens?|samples?)\s+(?:must|should)\b",
    _I,
)
