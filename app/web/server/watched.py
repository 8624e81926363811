"""What programs that watch the server ask it: whether it lives, can answer, and how much it does.

Numbers of the library and its server; nothing secret, and nothing that anybody wrote.
"""

from __future__ import annotations

import hmac
import shutil
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate

import psutil
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from app.access import Role, allowed_disclosures, is_local
from app.accounts.secrets import read_bearer
from app.home import Home
from app.running.measures import BOUNDS, Measures
from app.running.pace import AT_A_TIME
from app.running.rates import address_of
from corpus.errors import DafuError
from corpus.files import bytes_below
from corpus.filters import ANY
from index.stores.encoded import count_encoded
from index.stores.manifest import index_folders

LEAST_FREE = 200 << 20
"""Bytes that the home's disk must have left: with less, nothing can be loaded."""

REMEMBERED = 5.0
"""Seconds for which an answer holds: whoever asks often costs no more than whoever asks now and
then."""

UNCACHED = {"Cache-Control": "no-store"}

FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
"""Headers of proxies: what comes through one is from elsewhere, though the proxy be here."""

REFUSED = "只有本机、管理员和知道 metrics_token 的程序能读。\n"


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


async def answer_health(_: Request) -> Response:
    """Say that the server lives; nothing is looked at."""
    return JSONResponse({"status": "ok"}, headers=UNCACHED)


class Readiness:
    """Tells whether questions can be answered."""

    def __init__(self, home: Home) -> None:
        self._checks: dict[str, Callable[[], None]] = {
            "store": lambda: _read_store(home),
            "engine": lambda: _lend_engine(home),
            "disk": lambda: _look_at_disk(home),
        }
        self._looking = threading.Lock()
        self._found: tuple[float, dict[str, str]] | None = None

    async def answer(self, _: Request) -> Response:
        """Answer 200 where all is well, else 503, with what is."""
        checks = await run_in_threadpool(self.look)
        ready = all(found == "ok" for found in checks.values())
        said = {"status": "ready" if ready else "unready", "checks": checks}
        return JSONResponse(said, 200 if ready else 503, headers=UNCACHED)

    def look(self) -> dict[str, str]:
        """Return for each check `ok` or `failed`; `starting` where the first look goes on."""
        found = self._found
        if found and time.monotonic() - found[0] < REMEMBERED:
            return found[1]
        if not self._looking.acquire(blocking=False):  # models take seconds to be opened
            return found[1] if found else dict.fromkeys(self._checks, "starting")
        try:
            checks = {name: _try(check) for name, check in self._checks.items()}
            self._found = time.monotonic(), checks
            return checks
        finally:
            self._looking.release()


def _try(check: Callable[[], None]) -> str:
    try:
        check()
    except (DafuError, OSError):  # why is in the log of whoever asks something
        return "failed"
    return "ok"


def _read_store(home: Home) -> None:
    with home.store.database.reading() as connection:
        connection.execute("SELECT 1 FROM replies LIMIT 1").fetchone()


def _lend_engine(home: Home) -> None:
    with home.engine():
        pass


def _look_at_disk(home: Home) -> None:
    if shutil.disk_usage(home.folder).free < LEAST_FREE:
        raise OSError


class Metrics:
    """Answers Prometheus: on this machine, by the settings' token, or as an administrator."""

    def __init__(
        self, home: Home, role_of: Callable[[Scope, str], Role | None] = lambda *_: None
    ) -> None:
        """Take a home.

        :param role_of: tells who makes a request, with the token that it has, or "".
        """
        self._token = home.settings.metrics_token
        self._role_of = role_of
        # Of its own: what other libraries measure is not told.
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(_Numbers(home))

    async def answer(self, request: Request) -> Response:
        """Answer with all numbers, or refuse."""
        if not await run_in_threadpool(self._may_read, request):
            return PlainTextResponse(REFUSED, 403)
        said = await run_in_threadpool(generate_latest, self._registry)
        return Response(said, media_type=CONTENT_TYPE_LATEST, headers=UNCACHED)

    def _may_read(self, request: Request) -> bool:
        token = read_bearer(request.headers.get("authorization", ""))
        if self._token and hmac.compare_digest(token.encode(), self._token.encode()):
            return True
        forwarded = any(name in request.headers for name in FORWARDED)
        if is_local(address_of(request.scope)) and not forwarded:
            return True
        role = self._role_of(request.scope, token)
        return role is not None and role.administers


class _Numbers(Collector):
    """Collects the numbers when they are asked for."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._process = psutil.Process()
        self._began = time.time()

    def collect(self) -> Iterator[Metric]:
        """Yield what was done, what is kept, and what the process takes."""
        yield from self._iter_done()
        yield from self._iter_kept()
        yield _gauge(
            "dafu_asking_waiting", "Questions that wait for a turn.", self._home.pace.waiting
        )
        yield _gauge("dafu_asking_at_a_time", "Questions answered at a time.", AT_A_TIME)
        with self._process.oneshot():
            memory = self._process.memory_info().rss
            times = self._process.cpu_times()
        yield _gauge("dafu_process_memory_bytes", "Resident memory.", memory)
        yield _gauge("dafu_process_start_seconds", "When serving began, since 1970.", self._began)
        spent = CounterMetricFamily("dafu_process_processor_seconds", "Seconds of processors.")
        spent.add_metric([], times.user + times.system)
        yield spent

    def _iter_done(self) -> Iterator[Metric]:
        measures = self._home.measures
        requests = CounterMetricFamily(
            "dafu_requests", "Requests answered.", labels=("route", "role", "status")
        )
        for labels, count in sorted(measures.requests().items()):
            requests.add_metric(labels, count)
        yield requests
        done = HistogramMetricFamily(
            "dafu_work_seconds", "Seconds that work took, with its waiting.", labels=("work",)
        )
        for what, each in sorted(measures.done().items()):
            names = (*map(str, BOUNDS), "+Inf")
            counted = list(zip(names, accumulate(each.counts), strict=True))
            done.add_metric([what], counted, each.seconds)
        yield done
        failed = CounterMetricFamily("dafu_work_failed", "Work that failed.", labels=("work",))
        for what, count in sorted(measures.failed().items()):
            failed.add_metric([what], count)
        yield failed

    def _iter_kept(self) -> Iterator[Metric]:
        home = self._home
        public = allowed_disclosures(Role.READER, home.settings)
        passages = home.store.stats().passages
        read = count_encoded(home.folder) / passages if passages else 1.0
        index = sum(map(bytes_below, index_folders(home.folder)))
        replies = home.store.stats(ANY.and_disclosures(public)).replies
        yield _gauge("dafu_replies_public", "Replies that readers may see.", replies)
        yield _gauge("dafu_encoder_read_ratio", "Share of passages read.", min(1.0, read))
        yield _gauge("dafu_index_bytes", "Bytes of the indexes.", index)
        free = shutil.disk_usage(home.folder).free
        yield _gauge("dafu_disk_free_bytes", "Bytes free on the home's disk.", free)


def _gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(name, what, value)
