"""Backups: all that nothing can make again, in one zip; on request, and now and then by itself."""

from __future__ import annotations

import json
import logging
import os
import shutil
import sqlite3
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from app.accounts.form import ACCOUNTS
from app.audit import AUDIT
from app.fetching.snapshots import FETCHED
from app.home import Home
from app.keeping.job_file import JOBS
from app.running.log import TELL
from app.settings import TOML_NAME
from corpus.clock import now
from corpus.errors import HomeDamaged, HomeError, InputError
from corpus.files import PART, make_private_folder, open_private, say_trouble
from corpus.progress import Progress
from corpus.serialise import Seconds, shown
from corpus.store.database import PATIENCE
from corpus.store.form import FILE_NAME as LIBRARY_NAME
from corpus.store.opening import has_database, open_database
from corpus.store.sqlite import copy_into
from corpus.store.still import uri_of
from corpus.store.store import Store
from eval.judging.form import JUDGMENTS
from index.ranking.fuse import HOME_FILE as FUSION_NAME
from index.text.language.own import NAME as TERMS_NAME

LOGGER = logging.getLogger(__name__)

PEOPLE = (ACCOUNTS, AUDIT)
"""Who may do what, and who did what."""

BESIDE = (JUDGMENTS, *PEOPLE)
"""What lies beside a library, in its home or in its PostgreSQL, that nothing can make again."""

FOLDER = "backups"
"""Where a home keeps its automatic backups."""

KEPT = 3
"""So many automatic backups are kept, the newest."""

EVERY = 24 * 3600
"""Seconds after which a load is followed by an automatic backup."""

GROWTH = 0.1
"""The share of passages that may come or go before that time without one."""

NOTE = "dafu-backup.json"
"""What a backup says of itself: its format, when it was made, of which home, how many replies and
passages, and the last key and removal that there had been."""

FORMAT = 1

UPLOADS = "uploads"
"""The folder in a home where uploaded files are kept: each reply's source must stay readable."""

OWN = (UPLOADS, FETCHED)
"""Folders of a home that hold files which replies came from."""

SMALL = (FUSION_NAME, f"{Path(FUSION_NAME).stem}-encoded.json", TOML_NAME, TERMS_NAME)
FOLDERS = (*OWN, "evaluation", "model")
"""Automatic backups have no folders, which are as large as they are slow to change."""

DAMAGED = "dafu-damaged.sqlite"
"""Where a damaged library is kept, for who may get more out of it; no backup has it."""

_PASSING = (DAMAGED, JOBS.file)
"""Databases that no backup has: what is being loaded would be loaded by whoever restores it."""

LEVEL = 1
"""How hard zlib tries: texts shrink to a third, at 50 MB a second."""


def is_kept(name: str) -> bool:
    """Tell whether a backup may hold what has this name in a home: its databases, and the above."""
    is_database = name.endswith(".sqlite") and name not in _PASSING
    return is_database or name in SMALL or name in FOLDERS


def list_databases(folder: Path) -> list[Path]:
    """Return the databases of a home, the library first."""
    found = [path for path in sorted(folder.glob("*.sqlite")) if is_kept(path.name)]
    return sorted(found, key=lambda path: path.name != LIBRARY_NAME)


