"""JSON texts that say what they are: their format and its version."""

from __future__ import annotations

import json
from typing import Any

from surrogate.errors import DataError

__all__ = ["read_document"]


def read_document(text: str, *, noun: str, form: str, version: int) -> dict[str, Any]:
    """Return the content of a text in a format of this package.

    Parameters
    ----------
    text : str
    noun : str
        What is to be read, for messages.
    form : str
    version : int

    Raises
    ------
    DataError
        If it is no such text, or of another version.

    Examples
    --------
    >>> text = '{"format": "surrogate.covering", "version": 2}'
    >>> read_document(text, noun="covering", form="surrogate.covering", version=1)
    Traceback (most recent call last):
    surrogate.errors.DataError: a covering was to be read from 'surrogate.covering' version 1; \
got 'surrogate.covering' version 2
    """
    try:
        content = json.loads(text)
        found = content["format"], content["version"]
    except (TypeError, ValueError, KeyError) as error:
        raise DataError(f"no {noun} can be read from this text: {error!r}") from error
    if found != (form, version):
        raise DataError(
            f"a {noun} was to be read from {form!r} version {version}; "
            f"got {found[0]!r} version {found[1]!r}"
        )
    return dict(content)
