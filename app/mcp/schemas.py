"""JSON schemas: of what tools give, by the types it is made of; and what is wrong by one, in words.

Pydantic makes the schemas of what is given to tools, since it reads that; `app.schema` those of
what is shown.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from app.mcp.links import LINKS
from app.schema import COMPONENTS, describe_object, iter_types

DEFINITIONS = "#/$defs/"
"""Where a schema that stands alone has those that it refers to."""


def schema_of(kind: type) -> dict[str, Any]:
    """Return the schema of a dataclass's JSON object, with the links that are added to it."""
    own, *others = iter_types([kind])
    within = {each.__name__: _describe(each) for each in others}
    return {**_describe(own), **({"$defs": within} if within else {})}


def _describe(kind: type) -> dict[str, Any]:
    described = describe_object(kind)
    properties = described["properties"]
    if "reply_id" in properties:
        properties |= {key: {"type": ["string", "null"]} for key in LINKS}
    alone: dict[str, Any] = json.loads(json.dumps(described).replace(COMPONENTS, DEFINITIONS))
    return {**alone, "required": list(properties)}


def say_wrong(error: ValidationError, arguments: type[BaseModel]) -> str:
    """Say in Chinese what is wrong with the arguments of a call: what was found and expected."""
    properties = arguments.model_json_schema()["properties"]
    said = dict.fromkeys(
        str(each["ctx"]["error"]).removesuffix("。")  # in words of ours
        if each["type"] == "value_error"
        else _say(str(each["loc"][0]), each["type"], each["input"], properties)
        for each in error.errors(include_url=False)
    )
    return "；".join(said) + "。"


def _say(name: str, problem: str, found: Any, properties: Mapping[str, Any]) -> str:
    if name not in properties:
        return f"没有参数 {name[:_LONGEST]}，可用的有 {'、'.join(properties)}"
    if problem == "missing":
        return f"缺少参数 {name}（{_expected(properties[name])}）"
    shown = json.dumps(found, ensure_ascii=False, default=str)
    shown = shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "…"
    return f"参数 {name} 不能是 {shown}，应为{_expected(properties[name])}"


_LONGEST = 40
"""Characters of what was given that are said again."""


def _expected(schema: Mapping[str, Any]) -> str:
    """Say what a property takes."""
    if "anyOf" in schema:
        return "或".join(_expected(each) for each in schema["anyOf"])
    if "maximum" in schema:
        return f" {schema['minimum']} 到 {schema['maximum']} 的整数"
    if schema.get("type") == "array":
        return (
            f"文字的列表，最多 {schema['maxItems']} 项，每项最多 {schema['items']['maxLength']} 字"
        )
    words = {"integer": "不小于 0 的整数", "boolean": " true 或 false", "null": " null"}
    return words.get(str(schema.get("type")), "文字")
