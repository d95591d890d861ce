"""A box: its limits, what it holds, how it scores, and other boxes made of it."""
