"""The server over standard input and output, for a program on this computer."""

from __future__ import annotations

import anyio
from mcp.server.stdio import stdio_server

from app.actor import Actor, user_name
from app.mcp.server import Caller, make_server
from app.service import Service


def serve_stdio(service: Service, page: str | None, version: str) -> None:
    """Answer until standard input ends.

    While it serves, whatever else writes to standard output is led to standard error.

    :param page: the address of a page of the same library, for links; None where there is none.
    """
    caller = Caller(Actor(user_name(), service.role), service, page)
    server = make_server(lambda _: caller, version)

    async def run() -> None:
        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())

    anyio.run(run)
