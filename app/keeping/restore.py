"""Restore a backup: all of it or nothing, whenever this is killed."""

from __future__ import annotations

import json
import lzma
import shutil
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path, PurePosixPath

from app.keeping.backup import FORMAT, NOTE, OWN, PEOPLE, is_kept
from corpus.errors import DafuError, HomeDamaged, HomeError, InputError
from corpus.files import make_private_folder, say_trouble
from corpus.store.bin import BinRow
from corpus.store.damage import name_of
from corpus.store.form import FILE_NAME
from corpus.store.removing import Removal
from corpus.store.store import Store
from index.stores.encoded import delete_encoded
from index.stores.manifest import FILE_NAME as MANIFEST_NAME
from index.stores.manifest import index_folders, write_lock

BEGUN, READY = "restore-begun", "restore-ready"
"""Folders in a home: what is being unpacked, and what is whole and takes its place."""


def restore_backup(folder: Path, file: Path, *, replace: bool = False) -> int:
    """Put the library and all else that a backup holds in a home; return how many replies it has.

    What the backup does not hold stays. What was removed from the home since it was made, or put
    away, is removed from it again, or put away. The indexes are to be made anew.

    :param replace: whether a home that has replies may be replaced.
    :raises InputError: where the file is no backup, or damaged, or the home has replies.
    :raises HomeBusy: where another process is writing to the home.
    """
    before = _read_note(file)
    make_private_folder(folder)
    with write_lock(folder):
        apply_restored(folder)
        removed, binned = _removals(folder, replace)
        begun = folder / BEGUN
        shutil.rmtree(begun, ignore_errors=True)
        try:
            _unpack(file, begun)
            replies = _prepare(begun, folder, before, removed, binned)
            _keep_people(begun, folder)
            begun.rename(folder / READY)  # from here on a kill is finished by the next start
        except OSError as error:
            raise HomeError(
                f"恢复时写不进 {folder}（{say_trouble(error)}）。"
                "请检查权限和磁盘空间，原有的内容没有动。"
            ) from error
        finally:
            shutil.rmtree(begun, ignore_errors=True)
        apply_restored(folder)
    return replies


def finish_restore(folder: Path) -> None:
    """Finish what a killed restore had made ready, and delete what it had not.

    To be called before the home is opened.
    """
    if (folder / READY).is_dir():
        with write_lock(folder):
            apply_restored(folder)
    if (folder / BEGUN).is_dir():
        with suppress(HomeError), write_lock(folder):  # who is writing may be unpacking it
            shutil.rmtree(folder / BEGUN, ignore_errors=True)


def apply_restored(folder: Path) -> None:
    """Put in place what is ready, if anything; can be begun again at any moment."""
    ready = folder / READY
    if not ready.is_dir():
        return
    (folder / MANIFEST_NAME).unlink(missing_ok=True)
    for index in index_folders(folder):
        shutil.rmtree(index, ignore_errors=True)
    delete_encoded(folder)
    for name in sorted(path.name for path in ready.iterdir() if is_kept(path.name)):
        target = folder / name
        if target.is_dir():
            shutil.rmtree(target)
        for ending in ("", *(("-wal", "-shm") if name.endswith(".sqlite") else ())):
            target.with_name(name + ending).unlink(missing_ok=True)
        (ready / name).rename(target)
    shutil.rmtree(ready)


def _keep_people(begun: Path, folder: Path) -> None:
    """Leave a home its accounts and its audit; what it has none of comes from the backup.

    So whoever was disabled since stays so, and no record is lost. Of accounts that come from the
    backup nobody is signed in.

    :raises InputError: where they are damaged.
    """
    for name in (form.file for form in PEOPLE):
        restored = begun / name
        if not restored.is_file():
            continue
        if _is_whole(folder / name):
            restored.unlink()
            continue
        if not _is_whole(restored):
            raise InputError(f"备份里的 {name} 已损坏，没有恢复。原有的内容没有动。")
        with closing(sqlite3.connect(restored)) as database, suppress(sqlite3.OperationalError):
            database.execute("PRAGMA secure_delete = ON")
            database.execute("DELETE FROM sessions")  # the audit has none
            database.commit()


