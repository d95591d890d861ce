"""Teachers nobody here trained: torch modules and models behind an address."""

import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pandas as pd
import pytest
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import surrogate as sg
from surrogate.errors import ArgumentError, RunError

X = np.random.default_rng(0).normal(size=(50, 3))


def answer_of(path, body):
    rows = np.asarray(body["inputs"], dtype=float)
    match path:
        case "/sum":
            return 200, json.dumps(rows.sum(axis=1).tolist())
        case "/share":
            return 200, json.dumps({"outputs": (1 / (1 + np.exp(-rows.sum(axis=1)))).tolist()})
        case "/columns":
            return 200, json.dumps([body["columns"].index("b")] * len(rows))
        case "/text":
            return 200, "I am no JSON"
        case "/ragged":
            return 200, '{"outputs": "none"}'
        case "/slow":
            time.sleep(0.5)
            return 200, "[]"
        case _:
            return 503, "tired"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status, text = answer_of(self.path, body)
        try:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(text.encode())
        except BrokenPipeError:
            pass  # the asker has given up, as the test of the timeout wants

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def address():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_address_is_asked_in_batches(address):
    teacher = sg.Teacher(f"{address}/sum", gives="values", batch_size=8)
    np.testing.assert_allclose(teacher.values(X), X.sum(axis=1))


def test_names_of_columns_are_told(address):
    teacher = sg.Teacher(f"{address}/columns", gives="values")
    assert teacher.values(pd.DataFrame(X, columns=list("abc"))).tolist() == [1.0] * 50


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/text", "must answer with a JSON list.*I am no JSON"),
        ("/ragged", "must answer with a JSON list"),
        ("/absent", "status 503: 'tired'"),
        ("/slow", "did not answer within 0.1 s"),
    ],
)
def test_an_address_that_does_not_answer_says_how(address, path, message):
    teacher = sg.Teacher(address + path, gives="values", timeout=0.1)
    with pytest.raises(RunError, match=message):
        teacher.values(X)


def test_an_address_where_nobody_listens_is_named():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(RunError, match=f"127.0.0.1:{port} cannot be reached"):
        sg.Teacher(f"http://127.0.0.1:{port}", gives="values").values(X)


def test_progress_is_shown_to_who_asks_for_it(capsys):
    sg.Teacher(lambda rows: rows[:, 0], gives="values", batch_size=20).values(X)
    assert capsys.readouterr().err == ""
    sg.Teacher(lambda rows: rows[:, 0], gives="values", batch_size=20, progress=True).values(X)
    assert "asking the teacher" in capsys.readouterr().err


@pytest.fixture
def torch():
    return pytest.importorskip("torch", reason="the extra torch is not installed")


def test_a_module_with_its_state_is_asked(torch, tmp_path):
    trained = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.Dropout(0.9))
    torch.save(trained.state_dict(), tmp_path / "state.pt")
    fresh = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.Dropout(0.9))
    teacher = sg.Teacher(
        fresh, gives="logits", classes=[0, 1], state=tmp_path / "state.pt", batch_size=7
    )
    weight, bias = (each.detach().numpy() for each in trained[0].parameters())
    np.testing.assert_allclose(teacher.ask(X), X @ weight.T + bias, rtol=1e-4, atol=1e-5)
    assert fresh.training


def pipeline(tmp_path, address):
    """Return a pipeline fitted elsewhere."""
    fitted = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, X.sum(axis=1) > 0)
    return FrozenEstimator(fitted)


def module_with_a_state_file(tmp_path, address):
    torch = pytest.importorskip("torch", reason="the extra torch is not installed")
    trained = torch.nn.Linear(3, 1)
    with torch.no_grad():
        trained.weight.fill_(2.0)
        trained.bias.zero_()
    torch.save(trained.state_dict(), tmp_path / "state.pt")
    fresh = torch.nn.Linear(3, 1)
    return sg.Teacher(fresh, gives="logits", classes=[False, True], state=tmp_path / "state.pt")


def address_of_a_server(tmp_path, address):
    return sg.Teacher(f"{address}/share", gives="probabilities", classes=[False, True])


def simulator(tmp_path, address):
    space = sg.Space({f"x{j}": sg.Normal(0, 1) for j in range(3)})
    return sg.Simulator(lambda x0, x1, x2: x0 + x1 + x2, space, outcomes=["sum"], vectorized=True)


@pytest.mark.parametrize(
    "teacher", [pipeline, module_with_a_state_file, address_of_a_server, simulator]
)
def test_teachers_nobody_here_trained_go_through_the_same_call(teacher, tmp_path, address):
    asked = teacher(tmp_path, address)
    values = isinstance(asked, sg.Simulator)
    student = sg.DistilledTree(criterion="squared_error" if values else "entropy")
    rows = pd.DataFrame(X, columns=["x0", "x1", "x2"]) if values else X
    chain = sg.Metamorphosis(asked, student, transfer=sg.KDE(), n_transfer=2000, random_state=0)
    table = chain.fit(rows).evaluate(rows)
    assert table.loc["fidelity on these rows", "value"] > 0.85
    assert table.loc["fidelity on fresh transfer rows", "value"] > 0.8
    assert table.loc["leaves of the student", "value"] > 10
    truth = X.sum(axis=1)
    told = chain.predict(rows)
    agreed = np.corrcoef(told, truth)[0, 1] if values else np.mean(told == (truth > 0))
    assert agreed > 0.85


def test_a_state_that_holds_code_is_refused(torch, tmp_path):
    torch.save({"0.weight": LinearRegression()}, tmp_path / "state.pt")
    with pytest.raises(ArgumentError, match="is no state of Linear"):
        sg.Teacher(torch.nn.Linear(3, 1), gives="values", state=tmp_path / "state.pt")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda torch: sg.Teacher(torch.nn.Linear(3, 1)), "module or address needs gives"),
        (
            lambda torch: sg.Teacher(torch.nn.Linear(3, 1), gives="values", state="absent.pt"),
            "state must be a file",
        ),
        (lambda torch: sg.Teacher(len, gives="values", state="a.pt"), "is for torch modules"),
        (
            lambda torch: sg.Teacher("http://localhost", gives="values", timeout=0),
            "timeout must be positive",
        ),
    ],
)
def test_a_teacher_that_cannot_be_asked_is_refused(torch, make, message):
    with pytest.raises(ArgumentError, match=message):
        make(torch)
