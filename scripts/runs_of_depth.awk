# Depth by base (samtools depth) as runs of neighbouring bases with equal depth: records.DepthRun.
BEGIN { OFS = "\t"; print "chrom", "start", "end", "depth" }
function close_run() { if (NR > 1 && chrom != "") print chrom, start, end, depth }
{
    if ($1 == chrom && $2 - 1 == end && $3 == depth) { end = $2; next }
    close_run()
    chrom = $1; start = $2 - 1; end = $2; depth = $3
}
END { if (chrom != "") print chrom, start, end, depth }
