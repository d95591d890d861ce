"""A first look at runs: which inputs matter to an outcome or a case, and where the cases lie."""

from surrogate.screening.filtering import regional_sensitivity
from surrogate.screening.forests import FeatureScores, feature_scores
from surrogate.screening.stacking import Stacking, dimensional_stacking

__all__ = [
    "FeatureScores",
    "Stacking",
    "dimensional_stacking",
    "feature_scores",
    "regional_sensitivity",
]
