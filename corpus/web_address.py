"""Where on the net a reply stands, and when it was fetched there."""

from __future__ import annotations

import re
from collections.abc import Iterable

from corpus.types import Field

FETCHED = "fetched:"
"""The origin of the address of a page that was fetched begins so; the time follows."""


def fetched_on(fields: Iterable[Field]) -> str | None:
    """Return the day on which a reply was fetched, ISO 8601; None where it was not."""
    origins = (field.origin for field in fields)
    return next((o[len(FETCHED) :][:10] for o in origins if o.startswith(FETCHED)), None)


def is_web_address(text: str) -> bool:
    """Tell whether a text is an address that a link may lead to: none that runs anything."""
    return re.fullmatch(r"https?://[^\s\"'<>\\]{3,2000}", text) is not None
