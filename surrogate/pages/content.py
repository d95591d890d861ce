"""What the page's script works with: a discovery as plain data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from surrogate.pages.runs import pack, plotted_runs, to_steps
from surrogate.plots.cases import runs_and_cases
from surrogate.plots.region import tightest
from surrogate.plots.views import View, views_of

if TYPE_CHECKING:
    from surrogate.certificates import Certificate
    from surrogate.discovery import Discovery
    from surrogate.regions import Box

__all__ = ["CURVE", "page_data"]

CURVE = ("coverage", "density", "mass", "coverage_runs", "density_runs", "mass_runs")


def page_data(found: Discovery, certificate: Certificate | None = None) -> dict[str, Any]:
    """Return everything the script needs, as dicts, lists, strings and numbers.

    Parameters
    ----------
    found : Discovery
    certificate : Certificate, optional

    Returns
    -------
    dict
        ``inputs`` (name, range and ticks), ``limits`` (each distinct limit once), ``boxes`` (rule,
        positions in ``limits``, scores), ``region`` (a box's JSON without its limits), ``runs``
        (packed), ``chosen``, ``certified`` and ``pair`` (the inputs drawn first).
    """
    inputs, is_case = runs_and_cases(found.runs, found.case)
    views = views_of(found.space, inputs, (box.limits for box in found.trajectory))
    plotted = plotted_runs(is_case, len(views))
    drawn = inputs.iloc[plotted.rows]
    limits, boxes = _boxes(found, list(views), views)
    return {
        "inputs": [_input(view) for view in views.values()],
        "limits": limits,
        "boxes": boxes,
        "region": _region(found.trajectory[0])[0],
        "runs": {
            "cases": "".join("01"[flag] for flag in plotted.is_case.astype(int)),
            "columns": [pack(view, drawn[view.name]) for view in views.values()],
            "sentence": plotted.sentence,
        },
        "chosen": int(found.index),
        "certified": certified_index(found, certificate),
        "pair": [list(views).index(name) for name in tightest([found.box], views)[:2]],
    }


def certified_index(found: Discovery, certificate: Certificate | None) -> int | None:
    """Return the position of the certified box in the trajectory, or None."""
    if certificate is None:
        return None
    return next(
        (index for index, box in enumerate(found.trajectory) if box == certificate.box), None
    )


def _input(view: View) -> dict[str, Any]:
    return {
        "name": view.name,
        "title": view.title,
        "description": view.description,
        "extent": view.extent,
        "ticks": [[to_steps(view, (mark, mark))[0], text] for mark, text in view.ticks()],
    }


def _boxes(
    found: Discovery, names: list[str], views: Mapping[str, View]
) -> tuple[list[Any], list[dict[str, Any]]]:
    known: dict[str, int] = {}  # consecutive boxes share most of their limits: send each once
    limits: list[Any] = []
    boxes = []
    for index, box in enumerate(found.trajectory):
        positions, parts = [], _region(box)[1]
        for name, limit in box.limits.items():
            view, gap = views[name], box.gaps.get(name)
            segments = [to_steps(view, interval) for interval in view.intervals(limit)]
            record = [names.index(name), view.clause(limit), segments, view.gap(gap), parts[name]]
            key = json.dumps(record)
            if key not in known:
                known[key] = len(limits)
                limits.append(record)
            positions.append(known[key])
        boxes.append({"rule": box.rule(), "limits": positions, "scores": _scores(found, index)})
    return limits, boxes


def _region(box: Box) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Return a box's JSON as what all boxes share and as its parts by restricted input."""
    content: dict[str, Any] = json.loads(box.to_json())
    shared = {key: {} if isinstance(value, dict) else value for key, value in content.items()}
    parts = {
        name: {key: content[key][name] for key in content if name in _mapping(content[key])}
        for name in box.limits
    }
    return shared, parts


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _scores(found: Discovery, index: int) -> list[float]:
    row = found.curve.iloc[index]
    values = [float(row[name]) if name in row else float("nan") for name in CURVE]
    return [float(f"{value:.4g}") if np.isfinite(value) else value for value in values]
