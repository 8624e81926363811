"""Let through only the requests that the page itself makes, and keep it from asking elsewhere."""

from __future__ import annotations

import re
from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
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
