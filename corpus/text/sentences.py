"""Where the sentences of a Chinese text begin and end."""

from __future__ import annotations

import re

_STEP = re.compile(
    # One set of characters first: `re` skips to the next of them at once.
    r"[“《「（(。！？；…!?;\n](?:"
    # A short quotation, title or aside is stepped over whole, so that
    # “路怎么还没修好？”的问题 stays one sentence.
    r"(?P<pair>(?<=“)[^“”\n]{0,80}”|(?<=《)[^《》\n]{0,80}》|(?<=「)[^「」\n]{0,80}」"
    r"|(?<=（)[^（）\n]{0,80}）|(?<=\()[^()\n]{0,80}\))"
    r"|(?P<end>(?:(?<=[。！？；…])[。！？；…]*|(?<=[!?;])[!?;]*(?![0-9A-Za-z&=#%/]))"
    r"[”’」』》〉）)】\]。！？；…!?;]*"
    # An aside right behind the full stop belongs to what it comments on: 。（市商务局负责）
    r"(?:（(?![一二三四五六七八九十\d]{1,3}）)[^（）\n]{2,80}）)?"
    r"|(?<=\n)))"
)
_QUOTED_SENTENCE = ("。”", "。」")
_GOES_ON = frozenset("，、；：。！？的等是之,;:")


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Return the half-open spans of the sentences in `text[start:end]`, in order.

    A sentence ends at 。！？；…, with the quotes and brackets that close there, and at a line
    break. ； ends one too: enumerations (一是……；二是……。) are quoted part by part. Spans are not
    empty, do not overlap, have no white space at either end, and together cover every other
    character.
    """
    stop = len(text) if end is None else end
    spans: list[tuple[int, int]] = []
    begin = start
    for step in _STEP.finditer(text, start, stop):
        here = step.end()
        if step.lastgroup == "pair" and not (
            step.group().endswith(_QUOTED_SENTENCE) and not (here < stop and text[here] in _GOES_ON)
        ):
            continue
        if begin < here and not (text[begin].isspace() or text[here - 1].isspace()):
            spans.append((begin, here))  # as mostly
        else:
            _append_trimmed(spans, text, begin, here)
        begin = here
    _append_trimmed(spans, text, begin, stop)
    return spans


def _append_trimmed(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    if start < end and text[end - 1].isspace():
        end = start + len(text[start:end].rstrip())
    if start < end and text[start].isspace():
        start = end - len(text[start:end].lstrip())
    if start < end:
        spans.append((start, end))
