"""Rows that repeat the inputs of others are told of where they matter."""

import numpy as np
import pandas as pd
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


def test_copies_are_told_of_once_for_several_outcomes_with_those_that_differ():
    rows = np.vstack([X, X[:2]])
    series = np.outer(np.r_[Y, Y[:2]], np.arange(12.0))
    with pytest.warns(TeacherWarning, match="2 of 26 rows .* all outcomes of others") as said:
        mix().fit(rows, np.column_stack([np.r_[Y, Y[:2]], np.r_[2 * Y, 2 * Y[:2]]]))
    assert len(said) == 1
    series[25, 3] += 0.5
    table = pd.DataFrame({"lift": np.r_[Y, Y[0] + 0.25, Y[1]], "drag": np.r_[Y, Y[:2]]})
    table["wake"] = list(series)
    told = r"2 with another outcome \('lift' up to 0.25 away, 'wake' up to 0.5 away; first: row 24"
    with pytest.warns(TeacherWarning, match=told):
        mix().fit(rows, table)


def test_an_interpolating_process_cannot_meet_two_outcomes_and_a_noisy_one_can():
    rows, y = np.vstack([X, X[:1]]), np.r_[Y, Y[0] + 0.25]
    with pytest.warns(TeacherWarning, match="the outcome is noisy"):
        sg.GaussianProcess(noise="none", random_state=0).fit(rows, y)
    sg.GaussianProcess(random_state=0).fit(rows, y)


def test_a_grid_of_few_values_repeats_itself_without_a_warning():
    grid = np.random.default_rng(0).integers(0, 3, (60, 2)).astype(float)
    mix().fit(grid, grid.sum(axis=1))
