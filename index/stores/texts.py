"""What search reads of passages: without personal data, with what stands around it, ready-made.

To make it anew for the 200 candidates of a query takes ten times as long as to score them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile
from operator import eq
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.store.form import Form
from corpus.store.selection import IN_LIST, as_list
from corpus.store.store import Store
from corpus.text.redact import mask, redact_about
from corpus.text.simplified import simplify
from corpus.types import FieldName, Passage, Reply
from index.stores.derived import as_index, open_derived
from index.text.segment import normalise

QUESTION_CHARACTERS = 300
"""How much of a citizen's question is part of the context of each passage that answers it."""


@dataclass(frozen=True, slots=True)
class IndexedText:
    """What is indexed of a passage: its text, and its context, all that stands around it.

    That is the matter, who answered, headings and the question.
    """

    reply: Reply
    context: str
    text: str
    around: str  # every passage of the reply, see `reply_context`

    @property
    def embedded(self) -> str:
        """Return what the dense leg embeds."""
        return simplify(f"{self.context}\n{self.text}")


def read_indexed(store: Store, keys: Iterable[int]) -> dict[int, IndexedText]:
    """Read what is indexed of passages, by their keys."""
    passages = store.passages(keys)
    replies = store.replies({passage.reply_id for passage in passages.values()})
    contexts = {id: reply_context(reply) for id, reply in replies.items()}
    return {
        key: indexed_text(reply, passage, contexts[reply.id])
        for key, passage in passages.items()
        if (reply := replies.get(passage.reply_id))
    }


def indexed_text(reply: Reply, passage: Passage, around: str | None = None) -> IndexedText:
    """Return what is indexed of a passage.

    `around` is what `reply_context` says of its reply, where that is known already.
    Personal data is masked, so that no search can tell whether a telephone number is there.
    """
    around = around or reply_context(reply)
    return IndexedText(
        reply,
        context=_join(around, *(redact_about(reply, h) for h in passage.heading_path)),
        text=searchable_text(reply, passage.start, passage.end),
        around=around,
    )


def reply_context(reply: Reply) -> str:
    """Return what stands around every passage of a reply, personal data masked."""
    values = (value for name in _CONTEXT_FIELDS for value in reply.values(name))
    # Cut after masking: half a telephone number would not be known as one.
    question = reply.question[: QUESTION_CHARACTERS + _LONGEST_SECRET]
    return _join(
        *(redact_about(reply, value) for value in values),
        redact_about(reply, question)[:QUESTION_CHARACTERS],
    )


_LONGEST_SECRET = 100
_CONTEXT_FIELDS = (
    FieldName.TITLE,
    FieldName.MATTER_TITLE,
    FieldName.AGENCY,
    FieldName.DOC_NUMBER,
    FieldName.MATTER_NUMBER,
)


def _join(*parts: str) -> str:
    return "\n".join(dict.fromkeys(part for part in parts if part))


def searchable_text(reply: Reply, start: int = 0, end: int | None = None) -> str:
    """Return a span of a reply's text as searches may see it: personal data masked."""
    return mask(reply.text[start:end], reply.redactions, start)


FORM = Form(
    "检索文本",
    Path(__file__).with_name("texts.sql"),
    0x44667478,
    1,
    remedy="请运行 dafu rebuild 重建索引。",
)
"""Its application_id is "Dftx" in ASCII."""


@dataclass(frozen=True, slots=True)
class Readable:
    """A passage with all that its scores are computed from, normalised and without personal data.

    `text` is the passage's own, `context` what stands around it, `whole` the reply's text
    with what stands around all of its passages.
    """

    key: int
    reply_id: str
    region: str | None
    text: str
    context: str
    whole: str


def make_readables(indexed: Mapping[int, IndexedText]) -> list[Readable]:
    """Make of passages, by their keys, what scoring reads, in their order."""
    wholes: dict[str, str] = {}
    made = []
    for key, content in indexed.items():
        reply = content.reply
        if reply.id not in wholes:
            wholes[reply.id] = whole_of(reply, content.around)
        made.append(
            Readable(
                key=key,
                reply_id=reply.id,
                region=reply.value(FieldName.REGION),
                text=normalise(content.text),
                context=normalise(content.context),
                whole=wholes[reply.id],
            )
        )
    return made


def whole_of(reply: Reply, around: str | None = None) -> str:
    """Return a reply's text with `around`, its `reply_context`, as scoring reads it."""
    return normalise(f"{around or reply_context(reply)}\n{searchable_text(reply)}")


