"""Measures for Prometheus: numbers of the library and its server, nothing that anybody wrote."""

from __future__ import annotations

import hmac
import shutil
import time
from collections.abc import Callable, Iterator
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
from starlette.responses import PlainTextResponse, Response
from starlette.types import Scope

from app.access import Role, allowed_disclosures, is_local
from app.accounts.secrets import read_bearer
from app.home import Home
from app.running.measures import BOUNDS
from app.running.pace import AT_A_TIME
from app.running.rates import address_of
from corpus.files import bytes_below
from corpus.filters import ANY
from index.stores.encoded import count_encoded
from index.stores.manifest import index_folders

FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
"""Headers of proxies: what comes through one is from elsewhere, though the proxy be here."""

REFUSED = "只有本机、管理员和知道 metrics_token 的程序能读。\n"


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
        return Response(said, media_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})

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
