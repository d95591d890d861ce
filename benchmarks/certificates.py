"""Does a certificate keep its word? Whole certificates of a box of known density and coverage.

Run: python benchmarks/certificates.py [repetitions]
"""

from __future__ import annotations

import sys

import surrogate as sg

SPACE = sg.Space(x=(0, 1), y=(0, 1))
SIMULATOR = sg.Simulator(
    lambda x, y: x + y, SPACE, outcomes=["total"], vectorized=True, name="total"
)
BOX = sg.Box({"x": (0.0, 0.5), "y": (0.0, 0.5)})
CASE, DENSITY, COVERAGE = "total < 0.9", 1 - 0.005 / 0.25, 0.245 / 0.405

MODES = {
    "any look, stop at 0.94": {"n_box": 300, "n_space": 0, "stop_at": 0.94},
    "3 declared looks, stop at 0.94": {
        "n_space": 0,
        "stop_at": 0.94,
        "looks": [100, 200, 300],
    },
    "fixed n=300": {"n_box": 300, "n_space": 300},
    "fixed n=60": {"n_box": 60, "n_space": 60},
}


def main(repetitions: int = 2000) -> None:
    print(f"true density {DENSITY:.3f}, true coverage {COVERAGE:.3f}, {repetitions} certificates")
    for name, options in MODES.items():
        density = coverage = n_runs = 0
        for seed in range(repetitions):
            certificate = sg.certify(BOX, SIMULATOR, CASE, rng=seed, n_workers=0, **options)
            density += certificate.density.low <= DENSITY
            coverage += certificate.coverage.low <= COVERAGE
            n_runs += certificate.n_box
        told = f"{name:32} stated 0.950: density bound held {density / repetitions:.4f}"
        if options["n_space"]:
            told += f", coverage bound held {coverage / repetitions:.4f}"
        print(f"{told}, {n_runs / repetitions:.0f} runs in the box on average", flush=True)


if __name__ == "__main__":
    main(*[int(each) for each in sys.argv[1:]])
