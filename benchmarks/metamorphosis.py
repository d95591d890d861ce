"""Metamorphosis measured on MNIST.

Run ``OMP_NUM_THREADS=1 python benchmarks/metamorphosis.py article chain`` with MNIST in
the folder that ``MNIST_DIR`` names; each word is one experiment:

article  the article in one call: labelled rows alone, then a network's confident labels
chain    one plain axis-aligned tree on raw pixels from 1,000 labels, by its number of leaves
deskew   the same tree after a declared deskew step
nopool   a tree on raw pixels from the 1,000 labelled images and nothing else
networks small networks taught by an ensemble of three, and whether a temperature helps them
rounds   self-training: the article's fixed threshold against purity measured on a hold-out
tree     DistilledTree against scikit-learn's CART, CPU seconds and accuracy

``--draws`` says how many drawings of the labels; figures are means with Student's 95 % interval.
``--csv`` keeps every figure in a file: drawings, and trees of ``tree``, that it holds already are
not computed again. Test images are used for reporting only. Times are CPU seconds of this process.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

import surrogate as sg
from simulators.digits import (
    article_chain,
    article_reproduction,
    chain_without_pool,
    few_labels,
    load_mnist,
    warped_teacher,
)
from simulators.digits_network import ensemble
from surrogate.estimates import mean_estimate


class Figures:
    """Values by name, over drawings, kept in a file if there is one."""

    def __init__(self, experiment: str, path: Path | None) -> None:
        self.experiment, self.path = experiment, path
        kept = pd.read_csv(path).to_dict("records") if path and path.exists() else []
        self.others = [row for row in kept if row["experiment"] != experiment]
        self.rows = [row for row in kept if row["experiment"] == experiment]
        self.drawing = 0

    def drawings(self, draws: int) -> Iterator[int]:
        """Yield the drawings that are not kept yet; keep each when the next is asked for."""
        known = {row["drawing"] for row in self.rows}
        for self.drawing in sorted(set(range(draws)) - known):
            yield self.drawing
            self.keep()

    def add(self, name: str, value: float) -> None:
        row = {"experiment": self.experiment, "drawing": self.drawing, "name": name}
        self.rows.append({**row, "value": float(value)})
        print(f"    drawing {self.drawing}: {name} {float(value):.4f}", flush=True)

    def knows(self, name: str) -> bool:
        return any(row["name"] == name for row in self.rows)

    def keep(self) -> None:
        if self.path:
            pd.DataFrame(self.others + self.rows).to_csv(self.path, index=False)

    def show(self) -> None:
        by_name: dict[str, list[float]] = {}
        for row in self.rows:
            by_name.setdefault(row["name"], []).append(row["value"])
        for name, each in by_name.items():
            print(f"  {name:60s} {mean_estimate(each)}", flush=True)


def article(figures: Figures, draws: int) -> None:
    """Item 1: 0.67 to 0.86, with fidelity and purity beside it."""
    images = load_mnist()
    for seed in figures.drawings(draws):
        X, y, pool = few_labels(images, rng=seed)
        truth = images.y[np.random.default_rng(seed).permutation(len(images.X))[1000:]]
        start = time.process_time()
        chain = article_reproduction(X, y, pool, seed)
        seconds = time.process_time() - start
        table = chain.evaluate(images.X_test, images.y_test, pool_truth=truth)
        for name, value in table["value"].items():
            figures.add(name, value)
        figures.add("rows of the transfer set", chain.n_transfer_)
        figures.add("CPU seconds of the chain", seconds)


@cache
def taught(seed: int) -> tuple:
    """Return the labelled images, the pool, the network that learnt them, and its CPU seconds."""
    X, y, pool = few_labels(load_mnist(), rng=seed)
    start = time.process_time()
    teacher = warped_teacher(X, y, random_state=seed)
    return X, y, pool, teacher, time.process_time() - start


def judge(figures: Figures, name: str, chain: object, images: object, seconds: float) -> None:
    """Add what a chain's tree came to on the test images."""
    student, by_teacher = chain.student_, chain.teacher_.labels(images.X_test)
    predicted = student.predict(images.X_test)
    tree = student[-1] if hasattr(student, "steps") else student
    figures.add(f"{name}: accuracy", np.mean(predicted == images.y_test))
    figures.add(f"{name}: fidelity", np.mean(predicted == by_teacher))
    figures.add(f"{name}: leaves", tree.get_n_leaves())
    figures.add(f"{name}: depth", tree.get_depth())
    figures.add(f"{name}: CPU seconds of the chain", seconds)
    figures.add(f"{name}: accuracy of the teacher", np.mean(by_teacher == images.y_test))


