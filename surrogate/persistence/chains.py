"""What is stored of a chain: its student, how it was made, and a teacher that can travel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sklearn.frozen import FrozenEstimator
from sklearn.utils.validation import check_is_fitted

from surrogate.errors import DataError
from surrogate.metamorphosis import Metamorphosis
from surrogate.models import Teacher
from surrogate.space import Space
from surrogate.students.states import STUDENTS

__all__ = ["chain_of_state", "state_of_chain", "state_of_teacher", "teacher_of_state"]

_SETTINGS = ("labels", "temperature", "threshold", "true_labels", "n_transfer")


def state_of_chain(chain: Metamorphosis, *, teacher: bool) -> dict[str, Any]:
    """Return what a stored chain holds.

    Real rows, the transfer set and the recipe it came from stay behind, unless the recipe is a
    space.

    Raises
    ------
    DataError
        If the teacher is to be stored and is none of our students.
    """
    check_is_fitted(chain)
    state = {name: getattr(chain, name) for name in _SETTINGS}
    state |= {"student_": chain.student_, "n_transfer_": chain.n_transfer_}
    state |= {"seconds_": chain.seconds_, "seed": chain._seed}
    state["transfer"] = chain.transfer if isinstance(chain.transfer, Space) else None
    asked = getattr(chain, "teacher_", None)
    state["teacher_"] = asked if teacher else None
    return state


def chain_of_state(state: Mapping[str, Any]) -> Metamorphosis:
    """Return the chain that `state_of_chain` described."""
    taught = state["teacher_"]
    if not isinstance(taught, Teacher | None) or type(state["student_"]) not in STUDENTS.values():
        raise DataError("its teacher is no teacher, or its student no student")
    settings = {name: state[name] for name in (*_SETTINGS, "transfer")}
    model = None if taught is None else taught.model
    chain = Metamorphosis(model, state["student_"], keep_transfer=False, **settings)
    if taught is not None:
        chain.teacher_ = taught
    chain.student_, chain.n_transfer_ = state["student_"], state["n_transfer_"]
    chain.seconds_, chain._seed = state["seconds_"], state["seed"]
    chain._real = (None, None, None)
    return chain


def state_of_teacher(teacher: Teacher) -> dict[str, Any]:
    """Return what a stored teacher holds; its model is one of our students."""
    model = teacher.model
    model = model.estimator if isinstance(model, FrozenEstimator) else model
    if STUDENTS.get(type(model).__name__) is not type(model):
        raise DataError(
            f"the teacher of this chain, a {type(model).__name__}, cannot be saved: it could only "
            f"be stored as a pickle, and loading one runs code; leave it out by "
            f"save(..., teacher=False), or teach with {', '.join(STUDENTS)}"
        )
    return {"model": model, "gives": teacher.gives, "classes": teacher.classes}


def teacher_of_state(state: Mapping[str, Any]) -> Teacher:
    """Return the teacher that `state_of_teacher` described."""
    classes = None if state["classes"] is None else list(state["classes"])
    return Teacher(state["model"], gives=state["gives"], classes=classes)
