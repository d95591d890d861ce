import numpy as np
import pandas as pd
import pytest

from surrogate.discovery.cross_fitting import Boxes, Fold
from surrogate.discovery.held_out import curve_of, failure_of, scores_of

N = 200
Y = np.arange(N) % 4 == 0  # every fourth run is a case


def boxes(inside, mass=(1.0, 0.25), chosen=1):
    return Boxes(np.array([np.ones(len(inside), bool), inside]), np.array(mass), chosen, 1)


def folds(taught, alone):
    """Two folds, whose searches find the box that holds these runs."""
    halves = np.arange(0, N, 2), np.arange(1, N, 2)
    return [Fold(rows, None, boxes(taught[rows]), boxes(alone[rows])) for rows in halves]


def test_scores_pool_the_folds_and_belong_to_the_way_asked():
    nothing = np.zeros(N, bool)
    found = folds(taught=Y, alone=nothing)
    assert scores_of(found, Y, 0)["coverage"].value == 1
    assert scores_of(found, Y, 0)["density"].n == Y.sum()
    assert scores_of(found, Y, 0, way="alone")["mass"].value == 0
    assert scores_of([], Y, 0) == {}


def test_the_held_out_curve_matches_boxes_by_mass():
    mass = pd.Series([1.0, 0.4, 0.2])
    curve = curve_of(folds(taught=Y, alone=~Y), Y, mass)
    assert curve["density_held_out"].tolist() == pytest.approx([0.25, 1.0, 1.0])
    assert curve["coverage_held_out"].tolist() == [1, 1, 1]
    assert curve["mass_held_out"].tolist() == pytest.approx([1.0, 0.25, 0.25])


def test_a_box_without_held_out_runs_has_no_density():
    nothing = np.zeros(N, bool)
    curve = curve_of(folds(taught=nothing, alone=Y), Y, pd.Series([0.1]))
    assert np.isnan(curve["density_held_out"][0])
    assert curve["coverage_held_out"][0] == 0


def test_a_teacher_whose_boxes_miss_the_cases_is_found_out_with_numbers():
    reason = failure_of(folds(taught=~Y, alone=Y), Y)
    assert "WRAcc -0.188" in reason
    assert "alone 0.188" in reason


def test_a_difference_within_its_error_is_no_failure():
    nearly = Y.copy()
    nearly[0] = False
    assert failure_of(folds(taught=nearly, alone=Y), Y) == ""
    assert failure_of(folds(taught=Y, alone=~Y), Y) == ""
    assert failure_of([], Y) == ""
