"""The commands for accounts, and for what was written down of who did what."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.access import Role
from app.cli.options import HomeOption, HomeOptions, open_for_owner, spread
from app.cli.output import open_console, plain, print_json, print_note
from corpus.errors import InputError

if TYPE_CHECKING:
    from app.accounts import Accounts

NameArgument = Annotated[str, typer.Argument(metavar="用户名", show_default=False, help="用户名")]

ROLES = "reader 只读、staff 工作人员、editor 编辑、administrator 管理员"


@contextmanager
def _open(home: Path | None) -> Iterator[Accounts]:
    from app.accounts import Accounts

    with open_for_owner(home) as service, closing(Accounts(service.home)) as accounts:
        yield accounts


def ask_password() -> str:
    """Read a new password: twice from a terminal, without showing it; else a line of input.

    :raises InputError: where the two differ, or there is none.
    """
    if not sys.stdin.isatty():
        given = sys.stdin.readline().rstrip("\r\n")
        if not given:
            raise InputError("没有密码：请在终端里运行，或从标准输入给出一行。")
        return given
    import getpass

    first, again = getpass.getpass("新密码："), getpass.getpass("再输一次：")
    if first != again:
        raise InputError("两次输入的密码不一样。")
    return first


@spread
def add(
    name: NameArgument,
    role: Annotated[Role, typer.Option("--role", metavar="角色", help=ROLES)] = Role.READER,
    *,
    home: HomeOption = None,
) -> None:
    """建立帐号；密码在终端里输入，或从标准输入给出一行。"""
    with _open(home) as accounts:
        made = accounts.add(name, role, ask_password())
    print(f"已建立帐号 {made.name}（{_word(made.role)}）。", flush=True)


@spread
def list_all(*, where: HomeOptions) -> None:
    """列出帐号。"""
    with _open(where.home) as accounts:
        found = accounts.list_all()
    if where.as_json:
        from app.accounts.types import AccountList

        print_json(AccountList(found))
        return
    rows = [
        (
            one.name,
            _word(one.role),
            "停用" if one.disabled else "",
            _moment(one.made),
            _moment(one.signed_in),
        )
        for one in found
    ]
    _print_table(("用户名", "角色", "状态", "建立", "上次登录"), rows)


@spread
def set_role(
    name: NameArgument,
    role: Annotated[Role, typer.Argument(metavar="角色", show_default=False, help=ROLES)],
    *,
    home: HomeOption = None,
) -> None:
    """更改角色，立即生效。"""
    with _open(home) as accounts:
        changed = accounts.set_role(name, role)
    print(f"{changed.name} 现在是{_word(changed.role)}。", flush=True)


@spread
def set_password(name: NameArgument, *, home: HomeOption = None) -> None:
    """更改密码；这个帐号所有的登录都会退出。"""
    with _open(home) as accounts:
        found = accounts.get(name)
        accounts.set_password(found.name, ask_password())
    print(f"已更改 {found.name} 的密码。", flush=True)


@spread
def disable(name: NameArgument, *, home: HomeOption = None) -> None:
    """停用帐号：登录和令牌立即失效。"""
    with _open(home) as accounts:
        print(f"已停用 {accounts.set_disabled(name, True).name}。", flush=True)


@spread
def enable(name: NameArgument, *, home: HomeOption = None) -> None:
    """启用停用了的帐号。"""
    with _open(home) as accounts:
        print(f"已启用 {accounts.set_disabled(name, False).name}。", flush=True)


@spread
def sign_out(name: NameArgument, *, home: HomeOption = None) -> None:
    """结束一个帐号在各处的登录。"""
    with _open(home) as accounts:
        accounts.end_sessions(name)
    print(f"{name} 已在各处退出登录。", flush=True)


@spread
def make_token(
    name: NameArgument,
    label: Annotated[
        str, typer.Option("--for", metavar="用途", show_default=False, help="给什么程序用")
    ],
    role: Annotated[
        Role | None,
        typer.Option(
            "--role", metavar="角色", show_default=False, help="不高于用户自己的（默认相同）"
        ),
    ] = None,
    days: Annotated[
        int, typer.Option("--days", min=1, max=365, metavar="天", help="多少天后失效")
    ] = 365,
    *,
    home: HomeOption = None,
) -> None:
    """给程序建立令牌；令牌只显示这一次。"""
    with _open(home) as accounts:
        until = datetime.now(UTC) + timedelta(days=days)
        secret = accounts.make_token(name, label, role, until)
    print(secret, flush=True)
    print_note("请保存好：令牌只显示这一次，程序用它代替密码。")


@spread
def list_tokens(
    name: Annotated[
        str | None, typer.Argument(metavar="用户名", show_default=False, help="谁的（默认所有人）")
    ] = None,
    *,
    where: HomeOptions,
) -> None:
    """列出令牌，不显示令牌本身。"""
    with _open(where.home) as accounts:
        found = accounts.tokens_of(name)
    if where.as_json:
        from app.accounts.types import TokenList

        print_json(TokenList(found))
        return
    rows = [
        (
            str(one.number),
            one.account,
            one.label,
            _word(one.role),
            _moment(one.until),
            _moment(one.used),
        )
        for one in found
    ]
    _print_table(("编号", "用户名", "用途", "角色", "到期", "上次使用"), rows)


@spread
def end_token(
    number: Annotated[int, typer.Argument(metavar="编号", show_default=False, help="令牌的编号")],
    *,
    home: HomeOption = None,
) -> None:
    """使令牌失效。"""
    with _open(home) as accounts:
        accounts.end_token(number)
    print(f"{number} 号令牌已失效。", flush=True)


@spread
def audit(
    since: Annotated[
        str, typer.Option("--since", metavar="日期", show_default=False, help="从哪天起")
    ] = "",
    name: Annotated[
        str, typer.Option("--user", metavar="用户名", show_default=False, help="谁做的")
    ] = "",
    action: Annotated[
        str, typer.Option("--action", metavar="动作", show_default=False, help="如 载入、登录失败")
    ] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, metavar="数", help="最多列出几条")] = 50,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="文件", show_default=False, help="全部存为 .xlsx"),
    ] = None,
    *,
    where: HomeOptions,
) -> None:
    """谁在何时从何处做了什么；同时查记录有没有被改过。"""
    from app.audit import Action, AuditPage, check_since
    from app.export.sheets import check_workbook_name, save_audit

    if action and action not in list(Action):
        raise InputError(f"没有“{action}”这个动作，可用的有 {'、'.join(Action)}。")
    if out:
        check_workbook_name(out)
    since = check_since(since)
    with open_for_owner(where.home) as service:
        kept = service.home.audit
        most = None if out else limit
        found = kept.list_entries(since=since, name=name, action=action, limit=most)
        page = AuditPage(kept.count(), kept.find_break(), found)
    if page.broken_at is not None:
        print_note(f"注意：从第 {page.broken_at} 条起与写下时不符，记录被改过或缺了。")
    if out:
        save_audit(found, out)
        print_note(f"已把 {len(found)} 条记录存为 {out}。")
    elif where.as_json:
        print_json(page)
    else:
        rows = [
            (str(one.number), _moment(one.at), one.name, one.address, one.action, one.about)
            for one in found
        ]
        _print_table(("序号", "时间", "用户", "地址", "动作", "对象"), rows)


def _moment(at: str | None) -> str:
    """Write a moment to the minute, as the page does; nothing for one that has not been."""
    from eval.report.words import day_and_time

    return day_and_time(at) if at else ""


def _word(role: Role) -> str:
    from app.accounts.types import WORDS

    return WORDS[role]


def _print_table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    from rich.table import Table

    table = Table(*heads, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*map(plain, row))
    open_console().print(table)
