"""All examples that are made of a source's questions."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import numpy as np

from eval.training.encoder.negatives import mine_negatives
from eval.training.reader.asked import Asked, Example, Kind
from eval.training.reader.cases import RULES, says
from eval.training.reader.details import Names


def make_examples(
    asked: Sequence[Asked], names: Names, seed: int, pool: Sequence[str] = ()
) -> list[list[Example]]:
    """Make the examples of each question, by all rules, and with a passage that BM25 finds for it.

    What is made of a question depends on it and the seed; what is found, on the others as well.

    :param pool: more passages to find, beside those that answer these questions.
    """
    made = [list(_by_rules(one, names, random.Random(f"{seed} {one}"))) for one in asked]
    for examples, found in zip(made, _find(asked, made, pool, seed), strict=True):
        examples.extend(found)
    return made


def _by_rules(asked: Asked, names: Names, chance: random.Random) -> Iterator[Example]:
    for rule in RULES.values():
        example = rule(asked, names, chance)
        if example and example.passage and example.question:
            yield example


def _find(
    asked: Sequence[Asked], made: Sequence[Sequence[Example]], pool: Sequence[str], seed: int
) -> Iterator[list[Example]]:
    """Yield for each question a passage of another document that BM25 finds for it; or none."""
    answering = [
        next((e.passage for e in examples if e.kind is Kind.ANSWERED), None) for examples in made
    ]
    own = [one.document or one.text for one in asked]
    documents: dict[str, set[str]] = {}
    for passage, document in zip(answering, own, strict=True):
        if passage:
            documents.setdefault(passage, set()).add(document)
    passages = list(dict.fromkeys([*documents, *pool]))
    places = {passage: place for place, passage in enumerate(passages)}
    known: dict[str, set[int]] = {}
    for one, passage in zip(asked, answering, strict=True):
        if passage:
            known.setdefault(one.question, set()).add(places[passage])
    questions = [one.question for one in asked]
    right = [frozenset(known.get(question, ())) for question in questions]
    mined = mine_negatives(questions, right, passages, np.random.default_rng(seed))
    for one, document, row in zip(asked, own, mined.tolist(), strict=True):
        words = [one.text[start:end] for start, end in one.answers]
        fit = [
            passages[place]
            for place in row
            if place >= 0
            and document not in documents.get(passages[place], ())
            and not says(passages[place], words)
        ]
        yield [Example(one.question, passage, Kind.FOUND) for passage in fit[:1]]