def chain(figures: Figures, draws: int) -> None:
    """Item 2: raw pixels, size chosen without test data; then at most 1,024 and 256 leaves."""
    images = load_mnist()
    for seed in figures.drawings(draws):
        X, y, pool, teacher, teaching = taught(seed)
        for limit, n_copies in ((None, 20), (1024, 1), (256, 0)):
            start = time.process_time()
            fitted = article_chain(
                X, y, pool, seed,
                teacher=teacher, n_copies=n_copies, max_leaf_nodes=limit,
            )  # fmt: skip
            seconds = teaching + time.process_time() - start
            name = f"at most {limit} leaves" if limit else "size by fidelity"
            judge(figures, name, fitted, images, seconds)


def deskewed(figures: Figures, draws: int) -> None:
    """Item 3: a tree after a declared deskew step, at most 2,048 leaves, then cut to 256."""
    images = load_mnist()
    for seed in figures.drawings(draws):
        X, y, pool, teacher, teaching = taught(seed)
        start = time.process_time()
        fitted = article_chain(
            X, y, pool, seed, teacher=teacher, n_copies=6, max_leaf_nodes=2048, deskew=True
        )
        seconds = teaching + time.process_time() - start
        for limit in (2048, 256):
            fitted.student_.set_params(distilledtree=fitted.student_[-1].pruned(limit))
            judge(figures, f"at most {limit} leaves", fitted, images, seconds)


def nopool(figures: Figures, draws: int) -> None:
    """Item 3: raw pixels, no unlabelled images: strong warps of the 1,000 only."""
    images = load_mnist()
    for seed in figures.drawings(draws):
        X, y, _, teacher, teaching = taught(seed)
        start = time.process_time()
        fitted = chain_without_pool(X, y, seed, teacher=teacher)
        judge(figures, "no pool", fitted, images, teaching + time.process_time() - start)


def networks(figures: Figures, draws: int) -> None:
    """Item 4: 22,000 and 102,000 parameters; temperatures on the pool, then warps of it."""
    images = load_mnist()
    for seed in figures.drawings(draws):
        X, y, pool, first, _ = taught(seed)
        others = [warped_teacher(X, y, random_state=1000 * each + seed) for each in (1, 2)]
        teacher = ensemble([first, *others])
        by_teacher = teacher.labels(images.X_test)
        figures.add("teacher: accuracy", np.mean(by_teacher == images.y_test))
        plain = teacher.probabilities(pool)
        rows, sources = sg.Warps(8, shift=0.7, elastic=0.7).drawn(pool, 9 * len(pool), seed)
        for name, X_taught, origin, temperature, n_epochs in (
            ("pool and 8 warps, T=1", rows, sources, 1.0, 6),
            ("pool, hard", pool, None, 0.0, 10),
            ("pool, T=1", pool, None, 1.0, 10),
            ("pool, T=4", pool, None, 4.0, 10),
        ):
            for width in (28, 128):
                start = time.process_time()
                network = sg.Network(
                    hidden_layer_sizes=[width], shape=(28, 28), n_epochs=n_epochs, random_state=seed
                )
                if temperature:
                    told = softened(plain, temperature)
                    told = told if origin is None else told[origin]
                    network.fit(X_taught, told, classes=teacher.classes, temperature=temperature)
                else:
                    network.fit(X_taught, plain.argmax(axis=1))
                seconds = time.process_time() - start
                predicted = network.predict(images.X_test)
                size = f"{network.n_parameters_} parameters, {name}"
                figures.add(f"{size}: accuracy", np.mean(predicted == images.y_test))
                figures.add(f"{size}: fidelity", np.mean(predicted == by_teacher))
                figures.add(f"{size}: CPU seconds", seconds)


