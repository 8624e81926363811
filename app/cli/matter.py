"""The command that follows one matter through time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from app.cli.options import FilterOptions, ReadingOptions, read_span, spread
from app.cli.output import open_console, plain, print_json, print_note

if TYPE_CHECKING:
    from app.views.matters import Contradiction, MatterReply, Saying


@spread
def matter(
    reply_id: Annotated[str, typer.Argument(metavar="编号", show_default=False)],
    where: FilterOptions,
    reading: ReadingOptions,
    span: Annotated[
        str,
        typer.Option(
            "--span",
            metavar="起-止",
            show_default=False,
            help="只看全文的第几字到第几字所说的事，如引文的 start-end",
        ),
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="文件.xlsx", show_default=False, help="存为 Excel 表"),
    ] = None,
) -> None:
    """列出答复同一事项的各份答复：何时、哪里、怎么说，变了哪些数字，有没有互相矛盾。"""
    from app.audit import Action
    from app.export.sheets import check_workbook_name, save_history

    if out:
        check_workbook_name(out)
    start, end = read_span(span)
    with reading.open() as service:
        history = service.matters.through_time(reply_id, start, end, where.resolve(service))
        if out:
            service.home.audit.record(Action.EXPORTED, out.name)
    if out:
        save_history(history, out)
        print_note(f"已把 {len(history.replies)} 份答复存为 {out}。")
        return
    if reading.as_json:
        print_json(history)
        return
    from app.cli.views.layout import print_line, print_numbered

    console = open_console()
    print_line(console, f"同一事项：{history.matter}", style="bold")
    console.print()
    for number, one in enumerate(history.replies, 1):
        print_numbered(console, f"{number}.", _reply_lines(one))
    if history.contradictions:
        print_line(console, "说法不同，请核对：", style="bold")
    for number, each in enumerate(history.contradictions, 1):
        print_numbered(console, f"{number}.", _contradiction_lines(each))
    print_line(console, f"共 {len(history.replies)} 份，新的在前")


def _reply_lines(one: MatterReply) -> Iterator[Text]:
    from app.wording import headline, outcome_words

    year = f"{one.year} 年" if one.year else "年份不详"
    asked = "（所问的这份）" if one.asked else ""
    yield Text(plain(f"{year} · {one.district}{asked}"), style="bold")
    yield Text(plain(one.text))
    for each in one.changes:
        yield Text(plain(f"{each.older.figure} → {each.newer.figure}"), style="red")
    outcome = outcome_words(one.card.outcome) if one.card.outcome else None
    facts = (one.card.agency, headline(one.card), outcome, one.card.date)
    known = [*(fact for fact in facts if fact), f"编号 {one.card.reply_id}"]
    yield Text(plain(" · ".join(known)), style="dim")


def _contradiction_lines(each: Contradiction) -> Iterator[Text]:
    for saying in (each.one, each.other):
        yield Text(plain(saying.text))
        yield Text(plain(_source(saying)), style="dim")


def _source(saying: Saying) -> str:
    from app.wording import cite

    return f"{cite(saying.card)} · 编号 {saying.card.reply_id}"
