"""Where output goes, results to stdout and the rest to stderr; and `-v`, which shows the log."""

from __future__ import annotations

import functools
import inspect
import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.exceptions import TyperException

from app.running.log import logging_to
from app.running.unforeseen import explain
from corpus.errors import DafuError
from corpus.serialise import to_json

if TYPE_CHECKING:
    from rich.console import Console

    from app.service import Service

LOGGER = logging.getLogger(__name__)

CONTROLS = dict.fromkeys((*range(32), *range(127, 160)), "�")
del CONTROLS[ord("\t")], CONTROLS[ord("\n")]


def plain(text: str) -> str:
    """Replace control characters: text of a document must not command the terminal."""
    return text.translate(CONTROLS)


def print_json(value: Any) -> None:
    """Print one JSON object to standard output."""
    print(json.dumps(to_json(value), ensure_ascii=False, indent=2), flush=True)


def print_error(text: str) -> None:
    """Print what went wrong to standard error."""
    print(f"错误：{plain(text)}", file=sys.stderr, flush=True)


def print_note(text: str) -> None:
    """Print a remark to standard error."""
    print(plain(text), file=sys.stderr, flush=True)


def open_console(*, stderr: bool = False) -> Console:
    """Open a console on which text of documents is text only: no markup, no emoji codes."""
    from rich.console import Console

    return Console(stderr=stderr, markup=False, emoji=False, highlight=False)


@contextmanager
def show_progress() -> Iterator[Callable[[str, int, int | None], None]]:
    """Show a bar for each stage that is reported; nothing where there is no terminal.

    What is yielded takes the name of the stage, how much is done, and of how much (or None).
    """
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = open_console(stderr=True)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
        stages: dict[str, Any] = {}

        def report(stage: str, done: int, total: int | None) -> None:
            if stage not in stages:
                stages[stage] = bars.add_task(stage, total=total)
            bars.update(stages[stage], completed=done, total=total)

        yield report


VerboseOption = Annotated[
    bool, typer.Option("--verbose", "-v", metavar="", help="在终端显示运行日志")
]


def logged(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the option, and log what it does to the home that it works in, if any."""
    signature = inspect.signature(command)
    verbose = inspect.Parameter(
        "verbose", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=VerboseOption
    )

    @functools.wraps(command)
    def run(*, verbose: bool, **given: Any) -> None:
        home = _find_home(given["home"]) if "home" in given else None
        with logging_to(home, verbose=verbose):
            try:
                command(**given)
            except (DafuError, TyperException, typer.Exit, typer.Abort):
                raise
            except Exception as error:
                # In the log only: whoever uses this can do nothing with a traceback.
                LOGGER.warning("unforeseen", exc_info=error)
                raise DafuError(explain(error)) from error

    run.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[*signature.parameters.values(), verbose]
    )
    run.__annotations__ = {**command.__annotations__, "verbose": VerboseOption}
    return run


def _find_home(named: Path | None) -> Path:
    from app.settings import default_home

    return (named or default_home()).expanduser().absolute()


def tell_if_empty(service: Service) -> None:
    """Say on standard error that there is nothing to be found yet."""
    if service.list_replies(limit=1).total == 0:
        print_note("文库还是空的：请先用 dafu ingest 文件夹 载入答复。")
