"""Learn what persons' names are weighed by, and write corpus/personal/likely.json anew.

python -m tools.learn_names --data DATA

It learns from the texts of tools/names, whose README says what they are, and from real ones of
DATA. Needs scikit-learn. What the weights in use take for a name where nobody has judged counts
neither way, so that a second run differs a little.
"""

from __future__ import annotations

import argparse
import importlib
import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from corpus.personal.called import AMBIGUOUS, CLEAR, RARE
from corpus.personal.likely import candidates, follows_name, mentions
from corpus.personal.numbers import legible
from corpus.personal.weights import (
    LISTED,
    MET,
    WEIGHTS_FILE,
    Weights,
    given_of,
    load_weights,
    spans,
)
from eval.training.pairs import iter_rows, iter_training_rows
from eval.training.plain.questions import digest
from tools.masks import DATA as LABELLED
from tools.masks import PERSON, read_labelled

NAMES = Path(__file__).with_name("names")
JUDGED = "judged.jsonl"

PENALTY = 3.0
SEED = 7
_RAREST = 6
"""So often a trait is met at least."""
_LEAST_WEIGHT = 0.05
_COPIES = 4
"""So often a written text is learned again with other names in the place of its own."""
_DOUBTFUL = -0.5
"""What weighs more than this and nobody has judged counts neither way."""
_COMMON = 20
"""Words of three and four signs that jieba's dictionary counts so often are no names."""
_MET_AS_NAMES = 3
"""Signs that so many names of jieba's dictionary go on with may begin a given name."""
_MET_ALONE = 50
"""The same of given names that stand alone."""
_MET_A_NAME = 800
"""A sign that is met more often than this for each name that it begins costs more than it finds."""
_NEWS, _MESSAGES, _EVERY = 1000, 9000, 12

Span = tuple[int, int]
Real = tuple[str, float, float]
"""A text, with the weight and the share of its candidates; see `Tagged`."""
_HAN_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}$")


@dataclass(frozen=True, slots=True)
class Tagged:
    """A text with the names that are known in it.

    :ivar unsure: places that count neither way.
    :ivar weight: how much each of its candidates counts.
    :ivar share: the part of its candidates that is taken, but for those at names.
    """

    text: str
    names: tuple[Span, ...]
    unsure: tuple[Span, ...]
    weight: float
    share: float


def iter_tagged(
    written: Sequence[Tagged], real: Iterable[Real], data: Path, weights: Weights
) -> Iterator[Tagged]:
    """Yield all that is learned from.

    :param written: the texts of `NAMES`.
    :param real: those of `data` that name hardly anybody.
    """
    draw = random.Random(SEED)
    yield from written
    for _ in range(_COPIES):
        yield from _exchange(written, draw)
    yield from _iter_written(LABELLED / "secrets-met.txt")
    judged = {row["text"]: row for row in iter_rows(NAMES / JUDGED)}
    for text, weight, share in real:
        row: dict[str, Any] = judged.get(digest(text), {})
        names, unsure, wrong = (
            tuple((start, end) for start, end in row.get(verdict, ()))
            for verdict in ("names", "unsure", "wrong")
        )
        unsure += tuple(_likely(weights, text, (*names, *wrong)))
        yield Tagged(legible(text), names, unsure, 1.0 if row else weight, share)
    yield from _iter_news(data)


def _iter_written(path: Path) -> Iterator[Tagged]:
    for each in read_labelled(path):
        names = [(start, end) for start, end, kind in each.secrets if kind == PERSON]
        names += each.public
        han = tuple(sorted(span for span in names if _HAN_NAME.match(each.text[slice(*span)])))
        others = [(start, end) for start, end, kind in each.secrets if kind != PERSON]
        unsure = [*others, *(span for span in names if span not in han)]
        yield Tagged(legible(each.text), han, tuple(unsure), 1.0, 1.0)


