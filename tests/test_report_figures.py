"""Drawings: what they show is what the rows say, without colour and without a script."""

import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

import report_cases as cases
from build_report import build
from consilium.records import Event
from consilium.report.figures import tumor_path, vaf_plot
from consilium.report.plots import copy_number_plot, coverage_strip

SVG = "{http://www.w3.org/2000/svg}"
ZONES = {"haematopoiesis_below": 0.1, "germline_from": 0.4, "germline_to": 0.6}
WORDS = {"text": "all", "ch": "CH", "germline": "het", "axis": "x", "copies": "copies"}


def drawing(svg):
    """The elements of a drawing, as an XML parser reads them."""
    return ElementTree.fromstring(str(svg).replace("<svg ", f'<svg xmlns="{SVG[1:-1]}" ', 1))


def marks(svg, name, style=None):
    return [e for e in drawing(svg).iter(SVG + name) if style in (None, e.get("class"))]


def texts(svg):
    return [element.text for element in marks(svg, "text")]


def case_with_copies(*rows, **more):
    events = tuple(
        Event(kind="CNA", gene=gene, value=value, unit=unit, sample="T")
        for gene, value, unit in rows
    )
    places = {"EGFR": ("chr7", 55019016), "MYC": ("chr8", 127735433), "TP53": ("chr17", 7661778)}
    lengths = (("chr7", 159345973), ("chr8", 145138636), ("chr9", 138394717), ("chr17", 83257441))
    data = replace(cases.typical(), events=events, places=places, chromosomes=lengths)
    return build(replace(data, **more))


def variant(vaf, low, high, copies=None):
    return {
        "label": "EGFR p.L858R",
        "gene": "EGFR",
        "vaf": vaf,
        "vaf_low": low,
        "vaf_high": high,
        "copies": copies,
    }


def test_fraction_stands_between_its_limits_and_zones_where_interpretation_has_them():
    svg = vaf_plot([variant(0.5, 0.4, 0.6)], ZONES, WORDS)
    (dot,) = marks(svg, "circle")
    (line,) = marks(svg, "path", "range")
    start, end = re.fullmatch(r"M([\d.]+) [\d.]+H([\d.]+)", line.get("d")).groups()
    zones = marks(svg, "rect", "zone")
    assert [float(zone.get("width")) for zone in zones] == [42.0, 84.0]
    assert float(zones[1].get("x")) == float(start)
    assert float(start) < float(dot.get("cx")) < float(end)
    assert "copies" not in texts(svg)


def test_copies_stand_beside_the_fraction_where_they_are_known():
    svg = vaf_plot([variant(0.5, 0.4, 0.6, 6.25), variant(0.1, None, None)], ZONES, WORDS)
    assert texts(svg)[-2:] == ["copies", "6.25"]


@pytest.mark.parametrize(
    ("path", "patient", "statement", "filled", "framed"),
    [
        (["LUAD", "NSCLC"], "LUAD", "NSCLC", ["LUAD"], 1),
        (["LUAD"], "LUAD", "LUAD", ["LUAD"], 1),
        (["UM", "MEL", "SKIN"], "SKIN", "UM", ["SKIN"], 1),
    ],
)
def test_path_marks_the_patient_and_the_statement(path, patient, statement, filled, framed):
    svg = tumor_path(path, patient, statement, "from A to B")
    assert texts(svg) == path
    assert len(marks(svg, "path", "arrow")) == len(path) - 1
    assert [e.text for e in marks(svg, "text", "mid on")] == filled
    assert len(marks(svg, "rect")) == len(path) + framed


def feature(name, depth, state="ABSENT", needed=19):
    gene = name.split()[0]
    return {
        "gene": gene,
        "feature": name,
        "min_depth": depth,
        "required_depth": needed,
        "state": state,
    }


def test_strip_fills_what_is_deep_enough_and_dots_what_was_found():
    rows = [
        feature("KRAS codon 12", 500, "PRESENT"),
        feature("KRAS codon 61", 18, "INDETERMINATE"),
        feature("EGFR codon 858", 19),
    ]
    svg = coverage_strip(rows, {"text": "all", "bar": "{feature}: depth {depth}, {state}"})
    assert texts(svg) == ["EGFR", "KRAS"]
    assert len(marks(svg, "rect", "fill")) == 2 and len(marks(svg, "circle")) == 1
    (hollow,) = marks(svg, "rect", "frame")
    assert hollow.find(SVG + "title").text == "KRAS codon 61: depth 18, INDETERMINATE"
    heights = [float(bar.get("height")) for bar in marks(svg, "rect")]
    assert heights[1] > heights[0] > heights[2], "EGFR 19, KRAS 500, KRAS 18"


def test_strip_of_a_long_gene_goes_on_in_the_next_lane():
    rows = [feature(f"BRAF codon {n}", 100) for n in range(200)]
    svg = coverage_strip(rows, {"text": "all", "bar": "{feature}{depth}{state}"})
    assert texts(svg) == ["BRAF"] * 3 and len(marks(svg, "rect")) == 200
    width = float(drawing(svg).get("viewBox").split()[2])
    assert max(float(bar.get("x")) for bar in marks(svg, "rect")) < width


def test_copies_are_drawn_along_the_chromosomes_that_hold_them():
    document = case_with_copies(
        ("EGFR", "14.2", "copies"), ("TP53", "0.3", "copies"), ("MYC", "2.4", "copies")
    )
    profile = document["copy_number"]
    assert [row["name"] for row in profile["chromosomes"]] == ["chr7", "chr8", "chr17"]
    assert {row["gene"]: row["change"] for row in profile["genes"]} == {
        "EGFR": "AMPLIFIED",
        "MYC": None,
        "TP53": "DELETED",
    }
    svg = copy_number_plot(profile, "T", {"text": "all", "gene": "{gene}: {copies} copies"})
    titles = {mark.find(SVG + "title").text: mark.get("d") for mark in marks(svg, "path", "fill")}
    assert set(titles) == {"EGFR: 14.2 copies", "MYC: 2.4 copies", "TP53: 0.3 copies"}
    x = {name[:4]: float(shape[1:].split()[0]) for name, shape in titles.items()}
    assert x["EGFR"] < x["MYC:"] < x["TP53"]
    assert {"EGFR", "TP53", "7", "8", "17"} <= set(texts(svg)) and "MYC" not in texts(svg)


def test_a_call_without_number_or_place_is_not_drawn_but_said():
    document = case_with_copies(("EGFR", "AMP", None), ("NOWHERE", "9", "copies"))
    (row,) = document["copy_number"]["genes"]
    assert (row["gene"], row["chrom"], row["change"]) == ("NOWHERE", None, "AMPLIFIED")
    assert [b["value"] for b in document["biomarkers"] if b["kind"] == "CNA"] == ["AMP", "9"]


def test_copies_of_a_variant_s_gene_stand_with_it():
    rows = case_with_copies(("EGFR", "14.2", "copies"))["variants"]["rows"]
    assert {row["gene"]: row["copies"] for row in rows} == {"EGFR": 14.2, "TP53": None}


def test_names_in_drawings_are_escaped():
    rows = [feature("<b>x codon 1", 50)]
    assert "<b>" not in coverage_strip(rows, {"text": '"><i>', "bar": "{feature}{depth}{state}"})
    assert "<i>" not in tumor_path(["<i>"], "<i>", "<i>", "<i>")
    assert json.dumps(texts(tumor_path(["<i>"], "<i>", "<i>", "x"))) == '["<i>"]'
