"""Serve the page on this machine's address, and only what the page needs."""

from __future__ import annotations

import logging
import signal
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Scope

from app.actor import Actor, user_name
from app.encoding import BackgroundEncoding
from app.running.rates import address_of
from app.web.guest import Guest
from app.web.server.addresses import EVERYWHERE, listen, write_address
from app.web.server.counting import Counting
from app.web.server.guard import KEY, Guard
from app.web.server.keys import OwnerKey
from app.web.server.lifespans import running
from app.web.server.limits import limits_of
from app.web.server.reception import Reception
from app.web.server.refusals import NOT_HERE, refuse
from app.web.server.rooms import Rooms, make_room
from app.web.server.watched import Watched, watch
from app.web.server.way import Way
from corpus.errors import InputError

if TYPE_CHECKING:
    from app.service import Service

TURN = 0.001
"""Seconds after which a thread that computes lets others go on, a fifth of what Python has: each
answer passes through the server's own thread many times, and waits for its turn each time."""

ENDING = 15.0
"""Seconds that the server has to end: its pages, and the loads that it leaves to others."""

LOGGER = logging.getLogger(__name__)


class Page:
    """A page that is being served at an `address`; `entrance` is what to open in a browser.

    These are the same but for the owner's page, whose key the entrance has.
    """

    setup = ""
    """Where the first administrator is made, with what opens it; "" where there is no need."""

    def __init__(
        self,
        app: ASGIApp,
        listener: socket.socket,
        key: OwnerKey | None = None,
        *,
        way: Way,
        beside: BackgroundEncoding | None = None,
    ) -> None:
        """Take what is to be served.

        :param key: opens the page; None where anybody may.
        :param beside: what works for as long as the page is served.
        :raises InputError: where the certificate can't be used.
        """
        host, port = listener.getsockname()[:2]
        shown = "127.0.0.1" if host in EVERYWHERE else host
        self.address = write_address(shown, port, way.scheme)
        self.addresses = way.list_addresses(host, port)
        self.entrance = f"{self.address}/?{KEY}={key.secret}" if key else self.address
        self._beside = beside
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=1,
            proxy_headers=bool(way.proxies),
            forwarded_allow_ips=list(way.proxies),
            ssl_certfile=way.certificate,
            ssl_keyfile=way.key,
            server_header=False,
        )
        try:
            config.load()
        except (OSError, ValueError) as error:  # of `ssl`
            listener.close()
            said = _say_tls(error)
            raise InputError(f"证书或私钥用不了：{said}。请检查 --cert 和 --key。") from error
        self._server = uvicorn.Server(config)
        # What joins a thread and is interrupted takes it to have ended (Python before 3.13).
        self._ended = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(listener,), name="page", daemon=True
        )

    def start(self) -> None:
        """Start serving; return once the page can be opened."""
        sys.setswitchinterval(TURN)
        self._thread.start()
        if self._beside:
            self._beside.start()
        while not (self._server.started or self._ended.is_set()):
            time.sleep(0.02)
        LOGGER.info("网页已打开：%s", self.address)

    def wait(self) -> None:
        """Go on serving until Ctrl+C, or until the system ends the program."""
        with suppress(ValueError):  # only the main thread may
            signal.signal(signal.SIGTERM, _interrupt)
        try:
            while not self._ended.wait(0.5):
                pass
        except KeyboardInterrupt:
            self.close()

    def close(self) -> None:
        """Stop serving."""
        # Pages that are open hold connections that never end by themselves; that they are cut
        # off is no error to report.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        self._server.should_exit = True
        if self._beside:
            self._beside.close()
        self._ended.wait(ENDING)
        LOGGER.info("网页已关闭：%s", self.address)

    def _run(self, listener: socket.socket) -> None:
        try:
            self._server.run([listener])
        finally:
            self._ended.set()


def _interrupt(*_: object) -> None:
    """End as by Ctrl+C, so that what others uploaded is deleted at the end."""
    raise KeyboardInterrupt


def serve(
    service: Service,
    host: str = "127.0.0.1",
    port: int | None = None,
    *,
    allow_upload: bool | None = None,
) -> Page:
    """Serve the page of one role, as `serve_way` does, at an address."""
    return serve_way(service, Way(host, port), allow_upload=allow_upload)


def serve_way(
    service: Service,
    way: Way,
    *,
    allow_upload: bool | None = None,
    key: OwnerKey | None = None,
    mounts: Sequence[Mount | Route] = (),
) -> Page:
    """Serve the page of one role and return it; without `port`, at the first free one from 7860 on.

    :param allow_upload: whether replies may be uploaded; None: by who edits only.
    :param key: opens the page of who edits; None: one that nothing else knows.
    :param mounts: further applications, as of `make_app`.
    :raises InputError: where the port, the address or the certificate cannot be used.
    """
    listener = listen(way.host, way.port)
    reception = receive_all(service, allow_upload)
    beside = BackgroundEncoding(service) if service.settings.encoder == "background" else None
    key = (key or OwnerKey()) if service.role.edits else None
    app = make_app(reception, way, key, mounts=mounts, watched=watch(service.home))
    page = Page(app, listener, key, way=way, beside=beside)
    page.start()
    return page


def receive_all(service: Service, allow_upload: bool | None = None) -> Reception:
    """Receive whoever comes as of one role: the page of who edits has a key for the guard."""
    role = service.role
    name = user_name() if role.edits else ""
    limits = limits_of(role, service.settings)
    if role.edits:
        limits = replace(limits, per_minute=0)  # alone on the machine

    def greet(scope: Scope) -> Guest:
        return Guest(Actor(name, role, address_of(scope)))

    rooms = Rooms(lambda _: make_room(service, limits, allow_upload=allow_upload), role)
    return Reception(rooms, greet, refuse(403, NOT_HERE))


def make_app(
    reception: Reception,
    way: Way,
    key: OwnerKey | None = None,
    *,
    mounts: Sequence[Mount | Route] = (),
    pages: Sequence[Route] = (),
    watched: Watched | None = None,
) -> Starlette:
    """Make the web application that is to be served.

    :param reception: answers whoever comes to the page.
    :param key: opens the page, which then is its owner's; None where anybody may.
    :param mounts: further applications, each under its path: the guard only looks at the name
        that they are asked by, and who may use them is theirs to say.
    :param pages: the pages of people, which say so too.
    :param watched: tells what watches the server how it is, and counts what is asked.
    """
    watching = watched.routes if watched else ()
    prefixes = (*(mount.path for mount in mounts), *(route.path for route in watching))

    @asynccontextmanager
    async def run(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for mount in mounts:
                await stack.enter_async_context(running(mount.app))
            stack.push_async_callback(reception.rooms.close)
            yield

    guard = Middleware(
        Guard,
        hosts=way.hosts,
        key=key,
        beside=prefixes,
        pages=[page.path for page in pages],
        local=way.local,
    )
    routes = [*mounts, *watching, *pages, Mount("", reception)]
    counting = [Middleware(Counting, measures=watched.measures)] if watched else []
    return Starlette(routes=routes, middleware=[*counting, guard], lifespan=run)


def _say_tls(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "没有这个文件"
    return "私钥和证书不配对，或文件不是 PEM 格式"
