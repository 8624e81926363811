"""What a browser sends of a desk: the corrected requests, the proposal's fields, what was chosen.

All of it may be forged: sizes are bounded here, and hits are found again by their places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from app.desk.desk import LONGEST_REQUEST, MOST_REQUESTS
from app.desk.types import Coverage, Covered
from app.export.draft import Proposal
from app.types import SearchHit
from corpus.errors import InputError
from corpus.types import Kind
from eval.data.spans import Span

MOST_SENT = 200
"""Requests that are read at all; more than `MOST_REQUESTS` get words of their own."""

MOST_CHOSEN = 200
"""Passages of one request."""

Words = Annotated[str, StringConstraints(max_length=300)]


class Matter(StrEnum):
    """What is to be answered, as the page offers it."""

    PROPOSAL = "政协提案"
    SUGGESTION = "人大代表建议"
    MESSAGE = "来信留言"


KINDS = {
    Matter.PROPOSAL: Kind.PROPOSAL,
    Matter.SUGGESTION: Kind.SUGGESTION,
    Matter.MESSAGE: Kind.MESSAGE,
}

_BETWEEN = re.compile(r"[、，,；;\n]")


class _Sent(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Fields(_Sent):
    """The proposal's own fields as they stand in the form."""

    kind: Matter = Matter.MESSAGE
    title: Words = ""
    number: Words = ""
    session: Words = ""
    proposers: Words = ""

    def make(self) -> Proposal:
        """Return the proposal; what was left empty is not known."""
        named = (name.strip() for name in _BETWEEN.split(self.proposers))
        return Proposal(
            KINDS[self.kind],
            " ".join(self.title.split()).removeprefix("《").removesuffix("》") or None,
            self.number.strip() or None,
            self.session.strip() or None,
            tuple(name for name in named if name),
        )


class Edits(_Sent):
    """A desk as somebody corrected it before it is looked up again."""

    requests: Annotated[list[str], Field(max_length=MOST_SENT)]
    proposal: Fields

    def list_requests(self) -> list[str]:
        """Return what is to be looked for.

        :raises InputError: where nothing was left, too much, or one is too long.
        """
        requests = [text for each in self.requests if (text := each.strip())]
        if not requests:
            raise InputError("没有留下要查的诉求。请恢复一项，或点“加一项”写一项。")
        if len(requests) > MOST_REQUESTS:
            found = f"诉求有 {len(requests)} 项，最多 {MOST_REQUESTS} 项"
            raise InputError(f"{found}：请并入或去掉几项。")
        for number, text in enumerate(requests, 1):
            if len(text) > LONGEST_REQUEST:
                found = f"第 {number} 项有 {len(text):,} 字，最多 {LONGEST_REQUEST:,} 字"
                raise InputError(f"{found}：请拆分或缩短。")
        return requests


class Chosen(_Sent):
    """A passage as it stands on the page: ticked for the draft or not."""

    reply: Annotated[str, StringConstraints(max_length=200)]
    start: int
    end: int
    ticked: bool


class Wish(_Sent):
    """A file that is asked for, of the passages of each request in their order on the page."""

    choice: Literal["draft", "sheet", "markdown", "whole"]
    passages: Annotated[
        list[Annotated[list[Chosen], Field(max_length=MOST_CHOSEN)]], Field(max_length=MOST_SENT)
    ] = []
    proposal: Fields = Fields()

    def find(self, coverage: Coverage, ticked: bool) -> list[list[SearchHit]]:
        """Return the hits of each request in their order, all or only those that are ticked.

        :raises InputError: where one is not among what was found.
        """
        if len(self.passages) != len(coverage.requests):
            raise InputError(GONE)
        return [
            list(_find(covered, [one for one in chosen if one.ticked or not ticked]))
            for covered, chosen in zip(coverage.requests, self.passages, strict=True)
        ]


GONE = "页面上的结果已经不在了，请重新查找后再导出。"

Read = TypeVar("Read", bound=_Sent)


def read_sent(form: type[Read], sent: Any) -> Read:
    """Read what a browser sent, a JSON text or values.

    :raises InputError: where it is nothing that the page sends.
    """
    try:
        if isinstance(sent, str):
            return form.model_validate_json(sent)
        return form.model_validate(sent)
    except ValidationError as error:
        raise InputError(
            "没有看懂页面上的修改，或有一项太长。请改短，或刷新页面后再试。"
        ) from error


def set_fields(coverage: Coverage, fields: Fields) -> Coverage:
    """Return the coverage of the proposal as its fields stand in the form."""
    return replace(coverage, proposal=fields.make())


def name_fields(proposal: Proposal) -> dict[str, str]:
    """Return the proposal's fields as the form shows them."""
    matters = {kind: matter for matter, kind in KINDS.items()}
    return {
        "kind": matters.get(proposal.kind, Matter.MESSAGE),
        "title": proposal.title or "",
        "number": proposal.number or "",
        "session": proposal.session or "",
        "proposers": "、".join(proposal.proposers),
    }


def span_of(hit: SearchHit) -> Span:
    """Return the place by which a hit is known."""
    return Span(hit.card.reply_id, hit.start, hit.end)


def _find(covered: Covered, chosen: Sequence[Chosen]) -> Iterator[SearchHit]:
    hits = {span_of(hit): hit for hit in (*(one.hit for one in covered.passages), *covered.near)}
    for span in dict.fromkeys(Span(one.reply, one.start, one.end) for one in chosen):
        if span not in hits:
            raise InputError(GONE)
        yield hits[span]
