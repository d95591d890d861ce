"""A small network, trained on what a teacher says."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import softmax
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from surrogate.arguments import check_choice, check_count, check_positive, check_share
from surrogate.errors import ArgumentError, DataError
from surrogate.randomness import seed_of_state, stream
from surrogate.students.criterion import ByCriterion
from surrogate.students.inputs.answers import class_targets
from surrogate.students.inputs.outcome import continuous_outcome, standardised
from surrogate.students.inputs.tables import check_same_order, numeric_table, row_weights
from surrogate.students.networks.training import Lesson, Plan, trained

__all__ = ["Network"]

_CRITERIA = ("cross_entropy", "squared_error")
_MAX_HELD_OUT = 10_000
_MAX_SCALED_BY = 20_000  # rows that offset and scale of the inputs are taken from


class Network(ByCriterion):
    """A small neural network as a student: layers of ReLU, after convolutions for images.

    It takes labels, values, or probabilities of a teacher as they are [1]_. Training needs the
    extra ``torch``; the trained network is arrays, so predicting and `load` need no torch.
    Rows held out of training measure the fidelity of every epoch, the best is kept, and training
    stops when it has not risen for a while.

    Parameters
    ----------
    hidden_layer_sizes : sequence of int
        Widths of the dense layers.
    channels : sequence of int
        Channels of 3 x 3 convolutions, each followed by ReLU and the greatest of every 2 x 2
        pixels; none by default.
    shape : (height, width), optional
        Rows are images of this shape, and all pixels are scaled alike. With `channels` square by
        default.
    criterion : {"cross_entropy", "squared_error"}
        With "squared_error" the network is a regressor.
    n_epochs : int
        Passes over the rows, at most; the learning rate rises and falls once over them.
    batch_size : int, optional
        Rows per step; by default a two-hundredth of all, from 16 to 256.
    learning_rate, weight_decay : float
    validation_fraction : float
        Share of the rows held out, at most 10,000 rows.
    patience : int or None
        Stop after so many epochs without a better fidelity; None holds nothing out and takes the
        last epoch.
    device : str
        Where torch trains: "cpu", "cuda", "cuda:1", "mps".
    progress : bool, optional
        Show epochs and fidelity; None shows them on a terminal.
    random_state : int, RandomState instance or None
        First weights, held-out rows and the order of rows.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Only of a classifier.
    history_ : DataFrame
        By epoch: ``loss``, and of held-out rows ``fidelity`` (accuracy on the teacher's labels, or
        R2) and ``held_out_loss``.
    layers_ : Layers
        The network as arrays.
    n_parameters_ : int
    ranges_ : dict of str to (low, high)
        Of the inputs it learnt from.
    n_features_in_ : int
    feature_names_in_ : ndarray of str

    References
    ----------
    .. [1] G. Hinton, O. Vinyals, J. Dean (2015), https://doi.org/10.48550/arXiv.1503.02531

    Examples
    --------
    >>> X = np.random.default_rng(0).random((400, 2))
    >>> yes = 1 / (1 + np.exp(20 * (X.sum(axis=1) - 1)))
    >>> network = Network(hidden_layer_sizes=[16], random_state=0)
    >>> network = network.fit(X, np.stack([1 - yes, yes], axis=1), classes=["no", "yes"])
    >>> network.predict([[0.9, 0.9], [0.1, 0.1]])
    array(['no', 'yes'], dtype='<U3')
    >>> network.n_parameters_
    82
    """

    def __init__(
        self,
        *,
        hidden_layer_sizes: Any = (64,),
        channels: Any = (),
        shape: tuple[int, int] | None = None,
        criterion: str = "cross_entropy",
        n_epochs: int = 30,
        batch_size: int | None = None,
        learning_rate: float = 3e-3,
        weight_decay: float = 1e-4,
        validation_fraction: float = 0.1,
        patience: int | None = 10,
        device: str = "cpu",
        progress: bool | None = None,
        random_state: Any = None,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.channels = channels
        self.shape = shape
        self.criterion = criterion
        self.n_epochs = n_epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.device = device
        self.progress = progress
        self.random_state = random_state

    def fit(
        self,
        X: Any,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        *,
        classes: ArrayLike | None = None,
        temperature: float = 1.0,
    ) -> Network:
        """Train the network.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Numbers; uint8 and float32 are taken as they are.
        y : array-like of shape (n,), or (n, n_classes) of probabilities
        sample_weight : array-like of shape (n,), optional
        classes : array-like of shape (n_classes,), optional
            The labels of the columns of probabilities; 0, 1, ... by default.
        temperature : float
            The one these probabilities were softened with: the network meets them at the same
            temperature, and their loss is multiplied by its square. A row that gives one class
            the probability 1 is a true label and is met without.

        Raises
        ------
        ArgumentError
            If a parameter is out of range, or torch has no such device here.
        DataError
            If X or y cannot be learnt from, or training diverges.
        MissingExtraError
            If torch is not installed.
        """
        self._check_parameters(temperature)
        check_same_order(X, y, name=type(self).__name__)
        X = numeric_table(self, X, reset=True)
        targets = self._targets(y, X, classes)
        given = row_weights(sample_weight, X, name=type(self).__name__)
        weight = np.ones(len(X)) if given is None else given / given.mean()
        lesson = Lesson(
            X, targets, weight.astype(np.float32), *self._scaling(X), temperature=float(temperature)
        )
        seed = seed_of_state(self.random_state)
        held_out = self._held_out(len(X), stream(seed, "held out"))
        taught = np.setdiff1d(np.arange(len(X)), held_out)
        self.layers_, self.history_ = trained(
            lesson,
            self._plan(len(taught), X.shape[1]),
            taught=taught,
            held_out=held_out,
            rng=stream(seed, "training"),
        )
        self.n_parameters_ = self.layers_.n_parameters
        return self

    @property
    def fidelity_(self) -> float:
        """Fidelity on the rows held out to stop by, of the epoch kept; NaN where none were."""
        history = self.history_
        return float(history["fidelity"].max()) if "fidelity" in history else math.nan

    def predict(self, X: Any) -> NDArray[Any]:
        """Return labels or values, shape (n,)."""
        outputs = self._outputs(X)
        if self._is_regressor:
            return outputs[:, 0] * self._spread + self._centre
        return self.classes_[outputs.argmax(axis=1)]

    @available_if(lambda self: not self._is_regressor)
    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return probabilities, shape (n, n_classes), in the order of ``classes_``."""
        return softmax(self._outputs(X), axis=1)

    def _outputs(self, X: Any) -> NDArray[np.float64]:
        check_is_fitted(self)
        return self.layers_(numeric_table(self, X, reset=False))

    def _check_parameters(self, temperature: float) -> None:
        check_choice(self.criterion, _CRITERIA, argument="criterion")
        check_count(self.n_epochs, 1, argument="n_epochs")
        for name in ("hidden_layer_sizes", "channels"):
            for each in getattr(self, name):
                check_count(each, 1, argument=f"each of {name}")
        check_count(self.batch_size, 1, argument="batch_size", optional=True)
        check_count(self.patience, 1, argument="patience", optional=True)
        check_positive(self.learning_rate, argument="learning_rate")
        check_positive(temperature, argument="temperature")
        check_share(self.validation_fraction, argument="validation_fraction")

    def _targets(self, y: Any, X: NDArray[Any], classes: ArrayLike | None) -> NDArray[Any]:
        """Return codes (n,), probabilities (n, k) or standardised values (n,); keep the classes."""
        name = type(self).__name__
        if self._is_regressor:
            values = continuous_outcome(y, X, name=name)
            scaled, self._centre, self._spread = standardised(values)
            return scaled.astype(np.float32)
        self.classes_, targets = class_targets(y, X, classes, name=name, holds_out=True)
        return targets.astype(np.float32 if targets.ndim == 2 else np.int64)

    def _scaling(self, X: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return what is taken from each input, and what it is then multiplied by."""
        some = X[:: math.ceil(len(X) / _MAX_SCALED_BY)].astype(np.float64)
        axis = None if self.channels or self.shape is not None else 0
        spread = np.atleast_1d(some.std(axis=axis))
        offset = np.atleast_1d(some.mean(axis=axis))
        scale = 1 / np.where(spread > 0, spread, 1.0)
        precise = np.float64 if X.dtype == np.float64 else np.float32
        return offset.astype(precise), scale.astype(precise)

    def _held_out(self, n: int, rng: np.random.Generator) -> NDArray[np.intp]:
        if self.patience is None:
            return np.empty(0, dtype=np.intp)
        if n < 2:
            raise DataError(
                f"Network holds out rows to stop by and needs two or more; got n_samples={n}"
            )
        size = min(max(round(self.validation_fraction * n), 1), n - 1, _MAX_HELD_OUT)
        return np.sort(rng.choice(n, size, replace=False))

    def _plan(self, n: int, n_inputs: int) -> Plan:
        return Plan(
            hidden_layer_sizes=tuple(map(int, self.hidden_layer_sizes)),
            channels=tuple(map(int, self.channels)),
            shape=self._image_shape(n_inputs),
            n_outputs=1 if self._is_regressor else len(self.classes_),
            n_epochs=int(self.n_epochs),
            batch_size=self.batch_size or min(max(n // 200, 16), 256),
            learning_rate=float(self.learning_rate),
            weight_decay=float(self.weight_decay),
            patience=self.patience,
            device=self.device,
            progress=self.progress,
        )

    def _image_shape(self, n_inputs: int) -> tuple[int, int] | None:
        """Return height and width of the images, or None where rows are no images."""
        if self.shape is None and not len(self.channels):
            return None
        side = math.isqrt(n_inputs)
        height, width = self.shape or (side, side)
        least = 2 ** len(self.channels)
        if height * width != n_inputs or min(height, width) < least:
            raise ArgumentError(
                f"rows of {n_inputs} values are no images of {height} x {width} that "
                f"{len(self.channels)} convolutions can halve; give shape=(height, width) or "
                "fewer channels"
            )
        return height, width
