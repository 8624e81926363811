"""The server over HTTP, as an ASGI app that can be mounted anywhere.

Each request carries the token of who asks, and nothing is kept between requests: there are no
sessions that could be taken over, or grow.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Protocol

import anyio.to_thread
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from app.accounts.secrets import read_bearer
from app.actor import VISITOR, Actor
from app.mcp.server import Caller, make_server
from app.running.line import Crowd, Full
from app.running.rates import Rate, address_of
from app.services import Services

LOGGER = logging.getLogger(__name__)

PATH = "/mcp"

LONGEST_BODY = 1 << 20
"""Bytes of one request: the longest proposal has some 150 kB."""

FAILURES = 30
"""So many requests without a good token one address may make in a minute."""

MOST, MOST_OF_ONE = 100, 50
"""Requests that are answered or wait, of all and of one account or visitor's address."""

CROWDED = 5
"""Seconds after which it is worth another try where so many wait."""

ACTOR = "dafu.actor"
"""Where the scope of a request has who asks."""

NO_TOKEN = "请在 Authorization 里给出令牌：Bearer 令牌（管理员用 dafu user token 发给）。"
BAD_TOKEN = "令牌不对、已过期，或者帐号已停用。"
ONLY_POST = "这里只收 POST：请用支持 MCP（streamable HTTP）的程序连接。"


class Tokens(Protocol):
    """Knows who a token was given to."""

    def of_token(self, secret: str, address: str = "") -> Actor | None:
        """Return who it was given to; None where it opens nothing (any more)."""
        ...


class McpDoor:
    """ASGI app that answers MCP's streamable HTTP, by the role of whoever's token is given."""

    def __init__(
        self,
        services: Services,
        tokens: Tokens,
        hosts: Collection[str] | None = None,
        *,
        open_to_visitors: bool = False,
        version: str = "",
    ) -> None:
        """Take what it answers from.

        :param hosts: the names by which it may be asked for; None: any. What a browser sends must
            come from the same host in any case.
        :param open_to_visitors: whether who gives no token is answered as a reader.
        """
        self._services = services
        self._tokens = tokens
        self._hosts = hosts
        self._open = open_to_visitors
        per_minute = services.home.settings.calls_per_minute
        self._rate = Rate(per_minute) if per_minute else None
        self._failures = Rate(min(FAILURES, per_minute)) if per_minute else None
        self._crowd = Crowd(MOST, MOST_OF_ONE)
        self._server = make_server(self._find_caller, version)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        request = Request(scope)
        if scope["method"] != "POST":
            await _refuse(405, ONLY_POST, Allow="POST")(scope, receive, send)
            return
        actor = await self._find_actor(request)
        if refusal := self._refusal(request, actor):
            await refusal(scope, receive, send)
            return
        manager = StreamableHTTPSessionManager(
            self._server,
            stateless=True,
            security_settings=self._security(request),
            max_request_body_size=LONGEST_BODY,
        )
        assert isinstance(actor, Actor)  # else refused above
        try:
            with self._crowd.place(_name_of(actor, request)):
                async with manager.run():
                    await manager.handle_request({**scope, ACTOR: actor}, receive, send)
        except Full:
            await _refuse_for(CROWDED)(scope, receive, send)

    async def _find_actor(self, request: Request) -> Actor | str:
        """Return who asks, or why nobody is answered."""
        given = request.headers.get("authorization", "")
        if not given:
            return VISITOR if self._open else NO_TOKEN
        secret = read_bearer(given)
        if not secret:
            return NO_TOKEN
        address = address_of(request.scope)
        actor = await anyio.to_thread.run_sync(self._tokens.of_token, secret, address)
        return actor or BAD_TOKEN

    def _refusal(self, request: Request, actor: Actor | str) -> JSONResponse | None:
        """Return why somebody is not answered, or not now; None where they are."""
        address = address_of(request.scope)
        if isinstance(actor, str):
            if self._failures and not self._failures.take(address):
                return _wait(self._failures, address)
            return _refuse(401, actor, **{"WWW-Authenticate": "Bearer"})
        who = _name_of(actor, request)
        return _wait(self._rate, who) if self._rate and not self._rate.take(who) else None

    def _security(self, request: Request) -> TransportSecuritySettings:
        host = request.headers.get("host", "")
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
        known = self._hosts is None or name.strip("[]").lower() in self._hosts
        own = [f"{scheme}://{host}" for scheme in ("http", "https")]
        return TransportSecuritySettings(
            allowed_hosts=[host] if known and host else [], allowed_origins=own
        )

    def _find_caller(self, request: Request) -> Caller:
        actor: Actor = request.scope[ACTOR]
        above = request.scope.get("root_path", "").removesuffix(PATH)
        page = f"{request.url.scheme}://{request.url.netloc}{above}/"
        return Caller(actor, self._services.of(actor.role), page)


def _name_of(actor: Actor, request: Request) -> str:
    return f"@{actor.name}" if actor.name else address_of(request.scope)


def _wait(rate: Rate, who: str) -> JSONResponse:
    return _refuse_for(rate.wait(who))


def _refuse_for(seconds: int) -> JSONResponse:
    return _refuse(429, f"太频繁了，请 {seconds} 秒后再试。", **{"Retry-After": str(seconds)})


def _refuse(status: int, said: str, **headers: str) -> JSONResponse:
    return JSONResponse({"error": said}, status, headers)
