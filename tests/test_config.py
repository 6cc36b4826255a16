"""The config's schema: it accepts what we ship, explains every key, and refuses everything else."""

import copy
import datetime
import re
from pathlib import Path

import pytest
import yaml

from builders import project_config
from consilium.configuration import check_config
from consilium.problems import InputError
from consilium.schemas import schema

ROOT = Path(__file__).parents[1]
README = (ROOT / "config" / "README.md").read_text()


def keys(rules: dict, path: str = "") -> list[tuple[str, dict]]:
    """Every key that a schema allows, with its rules; references are followed."""
    found = []
    defined = schema("config")["$defs"]
    blocks = {**rules.get("properties", {}), **rules.get("patternProperties", {})}
    blocks |= rules.get("items", {}).get("properties", {})
    for name, child in blocks.items():
        name = "NAME" if name == "^[A-Za-z0-9_-]{1,64}$" else name
        named = defined[child["$ref"].split("/")[-1]] | child if "$ref" in child else child
        found += [(f"{path}{name}", named), *keys(named, f"{path}{name}.")]
    return found


KEYS = keys(schema("config"))
METRIC = r"NAME$|\.(tumor|normal)\."  # explained together, below the table of keys


def changed(path: str, value: object) -> dict:
    """The shipped config with one key set."""
    config = copy.deepcopy(project_config())
    *blocks, last = path.split(".")
    block = config
    for name in blocks:
        block = block[name]
    block[last] = value
    return config


def test_what_we_ship_is_accepted():
    check_config(project_config(), ROOT)


@pytest.mark.parametrize(("path", "rules"), [pytest.param(*key, id=key[0]) for key in KEYS])
def test_every_block_is_closed_and_every_key_explained(path, rules):
    if rules.get("type") == "object":
        assert rules["additionalProperties"] is False
    if "^" not in path.rpartition(".")[2] and not path.endswith(".NAME"):
        assert rules.get("description", "").endswith(".")


@pytest.mark.parametrize("path", [path for path, _ in KEYS if not re.search(METRIC, path)])
def test_every_key_stands_in_the_readme(path):
    assert f"`{path}`" in README


@pytest.mark.parametrize("table", ["samples", "clinical"])
def test_every_column_stands_in_the_readme(table):
    for column, rules in schema(table)["properties"].items():
        assert f"| `{column}` |" in README and rules["description"].endswith(".")


def every_block(config: dict, path: tuple = ()) -> list[tuple]:
    """Paths of all blocks of a config, the top included."""
    inner = [(name, value) for name, value in config.items() if isinstance(value, dict)]
    return [path, *(p for name, value in inner for p in every_block(value, (*path, name)))]


@pytest.mark.parametrize("path", every_block(project_config()), ids=".".join)
def test_a_key_that_is_not_known_is_refused_in_every_block(path):
    config = copy.deepcopy(project_config())
    block = config
    for name in path:
        block = block[name]
    block["no key"] = 1
    with pytest.raises(InputError, match=rf"key {'.'.join((*path, 'no key'))}: is not known"):
        check_config(config, ROOT)


BLOCKS = [path for path in every_block(project_config()) if path]


@pytest.mark.parametrize("path", BLOCKS, ids=".".join)
def test_a_block_that_is_missing_or_no_block_is_refused(path):
    with pytest.raises(InputError, match=rf"key {'.'.join(path)}: 3 is not a block of keys"):
        check_config(changed(".".join(path), 3), ROOT)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("report_date", "31.1.2026", "'31.1.2026' cannot be used; give the date as year-month-day"),
        ("reference.build", "hg38", "'hg38' is not known; did you mean 'GRCh38'?"),
        ("alignment.format", "sam", "'sam' is not known; did you mean 'bam'?"),
        ("callers", [], r"\[\] should be non-empty; list each caller once"),
        ("callability.assumed_purity", 0, "0 is outside 0 to 1; give a value"),
        ("belief.min_vaf", 1, ""),
        ("belief.min_vaf", 1.01, "1.01 is outside 0 to 1"),
        ("belief.min_alt_reads", 0, "0 is outside 1 and above"),
        ("belief.normal_power", 1, "1 is outside 0 to 1"),
        ("assays.panel.umi", "no", "'no' is not true or false; give true or false"),
        ("assays.panel.event_classes", ["SNP"], "'SNP' is not known; did you mean 'SNV'?"),
        ("assays.panel.kind", "pannel", "'pannel' is not known; did you mean 'panel'?"),
        ("quality.panel.tumor.targets_at_0x", 1, "is not known; use one of mean_depth"),
        ("fetch.tries", 0, "0 is outside 1 and above"),
        ("report_date", datetime.date(2026, 1, 31), ""),
    ],
)
def test_values(path, value, message):
    config = changed(path, value)
    if not message:
        check_config(config, ROOT)
        return
    with pytest.raises(InputError, match=rf"config/config.yaml, key {path}.*: {message}"):
        check_config(config, ROOT)


def test_the_message_names_the_file_that_holds_the_key(tmp_path):
    mine = tmp_path / "mine.yaml"
    mine.write_text(yaml.safe_dump({"trimming": {"min_length": -1}}))
    files = [mine, ROOT / "config" / "config.yaml"]
    with pytest.raises(
        InputError, match=r"mine.yaml, key trimming.min_length: -1 is outside 1 and"
    ):
        check_config(changed("trimming.min_length", -1), ROOT, files)
    with pytest.raises(InputError, match=r"config/config.yaml, key aligner: 'x' is not known"):
        check_config(changed("aligner", "x"), ROOT, files)


@pytest.mark.parametrize(
    ("folders", "hotspots", "message"),
    [
        (["resources/knowledge"], None, "holds another knowledge base"),
        (["resources"], None, "holds another knowledge base"),
        (["made/a", "made/a"], None, "holds another knowledge base"),
        (["made/a", "made/b"], None, None),
        (["made/hotspots"], "elsewhere.tsv", "write made/hotspots/hotspots.tsv"),
        (["made/hotspots"], "made/hotspots/hotspots.tsv", None),
    ],
)
def test_a_source_has_a_folder_of_its_own_and_is_used(folders, hotspots, message):
    kind = "hotspots" if hotspots else "house"
    facts = {"kind": kind, "file": "x.tsv", "version": "1", "date": "2026-10-01"}
    config = changed("knowledge.sources", [facts | {"folder": folder} for folder in folders])
    config["reference"]["hotspots"] = hotspots
    if message is None:
        check_config(config, ROOT)
        return
    with pytest.raises(InputError, match=re.escape(message)):
        check_config(config, ROOT)
