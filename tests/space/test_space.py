import pickle

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.stats import qmc

import surrogate as sg
from surrogate.errors import AcceptanceWarning, ArgumentError, SpaceError


@pytest.fixture
def space() -> sg.Space:
    return sg.Space(
        gain=sg.LogUniform(0.1, 10, unit="1/s"),
        delay=sg.Uniform(0, 0.5),
        nodes=sg.Integer(2, 8),
        policy=sg.Categorical(["a", "b"]),
        load=7.5,
        constraints=["gain * delay < 2"],
        derived={"product": "gain * delay"},
    )


METHODS = ["sobol", "halton", "random", "latin", "latin-optimized"]


@pytest.mark.parametrize("method", METHODS)
def test_a_design_fits_its_space_and_its_seed(space, method):
    design = space.sample(100, method=method, rng=0)
    assert list(design) == ["gain", "delay", "nodes", "policy", "load", "product"]
    pd.testing.assert_frame_equal(space.check(design), design)
    pd.testing.assert_frame_equal(space.sample(100, method=method, rng=0), design)
    assert not space.sample(100, method=method, rng=1).equals(design)
    assert 0.5 < design.attrs["acceptance_rate"] < 1


@pytest.mark.parametrize("method", ["sobol", "halton", "random"])
@pytest.mark.parametrize("constraints", [[], ["gain * delay < 2"]])
def test_a_longer_design_begins_with_the_shorter_one(method, constraints):
    space = sg.Space(gain=(0, 10), delay=(0, 0.5), constraints=constraints)
    short = space.sample(100, method=method, rng=3)
    long = space.sample(777, method=method, rng=3)
    pd.testing.assert_frame_equal(long.iloc[:100], short, check_flags=False)


def test_the_default_design_fills_the_space_as_scrambled_sobol_points_do():
    space = sg.Space({f"x{k}": (0, 1) for k in range(10)})
    points = space.sample(256, rng=0).to_numpy()
    assert qmc.discrepancy(points, method="CD") < 0.008  # Saltelli rows: 0.135


def test_a_latin_hypercube_has_one_point_in_each_slice():
    design = sg.Space(x=(0, 1), y=(0, 1)).sample(50, method="latin", rng=0)
    assert sorted((design["x"] * 50).astype(int)) == list(range(50))


def test_a_grid_has_every_combination():
    space = sg.Space(x=(0, 1), n=sg.Integer(1, 2), k=sg.Categorical(["a", "b", "c"]))
    grid = space.sample(3, method="grid")
    assert len(grid) == 3 * 2 * 3
    assert set(grid["x"]) == {0.0, 0.5, 1.0}
    with pytest.raises(ArgumentError, match="fewer levels"):
        sg.Space({f"x{k}": (0, 1) for k in range(9)}).sample(10, method="grid")


def test_the_same_seed_zero_is_a_seed(space):
    pd.testing.assert_frame_equal(space.sample(8, rng=0), space.sample(8, rng=0))


def test_global_random_state_is_neither_used_nor_touched(space):
    before = np.random.get_state()[1].copy()  # noqa: NPY002 - the subject of this test
    for method in METHODS:
        space.sample(16, method=method, rng=0)
    assert np.array_equal(before, np.random.get_state()[1])  # noqa: NPY002


def test_draws_within_limits_follow_the_law_of_the_space(space):
    limits = {"gain": (0.1, 1.0), "nodes": (3, 4), "policy": ("b",), "product": (0.0, 0.2)}
    inside = space.sample(2000, method="random", rng=0, within=limits)
    assert inside["gain"].between(0.1, 1).all()
    assert set(inside["nodes"]) == {3, 4}
    assert set(inside["policy"]) == {"b"}
    assert (inside["product"] <= 0.2).all()
    everywhere = space.sample(200_000, method="random", rng=1)
    kept = everywhere[
        everywhere["gain"].between(0.1, 1)
        & everywhere["nodes"].between(3, 4)
        & (everywhere["policy"] == "b")
        & (everywhere["product"] <= 0.2)
    ]
    assert stats.ks_2samp(inside["gain"], kept["gain"]).pvalue > 1e-3
    share = len(kept) / len(everywhere)
    assert space.mass(limits).low <= share <= space.mass(limits).high


def test_a_tiny_box_costs_no_rejected_draws():
    space = sg.Space({f"x{k}": (0, 1) for k in range(6)})
    limits = {f"x{k}": (0.5, 0.51) for k in range(6)}
    assert len(space.sample(10, method="random", rng=0, within=limits)) == 10
    assert space.mass(limits).value == pytest.approx(1e-12)


