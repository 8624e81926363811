"""What an answer holds: a page's own text, an attachment, or a page that says there is none."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from app.fetching.choosing import ending_of
from app.fetching.types import Answer
from corpus.errors import UnreadableFile
from corpus.readers.html import read_page

GONE = (404, 410)

_MISSING = re.compile(
    r"(?:页面|网页|文章|内容|信息|栏目|资源|地址).{0,12}"
    r"(?:不存在|已删除|被删除|已下线|已撤销|找不到|未找到|失效)"
    r"|(?:找不到|未找到|没有找到).{0,12}(?:页面|网页|文章|内容|信息|资源)"
    r"|(?<!\d)404(?!\d)|not found",
    re.IGNORECASE,
)
_LONGEST_NOTICE = 200
"""A page of more characters than this is no notice that there is none."""
MOST_PAGE = 2 << 20
"""Bytes that a page with a letter has at most; of a larger one no lines are read here."""
_LETTER = re.compile(r"收悉|您好|你好|答复如下|回复如下|现将")
_TODAY = re.compile(r"今天是|今日是|天气")
_ERROR_PATH = re.compile(r"(?:^|/)(?:404|error|notfound|err)[^/]{0,20}$", re.IGNORECASE)
_COUNTER = re.compile(r"(?:浏览|访问|点击|阅读)(?:次数|人数|量|数|率)?\s{0,5}[:：]?\s{0,5}\d{1,12}")
_KINDS = {
    "application/pdf": ".pdf",
    "application/msword": ".doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/ofd": ".ofd",
    "application/rtf": ".rtf",
    "application/zip": ".zip",
    "text/plain": ".txt",
    "application/json": ".json",
}
_NAMED = re.compile(r"filename\*?=(?:UTF-8'')?[\"']?([^\"';]{1,300})", re.IGNORECASE)


def ending_of_answer(answer: Answer, words: str = "") -> str:
    """Return the ending by which an answer's bytes are kept; when read, content decides."""
    head = answer.content[:1024].lstrip().lower()
    if head.startswith(b"%pdf-"):
        return ".pdf"
    if looks_like_page(answer):
        return ".html"
    named = _NAMED.search(answer.headers.get("content-disposition", ""))
    kind = answer.headers.get("content-type", "").split(";")[0].strip().lower()
    return (
        ending_of("", named[1] if named else "")
        or ending_of(answer.address, words)
        or (_KINDS.get(kind, ".html"))
    )


def looks_like_page(answer: Answer) -> bool:
    """Tell whether an answer's bytes are those of a web page, whatever it is called."""
    head = answer.content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<meta"))


def lines_of(content: bytes) -> tuple[str, ...] | None:
    """Return the lines that are read of a page, None where there is no reply's text in it.

    Counters of visits, dates of today and what else stands around a page are none of them, so that
    a page has changed exactly where these have. Of a page that is larger than letters are, nothing
    is read here, where nothing bounds how long that takes.
    """
    if len(content) > MOST_PAGE:
        return ("",)
    try:
        lines, _ = read_page(content, Path("page").as_posix())
    except UnreadableFile:
        return None
    texts = (_COUNTER.sub("", line.text) for line in lines if not _TODAY.search(line.text))
    return tuple(texts)


def says_missing(answer: Answer, asked: str) -> bool:
    """Tell whether a site says that a page is no more, though it answers that all is well."""
    if answer.status in GONE:
        return True
    path = urlsplit(answer.address).path
    if answer.address != asked and (path in ("", "/") or _ERROR_PATH.search(path)):
        return True
    if not looks_like_page(answer) or len(answer.content) > 100_000:
        return False
    lines = lines_of(answer.content) or ()
    text = "".join(lines)
    notice = len(text) <= _LONGEST_NOTICE and not _LETTER.search(text)
    return notice and _MISSING.search(text) is not None
