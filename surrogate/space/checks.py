"""What a space must be, and what a design must be to fit it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from surrogate.errors import SpaceError, did_you_mean

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.space.inputs import Inputs
    from surrogate.space.parameter import Parameter

__all__ = ["check_declarations", "checked_design"]

_DERIVED_TOLERANCE = 1e-6  # relative to the column's largest value


def check_declarations(space: Inputs) -> None:
    """Refuse derived inputs and constraints that name what is not there."""
    known = list(space.names)
    for name, expression in space.derived.items():
        if name in space.parameters:
            raise SpaceError(f"{name!r} is declared twice: as a parameter and as a derived input")
        _check_names(f"the derived input {name!r}", expression, known)
        known.append(name)
    for constraint in space.constraints:
        _check_names(f"the constraint {constraint.text!r}", constraint, known)


def checked_design(space: Inputs, design: pd.DataFrame, *, clip: bool) -> pd.DataFrame:
    """Return a design checked against the space; see `Space.check`."""
    _check_columns(space, design)
    checked = design[[name for name in space.names if name in design]].copy()
    for name in checked:
        checked[name] = _checked_column(name, space.parameters[name], checked[name], clip=clip)
    complete = space.complete(checked)
    for name in space.derived:
        if name in design:
            _check_derived(space, name, design[name], complete[name])
    for constraint in space.constraints:
        _check_constraint(constraint, complete)
    return complete


def _check_names(what: str, expression: Any, known: list[str]) -> None:
    for name in expression.names:
        if name not in known:
            raise SpaceError(f"{what} reads {name!r}, which is no input{did_you_mean(name, known)}")


def _check_columns(space: Inputs, design: pd.DataFrame) -> None:
    if not hasattr(design, "columns"):
        raise SpaceError(
            f"a design is a DataFrame with the columns {', '.join(space.columns)}; "
            f"got {type(design).__name__}"
        )
    for name in space.varied:
        if name not in design:
            raise SpaceError(
                f"the design lacks the input {name!r}{did_you_mean(name, design.columns)}"
            )
    for name in design.columns:
        if name not in space.columns:
            raise SpaceError(
                f"the design has a column {name!r} that is no input of the space"
                f"{did_you_mean(str(name), space.columns)}; drop it or add it to the space"
            )


def _checked_column(name: str, parameter: Parameter, column: pd.Series, *, clip: bool) -> Any:
    labels = hasattr(parameter, "labels") or parameter.kind == "constant"
    values = column.to_numpy()
    if not labels:
        values = _numbers(name, column)
    wrong = np.asarray(parameter.invalid(values))
    if clip and not labels:
        missing = np.isnan(values)
        values, wrong = np.where(wrong & ~missing, parameter.clip(values), values), missing
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        whole = "the whole numbers of " if parameter.kind == "integer" else ""
        outside = f"outside {whole}{parameter.support}"
        raise SpaceError(
            f"design column {name!r} has {int(wrong.sum())} values {outside} "
            f"(first: row {column.index[row]!r}, {values[row]!s}); sample from the space"
            + ("" if labels else " or pass clip=True")
        )
    if hasattr(parameter, "labels"):
        return _categorical(parameter, values)
    return values.astype(np.int64) if parameter.kind == "integer" else values


def _numbers(name: str, column: pd.Series) -> Any:
    try:
        return column.to_numpy(dtype=float)
    except (TypeError, ValueError) as error:
        raise SpaceError(f"design column {name!r} must hold numbers: {error}") from error


def _categorical(parameter: Any, values: Any) -> Any:
    import pandas as pd

    return pd.Categorical.from_codes(
        parameter.codes(values), categories=list(parameter.labels), ordered=parameter.ordered
    )


def _check_derived(space: Inputs, name: str, given: pd.Series, computed: pd.Series) -> None:
    scale = max(float(np.abs(computed).max()), 1e-300)
    wrong = ~(np.abs(given.to_numpy(dtype=float) - computed) <= _DERIVED_TOLERANCE * scale)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise SpaceError(
            f"design column {name!r} must be {space.derived[name]}, but differs in "
            f"{int(wrong.sum())} rows (first: row {given.index[row]!r}, {given.iloc[row]} "
            f"instead of {computed.iloc[row]}); leave the column out to have it computed"
        )


def _check_constraint(constraint: Any, design: pd.DataFrame) -> None:
    broken = ~constraint.holds(design)
    if broken.any():
        row = int(np.flatnonzero(broken)[0])
        values = {name: design[name].iloc[row] for name in constraint.names}
        raise SpaceError(
            f"the constraint {constraint.text!r} is broken in {int(broken.sum())} rows "
            f"(first: row {design.index[row]!r}{', ' if values else ''}"
            f"{', '.join(f'{key}={value}' for key, value in values.items())}); "
            "drop these rows or sample from the space"
        )
