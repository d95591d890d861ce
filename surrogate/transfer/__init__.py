"""Data 2: the rows asked of the teacher, and what its answers become."""

from surrogate.transfer.augmentation import Augmentation
from surrogate.transfer.choosing import SourceChoice, choose_source
from surrogate.transfer.density import KDE, MUNGE, Interpolation
from surrogate.transfer.deskew import Deskew
from surrogate.transfer.gated import Gated
from surrogate.transfer.labels import (
    LABELS,
    Labelling,
    categories_explained,
    fit_on_answers,
)
from surrogate.transfer.on_demand import OnDemand
from surrogate.transfer.recipes import DEFAULT_ROWS, Recipe
from surrogate.transfer.self_training import SelfTraining
from surrogate.transfer.sources import bound, draw_rows, stacked
from surrogate.transfer.transfer_set import TransferSet, known_truth, labelled_rows
from surrogate.transfer.warps import Warps

__all__ = [
    "DEFAULT_ROWS",
    "KDE",
    "LABELS",
    "MUNGE",
    "Augmentation",
    "Deskew",
    "Gated",
    "Interpolation",
    "Labelling",
    "OnDemand",
    "Recipe",
    "SelfTraining",
    "SourceChoice",
    "TransferSet",
    "Warps",
    "bound",
    "categories_explained",
    "choose_source",
    "draw_rows",
    "fit_on_answers",
    "known_truth",
    "labelled_rows",
    "stacked",
]
