"""Score what the rules read from eligibility sentences against labels made by hand.

In: labels, `tests/trials/labels_*.tsv`, and the registry records that they speak of: flat JSON,
gzipped or not, or for the one set named by `--labels` a folder of texts `NCT........txt`.
Out: precision and recall with Wilson intervals, and what was wrong.
"""

import argparse
import csv
import gzip
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from consilium.problems import InputError, Problem, refuse
from consilium.statistics import wilson
from consilium.tables import read_rows
from consilium.trials.sentences import Lexicon, Sentence, read_lexicon, split_text
from consilium.trials.sentences.expressions import facts
from consilium.trials.sentences.reading import read_sentence
from consilium.tumors import Tumors, read_tumors

ROOT = Path(__file__).parents[1]
# Places in the order of the SHA-256 of the NCT number. Of these trials every sentence that may name
# a biomarker has a label, so that a biomarker read from a sentence without one is wrong.
SETS = {
    "development": range(0, 185),
    "evaluation": range(185, 410),
    "third": range(410, 560),
    "fourth": range(560, 690),
    "fifth": range(690, 840),
    "sixth": range(840, 1000),
    "seventh": range(1000, 1110),
    "eighth": range(1110, 1240),
    "ninth": range(1240, 1359),
}
SAME = {  # one biomarker under two names: of a receptor and its kind, of a gene and its antigen
    **{"ER": "HR", "PR": "HR", "ERBB2": "HER2", "MMR_deficient": "MSI_H"},
    **{"CEA": "CEACAM5", "DNTT": "TdT", "FOLR1": "FRalpha", "CTAG1B": "NY-ESO-1", "PMEL": "gp100"},
    **{f"MAGEA{n}": f"MAGE-A{n}" for n in (1, 3, 4, 10)},
}
PRECISION, RECALL = 0.98, 0.70  # what is asked of the rules


@dataclass(frozen=True, slots=True)
class Label:
    """What a person says of one sentence; `sentence` is its number in the trial, from 1."""

    trial: str
    sentence: int
    sha256: str  # of the sentence's text, which stays with the registry
    expression: str  # profile grammar; empty: no biomarker, or one beyond the grammar
    polarity: str  # inclusion | exclusion | wild-type | none | unclear
    note: str


@dataclass(frozen=True, slots=True, order=True)
class Fact:
    """That those who enter have a biomarker, or that they lack it.

    Who is barred with it lacks it, so `No EGFR mutation` asked for and `EGFR mutation` barred are
    one fact.
    """

    trial: str
    sentence: int
    biomarker: str
    lacking: bool


@dataclass(frozen=True, slots=True)
class Score:
    """Facts by how they were read."""

    right: frozenset[Fact]
    wrong: frozenset[Fact]
    missed: frozenset[Fact]
    sentences: int  # labelled
    beyond: int  # labels that the grammar cannot express; not counted as missed


def labelled(labels: Iterable[Label]) -> set[Fact]:
    """The facts of labels; those of unclear ones too."""
    return {
        _fact(row.trial, row.sentence, name, row.polarity, absent)
        for row in labels
        if row.expression
        for name, absent in _senses(row)
    }


def _senses(row: Label) -> Iterator[tuple[str, bool]]:
    for name, absent in facts(row.expression):
        yield name, absent or row.polarity == "wild-type"


def _fact(trial: str, sentence: int, name: str, polarity: str, absent: bool) -> Fact:
    return Fact(trial, sentence, SAME.get(name, name), absent != (polarity == "exclusion"))


def read_facts(trial: str, sentence: Sentence, lexicon: Lexicon) -> set[Fact]:
    """The facts that the rules read."""
    return {
        _fact(trial, sentence.number, name, criterion.polarity, absent)
        for criterion in read_sentence(sentence, lexicon)
        if criterion.kind == "molecular"
        for name, absent in facts(criterion.expression)
    }


def score(labels: list[Label], texts: dict[str, str], lexicon: Lexicon) -> Score:
    """Hold the rules against the labels.

    Raises:
        InputError: a sentence is not the one that was labelled.
    """
    read: set[Fact] = set()
    for trial, text in texts.items():
        sentences = split_text(text)
        refuse(_changed([row for row in labels if row.trial == trial], sentences))
        for sentence in sentences:
            read |= read_facts(trial, sentence, lexicon)
    wanted = labelled(row for row in labels if row.polarity not in {"none", "unclear"})
    unclear = labelled(row for row in labels if row.polarity == "unclear")
    open_places = {(fact.trial, fact.sentence, fact.biomarker) for fact in unclear}
    judged = {f for f in read if (f.trial, f.sentence, f.biomarker) not in open_places}
    return Score(
        right=frozenset(judged & wanted),
        wrong=frozenset(judged - wanted),
        missed=frozenset(wanted - judged),
        sentences=len({(row.trial, row.sentence) for row in labels}),
        beyond=sum(not row.expression and row.polarity != "none" for row in labels),
    )


