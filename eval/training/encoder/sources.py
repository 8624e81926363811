"""Pairs of a query and a passage that answers it, of all the kinds that an encoder learns.

Nothing here is of the board's split "dev", of the reading sets, held out for fusion, or of the rows
of the board that questions are asked of elsewhere.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.text.sentences import sentence_spans
from eval.training.pairs import (
    PAIR_SOURCES,
    Pair,
    is_question_holdout,
    iter_board_rows,
    iter_rows,
    strip_restatement,
)
from eval.training.plain.questions import LEARNED, read_plain
from eval.training.queries import shuffled_rows

PASSAGE = 320
"""The most characters of a passage, about as many as the product's have."""

QUERY = 320
"""The most characters of a query: messages are asked whole."""

_SPAN = (12, 60)
"""The least and the most characters of a sentence that asks for the rest of its passage."""

Read = Callable[[Path, frozenset[str]], Iterator[Pair]]
"""Yields pairs of a data folder but for the board's rows of these ids."""


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of pairs; its share is of the batches, and of the bytes where there is too much."""

    name: str
    share: float
    read: Read


def load_barred(questions: Path) -> frozenset[str]:
    """Read the ids of the board's rows that the questions in a file are answered by."""
    return frozenset(
        str(relevant["source"])
        for line in questions.read_text(encoding="utf-8").splitlines()
        for relevant in json.loads(line)["relevant"]
    )


def passages_of(text: str) -> list[str]:
    """Cut a text into runs of whole sentences of at most `PASSAGE` characters."""
    passages: list[str] = []
    begin = stop = 0
    for start, end in sentence_spans(text):
        if end - begin > PASSAGE and stop > begin:
            passages.append(text[begin:stop].strip())
            begin = start
        stop = end
    passages.append(text[begin:stop].strip())
    return [passage[:PASSAGE] for passage in passages if passage]


def passage_around(text: str, at: int) -> str:
    """Return the passage of a text in which a character stands."""
    stop = 0
    for passage in passages_of(text):
        start = text.index(passage, stop)
        stop = start + len(passage)
        if start <= at < stop:
            return passage
    return text[at : at + PASSAGE]  # within a sentence that makes no passage as a whole


def nearest_passage(query: str, text: str) -> str:
    """Return the passage of a text that shares most bigrams with a query; the first of equals."""
    passages = passages_of(text)
    asked = bigrams(query)
    return max(passages, key=lambda passage: len(asked & bigrams(passage)), default=text[:PASSAGE])


def bigrams(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters."""
    return frozenset(text[at : at + 2] for at in range(len(text) - 1))


def cut_in_two(text: str) -> Iterator[Pair]:
    """Yield one sentence of a text's passage with the rest of that passage, by chance; or nothing.

    The chance is of the text, so that it is always the same.
    """
    chance = random.Random(text)
    passages = [passage for passage in passages_of(text) if len(passage) >= 100]
    if not passages:
        return
    passage = chance.choice(passages)
    least, most = _SPAN
    spans = [span for span in sentence_spans(passage) if least <= span[1] - span[0]]
    if len(spans) > 1:
        start, end = chance.choice(spans)
        asked = passage[start:end][:most].strip("。；")
        yield Pair(asked, passage[:start] + passage[end:])


def _known(name: str) -> Read:
    """Return what the bundled static model learns as well."""
    (source,) = (source for source in PAIR_SOURCES if source.name == name)
    return lambda data, _: source.read(data)


def _board(data: Path, barred: frozenset[str]) -> Iterator[Pair]:
    for row in iter_board_rows(data):
        if row["id"] not in barred:
            reply = strip_restatement(row["reply"], row["title"])
            yield Pair(row["title"], reply)
            yield Pair(row["question"], reply)


def citizens(data: Path, barred: frozenset[str]) -> Iterator[Pair]:
    """Yield titles with their messages, without those that the board's dev split has too."""
    titles = {
        str(row["title"])
        for row in iter_rows(data / "board" / "replies.jsonl")
        if row["split"] != "train" or str(row["id"]) in barred
    }
    for pair in _known("citizens' title to message")(data, barred):
        if pair.query not in titles:
            yield pair


def _reading(data: Path, _: frozenset[str]) -> Iterator[Pair]:
    for row in iter_rows(data / "train" / "rc_cmrc2018_train.jsonl.gz"):
        yield from _unless_held(row["question"], row["context"])


def _legal(data: Path, barred: frozenset[str]) -> Iterator[Pair]:
    yield from _known("legal question to answer")(data, barred)
    for row in iter_rows(data / "train" / "rel_legalqa.jsonl.gz"):
        if row["label"] == 1:
            yield from _unless_held(row["question"], row["passage"])


def _paraphrases(data: Path, barred: frozenset[str]) -> Iterator[Pair]:
    yield from _known("paraphrases")(data, barred)
    for row in iter_rows(data / "train" / "paraphrase_ishenzhen.jsonl.gz"):
        if row["label"] == 1:
            yield from _unless_held(row["a"], row["b"])


def _statutes(data: Path, _: frozenset[str]) -> Iterator[Pair]:
    """From the end of the order whose beginning fusion and its like are fitted on."""
    for place, row in enumerate(reversed(list(shuffled_rows(data, "law_articles")))):
        if place % 2:
            yield Pair(f"{row['law']} {row['chapter']}", str(row["text"]))
        else:
            yield from cut_in_two(str(row["text"]))


def _news(data: Path, _: frozenset[str]) -> Iterator[Pair]:
    for row in iter_rows(data / "train" / "news.jsonl.gz"):
        yield from cut_in_two(str(row["text"]))


def _plain(data: Path, barred: frozenset[str]) -> Iterator[Pair]:
    """Yield questions in people's own words with the passages in which their answers stand."""
    for one in read_plain(LEARNED, data, all_there=False):
        if one.answers and one.place.removeprefix("board:") not in barred:
            yield Pair(one.question, passage_around(one.text, one.answers[0][0]))


def _unless_held(query: object, passage: object) -> Iterable[Pair]:
    return () if is_question_holdout(str(query)) else (Pair(str(query), str(passage)),)


SOURCES = (
    Source("board", 8, _board),
    Source("plain", 24, _plain),
    Source("citizens", 16, citizens),
    Source("headlines", 10, _known("headline to body")),
    Source("policy", 8, _known("policy question to answer")),
    Source("legal", 3, _legal),
    Source("abstracts", 1, _known("title to abstract")),
    Source("reading", 10, _reading),
    Source("paraphrases", 6, _paraphrases),
    Source("web queries", 4, _known("query to page title")),
    Source("statutes", 10, _statutes),
    Source("news", 10, _news),
)
