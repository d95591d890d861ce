"""Trees and rules: grown, pruned, read."""
