"""Points of a structured method, tied to their analysis.

Sobol, Morris and DGSM need the outcomes of their own points in their own order, so a design and its
analysis are one object, which refuses the outcomes of other points. Everything happens on the unit
cube of the space, and inside a box (`within`) on the unit cube of that box.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from surrogate.errors import DataError, did_you_mean
from surrogate.randomness import Rng, seed_of
from surrogate.sensitivity_analysis.analyses import (
    N_RESAMPLES,
    STRUCTURED,
    analyse_dgsm,
    analyse_morris,
    analyse_sobol,
    structured_points,
)
from surrogate.sensitivity_analysis.checks import (
    check_method,
    outcome_values,
    refuse_constant,
    refuse_steps,
    refuse_ties,
)
from surrogate.sensitivity_analysis.failures import mended
from surrogate.sensitivity_analysis.result import Sensitivity
from surrogate.space import Space
from surrogate.space.restriction import Restriction
from surrogate.students.inputs.tables import check_same_order

__all__ = ["SensitivityDesign"]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SensitivityDesign:
    """Points of a structured method, tied to their analysis; made by `sample`.

    Attributes
    ----------
    space : Space
    method : {"sobol", "morris", "dgsm"}
    frame : DataFrame of shape (n_runs, n_columns)
        What to run, in order.
    second_order : bool
    seed : int

    Examples
    --------
    >>> space = Space(a=(0, 1), b=(0, 1))
    >>> design = SensitivityDesign.sample(space, "sobol", 512, rng=0)
    >>> found = design.analyze(design.frame, 2 * design.frame["a"] + design.frame["b"])
    >>> found.table["total"].round(1).tolist()
    [0.8, 0.2]
    """

    space: Space
    method: str
    frame: pd.DataFrame
    second_order: bool
    seed: int
    _unit: Array = field(repr=False)

    @classmethod
    def sample(
        cls,
        space: Space,
        method: str = "sobol",
        n: int = 1024,
        *,
        second_order: bool = False,
        within: Mapping[str, Any] | None = None,
        rng: Rng = None,
    ) -> SensitivityDesign:
        """Draw the points.

        Parameters
        ----------
        space : Space
            Without constraints: these methods move one input at a time.
        method : {"sobol", "morris", "dgsm"}
            DGSM takes differences: its inputs must be continuous.
        n : int
            Base points (a power of 2), each of d + 2 runs, or 2 d + 2 for second orders [1]_;
            trajectories of d + 1 runs [2]_; or base points of d + 1 runs for DGSM [3]_.
        second_order : bool
        within : mapping of str to limits, optional
            The part of the space that is asked about, for instance `Box.limits`.
        rng : int, Generator or None

        Raises
        ------
        SpaceError
            If inputs are tied together by constraints, or by limits on derived inputs.
        ArgumentError
            If `n` is no power of 2 for Sobol, or the method is not known.

        References
        ----------
        .. [1] A. Saltelli, Computer Physics Communications 145 (2002),
           https://doi.org/10.1016/S0010-4655(02)00280-1
        .. [2] M. D. Morris, Technometrics 33 (1991),
           https://doi.org/10.1080/00401706.1991.10484804
        .. [3] I. M. Sobol, S. Kucherenko, Mathematics and Computers in Simulation 79 (2009),
           https://doi.org/10.1016/j.matcom.2009.01.023
        """
        check_method(method, STRUCTURED)
        refuse_ties(space, within)
        if method == "dgsm":
            refuse_steps(space)
        seed = seed_of(rng)
        unit = structured_points(space, method, n, second_order=second_order, seed=seed)
        part = Restriction(space, within) if within else None
        frame = space.from_unit(np.clip(part.shrink(unit) if part else unit, 0, 1))
        return cls(space, method, frame, second_order, seed, unit)

    @property
    def block(self) -> int:
        """Number of runs that stand or fall together, those of one base point or trajectory."""
        if self.method in ("morris", "dgsm"):
            return self.space.d + 1
        return (2 if self.second_order else 1) * self.space.d + 2

    def analyze(
        self,
        inputs: pd.DataFrame,
        outcome: ArrayLike,
        *,
        failed: str = "refuse",
        n_resamples: int = N_RESAMPLES,
    ) -> Sensitivity:
        """Return the indices from the outcomes of this design's points.

        Parameters
        ----------
        inputs : DataFrame
            The points that were run, in the design's order.
        outcome : array-like of shape (n_runs,)
            NaN where a run failed.
        failed : {"refuse", "drop", "impute"}
            Whether failed runs are refused, left out with all runs of their block, or predicted by
            a Gaussian process of the others; the result says which (``repair``).
        n_resamples : int
            Of the bootstrap behind the intervals.

        Raises
        ------
        DataError
            If the points are not this design's, runs failed, or the outcome does not vary.
        """
        self._refuse_other_points(inputs)
        check_same_order(inputs, outcome, name=f"the {self.method} analysis")
        values = outcome_values(outcome, len(self.frame))
        whole = mended(self.space, inputs, values, failed=failed, block=self.block, seed=self.seed)
        values, unit = whole.values, self._unit[whole.kept]
        refuse_constant(values)
        problem = self.space.to_salib(unit=True)
        settings = {"seed": self.seed, "n_resamples": n_resamples}
        second = None
        if self.method == "sobol":
            table, second = analyse_sobol(
                problem, values, second_order=self.second_order, **settings
            )
        else:
            analyse = {"morris": analyse_morris, "dgsm": analyse_dgsm}[self.method]
            table = analyse(problem, unit, values, **settings)
        n_dropped = int((~whole.kept).sum())
        return Sensitivity(table, self.method, len(values), n_dropped, second, repair=whole.repair)

    def _refuse_other_points(self, inputs: pd.DataFrame) -> None:
        asked = list(self.space.varied)
        for name in asked:
            if name not in inputs.columns:
                raise DataError(
                    f"the {self.method} analysis needs the input {name!r}, which the table lacks"
                    f"{did_you_mean(name, inputs.columns)}"
                )
        if len(inputs) != len(self.frame):
            raise DataError(
                f"this {self.method} design has {len(self.frame)} points in a fixed order; got "
                f"{len(inputs)} runs; run design.frame, failed runs included (as NaN)"
            )
        same = np.ones(len(inputs), dtype=bool)
        for name in asked:
            same &= self.frame[name].to_numpy() == inputs[name].to_numpy()
        if not same.all():
            row = int(np.argmin(same))
            raise DataError(
                f"the points analysed must be those of this {self.method} design, in its order; "
                f"row {row} holds {inputs[asked].iloc[row].to_dict()}, the design "
                f"{self.frame[asked].iloc[row].to_dict()}"
            )
