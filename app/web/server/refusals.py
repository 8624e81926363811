"""Refuse a request, in the language of who makes it."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.problems import API, API_PATH, Problem, answer_problem
from app.web.cookies import language_of
from app.web.language import say, speaking

NOT_HERE = "不能打开这个网页。"
NO_FUNCTION = "没有这个功能。请刷新页面。"


def refused(status: int, words: str, wait: int = 0) -> JSONResponse:
    """Return a refusal, in the language that is spoken, in which the page finds what went wrong.

    :param wait: seconds after which it can be tried again; 0: at any time, or never.
    """
    headers = {"Retry-After": str(wait)} if wait else None
    return JSONResponse({"detail": say(words), "error": say(words)}, status, headers)


def refuse(status: int, words: str, wait: int = 0) -> ASGIApp:
    """Refuse, see `refused`, in the language of whoever asks."""
    return _answer(lambda: refused(status, words, wait))


def tell(status: int, words: str) -> ASGIApp:
    """Answer in plain words, as to who opens an address in a browser."""
    return _answer(lambda: PlainTextResponse(say(words), status))


def tell_program(problem: Problem) -> ASGIApp:
    """Answer who asks for what lies beside the page as the API does."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request({**scope, API: scope.get("root_path", "") + API_PATH})
        await answer_problem(request, problem)(scope, receive, send)

    return answer


def _answer(make: Callable[[], Response]) -> ASGIApp:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        with speaking(language_of(scope)):
            response = make()
        await response(scope, receive, send)

    return answer
