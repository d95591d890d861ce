r"""Decentral Smart Grid Control: the stability of an electrical grid whose users react to price.

Node 1 of a star is the producer, the others are consumers. Each follows the swing equation with
damping :math:`\alpha`, lines of capacity :math:`K`, and a reaction to the price, that is to its
own frequency averaged over a window :math:`T_i` and known after a delay :math:`\tau_i`:

.. math::

    \ddot\theta_i = p_i - \alpha\dot\theta_i + \sum_j K_{ij}\sin(\theta_j - \theta_i)
        - \frac{g_i}{T_i}\left[\theta_i(t - \tau_i) - \theta_i(t - \tau_i - T_i)\right]

Around the synchronous state, perturbations :math:`e^{\lambda t}` obey, with
:math:`D_i = \lambda^2 + \alpha\lambda + (g_i/T_i)\,e^{-\lambda\tau_i}(1 - e^{-\lambda T_i})`
and the lines' stiffness :math:`c_j = \sqrt{K^2 - p_j^2}`,

.. math::

    f(\lambda) = \frac{1}{\lambda}\Big[D_1\prod_j (D_j + c_j)
        + \sum_j c_j D_j\prod_{k \ne j}(D_k + c_k)\Big] = 0

(the factor :math:`1/\lambda` removes the common shift of all phases). The outcome ``stability`` is
the largest real part of the roots of :math:`f`, in 1/s: the grid is stable where it is negative.

Known answers: the 10,000 rows of UCI data set 471 are reproduced by `four_node_star` to 3e-9 1/s,
the precision of that data, and the labels of the five-node grid of [3]_ by `five_node_star`.

References
----------
.. [1] B. Schäfer, M. Matthiae, M. Timme, D. Witthaut, "Decentral Smart Grid Control", New Journal
   of Physics 17 (2015) 015002, https://doi.org/10.1088/1367-2630/17/1/015002
.. [2] V. Arzamasov, K. Böhm, P. Jochem, "Towards Concise Models of Grid Stability", IEEE
   SmartGridComm 2018, https://doi.org/10.1109/SmartGridComm.2018.8587498. Data: "Electrical Grid
   Stability Simulated Data", UCI Machine Learning Repository 471, https://doi.org/10.24432/C5PG66
.. [3] V. Arzamasov, K. Böhm, "REDS: Rule Extraction for Discovering Scenarios", SIGMOD 2021,
   https://doi.org/10.1145/3448016.3457301
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

import surrogate as sg

__all__ = ["Star", "five_node_star", "four_node_star", "rightmost_real_part"]

Reals = NDArray[np.float64]
Complexes = NDArray[np.complex128]

DAMPING = 0.1  # alpha, 1/s
CAPACITY = 8.0  # K, 1/s^2
WINDOW = 2.0  # T of every node of the four-node star, s

# Heights are in units of a grid's highest frequency without damping and reactions. Newton starts
# right of the imaginary axis: starts on its left miss roots where several consumers swing at nearly
# the same frequency.
SEED_REAL_PART, SEED_HEIGHTS = 0.3, np.linspace(0.015, 1.1, 15)
LEFT_EDGE, RIGHT_EDGE = -0.6, 2.0
MAX_STEP, TOLERANCE, MAX_ITERATIONS = 0.25, 1e-10, 120
SAME_ROOT = 1e-8
COUNT_HEIGHTS = np.concatenate([np.linspace(0.0, 1.3, 161), np.geomspace(1.35, 30.0, 24)])
NEARBY = np.array([0.0, 0.05])
MAX_RETRIES = 8
FAST_TURN, MAX_HALVINGS = 1.5, 40
BLOCK = 256  # rows worked on at a time: the temporaries stay in the processor's cache


FOUR_NODES = sg.Space(
    {f"tau{i}": sg.Uniform(0.5, 10.0, unit="s", description="delay") for i in (1, 2, 3, 4)}
    | {f"p{i}": sg.Uniform(-2.0, -0.5, unit="1/s^2", description="power") for i in (2, 3, 4)}
    | {f"g{i}": sg.Uniform(0.05, 1.0, unit="1/s", description="reaction") for i in (1, 2, 3, 4)},
    derived={"p1": "-(p2 + p3 + p4)"},
    exchangeable=[[(f"tau{i}", f"p{i}", f"g{i}") for i in (2, 3, 4)]],
)
FIVE_NODES = sg.Space(
    {f"tau{i}": sg.Uniform(0.5, 5.0, unit="s", description="delay") for i in (2, 3, 4, 5)}
    | {f"T{i}": sg.Uniform(1.0, 4.0, unit="s", description="window") for i in (2, 3, 4, 5)}
    | {f"g{i}": sg.Uniform(0.05, 1.0, unit="1/s", description="reaction") for i in (2, 3, 4, 5)},
    exchangeable=[[(f"tau{i}", f"T{i}", f"g{i}") for i in (2, 3, 4, 5)]],
)


@sg.simulator(FOUR_NODES, outcomes=["stability"], vectorized=True, units={"stability": "1/s"})
def four_node_star(
    *, tau1: ArrayLike, tau2: ArrayLike, tau3: ArrayLike, tau4: ArrayLike,
    p2: ArrayLike, p3: ArrayLike, p4: ArrayLike,
    g1: ArrayLike, g2: ArrayLike, g3: ArrayLike, g4: ArrayLike,
) -> Reals:  # fmt: skip
    """Return the stability of a producer and three consumers, all of whom react to the price.

    Parameters
    ----------
    tau1, tau2, tau3, tau4 : array_like
        Delays, in s.
    p2, p3, p4 : array_like
        Powers of the consumers, negative, in 1/s^2; the producer's balances them.
    g1, g2, g3, g4 : array_like
        Strengths of the reactions, in 1/s.

    Returns
    -------
    ndarray
        Largest real part of the characteristic roots, in 1/s, of the inputs' shape.

    Examples
    --------
    >>> from simulators.grid_stability import four_node_star
    >>> same = dict(tau1=5, tau2=5, tau3=5, tau4=5, p2=-1, p3=-1, p4=-1)
    >>> four_node_star(**same, g1=0.5, g2=0.5, g3=0.5, g4=0.5).round(4)
    np.float64(0.0494)
    """
    delays, gains = (tau1, tau2, tau3, tau4), (g1, g2, g3, g4)
    return _stability(delays, [WINDOW] * 4, gains, (p2, p3, p4))


@sg.simulator(FIVE_NODES, outcomes=["stability"], vectorized=True, units={"stability": "1/s"})
def five_node_star(
    *, tau2: ArrayLike, tau3: ArrayLike, tau4: ArrayLike, tau5: ArrayLike,
    T2: ArrayLike, T3: ArrayLike, T4: ArrayLike, T5: ArrayLike,
    g2: ArrayLike, g3: ArrayLike, g4: ArrayLike, g5: ArrayLike,
) -> Reals:  # fmt: skip
    """Return the stability of a producer, which does not react, and four consumers of power -1.

    Parameters
    ----------
    tau2, tau3, tau4, tau5 : array_like
        Delays, in s.
    T2, T3, T4, T5 : array_like
        Averaging windows, in s.
    g2, g3, g4, g5 : array_like
        Strengths of the reactions, in 1/s.

    Returns
    -------
    ndarray
        Largest real part of the characteristic roots, in 1/s, of the inputs' shape.

    Examples
    --------
    >>> from simulators.grid_stability import five_node_star
    >>> design = five_node_star.space.sample(2, rng=0)
    >>> five_node_star.evaluate(design).round(4)
       stability
    0    -0.0040
    1    -0.0072
    """
    delays, windows = (1.0, tau2, tau3, tau4, tau5), (1.0, T2, T3, T4, T5)
    return _stability(delays, windows, (0.0, g2, g3, g4, g5), [-1.0] * 4)


def _stability(
    delays: Sequence[ArrayLike],
    windows: Sequence[ArrayLike],
    gains: Sequence[ArrayLike],
    powers: Sequence[ArrayLike],
) -> Reals:
    """Return the stability of stars given node by node (powers: the consumers')."""
    given = np.broadcast_arrays(*delays, *windows, *gains, *powers)
    m = len(delays)
    table = np.array([each.ravel() for each in given], dtype=float)
    stiffness = np.sqrt(CAPACITY**2 - table[3 * m :] ** 2)
    star = Star(table[:m], table[m : 2 * m], table[2 * m : 3 * m], stiffness)
    return rightmost_real_part(star).reshape(given[0].shape)[()]


class Star(NamedTuple):
    """Many star grids at once; the first of the m nodes is the producer.

    Attributes
    ----------
    delay, window : ndarray of shape (m, n)
        Delay and averaging window of every node's reaction, in s.
    gain : ndarray of shape (m, n)
        Strength of the reaction, in 1/s; 0 for a node that does not react.
    stiffness : ndarray of shape (m - 1, n)
        Stiffness of the consumers' lines at the synchronous state, in 1/s^2.
    """

    delay: Reals
    window: Reals
    gain: Reals
    stiffness: Reals

    @property
    def highest_frequency(self) -> Reals:
        """Largest angular frequency (n,) without damping and reactions, in rad/s, or a bit more."""
        return np.sqrt(self.stiffness.sum(axis=0) + self.stiffness.max(axis=0))

    def take(self, rows: NDArray[np.intp]) -> Star:
        """Return the grids of these rows."""
        return Star(*(values[:, rows] for values in self))


def rightmost_real_part(star: Star) -> Reals:
    """Return the largest real part of the characteristic roots of every grid.

    Newton's method finds roots, and the argument principle counts those it may have missed to the
    right of the best; where there are any, Newton runs again with the known roots divided out.

    Parameters
    ----------
    star : Star
        n grids.

    Returns
    -------
    ndarray of shape (n,)
        In 1/s; NaN for a grid whose roots could not be confirmed, or whose inputs are not finite.
    """
    n_grids = star.delay.shape[1]
    heights = np.outer(star.highest_frequency, SEED_HEIGHTS)
    seeds = (SEED_REAL_PART + 1j * heights).astype(np.complex128)
    nothing_known: Complexes = np.empty((n_grids, 0), dtype=np.complex128)
    blocks = np.split(np.arange(n_grids), range(BLOCK, n_grids, BLOCK))
    # A point that happens to be a root gives NaN, which confirms nothing: its grid is tried again.
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.concatenate(
            [_confirmed(star.take(rows), nothing_known[rows], seeds[rows], 0) for rows in blocks]
        )


def _confirmed(star: Star, known: Complexes, seeds: Complexes, n_retries: int) -> Reals:
    """Search beyond the `known` roots until none is missing to the right of the rightmost."""
    roots = _distinct(np.hstack([known, _newton(star, known, seeds)]))
    rightmost = np.fmax.reduce(roots.real, axis=1)
    n_missing, suspect = _count_missing(star, roots, rightmost)
    incomplete = np.flatnonzero(n_missing != 0)
    rightmost[incomplete] = np.nan
    if n_retries < MAX_RETRIES and incomplete.size:
        seeds = np.hstack([seeds[incomplete], suspect[incomplete, None] + NEARBY])
        rightmost[incomplete] = _confirmed(
            star.take(incomplete), roots[incomplete], seeds, n_retries + 1
        )
    return rightmost


def _characteristic(star: Star, root: Complexes) -> tuple[Complexes, Complexes]:
    """Return f and its derivative; `root` has one value per grid."""
    late = np.exp(-root * star.delay)
    later = late * np.exp(-root * star.window)
    slope = star.gain / star.window
    own = root * (root + DAMPING) + slope * (late - later)  # D
    own_rate = 2 * root + DAMPING + slope * ((star.delay + star.window) * later - star.delay * late)
    reduced = own / root  # D without the common phase shift
    reduced_rate = (own_rate - reduced) / root
    # product = prod (D_j + c_j), mixed = sum c_j D_j / root prod_{k != j} (D_k + c_k): node by node
    product, product_rate = np.ones_like(root), np.zeros_like(root)
    mixed, mixed_rate = np.zeros_like(root), np.zeros_like(root)
    for node, stiffness in enumerate(star.stiffness, start=1):
        held = own[node] + stiffness
        mixed_rate = (
            mixed_rate * held
            + mixed * own_rate[node]
            + stiffness * (reduced_rate[node] * product + reduced[node] * product_rate)
        )
        mixed = mixed * held + stiffness * reduced[node] * product
        product_rate = product_rate * held + product * own_rate[node]
        product = product * held
    value = reduced[0] * product + mixed
    return value, reduced_rate[0] * product + reduced[0] * product_rate + mixed_rate


def _newton(star: Star, known: Complexes, seeds: Complexes) -> Complexes:
    """Return where Newton's method ends from the `seeds` (n, s); NaN where it found no root.

    The `known` roots (n, k) and their conjugates are divided out of f: its logarithmic derivative
    loses one pole for each.
    """
    n_grids, n_seeds = seeds.shape
    row = np.repeat(np.arange(n_grids), n_seeds)
    end = seeds.ravel()
    converged = np.zeros(end.size, dtype=bool)
    active = np.arange(end.size)
    for _ in range(MAX_ITERATIONS):
        here = end[active]
        value, rate = _characteristic(star.take(row[active]), here)
        if known.shape[1]:
            rate = rate - value * _poles(here, known[row[active]])
        step = np.divide(value, rate, out=np.zeros_like(value), where=value != 0)
        length = np.abs(step)
        here = here - step * np.minimum(1.0, MAX_STEP / np.maximum(length, TOLERANCE))
        # The roots come in conjugate pairs; far left of the axis exp(-root * delay) overflows.
        end[active] = np.clip(here.real, LEFT_EDGE, RIGHT_EDGE) + 1j * np.abs(here.imag)
        converged[active[length < TOLERANCE]] = True
        active = active[length >= TOLERANCE]
        if not active.size:
            break
    return np.where(converged, end, np.nan).reshape(n_grids, n_seeds)


def _poles(here: Complexes, known: Complexes) -> Complexes:
    """Return the logarithmic derivative of prod (here - root) over `known` roots and mirrors."""
    away = np.hstack([here[:, None] - known, here[:, None] - known.conj()])
    use = ~np.isnan(away) & (away != 0)
    return np.divide(1.0, away, out=np.zeros_like(away), where=use).sum(axis=1)


def _distinct(roots: Complexes) -> Complexes:
    """Blank, with NaN, the roots of a row (n, s) that repeat an earlier one of it."""
    near = np.abs(roots[:, :, None] - roots[:, None, :]) < SAME_ROOT
    repeats = np.tril(near, k=-1).any(axis=2)
    return np.where(repeats, np.nan, roots)


def _count_missing(star: Star, roots: Complexes, rightmost: Reals) -> tuple[Reals, Complexes]:
    """Return how many roots of f lie to the right of all `roots` (n, k), and where to look for one.

    f with the known roots replaced by others far left tends to a constant at infinity. So the phase
    of it, followed upwards along a vertical line from the real axis, falls by pi for each root to
    the right of the line (half the argument principle: the other half is the mirror image).
    """
    line = rightmost + 1e-9
    heights = np.outer(star.highest_frequency, COUNT_HEIGHTS)
    n_grids, n_heights = heights.shape
    grids = np.arange(n_grids)

    def sample(row: NDArray[np.intp], height: Reals) -> tuple[Complexes, Reals]:
        return _without_known(star.take(row), roots[row], line[row] + 1j * height)

    value, speed = sample(np.repeat(grids, n_heights), heights.ravel())
    value, speed = value.reshape(heights.shape), speed.reshape(heights.shape)
    turns, fast = _turns(value, speed, heights)
    fastest = (speed[:, 1:] * np.diff(heights)).argmax(axis=1)
    row, start = np.nonzero(fast)
    turns[fast] = _total_turn(sample, row, heights[row, start], heights[row, start + 1])
    total = turns.sum(axis=1) + np.angle(value[:, 0]) - np.angle(value[:, -1])
    return np.rint(-total / np.pi), line + 1j * heights[grids, fastest]


def _without_known(star: Star, known: Complexes, here: Complexes) -> tuple[Complexes, Reals]:
    """Return f at one point per grid, its `known` roots (n, k) replaced by others far left.

    Besides, the size of its logarithmic derivative: about one over the distance to the next root.
    """
    value, rate = _characteristic(star, here)
    logarithmic_rate = rate / value
    far_left = here - (np.fmax.reduce(known.real, axis=1) - 1.0)
    value = value / far_left ** (2 * star.delay.shape[0] - 1)
    for root in known.T:
        unknown = np.isnan(root)
        away, mirrored = here - root, here - root.conj()
        product = away * mirrored
        value = value * np.where(unknown, 1.0, far_left**2 / product)
        logarithmic_rate -= np.where(unknown, 0.0, (away + mirrored) / product)
    return value, np.abs(logarithmic_rate)


def _turns(value: Complexes, speed: Reals, heights: Reals) -> tuple[Reals, NDArray[np.bool_]]:
    """Return the changes of phase along the last axis, and whether they are too fast to trust."""
    turns = np.angle(value[..., 1:] / value[..., :-1])
    steps = np.diff(heights) * np.maximum(speed[..., 1:], speed[..., :-1])
    return turns, steps > FAST_TURN


def _total_turn(
    sample: Callable[[NDArray[np.intp], Reals], tuple[Complexes, Reals]],
    row: NDArray[np.intp],
    low: Reals,
    high: Reals,
    n_halvings: int = MAX_HALVINGS,
) -> Reals:
    """Return the change of phase between two heights, halving the way until no step is fast."""
    if not row.size or not n_halvings:
        return np.full(row.size, np.nan)
    heights = np.column_stack([low, (low + high) / 2, high])
    value, speed = sample(np.repeat(row, 3), heights.ravel())
    turns, fast = _turns(value.reshape(heights.shape), speed.reshape(heights.shape), heights)
    for half in (0, 1):
        again = fast[:, half]
        start, stop = heights[again, half], heights[again, half + 1]
        turns[again, half] = _total_turn(sample, row[again], start, stop, n_halvings - 1)
    return turns.sum(axis=1)
