"""What of a document is the office's letter: parted from the message, and from other letters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.text.clean import Clean, HeadingSpan
from corpus.text.furniture import (
    ANSWER_LABEL,
    ANSWER_PARTICULAR,
    LABEL_WORD,
    MESSAGE_LABEL,
    is_furniture,
)
from corpus.text.posts import find_citizens_posts
from corpus.text.salutation import Anchor, find_anchors
from corpus.text.simplified import plain

_DATE_LINE = re.compile(
    r"[^。，；]{0,40}(?:(?:19|20)\d\d\s?[年./-]\s?\d{1,2}\s?[月./-]\s?\d{1,2}\s?日?|[二一][〇○零OＯ0o一二三四五六七八九]{3}年[^，。]{2,6}日)"
    r"[\s|。）)]*"
)
_FOOT = re.compile(
    r"[（(\s]*(?:联\s?系|经\s?办|承\s?办|责\s?任|签\s?发|分管领导|抄\s?[送报]|主题词|电\s?话|手\s?机|传\s?真|地\s?址|邮\s?编|此件|公开|附\s?件|办理结果|"
    r"办理类别|答复类别|办复类别|类\s?别).{0,200}|.{2,40}20\d\d年\d{1,2}月\d{1,2}日\s*印发"
)
"""Lines below a signature that belong to the letter above."""
_TITLE_LINE = re.compile(r".{0,80}(?:答复|复函|回复|函复|会办意见|答复意见|办理意见)(?:的函)?\s*")
_MESSAGE_VOICE = re.compile(
    r"我(?![局委办县市区镇乡省院校部厅处])(?!们?(?:局|委|单位|中心|公司))|本人|请问|恳请|盼|求助|[您你]好|为什么|怎么|"
    r"什么时候|能不能|可否|是否|领导|[？?]"
)
_OFFICE_VOICE = re.compile(
    r"(?:[您你](?:们)?(?:所)?(?:反映|提出|咨询|来信|的来信|的留言|好)|[您你]好|经(?:核实|调查|了解|查|现场)|我[局委办镇街县市区乡中院处]"
    r"|来信收悉|收悉|[一-龥]{2,20}(?:局|委员会|政府|办公室|街道|中心|公司|镇|乡)(?:(?!我家|我们家).){0,60})"
)
_TO_CITIZEN = re.compile(r"网友|网民|市民|居民|群众|先生|女士|家长|业主|村民|同志|朋友|来信|同学")
_MAY_BE_LABEL = re.compile(r".{0,30}?(?:[:：|｜\s】]|$)")
"""What any label begins with: spares most lines the longer patterns."""
_BARE = re.compile(r"[【\[（(•·\s]{0,3}[问Q]")
_ANNOUNCED = re.compile(
    r"[【\[（(•·\s]{0,3}[\u4e00-\u9fff]{0,20}?(?:回复|答复|回音|回应|回信|回帖|跟帖|沙发|解答|回答|[答A][】\]）)]?\s*[:：])"
    r"|[【\[](?:办理|处理|反馈)"
)
"""An announcement of an answer, not merely of what was done."""
_PROSE = 12
"""A line of fewer characters is no sentence of a message."""
_FOLLOWING = 6
"""Lines below a signature that may still belong to its letter."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter of a document, without the message that it answers, and that message."""

    clean: Clean
    message: str = ""
    body: int = 0
    """Where the message stood: below it, the office speaks."""


def split_letters(clean: Clean) -> tuple[Letter, ...]:
    """Part a document into its letters, each without the citizen's words that it answers.

    A page may show a citizen's message above the answer, a file may hold several letters one
    below the other. The parts together hold every line of the document, but for a letter that
    stands there twice. There is one letter where nothing shows that there are more.
    """
    lines = plain(clean.text).split("\n")
    anchors = find_anchors(lines)
    cuts = [0, *_cuts(lines, anchors), len(lines)]
    spans = _without_repeats(lines, list(pairwise(cuts)))
    return tuple(_letter(clean, lines, start, end, anchors) for start, end in spans)


