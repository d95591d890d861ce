"""What was found, as something that works without this package."""

from __future__ import annotations

from surrogate.exports.rules import export

__all__ = ["export"]
