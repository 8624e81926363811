"""Labels and their values, where a page sets them one below the other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.text.furniture import LABEL_ALONE, is_furniture
from corpus.text.joining import Row
from corpus.text.label_words import mark_behind_label
from corpus.text.salutation import is_opening, read_salutation
from corpus.types import BETWEEN_CELLS

_LONGEST_VALUE = 80
_BULLETS = "•·◆■▪- \t\u3000"
_OF_TITLES = re.compile(r"名 ?称|标 ?题|题 ?目|主 ?题")
_VAGUE = re.compile(r"编号|序号|时间|日期|单位|姓名|状态|地址|电话")
"""What heads a table's column as well."""
_TITLE = re.compile(r".{0,80}(?:关于|对).{4,120}(?:答复|复函|回复|意见|函)")
_FEWEST_BARE = 2
"""A word such as 来源 alone on a line is a label only where it is not the only one."""


def join_labels(rows: Sequence[Row]) -> list[Row]:
    """Put a value behind its label: `来信时间：` and, below it, `2024-03-15` are one line.

    A label without a colon is parted from its value like the cells of a table. A label whose
    value is missing stays as it is.
    """
    labels = [LABEL_ALONE.fullmatch(row.text) for row in rows]
    bare = sum(label is not None and not label["colon"] for label in labels)
    joined: list[Row] = []
    number = 0
    while number < len(rows):
        row, label = rows[number], labels[number]
        below = rows[number + 1] if number + 1 < len(rows) else None
        if (
            label is not None
            and below is not None
            and labels[number + 1] is None
            and (label["colon"] or (bare >= _FEWEST_BARE and not _VAGUE.fullmatch(row.text)))
            and _is_value(below.text)
            and (_OF_TITLES.search(row.text) or not _TITLE.fullmatch(below.text))
        ):
            between = "" if label["colon"] else BETWEEN_CELLS
            text = f"{row.text}{between}{below.text}"
            joined.append(replace(below, text=text, indent=row.indent, gap=row.gap))
            number += 2
        else:
            joined.append(row)
            number += 1
    return joined


def _is_value(text: str) -> bool:
    return (
        len(text) <= _LONGEST_VALUE
        and "。" not in text
        and text[1:2] != "好"
        and mark_behind_label(text.lstrip(_BULLETS)) not in (":", "：", "|")
        and not is_furniture(text)
        and read_salutation(text) is None
        and not is_opening(text)
    )