def _exchange(written: Sequence[Tagged], draw: random.Random) -> Iterator[Tagged]:
    """Yield the same texts with other names, put together of all surnames and given names."""
    cut = [_cut(each, name) for each in written for name in _names(each)]
    surnames = [surname for surname, given in cut if surname and len(given) < 3]
    long, short = ([given for _, given in cut if len(given) == n] for n in (2, 1))
    for each in written:
        text, last, names, put = "", 0, [], dict[str, str]()
        for name in _names(each):
            surname, given = _cut(each, name)
            # Who is called 玉梅 further on is another 玉梅 where 雒玉梅 is another.
            other = put.setdefault(given, draw.choice(long if len(given) > 1 else [*long, *short]))
            put[name] = draw.choice(surnames) + other if surname else other
        for start, end in each.names:
            other = put[each.text[start:end]]
            text += each.text[last:start]
            names.append((len(text), len(text) + len(other)))
            text, last = text + other, end
        # Where other secrets stand has moved; so little of a text is digits that it matters not.
        yield replace(each, text=text + each.text[last:], names=tuple(names), unsure=(), share=0.25)


def _names(tagged: Tagged) -> list[str]:
    return [tagged.text[slice(*span)] for span in tagged.names]


def _cut(tagged: Tagged, name: str) -> tuple[str, str]:
    """Return the surname, if the name has one, and the given name."""
    known = name[0] in f"{CLEAR}{AMBIGUOUS}{RARE}小阿老大"
    short = any(len(each) > 2 and each.endswith(name) for each in _names(tagged))
    at = 0 if len(name) == 2 and (short or not known) else given_of(name)
    return name[:at], name[at:]


def _iter_real(data: Path) -> Iterator[Real]:
    for row in iter_training_rows(data):
        for text in (row["reply"], row["question"]):
            yield str(text), 1.0, 1.0
    messages = iter_rows(data / "train" / "citizen_title_message.jsonl.gz")
    for row in islice(messages, _MESSAGES):
        yield str(row["positive"]), 0.6, 0.6
    for path in sorted((data / "documents").glob("*.txt")):
        yield path.read_text("utf-8")[:8000], 0.6, 0.5


def _likely(weights: Weights, text: str, known: Iterable[Span]) -> Iterator[Span]:
    for start, given in candidates(weights, text):
        for end in spans(text, start, given):
            beside = any(a < end and start < b for a, b in known)
            if not beside and weights.weigh(text, start, given, end) > _DOUBTFUL:
                yield start, end


def _iter_news(data: Path) -> Iterator[Tagged]:
    """Yield news with the names that jieba's tags tell."""
    tagger: Any = importlib.import_module("jieba.posseg")
    rows = iter_rows(data / "train" / "news.jsonl.gz")
    for row in islice(rows, 0, _NEWS * _EVERY, _EVERY):
        text, at = str(row["text"])[:700], 0
        names: list[Span] = []
        unsure: list[Span] = []
        for word, tag in tagger.cut(text):
            if tag.startswith("nr") and _HAN_NAME.match(word):
                (names if tag == "nr" else unsure).append((at, at + len(word)))
            at += len(word)
        yield Tagged(legible(text), tuple(names), tuple(unsure), 0.3, 0.15)


def examples(weights: Weights, tagged: Iterable[Tagged]) -> Iterator[tuple[list[str], bool, float]]:
    """Yield for each candidate of the tagged texts its traits, whether it is a name, its weight."""
    draw = random.Random(SEED)
    for each in tagged:
        text, names = each.text, set(each.names)
        ends = {end for _, end in names}
        for start, given, end, known in _places(weights, each):
            listed = any(follows_name(text, end, start) for end in ends)
            named = (start, end) in names
            doubtful = any(a < end and start < b for a, b in each.unsure)
            beside = any(a < end and start < b for a, b in names)
            if named or (not doubtful and (beside or known or draw.random() <= each.share)):
                known += LISTED if listed else ""
                yield weights.traits(text, start, given, end, known), named, each.weight


def _places(weights: Weights, tagged: Tagged) -> Iterator[tuple[int, int, int, str]]:
    """Yield where names may stand, with what is known of each; see `Weights.traits`."""
    for start, given in candidates(weights, tagged.text):
        for end in spans(tagged.text, start, given):
            yield start, given, end, ""
    firsts = {tagged.text[a:b]: (a, b) for a, b in reversed(tagged.names)}
    for start, given, end in mentions(tagged.text, firsts):
        # Where a name is first named, nothing is known of it.
        if firsts.get(tagged.text[start:end]) != (start, end):
            yield start, given, end, MET


