"""Gaussian processes: likelihood, search, predictions."""
