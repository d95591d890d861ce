"""Sections through P(case) as a teacher sees it: along one input, or over two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from surrogate.errors import ArgumentError, did_you_mean
from surrogate.plots.canvas import CASE, OTHER, SHARES, canvas, scale_axis
from surrogate.plots.views import View, view_of
from surrogate.regions.boxes.limits import Interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from surrogate.discovery import Discovery
    from surrogate.regions import Box
    from surrogate.space import Space

__all__ = ["section", "section_table"]

_N_ALONG, _N_OVER = 201, 61  # points along one input; along each of two
_MOST_ABREAST = 4  # inputs held still that are named in one line


def section(
    found: Discovery | Any,
    x: str,
    y: str | None = None,
    *,
    at: Mapping[str, Any] | None = None,
    levels: Sequence[float] = (0.5,),
    space: Space | None = None,
    box: Box | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw P(case) along one input, or over two, all others held still.

    The table drawn is ``section_table(found, x, y, at=at)``. It shows what the teacher believes,
    which is as good as the teacher. What the box admits is shaded, or framed over two inputs; there
    points that the space's constraints rule out stay white.

    Parameters
    ----------
    found : Discovery or fitted classifier
        A discovery brings teacher, space and box along.
    x, y : str
        One or two inputs of the space.
    at : mapping of str to value, optional
        Where the other inputs are held; by default at the middle of the box, or of their
        distributions where the box leaves them free.
    levels : sequence of float
        Increasing probabilities whose contours are drawn: lines of one risk.
    space : Space, optional
        Needed with a classifier.
    box : Box, optional
        Drawn, and the default of `at`; that of a discovery if not given.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes

    Raises
    ------
    ArgumentError
        If a classifier comes without its space, or an input does not vary in the space.

    Examples
    --------
    >>> import surrogate as sg
    >>> space = sg.Space(gain=(0.0, 1.0), delay=(0.0, 1.0))
    >>> design = space.sample(64, rng=0)
    >>> teacher = sg.StepwiseLogistic(space=space).fit(design, design["gain"] < 0.4)
    >>> section(teacher, "gain", space=space).get_ylabel()
    'P(case)'
    """
    teacher, space, box = _parts(found, space, box)
    table = section_table(teacher, x, y, at=at, space=space, box=box)
    ax = canvas(ax)
    views = [_view(name, space, box) for name in _names(x, y)]
    if y is None:
        _draw_along(ax, table, views[0], box, levels)
    else:
        _draw_over(ax, table, views, box, levels)
    held = [_view(name, space, box) for name in space.varied if name not in (x, y)]
    if held:
        words = [f"{view.name} = {_words(view, table[view.name].iloc[0])}" for view in held]
        rows = [
            ", ".join(words[k : k + _MOST_ABREAST]) for k in range(0, len(words), _MOST_ABREAST)
        ]
        ax.set_title("at " + ",\n".join(rows), fontsize="small", loc="left")
    return ax


def section_table(
    found: Discovery | Any,
    x: str,
    y: str | None = None,
    *,
    at: Mapping[str, Any] | None = None,
    space: Space | None = None,
    box: Box | None = None,
) -> pd.DataFrame:
    """Return the points of a section with the teacher's P(case).

    Parameters
    ----------
    found, x, y, at, space, box
        As for `section`.

    Returns
    -------
    DataFrame
        One row per point: all inputs of the space and ``probability``, NaN where constraints rule
        the point out.

    Examples
    --------
    >>> import surrogate as sg
    >>> space = sg.Space(gain=(0.0, 1.0), delay=(0.0, 1.0))
    >>> design = space.sample(64, rng=0)
    >>> teacher = sg.StepwiseLogistic(space=space).fit(design, design["gain"] < 0.4)
    >>> section_table(teacher, "gain", space=space, at={"delay": 0.2}).columns.tolist()
    ['gain', 'delay', 'probability']
    """
    teacher, space, box = _parts(found, space, box)
    names = _names(x, y)
    for name in (*names, *(at or {})):
        if name not in space.varied:
            raise ArgumentError(
                f"a section is along inputs that vary, and {name!r} is none"
                f"{did_you_mean(name, space.varied)}"
            )
    n = _N_ALONG if y is None else _N_OVER
    axes = [_grid(space.parameters[name], _view(name, space, box), n) for name in names]
    points = pd.DataFrame(product(*axes), columns=names)
    held = {**_middle(space, box), **(at or {})}
    frame = pd.DataFrame(
        {name: points[name] if name in points else held[name] for name in space.varied},
        index=points.index,
    )
    frame = space.complete(_typed(frame, space))
    allowed = space.satisfied(frame)
    probability = np.full(len(frame), np.nan)
    if allowed.any():
        probability[allowed] = teacher.predict_proba(frame.loc[allowed])[:, 1]
    return frame.assign(probability=probability)


