"""Let through only the requests that the page makes, and only the files that were uploaded here."""

from __future__ import annotations

import atexit
import json
import os
import re
from collections.abc import Collection, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corpus.temporary import hold_folder

LARGEST_CALL = 16 << 20
"""Bytes that a call may have: the longest proposal, pasted, is far shorter."""


@cache
def upload_folder() -> Path:
    """Return this process's own folder of uploaded files, deleted at its end.

    Gradio takes the folder from the environment alone, and its default one is shared by all
    users of the machine.
    """
    held = ExitStack()
    folder = held.enter_context(hold_folder("page"))  # the next start deletes it after a kill
    os.environ["GRADIO_TEMP_DIR"] = str(folder)
    atexit.register(held.close)
    return folder


def names_only_uploads(body: bytes, folder: Path) -> bool:
    """Tell whether a call's body is JSON that names no file outside the folder."""
    try:
        return all(_is_within(path, folder) for path in _iter_paths(json.loads(body)))
    except (ValueError, RecursionError):
        return False


def _iter_paths(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        if "path" in value:
            yield value["path"]
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _iter_paths(part)


def _is_within(path: Any, folder: Path) -> bool:
    if not isinstance(path, str):
        return path is None
    # An address such as http://… is relative here, so it is refused as well.
    return os.path.isabs(path) and Path(os.path.realpath(path)).is_relative_to(folder)


class Inbox:
    """ASGI middleware that refuses calls naming other files than uploaded ones."""

    def __init__(self, app: ASGIApp, folder: Path) -> None:
        self.app = app
        self.folder = folder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look at the whole body of a call, then pass it on."""
        if scope["type"] != "http" or not scope["path"].startswith("/gradio_api/queue/join"):
            await self.app(scope, receive, send)
            return
        body = bytearray()
        message: Message = {"more_body": True}
        while message.get("more_body", False) and len(body) <= LARGEST_CALL:
            message = await receive()
            body.extend(message.get("body", b""))
        if len(body) > LARGEST_CALL:
            await PlainTextResponse("内容太长了。", 413)(scope, receive, send)
        elif not names_only_uploads(bytes(body), self.folder):
            await PlainTextResponse("只能使用在本页上传的文件。", 400)(scope, receive, send)
        else:
            whole: Message = {"type": "http.request", "body": bytes(body), "more_body": False}
            first = iter((whole,))

            async def replay() -> Message:
                return next(first, None) or await receive()

            await self.app(scope, replay, send)


ALLOWED = re.compile(
    r"/(?:|config/?|theme\.css|favicon\.ico|manifest\.json|pwa_icon(?:/\d+)?"
    r"|(?:static|assets|svelte)/.*"
    r"|gradio_api/(?:queue/(?:join|data)|cancel|reset|startup-events|app_id/?|theme\.css"
    r"|heartbeat/.*|upload|upload_progress|file=.*))"
)
"""Paths that the page uses; Gradio serves more: calls by programs, their descriptions, monitoring,
proxying, deep links, editing."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; "
        "frame-ancestors 'self'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""The browser itself refuses to ask another host. Gradio evaluates scripts of its components and
styles them inline, so both must be allowed; neither ever holds text of a document."""


class Guard:
    """ASGI middleware around the page.

    `hosts` are the names under which the page may be asked for (None: any); a page that only
    this machine reaches must not answer another site that gave itself this machine's address.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str] | None = None) -> None:
        self.app = app
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 404 for what the page has no use for; add the headers to all else."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        app: ASGIApp = self.app
        if self.hosts is not None and _host(scope) not in self.hosts:
            app = PlainTextResponse("请用 127.0.0.1 打开这个网页。", 400)
        elif not ALLOWED.fullmatch(scope["path"]):
            app = PlainTextResponse("没有这个页面。", 404)
        await app(scope, receive, send_with_headers)


def _host(scope: Scope) -> str:
    """Return the name that the request asks, without its port and the brackets of IPv6."""
    named = Headers(scope=scope).get("host", "")
    return re.sub(r":\d+$", "", named).strip("[]").lower()
