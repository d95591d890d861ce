"""A torch module as a teacher; its state is read without pickle."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate.errors import ArgumentError, import_extra

__all__ = ["TorchModule", "check_device", "is_torch_module"]


def is_torch_module(model: Any) -> bool:
    """Return whether `model` is a torch module; torch is not loaded to find out."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(model, torch.nn.Module)


def check_device(device: str, *, of: str) -> None:
    """Check that torch can work on a device here.

    Parameters
    ----------
    device : str
    of : str
        What is to work there; opens the message.

    Raises
    ------
    ArgumentError
        With the reason torch gives, and the devices there are.
    """
    torch = import_extra("torch", extra="torch", purpose=f"device={device!r}")
    try:
        torch.zeros(1, device=device).cpu()
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        there = ["cpu", *(f"cuda:{number}" for number in range(torch.cuda.device_count()))]
        if torch.backends.mps.is_available():
            there.append("mps")
        raise ArgumentError(
            f"{of}: torch cannot use device={device!r} on this machine "
            f"({str(error).splitlines()[0]}); there are {', '.join(there)}"
        ) from error


class TorchModule:
    """Ask a torch module: rows become a float32 tensor, answers an array.

    Parameters
    ----------
    module : torch.nn.Module
        Takes a tensor of shape (n, d).
    state : path, optional
        A file with the module's ``state_dict``. It may hold nothing but tensors.
    device : str

    Raises
    ------
    ArgumentError
        If the file is no state of this module, or torch has no such device here.
    """

    def __init__(self, module: Any, *, state: str | Path | None, device: str) -> None:
        check_device(device, of=f"the teacher {type(module).__name__}")
        self.module = module
        self.device = device
        if state is not None:
            self._load(Path(state))
        module.to(device)

    def __call__(self, X: Any) -> NDArray[Any]:
        """Return the module's answers in evaluation mode, shape (n,) or (n, k)."""
        torch = import_extra("torch", extra="torch", purpose="a torch teacher")
        rows = np.array(X, dtype=np.float32, order="C")  # a copy: torch wants to be able to write
        was_training = self.module.training
        self.module.eval()
        try:
            with torch.inference_mode():
                answers = self.module(torch.from_numpy(rows).to(self.device))
        finally:
            self.module.train(was_training)
        return np.asarray(answers.cpu())

    def _load(self, path: Path) -> None:
        torch = import_extra("torch", extra="torch", purpose="a torch teacher")
        if not path.is_file():
            raise ArgumentError(f"state must be a file with the module's state_dict; got {path}")
        try:
            state = torch.load(path, map_location=self.device, weights_only=True)
            self.module.load_state_dict(state)
        except Exception as error:  # torch raises a different class for each thing that is wrong
            raise ArgumentError(
                f"{path} is no state of {type(self.module).__name__}: {error}; save it with "
                "torch.save(module.state_dict(), path)"
            ) from error
