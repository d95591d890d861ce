"""A teacher behind an HTTP address: rows go out as JSON, answers come back as JSON."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate.arguments import check_positive
from surrogate.errors import ArgumentError, RunError

__all__ = ["Endpoint", "is_address"]

_SHOWN = 200  # characters of a strange answer that a message shows


def is_address(model: Any) -> bool:
    """Return whether a model is given by its address."""
    return isinstance(model, str) and model.startswith(("http://", "https://"))


class Endpoint:
    """Ask a model that listens at an address.

    Posts ``{"inputs": [[...], ...]}``, of a DataFrame also ``"columns": [...]``, and expects a JSON
    list with one answer per row, or an object with such a list under ``"outputs"``.

    Parameters
    ----------
    address : str
        http:// or https://.
    timeout : float
        In seconds, for each batch.
    """

    def __init__(self, address: str, *, timeout: float) -> None:
        if not is_address(address):
            raise ArgumentError(f"an address begins with http:// or https://; got {address!r}")
        check_positive(timeout, argument="timeout")
        self.address = address
        self.timeout = timeout

    def __call__(self, X: Any) -> NDArray[Any]:
        """Return the answers, shape (n,) or (n, k).

        Raises
        ------
        RunError
            If nobody answers in time, the answer is an error, or it is no list of answers.
        """
        body: dict[str, Any] = {"inputs": np.asarray(X).tolist()}
        if hasattr(X, "columns"):
            body = {"columns": list(map(str, X.columns)), **body}
        text = self._post(json.dumps(body).encode())
        try:
            answers = json.loads(text)
            outputs = answers["outputs"] if isinstance(answers, dict) else answers
            found = np.asarray(outputs)
        except (ValueError, KeyError) as error:
            raise self._strange(text) from error
        if not isinstance(outputs, list) or found.dtype == object:
            raise self._strange(text)
        return found

    def _strange(self, text: str) -> RunError:
        return RunError(
            f"the teacher at {self.address} must answer with a JSON list, one entry per row, or "
            f'{{"outputs": [...]}}; got {text[:_SHOWN]!r}'
        )

    def _post(self, body: bytes) -> str:
        request = urllib.request.Request(  # noqa: S310 - the scheme is checked above
            self.address, data=body, headers={"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as answer:  # noqa: S310
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            said = error.read().decode(errors="replace")[:_SHOWN]
            raise RunError(
                f"the teacher at {self.address} answered with status {error.code}: {said!r}"
            ) from error
        except TimeoutError as error:
            raise RunError(
                f"the teacher at {self.address} did not answer within {self.timeout:g} s; ask "
                "fewer rows at a time with batch_size=, or wait longer with timeout="
            ) from error
        except (urllib.error.URLError, OSError) as error:
            raise RunError(f"the teacher at {self.address} cannot be reached: {error}") from error
