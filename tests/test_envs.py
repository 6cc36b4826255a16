"""Two routes to the same tools: Debian and Maven packages, or conda environments."""

import ast
import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from consilium.checks import machine

ROOT = Path(__file__).parents[1]
ENVS = ROOT / "envs"
RULE_FILES = sorted((ROOT / "rules").rglob("*.smk"))

# A rule has one environment, so one that pipes several tools has a file of its own.
COMBINED = {
    "align_bwa": {"bwa", "samtools"},
    "align_bwa_mem2": {"bwa_mem2", "samtools"},
    "align_minimap2": {"minimap2", "samtools"},
    "call_freebayes": {"freebayes", "bcftools"},
    "coverage": {"mosdepth", "samtools"},
    "fetch": {"python", "samtools", "bcftools", "bwa", "bwa_mem2", "minimap2"},
    "filter_mutect2": {"gatk4", "bcftools"},
    "trim": {"fastp", "isal"},
}
# Debian's packages whose conda package has another name.
CONDA_NAME = {"isal": "isa-l"}
# What only one route names, and why.
ONLY_DEBIAN = {
    "tabix": "comes with conda's samtools",
    "openjdk-17-jre-headless": "comes with conda's gatk4 and snpeff",
    "python3-venv": "requirements.txt and python.yaml hold Python's packages",
    "maven": "fetches GATK's jars",
    "slurm-wlm": "for tests",
    "munge": "for tests",
    "libatomic1": "for tests: the node of playwright asks for it",
    "chromium": "for tests, and for report.pdf where the config asks for it",
    "fonts-dejavu-core": "for tests",
    "poppler-utils": "for tests",
}
ONLY_CONDA = {
    "bwa-mem2": "not in Debian",
    "gatk4": "envs/gatk/pom.xml",
    "multiqc": "requirements-multiqc.txt, in an environment of its own where it is wanted",
    "python": "python3-venv",
    "snakemake-minimal": "requirements.in; lets Python scripts talk to Snakemake",
}
# Commands that rules call, by the conda package that brings them.
COMMANDS = {
    "bwa": "bwa",
    "bwa-mem2": "bwa-mem2",
    "minimap2": "minimap2",
    "samtools": "samtools",
    "bcftools": "bcftools",
    "freebayes": "freebayes",
    "fastp": "fastp",
    "igzip": "isa-l",
    "mosdepth": "mosdepth",
    "gatk": "gatk4",
    "snpEff": "snpeff",
    "multiqc": "multiqc",
    "bgzip": "samtools",
    "tabix": "samtools",
}
# Where a package's module has another name.
MODULES = {"biopython": "Bio", "pyyaml": "yaml"}
# Modules that come with a package that is named.
COME_ALONG = {"numpy": "scipy", "markupsafe": "jinja2", "referencing": "jsonschema"}


def pins(path: Path) -> dict[str, str]:
    """Version by package of a conda file."""
    entries = yaml.safe_load(path.read_text())["dependencies"]
    return dict(re.fullmatch(r"([\w-]+) =([\w.]+)", entry).groups() for entry in entries)


def debian() -> dict[str, str]:
    """Least version by package."""
    lines = (ENVS / "debian.txt").read_text().splitlines()
    cells = [line.split(maxsplit=3) for line in lines if not line.startswith("#")]
    return {package: least for package, _, least, _ in cells}


def rules() -> list:
    pattern = r"^( *)rule (\w+):\n((?:\1 +.*\n|\n)+)"
    return [
        pytest.param(path, found.group(3), id=f"{path.stem}.{found.group(2)}")
        for path in RULE_FILES
        for found in re.finditer(pattern, path.read_text(), re.MULTILINE)
    ]


CONDA = {path.stem: pins(path) for path in sorted(ENVS.glob("*.yaml"))}


def named_env(path: Path, body: str) -> Path | None:
    found = re.search(r'conda:\n\s+"([^"]+)"', body)
    return (path.parent / found[1]).resolve() if found else None


@pytest.mark.parametrize(("path", "body"), rules())
def test_rule_names_an_environment_that_exists_and_has_its_tools(path, body):
    env = named_env(path, body)
    if env is None:
        assert not re.search(r"\b(shell|script):", body)
        return
    assert env.parent == ENVS
    text = body[body.index("shell:") :] if "shell:" in body else ""
    if script := re.search(r"(\w+\.sh)", body):
        text += (ROOT / "scripts" / script[1]).read_text()
    text = re.sub(r"^\s*#.*", "", text, flags=re.MULTILINE)
    words = set(re.findall(r"(?:^|[\s(])([\w-]+)(?=\s)", text))
    needed = {package for command, package in COMMANDS.items() if command in words}
    assert needed <= set(CONDA[env.stem])


