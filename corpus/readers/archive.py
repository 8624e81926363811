"""Archives: the documents in a .zip file, whose names and sizes may not be trusted."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from corpus.errors import Remark, UnreadableFile
from corpus.files import raise_refused
from corpus.readers.endings import SUFFIXES
from corpus.readers.finding import is_left_over
from corpus.readers.members import Allowance, Item, Read, read_member
from corpus.readers.package import BROKEN

_ENCRYPTED = 0x1
_UTF8 = 0x800
"""Flags of a member (APPNOTE.TXT 4.4.4)."""
_MOST_BYTES = 200 << 20
_CHUNK = 1 << 20


def read_zip(path: Path, allowance: Allowance, read: Read) -> Iterator[Item]:
    """Read the members of a .zip file that can be read, in the order of their names.

    Each is `archive.zip#folder/name.docx`. Hidden files are passed over in silence; what is
    encrypted, names a place outside, or is too much, is reported.

    :raises UnreadableFile: where the archive is broken or lies too deep in others.
    """
    source = path.as_posix()
    if allowance.depth <= 0:
        raise UnreadableFile(source, "压缩包里套的压缩包太深，没有打开；请解压后再导入")
    try:
        with zipfile.ZipFile(path) as archive:
            members = [(_name(item), item) for item in archive.infolist() if not item.is_dir()]
            for name, item in sorted(members, key=lambda member: member[0]):
                if _is_hidden(name):
                    continue
                if not allowance.within():
                    yield UnreadableFile(
                        source, "压缩包里的文件太多或太大，后面的没有读；请解压后分批导入"
                    )
                    return
                allowance.members -= 1
                yield from _read_one(archive, item, name, source, allowance, read)
    except BROKEN as error:
        raise_refused(error)
        raise UnreadableFile(source, "压缩包已损坏，打不开；请从原处重新复制") from error


def _read_one(
    archive: zipfile.ZipFile,
    item: zipfile.ZipInfo,
    name: str,
    source: str,
    allowance: Allowance,
    read: Read,
) -> Iterator[Item]:
    own = f"{source}#{name}"
    suffix = PurePosixPath(name).suffix.lower()
    if _leads_out(name):
        yield UnreadableFile(own, "文件名指到压缩包之外，为安全起见没有读")
    elif suffix not in SUFFIXES:
        yield Remark(own, f"跳过：格式不支持（{suffix or '没有扩展名'}）")
    elif item.flag_bits & _ENCRYPTED:
        yield UnreadableFile(own, "压缩包有密码，读不出；请解压后再导入")
    else:
        try:
            data = _unpack(archive, item, min(_MOST_BYTES, allowance.bytes))
        except BROKEN as error:
            raise_refused(error)
            yield UnreadableFile(own, "压缩包里的这个文件已损坏；请从原处重新复制")
            return
        if data is None:
            yield UnreadableFile(own, "解压后太大，为安全起见没有读；请解压后再导入")
            return
        allowance.bytes -= len(data)
        yield from read_member(name, data, source, allowance, read)


def _unpack(archive: zipfile.ZipFile, item: zipfile.ZipInfo, most: int) -> bytes | None:
    """Return a member's bytes, None where there are more: its stated size may be false."""
    parts: list[bytes] = []
    size = 0
    with archive.open(item) as file:
        while part := file.read(_CHUNK):
            size += len(part)
            if size > most:
                return None
            parts.append(part)
    return b"".join(parts)


def _name(item: zipfile.ZipInfo) -> str:
    """Return a member's name; where it isn't said to be UTF-8, Windows wrote it in GB18030."""
    name = item.filename
    if not item.flag_bits & _UTF8:
        try:
            raw = name.encode("cp437")
        except UnicodeEncodeError:
            return name
        for encoding in ("utf-8", "gb18030"):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError:
                continue
    return name


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return any(is_left_over(part) for part in parts if part not in (".", ".."))


def _leads_out(name: str) -> bool:
    plain = name.replace("\\", "/")
    return plain.startswith("/") or plain[1:2] == ":" or ".." in PurePosixPath(plain).parts