@shown("file bytes replies seconds")
@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made."""

    file: str
    """写到了哪里"""
    bytes: int
    """多少字节"""
    replies: int
    """其中多少份答复"""
    seconds: Seconds
    """用了多少秒"""


def make_backup(
    home: Home, file: Path, progress: Progress | None = None, *, whole: bool = True
) -> Backup:
    """Write a backup of a home while others go on reading and writing; it takes the file's place.

    :param whole: whether with uploaded files, evaluations and the adapted model.
    :raises InputError: where the file can't be written.
    """
    began = time.perf_counter()
    store, stats = home.store, home.store.stats()
    moment = {"key": store.newest_key(), "removal": store.following.last_removal()}
    held = {"replies": stats.replies, "passages": stats.passages}
    part = file.with_name(file.name + PART)
    try:
        with open(part, "wb", opener=open_private) as opened:
            with zipfile.ZipFile(
                opened, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL, strict_timestamps=False
            ) as archive:
                _write(home, archive, part, progress, whole)
                note = {"format": FORMAT, "home": home.folder.resolve().as_posix()}
                archive.writestr(NOTE, json.dumps({**note, "made": now(), **held, **moment}))
            opened.flush()
            os.fsync(opened.fileno())
        os.replace(part, file)
    except OSError as error:
        raise InputError(
            f"备份写不进 {file}（{say_trouble(error)}）。请检查路径、权限和磁盘空间。"
        ) from error
    finally:
        part.unlink(missing_ok=True)
    took = time.perf_counter() - began
    return Backup(str(file), file.stat().st_size, stats.replies, took)


def _write(
    home: Home, archive: zipfile.ZipFile, part: Path, progress: Progress | None, whole: bool
) -> None:
    copy = part.with_name(f"{part.name}-sqlite{PART}")
    try:
        for name, copying in _iter_databases(home):
            os.close(open_private(str(copy), os.O_CREAT | os.O_RDWR | os.O_TRUNC))
            copying(copy)
            archive.write(copy, name)
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            copy.with_name(copy.name + ending).unlink(missing_ok=True)
    paths = list(_iter_files(home.folder, whole))
    for number, path in enumerate(paths):
        if progress:
            progress("备份文件", number, len(paths))
        with suppress(FileNotFoundError):  # deleted meanwhile
            archive.write(path, path.relative_to(home.folder).as_posix())


def _iter_databases(home: Home) -> Iterator[tuple[str, Callable[[Path], None]]]:
    """Yield the databases of a home with what copies each into a file.

    They may be in PostgreSQL; files of what was carried there are old.
    """
    yield LIBRARY_NAME, home.store.database.copy_to
    address = home.settings.store
    shared = BESIDE if address else ()
    for form in shared:
        if has_database(home.folder, address, form):
            with closing(open_database(home.folder, address, form)) as database:
                yield form.file, database.copy_to
    old = {LIBRARY_NAME, *(form.file for form in shared)}
    for path in list_databases(home.folder):
        if path.name not in old:
            yield path.name, partial(_copy, path)


def _copy(path: Path, copy: Path) -> None:
    """Copy all that is committed in a database, while others go on reading and writing."""
    try:
        with closing(sqlite3.connect(uri_of(path), uri=True)) as opened:
            opened.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}")
            copy_into(copy, opened)
    except sqlite3.Error as error:
        raise HomeDamaged(
            f"{path} 读不出，没有备份（{error.sqlite_errorname}）。"
            "请从以前的备份恢复，或把它移出资料夹后再备份。"
        ) from error


def _iter_files(folder: Path, whole: bool) -> Iterator[Path]:
    """Yield the files of a home that a backup holds beside its databases."""
    yield from (path for name in SMALL if (path := folder / name).is_file())
    if whole:
        for name in FOLDERS:
            yield from (path for path in sorted((folder / name).rglob("*")) if path.is_file())


def list_backups(folder: Path) -> list[Path]:
    """Return the automatic backups of a home, newest first."""
    return sorted((folder / FOLDER).glob("auto-*.zip"), reverse=True)


def keep_backup(home: Home) -> None:
    """Make an automatic backup where it is time for one, and keep the newest three.

    It is time where the newest is older than a day, or the library has since changed by a tenth.
    Where the disk lacks room for twice the library, there is none, which is said. Of a library in
    PostgreSQL there is none either: whoever keeps the server backs it up.
    """
    if home.store.database.shared:
        return
    kept = list_backups(home.folder)
    if kept and not _is_due(kept[0], home.store):
        return
    size = sum(path.stat().st_size for path in list_databases(home.folder))
    if shutil.disk_usage(home.folder).free < 2 * size:
        LOGGER.warning("磁盘空间不够，这次没有自动备份。", extra=TELL)
        return
    make_private_folder(home.folder / FOLDER)
    name = f"auto-{datetime.now(UTC).strftime('%Y%m%d-%H%M%S-%f')}.zip"
    try:
        made = make_backup(home, home.folder / FOLDER / name, whole=False)
    except (InputError, HomeError) as error:  # what was loaded is there nevertheless
        LOGGER.warning("这次没有自动备份：%s", error, extra=TELL)
        return
    LOGGER.info("自动备份：%s，%d 字节，%.1f 秒", name, made.bytes, made.seconds)
    for path in list_backups(home.folder)[KEPT:]:
        path.unlink(missing_ok=True)


def _is_due(newest: Path, store: Store) -> bool:
    """Tell whether a backup is too old, or of a library that has changed, without counting it."""
    if time.time() - newest.stat().st_mtime > EVERY:
        return True
    try:
        with zipfile.ZipFile(newest) as archive:
            note = json.loads(archive.read(NOTE))
        came = store.newest_key() - int(note["key"])
        went = store.following.last_removal() - int(note["removal"])
        most = GROWTH * int(note["passages"])
    except (zipfile.BadZipFile, OSError, ValueError, LookupError, TypeError):
        return True  # damaged
    return came < 0 or went < 0 or came + went > most


def renew_backups(home: Home) -> None:
    """Replace the automatic backups by one of what is there now, without what was removed."""
    before = list_backups(home.folder)
    for path in before:
        path.unlink(missing_ok=True)
    if before:
        keep_backup(home)
