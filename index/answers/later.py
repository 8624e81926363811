"""What a later reply of the same place says of what an earlier one promised.

The notion of the same matter is that of `index.answers.matter`. Of a later reply's sentences one
speaks to a promise where it tells what was done, what is now promised or what was dropped, names no
other site than the promise, comes from the same body unless it names the promise's site, and is
like the promise and what stands around it in its words and in what it is about. Whether the promise
was kept is for the reader to judge: the sentence is shown as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from corpus.statements.promises import find_promises
from corpus.text.sentences import sentence_spans
from corpus.types import FieldName, Passage, Reply
from index.answers.figures import find_figures, without_figures
from index.answers.matter import (
    Embed,
    Quoted,
    answer_for_one_place,
    compare_subjects,
    cosines,
    date_of,
    title_of,
)
from index.stores.texts import searchable_text

SUBJECT, WORDS, BOTH = 0.2, 0.45, 0.7
"""Least cosine of what a promise and a sentence are about, unless both name the site that the
promise's reply is about; of their words; and least sum. Set by hand on the open half of
`tests/data/later.jsonl`, see `tools.later`."""

ALIKE = 0.6
"""Where the words are so much alike, it matters neither what both are about, nor that the sentence
does not count what the promise counts."""

LATER_READ = 10
"""So many of the replies that are most like a promise are looked through for what speaks to it."""

TOLD = 0.15
"""So much more alike is a sentence that tells what was done than one that promises anew."""

SHORT = 14
"""Characters beside its figures: of what a sentence no longer is, the one before it says."""

_SITE = re.compile(
    r"[\u4e00-\u9fff]{2,4}?(?:小区|花园|家园|新村|新居|公寓|大厦|广场|公园|市场|小学|中学|幼儿园|医院|福利院"
    r"|(?<![公铁道马线网跑出思电断])路|大街|老街|大道|大桥|桥|隧道|河|水库|码头|街道|镇|乡|新城|[二三]?村|[苑里园])|[A-Z]?\d{1,3}路(?!口)"
)
_NO_NAME = re.compile(
    r"^.{0,2}(?:老旧|改造|新建|每个|每所|全部|所有|片区|全区|本区|我区|各|该|这|那|建设|加强|整治|部分|农贸|集贸|菜)"
)
"""Before these words stands what kind of site it is, and not which."""

_DONE = re.compile(
    r"已(?!有居民)|截至|截止|[^，。]{0,6}了(?!解)|去年|(?:19|20)\d\d年(?:末|底|以来)?[，,]?(?:全|我|新)"
    r"|实现|完成|建成|通车|启用|开放|投用|投入使用|竣工|完工|恢复|达到|施行"
)
_SURELY_DONE = re.compile(r"已(?!有居民|列入|纳入)|截至|截止|去年|以来")
_DROPPED = re.compile(
    r"暂缓|暂停(?!使用)|不再实施|取消(?:原|该|建设)|终止|未能|尚未|没有(?:实施|建成|完成)|延后|推迟|顺延|滞后"
)
_NOT_TOLD = re.compile(r"^.{0,4}(?:您|你|贵|代表|委员|提案|来信)|感谢|致电|咨询|解答|敬请|恳请")
"""What repeats the proposal, or takes leave."""


class Says(StrEnum):
    """What a later sentence says: done, promised anew, or put off or dropped."""

    DONE = "done"
    AGAIN = "again"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Later:
    """A sentence of a later reply that speaks to a promise: `reply.text[start:end]`."""

    reply: Reply
    passage: Passage
    start: int
    end: int
    says: Says


def find_later(
    promised: Quoted,
    others: Iterable[Reply],
    passages_of: Callable[[Reply], Sequence[Passage]],
    embed: Embed,
) -> tuple[Later, ...]:
    """Return the sentences of later replies that speak to a promise, the newest reply first.

    :param promised: the promise itself, with the passage that it stands in.
    :param passages_of: gives a reply's passages of substance.
    """
    date = promised.reply.value(FieldName.DATE)
    if not date or not promised.reply.values(FieldName.REGION):
        return ()  # of a ministry's replies each may be to another place
    later = [other for other in others if date_of(other) > date]
    later.sort(key=date_of, reverse=True)
    if not later:
        return ()
    compared = _Promised.of(promised)
    found = (
        _best(compared, other, passages_of(other), embed)
        for other in later
        if answer_for_one_place(promised.reply, other)
    )
    return tuple(one for one in found if one)


def _with_before(text: str, passage: Passage, start: int, end: int) -> str:
    """Return the sentence that a span stands in, with the one before it where it is short."""
    spans = sentence_spans(text, passage.start, passage.end)
    own = next((n for n, (begin, stop) in enumerate(spans) if begin <= start < stop), None)
    if own is None:
        return text[start:end]
    first = own - (own > 0 and len(without_figures(text[slice(*spans[own])])) < SHORT)
    return text[spans[first][0] : max(spans[own][1], end)]


def _speaking(reply: Reply, passage: Passage, text: str) -> Iterator[tuple[int, int, Says]]:
    """Yield the sentences of a passage that tell what was done or is to be done."""
    for start, end in sentence_spans(reply.text, passage.start, passage.end):
        sentence = text[start:end]
        if reply.text[start:end] in passage.heading_path or _NOT_TOLD.search(sentence):
            continue
        if _DROPPED.search(sentence):
            yield start, end, Says.DROPPED
        elif _SURELY_DONE.search(sentence):
            yield start, end, Says.DONE
        elif find_promises(reply.text, reply.value(FieldName.DATE), [(start, end)]):
            yield start, end, Says.AGAIN
        elif _DONE.search(sentence):
            yield start, end, Says.DONE


@dataclass(frozen=True, slots=True)
class _Promised:
    """What a promise is compared by: its words, alone where they say enough, and its sites."""

    span: Quoted
    words: tuple[str, ...]
    counts: frozenset[str]
    title_sites: frozenset[str]
    sites: frozenset[str]

    @classmethod
    def of(cls, span: Quoted) -> _Promised:
        text, date = searchable_text(span.reply), span.reply.value(FieldName.DATE)
        promises = find_promises(span.reply.text, date, [(span.start, span.end)])
        own = text[slice(*(promises[0].what if promises else (span.start, span.end)))]
        around = _with_before(text, span.passage, span.start, span.end)
        counts = _counts(text, span.start, span.end)
        bare = [without_figures(each) for each in (around, own)]
        enough = SHORT // 3 if counts else SHORT // 2
        words = tuple(bare if len(bare[1]) >= enough else bare[:1])
        title = _sites(title_of(span.reply))
        return cls(span, words, counts, title, title | _sites(around))


def _counts(text: str, start: int, end: int) -> frozenset[str]:
    """Return what is counted: 台, 个, but no dates."""
    return frozenset(each.kind for each in find_figures(text, start, end)) - {"date"}


def _best(
    promised: _Promised, other: Reply, passages: Sequence[Passage], embed: Embed
) -> Later | None:
    """Return the sentence of a later reply that is most like a promise, None where none is."""
    text, title = searchable_text(other), title_of(other)
    found = [
        (passage, *speaking) for passage in passages for speaking in _speaking(other, passage, text)
    ]
    if not found:
        return None
    spans = [Quoted(other, passage, start, end) for passage, start, end, _ in found]
    subjects = compare_subjects(promised.span, spans, embed)
    sentences = [
        without_figures(_with_before(text, each.passage, each.start, each.end)) for each in spans
    ]
    words = cosines(promised.words, sentences, embed).max(axis=0)
    own_body = _share_body(promised.span.reply, other)
    best: tuple[float, Later] | None = None
    for (passage, start, end, says), subject, likeness in zip(
        found, subjects.tolist(), words.tolist(), strict=True
    ):
        if likeness < WORDS or subject + likeness < BOTH:
            continue
        sites = _sites(f"{title}\n{text[start:end]}")
        known = _share(promised.title_sites, sites)
        counts = not promised.counts or promised.counts & _counts(text, start, end)
        if (
            (subject < SUBJECT and likeness < ALIKE and not known)
            or (not own_body and not known)
            or (not counts and likeness < ALIKE)
            or (sites and promised.title_sites and not known)
            or (sites and promised.sites and not _share(promised.sites, sites))
        ):
            continue
        score = subject + likeness + TOLD * (says is not Says.AGAIN)
        if best is None or score > best[0]:
            best = score, Later(other, passage, start, end, says)
    return best[1] if best else None


def _share_body(one: Reply, other: Reply) -> bool:
    """Tell whether two replies come from one body."""
    ours, theirs = one.values(FieldName.AGENCY), other.values(FieldName.AGENCY)
    return bool(set(ours) & set(theirs))


def _sites(text: str) -> frozenset[str]:
    """Return the sites that a text names, each with up to four characters before its kind."""
    return frozenset(site for site in _SITE.findall(text) if not _NO_NAME.match(site))


def _share(one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether two texts name a site that may be the same."""
    return any(ours.endswith(theirs) or theirs.endswith(ours) for ours in one for theirs in other)
