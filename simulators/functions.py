r"""Analytic test functions of computer experiments, with the inputs' usual distributions.

Equations and ranges are those of the Virtual Library of Simulation Experiments [1]_ unless a
function says otherwise; `borehole_wide` is the borehole with the radius range of [2]_.

Known answers: Ishigami and Sobol's G have closed-form variances and Sobol indices
(`ishigami_indices`, `sobol_g_indices`); the others are compared with published values.

References
----------
.. [1] S. Surjanovic, D. Bingham, "Virtual Library of Simulation Experiments: Test Functions and
   Datasets", https://www.sfu.ca/~ssurjano
.. [2] V. Arzamasov, K. Böhm, "REDS: Rule Extraction for Discovering Scenarios", SIGMOD 2021,
   https://doi.org/10.1145/3448016.3457301
.. [3] T. Ishigami, T. Homma, "An importance quantification technique in uncertainty analysis for
   computer models", ISUMA 1990, https://doi.org/10.1109/ISUMA.1990.151285
.. [4] A. Saltelli, I. M. Sobol, "About the use of rank transformation in sensitivity analysis of
   model output", Reliability Engineering & System Safety 50 (1995) 225-239,
   https://doi.org/10.1016/0951-8320(95)00099-2
.. [5] M. D. Morris, "Factorial sampling plans for preliminary computational experiments",
   Technometrics 33 (1991) 161-174, https://doi.org/10.1080/00401706.1991.10484804
.. [6] E. N. Ben-Ari, D. M. Steinberg, "Modeling data from computer experiments", Quality
   Engineering 19 (2007) 327-338, https://doi.org/10.1080/08982110701580930 (OTL circuit, piston)
.. [7] A. Forrester, A. Sobester, A. Keane, "Engineering Design via Surrogate Modelling", Wiley
   2008, https://doi.org/10.1002/9780470770801 (wing weight)
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import ArrayLike, NDArray

import surrogate as sg

__all__ = [
    "borehole",
    "borehole_wide",
    "ishigami",
    "ishigami_indices",
    "morris",
    "otl_circuit",
    "piston",
    "sobol_g",
    "sobol_g_indices",
    "wing_weight",
]

Reals = NDArray[np.float64]

_AQUIFERS = {
    "r": sg.Uniform(100.0, 50_000.0, unit="m", description="radius of influence"),
    "Tu": sg.Uniform(63_070.0, 115_600.0, unit="m^2/yr", description="transmissivity above"),
    "Hu": sg.Uniform(990.0, 1110.0, unit="m", description="potentiometric head above"),
    "Tl": sg.Uniform(63.1, 116.0, unit="m^2/yr", description="transmissivity below"),
    "Hl": sg.Uniform(700.0, 820.0, unit="m", description="potentiometric head below"),
    "L": sg.Uniform(1120.0, 1680.0, unit="m", description="length of the borehole"),
    "Kw": sg.Uniform(9855.0, 12_045.0, unit="m/yr", description="hydraulic conductivity"),
}
_RADIUS = "radius of the borehole"
BOREHOLE = sg.Space({"rw": sg.Uniform(0.05, 0.15, unit="m", description=_RADIUS)} | _AQUIFERS)
BOREHOLE_WIDE = sg.Space({"rw": sg.Uniform(0.05, 1.15, unit="m", description=_RADIUS)} | _AQUIFERS)


def borehole_flow(
    *, rw: Reals, r: Reals, Tu: Reals, Hu: Reals, Tl: Reals, Hl: Reals, L: Reals, Kw: Reals
) -> Reals:
    """Return the flow of water through a borehole between two aquifers, in m^3/yr.

    Examples
    --------
    >>> from simulators.functions import borehole
    >>> middle = dict(rw=0.1, r=25_050, Tu=89_335, Hu=1050, Tl=89.55, Hl=760, L=1400, Kw=10_950)
    >>> round(borehole(**middle), 3)
    np.float64(70.873)
    """
    logarithm = np.log(r / rw)
    leakage = 2 * L * Tu / (logarithm * rw**2 * Kw)
    return 2 * np.pi * Tu * (Hu - Hl) / (logarithm * (1 + leakage + Tu / Tl))


borehole, borehole_wide = (
    sg.Simulator(
        borehole_flow,
        space,
        outcomes=["flow"],
        vectorized=True,
        name=name,
        units={"flow": "m^3/yr"},
    )
    for name, space in (("borehole", BOREHOLE), ("borehole_wide", BOREHOLE_WIDE))
)


OTL_CIRCUIT = sg.Space(
    Rb1=sg.Uniform(50.0, 150.0, unit="kOhm", description="resistance b1"),
    Rb2=sg.Uniform(25.0, 70.0, unit="kOhm", description="resistance b2"),
    Rf=sg.Uniform(0.5, 3.0, unit="kOhm", description="resistance f"),
    Rc1=sg.Uniform(1.2, 2.5, unit="kOhm", description="resistance c1"),
    Rc2=sg.Uniform(0.25, 1.2, unit="kOhm", description="resistance c2"),
    beta=sg.Uniform(50.0, 300.0, description="current gain"),
)


@sg.simulator(OTL_CIRCUIT, outcomes=["voltage"], vectorized=True, units={"voltage": "V"})
def otl_circuit(*, Rb1: Reals, Rb2: Reals, Rf: Reals, Rc1: Reals, Rc2: Reals, beta: Reals) -> Reals:
    """Return the mid-point voltage of a push-pull circuit without output transformer, in V.

    Examples
    --------
    >>> from simulators.functions import otl_circuit
    >>> round(otl_circuit(Rb1=100, Rb2=47.5, Rf=1.75, Rc1=1.85, Rc2=0.725, beta=175), 3)
    5.311
    """
    base = 12 * Rb2 / (Rb1 + Rb2)
    amplified = beta * (Rc2 + 9)
    share = amplified / (amplified + Rf)
    return (base + 0.74) * share + 11.35 * (1 - share) + 0.74 * Rf * share / Rc1


PISTON = sg.Space(
    M=sg.Uniform(30.0, 60.0, unit="kg", description="weight of the piston"),
    S=sg.Uniform(0.005, 0.020, unit="m^2", description="surface of the piston"),
    V0=sg.Uniform(0.002, 0.010, unit="m^3", description="initial volume of the gas"),
    k=sg.Uniform(1000.0, 5000.0, unit="N/m", description="spring coefficient"),
    P0=sg.Uniform(90_000.0, 110_000.0, unit="N/m^2", description="atmospheric pressure"),
    Ta=sg.Uniform(290.0, 296.0, unit="K", description="ambient temperature"),
    T0=sg.Uniform(340.0, 360.0, unit="K", description="temperature of the gas"),
)


@sg.simulator(PISTON, outcomes=["cycle_time"], vectorized=True, units={"cycle_time": "s"})
def piston(*, M: Reals, S: Reals, V0: Reals, k: Reals, P0: Reals, Ta: Reals, T0: Reals) -> Reals:
    """Return the time a piston takes for one cycle in its cylinder, in s.

    Examples
    --------
    >>> from simulators.functions import piston
    >>> round(piston(M=45, S=0.0125, V0=0.006, k=3000, P0=100_000, Ta=293, T0=350), 3)
    np.float64(0.464)
    """
    force = P0 * S + 19.62 * M - k * V0 / S
    gas = P0 * V0 * Ta / T0
    volume = S / (2 * k) * (np.sqrt(force**2 + 4 * k * gas) - force)
    return 2 * np.pi * np.sqrt(M / (k + S**2 * gas / volume**2))


WING_WEIGHT = sg.Space(
    Sw=sg.Uniform(150.0, 200.0, unit="ft^2", description="wing area"),
    Wfw=sg.Uniform(220.0, 300.0, unit="lb", description="weight of fuel in the wing"),
    A=sg.Uniform(6.0, 10.0, description="aspect ratio"),
    sweep=sg.Uniform(-10.0, 10.0, unit="degree", description="quarter-chord sweep"),
    q=sg.Uniform(16.0, 45.0, unit="lb/ft^2", description="dynamic pressure at cruise"),
    taper=sg.Uniform(0.5, 1.0, description="taper ratio"),
    tc=sg.Uniform(0.08, 0.18, description="aerofoil thickness to chord"),
    Nz=sg.Uniform(2.5, 6.0, description="ultimate load factor"),
    Wdg=sg.Uniform(1700.0, 2500.0, unit="lb", description="flight design gross weight"),
    Wp=sg.Uniform(0.025, 0.08, unit="lb/ft^2", description="paint weight"),
)


@sg.simulator(WING_WEIGHT, outcomes=["weight"], vectorized=True, units={"weight": "lb"})
def wing_weight(
    *, Sw: Reals, Wfw: Reals, A: Reals, sweep: Reals, q: Reals,
    taper: Reals, tc: Reals, Nz: Reals, Wdg: Reals, Wp: Reals,
) -> Reals:  # fmt: skip
    """Return the weight of a light aircraft's wing, in lb.

    Examples
    --------
    >>> from simulators.functions import wing_weight
    >>> cessna = dict(Sw=174, Wfw=252, A=7.52, sweep=0, q=34, taper=0.672, tc=0.12)
    >>> round(wing_weight(**cessna, Nz=3.8, Wdg=2000, Wp=0.064), 1)
    np.float64(245.0)
    """
    cosine = np.cos(np.radians(sweep))
    loads = q**0.006 * taper**0.04 * (100 * tc / cosine) ** -0.3 * (Nz * Wdg) ** 0.49
    return 0.036 * Sw**0.758 * Wfw**0.0035 * (A / cosine**2) ** 0.6 * loads + Sw * Wp


ISHIGAMI = sg.Space({f"x{i}": sg.Uniform(-np.pi, np.pi) for i in (1, 2, 3)})


@sg.simulator(ISHIGAMI, outcomes=["y"], vectorized=True)
def ishigami(*, x1: Reals, x2: Reals, x3: Reals, a: float = 7.0, b: float = 0.1) -> Reals:
    """Return ``sin x1 + a sin^2 x2 + b x3^4 sin x1``.

    Examples
    --------
    >>> from simulators.functions import ishigami
    >>> round(ishigami(x1=np.pi / 2, x2=np.pi / 2, x3=1.0), 6)
    np.float64(8.1)
    """
    return np.sin(x1) + a * np.sin(x2) ** 2 + b * x3**4 * np.sin(x1)


def ishigami_indices(a: float = 7.0, b: float = 0.1) -> tuple[float, Reals, Reals]:
    """Return the variance of `ishigami`, its first-order and its total Sobol indices.

    Examples
    --------
    >>> variance, first, total = ishigami_indices()
    >>> first.round(4), total.round(4)
    (array([0.3139, 0.4424, 0.    ]), array([0.5576, 0.4424, 0.2437]))
    """
    alone = np.array([(1 + b * np.pi**4 / 5) ** 2 / 2, a**2 / 8, 0.0])
    together = 8 * b**2 * np.pi**8 / 225  # x1 with x3
    variance = float(alone.sum()) + together
    return variance, alone / variance, (alone + np.array([together, 0.0, together])) / variance


SOBOL_G_WEIGHTS = (0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0)
SOBOL_G = sg.Space({f"x{i}": sg.Uniform(0.0, 1.0) for i in range(1, len(SOBOL_G_WEIGHTS) + 1)})


@sg.simulator(SOBOL_G, outcomes=["y"], vectorized=True)
def sobol_g(**x: Reals) -> Reals:
    """Return the product of ``(|4 x_i - 2| + a_i) / (1 + a_i)`` over the inputs x1 to x8.

    The smaller its weight a_i (`SOBOL_G_WEIGHTS`), the more an input matters.

    Examples
    --------
    >>> from simulators.functions import sobol_g
    >>> sobol_g(**dict.fromkeys(sobol_g.space.names, 0.75))
    np.float64(1.0)
    """
    values = _stacked(x, len(SOBOL_G_WEIGHTS))
    weights = np.reshape(SOBOL_G_WEIGHTS, (-1,) + (1,) * (values.ndim - 1))
    return np.prod((np.abs(4 * values - 2) + weights) / (1 + weights), axis=0)


def sobol_g_indices(weights: ArrayLike = SOBOL_G_WEIGHTS) -> tuple[float, Reals, Reals]:
    """Return the variance of `sobol_g`, its first-order and its total Sobol indices.

    Examples
    --------
    >>> variance, first, total = sobol_g_indices()
    >>> first[:3].round(4), total[:3].round(4)
    (array([0.7162, 0.179 , 0.0237]), array([0.7871, 0.2422, 0.0343]))
    """
    alone = 1 / (3 * (1 + np.asarray(weights, dtype=float)) ** 2)
    product = float(np.prod(1 + alone))
    variance = product - 1
    return variance, alone / variance, alone * product / (1 + alone) / variance


MORRIS = sg.Space({f"x{i}": sg.Uniform(0.0, 1.0) for i in range(1, 21)})


@sg.simulator(MORRIS, outcomes=["y"], vectorized=True)
def morris(**x: Reals) -> Reals:
    """Return Morris' screening function of x1 to x20: ten inputs matter, seven of them jointly.

    Coefficients are 20 for inputs 1 to 10, -15 for pairs of 1 to 6, -10 for triples of 1 to 5 and 5
    for 1 to 4 together. The rest, random draws in [5]_, are ``(-1)^i`` and ``(-1)^(i + j)`` here.

    Examples
    --------
    >>> from simulators.functions import morris
    >>> morris(**dict.fromkeys(morris.space.names, 1.0))
    np.float64(-127.0)
    """
    values = _stacked(x, 20)
    w = 2 * values - 1
    w[[2, 4, 6]] = 2.2 * values[[2, 4, 6]] / (values[[2, 4, 6]] + 0.1) - 1
    signs = np.where(np.arange(20) % 2, 1.0, -1.0)
    linear = np.where(np.arange(20) < 10, 20.0, signs)
    pairs = np.triu(np.outer(signs, signs), k=1)
    pairs[:6, :6] = np.triu(np.full((6, 6), -15.0), k=1)
    triples = sum(np.prod(w[list(each)], axis=0) for each in itertools.combinations(range(5), 3))
    second = np.einsum("i...,ij,j...->...", w, pairs, w)
    return np.tensordot(linear, w, axes=1) + second - 10 * triples + 5 * np.prod(w[:4], axis=0)


def _stacked(x: dict[str, Reals], d: int) -> Reals:
    """Return x1 to xd as one array, inputs first."""
    return np.array([x[f"x{i}"] for i in range(1, d + 1)], dtype=float)
