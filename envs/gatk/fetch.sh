#!/usr/bin/env bash
# Fetch GATK's jars from Maven Central into .tools/gatk/lib, each checked against jars.sha256.
# A failed call keeps what it has downloaded for the next; `fetch.sh lock` writes jars.sha256 instead of checking it.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
root=$PWD new=$PWD/.tools/gatk/new cache=$PWD/.tools/gatk/maven lock=$PWD/envs/gatk/jars.sha256

rm -rf "$new"
mvn -q -B -f envs/gatk/pom.xml -Dmaven.repo.local="$cache" -Dmaven.wagon.http.retryHandler.count=3 \
    dependency:copy-dependencies -DoutputDirectory="$new" -DincludeScope=runtime
cd "$new"
if [ "${1:-}" = lock ]; then
    LC_ALL=C sha256sum -- *.jar >"$lock"
fi
if ! sha256sum --check --strict --quiet "$lock" || ! diff <(LC_ALL=C ls) <(awk '{print $2}' "$lock"); then
    echo "GATK's jars are not those in the lock: checksum or names differ"
    rm -rf "$new" "$cache"
    exit 1
fi
cd "$root"
rm -rf .tools/gatk/lib
mv "$new" .tools/gatk/lib
rm -rf "$cache"
