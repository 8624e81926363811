"""The user's own dictionary in the home folder, read beside the shipped one."""

from __future__ import annotations

import threading
from pathlib import Path

from corpus.errors import HomeError, InputError
from corpus.files import Version, save_text_atomically, say_trouble, version_of
from index.text.language.lexicon import Lexicon, TermGroup, find_faults, make_lexicon

NAME = "用语.txt"

FAULTS_NAMED = 20
"""How many faulty lines an error names."""


class OwnTerms:
    """The file of one home. May be shared between threads; other processes may replace it."""

    def __init__(self, home: Path) -> None:
        self.path = home / NAME
        self._lock = threading.Lock()
        self._known: tuple[Version | None, Lexicon] | None = None

    def load_text(self) -> str:
        """Load the file as it is; empty where there is none.

        :raises InputError: where it can't be read.
        """
        return read_text(self.path) if self.path.exists() else ""

    def save_text(self, text: str) -> None:
        """Save the file, if all of its lines can be read; the next query already uses it.

        :raises InputError: naming the lines that can't be.
        :raises HomeError: where it can't be written.
        """
        check_text(text)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            save_text_atomically(self.path, text)
        except OSError as error:
            raise HomeError(
                f"用语文件写不了：{self.path}（{say_trouble(error)}）。请检查读写权限。"
            ) from error

    def lexicon(self) -> Lexicon:
        """Return the dictionary as the file stands, read anew when it has changed.

        Lines that can't be read, or a whole file that can't be, are left out: a slip in the
        dictionary must not stop a search.
        """
        version = version_of(self.path)
        with self._lock:
            if self._known is None or self._known[0] != version:
                try:
                    text = self.load_text()
                except InputError:
                    text = ""
                self._known = version, make_lexicon(text)
            return self._known[1]


def read_text(path: Path) -> str:
    """Read a file of terms.

    :raises InputError: where there is none, or it is no text in UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise InputError(f"没有这个用语文件：{path}") from error
    except OSError as error:
        raise InputError(f"用语文件打不开：{path}（{say_trouble(error)}）。") from error
    except UnicodeDecodeError as error:
        raise InputError(f"用语文件读不出：{path}。请存为 UTF-8 文本。") from error


def group_words(group: TermGroup) -> str:
    """Write a group in the notation of the file."""
    if group.terms == group.others:
        return " = ".join(group.terms)
    return f"{'、'.join(group.terms)} → {'、'.join(group.others)}"


def check_text(text: str) -> None:
    """Check the text of a user's own dictionary.

    :raises InputError: naming all lines that can't be read.
    """
    faults = find_faults(text)
    if faults:
        shown = "\n".join(map(str, faults[:FAULTS_NAMED]))
        more = f"\n……共 {len(faults)} 处" if len(faults) > FAULTS_NAMED else ""
        raise InputError(f"用语有误：\n{shown}{more}")
