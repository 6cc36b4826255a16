#!/usr/bin/env bash
# The external tools that the workflow runs for one tumour-normal case, in a plain script on the same
# files with the same options: what a person would type. No Python of ours, no Snakemake.
# Usage: same_tools.sh DEMO_DIR OUT_DIR THREADS SCATTER
set -euo pipefail
demo=$1 out=$2 threads=$3 scatter=$4
genome=$demo/resources/genome.fa targets=$demo/resources/targets.bed index=$demo/prepared/index/bwa/genome
mkdir -p "$out"

for sample in BENCH-T BENCH-N; do
    reads=("$demo"/reads/"${sample}"_R1.fastq.gz "$demo"/reads/"${sample}"_R2.fastq.gz)
    igzip -t "${reads[0]}"
    igzip -t "${reads[1]}"
    fastp --in1 "${reads[0]}" --in2 "${reads[1]}" --stdout --thread "$threads" --length_required 30 \
        --disable_quality_filtering --json "$out/$sample.json" --html /dev/null \
        | igzip -1 -c >"$out/$sample.fastq.gz"
    bwa mem -t "$threads" -Y -K 10000000 -p -R "@RG\tID:$sample\tSM:$sample\tLB:$sample\tPL:ILLUMINA" \
        "$index" "$out/$sample.fastq.gz" \
        | samtools fixmate -u -m - - \
        | samtools sort -l 1 -m 512M -@ 1 -T "$out/$sample" -o "$out/$sample.lane.bam" -
    samtools merge -u -o - "$out/$sample.lane.bam" \
        | samtools markdup -@ "$threads" -T "$out/$sample.markdup" -f "$out/$sample.duplicates.txt" \
            -O bam --write-index - "$out/$sample.bam"
    mosdepth --no-per-base --threads "$threads" --by "$targets" --thresholds 1,10,20,30,50,100,200,500 \
        "$out/$sample" "$out/$sample.bam"
done

seq 0 $((scatter - 1)) | xargs -P "$threads" -I{} bash -c '
    piece=$(printf "%04d" "$1")
    gatk --java-options -Xmx3000m Mutect2 -R "$2" -I "$3/BENCH-T.bam" -I "$3/BENCH-N.bam" -normal BENCH-N \
        --germline-resource "$4/resources/germline.vcf.gz" \
        -L "$4/prepared/intervals/panel/$piece-scattered.interval_list" --alleles "$4/prepared/alleles.vcf.gz" \
        --genotype-germline-sites true --genotype-pon-sites true --max-mnp-distance 1 \
        --f1r2-tar-gz "$3/$1.f1r2.tar.gz" --native-pair-hmm-threads 1 -O "$3/$1.vcf.gz"' _ {} "$genome" "$out" "$demo"
