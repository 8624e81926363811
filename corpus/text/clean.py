"""Cleaning: from a document's lines to the text of a reply."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice

from corpus.text.joining import Row, join_rows
from corpus.text.labelled import join_labels
from corpus.text.radicals import RADICALS
from corpus.types import Line

_HAN = "\u3400-\u4dbf\u4e00-\u9fff〇○"
_INVISIBLES = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069"
    "\ufe00-\ufe0f\ufeff\uf000-\uf0ff"
)
"""Control characters, zero-width characters, direction marks, variation selectors, and the
private area that symbol fonts (Wingdings) put their bullets in."""
_INVISIBLE = re.compile(f"[{_INVISIBLES}]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_EMPHASIS = re.compile(r"(?<![0-9A-Za-z)])\*\*(?=[^\s*])([^*]*[^\s*])\*\*")
_SPACED_LETTER = re.compile(rf" (?<=[{_HAN}] )[{_HAN}]")
_SPACED_LETTERS = re.compile(
    rf"(?<![^\s：:、，。；（《“])[{_HAN}](?: [{_HAN}])+(?![^\s：:、，。；）》”])"
)
"""Single Han characters set apart to fill a width: 几 个 问 题, 成 员：, a name of two signs."""
_SPACE_IN_DATE = re.compile(r" (?<=\d )(?=[年月日])| (?<=[年月] )(?=\d{1,2} ?[月日])")
# The space goes first in these patterns: `re` then skips to the next one at once.
_SPACE_AFTER = re.compile(
    r" (?<=[。，；：！？、（“‘《〈【〔] )(?!(?:联系|电话|手机|传真|地址|邮编|邮政编码))"
)
"""A space after Chinese punctuation parts nothing, save an empty entry from the next label."""
_SPACE_BEFORE = re.compile(r" (?=[。，；：！？、）”’》〉】〕])")

_LOST_INDENT = re.compile(rf"(?:^|(?<=[ |｜：:]))(?:\?{{2,8}}|？{{2,8}})(?=[{_HAN}])")
"""Spaces before a paragraph that an export turned into question marks."""


def normalise(text: str) -> str:
    """Spell one line plainly: half-width digits and letters, no layout spaces, no `**`.

    Chinese punctuation stays as it is. White space of any kind becomes one space, and goes
    where it parts nothing: at the ends, beside Chinese punctuation, between characters set
    apart to fill a width, in dates. Compatibility forms of Han characters, which PDF files are
    full of, become the usual characters.
    """
    if _NOT_PLAIN.search(text):  # few lines have any, and to translate takes longest
        text = _INVISIBLE.sub("", text).translate(_plain())
        text = _LONE_SURROGATE.sub("\ufffd", text)
    text = " ".join(text.split())
    if "**" in text:
        text = _EMPHASIS.sub(r"\1", text)
    if "??" in text or "？？" in text:
        text = _LOST_INDENT.sub("", text)
    if " " in text:
        if _SPACED_LETTER.search(text):
            text = _SPACED_LETTERS.sub(_close_up, text)
        text = _SPACE_IN_DATE.sub("", text)
        text = _SPACE_BEFORE.sub("", _SPACE_AFTER.sub("", text))
    return text


def _indentation(text: str) -> int:
    """Return how many columns of white space a raw line begins with (full-width space: 2)."""
    text = _INVISIBLE.sub("", text)
    blank = text[: len(text) - len(text.lstrip())]
    return sum(2 if space == "\u3000" else 4 if space == "\t" else 1 for space in blank)


def _close_up(match: re.Match[str]) -> str:
    return match.group().replace(" ", "")


_SIGNS = "％＋－．／＠＃＆＝＊"
_NOT_PLAIN = re.compile(
    f"[{_INVISIBLES}\ud800-\udfff{_SIGNS}０-９Ａ-Ｚａ-ｚ\u2e80-\u2fdf\uf900-\ufb06│┃║]"
)


@cache
def _plain() -> dict[int, str]:
    """Map full-width and compatibility characters to the plain ones."""
    full_width = [*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)]
    signs = map(ord, _SIGNS)
    # Kangxi radicals, CJK radicals, compatibility ideographs, Latin ligatures
    compatibility = [*range(0x2E80, 0x2FE0), *range(0xF900, 0xFB00), *range(0xFB00, 0xFB07)]
    table = {}
    for code in [*full_width, *signs, *compatibility]:
        plain = unicodedata.normalize("NFKC", chr(code))
        if plain != chr(code):
            table[code] = plain
    # Borders of tables drawn with characters: they part cells.
    return table | RADICALS | dict.fromkeys(map(ord, "│┃║"), " | ")


_TABLE_RULE = re.compile(r"(?:[ :]{0,3}-{3,40}[ :]{0,3}\|?){1,40}")
"""What Markdown writes below the heads of a table: `---|---`."""
_EDGE = 2
"""How many lines from the top or bottom of a page may be a running header or footer."""
_PAGE_NUMBER = re.compile(
    r"[-—–―－─·~～]{1,3} ?\d{1,4} ?[-—–―－─·~～]{1,3}"
    r"|第 ?\d{1,4} ?页(?:[，,、/（(]? ?共 ?\d{1,4} ?页[）)]?)?"
    r"|共 ?\d{1,4} ?页[，,]? ?第 ?\d{1,4} ?页"
    r"|[Pp]age \d{1,4}(?: ?(?:of|/) ?\d{1,4})?"
)
_NUMBER_AT_EDGE = re.compile(r"\d{1,3}(?: ?/ ?\d{1,3})?")
_DIGITS = re.compile(r"(?<!\d)\d{1,4}(?!\d)")
_MOST_NUMBERS = 5
_LETTERHEAD = re.compile(r"(?:委员会|委|局|厅|院|府|办|处|中心|公司|协会|文件)$")


def _drop_furniture(rows: Sequence[Row]) -> list[Row]:
    """Drop page numbers, and lines that come back at the top or bottom of most pages.

    A bare number counts as a page number only as the first or last line of a page of a paged
    document: elsewhere it may be a cell of a table. The letterhead stays on the first page
    even where later pages repeat it.
    """
    rows = [row for row in rows if not _PAGE_NUMBER.fullmatch(row.text)]
    if not any(row.page for row in rows):
        return rows
    dropped = set(_bare_numbers(rows))
    rows = [row for index, row in enumerate(rows) if index not in dropped]
    dropped = set(_running(rows))
    return [row for index, row in enumerate(rows) if index not in dropped]


def _bare_numbers(rows: Sequence[Row]) -> Iterable[int]:
    for page in _pages(rows):
        for index in {page[0], page[-1]}:
            if _NUMBER_AT_EDGE.fullmatch(rows[index].text):
                yield index


def _running(rows: Sequence[Row]) -> Iterable[int]:
    """Yield the indices of lines that stand at the same edge of at least half of the pages."""
    pages = _pages(rows)
    if len(pages) < 2:
        return
    for edge in range(-_EDGE, _EDGE):
        inner = (page[edge] for page in pages if -len(page) <= edge < len(page))
        # Whose end is known is a row of a table, whose head may come again with another table.
        at_edge = [index for index in inner if not rows[index].paragraph_end]
        shapes = Counter(shape for index in at_edge for shape in _shapes(rows[index]))
        for index in at_edge:
            row = rows[index]
            if max(shapes[shape] for shape in _shapes(row)) < max(2, (len(pages) + 1) // 2):
                continue
            if not (index < _EDGE and _LETTERHEAD.search(row.text)):
                yield index


def _pages(rows: Sequence[Row]) -> list[list[int]]:
    pages: dict[int, list[int]] = {}
    for index, row in enumerate(rows):
        pages.setdefault(row.page, []).append(index)
    return list(pages.values())


def _shapes(row: Row) -> Iterator[str]:
    """Yield what comes back of a running line: all of it, or all but a number that counts pages.

    Rows of a table differ in numbers too, which do not count them.
    """
    yield row.text
    for number in islice(_DIGITS.finditer(row.text), _MOST_NUMBERS):
        first = int(number[0]) - row.page
        yield f"{row.text[: number.start()]}\0{first}\0{row.text[number.end() :]}"


@dataclass(frozen=True, slots=True)
class HeadingSpan:
    """A heading that the format marked: `text[start:end]`, level 1 = outermost."""

    start: int
    end: int
    level: int


@dataclass(frozen=True, slots=True)
class Clean:
    """A cleaned text, its paragraphs parted by single newlines, and its headings in order."""

    text: str
    headings: tuple[HeadingSpan, ...] = ()


def clean(lines: Sequence[Line]) -> Clean:
    """Make the lines of a document one clean text.

    Sentences that page breaks or hard wraps cut are joined, page numbers and running headers
    and footers dropped, digits, letters and white space spelt plainly. Every paragraph, title
    and line of the form (letterhead, number, salutation, signature, date) stands on a line of
    its own, without empty lines.
    """
    given: list[Row] = []
    after = list(_rows(lines))
    while after != given:
        # What a first pass joined can make a pattern for a second, so go on until all is still:
        # this also makes cleaning idempotent. It ends, since every change shortens the text or
        # replaces characters by others that are never replaced.
        given = after
        rows = _step(given)
        plain = (Row(row.text, row.heading, paragraph_end=row.paragraph_end) for row in rows)
        after = [_normalised(row) for row in plain]
    return _assemble(after)


def clean_text(text: str) -> str:
    r"""Clean one string, such as a cell of a table; `\f` parts pages.

    Idempotent: `clean_text(clean_text(text)) == clean_text(text)`.
    """
    pages = text.split("\f")
    return clean([Line(page, page=number) for number, page in enumerate(pages)]).text


def _rows(lines: Iterable[Line]) -> Iterator[Row]:
    gap = False
    for line in lines:
        pieces = line.text.splitlines()
        for number, piece in enumerate(pieces, 1):
            text = _without_borders(normalise(piece))
            if text and not (text.startswith("-") and _TABLE_RULE.fullmatch(text)):
                end = line.paragraph_end and number == len(pieces)
                yield Row(text, line.heading, line.page, end, _indentation(piece), gap)
            gap = not text
        gap = gap or not pieces


def _without_borders(text: str) -> str:
    """Leave out the bars that a table's outer border left at the ends of its rows."""
    return text.strip(" |｜") if text.endswith(("|", "｜")) or text[:1] in ("|", "｜") else text


def _normalised(row: Row) -> Row:
    text = _without_borders(normalise(row.text))
    return row if text == row.text else replace(row, text=text)  # which takes longest here


def _step(rows: Iterable[Row]) -> list[Row]:
    return join_labels(join_rows(_drop_furniture([row for row in rows if row.text])))


def _assemble(rows: Sequence[Row]) -> Clean:
    headings = []
    start = 0
    for row in rows:
        end = start + len(row.text)
        if row.heading:
            headings.append(HeadingSpan(start, end, row.heading))
        start = end + 1
    return Clean("\n".join(row.text for row in rows), tuple(headings))
