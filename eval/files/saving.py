"""Write topics, each form by its ending."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from corpus.errors import InputError
from eval.files.lines import save_text
from eval.files.tables import save_csv, save_workbook
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


def _rows(topics: Sequence[Topic]) -> Iterator[tuple[str, str, str]]:
    yield HEADINGS
    yield from ((topic.id, topic.text, topic.category) for topic in topics)


_WRITERS: dict[str, Callable[[Sequence[Topic], Path], None]] = {
    ".jsonl": _save_jsonl,
    ".csv": lambda topics, path: save_csv(_rows(topics), path),
    ".xlsx": lambda topics, path: save_workbook(_rows(topics), path),
}
