"""Predictions per second of Gaussian processes, ours and the peers' as shipped, on one core.

    OMP_NUM_THREADS=1 python benchmarks/prediction.py --n 1000 --many 20000

Part 1: the mean of a process on n rows of the borehole function (d = 8) with 5 % noise (without
any, single precision is refused: its rounding errors would be as large as the outcome), millions of
points per CPU second, and the largest difference of single from double precision over the outcome's
standard deviation. Part 2: a process on many rows: exact on 5000 of them, and approximate on all.
"""

from __future__ import annotations

import argparse
import time
import tracemalloc
import warnings

import numpy as np
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

import surrogate as sg
from simulators.functions import borehole

SPACE = borehole.space


def runs(n, seed):
    design = SPACE.sample(n, "random", rng=seed)
    return SPACE.to_unit(design), borehole.evaluate(design).iloc[:, 0].to_numpy()


def sklearn_mean(X, y):
    kernel = ConstantKernel() * Matern(np.ones(X.shape[1]), nu=2.5) + WhiteKernel(1e-6)
    return GaussianProcessRegressor(kernel, normalize_y=True, optimizer=None).fit(X, y).predict


def smt_mean(X, y):
    from smt.surrogate_models import KRG

    model = KRG(print_global=False, theta0=[0.1] * X.shape[1], n_start=1, hyper_opt="NoOp")
    model.set_training_values(X, y)
    model.train()
    return model.predict_values


def openturns_mean(X, y):
    import openturns as ot

    d = X.shape[1]
    basis = ot.ConstantBasisFactory(d).build()
    fitter = ot.GaussianProcessFitter(X, y[:, None], ot.MaternModel([1.0] * d, 2.5), basis)
    fitter.setOptimizeParameters(False)
    fitter.run()
    regression = ot.GaussianProcessRegression(fitter.getResult())
    regression.run()
    return regression.getResult().getMetaModel()


PEERS = {"scikit-learn": sklearn_mean, "SMT KRG": smt_mean, "OpenTURNS": openturns_mean}


def speed(predict, X_new):
    """Return millions of points per CPU second, after a first call."""
    predict(X_new[:100])
    start = time.process_time()
    predict(X_new)
    return len(X_new) / (time.process_time() - start) / 1e6


def of_the_mean(n):
    X, y = runs(n, 0)
    y = y + np.random.default_rng(0).normal(scale=0.05 * y.std(), size=n)
    X_new = np.random.default_rng(1).random((100_000, X.shape[1]))
    for kernel in ("matern52", "squared_exponential"):
        process = sg.GaussianProcess(kernel=kernel, n_restarts=1, random_state=0).fit(X, y)
        double = process.predict(X_new)
        for precision in ("double", "single"):
            said = process.predict(X_new, precision=precision)
            millions = speed(lambda X, p=precision, m=process: m.predict(X, precision=p), X_new)
            apart = np.abs(said - double).max() / y.std()
            print(
                f"{kernel:20s} {precision}: {millions:.3f} M/s, off by {apart:.1e} std", flush=True
            )
    for name, fit in PEERS.items():
        try:
            print(f"{name:20s} as shipped: {speed(fit(X, y), X_new[:20_000]):.3f} M/s", flush=True)
        except ImportError as error:
            print(f"{name:20s} not installed ({error})", flush=True)


def on_many_rows(n):
    X, y = runs(n, 2)
    X_new, truth = runs(2000, 3)
    for rows in (5000, n):
        warnings.simplefilter("ignore", sg.SurrogateWarning)  # that it is approximate
        start = time.process_time()
        process = sg.GaussianProcess(n_restarts=2, random_state=0).fit(X[:rows], y[:rows])
        fit = time.process_time() - start
        tracemalloc.start()
        start = time.process_time()
        mean, std = process.predict(X_new, return_std=True)
        predict = len(X_new) / (time.process_time() - start)
        peak = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        lost = np.mean((mean - truth) ** 2) / truth.var()
        covered = np.mean(np.abs(mean - truth) <= 1.645 * std)
        print(
            f"{rows} rows: 1-Q2 {lost:.1e}, 90 % band covers {covered:.3f}, fit {fit:.1f} s, "
            f"{predict:.0f} points/s with std, {peak:.0f} MB to predict; "
            f"{process.approximation_ or 'exact'}",
            flush=True,
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--n", type=int, default=1000)
    parser.add_argument("--many", type=int, default=20_000)
    arguments = parser.parse_args()
    of_the_mean(arguments.n)
    on_many_rows(arguments.many)


if __name__ == "__main__":
    main()
