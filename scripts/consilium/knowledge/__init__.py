"""The knowledge base: statements, their molecular profiles, and facts about genes and drugs."""

from consilium.knowledge.base import (
    Entry,
    Knowledge,
    actionable_features,
    read_knowledge,
)
from consilium.knowledge.conditions import Clause, parse_conditions
from consilium.knowledge.joining import join_knowledge, read_bases
from consilium.knowledge.profiles import And, Leaf, Not, Or, Profile, leaves, parse_profile
from consilium.knowledge.records import Approval, Statement

__all__ = [
    "And",
    "Approval",
    "Clause",
    "Entry",
    "Knowledge",
    "Leaf",
    "Not",
    "Or",
    "Profile",
    "Statement",
    "actionable_features",
    "join_knowledge",
    "leaves",
    "parse_conditions",
    "parse_profile",
    "read_bases",
    "read_knowledge",
]
