"""Lists of replies that are data, not pages: JSON, alone or within a page's scripts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from app.fetching.addresses import join
from app.fetching.links import MOST_BYTES, Link, Page
from app.fetching.types import Answer
from corpus.errors import UnreadableFile
from corpus.readers.text import decode

_TITLES = ("title", "subject", "name", "doctitle", "infotitle", "articletitle", "bt")
_ADDRESSES = ("url", "href", "link", "docpuburl", "puburl", "infourl", "articleurl", "path")
_OBJECT = re.compile(r"\{[^{}]{1,4000}\}")
_DEEPEST = 12
_MOST = 5000


def open_data(answer: Answer) -> Page | None:
    """Find the links in an answer that is JSON; None where it is none.

    :raises UnreadableFile: where its text cannot be decoded.
    """
    head = answer.content[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    said = answer.headers.get("content-type", "")
    if not head.startswith((b"{", b"[")) and "json" not in said and "javascript" not in said:
        return None
    if len(answer.content) > MOST_BYTES:
        raise UnreadableFile(answer.address, f"数据超过 {MOST_BYTES >> 20} MiB，太大了，没有看")
    text = decode(answer.content, answer.address)
    start = re.match(r"\s*[\w$.]{1,80}\s*(?:\(|=)\s*", text)  # callback({…}); or var list = […];
    body = text[start.end() if start else 0 :].strip().rstrip(";").rstrip(")")
    try:
        found = list(_iter_objects(json.loads(body), 0))
    except (ValueError, RecursionError):
        found = list(_iter_loose(text))
    return Page(answer.address, tuple(_links(found, answer.address)[:_MOST]), "")


def links_in_scripts(page: Page) -> tuple[Link, ...]:
    """Find the links of lists that stand as objects in the scripts of a page."""
    return tuple(_links(list(_iter_loose(page.scripts)), page.address)[:_MOST])


def _iter_objects(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from _iter_objects(each, depth + 1)
    elif isinstance(value, list):
        for each in value:
            yield from _iter_objects(each, depth + 1)


def _iter_loose(text: str) -> Iterator[dict[str, Any]]:
    for written in _OBJECT.findall(text):
        try:
            value = json.loads(written)
        except ValueError:
            continue
        if isinstance(value, dict):
            yield value


def _links(objects: list[dict[str, Any]], base: str) -> list[Link]:
    links = []
    for each in objects:
        named = {str(key).lower(): value for key, value in each.items()}
        title = next((named[key] for key in _TITLES if isinstance(named.get(key), str)), "")
        path = next((named[key] for key in _ADDRESSES if isinstance(named.get(key), str)), "")
        address = join(base, path) if title and path else None
        if address:
            words = "".join(re.sub(r"<[^<>]{0,200}>", "", title).split())
            links.append(Link(address, words, "data", dated=True))
    return links
