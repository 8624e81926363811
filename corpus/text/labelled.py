"""Labels and their values, where a page sets them one below the other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.text.days import DAY, TIME_OF_DAY
from corpus.text.furniture import LABEL_ALONE, is_furniture
from corpus.text.joining import Row
from corpus.text.label_words import (
    ANSWERS,
    ASKED,
    CONTENT,
    FINDING,
    LABEL_WORD,
    OF_MESSAGE,
    WRITERS,
    mark_behind_label,
)
from corpus.text.salutation import is_opening, read_salutation
from corpus.text.sides import ANSWER_LABEL
from corpus.types import BETWEEN_CELLS

_LONGEST_VALUE = 80
_BULLETS = "•·◆■▪- \t\u3000"
_OF_TITLES = re.compile(r"名 ?称|标 ?题|题 ?目|主 ?题")
_VAGUE = re.compile(r"编号|序号|时间|日期|单位|姓名|状态|地址|电话")
"""What heads a table's column as well."""
_TITLE = re.compile(r".{0,80}(?:关于|对).{4,120}(?:答复|复函|回复|意见|函)")
_OF_MESSAGE = re.compile(OF_MESSAGE)
_LONGEST_HEADS = 120
_FEWEST_SURE, _MOST_UNKNOWN = 2, 2
"""So many cells of a row say that it heads a table of messages; 环节 and such may be unknown."""
_OF_SIDES = rf"{ASKED}{CONTENT}|{ANSWERS}{FINDING}"
_GLUED = re.compile(
    rf"(?P<label>{_OF_SIDES}|{OF_MESSAGE}|{LABEL_WORD}|是否(?:公开|保密))(?=[^\s:：|｜】\]）)}}，。、的])"
)
_GLUED_SIDE = re.compile(rf"(?:{ASKED}{CONTENT}|索引号)(?=[^\s:：|｜】\]）)}}，。、的])")
"""One of these is glued to its value where others are: of a message, or of what an office opens."""
_FIRST_SIGNS = frozenset(re.findall(r"(?<![\u4e00-\u9fff}])[\u4e00-\u9fff]", ASKED)) | {"索"}
"""What these begin with."""
_BRACES = frozenset("{｛〖「<＜〔")
_GLUED_WITHIN = re.compile(rf"(?<=[A-Za-z\d\s])(?:{OF_MESSAGE}|{LABEL_WORD})\s?(?=[A-Za-z\d*＊]|$)")
_RULES = "-—=＝*_~～"
_RULED = re.compile(
    rf"[{_RULES}]{{2,60}}\s?(?P<words>[\u4e00-\u9fff]{{2,10}})\s?[{_RULES}]{{2,60}}"
)
"""Words within a rule that a page draws between its parts."""
_GLYPHS = "○◎★☆▶►▷※✦❖□→»⊙◦‣"
_GLYPH = re.compile(rf"[{_GLYPHS}]\s?(?=(?:{_OF_SIDES}|{OF_MESSAGE}|{LABEL_WORD})\s?[:：|｜])")
"""A page's ornament before a label."""
_ORNAMENTS = frozenset(_GLYPHS + _RULES)
_FEWEST_GLUED = 4
"""So many lines that begin with labels without a mark, both sides' among them, have it so."""
_IN_BRACES = re.compile(
    rf"[{{｛〖「<＜〔](?P<label>{_OF_SIDES}|{OF_MESSAGE}|{LABEL_WORD})[}}｝〗」>＞〕]\s?(?P<mark>[:：]?)"
)
_WORD = re.compile(rf"{DAY} {TIME_OF_DAY}|\S+")
"""What room parts from what is beside it; the time of day belongs to its day."""
_FEWEST_SPACED, _FEWEST_SPACES = 3, 2
"""So many labels, and nothing else, head a table that has room for its borders."""
_OF_WRITER = re.compile(rf"[【\[]?{WRITERS}[】\]]?\s?[:：]?$")
_NAME = re.compile(r"[^\s。，；：:|｜]{2,12}")
"""`赵先生`, which elsewhere would be a salutation."""
_SHARES = re.compile("分享").match
"""`分享到：` has buttons behind it, whatever stands below."""
_FEWEST_BARE, _MANY_BARE = 2, 5
"""A word such as 来源 alone on a line is a label only where it is not the only one. The same word
again and again, such as 编号, heads the columns of tables."""


