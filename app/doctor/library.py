"""Are the databases and the indexes whole? Nothing is written to, nor brought up to date."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from app.doctor.types import Finding, Patient, State, attention, fine, wrong
from app.keeping.backup import BESIDE
from app.keeping.job_file import JOBS
from corpus.errors import HomeError, ModelError
from corpus.store.database import Connection
from corpus.store.form import FILE_NAME, LIBRARY, Form
from corpus.types import PassageRole
from eval.judging.form import JUDGMENTS
from index.stores.legs import DENSE, TEXTS
from index.stores.manifest import Stamp, load_manifest
from index.stores.segments import LIST

PATIENCE = 20
"""Seconds that SQLite may take to look through a database."""

_STEPS = 100_000
"""Instructions of SQLite after which the time is looked at."""


def library(patient: Patient) -> Finding:
    """Look through the replies' database."""
    path = patient.home / FILE_NAME
    if patient.settings and patient.settings.store:
        return _look_at_server(patient.settings.store, path)
    if not path.is_file() or not path.stat().st_size:
        if any(True for pattern in LIBRARY.companions for _ in patient.home.glob(pattern)):
            return wrong("文库", "文库文件不见了或是空的，旁边还有它的索引或备份", LIBRARY.remedy)
        return fine("文库", "还没有答复：请载入（dafu ingest 文件夹，或网页的“文库”）")
    return _look_through("文库", path, LIBRARY, "SELECT count(*) FROM replies", "份答复")


def _look_at_server(address: str, old: Path) -> Finding:
    """Ask a server for the library; none is created there."""
    try:
        from corpus.store.postgresql import Postgres, has_library

        if not has_library(address):
            return fine("文库", "PostgreSQL 里还没有：请载入，或用 dafu move 搬去")
        with closing(Postgres(address)) as database, database.reading() as connection:
            count = connection.execute("SELECT count(*) FROM replies").fetchone()[0]
    except ImportError as error:
        return wrong("文库", f"设为 PostgreSQL，但 {error.name} 没有装", _INSTALL)
    except HomeError as error:
        return wrong("文库", *_parted(str(error)))
    found = f"{database.where}里 {count:,} 份答复"
    if old.is_file():
        return attention(
            "文库",
            f"{found}；资料夹里还有一个旧的 {old.name}",
            "现在用的是 PostgreSQL 里的。旧的不再需要，请删除或另存：移除答复时不会清除它。",
        )
    return fine("文库", found)


_INSTALL = "请运行 pip install 'dafu[postgresql]'，或去掉设置 store（DAFU_STORE）。"


def beside(patient: Patient) -> Finding:
    """Look through the other databases, of which any may be missing; the worst is told."""
    name, found = "其他文件", []
    address = patient.settings.store if patient.settings else ""
    for form in (*BESIDE, JOBS):
        path = patient.home / form.file
        if address:
            seen = _look_beside(name, address, form, path)
        elif not path.is_file():
            seen = fine(name, "没有")
        else:
            seen = _look_through(name, path, form, "SELECT count(*) FROM sqlite_schema", "")
        seen = replace(seen, found=f"{form.name}{seen.found}")
        # Answers are found without what people judged, or have given to be loaded.
        spared = seen.remedy and form in (JUDGMENTS, JOBS)
        found.append(replace(seen, state=State.ATTENTION) if spared else seen)
    worst = max(found, key=lambda each: list(State).index(each.state))
    return replace(worst, found="；".join(each.found for each in found))


def _look_beside(name: str, address: str, form: Form, old: Path) -> Finding:
    """Ask a server for what lies beside the library there."""
    try:
        from corpus.store.postgresql import Postgres, has_library

        if not has_library(address, form):
            return fine(name, "没有")
        Postgres(address, form).close()
    except ImportError:
        return fine(name, "没有看")  # the line of the library says why
    except HomeError as error:
        return wrong(name, *_parted(str(error)))
    if old.is_file():
        return attention(
            name, f"在 PostgreSQL 里，资料夹里还有旧的 {old.name}", "旧的不再需要，请删除或另存。"
        )
    return fine(name, "在 PostgreSQL 里")


