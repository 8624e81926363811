"""What the system has to say, in words of our own."""

from __future__ import annotations

import errno
import re
from pathlib import Path

from corpus.files import say_trouble

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
