"""Import a trial written in CTML as a curated trial, and print what could not be expressed.

In: CTML of MatchMiner (YAML) or of CTIMS (JSON). Out: `{folder}/{id}.yaml`, to be read and
mended by a person before it is believed.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import yaml

from consilium.knowledge import read_knowledge
from consilium.problems import InputError
from consilium.trials.ctml import read_ctml
from consilium.trials.curated import Terms, read_trial
from consilium.trials.records import Criterion, Study
from consilium.tumors import read_tumors

RESOURCES = Path(__file__).parents[1] / "resources"


def main(ctml: str, folder: str) -> tuple[str, ...]:
    """From CTML to a curated trial; returns what could not be expressed, in words.

    Raises:
        InputError: the file is no CTML trial, or what it says cannot be curated.
    """
    genes = read_knowledge(RESOURCES / "knowledge").genes
    terms = Terms(read_tumors(RESOURCES / "tumors.tsv"), genes)
    trial = read_ctml(Path(ctml), terms)
    target = Path(folder) / f"{trial.id}.yaml"
    text = yaml.safe_dump(as_written(trial), sort_keys=False, allow_unicode=True, width=98)
    target.write_text(text, encoding="utf-8")
    read_trial(target, terms)
    return trial.unread


def as_written(trial: Study) -> dict[str, Any]:
    """A curated trial as the keys of its file."""
    arms = [
        {
            "label": arm.label,
            "interventions": list(arm.interventions),
            "description": arm.description,
            **_criteria(trial, arm.label),
        }
        for arm in trial.arms
    ]
    return {
        "id": trial.id,
        "title": trial.title,
        "checked": trial.checked,
        "status": trial.status,
        "phases": list(trial.phases),
        "sources": list(trial.urls),
        "countries": list(trial.countries),
        "arms": arms,
        **_criteria(trial, None),
    }


def _criteria(trial: Study, arm: str | None) -> dict[str, list[dict[str, Any]]]:
    own = [criterion for criterion in trial.criteria if criterion.arm == arm]
    return {
        polarity: [_entry(criterion) for criterion in own if criterion.polarity == polarity]
        for polarity in ("inclusion", "exclusion")
    }


def _entry(criterion: Criterion) -> dict[str, Any]:
    entry: dict[str, Any] = {criterion.kind: criterion.expression, "says": criterion.sentence}
    return entry if criterion.hard else {**entry, "hard": False}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ctml", help="the trial, .yaml, .yml or .json")
    parser.add_argument("--folder", default=str(RESOURCES / "trials"), help="where it is written")
    try:
        unread = main(**vars(parser.parse_args()))
    except InputError as error:
        sys.exit(str(error))
    for gap in unread:
        print(f"not expressed: {gap}")
