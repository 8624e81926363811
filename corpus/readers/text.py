"""Plain text: find the encoding, refuse what is no text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import Remark, UnreadableFile
from corpus.types import Document, Line

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
"""Byte order marks, the longest first where one begins with another."""
_MAGIC = (
    (b"%PDF", "PDF 文件", "请把扩展名改为 .pdf"),
    (b"PK\x03\x04", "Word、Excel 文档或压缩包", "请改回原来的扩展名（如 .docx），或解压后再导入"),
    (b"\xd0\xcf\x11\xe0", "旧版 Word（.doc）等 Office 文件", "请用 Word 或 WPS 另存为 .docx"),
    (b"{\\rtf", "RTF 文档", "请用 Word 或 WPS 另存为 .docx"),
    (b"\x89PNG", "图片", "请先做文字识别（OCR）"),
    (b"\xff\xd8\xff", "图片", "请先做文字识别（OCR）"),
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_LATIN = re.compile("[\x80-\xff]")
_HAN = re.compile("[\u4e00-\u9fff]")
_FREQUENT = frozenset(
    "的一是在不了有和人这為为中大上個个國国我以要他時时來来用們们生到作地於于出就分對对成會会"
    "可主發发年動动同工也能下過过行政市區区委局關关业業"
)
_LEAST_FREQUENT = 0.06
"""Share of these among the Han characters of text. Measured: of 1,476 board replies .075 to .385,
of 2,000 encyclopedia articles in traditional characters .078 to .411; of the same read from
Big5, Shift JIS or EUC-KR bytes as if they were GB18030, 99 in 100 have .052 or less."""
_MOST_REPLACED = 0.01
"""Share of characters that may be lost to bad bytes; what loses more is another thing."""
_LATIN_SHARE = 0.3
"""Text of which more than this are accented Latin letters is Chinese that was read as Latin."""
_UNKNOWN = "\ufffd"
_FEWEST_SIGNS = 30
"""Han characters below which the share says nothing."""


def read_text(path: Path) -> Iterator[Document | Remark]:
    """Read a .txt file; a form feed begins a new page.

    :raises UnreadableFile: where the file is no text, or of no known encoding.
    """
    source = path.as_posix()
    decoded = decode_noted(path.read_bytes(), source)
    if decoded.remark:
        yield Remark(source, decoded.remark)
    pages = decoded.text.split("\f")
    lines = (Line(line, page=number) for number, page in enumerate(pages) for line in _split(page))
    yield Document(source, tuple(lines))


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, and what a reader should know of how it was decoded, if anything."""

    text: str
    remark: str = ""


def decode(data: bytes, source: str, declared: str | None = None) -> str:
    """Decode text as `decode_noted` does, without its remark.

    :raises UnreadableFile: where the bytes are no text, or of no known encoding.
    """
    return decode_noted(data, source, declared).text


def decode_noted(data: bytes, source: str, declared: str | None = None) -> Decoded:
    """Decode text in UTF-8, UTF-16 or UTF-32, or GB18030, or line by line in one of these.

    `declared` is the encoding that the text itself names (HTML does). It is tried before the
    others but after a byte order mark, or last where it is one that any bytes fit. A few bad
    bytes become U+FFFD, zero bytes at the end go, and what was encoded twice is read twice.

    :raises UnreadableFile: where the bytes are no text, or of no known encoding.
    """
    for magic, kind, remedy in _MAGIC:
        if data.startswith(magic):
            raise UnreadableFile(source, f"内容不是文本，而是{kind}；{remedy}")
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    if marked is None and b"\x00" in data:
        text = _guess_utf16(data)
        if text is not None:
            return Decoded(text)
        data = data.rstrip(b"\x00")
    fits_all = declared is not None and _fits_all(declared)
    for name in (marked, None if fits_all else declared, "utf-8", "gb18030"):
        text = _try(data, name)
        if text is not None:
            return _repaired(text)
    mixed = _decode_lines(data)
    if mixed is not None:
        return mixed
    text = _try(data, declared if fits_all else None)
    if text is not None:
        return Decoded(text)
    raise UnreadableFile(source, _reason(data))


