"""The peers of `surrogates.py`, each as its own documentation uses it.

A peer takes runs on the unit cube and a standardised outcome and returns a function that gives mean
and, where the peer has one, standard deviation of a new outcome.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.interpolate import RBFInterpolator
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel
from sklearn.linear_model import LassoLarsCV, RidgeCV
from sklearn.neural_network import MLPRegressor

__all__ = ["BANDS", "PEERS", "SIMPLE", "importable"]

Predictor = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray | None]]
Peer = Callable[[np.ndarray, np.ndarray], Predictor]


def sklearn_process(X: np.ndarray, y: np.ndarray) -> Predictor:
    kernel = ConstantKernel() * Matern(np.ones(X.shape[1]), nu=2.5) + WhiteKernel(1e-6, (1e-10, 1))
    restarts = 3 if len(y) <= 50 else 1 if len(y) <= 200 else 0
    process = GaussianProcessRegressor(
        kernel, n_restarts_optimizer=restarts, normalize_y=True, random_state=0
    ).fit(X, y)
    return lambda X: process.predict(X, return_std=True)


def sklearn_network(X: np.ndarray, y: np.ndarray) -> Predictor:
    network = MLPRegressor(
        hidden_layer_sizes=(64, 64),
        activation="tanh",
        solver="lbfgs",
        alpha=1e-3,
        max_iter=2000,
        random_state=0,
    ).fit(2 * X - 1, y)
    return lambda X: (network.predict(2 * X - 1), None)


def scipy_rbf(X: np.ndarray, y: np.ndarray) -> Predictor:
    X, rows = np.unique(X, axis=0, return_index=True)  # repeated rows are refused
    degree = 1 if len(X) > X.shape[1] + 1 else 0
    model = RBFInterpolator(X, y[rows], kernel="cubic", degree=degree)
    return lambda X: (model(X), None)


def smt_kriging(X: np.ndarray, y: np.ndarray) -> Predictor:
    from smt.surrogate_models import KRG

    model = KRG(print_global=False)
    model.set_training_values(X, y)
    model.train()

    def predict(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        variance = np.maximum(np.ravel(model.predict_variances(X)), 0)
        return np.ravel(model.predict_values(X)), np.sqrt(variance)

    return predict


def openturns_kriging(X: np.ndarray, y: np.ndarray) -> Predictor:
    import openturns as ot

    d = X.shape[1]
    kernel, trend = ot.MaternModel([0.5] * d, [1.0], 2.5), ot.ConstantBasisFactory(d).build()
    fitter = ot.GaussianProcessFitter(X, y[:, None], kernel, trend)
    fitter.setOptimizationAlgorithm(ot.TNC())  # the default one leaves the scales where they start
    fitter.setOptimizationBounds(ot.Interval([0.02] * d, [50.0] * d))
    fitter.run()
    regression = ot.GaussianProcessRegression(fitter.getResult())
    regression.run()
    result = regression.getResult()
    mean, covariance = result.getMetaModel(), ot.GaussianProcessConditionalCovariance(result)

    def predict(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        variance = np.ravel(covariance.getConditionalMarginalVariance(ot.Sample(X)))
        return np.ravel(mean(X)), np.sqrt(np.maximum(variance, 0))

    return predict


def openturns_chaos(X: np.ndarray, y: np.ndarray) -> Predictor:
    import openturns as ot

    (n, d), y = X.shape, y[:, None]
    law = ot.JointDistribution([ot.Uniform(0, 1)] * d)
    enumerate_ = ot.HyperbolicAnisotropicEnumerateFunction(d, 0.75)
    basis = ot.OrthogonalProductPolynomialFactory([ot.LegendreFactory()] * d, enumerate_)
    most = min(int(2.5 * n), 500 if n >= 1000 else 1200)
    sizes = [d + 1]  # of whole degrees, each clearly larger than the one before; it matters a lot
    degree = 1
    while (size := enumerate_.getStrataCumulatedCardinal(degree)) < most:
        sizes += [size] if size > 1.25 * sizes[-1] else []
        degree += 1
    ot.ResourceMap.SetAsBool("FunctionalChaosValidation-ModelSelection", True)  # noqa: FBT003
    best, chosen = -np.inf, None
    for size in [*sizes, most]:
        selection = ot.LeastSquaresMetaModelSelectionFactory(ot.LARS(), ot.CorrectedLeaveOneOut())
        strategy = ot.LeastSquaresStrategy(selection)
        algorithm = ot.FunctionalChaosAlgorithm(X, y, law, ot.FixedStrategy(basis, size), strategy)
        algorithm.run()
        result = algorithm.getResult()
        splitter = ot.LeaveOneOutSplitter(n)
        q2 = ot.FunctionalChaosValidation(result, splitter).computeR2Score()[0]
        if q2 > best:
            best, chosen = q2, result.getMetaModel()
    return lambda X: (np.ravel(chosen(X)), None)


def chaospy_chaos(X: np.ndarray, y: np.ndarray) -> Predictor:
    import chaospy as cp

    d, most = X.shape[1], min(2 * len(y), 400)
    law = cp.Iid(cp.Uniform(0, 1), d)
    chosen = cp.generate_expansion(1, law, normed=True, cross_truncation=0.75)
    for order in range(2, 16):
        larger = cp.generate_expansion(order, law, normed=True, cross_truncation=0.75)
        if len(larger) > most:
            break
        chosen = larger
    model = LassoLarsCV(cv=5, max_iter=200).fit(np.asarray(chosen(*X.T)).T, y)
    return lambda X: (model.predict(np.asarray(chosen(*X.T)).T), None)


def botorch_process(X: np.ndarray, y: np.ndarray) -> Predictor:
    import torch
    from botorch import fit_gpytorch_mll
    from botorch.models import SingleTaskGP
    from gpytorch.mlls import ExactMarginalLogLikelihood

    model = SingleTaskGP(torch.as_tensor(X), torch.as_tensor(y[:, None]))
    fit_gpytorch_mll(ExactMarginalLogLikelihood(model.likelihood, model))

    def predict(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        said = model.posterior(torch.as_tensor(X), observation_noise=True)
        return said.mean.detach().numpy().ravel(), said.variance.detach().numpy().ravel() ** 0.5

    return predict


def lightgbm_trees(X: np.ndarray, y: np.ndarray) -> Predictor:
    import lightgbm

    model = lightgbm.LGBMRegressor(n_estimators=500, n_jobs=1, verbose=-1).fit(X, y)
    return lambda X: (model.predict(X), None)


def ridge(X: np.ndarray, y: np.ndarray) -> Predictor:
    model = RidgeCV(np.logspace(-6, 3, 10)).fit(X, y)
    return lambda X: (model.predict(X), None)


def boosting(X: np.ndarray, y: np.ndarray) -> Predictor:
    model = GradientBoostingRegressor(random_state=0).fit(X, y)
    return lambda X: (model.predict(X), None)


PEERS: dict[str, tuple[Peer, str]] = {
    "sklearn GP": (sklearn_process, "sklearn"),
    "sklearn MLP": (sklearn_network, "sklearn"),
    "scipy RBF": (scipy_rbf, "scipy"),
    "SMT KRG": (smt_kriging, "smt.surrogate_models"),
    "OpenTURNS kriging": (openturns_kriging, "openturns"),
    "OpenTURNS PCE": (openturns_chaos, "openturns"),
    "chaospy PCE": (chaospy_chaos, "chaospy"),
    "BoTorch GP": (botorch_process, "botorch.models"),
    "LightGBM": (lightgbm_trees, "lightgbm"),
}
BANDS = (
    "sklearn GP",
    "SMT KRG",
    "OpenTURNS kriging",
    "BoTorch GP",
)  # those with a standard deviation
SIMPLE: dict[str, Peer] = {
    "ridge": ridge,
    "scipy RBF": scipy_rbf,
    "sklearn GP": sklearn_process,
    "sklearn boosting": boosting,
}


def importable(module: str) -> bool:
    """Return whether a module can be imported; it is then, so that no fit pays for that."""
    try:
        __import__(module)
    except ImportError:
        return False
    return True
