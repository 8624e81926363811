"""All commands put together, and the entry point."""

from __future__ import annotations

import signal
import sys
from typing import Annotated, Any

import typer

from app.cli import (
    accounts,
    asking,
    benchmark,
    compare,
    desk,
    doctor,
    evaluate,
    fetch,
    history,
    judging,
    keeping,
    learning,
    ledger,
    library,
    matter,
    programs,
    replies,
    service,
    serving,
    tables,
    terms,
    testsets,
)
from app.cli.chinese import ChineseCommand, ChineseGroup
from app.cli.options import HomeOption
from app.cli.output import VerboseOption, logged
from app.running.installed import find_version
from corpus.temporary import keep_together

COMMANDS: dict[str, Any] = {
    "ingest": library.ingest,
    "fetch": fetch.fetch,
    "columns": tables.columns,
    "ask": asking.ask,
    "search": asking.search,
    "precedents": asking.precedents,
    "coverage": desk.coverage,
    "desk": desk.desk,
    "list": replies.list_replies,
    "show": replies.show,
    "matter": matter.matter,
    "promises": ledger.promises,
    "policies": ledger.policies,
    "correct": replies.correct,
    "stats": library.stats,
    "remove": library.remove,
    "bin": library.show_bin,
    "verify": library.verify,
    "backup": keeping.backup,
    "move": keeping.move,
    "restore": keeping.restore,
    "recover": keeping.recover,
    "encode": library.encode,
    "rebuild": library.rebuild,
    "doctor": doctor.doctor,
    "adapt": learning.adapt,
    "serve": serving.serve,
    "service": service.service,
    "mcp": programs.mcp,
    "watch": programs.watch,
    "audit": accounts.audit,
    "bench": benchmark.bench,
}
"""Names of the commands, in the order of the help page."""

MEASURING: dict[str, Any] = {
    "run": evaluate.run,
    "fit": learning.fit,
    "answers": evaluate.answers,
    "compare": compare.compare,
    "gate": compare.gate,
    "report": compare.report,
    "history": history.history,
    "failures": history.failures,
    "make-testset": testsets.make_testset,
    "agreement": testsets.agreement,
    "judge": judging.judge,
    "export-judgments": judging.export_judgments,
    "convert": testsets.convert,
}
"""Names of the commands below `eval`, in the order of the help page."""

ACCOUNTS: dict[str, Any] = {
    "add": accounts.add,
    "list": accounts.list_all,
    "role": accounts.set_role,
    "passwd": accounts.set_password,
    "disable": accounts.disable,
    "enable": accounts.enable,
    "sign-out": accounts.sign_out,
    "token": accounts.make_token,
    "tokens": accounts.list_tokens,
    "end-token": accounts.end_token,
}
"""Names of the commands below `user`, in the order of the help page."""

TERMS: dict[str, Any] = {
    "list": terms.show_terms,
    "check": terms.check,
    "test": terms.explain,
}
"""Names of the commands below `terms`, in the order of the help page."""

LOOK = {"cls": ChineseGroup, "options_metavar": "[选项]", "subcommand_metavar": "命令 …"}


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"dafu {find_version()}")
        raise typer.Exit


def _start(
    context: typer.Context,
    home: HomeOption = None,
    verbose: VerboseOption = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version", metavar="", is_eager=True, callback=_print_version, help="显示版本"
        ),
    ] = False,
) -> None:
    """答复：检索政府答复，给出逐字引用的回答。"""
    given = {"home": home, "verbose": verbose or None}
    context.default_map = _default_of_all(
        context.command, {name: value for name, value in given.items() if value is not None}
    )
    if context.invoked_subcommand is None:
        print(context.get_help())


def _default_of_all(group: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Make the options that stand before the command the defaults of every command below."""
    return {
        name: _default_of_all(command, given) if hasattr(command, "commands") else given
        for name, command in group.commands.items()
    }


def _build() -> typer.Typer:
    plain: dict[str, Any] = {"add_completion": False, "rich_markup_mode": "rich", **LOOK}
    built = typer.Typer(
        callback=_start, invoke_without_command=True, pretty_exceptions_enable=False, **plain
    )
    for name, command in COMMANDS.items():
        built.command(name, cls=ChineseCommand, options_metavar="[选项]")(logged(command))
    groups = (
        ("user", "管理帐号：谁能登录，能做什么。", ACCOUNTS),
        ("eval", "评测检索质量。", MEASURING),
        ("terms", "查看和检查政务用语。", TERMS),
    )
    for group_name, help_text, commands in groups:
        group = typer.Typer(help=help_text, **plain)
        for name, command in commands.items():
            group.command(name, cls=ChineseCommand, options_metavar="[选项]")(logged(command))
        built.add_typer(group, name=group_name)
    return built


application = _build()


def main() -> None:
    """Run the command line and exit."""
    for stream in (sys.stdout, sys.stderr):
        # Windows consoles and pipes have other encodings; file names may hold bytes that are
        # no text, whose escapes are valid in JSON too.
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    keep_together()
    # Ended as by Ctrl+C: what is held is given back, and temporary files are deleted.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        application(prog_name="dafu")
    finally:
        # All is done but what the interpreter does at its end, which must not be broken off midway.
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