def join_labels(rows: Sequence[Row]) -> list[Row]:
    """Put a value behind its label: `来信时间：` and, below it, `2024-03-15` are one line.

    A label without a colon is parted from its value like the cells of a table. A label whose
    value is missing stays as it is.
    """
    rows = _turned(_marked(rows))
    labels = [None if _SHARES(row.text) else LABEL_ALONE.fullmatch(row.text) for row in rows]
    bare = len({row.text for row, label in zip(rows, labels, strict=True) if _is_bare(label)})
    joined: list[Row] = []
    number = 0
    while number < len(rows):
        row, label = rows[number], labels[number]
        below = rows[number + 1] if number + 1 < len(rows) else None
        if (
            label is not None
            and below is not None
            and labels[number + 1] is None
            and (
                label["colon"]
                or bare >= _MANY_BARE
                or (bare >= _FEWEST_BARE and not _VAGUE.fullmatch(row.text))
            )
            and (
                _is_value(below.text)
                or (_OF_WRITER.match(row.text) and _NAME.fullmatch(below.text))
            )
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


def _is_bare(label: re.Match[str] | None) -> bool:
    return label is not None and not label["colon"]


def _marked(rows: Sequence[Row]) -> Sequence[Row]:
    """Part labels from values that a page sets right behind them, or marks by braces."""
    firsts = {row.text[:1] for row in rows}
    if firsts & _ORNAMENTS:
        rows = [replace(row, text=_plain(row.text)) for row in rows]
    if firsts & _BRACES:
        braced = [_IN_BRACES.match(row.text) for row in rows]
        if sum(match is not None for match in braced) > 1:
            rows = [
                replace(row, text=f"【{brace['label']}】{row.text[brace.end() :]}")
                if brace
                else row
                for row, brace in zip(rows, braced, strict=True)
            ]
    if not firsts & _FIRST_SIGNS or not any(
        _GLUED_SIDE.match(row.text) for row in rows if row.text[:1] in _FIRST_SIGNS
    ):
        return rows  # as mostly
    glued = [_GLUED.match(row.text) for row in rows]
    known = {match["label"] for match in glued if match}
    opened = "索引号" in known
    if not opened and (len(known) < _FEWEST_GLUED or sum(map(_names_side, known)) < len(_SIDES)):
        return rows
    return [replace(row, text=text) for row in rows for text in _unglued(row.text)]


def _unglued(text: str) -> list[str]:
    """Return a line's labels, each with its value behind a border."""
    label = _GLUED.match(text)
    if label is None:
        return [text]
    rest = text[label.end() :]
    within = _GLUED_WITHIN.search(rest) if len(rest) <= _LONGEST_VALUE else None
    value = rest[: within.start()].rstrip() if within else rest
    below = _unglued(rest[within.start() :]) if within else []
    return [f"{label['label']}{BETWEEN_CELLS}{value}", *below]


_SIDES = tuple(re.compile(side) for side in (f"{ASKED}{CONTENT}", f"{ANSWERS}{FINDING}"))


def _plain(text: str) -> str:
    ruled = _RULED.fullmatch(text)
    mark = _GLYPH.match(text)
    return ruled["words"] if ruled else text[mark.end() :] if mark else text


def _names_side(label: str) -> bool:
    return any(side.fullmatch(label) for side in _SIDES)


def _turned(rows: Sequence[Row]) -> Sequence[Row]:
    """Write a table of labels above their values as a line for each label.

    Of several rows of values below, as of a matter's way through offices, the last is the answer.
    """
    heads_of = {
        number: heads
        for number, row in enumerate(rows)
        if " " in row.text
        and len(row.text) <= _LONGEST_HEADS
        and row.text.count(" ") >= _FEWEST_SPACES
        and (heads := _heads(row.text))
    }
    if not heads_of:
        return rows
    turned: list[Row] = []
    number = 0
    while number < len(rows):
        heads = heads_of.get(number, [])
        below = number + 1
        while heads and below < len(rows) and _fits(heads, rows[below].text):
            below += 1
        if below - number < 2:
            turned.append(rows[number])
            number += 1
            continue
        turned += rows[number + 1 : below - 1]
        values = _cells(rows[below - 1].text)
        turned += [
            replace(rows[below - 1], text=f"{head}{BETWEEN_CELLS}{value}")
            for head, value in zip(heads, values, strict=True)
            if value
        ]
        number = below
    return turned


def _cells(text: str) -> list[str]:
    """Return the cells of a row, which room alone parts where no border does."""
    if BETWEEN_CELLS.strip() in text:
        return [cell.strip() for cell in text.split(BETWEEN_CELLS.strip())]
    return _WORD.findall(text)


def _heads(text: str) -> list[str]:
    """Return the cells of a row that are the labels of a message's or an answer's particulars."""
    cells = _cells(text)
    if BETWEEN_CELLS not in text and not (
        len(cells) >= _FEWEST_SPACED and all(map(_is_head, cells))
    ):
        return []
    known = [cell for cell in cells if _is_head(cell)]
    sure = sum(_OF_MESSAGE.fullmatch(cell) is not None for cell in known)
    return cells if sure >= _FEWEST_SURE and len(cells) - len(known) <= _MOST_UNKNOWN else []


def _is_head(cell: str) -> bool:
    return (
        LABEL_ALONE.fullmatch(cell) is not None
        or _OF_MESSAGE.fullmatch(cell) is not None
        or ANSWER_LABEL.fullmatch(cell) is not None
    )


def _fits(heads: Sequence[str], text: str) -> bool:
    cells = _cells(text)
    named = sum(map(_is_head, filter(None, cells)))  # 答复, a step of a matter's way, is one
    return len(cells) == len(heads) and named < _FEWEST_SURE


def _is_value(text: str) -> bool:
    return (
        len(text) <= _LONGEST_VALUE
        and "。" not in text
        and text[1:2] != "好"
        and not text.endswith((":", "："))
        and mark_behind_label(text.lstrip(_BULLETS)) not in (":", "：", "|")
        and not is_furniture(text)
        and read_salutation(text) is None
        and not is_opening(text)
    )
