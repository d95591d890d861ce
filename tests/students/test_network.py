"""Networks as students: what they learn, when they stop, and how they are kept."""

import builtins

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_digits

import surrogate as sg
from surrogate.errors import ArgumentError, DataError, MissingExtraError
from surrogate.students.networks.training import Lesson

torch = pytest.importorskip("torch", reason="the extra torch is not installed")


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits(return_X_y=True)
    return X.astype(np.uint8), y


@pytest.fixture(scope="module")
def images(digits):
    X, y = digits
    network = sg.Network(channels=[6, 8], hidden_layer_sizes=[16], n_epochs=10, random_state=0)
    return network.fit(X[:800], y[:800])


def soft(X):
    yes = 1 / (1 + np.exp(-15 * (X[:, 0] + X[:, 1] - 1)))
    return np.stack([1 - yes, yes], axis=1)


def test_a_convolutional_network_tells_digits(digits, images):
    X, y = digits
    assert images.score(X[800:], y[800:]) > 0.85
    n_convolutions = 9 * 6 + 6 + 9 * 6 * 8 + 8
    assert images.n_parameters_ == n_convolutions + 4 * 8 * 16 + 16 + 16 * 10 + 10


def test_the_arrays_say_what_torch_says():
    from surrogate.students.networks.training import Plan, _layers, _module

    plan = Plan((7,), (3, 4), (9, 10), 2, 1, 8, 1e-3, 0.0, None, "cpu", None)
    torch.manual_seed(0)
    module = _module(plan, 90)
    X = np.random.default_rng(0).normal(size=(20, 90)).astype(np.float32)
    module(torch.from_numpy(3 * X + 1))  # moves the running means of the normalisation
    expected = module.eval()(torch.from_numpy(X)).detach().numpy()
    one = np.ones(1, np.float32)
    lesson = Lesson(X, np.zeros(20, np.int64), np.ones(20, np.float32), 0 * one, one, 1.0)
    np.testing.assert_allclose(_layers(module, lesson, plan)(X), expected, rtol=1e-4, atol=1e-5)


def test_probabilities_are_learnt_as_they_are():
    X = np.random.default_rng(0).random((1500, 2))
    network = sg.Network(hidden_layer_sizes=[16], random_state=0)
    network.fit(X[:1000], soft(X[:1000]), classes=["no", "yes"])
    np.testing.assert_allclose(network.predict_proba(X[1000:]), soft(X[1000:]), atol=0.1)


def test_values_are_learnt_in_any_unit():
    X = np.random.default_rng(0).random((600, 2)) * [1e-9, 1e6]
    y = 1e5 + np.sin(3e9 * X[:, 0]) + X[:, 1] / 1e6
    network = sg.Network(criterion="squared_error", random_state=0).fit(X[:500], y[:500])
    assert network.score(X[500:], y[500:]) > 0.95
    assert not hasattr(network, "predict_proba")


def test_softened_probabilities_are_met_at_their_temperature():
    """A student that says what the teacher says has no loss, at any temperature."""
    logits = np.random.default_rng(0).normal(scale=3, size=(50, 4))
    for temperature in (1.0, 4.0):
        powers = np.exp(logits / temperature)
        lesson = lesson_of(powers / powers.sum(axis=1, keepdims=True), temperature)
        loss = lesson.loss(torch.from_numpy(logits), np.arange(50))
        assert abs(float(loss)) < 1e-4


def test_the_loss_of_soft_labels_is_multiplied_by_the_temperature_squared():
    """At high temperature the gradient nears that of squared logits, whatever the temperature."""
    gradients = []
    for temperature in (50.0, 100.0):
        outputs = torch.tensor([[1.0, 0.0, -1.0]], dtype=torch.float64, requires_grad=True)
        lesson_of([[1 / 3, 1 / 3, 1 / 3]], temperature).loss(outputs, np.arange(1)).backward()
        gradients.append(outputs.grad.numpy())
    np.testing.assert_allclose(*gradients, atol=0.002)


def test_true_labels_are_met_without_temperature():
    outputs = torch.tensor([[1.0, 0.0]])
    loss = lesson_of([[1.0, 0.0]], 4.0).loss(outputs, np.arange(1))
    assert float(loss) == pytest.approx(np.log1p(np.exp(-1)), rel=1e-6)


def lesson_of(probabilities, temperature):
    targets = np.asarray(probabilities, dtype=np.float32)
    ones = np.ones(len(targets), np.float32)
    return Lesson(targets, targets, ones, ones[:1], ones[:1], temperature)