def _letter(
    clean: Clean, lines: Sequence[str], start: int, end: int, anchors: Sequence[Anchor]
) -> Letter:
    own, given = lines[start:end], clean.text.split("\n")[start:end]
    spans = _find_messages(own, anchors if len(own) == len(lines) else find_anchors(own))
    kept = [n for n in range(len(own)) if not any(low <= n < high for low, high in spans)]
    if not spans or not any(own[number].strip() for number in kept):
        return Letter(_take(clean, lines, range(start, end)))
    messages = [_without_label(given[low:high]) for low, high in spans]
    body = sum(len(line) + 1 for line in own[: spans[0][0]])
    numbers = [start + number for number in kept]
    return Letter(_take(clean, lines, numbers), "\n".join(messages), body)


def _without_label(message: Sequence[str]) -> str:
    label = MESSAGE_LABEL.match(message[0])
    first = message[0][label.end() :].strip() if label else message[0]
    return "\n".join([first, *message[1:]] if first else message[1:])


def _take(clean: Clean, lines: Sequence[str], numbers: Sequence[int]) -> Clean:
    """Return the lines of those numbers, with the headings that stand in them."""
    if len(numbers) == len(lines):
        return clean
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    moved: dict[int, int] = {}
    place = 0
    for number in numbers:
        moved[starts[number]] = place
        place += len(lines[number]) + 1
    headings = tuple(
        HeadingSpan(moved[h.start], moved[h.start] + h.end - h.start, h.level)
        for h in clean.headings
        if h.start in moved
    )
    own = clean.text.split("\n")
    return Clean("\n".join(own[number] for number in numbers), headings)


# Several letters


def _cuts(lines: Sequence[str], anchors: Sequence[Anchor]) -> Iterator[int]:
    """Yield the lines at which a further letter begins."""
    letters = [a for a in anchors if a.found is None or not a.found.to_leaders]
    for above, below in pairwise(letters):
        first = below.salutation if below.salutation >= 0 else below.opening
        cut = _cut_between(lines, above.opening, first)
        if cut is not None:
            yield cut


def _cut_between(lines: Sequence[str], opening: int, first: int) -> int | None:
    """Return where the letter of a salutation begins, behind the letter above it.

    None where nothing ends the letter above, neither its date nor a title below it.
    """
    dated = [n for n in range(opening + 1, first) if _DATE_LINE.fullmatch(lines[n])]
    if dated:
        cut = dated[0] + 1
        while cut < min(first, dated[0] + 1 + _FOLLOWING) and _FOOT.fullmatch(lines[cut]):
            cut += 1
        return cut
    titles = [n for n in range(opening + 1, first) if _TITLE_LINE.fullmatch(lines[n])]
    if not titles:
        return None
    cut = titles[0]
    while cut > opening + 1 and len(lines[cut - 1]) <= 40 and "。" not in lines[cut - 1]:
        cut -= 1
    return cut


