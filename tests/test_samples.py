"""The sample sheet and the clinical table, read as their owners mean them."""

import re
from pathlib import Path
from time import process_time

import pytest

from builders import project_config, write_rows
from consilium.clinical import parse_ihc, read_clinical
from consilium.problems import InputError
from consilium.records import Clinical
from consilium.samples import SampleSheet, name_pattern, read_sheet

ROOT = Path(__file__).parents[1]
BOARD = ROOT.parent / "shared" / "design" / "board_events"
CONFIG = project_config()
PAIR = [
    {"case": "A", "sample": "T1", "role": "tumor", "lane": "2", "fastq_1": "a.fq.gz",
     "fastq_2": "b.fq.gz", "tumor_type": "LUAD", "purity": "0.4", "sex": "male"},
    {"case": "A", "sample": "T1", "role": "tumor", "lane": "1", "fastq_1": "c.fq.gz",
     "purity": "0.4"},
    {"case": "A", "sample": "T2", "role": "tumor", "bam": "t2.bam"},
    {"case": "A", "sample": "N", "role": "normal", "cram": "n.cram"},
]  # fmt: skip
ONE = {"case": "B", "sample": "B", "role": "tumor", "tumor_type": "SKCM"}


@pytest.fixture
def sheet(tmp_path):
    def build(*rows: dict, config: dict = CONFIG) -> SampleSheet:
        return read_sheet(write_rows(tmp_path / "samples.tsv", rows), config)

    return build


@pytest.fixture
def clinical(tmp_path, sheet):
    def build(*rows: dict) -> dict[str, Clinical]:
        samples = sheet(*PAIR, ONE | {"vcf": "b.vcf.gz"})
        return read_clinical(write_rows(tmp_path / "clinical.tsv", rows), samples)

    return build


def test_lanes_merge_and_two_tumours_share_a_normal(sheet):
    read = sheet(*PAIR)
    assert read.cases == ("A",) and read.samples == ("T1", "T2", "N")
    assert read.tumors("A") == ("T1", "T2") and read.normal("A") == "N"
    assert read.lanes("T1") == ("2", "1") and read.lanes("T2") == ("L1",)
    assert read.unit("T1", "1").fastq_2 is None and read.unit("T1").fastq_2 == "b.fq.gz"
    assert [read.case_of(sample) for sample in read.samples] == ["A", "A", "A"]
    assert (read.tumor_type("A"), read.sex("A")) == ("LUAD", "male")
    assert (read.purity("T1"), read.purity("T2"), read.purity("N")) == (0.4, None, None)


@pytest.mark.parametrize(
    ("column", "path", "start"),
    [
        ("fastq_1", "a.fq.gz", "reads"),
        ("bam", "a.bam", "alignments"),
        ("cram", "a.cram", "alignments"),
        ("vcf", "a.vcf.gz", "variants"),
        ("maf", "a.maf", "variants"),
        ("events", "a.tsv", "events"),
        ("named_variants", "a.maf", "events"),
        ("fusions", "a.tsv", "events"),
    ],
)
def test_a_sample_starts_where_its_file_is(sheet, column, path, start):
    read = sheet(ONE | {column: path})
    assert read.start("B") == start
    assert read.normal("B") is None


def test_the_only_assay_is_assumed_for_reads_and_never_for_an_outside_table(sheet):
    assert sheet(ONE | {"bam": "b.bam"}).assay("B") == "panel"
    assert sheet(ONE | {"events": "b.tsv"}).assay("B") is None
    assert sheet(ONE | {"events": "b.tsv", "assay": "panel"}).assay("B") == "panel"


def test_of_two_assays_one_must_be_named(sheet):
    config = CONFIG | {"assays": {"panel": {}, "exome": {}}}
    with pytest.raises(InputError, match=r"row 2: case 'B' names no assay; give one of panel, ex"):
        sheet(ONE | {"bam": "b.bam"}, config=config)
    assert sheet(ONE | {"bam": "b.bam", "assay": "exome"}, config=config).assay("B") == "exome"


def test_a_normal_serves_two_cases_under_two_names(sheet):
    other = {"case": "B", "sample": "B-N", "role": "normal", "cram": "n.cram"}
    read = sheet(*PAIR, ONE | {"bam": "b.bam"}, other)
    assert (read.normal("A"), read.normal("B")) == ("N", "B-N")


def test_a_tumour_is_no_normal_of_another_case(sheet):
    other = {"case": "B", "sample": "B-N", "role": "normal", "bam": "t2.bam"}
    with pytest.raises(InputError, match=r"row 7: t2.bam is given in .*samples.tsv, row 4 too"):
        sheet(*PAIR, ONE | {"vcf": "b.vcf"}, other)


def test_two_sexes_in_a_case(sheet):
    rows = [PAIR[0], PAIR[2] | {"sex": "female"}]
    with pytest.raises(InputError, match="row 3: case 'A' has sex 'female' here and 'male' above"):
        sheet(*rows)


