#!/usr/bin/env bash
# Trim one lane into one stream (mates interleaved), or fail and name the file at fault.
# Usage: trim_lane.sh JSON OUT.fastq.gz THREADS MIN_LENGTH EXTRA READS_1.fastq.gz [READS_2.fastq.gz]
#
# fastp 0.23 ends quietly when a file is cut off or the mates' files differ in length, so the
# files are tested first and fastp's own words are read afterwards.
set -euo pipefail
json=$1 out=$2 threads=$3 min_length=$4 extra=$5
shift 5

for file in "$@"; do
    igzip -t "$file" >&2 || {
        echo "$file: the gzip stream is damaged or ends early; copy the file again" >&2
        exit 1
    }
done

said=$(mktemp)
trap 'rm -f "$said"' EXIT
inputs=(--in1 "$1")
[ $# -eq 2 ] && inputs+=(--in2 "$2")
# shellcheck disable=SC2086  # extra is a list of options
fastp "${inputs[@]}" --stdout --thread "$threads" --length_required "$min_length" \
    --json "$json" --html /dev/null $extra 2>"$said" \
    | igzip -1 -c >"$out" || { cat "$said" >&2; exit 1; }
cat "$said" >&2

if grep -q 'different read numbers' "$said"; then
    echo "$1, $2: the two files hold different numbers of reads; take both from one run" >&2
    exit 1
fi
if grep -q '^ERROR' "$said"; then
    echo "$*: fastp could not read every record (above)" >&2
    exit 1
fi
