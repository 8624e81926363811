"""JSON schemas: of what tools give, by the types it is made of; and what is wrong by one, in words.

Pydantic makes the schemas of what is given to tools, since it reads that; what is shown is declared
on dataclasses as `corpus.serialise` reads them, which it can't.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import is_dataclass
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ValidationError

from app.mcp.links import LINKS
from corpus.serialise import Key, Rounded, keys_of

_SIMPLE = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}


def schema_of(kind: type) -> dict[str, Any]:
    """Return the schema of a dataclass's JSON object, with the links that are added to it."""
    properties = {key.name: _schema(_shown_type(key)) for key in keys_of(kind)}
    if "reply_id" in properties:
        properties |= {key: {"type": ["string", "null"]} for key in LINKS}
    return {"type": "object", "properties": properties, "required": list(properties)}


def _shown_type(key: Key) -> Any:
    """Return the type of what stands under a key: what its last function returns, if it has any."""
    functions = [each for each in key.functions if not isinstance(each, Rounded)]
    if not functions:
        return key.type
    return int if functions[-1] is len else get_type_hints(functions[-1])["return"]


def _schema(hint: Any) -> dict[str, Any]:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _schema(arguments[0])
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin in (Union, UnionType):
        return {"anyOf": [_schema(each) for each in arguments]}
    if origin in (tuple, list):
        return {"type": "array", "items": _schema(arguments[0])}
    if origin in (dict, Mapping):
        return {"type": "object", "additionalProperties": _schema(arguments[1])}
    if hint in _SIMPLE:
        return {"type": _SIMPLE[hint]}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"type": "string"}
    return schema_of(hint) if isinstance(hint, type) and is_dataclass(hint) else {}


def say_wrong(error: ValidationError, arguments: type[BaseModel]) -> str:
    """Say in Chinese what is wrong with the arguments of a call: what was found and expected."""
    properties = arguments.model_json_schema()["properties"]
    said = dict.fromkeys(
        _say(str(each["loc"][0]), each["type"], each["input"], properties)
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
