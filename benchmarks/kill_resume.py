"""kill -9 in the middle of a campaign, again and again: is anything lost?

Runs 60,000 rows of the 4-node grid from the command line, kills the whole process group at random
moments, resumes, and compares the final table with that of an uninterrupted campaign.

Run: python benchmarks/kill_resume.py [kills]
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

import surrogate as sg
from surrogate.errors import StoreError

N_ROWS = 60_000


def campaign(store: Path) -> subprocess.Popen[bytes]:
    simulator = "simulators.grid_stability:four_node_star"
    return subprocess.Popen(
        [sys.executable, "-m", "surrogate", "run", simulator, store, f"--n={N_ROWS}", "--quiet"],
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def stored(store: Path) -> pd.DataFrame:
    try:
        return sg.Runs.from_store(store).to_frame()
    except StoreError:  # killed before the first run was finished
        return pd.DataFrame()


def main(kills: int = 5) -> None:
    chance = random.Random(0)
    with tempfile.TemporaryDirectory() as folder:
        whole, broken = Path(folder) / "whole.db", Path(folder) / "broken.db"
        campaign(whole).wait()
        before: set[tuple[object, ...]] = set()
        for kill in range(kills):
            process = campaign(broken)
            while len(stored(broken)) <= len(before):  # until it is well under way again
                time.sleep(0.1)
            time.sleep(chance.uniform(0.0, 0.5))
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            after = set(stored(broken).itertuples(index=False))
            print(f"kill {kill + 1}: {len(after):6,} runs stored, none lost: {before <= after}")
            before = after
        campaign(broken).wait()
        same = stored(broken).equals(stored(whole))
        print(
            f"resumed: {len(stored(broken)):,} runs, table equal to the uninterrupted one: {same}"
        )


if __name__ == "__main__":
    main(*[int(each) for each in sys.argv[1:]])
