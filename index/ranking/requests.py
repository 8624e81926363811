"""Find the requests that a proposal or a long message lists."""

from __future__ import annotations

import re
from bisect import bisect_right

SHORT = 60
"""A text of fewer characters is a query as a whole."""

MOST = 8
"""So many requests of a text are looked for on their own; each costs as much as a query."""

_HEAD = re.compile(
    r"(?:建议|诉求|请求|要求|希望|对策|举措)(?:和(?:对策|措施|意见))?"
    r"(?:如下|有|以下)?(?:几点|[一二三四五六七八九\d]{0,2}[点条项]?)[：:]"
    r"|^[^\S\n]*(?:[一二三四五六七八九十\d]+[、.．]|（[一二三四五六七八九十]）)?"
    r"(?:具体|有关|相关|工作|对策|意见|几点|和|及|与)*建议[^\S\n]*$",
    re.MULTILINE,
)
"""What stands before listed requests: 为此，建议：, 建议如下：, or a heading of its own."""

_NUMBER = re.compile(
    r"(?:^|(?<=[。；;：:\s]))\s*"
    r"(?:(?:一|二|三|四|五|六|七|八|九|十)(?:是|要)|第[一二三四五六七八九十][，、,]"
    r"|[（(][一二三四五六七八九十\d]{1,2}[）)][、.．]?|[一二三四五六七八九十]{1,2}、"
    r"|\d{1,2}(?:[、．)）]|\.(?!\d)))"
)

_CLOSING = re.compile(
    r"(?:^|(?<=[。；;！!\s]))\s*"
    r"(?:以上(?:建议|意见|诉求|情况|是)|妥否|当否|此致|感谢|谢谢|敬请|恳请(?:领导|有关)|联系(?:人|电话|方式)"
    r"|(?:提案|建议)人[：:]|[望盼].{0,8}(?:回复|答复|采纳))"
)


def find_requests(text: str) -> tuple[str, ...]:
    """Return the numbered requests behind the last 建议： of a text, each as it stands there.

    Fewer than two are none: what asks for one thing is a query as a whole. Of more than `MOST`
    the first are returned.
    """
    heads = list(_HEAD.finditer(text)) if len(text) >= SHORT else []
    marks = list(_NUMBER.finditer(text)) if heads else []
    ends = [mark.end() for mark in marks]
    for head in reversed(heads):
        listed = marks[bisect_right(ends, head.end()) :]
        if not listed or text[head.end() : listed[0].start()].strip():
            continue  # 建议 was only spoken of
        closing = _CLOSING.search(text, listed[-1].end())
        stops = [*(mark.start() for mark in listed[1:]), closing.start() if closing else len(text)]
        spans = zip(listed, stops, strict=True)
        points = (text[mark.end() : stop].strip(" \u3000\n\t；;") for mark, stop in spans)
        requests = tuple(point for point in points if point)
        if len(requests) > 1:
            return requests[:MOST]
    return ()
