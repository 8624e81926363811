"""What of a document is the office's letter: parted from the message, and from other letters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.spans import HeadingSpan
from corpus.text.bylines import is_office, read_byline
from corpus.text.clean import Clean
from corpus.text.days import TIME_OF_DAY
from corpus.text.edges import PROSE, TITLE_LINE, is_particular
from corpus.text.heads import answer_from, asked_by, find_heads, named_by, named_heads
from corpus.text.label_words import ASKED, LETTER_NUMBERS, TIME, WRITERS
from corpus.text.messages import find_messages
from corpus.text.posts import speaker
from corpus.text.salutation import Anchor, find_anchors
from corpus.text.sides import ADDED, ANSWER_LABEL, ANSWER_PARTICULAR, CONTENT
from corpus.text.simplified import plain
from corpus.text.unanswered import office_from, says_anything

_DATE_LINE = re.compile(
    r"[^。，；]{0,40}(?:(?:19|20)\d\d\s?[年./-]\s?\d{1,2}\s?[月./-]\s?\d{1,2}\s?日?|[二一][〇○零OＯ0o一二三四五六七八九]{3}年[^，。]{2,6}日)"
    r"(?:\s?\d{1,2}:\d\d(?::\d\d)?)?[\s|。）)]*"
)
_TIME = re.compile(TIME_OF_DAY)
_FOOT = re.compile(
    r"[（(\s]*(?:联\s?系|经\s?办|承\s?办|责\s?任|签\s?发|分管领导|抄\s?[送报]|主题词|电\s?话|手\s?机|传\s?真|地\s?址|邮\s?编|此件|公开|附\s?件|办理结果|"
    r"办理类别|答复类别|办复类别|类\s?别|满\s?意\s?度).{0,200}|.{2,40}20\d\d年\d{1,2}月\d{1,2}日\s*印发"
)
"""Lines below a signature that belong to the letter above."""
_NICKNAME = re.compile(r"“[^”]{1,16}”[：:]\s?(?=[^您你]{8})")
"""Who wrote a message, before it on its line."""
_BEHIND = 2
_FOLLOWING = 6
"""Lines below a signature that may still belong to its letter."""

_ASKED_AGAIN = re.compile(
    r"[【\[（(•·\s]{0,3}[\u4e00-\u9fff]{0,4}?(?:追问|补充|再次?)|" + CONTENT.pattern
)
"""What heads further words of the same citizen, or of the office."""
_OF_MESSAGE = re.compile(
    rf"[【\[（(•·\s]{{0,3}}(?:{ASKED}?(?:标题|主题|题目|事由)|{ASKED}{TIME}|{WRITERS}|{LETTER_NUMBERS})"
    r"[】\]]?\s*[:：|｜]"
)
"""A particular of a message, which stands above it."""


class Mixed(Exception):
    """A page has several messages, and their lines cannot be told from the answers'."""


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

    :raises Mixed: where nobody can tell which of its lines are citizens' and which an office's.
    """
    lines = plain(clean.text).split("\n")
    if _is_mixed(lines):
        raise Mixed
    anchors = find_anchors(lines)
    cuts = [0, *(_further_messages(lines, anchors) or _cuts(lines, anchors)), len(lines)]
    spans = _without_repeats(lines, list(pairwise(cuts)))
    return tuple(_letter(clean, lines, start, end, anchors) for start, end in spans)


def _letter(
    clean: Clean, lines: Sequence[str], start: int, end: int, anchors: Sequence[Anchor]
) -> Letter:
    own, given = lines[start:end], clean.text.split("\n")[start:end]
    spans = find_messages(own, anchors if len(own) == len(lines) else find_anchors(own))
    kept = [n for n in range(len(own)) if not any(low <= n < high for low, high in spans)]
    if not spans or not any(own[number].strip() for number in kept):
        return Letter(_take(clean, lines, range(start, end)))
    spans = list(_without_answer(own, spans))
    if not spans:
        return Letter(_take(clean, lines, range(start, end)))
    kept = [n for n in range(len(own)) if not any(low <= n < high for low, high in spans)]
    messages = [
        _without_label(given[low:high], own[low], own[high : high + _BEHIND]) for low, high in spans
    ]
    body = sum(len(line) + 1 for line in own[: spans[0][0]])
    numbers = [start + number for number in kept]
    return Letter(_take(clean, lines, numbers), "\n".join(messages), body)


def _without_answer(
    lines: Sequence[str], spans: Sequence[tuple[int, int]]
) -> Sequence[tuple[int, int]]:
    """End a message above what is surely an office's, where nothing else answers it.

    A real answer that no label announces is then not taken for a part of the message.
    """
    low, high = spans[-1]
    if says_anything(lines[high:]):
        return spans
    office = office_from(lines[low:high])
    if office < 0 or (office == 0 and ADDED.match(lines[low])):
        return spans
    return [*spans[:-1], (low, low + office)] if office else spans[:-1]


def _without_label(message: Sequence[str], plain_first: str, below: Sequence[str]) -> str:
    """Leave out what announces a message at its start: a label, or a name.

    :param plain_first: its first line in simplified characters.
    :param below: the lines below it, in which an office may speak.
    """
    label = asked_by(plain_first) or named_by(plain_first) or _NICKNAME.match(plain_first)
    answered = any(is_office(speaker(line)) for line in below)
    who = speaker(plain_first) if label is None and answered else ""
    end = label.end() if label else plain_first.index(who) + len(who) + 1 if who else 0
    first = message[0][end:].strip(" |｜") if end else message[0]
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


# Several messages, several letters


def _is_mixed(lines: Sequence[str]) -> bool:
    """Tell whether citizens' names head words of theirs and, on the same page, an office's.

    Nobody can then tell the ones from the others.
    """
    sure = [sure for _, sure in named_heads(lines)]
    return any(sure) and not all(sure)


def _further_messages(lines: Sequence[str], anchors: Sequence[Anchor]) -> list[int]:
    """Return where further messages begin, with the particulars above them."""
    asked = [
        n
        for n in find_heads(lines, anchors)
        if not _ASKED_AGAIN.match(lines[n]) and not ADDED.match(lines[n])
    ]
    pairs = []
    for low, after in pairwise([*asked, len(lines)]):
        high = answer_from(lines, low + 1, after, anchors)
        if high > low and (
            named_by(lines[low])
            or any(len(line) >= PROSE and not is_particular(line) for line in lines[low:high])
        ):
            pairs.append(low)
    return [_above(lines, low) for low in pairs[1:]]


def _above(lines: Sequence[str], head: int) -> int:
    """Return where the particulars of a message begin that stand right above its words."""
    while _OF_MESSAGE.match(lines[head - 1]):
        head -= 1
    return head


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
    dated = [n for n in range(opening + 1, first) if _ends_letter(lines[n])]
    if dated:
        cut = dated[0] + 1
        while cut < min(first, dated[0] + 1 + _FOLLOWING) and _FOOT.fullmatch(lines[cut]):
            cut += 1
        return cut
    titles = [
        n
        for n in range(opening + 1, first)
        if TITLE_LINE.fullmatch(lines[n]) and not ANSWER_LABEL.fullmatch(lines[n])
    ]
    if not titles:
        return None
    cut = titles[0]
    while cut > opening + 1 and len(lines[cut - 1]) <= 40 and "。" not in lines[cut - 1]:
        cut -= 1
    return cut


def _ends_letter(line: str) -> bool:
    """Tell whether a line is the date below a letter, and none that heads another answer."""
    if _DATE_LINE.fullmatch(line) is None or ANSWER_PARTICULAR.match(line):
        return False
    return not (_TIME.search(line) and read_byline(line))


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
