"""Plain text: find the encoding, refuse what is no text."""

from __future__ import annotations

import re
from pathlib import Path

from corpus.errors import UnreadableFile
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
_HAN = re.compile("[\u4e00-\u9fff]")
_FREQUENT = frozenset(
    "的一是在不了有和人这為为中大上個个國国我以要他時时來来用們们生到作地於于出就分對对成會会"
    "可主發发年動动同工也能下過过行政市區区委局關关业業"
)
_LEAST_FREQUENT = 0.06
"""Share of these among the Han characters of text. Measured: of 1,476 board replies .075 to .385,
of 2,000 encyclopedia articles in traditional characters .078 to .411; of the same read from
Big5, Shift JIS or EUC-KR bytes as if they were GB18030, 99 in 100 have .052 or less."""
_FEWEST_SIGNS = 30
"""Han characters below which the share says nothing."""


def read_text(path: Path) -> Document:
    """Read a .txt file; a form feed begins a new page.

    :raises UnreadableFile: where the file is no text, or of no known encoding.
    """
    source = path.as_posix()
    text = decode(path.read_bytes(), source)
    pages = text.split("\f")
    lines = (Line(line, page=number) for number, page in enumerate(pages) for line in _split(page))
    return Document(source, tuple(lines))


def decode(data: bytes, source: str, declared: str | None = None) -> str:
    """Decode text in UTF-8, UTF-16 or UTF-32 with a byte order mark, or GB18030.

    `declared` is the encoding that the text itself names (HTML does); it is tried before the
    others, but after a byte order mark.

    :raises UnreadableFile: where the bytes are no text, or of no known encoding.
    """
    for magic, kind, remedy in _MAGIC:
        if data.startswith(magic):
            raise UnreadableFile(source, f"内容不是文本，而是{kind}；{remedy}")
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    for name in (marked, "utf-8") if marked else (declared, "utf-8", "gb18030"):
        text = _try(data, name)
        if text is not None:
            return text
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
    if len(_CONTROL.findall(text[:10_000])) > 0.01 * len(text[:10_000]):
        return None
    return text if name != "gb18030" or _plausible(text) else None


def _plausible(text: str) -> bool:
    """Tell whether text read as GB18030 is Chinese rather than bytes of another encoding."""
    signs = _HAN.findall(text[:100_000])
    frequent = sum(sign in _FREQUENT for sign in signs)
    return len(signs) < _FEWEST_SIGNS or frequent >= _LEAST_FREQUENT * len(signs)


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
