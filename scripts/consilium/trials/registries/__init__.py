"""Where trials come from: how to find the studies of a document, and how to read one."""

from consilium.trials.registries import ctgov, flat

SOURCES = {"ctgov": (ctgov.studies, ctgov.read_study), "flat": (flat.studies, flat.read_study)}
