"""Clinical trials: what registries say, what patients must show, and which of them fit whom."""
