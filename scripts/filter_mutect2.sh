#!/usr/bin/env bash
# Join the pieces of a Mutect2 call, learn the orientation bias, and filter.
# Usage: filter_mutect2.sh REFERENCE OUT.vcf.gz TMPDIR PIECE.vcf.gz ... -- [FilterMutectCalls options]
# Beside each PIECE.vcf.gz lie PIECE.vcf.gz.stats and PIECE.f1r2.tar.gz.
set -euo pipefail
reference=$1 out=$2 tmp=$(mktemp -d -p "$3")
trap 'rm -rf "$tmp"' EXIT
shift 3
pieces=() models=() stats=()
while [ "$1" != -- ]; do
    pieces+=("$1") models+=(-I "${1%.vcf.gz}.f1r2.tar.gz") stats+=(-stats "$1.stats")
    shift
done
shift

gatk --java-options "-Xmx2000m -XX:TieredStopAtLevel=1" LearnReadOrientationModel "${models[@]}" -O "$tmp/bias.tar.gz" &
bias=$!
calls=${pieces[0]} counts=${pieces[0]}.stats
if [ ${#pieces[@]} -gt 1 ]; then
    calls=$tmp/calls.vcf.gz counts=$tmp/calls.stats
    bcftools concat --allow-overlaps --rm-dups exact -Oz -o "$calls" "${pieces[@]}"
    bcftools index --tbi "$calls"
    gatk --java-options "-Xmx1000m -XX:TieredStopAtLevel=1" MergeMutectStats "${stats[@]}" -O "$counts"
fi
wait "$bias"
gatk --java-options "-Xmx3000m -XX:TieredStopAtLevel=1" FilterMutectCalls -R "$reference" -V "$calls" --stats "$counts" \
    --orientation-bias-artifact-priors "$tmp/bias.tar.gz" "$@" -O "$out"
