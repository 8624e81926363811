"""The documentation: as an OpenAPI document, and as a page without scripts."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from jinja2 import Environment, FileSystemLoader
from markdown_it import MarkdownIt
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from app.api.openapi import describe_api
from app.api.problems import KINDS

TEMPLATES = Path(__file__).with_name("templates")

router = APIRouter(include_in_schema=False)


@router.get("/openapi.json")
async def give_openapi(request: Request) -> Response:
    """Give the OpenAPI document."""
    return JSONResponse(describe_api(request.app), headers={"Cache-Control": "no-cache"})


@router.get("/docs")
async def give_docs(request: Request) -> Response:
    """Give the page."""
    root = request.scope.get("root_path", "")
    return HTMLResponse(render_docs(describe_api(request.app), root))


@router.get("/docs.css")
async def give_style() -> Response:
    """Give the page's style sheet."""
    style = (TEMPLATES / "docs.css").read_text(encoding="utf-8")
    return Response(style, media_type="text/css")


def render_docs(document: dict[str, Any], root: str) -> str:
    """Write the page from the document; its anchors are the names of operations and objects."""
    return (
        _environment()
        .get_template("docs.html")
        .render(
            document=document,
            root=root,
            kinds=KINDS.values(),
            operations=[
                (method.upper(), path, operation)
                for path, methods in document["paths"].items()
                for method, operation in methods.items()
            ],
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    markdown = MarkdownIt("commonmark", {"html": False})
    environment.filters["markdown"] = lambda text: Markup(markdown.render(text))
    environment.filters["type"] = say_type
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "indent": 2}
    return environment


def say_type(schema: dict[str, Any]) -> Markup:
    """Say a schema in a few words, with links to the objects in it."""
    if name := schema.get("$ref", "").rpartition("/")[2]:
        return Markup('<a href="#{0}">{0}</a>').format(name)
    if "anyOf" in schema:
        return Markup(" | ").join(map(say_type, schema["anyOf"]))
    if "enum" in schema:
        return Markup(" | ").join(Markup("<code>{}</code>").format(each) for each in schema["enum"])
    if schema.get("type") == "array":
        items: dict[str, Any] = schema.get("items") or next(iter(schema.get("prefixItems", [])), {})
        return Markup("[{}]").format(say_type(items))
    if isinstance(inner := schema.get("additionalProperties"), dict):
        return Markup("{{…: {}}}").format(say_type(inner))
    return Markup("{}").format(schema.get("type", "any"))
