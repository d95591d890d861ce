"""Training a network with torch; what comes out are arrays."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from surrogate.errors import DataError, import_extra
from surrogate.models.torch_module import check_device
from surrogate.students.networks.layers import Convolution, Dense, Layers

__all__ = ["Lesson", "Plan", "trained"]

Rows = NDArray[np.intp]

_KERNEL = 3  # pixels on a side of a convolution
_CHUNK = 4096  # held-out rows asked at a time


@dataclass(frozen=True)
class Plan:
    """What is trained, and how long; see `Network`."""

    hidden_layer_sizes: tuple[int, ...]
    channels: tuple[int, ...]
    shape: tuple[int, int] | None
    n_outputs: int
    n_epochs: int
    batch_size: int
    learning_rate: float
    weight_decay: float
    patience: int | None
    device: str
    progress: bool | None


@dataclass(frozen=True)
class Lesson:
    """Rows and what the teacher says of them.

    Attributes
    ----------
    X : ndarray of shape (n, d)
    targets : ndarray
        Class codes (n,) of int64, probabilities (n, k), or standardised values (n,) of float32.
    weight : ndarray of shape (n,)
    offset, scale : ndarray of shape (d,) or (1,)
        Inputs minus `offset`, times `scale`, enter the network.
    temperature : float
        Of the probabilities.
    """

    X: NDArray[Any]
    targets: NDArray[Any]
    weight: NDArray[np.float32]
    offset: NDArray[Any]
    scale: NDArray[Any]
    temperature: float

    def inputs(self, rows: Rows, device: str) -> Any:
        """Return scaled rows as a tensor."""
        torch = _torch()
        scaled = (self.X[rows] - self.offset) * self.scale
        return torch.from_numpy(scaled.astype(np.float32, copy=False)).to(device)

    def loss(self, outputs: Any, rows: Rows) -> Any:
        """Return the mean loss of rows; 0 where the outputs say what the teacher says.

        Softened probabilities are met at their temperature, and that part of the loss is multiplied
        by its square; a row whose answer is certain is a true label and is met as it is.
        """
        torch = _torch()
        targets = torch.from_numpy(self.targets[rows]).to(outputs.device)
        weight = torch.from_numpy(self.weight[rows]).to(outputs.device)
        if self.targets.dtype == np.int64:
            losses = torch.nn.functional.cross_entropy(outputs, targets, reduction="none")
        elif targets.ndim == 1:
            losses = (outputs[:, 0] - targets) ** 2
        else:
            certain = targets.max(dim=1).values == 1
            heat = torch.where(certain, 1.0, self.temperature)
            told = torch.log_softmax(outputs / heat[:, None], dim=1)
            surprise = -(targets * told).sum(dim=1) - torch.special.entr(targets).sum(dim=1)
            losses = heat**2 * surprise
        return (weight * losses).mean()

    def fidelity(self, outputs: NDArray[Any], rows: Rows) -> float:
        """Return the share of the teacher's labels that the outputs give, or R2."""
        targets = self.targets[rows]
        if self.targets.dtype == np.float32 and targets.ndim == 1:
            spread = float(((targets - targets.mean()) ** 2).sum())
            return 1 - float(((outputs[:, 0] - targets) ** 2).sum()) / (spread or 1.0)
        labels = targets if targets.ndim == 1 else targets.argmax(axis=1)
        return float((outputs.argmax(axis=1) == labels).mean())


@dataclass(frozen=True)
class Order:
    """Which rows are met when: those taught in random batches, those held out never."""

    taught: Rows
    held_out: Rows
    batch_size: int
    rng: np.random.Generator

    @property
    def n_batches(self) -> int:
        """Batches per epoch."""
        return math.ceil(len(self.taught) / self.batch_size)

    def batches(self) -> list[Rows]:
        """Return the rows taught in a new order, in batches as equal as can be."""
        return np.array_split(self.rng.permutation(self.taught), self.n_batches)


def trained(
    lesson: Lesson, plan: Plan, *, taught: Rows, held_out: Rows, rng: np.random.Generator
) -> tuple[Layers, pd.DataFrame]:
    """Return the network at its most faithful epoch, and what each epoch came to.

    Parameters
    ----------
    lesson : Lesson
    plan : Plan
    taught, held_out : ndarray of row positions
        To learn from, and to stop by; without any held out the last epoch is kept.
    rng : Generator
    """
    torch = _torch()
    check_device(plan.device, of="Network")
    with torch.random.fork_rng(devices=[] if plan.device == "cpu" else None):
        torch.manual_seed(int(rng.integers(2**62)))
        module = _module(plan, lesson.X.shape[1]).to(plan.device)
        order = Order(taught, held_out, plan.batch_size, rng)
        history = _epochs(module, lesson, plan, order)
    return _layers(module, lesson, plan), pd.DataFrame(history).set_index("epoch")


