#!/usr/bin/env bash
# The external tools that the workflow runs for the bench case, in a plain script on the same files with
# the same options: what a careful person would type. No Python of ours, no Snakemake; the alleles that
# Mutect2 is made to genotype are those that the workflow chose.
# Usage: same_tools.sh BENCH_DIR OUT_DIR THREADS SCATTER
set -euo pipefail
bench=$1 out=$2 threads=$3 scatter=$4
genome=$bench/resources/genome.fa targets=$bench/resources/targets.bed common=$bench/resources/common.vcf.gz
prepared=$bench/prepared case=BENCH-01 quick=-XX:TieredStopAtLevel=1
mkdir -p "$out"

for sample in $case-T $case-N; do
    lanes=()
    for lane in L001 L002; do
        reads=("$bench/reads/${sample}_${lane}_R1.fastq.gz" "$bench/reads/${sample}_${lane}_R2.fastq.gz")
        igzip -t "${reads[0]}"
        igzip -t "${reads[1]}"
        fastp --in1 "${reads[0]}" --in2 "${reads[1]}" --stdout --thread "$threads" --length_required 30 \
            --disable_quality_filtering --json "$out/$sample.$lane.json" --html /dev/null \
            | igzip -1 -c >"$out/$sample.$lane.fastq.gz"
        bwa mem -t "$threads" -Y -K 10000000 -p \
            -R "@RG\tID:$sample.$lane\tSM:$sample\tLB:$sample\tPL:ILLUMINA\tPU:$lane" \
            "$prepared/index/bwa/genome" "$out/$sample.$lane.fastq.gz" \
            | samtools fixmate -u -m - - \
            | samtools sort -l 1 -m 512M -@ 1 -T "$out/$sample.$lane" -o "$out/$sample.$lane.bam" -
        lanes+=("$out/$sample.$lane.bam")
    done
    samtools merge -u -o - "${lanes[@]}" \
        | samtools markdup -@ "$threads" -T "$out/$sample.markdup" -f "$out/$sample.duplicates.txt" \
            -O bam --write-index - "$out/$sample.bam"
    mosdepth --no-per-base --threads "$threads" --by "$targets" --thresholds 1,10,20,30,50,100,200,500 \
        "$out/$sample" "$out/$sample.bam"
    samtools idxstats "$out/$sample.bam" >"$out/$sample.idxstats.tsv"
    gatk --java-options "-Xmx2000m $quick" GetPileupSummaries -R "$genome" -I "$out/$sample.bam" -V "$common" \
        -L "$common" -L "$targets" --interval-set-rule INTERSECTION -O "$out/$sample.pileups.table"
    samtools view -u -M -L "$prepared/loci.bed" -e '!flag.paired || flag.proper_pair' "$out/$sample.bam" \
        | samtools depth -s -q 13 -Q 1 -b "$prepared/loci.bed" - | gzip >"$out/$sample.depth.tsv.gz"
done
gatk --java-options "-Xmx1500m $quick" CalculateContamination -I "$out/$case-T.pileups.table" \
    -matched "$out/$case-N.pileups.table" -O "$out/contamination.table" \
    --tumor-segmentation "$out/segments.table"

call() {
    local compiler
    compiler=$([ "$(stat -Lc %s "$out/$case-T.bam")" -gt 50000000 ] || echo "$quick")
    gatk --java-options "-Xmx3000m $compiler" Mutect2 -R "$genome" -I "$out/$case-T.bam" -I "$out/$case-N.bam" \
        -normal $case-N --germline-resource "$bench/resources/population.vcf.gz" \
        -L "$(printf '%s/intervals/panel/%04d-scattered.interval_list' "$prepared" "$1")" \
        --alleles "$bench/results/$case/alleles/$case-T.forced.vcf.gz" --genotype-germline-sites true --genotype-pon-sites true \
        --max-mnp-distance 1 --f1r2-tar-gz "$out/$1.f1r2.tar.gz" --smith-waterman FASTEST_AVAILABLE --native-pair-hmm-threads 1 \
        -O "$out/$1.vcf.gz"
}
running=()
for piece in $(seq 0 $((scatter - 1))); do
    call "$piece" &
    running+=($!)
done
for job in "${running[@]}"; do wait "$job"; done

calls=$out/0.vcf.gz counts=$out/0.vcf.gz.stats
if [ "$scatter" -gt 1 ]; then
    calls=$out/all.vcf.gz counts=$out/all.stats
    bcftools concat --allow-overlaps --rm-dups exact -Oz -o "$calls" "$out"/[0-9]*.vcf.gz
    bcftools index --tbi "$calls"
    # shellcheck disable=SC2046  # one option a file
    gatk --java-options "-Xmx1000m $quick" MergeMutectStats $(printf -- '-stats %s ' "$out"/[0-9]*.stats) -O "$counts"
fi
# shellcheck disable=SC2046
gatk --java-options "-Xmx3000m $quick" LearnReadOrientationModel \
    $(printf -- '-I %s ' "$out"/*.f1r2.tar.gz) -O "$out/bias.tar.gz"
gatk --java-options "-Xmx3000m $quick" FilterMutectCalls -R "$genome" -V "$calls" --stats "$counts" \
    --orientation-bias-artifact-priors "$out/bias.tar.gz" --contamination-table "$out/contamination.table" \
    --tumor-segmentation "$out/segments.table" -O "$out/filtered.vcf.gz"
snpEff -Xmx1000m $quick ann -noLog -noStats -nodownload -no-downstream -no-intergenic -ud 1000 \
    -c "$prepared/annotator/snpEff.config" -dataDir "$(realpath "$prepared/annotator")" models \
    "$out/filtered.vcf.gz" >"$out/annotated.vcf"