def _names(x: str, y: str | None) -> list[str]:
    return [x] if y is None else [x, y]


def _parts(found: Any, space: Space | None, box: Box | None) -> tuple[Any, Space, Box | None]:
    if hasattr(found, "teacher"):
        return found.teacher, found.space, found.box if box is None else box
    if space is None or not hasattr(found, "predict_proba"):
        raise ArgumentError(
            "section draws a discovery, or a fitted classifier with its space: "
            f"section(teacher, 'gain', space=space); got {type(found).__name__}"
        )
    return found, space, box


def _view(name: str, space: Space, box: Box | None) -> View:
    limit = box.limits.get(name, ()) if box is not None else ()
    return view_of(name, space, limit if isinstance(limit, Interval) else ())


def _grid(parameter: Any, view: View, n: int) -> list[Any]:
    """Return the values of one input to ask about: all that are listed or whole, else n."""
    if parameter.kind in ("nominal", "ordinal"):
        return list(parameter.occurring)
    if view.is_integer:
        low, high = int(np.ceil(view.low)), int(np.floor(view.high))
        return list(range(low, high + 1, max(1, (high - low) // n)))
    space = np.geomspace if view.is_log else np.linspace
    return np.clip(space(view.low, view.high, n), *view.support).tolist()


def _middle(space: Space, box: Box | None) -> dict[str, Any]:
    """Return the middle, by probability, of what the box admits of each input."""
    middle = {}
    for name in space.varied:
        parameter = space.parameters[name]
        limits = box.limits.get(name) if box is not None else None
        pieces = parameter.unit_pieces(limits) if limits is not None else np.array([[0.0, 1.0]])
        widest = pieces[np.argmax(np.round(pieces[:, 1] - pieces[:, 0], 9))]
        middle[name] = parameter.from_unit(np.array([widest.mean()]))[0]
    return middle


def _typed(frame: pd.DataFrame, space: Space) -> pd.DataFrame:
    """Return the points with the columns' types of a design."""
    return frame.astype(space.sample(1, rng=0)[list(frame.columns)].dtypes.to_dict())


def _draw_along(
    ax: Axes, table: pd.DataFrame, view: View, box: Box | None, levels: Sequence[float]
) -> None:
    limit = box.limits.get(view.name) if box is not None else None
    for left, right in view.intervals(limit) if limit is not None else ():
        ax.axvspan(left, right, color=CASE, alpha=0.1, linewidth=0)
    marks = "o" if view.is_stepped else "-"
    ax.plot(view.coordinates(table[view.name]), table["probability"], marks, color=OTHER)
    for level in levels:
        ax.axhline(level, color="0.8", linewidth=1, zorder=0)
    scale_axis(ax.xaxis, view, ax.set_xlim)
    ax.set(ylabel="P(case)", ylim=(-0.02, 1.02))


def _draw_over(
    ax: Axes, table: pd.DataFrame, views: list[View], box: Box | None, levels: Sequence[float]
) -> None:
    from matplotlib.patches import Rectangle

    across, up = (np.unique(view.coordinates(table[view.name])) for view in views)
    shares = table["probability"].to_numpy().reshape(len(across), len(up)).T
    shares = np.ma.masked_invalid(shares)
    image = ax.pcolormesh(across, up, shares, cmap=SHARES, vmin=0, vmax=1, shading="nearest")
    if not any(view.labels for view in views):
        lines = ax.contour(across, up, shares, levels, colors="white", linewidths=1.5)
        if len(levels) > 1:
            ax.clabel(lines, fontsize="small")
    sides = [view.intervals(box.limits.get(view.name)) for view in views] if box else [[], []]
    for (left, right), (bottom, top) in product(*sides):
        ax.add_patch(
            Rectangle(
                (left, bottom), right - left, top - bottom, fill=False, edgecolor=CASE, linewidth=2
            )
        )
    scale_axis(ax.xaxis, views[0], ax.set_xlim)
    scale_axis(ax.yaxis, views[1], ax.set_ylim)
    ax.figure.colorbar(image, ax=ax, label="P(case)")


def _words(view: View, value: Any) -> str:
    return str(value) if view.labels else view.number(float(value))
