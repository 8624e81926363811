"""Look a proposal up, request by request, so that one sees how far it has come."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from app.desk.desk import SECONDS
from app.desk.types import Coverage, Covered
from app.queries import LONGEST_PROPOSAL, check_query
from app.web.desk.view import Laid, keep_alike
from app.web.following import Step
from corpus.errors import InputError
from corpus.filters import Filters

if TYPE_CHECKING:
    from app.service import Service

EMPTY = "文库还是空的：载入答复文件后，才查得到先例。"

PASSAGES = 12
"""So many passages are looked for to each request."""

WHOLE = 20
"""So many replies like the whole text are looked for."""


def look_up(
    service: Service, text: str, filters: Filters, requests: Sequence[str] | None = None
) -> Iterator[Step | Laid]:
    """Give how far it has come, then what covers the requests, at last also what is like the whole.

    :param requests: what is asked for, as somebody corrected it; None: as it is found.
    :raises InputError: where there is nothing to look for or to look in.
    """
    check_query(text, longest=LONGEST_PROPOSAL)
    if not service.list_replies(limit=1).total:
        raise InputError(EMPTY)
    yield "正在读出诉求", 0, None
    asked = requests or [each.text for each in service.desk.split(text)]
    parted = bool(requests or (asked and asked != [text.strip()]))
    covered: list[Covered] = []
    until = time.monotonic() + SECONDS
    for number, each in enumerate(asked):
        yield "正在逐项查找先例", number, len(asked)
        left = until - time.monotonic()
        covered += service.desk.cover(text, [each], filters, PASSAGES, left).requests
    laid = Laid(text, Coverage(service.desk.read(text), tuple(covered)), parted)
    yield laid
    yield replace(laid, whole=keep_alike(service.precedents(text, filters, WHOLE)))
