#!/usr/bin/env bash
# Archive the classes that a tiny Mutect2 run loads: later calls of GATK start in half the time or less.
# The archive is good for this Java, these jars and this folder; for any other, Java passes it over.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
root=$PWD
export PATH="$root/.tools/bin:$PATH" LC_ALL=C
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# 3,000 random bases, and 120 reads of them, every third with another base at 1200.
awk 'BEGIN { srand(7); print ">1"; for (i = 0; i < 3000; i++) printf "%s", substr("ACGT", 1 + int(rand() * 4), 1); print "" }' >genome.fa
samtools faidx genome.fa
samtools dict genome.fa -o genome.dict
awk 'NR == 2 {
    print "@SQ\tSN:1\tLN:3000\n@RG\tID:t\tSM:t"
    quality = sprintf("%100s", ""); gsub(/ /, "F", quality)
    for (i = 0; i < 120; i++) {
        start = 1000 + i * 7 % 300; read = substr($0, start, 100); at = 1201 - start
        if (i % 3 == 0 && at >= 1 && at <= 100)
            read = substr(read, 1, at - 1) (substr(read, at, 1) == "A" ? "C" : "A") substr(read, at + 1)
        print "r" i "\t" i % 2 * 16 "\t1\t" start "\t60\t100M\t*\t0\t0\t" read "\t" quality "\tRG:Z:t"
    }
}' genome.fa | samtools sort --write-index -o reads.bam##idx##reads.bam.bai -

new=$root/.tools/gatk/new.jsa
rm -f "$new"
gatk --java-options "-XX:SharedArchiveFile= -XX:ArchiveClassesAtExit=$new" \
    Mutect2 -R genome.fa -I reads.bam -O calls.vcf.gz --f1r2-tar-gz orientation.tar.gz
[ "$(zgrep -vc '^#' calls.vcf.gz)" = 1 ]
gatk --java-options "-XX:SharedArchiveFile=$new -Xshare:on" Mutect2 --version # a broken archive fails here
mv -f "$new" "$root/.tools/gatk/gatk.jsa"
