"""Ctrl-C that cannot be lost."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["noted_interrupts"]


@contextmanager
def noted_interrupts() -> Iterator[Callable[[], None]]:
    """Note every KeyboardInterrupt of Ctrl-C, and yield a function that raises one noted.

    Python raises it wherever the main thread happens to be. Where that is a finaliser, a weak
    reference's callback (every import has one) or a callback from C, it is printed and dropped
    [1]_, and work that nobody wants any more goes on to its end. Between two steps of such work,
    call the function. A handler of the user's that raises nothing is left at that.

    References
    ----------
    .. [1] https://docs.python.org/3/reference/datamodel.html#object.__del__

    Examples
    --------
    >>> with noted_interrupts() as check:
    ...     for _ in range(3):  # of many steps
    ...         check()
    """
    before = signal.getsignal(signal.SIGINT)
    if not callable(before) or threading.current_thread() is not threading.main_thread():
        yield lambda: None  # ignored or the system's own, or no signal of this thread's
        return
    noted = False

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal noted
        try:
            before(number, frame)
        except KeyboardInterrupt:
            noted = True
            raise

    def check() -> None:
        if noted:
            raise KeyboardInterrupt

    signal.signal(signal.SIGINT, note)
    try:
        yield check
    finally:
        signal.signal(signal.SIGINT, before)
