"""What the text rules read from eligibility sentences; the sentences here are our own."""

import time
from hashlib import sha256
from pathlib import Path

import pytest

from consilium.knowledge import parse_conditions, parse_profile
from consilium.knowledge.base import read_drugs
from consilium.matching.preconditions import drug_classes, plain
from consilium.tables import read_rows
from consilium.trials.sentences import read_criteria, read_lexicon, split_text
from consilium.trials.sentences.lexicon import Therapy, Word
from consilium.trials.sentences.lexicon import plain as spelling
from score_sentences import SETS, Label, names, read_texts, score

ROOT = Path(__file__).parents[1]
RESOURCES = ROOT / "resources"
LABELS = ROOT / "tests" / "trials"
KIT = ROOT.parent / "shared" / "data" / "knowledge" / "trials"
RECORDS = KIT / "normalised_oncology_trials_2026-01-05.json.gz"
PRECISION, RECALL, SECONDS = 0.98, 0.70, 20


@pytest.fixture(scope="module")
def lexicon():
    return read_lexicon(RESOURCES / "trials", *names(RESOURCES))


@pytest.fixture(scope="module")
def read(lexicon):
    """Reads lines under a heading; gives (polarity, expression) of every criterion."""

    def readings(heading, *lines):
        text = "\n".join((f"{heading} Criteria:", *lines))
        return read_criteria(split_text(text), lexicon)

    return readings


@pytest.fixture(scope="module")
def asked(read):
    def criteria(heading, *lines):
        found = read(heading, *lines)
        return [(c.polarity, c.expression) for reading in found for c in reading.criteria]

    return criteria


