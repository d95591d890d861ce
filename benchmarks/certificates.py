"""Does a certificate keep its word? Whole certificates of a box of known density and coverage.

Run: python benchmarks/certificates.py [repetitions] [single] [nested]

Of nested boxes, whole calls of certify_nested are counted as kept where no box was wrongly proved,
where every stated lower bound was true at once, and where that of the coverage was.
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

# From the outermost in. For a > 0.45 the case misses a triangle of area (2a - 0.9)^2 / 2: just more
# than a tenth of the box at a = 0.581, less in the last two.
NEST = [sg.Box({"x": (0.0, a), "y": (0.0, a)}) for a in (0.8, 0.7, 0.581, 0.52, 0.45)]
NESTED = {"density": 0.9, "n_box": 300, "n_space": 100, "n_workers": 0}

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


def true_density(box: sg.Box) -> float:
    """Return the share of a box of the nest in which the case holds."""
    a = box.limits["x"][1]
    return 1 - max(2 * a - 0.9, 0.0) ** 2 / 2 / a**2


def single(repetitions: int) -> None:
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


def nested(repetitions: int) -> None:
    wrong = bounds = coverage = n_proved = n_runs = 0
    for seed in range(repetitions):
        nest = sg.certify_nested(NEST, SIMULATOR, CASE, rng=seed, **NESTED)
        wrong += nest.box in NEST[:-2]
        bounds += all(
            density.low <= true_density(box)
            for box, density in zip(nest.boxes, nest.densities, strict=False)
        )
        n_runs += nest.n_runs
        if nest.box is not None:
            n_proved += 1
            mass = nest.box.limits["x"][1] ** 2
            coverage += nest.coverage.low <= true_density(nest.box) * mass / 0.405
    print(
        f"{repetitions} nested certificates, 5 boxes, density 0.9, stated 0.950: no box wrongly "
        f"proved {1 - wrong / repetitions:.4f}, all bounds of density held "
        f"{bounds / repetitions:.4f}, bound of coverage held {coverage / n_proved:.4f} "
        f"({n_proved} boxes), {n_runs / repetitions:.0f} runs on average"
    )


def main(repetitions: int = 2000, *parts: str) -> None:
    for part in (single, nested):
        if not parts or part.__name__ in parts:
            part(repetitions)


if __name__ == "__main__":
    main(*[int(each) for each in sys.argv[1:2]], *sys.argv[2:])
