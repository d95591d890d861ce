"""Students that choose and mix: by held-out scores, and for the case of interest."""
