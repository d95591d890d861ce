"""Expected improvement in logarithms: equal to its definition, finite where that underflows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from surrogate.optimization.acquisition import log_expected_improvement


@given(st.floats(-6, 6), st.floats(0.01, 100), st.floats(-5, 5))
def test_it_is_the_logarithm_of_the_definition(z: float, std: float, best: float) -> None:
    mean = best - z * std
    exact = std * (norm.pdf(z) + z * norm.cdf(z))
    found = log_expected_improvement([mean], [std], best)[0]
    assert found == pytest.approx(np.log(exact), rel=1e-5, abs=1e-5)


def test_it_keeps_falling_far_from_any_hope() -> None:
    found = log_expected_improvement(np.array([10.0, 100.0, 1e4]), np.ones(3), 0.0)
    assert np.isfinite(found).all()
    assert (np.diff(found) < 0).all()
