"""Feature scores: how much a forest of extra trees needs each input, and how sure that is."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.arguments import check_choice, check_count
from surrogate.errors import DataError, TeacherWarning
from surrogate.randomness import Rng, generator
from surrogate.screening.asked import inputs_and_cases, inputs_and_outcome

if TYPE_CHECKING:
    from surrogate.experiment import Runs

__all__ = ["FeatureScores", "feature_scores"]

Floats = NDArray[np.float64]

_METHODS = ("permutation", "impurity")
_TEST_SHARE = 0.3
_KNOWS_NOTHING = 0.1  # of a held-out score that is 0 for guessing and 1 at best


@dataclass(frozen=True, eq=False, repr=False)
class FeatureScores:
    """How much each input matters to a forest.

    Attributes
    ----------
    table : DataFrame of shape (d, 4)
        On the index ``input``, the highest score first: ``score``, its mean over the resamples;
        ``low`` and ``high``, between which the middle 95 % of them lie; ``first``, the share of
        resamples in which this input comes first.
    forest : dict of str to float
        The held-out score of the forests: R2 for an outcome, 2 AUC - 1 for a case (0 is guessing,
        1 perfect), as ``value``, ``low`` and ``high`` over the resamples.
    method : {"permutation", "impurity"}
    target : str
        The outcome or the case.
    n_runs, n_resamples : int
    """

    table: pd.DataFrame
    forest: dict[str, float]
    method: str
    target: str
    n_runs: int
    n_resamples: int

    def __repr__(self) -> str:
        lines = [
            f"{name}: {row['score']:.3f} ({row['low']:.3f} to {row['high']:.3f})"
            for name, row in self.table.iterrows()
        ]
        forest = f"forest, held out: {self.forest['value']:.2f}"
        of = f"{self.method} scores of {self.target}, {self.n_runs} runs"
        return "\n".join([f"{of} ({forest})", *(f"  {line}" for line in lines)])


def feature_scores(
    runs: Runs,
    target: Any,
    *,
    method: str = "permutation",
    n_resamples: int = 20,
    n_trees: int = 100,
    failed: str = "drop",
    rng: Rng = None,
) -> FeatureScores:
    """Score inputs by what a forest of extremely randomised trees makes of them [1]_.

    Every resample splits the runs anew: a forest is grown on seven tenths and judged on the rest.
    Derived inputs are left out; they would share the scores of the inputs they are made of.

    Parameters
    ----------
    runs : Runs
    target : str, Expression or callable
        The name of an outcome, or a case like ``"stability < 0"``.
    method : {"permutation", "impurity"}
        ``"permutation"``: how far the held-out score falls when the values of an input are shuffled
        [2]_; 0 (or a little less, by chance) for an input that does not matter. ``"impurity"``: the
        share of the impurity that splits on the input take away, which sums to 1 and favours inputs
        of many values.
    n_resamples, n_trees : int
    failed : {"drop", "case", "not"}
        What failed runs are, for a case; see `Runs.label`. Of an outcome they are left out.
    rng : int, Generator or None

    Returns
    -------
    FeatureScores

    Raises
    ------
    ArgumentError
        Another method, or fewer than 2 resamples.
    DataError
        If the target does not vary, or there are fewer than 10 runs, or 4 of each kind.

    Warns
    -----
    TeacherWarning
        If the forests know next to nothing on held-out runs: scores of a model that cannot predict
        say nothing about the inputs.
    FailedRunsWarning
        If failed runs are left out.

    References
    ----------
    .. [1] P. Geurts, D. Ernst, L. Wehenkel, Extremely randomized trees, Machine Learning 63 (2006),
       https://doi.org/10.1007/s10994-006-6226-1
    .. [2] L. Breiman, Random forests, Machine Learning 45 (2001),
       https://doi.org/10.1023/A:1010933404324

    Examples
    --------
    >>> import surrogate as sg
    >>> space = sg.Space(gain=(0.0, 1.0), delay=(0.0, 1.0), idle=(0.0, 1.0))
    >>> design = space.sample(128, rng=0)
    >>> design["growth"] = design["gain"] ** 2 - 0.3 * design["delay"]
    >>> runs = sg.Runs.from_frame(design, space, outcomes=["growth"])
    >>> scores = feature_scores(runs, "growth", n_resamples=5, n_trees=20, rng=0)
    >>> scores.table.index.tolist()
    ['gain', 'delay', 'idle']
    """
    check_choice(method, _METHODS, argument="method")
    check_count(n_resamples, 2, argument="n_resamples")
    is_outcome = isinstance(target, str) and target in runs.outcome_names
    inputs, y = (
        inputs_and_outcome(runs, target) if is_outcome else inputs_and_cases(runs, target, failed)
    )
    unit = runs.space.to_unit(inputs)
    _refuse_few(y)
    seeds = generator(rng).integers(2**31, size=n_resamples).tolist()
    found = list(_resampled(unit, y, method, n_trees=n_trees, seeds=seeds))
    scores = np.array([each for each, _ in found])
    forest = _spread(np.array([held_out for _, held_out in found]))
    if forest["value"] < _KNOWS_NOTHING:
        warnings.warn(
            f"the forests score {forest['value']:.2f} on held-out runs (0 is guessing): their "
            f"feature scores mean nothing; {len(y)} runs are too few, or the inputs do not matter",
            TeacherWarning,
            stacklevel=2,
        )
    return FeatureScores(
        _table(list(inputs.columns), scores), forest, method, str(target), len(y), n_resamples
    )


def _resampled(
    unit: Floats, y: NDArray[Any], method: str, *, n_trees: int, seeds: list[int]
) -> Iterator[tuple[Floats, float]]:
    """Yield the scores of the inputs, shape (d,), and the forest's own, once per resample."""
    from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor
    from sklearn.inspection import permutation_importance
    from sklearn.model_selection import train_test_split

    labels = y.dtype == bool
    grow = ExtraTreesClassifier if labels else ExtraTreesRegressor
    for seed in seeds:
        train, test = train_test_split(
            np.arange(len(y)), test_size=_TEST_SHARE, stratify=y if labels else None,
            random_state=seed,
        )  # fmt: skip
        forest = grow(n_trees, random_state=seed).fit(unit[train], y[train])
        known = _known(forest, unit[test], y[test])
        if method == "impurity":
            yield forest.feature_importances_, known
        else:
            found = permutation_importance(
                forest, unit[test], y[test], scoring=_known, n_repeats=2, random_state=seed
            )
            yield found.importances_mean, known


