"""What a file is by its content: programs and people give files all sorts of endings."""

from __future__ import annotations

import re
import zipfile
from enum import StrEnum
from pathlib import Path

from corpus.errors import UnreadableFile
from corpus.files import raise_refused


class Form(StrEnum):
    """The forms that a file's content tells of itself."""

    PDF = "PDF"
    RTF = "RTF"
    WORD = "Word 文档（.docx）"
    OLD_WORD = "旧版 Word 文档（.doc）"
    WORKBOOK = "Excel 工作簿"
    ODT = "ODF 文档（.odt）"
    OFD = "OFD"
    ZIP = "压缩包"
    MAIL = "邮件"
    HTML = "网页"
    PICTURE = "图片"


_HEAD = 4096
_ZIPPED = (b"PK\x03\x04", b"PK\x05\x06")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""First bytes of the older Office formats, and of encrypted new ones."""
_PAGE = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?<(?:!doctype\s+html|html|head|body|meta|title)\b", re.IGNORECASE
)
_COMMENT = re.compile(rb"\s*<!--.{0,2000}?-->", re.DOTALL)
_WORD_XML = re.compile(rb"<(?:w:wordDocument|pkg:package)\b")
_HEADER = re.compile(rb"\s*[A-Za-z][A-Za-z-]{1,40}:[ \t]")
_MIME = re.compile(rb"^(?:mime-version|content-type):", re.IGNORECASE | re.MULTILINE)
_STREAMS = (
    ("EncryptedPackage", None),
    ("WordDocument", Form.OLD_WORD),
    ("Workbook", Form.WORKBOOK),
    ("Book", Form.WORKBOOK),
)
"""Streams of an OLE file by which its program is known; the names stand in it as UTF-16."""
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")
_OTHERS = (
    (b"GIF8", "GIF 图片", "请另存为 .png"),
    (b"Rar!", "RAR 压缩包", "请先解压"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包", "请先解压"),
    (b"\x1f\x8b", "gzip 压缩包", "请先解压"),
)
"""How forms begin that are not read, what they are called, and what to do."""

_MOST_BYTES = 1 << 30
_MOST_RATIO = 200
"""A document that unpacks to more than 1 GiB, or to more than 100 MiB at 200 times its size, is
taken for a zip bomb: XML packs about 10 to 50 times."""
_RATIO_MATTERS = 100 << 20


def sniff(path: Path) -> Form | None:
    """Tell a file's form; None where its content does not, as that of plain text or a table.

    :raises UnreadableFile: where it is of a form that cannot be read, or encrypted.
    """
    source = path.as_posix()
    with path.open("rb") as file:
        head = file.read(_HEAD)
    for magic, name, remedy in _OTHERS:
        if head.startswith(magic):
            raise UnreadableFile(source, f"内容是{name}；{remedy}")
    if head.startswith(_PICTURES):
        return Form.PICTURE
    if head.startswith(_ZIPPED):
        return _zipped(path)
    if head.startswith(OLE):
        return _compound(path)
    text = head.replace(b"\x00", b"").removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe")
    if text.startswith(b"{\\rtf"):
        return Form.RTF
    if b"%PDF-" in head[:1024]:
        return Form.PDF
    if _PAGE.match(text, match.end() if (match := _COMMENT.match(text)) else 0):
        return Form.HTML
    if _WORD_XML.search(text):
        raise UnreadableFile(source, "内容是 Word XML 文档；请用 Word 或 WPS 另存为 .docx")
    if _HEADER.match(text) and _MIME.search(text):
        return Form.MAIL
    return None


def _zipped(path: Path) -> Form | None:
    """Tell what a zip file is by what it holds; None where it is broken."""
    from corpus.readers.package import BROKEN  # with lxml, which plain texts and tables don't need

    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.replace("\\", "/").lower() for name in archive.namelist()}
            if "mimetype" in names:
                with archive.open("mimetype") as file:
                    kind = file.read(200)
                if kind.startswith(b"application/vnd.oasis.opendocument.text"):
                    return Form.ODT
                if kind.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
                    return Form.WORKBOOK
    except BROKEN as error:
        raise_refused(error)
        return None
    if "ofd.xml" in names:
        return Form.OFD
    if names & {"[content_types].xml", "_rels/.rels", "word/document.xml"}:
        if any(name.startswith("xl/") for name in names):
            return Form.WORKBOOK
        if any(name.startswith("ppt/") for name in names):
            raise UnreadableFile(path.as_posix(), "内容是幻灯片；请复制文字存为 .txt 或 .docx")
        return Form.WORD
    return Form.ZIP


def _compound(path: Path) -> Form:
    """Tell whose an OLE file is.

    :raises UnreadableFile: where it is encrypted or of another program.
    """
    data = path.read_bytes()
    for stream, form in _STREAMS:
        if stream.encode("utf-16-le") in data:
            if form is None:
                break
            return form
    else:
        raise UnreadableFile(
            path.as_posix(),
            "是旧版 Word（.doc）、WPS 等办公文件的容器，但里面没有能认出的文档，"
            "可能已加密或已损坏；请用 Word 或 WPS 打开后另存为 .docx",
        )
    raise UnreadableFile(
        path.as_posix(), "文件已加密；请用 Word、Excel 或 WPS 打开，去掉密码后重新保存"
    )


def check_archive(path: Path, program: str) -> None:
    """Check that a .docx or .xlsx file is a sound, unencrypted archive of sane size.

    :raises UnreadableFile: where it is not; `program` (Word, Excel) stands in the message.
    """
    from corpus.readers.package import BROKEN  # as in _zipped

    source = path.as_posix()
    with path.open("rb") as file:
        start = file.read(len(OLE))
    if start == OLE:
        raise UnreadableFile(
            source,
            f"文件已加密，或者是旧版 {program} 格式；"
            f"请用 {program} 或 WPS 打开，去掉密码后另存为 {path.suffix.lower()}",
        )
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(item.file_size for item in archive.infolist())
    except BROKEN as error:
        raise_refused(error)
        raise UnreadableFile(
            source, f"文件已损坏，不是完整的 {program} 文档；请从原处重新复制，或打开后重新保存"
        ) from error
    packed = max(1, path.stat().st_size)
    if size > _MOST_BYTES or (size > _RATIO_MATTERS and size > _MOST_RATIO * packed):
        raise UnreadableFile(source, f"解压后有 {size >> 20} MB，大得反常，为安全起见没有打开")
