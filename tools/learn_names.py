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

from corpus.personal.called import AMBIGUOUS, CLEAR, DOUBLE, RARE
from corpus.personal.likely import (
    WEIGHTS_FILE,
    Weights,
    candidates,
    follows_name,
    load_weights,
    spans,
)
from corpus.personal.numbers import legible
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
        marked = [(start, end) for start, end, kind in each.secrets if kind == PERSON]
        names = [*marked, *each.public]
        han = tuple(sorted(span for span in names if _HAN_NAME.match(each.text[slice(*span)])))
        others = [(start, end) for start, end, kind in each.secrets if kind != PERSON]
        unsure = [*others, *(span for span in names if span not in han)]
        yield Tagged(legible(each.text), han, tuple(unsure), 1.0, 1.0)


def _exchange(written: Sequence[Tagged], draw: random.Random) -> Iterator[Tagged]:
    """Yield the same texts with other names, put together of all surnames and given names."""
    bank = [each.text[slice(*span)] for each in written for span in each.names]
    cut = [(name[: _given(name)], name[_given(name) :]) for name in bank if len(name) < 4]
    surnames, given = ([part for part in parts if part] for parts in zip(*cut, strict=True))
    for each in written:
        text, last, names, put = "", 0, [], dict[str, str]()
        for start, end in each.names:
            name = each.text[start:end]
            other = put.setdefault(name, draw.choice(surnames) + draw.choice(given))
            text += each.text[last:start]
            names.append((len(text), len(text) + len(other)))
            text, last = text + other, end
        # Where other secrets stand has moved; so little of a text is digits that it matters not.
        yield replace(each, text=text + each.text[last:], names=tuple(names), unsure=(), share=0.25)


def _given(name: str) -> int:
    return 2 if re.match(DOUBLE, name) else 1


def _iter_real(data: Path) -> Iterator[Real]:
    for row in iter_training_rows(data):
        for text in (row["reply"], row["question"]):
            yield str(text), 0.5, 0.5
    messages = iter_rows(data / "train" / "citizen_title_message.jsonl.gz")
    for row in islice(messages, _MESSAGES):
        yield str(row["positive"]), 0.5, 0.3
    for path in sorted((data / "documents").glob("*.txt")):
        yield path.read_text("utf-8")[:6000], 0.3, 0.15


def _likely(weights: Weights, text: str, known: Iterable[Span]) -> Iterator[Span]:
    for start, given in candidates(weights, text):
        for end in spans(text, given):
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
        for start, given in candidates(weights, text):
            listed = any(follows_name(text, end, start) for end in ends)
            for end in spans(text, given):
                named = (start, end) in names
                doubtful = any(a < end and start < b for a, b in each.unsure)
                beside = any(a < end and start < b for a, b in names)
                if named or (not doubtful and (beside or draw.random() <= each.share)):
                    traits = weights.traits(text, start, given, end, listed)
                    yield traits, named, each.weight


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
    begins = Counter(name[0] for name in names if _given(name) == 1)
    met = Counter(sign for text, *_ in real for sign in text)
    rest = {sign for sign, n in begins.items() if n > 1 and met[sign] <= _MET_A_NAME * n}
    surnames = {*CLEAR, *rest}
    going_on: Counter[str] = Counter()
    longer: dict[str, list[str]] = {}
    for line in jieba.get_dict_file().read().decode().splitlines():
        word, count, tag = line.split(" ")
        if word[0] not in surnames:
            continue
        if tag == "nr" and len(word) in (2, 3):
            going_on[word[1]] += 1
        elif not tag.startswith("nr") and len(word) in (3, 4) and int(count) >= _COMMON:
            longer.setdefault(word[:2], []).append(word[2:])
    firsts = {sign for sign, count in going_on.items() if count >= _MET_AS_NAMES}
    firsts |= {name[_given(name)] for name in names if len(name) > _given(name)}
    kept = {begun: ends for begun, ends in sorted(longer.items()) if begun[1] in firsts}
    return {
        "signs": {
            "surnames": "".join(sorted(surnames)),
            "rare": "".join(sorted({*AMBIGUOUS, *RARE, *begins} - surnames)),
            "firsts": "".join(sorted(firsts)),
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
    chosen.out.write_text(
        json.dumps(learned, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8"
    )


if __name__ == "__main__":
    main()
