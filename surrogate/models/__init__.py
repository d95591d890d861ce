"""Model A: a simulator (any callable) or a teacher (a trained model)."""

from surrogate.models.cases import checked_case
from surrogate.models.simulator import Simulator, simulator
from surrogate.models.teacher import Teacher, as_teacher, is_asked_only

__all__ = ["Simulator", "Teacher", "as_teacher", "checked_case", "is_asked_only", "simulator"]
