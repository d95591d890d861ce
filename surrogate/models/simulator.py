"""Model A as a callable: a function bound to a space and to named outcomes."""

from __future__ import annotations

import functools
import hashlib
import importlib
import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from surrogate.errors import SimulatorError, did_you_mean
from surrogate.models.answers import Answer, named_answer, named_block
from surrogate.randomness import Rng, seed_of, stream

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.space import Space

__all__ = ["Simulator", "simulator"]


class Simulator:
    """Any callable, bound to the space of its inputs and the names of its outcomes.

    Parameters
    ----------
    function : callable
        Takes the inputs by keyword and returns a scalar, tuple, dict, array or Series. Constants
        and derived inputs are passed if it takes them. A keyword `rng` that is no input receives
        the run's own Generator.
    space : Space
    outcomes : sequence of str
    vectorized : bool, default=False
        The function takes 1-D arrays, one value a run, and returns arrays of shape (n,) or (n, t);
        a keyword `rng` then receives a list of Generators, one a run.
    name : str, optional
    version : str, optional
        Change it when the function changes, so that stored runs are not mixed with new ones.
    units : mapping of str to str, optional
        Units of the outcomes.

    Attributes
    ----------
    takes_rng : bool
        Whether the function is noisy.
    fingerprint : str
        A hash of the function's source, to notice that it changed.

    Raises
    ------
    SimulatorError
        If the function needs an input that the space does not have, or cannot take one it has.

    Examples
    --------
    >>> from surrogate.space import Space
    >>> area = Simulator(lambda w, h: w * h, Space(w=(0, 1), h=(0, 1)), outcomes=["area"])
    >>> area(w=2, h=3)
    6
    >>> area.evaluate(area.space.sample(2, rng=0)).round(3)
        area
    0  0.395
    1  0.078
    """

    def __init__(
        self,
        function: Callable[..., Any],
        space: Space,
        *,
        outcomes: Sequence[str],
        vectorized: bool = False,
        name: str | None = None,
        version: str = "",
        units: Mapping[str, str] | None = None,
    ) -> None:
        if not callable(function):
            raise SimulatorError(f"a simulator wraps a callable; got {function!r}")
        self.function = function
        self.space = space
        self.name = str(name or getattr(function, "__name__", type(function).__name__))
        self.outcomes = _checked_outcomes(outcomes, space, self.name)
        self.vectorized = vectorized
        self.version = str(version)
        self.units = dict.fromkeys(self.outcomes, "") | dict(units or {})
        self.inputs, self.takes_rng = _matched_inputs(function, space, self.name)
        self.fingerprint = _fingerprint(function)
        functools.update_wrapper(self, function, updated=())

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return exactly what the function returns."""
        return self.function(*args, **kwargs)

    def __repr__(self) -> str:
        inputs, outcomes = ", ".join(self.inputs), ", ".join(self.outcomes)
        return f"Simulator {self.name}({inputs}) -> {outcomes}"

    def __reduce__(self) -> Any:
        # A decorated function is found under its own name again; any other travels by value.
        module = getattr(self.function, "__module__", None)
        qualname = getattr(self.function, "__qualname__", "")
        if module in sys.modules and module != "__main__" and _lookup(module, qualname) is self:
            return _lookup, (module, qualname)
        from surrogate.models.by_value import dumped  # brings cloudpickle

        keys = ("outcomes", "vectorized", "name", "version", "units")
        settings = {key: getattr(self, key) for key in keys}
        return _rebuilt, (dumped(self.function), self.space, settings, self.fingerprint)

    def ask(self, inputs: Mapping[str, Any], rng: np.random.Generator | None = None) -> Answer:
        """Return one run's outcomes by name.

        Parameters
        ----------
        inputs : mapping of str to value
            At least the function's own inputs.
        rng : Generator, optional
            For a noisy function.

        Raises
        ------
        SimulatorError
            If the answer is not what was declared; what the function raises goes through.
        """
        if self.vectorized:
            arrays = {name: np.array([inputs[name]]) for name in self.inputs}
            block = self._block(arrays, 1, None if rng is None else [rng])
            return {
                name: value[0] if value.ndim > 1 else float(value[0])
                for name, value in block.items()
            }
        values = {name: inputs[name] for name in self.inputs}
        answer = self.function(**values, rng=rng) if self.takes_rng else self.function(**values)
        return named_answer(answer, self.outcomes, simulator=self.name)

    def ask_many(
        self, frame: pd.DataFrame, rngs: Sequence[np.random.Generator] | None = None
    ) -> dict[str, NDArray[np.float64]]:
        """Return a vectorised function's outcomes for all rows, shape (n,) or (n, t) each."""
        arrays = {name: np.asarray(frame[name]) for name in self.inputs}
        return self._block(arrays, len(frame), rngs)

    def evaluate(self, design: pd.DataFrame, *, rng: Rng = 0) -> pd.DataFrame:
        """Return the outcomes of a design, in this process and without a store.

        Parameters
        ----------
        design : DataFrame
        rng : int, Generator or None
            Seed of a noisy function's runs.

        Returns
        -------
        DataFrame
            One row per run, on the design's index; a series is an array in its cell.
        """
        import pandas as pd

        inputs = self.space.check(design)
        seed = seed_of(rng) if self.takes_rng else 0
        rngs = [stream(seed, "run", row) for row in range(len(inputs))] if self.takes_rng else None
        if self.vectorized:
            block = self.ask_many(inputs, rngs)
            columns = {name: each if each.ndim == 1 else list(each) for name, each in block.items()}
        else:
            rows = inputs.to_dict("records")
            answers = [self.ask(row, rngs[k] if rngs else None) for k, row in enumerate(rows)]
            columns = {name: [each[name] for each in answers] for name in self.outcomes}
        return pd.DataFrame(columns, index=inputs.index)

    def _block(
        self,
        arrays: Mapping[str, NDArray[Any]],
        n_rows: int,
        rngs: Sequence[np.random.Generator] | None,
    ) -> dict[str, NDArray[np.float64]]:
        noise = {"rng": rngs} if self.takes_rng else {}
        answer = self.function(**arrays, **noise)
        return named_block(answer, self.outcomes, n_rows, simulator=self.name)


