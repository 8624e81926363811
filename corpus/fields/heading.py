"""The title of a citizen's message, which stands above it without a label."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from corpus.fields.dates import DATE
from corpus.fields.header import headline, is_noise
from corpus.fields.layout import Layout
from corpus.spans import Paragraph, tidy
from corpus.text.days import DAY
from corpus.text.furniture import is_furniture
from corpus.text.label_words import LABEL, mark_behind_label
from corpus.types import Field, FieldName

_PROSE = re.compile(r"[。；;|>»]|^.{0,7}[：:]|[：:]$")
_SHORTEST, _LONGEST = 4, 60
_ABOVE = 8
"""Lines above a message among which its title may stand."""
_SITES = re.compile(
    r"关于|反映|咨询|投诉|举报|求助|建议|问题|情况|事项|来信|信件|留言|信箱|信访|网[友民]|市民|领导|部门|问政|民生|民意|阳光|热线|公开|查询|办理"
    r"|受理|答复|回复|平台|栏目|政府|我们"
)
"""Words that a site's names have as well as titles."""
_SITE = re.compile(
    r".*(?:信箱|留言板|意见箱|论坛|频道|栏目|门户|直通车)"
    r"|(?!.*(?:投诉|举报|反映|咨询|求助|感谢|表扬|建议|希望|反对|要求|关于|请|问|能|立))"
    r".{2,14}(?:书记|[省州市区县旗镇乡]长|局|委员会|政府|公司|医院|法院|大学)"
)
"""The name of a site, a part of it, whoever is written to there, or the body whose it is."""
_BEFORE = re.compile(
    r"(?:[来留]?[信言]|来函|问题?|Q\s?\d{0,3}|网[友民]|提问|咨询|投诉|求助|建议|话题)\s?[|｜:：]\s?|Q\d{1,3}\s|[#＃]\d{2,16}\s|[#＃]\s?"
    r"|[\[【（(][^\]】）)]{2,12}[:：][^\]】）)]{1,24}[\]】）)]\s?|[^|｜。]{2,12}[|｜]\s?(?=[^|｜]+$)"
)
"""Whose words a title is, its number, or the name of its column, before it on its line."""
_TOPIC = re.compile(r"[^#＃。]{0,6}[#＃](?P<title>[^#＃。]{4,40})[#＃]")
"""`话题 #路灯不亮#`."""
_WAY = re.compile("[>»›]|位置|首页")
_WHO = re.compile(r"(?!听众|观众|读者|客户|用户|网[友民])[^：:。，|｜\s]{2,16}[:：]\s?")
_DAY = re.compile(r"(?:[\u4e00-\u9fff]{0,4}(?:时间|日期)|发表于)?\s?[:：]?\s?(?:19|20)\d\d[-/.年]")
_DAY_BEHIND = re.compile(rf"\s?[\[（(【]{DAY}[^。，]{{0,16}}[\]）)】]$")
_CALLED = re.compile(
    r"[【\[•·◆■◇\s]{0,3}(?:事项|话题|问题|(?:主要|具体|信访|投诉|群众|反映)?(?:诉求|请求|事由)|反映(?:问题|事项)"
    r"|(?:来信|信件|留言|问题|诉求)?(?:摘要|概要|简述|简介))[】\]]?(?:\s?[：:|｜]\s?|\s(?=\S{4,40}$))(?P<title>[^。；]{4,40})"
)
_ASKS_WHOM = re.compile(
    r"[^。：:]{1,24}向[\u4e00-\u9fff]{2,16}(?:提?问|咨询|留言|反映)(?:[:：]\s?(?P<matter>.{4,60}))?"
)
_OF_MATTER = re.compile(r"关于|对(?!外)|第.{1,12}号|的(?:答复|回复|复函)")
_SURE = 2
"""So many pairs of characters make a title of a line that does not stand right above."""


