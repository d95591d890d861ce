import numpy as np
import pytest

from surrogate.errors import ArgumentError, MissingExtraError, did_you_mean, import_extra
from surrogate.randomness import generator, seed_of, seed_of_state, stream


def test_zero_is_a_seed_and_none_is_not():
    assert generator(0).random() == generator(0).random()
    assert generator(None).random() != generator(None).random()
    assert seed_of(0) == 0
    assert seed_of(None) != seed_of(None)


def test_a_generator_is_used_as_it_is():
    random = np.random.default_rng(1)
    assert generator(random) is random
    assert seed_of(random) != seed_of(random)


def test_streams_differ_by_seed_and_purpose_and_repeat():
    draws = {
        stream(seed, *purpose).random()
        for seed in (0, 1)
        for purpose in [("design",), ("transfer",), ("fold", 0), ("fold", 1)]
    }
    assert len(draws) == 8
    assert stream(0, "fold", 1).random() == stream(0, "fold", 1).random()
    assert stream(0, "design").random() != generator(0).random()


def test_an_estimators_random_state_follows_scikit_learn():
    assert seed_of_state(3) == 3
    state = np.random.RandomState(0)
    assert seed_of_state(state) != seed_of_state(state)


@pytest.mark.parametrize("rng", [-1, 1.5, "0", True])
def test_what_is_no_seed_is_refused(rng):
    with pytest.raises(ArgumentError, match="non-negative int"):
        generator(rng)


def test_near_misses_are_suggested_and_others_listed():
    assert did_you_mean("gian", ["gain", "delay"]) == "; did you mean 'gain'?"
    assert did_you_mean("zzz", ["gain", "delay"]) == "; there are gain, delay"
    assert did_you_mean("zzz", []) == "; there are none"


def test_a_missing_extra_names_its_install_command():
    with pytest.raises(MissingExtraError, match=r'pip install "ml-metamorphosis\[torch\]"'):
        import_extra("no_such_module", extra="torch", purpose="a network student")
    assert import_extra("json", extra="torch", purpose="a test").__name__ == "json"