def _known(forest: Any, unit: Floats, y: NDArray[Any]) -> float:
    """Return how much a forest knows: R2 of values, 2 AUC - 1 of labels."""
    from sklearn.metrics import r2_score, roc_auc_score

    if y.dtype != bool:
        return float(r2_score(y, forest.predict(unit)))
    return 2 * float(roc_auc_score(y, forest.predict_proba(unit)[:, 1])) - 1


def _refuse_few(y: NDArray[Any]) -> None:
    """Refuse what cannot be split into a part to learn from and one to be judged on."""
    fewest = min(y.sum(), len(y) - y.sum()) if y.dtype == bool else len(y)
    needed = 4 if y.dtype == bool else 10
    if fewest < needed:
        what = "runs of each kind, cases and others" if y.dtype == bool else "runs"
        raise DataError(
            f"feature scores need at least {needed} {what}, to learn from some and be judged on "
            f"the rest; got {fewest} of {len(y)}"
        )


def _spread(values: Floats) -> dict[str, float]:
    low, high = np.percentile(values, [2.5, 97.5])
    return {"value": float(values.mean()), "low": float(low), "high": float(high)}


def _table(names: list[str], scores: Floats) -> pd.DataFrame:
    low, high = np.percentile(scores, [2.5, 97.5], axis=0)
    first = np.bincount(scores.argmax(axis=1), minlength=len(names)) / len(scores)
    columns = {"score": scores.mean(axis=0), "low": low, "high": high, "first": first}
    table = pd.DataFrame(columns, index=pd.Index(names, name="input"))
    return table.sort_values("score", ascending=False, kind="stable")
