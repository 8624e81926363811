"""Word before 2007: .doc and .wps, made a .docx by msdoc2docx and read as one."""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from corpus.errors import UnreadableFile
from corpus.readers.docx import read_docx
from corpus.readers.members import Item, renamed
from corpus.types import Document, Line

_MOST_BYTES = 50 << 20
_BOX_RECORD = 4 + 22
"""Bytes of a box's place in the text of all boxes, and of what else is kept of it."""
_PARAGRAPH = re.compile("[\r\n\x07\x0b\x0c]")
_ANCHOR = "\ufffc"
"""What the converter writes for an object that it does not convert."""
_SECONDS = 60
"""LibreOffice takes 2 to 10 seconds for a letter; what takes longer hangs."""


def read_doc(path: Path) -> Iterator[Item]:
    """Read a Word 97 to 2003 document, or a WPS one, which has the same form.

    What msdoc2docx can't convert, LibreOffice may, where it is installed.

    :raises UnreadableFile: where the file is encrypted, broken or of an older Word.
    """
    source = path.as_posix()
    if path.stat().st_size > _MOST_BYTES:
        raise UnreadableFile(source, "旧版 Word 文档太大；请用 Word 或 WPS 另存为 .docx")
    with tempfile.TemporaryDirectory(prefix="dafu-") as folder:
        target = Path(folder).resolve() / "converted.docx"
        boxes = _convert(path, target)
        for item in renamed(read_docx(target), target, source):
            yield (
                replace(item, lines=_placed(item.lines, boxes))
                if isinstance(item, Document)
                else item
            )


def _convert(path: Path, target: Path) -> list[list[str]]:
    """Make a .docx of a file; return the paragraphs of each of its text boxes.

    :raises UnreadableFile: where that can't be done.
    """
    from doc2docx import convert
    from doc2docx.errors import EncryptedDocumentError

    # It reads by what it finds, but wants to see the ending.
    copy = target.with_name("original.doc")
    shutil.copyfile(path, copy)
    try:
        convert(copy, target)
        return _boxes(copy)
    except EncryptedDocumentError as error:
        raise UnreadableFile(
            path.as_posix(), "文件已加密；请用 Word 或 WPS 打开，去掉密码后另存为 .docx"
        ) from error
    except Exception as error:  # what a broken structure raises depends on the structure
        if not _convert_by_office(copy, target):
            raise UnreadableFile(
                path.as_posix(),
                "旧版 Word 文档（.doc、.wps）读不出来：可能已损坏，或是 Word 95 及更早的格式；"
                "请用 Word 或 WPS 打开后另存为 .docx",
            ) from error
    return []


def _boxes(path: Path) -> list[list[str]]:
    """Return the paragraphs of each text box, wherever it hangs (MS-DOC 2.8.32, PlcftxbxTxt).

    Of boxes that LibreOffice has saved the converter leaves only a sign in the text.
    """
    from doc2docx.cfb import CompoundFile
    from doc2docx.diagnostics import ConversionReport
    from doc2docx.msdoc import FileInformationBlock, read_piece_table

    compound = CompoundFile.from_path(path)
    document = compound.open_stream("WordDocument")
    fib = FileInformationBlock.parse(document)
    table = compound.open_stream(fib.base.table_stream_name)
    if not fib.ccp_textboxes:
        return []
    report = ConversionReport(path)
    pieces = read_piece_table(
        table, document, fc_clx=fib.clx.fc, lcb_clx=fib.clx.lcb, report=report
    )
    start, end = fib.textbox_story_cp_start, fib.textbox_story_cp_start + fib.ccp_textboxes
    text = pieces.extract(start, end, report, story="textboxes")
    where = fib.plcf_txbx_txt
    count = max(0, where.lcb - 4) // _BOX_RECORD
    bounds = struct.unpack_from(f"<{count + 1}I", table, where.fc)
    boxes = [_PARAGRAPH.split(text[one:other]) for one, other in pairwise(bounds)]
    return [box for box in boxes if any(paragraph.strip() for paragraph in box)]


def _placed(lines: Sequence[Line], boxes: Sequence[Sequence[str]]) -> tuple[Line, ...]:
    """Put the boxes that are not in the text before the paragraphs that hold their signs."""
    text = "\n".join(line.text for line in lines)
    lost = [
        [Line(each.strip(), paragraph_end=True) for each in box if each.strip()]
        for box in boxes
        if any(each.strip() and each.strip() not in text for each in box)
    ]
    signs = sum(_ANCHOR in line.text for line in lines)
    placed: list[Line] = []
    if signs != len(lost):  # of which sign is not known
        placed += (line for box in lost for line in box)
        lost = []
    waiting = iter(lost)
    for line in lines:
        if _ANCHOR in line.text:
            placed += next(waiting, [])
        plain = line.text.replace(_ANCHOR, "")
        if plain.strip():
            placed.append(replace(line, text=plain))
    return tuple(placed)


def _convert_by_office(path: Path, target: Path) -> bool:
    """Have LibreOffice convert a file, where it is installed; tell whether it has."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        return False
    profile = careful_profile(target.parent / "profile").as_uri()
    command = [
        *(program, f"-env:UserInstallation={profile}", "--headless", "--norestore"),
        *("--convert-to", "docx", "--outdir", str(target.parent), str(path)),
    ]
    with suppress(OSError, subprocess.SubprocessError):
        subprocess.run(command, capture_output=True, timeout=_SECONDS, check=True)
    made = path.with_suffix(".docx")
    if made.exists():
        made.replace(target)
    return target.exists()


_FORBIDDING = ("DisableMacrosExecution", "DisableActiveContent", "BlockUntrustedRefererLinks")
"""No macro is run, and nothing fetched that a document links to: its maker would see who reads."""


def careful_profile(folder: Path) -> Path:
    """Write a profile of LibreOffice's in which documents may do nothing; return its folder."""
    items = "".join(
        '<item oor:path="/org.openoffice.Office.Common/Security/Scripting">'
        f'<prop oor:name="{name}" oor:op="fuse"><value>true</value></prop></item>'
        for name in _FORBIDDING
    )
    (folder / "user").mkdir(parents=True)
    (folder / "user" / "registrymodifications.xcu").write_text(
        f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>', "utf-8"
    )
    return folder
