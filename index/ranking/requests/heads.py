"""Heads of lists of requests: 建议：, 恳请区里：, 三、对策建议."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.spans import clause_start
from index.ranking.requests.numbers import Mark

NEAR = 80
"""So many characters before a head are read of its sentence."""

SHORT = 16
"""So many characters are a heading."""

_ASKING = (
    r"建议|建言|诉求|请求|要求|希望|盼望|期盼|恳请|恳求|呼吁|对策|举措|措施|办法|方案|意见|想法|主张"
    r"|请问|咨询|请教|求助|求解|提问|建[^\S\n]{1,4}议|诉[^\S\n]{1,4}求|办[^\S\n]{1,4}法"
    r"|(?<=我们)提出(?=[：:])"
)
_INLINE = re.compile(
    rf"(?:{_ASKING})(?:(?!问题|原因|承办|单位|时间|日期|编号|类别|方式|内容|人)[^\s|｜，。；：:！？!?、“”《》（）()]){{0,12}}"
    r"(?:[：:]|[^，。；：:\n“”]{0,24}(?:以下|如下|下列)[^，。；：:\n“”]{0,8}[：:]"
    r"|[^\S\n]*[|｜\t]|(?=[一1][是、.])|(?:如下|以下)[^\n，。；：:]{0,8}[。，]?(?=[^\S\n]*(?:\n|$)))",
    re.MULTILINE,
)
"""为此，建议：, 恳请区里：, 提出如下建议。 at the end of a line."""

HEADING = re.compile(
    r"^[^\S\n]*(?:[#*>【\[]{1,4}[^\S\n]?)?"
    r"(?P<number>(?:第?[一二三四五六七八九十\d]{1,2}(?:部分)?[、.．\s]|[（(][一二三四五六七八九十\d]{1,2}[）)])\s?)?"
    rf"(?!\s?关于)[^\n，。；：:！？!?“”《》】\]]{{0,14}}(?:{_ASKING}|怎么办)"
    r"(?:与|和|及)?(?:(?:建议|对策|措施|意见|思路|办法|如下|以下|内容|事项|区里|政府|有关部门|[几一二三四五六七八九十\d]{1,2}[点条项件])){0,6}"
    r"[】\]*：:]{0,4}[^\S\n]*$",
    re.MULTILINE,
)
"""A heading of its own: 三、对策建议, 【诉求】, ## 具体措施."""

_NO_HEAD = re.compile(
    r"(?<!解决)问题(?!及|和|与|的(?:意见|建议|对策|办法|措施|举措))|原因|现状|去年|前年|上次|以前|此前|当年|曾|有人|有的|专家|网友(?!诉求)|居民(?:们)?建议"
    r"|已(?:经)?(?:采取|有)|现有|不足|处理要求"
)
"""Of words before a head: what is listed is not asked for, or is not asked now."""

_ON_ACCOUNT = re.compile(
    r"(?:针对|围绕|鉴于|为了?解决|对于)[^，。；\n]{0,40}(?:问题|原因|现状|不足)[^，。；\n]{0,12}[，,]"
)
"""What a head may name before a comma as its reason: 针对停车问题，建议：."""

_TELLS = re.compile(
    rf"{_NO_HEAD.pattern}|困难|难点|情况|背景|做法|经验|成效|成绩|发言|采取了|做了|先后|近[几两]?年|流程|条件"
)
"""Of words before a list without a head: its points tell, however they are worded."""

_FOLLOWS = re.compile(r"以下|如下|下列|[几两三四五六七八九十\d][点条个方]")

_TITLE = re.compile(
    r"\s*(?:[#*]{1,4}\s*)?(?:关于|对)[^\n。]{0,80}(?:提案|建议|议案|意见)[^\S\n]*$", re.MULTILINE
)
_SAID = re.compile(
    rf"(?:{_ASKING}|[从应要需可]以下[^，。；：:\n问题]{{0,4}}方面)[^，。；：:\n“”]{{0,10}}[。：:，]?\s*$"
)
"""The end of a sentence before a first number: 我想提三条建议。"""


def find_heads(text: str, marks: Sequence[Mark]) -> list[int]:
    """Return where heads end."""
    title = _TITLE.match(text)
    begin = title.end() if title else 0
    found = [*_INLINE.finditer(text, begin), *HEADING.finditer(text, begin)]
    labels = {mark.end for mark in marks if mark.form == "label"}
    heads = set()
    for head in found:
        start = clause_start(text, head.start(), "\n。；", max(0, head.start() - NEAR))
        told = _NO_HEAD.search(_ON_ACCOUNT.sub("", text[start : head.end()]))
        if not (told or head.end() in labels or is_quoted(text, head.start())):
            heads.add(head.end())
    for mark in marks:
        if mark.number == 1 and mark.start > begin:
            end = end_before(text, mark.start)
            said = _sentence_before(text, end, begin)
            if _SAID.search(said) and not _NO_HEAD.search(said):
                heads.add(end)
    return sorted(heads)


def tells(text: str, place: int) -> bool:
    """Tell whether what leads to a list says that it tells what is, or what was done.

    A sentence that ends before it leads to it only where it says so: 做法如下。
    """
    end = end_before(text, place)
    said = _sentence_before(text, end)
    leads = "\n" not in text[end:place] or said.endswith(("：", ":")) or len(said) <= SHORT
    return bool((leads or _FOLLOWS.search(said)) and _TELLS.search(said))


def _sentence_before(text: str, end: int, begin: int = 0) -> str:
    """Return the sentence that ends at a place, with its last sign, or what of it stands near."""
    return text[clause_start(text, max(end - 1, begin), "\n。；", max(begin, end - NEAR)) : end]


def is_quoted(text: str, place: int) -> bool:
    """Tell whether a quotation of this line stands open at a place."""
    line = clause_start(text, place, "\n", max(0, place - 2 * NEAR))
    return text.count("“", line, place) > text.count("”", line, place)


def end_before(text: str, end: int) -> int:
    """Return where the text before a place ends, without white space."""
    while end and text[end - 1].isspace():
        end -= 1
    return end
