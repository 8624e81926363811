"""The panel in which a reply is read, with the span that was asked for marked in its place."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import gradio as gr

from app.types import ReplyView
from app.web.parts import PRIVATE, Parts, build_html, tell_errors
from app.web.render import file_name, render
from app.wording import FIELDS, chinese_date, outcome_words
from corpus.types import FieldName, Role

SIGNATURE_LENGTH = 40
"""Longest line, in characters, that is set as a signature or a date at the foot."""


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """One line of a text: `before + marked + after` is the line, `look` how it is set.

    `look` is title, heading, signature, blank or body.
    """

    before: str
    marked: str
    after: str
    look: str = "body"


@dataclass(frozen=True, slots=True)
class Landmarks:
    """What decides how lines are set.

    Places are offsets into the text, `foot` the first one behind all substance.
    """

    titles: tuple[tuple[int, int], ...]
    dates: tuple[tuple[int, int], ...]
    agencies: frozenset[str]
    headings: frozenset[str]
    foot: int

    @classmethod
    def of(cls, view: ReplyView) -> Landmarks:
        """Collect the landmarks of a reply."""

        def places(name: FieldName) -> tuple[tuple[int, int], ...]:
            return tuple((f.start, f.end) for f in view.fields if f.name is name and f.start >= 0)

        substance = [p.end for p in view.passages if p.role is Role.SUBSTANCE]
        return cls(
            places(FieldName.TITLE),
            places(FieldName.DATE),
            frozenset(f.value for f in view.fields if f.name is FieldName.AGENCY),
            frozenset(heading.strip() for p in view.passages for heading in p.heading_path),
            max(substance, default=len(view.text)),
        )


def lay_out(view: ReplyView, start: int, end: int) -> tuple[MarkedLine, ...]:
    """Cut the reply's text at its line breaks and mark the span `start..end`.

    The lines joined by a line break are exactly the text. A span outside the text marks nothing.
    """
    landmarks = Landmarks.of(view)
    lines: list[MarkedLine] = []
    at = 0
    for line in view.text.split("\n"):
        first = min(max(start - at, 0), len(line))
        last = min(max(end - at, first), len(line))
        look = _look(line, at, landmarks)
        lines.append(MarkedLine(line[:first], line[first:last], line[last:], look))
        at += len(line) + 1
    return tuple(lines)


def _look(line: str, at: int, landmarks: Landmarks) -> str:
    stripped = line.strip()
    if not stripped:
        return "blank"
    if _covered(line, at, landmarks.titles) > len(stripped) / 2:
        return "title"
    if stripped in landmarks.headings:
        return "heading"
    at_foot = at >= landmarks.foot and len(stripped) <= SIGNATURE_LENGTH
    if at_foot and (stripped in landmarks.agencies or _covered(line, at, landmarks.dates)):
        return "signature"
    return "body"


def _covered(line: str, at: int, places: tuple[tuple[int, int], ...]) -> int:
    """Count how many characters of a line that begins at `at` lie in the places."""
    return sum(max(0, min(end, at + len(line)) - max(start, at)) for start, end in places)


SHOWN = (
    FieldName.AGENCY,
    FieldName.DOC_NUMBER,
    FieldName.DATE,
    FieldName.OUTCOME,
    FieldName.DISCLOSURE,
    FieldName.KIND,
    FieldName.RECIPIENT,
    FieldName.MATTER_NUMBER,
    FieldName.SESSION,
    FieldName.PROPOSER,
    FieldName.ROLE,
    FieldName.REGION,
    FieldName.ASKED,
    FieldName.CONTACT_PERSON,
    FieldName.CONTACT_PHONE,
    FieldName.CONTACT_ADDRESS,
    FieldName.POSTCODE,
    FieldName.MEDIUM,
)
"""The fields shown above a reply, in their order; its matter and its title stand over them."""

IN_WORDS = {
    FieldName.DATE: chinese_date,
    FieldName.ASKED: chinese_date,
    FieldName.OUTCOME: outcome_words,
}
"""How values are said that are stored in another form."""


def build_reader() -> gr.HTML:
    """Build the panel, empty."""
    return build_html("", "reader")


def connect_reader(parts: Parts, source: gr.HTML) -> None:
    """Let the `data-open` buttons of a component open their reply in the panel."""

    @tell_errors(_render_failure)
    def open_reply(event: gr.EventData) -> str:
        reply_id, start, end = _target(event)
        return render_reply(parts.service.show(reply_id), start, end, parts.is_owner)

    source.click(open_reply, outputs=parts.reader, **PRIVATE)


def render_reply(view: ReplyView, start: int, end: int, is_owner: bool) -> str:
    """Render a whole reply with its fields, the span `start..end` marked (-1, -1: none)."""
    return render(
        "reader",
        view=view,
        facts=list_fields(view),
        lines=lay_out(view, start, end),
        quote=view.text[start:end] if 0 <= start < end else "",
        source=view.card.source if is_owner else file_name(view.card.source),
        opened=time.time_ns(),
    )


def _render_failure(words: str) -> str:
    return render("reader_error", message=words, opened=time.time_ns())


def list_fields(view: ReplyView) -> list[tuple[str, str]]:
    """List the reply's fields as label and value; several values are joined with 、."""
    shown: list[tuple[str, str]] = []
    for name in SHOWN:
        say = IN_WORDS.get(name, str)
        values = [say(field.value) for field in view.fields if field.name is name]
        if values:
            shown.append((FIELDS[name], "、".join(dict.fromkeys(values))))
    return shown


def _target(event: gr.EventData) -> tuple[str, int, int]:
    """Read which reply and span a click asks for; what a browser sends is not to be trusted."""
    data: Any = event._data
    values = data if isinstance(data, dict) else {}
    return str(values.get("reply", "")), _offset(values, "start"), _offset(values, "end")


def _offset(values: dict[str, Any], name: str) -> int:
    value = values.get(name, -1)
    return value if isinstance(value, int) else -1
