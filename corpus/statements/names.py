"""Under which names a policy is known, however it is cited: one form for each title and number.

These are for comparing, not for showing. A notice that issues a plan and the plan are one policy,
as are a law with and without 中华人民共和国; 《关于……的意见》 of two bodies are two.
"""

from __future__ import annotations

import re
import unicodedata

_BRACKETS = str.maketrans(
    {"《": "〈", "》": "〉", "[": "〔", "]": "〕", "【": "〔", "】": "〕", "〖": "〔", "〗": "〕"}
)
_ISSUED = re.compile(
    r"(?:[\u4e00-\u9fff、]{0,60})?关于(?:印发|公布|发布|颁布)(?P<title>.{4,120})的(?:通知|公告|通告|令)"
)
_STATE = re.compile(r"中华人民共和国(?=[\u4e00-\u9fff]{1,30}(?:法|法典|条例)$)")
_VERSION = re.compile(
    r"[(〔](?:\d{4}年?)?(?:第.{1,4}次)?(?:修[正订改](?:版|本|稿)?|最新修订|现行|\d{4}年?版?)[)〕]$"
)
_YEAR = re.compile(r"[(〔\[](?P<year>(?:19|20)\d\d)年?[)〕\]](?P<first>第)?(?P<serial>\d{1,5})号")
_WRITTEN_AS_NUMBER = re.compile(r"号令?$|^[a-z/]{2,6} ?\d+(?:\.\d+)?-(?:19|20)\d\d$")


def name_of_title(title: str) -> str:
    """Return what a title is compared by: what a notice issues is known by its own title."""
    text = _fold(title).strip("〈〉") if title.count("《") <= 1 else _fold(title)
    if issued := _ISSUED.fullmatch(text):
        text = issued["title"].strip("〈〉")
    return _VERSION.sub("", _STATE.sub("", text)).strip("〈〉")


def name_of_number(number: str) -> str:
    """Return what the number of a document is compared by, whatever brackets it is written in."""
    return _YEAR.sub(lambda found: f"〔{found['year']}〕{found['serial']}号", _fold(number))


def is_number(text: str) -> bool:
    """Tell whether a text is the number of a document or of a standard, and no title."""
    return bool(_WRITTEN_AS_NUMBER.search(_fold(text)))


def _fold(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text.translate(_BRACKETS)).lower()
    return re.sub(r"[\s,，“”\"‘’']+", "", folded)
