#!/usr/bin/env bash
# Install what a run needs (`envs/setup.sh`), and besides what the tests need (`envs/setup.sh test`)
# or MultiQC (`envs/setup.sh multiqc`).
# Does only what is not yet done; after a failure, the next call goes on from there.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
root=$PWD
export PATH="$root/.tools/bin:$PATH:/usr/sbin:/sbin" LC_ALL=C.UTF-8
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_RETRIES=${PIP_RETRIES:-5} PIP_DEFAULT_TIMEOUT=${PIP_DEFAULT_TIMEOUT:-60}
mkdir -p .tools/{bin,lib,gatk,log,done}

fail() { # one line: what is wrong, and the remedy
    echo "setup: $*" >&2
    exit 1
}

key() { # files count by their content, words as themselves
    for part in "$@"; do if [ -f "$part" ]; then sha256sum <"$part"; else echo "$part"; fi; done | sha256sum
}

step() { # NAME KEY COMMAND...: run the command unless it has succeeded with this key
    local name=$1 key=$2 log=.tools/log/$1.log
    shift 2
    [ "$(cat ".tools/done/$name" 2>/dev/null)" != "$key" ] || return 0
    echo "setup: $name ..." >&2
    rm -f ".tools/done/$name"
    "$@" >"$log" 2>&1 || explain "$name" "$log"
    echo "$key" >".tools/done/$name"
}

explain() { # the first known cause in a log, with its remedy
    local rest="then run the same command again, it goes on from here (log: $2)"
    local least # space on the fullest of the disks that we write to, in MB
    least=$(df -m --output=avail .tools .venv "${TMPDIR:-/tmp}" 2>/dev/null | awk 'NR > 1' | sort -n | head -n 1 | tr -d ' ')
    if [ "$least" -lt 50 ] || grep -qiE "no space left|have enough free space|disk quota" "$2"; then
        fail "$1: the disk is full ($least MB left; setup takes 3 GB here and 1 GB in ${TMPDIR:-/tmp}): free some, $rest"
    elif grep -qiE "checksum|sha256|THESE PACKAGES DO NOT MATCH" "$2"; then
        fail "$1: a download is not what is locked: check the mirror or proxy it came from, $rest"
    elif grep -qiE "could not (resolve|transfer|find a version|connect)|temporary failure|(failed|unable) to (fetch|download|locate)|time(d)? ?out|connection (refused|reset|broken|error)|no matching distribution|unreachable|unknown host" "$2"; then
        fail "$1: a download failed: check the network and its proxy settings, $rest"
    fi
    fail "$1: failed with '$(grep -v '^[[:space:]]*$' "$2" | tail -n 1 | cut -c 1-160)': mend that, $rest"
}

# --- tools

lacking() { # GROUP: package, tool, least and found version of each tool that is absent or too old
    local package group least ask found
    while read -r package group least ask; do
        found=$(bash -c "$ask" 2>&1 </dev/null | grep -oE '[0-9]+(\.[0-9]+)+' | head -n 1 || true)
        printf '%s\n' "$least" "${found:-0}" | sort -CV || echo "$package ${ask%% *} $least ${found:-none}"
    done < <(awk -v group="$1" '$1 !~ /^#/ && $2 == group' envs/debian.txt)
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; elif [ -t 0 ]; then sudo "$@"; else sudo -n "$@"; fi
}

install_packages() {
    as_root apt-get update -q &&
        as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -q -y --no-install-recommends -o Acquire::Retries=3 "$@"
}

wrap() { # give Debian's tools and our GATK the names and options that bioconda's have
    if [ -e /usr/share/java/snpeff.jar ]; then ln -sfn ../../envs/bin/snpEff .tools/bin/; fi
    if [ -d .tools/gatk/lib ]; then ln -sfn ../../envs/bin/gatk .tools/bin/; fi
    if [ -e /usr/bin/mosdepth ]; then
        ln -sfn ../../envs/bin/mosdepth .tools/bin/
        ln -sfn "$(ldconfig -p | awk '/libhts\.so\.3 / {print $NF; exit}')" .tools/lib/libhts.so
    fi
}

