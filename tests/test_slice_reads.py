"""The reads that a page embeds: those that were counted, a fair part of many, nothing inherited."""

import base64
import json

import pysam
import pytest

import slice_reads
from consilium.counting import Limits
from consilium.report.reads import LEAST_CARRIERS, MOST_FRAGMENTS
from slice_reads import Source
from test_counting import GENOME, Reads

LIMITS = Limits(min_base_quality=13, min_mapping_quality=1)
POS = 40  # 1-based place of the variant
REF = GENOME[POS - 1]
ALT = "A" if REF != "A" else "C"


def row(**changes):
    ordinary = {"sample": "T", "status": "BELIEVED", "origin": "SOMATIC"}
    return {**ordinary, "chrom": "c1", "pos": POS, "ref": REF, "alt": ALT, **changes}


def written(alt, start=20, end=60):
    """Bases of a read that carries the variant or not."""
    return GENOME[start : POS - 1] + (ALT if alt else REF) + GENOME[POS:end]


@pytest.fixture
def run(tmp_path):
    """Slice BAM files of a tumour and perhaps a normal; the evidence, and its bytes."""
    (tmp_path / "g.fa").write_text(f">c1\n{GENOME}\n")

    def start(tumor, normal=None, rows=None, withheld=True):
        (tmp_path / "n").mkdir(exist_ok=True)
        tumor.open().close()
        sources = [Source("T", "tumor", str(tumor.path))]
        if normal:
            normal.open().close()
            sources.append(Source("N", "normal", str(normal.path)))
        document = {"variants": {"withheld": withheld, "rows": rows or [row()]}}
        (tmp_path / "report.json").write_text(json.dumps(document))
        output = tmp_path / "evidence.json"
        slice_reads.main(
            str(tmp_path / "report.json"), str(tmp_path / "g.fa"), sources, LIMITS, str(output)
        )
        return json.loads(output.read_text())

    return start


@pytest.fixture
def tumor(tmp_path):
    return Reads(tmp_path)


def embedded(track, folder):
    """The reads of an embedded BAM file."""
    path = folder / "again.bam"
    path.write_bytes(base64.b64decode(track["bam"]))
    with pysam.AlignmentFile(str(path)) as reads:
        return list(reads.fetch(until_eof=True)), reads.header.to_dict()


def test_what_was_counted_is_embedded_with_both_mates_and_no_names(run, tumor, tmp_path):
    tumor.pair("INSTRUMENT:1", (20, written(True)), (62, GENOME[62:78]))
    tumor.pair("INSTRUMENT:2", (20, written(False)), (62, GENOME[62:78]))
    tumor.add("duplicate", 20, written(True), flag=1024)
    tumor.add("elsewhere", 60, GENOME[60:78])
    tumor.add("unsure", 20, written(True), mapping=0)
    (view,) = run(tumor)["views"]
    (track,) = view["tracks"]
    reads, header = embedded(track, tmp_path)
    assert (track["fragments"], track["total"], track["carriers"]) == (2, 2, 1)
    assert sorted(read.query_name for read in reads) == ["1", "1", "2", "2"]
    assert {read.get_tag("XV") for read in reads if read.query_name == "1"} == {"ALT"}
    assert {read.get_tag("XV") for read in reads if read.query_name == "2"} == {"other"}
    assert [line["SN"] for line in header["SQ"]] == ["c1"] and "RG" not in header


def test_an_unpaired_read_is_found_again(run, tumor, tmp_path):
    tumor.add("a/b", 20, written(True))
    (view,) = run(tumor)["views"]
    reads, _ = embedded(view["tracks"][0], tmp_path)
    assert [read.query_sequence for read in reads] == [written(True)]


def test_mates_kept_as_single_reads_of_one_name_are_both_found_again(run, tumor, tmp_path):
    tumor.add("a", 20, written(True))
    tumor.add("a", 22, written(True, 22), flag=16)
    (view,) = run(tumor)["views"]
    assert len(embedded(view["tracks"][0], tmp_path)[0]) == 2


def test_drawing_shows_strand_other_bases_deletions_and_insertions(run, tumor):
    tumor.add("a", 20, written(True))
    tumor.add("b", 20, written(False), flag=16)
    tumor.add("c", 30, GENOME[30:36] + GENOME[38:50], "6M2D12M")
    tumor.add("d", 30, GENOME[30:40] + "TT" + GENOME[40:50], "10M2I10M")
    (view,) = run(tumor)["views"]
    lines = view["tracks"][0]["drawing"]
    low = view["drawing_start"]
    assert view["reference"] == GENOME[low : low + len(view["reference"])]
    assert view["tracks"][0]["drawn_carriers"] == 1 and lines[0][POS - 1 - low] == ALT
    assert lines[0][20 - low : POS - 1 - low] == "." * (POS - 21)
    assert any(line[20 - low :].startswith(",,,") for line in lines[1:])
    assert any("......--...." in line for line in lines[1:])
    assert any(".........+......" in line for line in lines[1:])


def test_of_many_fragments_a_fair_part_is_kept_the_same_each_time(run, tumor):
    for number in range(1000):
        tumor.add(f"r{number}", 20, written(number % 100 == 0))
    first, second = run(tumor), run(tumor)
    (track,) = first["views"][0]["tracks"]
    assert (track["fragments"], track["total"]) == (MOST_FRAGMENTS, 1000)
    assert track["carriers"] == LEAST_CARRIERS
    assert first == second


def test_normal_is_shown_at_the_same_place(run, tumor, tmp_path):
    folder = tmp_path / "n"
    folder.mkdir()
    normal = Reads(folder)
    tumor.add("a", 20, written(True))
    normal.add("b", 20, written(False))
    (view,) = run(tumor, normal)["views"]
    assert [(t["sample"], t["role"], t["carriers"]) for t in view["tracks"]] == [
        ("T", "tumor", 1),
        ("N", "normal", 0),
    ]


@pytest.mark.parametrize(
    ("change", "withheld", "views"),
    [
        ({"origin": "GERMLINE"}, True, 0),
        ({"origin": "LIKELY_GERMLINE"}, True, 0),
        ({"origin": "LIKELY_GERMLINE"}, False, 1),
        ({"origin": "POSSIBLE_CH"}, True, 1),
        ({"status": "FILTERED"}, False, 0),
        ({"sample": "OTHER"}, False, 0),
    ],
)
def test_nothing_inherited_is_shown_without_consent(run, tumor, change, withheld, views):
    tumor.add("a", 20, written(True))
    assert len(run(tumor, rows=[row(**change)], withheld=withheld)["views"]) == views


def test_no_room_is_said(run, tumor, monkeypatch):
    tumor.add("a", 20, written(True))
    monkeypatch.setattr(slice_reads, "LARGEST", 400)
    found = run(tumor, rows=[row(), row(), row()])
    assert len(found["views"]) == 1 and found["left_out"] == 2


def test_no_read_at_the_place_is_no_error(run, tumor):
    tumor.add("a", 60, GENOME[60:78])
    (view,) = run(tumor)["views"]
    assert view["tracks"][0]["fragments"] == 0 and view["tracks"][0]["drawing"] == []