def simulator(
    space: Space,
    *,
    outcomes: Sequence[str],
    vectorized: bool = False,
    name: str | None = None,
    version: str = "",
    units: Mapping[str, str] | None = None,
) -> Callable[[Callable[..., Any]], Simulator]:
    """Make a function a `Simulator`; the parameters are those of the class.

    Examples
    --------
    >>> from surrogate.space import Space
    >>> @simulator(Space(x=(0, 1)), outcomes=["y"])
    ... def square(x):
    ...     return x**2
    >>> square(x=3), square
    (9, Simulator square(x) -> y)
    """

    def wrap(function: Callable[..., Any]) -> Simulator:
        return Simulator(
            function,
            space,
            outcomes=outcomes,
            vectorized=vectorized,
            name=name,
            version=version,
            units=units,
        )

    return wrap


def _checked_outcomes(outcomes: Sequence[str], space: Space, name: str) -> tuple[str, ...]:
    names = (outcomes,) if isinstance(outcomes, str) else tuple(outcomes)
    if not names or len(set(names)) != len(names):
        raise SimulatorError(f"the simulator {name!r} needs one or more different outcomes")
    for outcome in names:
        if outcome in space.columns:
            raise SimulatorError(
                f"the simulator {name!r} has an outcome and an input named {outcome!r}; rename one"
            )
    return names


def _matched_inputs(
    function: Callable[..., Any], space: Space, name: str
) -> tuple[tuple[str, ...], bool]:
    """Return which columns the function is passed, and whether it takes a Generator."""
    try:
        declared = inspect.signature(function).parameters
    except ValueError:  # some builtins have no signature: what they cannot take, the first run says
        return space.columns, False
    by_name = [
        key
        for key, each in declared.items()
        if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)
    ]
    takes_any = any(each.kind is each.VAR_KEYWORD for each in declared.values())
    for key in by_name:
        required = declared[key].default is inspect.Parameter.empty
        if required and key not in space.columns and key != "rng":
            raise SimulatorError(
                f"the simulator {name!r} needs {key!r}, which is no input of its space"
                f"{did_you_mean(key, space.columns)}"
            )
    for key in space.varied:
        if key not in by_name and not takes_any:
            raise SimulatorError(
                f"the space has an input {key!r} that the simulator {name!r} does not take"
                f"{did_you_mean(key, by_name)}"
            )
    passed = tuple(key for key in space.columns if takes_any or key in by_name)
    return passed, "rng" in by_name and "rng" not in space.columns


def _fingerprint(function: Callable[..., Any]) -> str:
    """Return a hash of the function's source and of the plain values it carries."""
    carried: list[Any] = []
    target: Any = function
    while isinstance(target, functools.partial):
        carried += [*target.args, *sorted(target.keywords.items())]
        target = target.func
    if not (inspect.isroutine(target) or inspect.isclass(target)):
        carried += sorted(getattr(target, "__dict__", {}).items())
        target = type(target)
    carried += [cell.cell_contents for cell in getattr(target, "__closure__", None) or ()]
    try:
        text = inspect.getsource(target)
    except (OSError, TypeError):  # typed at a prompt, or built in
        code = getattr(target, "__code__", None)
        text = repr((code.co_code, code.co_consts)) if code else repr(target)
    plain = [each for each in carried if _is_plain(each)]
    return hashlib.sha256((text + repr(plain)).encode()).hexdigest()[:16]


def _is_plain(value: Any) -> bool:
    """Return whether the value's repr says all there is (no address in memory)."""
    if isinstance(value, (tuple, list)):
        return all(map(_is_plain, value))
    return isinstance(value, (bool, int, float, str, type(None)))


def _lookup(module: str, qualname: str) -> Any:
    place: Any = importlib.import_module(module)
    for part in qualname.split("."):
        place = getattr(place, part, None)
    return place


def _rebuilt(dumped: bytes, space: Space, settings: dict[str, Any], fingerprint: str) -> Simulator:
    import cloudpickle

    rebuilt = Simulator(cloudpickle.loads(dumped), space, **settings)
    rebuilt.fingerprint = fingerprint  # the source may not be there on the other side
    return rebuilt
