"""PRIM keeps scikit-learn's estimator contract."""

from __future__ import annotations

import pytest
from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks

from surrogate.regions import PRIM


@pytest.mark.filterwarnings("ignore::surrogate.errors.FewCasesWarning")
@parametrize_with_checks([PRIM()])  # no check is waived
def test_prim_keeps_the_contract(estimator, check):
    check(estimator)


def test_parameters_survive_cloning():
    prim = PRIM(peel_alpha=0.1, paste_alpha=0.2, mass_min=0.3, max_restricted=2)
    assert clone(prim).get_params() == prim.get_params()
