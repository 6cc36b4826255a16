"""Forms of whole sentences about the person and the course of disease, for `clinical`."""

import re

_I = re.IGNORECASE
GENERAL = re.compile(  # lines that only announce a list
    r"\b(?:following|criteri(?:a|on)|inclusions?|exclusions?|eligib\w+|all\s+(?:patients"
    r"|participants"
    r"|subjects|cohorts|parts|arms))\b",
    _I,
)
MEASURABLE = re.compile(
    r"(?:(?:patients|participants|subjects)\s+)?(?:(?:must|should)\s+)?(?:(?:have|has|with"
    r"|presence\s+of"
    r"|existence\s+of)\s+)?(?:(?:at\s+least|≥|>=)\s*(?:1|one)\s+)?(?:radiologically\s+"
    r"|radiographically\s+)?"
    r"(?:measurable(?:\s*(?:/|and/or|or)\s*evaluable)?|evaluable)\s+(?:target\s+|tumou?r\s+)?"
    r"(?:disease|lesions?)(?:\s+at\s+baseline)?"
    r"(?:,?\s*\(?(?:per|by|as\s+(?:per|defined|assessed|determined)|according\s+to|based\s+on"
    r"|defined"
    r"|using|that\s+can\s+be|in\s+accordance)(?:(?!\bor\b|\bunless\b|\bexcept|\bif\b|\bnot\b"
    r"|\bcohort"
    r"|\bpart\b).)*)?",
)
ACTIVE = r"\b(?:active|symptomatic|untreated|uncontrolled|unstable|progressi\w+|unless|stable)\b"
_BRAIN = r"(?:brain|cns|central\s+nervous\s+system|cerebral|intracranial|leptomeningeal|meningeal)"
BRAIN = re.compile(
    r"(?:(?:patients|participants|subjects|those|individuals)\s+)?(?:(?:must|should)\s+)?"
    r"(?:(?:have|has|with|presence\s+of|evidence\s+of|history\s+of|diagnosis\s+of)\s+)*"
    r"(?P<no>(?:no|without|absence\s+of)\s+)?"
    r"(?:(?:presence\s+of|evidence\s+of|history\s+of|known|documented|current|any|active"
    r"|symptomatic"
    r"|untreated|uncontrolled|unstable|progressive|progressing|clinically|suspected|new|or"
    r"|and/or|and|,|/)"
    r"[\s,]*)*"
    rf"{_BRAIN}(?:\s*\((?:cns|brain)\))?(?:\s*(?:/|,|and/or|or|and)\s*{_BRAIN})*\s+"
    r"(?:metasta[st][ei]s|metastas[ei]s|metastatic\s+disease|involvement|disease|lesions?)"
    r"(?:,?\s*(?:and/or|and|or|/)?\s*(?:carcinomatous\s+meningitis"
    r"|leptomeningeal\s+(?:disease|metastas[ei]s"
    r"|carcinomatosis|spread)|spinal\s+cord\s+compression|carcinomatosis))*"
    r"(?:,?\s*unless\s+[^;]*\b(?:treated|stable|asymptomatic)\b[^;]*)?"
)
HAD = re.compile(
    r"(?:(?:patients|participants|subjects|those|individuals)\s+)?(?:who\s+)?"
    r"(?P<must>(?:must|should)\s+have\s+(?:previously\s+|already\s+)?(?:received|had"
    r"|been\s+treated\s+with)\s+"
    r"(?:a\s+|an\s+)?)?"
    r"(?:(?:have|has)\s+)?(?:(?:received|had)\s+)?(?P<no>(?:no|not\s+received(?:\s+any)?"
    r"|never\s+received)\s+)?"
    r"(?:any\s+)?(?:history\s+of\s+)?"
    r"(?(must)(?:prior\s+|previous\s+)?|(?:prior|previous(?:ly)?)\s+)"
    r"(?:(?:systemic\s+)?(?:treatment|therapy|exposure|use|treated|received|history)\s*"
    r"(?:with|of|to)?\s+(?:a\s+|an\s+|any\s+)?)?"
    r"(?P<what>[^;:()]{3,90}?)"
    r"(?:\s+(?:therapy|therapies|treatment|agents?|antibod(?:y|ies)|monoclonal\s+antibod(?:y"
    r"|ies)))?",
)
SETTING = re.compile(  # `for metastatic NSCLC`, at the end
    r"\s(?:for|in)\s+(?:the\s+|their\s+|treatment\s+of\s+)*(?=[^,;]*\b(?:advanced|metastatic"
    r"|unresectable)\b)"
    r"(?:(?!\bwith\b|\bwithin\b|\bexcept|\bother\b|\bthan\b|\bunless\b|\bif\b|\bthat\b"
    r"|\bwho\b)[^,;:\d]){5,90}$"
)
