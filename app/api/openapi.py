"""The OpenAPI 3.1 document: made of the routes, the product's own types, and real examples."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.api.problems import ProblemDetails
from app.api.routes.library import Me
from app.api.shown import LINKS
from app.api.told import LoadingJob, LoadingJobs
from app.desk.types import Coverage
from app.keeping.bin import BinList
from app.running.installed import find_version
from app.schema import COMPONENTS, describe_object, iter_types
from app.types import Answer, Precedents, ReplyView, SearchResult
from app.views.figures import Stats
from app.views.listing import Facets, ReplyList

ANSWERS = (
    *(SearchResult, Answer, Precedents, Coverage, ReplyList, ReplyView, BinList, Facets, Stats),
    *(Me, LoadingJob, LoadingJobs, ProblemDetails),
)
"""What operations answer; their parts are found."""

EXAMPLES = Path(__file__).with_name("examples.json")
"""What operations were sent and answered, once for each; see `tools/api_examples.py`."""

DESCRIPTION = """\
检索政府答复，给出逐字引用的回答。键与 `dafu … --json` 相同，另有 `links`。每个段落和引文都有
`readReply(reply_id).text[start:end] == text`，位置按 Unicode 码位计。
没有令牌的是访客，只在服务器对公众开放时能读公开的内容；令牌写在 `Authorization: Bearer` 里。
网页的 cookie 在这里不起作用。出错时答 `application/problem+json`，
按 `Accept-Language` 用中文或英文。

Search Chinese government replies, and answer from them by verbatim quotes. The keys are those of
`dafu … --json`, with `links` beside them. For each passage and quote
`readReply(reply_id).text[start:end] == text` holds, counted in Unicode code points. Who brings no
token is a visitor, and reads what is public where the server is open to the public; send a token
as `Authorization: Bearer`. A page's cookie counts for nothing here. Problems are
`application/problem+json`, in Chinese or English as `Accept-Language` asks.
"""

TAGS = (
    ("asking", "提问与检索。Asking and searching."),
    ("replies", "答复。Replies."),
    ("library", "文库。The library as a whole."),
    ("loading", "载入。Loading."),
)

_LINKS = {
    "type": "object",
    "description": "链接：self 在这里读，view 在网页上打开。Links: here, and on the page.",
    "properties": {"self": {"type": "string"}, "view": {"type": "string"}},
    "required": ["self", "view"],
}


def describe_api(app: FastAPI) -> dict[str, Any]:
    """Return the document; it is made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _make(app)
    return app.openapi_schema


def _make(app: FastAPI) -> dict[str, Any]:
    made = get_openapi(
        title="Dafu 答复 API",
        version=find_version(),
        openapi_version="3.1.0",
        description=DESCRIPTION,
        routes=app.routes,
        tags=[{"name": name, "description": words} for name, words in TAGS],
    )
    # Behind a proxy that serves the page below a folder it is there as well.
    made["servers"] = [{"url": "/api/v1"}]
    components = made.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas.update(describe_answers())
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    components["securitySchemes"] = {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "帐号的令牌。A token of an account.",
        }
    }
    made["security"] = [{"token": []}, {}] if app.state.public else [{"token": []}]
    for path in made["paths"].values():
        for each in path.values():
            _add_examples(each)
    return made


def describe_answers() -> dict[str, Any]:
    """Return the schemas of all that is answered, by their names."""
    found: dict[str, Any] = {}
    for kind in iter_types(ANSWERS):
        schema = describe_object(kind)
        if "reply_id" in schema["properties"]:
            schema["properties"][LINKS] = {"$ref": f"{COMPONENTS}Links"}
            if schema["properties"]["reply_id"].get("type") == "string":
                schema["required"].append(LINKS)
        assert kind.__name__ not in found
        found[kind.__name__] = schema
    return {**found, "Links": _LINKS}


@cache
def load_examples() -> dict[str, Any]:
    """Return an example of each operation: what it was sent, and what it answered."""
    if not EXAMPLES.is_file():
        return {}
    examples: dict[str, Any] = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    return examples


def _add_examples(operation: dict[str, Any]) -> None:
    example = load_examples().get(operation["operationId"])
    if not example:
        return
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body is not None and "body" in example:
        body["example"] = example["body"]
    for status, answered in example["answers"].items():
        for content in operation["responses"][status].get("content", {}).values():
            content["example"] = answered
