"""Known regions: tables whose answer is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def uniform():
    """Return a function that draws n points of the unit cube in named columns."""

    def draw(n: int, d: int = 4, seed: int = 0) -> pd.DataFrame:
        points = np.random.default_rng(seed).random((n, d))
        return pd.DataFrame(points, columns=[f"u{j}" for j in range(d)])

    return draw
