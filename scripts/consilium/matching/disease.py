"""How a statement's tumour relates to the patient's (rule 16)."""

from dataclasses import dataclass

from consilium.knowledge.records import Statement
from consilium.tumors import Tumors

ORDER = ("ON", "TUMOUR_AGNOSTIC", "SUBTYPE_EVIDENCE", "RELATED", "OFF", "UNKNOWN")
ON_LABEL = frozenset({"ON", "TUMOUR_AGNOSTIC"})
TISSUE_LEVEL = 1


@dataclass(frozen=True, slots=True)
class Disease:
    """The relation, the path through the tumour tree, and one sentence."""

    kind: str  # one of ORDER
    path: tuple[str, ...]
    sentence: str
    excluded: bool = False  # the statement names this tumour as an exception

    @property
    def on_label(self) -> bool:
        """Whether the statement is about this patient's disease."""
        return self.kind in ON_LABEL


def relate(statement: Statement, tumor: str | None, tumors: Tumors) -> Disease:
    """The closest relation between the statement's tumours and the patient's.

    Args:
        statement: it may name several tumours, ANY_SOLID or ANY.
        tumor: the patient's code; None where the tumour type is not known.
        tumors: the tree.
    """
    if tumor is None or tumor not in tumors:
        return Disease("UNKNOWN", (), "the tumour type is not known")
    line = (tumor, *tumors.ancestors(tumor))
    if exception := [code for code in line if code in statement.excluded_tumors]:
        words = f"{statement.id} excludes {exception[0]}"
        return Disease("OFF", (tumor,), words, excluded=True)
    relations = [_relation(code, line, tumors) for code in statement.tumor]
    return min(relations, key=_order, default=Disease("OFF", (tumor,), "no tumour is named"))


def _order(disease: Disease) -> int:
    return ORDER.index(disease.kind)


def _relation(code: str, line: tuple[str, ...], tumors: Tumors) -> Disease:
    tumor = line[0]
    if code in line:
        path = line[: line.index(code) + 1]
        words = f"{tumor} is {code}" if len(path) == 1 else f"{' > '.join(path)}"
        return Disease("ON", path, f"the statement is about {code}: {words}")
    if code in {"ANY", "ANY_SOLID"}:
        if code == "ANY" or tumors.is_solid(tumor):
            return Disease("TUMOUR_AGNOSTIC", (tumor, code), f"the statement covers {code}")
        return Disease("OFF", (tumor,), f"the statement is about solid tumours, {tumor} is none")
    if code not in tumors:
        return Disease("OFF", (tumor,), f"{code} is not a known tumour type")
    above = tumors.ancestors(code)
    if tumor in above:
        path = (code, *above[: above.index(tumor) + 1])
        return Disease(
            "SUBTYPE_EVIDENCE", path, f"the statement is about {code}, a kind of {tumor}"
        )
    common = next((other for other in line if other in above), None)
    if common and tumors.get(common).level > TISSUE_LEVEL:
        path = (*line[: line.index(common) + 1], code)
        return Disease("RELATED", path, f"the statement is about {code}; both are {common}")
    return Disease("OFF", (tumor,), f"the statement is about {code}, not {tumor}")
