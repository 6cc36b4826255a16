"""Synthetic cases that show and test Consilium: an invented genome, invented patients."""
