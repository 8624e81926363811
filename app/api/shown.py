"""What the service answers as JSON: its own keys, with links, and without the server's folders."""

from __future__ import annotations

import hashlib
from typing import Any

from starlette.responses import JSONResponse

from app.api.rights import Caller
from app.links import add_links, link_reply
from corpus.serialise import to_json

LINKS = "links"


def show(caller: Caller, value: Any) -> Any:
    """Return a value as JSON, for whoever calls.

    Whatever names a reply gets `links`: `self` reads it here, `view` opens it on the page, with
    the span marked where there is one. Only who edits learns in which folder files are.
    """
    root = caller.request.scope.get("root_path", "")
    page = root.removesuffix("/api/v1")

    def links_of(reply_id: str, start: int, end: int) -> dict[str, Any]:
        view = link_reply(reply_id, "", start, end).address
        return {LINKS: {"self": f"{root}/replies/{reply_id}", "view": f"{page}/{view}"}}

    return add_links(to_json(value), links_of, caller.actor.role.edits)


def answer(caller: Caller, value: Any, status: int = 200, **headers: str) -> JSONResponse:
    """Answer with a value."""
    return JSONResponse(show(caller, value), status, headers)


def tag_of(content: bytes) -> str:
    """Return the entity tag of an answer: another as soon as a byte of it is."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def names(tags: str | None, tag: str) -> bool:
    """Tell whether a list of entity tags, or `*`, names this one, compared weakly."""
    listed = [each.strip().removeprefix("W/") for each in (tags or "").split(",")]
    return tag in listed or "*" in listed
