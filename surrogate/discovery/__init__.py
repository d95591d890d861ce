"""Scenario discovery: where in the space of inputs a case holds."""

from surrogate.discovery.finding import discover
from surrogate.discovery.result import Discovery

__all__ = ["Discovery", "discover"]