def test_every_environment_is_of_one_tool_or_declared_to_combine_some():
    for name, found in CONDA.items():
        parts = COMBINED.get(name)
        if parts is None:
            assert len(found) == 1 or name == "python", name
        elif "python" in parts:  # such a script needs Python, not all of our packages
            whole = {k: v for part in parts for k, v in CONDA[part].items()}
            assert found.items() <= whole.items(), name
        else:
            assert found == {k: v for part in parts for k, v in CONDA[part].items()}, name
    assert set(COMBINED) <= set(CONDA)


def test_every_environment_is_of_use():
    named = {named_env(*rule.values).stem for rule in rules() if named_env(*rule.values)}
    parts = set().union(*(COMBINED[name] for name in named & set(COMBINED)))
    assert set(CONDA) == named | parts


def test_channels():
    for path in ENVS.glob("*.yaml"):
        assert yaml.safe_load(path.read_text())["channels"] == ["conda-forge", "bioconda"]


def test_both_routes_name_the_same_tools():
    in_debian = {CONDA_NAME.get(name, name) for name in set(debian()) - set(ONLY_DEBIAN)}
    in_conda = {name for env, found in CONDA.items() if env != "python" for name in found}
    assert in_conda - set(ONLY_CONDA) == in_debian
    assert set(ONLY_DEBIAN) <= set(debian())


def test_both_routes_have_the_same_versions():
    in_conda = {name: version for found in CONDA.values() for name, version in found.items()}
    for name, least in debian().items():
        if name not in ONLY_DEBIAN:
            assert in_conda[CONDA_NAME.get(name, name)].startswith(least), name
    maven = {"m": "http://maven.apache.org/POM/4.0.0"}
    pom = ElementTree.parse(ENVS / "gatk" / "pom.xml")
    assert pom.findtext("m:dependencies/m:dependency/m:version", None, maven) == in_conda["gatk4"]
    assert in_conda["python"] == debian()["python3-venv"]


def test_the_python_packages_have_the_locked_versions():
    locked = dict(
        re.findall(r"^([\w-]+)==(\S+)", (ENVS / "requirements.txt").read_text(), re.MULTILINE)
    )
    locked["snakemake-minimal"] = locked["snakemake"]
    found = {k: v for k, v in CONDA["python"].items() if k != "python"}
    assert found == {name: locked[name] for name in found}


def test_multiqc_is_the_same_everywhere():
    (wanted,) = (ENVS / "requirements-multiqc.in").read_text().split()
    assert wanted == f"multiqc=={CONDA['multiqc']['multiqc']}" == f"multiqc=={machine.MULTIQC}"
    assert f"\n{wanted} \\\n    --hash=" in (ENVS / "requirements-multiqc.txt").read_text()


def test_the_dev_lock_holds_the_same_packages_as_the_lock():
    pattern = re.compile(r"^([\w-]+)==(\S+)", re.MULTILINE)
    locked = dict(pattern.findall((ENVS / "requirements.txt").read_text()))
    dev = dict(pattern.findall((ENVS / "requirements-dev.txt").read_text()))
    assert locked == {name: dev[name] for name in locked}


def imported(path: Path) -> set[str]:
    """Top-level names of the modules that a script imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def test_what_scripts_import_is_in_the_conda_environment_too():
    modules = {MODULES.get(name, name) for name in CONDA["python"]} | set(COME_ALONG)
    own = {path.stem for path in (ROOT / "scripts").iterdir()} | {"snakemake"}
    for path in sorted((ROOT / "scripts").rglob("*.py")):
        assert imported(path) - set(sys.stdlib_module_names) - own <= modules, path


def test_every_jar_is_locked():
    lines = (ENVS / "gatk" / "jars.sha256").read_text().splitlines()
    assert all(re.fullmatch(r"[0-9a-f]{64}  [\w.-]+\.jar", line) for line in lines)
    assert "gatk-4.6.2.0.jar" in {line.split()[1] for line in lines}
    assert len(lines) == len(set(lines)) > 300
