"""Typer speaking Chinese: help, usage errors, and Dafu's own errors without a traceback."""

from __future__ import annotations

import re
import sys
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.exceptions import TyperException

from app.cli.output import print_error
from app.running.unforeseen import explain
from corpus.errors import DafuError

_WRONG = r"Invalid value for '([^']+)'(?: / '[^']+')*:"

USAGE_ERRORS = (
    (r"Missing \w+ '(.+?)'\..*", r"缺少 \1"),
    (r"Missing command\.", "缺少命令"),
    (r"No such command '(.+?)'\. Did you mean (.+)\?", r"没有命令 \1，是不是 \2？"),
    (r"No such command '(.+?)'\.", r"没有命令 \1"),
    (r"No such option: (\S+)(?: \(?Possible options: (.+?)\)?)?", r"没有选项 \1"),
    (r"Option '?(\S+?)'? requires an argument\.?", r"选项 \1 后面要有值"),
    (r"Got unexpected extra argument\S* \((.+)\)", r"多出了参数：\1"),
    (r"Option '?(\S+?)'? does not take a value\.?", r"选项 \1 后面不要值"),
    (rf"{_WRONG} .*valid number.*", r"\1 应是数"),
    (rf"{_WRONG} .*(?:valid|as an) integer.*", r"\1 应是整数"),
    (rf"{_WRONG} .*greater than or equal to ([\d.]+)", r"\1 不能小于 \2"),
    (rf"{_WRONG} .*less than or equal to ([\d.]+)", r"\1 不能大于 \2"),
    (rf"{_WRONG} .*", r"\1 的值不对"),
)
"""Typer's own messages, which no catalogue translates."""

_NO_CHOICE = re.compile(rf"{_WRONG} Value error, (['\"])(.*)\2 is not one of (.+)\.", re.DOTALL)


def _usage_error(message: str) -> str:
    if found := _NO_CHOICE.fullmatch(message):
        from app.wording import either

        choices = either(re.findall(r"'([^']+)'", found[4]))
        return f"{found[1]} 不能是 {found[3] or '空的'}，应为 {choices}"
    for pattern, chinese in USAGE_ERRORS:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return found.expand(chinese)
    return "用法不对"


def _label_help() -> None:
    """Set the fixed words of the help pages; typer has no other place for them."""
    from typer import rich_utils

    rich_utils.ARGUMENTS_PANEL_TITLE = "参数"
    rich_utils.OPTIONS_PANEL_TITLE = "选项"
    rich_utils.COMMANDS_PANEL_TITLE = "命令"
    rich_utils.DEFAULT_STRING = "[默认：{}]"
    rich_utils.REQUIRED_LONG_STRING = "[必填]"
    rich_utils._make_rich_text = _foldable


def _foldable(*, text: str, style: str = "", **_: Any) -> Any:
    """Make a help text that goes on in the next line: rich cuts long words, Chinese has no spaces.

    Stands in for typer's own, which for texts without markup does no more.
    """
    from rich.text import Text
    from typer.rich_utils import highlighter

    return highlighter(Text(text, style, overflow="fold"))


class _Chinese:
    """What commands and groups have in common; stands before typer's class in the bases."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        pieces = self.collect_usage_pieces(ctx)  # type: ignore[attr-defined]
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix="用法：")

    def format_help(self, ctx: Any, formatter: Any) -> None:
        _label_help()
        super().format_help(ctx, formatter)  # type: ignore[misc]

    def get_help_option(self, ctx: Any) -> TyperOption | None:
        option: TyperOption | None = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help, option.metavar = "显示帮助并退出", ""
        return option


class ChineseCommand(_Chinese, TyperCommand):
    """A command with Chinese help."""


class ChineseGroup(_Chinese, TyperGroup):
    """A group of commands with Chinese help, and the one place where errors become exit codes.

    0: done, and all is well; 1: done, and all is not (`verify` found a problem, `eval gate` a drop,
    `ingest` no file it could read); 2: not done, for wrong usage or an error of Dafu's, told on
    standard error; 130: interrupted. So a script can tell a bad result from none, as with diff.
    """

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command line and exit."""
        extra["standalone_mode"] = False
        try:
            code = super().main(*args, **extra)
        except DafuError as error:
            print_error(str(error))
            code = 2
        except (OSError, MemoryError) as error:
            print_error(explain(error))
            code = 2
        except TyperException as error:
            context = getattr(error, "ctx", None)
            hint = f"（用法见 {context.command_path} --help）" if context else ""
            print_error(_usage_error(error.format_message()) + hint)
            code = error.exit_code
        except typer.Abort:
            code = 130
        sys.exit(code or 0)
