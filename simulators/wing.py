r"""A wing with a tailplane: lift, drag, pitching moment and static margin by a vortex lattice.

The wing is a flat lattice of horseshoe vortices, bound at a quarter of each panel, with the flow
tangent to the wing at three quarters [1]_, [2]_; twist and angle of attack are small. Lift and
moment follow from the circulations :math:`\Gamma` by Kutta and Joukowski's theorem, the induced
drag from the wake far behind (Trefftz's plane):

.. math::

    C_L = \frac{2}{V S} \int \Gamma \, dy, \qquad
    C_{D,i} = -\frac{1}{V^2 S} \int \Gamma(y) \, w_\infty(y) \, dy

To this comes the profile drag of each strip, :math:`c_d = 0.0065 + 0.006\,(c_l - 0.2)^2`, a
parabola of the kind that is fitted to measured polars; and a tailplane of volume :math:`V_H` and
lift slope :math:`a_t` in the wing's downwash :math:`\varepsilon = 2 C_L / (\pi A)`, which moves the
neutral point backwards and turns the aircraft about its centre of gravity [3]_:

.. math::

    h_n = h_0 + V_H \frac{a_t}{a} \Big(1 - \frac{d\varepsilon}{d\alpha}\Big), \qquad
    C_m = C_{m,0} + C_L (h - h_0) - V_H a_t (\alpha - \varepsilon)

with positions h in mean chords behind the leading edge of the mean chord.

Known answers: an elliptic wing has the least induced drag, :math:`C_L^2 / (\pi A)`; Bertin and
Smith's swept wing of aspect ratio 5 with four panels a side has :math:`C_{L,\alpha} = 1.096 \pi`
per radian [1]_; the Warren-12 planform has :math:`C_{L,\alpha} = 2.743` and
:math:`C_{m,\alpha} = -3.10` about its apex [4]_.

References
----------
.. [1] J. J. Bertin, M. L. Smith, "Aerodynamics for Engineers", Prentice Hall 1998, section 7.5
.. [2] J. Katz, A. Plotkin, "Low-Speed Aerodynamics", Cambridge University Press 2001,
   https://doi.org/10.1017/CBO9780511810329
.. [3] B. Etkin, L. D. Reid, "Dynamics of Flight: Stability and Control", Wiley 1996, chapter 2
.. [4] W. H. Mason, "Applied Computational Aerodynamics", Virginia Tech 1998, chapter 6
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

import surrogate as sg

__all__ = ["Lattice", "Planform", "wing"]

Reals = NDArray[np.float64]
Points = tuple[Reals, Reals]  # x downstream and y to the right

AREA = 16.0  # m^2
TAIL_SLOPE = 4.0  # per radian, of a tailplane of aspect ratio about 4
N_SPAN, N_CHORD = 16, 4  # panels of one side
BLOCK = 32  # wings solved at once: their matrices stay in some megabytes

SPACE = sg.Space(
    span=sg.Uniform(8.0, 14.0, unit="m", description="from tip to tip, at an area of 16 m^2"),
    taper=sg.Uniform(0.3, 1.0, description="chord at the tip over chord at the root"),
    sweep=sg.Uniform(-5.0, 35.0, unit="deg", description="of the quarter-chord line, backwards"),
    twist=sg.Uniform(-6.0, 2.0, unit="deg", description="at the tip, linear from the root"),
    angle=sg.Uniform(0.0, 10.0, unit="deg", description="angle of attack at the root"),
    centre=sg.Uniform(0.1, 0.5, description="centre of gravity, in mean chords behind its nose"),
    tail=sg.Uniform(0.2, 0.8, description="tail volume: its area and arm over the wing's"),
)
OUTCOMES = ("lift", "drag", "induced_drag", "moment", "static_margin", "bending")


@sg.simulator(SPACE, outcomes=OUTCOMES, vectorized=True)
def wing(
    *,
    span: ArrayLike,
    taper: ArrayLike,
    sweep: ArrayLike,
    twist: ArrayLike,
    angle: ArrayLike,
    centre: ArrayLike,
    tail: ArrayLike,
) -> dict[str, Reals]:
    """Return the coefficients of the wing and the static margin of the aircraft.

    Parameters
    ----------
    span : array_like
        In m.
    taper : array_like
    sweep, twist, angle : array_like
        In degrees.
    centre : array_like
        Centre of gravity, in mean chords behind the leading edge of the mean chord.
    tail : array_like
        Tail volume.

    Returns
    -------
    dict of str to ndarray
        ``lift``, ``drag`` (all of it), ``induced_drag``: coefficients of the wing; ``moment``:
        coefficient about the centre of gravity, nose up; ``static_margin``: in mean chords, stable
        where positive; ``bending``: coefficient of the moment at the root, over the span.

    Examples
    --------
    >>> from simulators.wing import wing
    >>> found = wing(span=11, taper=0.6, sweep=0, twist=-2, angle=5, centre=0.3, tail=0.5)
    >>> {name: float(value.round(4)) for name, value in found.items() if "drag" in name}
    {'drag': 0.0114, 'induced_drag': 0.0048}
    """
    given = (span, taper, sweep, twist, angle, centre, tail)
    columns = np.broadcast_arrays(*(np.asarray(each, dtype=float) for each in given))
    rows = np.stack([each.ravel() for each in columns])
    starts = range(0, max(rows.shape[1], 1), BLOCK)
    blocks = [_coefficients(rows[:, start : start + BLOCK]) for start in starts]
    return {
        name: np.concatenate([block[name] for block in blocks]).reshape(columns[0].shape)
        for name in OUTCOMES
    }


@dataclass(frozen=True)
class Planform:
    """Outlines of n symmetric flat wings.

    Parameters
    ----------
    span : ndarray of shape (n,)
    nose, chord : callable
        Where the leading edge is, and how long the chord, at fractions of the semi-span: (m,) to
        (n, m), in the units of `span`.
    """

    span: Reals
    nose: Callable[[Reals], Reals]
    chord: Callable[[Reals], Reals]

    @classmethod
    def trapezoid(cls, span: Reals, area: float, taper: Reals, sweep: Reals) -> Planform:
        """Return straight-tapered wings, swept (rad) along a quarter of the chord.

        Examples
        --------
        >>> wings = Planform.trapezoid(np.array([8.0]), 16.0, np.array([0.6]), np.array([0.0]))
        >>> wings.chord(np.array([0.0, 1.0]))
        array([[2.5, 1.5]])
        """
        root = 2 * area / (span * (1 + taper))

        def chord(fraction: Reals) -> Reals:
            return np.multiply.outer(root, np.ones_like(fraction)) - np.multiply.outer(
                root * (1 - taper), fraction
            )

        def nose(fraction: Reals) -> Reals:
            quarter = np.multiply.outer(span / 2 * np.tan(sweep), fraction) + root[:, None] / 4
            return quarter - chord(fraction) / 4

        return cls(span, nose, chord)


@dataclass(frozen=True)
class Lattice:
    """Horseshoe vortices on the right halves of n wings; each has its mirror image on the left.

    Parameters
    ----------
    planform : Planform
    edges : ndarray of shape (n_span + 1,)
        Borders of the strips at fractions of the semi-span.
    middles : ndarray of shape (n_span,)
        Where in a strip the flow is made tangent to the wing.
    n_chord : int
        Panels from the leading to the trailing edge.
    """

    planform: Planform
    edges: Reals
    middles: Reals
    n_chord: int = N_CHORD

    @classmethod
    def cosine(cls, planform: Planform, n_span: int = N_SPAN, n_chord: int = N_CHORD) -> Lattice:
        """Return a lattice whose strips are equal in angle along the span: fine at the tip."""
        angles = np.pi / 2 * np.arange(2 * n_span + 1) / (2 * n_span)
        fractions = np.sin(angles)
        return cls(planform, fractions[::2], fractions[1::2], n_chord)

    @property
    def borders(self) -> tuple[Reals, Reals]:
        """Left and right ends of the strips, each of shape (n, n_span)."""
        y = np.multiply.outer(self.planform.span / 2, self.edges)
        return y[:, :-1], y[:, 1:]

    def circulations(self, slope: Reals) -> Reals:
        """Return the circulation of each panel that makes the flow tangent to the wing.

        Parameters
        ----------
        slope : ndarray of shape (n_span, k)
            Angle of each strip to the flow, in rad; k cases at once.

        Returns
        -------
        ndarray of shape (n, n_chord, n_span, k)
            For a flow of speed 1.
        """
        left, right = self.borders
        x1, x2 = self.bound()
        y1, y2 = (self._flat(each[:, None, :]) for each in (left, right))
        x = self._flat(self._lines(self.middles, 0.75))
        y = self._flat(np.multiply.outer(self.planform.span / 2, self.middles)[:, None, :])
        x1, x2 = self._flat(x1), self._flat(x2)
        down = _upwash((x, y), (x1, y1), (x2, y2)) + _upwash((x, y), (x2, -y2), (x1, -y1))
        wanted = -np.tile(slope, (self.n_chord, 1))
        solved = np.linalg.solve(down, np.broadcast_to(wanted, (len(x), *wanted.shape)))
        return np.asarray(solved, dtype=np.float64).reshape(len(x), self.n_chord, *slope.shape)

    def bound(self) -> tuple[Reals, Reals]:
        """Return where the bound vortices begin and end: x of shape (n, n_chord, n_span)."""
        x = self._lines(self.edges, 0.25)
        return x[:, :, :-1], x[:, :, 1:]

    def induced_drag(self, circulation: Reals) -> Reals:
        """Return the drag, over density and speed squared, of strips' circulations (n, n_span)."""
        left, right = (each[:, None, :] for each in self.borders)
        y = np.multiply.outer(self.planform.span / 2, self.middles)[:, :, None]
        wake = 1 / (left - y) - 1 / (right - y) + 1 / (-right - y) - 1 / (-left - y)
        upwash = np.einsum("nij,nj->ni", wake, circulation) / (2 * np.pi)
        widths = self.borders[1] - self.borders[0]
        return -(circulation * upwash * widths).sum(axis=1)

    def _lines(self, fractions: Reals, part: float) -> Reals:
        """Return x at a part of each panel's chord: (n, n_chord, m) for m fractions of the span."""
        steps = (np.arange(self.n_chord) + part) / self.n_chord
        nose, chord = self.planform.nose(fractions), self.planform.chord(fractions)
        return nose[:, None, :] + steps[:, None] * chord[:, None, :]

    def _flat(self, panels: Reals) -> Reals:
        """Return values by panel as (n, n_chord * n_span)."""
        n = len(self.planform.span)
        m = panels.shape[-1]
        return np.broadcast_to(panels, (n, self.n_chord, m)).reshape(n, self.n_chord * m)


