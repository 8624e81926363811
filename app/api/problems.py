"""What goes wrong, told to programs and people: problem details (RFC 9457) in two languages."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from app.api.words import Words, choose_language
from app.running.unforeseen import explain
from corpus.errors import (
    DafuError,
    HomeBusy,
    HomeError,
    InputError,
    NotAllowed,
    NotFound,
    Overdue,
)

LOGGER = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

API_PATH = "/api/v1"
"""Where a server has the API."""

API = "dafu.api"
"""Where the scope of a request to what lies beside the API has the API's own path."""

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="dafu"'}
INVALID = {"WWW-Authenticate": 'Bearer realm="dafu", error="invalid_token"'}
TOO_LOW = {"WWW-Authenticate": 'Bearer realm="dafu", error="insufficient_scope"'}
"""As RFC 6750 has them."""

WAIT = 5
"""Seconds after which what is busy is worth another try."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem; its name stands behind `docs#` in the problem's `type`."""

    name: str
    status: int
    title: Words
    detail: Words
    """Said where nothing more is known of the one at hand."""


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "malformed",
            400,
            Words("请求读不懂", "The request cannot be read"),
            Words(
                "请求的格式不对。请按接口说明书写，正文用 UTF-8 编码的 JSON。",
                "The request is malformed. Follow the documentation; bodies are JSON in UTF-8.",
            ),
        ),
        Kind(
            "unauthorized",
            401,
            Words("需要令牌", "A token is needed"),
            Words(
                "没有令牌，或令牌不对、已到期、已停用。请在 Authorization 里写 Bearer 和令牌；"
                "令牌由管理员或本人在服务器上生成。",
                "The token is missing, unknown, expired or disabled. Send `Authorization: Bearer "
                "TOKEN`; tokens are made on the server for an account.",
            ),
        ),
        Kind(
            "forbidden",
            403,
            Words("令牌的权限不够", "The token may not do this"),
            Words(
                "这一操作需要更高的角色。请换用角色更高的令牌，或请管理员调整。",
                "This takes a higher role. Use a token that has one, or ask an administrator.",
            ),
        ),
        Kind(
            "foreign",
            403,
            Words("不是从这里发出的请求", "The request comes from elsewhere"),
            Words(
                "这里只以自己的域名应答，也不应答别的网站发出的请求。请检查地址。",
                "Requests are answered under the server's own name, and none that another site "
                "sends. Check the address.",
            ),
        ),
        Kind(
            "not-found",
            404,
            Words("没有找到", "Not found"),
            Words(
                "没有这个地址，或没有可以看的这份答复、这件任务。请先列出，再按编号取。",
                "There is no such address, or no such reply or job that you may see. List them "
                "first, then ask by id.",
            ),
        ),
        Kind(
            "method-not-allowed",
            405,
            Words("不能这样请求", "Method not allowed"),
            Words(
                "这个地址不支持所用的方法，支持的见 Allow。",
                "This address does not support the method; see Allow for those it does.",
            ),
        ),
        Kind(
            "changed",
            412,
            Words("答复已有变动", "The reply has changed"),
            Words(
                "这份答复与 If-Match 所指的已经不同。请重新读取，看过再改。",
                "The reply is no longer the one named by If-Match. Read it again before changing "
                "it.",
            ),
        ),
        Kind(
            "too-large",
            413,
            Words("发来的内容太大", "The content is too large"),
            Words(
                "请求正文最多 {most:,} 字节。请分几次发送。",
                "A request body may have {most:,} bytes at most. Send it in several parts.",
            ),
        ),
        Kind(
            "unusable",
            422,
            Words("内容不能用", "The content cannot be used"),
            Words(
                "请求不能用。",
                "Something in the request cannot be used.",
            ),
        ),
        Kind(
            "too-many",
            429,
            Words("请求太多", "Too many requests"),
            Words(
                "请求太频繁，或排队的人太多。请过 {wait} 秒再试。",
                "You ask too often, or too many are waiting. Try again in {wait} seconds.",
            ),
        ),
        Kind(
            "fault",
            500,
            Words("服务器出错", "The server failed"),
            Words(
                "出了没有料到的错。已载入的内容不受影响；详情记在服务器的日志里，请告诉管理员。",
                "Something unforeseen went wrong. Nothing that was loaded is lost; the server's "
                "log has the details. Please tell the administrator.",
            ),
        ),
        Kind(
            "busy",
            503,
            Words("文库暂时不能用", "The library cannot be used now"),
            Words(
                "另一个程序正在写文库。请过 {wait} 秒再试。",
                "Another program is writing to the library. Try again in {wait} seconds.",
            ),
        ),
        Kind(
            "too-long",
            503,
            Words("用时太长", "It took too long"),
            Words(
                "这次请求用时太长，已经停下。请把内容写短些、多加筛选条件，或过 {wait} 秒再试。",
                "The request took too long and was stopped. Ask for less at once, add filters, or "
                "try again in {wait} seconds.",
            ),
        ),
    )
}


