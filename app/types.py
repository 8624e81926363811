"""What Dafu gives to people: hits, answers with citations, precedents and reports.

Every text in these values is as it may be shown: personal data is masked character by character
(unless the settings say otherwise), so that offsets still hold: for each hit, quote and
passage, `service.show(reply_id).text[start:end] == text`.
`as_json` gives exactly what the command line's `--json` prints.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from corpus.types import Field, FieldName, Passage, Reply


@dataclass(frozen=True, slots=True)
class ReplyCard:
    """What is said of a reply wherever it is named; absent fields are None.

    `matter` is the title of the proposal, suggestion or message that is answered: it says what
    the reply is about where `title` (关于…第0142号提案的答复) does not.
    """

    reply_id: str
    title: str | None
    matter: str | None
    agency: str | None
    doc_number: str | None
    date: str | None
    kind: str | None
    outcome: str | None
    disclosure: str | None
    source: str

    @classmethod
    def of(cls, reply: Reply) -> ReplyCard:
        """Make the card of a reply; several senders are joined with 、."""
        return cls(
            reply_id=reply.id,
            title=reply.value(FieldName.TITLE) or reply.value(FieldName.MATTER_TITLE),
            matter=reply.value(FieldName.MATTER_TITLE),
            agency="、".join(reply.values(FieldName.AGENCY)) or None,
            doc_number=reply.value(FieldName.DOC_NUMBER),
            date=reply.value(FieldName.DATE),
            kind=reply.value(FieldName.KIND),
            outcome=reply.value(FieldName.OUTCOME),
            disclosure=reply.value(FieldName.DISCLOSURE),
            source=reply.source,
        )

    def as_json(self) -> dict[str, Any]:
        """Return the card as a JSON object."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One passage that matches; `score` is a relevance probability in 0..1, higher is better."""

    rank: int
    score: float
    card: ReplyCard
    heading_path: tuple[str, ...]
    start: int
    end: int
    text: str

    def as_json(self) -> dict[str, Any]:
        """Return the hit with its card's fields beside its own."""
        return {
            "rank": self.rank,
            "score": round(self.score, 6),
            **self.card.as_json(),
            "heading_path": list(self.heading_path),
            "start": self.start,
            "end": self.end,
            "text": self.text,
        }


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The passages found for a query, best first."""

    query: str
    hits: tuple[SearchHit, ...]

    def as_json(self) -> dict[str, Any]:
        """Return what `dafu search --json` prints."""
        return {"query": self.query, "hits": [hit.as_json() for hit in self.hits]}


@dataclass(frozen=True, slots=True)
class Quote:
    """Some sentences of a reply, verbatim; `citation` is the number of its `Citation`."""

    text: str
    reply_id: str
    start: int
    end: int
    citation: int
    heading_path: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the quote as a JSON object."""
        return {**asdict(self), "heading_path": list(self.heading_path)}


@dataclass(frozen=True, slots=True)
class Citation:
    """The source of one or more quotes; `number` counts from 1 within an answer.

    `newest` tells whether none of the replies that were found with it is a later one of the same
    region to the same matter, see `app.present`.
    """

    number: int
    card: ReplyCard
    newest: bool = True

    def as_json(self) -> dict[str, Any]:
        """Return the citation with its card's fields beside its own."""
        return {"number": self.number, "newest": self.newest, **self.card.as_json()}


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question: verbatim quotes, or an honest abstention.

    `confidence` is in 0..1. When `status` is "abstained" there are no quotes and no citations.
    `nearest` holds the best hits that were not quoted.
    """

    question: str
    status: Literal["answered", "abstained"]
    confidence: float
    quotes: tuple[Quote, ...]
    citations: tuple[Citation, ...]
    nearest: tuple[SearchHit, ...]

    def as_json(self) -> dict[str, Any]:
        """Return what `dafu ask --json` prints."""
        return {
            "question": self.question,
            "status": self.status,
            "confidence": round(self.confidence, 6),
            "quotes": [quote.as_json() for quote in self.quotes],
            "citations": [citation.as_json() for citation in self.citations],
            "nearest": [hit.as_json() for hit in self.nearest],
        }


@dataclass(frozen=True, slots=True)
class Precedent:
    """An earlier reply to a like matter, with the passages that match, best first."""

    rank: int
    score: float
    card: ReplyCard
    passages: tuple[SearchHit, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the precedent with its card's fields beside its own."""
        return {
            "rank": self.rank,
            "score": round(self.score, 6),
            **self.card.as_json(),
            "passages": [hit.as_json() for hit in self.passages],
        }


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file or row; `reason` says why it was skipped, failed or a duplicate."""

    source: str
    status: Literal["added", "replaced", "unchanged", "duplicate", "removed", "failed", "skipped"]
    reply_id: str | None = None
    reason: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the entry as a JSON object."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of every file that was loaded."""

    files: tuple[FileReport, ...]
    seconds: float

    def count(self, status: str) -> int:
        """Count the entries of one status."""
        return sum(entry.status == status for entry in self.files)

    def as_json(self) -> dict[str, Any]:
        """Return what `dafu ingest --json` prints: a count for each status, and the entries."""
        statuses = ("added", "replaced", "unchanged", "duplicate", "removed", "failed", "skipped")
        return {
            **{status: self.count(status) for status in statuses},
            "seconds": round(self.seconds, 3),
            "files": [entry.as_json() for entry in self.files],
        }


@dataclass(frozen=True, slots=True)
class ReplyView:
    """A whole reply as it may be shown.

    `text` and `question` are masked; `fields` hold masked values with their places in `text`;
    `passages` are the spans `text` is searched by, in text order.
    """

    card: ReplyCard
    text: str
    question: str
    fields: tuple[Field, ...]
    passages: tuple[Passage, ...]

    def as_json(self) -> dict[str, Any]:
        """Return what `dafu show --json` prints."""
        return {
            **self.card.as_json(),
            "text": self.text,
            "question": self.question or None,
            "fields": [asdict(field) for field in self.fields],
            "passages": [
                {
                    "start": passage.start,
                    "end": passage.end,
                    "heading_path": list(passage.heading_path),
                    "role": passage.role.value,
                }
                for passage in self.passages
            ],
        }


@dataclass(frozen=True, slots=True)
class ReplyList:
    """One page of the library: `total` counts all replies that match, not just these cards."""

    total: int
    cards: tuple[ReplyCard, ...]

    def as_json(self) -> dict[str, Any]:
        """Return what `dafu list --json` prints."""
        return {"total": self.total, "replies": [card.as_json() for card in self.cards]}


@dataclass(frozen=True, slots=True)
class Stats:
    """What is loaded. `facets` gives for each filter its values with their counts of replies,
    most frequent first; `years` likewise, in ascending order."""

    home: str
    replies: int
    passages: int
    characters: int
    duplicates: int
    model: str
    dimension: int
    bytes_on_disk: int
    facets: dict[str, tuple[tuple[str, int], ...]]
    years: tuple[tuple[int, int], ...]

    def as_json(self) -> dict[str, Any]:
        """Return what `dafu stats --json` prints."""
        return {
            **asdict(self),
            "facets": {name: dict(values) for name, values in self.facets.items()},
            "years": {str(year): count for year, count in self.years},
        }
