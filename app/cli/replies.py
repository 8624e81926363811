"""The commands that look at single replies: list them, show one, correct its fields."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import FilterOptions, ReadingOptions, read_span, spread
from app.cli.output import open_console, print_json, print_note, tell_if_empty
from corpus.errors import InputError
from corpus.files import say_trouble
from corpus.store.listing import Column, Order
from corpus.types import FieldName

if TYPE_CHECKING:
    from app.service import Service
    from app.types import ReplyView

MOST = 1_000_000_000
"""No library has more replies, and SQLite counts no further than 2⁶³."""


@dataclass(frozen=True, slots=True)
class PageOptions:
    """Which part of a list to print."""

    limit: Annotated[
        int, typer.Option("--limit", min=1, max=MOST, metavar="数", help="最多列出几份")
    ] = 50
    offset: Annotated[
        int, typer.Option("--offset", min=0, max=MOST, metavar="数", help="跳过前几份")
    ] = 0


@dataclass(frozen=True, slots=True)
class OrderOptions:
    """In which order to list."""

    sort: Annotated[
        Column, typer.Option("--sort", metavar="列", help=f"按哪一列排：{'、'.join(Column)}")
    ] = Column.DATE
    reverse: Annotated[
        bool, typer.Option("--reverse", metavar="", help="倒过来排；不加则新的在前、拼音小的在前")
    ] = False

    def read(self) -> Order:
        """Return the order that is asked for: dates newest first, all else as in a dictionary."""
        return Order(self.sort, (self.sort is Column.DATE) != self.reverse)


@dataclass(frozen=True, slots=True)
class DrawingOptions:
    """Which page of the original to draw, and what to mark on it."""

    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="文件.png", show_default=False, help="把原件的一页画成图片，存到这里"
        ),
    ] = None
    page: Annotated[
        int | None,
        typer.Option("--page", min=1, metavar="页", show_default=False, help="画第几页"),
    ] = None
    span: Annotated[
        str,
        typer.Option(
            "--span",
            metavar="起-止",
            show_default=False,
            help="标出全文的第几字到第几字，如引文的 start-end",
        ),
    ] = ""

    @property
    def wanted(self) -> bool:
        """Tell whether a page is to be drawn."""
        return self.out is not None or self.page is not None or bool(self.span)

    def save(self, service: Service, reply_id: str) -> str:
        """Draw the page and save it; return what was done.

        :raises InputError: where no file is named, or the page can't be drawn.
        """
        if self.out is None:
            raise InputError("请用 --out 写明图片存到哪里，如 --out 第1页.png。")
        page = service.pages.draw(reply_id, self.page, *read_span(self.span))
        try:
            page.picture.save(self.out, "PNG")
        except OSError as error:
            raise InputError(f"存不下：{self.out}（{say_trouble(error)}）。") from error
        return f"已画出第 {page.number} 页，存为 {self.out}。"


@dataclass(frozen=True, slots=True)
class ReviewOptions:
    """Whether to list only what has to do with correcting."""

    doubtful: Annotated[bool, typer.Option("--doubtful", metavar="", help="只列有字段待核对的")] = (
        False
    )
    corrected: Annotated[bool, typer.Option("--corrected", metavar="", help="只列人工更正过的")] = (
        False
    )


@spread
def list_replies(
    where: FilterOptions,
    reading: ReadingOptions,
    page: PageOptions,
    order: OrderOptions,
    only: ReviewOptions,
    text: Annotated[
        str,
        typer.Option(
            "--text",
            metavar="词",
            show_default=False,
            help="标题、文号等字段或正文含有的词，几个的用空格隔开",
        ),
    ] = "",
) -> None:
    """列出文库里的答复。"""
    if only.doubtful or only.corrected:
        if (only.doubtful and only.corrected) or text or where != FilterOptions():
            raise InputError("--doubtful、--corrected 和筛选条件，一次只能用一种。")
        _review(reading, page, only.corrected)
        return
    with reading.open() as service:
        found = service.list_replies(
            where.resolve(service), text, page.limit, page.offset, order.read()
        )
        tell_if_empty(service)
    if reading.as_json:
        print_json(found)
        return
    from app.cli.views.replies import print_list

    print_list(open_console(), found, page.offset)


@spread
def show(
    reply_id: Annotated[str, typer.Argument(metavar="编号", show_default=False)],
    reading: ReadingOptions,
    drawing: DrawingOptions,
) -> None:
    """显示一份答复的各字段和全文；原件是 PDF 或图片的，也可画出它的一页。"""
    with reading.open() as service:
        if drawing.wanted:
            print_note(drawing.save(service, reply_id))
            return
        view = service.show(reply_id)
    if reading.as_json:
        print_json(view)
        return
    from app.cli.views.replies import print_reply

    print_reply(open_console(), view)


@spread
def correct(
    reply_id: Annotated[str, typer.Argument(metavar="编号", show_default=False)],
    reading: ReadingOptions,
    changes: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="字段=值",
            show_default=False,
            help="如 公开属性=主动公开；几个值的重复写；没有这一项的写 字段=",
        ),
    ] = None,
    undo: Annotated[
        bool, typer.Option("--undo", metavar="", help="撤销更正：写出字段，不写的全部撤销")
    ] = False,
    history: Annotated[
        bool, typer.Option("--history", metavar="", help="列出更正的经过，新的在前，不改动")
    ] = False,
    back: Annotated[
        int | None,
        typer.Option(
            "--back", min=1, metavar="序号", show_default=False, help="改回这次更正之前的值"
        ),
    ] = None,
) -> None:
    """更正一份答复的字段；正文不变，重新载入后更正仍在。"""
    from app.keeping.values import read_name

    given = changes or []
    if (history or back) and (given or undo):
        raise InputError("--history 和 --back 单独使用，不写字段。")
    if history or back:
        with reading.open() as service:
            view = service.review.show(reply_id) if history else _go_back(service, reply_id, back)
    elif undo:
        if any("=" in change for change in given):
            raise InputError("撤销只写字段，不写值，如 dafu correct 编号 公开属性 --undo。")
        names = [read_name(change) for change in given]
        with reading.open() as service:
            view = service.review.undo(reply_id, names)
    else:
        values = _read_changes(given)
        with reading.open() as service:
            view = service.review.correct(reply_id, values)
    if reading.as_json:
        print_json(view)
        return
    from app.cli.views.replies import print_fields, print_history

    if history:
        print_history(open_console(), view)
        return
    print_note("已撤销。" if undo else "已更正。")
    print_fields(open_console(), view)


def _go_back(service: Service, reply_id: str, number: int | None) -> ReplyView:
    return service.review.revert(reply_id, number or 0)


def _read_changes(changes: list[str]) -> dict[FieldName, list[str]]:
    """Read `字段=值`; a field that is named several times gets several values."""
    from app.keeping.values import read_name

    values: dict[FieldName, list[str]] = {}
    for change in changes:
        name, equals, value = change.replace("＝", "=", 1).partition("=")
        if not equals:
            raise InputError(f"读不懂“{change}”：请写成 字段=值，如 公开属性=主动公开。")
        values.setdefault(read_name(name), []).append(value)
    return values


def _review(reading: ReadingOptions, page: PageOptions, corrected: bool) -> None:
    """Print the replies that want looking at, or those that were corrected."""
    with reading.open() as service:
        found = service.review.list_replies(corrected, page.limit, page.offset)
    if reading.as_json:
        print_json(found)
        return
    from app.cli.views.replies import print_review

    print_review(open_console(), found, page.offset, corrected)
