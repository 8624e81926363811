"""Training pairs, streamed from the sources of a data folder.

The folder is laid out as the model card says: `board/replies.jsonl` and `train/*.jsonl.gz`.
Board rows of the split "dev" and folders of evaluation sets are never read as training text. A
quarter of the board's training rows and a sixteenth of the other questions with answers are held
out of it, so that fusion can be fitted on pairs that the encoder has not seen.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Pair:
    """A query and a document that answers it, or a document to draw a query from.

    :ivar query: None where the query is a span that training draws from the document itself.
    :ivar negative: a text near the query in wording that means something else, where known.
    """

    query: str | None
    document: str
    negative: str | None = None


@dataclass(frozen=True, slots=True)
class PairSource:
    """A kind of pairs.

    :ivar share: the part of all batches that it fills, relative to the other sources.
    :ivar vocabulary_weight: the weight of one of its words when the vocabulary is counted.
    """

    name: str
    share: float
    vocabulary_weight: float
    read: Callable[[Path], Iterator[Pair]]


def is_fusion_holdout(row_id: str) -> bool:
    """Tell whether a board row is kept from the encoder, so that fusion can be fitted on it.

    Dense scores are inflated on pairs that trained the encoder; a fusion fitted on those trusts
    them too much. One row in four is held out, by the SHA-1 of its id.
    """
    return int(hashlib.sha1(row_id.encode()).hexdigest(), 16) % 4 == 0


def is_question_holdout(query: str) -> bool:
    """Tell whether a question of the other sources is kept from the encoder; one in sixteen is."""
    return int(hashlib.sha1(query.encode()).hexdigest(), 16) % 16 == 0


_OPENING = re.compile(r"^.{0,220}?(?:如下|反馈|答复|回复)(?:如下)?[：:。]\s*", re.DOTALL)
_THANKS = re.compile(r"[^。！!]*感谢[^。！!]*[。！!]|[^。！!]*感谢[^。！!]{0,60}$|谢谢[。！!]")
_DATE = re.compile(r"\s*\d{4}年\d{1,2}月\d{1,2}日\s*$")
_QUOTED = re.compile(r"[“《「][^”》」]{2,60}[”》」]")


def find_restatement(reply: str) -> str:
    """Return the opening of a board reply that restates what was asked; empty where there is none.

    It greets, says again what the message says, and announces the reply.
    """
    opening = _OPENING.match(reply.strip())
    return opening[0].strip() if opening else ""


def strip_restatement(reply: str, title: str) -> str:
    """Return a board reply without salutation, restated complaint, thanks and date.

    What is left is the substance, so that the encoder learns to find the answer and not its echo
    of the question. A reply of which less than a third would be left is returned whole.
    """
    text = _OPENING.sub("", reply.strip(), count=1)
    text = _DATE.sub("", text)
    text = _THANKS.sub("", text)
    asked = set(title)

    def unless_echo(match: re.Match[str]) -> str:
        inside = match.group()[1:-1]
        return "" if sum(c in asked for c in inside) >= 0.6 * len(inside) else match.group()

    text = _QUOTED.sub(unless_echo, text)
    return text.strip() if len(text) * 3 >= len(reply) else reply


def iter_rows(path: Path) -> Iterator[Row]:
    """Read a .jsonl or .jsonl.gz file; a missing file has no rows."""
    if not path.exists():
        return
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def iter_training_rows(folder: Path) -> Iterator[Row]:
    """Read the board's rows that may be learned from: none of the split "dev"."""
    rows = iter_rows(folder / "board" / "replies.jsonl")
    return (row for row in rows if row["split"] == "train")


def iter_board_rows(folder: Path) -> Iterator[dict[str, str]]:
    """Read the board's training rows but for those held out for fusion."""
    for row in iter_training_rows(folder):
        if not is_fusion_holdout(str(row["id"])):
            yield {key: str(value) for key, value in row.items()}


def _board(folder: Path) -> Iterator[Pair]:
    for row in iter_board_rows(folder):
        reply = strip_restatement(row["reply"], row["title"])
        yield Pair(row["title"], reply)
        yield Pair(row["question"], reply)


def _board_spans(folder: Path) -> Iterator[Pair]:
    for row in iter_board_rows(folder):
        yield Pair(None, row["reply"])
        yield Pair(None, row["question"])
    for message in _train(folder, "citizen_title_message"):
        yield Pair(None, str(message["positive"]))


def _train(folder: Path, name: str) -> Iterator[Row]:
    return iter_rows(folder / "train" / f"{name}.jsonl.gz")


def _query_positive(name: str) -> Callable[[Path], Iterator[Pair]]:
    def read(folder: Path) -> Iterator[Pair]:
        for row in _train(folder, name):
            if not is_question_holdout(str(row["query"])):
                yield Pair(str(row["query"]), str(row["positive"]))

    return read


def _paraphrases(folder: Path) -> Iterator[Pair]:
    unlike = {str(r["a"]): str(r["b"]) for r in _train(folder, "paraphrase") if r["label"] == 0}
    for row in _train(folder, "paraphrase"):
        if row["label"] == 1:
            query, document = str(row["a"]), str(row["b"])
            yield Pair(query, document, unlike.get(query) or unlike.get(document))


def _query_titles(folder: Path) -> Iterator[Pair]:
    for row in _train(folder, "query_title"):
        if row["label"] != 0 and not is_question_holdout(str(row["query"])):
            yield Pair(str(row["query"]), str(row["title"]))


def _entailments(folder: Path) -> Iterator[Pair]:
    for row in _train(folder, "nli"):
        if row["label"] == "entailment":
            yield Pair(str(row["hypothesis"]), str(row["premise"]))


def _statute_headings(folder: Path) -> Iterator[Pair]:
    for row in _train(folder, "law_articles"):
        yield Pair(f"{row['law']} {row['chapter']}", str(row["text"]))


def _statute_spans(folder: Path) -> Iterator[Pair]:
    for row in _train(folder, "law_articles"):
        if len(str(row["text"])) >= 60:
            yield Pair(None, str(row["text"]))


def _news_spans(folder: Path) -> Iterator[Pair]:
    for row in _train(folder, "news"):
        yield Pair(None, str(row["text"]))


PAIR_SOURCES = (
    PairSource("board replies", 8, 10, _board),
    PairSource("board and citizens' spans", 8, 6, _board_spans),
    PairSource("citizens' title to message", 16, 1, _query_positive("citizen_title_message")),
    PairSource("headline to body", 12, 1, _query_positive("headline_body")),
    PairSource("policy question to answer", 4, 4, _query_positive("policy_question_answer")),
    PairSource("legal question to answer", 1, 4, _query_positive("legal_question_answer")),
    PairSource("title to abstract", 1, 1, _query_positive("title_abstract")),
    PairSource("paraphrases", 12, 2, _paraphrases),
    PairSource("query to page title", 6, 3, _query_titles),
    PairSource("entailments", 2, 1, _entailments),
    PairSource("statute heading to article", 5, 0.5, _statute_headings),
    PairSource("statute spans", 9, 0.5, _statute_spans),
    PairSource("news spans", 20, 1, _news_spans),
)
