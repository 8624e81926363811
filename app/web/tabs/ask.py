"""The tab 问答: a question, and its answer in numbered quotes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import gradio as gr

from app.links import Link, link_tab
from app.queries import LONGEST_QUESTION
from app.running.remembered import Remembered
from app.types import Answer
from app.views.figures import Stats
from app.web.clicks import read_choice
from app.web.examples import find_examples
from app.web.feedback import NOTHING, Shown, Thumbs
from app.web.filters import build_filters, name_view
from app.web.language import name
from app.web.links import Opened
from app.web.parts import ASKING, FOLLOWING, PRIVATE, Parts, build_html, render_error, tell_errors
from app.web.reader import connect_reader
from app.web.render import render, render_notice
from app.web.writing import NOTHING as UNWRITTEN
from app.web.writing import Writing
from corpus.text.simplified import simplify
from eval.data.spans import Span
from index.text.language.typed import acknowledges


@dataclass(frozen=True, slots=True)
class Asked:
    """What a visitor has asked last: the question as typed, after which one, and how.

    :ivar whole: what the next may lean on: the question with what it took from the one before, or
        that one, where it only acknowledges an answer.
    """

    text: str = ""
    after: str = ""
    exactly: bool = False
    whole: str = ""


ALONE, EXACTLY = "alone", "exactly"
"""What an answer offers to be asked again: without the question before, or as it was typed."""


Step = tuple[str, Answer | None, str, Shown, Asked]
"""What a model writes, of which answer, the answer, what of it can be rated, what was asked."""


def ask_again(asked: Asked, choice: str) -> Asked:
    """Return what is asked where a visitor drops what the answer said was done to the question."""
    return replace(asked, exactly=True) if choice == EXACTLY else replace(asked, after="")


def build_tab(parts: Parts) -> None:
    """Build the tab."""
    with gr.Tab(name("问答"), id="ask"):
        with gr.Row(elem_classes="dafu-search"):
            question = gr.Textbox(
                label=name("问题"),
                show_label=False,
                container=False,
                placeholder=name("用平常的话提问，例如：老旧小区加装电梯有补贴吗？"),
                max_lines=5,
                max_length=LONGEST_QUESTION,
                autofocus=True,
                elem_id="question",
                scale=5,
                html_attributes=gr.InputHTMLAttributes(enterkeyhint="search"),
            )
            button = gr.Button(
                name("提问"), variant="primary", elem_id="ask", min_width=96, scale=0
            )
        panel = build_filters(parts)
        writing = Writing(parts)
        answer = build_html("", "answer", "ask.js")
        start = build_html("", "start")  # the style sheet hides it once there is an answer
        thumbs = Thumbs(parts, answer)
        last = gr.State(Asked())
        opened = parts.open_by_address("ask", question)

    kept = Remembered[tuple[str, ...]](1)

    def reply(asked: Asked, values: tuple[Any, ...], request: gr.Request) -> Iterator[Step]:
        busy = render_notice("正在文库中查找依据……", "busy")
        yield *writing.stop(request), busy, NOTHING, asked
        filters = panel.read(values)
        found = parts.service.ask(asked.text, filters, asked.after, asked.exactly)
        whole = found.completed or found.question
        shown = thumbs.show(whole, list_spans(found), request)
        exactly = "1" if asked.exactly else None
        link = link_tab("ask", name_view(whole, filters), whole, filters, exactly=exactly)
        html = render_answer(found, shown, link)
        leant_on = asked.after if acknowledges(simplify(whole)) else whole
        yield *writing.begin(found), html, shown or NOTHING, replace(asked, whole=leant_on)

    told = tell_errors(lambda words: (*UNWRITTEN, render_error(words), NOTHING, Asked()))

    @told
    def reply_to(
        text: str | None, asked: Asked, request: gr.Request, *values: Any
    ) -> Iterator[Step]:
        yield from reply(Asked(text or "", asked.whole), values, request)

    @told
    def reply_again(
        event: gr.EventData, asked: Asked, request: gr.Request, *values: Any
    ) -> Iterator[Step]:
        yield from reply(ask_again(asked, choose(event)), values, request)

    @told
    def reply_opened(
        text: str | None, given: Opened, request: gr.Request, *values: Any
    ) -> Iterator[Step]:
        if (text or "").strip():
            asked = Asked(text or "", exactly=bool(given.find("exactly")))
            yield from reply(asked, values, request)
        else:
            yield *UNWRITTEN, "", NOTHING, Asked()

    def choose(event: gr.EventData) -> str:
        return read_choice(event)[:LONGEST_QUESTION]

    @tell_errors()
    def welcome() -> str:
        stats = parts.service.stats()
        # Each is asked: that takes longer than all else that opening the page does.
        examples = kept.find(parts.service.home.version, partial(find_examples, parts.service))
        return render_welcome(stats, examples)

    inputs = [question, last, *panel.components]
    outputs = [*writing.components, answer, thumbs.shown, last]
    chosen = start.select(choose, outputs=question, **FOLLOWING)
    writing.follow(
        gr.on([question.submit, button.click], reply_to, inputs, outputs, **ASKING),
        chosen.then(reply_to, inputs, outputs, **ASKING),
        opened.change(reply_opened, [question, opened, *panel.components], outputs, **ASKING),
        answer.select(reply_again, [last, *panel.components], outputs, **ASKING),
    )
    connect_reader(parts, answer)
    gr.on([parts.blocks.load, parts.version.change], welcome, outputs=start, **PRIVATE)


def render_answer(answer: Answer, shown: Shown | None = None, link: Link | None = None) -> str:
    """Render an answer, or that there is none, with the nearest passages below.

    :param shown: what can be rated; None: nothing.
    """
    sources = {citation.number: citation for citation in answer.citations}
    return render("answer", answer=answer, sources=sources, shown=shown, link=link)


def list_spans(answer: Answer) -> frozenset[Span]:
    """Return the spans that an answer shows."""
    quotes = (Span(quote.reply_id, quote.start, quote.end) for quote in answer.quotes)
    hits = (Span(hit.card.reply_id, hit.start, hit.end) for hit in answer.nearest)
    return frozenset((*quotes, *hits))


def render_welcome(stats: Stats, examples: tuple[str, ...]) -> str:
    """Render what stands in the answer's place before the first question."""
    return render("welcome", stats=stats, examples=examples)
