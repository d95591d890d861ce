"""What all tests share."""

from __future__ import annotations

import os
import signal

from hypothesis import settings

# Tests run side by side, one per core: more threads in each would only wait for one another.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# The same examples in every run; pytest --hypothesis-profile=default looks for new ones.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

# A script's background jobs ignore Ctrl-C, and so would the commands that tests start and stop.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
