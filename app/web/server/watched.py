"""What programs that watch the server ask it, beside the page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from app.access import Role
from app.home import Home
from app.running.measures import Measures
from app.web.server.health import Readiness, answer_health
from app.web.server.metrics import Metrics


class Reading:
    """ASGI application that is only read; nothing else at its path reaches the page behind it."""

    def __init__(self, answer: Callable[[Request], Awaitable[Response]]) -> None:
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse the method."""
        if scope["method"] in ("GET", "HEAD"):
            answer = await self._answer(Request(scope, receive))
        else:
            answer = PlainTextResponse("只能读。\n", 405, {"Allow": "GET, HEAD"})
        await answer(scope, receive, send)


@dataclass(frozen=True, slots=True)
class Watched:
    """How a server is watched: what answers, and what counts its requests."""

    routes: tuple[Route, ...]
    measures: Measures


def watch(home: Home, role_of: Callable[[Scope, str], Role | None] = lambda *_: None) -> Watched:
    """Watch a home that is served.

    :param role_of: tells who makes a request, with the token that it has, or "".
    """
    routes = (
        Route("/health", Reading(answer_health)),
        Route("/ready", Reading(Readiness(home).answer)),
        Route("/metrics", Reading(Metrics(home, role_of).answer)),
    )
    return Watched(routes, home.measures)
