"""Text that a wrong encoding or font made is told from text that somebody wrote."""

from __future__ import annotations

import re

import pytest

from corpus.errors import UnreadableFile
from corpus.parse import parse_text
from corpus.plausible import implausible

REPLY = (
    "云桥区商务委员会关于区政协三届一次会议第42号提案的答复。李明委员：您提出的关于发展夜间经济的"
    "提案收悉，现答复如下。去年建成夜间市场三处，新增摊位一百二十个，带动就业四百余人，市场周边"
    "道路照明和排水设施全部更新。今年继续安排财政资金，争取年内完成其余街区的改造。"
)
TRADITIONAL = (
    "雲橋區商務委員會關於區政協三屆一次會議提案的答覆。您提出的關於發展夜間經濟的提案收悉，現答覆"
    "如下。去年建成夜間市場三處，新增攤位一百二十個，帶動就業四百餘人，道路照明全部更新。"
)


def neighbours(text: str) -> str:
    """Take each Han character for the next of the same text, as fonts numbered wrongly do."""
    signs = sorted(set(re.findall("[\u4e00-\u9fff]", text)))
    following = dict(zip(signs, signs[1:] + signs[:1], strict=True))
    return "".join(following.get(sign, sign) for sign in text)


@pytest.mark.parametrize(
    "text",
    [REPLY, TRADITIONAL, "鬱鬱葱葱", "The reply is to be given in thirty days. " * 5, "", "é" * 20],
)
def test_what_somebody_wrote_is_plausible(text: str) -> None:
    assert implausible(text) is None


@pytest.mark.parametrize(
    ("garbage", "found"),
    [
        (REPLY.encode().decode("latin-1"), "西文"),
        (REPLY.encode().decode("cp1252", "ignore"), "西文"),
        (REPLY.encode("gbk").decode("latin-1"), "西文"),
        (REPLY.encode("gbk").decode("utf-8", "replace"), "丢失"),
        (REPLY.encode().decode("gb18030", "ignore"), "不是常用汉字"),
        (TRADITIONAL.encode("big5").decode("gb18030", "ignore"), "不是常用汉字"),
        ("".join(chr(ord(x) + 40) if x >= "一" else x for x in REPLY), "不是常用汉字"),
        (neighbours(REPLY), "连不成词"),
    ],
)
def test_what_an_encoding_or_a_font_made_is_not(garbage: str, found: str) -> None:
    reason = implausible(garbage)
    assert reason is not None
    assert found in reason


def test_garbage_is_reported_and_not_loaded() -> None:
    with pytest.raises(UnreadableFile, match=r"乱码.*重新取得"):
        parse_text("乱.txt", REPLY.encode().decode("latin-1"))
