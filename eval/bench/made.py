"""Make as many replies as are asked for out of the samples: the same ones on every machine.

A made reply has the build of a sample (letterhead, title, salutation, sections, signature) with
other sentences of the samples in its body. Alone they would repeat each other's words thousands of
times, so a third of the words, and all numbers, are exchanged: the words by those of jieba's
dictionary, drawn by their frequency there, half of the time by one of the few that are the reply's
own matter and stand in its title.
"""

from __future__ import annotations

import json
import random
import re
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, islice
from pathlib import Path

from corpus.parse import parse
from corpus.readers import iter_documents, iter_paths
from corpus.text.sentences import sentence_spans
from corpus.types import Document, Reply

SAMPLES = Path(__file__).parents[2] / "corpus" / "samples" / "replies"

EXCHANGED = 1 / 3
"""Which share of the words of two or more characters gives way to others."""

OWN = 0.5
"""Which share of what comes in their place is the reply's own matter."""

OWN_WORDS = 6
"""How many words are a reply's own."""

FILE_ROWS = 500
"""How many replies stand in each table of a library that is written."""

_BODY = 40
"""Lines longer than this, in characters, are body: their sentences are replaced."""

_NUMBER = re.compile(r"[0-9]+")
_WORD = re.compile(r"[\u4e00-\u9fff]{2,4}")
_FORMULA = re.compile("收悉|答复如下|联系|电话|感谢")


@dataclass(frozen=True, slots=True)
class MadeReply:
    """One made reply; `question` is empty where it answers no message."""

    id: str
    text: str
    question: str
    matter: str


def iter_made() -> Iterator[MadeReply]:
    """Yield made replies without end, always the same ones in the same order."""
    samples = _load_samples()
    sentences, draw = _cut_sentences(samples), _load_words()
    chance = random.Random(0)
    number = 0
    while True:
        number += 1
        sample = chance.choice(samples)
        own = [draw(chance) for _ in range(OWN_WORDS)]
        matter = f"关于{own[0]}{own[1]}和{own[2]}的{own[3]}"
        maker = _Maker(sentences, draw, own, matter, chance)
        lines = [maker.line(line) for line in sample.text.split("\n")]
        question = maker.body(len(sample.question)) if sample.question else ""
        yield MadeReply(f"m{number}", "\n".join(lines), question, matter)


def save_made(
    folder: Path, made: Iterable[MadeReply], rows: int, told: Callable[[int], None] = lambda _: None
) -> None:
    """Save made replies as tables of so many rows, as message boards export them.

    :param told: called with the number of replies done so far.
    """
    done, left = 0, iter(made)
    while some := list(islice(left, rows)):
        with (folder / f"{done:09}.jsonl").open("w", encoding="utf-8") as file:
            for row in some:
                values = {"编号": row.id, "留言内容": row.question, "答复内容": row.text}
                file.write(json.dumps(values, ensure_ascii=False) + "\n")
        done += len(some)
        told(done)


Draw = Callable[[random.Random], str]


@dataclass(frozen=True, slots=True)
class _Maker:
    """What one reply is made with; a sentence is a list of words."""

    sentences: list[list[str]]
    draw: Draw
    own: list[str]
    matter: str
    chance: random.Random

    def line(self, line: str) -> str:
        """Return a line to stand where a sample's line stands."""
        if len(line) > _BODY:
            return self.body(len(line))
        if line.startswith("关于") and line.endswith("答复"):
            return f"{self.matter}的答复"
        return self._numbers(line)

    def body(self, length: int) -> str:
        """Return sentences of about as many characters."""
        made = ""
        while len(made) < length - _BODY:
            made += "".join(map(self._instead, self.chance.choice(self.sentences)))
        return self._numbers(made)

    def _instead(self, word: str) -> str:
        if len(word) < 2 or self.chance.random() > EXCHANGED or not _WORD.fullmatch(word):
            return word
        if self.chance.random() < OWN:
            return self.chance.choice(self.own)
        return self.draw(self.chance)

    def _numbers(self, text: str) -> str:
        return _NUMBER.sub(lambda found: _another_number(found[0], self.chance), text)


def _another_number(number: str, chance: random.Random) -> str:
    """Return a number of as many digits; years, months and days stay what they are."""
    if len(number) <= 2 or (len(number) == 4 and number.startswith("20")):
        return number
    return str(chance.randrange(10 ** (len(number) - 1), 10 ** len(number)))


def _load_samples() -> list[Reply]:
    paths = (path for path in iter_paths([SAMPLES]) if isinstance(path, Path))
    found = (item for path in paths for item in iter_documents(path))
    return [parse(item).reply for item in found if isinstance(item, Document)]


def _cut_sentences(samples: list[Reply]) -> list[list[str]]:
    """Return the sentences of the samples' bodies, cut into words."""
    import jieba  # type: ignore[import-untyped]

    jieba.setLogLevel("WARNING")  # else it tells on stderr that it loads its dictionary
    cutter = jieba.Tokenizer()
    spans = ((r.text, *span) for r in samples for span in sentence_spans(r.text, 0, len(r.text)))
    sentences = (text[start:end] for text, start, end in spans if end - start >= _BODY // 2)
    return [
        cutter.lcut(sentence, HMM=False)
        for sentence in sentences
        if not _FORMULA.search(sentence) and "\n" not in sentence
    ]


def _load_words() -> Draw:
    """Return what draws words from jieba's dictionary by their frequency."""
    import jieba

    with jieba.get_dict_file() as file:
        entries = [line.decode().split() for line in file]
    counted = [(word, int(count)) for word, count, *_ in entries if _WORD.fullmatch(word)]
    words = [word for word, _ in counted]
    upto = list(accumulate(count for _, count in counted))
    return lambda chance: words[bisect(upto, chance.random() * upto[-1])]