def test_a_normal_that_starts_at_variants(sheet):
    rows = [*PAIR[:2], {"case": "A", "sample": "N", "role": "normal", "vcf": "n.vcf"}]
    with pytest.raises(InputError, match=r"row 4: a normal starts at variants; give its reads"):
        sheet(*rows)


@pytest.mark.parametrize("text", ["Lung Adenocarcinoma", "lung adeno", "luad", "LAUD"])
def test_a_tumour_type_that_is_no_code_is_a_question(sheet, text):
    with pytest.raises(InputError) as caught:
        sheet(ONE | {"bam": "b.bam", "tumor_type": text})
    assert f"tumor_type {text!r} is not an OncoTree code; did you mean" in str(caught.value)


@pytest.mark.parametrize("name", ["a b", "a/b", ".a", "-a", "a\u00e4", "x" * 65, "a;b", "{a}"])
@pytest.mark.parametrize("column", ["case", "sample", "lane"])
def test_names_are_safe_in_paths_and_shells(sheet, name, column):
    with pytest.raises(InputError, match=rf"row 2: {column} .* cannot be used; use 1 to 64"):
        sheet(ONE | {"lane": "1", "fastq_1": "b.fq.gz", column: name})


@pytest.mark.parametrize("path", ["-b.bam", "{b}.bam", "b'.bam"])
def test_paths_are_safe_in_commands(sheet, path):
    with pytest.raises(InputError, match=r"row 2: bam .* cannot be used; rename the file"):
        sheet(ONE | {"bam": path})


def test_paths_may_hold_blanks(sheet):
    assert sheet(ONE | {"bam": "my files/b 1.bam"}).unit("B").bam == "my files/b 1.bam"


def test_a_sheet_written_by_a_spreadsheet(tmp_path):
    path = tmp_path / "samples.tsv"
    text = 'case\tsample\trole\tbam\ttumor_type\r\n"A"\tT\ttumor\tt.bam\tLUAD\r\n\r\n'
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert read_sheet(path, CONFIG).tumor_type("A") == "LUAD"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"case,sample,role\nA,T,tumor\n", "has one column; separate the columns by tabs"),
        (b"", "has no rows; write a header line and at least one row"),
        (b"case\tsample\trole\n", "has no rows"),
        (b"case\tcase\tsample\trole\nA\tA\tT\ttumor\n", "column 'case' stands twice; remove one"),
        (b"\xff\xfe\x00", "cannot be read"),
    ],
)
def test_what_is_no_table(tmp_path, content, problem):
    (tmp_path / "samples.tsv").write_bytes(content)
    with pytest.raises(InputError, match=problem):
        read_sheet(tmp_path / "samples.tsv", CONFIG)


def test_no_sheet_at_all(tmp_path):
    with pytest.raises(InputError, match=r"cannot be read \(No such file or directory\)"):
        read_sheet(tmp_path / "samples.tsv", CONFIG)


def test_a_thousand_cases_are_read_and_asked_in_seconds(sheet):
    rows = [
        {"case": f"C{i}", "sample": f"C{i}-{role}", "role": role, "lane": lane}
        | {"fastq_1": f"{i}.{role}.{lane}_1.fq.gz", "fastq_2": f"{i}.{role}.{lane}_2.fq.gz"}
        | {"tumor_type": "LUAD", "assay": "panel"}
        for i in range(1000)
        for role in ("tumor", "normal")
        for lane in ("1", "2")
    ]
    start = process_time()
    read = sheet(*rows)
    read_in = process_time() - start
    for _ in range(10):
        for case in read.cases:
            for sample in (*read.tumors(case), read.normal(case)):
                assert read.case_of(sample) == case and read.start(sample) == "reads"
                assert [read.unit(sample, lane).lane for lane in read.lanes(sample)] == ["1", "2"]
    assert read_in < 5 and process_time() - start - read_in < 2


def test_example_files_can_be_read():
    read = read_sheet(ROOT / "config" / "samples.tsv", CONFIG)
    facts = read_clinical(ROOT / "config" / "clinical.tsv", read)
    assert {read.start(sample) for sample in read.samples} == {"reads", "alignments", "events"}
    assert facts["PATIENT-2"].prior_therapies == ("oxaliplatin", "fluorouracil", "bevacizumab")
    assert facts["PATIENT-3"] == Clinical("PATIENT-3")


# Clinical facts


def test_what_is_not_written_is_unknown(clinical, sheet):
    assert clinical({"case": "A"}) == {"A": Clinical("A"), "B": Clinical("B")}
    assert read_clinical(None, sheet(*PAIR)) == {"A": Clinical("A")}


def test_a_clinical_table_may_hold_its_header_alone(tmp_path, sheet):
    table = tmp_path / "clinical.tsv"
    table.write_text("case\tage\n")
    assert read_clinical(table, sheet(*PAIR)) == {"A": Clinical("A")}


