"""Where a biomarker stands in its sentence."""

from dataclasses import dataclass

from consilium.trials.sentences import cues
from consilium.trials.sentences.above import bare
from consilium.trials.sentences.findings import Found, Run


@dataclass(frozen=True, slots=True)
class Place:
    """Where a biomarker stands."""

    run: Run
    found: Found
    text: str
    before: str  # of the same clause, without brackets and words about the disease's course
    after: str
    section: str
    headed: bool  # a cohort is named first

    @property
    def inherent(self) -> bool:
        """Whether all patients of the disease have it, unless the sentence is for some of them."""
        named = self.found.leaf == "BCR::ABL1" and cues.CML.search(self.text)
        return bool(named) and not cues.FOR_SOME.match(self.text)

    @property
    def rest(self) -> str:
        """What stands right behind the biomarker."""
        return self.text[self.found.end :]

    @property
    def behind(self) -> str:
        """What stands right behind the run."""
        return self.text[self.run.end :]

    @property
    def said(self) -> str:
        """The words of the biomarker and its class."""
        return self.text[self.found.start : self.found.end]


def place_of(run: Run, found: Found, text: str, section: str) -> Place:
    """The place of a biomarker; `text` is the sentence as the offsets of the run count it."""
    before = cues.CLAUSE.split(bare(text[: run.start]))[-1]
    after = cues.CLAUSE.split(bare(text[run.end :]))[0]
    headed = bool(cues.COHORT_HEAD.search(before))
    before = cues.DISEASE.sub("", cues.HARD_TO_TREAT.sub(" ", cues.COHORT_HEAD.sub("", before)))
    return Place(run, found, text, before, after, section, headed)
