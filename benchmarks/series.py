"""A 200-point curve from 100 runs: ours, PCA with scikit-learn's process, and the peers' own ways.

    OMP_NUM_THREADS=1 python benchmarks/series.py --n 100 --seeds 0 1 2

The curve is the course of `simulators.seir` at 200 days. Printed: functional Q2 on 500 fresh runs,
share of fresh points inside the 90 % interval (mean over the points, and the worst point), mean
width of the interval, CPU seconds of the fit; ours says besides what its held-out folds promised.
"""

from __future__ import annotations

import argparse
import time
import warnings

import numpy as np
import pandas as pd
from sklearn.decomposition import PCA
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

import surrogate as sg
from simulators.seir import DAYS, seir

POINTS = np.linspace(0, len(DAYS) - 1, 200).round().astype(int)
NORMAL_90 = 1.645
LINE = (
    "{name:22s} n={n} seed={seed} Q2 {q2:.4f} coverage {mean:.3f} (worst point {worst:.3f}) "
    "width {width:.4f} {seconds:6.1f} s {note}"
)


def curves(design: pd.DataFrame) -> np.ndarray:
    series = seir.evaluate(design)["infected"]
    return np.stack(series.to_list())[:, POINTS]


def ours(X, Y, X_new):
    student = sg.AutoSurrogate(random_state=0).fit(X, Y)
    return student.predict(X_new), *student.predict_interval(X_new), f"promised Q2 {student.q2_}"


def sklearn_processes(X, Y, X_new):
    pca = PCA(0.9999).fit(Y)
    mean, variance = np.zeros((2, len(X_new), pca.n_components_))
    for k, scores in enumerate(pca.transform(Y).T):
        kernel = ConstantKernel() * Matern(np.ones(X.shape[1]), nu=2.5) + WhiteKernel(1e-6)
        process = GaussianProcessRegressor(
            kernel, n_restarts_optimizer=2, normalize_y=True, random_state=0
        ).fit(X, scores)
        mean[:, k], std = process.predict(X_new, return_std=True)
        variance[:, k] = std**2
    half = NORMAL_90 * np.sqrt(variance @ pca.components_**2)
    curve = pca.inverse_transform(mean)
    return curve, curve - half, curve + half, f"{pca.n_components_} components"


def smt_podi(X, Y, X_new):
    from smt.applications import PODI

    podi = PODI()
    podi.compute_pod(Y.T, tol=0.9999, seed=0)
    podi.set_interp_options("KRG", [{"print_global": False}])
    podi.set_training_values(X)
    podi.train()
    curve = podi.predict_values(X_new).T
    half = NORMAL_90 * np.sqrt(np.maximum(podi.predict_variances(X_new).T, 0))
    return curve, curve - half, curve + half, f"{podi.get_n_modes()} modes"


def openturns_karhunen_loeve(X, Y, X_new):
    import openturns as ot

    mesh = ot.RegularGrid(0.0, 1.0, Y.shape[1])
    sample = ot.ProcessSample(mesh, [ot.Sample(row[:, None]) for row in Y])
    decomposition = ot.KarhunenLoeveSVDAlgorithm(sample, 1e-4)
    decomposition.run()
    result = decomposition.getResult()
    scores = np.asarray(result.project(sample))
    d = X.shape[1]
    said = np.empty((len(X_new), scores.shape[1]))
    for k in range(scores.shape[1]):
        target = ot.Sample((scores[:, k : k + 1] - scores[:, k].mean()) / scores[:, k].std())
        basis = ot.ConstantBasisFactory(d).build()
        fitter = ot.GaussianProcessFitter(X, target, ot.MaternModel([1.0] * d, 2.5), basis)
        fitter.run()
        process = ot.GaussianProcessRegression(fitter.getResult())
        process.run()
        mean = np.asarray(process.getResult().getMetaModel()(X_new))[:, 0]
        said[:, k] = scores[:, k].mean() + scores[:, k].std() * mean
    curve = np.array([np.asarray(result.liftAsSample(row))[:, 0] for row in said])
    return curve, None, None, f"{scores.shape[1]} modes, no interval of the curve"


MODELS = {
    "surrogate": ours,
    "PCA + sklearn GP": sklearn_processes,
    "SMT PODI (kriging)": smt_podi,
    "OpenTURNS KL + kriging": openturns_karhunen_loeve,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--n", type=int, default=100)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    arguments = parser.parse_args()
    space = seir.space
    fresh = space.sample(500, "random", rng=10**6)
    X_new, truth = space.to_unit(fresh), curves(fresh)
    for seed in arguments.seeds:
        design = space.sample(arguments.n, rng=seed)
        X, Y = space.to_unit(design), curves(design)
        for name, fit in MODELS.items():
            report(name, fit, (X, Y, X_new), truth, arguments.n, seed)


def report(name, fit, data, truth, n, seed) -> None:
    start = time.process_time()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # peers complain about convergence
            curve, low, high, note = fit(*data)
    except ImportError as error:
        print(f"{name:22s} not installed ({error})", flush=True)
        return
    seconds = time.process_time() - start
    q2 = 1 - ((truth - curve) ** 2).sum() / ((truth - truth.mean(axis=0)) ** 2).sum()
    inside = np.full(truth.shape, np.nan) if low is None else (low <= truth) & (truth <= high)
    share = inside.mean(axis=0)
    width = np.nan if low is None else float(np.mean(high - low))
    print(
        LINE.format(
            name=name,
            n=n,
            seed=seed,
            q2=q2,
            mean=share.mean(),
            worst=share.min(),
            width=width,
            seconds=seconds,
            note=note,
        ),
        flush=True,
    )


if __name__ == "__main__":
    main()
