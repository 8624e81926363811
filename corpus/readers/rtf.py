"""RTF: the paragraphs, tables and text boxes of an .rtf file (RTF Specification 1.9.1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.errors import Remark, UnreadableFile
from corpus.readers.rtf_stream import LAYOUT, Stream
from corpus.readers.runs import PAGE_FIELD, read_equation
from corpus.readers.symbols import UNKNOWN, read_symbol
from corpus.types import Document, Line

_TOKEN = re.compile(
    rb"\\([A-Za-z]{1,32})(-?[0-9]{1,10})? ?|\\'([0-9A-Fa-f]{2})|\\([^A-Za-z])|([{}])"
    rb"|[\r\n]+|([^\\{}\r\n]{1,4096})"
)
_DEEPEST = 500
_SKIPPED = frozenset(
    (
        *("colortbl", "stylesheet", "info", "pict", "object", "objdata", "shprslt"),
        *("nonshppict", "footnote", "annotation", "pn", "xe", "tc", "rxe", "private", "bkmkend"),
        *("themedata", "datastore", "latentstyles", "bkmkstart"),
    )
)
r"""Destinations that are no text, beside those that `\*` marks: fonts, colours, pictures, notes."""
_STREAMS = {
    **dict.fromkeys(("header", "headerf"), "header"),
    **dict.fromkeys(("footer", "footerf"), "footer"),
    **dict.fromkeys(("shptxt", "dptxbxtext"), "box"),
}
_CHARACTERS = {
    "tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘",
    "rquote": "’", "ldblquote": "“", "rdblquote": "”", "emspace": "\u3000", "enspace": " ",
}  # fmt: skip
_ENCODINGS = {
    128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 161: "cp1253", 162: "cp1254",
    204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
"""By a font's `\\fcharset`; the others are written in the document's own code page."""
_SYMBOL_CHARSET = 2


@dataclass(frozen=True, slots=True)
class _State:
    """What holds until the group ends."""

    skipped: bool = False
    hidden: bool = False
    font: int = -1
    after_unicode: int = 1
    r"""How many characters follow a `\u`, for programs that don't know it."""
    is_number: bool = False
    """In the number of a list, which RTF writes out."""
    in_instruction: bool = False
    in_fonts: bool = False
    in_result: bool = False
    """In what older programs show instead of a shape: the same once more."""


