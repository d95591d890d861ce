"""The command line: ``surrogate study | run | discover | report``."""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from surrogate.errors import SurrogateError
from surrogate.version import __version__

if TYPE_CHECKING:
    from surrogate.discovery import Discovery
    from surrogate.experiment import Runs

__all__ = ["main"]

_USER_ERROR = 2
_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0, 2 for a mistake of the user, 130 for Ctrl-C."""
    options = _parser().parse_args(arguments)
    warnings.showwarning = _show_warning
    try:
        options.command(options)
    except SurrogateError as error:
        print(f"surrogate: error: {error}", file=sys.stderr)
        return _USER_ERROR
    except KeyboardInterrupt:
        print(
            "surrogate: interrupted; finished runs are kept in the store, and the same command "
            "goes on from there",
            file=sys.stderr,
        )
        return _INTERRUPTED
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="surrogate",
        description="Turn any slow or opaque model into something fast and readable.",
    )
    parser.add_argument("--version", action="version", version=f"surrogate {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_study(commands)
    _add_run(commands)
    _add_discover(commands)
    _add_report(commands)
    return parser


def _add_study(commands: Any) -> None:
    study = commands.add_parser(
        "study", help="run a whole study from a TOML file and write its page, store and answer"
    )
    study.add_argument("file", help="the study, for instance simulators/grid_stability.toml")
    study.add_argument(
        "--output", default=".", metavar="DIR", help="where the files go (default: here)"
    )
    study.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="TABLE.KEY=VALUE",
        help="replace a setting of the file, for instance design.n=128; may be repeated",
    )
    _add_common(study)
    study.set_defaults(command=_study)


def _add_run(commands: Any) -> None:
    runner = commands.add_parser("run", help="run a design of a simulator into a store")
    runner.add_argument("simulator", help="module:attribute")
    runner.add_argument("store", help="the SQLite file that keeps the runs")
    runner.add_argument("--n", type=int, default=256, help="rows of the design (default: 256)")
    runner.add_argument("--method", default="sobol", help="sobol, latin, halton, random or grid")
    runner.add_argument("--seed", type=int, default=0)
    runner.add_argument("--workers", type=int, help="worker processes (default: one per core)")
    runner.add_argument("--timeout", type=float, help="seconds a run may take")
    _add_common(runner)
    runner.set_defaults(command=_run)


def _add_discover(commands: Any) -> None:
    finder = commands.add_parser("discover", help="find where a case holds, from stored runs")
    _add_question(finder)
    finder.add_argument("--output", metavar="FILE", help="write the region as JSON")
    _add_common(finder)
    finder.set_defaults(command=_discover)


def _add_report(commands: Any) -> None:
    reporter = commands.add_parser("report", help="find where a case holds and write its page")
    _add_question(reporter)
    reporter.add_argument("--output", metavar="FILE", help="the page (default: STORE.html)")
    reporter.add_argument("--title")
    _add_common(reporter)
    reporter.set_defaults(command=_report)


def _add_question(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("store", help="the SQLite file of a run or study")
    parser.add_argument("case", help='a condition on the outcomes, like "stability < 0"')
    parser.add_argument("--simulator", help="which one, where the store holds several")
    parser.add_argument("--rule", default="wracc", help="wracc, coverage, knee or fewest")
    parser.add_argument("--density", type=float, default=0.9, help="for --rule coverage")
    parser.add_argument("--seed", type=int, default=0)


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")
    parser.add_argument("--quiet", action="store_true", help="no progress, no explanations")


def _study(options: argparse.Namespace) -> None:
    from surrogate.experiment.interrupts import noted_interrupts
    from surrogate.study import Study

    study = Study.from_file(options.file, changes=options.set)
    quiet = options.quiet or options.json
    with noted_interrupts() as check:

        def say(text: str) -> None:
            check()  # between two steps
            if not quiet:
                print(f"{text} ...", file=sys.stderr)

        result = study.perform(options.output, progress=False if quiet else None, say=say)
    if options.json:
        files = {name: str(path) for name, path in result.files.items()}
        _print_json(result.to_dict() | {"files": files})
        return
    print(result)
    print("\nwritten")
    width = max(map(len, result.files))
    for name, path in result.files.items():
        print(f"  {name:{width}}  {path}")


def _run(options: argparse.Namespace) -> None:
    from surrogate.experiment import run
    from surrogate.randomness import stream
    from surrogate.study.references import find_simulator

    simulator = find_simulator(options.simulator)
    design = simulator.space.sample(
        options.n, method=options.method, rng=stream(options.seed, "design")
    )
    runs = run(
        simulator,
        design,
        store=options.store,
        n_workers=options.workers,
        timeout=options.timeout,
        rng=options.seed,
        progress=False if options.quiet or options.json else None,
    )
    if options.json:
        _print_json({"store": options.store, "runs": runs.status.value_counts().to_dict()})
    else:
        print(runs)


def _discover(options: argparse.Namespace) -> None:
    from surrogate.study.discovery_result import answer, region
    from surrogate.study.frame import write_json

    found = _found(options)
    if options.output:
        write_json(Path(options.output), region(found))
    if options.json:
        _print_json(region(found))
    else:
        print(answer(found))


def _report(options: argparse.Namespace) -> None:
    from surrogate.pages import write_report
    from surrogate.study.discovery_result import answer, region

    found = _found(options)
    path = options.output or Path(options.store).with_suffix(".html")
    page = write_report(found, path, title=options.title)
    if options.json:
        _print_json(region(found) | {"page": str(page)})
    else:
        print(answer(found))
        print(f"\nwritten {page}")


def _found(options: argparse.Namespace) -> Discovery:
    from surrogate.discovery import discover

    runs = _stored(options)
    return discover(
        runs, options.case, rng=options.seed, rule=options.rule, density=options.density
    )


def _stored(options: argparse.Namespace) -> Runs:
    """Return the stored runs of designs: others crowd inside a box, or around an optimum."""
    from surrogate.experiment import Runs

    runs = Runs.from_store(options.store, simulator=options.simulator)
    return runs.select(~runs.origin.isin(["certificate", "proposed"]).to_numpy())


def _print_json(content: Any) -> None:
    print(json.dumps(content, indent=1, allow_nan=False))


def _show_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    print(f"surrogate: warning: {message}", file=sys.stderr)
