"""A case is refused before the first run where no run could answer it."""

import pandas as pd
import pytest

import surrogate as sg
from surrogate.errors import ArgumentError, ExpressionError
from surrogate.models import checked_case

SPACE = sg.Space(x=(0.0, 1.0), mode=sg.Categorical([True, False]))


def no_run(x, mode):
    pytest.fail("a run was made")  # which is no Exception, and so no failed run


SIMULATOR = sg.Simulator(no_run, SPACE, outcomes=["growth", "wave length"], name="plant")
BOX = sg.Box({"x": (0.0, 0.5)})


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ("grwth < 0", r"'grwth', which is no outcome of 'plant'; did you mean 'growth'"),
        ("x < 0.5", "reads 'x', which is no outcome of 'plant'"),
        ("growth", "'growth' is not a condition: it gives numbers; compare it"),
        ("growth + 1", "'growth [+] 1' is not a condition: it gives numbers"),
        ("max(growth)", "'growth' is not a condition but a number"),
        ("growth < 0 and `wave length`", "'wave length' is not a condition but a number"),
        ("not growth", "'growth' is not a condition but a number"),
        ("1", "'1' is not a condition"),
    ],
)
def test_what_can_be_no_case_is_refused_before_any_run(case, message):
    with pytest.raises(ExpressionError, match=message):
        sg.certify(BOX, SIMULATOR, case, n_box=10, n_space=0, n_workers=0)
    with pytest.raises(ExpressionError, match=message):
        sg.certify_nested([BOX], SIMULATOR, case, density=0.5, n_box=10, n_workers=0)


@pytest.mark.parametrize(
    "case",
    [
        "growth < 0",
        "not (growth < 0 or `wave length` > 1)",
        "max(growth) < 1 < last(`wave length`)",
        "any(growth)",
        "last(growth > 2) and all(growth < 3)",
        "growth in (1, 2)",
        "True",
    ],
)
def test_what_may_be_a_case_is_let_through(case):
    assert str(checked_case(case, SIMULATOR)) == case


def test_a_callable_is_let_through():
    case = checked_case(lambda frame: frame["growth"] < 0, SIMULATOR)
    assert case.holds(pd.DataFrame({"growth": [-1.0, 1.0]})).tolist() == [True, False]


@pytest.mark.parametrize(
    ("objective", "constraints", "error", "message"),
    [
        ("growth < 1", [], ArgumentError, "'growth < 1' is a condition; conditions go to"),
        ("growth", ["growth + x"], ExpressionError, "'growth [+] x' is not a condition"),
        ("growth", ["x"], ExpressionError, "'x' is not a condition"),
        ("growth", ["mode and x"], ExpressionError, "'x' is not a condition but a number"),
    ],
)
def test_a_question_without_an_answer_is_refused_before_any_run(
    objective, constraints, error, message
):
    with pytest.raises(error, match=message):
        sg.optimize(SIMULATOR, objective, constraints=constraints, n_runs=8, n_workers=0)
