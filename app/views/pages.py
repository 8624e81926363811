"""The pages that replies were read from, for the owner: drawn, with what was quoted marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from app.access import Role, masks
from app.home import Home
from app.types import Answer
from corpus.errors import InputError, NotAllowed, UnreadableFile
from corpus.files import Version, version_of
from corpus.types import Edges, Original, PrintedLine, Redaction

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True, slots=True)
class Page:
    """A drawn page of the file that a reply was read from; `number` counts from 1.

    `numbers` are those of all pages that the reply stands on, `marked_at` how far down, as a share
    of the page, the first marked line stands, None where none is.
    """

    picture: Image
    number: int
    numbers: tuple[int, ...]
    marked_at: float | None = None


class Pages:
    """Pages of originals, for the owner of a home alone: nobody can mask what stands on a picture.

    Lines with personal data are blackened all the same where the settings ask for masks, and so is
    every line that is no part of the reply: other letters, and the message that it answers.
    """

    def __init__(self, home: Home, role: Role) -> None:
        self._home = home
        self._role = role

    def locate(self, reply_id: str, start: int) -> int | None:
        """Return the page, from 1, that a place of a reply's text stands on; None if not known."""
        found = self._home.store.files.original(reply_id)
        lines = found[1].lines if found else ()
        return next((line.page + 1 for line in lines if line.start <= start < line.end), None)

    def place(self, answer: Answer) -> Answer:
        """Return an answer with the page of each of its quotes."""
        quotes = (replace(q, page=self.locate(q.reply_id, q.start)) for q in answer.quotes)
        return replace(answer, quotes=tuple(quotes))

    def first(self, reply_id: str) -> int | None:
        """Return the page, from 1, that a reply begins on; None where no pages are known."""
        found = self._home.store.files.original(reply_id)
        lines = found[1].lines if found else ()
        return next((line.page + 1 for line in lines if line.start >= 0), None)

    def prepare(self) -> None:
        """Have ready what draws pages, while somebody looks at a reply that has some."""
        from corpus.workers.crew import prepare_one

        prepare_one()

    def draw(
        self, reply_id: str, number: int | None = None, start: int = -1, end: int = -1
    ) -> Page:
        """Draw a page, by default that of `start` or else the first, with a span's lines marked.

        :raises NotFound: where there is no such reply.
        :raises NotAllowed: for who does not see all.
        :raises InputError: where it has no such page, or its file has gone or changed.
        """
        if not self._role.sees_all:
            raise NotAllowed("原件的页面只有文库的主人能看。")
        reply = self._home.store.reply(reply_id)
        found = self._home.store.files.original(reply_id)
        if found is None:
            raise InputError(
                "这份答复没有页面：不是从 PDF 或图片读来的，或载入得较早，请重新载入。"
            )
        path, original = found
        numbers = tuple(sorted({line.page + 1 for line in original.lines}))
        number = number or self.locate(reply_id, start) or self.first(reply_id)
        if number is None or number not in numbers:
            raise InputError(
                f"这份答复在原件的第 {'、'.join(map(str, numbers))} 页，没有第 {number} 页。"
            )
        page = _draw_unchanged(path, original, number - 1)
        lines = [line for line in original.lines if line.page == number - 1]
        marked = [line.edges for line in lines if line.start < end and line.end > start]
        hides = masks(self._role, self._home.settings)
        private = [x for x in lines if hides and _is_private(x, reply.redactions)]
        hidden = [_strip(line, lines) for line in private]
        from corpus.readers.pages import mark_lines  # with libraries that asking does not need

        top = min((edges[1] for edges in marked), default=None)
        return Page(mark_lines(page, marked, hidden), number, numbers, top)


def _is_private(line: PrintedLine, redactions: tuple[Redaction, ...]) -> bool:
    return line.start < 0 or any(line.start < r.end and line.end > r.start for r in redactions)


def _strip(line: PrintedLine, lines: Sequence[PrintedLine]) -> Edges:
    """Return a line with what is left and right of it, where recognition may have seen nothing."""
    left, top, right, bottom = line.edges
    beside = [
        (other.edges[0], other.edges[2])
        for other in lines
        if min(bottom, other.edges[3]) - max(top, other.edges[1]) > _BESIDE * (bottom - top)
    ]
    before = max((end for _, end in beside if end <= left), default=0.0)
    behind = min((begin for begin, _ in beside if begin >= right), default=1.0)
    return before, top, behind, bottom


_BESIDE = 0.5


@lru_cache(maxsize=4)  # of some 5 MB each
def _draw(path: Path, version: Version, digest: str, number: int) -> Image | None:
    """Draw a page of the file with this digest; None where it is neither `path` nor within it.

    As whatever reads files, in a worker: a page can be made to take any time and memory.
    """
    from corpus.workers import draw_original, read_bounded  # with all readers

    return read_bounded(draw_original, path, digest, number, hurried=True)


def _draw_unchanged(path: Path, original: Original, number: int) -> Image:
    """Draw a page of the file whose lines are known.

    :raises InputError: where it has gone or is another one.
    """
    version = version_of(path)
    if version is None:
        raise InputError(f"原件已不在原处：{path}。请放回原处，或从新的地方重新载入。")
    try:
        drawn = _draw(path, version, original.digest, number)
    except UnreadableFile as error:
        raise InputError(f"这一页画不出：{path}。{error.reason}。") from error
    if drawn is None:
        raise InputError(f"原件和载入时不同：{path}。标出的位置会不对，请重新载入。")
    return drawn
