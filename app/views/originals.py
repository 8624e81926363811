"""The files that replies were loaded from, for the owner: where they are, and what they hold."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from pathlib import Path

from app.access import Role
from app.home import Home
from corpus.errors import InputError, NotAllowed, UnreadableFile
from corpus.files import digest_file, say_trouble
from corpus.store.tables import unknown_replies

_SHOWN = {b"%PDF-": "application/pdf", b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}
"""How files begin that a browser shows by itself, and nothing in them runs there."""


@dataclass(frozen=True, slots=True)
class OriginalFile:
    """A file that a reply was loaded from, as it lies now.

    `content` is what the browser is given where the reply stood in a file within `path`, such as a
    zip; None where it is `path` itself. `kind` is its media type where a browser shows it, else
    empty: it is then saved.
    """

    path: Path
    name: str
    kind: str
    content: bytes | None = None


class Originals:
    """The original files of a home, for its owner alone.

    Nothing in them is masked, and other letters may stand in them, which nobody has looked
    through for whether they may be seen: so visitors get none, whatever the settings show.
    """

    def __init__(self, home: Home, role: Role) -> None:
        self._home = home
        self._role = role

    def is_there(self, reply_id: str) -> bool:
        """Tell whether a reply's original can be opened."""
        return self._role.edits and bool(self._paths(reply_id))

    def open(self, reply_id: str) -> OriginalFile:
        """Return the file that a reply was loaded from.

        :raises NotFound: where there is no such reply.
        :raises NotAllowed: for who does not edit.
        :raises InputError: where the file has gone.
        """
        if not self._role.edits:
            raise NotAllowed("原件没有遮盖，里面还可能有别的信，只有文库的主人能打开。")
        if not self._home.store.replies([reply_id]):
            raise unknown_replies([reply_id])
        paths = self._paths(reply_id)
        if not paths:
            raise InputError("原件已不在原处。请放回原处，或从新的地方重新载入。")
        path = paths[0]
        within = self._within(reply_id, path)
        try:
            with path.open("rb") as file:
                head = within[:1024] if within is not None else file.read(1024)
        except OSError as error:
            raise InputError(f"原件打不开：{path}（{say_trouble(error)}）。") from error
        kind = next((kind for magic, kind in _SHOWN.items() if head.startswith(magic)), "")
        ending = mimetypes.guess_extension(kind) if within is not None else None
        name = f"{path.stem}{ending}" if ending else path.name
        return OriginalFile(path, name, kind, within)

    def _paths(self, reply_id: str) -> list[Path]:
        """Return the files that hold a reply and are still there, its own first."""
        files = self._home.store.files.of(reply_id)
        return [path for path in map(Path, files) if path.is_file()]

    def _within(self, reply_id: str, path: Path) -> bytes | None:
        """Return the file within a file that a reply's pages are of; None where it is the file."""
        from corpus.workers import read_bounded, take_original  # with all readers

        found = self._home.store.files.original(reply_id)
        if found is None:
            return None
        digest = found[1].digest
        try:
            if digest_file(path) == digest:
                return None
            return read_bounded(take_original, path, digest, hurried=True)
        except (OSError, UnreadableFile):
            return None
