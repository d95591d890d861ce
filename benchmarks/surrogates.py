"""How far surrogates are from the best peer, on the same runs in the same process.

    OMP_NUM_THREADS=1 python benchmarks/surrogates.py --n 50 200 --seeds 0 1 2

Problems are the stored ones of ``SURROGATE_DATA/surrogates`` (arrays ``X_n_seed``, ``y_n_seed``,
``X_test``, ``y_test``), where that folder is there, and analytic ones of `simulators.functions`.
Printed per problem: 1 - Q2 on fresh points (floored at 1e-6), the CPU seconds of the fit, the
coverage of the 90 % interval; then, over all cells in which the best Q2 is at least 0.1, the
geometric mean of every model and of our ratio to the best peer. A fit beyond 120 CPU-s counts as
not finished. Peers that cannot be imported are named at the end.
"""

from __future__ import annotations

import argparse
import os
import time
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.interpolate import RBFInterpolator
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel
from sklearn.neural_network import MLPRegressor

import surrogate as sg
from simulators import functions

FLOOR, LONGEST, WORTHWHILE = 1e-6, 120.0, 0.1
ANALYTIC = ("otl_circuit", "piston", "morris", "sobol_g", "borehole_wide")
LINE = (
    "{problem:13s} n={n:<5d} seed={seed} {model:14s} 1-Q2 {lost:.2e} {seconds:6.1f} s "
    "coverage {coverage:.2f}"
)
Predictor = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Problem:
    """Runs to learn from and fresh ones to be judged on, inputs on the unit cube."""

    name: str
    X: np.ndarray
    y: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray


def stored(folder: Path, n: int, seed: int) -> Iterable[Problem]:
    for path in sorted(folder.glob("*.npz")):
        with np.load(path) as data:
            if f"X_{n}_{seed}" in data:
                runs = data[f"X_{n}_{seed}"], data[f"y_{n}_{seed}"]
                yield Problem(path.stem, *runs, data["X_test"], data["y_test"])


def analytic(n: int, seed: int) -> Iterable[Problem]:
    for name in ANALYTIC:
        simulator = getattr(functions, name)
        space = simulator.space
        design = space.sample(n, rng=1000 + seed)
        fresh = space.sample(4000, "random", rng=10**6)
        y, y_test = (simulator.evaluate(each).iloc[:, 0].to_numpy() for each in (design, fresh))
        yield Problem(name, space.to_unit(design), y, space.to_unit(fresh), y_test)


def ours(X: np.ndarray, y: np.ndarray) -> Any:
    return sg.AutoSurrogate(random_state=0).fit(X, y)


def sklearn_process(X: np.ndarray, y: np.ndarray) -> Any:
    kernel = ConstantKernel() * Matern(np.ones(X.shape[1]), nu=2.5) + WhiteKernel(1e-6, (1e-10, 1))
    restarts = 3 if len(y) <= 50 else 1 if len(y) <= 200 else 0
    return GaussianProcessRegressor(
        kernel, n_restarts_optimizer=restarts, normalize_y=True, random_state=0
    ).fit(X, y)


class Standardised:
    """A model of the standardised outcome."""

    def __init__(self, fit: Callable[[np.ndarray, np.ndarray], Predictor], X, y) -> None:
        self.mean, self.std = y.mean(), y.std()
        self.model = fit(X, (y - self.mean) / self.std)

    def predict(self, X: np.ndarray) -> np.ndarray:
        return self.mean + self.std * np.ravel(self.model(X))


def sklearn_network(X: np.ndarray, y: np.ndarray) -> Any:
    network = MLPRegressor(
        hidden_layer_sizes=(64, 64),
        activation="tanh",
        solver="lbfgs",
        alpha=1e-3,
        max_iter=2000,
        random_state=0,
    )

    def fit(X: np.ndarray, y: np.ndarray) -> Predictor:
        network.fit(2 * X - 1, y)
        return lambda X: network.predict(2 * X - 1)

    return Standardised(fit, X, y)


def scipy_rbf(X: np.ndarray, y: np.ndarray) -> Any:
    return Standardised(lambda X, y: RBFInterpolator(X, y, kernel="cubic"), X, y)


def smt_kriging(X: np.ndarray, y: np.ndarray) -> Any:
    from smt.surrogate_models import KRG

    def fit(X: np.ndarray, y: np.ndarray) -> Predictor:
        model = KRG(print_global=False)
        model.set_training_values(X, y)
        model.train()
        return model.predict_values

    return Standardised(fit, X, y)


