"""Where trials come from: how to find the studies of a document, and how to read one."""

from consilium.trials.registries import ctgov

SOURCES = {"ctgov": (ctgov.studies, ctgov.read_study)}
