#!/usr/bin/env bash
# Print each case's verdict, and where its report is: envs/verdicts.sh results/summary.tsv
set -euo pipefail
[ -s "$1" ] || { echo "no summary: $1 was not written; the log above says why" >&2 && exit 1; }
awk -F '\t' -v folder="$(dirname "$1")" '
    NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
    {
        print ""
        print $column["case"] "  " $column["verdict"] "  " $column["top_finding"]
        if ($column["reasons"]) print "    because " $column["reasons"]
        if ($column["report"]) print "    " folder "/" $column["report"]
    }' "$1"
