"""Correcting the reply in the reader and putting it away, for the library's owner."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import gradio as gr

from app.keeping.removal import KEPT_DAYS
from app.keeping.values import read_name
from app.types import ReplyView
from app.web.clicks import read_target, read_values
from app.web.facts import Attempt
from app.web.parts import REPEATED, Parts, tell_errors
from app.web.reader import GONE, on_page, render_failure, render_reply
from app.web.render import render
from app.wording import headline
from corpus.errors import DafuError, InputError, NotFound
from corpus.types import FieldName


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a click asks for: to `save` values, say that there is `none`, to `undo`, `revert`.

    `seen` is the last change that the page shows.
    """

    reply: str
    start: int
    end: int
    action: str
    name: FieldName
    values: tuple[str, ...]
    seen: int

    @classmethod
    def of(cls, event: gr.EventData) -> _Wish:
        """Read a click; what a browser sends is not to be trusted.

        :raises InputError: where it names no field.
        """
        data = read_values(event)
        given = data.get("values")
        values = tuple(map(str, given)) if isinstance(given, list) else ()
        name = read_name(str(data.get("field", "")))
        seen = data.get("seen")
        action, last = str(data.get("action", "")), seen if isinstance(seen, int) else 0
        return cls(*read_target(event), action, name, values, last)


def connect_review(parts: Parts) -> None:
    """Let the fields in the reader be corrected; all that shows the library then follows."""

    @tell_errors(lambda words: (render_failure(words), gr.skip()))
    def change(event: gr.EventData, version: int) -> tuple[Any, ...]:
        wish = _Wish.of(event)
        shown: dict[str, Any] = {"start": wish.start, "end": wish.end, "edits": True}
        try:
            shown["shown"] = on_page(parts, wish.reply, wish.start)
            view = _change(parts, wish)
        except NotFound:
            typed = wish.values if wish.action == "save" else ()
            return render_failure(_tell_gone(parts, wish.reply, typed)), version + 1
        except DafuError as error:
            tried = wish.values if wish.action == "save" else None
            attempt = Attempt(wish.name, tried, str(error))
            view = parts.service.review.show(wish.reply)
            return render_reply(view, attempt=attempt, **shown), gr.skip()
        return render_reply(view, **shown), version + 1

    parts.reader.edit(change, parts.version, [parts.reader, parts.version], **REPEATED)


def _change(parts: Parts, wish: _Wish) -> ReplyView:
    review = parts.service.review
    if wish.action == "undo":
        return review.undo(wish.reply, [wish.name], wish.seen)
    if wish.action == "revert":
        number = "".join(wish.values)
        if not (number.isdecimal() and len(number) < 10):
            raise InputError("没有看懂要改回哪一次更正，请重新打开这份答复。")
        return review.revert(wish.reply, int(number), wish.seen)
    if wish.action == "none":
        return review.correct(wish.reply, {wish.name: ()}, wish.seen)
    if not any(value.strip() for value in wish.values):
        raise InputError("还没有填。确实没有这一项的，请点“确无此项”。")
    return review.correct(wish.reply, {wish.name: wish.values}, wish.seen)


def _tell_gone(parts: Parts, reply_id: str, typed: tuple[str, ...] = ()) -> str:
    """Say where a reply is that was there before, and what of it was not kept."""
    said = "、".join(filter(None, typed))
    lost = f"\n您填写的“{said}”没有保存。" if said else ""
    return (parts.service.bin.tell_whose(reply_id) or GONE) + lost


def connect_binning(parts: Parts) -> None:
    """Let the reply in the reader be put away; all that shows the library then follows."""

    @tell_errors(lambda words: (render_failure(words), gr.skip()))
    def put_away(event: gr.EventData, version: int) -> tuple[Any, ...]:
        reply_id, _, _ = read_target(event)
        try:
            title = headline(parts.service.show(reply_id).card)
            parts.service.bin.put_away([reply_id])
        except NotFound:
            return render_failure(_tell_gone(parts, reply_id)), version + 1
        return render_put_away(reply_id, title), version + 1

    @tell_errors(lambda words: (render_failure(words), gr.skip()))
    def bring_back(event: gr.EventData, version: int) -> tuple[Any, ...]:
        reply_id, _, _ = read_target(event)
        (back,) = parts.service.bin.bring_back([reply_id])
        view = parts.service.show(back)
        shown = on_page(parts, back, -1)
        return render_reply(view, -1, -1, parts.edits, shown=shown), version + 1

    outputs = [parts.reader, parts.version]
    parts.reader.delete(put_away, parts.version, outputs, **REPEATED)
    parts.reader.undo(bring_back, parts.version, outputs, **REPEATED)


def render_put_away(reply_id: str, title: str) -> str:
    """Render that a reply was put away, with the way back."""
    opened = time.time_ns()
    return render("put_away", reply_id=reply_id, title=title, days=KEPT_DAYS, opened=opened)
