"""The best interval on every input in turn."""
