"""Where what is given to a program stands: a resource of its own, and an address of the page."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from app.links import link_reply

SCHEME = "dafu://reply/"

LINKS = ("link", "address")
"""Keys beside a reply's id: the resource, and its address in the page where one is served."""

LONGEST_URI = 700
"""An id has 64 characters at most, of up to nine each where they are escaped."""


def uri_of(reply_id: str, start: Any = None, end: Any = None) -> str:
    """Return the resource of a reply, with a span marked where there is one."""
    return SCHEME + _address(reply_id, start, end).removeprefix("reply/")


def read_uri(uri: str) -> tuple[str, int, int] | None:
    """Return the reply's id and its marked span, -1 and -1 where none is; None: no such form."""
    found = _URI.fullmatch(uri[: LONGEST_URI + 1])
    if not found:
        return None
    return unquote(found["id"]), int(found["start"] or -1), int(found["end"] or -1)


_URI = re.compile(
    re.escape(SCHEME) + r"(?P<id>[^/?#\s]{1,600})(?:\?mark=(?P<start>\d{1,9})-(?P<end>\d{1,9}))?"
)


def add_links(value: Any, page: str | None) -> Any:
    """Return JSON in which every object that names a reply says where it stands.

    :param page: the address of the page's own folder, ending in /; None where no page is served.
    """
    if isinstance(value, list):
        return [add_links(each, page) for each in value]
    if not isinstance(value, dict):
        return value
    made = {key: add_links(each, page) for key, each in value.items()}
    if isinstance(value.get("reply_id"), str):
        place = value["reply_id"], value.get("start"), value.get("end")
        made["link"] = uri_of(*place)
        made["address"] = f"{page}{_address(*place)}" if page else None
    return made


def _address(reply_id: str, start: Any, end: Any) -> str:
    span = (start, end) if isinstance(start, int) and isinstance(end, int) else (-1, -1)
    return link_reply(reply_id, "", *span).address
