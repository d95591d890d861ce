"""HTML by construction: text is escaped unless it is `Markup` already."""

from __future__ import annotations

import html
import json
import math
from typing import Any

__all__ = ["Markup", "join", "script_json", "tag"]

_VOID = {"img", "input", "meta"}
# What would end the script element, open a comment in it, or break a line of JavaScript.
_UNSAFE = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def tag(name: str, *children: object, **attributes: object) -> Markup:
    """Return an element; children and attribute values that are no `Markup` are escaped.

    Parameters
    ----------
    name : str
    *children : object
        Text or `Markup`; None is left out.
    **attributes : object
        ``class_`` stands for ``class`` and ``data_box`` for ``data-box``; True gives the bare name,
        False and None leave it out.

    Examples
    --------
    >>> tag("p", "a < b", tag("b", "c"), class_="note", hidden=True)
    '<p class="note" hidden>a &lt; b<b>c</b></p>'
    """
    words = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Markup(f"<{name}{words}>")
    return Markup(f"<{name}{words}>{join(*children)}</{name}>")


def join(*children: object) -> Markup:
    """Return the children one after another, escaped where they are no `Markup`."""
    return Markup("".join(_escaped(child) for child in children if child is not None))


def script_json(data: Any) -> Markup:
    r"""Return data as JSON that cannot leave its script element; NaN and infinity become null.

    Examples
    --------
    >>> script_json({"case": "</script>", "density": float("nan")})
    '{"case":"\\u003c/script\\u003e","density":null}'
    """
    text = json.dumps(_plain(data), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(text.translate(_UNSAFE))


def _escaped(child: object) -> str:
    return child if isinstance(child, Markup) else html.escape(str(child))


def _attribute(key: str, value: object) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{html.escape(str(value))}"'


def _plain(data: Any) -> Any:
    if isinstance(data, dict):
        return {str(key): _plain(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [_plain(value) for value in data]
    if isinstance(data, float) and not math.isfinite(data):
        return None
    return data
