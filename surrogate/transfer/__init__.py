"""Data 2: the rows asked of the teacher, and what its answers become."""

from surrogate.transfer.labels import LABELS, fit_on_answers, targets
from surrogate.transfer.sources import DEFAULT_ROWS, draw_rows, stacked

__all__ = ["DEFAULT_ROWS", "LABELS", "draw_rows", "fit_on_answers", "stacked", "targets"]