class Texts:
    """What scoring reads of the passages of one home, in SQLite, by their keys.

    May be shared between threads. What is added and removed is on the disk at once: a key is never
    given again and its passage never changes, so it can't be wrong, only early or late.
    """

    def __init__(self, path: Path) -> None:
        """Open the texts in a file, or create it.

        :raises IndexDamaged: where it is damaged or of another make.
        """
        self.path = path
        self._database = open_derived(path, FORM)

    def reopen(self, path: Path) -> None:
        """Go over to another file."""
        before, self._database, self.path = self._database, open_derived(path, FORM), path
        before.close()

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @property
    def count(self) -> int:
        """Return how many passages there are."""
        with self.reading() as connection:
            return int(connection.execute("SELECT count(*) FROM passages").fetchone()[0])

    def keys(self) -> NDArray[np.int64]:
        """Return the keys of all passages, ascending, int64 (n,)."""
        with self.reading() as connection:
            keys = connection.execute("SELECT group_concat(key) FROM passages").fetchone()[0]
        return np.sort(np.fromstring(keys or "", np.int64, sep=","))

    def iter_problems(self) -> Iterator[str]:
        """Yield, in Chinese, what SQLite itself finds wrong with the file."""
        with self.reading() as connection:
            for row in connection.execute("PRAGMA integrity_check"):
                if row[0] != "ok":
                    yield f"检索文本损坏：{self._database.path}（{row[0]}）。请运行 dafu rebuild。"

    def erase(self) -> None:
        """Leave nothing in the file of what was removed."""
        self._database.erase()

    def add(self, readables: Iterable[Readable]) -> None:
        """Add passages; those whose keys are known are replaced."""
        with as_index(), self._database.transaction() as connection:
            numbers: dict[tuple[str, str | None, str], int] = {}
            for each in readables:
                reply = (each.reply_id, each.region, each.whole)
                if reply not in numbers:
                    numbers[reply] = _number_of(connection, reply)
                connection.execute(
                    "INSERT OR REPLACE INTO passages VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (each.key, numbers[reply], *_without_whole(each)),
                )

    def remove(self, keys: Collection[int]) -> None:
        """Remove passages; unknown keys are passed over."""
        with as_index(), self._database.transaction() as connection:
            some = f"SELECT DISTINCT whole FROM passages WHERE key IN ({IN_LIST})"
            wholes = [row[0] for row in connection.execute(some, (as_list(keys),))]
            connection.execute(f"DELETE FROM passages WHERE key IN ({IN_LIST})", (as_list(keys),))
            connection.execute(
                f"DELETE FROM wholes WHERE number IN ({IN_LIST})"
                " AND number NOT IN (SELECT whole FROM passages)",
                (as_list(wholes),),
            )

    def read(self, keys: Iterable[int]) -> dict[int, Readable]:
        """Return the passages of these keys; unknown keys are left out."""
        if self._database.replaced:
            return {}  # a rebuild has deleted the file, which `reopen` is about to leave
        with self.reading() as connection:
            cursor = connection.cursor()
            cursor.row_factory = None  # plain tuples
            # In the order of keys, for neighbours stand on the same pages of the file.
            rows = cursor.execute(_READ, (as_list(sorted(keys)),)).fetchall()
        return {
            key: Readable(
                key=key,
                reply_id=reply_id,
                region=region,
                text=text if start < 0 else whole[start:stop],
                context=whole[:shared] + context,
                whole=whole,
            )
            for key, reply_id, region, whole, start, stop, text, shared, context in rows
        }

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection to read the tables of `texts.sql` through."""
        with as_index(), self._database.reading() as connection:
            yield connection


_READ = (
    "SELECT p.key, w.reply_id, w.region, w.whole, p.start, p.stop, p.text, p.shared, p.context"
    " FROM json_each(?) AS wanted CROSS JOIN passages AS p ON p.key = wanted.value"
    " CROSS JOIN wholes AS w ON w.number = p.whole"
)
"""CROSS JOIN has SQLite look each key up, instead of reading all passages for each."""


def _number_of(connection: sqlite3.Connection, reply: tuple[str, str | None, str]) -> int:
    """Return the number of a whole, which is inserted where it isn't there yet."""
    row = connection.execute(
        "SELECT number FROM wholes WHERE reply_id = ? AND region IS ? AND whole = ?", reply
    ).fetchone() or (
        connection.execute(
            "INSERT INTO wholes (reply_id, region, whole) VALUES (?, ?, ?) RETURNING number", reply
        ).fetchone()
    )
    return int(row[0])


def _without_whole(each: Readable) -> tuple[int, int, str, int, str]:
    start = each.whole.find(each.text)
    shared = sum(takewhile(bool, map(eq, each.context, each.whole)))
    rest = each.context[shared:]
    return start, start + len(each.text), each.text if start < 0 else "", shared, rest
