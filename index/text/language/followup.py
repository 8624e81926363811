"""Complete a question that leans on the one before: 那望湖区呢？ 它怎么申请？"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path

from corpus.text.simplified import simplify
from index.text.language.fields import find_left_out
from index.text.language.reading import Known
from index.text.language.spelling import Vocabulary
from index.text.language.typed import acknowledges
from index.text.segment import Segmenter

GENERIC, PEOPLE = (Path(__file__).with_name(name) for name in ("generic.txt", "people.txt"))
"""Words that don't say what a question is about, and those that only say whom it is about.

They are separated by spaces; `#` begins a comment."""

LONGEST, LONGEST_EARLIER = 40, 100
"""A question of more characters says what it is about; an earlier one of more, too much."""

_FILLER = re.compile("那么?|[那这][边里]|呢|吗|的|又|也|是|在|换成?|如果|要是|怎么?样|如何")
"""Words of a question that asks nothing else of another place: 那望湖区那边呢？"""

_LEAD = re.compile(r"^(?:那么?|然后|还有)[，,\s]*")
_OTHER = re.compile(r"(?:那么?)?(?P<matter>[^，。？?！]{2,12})呢[？?]?")
_QUANTITY = r"\d+(?:\.\d+)?(?:[年月日天个元块次人家户点米倍成%]|号(?![线楼])|周?岁|小时|分钟|公里)"
_NOUN_ENDINGS = "证费卡"
_PLACE_ENDINGS = "镇乡村县区市街路站"


@cache
def load_words(path: Path) -> frozenset[str]:
    """Load the words of a file."""
    lines = (line.partition("#")[0] for line in path.read_text("utf-8").splitlines())
    return frozenset(word for line in lines for word in line.split())


class _Kind(Enum):
    """What a piece of a question says."""

    MATTER = auto()
    WHOM = auto()
    PLACE = auto()
    ASKED = auto()
    NOTHING = auto()


@dataclass(frozen=True, slots=True)
class _Question:
    """A question cut into pieces, each with what it says."""

    text: str
    pieces: tuple[tuple[str, _Kind], ...]

    def join(self, *kinds: _Kind) -> str:
        """Join the pieces of these kinds; a space stands where another was between them."""
        runs = groupby(self.pieces, lambda piece: piece[1] in kinds)
        return " ".join("".join(piece for piece, _ in run) for wanted, run in runs if wanted)

    def moved_to(self, place: str) -> str:
        """Return the question about another place."""
        moved = "".join(place if kind is _Kind.PLACE else piece for piece, kind in self.pieces)
        return moved if self.join(_Kind.PLACE) else place + moved


def complete(question: str, earlier: str, segmenter: Segmenter, library: Known) -> str:
    """Return what a question asks after an earlier one; itself where it stands on its own.

    A question without a matter of its own (only a place, a pronoun, whom it is about, what is
    asked) gets that of the earlier one, or puts its place into it: 那望湖区呢？ What was asked of
    one matter is asked of another: 那廉租房呢？ A field is asked for of the reply that the earlier
    question names: 是谁提的？
    """
    if not earlier.strip() or len(question) > LONGEST or len(earlier) > LONGEST_EARLIER:
        return question
    new, old = (_parse(simplify(text), segmenter, library) for text in (question, earlier))
    if not old.join(_Kind.MATTER) or acknowledges(new.text):
        return question
    bare = _LEAD.sub("", new.text.strip())
    if (document := find_left_out(bare, old.text)) is not None:
        return f"{document or old.join(_Kind.MATTER, _Kind.WHOM, _Kind.PLACE)}，{bare}"
    asked, place = new.join(_Kind.ASKED), new.join(_Kind.PLACE)
    if new.join(_Kind.MATTER):
        other = None if asked else _OTHER.fullmatch(new.text)
        return other["matter"] + old.join(_Kind.ASKED) if other else question
    if asked:
        kept = (_Kind.MATTER, _Kind.WHOM, *(() if place else (_Kind.PLACE,)))
        return f"{old.join(*kept)}，{bare}"
    whom = new.join(_Kind.WHOM)
    moved = old.moved_to(place) if place else old.text
    if whom:
        return f"{whom}，{moved}"
    return moved if place else question


def _parse(text: str, segmenter: Segmenter, library: Known) -> _Question:
    words = _tell_words(text, segmenter, library)
    pieces = list(_tell_names(words, library.vocabulary))
    for place in range(1, len(pieces) - 1):
        word, kind = pieces[place]
        around = {pieces[place - 1][1], pieces[place + 1][1]}
        after = pieces[place - 1][1] is _Kind.MATTER and word in _NOUN_ENDINGS
        if len(word) == 1 and kind is _Kind.ASKED and (around == {_Kind.MATTER} or after):
            pieces[place] = word, _Kind.MATTER  # 地铁 4 号 线, 读者 证
    return _Question(text, tuple(pieces))


def _tell_words(text: str, segmenter: Segmenter, library: Known) -> Iterator[tuple[str, _Kind]]:
    """Yield the words of a text, each with what it says; districts and quantities are one each."""
    inner = segmenter.inner_places(text)
    special = _find_special(text, library.regions)
    place = 0
    while place < len(text):
        found = special.match(text, place)
        end = found.end() if found else place + 1
        while not found and end < len(text) and end in inner and not special.match(text, end):
            end += 1
        word = text[place:end]
        if found:
            yield word, _Kind.PLACE if found["region"] else _Kind.ASKED
        elif _FILLER.fullmatch(word) or not word.isalnum():
            yield word, _Kind.NOTHING
        elif word in load_words(PEOPLE):
            yield word, _Kind.WHOM
        else:
            yield word, _Kind.ASKED if word in load_words(GENERIC) else _Kind.MATTER
        place = end


def _find_special(text: str, regions: Sequence[str]) -> re.Pattern[str]:
    """Return a pattern of the districts that a text may name, by whole or short name."""
    names = {name for region in regions for name in (region, region[:-1]) if len(name) > 1}
    named = sorted((re.escape(name) for name in names if name in text), key=len, reverse=True)
    return re.compile(rf"(?P<region>{'|'.join(named) or '(?!)'})|{_QUANTITY}", re.IGNORECASE)


def _tell_names(
    words: Iterable[tuple[str, _Kind]], vocabulary: Vocabulary
) -> Iterator[tuple[str, _Kind]]:
    """Yield the same with names of towns and streets, which are cut into characters, as places."""
    for single, run in groupby(words, lambda each: each[1] is _Kind.MATTER and len(each[0]) == 1):
        cut = list(run)
        name = "".join(word for word, _ in cut)
        if single and len(name) > 1 and _is_place(name, vocabulary):
            yield name, _Kind.PLACE
        else:
            yield from cut


def _is_place(name: str, vocabulary: Vocabulary) -> bool:
    """Tell whether the library has a name, and has it with 镇, 村, 路 or the like behind it."""
    return all(map(vocabulary.seen, map("".join, pairwise(name)))) and any(
        vocabulary.seen(name[-1] + ending) for ending in _PLACE_ENDINGS
    )
