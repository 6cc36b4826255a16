"""Inline SVG of what lies along genes and chromosomes, by the rules of figures.py."""

from collections.abc import Mapping, Sequence
from math import log10
from typing import Any

from markupsafe import Markup

STEP, BAR, LANE, NAME = 9, 6, 34, 62  # a feature, its bar, a gene's lane and its name, pixels
WIDTH = 860
MOST_DEPTH = 3.0  # decades: a depth of 1,000 or more fills a lane
LANE_BOTTOM = 28
AXIS, HEIGHT, GENOME_TOP = 40, 150, 16  # of the plot of copies
MOST_COPIES = 10.0  # at least; a plot reaches as high as its largest number
Row = Mapping[str, Any]


def coverage_strip(rows: Sequence[Row], words: Mapping[str, str]) -> Markup:
    """Lowest depth of every codon and exon, gene by gene.

    A bar is as high as the logarithm of the depth; it is filled where the depth is enough, hollow
    where it is not, and has a dot on top where something was found.

    Args:
        rows: features of the report with a lowest depth, of one sample.
        words: text (the alternative) and bar, which takes feature, depth and state.
    """
    lanes = _lanes(rows)
    marks, at, y = [], 0, 0
    for gene, features in lanes:
        width = NAME + STEP * len(features) + 14
        if at and at + width > WIDTH:
            at, y = 0, y + LANE
        marks.append(_lane(gene, features, (at, y), words["bar"]))
        at += width
    return _drawing(y + LANE, words["text"], marks)


def _drawing(height: int, text: str, parts: Sequence[Markup]) -> Markup:
    return Markup(
        '<svg class="strip" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>'
    ).format(WIDTH, height, text, Markup("").join(parts))


def _lanes(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """Features by gene; a gene too long for one line goes on in the next."""
    genes: dict[str, list[Row]] = {}
    for row in rows:
        if row["min_depth"] is not None:
            genes.setdefault(row["gene"] or "", []).append(row)
    most = (WIDTH - NAME - 14) // STEP
    return [
        (gene, found[start : start + most])
        for gene, found in sorted(genes.items())
        for start in range(0, len(found), most)
    ]


def _lane(gene: str, rows: Sequence[Row], at: tuple[int, int], words: str) -> Markup:
    x, y = at
    name = Markup('<text x="{}" y="{}" class="end">{}</text>').format(
        x + NAME - 6, y + LANE_BOTTOM, gene
    )
    end = x + NAME + STEP * len(rows) - STEP + BAR
    base = Markup('<path class="axis" d="M{} {}H{}"/>').format(x + NAME, y + LANE_BOTTOM, end)
    bars = [_bar(row, x + NAME + STEP * i, y, words) for i, row in enumerate(rows)]
    return Markup("").join([name, base, *bars])


def _bar(row: Row, x: int, y: int, words: str) -> Markup:
    depth, needed = row["min_depth"], row["required_depth"]
    height = 1 + min(log10(depth + 1) / MOST_DEPTH, 1.0) * (LANE_BOTTOM - 8)
    enough = needed is None or depth >= needed
    title = words.format(feature=row["feature"], depth=depth, state=row["state"])
    bar = Markup(
        '<rect class="{}" x="{}" y="{:.4g}" width="{}" height="{:.4g}"><title>{}</title></rect>'
    ).format("fill" if enough else "frame", x, y + LANE_BOTTOM - height, BAR, height, title)
    if row["state"] != "PRESENT":
        return bar
    return bar + Markup('<circle cx="{}" cy="{:.4g}" r="2.5"/>').format(
        x + BAR / 2, y + LANE_BOTTOM - height - 4
    )


def copy_number_plot(profile: Row, sample: str, words: Mapping[str, str]) -> Markup:
    """Copies of the genes of one sample along the chromosomes that hold them.

    Args:
        profile: `copy_number` of the report.
        sample: the tumour.
        words: text (the alternative), axis and gene, which takes gene and copies.
    """
    genes = [row for row in profile["genes"] if row["sample"] == sample and row["pos"] is not None]
    names = {row["chrom"] for row in genes}
    starts: dict[str, float] = {}
    total = sum(row["length"] for row in profile["chromosomes"] if row["name"] in names)
    at, parts = 0.0, []
    for number, row in enumerate(r for r in profile["chromosomes"] if r["name"] in names):
        starts[row["name"]] = at
        width = row["length"] / total * (WIDTH - AXIS)
        parts.append(_chromosome(row["name"], AXIS + at, width, number % 2 == 0))
        at += width
    top = max([MOST_COPIES, *(row["copies"] for row in genes)])
    scale = (WIDTH - AXIS) / total if total else 0.0
    levels = sorted({0.0, 2.0, profile["amplified_from"], top})
    parts += [_level(level, top) for level in levels]
    parts += [
        _gene(row, AXIS + starts[row["chrom"]] + row["pos"] * scale, top, words["gene"])
        for row in genes
    ]
    return _drawing(HEIGHT + GENOME_TOP + 22, words["text"], parts)


def _y(copies: float, top: float) -> float:
    return GENOME_TOP + HEIGHT * (1 - copies / top)


def _chromosome(name: str, x: float, width: float, shaded: bool) -> Markup:
    return Markup(
        '<rect class="{}" x="{:.5g}" y="{}" width="{:.5g}" height="{}"/>'
        '<text x="{:.5g}" y="{}" class="mid">{}</text>'
    ).format(
        "zone" if shaded else "none",
        x,
        GENOME_TOP,
        width,
        HEIGHT,
        x + width / 2,
        GENOME_TOP + HEIGHT + 15,
        name.removeprefix("chr"),
    )


def _level(copies: float, top: float) -> Markup:
    return Markup(
        '<path class="axis" d="M{} {:.5g}H{}"/><text x="{}" y="{:.5g}" class="end">{:.3g}</text>'
    ).format(AXIS, _y(copies, top), WIDTH, AXIS - 6, _y(copies, top) + 4, copies)


def _gene(row: Row, x: float, top: float, words: str) -> Markup:
    """A triangle up for what is amplified, down for what is deleted, else a dot."""
    y = _y(row["copies"], top)
    title = words.format(gene=row["gene"], copies=f"{row['copies']:.3g}")
    shape = {
        "AMPLIFIED": "M{0:.5g} {1:.5g}l5 9h-10z",
        "DELETED": "M{0:.5g} {1:.5g}l5 -9h-10z",
        None: "M{0:.5g} {1:.5g}m-2.5 0a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0z",
    }[row["change"]].format(x, y)
    mark = Markup('<path class="fill" d="{}"><title>{}</title></path>').format(shape, title)
    if row["change"] is None:
        return mark
    side, shift = ("end", -8) if x > WIDTH - 80 else ("start", 8)
    return mark + Markup('<text x="{:.5g}" y="{:.5g}" class="{}">{}</text>').format(
        x + shift, y + (8 if row["change"] == "AMPLIFIED" else -2), side, row["gene"]
    )
