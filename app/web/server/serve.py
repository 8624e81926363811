"""Serve the page on this machine's address, and only what the page needs."""

from __future__ import annotations

import logging
import secrets
import signal
import socket
import sys
import threading
import time
import webbrowser
from contextlib import suppress
from typing import TYPE_CHECKING

import gradio as gr
import uvicorn
from fastapi import FastAPI

from app.access import is_local
from app.encoding import BackgroundEncoding
from app.originals import Originals
from app.uploads import LARGEST_FILE
from app.web.files import upload_folder, visits
from app.web.page import build_page
from app.web.render import STATIC
from app.web.server.document import Order, PageDocument
from app.web.server.guard import Guard
from app.web.server.inbox import Inbox
from app.web.server.originals import OriginalFiles
from app.web.theme import build_theme
from corpus.errors import InputError

if TYPE_CHECKING:
    from app.service import Service

FIRST_PORT = 7860
PORTS = 100
"""Ports that are tried from FIRST_PORT on where the user names none."""

TURN = 0.001
"""Seconds after which a thread that computes lets others go on, a fifth of what Python has: each
answer passes through the server's own thread many times, and waits for its turn each time."""

LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Names by which this machine calls itself."""

LOGGER = logging.getLogger(__name__)


class Page:
    """A page that is being served at an `address`; `entrance` is what to open in a browser.

    These are the same but for the owner's page, whose key the entrance has.
    """

    def __init__(
        self,
        app: FastAPI,
        listener: socket.socket,
        key: str | None = None,
        beside: BackgroundEncoding | None = None,
    ) -> None:
        """Take what is to be served.

        :param key: opens the page; None where anybody may.
        :param beside: what works for as long as the page is served.
        """
        host, port = listener.getsockname()[:2]
        shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
        self.address = f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"
        self.entrance = f"{self.address}/?key={key}" if key else self.address
        self._beside = beside
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, args=([listener],), name="page", daemon=True
        )

    def start(self) -> None:
        """Start serving; return once the page can be opened."""
        sys.setswitchinterval(TURN)
        self._thread.start()
        if self._beside:
            self._beside.start()
        while not self._server.started and self._thread.is_alive():
            time.sleep(0.02)
        LOGGER.info("网页已打开：%s", self.address)

    def wait(self) -> None:
        """Go on serving until Ctrl+C, or until the system ends the program."""
        with suppress(ValueError):  # only the main thread may
            signal.signal(signal.SIGTERM, _interrupt)
        try:
            while self._thread.is_alive():
                self._thread.join(0.5)
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
        self._thread.join(10)
        LOGGER.info("网页已关闭：%s", self.address)


def _interrupt(*_: object) -> None:
    """End as by Ctrl+C, so that what others uploaded is deleted at the end."""
    raise KeyboardInterrupt


def serve(
    service: Service,
    host: str = "127.0.0.1",
    port: int | None = None,
    *,
    open_browser: bool = False,
    allow_upload: bool | None = None,
    block: bool = False,
) -> Page:
    """Serve the page and return it; with `block`, return when it was stopped by Ctrl+C.

    Without `port`, the first free one from 7860 on is taken. `allow_upload` None allows it to
    the library's owner only.

    :raises InputError: where the port or the address cannot be used.
    """
    listener = _listen(host, port)
    upload_folder()  # before the first component asks where it is
    blocks = build_page(service, allow_upload=allow_upload)
    beside = BackgroundEncoding(service) if service.settings.encoder == "background" else None
    owner = service.role.edits
    key = secrets.token_urlsafe(24) if owner else None
    per_minute = 0 if owner else service.settings.calls_per_minute
    app = make_app(blocks, host, key, per_minute, service.originals)
    page = Page(app, listener, key, beside)
    page.start()
    if open_browser:
        webbrowser.open(page.entrance)
    if block:
        page.wait()
    return page


def make_app(
    blocks: gr.Blocks,
    host: str,
    key: str | None = None,
    per_minute: int = 0,
    originals: Originals | None = None,
) -> FastAPI:
    """Make the web application of a page that is to be served on `host`.

    :param key: opens the page, which then is its owner's; None where anybody may.
    :param per_minute: calls of one address within a minute; 0: any number.
    :param originals: the files that the owner may open.
    """
    app = FastAPI(openapi_url=None)
    app.add_middleware(Order)
    app.add_middleware(PageDocument)
    if key is not None and originals is not None:  # only behind a key
        app.add_middleware(OriginalFiles, originals=originals)
    app.add_middleware(
        Inbox, blocks=blocks, visits=visits(), is_owner=key is not None, per_minute=per_minute
    )
    app.add_middleware(Guard, hosts={*LOOPBACK, host} if is_local(host) else None, key=key)
    # Not `Blocks.launch`: it asks its own address through the network's proxy and gives up
    # where that does not answer.
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        theme=build_theme(),
        favicon_path=str(STATIC / "favicon.png"),
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        mcp_server=False,
        show_error=False,
        max_file_size=LARGEST_FILE,
    )
    blocks.has_launched = True  # Gradio checks the paths of files only then
    return app


def _listen(host: str, port: int | None) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    ports = range(FIRST_PORT, FIRST_PORT + PORTS) if port is None else (port,)
    problem: OSError | None = None
    for number in ports:
        try:
            return socket.create_server((host, number), family=family)
        except OSError as error:
            problem = error
    what = f"端口 {port} " if port is not None else f"{ports[0]} 到 {ports[-1]} 的端口都"
    raise InputError(f"网页开不了：{host} 的{what}不能用（{problem}）。请换一个地址或端口。")
