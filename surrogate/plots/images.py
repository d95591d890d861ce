"""Rows that are images: what both models say of them, and rules on the plane of their pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from surrogate.errors import ArgumentError
from surrogate.plots.canvas import CASE, OTHER, canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from surrogate.distillation import Distillation
    from surrogate.students import Rule

__all__ = ["rule_planes", "sample_images"]

_PER_LINE = 6


def sample_images(found: Distillation, *, n: int = 12, ax: Axes | None = None) -> Axes:
    """Draw images with the answers of teacher and student: half where they differ.

    Parameters
    ----------
    found : Distillation
        With a `shape`.
    n : int
        Images to draw, the first of each half.
    ax : Axes, optional
        Where to draw; a new figure if not given.
    """
    shape = _shape(found)
    same = found.teacher_says == found.student_says
    picked = np.concatenate([np.flatnonzero(~same)[: n // 2], np.flatnonzero(same)[: n - n // 2]])
    images = np.asarray(found.X)[picked].reshape(-1, *shape).astype(float)
    images = 1 - images / np.maximum(images.max(axis=(1, 2), keepdims=True), 1e-12)
    words = [
        f"true {found.y[row]}\nteacher {found.teacher_says[row]}, student {found.student_says[row]}"
        for row in picked
    ]
    colors = ["black" if same[row] else CASE for row in picked]
    return _tiles(np.repeat(images[..., None], 3, axis=3), words, colors, canvas(ax))


def rule_planes(found: Distillation, rules: Sequence[Rule], *, ax: Axes | None = None) -> Axes:
    """Draw rules of a tree on the plane of the pixels they ask about.

    Under each rule lies the mean of the images it applies to. Where ink is asked for, the pixel is
    vermillion; where paper, blue; where something between, both colours are mixed.

    Parameters
    ----------
    found : Distillation
        With a `shape`.
    rules : sequence of Rule
        Of the tree, as `extract_rules` names its inputs.
    ax : Axes, optional
        Where to draw; a new figure if not given.
    """
    from matplotlib.colors import to_rgb

    height, width = _shape(found)
    rows = np.asarray(found.rows, dtype=float)
    names = [str(each) for each in getattr(found.tree, "feature_names_in_", ())]
    column = {name: j for j, name in enumerate(names or [f"x{j}" for j in range(rows.shape[1])])}
    tiles, words = [], []
    for rule in rules:
        limits = {column[name]: ends for name, ends in rule.limits.items()}
        inside = np.all(
            [(rows[:, j] > a) & (rows[:, j] <= b) for j, (a, b) in limits.items()], axis=0
        )
        mean = rows[inside].mean(axis=0) if inside.any() else np.zeros(rows.shape[1])
        tile = np.repeat(1 - 0.6 * mean[:, None] / max(rows.max(), 1e-12), 3, axis=1)
        for j, (low, high) in limits.items():
            colors = [to_rgb(CASE)] * (low > -np.inf) + [to_rgb(OTHER)] * (high < np.inf)
            tile[j] = np.mean(colors, axis=0)
        tiles.append(tile.reshape(height, width, 3))
        sure = "" if rule.probability is None else f"\n{rule.probability.value:.2f} of them right"
        words.append(f"{rule.answer}: {100 * rule.support.value:.1f} % of rows{sure}")
    return _tiles(np.array(tiles), words, ["black"] * len(words), canvas(ax))


def _tiles(images: NDArray[Any], words: list[str], colors: list[str], ax: Axes) -> Axes:
    """Draw colour images in lines of six, each with its words underneath."""
    _, height, width, _ = images.shape
    n_lines, most = -(-len(images) // _PER_LINE), 1 + max(text.count("\n") for text in words)
    down, right = round((1.3 + 0.2 * most) * height), round(1.25 * width)
    spare = round(0.3 * height)  # between lines, not under the last
    sheet = np.ones((n_lines * down - spare, _PER_LINE * right, 3))
    for number, image in enumerate(images):
        line, place = divmod(number, _PER_LINE)
        top, left = line * down, place * right
        sheet[top : top + height, left : left + width] = image
        ax.text(
            left + width / 2, top + height, words[number],
            ha="center", va="top", fontsize=7, color=colors[number],
        )  # fmt: skip
    ax.imshow(sheet, interpolation="nearest")
    ax.set_axis_off()
    return ax


def _shape(found: Distillation) -> tuple[int, int]:
    if found.shape is None:
        raise ArgumentError("rows of this distillation are not said to be images: give shape=")
    return found.shape
