"""Minimising an outcome through a surrogate, with fresh runs where they decide."""

from surrogate.optimization.optimizing import optimize
from surrogate.optimization.result import Optimum

__all__ = ["Optimum", "optimize"]
