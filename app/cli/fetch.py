"""The command that fetches replies from web sites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.library import READ, encode_now
from app.cli.options import HomeOptions, open_for_owner, spread
from app.cli.output import open_console, print_error, print_json, print_note, show_progress
from corpus.errors import InputError

if TYPE_CHECKING:
    from app.fetching.fetch import Fetching
    from app.fetching.polite import Manners, Trust
    from app.fetching.types import FetchReport, Wanted
    from app.service import Service
    from app.settings import Settings
    from corpus.progress import Progress


@dataclass(frozen=True, slots=True)
class WhatOptions:
    """Which pages are wanted."""

    named: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="网址", show_default=False, help="答复的网址；加 --index 时是目录页的"
        ),
    ] = None
    listed: Annotated[
        Path | None,
        typer.Option(
            "--list", metavar="文件", show_default=False, help="网址清单，一行一个，# 开头的行不算"
        ),
    ] = None
    index: Annotated[
        bool,
        typer.Option("--index", metavar="", help="网址是目录（列表）页：翻页，找出其中答复的链接"),
    ] = False
    pages: Annotated[
        int,
        typer.Option("--pages", min=1, max=10_000, metavar="数", help="每个目录最多看几页"),
    ] = 20
    most: Annotated[
        int, typer.Option("--most", min=1, max=1_000_000, metavar="数", help="最多取多少份")
    ] = 2000
    match: Annotated[
        list[str] | None,
        typer.Option(
            "--match",
            metavar="词",
            show_default=False,
            help="只取题目里有这个词的链接（可多次）；不给则按题目和版式认出答复",
        ),
    ] = None
    again: Annotated[bool, typer.Option("--again", metavar="", help="从文库移除过的也再取回")] = (
        False
    )

    def read(self) -> Wanted:
        """Read what is wanted.

        :raises InputError: where an address or the list can't be read, or nothing is named.
        """
        from app.fetching.addresses import read_address, read_list
        from app.fetching.types import Wanted

        named = [read_address(each) for each in self.named or ()]
        listed = read_list(self.listed) if self.listed else ()
        addresses = tuple(dict.fromkeys([*named, *listed]))
        if not addresses:
            raise InputError("没有给出网址：请写上网址，或用 --list 给出网址清单。")
        return Wanted(
            addresses, self.index, self.pages, self.most, tuple(self.match or ()), self.again
        )


@dataclass(frozen=True, slots=True)
class HowOptions:
    """How sites are asked, and which may be."""

    interval: Annotated[
        float,
        typer.Option(
            "--interval",
            min=0.0,
            max=3600.0,
            metavar="秒",
            help="对同一网站两次请求至少隔多久；网站要求更久的照它的",
        ),
    ] = 1.0
    also: Annotated[
        list[str] | None,
        typer.Option(
            "--also",
            metavar="主机",
            show_default=False,
            help="也从这台主机取，如存附件的 files.example.gov.cn（可多次）；不加则只取所给的主机",
        ),
    ] = None
    intranet: Annotated[
        bool,
        typer.Option("--intranet", metavar="", help="所给的网站在内网（名称解析到内网地址）"),
    ] = False
    ca: Annotated[
        Path | None,
        typer.Option(
            "--ca", metavar="文件", show_default=False, help="单位自己的根证书（PEM），内网网站用"
        ),
    ] = None

    def trust(self, addresses: Sequence[str]) -> Trust:
        """Say which hosts may be asked: those of the addresses, and those named beside."""
        from app.fetching.addresses import read_address
        from app.fetching.polite import Trust

        also = [read_address(each) for each in self.also or ()]
        return Trust.of([*addresses, *also], self.intranet, self.ca)

    def manners(self, settings: Settings) -> Manners:
        """Say how they are asked."""
        from app.fetching.polite import Manners

        contact = f" (+{settings.fetch_contact})" if settings.fetch_contact else ""
        return Manners(name=f"Dafu{contact}", interval=self.interval)


@spread
def fetch(
    what: WhatOptions,
    how: HowOptions,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", metavar="", help="只列出会取哪些网页，不取也不载入"),
    ] = False,
    *,
    where: HomeOptions,
) -> None:
    """从网站取回答复并载入：给出网址、网址清单或目录页；再运行一次只取有变动的。"""
    wanted = what.read()
    trust = how.trust(wanted.addresses)
    with open_for_owner(where.home) as service, show_progress() as progress:
        from app.fetching.fetch import Fetching
        from app.fetching.polite import PoliteClient
        from app.fetching.snapshots import Snapshots

        manners = how.manners(service.settings)
        snapshots = Snapshots(service.home.folder)
        with PoliteClient(trust, manners, print_note) as client:
            fetching = Fetching(snapshots, client, wanted, progress, print_note)
            if dry_run:
                from app.cli.views.fetch import print_plan

                plan = fetching.plan()
                print_json(plan) if where.as_json else print_plan(open_console(), plan)
                return
            report = _run(service, fetching, progress)
        if report.loaded:
            encode_now(service, progress)
    if where.as_json:
        print_json(report)
    else:
        from app.cli.views.fetch import print_fetched

        print_fetched(open_console(), report)
    _judge(report, quiet=where.as_json)


def _run(service: Service, fetching: Fetching, progress: Progress) -> FetchReport:
    """Fetch and load; whoever stops it is told that nothing is lost."""
    from app.fetching.fetch import hold_fetching

    with hold_fetching(service.home.folder):
        try:
            return fetching.run(
                lambda paths: service.ingest(paths, progress=progress, again=fetching.wanted.again)
            )
        except KeyboardInterrupt:
            print_note("已停下：取回的都留着，再运行一次同样的命令就接着取，取完一起载入。")
            raise


def _judge(report: FetchReport, quiet: bool) -> None:
    """Exit with 1 where nothing could be fetched, or read."""
    there = any(page.status in ("new", "changed", "unchanged", "moved") for page in report.pages)
    read = report.loaded and any(entry.status in READ for entry in report.loaded.files)
    if not (there and read):
        if not quiet:
            print_error("一份答复也没有取到。" if not there else "取回的网页里没有读到答复。")
        raise typer.Exit(1)
