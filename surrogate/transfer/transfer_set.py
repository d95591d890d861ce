"""Data 2 itself: rows, the answers a student is fitted on, and where both come from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from surrogate.errors import ArgumentError, DataError
from surrogate.models import Teacher
from surrogate.transfer.labels import Labelling, with_truth
from surrogate.transfer.on_demand import OnDemand
from surrogate.transfer.recipes import Recipe, row_subset
from surrogate.transfer.sources import bound, draw_rows, drawn_with_sources, stacked

if TYPE_CHECKING:
    from surrogate.randomness import Rng

__all__ = ["TransferSet", "known_truth", "labelled_rows"]


@dataclass(frozen=True)
class TransferSet:
    """What the student is fitted on.

    Attributes
    ----------
    rows : DataFrame or ndarray of shape (n, d)
    answers : ndarray of shape (n,) or (n, n_classes)
    sources : ndarray of shape (n,) or None
        The real row each row was made from; None where the source does not know.
    weights : ndarray of shape (n,) or None
        What each row counts for the student; None where all count alike.
    """

    rows: Any
    answers: NDArray[Any]
    sources: NDArray[np.intp] | None
    weights: NDArray[np.float64] | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def part(self, kept: NDArray[np.bool_]) -> TransferSet:
        """Return some of the rows."""
        if kept.all():
            return self
        sources = None if self.sources is None else self.sources[kept]
        rows = row_subset(self.rows, np.flatnonzero(kept))
        weights = None if self.weights is None else self.weights[kept]
        return TransferSet(rows, self.answers[kept], sources, weights)

    def labels(self, classes: Any) -> NDArray[Any]:
        """Return the most probable label of each row, shape (n,)."""
        return self.answers if self.answers.ndim == 1 else classes[self.answers.argmax(axis=1)]


def labelled_rows(
    teacher: Teacher,
    source: Any,
    X: Any,
    labelling: Labelling,
    *,
    truth: NDArray[Any] | None = None,
    n: int | None = None,
    for_classifier: bool,
    rng: Rng,
) -> TransferSet:
    """Return rows of a source with the teacher's answers.

    Parameters
    ----------
    teacher : Teacher
    source : Recipe, OnDemand, Space, callable or None
    X : DataFrame or ndarray of shape (n_real, d), or None
        The real rows.
    labelling : Labelling
    truth : ndarray of shape (n_known,), optional
        True labels of the first real rows, to be taught instead of the teacher's. If a source
        makes other rows, the real ones are added.
    n : int, optional
        Rows to draw.
    for_classifier : bool
        Whether the student is a classifier.
    rng : int, Generator or None
    """
    drawn = _drawn(teacher, source, X, labelling, n=n, for_classifier=for_classifier, rng=rng)
    if truth is None:
        return drawn
    if labelling.kind == "inherited" or source is None:
        known = np.flatnonzero(np.asarray(drawn.sources) < len(truth))
        origin = np.asarray(drawn.sources)[known]
        return replace(
            drawn, answers=with_truth(drawn.answers, known, truth[origin], teacher.classes)
        )
    return _with_real_rows(drawn, row_subset(X, slice(0, len(truth))), truth, teacher.classes)


def _drawn(
    teacher: Teacher,
    source: Any,
    X: Any,
    labelling: Labelling,
    *,
    n: int | None,
    for_classifier: bool,
    rng: Rng,
) -> TransferSet:
    source = bound(source, teacher)
    if isinstance(source, OnDemand):
        ask = partial(_asked_of_all, labelling, teacher, for_classifier=for_classifier)
        rows, answers, weights = source.answered(ask, X, n, rng)
        return TransferSet(rows, answers, None, weights)
    if labelling.kind == "inherited" or source is None or isinstance(source, Recipe):
        rows, sources = drawn_with_sources(source, n, X, rng=rng)
    else:
        rows, sources = draw_rows(source, n, X, rng=rng), None
    if labelling.kind == "inherited":
        answers = labelling.answers(teacher, X, for_classifier=for_classifier)[sources]
    elif labelling.kind == "thresholded":
        answers, sure = labelling.sure_answers(teacher, rows)
        if not sure.any():
            raise DataError(f"the teacher is sure of no row at threshold={labelling.threshold}")
        return TransferSet(rows, answers, sources).part(sure)
    else:
        answers = labelling.answers(teacher, rows, for_classifier=for_classifier)
    return TransferSet(rows, answers, sources)


def _asked_of_all(
    labelling: Labelling, teacher: Teacher, X: Any, *, for_classifier: bool
) -> NDArray[Any]:
    if labelling.kind not in ("soft", "hard"):
        raise ArgumentError(
            f"OnDemand takes labels='soft' or 'hard': its weights hold for all of its rows, and "
            f"these have no source row; got {labelling.kind!r}"
        )
    return labelling.answers(teacher, X, for_classifier=for_classifier)


def _with_real_rows(drawn: TransferSet, X: Any, truth: NDArray[Any], classes: Any) -> TransferSet:
    shape = (len(truth), *drawn.answers.shape[1:])
    answers = np.concatenate([np.zeros(shape, dtype=drawn.answers.dtype), drawn.answers])
    first = np.arange(len(truth))
    sources = None if drawn.sources is None else np.concatenate([first, drawn.sources])
    rows = stacked(X, drawn.rows)
    weights = drawn.weights
    if weights is not None:
        weights = np.concatenate([np.ones(len(truth)), weights])
    return TransferSet(rows, with_truth(answers, first, truth, classes), sources, weights)


def known_truth(X: Any, y: Any) -> NDArray[Any]:
    """Return true labels of the rows of X, or say why there are none."""
    if X is None or y is None or np.ndim(y) != 1:
        raise ArgumentError(
            "true_labels=True teaches the truth where it is known: give X and one-dimensional y"
        )
    return np.asarray(y)
