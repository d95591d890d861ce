"""What all tests share."""

from __future__ import annotations

import os

from hypothesis import settings

# Tests run side by side, one per core: more threads in each would only wait for one another.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# The same examples in every run; pytest --hypothesis-profile=default looks for new ones.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")
