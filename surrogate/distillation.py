"""A fitted chain beside the rows it is judged on: what a study of a metamorphosis shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from surrogate.metamorphosis import Metamorphosis

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Distillation"]


@dataclass(frozen=True)
class Distillation:
    """A chain whose teacher is a classifier, and rows that neither teacher nor student has seen.

    Parameters
    ----------
    chain : Metamorphosis
        Fitted.
    X : DataFrame or ndarray of shape (n, d)
        The unseen rows.
    y : array of shape (n,)
        Their true labels.
    learning : mapping of str to sequence of float, optional
        What the teacher came to by epoch, by measure.
    sizes : DataFrame, optional
        ``n_leaves`` and the ``fidelity`` of a tree of that size on held-out rows, as
        `DistilledTree.fidelity_path` returns them.
    shape : (height, width), optional
        Of the images that rows are.
    pool_truth : array, optional
        True labels of the pool, if they are known; see `Metamorphosis.evaluate`.
    about : mapping, optional
        Where rows and teacher come from, in words.

    Examples
    --------
    >>> from sklearn.datasets import load_wine
    >>> from sklearn.ensemble import RandomForestClassifier
    >>> import surrogate as sg
    >>> X, y = load_wine(return_X_y=True)
    >>> forest = RandomForestClassifier(20, random_state=0)
    >>> chain = sg.Metamorphosis(forest, sg.DistilledTree(), random_state=0).fit(X[::2], y[::2])
    >>> found = Distillation(chain, X[1::2], y[1::2])
    >>> found.confusion("student").shape
    (3, 3)
    """

    chain: Metamorphosis
    X: Any
    y: Any
    learning: Mapping[str, Sequence[float]] | None = None
    sizes: pd.DataFrame | None = None
    shape: tuple[int, int] | None = None
    pool_truth: Any = None
    about: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """The table of `Metamorphosis.evaluate` on these rows."""
        return self.chain.evaluate(self.X, self.y, pool_truth=self.pool_truth)

    @cached_property
    def teacher_says(self) -> NDArray[Any]:
        """The teacher's labels of the rows, shape (n,)."""
        return self.chain.teacher_.labels(self.X)

    @cached_property
    def student_says(self) -> NDArray[Any]:
        """The student's labels of the rows, shape (n,)."""
        return self.chain.predict(self.X)

    @property
    def tree(self) -> Any:
        """The student, or the last step of one that is a pipeline."""
        student = self.chain.student_
        return student[-1] if hasattr(student, "steps") else student

    @property
    def rows(self) -> Any:
        """The rows as `tree` gets them: after the steps of a pipeline before it."""
        student = self.chain.student_
        return student[:-1].transform(self.X) if hasattr(student, "steps") else self.X

    def confusion(self, who: str) -> pd.DataFrame:
        """Return how often each true label was given each label.

        Parameters
        ----------
        who : {"teacher", "student"}

        Returns
        -------
        DataFrame
            A row per true label, a column per label given.
        """
        import pandas as pd

        said = {"teacher": self.teacher_says, "student": self.student_says}[who]
        classes = np.unique(np.concatenate([np.asarray(self.y), said]))
        counts = np.zeros((len(classes), len(classes)), dtype=int)
        np.add.at(counts, (np.searchsorted(classes, self.y), np.searchsorted(classes, said)), 1)
        index, columns = (pd.Index(classes, name=name) for name in ("true", "said"))
        return pd.DataFrame(counts, index=index, columns=columns)