def _upwash(at: Points, start: Points, end: Points) -> Reals:
    """Return the upwash of unit horseshoes: (n, p, q) at p points of q vortices, all in the plane.

    Each vortex runs from far downstream to its start, bound to its end, and downstream again.
    """
    ax, ay = (here[:, :, None] - there[:, None, :] for here, there in zip(at, start, strict=True))
    bx, by = (here[:, :, None] - there[:, None, :] for here, there in zip(at, end, strict=True))
    a, b = np.hypot(ax, ay), np.hypot(bx, by)
    bound = (ax * by - ay * bx) * (a + b) / (a * b * (a * b + ax * bx + ay * by))
    legs = (1 + bx / b) / by - (1 + ax / a) / ay
    return (bound + legs) / (4 * np.pi)


def _coefficients(inputs: Reals) -> dict[str, Reals]:
    """Return the outcomes of a block of wings from its inputs, (7, n) in the order of the space."""
    span, taper, sweep, twist, angle, centre, tail = inputs
    alpha, tip = np.radians(angle), np.radians(twist)
    lattice = Lattice.cosine(Planform.trapezoid(span, AREA, taper, np.radians(sweep)))
    unit = lattice.circulations(np.stack([np.ones_like(lattice.middles), lattice.middles], axis=1))
    carried = alpha[:, None, None] * unit[..., 0] + tip[:, None, None] * unit[..., 1]
    left, right = lattice.borders
    strips = carried.sum(axis=1)
    lift = _lift(lattice, carried)
    induced = lattice.induced_drag(strips) * 2 / AREA
    bending = 2 * (strips * (right - left) * (left + right) / 2).sum(axis=1) / (AREA * span)
    slope, aspect = _lift(lattice, unit[..., 0]), span**2 / AREA
    nose, mean = _mean_chord(lattice.planform)
    hold = nose + centre * mean
    downwash = 2 / (np.pi * aspect)
    moment = _moment(lattice, carried, hold) / mean - tail * TAIL_SLOPE * (alpha - downwash * lift)
    neutral = _moment(lattice, unit[..., 0], hold) / mean / slope
    return {
        "lift": lift,
        "drag": induced + _profile_drag(lattice, strips),
        "induced_drag": induced,
        "moment": moment,
        "static_margin": tail * TAIL_SLOPE * (1 / slope - downwash) - neutral,
        "bending": bending,
    }


