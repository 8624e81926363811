"""Let through only the requests that the page itself makes, and keep it from asking elsewhere."""

from __future__ import annotations

import re

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
    """ASGI middleware around the page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 404 for what the page has no use for; add the headers to all else."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        if not ALLOWED.fullmatch(scope["path"]):
            await PlainTextResponse("没有这个页面。", 404)(scope, receive, send_with_headers)
            return
        await self.app(scope, receive, send_with_headers)
