"""Let through only calls that the page itself could make: of its functions, in their forms."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import gradio as gr
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.rates import Rate
from app.web.files import Visits, is_within
from corpus.files import bytes_below

LOGGER = logging.getLogger(__name__)

JOIN, UPLOAD = "/gradio_api/queue/join", "/gradio_api/upload"
STREAM = "/gradio_api/queue/data"

LARGEST_CALL, LARGEST_OWN_CALL = 1 << 20, 16 << 20
"""Bytes that a call of a visitor and of the owner may have. The longest proposal has 200 kB."""

LARGEST_UPLOAD, LARGEST_OWN_UPLOAD = 52 << 20, 1 << 30
"""Bytes that what is uploaded at once may have: a visitor's is one file."""

UPLOADS = 256 << 20
"""Bytes that one address may upload within an hour."""

ROOM = 2 << 30
"""Bytes that the folder of uploaded files may have in all."""

_SESSION = re.compile(r"[A-Za-z0-9_-]{1,64}")

TOO_OFTEN = "请求太频繁，请稍等一分钟再试。"


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

    def __init__(
        self, app: ASGIApp, blocks: gr.Blocks, visits: Visits, is_owner: bool, per_minute: int
    ) -> None:
        """Take the page's functions.

        :param per_minute: calls of one address within a minute; 0: any number.
        """
        self.app = app
        self.visits = visits
        self.is_owner = is_owner
        self.forms = {
            number: [FORMS.get(part.get_block_name()) for part in function.inputs]
            for number, function in blocks.fns.items()
            if function.fn is not None
        }
        self.calls = Rate(per_minute) if per_minute else None
        self.uploads = Rate(UPLOADS, 3600)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look at a call or an upload, then pass it on; anything else as it is."""
        if scope["type"] == "http" and scope["path"] == STREAM:
            await self._tell(scope, receive, send)
        elif scope["type"] != "http" or scope["method"] != "POST":
            await self.app(scope, receive, send)
        elif scope["path"].rstrip("/") == UPLOAD:
            await self._take_upload(scope, receive, send)
        else:
            await self._take_call(scope, receive, send)

    async def _tell(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what a visit is told; that of an unknown visit ends after it has said so."""
        try:
            await self.app(scope, receive, send)
        except RuntimeError as error:  # Starlette: an answer begun can't become a 404
            LOGGER.debug("a stream was broken off: %s", error)
            await send({"type": "http.response.body", "body": b""})

    async def _take_call(self, scope: Scope, receive: Receive, send: Send) -> None:
        joining = scope["path"].rstrip("/") == JOIN
        if joining and self.calls and not self.calls.take(address_of(scope)):
            await refuse(429, TOO_OFTEN)(scope, receive, send)
            return
        most = LARGEST_OWN_CALL if self.is_owner else LARGEST_CALL
        body = bytearray()
        message: Message = {"more_body": _declared(scope) <= most}
        too_long = not message["more_body"]
        while message.get("more_body", False) and not too_long:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body.extend(message.get("body", b""))
            too_long = len(body) > most
        problem = (413, "内容太长了。") if too_long else self._problem(bytes(body), joining)
        if problem:
            await refuse(*problem)(scope, receive, send)
            return
        whole: Message = {"type": "http.request", "body": bytes(body), "more_body": False}
        first = iter((whole,))

        async def replay() -> Message:
            return next(first, None) or await receive()

        await self.app(scope, replay, send)

    def _problem(self, body: bytes, joining: bool) -> tuple[int, str] | None:
        """Return what is wrong with a call: a status, and words; None where it may pass."""
        try:
            call = json.loads(body)
            paths = list(_iter_paths(call))
        except (ValueError, RecursionError):
            return 400, "内容不是 JSON。"
        if not all(is_within(path, self.visits.folder) for path in paths):
            return 400, "只能使用在本页上传的文件。"
        if not isinstance(call, dict):
            return 400, "内容不是本页发出的。"
        if not joining:
            return None
        session = call.get("session_hash")
        if not isinstance(session, str) or not _SESSION.fullmatch(session):
            return 400, "内容不是本页发出的。"
        function = call.get("fn_index")
        if not isinstance(function, int) or function not in self.forms:
            return 404, "没有这个功能。请刷新页面。"
        if not _has_form(call.get("data"), self.forms[function]):
            return 400, "内容不是本页发出的。"
        for path in filter(None, paths):
            self.visits.use(session, path)
        return None

    async def _take_upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        declared = Headers(scope=scope).get("content-length", "")
        most = LARGEST_OWN_UPLOAD if self.is_owner else LARGEST_UPLOAD
        if not declared.isdecimal():
            await refuse(411, "没有说明文件的大小。")(scope, receive, send)
        elif int(declared) > most:
            await refuse(413, f"文件太大，一次最多 {most >> 20} MB。")(scope, receive, send)
        elif not self.is_owner and not self.uploads.take(address_of(scope), int(declared)):
            await refuse(429, "上传太多了，请过一小时再试。")(scope, receive, send)
        elif bytes_below(self.visits.folder) + int(declared) > ROOM:
            await refuse(507, "存放上传文件的地方满了，请稍后再试。")(scope, receive, send)
        else:
            self.visits.sweep()
            await self.app(scope, receive, send)  # the server reads no more than was declared


def refuse(status: int, words: str) -> JSONResponse:
    """Answer in the form in which the page looks for what went wrong."""
    return JSONResponse({"detail": words, "error": words}, status)


def address_of(scope: Scope) -> str:
    """Return the address that a request comes from."""
    return str((scope.get("client") or ("",))[0])


def _declared(scope: Scope) -> int:
    declared = Headers(scope=scope).get("content-length", "0")
    return int(declared) if declared.isdecimal() else 0


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
