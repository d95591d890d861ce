"""PRIM: peeling and pasting."""