def test_unit_cube_and_values_are_two_views_of_one_design(space):
    design = space.sample(64, rng=0)
    again = space.from_unit(space.to_unit(design))
    pd.testing.assert_frame_equal(again, design, check_flags=False, rtol=1e-9)


def test_round_trips(space):
    assert sg.Space.from_json(space.to_json()) == space
    assert pickle.loads(pickle.dumps(space)) == space
    bounds = sg.Space(a=(0, 1), b=sg.Normal(0, 2, unit="m"))
    assert sg.Space.from_frame(bounds.to_frame()) == bounds
    assert sg.Space.from_salib(bounds.to_salib()) == sg.Space(a=(0, 1), b=sg.Normal(0, 2))
    table = pd.DataFrame({"low": [0.0], "high": [2.0]}, index=["wind speed"])
    assert sg.Space.from_frame(table) == sg.Space({"wind speed": (0, 2)})
    gamma = sg.Space(a=stats.gamma(2.0, scale=3))
    assert sg.Space.from_json(gamma.to_json()).parameters["a"].low == 0


def test_a_salib_problem_is_fresh_each_time_and_samples_the_same_space():
    from SALib.sample import latin

    space = sg.Space(a=sg.LogUniform(1, 100), t=sg.Triangular(0, 1, 4))
    rows = latin.sample(space.to_salib(), 200, seed=1)
    assert "sample_scaled" not in space.to_salib()
    assert np.median(rows[:, 0]) == pytest.approx(10, rel=0.1)
    assert space.to_salib(unit=True)["bounds"] == [[0.0, 1.0]] * 2
    with pytest.raises(SpaceError, match="no distribution like that of 'n'"):
        sg.Space(n=sg.Integer(0, 3)).to_salib()


def test_constants_are_passed_and_never_sampled(space):
    assert space.varied == ("gain", "delay", "nodes", "policy")
    assert (space.sample(4, rng=0)["load"] == 7.5).all()
    only = sg.Space(load=7.5).sample(3, rng=0)
    assert only["load"].tolist() == [7.5] * 3


def test_a_frame_without_constants_and_derived_inputs_is_completed(space):
    design = space.sample(5, rng=0)
    checked = space.check(design[["policy", "nodes", "delay", "gain"]].set_index([list("vwxyz")]))
    assert checked.index.tolist() == list("vwxyz")
    assert checked["product"].tolist() == (design["gain"] * design["delay"]).tolist()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.drop(columns="gain"), "lacks the input 'gain'"),
        (lambda d: d.rename(columns={"delay": "dealy"}), "lacks the input 'delay'.*'dealy'"),
        (lambda d: d.assign(extra=1), "column 'extra' that is no input"),
        (lambda d: d.assign(gain=12.4), r"'gain' has 5 values outside \[0.1, 10\] .first: row 0"),
        (lambda d: d.assign(gain=np.nan), "'gain' has 5 values outside"),
        (lambda d: d.assign(gain="x"), "must hold numbers"),
        (lambda d: d.assign(nodes=2.5), r"5 values outside the whole numbers of \[2, 8\]"),
        (lambda d: d.assign(policy="c"), "'policy' has 5 values outside {a, b}"),
        (lambda d: d.assign(load=3.0), "'load' has 5 values outside {7.5}"),
        (lambda d: d.assign(product=d["product"] + 1), "'product' must be gain . delay, but"),
        (
            lambda d: d.drop(columns="product").assign(gain=10.0, delay=0.4),
            "constraint 'gain . delay < 2' is broken in 5 rows .first: row 0, gain=10.0",
        ),
        (lambda d: d.to_numpy(), "a design is a DataFrame"),
    ],
)
def test_a_design_that_does_not_fit_says_where(space, change, message):
    with pytest.raises(SpaceError, match=message):
        space.check(change(space.sample(5, rng=0)))


