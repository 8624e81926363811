"""Plausibility: tell text that somebody wrote from what a wrong encoding or font makes of it."""

from __future__ import annotations

import re
from functools import cache

_MOST_READ = 20_000
"""Characters that are looked at: garbage is so from its beginning."""
_HAN = re.compile("[\u4e00-\u9fff]")
_FEWEST = 30
"""Han characters (or signs of a wrong encoding) below which their shares say nothing."""
_LEAST_COMMON = 0.84
"""Share of common characters among the Han characters of text. Measured: of 33,000 replies,
messages, statutes, news and encyclopedia articles, simplified and traditional, .88 or more; of
the same read in a wrong encoding, or with all code points shifted, .81 or less."""
_FEWEST_FOR_WORDS = 60
_LEAST_SIMPLIFIED = 0.97
_LEAST_WORDS = 0.25
"""Share of the Han characters that stand in a dictionary's words of two or more. Measured: of
24,000 simplified texts .253 or more (all but one .42); where each character of a text is taken
for its neighbour in the font, .27 or less, 99 in 100 .21 or less."""
_WESTERN = re.compile(
    "[\x80-\xff\u0152-\u0178\u017d\u0192\u02c6\u02dc\u2020-\u2030\u2039\u203a\u2122]"
)
"""What Windows' western code page makes of the bytes of Chinese characters."""
_MOST_WESTERN = 0.3
_REPLACED = re.compile("\ufffd|锟斤拷|烫烫烫|\\(cid:\\d+\\)")
_MOST_REPLACED = 0.1
_EXCERPT = 12


def implausible(text: str) -> str | None:
    """Return what is wrong with text that nobody can have written, None where it is plausible.

    The answer is half a sentence in Chinese, with the beginning of the text. Short texts, and
    texts in other languages than Chinese, are plausible.
    """
    text = text[:_MOST_READ]
    letters = sum(not sign.isspace() for sign in text)
    signs = _HAN.findall(text)
    replaced = len(_REPLACED.findall(text))
    western = len(_WESTERN.findall(text))
    if replaced >= 5 and replaced > _MOST_REPLACED * letters:
        found = "许多字在转换编码时已经丢失"
    elif western >= _FEWEST and western > _MOST_WESTERN * letters and western > len(signs):
        found = "汉字的编码被当成了西文，或转换过两次"
    elif len(signs) >= _FEWEST and not _common(signs):
        found = "大多不是常用汉字，编码或字体的对照表不对"
    elif len(signs) >= _FEWEST_FOR_WORDS and not _makes_words(text, signs):
        found = "汉字连不成词，字体的对照表不对"
    else:
        return None
    return f"读出来是乱码（“{' '.join(text.split())[:_EXCERPT]}…”）：{found}"


def _common(signs: list[str]) -> bool:
    """Tell whether nearly all characters are of the first level of a national standard.

    GB 2312 and Big5 both hold their common characters, 3,755 and 5,401, in ranges of their own.
    """
    return sum(sign in _first_level() for sign in signs) >= _LEAST_COMMON * len(signs)


@cache
def _first_level() -> frozenset[str]:
    return _lead_bytes("gb2312", 0xB0, 0xD7) | _lead_bytes("big5", 0xA4, 0xC6)


@cache
def _lead_bytes(encoding: str, first: int, last: int) -> frozenset[str]:
    every = map(chr, range(0x4E00, 0xA000))
    return frozenset(sign for sign in every if first <= sign.encode(encoding, "replace")[0] <= last)


def _makes_words(text: str, signs: list[str]) -> bool:
    """Tell whether simplified characters stand beside those that they make words with."""
    simplified = _lead_bytes("gb2312", 0xB0, 0xF7)
    if sum(sign in simplified for sign in signs) < _LEAST_SIMPLIFIED * len(signs):
        return True  # the dictionary holds few words in traditional characters
    import rjieba

    words = (word for word in rjieba.cut(text, False) if len(word) > 1)
    return sum(len(_HAN.findall(word)) for word in words) >= _LEAST_WORDS * len(signs)
