"""What is kept of a compiled function is as new as all that is in it."""

import importlib
import sys

CALLED = """
from surrogate.students.trees.compiled import compiled
@compiled
def step(x):
    return x + {step}
"""
CALLER = """
from surrogate.students.trees.compiled import compiled
from called_below import step
@compiled
def twice(x):
    return step(step(x))
"""
ABOVE = """
from surrogate.students.trees.compiled import compiled
from caller_between import twice
@compiled
def thrice(x):
    return twice(x) + 1
"""


def test_a_change_in_another_file_reaches_all_callers(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # two versions within a second
    (tmp_path / "caller_between.py").write_text(CALLER)
    (tmp_path / "caller_above.py").write_text(ABOVE)

    def thrice(step):
        (tmp_path / "called_below.py").write_text(CALLED.format(step=step))
        for name in ("called_below", "caller_between", "caller_above"):
            monkeypatch.delitem(sys.modules, name, raising=False)
        importlib.invalidate_caches()
        return importlib.import_module("caller_above").thrice

    assert thrice(step=1)(0) == 3
    assert thrice(step=5)(0) == 11
    known = thrice(step=1)
    assert known(0) == 3
    assert sum(known.stats.cache_hits.values()) == 1
