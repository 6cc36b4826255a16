"""Several knowledge bases as one: the bundled one, imported ones, house rules."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from consilium.knowledge.base import Knowledge, read_knowledge
from consilium.tables import TableError


def read_bases(folders: Iterable[str | Path]) -> Knowledge:
    """Several knowledge bases, the bundled one first, as one.

    Raises:
        TableError: one of them cannot be read, or two of them collide.
    """
    return join_knowledge(read_knowledge(folder) for folder in folders)


def join_knowledge(bases: Iterable[Knowledge]) -> Knowledge:
    """Several bases as one; what an earlier base says of a gene or drug stands.

    Raises:
        TableError: two bases use one id, or bear one name.
    """
    bases = tuple(bases)
    owners: dict[str, str] = {}
    for base in bases:
        for name in owners.keys() & base.by_id.keys():
            raise TableError(f"statement {name} stands in {owners[name]} too; rename one")
        owners |= {name: entry.base for name, entry in base.by_id.items()}
    names = Counter(source.manifest.name for base in bases for source in base.sources)
    for name, number in names.items():
        if number > 1:
            raise TableError(f"{number} knowledge bases are called {name!r}; rename one")
    late_first = tuple(reversed(bases))
    return Knowledge(
        sources=tuple(source for base in bases for source in base.sources),
        entries=tuple(entry for base in bases for entry in base.entries),
        drugs={k: v for base in late_first for k, v in base.drugs.items()},
        genes={k: v for base in late_first for k, v in base.genes.items()},
        exons={k: v for base in late_first for k, v in base.exons.items()},
        sets={k: v for base in late_first for k, v in base.sets.items()},
        benign_truncations={k: v for b in late_first for k, v in b.benign_truncations.items()},
        aliases={k: v for base in late_first for k, v in base.aliases.items()},
    )