def softened(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    powers = np.maximum(probabilities, 1e-30) ** (1 / temperature)
    return powers / powers.sum(axis=1, keepdims=True)


def rounds(figures: Figures, draws: int) -> None:
    """Self-training, a network and a pool of 15,000: labels for good at 0.98, or revised."""
    images = load_mnist()
    network = sg.Network(channels=[8, 16], hidden_layer_sizes=[64], n_epochs=8, random_state=0)
    for seed in figures.drawings(draws):
        order = np.random.default_rng(seed).permutation(len(images.X))[:16_000]
        (X, pool), (y, truth) = (np.split(each[order], [1000]) for each in (images.X, images.y))
        labels = np.full(len(pool), 255, dtype=np.uint8)
        for number in (1, 2, 3):
            known = labels < 255
            rows, told = np.concatenate([X, pool[known]]), np.concatenate([y, labels[known]])
            fitted = clone(network).set_params(patience=None).fit(rows, told)
            probabilities = fitted.predict_proba(pool)
            new = (probabilities.max(axis=1) > 0.98) & ~known
            labels[new] = probabilities.argmax(axis=1)[new]
            name = f"fixed threshold, round {number}"
            figures.add(f"{name}: labels added", new.sum())
            figures.add(f"{name}: right among those added", np.mean(labels[new] == truth[new]))
            everything = labels < 255
            figures.add(f"{name}: purity", np.mean(labels[everything] == truth[everything]))
        ours = sg.SelfTraining(network, max_rounds=3, purity=0.97, random_state=seed)
        ours.fit(X, y, pool=pool)
        print(ours.rounds_.round(4).to_string(), flush=True)
        accepted = ours.accepted_
        figures.add("ours: purity", np.mean(ours.labels_[accepted] == truth[accepted]))
        figures.add("ours: purity as estimated", ours.purity_.value)
        figures.add("ours: labels accepted", accepted.sum())
        figures.add("ours: accuracy on test images", ours.score(images.X_test, images.y_test))


def tree(figures: Figures, draws: int) -> None:
    """Item 5: DistilledTree and CART at 60,000 and 500,000 rows, hard and soft labels."""
    images = load_mnist()
    sg.DistilledTree().fit(images.X[:500], images.y[:500])  # compiled and loaded
    sg.DistilledTree().fit(images.X[:500], np.eye(10)[images.y[:500]])
    rows, sources = sg.Warps(8).drawn(images.X, 500_000, 0)
    for X, y in ((images.X, images.y), (rows, images.y[sources])):
        soft = 0.91 * np.eye(10)[y] + 0.009
        for n_bins in (16, 255):
            name, student = f"DistilledTree({n_bins} bins)", sg.DistilledTree(n_bins=n_bins)
            compare(figures, f"{name}, hard", student, X, y)
            compare(figures, f"{name}, soft", student, X, soft)
        exact = DecisionTreeClassifier(criterion="entropy", random_state=0)
        compare(figures, "CART, hard", exact, X, y)
        # soft labels are a regression on probabilities there
        compare(figures, "CART, soft", DecisionTreeRegressor(random_state=0), X, soft)


def compare(figures: Figures, name: str, student: object, X: np.ndarray, y: np.ndarray) -> None:
    """Add what fitting a tree costs and comes to, unless it is known."""
    name = f"{name}, {len(X)} rows"
    if figures.knows(f"{name}: leaves"):
        return
    start = time.process_time()
    fitted = student.fit(X, y)
    figures.add(f"{name}: CPU seconds", time.process_time() - start)
    images = load_mnist()
    predicted = fitted.predict(images.X_test)
    labels = predicted if predicted.ndim == 1 else predicted.argmax(axis=1)
    figures.add(f"{name}: accuracy", np.mean(labels == images.y_test))
    figures.add(f"{name}: leaves", fitted.get_n_leaves())
    figures.keep()


EXPERIMENTS = {
    "article": article,
    "chain": chain,
    "deskew": deskewed,
    "nopool": nopool,
    "networks": networks,
    "rounds": rounds,
    "tree": tree,
}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("experiments", nargs="+", choices=list(EXPERIMENTS))
    arguments.add_argument("--draws", type=int, default=3)
    arguments.add_argument("--csv", type=Path, help="where figures are kept")
    chosen = arguments.parse_args()
    for name in chosen.experiments:
        print(f"{name}: {EXPERIMENTS[name].__doc__}", flush=True)
        figures = Figures(name, chosen.csv)
        EXPERIMENTS[name](figures, chosen.draws)
        figures.show()


if __name__ == "__main__":
    main()
