"""The door to the list of a library: looked through by words, sorted, and counted by its values."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from app.access import Role, allowed_disclosures, masks
from app.home import Home, healing
from app.present import Presenter
from app.queries import check_words
from app.running.remembered import Remembered
from app.types import ReplyCard
from app.views.figures import as_facets
from corpus.filters import ANY, FILTER_FIELDS, Filters
from corpus.serialise import FLAT, Named, as_counts
from corpus.store.listing import NEWEST, Order, Wanted, Word
from corpus.types import FieldName, PassageRole, Reply
from index.stores.holders import find_holders
from index.text.listed import ListedWord, find_places, read_words

AROUND = 24
"""Characters that a snippet shows before and behind what was looked for, at most."""

REMEMBERED = 50
"""So many words are remembered with who holds them: pages are turned, filters are tried."""

_IN_SIGHT = frozenset(
    {
        *(FieldName.TITLE, FieldName.MATTER_TITLE, FieldName.AGENCY, FieldName.DOC_NUMBER),
        *(FieldName.DATE, FieldName.KIND, FieldName.OUTCOME, FieldName.DISCLOSURE),
    }
)
"""Fields that stand in the list anyway."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """Where a listed reply has what was looked for: a piece of it, verbatim but for masks."""

    field: FieldName | None
    """在哪个字段；在正文或来信中的为 null"""
    text: str
    """所在的文字，与原文逐字相同"""
    start: int
    """从全文的第几个字起；不在正文中的为 -1"""
    end: int
    """到全文的第几个字止（不含）；不在正文中的为 -1"""
    marks: tuple[tuple[int, int], ...]
    """所查的词从 text 的第几个字到第几个字，一处一对"""

    @property
    def pieces(self) -> tuple[tuple[str, bool], ...]:
        """The text in pieces, and whether each was looked for."""
        made, reached = [], 0
        for start, end in self.marks:
            made += [(self.text[reached:start], False), (self.text[start:end], True)]
            reached = end
        return tuple(piece for piece in (*made, (self.text[reached:], False)) if piece[0])


@dataclass(frozen=True, slots=True)
class ListedReply:
    """A reply in the list, and where it has what was looked for."""

    card: Annotated[ReplyCard, FLAT]
    found: Snippet | None = None
    """所查的词在哪里；只在列出的字段里或没有查词的为 null"""


@dataclass(frozen=True, slots=True)
class ReplyList:
    """One page of the library: `total` counts all replies that match, not just these."""

    total: int
    """符合条件的共有多少份，不只是列出的"""
    listed: Annotated[tuple[ListedReply, ...], Named("replies")]
    """列出的答复"""

    @property
    def cards(self) -> tuple[ReplyCard, ...]:
        """What is said of each reply."""
        return tuple(each.card for each in self.listed)


@dataclass(frozen=True, slots=True)
class Facets:
    """How many replies of a list have each value, by filter, most frequent first; and each year.

    A filter's own choice does not narrow its own counts: they say what another choice would give.
    """

    values: Annotated[dict[str, tuple[tuple[str, int], ...]], as_facets]
    """每个筛选条件的各个取值，各有多少份，多的在前"""
    years: Annotated[tuple[tuple[int, int], ...], as_counts]
    """每年各有多少份"""


class Listing:
    """The list of a library, as far as its role may see it; shared between threads."""

    def __init__(self, home: Home, role: Role) -> None:
        self.home = home
        self._allowed = allowed_disclosures(role, home.settings)
        self._presenter = Presenter(masks(role, home.settings))
        self._holders = Remembered[Word](REMEMBERED)
        self._looking = threading.Lock()

    @healing
    def list_replies(
        self,
        filters: Filters = ANY,
        text: str = "",
        limit: int = 50,
        offset: int = 0,
        order: Order = NEWEST,
    ) -> ReplyList:
        """Return a page of the library; each word of `text` must stand in a field or in the text.

        Words are looked up in any script, width and brackets: ［2023］ 5号 is 〔2023〕5号. What is
        masked is found by none.

        :raises InputError: where there are too many words.
        """
        words = read_words(check_words(text))
        page = self.home.store.list_replies(
            filters.and_disclosures(self._allowed),
            limit=limit,
            offset=offset,
            order=order,
            words=self._look_up(words),
        )
        listed = (
            ListedReply(self._presenter.card(reply), self._snippet(reply, words))
            for reply in page.replies
        )
        return ReplyList(page.total, tuple(listed))

    @healing
    def facets(self, filters: Filters = ANY, text: str = "") -> Facets:
        """Count the replies of a list by each value of each filter, and by year."""
        words = self._look_up(read_words(check_words(text)))

        def without(name: str) -> Wanted:
            others = replace(filters, **{name: None})
            return Wanted(others.and_disclosures(self._allowed), words)

        store = self.home.store
        wanted = {name: without(name) for name in FILTER_FIELDS}
        return Facets(store.count_facets(wanted), store.years(without("years").filters, words))

    def _look_up(self, words: Sequence[ListedWord]) -> tuple[Word, ...]:
        """Find out who holds each word."""
        if not words:
            return ()
        with self.home.engine() as engine:
            texts = engine.legs.texts

            def find(word: ListedWord) -> Word:
                return Word(word.forms, find_holders(texts, word.parts, word.accepts))

            version = self.home.version, engine.retriever.version
            with self._looking:  # so that the list and its counts look once
                return tuple(
                    self._holders.find((word.typed, version), lambda word=word: find(word))  # type: ignore[misc]
                    for word in words
                )

    def _snippet(self, reply: Reply, words: Sequence[ListedWord]) -> Snippet | None:
        """Return where a reply has the words: in what it says rather than in what heads it."""
        if not words:
            return None
        text = self._presenter.span(reply, 0, len(reply.text))
        places = find_places(text, words)
        if places:
            passages = self.home.store.passages_of(reply.id).values()
            spans = [(p.start, p.end) for p in passages if p.role is PassageRole.SUBSTANCE]
            within = [p for p in places if any(s <= p[0] and p[1] <= e for s, e in spans)]
            return _best(text, places, within or places)
        view = self._presenter.reply(reply, ())
        if view.question and (places := find_places(view.question, words)):
            snippet = _best(view.question, places, places)
            return replace(snippet, start=-1, end=-1)
        for field in view.fields:
            marks = find_places(field.value, words)
            if marks and field.name not in _IN_SIGHT:
                return Snippet(field.name, field.value, field.start, field.end, tuple(marks))
        return None


TRIED = 100
"""Places at which a snippet may stand."""


def _best(
    text: str, places: Sequence[tuple[int, int]], within: Sequence[tuple[int, int]]
) -> Snippet:
    """Return the first of the snippets that show most of what was looked for."""
    tried = [_cut(text, places, place) for place in within[:TRIED]]
    return max(tried, key=lambda each: len({each.text[start:end] for start, end in each.marks}))


def _cut(text: str, places: Sequence[tuple[int, int]], place: tuple[int, int]) -> Snippet:
    """Cut a piece around a place out of a text, within its line."""
    line = text.rfind("\n", 0, place[0]) + 1
    end = text.find("\n", place[1])
    start = max(line, place[0] - AROUND)
    end = min(len(text) if end < 0 else end, place[1] + 2 * AROUND)
    start += len(text[start:end]) - len(text[start:end].lstrip())
    marks = tuple((s - start, e - start) for s, e in places if start <= s and e <= end)
    return Snippet(None, text[start:end], start, end, marks)
