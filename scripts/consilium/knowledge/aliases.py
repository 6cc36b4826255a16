"""Legacy names of changes."""

from collections.abc import Mapping

from consilium.knowledge.protein import parse_protein


def present_name(name: str, aliases: Mapping[str, str]) -> str:
    """The present name of a change that one gene's aliases know under a legacy name."""
    if not aliases or not name:
        return name
    change = parse_protein(name)
    for spelling in (name, str(change) if change else name):
        if found := aliases.get(plain_alias(spelling)):
            return found
    return name


def plain_alias(name: str) -> str:
    """An alias without case, spaces and `p.`."""
    return "".join(name.split()).removeprefix("p.").casefold()
