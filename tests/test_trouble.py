"""What the system has to say, in words of our own."""

from __future__ import annotations

import errno
import json
import re
import shutil
from pathlib import Path

import pytest

from app.service import open_service
from app.settings import load_settings
from corpus.errors import DafuError
from corpus.files import Misfit, say_fault, say_trouble
from tests.homes import make_home, write_letters

ROOT = Path(__file__).resolve().parents[1]


def test_no_word_of_the_systems_own_is_shown() -> None:
    for code in errno.errorcode:
        said = say_trouble(OSError(code, "No such thing"))
        assert re.match(r"[一-鿿]", said)
        assert "thing" not in said
    assert say_trouble(OSError(errno.ENOSPC, "")) == "磁盘已满"


def test_nothing_else_shows_them() -> None:
    shown = [
        path.name
        for package in ("app", "corpus", "eval", "index")
        for path in (ROOT / package).rglob("*.py")
        if "strerror" in path.read_text("utf-8")
    ]
    assert shown == []


def test_a_file_of_no_form_is_told_without_a_librarys_words() -> None:
    for text, place in (("{", "第 2 个字处"), ('{"a":\n nul}', "第 2 行第 2 个字处")):
        with pytest.raises(json.JSONDecodeError) as found:
            json.loads(text)
        assert say_fault(found.value) == f"{place}读不懂"
    with pytest.raises(UnicodeDecodeError) as undecoded:
        b"ab\xff".decode()
    assert say_fault(undecoded.value) == "不是 UTF-8 编码（第 2 字节处）"
    assert say_fault(OSError(errno.EIO, "")) == "磁盘或网络读不出"
    assert say_fault(Misfit("文件不完整")) == "文件不完整"
    for error in (KeyError("model"), TypeError("not subscriptable"), ValueError("bad segment")):
        assert say_fault(error) == "内容不合格式"


def test_a_damaged_index_is_told_without_a_librarys_words(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is made anew, which the log tells; what stays damaged is told as an error."""
    whole = make_home(tmp_path / "whole", write_letters(tmp_path / "letters", range(2)))
    names = ["manifest.json", *(str(p.relative_to(whole)) for p in whole.glob("index-*/**/*.*"))]
    assert len(names) > 5
    told = []
    for number, name in enumerate(names):
        home = tmp_path / f"broken{number}"
        shutil.copytree(whole, home)
        path = home / name
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2] + b"\xff")
        try:
            with open_service(load_settings(home, encoder="off")) as service:
                service.ask("停车")
        except DafuError as error:
            told.append(str(error).replace(str(home), ""))
        shutil.rmtree(home)
    told += [record.getMessage().replace(str(tmp_path), "") for record in caplog.records]
    assert len(told) > 3
    assert not [each for each in told if re.search(r"[A-Za-z']+ [A-Za-z']+ [A-Za-z']+", each)]
