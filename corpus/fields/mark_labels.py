"""Labels of disclosure and secrecy (是否公开, 公开属性, 密级), and what stands behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.fields.mark_columns import read_named
from corpus.fields.openness import fold, has_boxes, read_value
from corpus.spans import Paragraph
from corpus.text.label_words import LABEL_WORD
from corpus.text.openness_names import openness_label
from corpus.types import Disclosure

KINDS = (
    r"(?:属\s?性|方\s?式|范\s?围|类\s?别|类\s?型|种\s?类|形\s?式|选\s?项|意\s?见|意\s?愿|状\s?态|性质|程度|级别|权限"
    r"|代码|编码|标识|标志|标记|与否|审查|审核)"
)
_SHOWN = r"(?:公\s{0,2}开|公布|公示|上网|挂网|发布)"
_ASKED = (
    r"(?:是\s?否|可\s?否|能\s?否|宜\s?否|应\s?否|能不能|可不可以|同不同意)[^，。；：:？?|（(\s—=-]{0,10}?"
    rf"{_SHOWN}(?!.{{0,3}}(?:姓名|电话|联系|个人|手机|身份|招|征))[^，。；：:？?|（(\s—=】\]」』-]{{0,4}}"
)
_LABEL = re.compile(
    rf"(?P<label>{_ASKED}"
    rf"|[\u4e00-\u9fff]{{0,8}}?公\s{{0,2}}开\s?{KINDS}{{1,2}}"
    r"|(?:(?:答复|复文|政务|政府|信息|网上|对外|主动|依申请|不予|全文|此件|本件|是|的){0,3}(?:公\s{0,2}开(?:上网|否|吗|么)?|公示))(?=\s{0,3}[：:？?]|\s?[（(]是.?否[）)])"
    r"|(?:^|(?<=[（(|｜]))公开(?=\s{0,3}[□☐☑√■])"
    r"|密\s{0,4}级|保\s?密\s?(?:期\s?限|等\s?级|级\s?别|时限)|是否(?:涉密|保密|内部[^：:\s]{0,6})|涉密(?:情况|与否|等级)|秘密等级|(?:知悉|传阅|阅读|分发)范围)(?:[（(][^）)]{1,8}[）)](?=\s?[：:]))?"
    r"(?P<mark>[】\]」』）)]\s{0,3}[：:|｜]?|\s{0,3}[：:]\s{0,2}[|｜]|\s{0,3}[：:∶=＝|｜（(]|\s?[—-]{1,2}|[为系是;；_→/？?，,]"
    r"|(?=[\s□☐☑√■不免主依]|$))\s{0,8}"
)
_FIELD = re.compile(
    r"(?:^|(?<=[|｜\s]))(?P<label>[A-Za-z_\u4e00-\u9fff]{2,20}(?:[（(].{1,3}[）)])?)"
    r"(?P<mark>\s?[：:]|\s?[|｜])\s{0,8}"
)
"""A form's field, whose name may speak of openness in words that no label has."""
_ASKS = re.compile("否|答复|复文|复函|回复|[不免].{0,5}(?:理由|原因)$")
_CUE = re.compile(
    r"是\s?否|可\s?否|能\s?否|宜\s?否|应\s?否|能不能|可不可以|同不同意|密|范围|公示\s{0,3}[：:？?（(]"
    r"|公\s{0,2}开\s{0,3}[：:？?（(□☐☑√■上否吗么属方范类种形选意状性程级权代编标与审]"
)
"""Every label has one of these; the whole pattern takes longest of all that disclosure does."""
_WEAK = ("", *"—-为系是;；_→/？?，,", "——", "--")
"""Between a label and its value, but in sentences as well."""
_NEXT_LABEL = re.compile(
    rf"\s+[（(【\[]?(?:[^\s：:，。；|]{{2,10}}[：:]|{LABEL_WORD}\s)|\s*[|｜]|[。；\n]"
)
_LONG_LINE = 60
_STARTS = " \t　|｜（(【[〔［「『*＊·•、，,。；;"
_MOOT = re.compile(r"(?:政务|政府信息|信息)公开$|公示$")
"""Labels that also head what has nothing to do with the reply."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A disclosure mark, and its place in the text."""

    value: Disclosure
    start: int
    end: int


def _is_at_start(line: str, start: int) -> bool:
    return start == 0 or line[start - 1] in _STARTS or len(line) <= _LONG_LINE


