"""Ctrl-C ends a campaign wherever it falls, and only what it is meant for."""

import signal
import threading

import pytest

import surrogate as sg
from surrogate.experiment.interrupts import noted_interrupts


class DropsAnInterrupt:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)


@pytest.fixture
def interrupted(space):
    """A simulator at whose sixth run Ctrl-C falls into a finaliser, which drops what it raises."""

    def simulate(x, k):
        if k == 5:
            DropsAnInterrupt()
        return x

    return sg.Simulator(simulate, space, outcomes=["y"], name="interrupted")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interrupt_that_a_finaliser_drops_stops_the_campaign(interrupted, design, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        sg.run(interrupted, design, store=tmp_path / "s.db", n_workers=0)
    assert len(sg.Runs.from_store(tmp_path / "s.db")) == 6
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_handler_that_raises_nothing_is_left_at_that(interrupted, design):
    heard = []
    before = signal.signal(signal.SIGINT, lambda *_: heard.append("Ctrl-C"))
    try:
        runs = sg.run(interrupted, design, n_workers=0)
    finally:
        signal.signal(signal.SIGINT, before)
    assert (len(runs), heard) == (48, ["Ctrl-C"])


def test_other_threads_leave_signals_alone():
    def note():
        with noted_interrupts() as check:
            check()
            seen.append(signal.getsignal(signal.SIGINT))

    seen = []
    thread = threading.Thread(target=note)
    thread.start()
    thread.join()
    assert seen == [signal.default_int_handler]
