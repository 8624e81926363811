"""Is the home in order: its place, room, rights, backups and log?"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from app.doctor.types import Finding, Patient, attention, fine, say_bytes, wrong
from app.keeping.backup import list_backups
from app.running.log import log_file
from app.running.privacy import USUAL
from corpus.files import say_trouble
from corpus.store.form import FILE_NAME

LITTLE, LEAST = 1e9, 50e6
"""Bytes of the disk below which it is soon full, and below which nothing can be written safely."""

OLD = 7
"""Days after which a backup is old, where the library has been written to since."""

DAY = 24 * 3600
_LAST = 1_000_000
"""Bytes of the log, from its end, that are looked through."""


def home(patient: Patient) -> Finding:
    """Say where the home is, and whether it can be written to."""
    name, folder = "资料夹", patient.home
    if not folder.exists():
        above = next(path for path in folder.parents if path.exists())
        if problem := _why_not_writable(above):
            return wrong(name, f"{folder} 还没有，也建不了（{problem}）", _WRITABLE)
        return fine(name, f"{folder} 还没有，第一次载入时建立")
    if not folder.is_dir():
        return wrong(name, f"{folder} 不是文件夹", "请用 --home 或 DAFU_HOME 另指一个文件夹。")
    if problem := _why_not_writable(folder):
        return wrong(name, f"{folder} 不能写入（{problem}）", _WRITABLE)
    return fine(name, f"{folder}，可以写入")


_WRITABLE = "请检查这个文件夹的权限和磁盘是否只读，或用 --home、DAFU_HOME 另指一个可以写的文件夹。"


def _why_not_writable(folder: Path) -> str:
    """Say why nothing can be written there; empty where it can. Nothing is left behind."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return ""
    except OSError as error:
        return say_trouble(error)


def disk(patient: Patient) -> Finding:
    """Say how much room there is, and how much the home takes."""
    folder = next(path for path in (patient.home, *patient.home.parents) if path.exists())
    usage = shutil.disk_usage(folder)
    taken = sum(_size(path) for path in patient.home.rglob("*"))
    found = (
        f"还有 {say_bytes(usage.free)}（共 {say_bytes(usage.total)}），资料夹占 {say_bytes(taken)}"
    )
    if usage.free < LEAST:
        return wrong("磁盘", found, "磁盘满了：请腾出空间。")
    if usage.free < max(LITTLE, 2 * taken):
        return attention("磁盘", found, "重建索引和备份要资料夹两倍的空间：请腾出一些。")
    return fine("磁盘", found)


def _size(path: Path) -> int:
    try:
        status = path.lstat()
    except OSError:
        return 0  # deleted meanwhile, or nobody may look
    return status.st_size if stat.S_ISREG(status.st_mode) else 0


def rights(patient: Patient) -> Finding:
    """Say who else may read the home."""
    name, folder = "权限", patient.home
    if not folder.is_dir():
        return fine(name, "还没有资料夹")
    if os.name != "posix":
        return fine(name, "由 Windows 管用户自己的文件夹")
    status = folder.stat()
    mode = stat.S_IMODE(status.st_mode)
    if status.st_uid != os.geteuid() and os.geteuid() != 0:
        return attention(name, "资料夹是别的用户的", "请用载入答复的那个用户运行 Dafu。")
    if mode & 0o007 or mode in USUAL:
        return attention(
            name,
            f"{mode:04o}：这台电脑上的别人也能读，里面的答复没有遮盖",
            f"请运行 chmod 700 {folder}",
        )
    library = folder / FILE_NAME
    if library.is_file() and stat.S_IMODE(library.stat().st_mode) & 0o007:
        return attention(name, "别人也能读文库文件", f"请运行 chmod 600 {library}")
    group = "，同组的人也能读" if mode & 0o070 else "，只有您能读"
    return fine(name, f"{mode:04o}{group}")


def backups(patient: Patient) -> Finding:
    """Say how old the newest automatic backup is."""
    name, library = "备份", patient.home / FILE_NAME
    if patient.settings and patient.settings.store:
        return fine(name, "文库在 PostgreSQL 里，由数据库管理员备份；其余用 dafu backup")
    if not library.is_file():
        return fine(name, "还没有文库")
    kept = list_backups(patient.home)
    if not kept:
        return attention(
            name,
            "没有自动备份",
            "请运行 dafu backup 文件.zip，存到另一块磁盘上（载入后也会自动备份）。",
        )
    newest = kept[0].stat().st_mtime
    days = int((time.time() - newest) // DAY)
    found = f"{len(kept)} 份，最近一份{f'是 {days} 天前' if days else '不到一天'}"
    if days >= OLD and library.stat().st_mtime - newest > DAY:
        return attention(name, f"{found}，文库后来改过", "请运行 dafu backup 文件.zip。")
    return fine(name, f"{found}；磁盘坏了它们也没了，另存一份：dafu backup")


def log(patient: Patient) -> Finding:
    """Count the faults that nobody foresaw, which the log has."""
    name, file = "日志", log_file(patient.home)
    if not file.is_file():
        return fine(name, "还没有")
    with open(file, "rb") as opened:
        opened.seek(max(0, file.stat().st_size - _LAST))
        lines = opened.read().decode("utf-8", "replace").splitlines()
    faults = [line[:16] for line in lines if line.endswith(": unforeseen")]
    when = datetime.fromtimestamp(file.stat().st_mtime, UTC).astimezone()
    if faults:
        return attention(
            name,
            f"有 {len(faults)} 次没有料到的错，最近一次在 {faults[-1]}",
            "报告问题时请附上资料夹的 logs/dafu.log（先看看里面有没有不便外传的文件名）。",
        )
    return fine(name, f"最近写于 {when:%Y-%m-%d %H:%M}，没有意外的错")
