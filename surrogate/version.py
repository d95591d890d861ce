"""The version, which stores and saved files record."""

__version__ = "0.1.0"