IN, OUT = "inclusion", "exclusion"
KIT, EITHER = "KIT mutation", "BRCA2 mutation OR ATM mutation"
H3 = ("H3-3A", "H3C2", "H3C3")  # numbered by HGVS: K27M of the histone is p.K28M
K27M = " OR ".join(f"{gene} p.K28M" for gene in H3)
H3_WILD = " AND ".join(f"{gene} wild_type" for gene in H3)
MOLECULAR = [
    ("Exclusion", "Known EGFR mutation", [(OUT, "EGFR mutation")]),
    ("Inclusion", "Known EGFR mutation", [(IN, "EGFR mutation")]),
    ("Inclusion", "Known EGFR status", []),
    ("Inclusion", "EGFR/ALK wild type", [(IN, "EGFR wild_type"), (IN, "ALK wild_type")]),
    ("Exclusion", "EGFR- or ALK-positive disease", [(OUT, "EGFR mutation OR ALK fusion")]),
    ("Inclusion", "Tumour negative for EGFR mutations", [(IN, "NOT (EGFR mutation)")]),
    ("Inclusion", "Without known ALK rearrangement", [(IN, "NOT (ALK fusion)")]),
    ("Inclusion", "Tumours lacking BRAF V600E", [(IN, "NOT (BRAF p.V600E)")]),
    ("Inclusion", "Absence of KRAS mutation", [(IN, "NOT (KRAS mutation)")]),
    ("Inclusion", "NSCLC excluding EGFR mutated disease", [(IN, "NOT (EGFR mutation)")]),
    ("Exclusion", "NSCLC excluding EGFR mutated disease", []),
    ("Inclusion", "Tumour, excluding NSCLC, with proof of BRAF V600E", [(IN, "BRAF p.V600E")]),
    ("Inclusion", "Tumours excluding NSCLC or melanoma, with BRAF V600E", []),
    ("Exclusion", "Tumour, excluding NSCLC, with proof of BRAF V600E", []),
    ("Inclusion", "Non-EGFR-mutated NSCLC", [(IN, "NOT (EGFR mutation)")]),
    ("Inclusion", "Carriers of non-EGFR variants", []),
    ("Inclusion", "HER2-negative breast cancer", [(IN, "HER2 expression negative")]),
    (
        "Inclusion",
        "ER+/HER2- metastatic breast cancer",
        [(IN, "ER expression positive"), (IN, "HER2 expression negative")],
    ),
    ("Inclusion", "MSI-H or dMMR tumour", [(IN, "MSI_H OR MMR_deficient")]),
    ("Inclusion", "Patients with EGFR mutations must have progressed on an EGFR TKI", []),
    ("Inclusion", "If BRAF V600E is present, prior BRAF inhibitor is required", []),
    ("Inclusion", "If given CD19 therapy before, tumour must be CD19 positive", []),
    ("Inclusion", "No prior KRAS G12C inhibitor", [(IN, "prior excludes KRAS_G12C_inhibitor")]),
    ("Inclusion", "KRAS mutation other than G12C", []),
    ("Exclusion", "Any driver mutation other than KRAS G12C", []),
    ("Exclusion", "No EGFR mutation", []),
    ("Inclusion", "Must not have an EGFR mutation unless treated", [(IN, "NOT (EGFR mutation)")]),
    ("Inclusion", "Patients with EGFR mutation are not eligible", [(OUT, "EGFR mutation")]),
    ("Exclusion", "Patients with HER2-positive disease are eligible", []),
    ("Exclusion", "KRAS mutations are not excluded", []),
    ("Exclusion", "EGFR mutation in patients who have not received osimertinib", []),
    ("Inclusion", "HER2-positive or HER2-negative breast cancer", []),
    ("Inclusion", "PD-L1 positive or negative", []),
    ("Inclusion", "HER2-negative (IHC 0 or 1+)", [(IN, "HER2 expression negative")]),
    ("Inclusion", "Mutations in BRCA1, PALB2", [(IN, "BRCA1 mutation OR PALB2 mutation")]),
    ("Inclusion", "PD-L1 TPS >= 50%", [(IN, "PD-L1 expression >= 50")]),
    ("Inclusion", "KRASG12C-mutated NSCLC", [(IN, "KRAS p.G12C")]),
    ("Inclusion", "FR\u03b1 positive ovarian cancer", [(IN, "FRalpha expression positive")]),
    ("Inclusion", "HR > 100 beats per minute", []),
    ("Inclusion", "EGFR testing before enrolment", []),
    ("Inclusion", "Mother with BRCA1 mutation", []),
    ("Inclusion", "Tumour was determined to be HER2-low", [(IN, "HER2 expression low")]),
    ("Inclusion", "MET amplification determined by NGS", [(IN, "MET amplification")]),
    ("Inclusion", "HER2 positivity is defined by IHC", []),
    ("Inclusion", "HER2+ breast cancer is defined as IHC 3+", []),
    ("Inclusion", "HER2-positive gastric cancer", [(IN, "HER2 expression positive")]),
    ("Exclusion", "MSS rectal cancer: lung metastases present", []),
    ("Exclusion", "MSI-H rectal cancer", [(OUT, "MSI_H")]),
    ("Inclusion", "BRAF V600E wild-type melanoma", [(IN, "NOT (BRAF p.V600E)")]),
    ("Inclusion", "H3K27 wild-type glioma", [(IN, f"NOT ({K27M})")]),
    ("Inclusion", "H3K27M-mutant glioma", [(IN, K27M)]),
    ("Inclusion", "H3 wildtype glioma", [(IN, H3_WILD)]),
    ("Exclusion", "Histone H3 wild-type glioma", [(OUT, H3_WILD)]),
    ("Inclusion", "B7-H3 positive tumour", [(IN, "B7-H3 expression positive")]),
    ("Inclusion", "KRAS exon 2 wild type", [(IN, "NOT (KRAS exon 2 mutation)")]),
    ("Exclusion", "BRCA 1 or 2 mutation", [(OUT, "BRCA1 mutation OR BRCA2 mutation")]),
    ("Inclusion", "Mutation (pathogenic variant) in BRCA2 or ATM", [(IN, EITHER)]),
    ("Inclusion", "ATM and CHEK2 co-mutations", [(IN, "ATM mutation"), (IN, "CHEK2 mutation")]),
    ("Inclusion", "Had prior therapy and is eligible based on a KIT mutation", [(IN, KIT)]),
    ("Inclusion", "Had prior therapy and a KIT mutation was found", []),
    ("Inclusion", "For Arm 2 - has a KIT mutation", [(IN, KIT)]),
    ("Inclusion", "For patients in arm 2 a KIT mutation", []),
    ("Inclusion", "Note: Patients must have a KIT mutation", [(IN, KIT)]),
    ("Inclusion", "Note: a KIT mutation counts", []),
    ("Inclusion", "NPM1m leukaemia", [(IN, "NPM1 mutation")]),
    ("Inclusion", "Documented EGFR (+) disease", [(IN, "EGFR mutation")]),
    ("Inclusion", "Variants in BRCA1, ZZAP1 or ATM", [(IN, "BRCA1 mutation OR ATM mutation")]),
    ("Inclusion", "Tumour with high FR\u03b1 expression", [(IN, "FRalpha expression positive")]),
    ("Inclusion", "CD20 expression on tumour cells", [(IN, "CD20 expression positive")]),
    ("Inclusion", "Ph-like leukaemia", []),
    ("Inclusion", "EGFR-mutant NSCLC: progression on osimertinib", []),
    ("Inclusion", "Preferably HER2 positive", []),
    ("Inclusion", "EGFR mutation is not known", []),
    ("Inclusion", "Negative for T790M and EGFR mutation positive", []),
    ("Inclusion", "Tissue with KRAS mutation will be collected", []),
    ("Exclusion", "Second primary HER2-positive cancer", []),
    ("Exclusion", "KRAS mutation does not exclude a patient", []),
    ("Inclusion", "NSCLC with PD-L1 TPS < 50%", [(IN, "PD-L1 expression < 50")]),
    ("Inclusion", "NSCLC with KRAS p. Gly12Cys mutation", [(IN, "KRAS p.G12C")]),
    ("Inclusion", "Confirmed KRAS G12C mutation status", [(IN, "KRAS p.G12C")]),
    ("Inclusion", "Tumor negative for PD-L1 expression", [(IN, "NOT (PD-L1 expression positive)")]),
    ("Inclusion", "Patients must have BCL-2 rearrangement", [(IN, "BCL2 fusion")]),
    ("Inclusion", "Tumor tested positive for EGFR mutation", [(IN, "EGFR mutation")]),
    (
        "Inclusion",
        "HER2 negative disease; guidelines should be used",
        [(IN, "HER2 expression negative")],
    ),
    (
        "Inclusion",
        "Patients must have BRAF V600E melanoma and must have received a BRAF inhibitor",
        [(IN, "BRAF p.V600E")],
    ),
    ("Inclusion", "Patients with BRAF V600E melanoma must have received a BRAF inhibitor", []),
    ("Inclusion", "Platinum-resistant or MSI-H endometrial cancer", [(IN, "MSI_H")]),
    ("Inclusion", "Rituximab or others (CD20-directed, excluding CD20-negative cases)", []),
    ("Exclusion", "Children who tested positive for a BRCA1 mutation", []),
    ("Exclusion", "Known BRCA carriers", [(OUT, "BRCA1 mutation OR BRCA2 mutation")]),
    ("Inclusion", "ER-ve breast cancer", [(IN, "ER expression negative")]),
    ("Inclusion", "Tumour must be negative for HER2", [(IN, "NOT (HER2 expression positive)")]),
    ("Inclusion", "Expression of CD20 on lymphoma cells", [(IN, "CD20 expression positive")]),
    ("Inclusion", "Lymphoma with documented CD19 expression", [(IN, "CD19 expression positive")]),
    ("Inclusion", "Tissue for CD19 expression testing", []),
    ("Inclusion", "Philadelphia chromosome positive or negative ALL", []),
    ("Inclusion", "CRC (both RAS wild type and mutant)", []),
    ("Inclusion", "HER2 positivity must be shown by FISH", []),
    ("Inclusion", "Solid tumours including, but not limited to, PIK3CA mutant cancers", []),
    ("Inclusion", "Only patients with MSS colorectal cancer are eligible", [(IN, "NOT MSI_H")]),
    ("Inclusion", "Note: No KIT mutations are allowed", [(IN, "NOT (KIT mutation)")]),
    ("Inclusion", "AML other than APL with t(15;17)", [(IN, "NOT (PML::RARA)")]),
    ("Inclusion", "No prior therapy except for HER2 positive disease", []),
    ("Inclusion", "Cohort A: RET-positive NSCLC, must have had platinum", [(IN, "RET fusion")]),
    ("Inclusion", "Patients with RET-positive NSCLC must have had platinum", []),
    ("Inclusion", "HER2 status: negative", [(IN, "HER2 expression negative")]),
    ("Inclusion", "PD-L1 expression IC 2/3", []),
    ("Inclusion", "Rituximab for CD20+ patients", []),
    ("Inclusion", "Mutation in exons 18-20 of EGFR", [(IN, "EGFR exon 18,19,20 mutation")]),
    (
        "Inclusion",
        "NRAS mutation, untreated with RAF, MEK or other inhibitors",
        [(IN, "NRAS mutation")],
    ),
    (
        "Inclusion",
        "Positive ER or PR, negative HER2",
        [
            (IN, "ER expression positive OR PR expression positive"),
            (IN, "HER2 expression negative"),
        ],
    ),
    (
        "Inclusion",
        "Breast cancer (HER2 positive or triple negative)",
        [
            (
                IN,
                "HER2 expression positive OR (HR expression negative AND HER2 expression negative)",
            )
        ],
    ),
    ("Inclusion", "Mantle cell lymphoma: CD5(+), CD19(+) or CD20(+), cyclin D1(+), CD23(-)", []),
    ("Inclusion", "Serum estrogen < 30 pg/ml or negative estrogen test", []),
    ("Inclusion", "Chromosomal translocation 6;9", [(IN, "DEK::NUP214")]),
    ("Inclusion", "Resistance to imatinib and no T315I mutation", [(IN, "NOT (ABL1 p.T315I)")]),
    ("Inclusion", "Absolute CD19+ B cells > 50", []),
    ("Inclusion", "RT-PCR for BCR-ABL1 fusion", []),
    ("Inclusion", "EGFR-positive tumor not required", []),
    ("Inclusion", "Patients may not have a BRCA1 mutation", [(IN, "NOT (BRCA1 mutation)")]),
    ("Inclusion", "A positive CEA stain is determined if most cells are stained", []),
    ("Inclusion", "Optional: EGFR mutation", []),
    ("Inclusion", "Ph+ CML patients must have resistance to imatinib", [(IN, "BCR::ABL1")]),
    ("Inclusion", "For Ph+ CML patients: must have resistance to imatinib", []),
    ("Exclusion", "APL with t( 15; 17 )(q24;q21)", [(OUT, "PML::RARA")]),
    ("Exclusion", "Known T315I BCR-ABL mutation", [(OUT, "ABL1 p.T315I")]),
    ("Inclusion", "T790M mutation", [(IN, "EGFR p.T790M")]),
    ("Exclusion", "CNS metastases in ALK-positive disease", []),
    ("Inclusion", "RB-positive tumour", []),
    ("Inclusion", "EGFR overexpression by IHC", [(IN, "EGFR expression positive")]),
    ("Inclusion", "HER2/neu 3+ by IHC", [(IN, "HER2 expression positive")]),
    ("Inclusion", "At least 20 % of blasts must express CD33", [(IN, "CD33 expression positive")]),
    ("Inclusion", "BRAF V600E and wild-type KRAS", [(IN, "BRAF p.V600E"), (IN, "KRAS wild_type")]),
    (
        "Inclusion",
        "RAS wild type (KRAS and NRAS exons 2, 3 and 4)",
        [(IN, "KRAS wild_type"), (IN, "NRAS wild_type")],
    ),
    (
        "Inclusion",
        "ER+, PR any, HER2- breast cancer",
        [(IN, "ER expression positive"), (IN, "HER2 expression negative")],
    ),
]
CLINICAL = [
    ("Inclusion", "Age ≥ 18 years", [(IN, "age >= 18")]),
    ("Inclusion", "Aged 6 months to 17 years", [(IN, "age >= 0.5; age <= 17")]),
    ("Inclusion", "Between 18 and 75 years of age", [(IN, "age >= 18; age <= 75")]),
    ("Exclusion", "Age under 18 years", [(OUT, "age < 18")]),
    ("Inclusion", "Women aged at least 18 years", [(IN, "age >= 18"), (IN, "sex = female")]),
    ("Inclusion", "Men and women aged at least 18 years", [(IN, "age >= 18")]),
    ("Inclusion", "Male or female", []),
    ("Inclusion", "ECOG performance status 0, 1 or 2", [(IN, "ecog <= 2")]),
    ("Exclusion", "ECOG performance status of 3 or more", [(OUT, "ecog >= 3")]),
    ("Inclusion", "No prior systemic therapy for metastatic disease", [(IN, "line = 1")]),
    ("Inclusion", "At least two prior lines of systemic therapy", [(IN, "line >= 3")]),
    ("Inclusion", "At least one prior line of platinum-based chemotherapy", []),
    (
        "Exclusion",
        "Prior treatment with a PARP inhibitor",
        [(OUT, "prior includes PARP_inhibitor")],
    ),
    ("Exclusion", "Prior treatment with osimertinib within 4 weeks", []),
    ("Inclusion", "Histologically confirmed stage IIIB or IV NSCLC", [(IN, "stage in IIIB|IV")]),
    ("Inclusion", "Stage IB-IIIA NSCLC", [(IN, "stage in IB|IC|II|IIIA")]),
    ("Inclusion", "Stage IIB or higher melanoma", []),
    ("Inclusion", "Stage III or recurrent disease", []),
    ("Inclusion", "Histologically confirmed NSCLC", [(IN, "NSCLC")]),
    ("Inclusion", "At least one measurable lesion", [(IN, 'note "measurable disease"')]),
    ("Exclusion", "Known brain metastases", [(OUT, 'note "brain metastases"')]),
    (
        "Exclusion",
        "Untreated brain metastases",
        [(OUT, 'note "active or untreated brain metastases"')],
    ),
]