def _changed(labels: list[Label], sentences: tuple[Sentence, ...]) -> Iterator[Problem]:
    for row in labels:
        found = sentences[row.sentence - 1].text if row.sentence <= len(sentences) else ""
        if sha256(found.encode()).hexdigest() != row.sha256:
            where = f"{row.trial}, sentence {row.sentence}"
            yield Problem(
                where, "is not the one that was labelled", "use the records of 2026-01-05"
            )


def read_texts(path: Path) -> dict[str, str]:
    """Eligibility texts by trial, in the order of the hash of the trial's number."""
    if path.is_dir():
        texts = {text.stem: text.read_text() for text in path.glob("*.txt")}
        return {name: texts[name] for name in sorted(texts, key=_hashed)}
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as handle:
        records = json.load(handle)
    ordered = sorted(records, key=lambda record: _hashed(record["nct_id"]))
    return {record["nct_id"]: record["eligibility"]["raw_text"] for record in ordered}


def _hashed(trial: str) -> str:
    return sha256(trial.encode()).hexdigest()


def told(name: str, found: Score) -> Iterator[str]:
    """Lines for people."""
    right, wrong, missed = len(found.right), len(found.wrong), len(found.missed)
    yield f"{name}: {found.sentences} labelled sentences, {right + missed} facts to read"
    yield _share("precision", right, right + wrong, PRECISION)
    yield _share("recall", right, right + missed, RECALL)
    wholly = {(f.trial, f.sentence) for f in found.right | found.wrong}
    faulty = {(f.trial, f.sentence) for f in found.wrong}
    yield _share("sentences read without a fault", len(wholly - faulty), len(wholly), None)
    yield f"  beyond the grammar, not counted: {found.beyond}"


def _share(what: str, hits: int, total: int, goal: float | None) -> str:
    low, high = wilson(hits, total)
    share = hits / total if total else 0.0
    line = f"  {what} {share:.3f} ({hits}/{total}; 95 % {low:.3f}-{high:.3f})"
    return line if goal is None else f"{line}, {'met' if share >= goal else 'MISSED'}: >= {goal}"


def main(labels: dict[str, Path], texts: dict[str, str], resources: Path, faults: bool) -> None:
    """Print the score of every set of labels; a set that is none of ours has all texts."""
    lexicon = read_lexicon(resources / "trials", *names(resources))
    trials = list(texts)
    for name, path in labels.items():
        of_set = {trials[n]: texts[trials[n]] for n in SETS.get(name, range(len(trials)))}
        found = score(list(read_rows(path, Label)), of_set, lexicon)
        print("\n".join(told(name, found)))
        for kind, group in (("wrong", found.wrong), ("missed", found.missed)) if faults else ():
            print("".join(f"  {kind}: {fact}\n" for fact in sorted(group)), end="")


def names(resources: Path) -> tuple[set[str], set[str], Tumors]:
    """Genes and drugs of the knowledge base, and tumour types."""
    knowledge = resources / "knowledge"
    symbols = {row["gene"] for row in _rows(knowledge / "genes.tsv")}
    drugs = {row["drug"] for row in _rows(knowledge / "drugs.tsv")}
    return symbols, drugs, read_tumors(resources / "tumors.tsv")


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open() as handle:
        yield from csv.DictReader((x for x in handle if x[0] != "#"), delimiter="\t")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records", type=Path, help="flat JSON of trials, or a folder of texts")
    parser.add_argument("--labels", type=Path, help="one set, of all these trials")
    parser.add_argument("--faults", action="store_true", help="name what was wrong or missed")
    options = parser.parse_args()
    files = {name: ROOT / "tests" / "trials" / f"labels_{name}.tsv" for name in SETS}
    if options.labels:
        files = {options.labels.stem: options.labels}
    try:
        main(files, read_texts(options.records), ROOT / "resources", options.faults)
    except InputError as error:
        sys.exit(str(error))
