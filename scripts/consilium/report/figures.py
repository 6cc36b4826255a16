"""Inline SVG: legible without colour, with a text alternative, drawn from rows of the report.

Made by hand and not by a plotting library: the drawings take the page's ink in light and dark
and on paper, are small, and are the same bytes for the same rows.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

LARGEST_PLOT = 30
LABEL_WIDTH, PLOT_WIDTH, ROW, COPIES = 210, 420, 20, 70
TOP = 22


def coverage_bar(fraction: float, label: str) -> Markup:
    """How much of a feature is deep enough: a bar of 0 to 100 %."""
    width = max(0.0, min(1.0, fraction)) * 60
    return Markup(
        '<svg class="bar" viewBox="0 0 62 10" width="62" height="10" role="img" aria-label="{}">'
        '<rect class="frame" x="1" y="1" width="60" height="8"/>'
        '<rect class="fill" x="1" y="1" width="{:.4g}" height="8"/></svg>'
    ).format(label, width)


def tumor_path(path: Sequence[str], patient: str, statement: str, label: str) -> Markup:
    """Tumour types from one to the other: the patient's filled, the statement's framed twice."""
    parts, x = [], 2.0
    for code in path:
        width = len(code) * 7.2 + 12
        parts.append(_node(x, width, code, (code == patient, code == statement)))
        x += width
        if code != path[-1]:
            parts.append(Markup('<path class="arrow" d="M{:.4g} 11h12m-4 -3l4 3l-4 3"/>').format(x))
            x += 14
    return (
        Markup('<svg class="path" viewBox="0 0 {0:.4g} 22" width="{0:.4g}" height="22" ')
        + Markup('role="img" aria-label="{1}">{2}</svg>')
    ).format(x + 2, label, Markup("").join(parts))


def _node(x: float, width: float, code: str, marks: tuple[bool, bool]) -> Markup:
    patient, statement = marks
    outer = Markup('<rect class="frame" x="{:.4g}" y="1" width="{:.4g}" height="20" rx="3"/>')
    inner = Markup('<rect class="{}" x="{:.4g}" y="3.5" width="{:.4g}" height="15" rx="2"/>')
    text = Markup('<text x="{:.4g}" y="15" class="mid{}">{}</text>')
    return (
        (outer.format(x, width) if statement else Markup(""))
        + inner.format("fill" if patient else "frame", x + 2.5, width - 5)
        + text.format(x + width / 2, " on" if patient else "", code)
    )


def vaf_plot(
    rows: Sequence[Mapping[str, Any]], zones: Mapping[str, float], words: Mapping[str, str]
) -> Markup:
    """Allele fractions with intervals, copies beside them where they are known.

    Args:
        rows: variants of the report.
        zones: haematopoiesis_below, germline_from and germline_to, allele fractions.
        words: text, ch, germline, axis and copies.
    """
    shown = [row for row in rows if row["vaf"] is not None][:LARGEST_PLOT]
    bottom = TOP + ROW * len(shown)
    copies = any(row["copies"] is not None for row in shown)
    parts = [
        Markup('<svg class="plot" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(
            LABEL_WIDTH + PLOT_WIDTH + (COPIES if copies else 20), bottom + 34, words["text"]
        ),
        _zone(0.0, zones["haematopoiesis_below"], bottom, words["ch"]),
        _zone(zones["germline_from"], zones["germline_to"], bottom, words["germline"]),
        *(_row(row, TOP + ROW * index + ROW / 2) for index, row in enumerate(shown)),
        *(_tick(value / 10, bottom) for value in range(0, 11, 2)),
        Markup('<text x="{:.4g}" y="{}" class="mid">{}</text>').format(
            _x(0.5), bottom + 30, words["axis"]
        ),
        _copies(shown, words["copies"]) if copies else "",
        Markup("</svg>"),
    ]
    return Markup("").join(parts)


def _copies(rows: Sequence[Mapping[str, Any]], title: str) -> Markup:
    text = Markup('<text x="{:.4g}" y="{:.4g}">{}</text>')
    x = LABEL_WIDTH + PLOT_WIDTH + 16
    cells = [
        text.format(x, TOP + ROW * index + ROW / 2 + 4, f"{row['copies']:.3g}")
        for index, row in enumerate(rows)
        if row["copies"] is not None
    ]
    return Markup("").join([text.format(x, 14, title), *cells])


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