@pytest.mark.parametrize(("heading", "line", "expected"), MOLECULAR + CLINICAL)
def test_a_sentence_gives_what_it_asks_for_or_nothing(asked, heading, line, expected):
    assert asked(heading, line) == expected


def test_no_sentence_that_names_a_word_is_passed_by(lexicon):
    missed = [w.word for w in lexicon.words if not lexicon.names_some(f"has {w.word} here")]
    assert not missed
    assert not lexicon.names_some("Adequate renal function, for at least 4 weeks prior to entry")


def test_bullets_under_one_line_are_turned_by_it(asked):
    bullets = ("* EGFR mutation", "* ALK fusion")
    barred = [(OUT, "EGFR mutation"), (OUT, "ALK fusion")]
    assert asked("Inclusion", "Patients must not have:", *bullets) == barred
    assert asked("Inclusion", "One of the following:", *bullets) == [
        (IN, "EGFR mutation"),
        (IN, "ALK fusion"),
    ]
    assert asked("Exclusion", "None of the following:", *bullets) == []  # denied twice
    assert asked("Inclusion", "Prior treatment for:", *bullets) == []
    last = "Patients for whom standard therapy does not exist:"
    assert asked("Inclusion", last, bullets[0]) == [(IN, "EGFR mutation")]


def test_a_line_that_opens_no_list_silences_nothing_under_it(asked):
    prior = "Patients who received prior therapy"
    own = "* The tumor must be HER2 positive"
    assert asked("Inclusion", f"{prior} are told of", f"  {own}") == [
        (IN, "HER2 expression positive")
    ]
    assert asked("Inclusion", f"{prior}:", f"  {own}") == [(IN, "HER2 expression positive")]
    assert asked("Inclusion", f"{prior}:", "  * HER2 positive tumor") == []


