"""The identity of a run: what must be equal for two runs to be the same run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from surrogate.errors import ArgumentError
from surrogate.randomness import stream

if TYPE_CHECKING:
    from surrogate.models import Simulator

__all__ = ["decode_inputs", "encode_inputs", "run_generator", "run_key", "simulator_identity"]


def simulator_identity(simulator: Simulator, seed: int) -> str:
    """Return what all runs of one simulator share in their keys.

    The seed belongs to it only when the simulator takes ``rng``: nothing else depends on it.
    """
    parts: list[object] = [simulator.name, simulator.version, list(simulator.outcomes)]
    return json.dumps([*parts, seed if simulator.takes_rng else None])


def encode_inputs(row: Mapping[str, Any]) -> str:
    """Return the inputs of one run as JSON that reads back exactly (shortest repr of floats).

    Examples
    --------
    >>> encode_inputs({"gain": 0.1, "policy": "a"})
    '{"gain": 0.1, "policy": "a"}'
    """
    return json.dumps(row, default=_plain)


def decode_inputs(text: str) -> dict[str, Any]:
    """Return the inputs that `encode_inputs` wrote.

    Examples
    --------
    >>> decode_inputs(encode_inputs({"gain": 0.1 + 0.2}))
    {'gain': 0.30000000000000004}
    """
    return dict(json.loads(text))


def run_key(identity: str, row: Mapping[str, Any], replicate: int = 0) -> str:
    """Return the key of one run: 32 hexadecimal digits; the order of columns does not matter.

    Examples
    --------
    >>> run_key("model", {"a": 1.0, "b": 2.0}) == run_key("model", {"b": 2.0, "a": 1.0})
    True
    """
    inputs = json.dumps(row, default=_plain, sort_keys=True)
    text = f"{identity}\n{inputs}\n{replicate}"
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def run_generator(seed: int, key: str) -> np.random.Generator:
    """Return a run's own Generator: the same for any worker, order, engine or resume."""
    return stream(seed, "run", int(key, 16))


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()
    raise ArgumentError(
        f"an input of a run must be a number, a string or a boolean; got {value!r} "
        f"({type(value).__name__}); use a Categorical with string labels"
    )
