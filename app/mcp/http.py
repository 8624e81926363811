"""The server over HTTP, as an ASGI app that can be mounted anywhere.

Each request carries the token of who asks, and nothing is kept between requests: there are no
sessions that could be taken over, or grow. Who comes, how often and with how much is the API's
entrance to say, and what is refused is told as the API tells it.
"""

from __future__ import annotations

from collections.abc import Collection

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import jsonrpc_message_adapter
from pydantic_core import from_json
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Receive, Scope, Send

from app.actor import Actor
from app.api.entrance import LARGEST_BODY, Entrance
from app.api.problems import API, API_PATH, WAIT, Problem, answer_problem
from app.api.rights import ACTOR, Tokens, name_of
from app.api.words import Words
from app.mcp.server import Caller, make_server
from app.running.line import Crowd, Full
from app.services import Services

PATH = "/mcp"
"""Where this is, beside the API, whose documentation explains what is refused."""

MOST, MOST_OF_ONE = 100, 50
"""Requests that are answered or wait, of all and of one account or visitor's address."""


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
        self._hosts = hosts
        per_minute = services.home.settings.calls_per_minute
        self._entrance = Entrance(self._answer, tokens, open_to_visitors, per_minute, ())
        self._crowd = Crowd(MOST, MOST_OF_ONE)
        self._server = make_server(self._find_caller, version)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http":
            await self._entrance({**scope, API: _above(scope) + API_PATH}, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer who was let in."""
        request = Request(scope, receive)
        try:
            self._check(request)
            with self._crowd.place(name_of(request.scope[ACTOR])):
                await self._pass_on(request, send)
        except (Full, Problem) as error:
            refused = Problem("too-many", wait=WAIT) if isinstance(error, Full) else error
            await answer_problem(request, refused)(scope, receive, send)
        except ClientDisconnect:
            return

    async def _pass_on(self, request: Request, send: Send) -> None:
        body = await request.body()
        _check_message(body)
        manager = StreamableHTTPSessionManager(
            self._server,
            stateless=True,
            security_settings=TransportSecuritySettings(enable_dns_rebinding_protection=False),
            max_request_body_size=LARGEST_BODY,
        )
        async with manager.run():
            await manager.handle_request(request.scope, _replay(body, request.receive), send)

    def _check(self, request: Request) -> None:
        """Refuse other names of the host, other sites and other methods; Problem."""
        host, origin = request.headers.get("host", ""), request.headers.get("origin")
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
        if self._hosts is not None and name.strip("[]").lower() not in self._hosts:
            raise Problem("foreign")
        if origin is not None and origin not in (f"http://{host}", f"https://{host}"):
            raise Problem("foreign")
        if request.method != "POST":
            raise Problem("method-not-allowed", headers={"Allow": "POST"})

    def _find_caller(self, request: Request) -> Caller:
        actor: Actor = request.scope[ACTOR]
        page = f"{request.url.scheme}://{request.url.netloc}{_above(request.scope)}/"
        return Caller(actor, self._services.of(actor.role), page)


def _above(scope: Scope) -> str:
    """Return the path under which all of the server's applications lie."""
    return str(scope.get("root_path", "")).removesuffix(PATH)


def _check_message(body: bytes) -> None:
    """Refuse what is no message, which the SDK would do in the words of its parser; Problem."""
    try:
        jsonrpc_message_adapter.validate_python(from_json(body), by_name=False)
    except ValueError as error:
        raise Problem("malformed", _NO_MESSAGE) from error


_NO_MESSAGE = Words(
    "请求正文不是 JSON-RPC 2.0 的消息。请用支持 MCP 的程序请求。",
    "The body is no JSON-RPC 2.0 message. Use a client that speaks MCP.",
)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return what gives a body that was read already, and then what else comes."""
    whole: Message = {"type": "http.request", "body": body, "more_body": False}
    first = iter((whole,))

    async def replay() -> Message:
        return next(first, None) or await receive()

    return replay
