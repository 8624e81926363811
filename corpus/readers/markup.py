"""Markdown and HTML: read the structure that the marks give."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from corpus.errors import UnreadableFile
from corpus.readers.grid import join_cells, paragraph
from corpus.readers.html import html_lines
from corpus.readers.text import decode
from corpus.types import Document, Line

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_DEEPEST = 60
"""The parser passes over what is nested deeper; at three times as deep Python's stack ends."""


def read_markdown(path: Path) -> Document:
    """Read a Markdown file; numbers of ordered lists stay, bullets and emphasis go.

    A line break inside a paragraph stays a line break, for cleaning to judge: many authors
    write each paragraph, and each line of the signature, on a line of its own.

    :raises UnreadableFile: where the file cannot be decoded, or would not be read whole.
    """
    source = path.as_posix()
    text = decode(path.read_bytes(), source).replace("\r\n", "\n")
    front = _FRONT_MATTER.match(text)
    lines = [Line(line, paragraph_end=True) for line in front[1].splitlines()] if front else []
    # Indented text is no code here but a Chinese paragraph; `---` below one parts, no heading.
    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST})
    parser.enable("table").disable(["code", "lheading"])
    tokens = parser.parse(text[front.end() :] if front else text)
    if any(token.nesting == 1 and token.level + 1 >= _DEEPEST for token in tokens):
        raise UnreadableFile(
            source,
            f"引用或列表嵌套得太深（{_DEEPEST} 层以上），后面的会丢失，没有读；"
            "请减少嵌套，或另存为 .txt",
        )
    lines.extend(_markdown_lines(tokens))
    return Document(source, tuple(lines))


def _markdown_lines(tokens: list[Token]) -> Iterator[Line]:
    heading = 0
    number = ""
    cells: list[str] | None = None
    for token in tokens:
        if token.type == "heading_open":
            heading = int(token.tag[1:])
        elif token.type == "heading_close":
            heading = 0
        elif token.type == "list_item_open":
            number = f"{token.info}{token.markup}" if token.info else ""
        elif token.type == "tr_open":
            cells = []
        elif token.type == "tr_close":
            yield Line(join_cells(cells or []), paragraph_end=True)
            cells = None
        elif token.type == "inline" and cells is not None:
            cells.append(_inline_text(token))
        elif token.type == "inline":
            yield from paragraph(_split(number + _inline_text(token)), heading)
            number = ""
        elif token.type in ("fence", "code_block"):
            yield from paragraph(_split(token.content))
        elif token.type == "html_block":
            yield from html_lines(token.content)


def _split(text: str) -> list[str]:
    return text.rstrip("\n").split("\n")


def _inline_text(token: Token) -> str:
    return "".join(_pieces(token.children or []))


def _pieces(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            yield "\n"
        elif token.type in ("text", "code_inline"):
            yield token.content
        elif token.type == "html_inline" and token.content.lower().startswith("<br"):
            yield "\n"
