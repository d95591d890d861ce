"""Turn any slow or opaque model into something fast and readable.

Data 1 -> Model A -> Data 2 -> Model B: ask a simulator or a trained model a well-chosen set of
inputs and fit on its answers the model you really want, one that is fast (students) or readable
(regions). Names are loaded on first use, so importing the package costs milliseconds.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from surrogate.version import __version__

# The public face: the module each name is loaded from.
_NAMES: dict[str, str] = {
    "Augmentation": "surrogate.transfer",
    "AutoClassifier": "surrogate.students",
    "AutoSurrogate": "surrogate.students",
    "BestInterval": "surrogate.regions",
    "Beta": "surrogate.space",
    "Box": "surrogate.regions",
    "Categorical": "surrogate.space",
    "Certificate": "surrogate.certificates",
    "Constant": "surrogate.space",
    "Covering": "surrogate.regions",
    "Deskew": "surrogate.transfer",
    "Diagnosis": "surrogate.diagnostics",
    "Discovery": "surrogate.discovery",
    "Discrete": "surrogate.space",
    "Distillation": "surrogate.distillation",
    "DistilledTree": "surrogate.students",
    "Emulation": "surrogate.emulation",
    "Estimate": "surrogate.estimates",
    "Expression": "surrogate.expressions",
    "Gated": "surrogate.transfer",
    "GaussianProcess": "surrogate.students",
    "Integer": "surrogate.space",
    "Interpolation": "surrogate.transfer",
    "KDE": "surrogate.transfer",
    "LogNormal": "surrogate.space",
    "LogUniform": "surrogate.space",
    "MUNGE": "surrogate.transfer",
    "Metamorphosis": "surrogate.metamorphosis",
    "NestedCertificate": "surrogate.certificates",
    "Network": "surrogate.students",
    "Normal": "surrogate.space",
    "OnDemand": "surrogate.transfer",
    "Optimum": "surrogate.optimization",
    "PRIM": "surrogate.regions",
    "PeelingTrajectory": "surrogate.regions",
    "PlainTree": "surrogate.exports",
    "PolynomialChaos": "surrogate.students",
    "Rule": "surrogate.students",
    "RuleList": "surrogate.students",
    "Runs": "surrogate.experiment",
    "SelfTraining": "surrogate.transfer",
    "Sensitivity": "surrogate.sensitivity_analysis",
    "SensitivityDesign": "surrogate.sensitivity_analysis",
    "SeriesSurrogate": "surrogate.students",
    "Simulator": "surrogate.models",
    "Space": "surrogate.space",
    "StepwiseLogistic": "surrogate.students",
    "Study": "surrogate.study",
    "SurrogateError": "surrogate.errors",
    "SurrogateWarning": "surrogate.errors",
    "Teacher": "surrogate.models",
    "TreeRegions": "surrogate.regions",
    "Triangular": "surrogate.space",
    "TruncatedNormal": "surrogate.space",
    "Uniform": "surrogate.space",
    "Warps": "surrogate.transfer",
    "certify": "surrogate.certificates",
    "certify_nested": "surrogate.certificates",
    "choose_source": "surrogate.transfer",
    "cluster_series": "surrogate.clustering",
    "cover": "surrogate.regions",
    "dimensional_stacking": "surrogate.screening",
    "diagnose": "surrogate.diagnostics",
    "discover": "surrogate.discovery",
    "emulate": "surrogate.emulation",
    "export": "surrogate.exports",
    "extract_rules": "surrogate.exports",
    "feature_scores": "surrogate.screening",
    "limit_evidence": "surrogate.regions",
    "load": "surrogate.persistence",
    "optimize": "surrogate.optimization",
    "regional_sensitivity": "surrogate.screening",
    "regret": "surrogate.robustness",
    "run": "surrogate.experiment",
    "satisficing": "surrogate.robustness",
    "save": "surrogate.persistence",
    "sensitivity": "surrogate.sensitivity_analysis",
    "simplify": "surrogate.regions",
    "simulator": "surrogate.models",
    "stability": "surrogate.regions",
    "write_report": "surrogate.pages",
}

__all__ = ["__version__", *sorted(_NAMES)]

if TYPE_CHECKING:
    from surrogate.certificates import Certificate as Certificate
    from surrogate.certificates import NestedCertificate as NestedCertificate
    from surrogate.certificates import certify as certify
    from surrogate.certificates import certify_nested as certify_nested
    from surrogate.clustering import cluster_series as cluster_series
    from surrogate.diagnostics import Diagnosis as Diagnosis
    from surrogate.diagnostics import diagnose as diagnose
    from surrogate.discovery import Discovery as Discovery
    from surrogate.discovery import discover as discover
    from surrogate.distillation import Distillation as Distillation
    from surrogate.emulation import Emulation as Emulation
    from surrogate.emulation import emulate as emulate
    from surrogate.errors import SurrogateError as SurrogateError
    from surrogate.errors import SurrogateWarning as SurrogateWarning
    from surrogate.estimates import Estimate as Estimate
    from surrogate.experiment import Runs as Runs
    from surrogate.experiment import run as run
    from surrogate.exports import PlainTree as PlainTree
    from surrogate.exports import export as export
    from surrogate.exports import extract_rules as extract_rules
    from surrogate.expressions import Expression as Expression
    from surrogate.metamorphosis import Metamorphosis as Metamorphosis
    from surrogate.models import Simulator as Simulator
    from surrogate.models import Teacher as Teacher
    from surrogate.models import simulator as simulator
    from surrogate.optimization import Optimum as Optimum
    from surrogate.optimization import optimize as optimize
    from surrogate.pages import write_report as write_report
    from surrogate.persistence import load as load
    from surrogate.persistence import save as save
    from surrogate.regions import PRIM as PRIM
    from surrogate.regions import BestInterval as BestInterval
    from surrogate.regions import Box as Box
    from surrogate.regions import Covering as Covering
    from surrogate.regions import PeelingTrajectory as PeelingTrajectory
    from surrogate.regions import TreeRegions as TreeRegions
    from surrogate.regions import cover as cover
    from surrogate.regions import limit_evidence as limit_evidence
    from surrogate.regions import simplify as simplify
    from surrogate.regions import stability as stability
    from surrogate.robustness import regret as regret
    from surrogate.robustness import satisficing as satisficing
    from surrogate.screening import dimensional_stacking as dimensional_stacking
    from surrogate.screening import feature_scores as feature_scores
    from surrogate.screening import regional_sensitivity as regional_sensitivity
    from surrogate.sensitivity_analysis import Sensitivity as Sensitivity
    from surrogate.sensitivity_analysis import SensitivityDesign as SensitivityDesign
    from surrogate.sensitivity_analysis import sensitivity as sensitivity
    from surrogate.space import Beta as Beta
    from surrogate.space import Categorical as Categorical
    from surrogate.space import Constant as Constant
    from surrogate.space import Discrete as Discrete
    from surrogate.space import Integer as Integer
    from surrogate.space import LogNormal as LogNormal
    from surrogate.space import LogUniform as LogUniform
    from surrogate.space import Normal as Normal
    from surrogate.space import Space as Space
    from surrogate.space import Triangular as Triangular
    from surrogate.space import TruncatedNormal as TruncatedNormal
    from surrogate.space import Uniform as Uniform
    from surrogate.students import AutoClassifier as AutoClassifier
    from surrogate.students import AutoSurrogate as AutoSurrogate
    from surrogate.students import DistilledTree as DistilledTree
    from surrogate.students import GaussianProcess as GaussianProcess
    from surrogate.students import Network as Network
    from surrogate.students import PolynomialChaos as PolynomialChaos
    from surrogate.students import Rule as Rule
    from surrogate.students import RuleList as RuleList
    from surrogate.students import SeriesSurrogate as SeriesSurrogate
    from surrogate.students import StepwiseLogistic as StepwiseLogistic
    from surrogate.study import Study as Study
    from surrogate.transfer import KDE as KDE
    from surrogate.transfer import MUNGE as MUNGE
    from surrogate.transfer import Augmentation as Augmentation
    from surrogate.transfer import Deskew as Deskew
    from surrogate.transfer import Gated as Gated
    from surrogate.transfer import Interpolation as Interpolation
    from surrogate.transfer import OnDemand as OnDemand
    from surrogate.transfer import SelfTraining as SelfTraining
    from surrogate.transfer import Warps as Warps
    from surrogate.transfer import choose_source as choose_source


def __getattr__(name: str) -> Any:
    if name not in _NAMES:
        raise AttributeError(f"module 'surrogate' has no attribute {name!r}")
    value = getattr(importlib.import_module(_NAMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_NAMES])