def test_a_chain_tells_its_temperature_to_the_network():
    class Student(sg.Network):
        def fit(self, X, y, sample_weight=None, *, classes=None, temperature=1.0):
            self.told_ = temperature
            return super().fit(X, y, sample_weight, classes=classes, temperature=temperature)

    X = np.random.default_rng(0).random((200, 2))
    teacher = sg.Teacher(soft, gives="probabilities", classes=[0, 1])
    student = Student(hidden_layer_sizes=[4], n_epochs=2, random_state=0)
    chain = sg.Metamorphosis(teacher, student, temperature=3.0, random_state=0).fit(X)
    assert chain.student_.told_ == 3.0
    assert chain.evaluate(X).loc["parameters of the student", "value"] == 22


def test_training_stops_when_fidelity_does_not_rise_and_the_best_epoch_is_kept():
    random = np.random.default_rng(0)
    X, y = random.random((300, 3)), random.integers(0, 2, 300)
    network = sg.Network(n_epochs=60, patience=3, random_state=0).fit(X, y)
    fidelity = network.history_["fidelity"]
    assert len(fidelity) < 60
    assert fidelity.iloc[-4] == fidelity.max()
    whole = sg.Network(n_epochs=5, patience=None, random_state=0).fit(X, y)
    assert list(whole.history_) == ["loss"]


def test_the_same_seed_trains_the_same_network_and_leaves_global_state_alone(digits):
    X, y = digits
    before = torch.random.get_rng_state()
    first, second = (
        sg.Network(n_epochs=2, random_state=3).fit(X[:300], y[:300]).predict_proba(X[300:])
        for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_what_is_saved_predicts_the_same(images, digits, tmp_path):
    sg.save(images, tmp_path / "network.surrogate")
    again = sg.load(tmp_path / "network.surrogate")
    X = digits[0][800:]
    np.testing.assert_array_equal(images.predict_proba(X), again.predict_proba(X))
    np.testing.assert_array_equal(images.predict(X), again.predict(X))
    assert again.get_params()["channels"] == [6, 8]
    with pytest.raises(DataError, match="is not fitted"):
        sg.save(clone(images), tmp_path / "none.surrogate")


def test_a_fitted_network_predicts_without_torch(images, digits, monkeypatch):
    real = builtins.__import__

    def blocked(name, *arguments):
        if name.split(".")[0] == "torch":
            raise ImportError(name)
        return real(name, *arguments)

    monkeypatch.setitem(__import__("sys").modules, "torch", None)
    monkeypatch.setattr(builtins, "__import__", blocked)
    assert images.predict(digits[0][:5]).shape == (5,)
    with pytest.raises(MissingExtraError, match=r"ml-metamorphosis\[torch\]"):
        clone(images).fit(*digits)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"channels": [4, 4, 4, 4]}, "no images of 8 x 8 that 4 convolutions can halve"),
        ({"shape": (3, 5)}, "no images of 3 x 5"),
        ({"hidden_layer_sizes": [0]}, "each of hidden_layer_sizes must be an integer"),
        ({"learning_rate": 0}, "learning_rate must be positive"),
        ({"criterion": "entropy"}, "criterion must be 'cross_entropy' or 'squared_error'"),
        ({"validation_fraction": 1}, "validation_fraction must lie between 0 and 1"),
    ],
)
def test_a_parameter_out_of_range_is_refused(digits, settings, message):
    with pytest.raises(ArgumentError, match=message):
        sg.Network(**settings).fit(*digits)


def test_training_that_diverges_says_so(digits):
    X, y = digits
    with pytest.raises(DataError, match="lower learning_rate"):
        sg.Network(criterion="squared_error", learning_rate=1e30, random_state=0).fit(
            X[:200], y[:200]
        )


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_a_network_is_trained_where_it_is_told_to(digits, monkeypatch, device):
    if device == "cuda" and not torch.cuda.is_available():
        pytest.skip("no GPU that torch can use")
    met = []

    def inputs(lesson, rows, device):
        met.append(real(lesson, rows, device))
        return met[-1]

    real = Lesson.inputs
    monkeypatch.setattr(Lesson, "inputs", inputs)
    X, y = digits
    network = sg.Network(n_epochs=1, device=device, random_state=0).fit(X[:100], y[:100])
    assert {each.device.type for each in met} == {device}
    assert network.predict(X[:5]).shape == (5,)


@pytest.mark.parametrize("device", ["cuda:99", "meta", "gpu"])
def test_a_device_that_is_not_there_is_refused_with_those_that_are(digits, device):
    with pytest.raises(ArgumentError, match=rf"Network: torch cannot use device='{device}'.*cpu"):
        sg.Network(device=device).fit(*digits)
