"""What may vary: parameters, spaces, and designs drawn from them."""

from surrogate.space.continuous import (
    Beta,
    LogNormal,
    LogUniform,
    Normal,
    ScipyDistribution,
    Triangular,
    TruncatedNormal,
    Uniform,
)
from surrogate.space.discrete import Categorical, Constant, Discrete, Integer
from surrogate.space.parameter import Parameter
from surrogate.space.space import Space

__all__ = [
    "Beta",
    "Categorical",
    "Constant",
    "Discrete",
    "Integer",
    "LogNormal",
    "LogUniform",
    "Normal",
    "Parameter",
    "ScipyDistribution",
    "Space",
    "Triangular",
    "TruncatedNormal",
    "Uniform",
]
