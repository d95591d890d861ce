"""What was found, as something that works without this package."""

from __future__ import annotations

from surrogate.exports.exporting import export
from surrogate.exports.leaf_rules import extract_rules
from surrogate.exports.plain_tree import PlainTree

__all__ = ["PlainTree", "export", "extract_rules"]
