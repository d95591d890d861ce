"""The grids against published data, against closed forms and against each other."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simulators import grid_stability
from simulators.grid_stability import Star, five_node_star, four_node_star, rightmost_real_part

EXCERPT = Path(__file__).parent / "data" / "grid_stability_excerpt.csv"


def random_star(n, m, rng, spread=None):
    """Grids with m nodes; with a spread, the consumers of a grid differ by that fraction only."""

    def drawn(low, high):
        values = rng.uniform(low, high, (m, n))
        if spread is not None:
            values[2:] = values[1] * (1 + spread * rng.standard_normal((m - 2, n)))
        return values

    return Star(drawn(0.5, 10), drawn(1, 4), drawn(0.05, 1), drawn(6, 8)[1:])


def as_five_node_design(table):
    names = [f"{symbol}{node}" for symbol in ("tau", "T", "g") for node in (2, 3, 4, 5)]
    return table[[f"x{k}" for k in range(1, 13)]].set_axis(names, axis=1)


def check_uci_rows(table):
    stability = four_node_star.evaluate(table[list(four_node_star.space.columns)])["stability"]
    assert np.abs(stability - table["stab"]).max() < 1e-8
    assert ((stability > 0) == (table["stabf"] == "unstable")).all()


def test_excerpt_of_uci_471_is_reproduced():
    table = pd.read_csv(EXCERPT, comment="#")
    assert len(table) == 30
    check_uci_rows(table)


def test_all_of_uci_471_is_reproduced(data_file):
    table = pd.read_csv(data_file("grid_stability.csv.gz"))
    assert len(table) == 10_000
    check_uci_rows(table)


@pytest.mark.parametrize(("part", "n"), [("train", 4000), ("test", 6000)])
def test_labels_of_the_five_node_grid_are_reproduced(data_file, part, n):
    table = pd.read_csv(data_file(f"reds/dsgc_{part}.csv.gz"))
    assert len(table) == n
    stability = five_node_star.evaluate(as_five_node_design(table))["stability"]
    assert ((stability < 0) == (table["y"] == 1)).all()


def test_starts_left_of_the_axis_miss_roots_and_the_count_finds_them(monkeypatch):
    design = five_node_star.space.sample(300, rng=0)
    right = five_node_star.evaluate(design)["stability"]
    monkeypatch.setattr(grid_stability, "SEED_REAL_PART", -0.02)
    healed = five_node_star.evaluate(design)["stability"]
    monkeypatch.setattr(grid_stability, "MAX_RETRIES", 0)
    unconfirmed = five_node_star.evaluate(design)["stability"]
    np.testing.assert_allclose(healed, right, atol=1e-12)
    assert unconfirmed.isna().any()
    np.testing.assert_allclose(unconfirmed.dropna(), right[unconfirmed.notna()], atol=1e-12)


def test_without_reactions_the_damping_decides():
    star = random_star(20, 4, np.random.default_rng(0))._replace(gain=np.zeros((4, 20)))
    # root^2 + 0.1 root + k = 0 for every eigenvalue k of the stiffness, so Re(root) = -0.1/2
    np.testing.assert_allclose(rightmost_real_part(star), -0.05, atol=1e-12)


def test_a_grid_of_equal_nodes_falls_into_modes():
    # Its modes see the eigenvalues 0, c and 5 c of the stiffness, c three times: a multiple root.
    five = random_star(40, 5, np.random.default_rng(1), spread=0.0)
    delay, window, gain = (np.tile(values[1], (5, 1)) for values in five[:3])
    five = Star(delay, window, gain, five.stiffness)
    modes = [
        rightmost_real_part(Star(delay[:2], window[:2], gain[:2], eigenvalue / 2))
        for eigenvalue in (five.stiffness[:1], 5 * five.stiffness[:1])
    ]
    np.testing.assert_allclose(rightmost_real_part(five), np.maximum(*modes), atol=1e-8)


@pytest.mark.parametrize("spread", [1e-12, 1e-9, 1e-6, 1e-3])
def test_consumers_almost_alike_are_confirmed(spread):
    almost = random_star(30, 5, np.random.default_rng(2), spread=spread)
    alike = random_star(30, 5, np.random.default_rng(2), spread=0.0)
    np.testing.assert_allclose(
        rightmost_real_part(almost), rightmost_real_part(alike), atol=1e-8 + 10 * spread
    )


@pytest.mark.parametrize("simulator", [four_node_star, five_node_star], ids=lambda each: each.name)
def test_consumers_may_trade_places(simulator):
    design = simulator.space.sample(50, rng=0)
    expected = simulator.evaluate(design)["stability"]
    (blocks,) = simulator.space.exchangeable
    turned = design.rename(
        columns={
            old: new
            for block, following in zip(blocks, blocks[1:] + blocks[:1], strict=True)
            for old, new in zip(block, following, strict=True)
        }
    )
    np.testing.assert_allclose(simulator.evaluate(turned)["stability"], expected, atol=1e-12)


@pytest.mark.parametrize("simulator", [four_node_star, five_node_star], ids=lambda each: each.name)
def test_one_row_alone_gives_what_it_gives_in_a_block(simulator):
    design = simulator.space.sample(300, rng=0)
    block = simulator.evaluate(design)["stability"]
    for row in (0, 255, 256, 299):
        alone = simulator(**design.loc[row, list(simulator.inputs)])
        assert np.ndim(alone) == 0
        assert alone == pytest.approx(block[row], abs=1e-13)


def test_a_row_that_is_not_finite_is_invalid_and_spares_the_others():
    star = random_star(3, 4, np.random.default_rng(0))
    star.delay[0, 1] = np.nan
    assert np.isnan(rightmost_real_part(star)).tolist() == [False, True, False]