tools() { # GROUP: install what is lacking where that may be done; the rest goes to $missing
    local lack
    lack=$(lacking "$1")
    if [ -n "$lack" ] && command -v apt-get >/dev/null && as_root true 2>/dev/null; then
        # shellcheck disable=SC2046 # one word, one package
        step debian "$(date)" install_packages $(cut -d ' ' -f 1 <<<"$lack")
        wrap
        lack=$(lacking "$1")
    fi
    missing=$(awk '{printf "%s%s >= %s (found: %s; Debian package: %s)", s, $2, $3, $4, $1; s = ", "}' <<<"$lack")
    missing=${lack:+$missing}
}

# --- Python and GATK

venv() { # remade when the project was moved or Python has gone
    if [ "$(head -n 1 .venv/bin/pip 2>/dev/null)" != "#!$root/.venv/bin/python3" ] || ! .venv/bin/python3 -c pass; then
        rm -f .tools/done/python*
        step venv "$(date)" python3 -m venv --clear .venv
    fi
}

packages() { # NAME FILE
    step "$1" "$(key "$2")" .venv/bin/pip install --require-hashes -r "$2"
}

fetch_igv() { # one file of a wheel: nothing is installed, and no page asks for its source map
    rm -rf .tools/igv && mkdir .tools/igv &&
        .venv/bin/pip download --no-deps --require-hashes -d .tools/igv -r envs/igv.txt &&
        .venv/bin/python3 -m zipfile -e .tools/igv/igv_notebook-*.whl .tools/igv/wheel &&
        sed '/^\/\/# sourceMappingURL=/d' .tools/igv/wheel/igv_notebook/js/igv.iife.js >.tools/igv/igv.js &&
        rm -r .tools/igv/wheel .tools/igv/*.whl
}

fetch_gatk() {
    local locked
    locked=$(key envs/gatk/pom.xml envs/gatk/jars.sha256)
    if [ "$(cat .tools/done/gatk 2>/dev/null)" != "$locked" ]; then
        tools gatk
        if [ -n "$missing" ]; then
            command -v gatk >/dev/null && return # the site's own
            fail "no root, no sudo: put gatk >= 4.6 on PATH, or, to have it fetched, $missing"
        fi
    fi
    step gatk "$locked" envs/gatk/fetch.sh
    wrap
    step gatk-archive "$(key "$locked" "$root" envs/gatk/archive.sh envs/bin/gatk "$(java --version)")" envs/gatk/archive.sh
}

wrap
tools run
[ -z "$missing" ] || fail "no root, no sudo: put these on PATH or load their modules: $missing"
venv
packages python envs/requirements.txt
step igv "$(key envs/igv.txt)" fetch_igv
fetch_gatk
if [ "${1:-}" = test ]; then
    packages python-test envs/requirements-dev.txt
    tools test
    [ -z "$missing" ] || echo "setup: no root, no sudo: tests that need these are skipped: $missing" >&2
fi
if [ "${1:-}" = multiqc ]; then # in an environment of its own: 900 MB that nothing else needs
    step multiqc-venv "$(key "$root")" python3 -m venv --clear .tools/multiqc
    step multiqc "$(key "$root" envs/requirements-multiqc.txt)" \
        .tools/multiqc/bin/pip install --require-hashes -r envs/requirements-multiqc.txt
    ln -sfn ../multiqc/bin/multiqc .tools/bin/
fi
if [ "${1:-}" = mutants ]; then # an environment of its own, which sees the packages of the project
    step mutants-venv "$root" python3 -m venv --clear .tools/mutants
    echo "$root"/.venv/lib/python3*/site-packages >"$(echo .tools/mutants/lib/python3*/site-packages)/project.pth"
    step mutants "$(key envs/requirements-mutants.txt)" .tools/mutants/bin/pip install --require-hashes -r envs/requirements-mutants.txt
fi