class Problem(HTTPException):
    """Tell a client that its request was refused, and why.

    A subclass of Starlette's exception, which passes through whatever reads a request's body.
    """

    def __init__(
        self,
        name: str,
        detail: Words | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        errors: tuple[tuple[str, Words], ...] = (),
        **values: object,
    ) -> None:
        """Take the kind's name, and what is known of the one at hand.

        :param errors: places within the request with what is wrong there.
        :param values: what the kind's own detail has places for.
        """
        kind = KINDS[name]
        wait = {"Retry-After": str(values["wait"])} if "wait" in values else {}
        super().__init__(kind.status, kind.title.en, {**wait, **(headers or {})})
        self.kind = kind
        self.words = detail or kind.detail.fill(**values)
        self.errors = errors


_TOLD = Words(
    "{said}",
    "The library refused it. In its own words (Chinese): {said}",
)


def problem_of(error: Exception) -> Problem:
    """Return the problem that an error of the library is; what nobody foresaw is a fault."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, NotFound):
        return Problem("not-found")
    if isinstance(error, Overdue):
        english = KINDS["too-long"].detail.fill(wait=WAIT).en
        return Problem("too-long", Words(str(error), english), wait=WAIT)
    if isinstance(error, HomeBusy):
        return Problem("busy", wait=WAIT)
    if isinstance(error, NotAllowed):
        return Problem("forbidden", headers=TOO_LOW)
    if isinstance(error, InputError):
        return Problem("unusable", _TOLD.fill(said=error))
    if isinstance(error, DafuError):
        LOGGER.error("%s", error)
        return Problem("busy" if isinstance(error, HomeError) else "fault", wait=WAIT)
    LOGGER.error("接口出错", exc_info=error)
    known = isinstance(error, OSError | MemoryError)
    said = explain(error) if known and not getattr(error, "filename", None) else ""
    return Problem("fault", _TOLD.fill(said=said) if said else None)


@dataclass(frozen=True, slots=True)
class ProblemDetails:
    """Problem details as RFC 9457 has them; `errors` are there where parts of a request are bad."""

    type: str
    """问题的种类：接口说明里讲它的地方 (its kind: where the documentation explains it)"""
    title: str
    """种类的名称 (the kind in words)"""
    status: int
    """HTTP 状态码 (the status code)"""
    detail: str
    """这一次是怎么回事、怎么办 (what happened, and what to do)"""
    errors: tuple[ProblemPlace, ...] = field(default=())
    """哪几处不能用；没有的为空 (the parts that cannot be used)"""


@dataclass(frozen=True, slots=True)
class ProblemPlace:
    """One part of a request that cannot be used."""

    place: str
    """在请求的何处，如 body.query (where in the request)"""
    detail: str
    """哪里不对、应当怎样 (what is wrong and what is expected)"""


def details_of(problem: Problem, request: Request) -> ProblemDetails:
    """Write a problem down in the language that the request asks for."""
    language = choose_language(request.headers.get("accept-language"))
    root = request.scope.get(API, request.scope.get("root_path", ""))
    return ProblemDetails(
        type=f"{root}/docs#{problem.kind.name}",
        title=problem.kind.title.say(language),
        status=problem.status_code,
        detail=problem.words.say(language),
        errors=tuple(ProblemPlace(place, said.say(language)) for place, said in problem.errors),
    )


def answer_problem(request: Request, error: Exception) -> JSONResponse:
    """Answer a request with what went wrong."""
    from corpus.serialise import to_json

    problem = problem_of(error)
    language = choose_language(request.headers.get("accept-language"))
    headers = {
        **(problem.headers or {}),
        "Content-Language": "zh-CN" if language == "zh" else "en",
        "Vary": "Accept-Language, Authorization",
    }
    content: Any = to_json(details_of(problem, request))
    return JSONResponse(content, problem.status_code, headers, MEDIA_TYPE)
