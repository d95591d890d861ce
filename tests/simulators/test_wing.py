"""The wing against published values of vortex lattices and of theory."""

import numpy as np
import pytest

from simulators.wing import SPACE, Lattice, Planform, wing

DEGREE = np.pi / 180


def trapezoid(aspect, taper, sweep):
    """Return a planform of area 1 with the sweep (deg) of a quarter of its chord."""
    span = np.array([aspect**0.5])
    return Planform.trapezoid(span, 1.0, np.array([taper]), np.array([sweep * DEGREE]))


def per_radian(lattice):
    """Return lift, induced drag and moment about the apex, over the mean chord, of a flat wing."""
    panels = lattice.circulations(np.ones((len(lattice.middles), 1)))[..., 0]
    left, right = lattice.borders
    x1, x2 = lattice.bound()
    forces = 4 * panels * (right - left)[:, None, :]
    moment = -(forces * (x1 + x2) / 2).sum() * lattice.planform.span[0]
    return forces.sum(), 2 * lattice.induced_drag(panels.sum(axis=1))[0], moment


def test_bertin_and_smiths_swept_wing_has_their_lift():
    edges = np.linspace(0, 1, 5)
    lattice = Lattice(trapezoid(5, 1.0, 45.0), edges, (edges[1:] + edges[:-1]) / 2, n_chord=1)
    assert per_radian(lattice)[0] == pytest.approx(1.096 * np.pi, rel=1e-3)


def test_the_warren_12_planform_has_its_published_slopes():
    sweep = np.arctan(np.tan(53.54 * DEGREE) - 0.25 * (1.5 - 0.5) / 2**0.5) / DEGREE
    lift, _, moment = per_radian(Lattice.cosine(trapezoid(8**0.5, 1 / 3, sweep)))
    assert lift == pytest.approx(2.743, rel=2e-3)
    assert moment == pytest.approx(-3.10, rel=1e-2)


@pytest.mark.parametrize("aspect", [4.0, 8.0, 16.0])
def test_an_elliptic_wing_has_the_least_induced_drag(aspect):
    span = np.array([aspect**0.5])

    def chord(fraction):
        return 4 / (np.pi * span[:, None]) * np.sqrt(np.maximum(1 - fraction**2, 0))

    lattice = Lattice.cosine(Planform(span, lambda fraction: -chord(fraction) / 4, chord))
    lift, drag, _ = per_radian(lattice)
    assert drag == pytest.approx(lift**2 / (np.pi * aspect), rel=3e-3)
    assert 2 * np.pi / (1 + 3 / aspect) < lift < 2 * np.pi / (1 + 2 / aspect)  # below lifting line


def test_the_wing_of_the_simulator_is_solved_to_half_a_percent():
    coarse = per_radian(Lattice.cosine(trapezoid(8, 0.5, 20.0)))
    fine = per_radian(Lattice.cosine(trapezoid(8, 0.5, 20.0), 48, 8))
    np.testing.assert_allclose(coarse, fine, rtol=5e-3)


def test_the_moment_falls_with_lift_by_the_static_margin():
    design = SPACE.sample(20, rng=0)
    low, high = (wing.evaluate(design.assign(angle=angle)) for angle in (2.0, 3.0))
    slope = (high["moment"] - low["moment"]) / (high["lift"] - low["lift"])
    np.testing.assert_allclose(-slope, low["static_margin"], rtol=1e-9)


def test_outcomes_are_those_of_a_wing():
    found = wing.evaluate(SPACE.sample(200, rng=0))
    assert (found["drag"] > found["induced_drag"]).all()
    assert (found["induced_drag"] > 0).all()
    assert 0 < (found["static_margin"] > 0).mean() < 1
    ideal = found["lift"] ** 2 / (np.pi * SPACE.sample(200, rng=0)["span"] ** 2 / 16)
    assert (found["induced_drag"] > 0.97 * ideal).all()


def test_no_wings_have_no_coefficients():
    none = {name: np.empty(0) for name in SPACE.varied}
    assert {name: values.shape for name, values in wing(**none).items()} == dict.fromkeys(
        wing.outcomes, (0,)
    )
