"""How far surrogates are from the best peer, on the same runs in the same process.

    OMP_NUM_THREADS=1 python benchmarks/surrogates.py --n 50 200 --seeds 0 1 2 --csv cells.csv
    OMP_NUM_THREADS=1 python benchmarks/surrogates.py --coverage --n 100
    OMP_NUM_THREADS=1 python benchmarks/surrogates.py --random 500

The first prints per cell 1 - Q2 on fresh points (floored at 1e-6) and the CPU seconds of the fit;
then, over the cells in which the best Q2 is at least 0.1 (the others are listed), the geometric
mean of every model and our ratio to the best peer by hindsight. A fit beyond 120 CPU-s counts as
not finished. ``--coverage`` prints what share of fresh outcomes nominal 90 % intervals hold,
``--random`` how far Q2 falls below that of the best simple model on small problems with kinks,
jumps, noise, repeated rows, constants. Cells are appended to the file, and not run again.

Problems are those of `surrogate_problems`, the stored ones where SURROGATE_DATA is set; peers
those of `surrogate_peers`; the ones that cannot be imported are named at the end.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from surrogate_peers import BANDS, PEERS, SIMPLE, Peer, Predictor, importable
from surrogate_problems import problems, small_problem

import surrogate as sg

FLOOR, LONGEST, WORTHWHILE, LEVEL = 1e-6, 120.0, 0.1, 1.645
SHORT = "{:.3g}".format
KEY = ["problem", "n", "seed", "model"]


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
    late = "" if seconds <= LONGEST else "did not finish"
    return {
        "lost": np.nan if late else lost,
        "seconds": seconds,
        "coverage": covered,
        "failed": late,
    }


def run(models: dict[str, Peer], names: Iterable[str], sizes: Iterable[int], seeds: Iterable[int],
        path: Path | None) -> pd.DataFrame:  # fmt: skip
    """Measure all cells that the file does not have; return all of them."""
    cells = pd.read_csv(path) if path and path.exists() else pd.DataFrame(columns=KEY)
    done = set(cells[KEY].itertuples(index=False, name=None))
    for n in sizes:
        for seed in seeds:
            for problem in problems(names):
                for name, fit in models.items():
                    key = (problem.name, n, seed, name)
                    if key in done:
                        continue
                    cell = dict(zip(KEY, key, strict=True))
                    cell |= measured(fit, *problem.runs(n, seed), *problem.fresh)
                    print(*cell.values(), flush=True)
                    row = pd.DataFrame([cell])
                    cells = pd.concat([cells, row]) if len(cells) else row
                    if path:
                        cells.to_csv(path, index=False)
    wanted = cells["n"].isin(sizes) & cells["seed"].isin(seeds) & cells["model"].isin(models)
    return cells[wanted]


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


def small(n_problems: int, path: Path | None) -> None:
    """Print how far Q2 falls below the best simple model's on random small problems."""
    rows = pd.read_csv(path).to_dict("records") if path and path.exists() else []
    for seed in range(len(rows), n_problems):
        runs = small_problem(seed)
        row = {name: measured(fit, *runs)["lost"] for name, fit in {"ours": ours, **SIMPLE}.items()}
        rows.append({"seed": seed, "n": len(runs[0]), "d": runs[0].shape[1], **row})
        if path:
            pd.DataFrame(rows).to_csv(path, index=False)
    table = pd.DataFrame(rows)
    q2, best = 1 - table["ours"], 1 - table[list(SIMPLE)].min(axis=1)
    short = table[~(q2 >= 0.9 * best) & (best > WORTHWHILE)]
    print(
        f"{len(table)} problems; no answer in {table['ours'].isna().sum()}; best simple Q2 above "
        f"{WORTHWHILE} in {(best > WORTHWHILE).sum()}; ours below 0.9 of it in {len(short)}; "
        f"below 0.1 where it is above 0.5 in {((q2 < 0.1) & (best > 0.5)).sum()}"
    )
    for name in SIMPLE:
        below = ~(1 - table[name] >= 0.9 * best) & (best > WORTHWHILE)
        print(f"   {name}: below 0.9 of the best simple one in {below.sum()}")
    print(short.assign(q2=q2, best=best).sort_values("q2").to_string(float_format=SHORT))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, nargs="+", default=[50])
    parser.add_argument("--seeds", type=int, nargs="+")
    parser.add_argument("--problems", nargs="*", help="names; all by default")
    parser.add_argument("--models", nargs="*", help="names; all by default")
    parser.add_argument("--csv", type=Path, help="where cells are kept")
    parser.add_argument("--coverage", action="store_true", help="of intervals, over 10 seeds")
    parser.add_argument("--random", type=int, help="number of small random problems")
    asked = parser.parse_args()
    if asked.random:
        small(asked.random, asked.csv)
        return
    peers = {name: fit for name, (fit, module) in PEERS.items() if importable(module)}
    if asked.coverage:
        peers = {name: fit for name, fit in peers.items() if name in BANDS}
    models = {"ours": ours, **peers}
    if asked.models:
        models = {name: models[name] for name in asked.models}
    seeds = asked.seeds or list(range(10 if asked.coverage else 1))
    table = run(models, asked.problems, asked.n, seeds, asked.csv)
    (coverage if asked.coverage else accuracy)(table)
    for name, (_, module) in PEERS.items():
        if not importable(module):
            print(f"not run: {name} ({module} cannot be imported)")


if __name__ == "__main__":
    main()
