"""What the JSON of the product looks like, and what its keys mean, as its own types declare it.

The texts below the attributes of a dataclass say what stands under its keys.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from corpus.serialise import Key, Rounded, keys_of

COMPONENTS = "#/components/schemas/"
"""Where an OpenAPI document has the schemas of objects."""

_SIMPLE: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    NoneType: {"type": "null"},
    Any: {},
}


def describe_object(kind: type) -> dict[str, Any]:
    """Return the JSON Schema of a dataclass; others within it are referred to by their names."""
    keys = keys_of(kind)
    return {
        "type": "object",
        "properties": {
            key.name: {**describe_type(shown_type(key)), "description": meaning_of(key)}
            for key in keys
        },
        "required": [key.name for key in keys],
    }


def describe_type(hint: Any) -> dict[str, Any]:
    """Return the JSON Schema of what a type's values are written as."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return describe_type(arguments[0])
    if origin is Literal:
        return {"type": "string", "enum": list(arguments)}
    if origin in (Union, UnionType):
        return {"anyOf": [describe_type(each) for each in arguments]}
    if origin is tuple and arguments[-1] is not Ellipsis:
        least = {"minItems": len(arguments), "maxItems": len(arguments)}
        return {"type": "array", "prefixItems": [*map(describe_type, arguments)], **least}
    if origin is tuple:
        return {"type": "array", "items": describe_type(arguments[0])}
    if origin in (dict, Mapping):
        return {"type": "object", "additionalProperties": describe_type(arguments[1])}
    if hint in _SIMPLE:
        return dict(_SIMPLE[hint])
    if issubclass(hint, Enum):
        return {"type": "string", "enum": [str(each.value) for each in hint]}
    return {"$ref": COMPONENTS + hint.__name__}


def iter_types(kinds: Iterable[type]) -> Iterator[type]:
    """Yield these dataclasses and those that stand within them, each once."""
    found: dict[type, None] = {}
    waiting = list(kinds)
    while waiting:
        kind = waiting.pop(0)
        if kind not in found:
            found[kind] = None
            within = [each for key in keys_of(kind) for each in _dataclasses(shown_type(key))]
            waiting = within + waiting
    yield from found


def _dataclasses(hint: Any) -> Iterator[type]:
    if is_dataclass(hint) and isinstance(hint, type):
        yield hint
    for inner in get_args(hint):
        yield from _dataclasses(inner)


def shown_type(key: Key) -> Any:
    """Return the type of what stands under a key: what its last function returns, if it has any."""
    functions = [each for each in key.functions if not isinstance(each, Rounded)]
    if not functions:
        return key.type
    return int if functions[-1] is len else get_type_hints(functions[-1])["return"]


def meaning_of(key: Key) -> str:
    """Return what a key means.

    :raises KeyError: where the code does not say it.
    """
    for owner in key.owner.__mro__:
        if key.attribute in meanings_of(owner):
            return meanings_of(owner)[key.attribute]
    raise KeyError(f"{key.owner.__name__}.{key.attribute} has no meaning below it")


@cache
def meanings_of(cls: type) -> dict[str, str]:
    """Return the texts below the fields of a class, and the docstrings of its properties."""
    if cls is object:
        return {}
    body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    assert isinstance(body, ast.ClassDef)
    texts = {}
    for statement, below in zip(body.body, [*body.body[1:], None], strict=True):
        if isinstance(statement, ast.FunctionDef):
            texts[statement.name] = ast.get_docstring(statement) or ""
        elif isinstance(statement, ast.AnnAssign) and isinstance(below, ast.Expr):
            texts[ast.unparse(statement.target)] = str(ast.literal_eval(below.value))
    return texts