def test_every_fact(clinical):
    row = {"case": "A", "specimen": "ffpe", "age": "8.5", "stage": "IIIB", "grade": "G2"}
    row |= {"sidedness": "left", "line": "2", "prior_therapies": "cisplatin; EGFR_TKI|x"}
    row |= {"ihc": "HR=pos;HER2=1+", "ecog": "0", "country": "NO"}
    row |= {"consent_germline": "no", "consent_pgx": "yes"}
    assert clinical(row)["A"] == Clinical(
        case="A",
        specimen="FFPE",
        age=8.5,
        stage="IIIB",
        grade="2",
        sidedness="left",
        line=2,
        prior_therapies=("cisplatin", "EGFR_TKI", "x"),
        ihc="HR=pos;HER2=1+",
        ecog=0,
        country="NO",
        consent_germline=False,
        consent_pgx=True,
    )


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"specimen": "biopsy"}, "specimen 'biopsy' is not known; use one of FFPE, fresh"),
        ({"age": "old"}, "age 'old' is not a number; give the age in years"),
        ({"age": "nan"}, "age 'nan' is not a number"),
        ({"stage": "5"}, "stage '5' cannot be used; give the stage as 0, I"),
        ({"grade": "9"}, "grade '9' cannot be used; give 1 to 5"),
        ({"sidedness": "leftt"}, "sidedness 'leftt' is not known; did you mean 'left'?"),
        ({"line": "0"}, "line 0 is outside 1 and above; give the number of the line"),
        ({"line": "1.5"}, "line '1.5' is not a whole number"),
        ({"ecog": "5"}, "ecog 5 is outside 0 to 4; give the ECOG"),
        ({"consent_pgx": "true"}, "consent_pgx 'true' is not known; use one of yes, no"),
        ({"purity": "0.7"}, "purity 0.7 is not that of the sample sheet"),
    ],
)
def test_a_fact_that_is_none(clinical, cells, problem):
    with pytest.raises(InputError, match=re.escape(f"clinical.tsv, row 2: {problem}")):
        clinical({"case": "A"} | cells)


def test_a_specimen_may_be_cell_free_dna_and_an_assay_is_no_specimen(clinical):
    facts = clinical({"case": "A", "specimen": "cfDNA"}, {"case": "B", "specimen": "WES"})
    assert (facts["A"].specimen, facts["B"].specimen) == ("plasma", None)


def test_ihc():
    assert parse_ihc("HR=pos; ER = pos;HER2=2+;PD-L1=50;CPS=0.5;") == {
        "HR": "pos",
        "ER": "pos",
        "HER2": "2+",
        "PD-L1": "50",
        "CPS": "0.5",
    }
    assert parse_ihc("MMR=deficient;MLH1=lost;MSH2=intact") == {
        "MMR": "deficient",
        "MLH1": "lost",
        "MSH2": "intact",
    }
    assert parse_ihc(None) == parse_ihc("") == {}


@pytest.mark.parametrize("text", ["HER2", "=pos", "HER2=", "HER2=+", "HER2=positive", "A=1;A=2"])
def test_ihc_that_is_none(text):
    with pytest.raises(ValueError, match="ihc"):
        parse_ihc(text)


def test_the_board_cases_can_be_read(sheet):
    path = BOARD / "clinical.tsv"
    if not path.exists():
        pytest.skip(f"the test data kit is not beside the project: {path}")
    rows = [line.split("\t") for line in path.read_text().splitlines()[1:]]
    samples = sheet(
        *(
            {"case": row[0], "sample": row[0], "role": "tumor", "tumor_type": row[1]}
            | {"purity": row[13], "events": f"{row[0]}/events.tsv"}
            for row in rows
        )
    )
    facts = read_clinical(path, samples)
    assert len(facts) == len(rows)
    assert parse_ihc(facts["C38a"].ihc) == {"HR": "pos", "ER": "pos", "HER2": "neg"}
    assert (facts["C09"].age, facts["C36"].specimen, facts["C50b"].grade) == (8, "plasma", "2")
    assert facts["C16b"].consent_germline is True and facts["C16b"].specimen is None


@pytest.mark.parametrize(
    ("names", "stem", "sample", "rest"),
    [
        (["A-T", "B"], "A-T.L1", "A-T", "L1"),
        (["A", "B"], "A.L1.2", "A", "L1.2"),
        (["A.1", "B"], "A.1.L1", "A.1", "L1"),
        (["A.1", "A.1.x"], "A.1.x.L1", "A.1.x", "L1"),
    ],
)
def test_a_sample_is_told_from_its_lane(names, stem, sample, rest):
    found = re.fullmatch(rf"(?P<sample>{name_pattern(names)})\.(?P<lane>[A-Za-z0-9._-]+)", stem)
    assert found and (found["sample"], found["lane"]) == (sample, rest)


def test_the_pattern_does_not_grow_with_the_sheet():
    assert len(name_pattern(f"S{number}" for number in range(1000))) < 50