def _without_repeats(
    lines: Sequence[str], spans: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Leave out the letters that stand there a second time, as on pages for print."""
    kept: list[tuple[int, int]] = []
    seen: list[list[str]] = []
    for start, end in spans:
        own = list(lines[start:end])
        if any(len(body) > 2 and body == own[: len(body)] for body in seen):
            continue
        seen.append(own)
        kept.append((start, end))
    return kept


# The message


def _find_messages(lines: Sequence[str], anchors: Sequence[Anchor]) -> list[tuple[int, int]]:
    """Return which lines are the words of whoever asked: several spans where they asked again."""
    ways = (
        find_citizens_posts(lines),
        _labelled(lines),
        _to_leaders(lines, anchors),
        _above_answer(lines, anchors),
    )
    for found in ways:
        spans = [_trimmed(lines, low, high) for low, high in found if low < high]
        if spans and any(line.strip() for line in lines[spans[-1][1] :]):
            return spans
    return []


def _trimmed(lines: Sequence[str], low: int, high: int) -> tuple[int, int]:
    """Leave out a page's furniture, and the name above the answer, at the end of a message."""
    while high > low + 1 and (is_furniture(lines[high - 1]) or not _ends(lines[high - 1])):
        high -= 1
    return low, high


def _ends(line: str) -> bool:
    return len(line) >= _PROSE or line.rstrip()[-1:] in "。！？!?.…~"


def _labelled(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Find what stands between a label of a message and that of its answer."""
    asked = [
        n for n, line in enumerate(lines) if _MAY_BE_LABEL.match(line) and MESSAGE_LABEL.match(line)
    ]
    if sum(_BARE.match(lines[n]) is not None for n in asked) > 1:
        return  # questions and answers that the office wrote itself
    for low, after in pairwise([*asked, len(lines)]):
        high = _answer_below(lines, low + 1, after)
        if high < 0:
            continue
        label = MESSAGE_LABEL.match(lines[low])
        own = lines[low][label.end() :] if label else ""
        below = [line for line in lines[low + 1 : high] if not is_furniture(line)]
        if len(own.strip()) >= _PROSE:
            yield low, high
        elif any(len(line.strip()) >= _PROSE for line in below):
            yield low + 1, high  # the label, which may hold a date, is the page's


def _answer_below(lines: Sequence[str], low: int, high: int) -> int:
    """Return the first of the lines that announces an answer, -1 where none does."""
    for number in range(low, high):
        line = lines[number]
        if _MAY_BE_LABEL.match(line) and (
            ANSWER_LABEL.match(line) or ANSWER_PARTICULAR.match(line)
        ):
            return number
    return -1


def _to_leaders(lines: Sequence[str], anchors: Sequence[Anchor]) -> Iterator[tuple[int, int]]:
    """Find a message that greets leaders, above what an office says."""
    low = next((a.salutation for a in anchors if a.found and a.found.to_leaders), -1)
    if low < 0:
        return
    answers = [a for a in anchors if a.salutation > low and a.found and not a.found.to_leaders]
    high = answers[0].salutation if answers else _answer_below(lines, low + 1, len(lines))
    if high < 0:
        voices = (n for n in range(low + 2, len(lines)) if _OFFICE_VOICE.match(lines[n]))
        high = next(voices, -1)
    yield low, high


def _above_answer(lines: Sequence[str], anchors: Sequence[Anchor]) -> Iterator[tuple[int, int]]:
    """Find prose in a citizen's voice above an answer to a citizen."""
    high = _answer_to_citizen(lines, anchors)
    announced = high >= 0 and _ANNOUNCED.match(lines[high]) is not None
    prose = [n for n in range(max(high, 0)) if _is_message(lines[n], announced)]
    if not prose:
        return
    while high > prose[-1] + 1 and (
        ANSWER_LABEL.match(lines[high - 1]) or ANSWER_PARTICULAR.match(lines[high - 1])
    ):
        high -= 1
    yield prose[0], high


def _answer_to_citizen(lines: Sequence[str], anchors: Sequence[Anchor]) -> int:
    """Return the line at which an answer to a citizen begins, -1 where there is none.

    A letter to deputies or members has no citizen's message above it.
    """
    first = next((a for a in anchors if not (a.found and a.found.to_leaders)), None)
    if first is None:
        return _answer_below(lines, 1, len(lines))
    if first.found is None:
        return first.opening if lines[first.opening][:2] in ("您好", "你好") else -1
    greeting = lines[first.salutation][: first.found.after]
    if not _TO_CITIZEN.search(greeting):
        return -1
    announced = _answer_below(lines, 1, first.salutation)
    return announced if announced >= 0 else first.salutation


def _is_message(line: str, announced: bool) -> bool:
    """Tell whether a line is a sentence of a message.

    :param announced: whether an answer is announced below it: it then needs no citizen's voice.
    """
    return (
        len(line) >= _PROSE
        and re.search(r"[。！？!?，,]", line) is not None
        and (announced or _MESSAGE_VOICE.search(line) is not None)
        and not re.match(rf"\s*{LABEL_WORD}\s*[:：|]", line)
        and not is_furniture(line)
        and not _TITLE_LINE.fullmatch(line)
    )
