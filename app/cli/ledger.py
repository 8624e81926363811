"""The commands that list what the replies promise, and what they rest on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from app.cli.options import FilterOptions, ReadingOptions, spread
from app.cli.output import (
    open_console,
    plain,
    print_json,
    print_note,
    show_progress,
    tell_if_empty,
)
from app.cli.replies import PageOptions
from corpus.errors import InputError

if TYPE_CHECKING:
    from app.service import Service
    from app.views.ledger import LedgerPage, Undertaking, Wanted
    from app.views.policies import Citing, Policy, ReplyBasis


class By(StrEnum):
    """What promises are ordered by, as it is typed."""

    DUE = "到期"
    AGENCY = "机关"
    MATTER = "事项"
    DATE = "成文"


OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="文件.xlsx", show_default=False, help="把符合条件的全部存为 Excel 表"
    ),
]


@dataclass(frozen=True, slots=True)
class LedgerOptions:
    """Which promises, as of which day, in which order."""

    overdue: Annotated[
        bool, typer.Option("--overdue", metavar="", help="只列期限已过的（不等于没有兑现）")
    ] = False
    quarter: Annotated[
        bool, typer.Option("--quarter", metavar="", help="只列本季到期、还没有过期的")
    ] = False
    text: Annotated[
        str, typer.Option("--text", metavar="词", show_default=False, help="事项、文号等含有的文字")
    ] = ""
    order: Annotated[
        By, typer.Option("--by", metavar="次序", help="按 到期、机关、事项或成文日期排列")
    ] = By.DUE
    today: Annotated[
        str,
        typer.Option(
            "--today",
            metavar="日期",
            show_default=False,
            help="按哪一天算逾期，如 2025-12-31（默认今天）",
        ),
    ] = ""
    no_later: Annotated[
        bool, typer.Option("--no-later", metavar="", help="不查后来的答复怎么说（条目多时快得多）")
    ] = False

    def wanted(self, service: Service, where: FilterOptions) -> Wanted:
        """Make of the words what the ledger is asked.

        :raises InputError: where a word can't be read.
        """
        from app.views.ledger import Wanted, read_day
        from corpus.store.statements import Order, State

        if self.overdue and self.quarter:
            raise InputError("--overdue 和 --quarter 一次只能用一个。")
        state = State.OVERDUE if self.overdue else State.QUARTER if self.quarter else State.ALL
        order = Order[self.order.name]
        return Wanted(where.resolve(service), self.text, state, order, read_day(self.today))


@spread
def promises(
    where: FilterOptions,
    reading: ReadingOptions,
    page: PageOptions,
    which: LedgerOptions,
    out: OutOption = None,
) -> None:
    """列出答复里的承诺：何人、何事、何时到期，后来的答复怎么说。"""
    from app.audit import Action
    from app.export.sheets import check_workbook_name, save_ledger

    if out:
        check_workbook_name(out)
    with reading.open() as service:
        tell_if_empty(service)
        wanted = which.wanted(service, where)
        limit, offset = (None, 0) if out else (page.limit, page.offset)
        with show_progress() as progress:
            read_all(service, progress)
            found = service.ledger.read(wanted, limit, offset)
            listed = found.promises
            if not which.no_later:
                listed = service.ledger.with_later(listed, progress)
        if out:
            service.home.audit.record(Action.EXPORTED, out.name)
    if out:
        save_ledger(listed, out)
        print_note(f"已把 {len(listed)} 条承诺存为 {out}。")
    elif reading.as_json:
        from dataclasses import replace

        print_json(replace(found, promises=listed))
    else:
        _print_promises(found, listed, offset)


@dataclass(frozen=True, slots=True)
class PolicyOptions:
    """Which policies: one by its name or number, those of a reply, or those with some words."""

    name: Annotated[
        str, typer.Argument(metavar="[名称或文号]", show_default=False, help="查一项依据")
    ] = ""
    reply: Annotated[
        str,
        typer.Option("--reply", metavar="编号", show_default=False, help="列出这份答复引用的依据"),
    ] = ""
    text: Annotated[
        str, typer.Option("--text", metavar="词", show_default=False, help="名称或文号含有的文字")
    ] = ""


@spread
def policies(
    where: FilterOptions,
    reading: ReadingOptions,
    page: PageOptions,
    which: PolicyOptions,
    out: OutOption = None,
) -> None:
    """列出答复引用的依据；写出名称或文号的，列出哪些答复引用它。"""
    from app.audit import Action
    from app.export.sheets import check_workbook_name

    if sum(map(bool, (which.name, which.reply, which.text))) > 1:
        raise InputError("名称或文号、--reply 和 --text，一次只能用一种。")
    if out:
        check_workbook_name(out)
    with reading.open() as service:
        tell_if_empty(service)
        with show_progress() as progress:
            read_all(service, progress)
        limit, offset = (None, 0) if out else (page.limit, page.offset)
        found: Any
        if which.reply:
            found = service.policies.of_reply(which.reply)
        elif which.name:
            found = service.policies.find(which.name, where.resolve(service), limit, offset)
        else:
            found = service.policies.read(where.resolve(service), which.text, limit, offset)
        if out:
            service.home.audit.record(Action.EXPORTED, out.name)
    if out:
        _save_policies(found, which, out)
        print_note(f"已存为 {out}。")
    elif reading.as_json:
        print_json(found)
    else:
        _print_policies(found, which, offset)


def _save_policies(found: Any, which: PolicyOptions, out: Path) -> None:
    from app.export.sheets import save_citing, save_policies

    if which.name:
        save_citing(found, out)
    elif which.reply:
        save_policies([each.policy for each in found.policies], out)
    else:
        save_policies(found.policies, out)


def _print_policies(found: Any, which: PolicyOptions, offset: int) -> None:
    if which.reply:
        _print_basis(found)
    elif which.name:
        _print_numbered(map(_citing_lines, found.citing), offset)
        for line in _policy_lines(found.policy):
            open_console().print(line)
    else:
        _print_numbered(map(_policy_lines, found.policies), offset)
        open_console().print(f"共 {found.total} 项")


def read_all(service: Service, progress: Any) -> None:
    """Read all that was not read yet, however long it takes."""
    from app.views.statements import catch_up

    catch_up(service.home, progress, lambda: True)


def _print_promises(found: LedgerPage, listed: Iterable[Undertaking], offset: int) -> None:
    _print_numbered(map(_promise_lines, listed), offset)
    late = f"共 {found.total} 条（按 {found.today} 算，符合条件的 {found.promised} 条中"
    rest = f"期限已过 {found.overdue} 条，本季到期 {found.due} 条，没有到期日 {found.undated} 条）"
    open_console().print(late + rest)


def _print_numbered(items: Iterable[list[Text]], offset: int) -> None:
    from app.cli.views.layout import print_numbered

    console = open_console()
    for number, lines in enumerate(items, offset + 1):
        print_numbered(console, f"{number}.", lines)


def _promise_lines(one: Undertaking) -> list[Text]:
    """Write a promise: its words, when it is due, where it stands, and what was said later."""
    from app.wording import LATER_SAYS, headline

    due = f"到期 {one.by}" if one.by else f"期限 {one.by_text or '没有写'}"
    facts = (one.card.agency, headline(one.card), one.card.doc_number, one.card.date)
    where = " · ".join([*(fact for fact in facts if fact), f"编号 {one.card.reply_id}"])
    state = Text(due + ("（已过）" if one.overdue else ""), style="red" if one.overdue else "")
    later = [
        Text(
            plain(f"后来（{each.card.date}，{LATER_SAYS[each.says]}）：{each.text}"), style="green"
        )
        for each in one.later
    ]
    return [Text(plain(one.text), style="bold"), state, *later, Text(plain(where), style="dim")]


def _counted(policy: Policy) -> str:
    since = f"，{policy.first} 起" if policy.first else ""
    standing = f"，文库里有它：编号 {policy.standing}" if policy.standing else ""
    return f"{policy.replies} 份答复引用{since}{standing}"


def _policy_lines(policy: Policy) -> list[Text]:
    from app.wording import name_policy

    named = plain(name_policy(policy.name, policy.number))
    return [Text(named, style="bold"), Text(plain(_counted(policy)), style="dim")]


def _citing_lines(one: Citing) -> list[Text]:
    from app.wording import cite

    where = f"{cite(one.card)} · 编号 {one.card.reply_id}"
    return [Text(plain(where), style="bold"), Text(plain(one.text))]


def _print_basis(found: ReplyBasis) -> None:
    _print_numbered((_policy_lines(each.policy) for each in found.policies), 0)
    console = open_console()
    console.print(f"引用依据 {len(found.policies)} 项")
    if found.cited:
        console.print(f"这份文件本身有 {found.cited.total} 份答复引用")
