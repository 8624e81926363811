"""Let through only calls that the page itself could make: of its functions, in their forms."""

from __future__ import annotations

import json
import logging
import re
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

import gradio as gr
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.queries import make_whole
from app.running.rates import Rate, address_of
from app.web.files import Visits, is_within
from app.web.guest import guest_of
from app.web.server.limits import WAITING, WAITING_OF_ONE, Limits
from app.web.server.listening import Listeners
from app.web.server.refusals import NO_FUNCTION, refuse
from corpus.files import bytes_below

LOGGER = logging.getLogger(__name__)

JOIN, UPLOAD = "/gradio_api/queue/join", "/gradio_api/upload"
STREAM = "/gradio_api/queue/data"
BODY = "http.response.body"

ENDED = b'"msg":"close_stream"'
"""What a stream says last; within a text that it tells, quotes are written otherwise."""

VISIT = "dafu.visit"
"""Where the scope of a call and of a stream has whose visit it is of, as Gradio names it."""

ROOM = 2 << 30
"""Bytes that the folder of uploaded files may have in all."""

_SESSION = re.compile(r"[A-Za-z0-9_-]{1,64}")

TOO_OFTEN = "请求太频繁，请稍等一分钟再试。"
OTHERS = "这一页是另一个人打开的。请刷新页面。"
NO_FILES = "这一页不收文件。"
TOO_MANY = "现在用的人太多，请过一会儿再试。"
TOO_MANY_OF_ONE = "您已有太多请求在排队，请等它们办完再试。"

VISITS = 10_000
"""So many visits are known by who made them, those that did something last."""


