"""Rows that repeat the inputs of others are told of where they matter."""

import numpy as np
import pytest

import surrogate as sg
from surrogate.errors import TeacherWarning

X = np.random.default_rng(0).random((24, 2))
Y = X.sum(axis=1)


def mix():
    return sg.AutoSurrogate(members=["matern52"], cv=2, random_state=0)


def test_copies_with_the_same_outcome_tell_nothing_new():
    with pytest.warns(TeacherWarning, match=r"2 of 26 rows .* repeat .* row 24\) and tell nothing"):
        mix().fit(np.vstack([X, X[:2]]), np.r_[Y, Y[:2]])


def test_copies_with_another_outcome_tell_of_noise_or_of_an_input_that_is_missing():
    with pytest.warns(
        TeacherWarning, match=r"1 of 25 .* 1 with another .* 0.25 away; first: row 24"
    ):
        mix().fit(np.vstack([X, X[:1]]), np.r_[Y, Y[0] + 0.25])


def test_an_interpolating_process_cannot_meet_two_outcomes_and_a_noisy_one_can():
    rows, y = np.vstack([X, X[:1]]), np.r_[Y, Y[0] + 0.25]
    with pytest.warns(TeacherWarning, match="the outcome is noisy"):
        sg.GaussianProcess(noise="none", random_state=0).fit(rows, y)
    sg.GaussianProcess(random_state=0).fit(rows, y)


def test_a_grid_of_few_values_repeats_itself_without_a_warning():
    grid = np.random.default_rng(0).integers(0, 3, (60, 2)).astype(float)
    mix().fit(grid, grid.sum(axis=1))
