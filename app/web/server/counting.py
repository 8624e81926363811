"""Count the requests that are answered, by kinds of paths: no path and no question is kept."""

from __future__ import annotations

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.links import VIEWS
from app.running.measures import Measures

ROLE = "dafu.role"
"""Where the scope of a request has a list that whoever knows it adds the asker's role to."""

KINDS = (
    ("page", VIEWS),
    ("click", re.compile(r"/gradio_api/queue/.*")),
    ("upload", re.compile(r"/gradio_api/upload.*")),
    ("original", re.compile(r"/original/.*")),
    ("asset", re.compile(r"/(?:static|assets|svelte|gradio_api)/.*|/(?:config|theme\.css).*")),
    ("api", re.compile(r"/api(?:/.*)?")),
    ("mcp", re.compile(r"/mcp(?:/.*)?")),
    ("watch", re.compile(r"/(?:health|ready|metrics)")),
)
"""The kinds of paths; what fits none is `other`."""


class Counting:
    """ASGI middleware around all else."""

    def __init__(self, app: ASGIApp, measures: Measures) -> None:
        self.app = app
        self.measures = measures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass all on, and count how it was answered."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        roles: list[str] = []
        status = "500"

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        try:
            await self.app({**scope, ROLE: roles}, receive, send_on)
        finally:
            role = roles[0] if roles else ""
            self.measures.count_request(kind_of(scope["path"]), role, status)


def kind_of(path: str) -> str:
    """Return which kind of path this is."""
    return next((kind for kind, form in KINDS if form.fullmatch(path)), "other")


def note_role(scope: Scope, role: str) -> None:
    """Note who makes a request, for its count."""
    scope.get(ROLE, []).append(role)
