"""One self-contained page per answer, whatever was asked."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from surrogate.discovery import Discovery
from surrogate.distillation import Distillation
from surrogate.emulation import Emulation
from surrogate.errors import ArgumentError
from surrogate.optimization import Optimum
from surrogate.pages.discovery import discovery_page
from surrogate.pages.distillation import distillation_page
from surrogate.pages.emulation import emulation_page
from surrogate.pages.optimization import optimization_page

if TYPE_CHECKING:
    from surrogate.certificates import Certificate
    from surrogate.regions import Covering, Stability
    from surrogate.sensitivity_analysis import Sensitivity

__all__ = ["write_report"]


def write_report(
    found: Any,
    path: str | PathLike[str],
    *,
    certificate: Certificate | None = None,
    regions: Covering | None = None,
    stability: Stability | None = None,
    sensitivity: Sensitivity | None = None,
    discovery: Discovery | None = None,
    optimum: Optimum | None = None,
    title: str | None = None,
) -> Path:
    """Write an answer as one HTML file that opens anywhere, offline.

    It loads nothing, sends nothing, and shows the main facts without a script.

    The page of a discovery holds the rule, the trade-off curve with every box to pick from, the
    runs on any two inputs, all scores by kind, and where everything comes from. The address
    ``star.html#23`` opens it at box 23, which is ``found.trajectory[23]``. That of an emulation
    holds its scores, predictions of unseen runs, the evidence for its members and sensitivities.
    That of an optimum holds the best run and how the search came to it.

    Parameters
    ----------
    found : Discovery, Emulation, Optimum or Distillation
    path : str or path
        The file to write; an existing one is replaced.
    certificate : Certificate, optional
        What fresh runs proved about a box of a discovery, or of the one beside an emulation.
    regions : Covering, optional
        Several boxes for the same case, from `cover`: their rules and what each adds.
    stability : Stability, optional
        From `surrogate.stability`, on the runs of the discovery: how far each limit is to be
        trusted.
    sensitivity : Sensitivity, optional
        Which inputs matter to an emulation.
    discovery : Discovery, optional
        Where a case holds in the runs of an emulation: its rule and scores.
    optimum : Optimum, optional
        What `optimize` found beside an emulation.
    title : str, optional
        The heading; the question if not given.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    ArgumentError
        If the folder does not exist, or there is no page for such an answer.

    Examples
    --------
    >>> import tempfile
    >>> import surrogate as sg
    >>> space = sg.Space(gain=(0.0, 1.0), delay=(0.0, 1.0))
    >>> simulator = sg.Simulator(lambda gain, delay: gain + delay - 0.9, space, outcomes=["growth"])
    >>> runs = sg.run(simulator, space.sample(64, rng=0), n_workers=0)
    >>> found = sg.discover(runs, "growth < 0", rng=0, n_transfer=1000, n_folds=0)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_report(found, f"{folder}/growth.html").name
    'growth.html'
    """
    target = Path(path)
    if not target.parent.is_dir():
        raise ArgumentError(
            f"cannot write the report {str(target)!r}: there is no folder "
            f"{str(target.parent)!r}; create it first"
        )
    if isinstance(found, Discovery):
        text = discovery_page(found, certificate, title, regions=regions, stability=stability)
    elif isinstance(found, Emulation):
        text = emulation_page(
            found, sensitivity, title, discovery=discovery, certificate=certificate, optimum=optimum
        )
    elif isinstance(found, Optimum):
        text = optimization_page(found, title)
    elif isinstance(found, Distillation):
        text = distillation_page(found, title)
    else:
        raise ArgumentError(
            "there is a page for what discover, emulate and optimize return, and for a "
            f"Distillation; got {type(found).__name__}: {found!r:.80}"
        )
    target.write_text(text, encoding="utf-8", newline="\n")
    return target
