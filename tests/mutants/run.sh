#!/usr/bin/env bash
# Change the tier and logic modules in a thousand small ways, and see which changes no test notices.
# `make mutants`: some ten minutes on two cores. Prints the share that was killed and every survivor
# with its change; docs/mutants.md says why those that stay may stay.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
root=$PWD work=${1:-.tools/mutants/work} python=${MUTANTS_PYTHON:-.tools/mutants/bin/python}
least=85 # per cent

mkdir -p "$work"
rm -rf "$work"/{src,tests,resources,config,docs,mutants}
cp -r scripts "$work/src"
cp -r tests resources config docs "$work"
cp tests/mutants/pyproject.toml "$work"
ln -sfn "$root/../shared" "$work/shared" # where the board cases lie, if they are there
python=$(cd "$(dirname "$python")" && pwd)/$(basename "$python")
cd "$work"
"$python" -m mutmut run --max-children "${JOBS:-2}" >run.log 2>&1 || { tail -n 30 run.log >&2; exit 1; }
"$python" -m mutmut results --all true >results.txt
"$python" "$root/tests/mutants/score.py" results.txt "$least"