def read_rtf(path: Path) -> Iterator[Document | Remark]:
    """Read an .rtf file: the page's header, the text, its boxes and tables, and the footer.

    :raises UnreadableFile: where it has no text, or groups deeper than any program's.
    """
    source = path.as_posix()
    reader = _Reader(path.read_bytes())
    try:
        lines = reader.read()
    except ValueError as error:
        raise UnreadableFile(
            source, "文件已损坏，不是完整的 RTF；请用 Word 或 WPS 打开后另存为 .docx"
        ) from error
    lost = sum(line.text.count(UNKNOWN) for line in lines)
    if lost:
        yield Remark(source, f"有 {lost} 个字认不出，读作“{UNKNOWN}”；请对照原件核对")
    yield Document(source, lines)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._encoding = "gb18030"
        self._fonts: dict[int, tuple[int, str]] = {}
        self._defined = -1
        self._state = _State()
        self._stack: list[_State] = []
        self._streams = [Stream("body", 0)]
        self._margins: dict[str, list[Line]] = {"header": [], "footer": []}
        self._bytes = bytearray()
        self._to_skip = 0
        self._instruction = ""

    def read(self) -> tuple[Line, ...]:
        """Return all lines.

        :raises ValueError: where groups are nested too deep.
        """
        page = re.search(rb"\\ansicpg([0-9]{1,5})", self._data[:4096])
        if page and page[1] not in (b"936", b"0"):
            self._encoding = f"cp{page[1].decode()}"
        place = 0
        while (token := _TOKEN.match(self._data, place)) is not None:
            place = token.end() + self._take(token)
        self._flush()
        while len(self._streams) > 1:
            self._end_stream()
        body = self._streams[0]
        body.end_paragraph()
        if body.cells or body.cell:
            body.end_cell()
            body.end_row()
        known = {line.text.strip() for line in body.lines}
        header, footer = (
            [line for line in self._margins[kind] if line.text.strip() not in known]
            for kind in ("header", "footer")
        )
        return (*header, *body.lines, *footer)

    def _take(self, token: re.Match[bytes]) -> int:
        """Take one token; return how many bytes of data follow it."""
        word, number, code, sign, brace, text = token.groups()
        if word is not None:
            return self._word(word.decode(), None if number is None else int(number))
        if code is not None:
            self._raw(bytes([int(code, 16)]))
        elif sign is not None:
            self._sign(sign)
        elif brace == b"{":
            self._flush()
            self._stack.append(self._state)
            if len(self._stack) > _DEEPEST:
                raise ValueError("groups within groups")
        elif brace == b"}":
            self._end_group()
        elif text is not None:
            self._raw(text)
        return 0

    def _end_group(self) -> None:
        self._flush()
        self._to_skip = 0
        ended = self._state
        if self._stack:
            self._state = self._stack.pop()
        if ended.in_instruction and not self._state.in_instruction:
            self._put(read_equation(self._instruction))
        if len(self._streams) > 1 and len(self._stack) < self._streams[-1].depth:
            self._end_stream()

    def _end_stream(self) -> None:
        stream = self._streams.pop()
        stream.end_paragraph()
        if stream.kind in self._margins:
            known = self._margins[stream.kind]
            known += (line for line in stream.lines if line not in known)
        else:  # before the paragraph that the box hangs on
            self._streams[-1].lines += stream.lines

    def _raw(self, data: bytes) -> None:
        r"""Take bytes in the font's encoding, less those that repeat a `\u`."""
        if self._to_skip:
            skipped = min(self._to_skip, len(data))
            self._to_skip -= skipped
            data = data[skipped:]
        self._bytes += data

    def _flush(self) -> None:
        if not self._bytes:
            return
        charset, name = self._fonts.get(self._state.font, (0, ""))
        data = bytes(self._bytes)
        self._bytes.clear()
        if charset == _SYMBOL_CHARSET:
            self._put("".join(read_symbol(0xF000 + code, name) for code in data))
            return
        try:
            self._put(data.decode(_ENCODINGS.get(charset, self._encoding), "replace"))
        except LookupError:
            self._put(data.decode("gb18030", "replace"))

    def _put(self, text: str) -> None:
        if self._state.in_fonts:
            charset, name = self._fonts.get(self._defined, (0, ""))
            self._fonts[self._defined] = charset, (name + text).rstrip(";")[:60]
        elif self._state.in_instruction:
            self._instruction += text[:400]
        elif self._state.is_number and not any(sign.isalnum() for sign in text):
            self._streams[-1].text.append(text.strip("\t \u00b7\u2022\ufffd\uf0b7"))
        elif not (self._state.skipped or self._state.hidden):
            self._streams[-1].text.append(text)

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self._state = replace(self._state, skipped=True, in_fonts=False)
            return
        self._flush()
        if sign in b"\r\n":
            self._end_paragraph()
        else:
            self._put({b"~": " ", b"_": "-", b"-": ""}.get(sign, sign.decode("latin-1")))

    def _end_paragraph(self) -> None:
        if not (self._state.skipped or self._state.hidden):
            self._streams[-1].end_paragraph()

    def _word(self, word: str, number: int | None) -> int:
        if word == "bin":
            return max(0, number or 0)
        self._flush()
        stream = self._streams[-1]
        if self._state.in_fonts or word == "fonttbl":
            self._define_font(word, number or 0)
        elif word in _STREAMS:
            if not self._state.in_result:
                self._streams.append(Stream(_STREAMS[word], len(self._stack)))
                self._state = replace(self._state, skipped=False, hidden=False)
        elif word == "fldinst":
            self._instruction = ""
            self._state = replace(self._state, skipped=True, in_instruction=True)
        elif word == "fldrslt":
            if PAGE_FIELD.match(self._instruction):
                self._state = replace(self._state, skipped=True)
        elif word in _SKIPPED:
            is_result = self._state.in_result or word in ("shprslt", "nonshppict")
            self._state = replace(self._state, skipped=True, in_result=is_result)
        elif word in ("listtext", "pntext"):
            self._state = replace(self._state, is_number=True)
        elif word in _CHARACTERS:
            self._put("" if self._state.is_number else _CHARACTERS[word])
        elif word == "u" and number is not None:
            self._unicode(number % 0x10000)
        elif not self._state.skipped:
            self._set(stream, word, number)
        return 0

    def _define_font(self, word: str, number: int) -> None:
        if word == "fonttbl":
            self._state = replace(self._state, skipped=True, in_fonts=True)
        elif word == "f":
            self._defined = number
        elif word == "fcharset":
            self._fonts[self._defined] = number, ""

    def _set(self, stream: Stream, word: str, number: int | None) -> None:
        if word in LAYOUT:
            if not self._state.is_number:
                LAYOUT[word](stream)
        elif word in _SETTINGS:
            self._state = _SETTINGS[word](self._state, number)
        elif word == "outlinelevel" and number is not None and 0 <= number < 9:
            stream.heading = number + 1

    def _unicode(self, code: int) -> None:
        charset, name = self._fonts.get(self._state.font, (0, ""))
        symbol = charset == _SYMBOL_CHARSET and 0xF000 <= code <= 0xF0FF
        self._put(read_symbol(code, name) if symbol else chr(code))
        self._to_skip = self._state.after_unicode


_SETTINGS: dict[str, Callable[[_State, int | None], _State]] = {
    "f": lambda state, number: replace(state, font=-1 if number is None else number),
    "v": lambda state, number: replace(state, hidden=number != 0),
    "deleted": lambda state, number: replace(state, hidden=number != 0),
    "plain": lambda state, number: replace(state, hidden=False),
    "uc": lambda state, number: replace(state, after_unicode=min(max(number or 0, 0), 10)),
}
