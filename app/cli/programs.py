"""The commands that go on by themselves: for language models (MCP), and for watched folders."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.options import HomeOption, NoRedactOption, open_for_owner, spread
from app.cli.output import print_note, show_progress
from app.cli.signals import handling
from corpus.errors import HomeBusy, InputError

if TYPE_CHECKING:
    from app.service import Service
    from app.watching.watcher import Watcher


class ModelRole(StrEnum):
    """As whom a model reads: it goes on to tell whoever runs it."""

    READER = "reader"
    STAFF = "staff"


@spread
def mcp(
    role: Annotated[
        ModelRole,
        typer.Option(
            "--role",
            metavar="角色",
            help="模型看得到什么：reader 只看公开的、遮盖的，staff 也看未公开的",
        ),
    ] = ModelRole.READER,
    page: Annotated[
        str,
        typer.Option(
            "--page",
            metavar="网址",
            show_default=False,
            help="同一文库的网页地址，结果里给出每处的链接",
        ),
    ] = "",
    no_redact: NoRedactOption = False,
    home: HomeOption = None,
) -> None:
    """供大模型程序经标准输入输出调用（MCP）：检索、提问、查先例、读答复。"""
    if find_spec("mcp") is None:
        raise InputError("没有装 MCP：请运行 pip install 'dafu[mcp]'，再启动。")
    if page and not page.startswith(("http://", "https://")):
        raise InputError(f"--page 应为网页的地址，如 http://127.0.0.1:7860，收到的是 {page}。")
    if no_redact and role is ModelRole.READER:
        raise InputError("--no-redact 要与 --role staff 同用：给 reader 看的一律遮盖。")
    from app.access import Role
    from app.mcp.stdio import serve_stdio
    from app.running.installed import find_version
    from app.service import open_service
    from app.settings import load_settings

    settings = load_settings(home, redact=False if no_redact else None)
    with open_service(settings, Role(role.value)) as service:
        serve_stdio(service, page.rstrip("/") + "/" if page else None, find_version())


@spread
def watch(
    folders: Annotated[
        list[Path], typer.Argument(metavar="文件夹…", show_default=False, help="要看着的文件夹")
    ],
    every: Annotated[
        float | None,
        typer.Option(
            "--every",
            min=0.02,
            max=86_400,
            metavar="秒",
            show_default=False,
            help="隔多久看一次（默认本机 5 秒，网络盘 60 秒）",
        ),
    ] = None,
    remove_vanished: Annotated[
        bool,
        typer.Option(
            "--remove-vanished",
            metavar="",
            help="文件不见了，其中的答复移到回收站（30 天内可恢复）；不加则只告诉",
        ),
    ] = False,
    once: Annotated[
        bool, typer.Option("--once", metavar="", help="载入现在有变动的就结束，不一直看着")
    ] = False,
    allow_secret: Annotated[
        bool,
        typer.Option("--allow-secret", metavar="", help="也载入标有密级的答复；不加则不载入"),
    ] = False,
    home: HomeOption = None,
) -> None:
    """看着文件夹：新出现的、有变动的答复自动载入，不见了的告诉一声（Ctrl+C 结束）。"""
    from app.watching.watcher import Watcher, Wish

    wish = Wish(
        every, None if every is None else min(every * 2, 2.0), remove_vanished, allow_secret
    )
    with open_for_owner(home) as service:
        watcher = Watcher(service, folders, wish, _print_with_time, show_progress)
        with told_of_signals(watcher) as came:
            try:
                if not once:
                    looks = [f"{root}（每 {watcher.every[root]:g} 秒）" for root in watcher.roots]
                    print_note(f"正在看着：{'；'.join(looks)}。按 Ctrl+C 结束。")
                watcher.run(once, lambda goes_on: _encode(service, goes_on))
            except KeyboardInterrupt:
                came.append(signal.SIGINT)
        if signal.SIGTERM in came:
            raise SystemExit(128 + signal.SIGTERM)
        if came:
            print_note("不再看着了；已载入的都在文库里。")


@contextmanager
def told_of_signals(watcher: Watcher) -> Iterator[list[int]]:
    """Have a watcher end by Ctrl+C and SIGTERM even where what they raise is lost."""
    came: list[int] = []

    def leave(usual: Any, number: int, frame: FrameType | None) -> None:
        came.append(number)
        watcher.leaving = True
        if callable(usual):
            usual(number, frame)

    with handling(leave):
        yield came


def _encode(service: Service, goes_on: Callable[[], bool]) -> None:
    with suppress(HomeBusy):  # then another process reads
        service.encode(goes_on=goes_on)


def _print_with_time(said: str) -> None:
    print_note(f"{datetime.now():%H:%M:%S} {said}")