def iter_labelled(lines: Sequence[Paragraph], number: int, after: int) -> Iterator[Mark]:
    """Yield the marks behind labels in a line; it and those before number `after` go together.

    The value stands behind its label, in the next cell, in the cell below, or on the next line.
    """
    line = lines[number]
    yield from _named(line)
    for match in _LABEL.finditer(line.text) if _CUE.search(line.text) else ():
        if not _is_at_start(line.text, match.start()):
            continue
        label, signed = match["label"], match["mark"].strip() not in _WEAK
        start, stop = _value_span(line.text, match)
        value = " ".join(
            [line.text[start:stop].strip(), *(each.text for each in lines[number + 1 : after])]
        ).strip()
        if value:
            said = read_value(label, value)
            in_cell = match["mark"].strip().endswith(("|", "｜"))
            closes = _closes(label, value, signed)
            if said is not Disclosure.UNCLEAR or (closes and not in_cell):
                if said:
                    yield Mark(said, *line.span(start, stop))
                continue
        elif (
            "|" not in line.text and "｜" not in line.text and not signed and stop < len(line.text)
        ):
            continue
        for below in _below(lines, number, match.start()):
            said = read_value(label, below.text)
            if said is not Disclosure.UNCLEAR or has_boxes(below.text):
                if said:
                    yield Mark(said, below.start, below.end)
                break
        else:
            blank = "密" not in label and _is_label_line(line.text, match, signed)
            if closes if value else blank:
                yield Mark(Disclosure.UNCLEAR, *line.span(*match.span()))


def _named(line: Paragraph) -> Iterator[Mark]:
    """Yield the marks of a form's fields, whatever their names are, where they are understood.

    What asks of the reply, 是否… or 答复…, and isn't answered behind its colon closes.
    """
    for match in _FIELD.finditer(line.text):
        if openness_label(match["label"]) is None:
            continue
        start, stop = _value_span(line.text, match)
        value = line.text[start:stop].strip()
        said = read_named(match["label"], value) if value else None
        asked = _ASKS.search(match["label"]) and len(value) <= _LONGEST_VALUE
        in_cell = match["mark"].strip() in "|｜"
        if said and (said is not Disclosure.UNCLEAR or (asked and not in_cell)):
            yield Mark(said, *line.span(start, stop))


def _value_span(line: str, label: re.Match[str]) -> tuple[int, int]:
    """Return where the value behind a label stands: up to what ends it, or to a bracket's end.

    In a line that holds a whole letter it is the words up to the next space.
    """
    bracketed = label["mark"].strip().endswith(("(", "（"))
    furthest = min(len(line), label.end() + _FURTHEST)
    end = (_SHUT if bracketed else _NEXT_LABEL).search(line, label.end(), furthest)
    stop = end.start() if end else furthest
    if stop - label.end() > _LONGEST_VALUE and not has_boxes(line[label.end() : stop]):
        word = _WORD.match(line, label.end())
        stop = word.end() if word else stop
    return label.end(), stop


_LONGEST_VALUE, _FURTHEST = 30, 200
_WORD = re.compile(r"\s{0,4}[^\s]{1,30}(?:\s[（(\[【][^\s]{1,20})?(?=\s)")
_SHUT = re.compile("[）)]")


def _closes(label: str, value: str, signed: bool) -> bool:
    """Tell whether a value that isn't understood closes: it stands as the value of a mark does."""
    if _MOOT.search(fold(label)) or not signed:
        return has_boxes(value)
    return len(value) <= _LONGEST_VALUE


def _is_label_line(line: str, match: re.Match[str], signed: bool) -> bool:
    """Tell whether the label, left blank, is a form's: all that stands in a line or cell."""
    if _MOOT.search(fold(match["label"])):
        return False
    before = line[max(0, match.start() - 4) : match.start()].rstrip()
    return signed or not before or before[-1] in _STARTS


_LONGEST_ROW = 1000
"""Nobody reads a row of a table that is longer."""


def _below(lines: Sequence[Paragraph], number: int, start: int) -> Iterator[Paragraph]:
    """Yield what stands below a label: the cell of its column, else the next line."""
    if number + 1 == len(lines) or start > _LONGEST_ROW:
        return
    following = lines[number + 1]
    column = len(re.findall("[|｜]", lines[number].text[:start]))
    cells = list(re.finditer(r"[^|｜]+", following.text[:_LONGEST_ROW]))
    if column < len(cells) and len(cells[column].group().strip()) <= 30:
        place = following.span(*cells[column].span())
        yield Paragraph(*place, cells[column].group().strip())
