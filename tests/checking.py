"""Hold a file against what it owes: told or read, each place right, nothing kept otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from corpus.errors import UnreadableFile
from corpus.store.store import Store
from corpus.text.redact import mask
from corpus.types import ParsedReply, PassageRole
from corpus.workers import Parsed, parse_file, read_bounded
from tests.seeds import MESSAGE

FAILURES = ("文件的结构与别的文件不同", "意外退出")
"""What is reported where a reader failed in a way that nobody had thought of."""


def check(path: Path, store: Store) -> list[str]:
    """Read a file as a load does, keep what it says, and return all that is wrong."""
    wrong: list[str] = []
    parsed: list[ParsedReply] = []
    items: Parsed
    try:
        items = read_bounded(parse_without_recognition, path, hurried=True)
    except UnreadableFile as error:
        items = [error]
    for item in items:
        if isinstance(item, ParsedReply):
            parsed.append(item)
            wrong += _misplaced(item)
        elif any(failure in item.reason for failure in FAILURES):
            wrong.append(item.reason)
    try:
        results = store.put_file(path.as_posix(), None, parsed).results
    except UnreadableFile:
        return wrong
    for result, item in zip(results, parsed, strict=True):
        kept = store.reply(result.reply_id)
        if kept.text != item.reply.text:
            wrong.append("kept otherwise")
        for passage in store.passages_of(result.reply_id).values():
            if not passage.stands_in(kept):
                wrong.append("a kept passage does not stand in its reply")
    store.remove({result.reply_id for result in results})
    return wrong


def parse_without_recognition(path: Path) -> Parsed:
    """Parse a file, but recognise no page: each takes ten seconds, and goes the way of all text."""
    import corpus.readers.pdf
    import corpus.readers.pictures

    for module in (corpus.readers.pdf, corpus.readers.pictures):
        setattr(module, "is_installed", lambda: False)  # noqa: B010
    return parse_file(path)


def _misplaced(parsed: ParsedReply) -> Iterator[str]:
    reply = parsed.reply
    length = len(reply.text)
    for field in reply.fields:
        if field.start >= 0 and not (field.start < field.end <= length and field.value.strip()):
            yield f"field {field.name} at {field.start}:{field.end} of {length}"
        if (field.start < 0) == (field.origin == "text"):
            yield f"field {field.name} of {field.origin} at {field.start}"
    spans = [(passage.start, passage.end) for passage in parsed.passages]
    hidden = [(redaction.start, redaction.end) for redaction in reply.redactions]
    for name, places in (("passage", spans), ("redaction", hidden)):
        ends = [0, *(end for _, end in places)]
        for before, (start, end) in zip(ends, places, strict=False):
            if not before <= start < end <= length:
                yield f"{name} at {start}:{end} of {length}, after {before}"
    if not all(passage.stands_in(reply) for passage in parsed.passages):
        yield "a passage is not the span it says"
    if len(mask(reply.text, reply.redactions)) != length:
        yield "masks change the length"
    answers = (p.text for p in parsed.passages if p.role is PassageRole.SUBSTANCE)
    if MESSAGE in reply.question and any(MESSAGE in text for text in answers):
        yield "the question stands in the answer"
