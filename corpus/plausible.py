"""Plausibility: tell text that somebody wrote from what a wrong encoding or font makes of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache

_MOST_READ = 400
"""Characters that are looked at: garbage is so from its beginning."""
_HAN = re.compile("[\u4e00-\u9fff]")
_FEWEST = 30
"""Han characters (or different ones, or signs of a wrong encoding) below which their shares say
nothing."""
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
_FREQUENT = re.compile(
    "我们|问题|进行|情况|工作|回复|答复|建设|关于|相关|没有|有关|根据|部门|项目|要求|公司|支持|政府|办理|规定|目前"
    "|学校|管理|调查|可以|单位|领导|规划|居民|一个|街道|政策|生活|处理|人员|发展|通过|学生|按照|社区|咨询|现在|监督"
    "|解决|组织|城市|道路|教育|通知|申请|由于|时间|已经|影响|基本|存在|服务|企业|国家|部分|市场|建议|同时|中心|提供"
    "|需要|如果|实施|群众|意见|完成|安全|希望|提出|环境|作为|社会|以及|推进|加强|提案|委员|代表|经济|提高|重点"
)
_LEAST_FREQUENT = 0.04
"""Share of a text's characters that stand in these words. Measured: of 60 replies .045 or more;
of 1,536 texts in which each character is taken for its neighbour in the font, .018 or less."""
_MOST_RARE = 4
"""Rare characters with which neither the common ones nor those of other scripts can be too few or
too many, whatever they are, as _FEWEST is ten times as many."""
_WESTERN = re.compile(
    "[\x80-\xff\u0152-\u0178\u017d\u0192\u02c6\u02dc\u2020-\u2030\u2039\u203a\u2122]"
)
"""What Windows' western code page makes of the bytes of Chinese characters."""
_MOST_WESTERN = 0.3
_REPLACED = re.compile("\ufffd|锟斤拷|烫烫烫|\\(cid:\\d+\\)")
_MOST_REPLACED = 0.1
_EXCERPT = 12


def implausible(text: str, words: bool = True) -> str | None:
    """Return what is wrong with text that nobody can have written, None where it is plausible.

    The answer is half a sentence in Chinese, with the beginning of the text. Short texts, and
    texts in other languages than Chinese, are plausible.

    :param words: whether to ask if the characters make words, which only a font's wrong table
        undoes, and takes longest.
    """
    text = text[:_MOST_READ]
    if _is_ordinary(text) and (not words or _has_frequent_words(text)):
        return None
    counts = Counter(text)
    letters = len(text) - counts[" "] - counts["\n"]
    signs = {sign: count for sign, count in counts.items() if "\u4e00" <= sign <= "\u9fff"}
    han = sum(signs.values())
    replaced = len(_REPLACED.findall(text))
    western = len(_WESTERN.findall(text))
    if replaced >= 5 and replaced > _MOST_REPLACED * letters:
        found = "许多字在转换编码时已经丢失"
    elif western >= _FEWEST and western > _MOST_WESTERN * letters and western > han:
        found = "汉字的编码被当成了西文，或转换过两次"
    elif han >= _FEWEST and _share(signs, _first_level()) < _LEAST_COMMON:
        found = "大多不是常用汉字，编码或字体的对照表不对"
    elif words and han >= _FEWEST_FOR_WORDS and not _makes_words(text, signs):
        found = "汉字连不成词，字体的对照表不对"
    else:
        return None
    return f"读出来是乱码（“{' '.join(text.split())[:_EXCERPT]}…”）：{found}"


def _is_ordinary(text: str) -> bool:
    """Tell whether hardly a character is rare, so that only words could tell of a wrong font.

    One look, since every reply that is loaded passes here and nearly all are so.
    """
    return len(_ordinary().sub("", text)) <= _MOST_RARE and _REPLACED.search(text) is None


@cache
def _ordinary() -> re.Pattern[str]:
    common = "".join(_first_level())
    return re.compile(f"[\t-~\u3000-\u303f\uff01-\uff5e“”{common}]+")


def _has_frequent_words(text: str) -> bool:
    """Tell whether words that all office prose is full of stand in a text, as wrong fonts' can't.

    It spares nearly every text the dictionary, which takes a tenth of a second to open.
    """
    return 2 * len(_FREQUENT.findall(text)) >= _LEAST_FREQUENT * len(text)


def _share(signs: Mapping[str, int], known: frozenset[str]) -> float:
    return sum(count for sign, count in signs.items() if sign in known) / sum(signs.values())


@cache
def _first_level() -> frozenset[str]:
    """Return the common characters of GB 2312 and Big5, 3,755 and 5,401, which stand first."""
    return _lead_bytes("gb2312", 0xB0, 0xD7) | _lead_bytes("big5", 0xA4, 0xC6)


@cache
def _lead_bytes(encoding: str, first: int, last: int) -> frozenset[str]:
    every = map(chr, range(0x4E00, 0xA000))
    return frozenset(sign for sign in every if first <= sign.encode(encoding, "replace")[0] <= last)


def _makes_words(text: str, signs: Mapping[str, int]) -> bool:
    """Tell whether simplified characters stand beside those that they make words with."""
    if len(signs) < _FEWEST:
        return True  # a list, or a table of a few words
    if _share(signs, _lead_bytes("gb2312", 0xB0, 0xF7)) < _LEAST_SIMPLIFIED:
        return True  # the dictionary holds few words in traditional characters
    import rjieba

    long = "".join(word for word in rjieba.cut(text, False) if len(word) > 1)
    return len(_HAN.findall(long)) >= _LEAST_WORDS * sum(signs.values())
