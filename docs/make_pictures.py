"""Draw the README's picture from the main job's own answer: ``python docs/make_pictures.py``."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from tempfile import TemporaryDirectory

from matplotlib.figure import Figure

import surrogate as sg
from surrogate import plots

ROOT = Path(__file__).parents[1]


def discover_grid() -> sg.Discovery:
    """Return the stability region that ``surrogate study simulators/grid_stability.toml`` finds."""
    study = sg.Study.from_file(ROOT / "simulators" / "grid_stability.toml")
    with TemporaryDirectory() as folder:
        return dataclasses.replace(study, certify=None).perform(folder).found


def draw(found: sg.Discovery, path: Path) -> None:
    """Draw the trade-off curve beside the region on its two tightest inputs."""
    figure = Figure(figsize=(10, 4.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    plots.trade_off(found, ax=left)
    plots.region(found, ax=right)
    figure.savefig(path, dpi=100)


if __name__ == "__main__":
    draw(discover_grid(), ROOT / "docs" / "pictures" / "grid_stability.png")
