"""Which inputs matter: Sobol, Morris and methods for given data, through SALib on our spaces."""

from surrogate.sensitivity_analysis.asking import sensitivity
from surrogate.sensitivity_analysis.design import SensitivityDesign
from surrogate.sensitivity_analysis.result import Sensitivity

__all__ = ["Sensitivity", "SensitivityDesign", "sensitivity"]
