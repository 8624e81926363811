"""The commands that back a library up, restore it and carry it elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import HomeOption, HomeOptions, open_for_owner, spread
from app.cli.output import print_json, print_note, show_progress
from corpus.errors import HomeError, InputError

if TYPE_CHECKING:
    from app.settings import Settings


@spread
def backup(
    file: Annotated[
        Path, typer.Argument(metavar="文件", show_default=False, help="写到哪里（zip）")
    ],
    *,
    where: HomeOptions,
) -> None:
    """备份文库和一切不能重做的内容；网页开着也可以。"""
    from app.audit import Action
    from app.keeping.backup import make_backup

    with open_for_owner(where.home) as service, show_progress() as progress:
        made = make_backup(service.home, file, progress)
        try:
            service.home.audit.record(Action.BACKED_UP, file.name)
        except HomeError as error:  # of a home that can't be written, say on a read-only disk
            print_note(f"这次备份没有记入审计：{error}")
    if where.as_json:
        print_json(made)
    else:
        print(f"已备份 {made.replies:,} 份答复：{made.file}，{made.bytes:,} 字节。", flush=True)


@spread
def restore(
    file: Annotated[Path, typer.Argument(metavar="文件", show_default=False, help="备份文件")],
    replace: Annotated[
        bool, typer.Option("--replace", metavar="", help="替换资料夹里现有的文库")
    ] = False,
    *,
    home: HomeOption = None,
) -> None:
    """从备份恢复：要么全部恢复，要么原样不动；之后移除过的仍然移除。"""
    from app.audit import Action
    from app.keeping.restore import restore_backup
    from app.settings import load_settings

    settings = load_settings(home)
    _check_in_home(settings)
    replies = restore_backup(settings.home, file, replace=replace)
    with open_for_owner(home) as service, show_progress() as progress:
        service.rebuild(progress)
        service.home.audit.record(Action.RESTORED, file.name)
    print(f"已恢复 {replies:,} 份答复。", flush=True)
    print_note("语义模型读过的段落要重新读：网页开着会接着读，或运行 dafu encode。")


@spread
def recover(*, where: HomeOptions) -> None:
    """文库文件损坏又没有备份时，救出还能读的答复，另建文库。"""
    from app.keeping.recover import recover_library
    from app.settings import load_settings

    settings = load_settings(where.home)
    _check_in_home(settings)
    done = recover_library(settings.home)
    with open_for_owner(where.home) as service, show_progress() as progress:
        service.rebuild(progress)
    if where.as_json:
        print_json(done)
        return
    print(f"救出 {done.replies:,} 份答复，{done.lost:,} 份已损坏。", flush=True)
    print_note(
        f"损坏的文库改存为 {done.kept_as}，不再需要时请删除。请重新载入原来的文件，补上缺少的答复。"
    )


@spread
def move(
    target: Annotated[
        str,
        typer.Argument(
            metavar="目标",
            show_default=False,
            help="postgresql://用户@主机/数据库，或 home（搬回资料夹）；不给则按设置 store",
        ),
    ] = "",
    *,
    where: HomeOptions,
) -> None:
    """把文库连同帐号、审计、判断从资料夹搬到 PostgreSQL，或搬回来：逐行核对，原来的不动。"""
    from app.keeping.carrying import BACK, carry_library
    from app.settings import load_settings

    settings = load_settings(where.home)
    with show_progress() as progress:
        done = carry_library(settings, target, progress)
    if where.as_json:
        print_json(done)
        return
    print(f"已搬 {done.replies:,} 份答复（共 {done.rows:,} 行），逐行核对无误。", flush=True)
    if target == BACK:
        print_note("请去掉设置 store（DAFU_STORE），以后用资料夹里的文库；数据库里的没有动。")
    else:
        if settings.store != (target or settings.store):
            print_note("请把设置 store（DAFU_STORE）设为这个地址，以后用的才是它。")
        print_note(f"原来的文库还在 {done.left}，用新的一切正常后，请删除或另存。")


def _check_in_home(settings: Settings) -> None:
    """Refuse what works on a library's file where it has none.

    :raises InputError: naming what to do instead.
    """
    if settings.store:
        raise InputError(
            "文库在 PostgreSQL 里，请用 pg_dump 和 pg_restore 备份和恢复。"
            "要恢复 dafu backup 做的备份，请先去掉设置 store（DAFU_STORE），恢复到资料夹，"
            "再用 dafu move 搬到一个空的数据库。"
        )
