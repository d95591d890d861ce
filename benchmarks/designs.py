"""A million rows of twenty mixed inputs: time and memory against SALib's Latin hypercube.

Run: python benchmarks/designs.py [rows]
"""

from __future__ import annotations

import resource
import sys
import time

import surrogate as sg


def mixed_space() -> sg.Space:
    kinds = [
        sg.Uniform(0, 10),
        sg.LogUniform(0.1, 10),
        sg.Normal(3, 2),
        sg.Integer(2, 8),
        sg.Categorical(["a", "b", "c"]),
    ]
    return sg.Space({f"x{k}": kinds[k % len(kinds)] for k in range(20)})


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(n: int = 1_000_000) -> None:
    mixed_space().sample(16, rng=0)  # imports
    before, start = peak(), time.process_time()
    design = mixed_space().sample(n, rng=0)
    seconds, grown = time.process_time() - start, peak() - before
    own = design.memory_usage(deep=True).sum() / 2**20
    print(f"surrogate sobol   {n:,} x 20 mixed: {seconds:6.2f} CPU-s, ", end="")
    print(f"peak +{grown:,.0f} MiB = {grown / own:.2f} times its own {own:,.0f} MiB")

    from SALib.sample import latin

    problem = {
        "num_vars": 20,
        "names": [f"x{k}" for k in range(20)],
        "bounds": [[0, 10], [0.1, 10], [3, 2], [2, 8], [0, 3]] * 4,
        "dists": ["unif", "logunif", "norm", "unif", "unif"] * 4,
    }
    start = time.process_time()
    latin.sample(problem, n, seed=1)
    salib = time.process_time() - start
    print(
        f"SALib latin       {n:,} x 20 reals: {salib:6.2f} CPU-s: {salib / seconds:.1f} times ours"
    )


if __name__ == "__main__":
    main(*[int(each) for each in sys.argv[1:]])
