"""Expressions over names: cases, constraints and derived inputs."""

from surrogate.expressions.expression import Expression, FrameFunction, as_expression

__all__ = ["Expression", "FrameFunction", "as_expression"]
