"""Model A as a trained model: what it gives, and its answers as labels for a student."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate.arguments import check_choice, check_count
from surrogate.errors import ArgumentError, DataError
from surrogate.models.endpoint import Endpoint, is_address
from surrogate.models.simulator import Simulator
from surrogate.models.torch_module import TorchModule, is_torch_module

__all__ = ["Teacher", "as_teacher", "is_asked_only"]

_BATCH = 1024

GIVES = ("labels", "probabilities", "logits", "values")


class Teacher:
    """A trained model or a plain function that is asked, never fitted.

    Parameters
    ----------
    model : fitted scikit-learn estimator, torch module, callable or address
        A callable takes the rows and returns what `gives` says; a module takes them as a float32
        tensor; ``"http://..."`` gets them as JSON (see `surrogate.models.endpoint`).
    gives : {"labels", "probabilities", "logits", "values"}, optional
        Needed for a callable; read off an estimator: probabilities where it has them, else
        labels, and values for a regressor.
    classes : sequence, optional
        The labels, in the order of the columns of probabilities or logits. With a single column of
        probabilities there are two classes and it belongs to the second.
    batch_size : int, optional
        Ask at most so many rows at a time; 1024 by default of a module or address.
    state : path, optional
        The file with a module's ``state_dict``, read without pickle.
    device : str
        Where a module runs.
    timeout : float
        Seconds to wait for each batch of an address.
    progress : bool, optional
        Show the batches asked; None shows them on a terminal.

    Examples
    --------
    >>> teacher = Teacher(lambda X: X[:, 0], gives="probabilities", classes=["no", "yes"])
    >>> teacher.labels(np.array([[0.2], [0.9]]))
    array(['no', 'yes'], dtype='<U3')
    """

    def __init__(
        self,
        model: Any,
        *,
        gives: str | None = None,
        classes: Sequence[Any] | None = None,
        batch_size: int | None = None,
        state: str | Path | None = None,
        device: str = "cpu",
        timeout: float = 60.0,
        progress: bool | None = None,
    ) -> None:
        if state is not None and not is_torch_module(model):
            raise ArgumentError(f"state= is for torch modules; got {type(model).__name__}")
        self.model = model
        self.gives = gives if gives is not None else _gives(model)
        self.progress = progress
        if is_address(model):
            self.model = Endpoint(model, timeout=timeout)
        elif is_torch_module(model):
            self.model = TorchModule(model, state=state, device=device)
        if self.model is not model and batch_size is None:
            batch_size = _BATCH
        check_choice(self.gives, GIVES, argument="gives")
        known = classes if classes is not None else getattr(model, "classes_", None)
        if known is None and self.gives in ("probabilities", "logits"):
            raise ArgumentError(f"a teacher that gives {self.gives} needs classes=[...]")
        self.classes = None if known is None else np.asarray(list(known))
        check_count(batch_size, 1, argument="batch_size", optional=True)
        self.batch_size = batch_size

    def __repr__(self) -> str:
        return f"Teacher({type(self.model).__name__}, gives={self.gives!r})"

    @property
    def is_classifier(self) -> bool:
        """Whether the answers are about classes."""
        return self.gives != "values"

    def ask(self, X: Any) -> NDArray[Any]:
        """Return the raw answers: labels (n,), values (n,), probabilities or logits (n, k)."""
        size = self.batch_size or max(len(X), 1)
        starts = range(0, max(len(X), 1), size)
        if len(starts) > 1:
            starts = self._watched(starts)
        parts = [np.asarray(self._call(_rows(X, start, start + size))) for start in starts]
        answers = np.concatenate(parts)
        if len(answers) != len(X):
            raise DataError(f"the teacher was asked {len(X)} rows and gave {len(answers)} answers")
        if self.gives != "labels" and not np.all(np.isfinite(answers)):
            row = int(np.argwhere(~np.isfinite(answers))[0, 0])
            raise DataError(f"the teacher's answer to row {row} is not finite: {answers[row]}")
        return answers

    def labels(self, X: Any) -> NDArray[Any]:
        """Return the label of each row, shape (n,)."""
        if self.gives == "labels":
            return self.ask(X)
        if self.classes is None:
            raise ArgumentError("this teacher gives values, not labels; ask for its values")
        return self.classes[self.probabilities(X).argmax(axis=1)]

    def probabilities(self, X: Any, *, temperature: float = 1.0) -> NDArray[np.float64]:
        """Return the probability of each class, shape (n, k), softened by a temperature."""
        from scipy.special import softmax

        if self.gives not in ("probabilities", "logits"):
            raise ArgumentError(f"this teacher gives {self.gives}, not probabilities")
        answers = self.ask(X)
        if answers.ndim == 1 or answers.shape[1] == 1:
            answers = _two_columns(answers.reshape(-1), logits=self.gives == "logits")
        if self.gives == "probabilities" and temperature == 1.0:
            return answers
        tiny = np.finfo(float).tiny
        logits = answers if self.gives == "logits" else np.log(np.maximum(answers, tiny))
        return np.asarray(softmax(logits / temperature, axis=1))

    def values(self, X: Any, *, temperature: float = 1.0) -> NDArray[np.float64]:
        """Return the value of each row, shape (n,); for two classes the second's probability."""
        if self.gives == "values":
            return self.ask(X).astype(float).reshape(len(X), -1)[:, 0]
        if self.classes is not None and len(self.classes) != 2:
            raise ArgumentError(f"one value a row needs two classes; there are {len(self.classes)}")
        if self.gives == "labels":
            return (self.ask(X) == np.asarray(self.classes)[1]).astype(float)
        return self.probabilities(X, temperature=temperature)[:, 1]

    def _watched(self, starts: Any) -> Any:
        from tqdm import tqdm

        hidden = None if self.progress is None else not self.progress
        return tqdm(starts, desc="asking the teacher", unit="batch", disable=hidden)

    def _call(self, X: Any) -> ArrayLike:
        if callable(self.model) and not hasattr(self.model, "predict"):
            return self.model(X)
        method = {"probabilities": "predict_proba", "logits": "decision_function"}
        ask: Callable[[Any], ArrayLike] = getattr(self.model, method.get(self.gives, "predict"))
        return ask(X)