def _is_text(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _is_choice(value: Any) -> bool:
    if isinstance(value, list):
        return len(value) <= 1000 and all(isinstance(each, (str, int)) for each in value)
    return value is None or isinstance(value, (str, int, float))


def _is_file(value: Any) -> bool:
    files = value if isinstance(value, list) else [value]
    return value is None or (
        len(files) <= 1000
        and all(isinstance(file, dict) and isinstance(file.get("path"), str) for file in files)
    )


FORMS: Mapping[str, Callable[[Any], bool]] = {
    "textbox": _is_text,
    "html": _is_text,
    "dropdown": _is_choice,
    "checkboxgroup": _is_choice,
    "radio": _is_choice,
    "checkbox": lambda value: isinstance(value, bool),
    "slider": lambda value: isinstance(value, (int, float)),
    "number": lambda value: value is None or isinstance(value, (int, float)),
    "file": _is_file,
    "uploadbutton": _is_file,
}
"""What the browser sends of each kind of component; of others nothing that counts is sent."""


class Inbox:
    """ASGI middleware that reads the body of each call before the page does."""

    def __init__(self, app: ASGIApp, blocks: gr.Blocks, visits: Visits, limits: Limits) -> None:
        """Take the page's functions."""
        self.app = app
        self.blocks = blocks
        self.visits = visits
        self.limits = limits
        self.forms = {
            number: [FORMS.get(part.get_block_name()) for part in function.inputs]
            for number, function in blocks.fns.items()
            if function.fn is not None
        }
        self.takes_files = any(_is_file in forms for forms in self.forms.values())
        self.calls = Rate(limits.per_minute) if limits.per_minute else None
        self.uploads = Rate(limits.uploads, 3600) if limits.uploads else None
        self.listeners = Listeners(blocks)
        self._owners: OrderedDict[str, str] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look at a call or an upload, then pass it on; anything else as it is."""
        if scope["type"] == "http" and scope["path"] == STREAM:
            await self._stream(scope, receive, send)
        elif scope["type"] != "http" or scope["method"] != "POST":
            await self.app(scope, receive, send)
        elif scope["path"].rstrip("/") == UPLOAD:
            await self._take_upload(scope, receive, send)
        else:
            await self._take_call(scope, receive, send)

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what a visit is told; that of an unknown visit ends after it has said so."""
        asked = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        session = asked.get("session_hash", "")
        if self._owners.get(session, name_of(scope)) != name_of(scope):
            await refuse(403, OTHERS)(scope, receive, send)
            return
        try:
            with self.listeners.listening(session) as stream:

                async def pass_on(message: Message) -> None:
                    await send(message)
                    if message["type"] == BODY:
                        ended = not message.get("more_body", False)
                        stream.whole |= ended or ENDED in message.get("body", b"")

                await self.app({**scope, VISIT: session}, receive, pass_on)
        except RuntimeError as error:  # Starlette: an answer begun can't become a 404
            LOGGER.debug("a stream was broken off: %s", error)
            await send({"type": BODY, "body": b""})

    async def _take_call(self, scope: Scope, receive: Receive, send: Send) -> None:
        joining = scope["path"].rstrip("/") == JOIN
        if joining and self.calls and not self.calls.take(name_of(scope)):
            await refuse(429, TOO_OFTEN, wait=60)(scope, receive, send)
            return
        if joining and (refused := self._full(name_of(scope))):
            await refuse(429, refused, wait=15)(scope, receive, send)
            return
        most = self.limits.call
        body = bytearray()
        message: Message = {"more_body": _declared(scope) <= most}
        too_long = not message["more_body"]
        while message.get("more_body", False) and not too_long:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body.extend(message.get("body", b""))
            too_long = len(body) > most
        problem: tuple[int, str] | None = (413, "内容太长了。")
        content, call = _mend(bytes(body)), None
        if not too_long:
            call = _parse(content)
            problem = self._problem(call, joining, name_of(scope))
        if problem:
            await refuse(*problem)(scope, receive, send)
            return
        whole: Message = {"type": "http.request", "body": content, "more_body": False}
        first = iter((whole,))

        async def replay() -> Message:
            return next(first, None) or await receive()

        visit = {VISIT: call["session_hash"]} if call and joining else {}
        await self.app({**scope, **visit}, replay, send)

    def _problem(self, call: Any, joining: bool, name: str) -> tuple[int, str] | None:
        """Return what is wrong with a call: a status, and words; None where it may pass."""
        try:
            paths = list(_iter_paths(call))
        except RecursionError:
            call = None
        if call is None:
            return 400, "内容不是 JSON。"
        if not all(is_within(path, self.visits.folder) for path in paths):
            return 400, "只能使用在本页上传的文件。"
        if not isinstance(call, dict):
            return 400, "内容不是本页发出的。"
        session = call.get("session_hash")
        if not joining:
            known = isinstance(session, str) and self._owners.get(session, name) != name
            return (403, OTHERS) if known else None
        if not isinstance(session, str) or not _SESSION.fullmatch(session):
            return 400, "内容不是本页发出的。"
        function = call.get("fn_index")
        if not isinstance(function, int) or function not in self.forms:
            return 404, NO_FUNCTION
        if not _has_form(call.get("data"), self.forms[function]):
            return 400, "内容不是本页发出的。"
        if not self._owns(name, session):
            return 403, OTHERS
        for path in filter(None, paths):
            self.visits.use(session, path)
        self.listeners.expect(session)
        return None

    def _full(self, name: str) -> str:
        """Tell why no further call may wait, of anybody or of who makes it; "" where it may."""
        queues = self.blocks._queue.event_queue_per_concurrency_id.values()
        waiting = [event for each in queues for event in each.queue]
        if len(waiting) >= WAITING:
            return TOO_MANY
        own = sum(name_of(event.request.scope) == name for event in waiting)
        return TOO_MANY_OF_ONE if own >= WAITING_OF_ONE else ""

    def _owns(self, name: str, session: str) -> bool:
        """Tell whether a visit of the page is of who asks; of who asks first, where it is new."""
        owner = self._owners.setdefault(session, name)
        self._owners.move_to_end(session)
        if len(self._owners) > VISITS:
            self._owners.popitem(last=False)
        return owner == name

    async def _take_upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        declared = Headers(scope=scope).get("content-length", "")
        most = self.limits.upload
        if not self.takes_files:
            await refuse(404, NO_FILES)(scope, receive, send)
        elif not declared.isdecimal():
            await refuse(411, "没有说明文件的大小。")(scope, receive, send)
        elif int(declared) > most:
            await refuse(413, f"文件太大，一次最多 {most >> 20} MB。")(scope, receive, send)
        elif self.uploads and not self.uploads.take(name_of(scope), int(declared)):
            await refuse(429, "上传太多了，请过一小时再试。", wait=3600)(scope, receive, send)
        elif bytes_below(self.visits.folder) + int(declared) > ROOM:
            await refuse(507, "存放上传文件的地方满了，请稍后再试。")(scope, receive, send)
        else:
            self.visits.sweep()
            await self.app(scope, receive, send)  # the server reads no more than was declared


def name_of(scope: Scope) -> str:
    """Return by what a request is counted: the account, else the address it comes from."""
    guest = guest_of(scope)
    return f"@{guest.actor.name}" if guest and guest.mark else address_of(scope)


def _declared(scope: Scope) -> int:
    declared = Headers(scope=scope).get("content-length", "0")
    return int(declared) if declared.isdecimal() else 0


_HALVES = re.compile(rb"\\u[dD][89a-fA-F]")


def _mend(body: bytes) -> bytes:
    """Replace halves of surrogate pairs in a call: no answer can be written with them."""
    if not _HALVES.search(body):
        return body
    try:
        return make_whole(json.dumps(json.loads(body), ensure_ascii=False)).encode()
    except (ValueError, RecursionError):
        return body  # which is refused


def _parse(body: bytes) -> Any:
    """Return what a call says; None where that can't be read."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _has_form(data: Any, forms: list[Callable[[Any], bool] | None]) -> bool:
    if not isinstance(data, list) or len(data) != len(forms):
        return False
    return all(form is None or form(value) for value, form in zip(data, forms, strict=True))


def _iter_paths(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        if "path" in value:
            yield value["path"]
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _iter_paths(part)
