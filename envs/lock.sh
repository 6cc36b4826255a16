#!/usr/bin/env bash
# Lock anew, with hashes: Python packages (requirements*.in -> .txt) and GATK's jars (pom.xml -> jars.sha256).
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
[ -d .tools/gatk ] || { echo "lock: run make setup first" >&2 && exit 1; }

python3 -m venv .tools/uv
.tools/uv/bin/pip install -q uv==0.13.9
compile() { # extras stay in: pip matches `coverage[toml]` to a pin of that very name alone
    .tools/uv/bin/uv pip compile -q --generate-hashes --no-strip-extras --python-version 3.11 --no-header "$@"
}
compile envs/requirements-dev.in -o envs/requirements-dev.txt
compile envs/requirements-mutants.in -c envs/requirements-dev.txt -o envs/requirements-mutants.txt
compile envs/requirements.in -c envs/requirements-dev.txt -o envs/requirements.txt
compile envs/requirements-multiqc.in -o envs/requirements-multiqc.txt
envs/gatk/fetch.sh lock
