"""What a load is asked to do, and what it is not to bring back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from corpus.readers import ColumnMapping
from corpus.store.encoding import digest
from corpus.types import Field, Reply

_REMOVED = (
    "已从文库移除，没有从上传、取回的文件或看着的文件夹里再载入；要载回，请重新上传，"
    "或用 dafu ingest 载入原文件"
)

_BINNED = "在回收站里，没有载入；文库的主人可以在“文库”的回收站里恢复，或用 dafu bin --restore 编号"


@dataclass(frozen=True, slots=True)
class Choices:
    """How files are to be loaded.

    `mapping` names the columns of tables. Replies marked 绝密, 机密 or 秘密 are refused unless
    `allow_secret`. Links within folders are passed over unless `follow_links`, and never followed
    out of what was named. What was removed does not come back with the home's own copies of files,
    unless it is loaded `again`; what was put away comes back only if `from_bin`. `about` tells
    what is known of a file beside what it holds, such as its address on the net. Files of `watched`
    folders nobody names: what was removed does not come back with them either, and marks in names
    of folders are read from those on.
    """

    mapping: ColumnMapping | None = None
    allow_secret: bool = False
    follow_links: bool = False
    again: bool = False
    from_bin: bool = False
    about: Callable[[Path], tuple[Field, ...]] = lambda path: ()
    watched: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Removed:
    """Digests of replies that `copies` do not bring back: the home's own, or watched folders'.

    Those that were put away, `binned`, no file brings back.
    """

    digests: frozenset[str] = frozenset()
    copies: tuple[Path, ...] = ()
    binned: frozenset[str] = frozenset()

    def refuses(self, path: Path, reply: Reply) -> str | None:
        """Say why a reply is not to be loaded; None where it is."""
        copied = any(map(path.is_relative_to, self.copies))
        if not self.binned and not (self.digests and copied):
            return None
        content = digest(reply.text, reply.question)
        if content in self.binned:
            return _BINNED
        return _REMOVED if copied and content in self.digests else None