def is_asked_only(model: Any) -> bool:
    """Return whether a model is asked as it is; any other one is cloned and fitted first."""
    from sklearn.frozen import FrozenEstimator

    return isinstance(model, (Teacher, Simulator, FrozenEstimator)) or not hasattr(model, "fit")


def as_teacher(model: Any) -> Teacher:
    """Return `model` as a `Teacher`; a simulator gives the values of its only outcome."""
    if isinstance(model, Simulator):
        return Teacher(_only_outcome(model), gives="values")
    return model if isinstance(model, Teacher) else Teacher(model)


def _only_outcome(simulator: Simulator) -> Callable[[Any], NDArray[np.float64]]:
    if len(simulator.outcomes) != 1:
        raise ArgumentError(
            f"the simulator {simulator.name!r} has the outcomes {', '.join(simulator.outcomes)}; "
            "a teacher gives one value a row: wrap a function that returns one of them"
        )
    return lambda X: simulator.evaluate(X)[simulator.outcomes[0]].to_numpy(dtype=float)


def _gives(model: Any) -> str:
    if hasattr(model, "predict_proba"):
        return "probabilities"
    if hasattr(model, "predict"):
        return "labels" if hasattr(model, "classes_") else "values"
    raise ArgumentError(
        "a plain function, module or address needs gives='labels', 'probabilities', 'logits' or "
        f"'values'; got {type(model).__name__} without it"
    )


def _rows(X: Any, start: int, stop: int) -> Any:
    if start == 0 and stop >= len(X):
        return X
    return X.iloc[start:stop] if hasattr(X, "iloc") else X[start:stop]


def _two_columns(second: NDArray[np.float64], *, logits: bool) -> NDArray[np.float64]:
    first = np.zeros_like(second) if logits else 1 - second
    return np.stack([first, second], axis=1)
