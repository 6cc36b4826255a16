"""The config of a run, checked once and strictly before anything is planned."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from consilium.problems import Problem, nearest, refuse
from consilium.schemas import broken_rules

# What the import of public annotation makes in its folder, by the key of `reference` that uses it.
ANNOTATION = {"clinvar": "clinvar.vcf.gz", "hotspots": "hotspots.tsv"}


def check_config(config: Mapping[str, Any], root: Path, files: Sequence[str | Path] = ()) -> None:
    """Refuse a config that breaks config.schema.yaml or names what is not there.

    `root` is the folder of the Snakefile; `files` are the config files, the one that overrules
    the others first (as in Snakemake's `workflow.configfiles`), so that a message can name one.

    Raises:
        InputError: naming every problem, with file, key and fix.
    """
    plain = json.loads(json.dumps(config, default=str))  # YAML reads 2026-01-31 as a date
    found = [*broken_rules("config", plain)]
    if not found:
        found = [*_unknown_names(plain, root), *_unused_sources(plain)]
    loaded = [(str(file), _loaded(file)) for file in files]
    refuse(
        Problem(f"{_file_of(path, loaded)}, key {'.'.join(path) or 'top'}", problem, fix)
        for path, problem, fix in found
    )


def _unknown_names(
    config: Mapping[str, Any], root: Path
) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Names that must be a file of rules, an assay or a set of limits, and are none."""
    aligners = _stems(root / "rules" / "aligners")
    if config["aligner"] not in aligners:
        yield (
            ("aligner",),
            _no_file(config["aligner"], "aligners"),
            _nearest(config["aligner"], aligners),
        )
    callers = _stems(root / "rules" / "callers")
    for caller in config["callers"]:
        if caller not in callers:
            yield ("callers",), _no_file(caller, "callers"), _nearest(caller, callers)
    for name, assay in config["assays"].items():
        if assay["limits"] not in config["quality"]:
            problem = f"{assay['limits']!r} is not a block of quality"
            yield ("assays", name, "limits"), problem, _nearest(assay["limits"], config["quality"])


def _unused_sources(config: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Sources that would overwrite another one, or that nothing would ask once imported."""
    taken = [Path(config["knowledge"]["base"])]
    for source in config["knowledge"]["sources"]:
        folder, kind = Path(source["folder"]), source["kind"]
        if any(folder == other or folder in other.parents for other in taken):
            problem = f"folder {source['folder']!r} holds another knowledge base"
            yield ("knowledge", "sources"), problem, "give each source a folder of its own"
        taken.append(folder)
        made = str(folder / ANNOTATION[kind]) if kind in ANNOTATION else None
        if made and config["reference"][kind] != made:
            problem = f"is not what the source {kind} of knowledge.sources is imported to"
            yield ("reference", kind), problem, f"write {made}, or delete the source"


def _stems(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.glob("*.smk"))


def _no_file(name: str, kind: str) -> str:
    return f"{name!r} is not known: rules/{kind}/{name}.smk does not exist"


def _nearest(name: str, known: Sequence[str] | Mapping[str, Any]) -> str:
    return nearest(name, known) if known else "there is none to choose from"


def _loaded(file: str | Path) -> Any:  # noqa: ANN401
    """A config file as it stands; None where it cannot be read."""
    try:
        return yaml.safe_load(Path(file).read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError, UnicodeDecodeError):
        return None


def _file_of(path: tuple[str, ...], loaded: Sequence[tuple[str, Any]]) -> str:
    """The first file that holds the key, or the longest part of its path."""
    best, depth = "config/config.yaml", -1
    for file, content in loaded:
        here = 0
        for part in path:
            if not isinstance(content, dict) or part not in content:
                break
            content, here = content[part], here + 1
        if here > depth:
            best, depth = file, here
    return best
