"""One command, `pytest`, is also the formatter, the linters and the type checker."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
COMMANDS = [
    "ruff format --check .",
    "ruff check .",
    "mypy",
    "snakefmt --check Snakefile rules",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_lint(command):
    tool, *args = command.split()
    path = shutil.which(tool, path=PATH)
    assert path is not None, f"{tool} is not installed: make test installs it"
    result = subprocess.run(
        [path, *args],
        cwd=ROOT,
        env=os.environ | {"PATH": PATH},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