def test_what_an_arm_asks_for_names_the_arm_and_is_soft(read):
    lines = ("Arm A:", "* KRAS G12D mutation", "Arm B: BRAF V600E mutation", "Age ≥ 18 years")
    found = [r for r in read("Inclusion", *lines) if r.criteria]
    assert [(r.cohort, r.criteria[0].expression, r.criteria[0].hard) for r in found] == [
        ("Arm A", "KRAS p.G12D", False),
        ("Arm B", "BRAF p.V600E", False),
        (None, "age >= 18", True),
    ]


def test_a_reading_keeps_its_sentence_and_what_is_unread_is_listed(read):
    first, second = read("Inclusion", "EGFR mutation", "Adequate organ function")
    assert (first.sentence.number, first.sentence.text) == (2, "EGFR mutation")
    assert [(c.origin, c.sentence) for c in first.criteria] == [("text", "EGFR mutation")]
    assert (second.sentence.number, second.criteria) == (3, ())


def test_alternatives_of_opposite_kind_are_soft(read):
    (reading,) = read("Inclusion", "KRAS wild type or BRAF V600E")
    assert [c.hard for c in reading.criteria] == [False, False]


def test_words_and_therapies_are_known_to_the_grammar_and_the_knowledge_base():
    words = list(read_rows(RESOURCES / "trials" / "words.tsv", Word))
    for word in words:
        for gene in word.genes:
            parse_profile(f"{gene} mutation")
        if word.expression:
            parse_profile(word.expression)
    classes = drug_classes(read_drugs(RESOURCES / "knowledge" / "drugs.tsv"))
    known = {*classes, *(kind for kinds in classes.values() for kind in kinds)}
    therapies = list(read_rows(RESOURCES / "trials" / "therapies.tsv", Therapy))
    assert [t.name for t in therapies if plain(t.name) not in known] == []
    by_spelling: dict[str, set] = {}
    for word in words:
        meaning = (word.genes, word.antigen, word.expression)
        by_spelling.setdefault(spelling(word.word), set()).add(meaning)
    assert {word: found for word, found in by_spelling.items() if len(found) > 1} == {}


