"""Carry a home's library from its folder into PostgreSQL, or back."""

from __future__ import annotations

import os
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path

from app.audit import Action, Audit
from app.keeping.backup import BESIDE
from app.keeping.job_file import count_unfinished
from app.keeping.restore import apply_restored
from app.settings import Settings
from corpus.errors import InputError
from corpus.files import PART
from corpus.progress import Progress
from corpus.serialise import shown
from corpus.store.carrying import Carried, carry
from corpus.store.form import FILE_NAME, LIBRARY, Form
from corpus.store.opening import has_database, open_database
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

    Its accounts, audit and judgments go with it. Its indexes stay right, for passages keep their
    keys. What it was carried from stays as it was.

    :param target: an address; empty for the one that the settings name.
    :raises InputError: where the target is none, or is not empty, or there is nothing to carry, or
        loads that were given wait to be done.
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
    with write_lock(settings.home):
        apply_restored(settings.home)
        if unfinished := count_unfinished(settings.home, address if back else ""):
            raise InputError(
                f"还有 {unfinished} 件载入没有做完，搬走就没有人做了。"
                "请先打开网页（dafu serve）让它做完，或取消它，再搬。"
            )
        done = (_carry_back if back else _carry_there)(settings.home, address, progress)
    for store in ("", address):  # written down in both: nobody knows yet which will go on
        with closing(Audit(settings.home, store)) as audit:
            audit.record(Action.MOVED, "搬回资料夹" if back else "搬到 PostgreSQL")
    left = "、".join(str(settings.home / form.file) for form in _forms_of(settings.home))
    rows = sum(each.rows for each in done)
    return Move(done[0].first, rows, "PostgreSQL 里" if back else left)


def _forms_of(home: Path) -> list[Form]:
    return [form for form in (LIBRARY, *BESIDE) if (home / form.file).is_file()]


def _carry_there(home: Path, address: str, progress: Progress | None) -> list[Carried]:
    with ExitStack() as closing_all, ExitStack() as committing:
        done = []
        for form in _forms_of(home):
            here, there = (
                closing_all.enter_context(closing(open_database(home, where, form)))
                for where in ("", address)
            )
            committing.enter_context(there.transaction())
            done.append(carry(here, there, progress))
        return done


def _carry_back(home: Path, address: str, progress: Progress | None) -> list[Carried]:
    """Carry a library into the folder, where its files appear once all are whole.

    :raises InputError: where one is there.
    """
    forms = [LIBRARY, *(form for form in BESIDE if has_database(home, address, form))]
    if there := [home / form.file for form in forms if (home / form.file).exists()]:
        named = "、".join(map(str, there))
        raise InputError(f"资料夹里已有 {named}。要用 PostgreSQL 里的，请先移走。")
    done = []
    for form in forms:
        part = _part_of(home / form.file)
        for ending in ("", "-wal", "-shm"):
            part.with_name(part.name + ending).unlink(missing_ok=True)
        with (
            closing(open_database(home, address, form)) as source,
            closing(SqliteFile(part, replace(form, companions=()))) as target,
        ):
            done.append(carry(source, target, progress))
    for form in reversed(forms):  # last the library: without it nothing was carried
        os.replace(_part_of(home / form.file), home / form.file)
    return done


def _part_of(file: Path) -> Path:
    return file.with_name(f"{file.name}{PART}")