def _try(data: bytes, name: str | None) -> str | None:
    if name is None:
        return None
    if name.lower().replace("_", "-") in ("gbk", "gb2312", "gb-2312"):
        name = "gb18030"
    try:
        text = data.decode(name)
    except (UnicodeError, LookupError):
        return None
    if not _is_text(text):
        return None
    return text if name != "gb18030" or _plausible(text) else None


def _is_text(text: str) -> bool:
    return len(_CONTROL.findall(text[:10_000])) <= 0.01 * len(text[:10_000])


def _plausible(text: str) -> bool:
    """Tell whether text read as GB18030 is Chinese rather than bytes of another encoding."""
    signs = _HAN.findall(text[:100_000])
    frequent = sum(sign in _FREQUENT for sign in signs)
    return len(signs) < _FEWEST_SIGNS or frequent >= _LEAST_FREQUENT * len(signs)


def _fits_all(name: str) -> bool:
    """Tell whether it says nothing that bytes fit the encoding of this name.

    Any bytes fit one of single bytes, and what names itself in ASCII letters is not UTF-16.
    """
    if name.lower().startswith(("utf-16", "utf16", "utf-32", "utf32")):
        return True
    try:
        return len(bytes(range(0x80, 0x100)).decode(name, "replace")) == 0x80
    except (LookupError, UnicodeError):
        return False


def _guess_utf16(data: bytes) -> str | None:
    """Decode UTF-16 without a mark: digits and line ends have a zero byte, on one side always."""
    sides = data[::2].count(0), data[1::2].count(0)
    if len(data) % 2 or min(sides) > 0.1 * max(sides):
        return None
    text = _try(data, "utf-16-le" if sides[1] > sides[0] else "utf-16-be")
    return text if text is not None and "\x00" not in text and _plausible(text) else None


def _decode_lines(data: bytes) -> Decoded | None:
    """Decode each line by itself, with U+FFFD for bad bytes; None where too many are bad.

    Files grow by being appended to, by programs of one encoding and of another.
    """
    text = "\n".join(map(_decode_line, data.split(b"\n")))
    lost = text.count(_UNKNOWN)
    if not _is_text(text) or not _plausible(text) or lost > max(1, _MOST_REPLACED * len(text)):
        return None
    if lost:
        return Decoded(text, f"有 {lost} 处字节认不出，读作“{_UNKNOWN}”；请对照原件核对")
    return Decoded(text, "各行的编码不一（UTF-8 和 GB18030），已逐行读出；请核对")


def _decode_line(line: bytes) -> str:
    text = line.decode("utf-8", "replace")
    # One bad byte among good ones; of a line in GB18030 nearly every byte is bad.
    few = text.count(_UNKNOWN) * 10 <= len(_HAN.findall(text))
    return text if few else line.decode("gb18030", "replace")


def _repaired(text: str) -> Decoded:
    """Undo an encoding too many: UTF-8 or GB18030 that was taken for Latin letters."""
    if len(_LATIN.findall(text[:10_000])) <= _LATIN_SHARE * len(text[:10_000]):
        return Decoded(text)
    try:
        data = b"".join(map(_latin_byte, text))
    except UnicodeEncodeError:
        return Decoded(text)
    for name in ("utf-8", "gb18030"):
        repaired = _try(data, name)
        if repaired is not None and len(_HAN.findall(repaired)) > len(repaired) // 4:
            return Decoded(repaired, "文字被误当作西文另存过一次（乱码），已还原；请对照原件核对")
    return Decoded(text)


def _latin_byte(character: str) -> bytes:
    """Return the byte that Windows reads as this character, or Latin 1 where Windows has none."""
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        return character.encode("latin-1")


def _reason(data: bytes) -> str:
    if b"\x00" in data[:10_000]:
        return "内容不是文本（含有二进制数据）；请确认文件没有损坏，或转换为 .txt、.docx 后再导入"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        place = f"；按 UTF-8 读到第 {error.start + 1} 个字节出错"
    else:
        place = ""
    return f"编码无法识别，应为 UTF-8 或 GB18030{place}；请用记事本打开后另存为 UTF-8"


def _split(page: str) -> list[str]:
    return page.splitlines() or [""]
