"""What two bodies state otherwise while both are in force: to be looked at, never a verdict.

Two replies are held against each other where their bodies are of one district, or one above the
other, and neither replaced what the other says: their dates lie within a year, and the later
announces no change. Their statements must be far more alike than those of which one outdates the
other (`index.answers.newest`), and name the same sites. Counts at a time (截至3月底) are no
positions. An empty list is better than a wrong accusation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from corpus.text.sentences import sentence_spans
from corpus.types import FieldName, Reply
from index.answers.figures import without_figures
from index.answers.matter import Embed, Quoted, cosines, date_of, share_ground, sites_in
from index.answers.newest import Least, compare
from index.stores.texts import searchable_text

ALIKE = Least(sentences=0.6, clauses=0.6, statement=1.9)
"""Set by hand, so that nothing is found in the samples and on the board, where nothing is."""

WITHIN = 366
"""Days between two replies that speak of one time."""

_CHANGES = re.compile(
    r"调整|提高|提升|降低?[到至为]|下降|压缩|缩短|延长|放宽|扩大|增加|减少|改为|取消|不再|修订|新(?:的|标准|办法)"
    r"|自[^，。；]{2,16}起|从[^，。；]{2,16}起|原(?:来|定|为|标准)"
)
"""What announces that something is otherwise from now on: the earlier reply was right then."""

_COUNTS = re.compile(
    r"截至|累计|去年|今年|上半年|下半年|季度|同比|现有|目前|已[^，。；]{0,8}(?:建|完|开|办)|共[有计]?"
)
"""What tells how much there was at a time."""

_NOT = re.compile(r"不(?:得|能|可以?|予|需要?|必|再|收|用)|无需|无须|禁止|暂不|未|免")
_MAY = re.compile(r"可以?|应当|须|需要?|允许|能够?|予以|收取")
SHORTEST, WORDS_ALIKE = 8, 0.9
"""Of two sentences of which one says no: least characters, and least cosine without the no."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two sentences, `one.text[slice(*ours)]` of the earlier reply and another of the later one."""

    one: Reply
    ours: tuple[int, int]
    other: Reply
    theirs: tuple[int, int]


def find_conflicts(
    one: Sequence[Quoted], other: Sequence[Quoted], embed: Embed
) -> tuple[Conflict, ...]:
    """Return what spans of two replies to one matter contradict each other in."""
    if not one or not other or not _both_in_force(one[0].reply, other[0].reply):
        return ()
    if date_of(one[0].reply) > date_of(other[0].reply):
        one, other = other, one
    found = dict.fromkeys([*_of_figures(one, other, embed), *_of_words(one, other, embed)])
    pairs = (each for each in found if _may_conflict(one[0].reply, other[0].reply, *each))
    return tuple(Conflict(one[0].reply, ours, other[0].reply, theirs) for ours, theirs in pairs)


Span = tuple[int, int]


def _both_in_force(one: Reply, other: Reply) -> bool:
    if set(one.values(FieldName.AGENCY)) & set(other.values(FieldName.AGENCY)):
        return False  # a body changes its own mind
    days = [_day(reply.value(FieldName.DATE)) for reply in (one, other)]
    if days[0] is None or days[1] is None or abs((days[0] - days[1]).days) > WITHIN:
        return False
    return share_ground(one, other)


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        return None


def _of_figures(
    one: Sequence[Quoted], other: Sequence[Quoted], embed: Embed
) -> Iterator[tuple[Span, Span]]:
    for change in compare(one, other, embed, ALIKE).changes:
        ours = _sentence(one, change.older.start)
        theirs = _sentence(other, change.newer.start)
        if ours and theirs:
            yield ours, theirs


def _of_words(
    one: Sequence[Quoted], other: Sequence[Quoted], embed: Embed
) -> Iterator[tuple[Span, Span]]:
    """Yield sentences that say the same but for a no."""
    ours, theirs = list(_sentences(one)), list(_sentences(other))
    if not ours or not theirs:
        return
    we, they = one[0].reply.text, other[0].reply.text
    likeness = cosines(
        [_without_no(we[slice(*span)]) for span in ours],
        [_without_no(they[slice(*span)]) for span in theirs],
        embed,
    )
    for row, column in np.argwhere(likeness >= WORDS_ALIKE):
        ours_said, theirs_said = we[slice(*ours[row])], they[slice(*theirs[column])]
        if bool(_NOT.search(ours_said)) != bool(_NOT.search(theirs_said)):
            yield ours[row], theirs[column]


def _without_no(sentence: str) -> str:
    return _MAY.sub("", _NOT.sub("", without_figures(sentence)))


def _sentences(spans: Sequence[Quoted]) -> Iterator[Span]:
    for each in spans:
        for start, end in sentence_spans(each.reply.text, each.start, each.end):
            if (
                end - start >= SHORTEST
                and each.reply.text[start:end] not in each.passage.heading_path
            ):
                yield start, end


def _sentence(spans: Sequence[Quoted], place: int) -> Span | None:
    return next((span for span in _sentences(spans) if span[0] <= place < span[1]), None)


def _may_conflict(one: Reply, other: Reply, ours: Span, theirs: Span) -> bool:
    earlier, later = (
        searchable_text(reply, *span) for reply, span in ((one, ours), (other, theirs))
    )
    if _CHANGES.search(later) or any(_COUNTS.search(text) for text in (earlier, later)):
        return False
    return sites_in(earlier) == sites_in(later)
