"""Tumour types: the tree, the names, and the import of a release."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

import import_oncotree
from consilium.tables import TableError
from consilium.tumors import Tumor, UnknownTumor, read_tumors, tree

ROOT = Path(__file__).parents[1]
KIT = ROOT.parent / "shared" / "data" / "knowledge"


@pytest.fixture(scope="module")
def tumors():
    return read_tumors(ROOT / "resources" / "tumors.tsv")


def node(code, parent, *children, **more):
    return {
        "code": code,
        "name": more.get("name", code.title()),
        "parent": parent,
        "tissue": "Lung",
        "level": more.get("level", 1),
        "externalReferences": {"NCI": more.get("ncit", [])},
        "history": more.get("history", []),
        "children": {child["code"]: child for child in children},
    }


def write_release(path, *tissues):
    path.write_text(json.dumps({"TISSUE": {"children": {t["code"]: t for t in tissues}}}))
    return path


@pytest.mark.parametrize(
    ("code", "above"),
    [
        ("LUAD", ("NSCLC", "LUNG")),
        ("SKCM", ("MEL", "SKIN")),
        ("COAD", ("COADREAD", "BOWEL")),
        ("SCLC", ("LNET", "LUNG")),
        ("UM", ("OM", "EYE")),
        ("IHCH", ("CHOL", "IPN", "BILIARY_TRACT")),
        ("HGSOC", ("SOC", "OVT", "OVARY")),
        ("LUNG", ()),
    ],
)
def test_ancestors_come_nearest_first_and_end_at_the_tissue(tumors, code, above):
    assert tumors.ancestors(code) == above


def test_descendants_are_the_inverse_of_ancestors(tumors):
    for code in tumors.by_code:
        assert all(code in tumors.descendants(above) for above in tumors.ancestors(code))
        assert all(code in tumors.ancestors(below) for below in tumors.descendants(code))


def test_all_897_types_have_a_name_and_a_tissue(tumors):
    assert len(tumors.by_code) == 897
    assert all(tumor.name and tumor.tissue for tumor in tumors.by_code.values())
    assert sum(bool(tumor.ncit) for tumor in tumors.by_code.values()) == 665


def test_lung_adenocarcinoma_has_its_cross_references(tumors):
    assert tumors.get("LUAD").ncit == ("C3512",)
    assert tumors.get("LUAD").doid == ("DOID:3910",)


@pytest.mark.parametrize("code", ["LUAD", "GB", "CUP", "UM", "GIST", "BOWEL"])
def test_solid(tumors, code):
    assert tumors.is_solid(code)


@pytest.mark.parametrize(
    "code", ["AML", "CML", "DLBCLNOS", "LCH", "ECD", "MLYM", "TLYM", "MYELOID"]
)
def test_blood_and_its_relatives_are_not_solid(tumors, code):
    assert not tumors.is_solid(code)


@pytest.mark.parametrize("code", ["", "luad", "XYZ"])
def test_an_unknown_code_is_an_error_that_names_it(tumors, code):
    with pytest.raises(UnknownTumor, match=repr(code)):
        tumors.ancestors(code)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("LUAD", "LUAD"),
        ("luad", "LUAD"),
        ("Lung Adenocarcinoma", "LUAD"),
        ("adenocarcinoma of the lung", "LUAD"),
        ("Small-Cell Lung Cancer", "SCLC"),
        ("GBM", "GB"),
        ("acute myeloid leukaemia", "AML"),
        ("uveal melanoma", "UM"),
        ("LUNG", "LUNG"),
    ],
)
def test_an_exact_name_resolves(tumors, text, code):
    assert tumors.resolve(text).code == code


@pytest.mark.parametrize(
    ("text", "some"),
    [
        ("lung", {"NSCLC", "LNET"}),
        ("urothelial carcinoma", {"BLCA", "UTUC"}),
        ("glioblastoma", {"GB"}),
        ("adenocarcinoma", {"LUAD", "COADREAD", "PAAD"}),
        ("colon", {"COAD", "MACR"}),
    ],
)
def test_what_can_mean_several_is_a_question(tumors, text, some):
    assert tumors.resolve(text) is None
    assert some < {tumor.code for tumor in tumors.suggest(text)}


@pytest.mark.parametrize("text", ["", "of the", "no such tumour here"])
def test_nonsense_suggests_nothing(tumors, text):
    assert tumors.suggest(text) == () and tumors.resolve(text) is None


def test_a_single_near_miss_is_still_a_question(tumors):
    (only,) = tumors.suggest("conjunctival")
    assert only.code == "CM" and tumors.resolve("conjunctival") is None


def test_a_former_code_yields_to_a_present_one():
    rows = [Tumor("A", "Alpha", None, "Lung", 1), Tumor("B", "Beta", "A", "Lung", 2)]
    assert (
        tree([*rows, Tumor("C", "C", "A", "Lung", 2, (), (), ("OLD",))]).resolve("old").code == "C"
    )
    assert tree([*rows, Tumor("C", "C", "A", "Lung", 2, (), (), ("B",))]).resolve("b").code == "B"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([Tumor("A", "A", None, "Lung", 1)] * 2, "stands twice"),
        ([Tumor("A", "A", "B", "Lung", 1)], "parent B is missing"),
        ([Tumor("A", "A", "B", "L", 1), Tumor("B", "B", "A", "L", 2)], "own ancestor"),
        ([Tumor("A", "A", None, "L", 1), Tumor("B", "B", "B", "L", 2)], "own ancestor"),
    ],
)
def test_rows_that_make_no_tree_are_refused(rows, message):
    with pytest.raises(ValueError, match=message):
        tree(rows)


def test_a_table_without_a_tree_names_its_file(tmp_path):
    path = tmp_path / "tumors.tsv"
    path.write_text("code\tname\tparent\ttissue\tlevel\nA\tA\tB\tLung\t2\n")
    with pytest.raises(TableError, match=r"tumors\.tsv: A: parent B is missing"):
        read_tumors(path)


@pytest.fixture
def imported(tmp_path):
    lung = node("LUNG", "TISSUE", node("NSCLC", "LUNG", level=2, ncit=["C2926"], history=["OLD"]))
    (tmp_path / "xref.tsv").write_text(
        'id\tlabel\txref\n"DOID:3908"\t"lung non-small cell carcinoma"\t"NCI:C2926"\n'
        '"DOID:1"\t"elsewhere"\t"MIM:C2926"\n'
    )
    (tmp_path / "names.tsv").write_text("code\tname\nNSCLC\tbig cells\n")
    paths = {
        "release": write_release(tmp_path / "release.json", lung),
        "references": tmp_path / "xref.tsv",
        "names": tmp_path / "names.tsv",
        "tumors": tmp_path / "tumors.tsv",
    }
    return {key: str(path) for key, path in paths.items()}


def test_import_links_a_release_to_the_disease_ontology_and_our_names(imported):
    import_oncotree.main(**imported)
    found = read_tumors(imported["tumors"])
    assert found.ancestors("NSCLC") == ("LUNG",)
    assert found.get("NSCLC").doid == ("DOID:3908",)
    assert found.resolve("old").code == found.resolve("Big Cells").code == "NSCLC"
    assert found.resolve("elsewhere") is None


def test_import_refuses_a_name_for_a_code_that_is_gone(imported):
    Path(imported["names"]).write_text("code\tname\nGONE\tx\n")
    with pytest.raises(ValueError, match="GONE"):
        import_oncotree.main(**imported)


def test_import_refuses_references_without_their_column(imported):
    Path(imported["references"]).write_text("id\tlabel\nDOID:1\tx\n")
    with pytest.raises(TableError, match="column 'xref' is missing"):
        import_oncotree.main(**imported)


@pytest.mark.parametrize(
    "text", ["", "{}", '{"TISSUE": {}}', '{"TISSUE": {"children": {"A": {}}}}']
)
def test_a_broken_release_is_refused(tmp_path, text):
    path = tmp_path / "release.json"
    path.write_text(text)
    with pytest.raises(TableError, match="no OncoTree release"):
        import_oncotree.read_release(path)


def test_the_bundled_table_is_the_import_of_the_release(tmp_path):
    if not KIT.is_dir():
        pytest.skip("the test data kit is not beside the project")
    import_oncotree.main(
        release=str(KIT / "oncotree" / "oncotree_2025_10_03.json"),
        references=str(KIT / "doid" / "allXREFinDO.tsv.gz"),
        names=str(ROOT / "resources" / "tumor_names.tsv"),
        tumors=str(tmp_path / "tumors.tsv"),
    )
    bundled = (ROOT / "resources" / "tumors.tsv").read_text()
    assert (tmp_path / "tumors.tsv").read_text() == bundled


@pytest.mark.parametrize("name", ["tumors.tsv", "tumor_names.tsv"])
def test_the_readme_names_the_checksum_of_each_table(name):
    checksum = sha256((ROOT / "resources" / name).read_bytes()).hexdigest()
    (row,) = [
        line
        for line in (ROOT / "resources" / "README.md").read_text().splitlines()
        if line.startswith(f"| `{name}`")
    ]
    assert checksum in row


@pytest.mark.parametrize("words", ["lymphoma", "acinar cell carcinoma", "choriocarcinoma"])
def test_a_synonym_that_other_organs_share_calls_for_a_question(tumors, words):
    assert tumors.resolve(words) is None
    assert len({tumors.tissue(tumor.code) for tumor in tumors.suggest(words)}) > 1
