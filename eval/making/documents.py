"""The documents of a test set: replies without what would give an answer away."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from unicodedata import normalize

from corpus.spans import squeeze
from corpus.text.clean import clean_text
from corpus.text.redact import redact
from corpus.types import FieldName, Passage, PassageRole, Reply
from index.stores.texts import searchable_text

SHORTEST_CUT = 4
"""A shorter title is a common word: it is not cut out of the documents."""

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class MaskedReply:
    """A reply with personal data masked, `start` where its opening formulas end."""

    reply: Reply
    text: str
    start: int
    passages: tuple[Passage, ...]

    @property
    def titles(self) -> tuple[str, ...]:
        """The titles of the matters that the reply answers."""
        return self.reply.values(FieldName.MATTER_TITLE)


@dataclass(frozen=True, slots=True)
class TestDocument:
    """The text of a document, and which of its characters are which of its reply's.

    `theirs` and `ours` are the offsets of the same characters, those that are no white space, in
    the reply's text and in the document's, ascending; both empty where cleaning changed more than
    white space.
    """

    __test__ = False  # not for pytest to collect

    id: str
    text: str
    theirs: Sequence[int]
    ours: Sequence[int]

    def span_of(self, place: Range) -> Range | None:
        """Return where a span of the reply stands in the document, None where nothing is left."""
        first, last = (bisect_left(self.theirs, offset) for offset in place)
        return (self.ours[first], self.ours[last - 1] + 1) if first < last else None


def mask_reply(reply: Reply, passages: Iterable[Passage]) -> MaskedReply:
    """Return a reply as test sets see it."""
    kept = tuple(passage for passage in passages if passage.role is not PassageRole.OPENING)
    start = min((passage.start for passage in kept), default=len(reply.text))
    return MaskedReply(reply, searchable_text(reply), start, kept)


def restatements(source: MaskedReply) -> list[Range]:
    """Find where a reply repeats the title or the message that it answers, word by word."""
    squeezed = squeeze(source.text, source.start, len(source.text))
    found = []
    for words in (*source.titles, source.reply.question):
        # The field's value has its spaces removed; the text may break it over lines.
        characters = "".join(redact(words).split())
        at = squeezed.text.find(characters) if len(characters) >= SHORTEST_CUT else -1
        while at >= 0:
            found.append(squeezed.span(at, at + len(characters)))
            at = squeezed.text.find(characters, at + len(characters))
    return found


def cut_document(source: MaskedReply, cuts: Iterable[Range]) -> TestDocument | None:
    """Make a document of a reply without its opening and what is cut; None where nothing is left.

    It is clean: loaded as a reply its text stays as it is, so that places in it stay right.
    """
    keep = bytearray(len(source.text))
    keep[source.start :] = b"\1" * (len(source.text) - source.start)
    for start, end in cuts:
        keep[start:end] = bytes(end - start)
    text = clean_text("".join(c for c, kept in zip(source.text, keep, strict=True) if kept))
    if not text:
        return None
    theirs = [i for i, c in enumerate(source.text) if keep[i] and not c.isspace()]
    ours = [i for i, c in enumerate(text) if not c.isspace()]
    # Cleaning spells some characters otherwise, masks among them.
    before, after = "".join(source.text[i] for i in theirs), "".join(text[i] for i in ours)
    same = len(before) == len(after) and normalize("NFKC", before) == normalize("NFKC", after)
    return TestDocument(source.reply.id, text, theirs if same else (), ours if same else ())
