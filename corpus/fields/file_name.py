"""Disclosure marks on a reply from outside: in the names of files, folders and sheets, in comments.

They close it, and never open it: `内部_养老.docx`, `机密/养老.docx`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePosixPath

from corpus.fields.disclosure import iter_marks, marks_in, speaks, strictest_field
from corpus.fields.openness import fold, read_mark
from corpus.types import Disclosure, Field, FieldName, ParsedReply


def read_name(path: str) -> Field | None:
    """Return the mark in the name of a file or of a folder on the way to it, if it closes.

    The strictest of several; a name that says 主动公开 opens nothing.
    """
    if not speaks(path):
        return None
    found = []
    for part in PurePosixPath(path).parts:
        stem = re.sub(r"\.[A-Za-z]{2,8}(?=#|$)", "", part)
        for word in _WORD_OF_NAME.findall(stem):
            plain = re.sub(r"^\d{1,8}年?|\d{1,8}$", "", fold(word))
            whole = re.sub(
                r"(?<=.)(?:的|类|答复|复文|件|文件|材料|提案|建议|汇编){0,4}$", "", plain
            )
            mark = read_mark(plain) or read_mark(whole)
            if mark not in (None, Disclosure.PUBLIC):
                found.append(Field(FieldName.DISCLOSURE, mark, origin=f"name:{part}"))
    return next(iter(strictest_field(found)), None)


_LONGEST = 80
"""Characters that are kept of a comment."""


def read_attached(kind: str, text: str) -> Field | None:
    """Return the mark in a sheet's name or a comment, if it closes; the strictest of several."""
    if not speaks(text):
        return None
    found = [mark.value for mark in iter_marks(text)] if kind == "comment" else []
    named = read_name(text)
    closing = [Disclosure(named.value)] if named else []
    closing += [mark for mark in found if mark is not Disclosure.PUBLIC]
    fields = [
        Field(FieldName.DISCLOSURE, mark, origin=f"{kind}:{text[:_LONGEST]}") for mark in closing
    ]
    return next(iter(strictest_field(fields)), None)


_WORD_OF_NAME = re.compile(r"[^\s_.,，、·+&@#!~=|（）()\[\]【】〔〕《》“”—–-]{2,40}")


def with_mark(parsed: ParsedReply, mark: Field) -> ParsedReply:
    """Return the reply with another disclosure mark where that is stricter than its own."""
    reply = parsed.reply
    own = marks_in(reply.fields)
    if strictest_field([*own, mark]) != (mark,):
        return parsed
    others = (field for field in reply.fields if field.name is not FieldName.DISCLOSURE)
    return replace(parsed, reply=replace(reply, fields=(*others, mark)))
