"""``python -m surrogate`` is the command ``surrogate``."""

import sys

from surrogate.cli import main

sys.exit(main())
