"""The title of a citizen's message, which stands above it without a label."""

from __future__ import annotations

import re

from corpus.fields.dates import DATE
from corpus.fields.header import headline, is_noise
from corpus.fields.layout import Layout
from corpus.spans import Paragraph
from corpus.text.label_words import LABEL
from corpus.types import Field, FieldName

_PROSE = re.compile(r"[。：:；;|>»]")
_SHORTEST, _LONGEST = 4, 60
_ABOVE = 8
"""Lines above a message among which its title may stand."""
_SITES = re.compile(
    r"关于|反映|咨询|投诉|举报|求助|建议|问题|情况|事项|来信|信件|留言|信箱|信访|网[友民]|市民|领导|部门|公开|查询|办理"
    r"|受理|答复|回复|平台|栏目|政府|我们"
)
"""Words that a site's names have as well as titles."""
_SURE = 2
"""So many pairs of characters make a title of a line that does not stand right above."""


def find_heading(
    layout: Layout, place: int, question: str, given: tuple[Field, ...] = ()
) -> tuple[Field, ...]:
    """Return the line above a citizen's message that is its title, else `given` where it may be.

    It is one where it is no label, and message or answer take up words of it; a page's 修改密码, or
    the name of the site, is none. Of several it is the one most of which they take up.

    :param place: where in the text the message stood.
    """
    said = question + layout.text[place:]
    above = [line for line in layout.paragraphs if line.end <= place][-_ABOVE:]
    found: list[tuple[int, int, Paragraph]] = []
    for number, line in enumerate(map(headline, above)):
        shared = _shared(line.tidy, said)
        if shared >= (1 if number == len(above) - 1 else _SURE) and _may_head(line):
            found.append((shared, number, line))
    if not found:
        return tuple(title for title in given if _shared(title.value, said) >= _SURE)
    line = max(found, key=lambda each: each[:2])[2]
    return (Field(FieldName.TITLE, line.tidy, line.start, line.end),)


def _may_head(line: Paragraph) -> bool:
    return (
        _SHORTEST <= len(line.tidy) <= _LONGEST
        and not _PROSE.search(line.text)
        and not DATE.search(line.text)
        and not LABEL.fullmatch(line.tidy)
        and not is_noise(line)
    )


def _shared(title: str, said: str) -> int:
    words = _SITES.sub(" ", title)
    pairs = {words[at : at + 2] for at in range(len(words) - 1)}
    return sum(" " not in pair and pair in said for pair in pairs)