def labels(name):
    return list(read_rows(LABELS / f"labels_{name}.tsv", Label))


@pytest.fixture(scope="module")
def texts():
    if not RECORDS.exists():
        pytest.skip(f"the registry records are not there: {RECORDS}")
    return read_texts(RECORDS)


@pytest.mark.parametrize("name", SETS)
def test_labels_lie_in_the_order_of_the_hash(name, texts):
    """The first set came before any rule, the others each after a freeze: none share a trial."""
    trials = list(texts)
    assert {row.trial for row in labels(name)} <= {trials[place] for place in SETS[name]}
    shared = [other for other in SETS if other != name and set(SETS[other]) & set(SETS[name])]
    assert shared == []


def test_rules_agree_with_the_labels(texts, lexicon):
    """A regression test: what the first run on each set found is in docs/trials.md."""
    trials, found = list(texts), []
    for name, places in SETS.items():
        of_set = {trials[place]: texts[trials[place]] for place in places}
        found.append(score(labels(name), of_set, lexicon))
    right, wrong, missed = (
        sum(len(getattr(part, kind)) for part in found) for kind in ("right", "wrong", "missed")
    )
    assert right / (right + wrong) >= PRECISION
    assert right / (right + missed) >= RECALL
    assert sum(part.sentences for part in found) >= 300


