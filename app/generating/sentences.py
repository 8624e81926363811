"""The sentences of a text that is being written, each with the passages that it cites."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_CITATION = (
    r"[\[【［]\s{0,2}(?:引文|来源|出处)?\s{0,2}"
    r"\d{1,3}(?:\s{0,2}[,，、和-]\s{0,2}\d{1,3}){0,9}\s{0,2}[\]】］]"
)
_CITED = re.compile(_CITATION)
_END = re.compile(rf"(?:[。！？!?]|\n)[”’」』》）)]{{0,3}}(?:\s{{0,3}}{_CITATION}){{0,9}}")
_BEGINS_CITATION = re.compile(r"\s{0,5}(?:$|[\[【［][^\]】］\n]{0,24}$|[”’」』》）)])")
_MARKS = re.compile(
    r"\*\*|__|`|^\s{0,8}(?:#{1,6}\s|[-*•>]\s|\d{1,2}(?:[.．)）]\s|、))", re.MULTILINE
)
_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
LONGEST = 400
"""Characters after which a sentence that does not end is cut off: it says no one thing."""


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence as a model wrote it, without the marks of its citations and of Markdown."""

    text: str
    citations: tuple[int, ...]


def read_sentence(text: str) -> Written:
    """Read which passages a sentence cites, in the order of their numbers."""
    cited = {int(digits) for mark in _CITED.findall(text) for digits in re.findall(r"\d+", mark)}
    plain = " ".join(_MARKS.sub("", _CITED.sub("", text)).split())
    return Written(plain, tuple(sorted(cited)))


class Splitter:
    """Cuts what comes in pieces into sentences, as soon as each is known to be whole."""

    def __init__(self) -> None:
        self._all = ""
        self._taken = 0

    def add(self, piece: str) -> Iterator[Written]:
        """Yield the sentences that are whole with this piece."""
        self._all += piece
        yield from self._cut(ended=False)

    def end(self) -> Iterator[Written]:
        """Yield what is left."""
        yield from self._cut(ended=True)

    @property
    def length(self) -> int:
        """How many characters have come, with those that were only thought."""
        return len(self._all)

    def _cut(self, ended: bool) -> Iterator[Written]:
        said = _THOUGHT.sub("", self._all)
        while match := _END.search(said, self._taken):
            if not ended and _BEGINS_CITATION.match(said, match.end()):
                return  # what is to come may belong to it
            yield from self._take(said, match.end())
        if ended or len(said) - self._taken > LONGEST:
            yield from self._take(said, len(said))

    def _take(self, said: str, end: int) -> Iterator[Written]:
        sentence = read_sentence(said[self._taken : end])
        self._taken = end
        if sentence.text.strip("。！？!? "):
            yield sentence