def _look_through(name: str, path: Path, form: Form, counting: str, of_what: str) -> Finding:
    try:
        with _reading(path) as connection:
            application, version = (
                connection.execute(f"PRAGMA {pragma}").fetchone()[0]
                for pragma in ("application_id", "user_version")
            )
            if application != form.application:
                return wrong(name, f"{path.name} 不是 Dafu 的文件", form.remedy)
            if version > form.version:
                return wrong(
                    name,
                    f"格式是第 {version} 版，是更新的程序写的；这个程序只认到第 {form.version} 版",
                    "请换用新版的程序，或用 --home 另指一个资料夹。",
                )
            upgraded = "，打开时会自动升级格式" if version < form.version else ""
            if upgraded and not form.upgrade_from(version):
                return wrong(name, f"格式是第 {version} 版，太旧", "请用当时的程序，或重新载入。")
            whole = _is_whole(connection)
            count = connection.execute(counting).fetchone()[0]
    except sqlite3.Error as error:
        return wrong(
            name, f"读不出（{error.sqlite_errorname or type(error).__name__}）", form.remedy
        )
    if whole is False:
        return wrong(name, "文件损坏", form.remedy)
    looked = "，完好" if whole else "，太大，没有查完（全查请用 dafu verify）"
    return fine(name, (f"{count:,} {of_what}{looked}" if of_what else looked[1:]) + upgraded)


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a database that nobody else may be writing to, or that lies where nothing can be."""
    # SQLite makes files beside a database in WAL mode even to read it, unless it never changes.
    beside = path.with_name(f"{path.name}-wal")
    how = "mode=ro" if beside.exists() and beside.stat().st_size else "immutable=1"
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True)) as connection:
        yield connection


def _is_whole(connection: sqlite3.Connection) -> bool | None:
    """Look through all pages; None where that would take too long."""
    until = time.monotonic() + PATIENCE
    connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
    try:
        return bool(connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            return None
        raise
    finally:
        connection.set_progress_handler(None, 0)


def index(patient: Patient) -> Finding:
    """Hold the indexes against the program, and how much they hold against the library."""
    name = "索引"
    try:
        manifest = load_manifest(patient.home)
        if manifest is None:
            return fine(name, "还没有，第一次载入或检索时建立")
        if patient.settings:
            manifest.check(_expected(patient))
    except (HomeError, ModelError) as error:
        return attention(name, *_parted(str(error)))
    if not manifest.place and not (patient.home / manifest.folder / DENSE / LIST).is_file():
        return attention(
            name, "向量索引不见了", "下次检索时会由文库重建，也可以运行 dafu rebuild。"
        )
    try:
        with (
            _stored(patient) as stored,
            _reading(patient.home / manifest.folder / TEXTS) as texts,
        ):
            wanted, found = (
                connection.execute(f"SELECT count(*) FROM passages {which}").fetchone()[0]
                for connection, which in (
                    (stored, f"WHERE role = '{PassageRole.SUBSTANCE}'"),
                    (texts, ""),
                )
            )
    except (sqlite3.Error, HomeError, ImportError):
        return attention(name, "与文库对不上，或读不出", "请先看“文库”一行，再运行 dafu rebuild。")
    if wanted != found:
        return attention(
            name,
            f"文库有 {wanted:,} 段，索引里是 {found:,} 段",
            "下次打开时会补齐；总是这样就运行 dafu rebuild。",
        )
    return fine(name, f"{found:,} 段，与程序和文库相符（逐段核对用 dafu verify）")


@contextmanager
def _stored(patient: Patient) -> Iterator[Connection]:
    """Lend a connection to read the library through, wherever it is."""
    if not (patient.settings and patient.settings.store):
        with _reading(patient.home / FILE_NAME) as connection:
            yield connection
        return
    from corpus.store.postgresql import Postgres

    with closing(Postgres(patient.settings.store)) as database, database.reading() as lent:
        yield lent


def _expected(patient: Patient) -> Stamp:
    from index.models.embed import open_embedder
    from index.stores.indexer import stamp_of
    from index.text.segment import Segmenter

    assert patient.settings
    return stamp_of(open_embedder(patient.settings.models), Segmenter())


def _parted(message: str) -> tuple[str, str]:
    """Part a message into what was found and what to do."""
    found, asked, remedy = message.partition("请")
    return found.rstrip("：；，。"), f"{asked}{remedy}" or "请运行 dafu rebuild。"
