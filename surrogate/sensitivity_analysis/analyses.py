"""SALib's designs and analyses on the unit cube, seeded and isolated from global state."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from surrogate.errors import ArgumentError
from surrogate.randomness import stream
from surrogate.space import Space

__all__ = [
    "GIVEN_DATA",
    "N_RESAMPLES",
    "STRUCTURED",
    "analyse_dgsm",
    "analyse_given",
    "analyse_morris",
    "analyse_sobol",
    "structured_points",
]

Array = NDArray[np.float64]

STRUCTURED = ("sobol", "morris", "dgsm")
GIVEN_DATA = ("delta", "pawn", "rsa")
N_RESAMPLES = 100  # SALib's own number, behind its intervals
_STEP = 0.01  # of DGSM's differences, on the unit cube


def analyse_given(
    problem: dict[str, Any],
    method: str,
    unit: Array,
    values: Array,
    *,
    seed: int,
    n_resamples: int = N_RESAMPLES,
) -> pd.DataFrame:
    """Return the table of a method for runs at arbitrary points."""
    from SALib.analyze import delta, pawn, rsa

    values, _ = _scaled(values)
    analyse = {"delta": delta, "pawn": pawn, "rsa": rsa}[method].analyze
    resampling = {"num_resamples": n_resamples} if method == "delta" else {}
    found = _isolated(analyse, problem, unit, values, seed=seed, **resampling)
    if method == "delta":
        raw = "_raw" if "delta_raw" in found else ""  # SALib 1.6 has several, on binned rows too
        columns = _with_interval("delta", found[f"delta{raw}"], found[f"delta{raw}_conf"])
        columns |= _with_interval("first", found["S1"], found["S1_conf"])
    elif method == "pawn":
        columns = {name: found[name] for name in ("minimum", "mean", "median", "maximum")} | {
            "cv": found["CV"]
        }
    else:
        bins = np.array([found[name] for name in problem["names"]])
        columns = {"mean": np.nanmean(bins, axis=1), "maximum": np.nanmax(bins, axis=1)}
    return _table(problem, columns)


def structured_points(space: Space, method: str, n: int, *, second_order: bool, seed: int) -> Array:
    """Return the points of a method on the unit cube, shape (n_runs, d)."""
    from SALib.sample import morris, sobol

    problem = space.to_salib(unit=True)
    if isinstance(n, bool) or int(n) != n or n < 2:
        raise ArgumentError(f"n must be a whole number of at least 2; got {n!r}")
    if method == "morris":
        return _isolated(morris.sample, problem, int(n), seed=seed)
    if method == "dgsm":
        return _stepped_points(problem["num_vars"], int(n), stream(seed, "dgsm"))
    if n & (n - 1):
        raise ArgumentError(
            f"Sobol's points are balanced in powers of 2: n must be one; got {n}; the next is "
            f"{1 << int(n).bit_length()}"
        )
    return _isolated(sobol.sample, problem, int(n), seed=seed, calc_second_order=second_order)


def analyse_sobol(
    problem: dict[str, Any],
    values: Array,
    *,
    second_order: bool,
    seed: int,
    n_resamples: int = N_RESAMPLES,
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Return the table of first and total indices, and that of the pairs where asked."""
    from SALib.analyze import sobol

    found = _isolated(
        sobol.analyze,
        problem,
        _scaled(values)[0],
        seed=seed,
        calc_second_order=second_order,
        num_resamples=n_resamples,
    )
    columns = _with_interval("first", found["S1"], found["S1_conf"])
    columns |= _with_interval("total", found["ST"], found["ST_conf"])
    table = _table(problem, columns)
    if not second_order:
        return table, None
    upper = np.triu_indices(problem["num_vars"], 1)
    names = np.array(problem["names"], dtype=object)
    pairs = pd.MultiIndex.from_arrays([names[upper[0]], names[upper[1]]], names=["input", "other"])
    columns = _with_interval("second", found["S2"][upper], found["S2_conf"][upper])
    return table, pd.DataFrame(columns, index=pairs)


