#!/usr/bin/env bash
# The usual best-practice script for a tumour-normal pair: each step writes its file, duplicates are marked
# by Picard, Mutect2 runs over the whole panel at once with Java's own settings. Same aligner, threads and
# compression as the workflow.
# Usage: usual.sh BENCH_DIR OUT_DIR THREADS bqsr|plain
set -euo pipefail
bench=$1 out=$2 threads=$3 recalibrate=$4
genome=$bench/resources/genome.fa targets=$bench/resources/targets.bed common=$bench/resources/common.vcf.gz
population=$bench/resources/population.vcf.gz index=$bench/prepared/index/bwa/genome case=BENCH-01
level=-Dsamjdk.compression_level=6 # what samtools writes
mkdir -p "$out"
jars=("$(dirname "$(readlink -f "$(command -v gatk)")")"/../../.tools/gatk/lib/*.jar)

gatk() { # as GATK's own launcher starts Java: without the class archive that our setup makes
    local options
    read -ra options <<<"$2"
    shift 2
    java -cp "$(IFS=: && echo "${jars[*]}")" -Dsamjdk.use_async_io_read_samtools=false \
        -Dsamjdk.use_async_io_write_samtools=true -Dsamjdk.use_async_io_write_tribble=false \
        -Dsamjdk.compression_level=2 "${options[@]}" org.broadinstitute.hellbender.Main "$@"
}

for sample in $case-T $case-N; do
    lanes=()
    for lane in L001 L002; do
        trimmed=("$out/$sample.$lane.R1.fastq.gz" "$out/$sample.$lane.R2.fastq.gz")
        fastp --in1 "$bench/reads/${sample}_${lane}_R1.fastq.gz" --in2 "$bench/reads/${sample}_${lane}_R2.fastq.gz" \
            --out1 "${trimmed[0]}" --out2 "${trimmed[1]}" --thread "$threads" --length_required 30 \
            --disable_quality_filtering --compression 1 --json "$out/$sample.$lane.json" --html /dev/null
        bwa mem -t "$threads" -Y -K 10000000 \
            -R "@RG\tID:$sample.$lane\tSM:$sample\tLB:$sample\tPL:ILLUMINA\tPU:$lane" "$index" "${trimmed[@]}" \
            >"$out/$sample.$lane.sam"
        samtools sort -l 1 -m 512M -@ "$threads" -T "$out/$sample.$lane" -o "$out/$sample.$lane.bam" "$out/$sample.$lane.sam"
        lanes+=(-I "$out/$sample.$lane.bam")
    done
    gatk --java-options "-Xmx4000m $level" MarkDuplicates "${lanes[@]}" -O "$out/$sample.marked.bam" \
        -M "$out/$sample.duplicates.txt" --CREATE_INDEX true
    ready=$out/$sample.marked.bam
    if [ "$recalibrate" = bqsr ]; then
        gatk --java-options -Xmx4000m BaseRecalibrator -R "$genome" -I "$ready" --known-sites "$population" \
            -O "$out/$sample.recalibration.table"
        gatk --java-options "-Xmx4000m $level" ApplyBQSR -R "$genome" -I "$ready" \
            --bqsr-recal-file "$out/$sample.recalibration.table" -O "$out/$sample.recalibrated.bam"
        ready=$out/$sample.recalibrated.bam
    fi
    ln -sf "$(realpath "$ready")" "$out/$sample.bam"
    ln -sf "$(realpath "${ready%.bam}.bai")" "$out/$sample.bai"
    mosdepth --no-per-base --threads "$threads" --by "$targets" "$out/$sample" "$ready"
    gatk --java-options -Xmx2000m GetPileupSummaries -R "$genome" -I "$out/$sample.bam" -V "$common" -L "$common" \
        -L "$targets" --interval-set-rule INTERSECTION -O "$out/$sample.pileups.table"
done
gatk --java-options -Xmx4000m Mutect2 -R "$genome" -I "$out/$case-T.bam" -I "$out/$case-N.bam" -normal $case-N \
    --germline-resource "$population" -L "$targets" --interval-padding 50 --f1r2-tar-gz "$out/f1r2.tar.gz" \
    -O "$out/calls.vcf.gz"
gatk --java-options -Xmx2000m LearnReadOrientationModel -I "$out/f1r2.tar.gz" -O "$out/bias.tar.gz"
gatk --java-options -Xmx2000m CalculateContamination -I "$out/$case-T.pileups.table" \
    -matched "$out/$case-N.pileups.table" -O "$out/contamination.table" --tumor-segmentation "$out/segments.table"
gatk --java-options -Xmx2000m FilterMutectCalls -R "$genome" -V "$out/calls.vcf.gz" \
    --orientation-bias-artifact-priors "$out/bias.tar.gz" --contamination-table "$out/contamination.table" \
    --tumor-segmentation "$out/segments.table" -O "$out/filtered.vcf.gz"
snpEff -Xmx1000m ann -noLog -noStats -nodownload -c "$bench/prepared/annotator/snpEff.config" \
    -dataDir "$(realpath "$bench/prepared/annotator")" models "$out/filtered.vcf.gz" >"$out/annotated.vcf"
