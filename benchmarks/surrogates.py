"""How far surrogates are from the best peer, on the same runs in the same process.

    OMP_NUM_THREADS=1 python benchmarks/surrogates.py --n 50 200 --seeds 0 1 2 --csv cells.csv
    OMP_NUM_THREADS=1 python benchmarks/surrogates.py --coverage --n 100
    OMP_NUM_THREADS=1 python benchmarks/surrogates.py --random 500

The first prints per cell 1 - Q2 on fresh points (floored at 1e-6) and the CPU seconds of the fit;
then, over the cells in which the best Q2 is at least 0.1 (the others are listed), the geometric
mean of every model and our ratio to the best peer by hindsight. Every cell has a process of its
own, which is stopped after 120 CPU-s: it did not finish. ``--coverage`` prints what share of fresh
outcomes nominal 90 % intervals hold, ``--random`` how far Q2 falls below that of the best simple
model on small problems with kinks, jumps, noise, repeated rows, constants (``--random 500 --first
120`` is about seeds 120 to 499). Cells are appended to the file, and not run again.

Problems are those of `surrogate_problems`, the stored ones where SURROGATE_DATA is set, or, with
``--others``, those of `surrogate_others`; peers those of `surrogate_peers`; the ones that cannot be
imported are named at the end.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import time
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd
from surrogate_others import others
from surrogate_peers import BANDS, PEERS, SIMPLE, Peer, Predictor, importable
from surrogate_problems import Small, problems

import surrogate as sg

FLOOR, LONGEST, WORTHWHILE, LEVEL = 1e-6, 120, 0.1, 1.645
SHORT = "{:.3g}".format
KEY = ["problem", "n", "seed", "model"]
WARM = np.random.default_rng(0).random((12, 2))


class Problem(Protocol):
    name: str

    def runs(self, n: int, seed: int) -> tuple[np.ndarray, np.ndarray]: ...

    @property
    def fresh(self) -> tuple[np.ndarray, np.ndarray]: ...


Cell = tuple[Problem, int, int]


def ours(X: np.ndarray, y: np.ndarray) -> Predictor:
    student = sg.AutoSurrogate(random_state=0).fit(X, y)

    def predict(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        low, high = student.predict_interval(X, confidence_level=0.9)
        return student.predict(X), (high - low) / (2 * LEVEL)

    return predict


def measured(
    peer: Peer, X: np.ndarray, y: np.ndarray, fresh: np.ndarray, truth: np.ndarray
) -> dict:
    """Return 1 - Q2, CPU seconds of the fit, and coverage of a 90 % band."""
    offset, scale = y.mean(), y.std() or 1.0
    start = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # peers complain about convergence; the table says it all
        try:
            predict = peer(X, (y - offset) / scale)
            seconds = time.process_time() - start
            mean, std = predict(fresh)
        except Exception as error:  # a peer that fails has no answer, and is counted so
            return {"lost": np.nan, "seconds": time.process_time() - start, "failed": repr(error)}
    residual = (truth - offset) / scale - mean
    lost = float(np.mean(residual**2) / (np.var(truth) / scale**2 or 1.0))
    covered = np.nan if std is None else np.mean(np.abs(residual) <= LEVEL * std)
    return {"lost": lost, "seconds": seconds, "coverage": covered, "failed": ""}


def limited(*arguments) -> dict:
    """Return what `measured` does, in a process that the system ends after the longest time."""
    context = multiprocessing.get_context("fork")  # it begins with all modules imported
    receiver, sender = context.Pipe(duplex=False)

    def answer() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST))
        sender.send(measured(*arguments))

    process = context.Process(target=answer)
    process.start()
    sender.close()
    try:
        return receiver.recv()
    except EOFError:
        return {"lost": np.nan, "seconds": np.nan, "failed": f"did not finish in {LONGEST} CPU-s"}
    finally:
        process.join()


def run(models: dict[str, Peer], cells: Iterable[Cell], path: Path | None) -> pd.DataFrame:
    """Measure the cells that the file does not have; return these cells of these models."""
    known = pd.read_csv(path) if path and path.exists() else pd.DataFrame(columns=KEY)
    done = set(known[KEY].itertuples(index=False, name=None))
    wanted = []
    if "ours" in models:
        ours(WARM, WARM[:, 0])  # compiled functions are loaded once, not in every process
    for problem, n, seed in cells:
        for name, fit in models.items():
            key = (problem.name, n, seed, name)
            wanted.append(key)
            if key in done:
                continue
            cell = dict(zip(KEY, key, strict=True))
            cell |= limited(fit, *problem.runs(n, seed), *problem.fresh)
            print(*cell.values(), flush=True)
            row = pd.DataFrame([cell])
            known = pd.concat([known, row]) if len(known) else row
            if path:
                known.to_csv(path, index=False)
    return known.set_index(KEY).loc[wanted].reset_index()


def all_cells(
    chosen: Iterable[Problem], sizes: Iterable[int], seeds: Iterable[int]
) -> Iterator[Cell]:
    for n in sizes:
        for seed in seeds:
            for problem in chosen:
                yield problem, n, seed


def accuracy(table: pd.DataFrame) -> None:
    """Print per n the geometric mean of every model, and how often we win or tie."""
    for n, part in table.groupby("n"):
        wide = part.assign(lost=part["lost"].clip(lower=FLOOR)).pivot_table(
            index=["problem", "seed"], columns="model", values="lost"
        )
        poor = wide.min(axis=1) > 1 - WORTHWHILE
        left_out = ", ".join(f"{name} seed {seed}" for name, seed in wide.index[poor])
        wide = wide[~poor]
        peers = wide.drop(columns="ours")
        if peers.columns.empty:
            print(f"\nn = {n}, no peers\n{wide.to_string(float_format=SHORT)}")
            continue
        cells = pd.DataFrame(
            {
                "best peer": peers.idxmin(axis=1),
                "1 - Q2": wide["ours"],
                "ratio": wide["ours"] / peers.min(axis=1),
            }
        )
        ratio = np.exp(np.log(cells["ratio"]).groupby("problem").median())
        means = np.exp(np.log(wide[wide.columns[wide.notna().all()]]).mean())
        print(f"\nn = {n}: {len(wide)} cells; left out: {left_out or 'none'}")
        print(cells.to_string(float_format=SHORT))
        print("geometric mean of 1 - Q2:", {name: f"{each:.2e}" for name, each in means.items()})
        print(
            f"ratio to the best peer, median over seeds: geometric mean "
            f"{np.exp(np.log(ratio).mean()):.3f}, won {(ratio < 0.95).mean():.2f}, at most 1.15 "
            f"{(ratio <= 1.15).mean():.2f}, worst {ratio.max():.2f} ({ratio.idxmax()})"
        )
        seconds = part.groupby("model")["seconds"].agg(["median", "max"])
        print("CPU seconds of the fit\n" + seconds.to_string(float_format=SHORT))


def coverage(table: pd.DataFrame) -> None:
    """Print per n and model the coverage of each problem, averaged over seeds."""
    for n, part in table.groupby("n"):
        wide = part.pivot_table(index="problem", columns="model", values="coverage")
        counts = part.groupby("model")["seed"].nunique().to_dict()
        wide = pd.concat([wide, wide.agg(["mean", "min", "max"])])
        print(f"\nn = {n}: coverage of 90 % intervals, mean over seeds {counts}")
        print(wide.to_string(float_format="{:.3f}".format))


def collapse(cells: pd.DataFrame) -> None:
    """Print how far Q2 falls below the best simple model's on random small problems."""
    table = cells.pivot(index=["problem", "n"], columns="model", values="lost")
    q2, best = 1 - table["ours"], 1 - table[list(SIMPLE)].min(axis=1)
    worth = best > WORTHWHILE
    short = table[~(q2 >= 0.9 * best) & worth]
    print(
        f"{len(table)} problems; no answer in {table['ours'].isna().sum()}; best simple Q2 above "
        f"{WORTHWHILE} in {worth.sum()}; ours below 0.9 of it in {len(short)}; below 0.1 where it "
        f"is above 0.5 in {((q2 < 0.1) & (best > 0.5)).sum()}"
    )
    for name in SIMPLE:
        mine = 1 - table[name]
        below, beaten = ~(mine >= 0.9 * best) & worth, ~(q2 >= 0.9 * mine) & (mine > WORTHWHILE)
        print(
            f"   {name}: below 0.9 of the best simple one in {below.sum()}; ours below 0.9 of it "
            f"in {beaten.sum()}"
        )
    print(short.assign(q2=q2, best=best).sort_values("q2").to_string(float_format=SHORT))
    seconds = cells[cells["model"] == "ours"]["seconds"]
    print(f"CPU seconds of our fit: median {seconds.median():.2f}, most {seconds.max():.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, nargs="+", default=[50])
    parser.add_argument("--seeds", type=int, nargs="+")
    parser.add_argument("--problems", nargs="*", help="names; all by default")
    parser.add_argument("--others", action="store_true", help="the problems of surrogate_others")
    parser.add_argument("--models", nargs="*", help="names; all by default")
    parser.add_argument("--csv", type=Path, help="where cells are kept")
    parser.add_argument("--coverage", action="store_true", help="of intervals, over 10 seeds")
    parser.add_argument("--random", type=int, help="number of small random problems")
    parser.add_argument("--first", type=int, default=0, help="seed of the first of these")
    asked = parser.parse_args()
    peers = {name: fit for name, (fit, module) in PEERS.items() if importable(module)}
    if asked.random:
        peers = SIMPLE
    elif asked.coverage:
        peers = {name: fit for name, fit in peers.items() if name in BANDS}
    models = {"ours": ours, **peers}
    if asked.models:
        models = {name: models[name] for name in asked.models}
    if asked.random:
        small = [Small(seed) for seed in range(asked.first, asked.random)]
        table = run(models, [(each, each.n, each.seed) for each in small], asked.csv)
    else:
        seeds = asked.seeds or range(10 if asked.coverage else 1)
        chosen = [
            each
            for each in (others() if asked.others else problems())
            if not asked.problems or each.name in asked.problems
        ]
        table = run(models, all_cells(chosen, asked.n, seeds), asked.csv)
    if "ours" not in models or (asked.random and not set(SIMPLE) <= set(models)):
        return  # cells for the file
    if asked.random:
        collapse(table)
        return
    (coverage if asked.coverage else accuracy)(table)
    for name, (_, module) in PEERS.items():
        if not importable(module):
            print(f"not run: {name} ({module} cannot be imported)")


if __name__ == "__main__":
    main()
