"""A space in other forms: JSON, a SALib problem, a table of bounds."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from surrogate.errors import SpaceError, did_you_mean
from surrogate.expressions import FrameFunction
from surrogate.space import continuous, discrete
from surrogate.space.parameter import Parameter

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.space.inputs import Inputs

__all__ = ["from_frame", "from_json", "from_salib", "to_frame", "to_json", "to_salib"]

Made = TypeVar("Made", bound="Inputs")  # a Space, by the way it is made

SCHEMA = 1
_KINDS: dict[str, type[Parameter]] = {
    kind.__name__: kind
    for kind in (
        continuous.Beta,
        continuous.LogNormal,
        continuous.LogUniform,
        continuous.Normal,
        continuous.Triangular,
        continuous.TruncatedNormal,
        continuous.Uniform,
        discrete.Categorical,
        discrete.Constant,
        discrete.Discrete,
        discrete.Integer,
    )
}


def to_json(space: Inputs) -> str:
    """Return the space as JSON text; callables are named, and such a text cannot be read back."""
    content = {
        "schema": SCHEMA,
        "parameters": {name: _described(each) for name, each in space.parameters.items()},
        "constraints": [_text(each) for each in space.constraints],
        "derived": {name: _text(each) for name, each in space.derived.items()},
        "exchangeable": space.exchangeable,
    }
    return json.dumps(content, indent=1, allow_nan=False)


def from_json(text: str, make: Callable[..., Made]) -> Made:
    """Return the space of a JSON text.

    Raises
    ------
    SpaceError
        For another schema, an unknown distribution or a callable.
    """
    try:
        content = json.loads(text)
        schema = content["schema"]
    except (ValueError, KeyError, TypeError) as error:
        raise SpaceError(f"this is no space in JSON: {error}") from error
    if schema != SCHEMA:
        raise SpaceError(f"this space has schema {schema!r}; this version reads {SCHEMA}")
    texts = [*content["constraints"], *content["derived"].values()]
    if any(not isinstance(each, str) for each in texts):
        raise SpaceError("this space holds a callable, which JSON does not keep; build it in code")
    return make(
        {name: _parameter(name, each) for name, each in content["parameters"].items()},
        constraints=content["constraints"],
        derived=content["derived"],
        exchangeable=content["exchangeable"],
    )


def to_salib(space: Inputs, *, unit: bool) -> dict[str, Any]:
    """Return a fresh SALib problem: native distributions, or the unit cube."""
    problem: dict[str, Any] = {"num_vars": space.d, "names": list(space.varied)}
    if unit:
        return problem | {"bounds": [[0.0, 1.0]] * space.d}
    if space.constraints:
        raise SpaceError("a SALib problem has no constraints; this space has them")
    native = {name: _salib(space.parameters[name]) for name in space.varied}
    missing = [name for name, each in native.items() if each is None]
    if missing:
        raise SpaceError(
            f"SALib knows no distribution like that of {', '.join(map(repr, missing))}; use "
            "to_salib(unit=True) and from_unit"
        )
    pairs = [each for each in native.values() if each is not None]
    return problem | {"bounds": [b for _, b in pairs], "dists": [d for d, _ in pairs]}


def from_salib(problem: Mapping[str, Any], make: Callable[..., Made]) -> Made:
    """Return the space of a SALib problem."""
    distributions = problem.get("dists") or ["unif"] * len(problem["names"])
    rows = zip(problem["names"], distributions, problem["bounds"], strict=True)
    return make({name: _from_salib(name, kind, bounds) for name, kind, bounds in rows})


def to_frame(space: Inputs) -> pd.DataFrame:
    """Return one row per parameter: distribution, low, high, unit, description, settings."""
    import pandas as pd

    rows = {
        name: {
            "distribution": type(each).__name__,
            "low": each.low,
            "high": each.high,
            "unit": each.unit,
            "description": each.description,
            "settings": json.dumps(_described(each)),
        }
        for name, each in space.parameters.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("input")


def from_frame(frame: pd.DataFrame, make: Callable[..., Made]) -> Made:
    """Return the space of a table: the column `settings` where there is one, else low and high."""
    if "settings" in frame:
        return make(
            {name: _parameter(name, json.loads(frame.at[name, "settings"])) for name in frame.index}
        )
    absent = [column for column in ("low", "high") if column not in frame]
    if absent:
        raise SpaceError(f"a table of bounds needs columns low and high; {absent[0]!r} is missing")
    return make(
        {
            str(name): continuous.Uniform(row["low"], row["high"], unit=row.get("unit", ""))
            for name, row in frame.iterrows()
        }
    )


def _described(parameter: Parameter) -> dict[str, Any]:
    if isinstance(parameter, continuous.ScipyDistribution):
        frozen = parameter.distribution
        return {
            "type": "scipy",
            "name": frozen.dist.name,
            "args": [float(each) for each in frozen.args],
            "kwds": {key: float(each) for key, each in frozen.kwds.items()},
            "unit": parameter.unit,
            "description": parameter.description,
        }
    content = {each.name: getattr(parameter, each.name) for each in fields(parameter)}
    return {"type": type(parameter).__name__} | {
        key: value for key, value in content.items() if value not in ("", None)
    }


def _parameter(name: str, content: Mapping[str, Any]) -> Parameter:
    settings = dict(content)
    kind = settings.pop("type", None)
    if kind == "scipy":
        return _scipy(name, settings)
    if kind not in _KINDS:
        raise SpaceError(
            f"input {name!r} has the unknown type {kind!r}{did_you_mean(str(kind), _KINDS)}"
        )
    try:
        return _KINDS[kind](**settings)
    except TypeError as error:
        raise SpaceError(f"input {name!r} of type {kind} cannot be built: {error}") from error


def _scipy(name: str, settings: dict[str, Any]) -> Parameter:
    from scipy import stats

    distribution = getattr(stats, str(settings["name"]), None)
    if not isinstance(distribution, (stats.rv_continuous, stats.rv_discrete)):
        raise SpaceError(f"input {name!r}: scipy.stats has no distribution {settings['name']!r}")
    frozen = distribution(*settings["args"], **settings["kwds"])
    return continuous.ScipyDistribution(
        frozen, unit=settings["unit"], description=settings["description"]
    )


def _text(expression: Any) -> str | dict[str, str]:
    return (
        {"callable": expression.text} if isinstance(expression, FrameFunction) else expression.text
    )


def _salib(parameter: Parameter) -> tuple[str, list[float]] | None:
    match parameter:
        case continuous.Uniform(low=low, high=high):
            return "unif", [low, high]
        case continuous.LogUniform(low=low, high=high):
            return "logunif", [low, high]
        case continuous.Normal(mean=mean, std=std):
            return "norm", [mean, std]
        case continuous.LogNormal(mu=mu, sigma=sigma):
            return "lognorm", [mu, sigma]
        case continuous.TruncatedNormal(mean=mean, std=std, low=low, high=high):
            return "truncnorm", [low, high, mean, std]
        case continuous.Triangular(low=low, mode=mode, high=high) if high > 0:
            return "triang", [low, high, (mode - low) / (high - low)]
    return None


def _from_salib(name: str, kind: str, bounds: list[float]) -> Parameter:
    match kind:
        case "unif":
            return continuous.Uniform(*bounds)
        case "logunif":
            return continuous.LogUniform(*bounds)
        case "norm":
            return continuous.Normal(*bounds)
        case "lognorm":
            return continuous.LogNormal(*bounds)
        case "truncnorm":
            low, high, mean, std = bounds
            return continuous.TruncatedNormal(mean, std, low, high)
        case "triang":
            low, high, peak = bounds
            return continuous.Triangular(low, min(max(low + peak * (high - low), low), high), high)
    raise SpaceError(f"input {name!r} has the SALib distribution {kind!r}, which is not known here")
