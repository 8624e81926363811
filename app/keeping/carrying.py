"""Carry a home's library from its folder into PostgreSQL, or back."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from app.audit import Action, Audit
from app.keeping.restore import apply_restored
from app.settings import Settings
from corpus.errors import InputError
from corpus.files import PART
from corpus.progress import Progress
from corpus.serialise import shown
from corpus.store.carrying import Carried, carry
from corpus.store.database import FILE_NAME, LIBRARY, Database
from corpus.store.opening import open_database
from corpus.store.sqlite import SqliteFile
from index.stores.manifest import write_lock

BACK = "home"
"""The target that is the folder itself."""


@shown("replies rows left")
@dataclass(frozen=True, slots=True)
class Move:
    """A library that was carried elsewhere."""

    replies: int
    """多少份答复"""
    rows: int
    """各表共多少行"""
    left: str
    """原来的在哪里，没有动"""


def carry_library(settings: Settings, target: str, progress: Progress | None = None) -> Move:
    """Carry a home's library into PostgreSQL, or with `BACK` into the folder again.

    Its indexes stay right, for passages keep their keys. What it was carried from stays as it was.

    :param target: an address; empty for the one that the settings name.
    :raises InputError: where the target is none, or is not empty, or there is nothing to carry.
    :raises HomeBusy: where another process is writing to the home.
    """
    back = target == BACK
    address = settings.store if back or not target else target
    if not address:
        raise InputError(
            "文库就在资料夹里，没有说搬到哪里。请给出 postgresql://用户@主机:端口/数据库。"
            if not back
            else "文库就在资料夹里，不用搬回来；要从 PostgreSQL 搬回，请设 store（DAFU_STORE）。"
        )
    if not address.startswith(("postgresql://", "postgres://")):
        raise InputError(
            f"搬不到 {target}：目标应是 postgresql://用户@主机:端口/数据库，"
            "或 home（从 PostgreSQL 搬回资料夹）。"
        )
    file = settings.home / FILE_NAME
    if not back and not file.is_file():
        raise InputError(f"资料夹 {settings.home} 里没有文库（{FILE_NAME}），没有可搬的。")
    with write_lock(settings.home), closing(open_database(settings.home, address)) as there:
        apply_restored(settings.home)
        if back:
            done = _carry_back(there, file, progress)
        else:
            with closing(open_database(settings.home)) as here:
                done = carry(here, there, progress)
    audit = Audit(settings.home)
    try:
        audit.record(Action.MOVED, "搬回资料夹" if back else "搬到 PostgreSQL")
    finally:
        audit.close()
    return Move(done.replies, done.rows, "PostgreSQL 里" if back else str(file))


def _carry_back(there: Database, file: Path, progress: Progress | None) -> Carried:
    """Carry a library into the folder, where its file appears once it is whole.

    :raises InputError: where one is there.
    """
    if file.exists():
        raise InputError(f"资料夹里已有文库文件 {file}。要用 PostgreSQL 里的，请先把它移走。")
    part = file.with_name(f"{FILE_NAME}{PART}")
    for ending in ("", "-wal", "-shm"):
        part.with_name(part.name + ending).unlink(missing_ok=True)
    with closing(SqliteFile(part, replace(LIBRARY, companions=()))) as here:
        done = carry(there, here, progress)
    os.replace(part, file)
    return done
