"""A citizen's message with its answer, which tests set into pages of many sites."""

from __future__ import annotations

from corpus.parse import parse_letters
from corpus.types import Document, Line, Reply

ASKED = "三角塘路的路灯坏了半个月，晚上出行很不安全，请尽快派人来修。"
ANSWER = "经现场查看，该路段电缆老化，路灯已于5月8日更换完毕。"
TITLE, OFFICE = "三角塘路灯不亮", "青石区城市管理局"
FOUND = {
    "title": TITLE,
    "asked": "2023-05-06",
    "agency": OFFICE,
    "date": "2023-05-09",
    "kind": "留言答复",
}
"""What is to be found in such a page, by the fields' names."""


def read_page(page: str) -> Reply:
    """Return the first reply of a page."""
    lines = tuple(map(Line, page.splitlines()))
    return parse_letters(Document("来信.txt", lines))[0].reply