def learn(blank: Weights, tagged: Iterable[Tagged]) -> dict[str, dict[str, float]]:
    """Return the weights of the traits, by kind.

    :param blank: without weights, so that no candidate is given up beforehand.
    """
    import numpy as np
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    traits, named, weight = zip(*examples(blank, tagged), strict=True)
    met = Counter(trait for each in traits for trait in each if trait != "a")
    columns = {trait: at for at, trait in enumerate(t for t, n in met.items() if n >= _RAREST)}
    rows = [[columns[trait] for trait in each if trait in columns] for each in traits]
    ends = np.cumsum([0, *map(len, rows)])
    filled = [at for row in rows for at in row]
    matrix = csr_matrix((np.ones(len(filled)), filled, ends), (len(rows), len(columns)))
    fitted = LogisticRegression(l1_ratio=1, C=PENALTY, solver="liblinear", tol=1e-3)
    fitted.fit(matrix, named, sample_weight=weight)
    print(f"{sum(named):,} names among {len(named):,} candidates, {len(columns):,} traits")
    kinds: dict[str, dict[str, float]] = {"a": {"": round(float(fitted.intercept_[0]), 2)}}
    for trait, at in sorted(columns.items()):
        if abs(fitted.coef_[0][at]) > _LEAST_WEIGHT:
            kinds.setdefault(trait[0], {})[trait[1:]] = round(float(fitted.coef_[0][at]), 2)
    return kinds


def count_signs(written: Sequence[Tagged], real: Iterable[Real]) -> dict[str, Any]:
    """Return what `Weights` takes as `signs` and as `longer`.

    What is no plain surname is taken where it begins names often enough for as often as it is met.
    """
    jieba: Any = importlib.import_module("jieba")
    names = {each.text[slice(*span)] for each in written for span in each.names}
    surname = Counter(name[0] for name in names if given_of(name) == 1)
    met = Counter(sign for text, *_ in real for sign in text)
    rest = {sign for sign, n in surname.items() if n > 1 and met[sign] <= _MET_A_NAME * n}
    surnames = {*CLEAR, *rest}
    going_on, ending = Counter[str](), Counter[str]()
    longer: dict[str, list[str]] = {}
    for line in jieba.get_dict_file().read().decode().splitlines():
        word, count, tag = line.split(" ")
        if word[0] not in surnames:
            continue
        if tag == "nr" and len(word) in (2, 3):
            going_on[word[1]] += 1
            ending[word[2:]] += len(word) > 2
        elif not tag.startswith("nr") and len(word) in (3, 4) and int(count) >= _COMMON:
            longer.setdefault(word[:2], []).append(word[2:])
    firsts = {sign for sign, count in going_on.items() if count >= _MET_AS_NAMES}
    firsts |= {name[given_of(name)] for name in names if len(name) > given_of(name)}
    alone = [name for each in written for name in _names(each) if not _cut(each, name)[0]]
    begins, ends = (
        {name[at] for name in alone} | {sign for sign, n in of_names.items() if n >= _MET_ALONE}
        for at, of_names in enumerate((going_on, ending))
    )
    kept = {begun: ends for begun, ends in sorted(longer.items()) if begun[1] in firsts}
    return {
        "signs": {
            "surnames": "".join(sorted(surnames)),
            "rare": "".join(sorted({*AMBIGUOUS, *RARE, *surname} - surnames)),
            "firsts": "".join(sorted(firsts)),
            "begins": "".join(sorted(begins)),
            "ends": "".join(sorted(ends)),
        },
        "longer": {begun: " ".join(ends) for begun, ends in kept.items()},
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Learn the weights anew and write them."""
    parser = argparse.ArgumentParser(prog="python -m tools.learn_names")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=WEIGHTS_FILE)
    chosen = parser.parse_args(arguments)
    learned = json.loads(WEIGHTS_FILE.read_text("utf-8"))
    written = [each for path in sorted(NAMES.glob("*.txt")) for each in _iter_written(path)]
    real = list(_iter_real(chosen.data))
    tagged = iter_tagged(written, real, chosen.data, load_weights())
    learned.update(count_signs(written, real))
    learned["weights"] = learn(Weights(**{**learned, "weights": {}}), tagged)
    line = json.dumps(learned, ensure_ascii=False, separators=(",", ":"))
    chosen.out.write_text(f"{line}\n", "utf-8")


if __name__ == "__main__":
    main()
