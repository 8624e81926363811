"""Values as JSON: what the object of a dataclass looks like is declared on the dataclass.

Its keys are its fields in their order, or the attributes that `@shown` names, properties and
attributes of attributes among them. `Annotated[…]` says how one is shown: `Named`, `FLAT`, and
functions such as `Rounded()` and `len`, which the value goes through.

Pydantic, which reads and writes what is stored, cannot lay the keys of one object beside those of
another, nor put what is computed between what is not; and what is stored keeps all its digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from math import isnan
from operator import attrgetter
from typing import Annotated, Any, Final, TypeVar, get_origin, get_type_hints

T = TypeVar("T")

FLAT: Final = "flat"
"""The keys of this attribute's object stand beside those of the object that it belongs to."""


@dataclass(frozen=True, slots=True)
class Named:
    """The key of an attribute, where it is another than its name."""

    key: str


@dataclass(frozen=True, slots=True)
class Rounded:
    """Rounds a number, or each number of a mapping; one that could not be measured is null."""

    digits: int = 6

    def __call__(self, value: Any) -> Any:
        """Return the value as it is shown."""
        if isinstance(value, Mapping):
            return {key: self(each) for key, each in value.items()}
        if isinstance(value, float):
            return None if isnan(value) else round(value, self.digits)
        return value


Figure = Annotated[float, Rounded()]
Seconds = Annotated[float, Rounded(3)]


def as_counts(pairs: Iterable[tuple[Any, int]]) -> dict[str, int]:
    """Return pairs of a value and its count as an object."""
    return {str(value): count for value, count in pairs}


def shown(*attributes: str) -> Callable[[type[T]], type[T]]:
    """Make these attributes of a dataclass, parted by spaces, its keys in JSON, in this order."""

    def declare(cls: type[T]) -> type[T]:
        cls._shown = " ".join(attributes).split()  # type: ignore[attr-defined]
        return cls

    return declare


_SIMPLE = frozenset({str, int, float, bool, type(None)})
"""Most values by far; looked at first, since a search shows thousands."""


def to_json(value: Any) -> Any:
    """Return a value as objects, arrays, texts and numbers that JSON can hold."""
    kind: type = type(value)
    if kind in _SIMPLE:
        return value
    if is_dataclass(kind):
        return {name: to_json(read(value)) for name, read in _readers(kind)}
    if isinstance(value, Mapping):
        return {str(key): to_json(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [to_json(each) for each in value]
    return value


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a JSON object: the attribute `owner.attribute`, reached by `path`.

    `type` is the attribute's; `functions` are what its value goes through.
    """

    name: str
    path: str
    owner: type
    type: Any
    functions: tuple[Callable[[Any], Any], ...]

    @property
    def attribute(self) -> str:
        """The attribute's own name."""
        return self.path.rpartition(".")[2]

    def read(self, value: Any) -> Any:
        """Return what stands there."""
        found = attrgetter(self.path)(value)
        for function in self.functions:
            found = function(found)
        return found


@cache
def keys_of(cls: type) -> tuple[Key, ...]:
    """Return the keys of a dataclass's JSON object, in order."""
    names = getattr(cls, "_shown", None) or [field.name for field in fields(cls)]
    return tuple(key for name in names for key in _iter_keys(cls, name))


def _iter_keys(cls: type, path: str) -> Iterator[Key]:
    owner = cls
    *above, attribute = path.split(".")
    for name in above:
        owner, _ = _annotation(owner, name)
    kind, marks = _annotation(owner, attribute)
    if FLAT in marks:
        for key in keys_of(kind):
            yield Key(key.name, f"{path}.{key.path}", key.owner, key.type, key.functions)
        return
    name = next((mark.key for mark in marks if isinstance(mark, Named)), attribute)
    yield Key(name, path, owner, kind, tuple(filter(callable, marks)))


def _annotation(cls: type, attribute: str) -> tuple[Any, tuple[Any, ...]]:
    """Return the type of a field or property, and its marks."""
    hint = _hints(cls).get(attribute)
    if hint is None:
        hint = get_type_hints(getattr(cls, attribute).fget, include_extras=True)["return"]
    if get_origin(hint) is Annotated:
        return hint.__origin__, hint.__metadata__
    return hint, ()


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls, include_extras=True)


@cache
def _readers(cls: type) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    """Return what reads each key; where nothing is to be done, without a call of ours."""
    return tuple(
        (key.name, key.read if key.functions else attrgetter(key.path)) for key in keys_of(cls)
    )
