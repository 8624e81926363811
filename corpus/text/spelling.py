"""How one line is spelled plainly."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from corpus.text.simplified import RADICALS

_HAN = "\u3400-\u4dbf\u4e00-\u9fff〇○"
_INVISIBLES = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069"
    "\ufe00-\ufe0f\ufeff\uf000-\uf0ff"
)
"""Control characters, zero-width characters, direction marks, variation selectors, and the
private area that symbol fonts (Wingdings) put their bullets in."""
INVISIBLE = re.compile(f"[{_INVISIBLES}]")
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
        text = INVISIBLE.sub("", text).translate(_plain())
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
