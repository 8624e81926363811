"""Cells: the rows of tables within documents as text, and the zip files that those are."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

from corpus.errors import UnreadableFile
from corpus.readers.package import BROKEN
from corpus.readers.sniff import OLE
from corpus.types import BETWEEN_CELLS

_MOST_BYTES = 1 << 30
_MOST_RATIO = 200
"""A document that unpacks to more than 1 GiB, or to more than 100 MiB at 200 times its size, is
taken for a zip bomb: XML packs about 10 to 50 times."""
_RATIO_MATTERS = 100 << 20


def check_archive(path: Path, program: str) -> None:
    """Check that a .docx or .xlsx file is a sound, unencrypted archive of sane size.

    :raises UnreadableFile: where it is not; `program` (Word, Excel) stands in the message.
    """
    source = path.as_posix()
    with path.open("rb") as file:
        start = file.read(len(OLE))
    if start == OLE:
        raise UnreadableFile(
            source,
            f"文件已加密，或者是旧版 {program} 格式；"
            f"请用 {program} 或 WPS 打开，去掉密码后另存为 {path.suffix.lower()}",
        )
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(item.file_size for item in archive.infolist())
    except BROKEN as error:
        raise UnreadableFile(
            source, f"文件已损坏，不是完整的 {program} 文档；请从原处重新复制，或打开后重新保存"
        ) from error
    packed = max(1, path.stat().st_size)
    if size > _MOST_BYTES or (size > _RATIO_MATTERS and size > _MOST_RATIO * packed):
        raise UnreadableFile(source, f"解压后有 {size >> 20} MB，大得反常，为安全起见没有打开")


_LONGEST_LABEL = 12


def join_cells(cells: Iterable[str]) -> str:
    """Join the cells that are not empty with ` | `, a label that ends in a colon with nothing.

    >>> join_cells(["索引号：", "A-1", "办理结果", "采纳"])
    '索引号：A-1 | 办理结果 | 采纳'
    """
    entries: list[str] = []
    for cell in cells:
        text = " ".join(cell.split())
        if not text:
            continue
        label = entries[-1] if entries else ""
        if label.endswith(("：", ":")) and len(label) <= _LONGEST_LABEL:
            entries[-1] = f"{label}{text}"
        else:
            entries.append(text)
    return BETWEEN_CELLS.join(entries)