def find_heading(
    layout: Layout, place: int, said: str, given: tuple[Field, ...] = ()
) -> tuple[Field, ...]:
    """Return the line above a citizen's message that is its title, else `given` where it may be.

    It is one where it is no label, and message or answer take up words of it; a page's 修改密码, or
    the name of the site, is none. Of several it is the one most of which they take up, of those
    below the way to the page (`首页 > 信箱`) if there are any. Where there is none, it is what the
    page calls the matter (`事项：……`), or who asks whom.

    :param place: where in the text the message stood.
    :param said: the message and its answer.
    """
    above = [line for line in layout.paragraphs if line.end <= place]
    called = find_called(above)
    if called:
        return called
    near = [*above[-_ABOVE:], Paragraph(place, place, "")]
    lines = [_bare(headline(line), below.text) for line, below in pairwise(near)]
    heads = [number for number, line in enumerate(lines) if _may_head(line)]
    found: list[tuple[bool, int, int]] = []
    way = max((n for n, line in enumerate(near) if _is_way(line.text)), default=-1)
    for number in heads:
        shared = _shared(lines[number].tidy, said)
        if shared >= (1 if number == heads[-1] else _SURE):
            found.append((number > way, shared, number))
    if found:
        line = lines[max(found)[-1]]
        return (Field(FieldName.TITLE, line.tidy, line.start, line.end),)
    asks = [line for line in above[-_ABOVE:] if _ASKS_WHOM.fullmatch(line.text)]
    if asks:
        return (Field(FieldName.TITLE, asks[0].tidy, asks[0].start, asks[0].end),)
    return tuple(
        title
        for title in given
        if _shared(title.value, said) >= _SURE and not _SITE.fullmatch(title.value)
    )


def find_called(above: Sequence[Paragraph]) -> tuple[Field, ...]:
    """Return what a page calls the matter in a few words, above the message: `诉求：学费退还`."""
    for line in above:
        match = _CALLED.match(line.text)
        if match and not _PROSE.search(match["title"]):
            return (line.field(FieldName.TITLE, match.span("title"), tidy(match["title"])),)
    return ()


def names_matter(title: Field, said: str) -> bool:
    """Tell whether the title of an answer says what it answers, as `关于……的答复` does."""
    return _OF_MATTER.search(title.value) is not None or _shared(title.value, said) >= _SURE


def asked_whom(title: Field) -> str:
    """Return what a title says was asked of somebody: `某某向某县政府问：……`; "" of another."""
    match = _ASKS_WHOM.fullmatch(title.value)
    return match["matter"] if match else ""


def _bare(line: Paragraph, below: str) -> Paragraph:
    """Leave out what a page writes about a title: whose words it heads, its number, its day.

    :param below: the line below it, which may say when that person wrote.
    """
    topic = _TOPIC.fullmatch(line.text)
    if topic:
        return line.part(*topic.span("title"))
    before = _BEFORE.match(line.text)
    if before is None and _DAY.match(below) and not mark_behind_label(line.text):
        before = _WHO.match(line.text)
    low = before.end() if before else 0
    behind = _DAY_BEHIND.search(line.text, low)
    text = line.text[low : behind.start() if behind else None].rstrip("#＃ ")
    if len(text) < _SHORTEST or len(text) == len(line.text):
        return line
    return line.part(low, low + len(text))


def _is_way(line: str) -> bool:
    """Tell whether a line says where in the site a page stands: `首页 > 信箱`."""
    return _WAY.search(line) is not None and is_furniture(line)


def _may_head(line: Paragraph) -> bool:
    return (
        _SHORTEST <= len(line.tidy) <= _LONGEST
        and not _PROSE.search(line.text)
        and not DATE.search(line.text)
        and not LABEL.fullmatch(line.tidy)
        and not _SITE.fullmatch(line.tidy)
        and not is_noise(line)
    )


def _shared(title: str, said: str) -> int:
    words = _SITES.sub(" ", title)
    pairs = {words[at : at + 2] for at in range(len(words) - 1)}
    return sum(" " not in pair and not pair.isdecimal() and pair in said for pair in pairs)
