"""Workbooks: the cells of every sheet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from corpus.errors import UnreadableFile
from corpus.readers.archives import check_archive


def iter_sheets(path: Path) -> Iterator[tuple[str, list[list[object]]]]:
    """Yield each visible sheet's name and rows, cells as Python values; blank sheets have none.

    :raises UnreadableFile: where the workbook is encrypted or broken.
    """
    source = path.as_posix()
    if path.suffix.lower() == ".xlsx":
        check_archive(path, "Excel")
    try:
        workbook = CalamineWorkbook.from_path(path)
        for name in workbook.sheet_names:
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            filled = any(cell not in ("", None) for row in rows for cell in row)
            yield name, [list[object](row) for row in rows] if filled else []
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableFile(
            source, f"工作簿已损坏，读不出来（{error}）；请用 Excel 或 WPS 打开后重新保存"
        ) from error