def test_clip_moves_numbers_to_the_nearest_value():
    space = sg.Space(x=(0, 1), d=sg.Discrete([1, 2, 4]), n=sg.Integer(2, 8), k=stats.binom(6, 0.3))
    design = pd.DataFrame({"x": [-1.0, 2.0], "d": [3.1, 0.0], "n": [2.9, 9.4], "k": [2.9, 6.0]})
    clipped = space.check(design, clip=True)
    assert clipped["x"].tolist() == [0.0, 1.0]
    assert clipped["d"].tolist() == [4, 1]
    assert clipped["n"].tolist() == [3, 8]
    assert clipped["k"].tolist() == [3, 6]
    with pytest.raises(SpaceError, match="nan"):
        space.check(design.assign(x=np.nan), clip=True)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (sg.Space, "at least one parameter"),
        (lambda: sg.Space(x=[1, 2]), r"Discrete\(\[...\]\)"),
        (lambda: sg.Space(x=(0, 1), constraints=["y < 1"]), "reads 'y'"),
        (lambda: sg.Space(x=(0, 1), derived={"x": "1"}), "declared twice"),
        (lambda: sg.Space(x=(0, 1), derived={"y": "z", "z": "x"}), "reads 'z'"),
        (lambda: sg.Space(x=(0, 1), derived={"y": "log(x - 2)"}).sample(4), "not finite"),
        (lambda: sg.Space(x=(0, 1)).sample(0), "at least one row"),
        (lambda: sg.Space(x=(0, 1)).sample(4, method="sobal"), "did you mean 'sobol'"),
        (lambda: sg.Space(x=(0, 1)).sample(4, rng=-1), "non-negative"),
        (lambda: sg.Space(x=(0, 1)).sample(4, within={"y": (0, 1)}), "restrict 'y'"),
        (lambda: sg.Space(x=(0, 1)).sample(4, within={"x": (2, 3)}), "leave nothing"),
        (lambda: sg.Space(x=(0, 1), constraints=["x > 2"]).sample(4), "one in ten thousand"),
        (lambda: sg.Space.from_json("{}"), "no space in JSON"),
        (lambda: sg.Space.from_json('{"schema": 99}'), "schema 99"),
    ],
)
def test_what_cannot_be_says_why(make, message):
    with pytest.raises((SpaceError, ArgumentError), match=message):
        make()


def test_rare_acceptance_is_reported():
    space = sg.Space(x=(0, 1), constraints=["x < 0.005"])
    with pytest.warns(AcceptanceWarning, match="0.5 %"):
        space.sample(100, rng=0)


def test_callables_serve_as_constraints_and_derived_inputs():
    space = sg.Space(
        x=(0, 1),
        y=(0, 1),
        constraints=[lambda frame: frame["x"] < frame["y"]],
        derived={"s": lambda frame: frame["x"] + frame["y"]},
    )
    design = space.sample(50, rng=0)
    assert (design["x"] < design["y"]).all()
    with pytest.raises(SpaceError, match="callable"):
        sg.Space.from_json(space.to_json())


class TestExchangeable:
    def make(self, **changes) -> sg.Space:
        settings = {
            "parameters": dict.fromkeys(("a1", "a2", "a3", "b1", "b2", "b3", "c"), (0.0, 1.0)),
            "exchangeable": [[("a1", "b1"), ("a2", "b2"), ("a3", "b3")]],
        } | changes
        return sg.Space(settings.pop("parameters"), **settings)

    def test_blocks_are_permuted_jointly(self):
        space = self.make(derived={"total": "a1 + a2 + a3"})
        design = space.sample(4, rng=0)
        copies = space.orbit(design)
        assert len(copies) == 6
        pd.testing.assert_frame_equal(copies[0], design)
        pairs = [
            {(copy[f"a{k}"].iloc[0], copy[f"b{k}"].iloc[0]) for k in (1, 2, 3)} for copy in copies
        ]
        assert all(each == pairs[0] for each in pairs)
        assert len({copy["a1"].iloc[0] for copy in copies}) == 3

    def test_a_limited_number_of_copies_is_drawn_without_repeats(self):
        copies = self.make().orbit(self.make().sample(2, rng=0), n_copies=4, rng=0)
        assert len({tuple(copy.to_numpy().ravel()) for copy in copies}) == 4

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"constraints": ["a1 < a2"]}, "the constraint 'a1 < a2' changes"),
            ({"derived": {"d": "a1 - a2"}}, "derived input 'd' changes"),
            ({"exchangeable": [[("a1", "b1"), ("a2",)]]}, "the same length"),
            ({"exchangeable": [[("a1",), ("x",)]]}, "'x', which is no input"),
        ],
    )
    def test_what_is_not_symmetric_is_refused(self, changes, message):
        with pytest.raises(SpaceError, match=message):
            self.make(**changes)

    def test_different_distributions_are_refused(self):
        with pytest.raises(SpaceError, match="one distribution"):
            sg.Space(a=(0, 1), b=(0, 2), exchangeable=[["a", "b"]])

    def test_derived_inputs_may_belong_to_the_blocks(self):
        space = self.make(
            derived={f"p{k}": f"a{k} * b{k}" for k in (1, 2, 3)},
            exchangeable=[[("a1", "b1", "p1"), ("a2", "b2", "p2"), ("a3", "b3", "p3")]],
        )
        for copy in space.orbit(space.sample(4, rng=0)):
            pd.testing.assert_frame_equal(space.check(copy), copy, check_flags=False)
