"""From a document, as its reader found it, to a reply with its passages."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.errors import UnreadableFile
from corpus.fields.disclosure import speaks
from corpus.fields.file_name import read_attached, with_mark
from corpus.fields.finding import find_fields
from corpus.fields.layout import lay_out
from corpus.files import REPLY_ID, id_of_source
from corpus.plausible import implausible
from corpus.text.added import thought_from
from corpus.text.clean import Clean, clean, clean_text
from corpus.text.letters import Letter, Mixed, split_letters
from corpus.text.passages import split_passages
from corpus.text.placing import place_lines
from corpus.text.redact import find_redactions
from corpus.text.simplified import plain
from corpus.text.spelling import normalise
from corpus.text.unanswered import has_no_answer
from corpus.text.unfold import unfold
from corpus.types import (
    RECOGNISED,
    UNSURE,
    Document,
    Field,
    FieldName,
    Line,
    Original,
    ParsedReply,
    Reply,
)

_ANOTHER_COPY = "请从原处重新取得，或打开后确认文字正常，再另存为 .docx 或 UTF-8 的 .txt 导入"
_OF_OFFICES = frozenset({FieldName.DOC_NUMBER, FieldName.OUTCOME, FieldName.MATTER_NUMBER})
"""Fields that only an office's letter has."""
_MAY_TELL = re.compile(r"\d{7}|[\u4e00-\u9fff]{2}")
"""What an id with personal data has at least: a number or a name."""
_BETWEEN = re.compile(r"[ |｜【】{}｛｝〖〗「」<>＜＞〔〕]")
_IDENTIFIER = re.compile(REPLY_ID)


def parse_letters(document: Document) -> tuple[ParsedReply, ...]:
    """Make replies of a document: mostly one, several where it holds several letters.

    Each is cleaned, parted from the citizen's message that it answers, its fields and personal data
    are found, and it is cut into passages. A row of a table is one reply, and its columns say what
    the message is.

    A reply's id is the row's declared id where that is 1 to 64 letters, digits, Chinese
    characters or `._-` and holds no personal data, else the first 12 hexadecimal digits of the
    SHA-256 of the source. The source of the second of several letters ends in `#2`.

    :raises UnreadableFile: where nothing is left of the text after cleaning, or where nobody can
        have written what is.
    """
    whole = clean(document.lines if document.columns else _unfolded(document.lines))
    if not document.columns and (again := _unfolded(lines := _lines_of(whole))) is not lines:
        whole = clean(again)  # lines that were joined run a letter together
    if not whole.text.strip():
        raise UnreadableFile(document.source, "没有正文（空），请检查文件内容后重新载入")
    # A table's cells were typed or exported, and have no font.
    if garbage := implausible(whole.text, words=not document.columns):
        raise UnreadableFile(document.source, f"{garbage}；{_ANOTHER_COPY}")
    aside = [*_aside(document, whole.text), *document.aside]
    if document.columns:
        return (_parse(document, document.source, Letter(whole), aside),)
    try:
        letters = split_letters(whole)
    except Mixed:
        reason = (
            "一页上有几封来信，分不清哪些话是群众的、哪些是单位的；请按答复拆成几个文件后再导入"
        )
        raise UnreadableFile(document.source, reason) from None
    return tuple(
        _parse(document, f"{document.source}#{n}" if n > 1 else document.source, letter, aside)
        for n, letter in enumerate(letters, start=1)
    )


def _lines_of(whole: Clean) -> tuple[Line, ...]:
    headings = {span.start: span.level for span in whole.headings}
    start, lines = 0, []
    for text in whole.text.split("\n"):
        lines.append(Line(text, headings.get(start, 0)))
        start += len(text) + 1
    return tuple(lines)


def _unfolded(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Part the lines of a text that is a letter run together; others keep their place on a page."""
    kept = [line for line in lines if line.text.strip()]
    texts = [line.text for line in kept]
    parts = unfold(texts)
    if parts == texts:
        return lines
    found, at = [], 0
    for part in parts:
        if at < len(kept) and part not in kept[at].text:
            at += 1  # all parts of the line before have come
        of = kept[min(at, len(kept) - 1)]
        found.append(of if part == of.text else Line(part, page=of.page))
    return tuple(found)


def _parse(document: Document, source: str, letter: Letter, aside: Sequence[str]) -> ParsedReply:
    columns = dict(document.columns)
    text = letter.clean.text
    question = letter.message or clean_text(columns.get("question", ""))
    message_at = letter.body if letter.message else -1
    fields = find_fields(
        text, columns, dict(document.column_names), message_at, aside, letter.message
    )
    if document.recognised:
        medium = UNSURE if document.unsure else RECOGNISED
        fields += (Field(FieldName.MEDIUM, medium, origin="picture"),)
    reply = Reply(
        id=_reply_id(source, columns.get("id", "")),
        text=text,
        source=source,
        fields=fields,
        redactions=find_redactions(text, fields),
        question=question,
    )
    if not (columns or document.recognised) and _is_message(letter, fields):
        raise UnreadableFile(
            source,
            "只有来信、没有答复：找到了群众的来信，没有找到单位的答复；请等答复公布后，连同答复一起重新保存再导入",
        )
    passages = split_passages(
        reply.id,
        text,
        letter.clean.headings,
        fields,
        max(letter.body, lay_out(plain(text)).body),
        thought_from(plain(text), letter.body) if letter.message else None,
    )
    paged = any(line.edges for line in document.lines)
    original = Original(document.digest, place_lines(text, document.lines)) if paged else None
    parsed = ParsedReply(reply, passages, original)
    for kind, said in document.attached:
        if mark := read_attached(kind, said):
            parsed = with_mark(parsed, mark)
    return parsed


def _is_message(letter: Letter, fields: Sequence[Field]) -> bool:
    """Tell whether what is left of a page is no answer: nobody signed, titled or numbered it."""
    if letter.message:
        return has_no_answer(letter.clean.text, letter.body)
    if any(field.name in _OF_OFFICES for field in fields):
        return False
    return has_no_answer(letter.clean.text)


def parse(document: Document) -> ParsedReply:
    """Make a reply of a document that holds one letter; of several the first, see `parse_letters`.

    :raises UnreadableFile: where nothing is left of the text after cleaning.
    """
    return parse_letters(document)[0]


def parse_text(source: str, text: str, columns: tuple[tuple[str, str], ...] = ()) -> ParsedReply:
    """Parse a plain text that is not in a file; `columns` are as in `Document`.

    :raises UnreadableFile: where nothing is left of the text after cleaning.
    """
    lines = tuple(Line(line) for line in text.split("\n"))
    return parse(Document(source=source, lines=lines, columns=columns))


def _aside(document: Document, text: str) -> list[str]:
    """Return lines that cleaning dropped, such as running headers, where they may hold marks."""
    if not speaks("\n".join(line.text for line in document.lines)):
        return []  # as mostly
    spoken = {line.text.strip() for line in document.lines if speaks(line.text)}
    missing = [line for line in spoken if normalise(line) not in text]
    said = _BETWEEN.sub("", text) if missing else ""  # a label may have been parted from its value
    return sorted(line for line in missing if _BETWEEN.sub("", normalise(line)) not in said)


def _reply_id(source: str, declared: str) -> str:
    if _IDENTIFIER.fullmatch(declared.strip(".") and declared) and not (
        _MAY_TELL.search(declared) and find_redactions(declared, ())
    ):
        return declared
    return id_of_source(source)
