"""The box: an immutable hyper-rectangle over some of the inputs."""

from __future__ import annotations

import html
import json
from typing import Any

import pandas as pd

from surrogate.errors import ArgumentError, DataError
from surrogate.regions.boxes.bounds import Bounds
from surrogate.regions.boxes.editing import compare, loosen, round_box
from surrogate.regions.boxes.plain import read_box, write_box
from surrogate.regions.boxes.scores import BoxScores, evaluate_box
from surrogate.regions.boxes.text import conditions

__all__ = ["Box"]


class Box(Bounds):
    """A hyper-rectangle: limits on some inputs, all others free.

    Parameters
    ----------
    limits : mapping of str to (low, high) or a collection of labels
        Only the restricted inputs. A tuple of two numbers is a closed interval, with -inf or inf
        for an open side; anything else is the labels that are allowed (use a list or a set for
        labels that are two numbers).
    gaps : mapping of str to (low, high), optional
        How uncertain a numeric limit is: each end ``(outside, inside)``, the nearest values seen
        on either side of it, or None.
    missing : {"error", "inside", "outside"}
        Where rows lie whose restricted inputs have missing values; by default they are refused.

    Raises
    ------
    ArgumentError
        Limits that are empty, reversed, NaN or open on both sides; gaps that miss their limit.

    Notes
    -----
    Boxes are those of PRIM [1]_; coverage, density and mass are the words of scenario discovery
    [2]_.

    References
    ----------
    .. [1] J. H. Friedman, N. I. Fisher, Bump hunting in high-dimensional data, Statistics and
       Computing 9 (1999), https://doi.org/10.1023/A:1008894516817
    .. [2] B. P. Bryant, R. J. Lempert, Thinking inside the box, Technological Forecasting and
       Social Change 77 (2010), https://doi.org/10.1016/j.techfore.2009.08.002

    Examples
    --------
    >>> import math
    >>> box = Box({"gain": (-math.inf, 4.2), "policy": ["a", "b"]})
    >>> box
    Box(gain <= 4.2 and policy in {a, b})
    >>> box.contains(pd.DataFrame({"gain": [1.0, 9.0], "policy": ["a", "a"]})).tolist()
    [True, False]
    """

    __slots__ = ()

    def evaluate(
        self,
        X: Any,
        y: Any,
        *,
        data: str = "these runs",
        confidence_level: float = 0.95,
        sample_weight: Any = None,
    ) -> BoxScores:
        """Return coverage, density, mass and more on the given rows.

        Parameters
        ----------
        X : DataFrame of shape (n, d), or ndarray
        y : array of shape (n,)
            True or 1 marks a case of interest; probabilities and real values are averaged.
        data : str
            What the rows are, for the record: ``"held-out runs"``.
        confidence_level : float
        sample_weight : array of shape (n,), optional

        Returns
        -------
        BoxScores
        """
        return evaluate_box(
            self, X, y, data=data, confidence_level=confidence_level, sample_weight=sample_weight
        )

    def add(self, name: str, limits: Any) -> Box:
        """Return the box with limits on an input that was free.

        Examples
        --------
        >>> Box({"gain": (0.0, 4.2)}).add("policy", ["a"])
        Box(0 <= gain <= 4.2 and policy in {a})
        """
        if name in self.limits:
            raise ArgumentError(
                f"the box restricts {name!r} already ({self.rule()}); use replace or loosen"
            )
        return self.replace(name, limits)

    def loosen(
        self, name: str, *, low: float | None = None, high: float | None = None, labels: Any = ()
    ) -> Box:
        """Return the box with wider limits of one input; -inf or inf opens a side.

        Parameters
        ----------
        name : str
        low, high : float, optional
            New ends of an interval.
        labels : collection of labels, optional
            Labels to admit as well.

        Raises
        ------
        ArgumentError
            The input is free, or the new limits would keep out what the old ones admit.

        Examples
        --------
        >>> import math
        >>> Box({"gain": (0.5, 4.2), "delay": (0.1, math.inf)}).loosen("gain", low=-math.inf)
        Box(delay >= 0.1 and gain <= 4.2)
        """
        return loosen(self, name, low, high, labels)

    def round(
        self, digits: int | None = None, X: Any = None, y: Any = None, *, sample_weight: Any = None
    ) -> Box:
        """Return the box with readable limits.

        Parameters
        ----------
        digits : int, optional
            How many significant digits, counted from the width of an interval that has two ends.
        X, y : table and array of shape (n,), optional
            Instead of digits: as few of them as keep WRAcc on these rows within one standard error.
            With neither, each limit becomes the number with fewest decimals inside its gap, which
            parts the rows the box was found on as before; without a gap it stays.

        Examples
        --------
        >>> box = Box({"gain": (0.1234, 7.8912)}, {"gain": ((0.09, 0.15), None)})
        >>> box.round(2), box.round()
        (Box(0.1 <= gain <= 7.9), Box(0.1 <= gain <= 7.891))
        """
        return round_box(self, digits, X, y, sample_weight=sample_weight)

    def compare(self, other: Box, X: Any, y: Any, *, sample_weight: Any = None) -> pd.DataFrame:
        """Return the scores of this box, of another and the change, on the given rows.

        Parameters
        ----------
        other : Box
            Most often an edit: ``box.compare(box.drop("gain"), X, y)``.
        X, y, sample_weight
            As for `evaluate`.

        Returns
        -------
        DataFrame of shape (3, 6)
            Rows before, after, change; columns coverage, density, mass, wracc, n_restricted, n.
        """
        return compare(self, other, X, y, sample_weight=sample_weight)

    def to_json(self) -> str:
        """Return the box as JSON text; an open side is null."""
        return json.dumps(self.to_dict(), indent=1, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Box:
        """Return the box that `to_json` wrote.

        Raises
        ------
        DataError
            The text is damaged, of another kind or of a newer version.

        Examples
        --------
        >>> import math
        >>> box = Box({"gain": (0.5, math.inf)})
        >>> Box.from_json(box.to_json()) == box
        True
        """
        try:
            content = json.loads(text)
        except (TypeError, ValueError) as error:
            raise DataError(
                f"a box was to be read from JSON, but the text is not: {error}"
            ) from error
        return cls.from_dict(content)

    def to_dict(self) -> dict[str, Any]:
        """Return the content of `to_json` as plain values."""
        return write_box(self.limits, self.gaps, self.missing)

    @classmethod
    def from_dict(cls, content: Any) -> Box:
        """Return the box that `to_dict` wrote; refuses what it does not know."""
        try:
            return cls(*read_box(content))
        except (TypeError, KeyError, AttributeError, ValueError) as error:
            raise DataError(f"the content of this box is damaged: {error!r}") from error

    def _repr_html_(self) -> str:
        stated = conditions(self.limits, self.missing, digits=4) or ["everything"]
        items = "".join(f"<li>{html.escape(each)}</li>" for each in stated)
        return f"<div><b>Box</b><ul>{items}</ul></div>"
