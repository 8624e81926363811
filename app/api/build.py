"""The application: all routes, behind the entrance, with errors as problem details."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app.api.asked import read_invalid
from app.api.board import Board
from app.api.documents import router as documents
from app.api.entrance import Entrance
from app.api.loading_jobs import Loading
from app.api.openapi import describe_api
from app.api.problems import KINDS, Problem, answer_problem
from app.api.rights import Givers
from app.api.routes import asking, jobs, library, replies
from app.api.turns import Gone, Turns
from app.services import Services
from corpus.errors import DafuError

ROUTERS = (asking.router, replies.router, library.router, jobs.router)


def build_api(services: Services, tokens: Givers, *, public: bool = False) -> FastAPI:
    """Make the application, to be mounted at `/api/v1`.

    :param tokens: knows whose tokens are good.
    :param public: whether who brings no token may read what is public.
    """
    settings = services.home.settings
    board = Board(services.home.folder, settings.store)
    if settings.store:
        board.create()  # there may be other processes, which have loads to be taken over
    loading = Loading(services, tokens, board)

    @asynccontextmanager
    async def run(_: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(loading.open)
        try:
            yield
        finally:
            await run_in_threadpool(loading.close)

    app = FastAPI(
        openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False, lifespan=run
    )
    app.state.services = services
    app.state.turns = Turns()
    app.state.loading = loading
    app.state.public = public
    for router in (*ROUTERS, documents):
        app.include_router(router)
    app.add_middleware(
        Entrance,
        tokens=tokens,
        public=public,
        per_minute=settings.calls_per_minute,
        uploads=("/replies",),
    )
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(DafuError, answer_problem)
    app.add_exception_handler(Gone, _answer_nobody)
    app.add_exception_handler(Exception, answer_problem)
    app.openapi = lambda: describe_api(app)  # type: ignore[method-assign]
    return app


async def _answer_http(request: Request, error: Exception) -> Response:
    """Answer what Starlette and FastAPI refuse by themselves, in our words."""
    assert isinstance(error, HTTPException)
    if isinstance(error, Problem):
        return answer_problem(request, error)
    kind = next((kind for kind in KINDS.values() if kind.status == error.status_code), None)
    name = kind.name if kind else "malformed"
    return answer_problem(request, Problem(name, headers=error.headers))


async def _answer_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors: list[Any] = list(error.errors())
    return answer_problem(request, read_invalid(errors))


async def _answer_nobody(request: Request, error: Exception) -> Response:
    return Response(status_code=499)  # nobody reads it
