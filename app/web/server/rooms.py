"""The page of each role as an application of its own, which has no other role's functions."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import gradio as gr
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from app.access import Role
from app.uploads import LARGEST_FILE
from app.web.files import building_in, upload_folder, visits
from app.web.page import build_page
from app.web.render import STATIC
from app.web.server.document import PageDocument
from app.web.server.inbox import Inbox
from app.web.server.lifespans import running
from app.web.server.limits import Limits, limits_of
from app.web.server.order import Order
from app.web.server.originals import OriginalFiles
from app.web.server.own_page import OwnPage
from app.web.server.timeouts import Timeouts
from app.web.theme import build_theme

if TYPE_CHECKING:
    from app.service import Service


def make_room(
    service: Service, limits: Limits | None = None, *, allow_upload: bool | None = None
) -> FastAPI:
    """Make the application that answers those who have the service's role.

    :param limits: what they may do, where it is not what their role may.
    :param allow_upload: whether replies may be uploaded; None: by who edits only.
    """
    upload_folder()  # before the first component asks where it is
    own = visits(service.role)
    service.takes_files = bool(allow_upload)
    app = FastAPI(openapi_url=None)
    with building_in(own.folder):
        blocks = build_page(service, allow_upload=allow_upload)
        blocks.app_id = secrets.randbits(48)  # in scripts, numbers beyond 2**53 are not exact
        app.add_middleware(Order)
        app.add_middleware(PageDocument)
        if service.role.edits:
            app.add_middleware(OriginalFiles, originals=service.originals)
        app.add_middleware(
            Inbox,
            blocks=blocks,
            visits=own,
            limits=limits or limits_of(service.role, service.settings),
        )
        app.add_middleware(OwnPage, blocks=blocks)
        app.add_middleware(Timeouts)
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


class Rooms:
    """The applications of all roles, each made when somebody of the role first comes.

    Who administers has the page of who edits: what is theirs alone lies beside it.
    """

    def __init__(self, make: Callable[[Role], FastAPI], first: Role) -> None:
        """Take what makes the application of a role, and make that of who is expected first."""
        self._make = make
        self._making = asyncio.Lock()  # Gradio can build but one at a time
        self._made = {_room_of(first): make(_room_of(first))}
        self._running: set[Role] = set()
        self._stack = AsyncExitStack()

    async def of(self, role: Role) -> FastAPI:
        """Return the application that answers a role, running."""
        role = _room_of(role)
        if role not in self._running:
            async with self._making:
                if role not in self._made:
                    self._made[role] = await run_in_threadpool(self._make, role)
                if role not in self._running:
                    await self._stack.enter_async_context(running(self._made[role]))
                    self._running.add(role)
        return self._made[role]

    async def close(self) -> None:
        """End all."""
        await self._stack.aclose()


def _room_of(role: Role) -> Role:
    return Role.EDITOR if role.edits else role