def _epochs(module: Any, lesson: Lesson, plan: Plan, order: Order) -> list[dict[str, float]]:
    """Train the module, leave it in its best state, and return the loss and fidelity by epoch."""
    torch = _torch()
    optimizer = torch.optim.AdamW(
        module.parameters(), lr=plan.learning_rate, weight_decay=plan.weight_decay
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, plan.learning_rate, total_steps=plan.n_epochs * order.n_batches
    )
    history: list[dict[str, float]] = []
    best, best_state, best_epoch = (-math.inf, -math.inf), module.state_dict(), 0
    hidden = None if plan.progress is None else not plan.progress
    watched = tqdm(range(plan.n_epochs), desc="training the network", unit="epoch", disable=hidden)
    for epoch in watched:
        loss = _epoch(module, lesson, order, optimizer, schedule)
        record = {"epoch": epoch, "loss": loss}
        if len(order.held_out):
            fidelity, held_loss = _held_out_scores(module, lesson, order.held_out, plan.device)
            record |= {"fidelity": fidelity, "held_out_loss": held_loss}
            watched.set_postfix(fidelity=f"{fidelity:.4f}", refresh=False)
            if (fidelity, -held_loss) > best:
                best, best_epoch = (fidelity, -held_loss), epoch
                state = module.state_dict().items()
                best_state = {name: each.detach().clone() for name, each in state}
        history.append(record)
        if plan.patience is not None and epoch - best_epoch >= plan.patience:
            break
    watched.close()
    if len(order.held_out):
        module.load_state_dict(best_state)
    return history


def _epoch(module: Any, lesson: Lesson, order: Order, optimizer: Any, schedule: Any) -> float:
    module.train()
    device = next(module.parameters()).device
    total = 0.0
    for rows in order.batches():
        loss = lesson.loss(module(lesson.inputs(rows, device)), rows)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        total += float(loss.detach()) * len(rows)
    if not math.isfinite(total):
        raise DataError(
            "training the network diverged: its loss is not finite; lower learning_rate, and look "
            "for values of X far outside the others"
        )
    return total / len(order.taught)


def _held_out_scores(module: Any, lesson: Lesson, rows: Rows, device: str) -> tuple[float, float]:
    torch = _torch()
    module.eval()
    parts = np.array_split(rows, math.ceil(len(rows) / _CHUNK))
    with torch.inference_mode():
        outputs = torch.cat([module(lesson.inputs(each, device)) for each in parts])
        loss = float(lesson.loss(outputs, rows))
    return lesson.fidelity(outputs.cpu().numpy(), rows), loss


def _module(plan: Plan, n_inputs: int) -> Any:
    from torch import nn

    parts: list[Any] = []
    width = n_inputs
    if plan.channels and plan.shape is not None:
        height, breadth = plan.shape
        parts.append(nn.Unflatten(1, (1, height, breadth)))
        for n_in, n_out in zip((1, *plan.channels), plan.channels, strict=False):
            parts += [nn.Conv2d(n_in, n_out, _KERNEL, padding=_KERNEL // 2, bias=False)]
            parts += [nn.BatchNorm2d(n_out), nn.ReLU(), nn.MaxPool2d(2)]
            height, breadth = height // 2, breadth // 2
        parts.append(nn.Flatten())
        width = height * breadth * plan.channels[-1]
    for size in plan.hidden_layer_sizes:
        parts += [nn.Linear(width, size), nn.ReLU()]
        width = size
    return nn.Sequential(*parts, nn.Linear(width, plan.n_outputs))


def _layers(module: Any, lesson: Lesson, plan: Plan) -> Layers:
    """Return the arrays of a module; normalisation is folded into the convolutions before it."""
    from torch import nn

    parts = [each for each in module.cpu() if isinstance(each, (nn.Conv2d, nn.BatchNorm2d))]
    convolutions = [_folded(*pair) for pair in zip(parts[::2], parts[1::2], strict=True)]
    dense: list[Dense] = []
    for part in module:
        if isinstance(part, nn.Linear):
            weight = part.weight.detach().numpy()
            if convolutions and not dense:  # torch puts channels first, we last
                shape = (len(weight), plan.channels[-1], *_reduced(plan))
                weight = weight.reshape(shape).transpose(0, 2, 3, 1).reshape(len(weight), -1)
            dense.append(Dense(np.ascontiguousarray(weight.T), part.bias.detach().numpy()))
    shape_of_rows = plan.shape if convolutions else None
    return Layers(lesson.offset, lesson.scale, shape_of_rows, convolutions, dense)


def _reduced(plan: Plan) -> tuple[int, int]:
    """Return height and width after all convolutions."""
    height, width = plan.shape or (1, 1)
    return height >> len(plan.channels), width >> len(plan.channels)


def _folded(convolution: Any, norm: Any) -> Convolution:
    factor = norm.weight.detach() / (norm.running_var + norm.eps).sqrt()
    weight = convolution.weight.detach() * factor[:, None, None, None]
    bias = norm.bias.detach() - norm.running_mean * factor
    return Convolution(np.ascontiguousarray(weight.numpy().transpose(2, 3, 1, 0)), bias.numpy())


def _torch() -> Any:
    return import_extra("torch", extra="torch", purpose="training a Network")
