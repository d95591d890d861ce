import dataclasses

import numpy as np
import pandas as pd
import pytest

import surrogate as sg
from surrogate.discovery.ceiling import Ceiling, ceiling_of, most_probable
from surrogate.discovery.search import Found
from surrogate.students import CaseClassifier


def found(probability, n=4000):
    """Return what PRIM finds on points with this P(case) of x."""
    rng = np.random.default_rng(0)
    X, fresh = (pd.DataFrame(rng.random((n, 2)), columns=["x", "y"]) for _ in range(2))
    transfer, points = (X, probability(X["x"].to_numpy())), (fresh, probability(fresh["x"]))
    boxes = sg.PRIM(mass_min=0.01).fit(*transfer).trajectory_
    points = points[0], np.asarray(points[1])
    return Found(None, boxes, boxes, boxes, transfer, points, "points")


def test_a_teacher_in_doubt_limits_the_boxes():
    ceiling = ceiling_of(sg.PRIM(mass_min=0.01), found(lambda x: np.where(x < 0.4, 0.7, 0.2)))
    assert ceiling.expected == pytest.approx(0.7 - 0.4, abs=0.1)
    assert ceiling.perfect > ceiling.expected + 0.1
    assert ceiling.limit == "teacher"
    assert "more runs would help" in str(ceiling)


def test_a_teacher_without_doubt_limits_nothing():
    ceiling = ceiling_of(sg.PRIM(mass_min=0.01), found(lambda x: np.where(x < 0.4, 0.999, 0.001)))
    assert ceiling.limit == "neither"


def test_labels_tell_nothing_about_a_better_teacher():
    ceiling = ceiling_of(sg.PRIM(mass_min=0.01), found(lambda x: (x < 0.4).astype(float)))
    assert ceiling.limit == "unknown"
    assert "cannot be told" in str(ceiling)


def test_points_limit_where_half_of_them_gave_much_less():
    ceiling = Ceiling(expected=0.3, perfect=0.305, half=0.25, n_transfer=500)
    assert ceiling.limit == "points"
    assert dataclasses.replace(ceiling, perfect=0.35).limit == "both"


def test_the_most_probable_points_are_as_many_as_cases_expected():
    probability = np.random.default_rng(1).random(1000) ** 3
    labels = most_probable(probability)
    assert labels.sum() == round(probability.sum())
    assert probability[labels == 1].min() >= probability[labels == 0].max()


def test_a_teacher_of_ours_that_has_no_doubt_is_as_good_as_perfect():
    ours = found(lambda x: (x < 0.4).astype(float))._replace(teacher=CaseClassifier("y < 0"))
    ceiling = ceiling_of(sg.PRIM(mass_min=0.01), ours)
    assert ceiling.perfect == pytest.approx(ceiling.expected)
    assert ceiling.limit == "neither"
