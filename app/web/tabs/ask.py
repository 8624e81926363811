"""The tab 问答: a question, and its answer in numbered quotes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr

from app.queries import LONGEST_QUESTION
from app.remembered import Remembered
from app.types import Answer, ReplyCard, Stats
from app.web.feedback import NOTHING, Shown, Thumbs
from app.web.filters import build_filters
from app.web.parts import ASKING, PRIVATE, Parts, build_html, render_error, tell_errors
from app.web.reader import connect_reader
from app.web.render import render, render_notice
from eval.data.spans import Span

if TYPE_CHECKING:
    from app.service import Service

EXAMPLES = 6
RECENT = 200
"""So many of the newest replies are looked at."""

TRIED = 12
"""So many matters are asked at most: each takes as long as a question does."""

LENGTHS = range(6, 31)
"""Characters of a matter that reads as a question and fits its button."""


def find_examples(service: Service) -> tuple[str, ...]:
    """Choose matters of recent replies, as many as `EXAMPLES`, that this library answers.

    The same library gives the same examples; what the audience may not see is not among them.
    """
    matters = list(iter_matters(service.list_replies(limit=RECENT).cards))[:TRIED]
    answered = (matter for matter in matters if service.ask(matter).status == "answered")
    return tuple(matter for matter, _ in zip(answered, range(EXAMPLES), strict=False))


def iter_matters(cards: Iterable[ReplyCard]) -> Iterator[str]:
    """Yield matters in the order of the cards, one of each agency, none twice."""
    agencies: set[str | None] = set()
    matters: set[str] = set()
    for card in cards:
        matter = card.matter
        if not matter or len(matter) not in LENGTHS or matter in matters:
            continue
        if card.agency not in agencies:
            agencies.add(card.agency)
            matters.add(matter)
            yield matter


@dataclass(frozen=True, slots=True)
class Asked:
    """What a visitor has asked last: the question as typed, after which one, and how.

    :ivar whole: the question with what it took from the one before: what the next may lean on.
    """

    text: str = ""
    after: str = ""
    exactly: bool = False
    whole: str = ""


ALONE, EXACTLY = "alone", "exactly"
"""What an answer offers to be asked again: without the question before, or as it was typed."""


def ask_again(asked: Asked, choice: str) -> Asked:
    """Return what is asked where a visitor drops what the answer said was done to the question."""
    return replace(asked, exactly=True) if choice == EXACTLY else replace(asked, after="")


def build_tab(parts: Parts) -> None:
    """Build the tab."""
    with gr.Tab("问答", id="ask"):
        with gr.Row(elem_classes="dafu-search"):
            question = gr.Textbox(
                label="问题",
                show_label=False,
                container=False,
                placeholder="用平常的话提问，例如：老旧小区加装电梯有补贴吗？",
                max_lines=5,
                max_length=LONGEST_QUESTION,
                autofocus=True,
                elem_id="question",
                scale=5,
                html_attributes=gr.InputHTMLAttributes(enterkeyhint="search"),
            )
            button = gr.Button("提问", variant="primary", elem_id="ask", min_width=96, scale=0)
        panel = build_filters(parts)
        answer = build_html("", "answer")
        start = build_html("", "start")  # the style sheet hides it once there is an answer
        thumbs = Thumbs(parts, answer)
        last = gr.State(Asked())

    kept = Remembered[tuple[str, ...]](1)

    def reply(
        asked: Asked, values: tuple[Any, ...], request: gr.Request
    ) -> Iterator[tuple[str, Shown, Asked]]:
        yield render_notice("正在文库中查找依据……", "busy"), NOTHING, asked
        found = parts.service.ask(asked.text, panel.read(values), asked.after, asked.exactly)
        whole = found.completed or found.question
        shown = thumbs.show(whole, list_spans(found), request)
        yield render_answer(found, shown), shown or NOTHING, replace(asked, whole=whole)

    told = tell_errors(lambda words: (render_error(words), NOTHING, Asked()))

    @told
    def reply_to(
        text: str | None, asked: Asked, request: gr.Request, *values: Any
    ) -> Iterator[tuple[str, Shown, Asked]]:
        yield from reply(Asked(text or "", asked.whole), values, request)

    @told
    def reply_again(
        event: gr.EventData, asked: Asked, request: gr.Request, *values: Any
    ) -> Iterator[tuple[str, Shown, Asked]]:
        yield from reply(ask_again(asked, choose(event)), values, request)

    def choose(event: gr.EventData) -> str:
        data = event._data if isinstance(event._data, dict) else {}
        return str(data.get("choice", ""))[:LONGEST_QUESTION]

    @tell_errors()
    def welcome() -> str:
        stats = parts.service.stats()
        # Each is asked: that takes longer than all else that opening the page does.
        examples = kept.find(parts.service.home.version, partial(find_examples, parts.service))
        return render_welcome(stats, examples, parts.allow_upload)

    inputs = [question, last, *panel.components]
    outputs = [answer, thumbs.shown, last]
    gr.on([question.submit, button.click], reply_to, inputs, outputs, **ASKING)
    start.select(choose, outputs=question, **PRIVATE).then(reply_to, inputs, outputs, **ASKING)
    answer.select(reply_again, [last, *panel.components], outputs, **ASKING)
    connect_reader(parts, answer)
    gr.on([parts.blocks.load, parts.version.change], welcome, outputs=start, **PRIVATE)


def render_answer(answer: Answer, shown: Shown | None = None) -> str:
    """Render an answer, or that there is none, with the nearest passages below.

    :param shown: what can be rated; None: nothing.
    """
    sources = {citation.number: citation for citation in answer.citations}
    return render("answer", answer=answer, sources=sources, shown=shown)


def list_spans(answer: Answer) -> frozenset[Span]:
    """Return the spans that an answer shows."""
    quotes = (Span(quote.reply_id, quote.start, quote.end) for quote in answer.quotes)
    hits = (Span(hit.card.reply_id, hit.start, hit.end) for hit in answer.nearest)
    return frozenset((*quotes, *hits))


def render_welcome(stats: Stats, examples: tuple[str, ...], allow_upload: bool) -> str:
    """Render what stands in the answer's place before the first question."""
    return render("welcome", stats=stats, examples=examples, allow_upload=allow_upload)
