"""Have a model write over an answer's quotes, or over the passages of a draft."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from app.export.draft import Draft, Request
from app.generating.check import Source
from app.generating.compose import Checker, compose
from app.generating.endpoint import Endpoint
from app.generating.prompt import BRIDGE, RULES, make_messages, speaks_to_a_model
from app.generating.types import Generated
from app.home import Home
from app.present import Presenter
from app.settings import Unsupported
from app.types import Answer
from app.wording import chinese_date, headline
from corpus.errors import Overdue
from corpus.text.redact import redact
from corpus.types import Passage, Reply

LOGGER = logging.getLogger(__name__)

HOSTILE = "引文里有写给语言模型的话，没有请它作答"
MASKED = Presenter(redacted=True)


def write(
    home: Home, endpoint: Endpoint, answer: Answer, unsupported: Unsupported
) -> Iterator[Generated]:
    """Yield what a model writes of an answer's quotes."""
    sources = list(_sources_of(home, answer))
    if not sources:
        yield Generated(endpoint.model, "failed", problem=HOSTILE)
        return
    question = redact(answer.completed or answer.question)
    messages = make_messages(RULES, question, sources)
    yield from compose(endpoint, messages, _checker(home, sources), unsupported)


def smooth(home: Home, endpoint: Endpoint, draft: Draft) -> Draft:
    """Return a draft with a sentence of a model's before the passages of each request.

    All requests together take about as long as one answer may, and none is asked for after one
    that failed; the draft then says so.
    """
    requests, until = list(draft.requests), time.monotonic() + endpoint.seconds
    problem = ""
    for place, request in enumerate(requests):
        sources = list(_sources_for(home, request))
        if not sources:
            continue
        if time.monotonic() >= until:
            problem = f"语言模型 {endpoint.seconds:g} 秒内没有写完"
            break
        messages = make_messages(BRIDGE, redact(request.text), sources)
        try:
            written = deque(compose(endpoint, messages, _checker(home, sources), "drop"), 1)[0]
        except Overdue:  # the draft can still be had as it is
            problem = "语言模型作答太久"
            break
        bridge = "".join(each.text for each in written.sentences)
        requests[place] = replace(request, bridge=bridge)
        if problem := written.problem:
            break
    if problem:
        LOGGER.warning("底稿的过渡语没有写成：%s", problem)
    told = f"语言模型没有写全底稿的过渡语（{problem}），引文照原样列出。" if problem else ""
    return replace(draft, requests=tuple(requests), unsmoothed=told)


def _checker(home: Home, sources: Sequence[Source]) -> Checker:
    with home.engine() as engine:
        return Checker(sources, engine.retriever.analyser.encoders.sentences.embed_passages)


def _sources_of(home: Home, answer: Answer) -> Iterator[Source]:
    """Yield the passages that hold the quotes, one text for each citation."""
    for citation in answer.citations:
        reply = home.store.reply(citation.card.reply_id)
        passages = list(home.store.passages_of(reply.id).values())
        own = (quote for quote in answer.quotes if quote.citation == citation.number)
        spans = sorted({_around(quote.start, quote.end, passages) for quote in own})
        yield from _make_source(citation.number, reply, spans)


def _sources_for(home: Home, request: Request) -> Iterator[Source]:
    for number, hit in enumerate(request.passages, 1):
        reply = home.store.reply(hit.card.reply_id)
        yield from _make_source(number, reply, [(hit.start, hit.end)])


def _around(start: int, end: int, passages: Sequence[Passage]) -> tuple[int, int]:
    """Return the span of the passages that a quote stands in, at least its own."""
    beside = [each for each in passages if each.start < end and start < each.end]
    first, last = [each.start for each in beside], [each.end for each in beside]
    return min([start, *first]), max([end, *last])


def _make_source(number: int, reply: Reply, spans: Sequence[tuple[int, int]]) -> Iterator[Source]:
    """Yield what may be sent and cited of a reply; nothing where it speaks to a model."""
    card = MASKED.card(reply)
    about = "，".join(filter(None, (card.agency, chinese_date(card.date), headline(card))))
    text = "\n".join(MASKED.span(reply, *span) for span in spans)
    if not speaks_to_a_model(f"{about}\n{text}"):
        yield Source(number, about, text, _day(card.date))


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written or "")
    except ValueError:
        return None
