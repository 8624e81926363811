"""The sentences of a text that may ask, each cut where one thing more begins."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.ranking.requests.points import Span

LONG = 30
"""A sentence of so many characters without a comma is written without any."""

_MORE = (
    r"还有(?:就是|一个|一点|一条|一?[个件]事|噻)?|仲有|再一个|再有|再就是|再说|再者|此外|顺便|同时"
)
"""What begins one thing more."""
AND = re.compile(r"并(?:[将把]|坚决|优先|同步|尽[快早]|及时)")
"""And with it a deed of its own, which 并 alone need not be."""

_END = re.compile(
    r"[。！？!?；;…\n]+[”’」]?|(?<=[\u4e00-\u9fff])\.(?=[^\S\n]?[\u4e00-\u9fff])"
    rf"|[，, ](?=(?:{_MORE}|另外?|{AND.pattern}|也?建议|再?请问)[^，。]{{2}})"
    r"|[，,](?=再[给出建设增搞办加配装修添派]|另(?:行|外)?[给建设])"
)
LEADING = re.compile(
    rf"\s*(?:(?:(?:市民|来电人|群众|其)?[还另又]外?(?:提出|反映|提到|表示)|{_MORE}|另外?(?=[，,：:]|咨询|外|请|建议|希望|能)外?|最后是?|[其再]次是?|首先是?"
    r"|第[一二三四五六]|(?:市民|来电人)另"
    r"|[问Q][：:]|[为因]此|因而|所以|对此|据此|鉴于此|综上(?:所述)?|总之|故|而且|并且|以及|那么?)"
    r"[，,：:、]?\s*)+"
)
_TITLE = re.compile(
    r"[^\S\n]*[#*【\[]{0,3}(?:\w{0,2}标题|主题|题目|\w{0,2}题名|案由标题)[】\]]?[：:]"
)
COMMA = re.compile(r"[，、,]")
_TURN = re.compile(r"还有(?!的|人)|另外|再一个|再就是|再有|此外|顺便|请问")


def iter_units(text: str, taken: list[Span]) -> Iterator[Span]:
    """Yield the sentences below a title, cut before 还有 and the like, outside what is taken."""
    start, free = _body(text), iter((*taken, (len(text), len(text))))
    block = next(free)
    for stop in (*(end.end() for end in _END.finditer(text, start)), len(text)):
        while block[1] <= start and block[0] < len(text):
            block = next(free)
        if stop > start and stop <= block[0] and text[start:stop].strip():
            yield from _unmarked(text, start, stop)
        start = stop


def lead(text: str, start: int, end: int) -> int:
    """Return where a sentence begins behind 另外， and the like."""
    leading = LEADING.match(text, start, end)
    return leading.end() if leading else start


def is_breathless(unit: str) -> bool:
    """Tell whether a sentence is long and has no comma."""
    return len(unit) > LONG and not COMMA.search(unit)


def _unmarked(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the parts of a sentence; of one without a comma those that 还有 and the like begin."""
    if is_breathless(text[start:end]):
        for turn in _TURN.finditer(text, start + 1, end):
            yield start, turn.start()
            start = turn.start()
    yield start, end


def _body(text: str) -> int:
    """Return where a text begins behind its title: 标题：…, or a first line without an end."""
    start = len(text) - len(text.lstrip())
    stop = text.find("\n", start)
    if stop < 0:
        return 0
    line = text[start:stop].rstrip()
    titled = _TITLE.match(line) or line[-1:] not in "。！!？?；;，,…：:～~"
    return stop if titled and text[stop:].strip() else 0
