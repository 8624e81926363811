"""The server: tools and resources over the Service of whoever asks, whatever the transport."""

from __future__ import annotations

import functools
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import anyio
import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError
from pydantic import ValidationError

from app.actor import Actor, acting
from app.links import add_links
from app.mcp.links import links_of, read_uri, uri_of
from app.mcp.schemas import say_wrong, schema_of
from app.mcp.tools import TOOLS, Tool, read_words
from app.patience import QUESTION, Kind
from app.running.threads import work_in_thread
from app.running.unforeseen import explain
from app.service import Service
from app.wording import headline
from corpus.errors import DafuError
from corpus.serialise import to_json

LOGGER = logging.getLogger(__name__)

T = TypeVar("T")

LISTED = 100
"""Resources of one page of their list."""

LONGEST_RESOURCE = 200_000
"""Characters of a reply that are given as a resource; of longer ones `read_reply` reads parts."""

AT_ONCE = 8
"""Calls that are answered at once; others wait for their turn."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, by which service, and the address of the page's folder where one is served."""

    actor: Actor
    service: Service
    page: str | None = None


FindCaller = Callable[[Any], Caller]
"""Tells by the HTTP request, None where there is none, who asks."""


def make_server(find_caller: FindCaller, version: str = "") -> Server[Any]:
    """Make a server of the SDK over what `find_caller` gives for each request."""
    handlers = _Handlers(find_caller)
    return Server(
        "dafu",
        version=version,
        title="答复 Dafu",
        instructions=read_words("instructions"),
        on_list_tools=handlers.list_tools,
        on_call_tool=handlers.call_tool,
        on_list_resources=handlers.list_resources,
        on_list_resource_templates=handlers.list_templates,
        on_read_resource=handlers.read_resource,
    )


Context = ServerRequestContext[Any, Any]


class _Handlers:
    """What the server answers each kind of request with; keeps nothing of any."""

    def __init__(self, find_caller: FindCaller) -> None:
        self._find_caller = find_caller
        self._turns = anyio.CapacityLimiter(AT_ONCE)
        self._threads = anyio.CapacityLimiter(2 * AT_ONCE)

    async def list_tools(
        self, context: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        service = self._find_caller(context.request).service
        given = (tool for tool in TOOLS.values() if service.has_desk or not tool.desk)
        return types.ListToolsResult(tools=list(map(_describe, given)))

    async def call_tool(
        self, context: Context, params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        tool = TOOLS.get(params.name)
        if tool is None:
            return _fail(f"没有工具 {params.name[:40]}，可用的有 {'、'.join(TOOLS)}。")
        try:
            given = tool.arguments.model_validate(params.arguments or {})
        except ValidationError as error:
            return _fail(say_wrong(error, tool.arguments))
        caller = self._find_caller(context.request)
        try:
            value = await self._run(caller, lambda: tool.call(caller.service, given), tool.kind)
        except _Failed as failure:
            return _fail(str(failure))
        shown = _show(value, caller)
        text = json.dumps(shown, ensure_ascii=False)
        return types.CallToolResult(
            content=[types.TextContent(text=text)], structured_content=shown
        )

    async def list_resources(
        self, context: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListResourcesResult:
        cursor = (params and params.cursor) or "0"
        if not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 10):
            raise _invalid("读不懂从哪里接着列（cursor），请从头列起。")
        caller, offset = self._find_caller(context.request), int(cursor)
        page = await self._answer(
            caller, lambda: caller.service.list_replies(limit=LISTED, offset=offset)
        )
        reached = offset + len(page.cards)
        return types.ListResourcesResult(
            resources=[
                types.Resource(
                    uri=uri_of(card.reply_id),
                    name=card.reply_id,
                    title=headline(card),
                    description="，".join(filter(None, (card.agency, card.doc_number, card.date))),
                    mime_type="text/plain",
                )
                for card in page.cards
            ],
            next_cursor=str(reached) if page.cards and reached < page.total else None,
        )

    async def list_templates(
        self, _: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListResourceTemplatesResult:
        return types.ListResourceTemplatesResult(resource_templates=[_TEMPLATE])

    async def read_resource(
        self, context: Context, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        uri = str(params.uri)
        place = read_uri(uri)
        if place is None:
            raise _invalid("没有这样的资源，应为 dafu://reply/编号，可加 ?mark=起-止。")
        reply_id, start, end = place
        caller = self._find_caller(context.request)
        view = await self._answer(caller, lambda: caller.service.show(reply_id))
        about = _show(view.card, caller) | {"characters": len(view.text)}
        if 0 <= start < end:
            about["mark"] = {"start": start, "end": end, "text": view.text[start:end]}
        text = view.text[:LONGEST_RESOURCE]
        return types.ReadResourceResult(
            contents=[
                types.TextResourceContents(uri=uri, mime_type="text/plain", text=text),
                types.TextResourceContents(
                    uri=uri,
                    mime_type="application/json",
                    text=json.dumps(about, ensure_ascii=False),
                ),
            ]
        )

    async def _answer(self, caller: Caller, ask: Callable[[], T]) -> T:
        try:
            return await self._run(caller, ask)
        except _Failed as failure:
            raise _invalid(str(failure)) from failure

    async def _run(self, caller: Caller, ask: Callable[[], T], kind: Kind = QUESTION) -> T:
        """Ask in a thread, in a turn; a call that is cancelled is not begun, or ended.

        :raises _Failed: with a sentence of Dafu's own, whatever went wrong.
        """

        def run() -> T:
            with acting(caller.actor):
                return ask()

        try:
            async with self._turns:
                begin = functools.partial(kind.bound, caller.actor.role)
                return await work_in_thread(run, begin, self._threads)
        except DafuError as error:
            raise _Failed(str(error)) from error
        except Exception as error:
            LOGGER.warning("unforeseen", exc_info=error)
            raise _Failed(explain(error)) from error


class _Failed(Exception):
    """What went wrong, in words that can be shown."""


@functools.cache
def _describe(tool: Tool) -> types.Tool:
    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.arguments.model_json_schema(),
        output_schema=schema_of(tool.gives),
        annotations=types.ToolAnnotations(
            read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
        ),
    )


_TEMPLATE = types.ResourceTemplate(
    uri_template="dafu://reply/{reply_id}{?mark}",
    name="reply",
    title="一份答复 / A reply",
    description="答复的全文，mark=起-止 指出一处 / a reply's text; mark=START-END marks a span",
    mime_type="text/plain",
)


def _show(value: Any, caller: Caller) -> Any:
    links = functools.partial(links_of, caller.page)
    return add_links(to_json(value), links, caller.service.role.edits)


def _fail(text: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(text=text)], is_error=True)


def _invalid(text: str) -> MCPError:
    return MCPError(types.INVALID_PARAMS, text)
