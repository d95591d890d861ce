"""Several outcomes and time series: their form, what is held out, and whether intervals hold."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

import surrogate as sg
from surrogate.errors import ArgumentError, DataError, TeacherWarning
from surrogate.students.series.components import Components

TIME = np.linspace(0, 2, 30)


def inputs(n, seed=0):
    return pd.DataFrame(np.random.default_rng(seed).random((n, 2)), columns=["delay", "height"])


def waves(X):
    """Return waves that arrive after a delay, the axis as columns."""
    arrived = np.tanh(4 * (TIME - 0.5 - X["delay"].to_numpy()[:, None]))
    return pd.DataFrame(arrived * (1 + X[["height"]].to_numpy()), index=X.index, columns=TIME)


@pytest.fixture(scope="module")
def fitted():
    X = inputs(60)
    return sg.AutoSurrogate(random_state=0).fit(X, waves(X))


def test_fresh_series_are_predicted_as_well_as_the_folds_said(fitted):
    X = inputs(300, seed=1)
    truth = waves(X)
    lost = ((truth - fitted.predict(X)) ** 2).to_numpy().sum()
    q2 = 1 - lost / ((truth - truth.mean()) ** 2).to_numpy().sum()
    assert q2 > 0.99
    assert fitted.q2_.low - 0.005 < q2
    assert (fitted.q2_.n, fitted.q2_.data) == (60, "held-out folds")


def test_names_and_time_axis_survive(fitted):
    X = inputs(3, seed=2).set_axis(["a", "b", "c"])
    mean, std = fitted.predict(X, return_std=True)
    low, high = fitted.predict_interval(X, confidence_level=0.5)
    for table in (mean, std, low, high):
        assert list(table.columns) == list(TIME)
        assert list(table.index) == ["a", "b", "c"]
    assert (low < high).all(axis=None)


def test_intervals_hold_their_share_at_every_point():
    X = inputs(80)
    noise = np.random.default_rng(3).normal(scale=0.1, size=(80, 30))
    student = sg.AutoSurrogate(random_state=0, members=["matern52"]).fit(X, waves(X) + noise)
    fresh = inputs(400, seed=4)
    truth = waves(fresh) + np.random.default_rng(5).normal(scale=0.1, size=(400, 30))
    low, high = student.predict_interval(fresh, confidence_level=0.9)
    inside = (low < truth) & (truth < high)
    assert 0.85 < inside.to_numpy().mean() < 0.96
    assert inside.mean().min() > 0.75  # truncation is in the width of the points it hurts


def test_q2_and_residuals_are_those_of_series_left_out_with_their_components():
    X = inputs(40)
    odd = waves(X)
    odd.iloc[7] = np.cos(40 * TIME)  # a shape that no other run has: unknown when left out
    student = sg.AutoSurrogate(random_state=0, members=["matern52"]).fit(X, odd)
    residuals = student.outcomes_["series"].cv_residuals_
    truth = odd.to_numpy()
    spread = ((truth - truth.mean(axis=0)) ** 2).sum()
    assert student.q2_.value == pytest.approx(1 - (residuals**2).sum() / spread)
    assert np.mean(residuals[7] ** 2) > 0.3  # with components of all rows it would fit


def test_the_components_kept_are_those_that_help(fitted):
    X = inputs(60)
    noise = np.random.default_rng(0).normal(scale=0.3, size=(60, 30))
    noisy = sg.AutoSurrogate(random_state=0, members=["matern52"]).fit(X, waves(X) + noise)
    assert noisy.outcomes_["series"].n_components_ < 8
    assert fitted.outcomes_["series"].n_components_ < 20


def test_outcomes_of_runs_scalars_and_series_together():
    space = sg.Space(delay=(0.0, 1.0), height=(0.0, 1.0))

    @sg.simulator(space, outcomes=["wave", "top"])
    def arrival(delay, height):
        wave = (1 + height) * np.tanh(4 * (TIME - 0.5 - delay))
        return {"wave": wave, "top": wave.max()}

    runs = sg.run(arrival, space.sample(24, rng=0), n_workers=0)
    student = sg.AutoSurrogate(space=space, random_state=0, members=["matern52"])
    student.fit(runs.inputs, runs.outcomes)
    predicted = student.predict(runs.inputs)
    assert list(predicted.columns) == ["wave", "top"]
    assert predicted.index.equals(runs.inputs.index)
    assert predicted["wave"].iloc[0].shape == TIME.shape
    assert isinstance(student.outcomes_["wave"], sg.SeriesSurrogate)
    assert set(student.q2_) == {"wave", "top"}
    assert list(student.scores_.index) == [("wave", "matern52"), ("top", "matern52")]
    alone = clone(student).fit(runs.inputs, runs.outcomes["wave"])
    np.testing.assert_array_equal(alone.predict(runs.inputs)[0], predicted["wave"].iloc[0])


def test_a_few_columns_are_outcomes_of_their_own_and_units_do_not_mix():
    X = inputs(30).to_numpy()
    Y = np.column_stack([np.sin(3 * X[:, 0]), 1e9 * X[:, 1]])
    student = sg.AutoSurrogate(random_state=0, members=["matern52"]).fit(X, Y)
    mean, std = student.predict(X, return_std=True)
    assert mean.shape == std.shape == (30, 2)
    alone = clone(student).fit(X, Y[:, 0])
    np.testing.assert_array_equal(alone.predict(X), mean[:, 0])
    assert alone.outcomes_ == {}


def test_series_that_do_not_fit_are_refused_with_the_row():
    X = inputs(6)
    ragged = pd.DataFrame({"wave": [np.ones(3)] * 5 + [np.ones(4)]})
    with pytest.raises(DataError, match="first has 3, that of row 5 4"):
        sg.AutoSurrogate().fit(X, ragged)
    holed = waves(X).to_numpy(copy=True)
    holed[2, 4] = np.nan
    with pytest.raises(DataError, match=r"not finite .* in 1 rows, the first is row 2"):
        sg.AutoSurrogate().fit(X, holed)
    with pytest.raises(ArgumentError, match="boosting"):
        sg.AutoSurrogate(members=["boosting"]).fit(X, waves(X))


def test_series_that_never_change_are_predicted_and_told():
    X = inputs(8)
    with pytest.warns(TeacherWarning, match=r"1 of 1 outcomes: .* 'series' nan"):
        student = sg.AutoSurrogate().fit(X, waves(X.assign(delay=0.0, height=1.0)))
    mean, std = student.predict(X, return_std=True)
    assert np.isnan(student.q2_.value)
    assert (std == 0).all(axis=None)
    assert len(mean.drop_duplicates()) == 1


def test_components_explain_and_rebuild_series():
    series = waves(inputs(50)).to_numpy()
    components = Components.of(series)
    rebuilt = components.series(components.scores(series))
    lost = ((series - rebuilt) ** 2).sum() / ((series - series.mean(axis=0)) ** 2).sum()
    assert lost < 1e-4
    np.testing.assert_allclose(
        components.curves @ components.curves.T, np.eye(len(components.curves)), atol=1e-9
    )


def test_coverage_is_reported_from_held_out_folds(fitted):
    coverage = fitted.interval_coverage(0.9)
    assert coverage.low < 0.9 < coverage.high + 0.05
    assert (coverage.n, coverage.data) == (60, "held-out folds, aimed at 90 %")
    assert fitted.extrapolates([[0.5, 0.5], [0.5, 3.0]]).tolist() == [False, True]
