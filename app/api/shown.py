"""What the service answers as JSON: its own keys, with links, and without the server's folders."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from starlette.responses import JSONResponse

from app.api.rights import Caller
from app.links import link_reply
from corpus.serialise import to_json

LINKS = "links"


def show(caller: Caller, value: Any) -> Any:
    """Return a value as JSON, for whoever calls.

    Whatever names a reply gets `links`: `self` reads it here, `view` opens it on the page, with
    the span marked where there is one. Only who edits learns in which folder files are.
    """
    root = caller.request.scope.get("root_path", "")
    return _link(to_json(value), root, caller.actor.role.edits)


def answer(caller: Caller, value: Any, status: int = 200, **headers: str) -> JSONResponse:
    """Answer with a value."""
    return JSONResponse(show(caller, value), status, headers)


def _link(shown: Any, root: str, paths: bool) -> Any:
    if isinstance(shown, list):
        return [_link(each, root, paths) for each in shown]
    if not isinstance(shown, dict):
        return shown
    found = {key: _link(each, root, paths) for key, each in shown.items()}
    if not paths and isinstance(found.get("source"), str):
        found["source"] = re.split(r"[\\/]", found["source"])[-1]
    if isinstance(reply_id := found.get("reply_id"), str):
        start, end = found.get("start"), found.get("end")
        span = (start, end) if isinstance(start, int) and isinstance(end, int) else (-1, -1)
        page = root.removesuffix("/api/v1")
        found[LINKS] = {
            "self": f"{root}/replies/{reply_id}",
            "view": f"{page}/{link_reply(reply_id, '', *span).address}",
        }
    return found


def tag_of(content: bytes) -> str:
    """Return the entity tag of an answer: another as soon as a byte of it is."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def names(tags: str | None, tag: str) -> bool:
    """Tell whether a list of entity tags, or `*`, names this one, compared weakly."""
    listed = [each.strip().removeprefix("W/") for each in (tags or "").split(",")]
    return tag in listed or "*" in listed
