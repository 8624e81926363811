"""The command that lists what the replies promise."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from app.cli.options import FilterOptions, ReadingOptions, spread
from app.cli.output import open_console, plain, print_json, print_note, tell_if_empty
from app.cli.replies import PageOptions

if TYPE_CHECKING:
    from app.ledger import Undertaking


@spread
def promises(
    where: FilterOptions,
    reading: ReadingOptions,
    page: PageOptions,
    overdue: Annotated[
        bool, typer.Option("--overdue", metavar="", help="只列期限已过的（不等于没有兑现）")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="文件.xlsx", show_default=False, help="把符合条件的全部存为 Excel 表"
        ),
    ] = None,
) -> None:
    """列出答复里的承诺：何人、何事、何时到期，先到期的在前。"""
    from app.ledger import save_ledger

    with reading.open() as service:
        filters = where.resolve(service)
        if out:
            whole = service.ledger.read(filters, overdue=overdue)
            save_ledger(whole, out)
            print_note(f"已把 {whole.total} 条承诺存为 {out}。")
            return
        found = service.ledger.read(filters, overdue=overdue, limit=page.limit, offset=page.offset)
        tell_if_empty(service)
    if reading.as_json:
        print_json(found)
        return
    from app.cli.views.layout import print_numbered

    console = open_console()
    for number, one in enumerate(found.promises, page.offset + 1):
        print_numbered(console, f"{number}.", _lines(one))
    late = "" if overdue else f"，其中期限已过的 {found.overdue} 条"
    console.print(f"共 {found.total} 条{late}（按 {found.today} 算）")


def _lines(one: Undertaking) -> list[Text]:
    """Write a promise: its words, when it is due, and where it stands."""
    from app.wording import headline

    due = f"到期 {one.by}" if one.by else f"期限 {one.by_text or '没有写'}"
    facts = (one.card.agency, headline(one.card), one.card.doc_number, one.card.date)
    where = " · ".join([*(fact for fact in facts if fact), f"编号 {one.card.reply_id}"])
    state = Text(due + ("（已过）" if one.overdue else ""), style="red" if one.overdue else "")
    return [Text(plain(one.text), style="bold"), state, Text(plain(where), style="dim")]
