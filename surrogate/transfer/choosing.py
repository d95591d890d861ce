"""Which source of rows helps a student, by cross-validation; often none does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate.errors import ArgumentError
from surrogate.models import Teacher, as_teacher, is_asked_only
from surrogate.randomness import Rng, seed_of, stream
from surrogate.transfer.density import KDE, MUNGE, Interpolation
from surrogate.transfer.labels import Labelling, fit_on_answers
from surrogate.transfer.recipes import row_subset
from surrogate.transfer.transfer_set import labelled_rows

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["NONE", "SourceChoice", "choose_source"]

NONE = "none"  # the student on the labelled rows alone


@dataclass(frozen=True)
class SourceChoice:
    """What cross-validation chose.

    Attributes
    ----------
    name : str
    source : recipe or None
        None where the student does best on the labelled rows alone.
    scores : DataFrame
        Score of the student on held-out rows, one row per fold, one column per source.
    """

    name: str
    source: Any
    scores: pd.DataFrame


def choose_source(
    teacher: Any,
    student: Any,
    X: Any,
    y: ArrayLike,
    *,
    sources: Mapping[str, Any] | None = None,
    labels: str = "hard",
    n_transfer: int = 5000,
    cv: int = 5,
    n_repeats: int = 2,
    rng: Rng = None,
) -> SourceChoice:
    """Choose a source of transfer rows by the student's score on held-out true labels.

    In every fold the teacher is fitted (if it is to be) and the sources are drawn without the
    held-out rows. A source is chosen only if its mean score is above that of none by more than
    the standard error of the difference: on small tables many sources lose.

    For trees of 8 leaves taught by a forest, over 5 tables of 100 and 400 rows and the grid of UCI
    471 (``benchmarks/prelim.py``), accuracy is 83.7 % without a source, 84.5 % with the best fixed
    one, ``KDE(0.25)``, and 84.5 % with the chosen one; balanced accuracy is 80.3, 79.0 and 80.7 %.

    Parameters
    ----------
    teacher : estimator, FrozenEstimator, Teacher or Simulator
        As in `Metamorphosis`.
    student : estimator
    X : DataFrame or ndarray of shape (n, d)
    y : array-like of shape (n,)
        The truth.
    sources : mapping of str to recipe, optional
        `KDE` at a quarter, half and all of Silverman's bandwidth, `Interpolation` and `MUNGE` by
        default. ``"none"`` is always among them.
    labels : {"soft", "hard"}
    n_transfer : int
        Rows per source.
    cv, n_repeats : int
        Folds, and how often they are drawn.
    rng : int, Generator or None

    Examples
    --------
    >>> from sklearn.datasets import load_wine
    >>> from sklearn.ensemble import RandomForestClassifier
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> X, y = load_wine(return_X_y=True)
    >>> forest = RandomForestClassifier(20, random_state=0)
    >>> tree = DecisionTreeClassifier(max_leaf_nodes=4, random_state=0)
    >>> choice = choose_source(
    ...     forest, tree, X, y, sources={"kde": KDE()}, cv=2, n_repeats=1, n_transfer=500, rng=0
    ... )
    >>> list(choice.scores)
    ['none', 'kde']
    """
    import pandas as pd
    from sklearn.base import clone, is_classifier

    candidates = _candidates() if sources is None else dict(sources)
    if NONE in candidates:
        raise ArgumentError(f"{NONE!r} names the student without a source; rename that source")
    truth, seed = np.asarray(y), seed_of(rng)
    rows: list[dict[str, float]] = []
    folds = _folds(student, cv, n_repeats, seed).split(np.empty(len(truth)), truth)
    for k, (train, test) in enumerate(folds):
        X_train, X_test = row_subset(X, train), row_subset(X, test)
        fitted = _fitted(teacher, X_train, truth[train])
        alone = clone(student).fit(X_train, truth[train])
        rows.append({NONE: float(alone.score(X_test, truth[test]))})
        for name, source in candidates.items():
            transfer = labelled_rows(
                fitted,
                source,
                X_train,
                Labelling(labels),
                n=n_transfer,
                for_classifier=is_classifier(student),
                rng=stream(seed, name, k),
            )
            taught = fit_on_answers(
                clone(student),
                transfer.rows,
                transfer.answers,
                fitted.classes,
                weights=transfer.weights,
            )
            rows[-1][name] = float(taught.score(X_test, truth[test]))
    scores = pd.DataFrame(rows)
    name = _best(scores)
    return SourceChoice(name, candidates.get(name), scores)


def _candidates() -> dict[str, Any]:
    kernels = {f"kde {each:g}": KDE(each) for each in (0.25, 0.5, 1.0)}
    return {**kernels, "interpolation": Interpolation(), "munge": MUNGE()}


def _fitted(teacher: Any, X: Any, y: NDArray[Any]) -> Teacher:
    from sklearn.base import clone

    return as_teacher(teacher if is_asked_only(teacher) else clone(teacher).fit(X, y))


def _folds(student: Any, cv: int, n_repeats: int, seed: int) -> Any:
    from sklearn.base import is_classifier
    from sklearn.model_selection import RepeatedKFold, RepeatedStratifiedKFold

    kind = RepeatedStratifiedKFold if is_classifier(student) else RepeatedKFold
    state = int(stream(seed, "folds").integers(2**31))
    return kind(n_splits=cv, n_repeats=n_repeats, random_state=state)


def _best(scores: pd.DataFrame) -> str:
    best = str(scores.mean().idxmax())
    gain = scores[best] - scores[NONE]
    return best if gain.mean() > gain.std() / np.sqrt(len(gain)) else NONE
