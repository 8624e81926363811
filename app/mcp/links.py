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


def uri_of(reply_id: str, start: int = -1, end: int = -1) -> str:
    """Return the resource of a reply, with a span marked where there is one."""
    return SCHEME + link_reply(reply_id, "", start, end).address.removeprefix("reply/")


def read_uri(uri: str) -> tuple[str, int, int] | None:
    """Return the reply's id and its marked span, -1 and -1 where none is; None: no such form."""
    found = _URI.fullmatch(uri[: LONGEST_URI + 1])
    if not found:
        return None
    return unquote(found["id"]), int(found["start"] or -1), int(found["end"] or -1)


_URI = re.compile(
    re.escape(SCHEME) + r"(?P<id>[^/?#\s]{1,600})(?:\?mark=(?P<start>\d{1,9})-(?P<end>\d{1,9}))?"
)


def links_of(page: str | None, reply_id: str, start: int, end: int) -> dict[str, Any]:
    """Return where a reply stands, or a span of it, for `app.links.add_links`.

    :param page: the address of the page's own folder, ending in /; None where no page is served.
    """
    address = f"{page}{link_reply(reply_id, '', start, end).address}" if page else None
    return {"link": uri_of(reply_id, start, end), "address": address}