def _lift(lattice: Lattice, circulation: Reals) -> Reals:
    """Return the lift coefficient of circulations by panel."""
    left, right = lattice.borders
    return 4 / AREA * (circulation.sum(axis=1) * (right - left)).sum(axis=1)


def _moment(lattice: Lattice, circulation: Reals, hold: Reals) -> Reals:
    """Return the moment coefficient, nose up, about the points at x = hold, times the chord."""
    left, right = lattice.borders
    x1, x2 = lattice.bound()
    arms = hold[:, None, None] - (x1 + x2) / 2
    return 4 / AREA * (circulation * arms * (right - left)[:, None, :]).sum(axis=(1, 2))


def _profile_drag(lattice: Lattice, strips: Reals) -> Reals:
    """Return the drag coefficient of the sections: a parabola of their own lift."""
    left, right = lattice.borders
    chord = lattice.planform.chord(lattice.middles)
    section = 2 * strips / chord
    drag = 0.0065 + 0.006 * (section - 0.2) ** 2
    return (drag * chord * (right - left)).sum(axis=1) / (chord * (right - left)).sum(axis=1)


def _mean_chord(planform: Planform) -> tuple[Reals, Reals]:
    """Return the leading edge and the length of the mean aerodynamic chord."""
    nodes, weights = np.polynomial.legendre.leggauss(4)  # exact: chord squared is of degree 2
    fractions, weights = (nodes + 1) / 2, weights / 2
    nose, chord = planform.nose(fractions), planform.chord(fractions)
    area = chord @ weights
    return (nose * chord) @ weights / area, chord**2 @ weights / area
