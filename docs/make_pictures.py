"""Draw the README's picture from a real run: ``python docs/make_pictures.py`` (about a minute)."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl

mpl.use("agg")

import matplotlib.pyplot as plt

import surrogate as sg
from simulators.grid_stability import four_node_star
from surrogate import plots

PICTURES = Path(__file__).parent / "pictures"
N_RUNS = 256


def discover_grid() -> sg.Discovery:
    """Return the stability region of the four-node grid, as in the README."""
    runs = sg.run(four_node_star, four_node_star.space.sample(N_RUNS, rng=0))
    return sg.discover(runs, "stability < 0", rule="coverage", density=0.9, rng=0)


def draw(found: sg.Discovery, path: Path) -> None:
    """Draw the trade-off curve beside the region on its two tightest inputs."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.2), layout="constrained")
    plots.trade_off(found, ax=left)
    plots.region(found, ax=right)
    figure.savefig(path, dpi=120)
    plt.close(figure)


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    draw(discover_grid(), PICTURES / "grid_stability.png")
