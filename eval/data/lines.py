"""The lines of a text file, all that is wrong with them reported at once; and writing texts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from corpus.errors import InputError
from corpus.files import say_fault, say_trouble

MOST_PROBLEMS = 20
"""So many problems of a file are spelt out; of the rest only the number is given."""


MOST_NAMED = 10
"""So many names are spelt out where they stand in one sentence."""


def name_some(names: Sequence[str]) -> str:
    """Name the first of some names, and say how many there are."""
    named = "、".join(names[:MOST_NAMED])
    return f"{named}……共 {len(names)} 个" if len(names) > MOST_NAMED else named


class Problems:
    """Collects what is wrong with one file, to report it all at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: list[str] = []

    def add(self, number: int, reason: str) -> None:
        """Note what is wrong with the line of that number."""
        self.lines.append(f"  第 {number} 行：{reason}")

    def raise_if_any(self) -> None:
        """Report what was noted.

        :raises InputError: where anything was.
        """
        if not self.lines:
            return
        shown = self.lines[:MOST_PROBLEMS]
        if len(self.lines) > len(shown):
            shown.append(f"  ……另有 {len(self.lines) - len(shown)} 处")
        raise InputError(f"{self.path} 有 {len(self.lines)} 处问题：\n" + "\n".join(shown))


def iter_lines(path: Path, expected: str = "") -> Iterator[tuple[int, str]]:
    """Yield the lines that are not blank with their numbers, counted from 1.

    :param expected: what is told where the file is missing.
    :raises InputError: where the file cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"缺少文件 {path}{expected}") from None
    except (UnicodeDecodeError, OSError) as error:
        raise InputError(f"读不了 {path}：{say_fault(error)}") from error
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, line.rstrip("\r")


def iter_objects(
    lines: Iterable[tuple[int, str]], problems: Problems
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the JSON objects of numbered lines, one each; note lines that are none."""
    for number, line in lines:
        try:
            found = json.loads(line)
        except (ValueError, RecursionError) as error:
            problems.add(number, f"不是合法的 JSON（{say_fault(error)}）")
            continue
        if isinstance(found, dict):
            yield number, found
        else:
            problems.add(number, "不是 JSON 对象（应为 {…}）")


def save_text(path: Path, text: str) -> None:
    """Save a text in UTF-8.

    :raises InputError: where the file cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise InputError(f"写不了 {path}：{say_trouble(error)}") from error