def _is_whole(path: Path) -> bool:
    if not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as database:
            return bool(database.execute("PRAGMA quick_check").fetchone()[0] == "ok")
    except sqlite3.Error:
        return False


def _removals(folder: Path, replace: bool) -> tuple[tuple[Removal, ...], tuple[BinRow, ...]]:
    """Return what was removed from the home, and what was put away, if it can be read.

    :raises InputError: where it has replies, and they are not to be replaced.
    """
    if not (folder / FILE_NAME).is_file():
        return (), ()
    removed: tuple[Removal, ...] = ()
    binned: tuple[BinRow, ...] = ()
    try:
        with Store.open(folder) as store:
            replies = store.stats().replies
            removed = store.removals.list_all()
            binned = store.bin.rows()
    except HomeDamaged:
        replies = 0
    if replies and not replace:
        raise InputError(
            f"资料夹 {folder} 里已有 {replies} 份答复。要用备份替换，请加 --replace；"
            "要留着，请先用 dafu backup 备份，或用 --home 另指一个资料夹。"
        )
    return removed, binned


def _read_note(file: Path) -> str:
    """Return the home that a backup says it was made of.

    :raises InputError: where it can't be opened, is no backup, or of a later version.
    """
    try:
        with _opening(file) as archive:
            note = json.loads(archive.read(NOTE))
            if int(note["format"]) > FORMAT:
                raise InputError(f"{file} 是更新的版本做的备份，请用相应版本的程序恢复。")
            home = note["home"]
            if not isinstance(home, str):
                raise TypeError(home)
    except FileNotFoundError as error:
        raise InputError(f"没有这个文件：{file}") from error
    except OSError as error:
        raise InputError(f"备份文件打不开：{file}（{say_trouble(error)}）。") from error
    return home


def _unpack(file: Path, begun: Path) -> None:
    """Unpack what a backup may hold.

    :raises InputError: where it is damaged.
    """
    with _opening(file) as archive:
        for info in archive.infolist():
            parts = PurePosixPath(info.filename).parts
            if parts and is_kept(parts[0]) and ".." not in parts and not info.is_dir():
                target = begun.joinpath(*parts)
                make_private_folder(target.parent)
                with archive.open(info) as member, target.open("wb") as opened:
                    shutil.copyfileobj(member, opened, 1 << 20)


_NOT_UNDERSTOOD = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError),
    *(ValueError, LookupError, TypeError, ArithmeticError),
    RuntimeError,  # a password, an unknown compression, or JSON that is nested too deep
)


@contextmanager
def _opening(file: Path) -> Iterator[zipfile.ZipFile]:
    """Open a backup; InputError for whatever in it can't be understood."""
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except _NOT_UNDERSTOOD as error:
        raise InputError(
            f"{file} 不是 dafu backup 做的备份，或已损坏。原有的内容没有动。"
        ) from error


def _prepare(
    begun: Path,
    folder: Path,
    before: str,
    removed: tuple[Removal, ...],
    binned: tuple[BinRow, ...],
) -> int:
    """Make sure that a library is whole, and make it this home's; return how many replies it has.

    :raises InputError: where it is damaged.
    """
    home = folder.resolve().as_posix()
    try:
        with Store.open(begun) as store:
            if problems := list(store.iter_problems()):
                raise InputError(f"备份里的文库有问题，没有恢复：{problems[0]}")
            if before != home:
                own = tuple(f"{before}/{name}/" for name in OWN)
                moved = [uri for uri in store.files.digests() if uri.startswith(own)]
                store.files.move({uri: home + uri.removeprefix(before) for uri in moved})
            store.bin.put_away_again(binned)
            store.removals.remove_again(removed)
            store.database.erase()
            return store.stats().replies
    except (DafuError, sqlite3.Error) as error:
        if isinstance(error, InputError):
            raise
        said = name_of(error) if isinstance(error, sqlite3.Error) else error
        raise InputError(f"备份里的文库读不出，没有恢复：{said}") from error
