"""The option `-v`, which every command has: show the log in the terminal."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from app.log import logging_to

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
            command(**given)

    run.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[*signature.parameters.values(), verbose]
    )
    run.__annotations__ = {**command.__annotations__, "verbose": VerboseOption}
    return run


def _find_home(named: Path | None) -> Path:
    from app.settings import default_home

    return (named or default_home()).expanduser().absolute()