def openturns_chaos(X: np.ndarray, y: np.ndarray) -> Any:
    import openturns as ot

    def fit(X: np.ndarray, y: np.ndarray) -> Predictor:
        d = X.shape[1]
        law = ot.JointDistribution([ot.Uniform(0, 1)] * d)
        enumerate_ = ot.HyperbolicAnisotropicEnumerateFunction(d, 0.75)
        basis = ot.OrthogonalProductPolynomialFactory([ot.LegendreFactory()] * d, enumerate_)
        size = min(int(2.5 * len(y)), 1200)
        selection = ot.LeastSquaresMetaModelSelectionFactory(ot.LARS(), ot.CorrectedLeaveOneOut())
        algorithm = ot.FunctionalChaosAlgorithm(
            X, y[:, None], law, ot.FixedStrategy(basis, size), ot.LeastSquaresStrategy(selection)
        )
        algorithm.run()
        return lambda X: np.asarray(algorithm.getResult().getMetaModel()(X))

    return Standardised(fit, X, y)


PEERS = {
    "sklearn GP": (sklearn_process, "sklearn"),
    "sklearn MLP": (sklearn_network, "sklearn"),
    "scipy RBF": (scipy_rbf, "scipy"),
    "SMT KRG": (smt_kriging, "smt"),
    "OpenTURNS PCE": (openturns_chaos, "openturns"),
}


def measured(name: str, fit: Callable[..., Any], problem: Problem, n: int, seed: int) -> dict:
    start = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # peers complain about convergence; the table says it all
        model = fit(problem.X, problem.y)
        seconds = time.process_time() - start
        mean = model.predict(problem.X_test)
        covered = np.nan
        if hasattr(model, "predict_interval"):
            low, high = model.predict_interval(problem.X_test, confidence_level=0.9)
            covered = np.mean((low <= problem.y_test) & (problem.y_test <= high))
        elif isinstance(model, GaussianProcessRegressor):
            mean, std = model.predict(problem.X_test, return_std=True)
            covered = np.mean(np.abs(mean - problem.y_test) <= 1.645 * std)
    lost = float(np.mean((mean - problem.y_test) ** 2) / np.var(problem.y_test))
    finished = seconds <= LONGEST and np.isfinite(lost)
    return {
        "problem": problem.name,
        "n": n,
        "seed": seed,
        "model": name,
        "lost": max(lost, FLOOR) if finished else np.nan,
        "seconds": seconds,
        "coverage": covered,
    }


def importable(module: str) -> bool:
    try:
        __import__(module)
    except ImportError:
        return False
    return True


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """Return per n: geometric mean of every model, and how often we win or tie."""
    rows = []
    for n, part in table.groupby("n"):
        wide = part.pivot_table(index=["problem", "seed"], columns="model", values="lost")
        wide = wide[wide.min(axis=1) < 1 - WORTHWHILE]
        per_problem = np.exp(np.log(wide).groupby("problem").median())
        ratio = per_problem["ours"] / per_problem.drop(columns="ours").min(axis=1)
        row = {f"geo {name}": np.exp(np.log(wide[name]).mean()) for name in wide}
        row |= {
            "n": n,
            "geo ratio": np.exp(np.log(ratio).mean()),
            "won": (ratio < 0.95).mean(),
            "at most 1.15": (ratio <= 1.15).mean(),
            "worst": ratio.max(),
        }
        rows.append(row)
    return pd.DataFrame(rows).set_index("n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, nargs="+", default=[50])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--problems", nargs="*", help="names; all by default")
    parser.add_argument("--csv", type=Path, help="where to write every cell")
    arguments = parser.parse_args()
    folder = Path(os.environ.get("SURROGATE_DATA", "")) / "surrogates"
    peers = {name: fit for name, (fit, module) in PEERS.items() if importable(module)}
    cells = []
    for n in arguments.n:
        for seed in arguments.seeds:
            for problem in (*stored(folder, n, seed), *analytic(n, seed)):
                if arguments.problems and problem.name not in arguments.problems:
                    continue
                for name, fit in {"ours": ours, **peers}.items():
                    cells.append(measured(name, fit, problem, n, seed))
                    print(LINE.format(**cells[-1]), flush=True)
    table = pd.DataFrame(cells)
    if arguments.csv:
        table.to_csv(arguments.csv, index=False)
    print(summary(table).T.to_string(float_format="{:.3g}".format))
    for name, (_, module) in PEERS.items():
        if name not in peers:
            print(f"not run: {name} ({module} cannot be imported)")
    if not folder.is_dir():
        print("not run: the stored problems (SURROGATE_DATA is not set)")


if __name__ == "__main__":
    main()
