"""What a trial is to us, whatever registry or hand it came from."""

from dataclasses import dataclass

# How the question begins that a record asks whose conditions name no tumour we know.
DISEASE = "disease: "
WHOLE = "All participants"  # label of the arm of a trial that names none


@dataclass(frozen=True, slots=True)
class Site:
    """A place where a trial runs. Degrees are WGS 84, north and east positive."""

    facility: str
    city: str
    country: str  # as the registry writes it
    status: str | None = None  # the registry's word; None: not stated for this place
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Arm:
    """An arm, cohort or sub-protocol."""

    label: str
    kind: str | None = None  # EXPERIMENTAL, ACTIVE_COMPARATOR, ... as the registry writes it
    interventions: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that a trial asks of a patient.

    `expression` is in the grammar of its kind: a molecular profile, OncoTree codes joined by `|`
    (or ANY_SOLID, ANY), or one clause of the condition grammar. An exclusion's expression
    describes who may not enter.
    """

    kind: str  # molecular | tumor | clinical
    expression: str
    polarity: str  # inclusion | exclusion
    origin: str  # curated | structured | text
    sentence: str  # what the registry or the curator says, for the reader
    arm: str | None = None  # label of the only arm it speaks about; None: all
    hard: bool = True  # False: failing it only warns


@dataclass(frozen=True, slots=True)
class Trial:
    """One registered study. Dates are ISO; ages are in years; None is not stated."""

    id: str  # NCT number, or another registry's
    title: str
    status: str  # RECRUITING, NOT_YET_RECRUITING, ... as ClinicalTrials.gov spells it
    status_date: str | None  # when the registry last verified or changed it
    study_type: str | None  # INTERVENTIONAL, OBSERVATIONAL, EXPANDED_ACCESS
    phases: tuple[str, ...]  # EARLY_PHASE1, PHASE1, ...
    conditions: tuple[str, ...]
    keywords: tuple[str, ...]
    interventions: tuple[str, ...]
    arms: tuple[Arm, ...]
    sites: tuple[Site, ...]
    countries: tuple[str, ...]
    min_age: float | None
    max_age: float | None
    sex: str | None  # ALL, FEMALE, MALE
    eligibility: str  # the registry's text, line breaks kept
    source: str  # key of the importer
    retrieved: str | None  # ISO date of the registry's copy
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Study:
    """A trial as it is held against patients: what it asks, and where and whether it is open."""

    id: str
    title: str
    checked: str  # ISO date at which the registry was looked at; empty: not known
    status: str  # as ClinicalTrials.gov spells it
    phases: tuple[str, ...]
    urls: tuple[str, ...]
    countries: tuple[str, ...]  # as the registry writes them
    arms: tuple[Arm, ...]
    criteria: tuple[Criterion, ...]
    unread: tuple[str, ...] = ()  # what an import could not express, in words
    sites: tuple[Site, ...] = ()
    source: str = ""  # `curated`, or the key of the importer
    verified: str | None = None  # ISO date at which the registry itself last verified the record
    study_type: str | None = None
