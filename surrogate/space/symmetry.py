"""Exchangeable blocks: inputs that may trade places without changing the answer.

Four identical consumers of a power grid are one such set of blocks. Declaring it turns every run
into several rows at no simulation cost.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from surrogate.errors import SpaceError, did_you_mean
from surrogate.space.inputs import Blocks, Inputs

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["as_blocks", "check_symmetry", "orbit", "permuted", "representative"]


def as_blocks(declared: Sequence[Sequence[Sequence[str] | str]]) -> tuple[Blocks, ...]:
    """Return the declared sets of blocks as tuples; a bare name is a block of one input."""
    return tuple(
        tuple((block,) if isinstance(block, str) else tuple(block) for block in blocks)
        for blocks in declared
    )


def permuted(frame: pd.DataFrame, blocks: Blocks, order: Sequence[int]) -> pd.DataFrame:
    """Return the frame with block ``order[i]`` in the place of block i."""
    result = frame.copy()
    for place, source in enumerate(order):
        for target_name, source_name in zip(blocks[place], blocks[source], strict=True):
            result[target_name] = frame[source_name].to_numpy()
    return result


def orbit(
    frame: pd.DataFrame, exchangeable: Sequence[Blocks], *, n_copies: int, rng: np.random.Generator
) -> Iterator[pd.DataFrame]:
    """Yield the frame under every joint permutation of its blocks, itself first.

    Parameters
    ----------
    frame : DataFrame
    exchangeable : sequence of Blocks
    n_copies : int
        At most so many; where there are more permutations, a random choice of them.
    rng : Generator
    """
    every = [math.factorial(len(blocks)) for blocks in exchangeable]
    if math.prod(every) <= n_copies:
        orders: Any = itertools.product(
            *[itertools.permutations(range(len(blocks))) for blocks in exchangeable]
        )
    else:
        drawn = {tuple(tuple(range(len(blocks))) for blocks in exchangeable): None}
        while len(drawn) < n_copies:
            drawn[tuple(tuple(rng.permutation(len(b)).tolist()) for b in exchangeable)] = None
        orders = drawn
    for order in orders:
        copy = frame
        for blocks, each in zip(exchangeable, order, strict=True):
            copy = permuted(copy, blocks, each)
        yield copy


def representative(space: Inputs, frame: pd.DataFrame, places: Sequence[int]) -> pd.DataFrame:
    """Return the frame with the blocks of each row in ascending order: one row of each orbit.

    All permutations of a row have the same representative, so that a model of representatives is
    symmetric by construction, and learns from every run what its permutations would have taught.

    Parameters
    ----------
    space : Space
    frame : DataFrame
        With the varied inputs of all blocks.
    places : sequence of int
        One per set of exchangeable blocks: the place in a block of the input that is ordered by.
        Equal blocks are told apart by the inputs that follow.
    """
    result = frame.copy()
    for blocks, first in zip(space.exchangeable, places, strict=True):
        width = len(blocks[0])
        turn = [(first + step) % width for step in range(width)]
        keys = [
            np.stack([space.parameters[b[at]].to_unit(frame[b[at]].to_numpy()) for b in blocks])
            for at in turn
            if blocks[0][at] in space.parameters
        ]
        order = np.lexsort(keys[::-1], axis=0)  # the last key counts first
        for names in zip(*blocks, strict=True):
            if not set(names) <= set(frame.columns):
                continue  # derived inputs may be absent
            values = np.take_along_axis(frame[list(names)].to_numpy().T, order, axis=0)
            for name, column in zip(names, values, strict=True):
                result[name] = column.astype(frame[name].to_numpy().dtype)
    return result


def check_symmetry(space: Inputs, blocks: Blocks) -> None:
    """Refuse blocks whose distributions, constraints or derived inputs are not symmetric.

    Raises
    ------
    SpaceError
        Naming the two inputs, the constraint or the derived input that differs.
    """
    _check_names(space, blocks)
    for position, name in enumerate(blocks[0]):
        for other in (block[position] for block in blocks[1:]):
            if name in space.derived and other in space.derived:
                continue
            if _law(space, name) != _law(space, other):
                raise SpaceError(
                    f"exchangeable inputs need one distribution, but {name!r} is "
                    f"{space.parameters.get(name)} and {other!r} is {space.parameters.get(other)}"
                )
    # the transpositions of neighbours generate every permutation
    points = space.from_unit(np.random.default_rng(0).random((256, space.d)))
    for place in range(len(blocks) - 1):
        order = list(range(len(blocks)))
        order[place], order[place + 1] = order[place + 1], order[place]
        _check_swap(space, points, permuted(points, blocks, order), blocks[place : place + 2])


def _law(space: Inputs, name: str) -> Any:
    """Return an input's distribution without its description, which may name the block."""
    parameter = space.parameters.get(name)
    return parameter if parameter is None else dataclasses.replace(parameter, description="")


def _check_names(space: Inputs, blocks: Blocks) -> None:
    lengths = {len(block) for block in blocks}
    names = [name for block in blocks for name in block]
    if len(blocks) < 2 or len(lengths) != 1 or len(set(names)) != len(names):
        raise SpaceError(
            f"exchangeable blocks are two or more of the same length, without a repeated input; "
            f"got {list(blocks)}"
        )
    for name in names:
        if name not in space.columns:
            raise SpaceError(
                f"exchangeable blocks name {name!r}, which is no input of the space"
                f"{did_you_mean(name, space.columns)}"
            )


def _check_swap(
    space: Inputs, points: pd.DataFrame, swapped: pd.DataFrame, pair: Sequence[Sequence[str]]
) -> None:
    recomputed = space.complete(swapped[list(space.names)])
    for name in space.derived:
        if not np.allclose(recomputed[name], swapped[name], rtol=1e-9, atol=0):
            raise SpaceError(
                f"the derived input {name!r} changes when {pair[0]} and {pair[1]} trade places; "
                "put it into the blocks if it belongs to them"
            )
    for constraint in space.constraints:
        if not np.array_equal(constraint.holds(points), constraint.holds(swapped)):
            raise SpaceError(
                f"the constraint {constraint.text!r} changes when {pair[0]} and {pair[1]} trade "
                "places: these blocks are not exchangeable"
            )