def test_every_reading_is_in_a_grammar_and_all_are_quick(texts, lexicon):
    start = time.process_time()
    found = [r for text in texts.values() for r in read_criteria(split_text(text), lexicon)]
    assert time.process_time() - start <= SECONDS
    grammars = {"molecular": parse_profile, "clinical": parse_conditions}
    for criterion in (c for reading in found for c in reading.criteria):
        if criterion.kind in grammars:
            grammars[criterion.kind](criterion.expression)
        assert criterion.origin == "text"


@pytest.mark.parametrize("path", sorted(LABELS.glob("labels_*.tsv")), ids=lambda path: path.stem)
def test_labels_are_whole_and_in_the_grammar(path):
    """Those of trials outside the registry copy too, whose texts are not here to be scored."""
    rows = list(read_rows(path, Label))
    places: dict[tuple[str, int], set[str]] = {}
    for row in rows:
        places.setdefault((row.trial, row.sentence), set()).add(row.sha256)
        assert row.polarity in {"inclusion", "exclusion", "wild-type", "none", "unclear"}
        assert not (row.polarity == "none" and row.expression)
        if row.expression:
            parse_profile(row.expression)
    assert all(len(found) == 1 for found in places.values())


def test_a_changed_record_is_refused(lexicon):
    (row, *_) = labels("development")
    wrong = {row.trial: "Inclusion Criteria:\nanother sentence"}
    assert sha256(b"another sentence").hexdigest() != row.sha256
    with pytest.raises(Exception, match="is not the one that was labelled"):
        score([row], wrong, lexicon)
