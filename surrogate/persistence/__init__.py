"""Saving and loading without pickle: arrays and JSON, classes from a closed table."""

from surrogate.persistence.files import load, save

__all__ = ["load", "save"]
