"""Questions whose answers are known, and which quotes support them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import InputError
from corpus.store.store import Store
from corpus.types import Reply
from eval.data.lines import Problems, iter_lines, iter_objects

OVERLAP = 0.5
"""A quote supports an answer that is marked in its reply where at least this share of the shorter
of the two lies within the other."""


@dataclass(frozen=True, slots=True)
class AnswerSpan:
    """A marked place of a reply that answers a question: `reply.text[start:end]`."""

    reply_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ReferenceQuestion:
    """A question, the words that answer it, and the places that do.

    `sources` are the ids of the replies that hold the answer: without them the question has none.
    `after` is the question that was asked before it, which it may lean on; empty where none was.
    A question without answers and places is one that nothing here answers.
    """

    id: str
    text: str
    answers: tuple[str, ...]
    spans: tuple[AnswerSpan, ...]
    sources: frozenset[str]
    after: str = ""

    @property
    def answerable(self) -> bool:
        """Whether an answer is known."""
        return bool(self.answers or self.spans)

    def is_supported(self, reply: Reply, start: int, end: int) -> bool:
        """Tell whether a quote holds a known answer, or lies where one is marked."""
        quoted = compact(reply.text[start:end])
        return any(compact(answer) in quoted for answer in self.answers) or any(
            span.reply_id == reply.id
            and min(end, span.end) - max(start, span.start)
            >= OVERLAP * min(end - start, span.end - span.start)
            for span in self.spans
        )


def compact(text: str) -> str:
    """Return a text as answers are compared: full width as half width, no spaces, lower case."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def iter_answers(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield id and answers of each line of a test set's queries.jsonl.

    :raises InputError: where a line has no list `answers` of texts; all such lines are named.
    """
    problems = Problems(path)
    found = []
    for number, record in iter_objects(iter_lines(path), problems):
        answers = _texts(record.get("answers"))
        if answers is None:
            problems.add(number, "answers 应是文字的列表（没有答案的写 []）")
        else:
            found.append((str(record.get("_id")), answers))
    problems.raise_if_any()
    yield from found


def load_questions(path: Path, store: Store) -> tuple[ReferenceQuestion, ...]:
    """Load the questions that are asked of the replies in a store, one JSON object a line.

    `question` is required. `answer` (or a list `answers`) holds words that answer it; `relevant`
    is a list of objects with `source` (a reply's id, or its file's name, of a table's row with `#`
    and the row's id) and `quote`, a part of that reply, verbatim but for spaces. A question with
    neither is one that the replies do not answer. Where no `relevant` is given, all replies that
    hold an answer are its sources. `after` is the question before, which this one may lean on.

    :raises InputError: where the file can't be read or has lines that cannot be used; all such
        lines are named together.
    """
    library = _Library(store)
    problems = Problems(path)
    questions = []
    for number, record in iter_objects(iter_lines(path), problems):
        text, answers = record.get("question"), _texts(record.get("answers", []))
        after = record.get("after", "")
        if isinstance(record.get("answer"), str) and record["answer"].strip():
            answers = (record["answer"], *(answers or ()))
        if not isinstance(text, str) or not text.strip():
            problems.add(number, "question 应是不空的字符串")
        elif answers is None:
            problems.add(number, "answers 应是文字的列表")
        elif not isinstance(after, str):
            problems.add(number, "after 应是字符串，即上一个问题")
        else:
            spans = list(_find_spans(record.get("relevant") or [], library, number, problems))
            sources = {s.reply_id for s in spans} or library.holding(answers)
            id = str(record.get("id") or number)
            questions.append(
                ReferenceQuestion(id, text, answers, tuple(spans), frozenset(sources), after)
            )
            if answers and not sources:
                problems.add(number, f"没有一份答复含有答案 {answers[0]!r}")
    problems.raise_if_any()
    if not questions:
        raise InputError(f"{path} 里没有问题")
    return tuple(questions)


def _texts(value: Any) -> tuple[str, ...] | None:
    if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
        return None
    return tuple(dict.fromkeys(value))


def _find_spans(
    entries: Any, library: _Library, number: int, problems: Problems
) -> Iterator[AnswerSpan]:
    if not isinstance(entries, list):
        problems.add(number, "relevant 应是列表")
        return
    for entry in entries:
        source, quote = (
            (entry.get("source"), entry.get("quote")) if isinstance(entry, dict) else (None, None)
        )
        if not isinstance(source, str) or not isinstance(quote, str) or not quote.strip():
            problems.add(number, "relevant 的每一项应有 source 和 quote")
        elif (reply := library.named(source)) is None:
            problems.add(number, f"没有 {source!r} 这份答复（应是编号或文件名，表格行加 #编号）")
        elif (span := _locate(quote, reply)) is None:
            problems.add(number, f"{source} 里没有这段文字：{quote[:30]}")
        else:
            yield span


def _locate(quote: str, reply: Reply) -> AnswerSpan | None:
    """Find a quote in a reply, whatever spaces either has."""
    places = [place for place, character in enumerate(reply.text) if not character.isspace()]
    wanted = "".join(quote.split())
    start = "".join(reply.text[place] for place in places).find(wanted)
    if start < 0:
        return None
    return AnswerSpan(reply.id, places[start], places[start + len(wanted) - 1] + 1)


class _Library:
    """The replies of a store, by id and by the name of their source."""

    def __init__(self, store: Store) -> None:
        self._replies = store.replies(store.reply_ids())
        self._names = {
            uri.rpartition("/")[2]: id for id in self._replies for uri in store.sources(id)
        }
        self._compact: dict[str, str] = {}

    def named(self, source: str) -> Reply | None:
        return self._replies.get(self._names.get(source, source))

    def holding(self, answers: Iterable[str]) -> set[str]:
        """Return the ids of the replies that hold one of these answers."""
        wanted = list(map(compact, answers))
        if wanted and not self._compact:
            self._compact = {id: compact(reply.text) for id, reply in self._replies.items()}
        return {id for id, text in self._compact.items() if any(w in text for w in wanted)}
