"""Whether a query is worded as people speak, or as officials write."""

from __future__ import annotations

import re

COLLOQUIAL, OFFICIAL, NEITHER = "口语", "公文", "不明显"

_SPOKEN = re.compile(
    r"[吗呢吧啊呀嘛哦咋啥么]|怎么|怎样|咋办|为啥|为什么|什么时候|多久|哪里|哪儿|能不能|可不可以|是不是|有没有"
    r"|我们|我家|我是|咱|你们|您好|你好|请问|求助|希望|老百姓|天天|一直|根本|到底|太|没人管|[?？!！]"
)
_WRITTEN = re.compile(
    r"^关于|的(?:提案|议案|建议|意见|请示|答复|通知|报告|情况)$|进一步|加强|加快|推进|推动|完善|健全|优化|落实|规范"
    r"|提升|促进|深化|保障|建设|机制|体系|力度|举措|统筹|高质量|可持续|《[^》]+》|〔\d{4}〕"
)


def register_of(text: str) -> str:
    """Tell how a query is worded: 口语, 公文, or 不明显 where it has as many marks of both.

    Counted are the different marks of each: particles, question words and persons against the
    verbs and nouns of official style and its set forms (关于……的提案). A rule of thumb, made by
    looking at titles of proposals and at citizens' messages; single queries may be told wrongly.
    """
    spoken = len(set(_SPOKEN.findall(text)))
    written = len(set(_WRITTEN.findall(text)))
    if spoken == written:
        return NEITHER
    return COLLOQUIAL if spoken > written else OFFICIAL
