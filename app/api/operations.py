"""How an operation is written down in the OpenAPI document: its words, answers and problems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.api.problems import KINDS, MEDIA_TYPE
from app.api.words import Words
from app.schema import COMPONENTS

ALWAYS = (401, 403, 404, 405, 413, 422, 429, 500, 503)

_TITLES = {
    status: Words("；".join(title.zh for title in titles), "; ".join(title.en for title in titles))
    for status in {kind.status for kind in KINDS.values()}
    for titles in [[kind.title for kind in KINDS.values() if kind.status == status]]
}

EVENT = {
    "type": "object",
    "description": "一个事件，data 是 JSON 的文字。An event; its data is JSON.",
    "properties": {"event": {"type": "string"}, "data": {"type": "string"}},
    "required": ["event", "data"],
}

RETRY = {
    "Retry-After": {
        "description": "过几秒再试。Seconds until another try.",
        "schema": {"type": "integer", "minimum": 1},
    }
}
CHALLENGE = {
    "WWW-Authenticate": {
        "description": "需要怎样的凭据（RFC 6750）。What is asked for.",
        "schema": {"type": "string"},
    }
}
_HEADERS = {401: CHALLENGE, 403: CHALLENGE, 429: RETRY, 503: RETRY}


@dataclass(frozen=True, slots=True)
class Done:
    """What an operation answers where nothing goes wrong."""

    status: int = 200
    headers: Mapping[str, Any] = field(default_factory=dict)


def operation(
    name: str,
    summary: Words,
    description: Words,
    gives: type | str,
    as_done: Done = Done(),
    problems: tuple[int, ...] = (),
) -> dict[str, Any]:
    """Return what FastAPI is to say of an operation.

    :param gives: the type of what it answers, the media type of a stream of events, or "".
    :param problems: the statuses of problems that only this operation has.
    """
    done: dict[str, Any] = {"description": "完成。Done."}
    if isinstance(gives, type):
        schema = {"$ref": COMPONENTS + gives.__name__}
        done["content"] = {"application/json": {"schema": schema}}
    elif gives:
        done["content"] = {gives: {"schema": EVENT}}
    if as_done.headers:
        done["headers"] = dict(as_done.headers)
    refused = {each: _refusal(each) for each in sorted({400, *ALWAYS, *problems})}
    return {
        "operation_id": name,
        "summary": f"{summary.zh} {summary.en}",
        "description": f"{description.zh}\n\n{description.en}",
        "status_code": as_done.status,
        "responses": {as_done.status: done, **refused},
        "response_model": None,
    }


def _refusal(status: int) -> dict[str, Any]:
    schema = {"$ref": COMPONENTS + "ProblemDetails"}
    refusal: dict[str, Any] = {
        "description": f"{_TITLES[status].zh}。{_TITLES[status].en}.",
        "content": {MEDIA_TYPE: {"schema": schema}},
    }
    if status in _HEADERS:
        refusal["headers"] = _HEADERS[status]
    return refusal