def analyse_morris(
    problem: dict[str, Any],
    unit: Array,
    values: Array,
    *,
    seed: int,
    n_resamples: int = N_RESAMPLES,
) -> pd.DataFrame:
    """Return the table of elementary effects."""
    from SALib.analyze import morris

    values, exponent = _scaled(values)
    found = _isolated(morris.analyze, problem, unit, values, seed=seed, num_resamples=n_resamples)
    columns = {"mu": found["mu"], "sigma": found["sigma"]}
    columns |= _with_interval("mu_star", found["mu_star"], found["mu_star_conf"])
    in_units = {name: np.ldexp(np.asarray(each), exponent) for name, each in columns.items()}
    return _table(problem, in_units)


def analyse_dgsm(
    problem: dict[str, Any],
    unit: Array,
    values: Array,
    *,
    seed: int,
    n_resamples: int = N_RESAMPLES,
) -> pd.DataFrame:
    """Return the table of mean squared derivatives and the bound they put on total indices."""
    from SALib.analyze import dgsm

    values, exponent = _scaled(values)
    found = _isolated(dgsm.analyze, problem, unit, values, seed=seed, num_resamples=n_resamples)
    columns = {"squared_derivative": np.ldexp(found["vi"], 2 * exponent)}
    # SALib leaves the interval in squared units of the outcome, and the index has none.
    base = values[:: problem["num_vars"] + 1]
    half = np.asarray(found["dgsm_conf"]) / (np.pi**2 * base.var())
    columns |= _with_interval("dgsm", found["dgsm"], half)
    return _table(problem, columns)


def _scaled(values: Array) -> tuple[Array, int]:
    """Return values in units of a power of 2, which rounds nothing, and the power.

    SALib squares them; beyond 1e150 and below 1e-150 its indices would be 0.
    """
    _, exponent = np.frexp(np.abs(values).max())
    return np.ldexp(values, -exponent), int(exponent)


def _stepped_points(d: int, n: int, random: np.random.Generator) -> Array:
    """Return n base points, each followed by one step along every axis, shape (n * (d + 1), d).

    Not SALib's own: its design has no seed, and steps in proportion to the value vanish at 0.
    """
    from scipy.stats import qmc

    base = qmc.Sobol(d, rng=random).random_base2((n - 1).bit_length())[:n]
    points = np.repeat(base[:, None, :], d + 1, axis=1)
    axes = np.arange(d)
    points[:, axes + 1, axes] += np.where(base + _STEP <= 1, _STEP, -_STEP)
    return points.reshape(-1, d)


def _isolated(function: Callable[..., Any], *args: Any, seed: int, **kwargs: Any) -> Any:
    """Call SALib with a seed that is never 0, and leave global state as it was.

    SALib takes seed 0 for none, seeds numpy's global generator in some analyses, and delta changes
    how warnings are filtered and printed; its notices about its own bins are not ours to pass on.
    """
    own = int(stream(seed, function.__module__).integers(1, 2**31))
    generator = np.random.get_state()  # noqa: NPY002 - SALib's own habit is what is undone here
    formatting = warnings.formatwarning
    try:
        with warnings.catch_warnings(record=True):
            return function(*args, seed=own, **kwargs)
    finally:
        np.random.set_state(generator)  # noqa: NPY002
        warnings.formatwarning = formatting


def _with_interval(name: str, value: ArrayLike, half: ArrayLike) -> dict[str, Array]:
    middle, width = np.asarray(value, dtype=float), np.asarray(half, dtype=float)
    return {name: middle, f"{name}_low": middle - width, f"{name}_high": middle + width}


def _table(problem: dict[str, Any], columns: Mapping[str, Any]) -> pd.DataFrame:
    index = pd.Index(problem["names"], name="input")
    return pd.DataFrame({name: np.asarray(each) for name, each in columns.items()}, index=index)
