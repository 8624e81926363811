"""JSON: the objects of a file as rows, one a line, in an array, spread over lines, or nested."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from corpus.errors import UnreadableFile
from corpus.readers.columns import HEADINGS, spelling
from corpus.readers.sheets import Nested

Row = dict[str, object]
_BETWEEN = re.compile(r"[\s,\[\]\ufeff\x1e]*")
"""What may stand between the objects of a file: line ends, and the commas of an array."""
_DEEPEST = 12
_WRAPPERS = frozenset(
    ["data", "_source", "fields", "attributes", "info", "detail", "item", "record"]
)
"""Keys whose objects are the row itself."""
_OWN_KEYS = frozenset(spelling(name) for key in ("reply", "title", "id") for name in HEADINGS[key])
_REPLY_KEYS = frozenset(map(spelling, HEADINGS["reply"]))


def iter_json_rows(
    text: str, source: str, declared: frozenset[str] = frozenset()
) -> Iterator[tuple[str, Row] | UnreadableFile]:
    """Yield each object as a row, by the number of its line, or in an array by its own.

    What is nested gets its path for a name, `reply.content` or `reply[].content`. An object with
    a list of several replies gives a row for each. What is no object is reported.

    :param declared: spellings of the columns that are declared to hold the reply.
    """
    is_array = text.lstrip("\ufeff \t\r\n").startswith("[")
    unit = "条" if is_array else "行"
    rows = _Flattener(_REPLY_KEYS | declared)
    for count, (line, value) in enumerate(_iter_values(text), 1):
        number = count if is_array else line
        place = f"{source}#{number}"
        if isinstance(value, _Broken):
            lines = f"{line} " if value.last == line else f"{line} 到 {value.last} "
            which = "这一行" if value.last == line else "这几行"
            yield UnreadableFile(f"{source}#{line}", f"第 {lines}行不是合法的 JSON；请改正{which}")
        elif not isinstance(value, dict):
            yield UnreadableFile(
                place, f"第 {number} {unit}不是 JSON 对象（应为 {{…}}）；请改正这一{unit}"
            )
        else:
            wrapped = _wrapped_rows(value)
            for item in [value] if wrapped is None else wrapped:
                yield from ((str(number), row) for row in rows.flatten(item))


@dataclass(frozen=True, slots=True)
class _Broken:
    """A part of the text that is no JSON, up to its last line."""

    last: int


def _iter_values(text: str) -> Iterator[tuple[int, object]]:
    """Yield the values of a text with the number of the line that each begins in."""
    scan = json.JSONDecoder().raw_decode
    line, counted, at = 1, 0, _skip(text, 0)
    while at < len(text):
        line += text.count("\n", counted, at)
        counted = at
        try:
            value, end = scan(text, at)
        except (ValueError, RecursionError):
            end = _next_beginning(text, at)
            yield line, _Broken(line + max(0, text.count("\n", at, end) - 1))
        else:
            yield line, value
            if not isinstance(value, dict):  # once for a line of numbers
                newline = text.find("\n", end)
                end = newline if newline >= 0 else len(text)
        at = _skip(text, end)


def _skip(text: str, at: int) -> int:
    match = _BETWEEN.match(text, at)
    return match.end() if match else at


def _next_beginning(text: str, at: int) -> int:
    """Return where the next line begins an object or array, as far indented as this one."""
    indent = text[text.rfind("\n", 0, at) + 1 : at]
    indent = indent if indent.isspace() and len(indent) <= 40 else ""
    found = re.compile(rf"\n{re.escape(indent)}(?=[\[{{])").search(text, at)
    return found.end() if found else len(text) + (not text.endswith("\n"))


def _wrapped_rows(value: Row) -> list[Row] | None:
    """Return the rows that an object only wraps (`{"code": 200, "data": {"list": […]}}`)."""
    inner: object = value
    for _ in range(4):
        if not isinstance(inner, dict) or _OWN_KEYS & set(map(spelling, inner)):
            return None
        lists = [each for each in inner.values() if _holds_objects(each)]
        if len(lists) == 1:
            return [each for each in lists[0] if isinstance(each, dict)]
        objects = [each for each in inner.values() if isinstance(each, dict)]
        if lists or len(objects) != 1:
            return None
        inner = objects[0]
    return None


def _holds_objects(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(each, dict) for each in value)


@dataclass(slots=True)
class _Flattener:
    """Makes rows of nested objects; `reply_keys` are spellings of columns of replies."""

    reply_keys: frozenset[str]
    several: list[tuple[str, list[Row]]] = field(default_factory=list)

    def flatten(self, value: Row) -> Iterator[Row]:
        """Yield the row of an object, or one for each of its several replies."""
        self.several = []
        row: Row = {}
        self._add(row, "", value, 0)
        if not self.several:
            yield row
            return
        path, items = self.several[0]
        for item in items:
            one = dict(row)
            self._add(one, path, item, 1)
            yield one

    def _add(self, row: Row, path: str, value: object, depth: int) -> None:
        if isinstance(value, str) and value[:1] in ("[", "{"):
            value = _parsed(value)
        if not isinstance(value, (dict, list)):
            row[path] = value
        elif isinstance(value, dict):
            self._add_object(row, path, value, depth)
        elif not any(isinstance(each, (dict, list)) for each in value):
            row[path] = "\n".join(str(each) for each in value if each is not None)
        elif len(value) == 1 and depth < _DEEPEST:
            self._add(row, f"{path}[]", value[0], depth + 1)
        elif self._are_replies(path, value):
            self.several.append((f"{path}[]", value))
        else:
            row[f"{path}[]"] = Nested(tuple(_leaves(value)))

    def _add_object(self, row: Row, path: str, value: Row, depth: int) -> None:
        if len(value) == 1 and (key := next(iter(value))).startswith("$"):
            row[path] = value[key]  # MongoDB's {"$date": …}
        elif depth > _DEEPEST:
            row[path] = Nested(tuple(value))
        else:
            for key, inner in value.items():
                own = isinstance(inner, dict) and key.lower() in _WRAPPERS
                name = path if own else f"{path}.{key}" if path else key
                self._add(row, name, inner, depth + 1)

    def _are_replies(self, path: str, items: list[object]) -> bool:
        if not all(isinstance(each, dict) for each in items):
            return False
        return any(spelling(f"{path}[].{leaf}") in self.reply_keys for leaf in _leaves(items))


def _leaves(items: list[object]) -> dict[str, None]:
    """Return the keys of the objects in a list, in their order."""
    return dict.fromkeys(key for each in items[:20] if isinstance(each, dict) for key in each)


def _parsed(text: str) -> object:
    """Return what a text that is itself JSON holds, else the text."""
    if len(text) < 2 or text.lstrip("[{ \n\t")[:1] not in ('"', "]", "}"):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
