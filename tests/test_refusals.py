"""What the system refuses is told apart from damage: another time it may give it."""

from __future__ import annotations

import builtins
import errno
import io
import struct
import zipfile
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from corpus.errors import Unopened, UnreadableFile
from corpus.files import raise_refused
from corpus.readers import iter_documents
from tests.office_files import make_odt

LETTER = "柳川市民政局\n陈一鸣委员：\n您的提案收悉，现答复如下：社区食堂已经建成。"


class _Drive(io.FileIO):
    """A file on a drive that drops out: no more is read of it than was said."""

    left = 0

    def readinto(self, buffer: Any) -> int | None:
        return self._given() and super().readinto(buffer)

    def readall(self) -> bytes:
        return super().readall() if self._given() else b""

    def _given(self) -> int:
        _Drive.left -= 1
        if _Drive.left < 0:
            raise OSError(errno.EIO, "")
        return 1


def _make(path: Path) -> None:
    match path.suffix:
        case ".docx":
            document = docx.Document()
            document.add_paragraph(LETTER)
            document.save(str(path))
        case ".xlsx":
            book = openpyxl.Workbook()
            book.worksheets[0].append(["标题", "答复内容"])
            book.worksheets[0].append(["关于食堂的答复", LETTER])
            book.save(path)
        case ".odt":
            make_odt(path, f"<text:p>{LETTER}</text:p>")
        case ".pdf":
            canvas = Canvas(str(path))
            canvas.drawString(90, 700, "The canteen has been built, as the committee asked.")
            canvas.save()
        case ".zip":
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("1.txt", LETTER * 500)
        case _:
            Image.new("RGB", (300, 300), "gray").save(path)


@pytest.mark.parametrize("suffix", [".docx", ".xlsx", ".odt", ".pdf", ".zip", ".png"])
def test_what_a_drive_does_not_give_is_never_called_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    monkeypatch.setattr("corpus.readers.pictures.is_installed", lambda: True)
    monkeypatch.setattr("corpus.readers.pictures.recognise", lambda pixels: [])
    path = tmp_path / f"1{suffix}"
    _make(path)
    as_ever = list(iter_documents(path))
    opens = io.open

    def open_on_drive(file: Any, mode: str = "r", *given: Any, **named: Any) -> Any:
        if str(file) == str(path) and mode == "rb":
            return io.BufferedReader(_Drive(str(file)))
        return opens(file, mode, *given, **named)

    monkeypatch.setattr(io, "open", open_on_drive)
    monkeypatch.setattr(builtins, "open", open_on_drive)
    for reads in range(200):
        _Drive.left = reads
        found = list(iter_documents(path))
        if _Drive.left >= 0:
            assert list(map(repr, found)) == list(map(repr, as_ever))
            assert reads > 1
            return
        assert [type(item) for item in found] == [Unopened], (reads, found)
    pytest.fail("reads without end")


def test_an_archive_of_which_the_disk_takes_no_file_is_read_another_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "")

    _make(tmp_path / "1.zip")
    monkeypatch.setattr(Path, "write_bytes", is_full)
    assert [type(item) for item in iter_documents(tmp_path / "1.zip")] == [Unopened]


def test_a_damaged_picture_is_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.readers.pictures.is_installed", lambda: True)
    path = tmp_path / "1.tif"
    path.write_bytes(b"II" + struct.pack("<HHHQ", 43, 8, 0, (1 << 63) - 1))  # sought: EINVAL
    assert [type(item) for item in iter_documents(path)] == [UnreadableFile]


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC, errno.EMFILE, errno.ESTALE])
def test_what_the_system_refused_is_raised_whatever_a_library_made_of_it(code: int) -> None:
    try:
        try:
            raise OSError(code, "")
        except OSError:
            raise zipfile.BadZipFile from None
    except zipfile.BadZipFile as error:
        with pytest.raises(OSError, match=f"Errno {code}"):
            raise_refused(error)


@pytest.mark.parametrize(
    "error", [OSError("truncated"), OSError(errno.EINVAL, ""), ValueError(), zipfile.BadZipFile()]
)
def test_a_library_that_tells_of_damage_is_not_the_system(error: Exception) -> None:
    raise_refused(error)
