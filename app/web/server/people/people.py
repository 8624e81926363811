"""Answer requests for the pages of people: who may, by a form that was given to them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.actor import VISITOR, acting
from app.running.rates import address_of
from app.web.cookies import give_cookie, language_of, read_cookie, switch_language
from app.web.language import say, speaking
from app.web.parts import tell_errors
from app.web.server.guard import SIGN_IN, WANTED, is_view
from app.web.server.people.asked import (
    PATHS,
    Answer,
    Asked,
    Marks,
    go,
    show,
)
from app.web.server.people.greeting import Greeter
from app.web.server.refusals import refused

LONGEST_FORM = 16 << 10
"""Bytes of a form."""

FIELDS = 40

NO_ADMINISTRATOR = "这一页只给管理员看。"

TOO_LONG = "内容太长了。"

FORGED = "这张表单不是刚才在这里打开的，或者已经过期。请重新打开本页再填一次。"


@dataclass(frozen=True, slots=True)
class Page:
    """How one page is shown, and what its forms do."""

    look: Answer
    do: Answer
    for_all: bool = False
    """Whether it is for who is not signed in, too."""
    for_administrators: bool = False


class People:
    """ASGI application that answers the pages of people."""

    def __init__(self, greeter: Greeter, marks: Marks, pages: Mapping[str, Page]) -> None:
        self.greeter = greeter
        self.marks = marks
        self.pages = {path: pages[path] for path in PATHS}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        with speaking(language_of(scope)):
            answer = await self._answer(scope, receive)
        answer.headers["Cache-Control"] = "no-store"
        await answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        page = self.pages[scope["path"]]
        guest = await run_in_threadpool(self.greeter.recognise, scope)
        if guest is None and not page.for_all:
            return _ask_to_sign_in(scope)
        own = "" if guest else read_cookie(scope, "form") or secrets.token_urlsafe(16)
        mark = guest.mark if guest else self.marks.of(own)
        asked = Asked(
            scope, scope["path"], _read(scope["query_string"]), {}, guest, address_of(scope), mark
        )
        if page.for_administrators and not (guest and guest.actor.role.administers):
            return show("people_told", asked, HTTPStatus.FORBIDDEN, words=NO_ADMINISTRATOR, way="/")
        switched = switch_language(scope, asked.path, scope["query_string"].decode("latin-1"))
        if scope["method"] != "POST" and switched:
            answer = switched
        elif scope["method"] != "POST":
            answer = await run_in_threadpool(_act, page.look, asked)
        else:
            body = await _read_body(receive)
            if body is None:
                return PlainTextResponse(say(TOO_LONG), HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            form = _read(body)
            given = form.get("mark", "")
            if not given or not secrets.compare_digest(given.encode(), mark.encode()):
                return show("people_told", asked, HTTPStatus.FORBIDDEN, words=FORGED)
            answer = await run_in_threadpool(_act, page.do, replace(asked, form=form))
        if own:
            give_cookie(answer, scope, "form", own)
        return answer


def _act(answer: Answer, asked: Asked) -> Response:
    """Answer, with trouble told on a page of its own where the page itself tells none."""

    @tell_errors(lambda words: show("people_told", asked, HTTPStatus.BAD_REQUEST, words=words))
    def act() -> Response:
        with acting(asked.guest.actor if asked.guest else replace(VISITOR, address=asked.address)):
            return answer(asked)

    return act()


class SignInFirst:
    """ASGI application for who is not signed in, and may see nothing."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send a browser to the page where one signs in, and from there to where it wanted."""
        with speaking(language_of(scope)):
            answer: ASGIApp = _ask_to_sign_in(scope)
        await answer(scope, receive, send)


def _ask_to_sign_in(scope: Scope) -> Response:
    path, query = scope.get(WANTED) or (scope["path"], "")
    if scope["method"] == "POST" or not (is_view(path) or path in PATHS):
        return refused(HTTPStatus.UNAUTHORIZED, "请先登录：刷新页面就可以登录。")
    wanted = path + (f"?{query}" if query else "")
    return go(SIGN_IN if wanted == "/" else f"{SIGN_IN}?{urlencode({'next': wanted})}")


def _read(sent: bytes) -> dict[str, str]:
    """Read a query or a form; of a field that comes twice the last counts."""
    try:
        return dict(parse_qsl(sent.decode("utf-8", "replace"), True, max_num_fields=FIELDS))
    except ValueError:
        return {}


async def _read_body(receive: Receive) -> bytes | None:
    body = bytearray()
    message: Message = {"more_body": True}
    while message.get("more_body", False):
        message = await receive()
        body.extend(message.get("body", b""))
        if len(body) > LONGEST_FORM or message["type"] == "http.disconnect":
            return None
    return bytes(body)
