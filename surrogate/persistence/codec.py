"""Objects as JSON values and numbered arrays, and back.

A plain value stands for itself; everything else is an object with one tag: ``{"array": 3}``,
``{"tuple": [...]}``, ``{"Forest": {...}}``. Classes are those of the tables below and no others.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from surrogate.certificates import Certificate, NestedCertificate
from surrogate.diagnostics import Diagnosis
from surrogate.discovery import Discovery
from surrogate.discovery.ceiling import Ceiling
from surrogate.discovery.cross_fitting import Boxes, Fold
from surrogate.discovery.search import Search
from surrogate.emulation import Emulation
from surrogate.errors import DataError, SurrogateError, did_you_mean
from surrogate.estimates import Estimate
from surrogate.experiment import Runs
from surrogate.expressions import Expression
from surrogate.metamorphosis import Metamorphosis
from surrogate.models import Teacher
from surrogate.optimization import Optimum
from surrogate.persistence.chains import (
    chain_of_state,
    state_of_chain,
    state_of_teacher,
    teacher_of_state,
)
from surrogate.regions import PRIM, Box, Covering, PeelingTrajectory
from surrogate.sensitivity_analysis import Sensitivity
from surrogate.space import Space
from surrogate.students import states

__all__ = ["Reader", "Writer"]

_TEXTS: dict[str, Any] = {each.__name__: each for each in (Box, Covering, PeelingTrajectory, Space)}
_RESULTS: dict[str, type] = {
    each.__name__: each
    for each in (
        Certificate,
        Diagnosis,
        Discovery,
        Emulation,
        Estimate,
        NestedCertificate,
        Optimum,
        PRIM,
        Runs,
        Sensitivity,
    )
}
_OF_RESULTS: dict[str, type] = {each.__name__: each for each in (Boxes, Ceiling, Fold, Search)}
_PARTS: dict[str, type] = {**states.STUDENTS, **states.PARTS, **_RESULTS, **_OF_RESULTS}
_DEEPEST = 40
# Numbers that are none and mean something: the Q2 of a constant, the open side of a limit.
_WORDS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
_DTYPES = frozenset({"bool", "float32", "float64", "int64", "object"})  # others are inferred


class Writer:
    """Turns an object into JSON values; arrays are put aside, in order.

    Parameters
    ----------
    teacher : bool
        Whether the teacher of a chain is stored.

    Attributes
    ----------
    arrays : list of ndarray
    """

    def __init__(self, *, teacher: bool = True) -> None:
        self._teacher = teacher
        self.arrays: list[NDArray[Any]] = []

    def encode(self, value: Any) -> Any:
        """Return the JSON value of an object.

        Raises
        ------
        DataError
            If it holds what cannot be stored.
        """
        match value:
            case None | bool() | int() | str():
                return value
            case float():
                return float(value) if math.isfinite(value) else {"float": str(float(value))}
            case np.generic():
                return self.encode(value.item())
            case np.ndarray():
                return self._array(value)
            case tuple():
                return {"tuple": [self.encode(each) for each in value]}
            case list():
                return [self.encode(each) for each in value]
            case Mapping():
                return {"dict": [[self.encode(k), self.encode(v)] for k, v in value.items()]}
            case pd.DataFrame():
                return {"frame": self._frame(value)}
            case pd.Series():
                return {"series": self._frame(value.to_frame())}
            case Expression():
                return {"Expression": value.text}
            case states.Basis():
                return {"Basis": self.encode(value.indices)}
            case states.InputEncoder():
                return {"InputEncoder": self._encoder(value)}
            case states.Tree():  # thresholds of leaves are NaN
                threshold = np.where(value.feature < 0, 0.0, value.threshold)
                return self._object(dataclasses.replace(value, threshold=threshold))
            case Metamorphosis():
                state = state_of_chain(value, teacher=self._teacher)
                return {"Metamorphosis": self.encode(state)}
            case Teacher():
                return {"Teacher": self.encode(state_of_teacher(value))}
        return self._object(value)

    def _object(self, value: Any) -> Any:
        name = type(value).__name__
        if _TEXTS.get(name) is type(value):
            return {name: _readable_text(value)}
        if _PARTS.get(name) is not type(value):
            raise DataError(
                f"a {name} cannot be saved; what can: "
                f"{', '.join([*states.STUDENTS, *_TEXTS, *_RESULTS])} and their parts"
            )
        if name in states.STUDENTS:
            _check_is_fitted(value)
        dropped = states.DROPPED | states.REBUILT.get(name, frozenset())
        kept = {key: each for key, each in _attributes(value).items() if key not in dropped}
        # The encoder first: what comes after it may need its factors.
        order = sorted(kept, key=lambda key: key != "encoder_")
        return {name: {key: self.encode(kept[key]) for key in order}}

    def _array(self, value: NDArray[Any]) -> Any:
        if value.dtype.kind in "OU":
            return {"labels" if value.dtype.kind == "O" else "texts": self.encode(value.tolist())}
        if value.dtype.kind not in "fiub" or not np.isfinite(value).all():
            raise DataError(f"an array of {value.dtype} with numbers that are not finite was met")
        self.arrays.append(value)
        return {"array": len(self.arrays) - 1}

    def _frame(self, frame: pd.DataFrame) -> Any:
        return {
            "columns": [self.encode(each) for each in frame.columns],
            "values": [self._column(frame[name]) for name in frame.columns],
            "dtypes": [str(each) for each in frame.dtypes],
            **self._index(frame.index),
        }

    def _column(self, column: pd.Series) -> Any:
        values = column.to_numpy()
        plain = values.dtype.kind in "fiub" and np.isfinite(values).all()
        return self.encode(values if plain else column.tolist())

    def _index(self, index: pd.Index) -> Any:
        names = self.encode(list(index.names))
        return {"index": self.encode(index.tolist()), "names": names}

    def _encoder(self, encoder: states.InputEncoder) -> Any:
        kept = dict(vars(encoder))
        if encoder.space is not None:  # the columns follow from the space
            del kept["_columns"]
        return {key: self.encode(each) for key, each in kept.items()}


class Reader:
    """Turns JSON values back into objects.

    Parameters
    ----------
    arrays : list of ndarray
    """

    def __init__(self, arrays: list[NDArray[Any]]) -> None:
        self._arrays = arrays
        self._factors: list[Any] | None = None
        self._depth = 0

    def decode(self, value: Any) -> Any:
        """Return the object of a JSON value.

        Raises
        ------
        DataError
            If it names what is not known, or its parts do not fit together.
        """
        if value is None or isinstance(value, (bool, int, str)):
            return value
        if isinstance(value, float):
            if not math.isfinite(value):
                raise DataError(f"it holds the number {value}, which is not finite")
            return value
        self._depth += 1
        if self._depth > _DEEPEST:
            raise DataError("its parts are nested too deeply")
        try:
            if isinstance(value, list):
                return [self.decode(each) for each in value]
            return self._tagged(value)
        finally:
            self._depth -= 1

    def _tagged(self, value: Any) -> Any:
        if not isinstance(value, dict) or len(value) != 1:
            raise DataError(f"an object with one tag was expected; got {value!r:.80}")
        ((tag, content),) = value.items()
        match tag:
            case "float":
                return _WORDS[content]
            case "array":
                return self._array(content)
            case "labels":
                return np.array(self.decode(content), dtype=object)
            case "texts":
                return np.array(self.decode(content), dtype=str)
            case "tuple":
                return tuple(self.decode(each) for each in content)
            case "dict":
                return {self.decode(key): self.decode(each) for key, each in content}
            case "frame":
                return self._frame(content)
            case "series":
                return self._frame(content).iloc[:, 0]
            case "Expression":
                return Expression(content)
            case "Metamorphosis":
                return chain_of_state(self.decode(content))
            case "Teacher":
                return teacher_of_state(self.decode(content))
            case "Basis":
                return self._basis(self.decode(content))
            case "InputEncoder":
                return self._encoder(content)
        if tag in _TEXTS:
            return _TEXTS[tag].from_json(content)
        if tag not in _PARTS:
            raise DataError(f"it names {tag!r}, which is not known{did_you_mean(tag, _PARTS)}")
        return self._object(_PARTS[tag], content)

    def _array(self, number: Any) -> NDArray[Any]:
        if type(number) is not int or not 0 <= number < len(self._arrays):
            raise DataError(f"it asks for array {number!r} of {len(self._arrays)}")
        return self._arrays[number]

    def _object(self, kind: type, content: Mapping[str, Any]) -> Any:
        fields = {_attribute_name(key): self.decode(each) for key, each in content.items()}
        if dataclasses.is_dataclass(kind):
            return kind(**fields)  # whose own checks run
        made: Any = object.__new__(kind)
        if kind in states.STUDENTS.values():  # with defaults for parameters that came later
            made = kind(*(fields[name] for name in states.REQUIRED.get(kind.__name__, ())))
        for name, each in fields.items():
            if callable(getattr(kind, name, None)):
                raise DataError(f"{name!r} is a method of {kind.__name__}, not a part of it")
            vars(made)[name] = each
        if kind.__name__ in states.REBUILT:
            made._rebuild()
        return made

    def _frame(self, content: Mapping[str, Any]) -> pd.DataFrame:
        names, values = self.decode(content["columns"]), self.decode(content["values"])
        index = _index(self.decode(content["index"]), content)
        dtypes = content.get("dtypes", [""] * len(names))
        columns = {
            name: pd.Series(value, index=index, dtype=dtype if dtype in _DTYPES else None)
            for name, value, dtype in zip(names, values, dtypes, strict=True)
        }
        return pd.DataFrame(columns, index=index)

    def _basis(self, indices: NDArray[Any]) -> states.Basis:
        factors = self._factors
        if factors is None or indices.ndim != 2 or indices.shape[1] != len(factors):
            raise DataError("its terms do not fit its inputs")
        most = np.array([len(each.degrees) for each in factors])
        if indices.dtype.kind not in "iu" or (indices < 0).any() or (indices >= most).any():
            raise DataError("its terms are of a degree that its inputs do not have")
        return states.Basis(factors, indices)

    def _encoder(self, content: Mapping[str, Any]) -> states.InputEncoder:
        encoder = states.InputEncoder()
        vars(encoder).update(
            {_attribute_name(key): self.decode(each) for key, each in content.items()}
        )
        if encoder.space is not None:
            encoder.bind_space()
        self._factors = states.factors_of_encoder(encoder)
        return encoder


def _attributes(value: Any) -> dict[str, Any]:
    if dataclasses.is_dataclass(value):
        return {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
    return dict(vars(value))


def _index(labels: list[Any], content: Mapping[str, Any]) -> pd.Index:
    names = content["names"] if "names" in content else [content["name"]]
    if len(names) > 1:
        return pd.MultiIndex.from_tuples(labels, names=names)
    return pd.Index(labels, name=names[0])


def _check_is_fitted(student: Any) -> None:
    try:
        check_is_fitted(student)
    except NotFittedError as error:
        raise DataError(
            f"this {type(student).__name__} is not fitted: there is nothing to save"
        ) from error


def _attribute_name(name: str) -> str:
    if not name.isidentifier() or name.startswith("__"):
        raise DataError(f"{name!r} is no name of an attribute")
    return name


def _readable_text(value: Any) -> str:
    """Return the object's own JSON, which must be readable: a space may hold callables."""
    text: str = value.to_json()
    try:
        type(value).from_json(text)
    except SurrogateError as error:
        raise DataError(f"this {type(value).__name__} cannot be saved: {error}") from error
    return text
