"""Whole cases made in code, through the records that the pipeline itself writes."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import yaml

from consilium.matching.patient import Context, build_patient
from consilium.records import Callability, Clinical, Event, QualityCheck, Therapy, Variant
from consilium.report.inputs import CaseData, CaseFacts, SampleFacts
from consilium.report.language import texts
from consilium.trials.document import trials_document
from consilium.trials.match import match_trials
from consilium.trials.places import Home
from matching_cases import SETTINGS, absent
from test_trials_match import MATCHER, MUTATED, asks, trial

DEFAULTS = yaml.safe_load((Path(__file__).parents[1] / "config" / "config.yaml").read_text())
CONFIG: dict[str, Any] = {
    "interpretation": DEFAULTS["interpretation"],
    "trials": DEFAULTS["trials"],
    "regions": ["FDA", "EMA"],
    "callers": ["mutect2"],
    "aligner": "bwa",
    "reference": {
        "build": "GRCh38",
        "germline_resource": None,
        "common_variants": None,
        "panel_of_normals": None,
        "clinvar": None,
        "hotspots": None,
    },
    "callability": {"power": 0.95, "assumed_purity": 0.2},
    "quality": {
        "panel": {"tumor": {"mean_depth": {"review": 200, "fail": 50, "direction": "min"}}}
    },
}
MUTATED_LABEL = "EGFR p.L858R"
EGFR = Variant(
    sample="T",
    chrom="chr7",
    pos=55191822,
    ref="T",
    alt="G",
    gene="EGFR",
    transcript="NM_005228.5",
    consequence="missense_variant",
    hgvs_g="chr7:g.55191822T>G",
    hgvs_c="c.2573T>G",
    hgvs_p="p.Leu858Arg",
    hgvs_p1="p.L858R",
    exon=21,
    codon_start=858,
    codon_end=858,
    status="BELIEVED",
    reasons=(),
    callers=("mutect2",),
    filters=("mutect2:PASS",),
    origin="SOMATIC",
    origin_reason="0 of 96 fragments of the normal show it",
    tumor_depth=412,
    tumor_alt=128,
    vaf=0.311,
    vaf_low=0.268,
    vaf_high=0.357,
    alt_forward=70,
    alt_reverse=58,
    tumor_depth_all=640,
    tumor_alt_all=201,
    normal_depth=96,
    normal_alt=0,
    loh=None,
    phase_set=None,
    joined_from=(),
    population_af=None,
    clinvar="Pathogenic",
    clinvar_stars=2,
    hotspot="EGFR 858",
)
TP53 = replace(
    EGFR,
    chrom="chr17",
    pos=7675088,
    ref="C",
    alt="T",
    gene="TP53",
    transcript="NM_000546.6",
    hgvs_g="chr17:g.7675088C>T",
    hgvs_c="c.524G>A",
    hgvs_p="p.Arg175His",
    hgvs_p1="p.R175H",
    exon=5,
    vaf=0.052,
    vaf_low=0.034,
    vaf_high=0.078,
    tumor_alt=21,
    clinvar=None,
    clinvar_stars=None,
    hotspot=None,
)
NOISE = replace(
    EGFR,
    pos=55191900,
    ref="C",
    alt="T",
    hgvs_g="chr7:g.55191900C>T",
    hgvs_c="c.2600C>T",
    hgvs_p="p.Ala867Val",
    hgvs_p1="p.A867V",
    status="FILTERED",
    reasons=("2 fragments show it; 3 are needed",),
    callers=(),
    filters=("mutect2:weak_evidence",),
    origin="UNKNOWN",
    origin_reason="not believed",
    vaf=0.005,
    vaf_low=0.001,
    vaf_high=0.017,
    tumor_alt=2,
    clinvar=None,
    clinvar_stars=None,
    hotspot=None,
)
GERMLINE = replace(
    EGFR,
    chrom="chr17",
    pos=43045711,
    gene="BRCA1",
    hgvs_g="chr17:g.43045711G>A",
    hgvs_c="c.5559C>A",
    hgvs_p="p.Tyr1853Ter",
    hgvs_p1="p.Y1853*",
    origin="GERMLINE",
    origin_reason="47 of 96 fragments of the normal show it",
    loh=True,
)


def label(variant: Variant) -> str:
    return f"{variant.gene} {variant.hgvs_p}"


def event(variant: Variant, tier: str | None = "I") -> dict[str, Any]:
    found = Event(
        kind="SNV",
        gene=variant.gene,
        hgvs_p=variant.hgvs_p,
        hgvs_c=variant.hgvs_c,
        genomic=f"{variant.chrom}:{variant.pos}:{variant.ref}:{variant.alt}",
        origin=variant.origin,
        sample=variant.sample,
        vaf=variant.vaf,
        vaf_low=variant.vaf_low,
        vaf_high=variant.vaf_high,
        depth=variant.tumor_depth,
        alt_reads=variant.tumor_alt,
        origin_reason=variant.origin_reason,
        loh=variant.loh,
    )
    return asdict(found) | {
        "label": label(variant),
        "direction": "GoF",
        "tier": tier,
        "oncogenicity": {
            "label": "Oncogenic",
            "points": 10,
            "codes": [{"code": "OS3", "points": 4, "sentence": "A hotspot of many tumours."}],
        },
    }


def therapy(rank: int, action: str, regimen: str, **changes: Any) -> dict[str, Any]:
    tier = {"ACT": "I-A", "CONSIDER": "II-C", "AVOID": "R-I"}.get(action)
    row = Therapy(
        case="LUAD-01",
        rank=rank,
        action=action,
        tier=tier,
        regimen=regimen,
        predicate="resistance" if action == "AVOID" else "sensitivity",
        biomarker="EGFR p.Leu858Arg (VAF 0.31)",
        profile="EGFR p.L858R OR EGFR exon 19 inframe_deletion",
        granularity="EXACT",
        disease_match="ON",
        disease_path="LUAD > NSCLC",
        conditions_met=("line = 1",),
        conditions_unmet=(),
        conditions_unknown=("ecog <= 1",),
        regions=("FDA ACTIVE 2018-04-18", "EMA ACTIVE 2018-06-07"),
        cdx="required, this assay is not it",
        eml=False,
        level="A",
        escat="I-A",
        oncokb_style="1",
        why="Approved in FDA and EMA for first-line treatment",
        superseded_by=None,
        conflicts_with=(),
        statements=(f"statement-{rank}",),
        citations=("URL:https://example.org/label", "NCT:NCT00000000"),
        checked="2026-11-18",
    )
    trace = [
        {
            "step": "molecular",
            "rule": "12",
            "result": "TRUE",
            "sentence": "EGFR p.L858R is present.",
        },
        {"step": "disease", "rule": "16", "result": "ON", "sentence": "NSCLC is above LUAD."},
        {"step": "tier", "rule": "19", "result": "I-A", "sentence": "A label carries it."},
    ]
    told = asdict(replace(row, **changes))
    shared = ("tier", "conditions_met", "conditions_unmet", "conditions_unknown", "regions")
    use = {name: told[name] for name in (*shared, "summary")}
    return told | {
        "observed": [label(EGFR)],
        "uses": [use | {"statement": f"statement-{rank}", "setting": next(iter(row.settings), "")}],
        "trace": [{"statement": f"statement-{rank}"} | step for step in trace],
    }


def feature(name: str, state: str = "ABSENT", **changes: Any) -> Callability:
    row = Callability(
        sample="T",
        feature=name,
        gene=name.split()[0],
        scope="required",
        state=state,
        reason="every base is deep enough" if state == "ABSENT" else "too shallow",
        transcript="NM_000000.1",
        bases=3,
        bases_sufficient=3,
        min_depth=388,
        median_depth=402.0,
        required_depth=29,
        excluded_vaf=0.0162,
        fraction=1.0,
        uncovered=None,
        purity=0.55,
        purity_source="sheet",
    )
    return replace(row, **changes)


def check(verdict: str = "PASS", value: float | None = 412.0) -> dict[str, Any]:
    reason = "" if verdict == "PASS" else f"T: mean_depth {value} is beyond the limit"
    row = QualityCheck("T", "mean_depth", value, "x", 200, 50, "min", verdict, reason)
    return asdict(row)


def typical() -> CaseData:
    """A lung adenocarcinoma with EGFR p.L858R."""
    normal = SampleFacts("N", "normal", "reads", 1, False, None)
    tumor = SampleFacts("T", "tumor", "reads", 2, False, 0.55)
    return CaseData(
        facts=CaseFacts(
            "LUAD-01",
            (tumor, normal),
            "female",
            "panel",
            "panel",
            "targets.bed",
            False,
            ("SNV", "MNV", "INDEL"),
        ),
        clinical=Clinical("LUAD-01", specimen="FFPE", age=61.0, line=1, stage="IV"),
        interpretation=_interpretation(),
        trials=trials_found(),
        quality={
            "verdict": "RELEASE",
            "reasons": ["every measured limit is met"],
            "checks": [check()],
            "samples": {"T": {"mean_depth": 412.0, "targets_at_50x": 0.991}, "N": {}},
        },
        variants=(NOISE, TP53, EGFR),
        callability=(
            feature("EGFR codon 858", "PRESENT"),
            feature("KRAS codon 12"),
            feature("MET exon 14 skipping", "INDETERMINATE", min_depth=12, fraction=0.6),
            feature("BRCA1 loss_of_function", "INDETERMINATE", scope="gene", uncovered="exon 11"),
            feature("ALK fusion", "NOT_ASSESSED", scope="class", reason="no fusions are read"),
        ),
        events=tuple(Event(kind="SNV", gene=v.gene, hgvs_p=v.hgvs_p) for v in (EGFR, TP53)),
        versions={"samtools": "1.16.1", "gatk": "4.6.2.0"},
        config=CONFIG,
        texts=texts(),
    )


def _interpretation() -> dict[str, Any]:
    return {
        "case": "LUAD-01",
        "report_date": "2026-11-20",
        "tumor": {
            "code": "LUAD",
            "name": "Lung Adenocarcinoma",
            "path": ["LUAD", "NSCLC", "LUNG"],
            "solid": True,
        },
        "therapies": [
            therapy(1, "ACT", "osimertinib"),
            therapy(2, "ACT", "amivantamab + lazertinib"),
            therapy(3, "CONSIDER", "dacomitinib", disease_match="RELATED"),
            therapy(4, "AVOID", "pembrolizumab"),
            therapy(
                5, "NO_LONGER_AVAILABLE", "mobocertinib", regions=("FDA WITHDRAWN 2023-10-02",)
            ),
        ],
        "why_not": [
            {
                "regimen": "sotorasib",
                "profile": "KRAS p.G12C",
                "statement": "sotorasib-nsclc",
                "kind": "not_assessed",
                "sentence": "KRAS codon 12 is absent.",
            }
        ],
        "diagnostic": [],
        "events": [event(EGFR), event(TP53, "III")],
        "not_assessable": [
            {
                "what": "ALK, ROS1, RET fusions",
                "needs": "RNA or introns",
                "sentence": "This assay reads neither.",
                "regimens": ["alectinib", "lorlatinib"],
            }
        ],
        "germline": {"consent": None, "withheld": True, "findings": [], "benign": 0},
        "warnings": [],
        "knowledge": [
            {
                "name": "consilium",
                "version": "0.1",
                "date": "2026-11-18",
                "licence": "CC0-1.0",
                "sha256": "ab" * 32,
                "statements": 41,
                "freshness": "green",
                "age_days": 2,
            }
        ],
    }


def trials_found(text: str = "", country: str | None = "FR") -> dict[str, Any]:
    """What matching writes of one trial of each kind; `text` stands in all that sources supply."""
    criteria = {
        "PASSES": [asks("EGFR p.L858R", sentence=f"EGFR L858R{text}")],
        "ASKS": [asks("KRAS p.G12C", sentence=f"KRAS G12C{text}")],
        "TUMOUR": [asks("NSCLC", "tumor", sentence=f"Lung cancer{text}")],
        "UNCLEAR": [asks('note "disease: Ache"', "clinical", sentence=f"Ache{text}")],
        "AGAINST": [asks("KRAS p.G12D", origin="text", sentence=f"KRAS G12D{text}")],
        "BARRED": [asks("KRAS p.G12D", sentence=f"KRAS G12D{text}")],
    }
    made = [
        trial(*asked, id=f"{name}{text}", title=f"A trial{text}", arms=(f"Arm{text}",))
        for name, asked in criteria.items()
    ]
    made.append(trial(id="CLOSED", status="COMPLETED"))
    context = Context(Clinical("P", country=country), solid=True)
    events = (MUTATED, absent("KRAS", "p.G12D"))
    patient = build_patient(events, context, MATCHER.base, SETTINGS)
    matches = match_trials(made, patient, "LUAD", MATCHER)
    found = trials_document(matches, Home(country), {MUTATED_LABEL: "I"})
    source = {"source": f"curated{text}", "retrieved": "2026-10-01", "trials": len(made)}
    head = {"case": "P", "report_date": MATCHER.report_date, "status": "SEARCHED"}
    return head | {"max_status_age": 90, "sources": [source]} | found


def interpreted(data: CaseData, **changes: Any) -> CaseData:
    return replace(data, interpretation={**data.interpretation, **changes})


def crowded() -> CaseData:
    """As many regimens as a board may meet, with long names, reasons and open conditions."""
    reason = "clinical evidence in this tumour without label or guideline in the chosen regions"
    long = "This regimen did not raise the response rate in a randomised trial. " * 4
    names = "fluorouracil + leucovorin + irinotecan + oxaliplatin"
    actions = ["ACT"] * 9 + ["CONSIDER"] * 7 + ["AVOID"] * 6
    rows = [
        therapy(
            rank,
            action,
            f"{names} {rank}",
            why=reason,
            summary=long,
            biomarker="BRCA2 p.Ser1982ArgfsTer22 (VAF 0.667)",
            conditions_unknown=("no progression after platinum",) if rank % 4 == 0 else (),
        )
        for rank, action in enumerate(actions, start=1)
    ]
    needs = [
        {
            "what": f"GENE{n} fusion",
            "needs": ("RNA or introns", "sequencing with sufficient depth", "IHC")[n % 3],
            "sentence": "This assay reads neither.",
            "regimens": [f"drug {n}", f"drug {n + 100}"],
        }
        for n in range(40)
    ]
    return interpreted(typical(), therapies=rows, not_assessable=needs)


def reviewed() -> CaseData:
    """The same with everything that a person should look at first."""
    many = tuple(f"T: metric_{n} 0.1 is beyond the review limit of 0.2" for n in range(5))
    data = crowded()
    warned = interpreted(data, warnings=["The findings fit another tumour type better."])
    return replace(warned, quality={**data.quality, "verdict": "REVIEW", "reasons": many})


def empty() -> CaseData:
    """A case where nothing was found, and the depth says so."""
    features = (feature("KRAS codon 12"), feature("EGFR codon 858"))
    nothing = interpreted(typical(), therapies=[], why_not=[], events=[], not_assessable=[])
    return replace(nothing, variants=(), callability=features, events=())


def failed() -> CaseData:
    """A case that quality refused although it matched therapies."""
    reason = "T: mean_depth 12 is beyond the limit of 50"
    quality = {
        "verdict": "FAIL",
        "reasons": [reason],
        "checks": [check("FAIL", 12.0)],
        "samples": {"T": {"mean_depth": 12.0}},
    }
    return replace(typical(), quality=quality)


EVIL = '"><script>alert(1)</script></style><img src=x onerror=alert(2)>\u202e\x07\\{{7*7}}'


def hostile() -> CaseData:
    """Every text that a person or a file can supply tries to break out of the page."""
    data = typical()
    facts = replace(data.facts, case=EVIL, assay=EVIL, targets=EVIL, event_classes=(EVIL,))
    variants = tuple(
        replace(v, gene=EVIL, hgvs_p=EVIL, hgvs_c=EVIL, reasons=v.reasons and (EVIL,))
        for v in data.variants
    )
    spoiled = interpreted(
        data,
        warnings=[EVIL],
        therapies=[
            therapy(1, "ACT", EVIL, why=EVIL, profile=EVIL, citations=("URL:javascript:alert(3)",)),
            therapy(2, "AVOID", "x", cdx=EVIL, regions=(EVIL,), conditions_met=(EVIL,)),
        ],
    )
    return replace(
        spoiled,
        facts=facts,
        trials=trials_found(EVIL),
        variants=variants,
        clinical=Clinical(EVIL, specimen=EVIL, prior_therapies=(EVIL,)),
        callability=(feature("KRAS codon 12", reason=EVIL, uncovered=EVIL),),
        versions={EVIL: EVIL},
    )
