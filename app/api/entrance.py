"""What every request passes before it is read: who makes it, how often, and how much it holds."""

from __future__ import annotations

from collections.abc import Iterable

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import WAIT, Problem, answer_problem
from app.api.rights import ACTOR, Tokens, identify, name_of
from app.running.rates import Rate, address_of

LARGEST_BODY = 1 << 20
"""Bytes of JSON: the longest proposal has 200 kB, escaped 600 kB."""

LARGEST_UPLOAD = 256 << 20
"""Bytes of all files that are sent at once."""

FAILURES = 30
"""So many requests without a good token one address may make in a minute: tokens can't be guessed,
but each try is looked up."""

OPEN = ("/openapi.json", "/docs", "/docs.css")
"""What is told to everybody: how the API is used, and nothing of the library."""

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""No other site may read an answer, and a browser runs nothing of it."""


class Entrance:
    """ASGI middleware that lets in who may come, not too often, with not too much.

    The body of a request is read only by what has learnt from here who sends it.
    """

    def __init__(
        self, app: ASGIApp, tokens: Tokens, public: bool, per_minute: int, uploads: Iterable[str]
    ) -> None:
        """Take who is known.

        :param public: whether who brings no token may read what is public.
        :param per_minute: calls of one account, or one visitor's address; 0: any number.
        :param uploads: paths to which files are sent.
        """
        self.app = app
        self._tokens = tokens
        self._public = public
        self._rate = Rate(per_minute) if per_minute else None
        self._failures = Rate(min(FAILURES, per_minute)) if per_minute else None
        self._uploads = frozenset(uploads)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer why not."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        path = scope["path"].removeprefix(scope.get("root_path", ""))
        try:
            if path not in OPEN:
                scope = {**scope, ACTOR: await self._admit(scope)}
            most = LARGEST_UPLOAD if path in self._uploads else LARGEST_BODY
            limited = _limit(scope, receive, most)
        except Problem as problem:
            await answer_problem(Request(scope), problem)(scope, receive, send_with_headers)
            return
        await self.app(scope, limited, send_with_headers)

    async def _admit(self, scope: Scope) -> object:
        authorization = Headers(scope=scope).get("authorization")
        address = address_of(scope)
        try:
            actor = await to_thread.run_sync(
                identify, scope, authorization, self._tokens, self._public
            )
        except Problem:
            if self._failures and not self._failures.take(address):
                raise Problem("too-many", wait=WAIT) from None
            raise
        who = name_of(actor)
        if self._rate and not self._rate.take(who):
            raise Problem("too-many", wait=self._rate.wait(who))
        return actor


def _limit(scope: Scope, receive: Receive, most: int) -> Receive:
    """Return what gives the body of a request up to so many bytes.

    :raises Problem: where it says itself that it has more.
    """
    declared = Headers(scope=scope).get("content-length", "0")
    if not (declared.isascii() and declared.isdigit()) or len(declared) > 15:
        raise Problem("malformed")
    if int(declared) > most:
        raise Problem("too-large", most=most)
    came = 0

    async def receive_limited() -> Message:
        nonlocal came
        message = await receive()
        came += len(message.get("body", b""))
        if came > most:
            raise Problem("too-large", most=most)
        return message

    return receive_limited
