"""What ten kinds of bad input get: each error's message, as a user sees it.

Run: python benchmarks/messages.py
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd

import surrogate as sg
from surrogate.errors import SurrogateError

SPACE = sg.Space(gain=sg.LogUniform(0.1, 10), delay=(0, 0.5), constraints=["gain * delay < 2"])
STAR = sg.Simulator(lambda gain, delay: gain * delay - 0.5, SPACE, outcomes=["stability"])
RUNS = sg.run(STAR, SPACE.sample(64, rng=0), n_workers=0)


def damaged_store() -> object:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "notes.txt"
        path.write_text("no database" * 100)
        return sg.Runs.from_store(path)


def shifted(**values: float) -> pd.DataFrame:
    return SPACE.sample(20, rng=0).assign(**values)


BAD_INPUTS: dict[str, Callable[[], object]] = {
    "a design outside the space": lambda: SPACE.check(shifted(gain=12.4)),
    "a misspelt column": lambda: SPACE.check(shifted().rename(columns={"delay": "dealy"})),
    "a broken constraint": lambda: SPACE.check(shifted(gain=9.0, delay=0.4)),
    "a case that is code": lambda: sg.Expression("__import__('os').system('ls')"),
    "a case on an unknown outcome": lambda: RUNS.label("stabilty < 0"),
    "a function that does not fit its space": lambda: sg.Simulator(
        lambda gain, dealy: 0, SPACE, outcomes=["y"]
    ),
    "a function that forgets to return": lambda: sg.run(
        sg.Simulator(lambda gain, delay: None, SPACE, outcomes=["y"]), shifted(), n_workers=0
    ),
    "a simulator that always fails": lambda: sg.run(
        sg.Simulator(lambda gain, delay: 1 / 0, SPACE, outcomes=["y"]), shifted(), n_workers=0
    ),
    "a question nothing answers": lambda: sg.discover(RUNS, "stability > 99", rng=0),
    "NaN among the inputs of a box": lambda: sg.Box({"gain": (1, 2)}).contains(
        shifted(gain=math.nan)
    ),
    "a store that is none": damaged_store,
    "a confidence level in percent": lambda: sg.certify(
        sg.Box({"gain": (1, 2)}), STAR, "stability < 0", confidence_level=95, n_workers=0
    ),
    "a seed that is none": lambda: SPACE.sample(8, rng=-1),
}


def main() -> None:
    for name, ask in BAD_INPUTS.items():
        try:
            ask()
        except SurrogateError as error:
            print(f"{name}\n  {type(error).__name__}: {error}\n")
        else:
            raise SystemExit(f"{name} was accepted")


if __name__ == "__main__":
    main()
