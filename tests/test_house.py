"""The house rules that a machine can check."""

import importlib
import re
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
SCRIPTS = sorted((ROOT / "scripts").glob("*.py"))
STAGES = sorted((ROOT / "rules").rglob("*.smk"))
RULES = [
    pytest.param(m.group(2), m.group(3), id=f"{path.stem}.{m.group(2)}")
    for path in STAGES
    for m in re.finditer(r"^( *)rule (\w+):\n((?:\1 +.*\n|\n)+)", path.read_text(), re.M)
]
# Scripts that a person runs by hand, beside those that a rule runs.
BY_HAND = {
    "make_demo",
    "import_ctml",
    "import_oncotree",
    "interpret_cohort",
    "score_sentences",
}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda s: s.stem)
def test_script_can_be_imported_without_snakemake(script):
    assert callable(importlib.import_module(script.stem).main)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda s: s.stem)
def test_script_serves_the_rule_of_its_name(script):
    assert script.stem in {rule.values[0] for rule in RULES} | BY_HAND


@pytest.mark.parametrize(("name", "body"), RULES)
def test_rule_says_what_it_does_and_keeps_a_log(name, body):
    assert body.lstrip().startswith('"""')
    assert "lambda" not in body
    if "shell:" in body or "script:" in body:
        assert "log:" in body and "conda:" in body
        # Without output, a rule that has a benchmark would run only once.
        assert ("benchmark:" in body) == ("output:" in body)


@pytest.mark.parametrize("stage", STAGES, ids=lambda s: s.stem)
def test_stage_says_what_it_is_for(stage):
    text = stage.read_text()
    assert text.startswith('"""')
    assert "config.get" not in text and not re.search(r"^ +run:", text, re.M)


@pytest.mark.parametrize(
    "path", [*sorted(ROOT.glob("scripts/**/*.py")), *STAGES], ids=lambda p: p.name
)
def test_file_is_short(path):
    assert len(path.read_text().splitlines()) <= 300


@pytest.mark.parametrize(("name", "body"), RULES)
def test_script_rule_reruns_when_the_package_changes(name, body):
    assert "script:" not in body or "code=CODE," in body


@pytest.mark.parametrize(("name", "body"), RULES)
def test_settings_are_the_keys_the_schema_allows(name, body):
    key = re.search(r'settings=config\["(\w+)"\]', body)
    script = re.search(r"scripts/(\w+)\.py", body)
    if key is None or script is None:
        pytest.skip("takes no settings")
    schema = yaml.safe_load((ROOT / "config/config.schema.yaml").read_text())
    allowed = schema["properties"][key[1]]["properties"]
    settings = importlib.import_module(script[1]).Settings
    assert {field.name for field in fields(settings)} == set(allowed)


def test_the_snakefile_only_reads():
    lines = (ROOT / "Snakefile").read_text().splitlines()
    assert len(lines) < 60


def test_every_config_key_is_explained():
    schema = yaml.safe_load((ROOT / "config/config.schema.yaml").read_text())
    text = (ROOT / "config/README.md").read_text()
    assert [key for key in schema["properties"] if f"`{key}" not in text] == []


def test_every_stage_is_included_in_order():
    included = re.findall(
        r'include: f?"rules/([\w/{}\[\]\'"]+)\.smk"', (ROOT / "Snakefile").read_text()
    )
    top = [path.stem for path in STAGES if path.parent.name == "rules"]
    assert sorted(name for name in included if "/" not in name) == sorted(top)
