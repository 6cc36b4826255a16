"""Inline SVG: legible without colour, with a text alternative, drawn from rows of the report."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

# Allele fractions where other origins are likely (interpretation of a diploid region).
CH_BELOW = 0.10
GERMLINE_FROM, GERMLINE_TO = 0.40, 0.60
LARGEST_PLOT = 30
LABEL_WIDTH, PLOT_WIDTH, ROW = 210, 420, 20
TOP = 22


def coverage_bar(fraction: float, label: str) -> Markup:
    """How much of a feature is deep enough: a bar of 0 to 100 %."""
    width = max(0.0, min(1.0, fraction)) * 60
    return Markup(
        '<svg class="bar" viewBox="0 0 62 10" width="62" height="10" role="img" aria-label="{}">'
        '<rect class="frame" x="1" y="1" width="60" height="8"/>'
        '<rect class="fill" x="1" y="1" width="{:.4g}" height="8"/></svg>'
    ).format(label, width)


def vaf_plot(rows: Sequence[Mapping[str, Any]], words: Mapping[str, str]) -> Markup:
    """Allele fractions with intervals; `words` has text, ch, germline and axis."""
    shown = [row for row in rows if row["vaf"] is not None][:LARGEST_PLOT]
    bottom = TOP + ROW * len(shown)
    parts = [
        Markup('<svg class="plot" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(
            LABEL_WIDTH + PLOT_WIDTH + 20, bottom + 34, words["text"]
        ),
        _zone(0.0, CH_BELOW, bottom, words["ch"]),
        _zone(GERMLINE_FROM, GERMLINE_TO, bottom, words["germline"]),
        *(_row(row, TOP + ROW * index + ROW / 2) for index, row in enumerate(shown)),
        *(_tick(value / 10, bottom) for value in range(0, 11, 2)),
        Markup('<text x="{:.4g}" y="{}" class="mid">{}</text></svg>').format(
            _x(0.5), bottom + 30, words["axis"]
        ),
    ]
    return Markup("").join(parts)


def _x(fraction: float) -> float:
    return LABEL_WIDTH + fraction * PLOT_WIDTH


def _zone(low: float, high: float, bottom: int, name: str) -> Markup:
    return Markup(
        '<rect class="zone" x="{:.4g}" y="{}" width="{:.4g}" height="{}"/>'
        '<text x="{:.4g}" y="14" class="mid">{}</text>'
    ).format(_x(low), TOP, _x(high) - _x(low), bottom - TOP, _x((low + high) / 2), name)


def _row(row: Mapping[str, Any], y: float) -> Markup:
    name = row["label"] or f"{row['gene'] or row['chrom']} {row['hgvs_p1'] or row['hgvs_c'] or ''}"
    low, high = row["vaf_low"], row["vaf_high"]
    low, high = (row["vaf"], row["vaf"]) if low is None or high is None else (low, high)
    short = name if len(name) <= 32 else f"{name[:31]}…"
    return Markup(
        '<text x="{}" y="{:.4g}" class="end">{}</text>'
        '<path class="range" d="M{:.4g} {:.4g}H{:.4g}"/><circle cx="{:.4g}" cy="{:.4g}" r="3.5"/>'
    ).format(LABEL_WIDTH - 8, y + 4, short, _x(low), y, _x(high), _x(row["vaf"]), y)


def _tick(value: float, bottom: int) -> Markup:
    return Markup(
        '<path class="axis" d="M{:.4g} {}v{}"/><text x="{:.4g}" y="{}" class="mid">{:.1f}</text>'
    ).format(_x(value), TOP, bottom - TOP + 3, _x(value), bottom + 16, value)
