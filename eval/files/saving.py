"""Write topics, each form by its ending."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from corpus.errors import InputError
from eval.files.lines import save_text
from eval.files.topics import Topic

HEADINGS = ("编号", "查询", "类别")


def save_topics(topics: Sequence[Topic], path: Path) -> None:
    """Save topics as BEIR's JSON lines, as CSV that Excel opens, or as a workbook.

    :raises InputError: where the name's ending is another, or the file cannot be written.
    """
    save = _WRITERS.get(path.suffix.lower())
    if save is None:
        raise InputError(f"查询应存为以 {'、'.join(_WRITERS)} 结尾的文件，却是 {path.name}")
    save(topics, path)


def _save_jsonl(topics: Sequence[Topic], path: Path) -> None:
    rows = (
        {"_id": topic.id, "text": topic.text}
        | ({"category": topic.category} if topic.category else {})
        for topic in topics
    )
    save_text(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def _save_csv(topics: Sequence[Topic], path: Path) -> None:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(HEADINGS)
    writer.writerows((topic.id, topic.text, topic.category) for topic in topics)
    save_text(path, "\ufeff" + written.getvalue())  # without the mark Excel takes it for GBK


def _save_workbook(topics: Sequence[Topic], path: Path) -> None:
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    workbook = Workbook()
    sheet = workbook.active
    for row in (HEADINGS, *((topic.id, topic.text, topic.category) for topic in topics)):
        sheet.append([ILLEGAL_CHARACTERS_RE.sub(" ", text) for text in row])
    for row in sheet.iter_rows():
        for cell in row:
            cell.data_type = "s"  # else what begins with = would be a formula
    try:
        workbook.save(path)
    except OSError as error:
        raise InputError(f"写不了 {path}：{error.strerror}") from error


_WRITERS: dict[str, Callable[[Sequence[Topic], Path], None]] = {
    ".jsonl": _save_jsonl,
    ".csv": _save_csv,
    ".xlsx": _save_workbook,
}
