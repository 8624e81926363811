"""Examples by rule: each makes one of a question and its text, or none where it doesn't apply.

They follow the kinds of unanswerable questions of SQuAD 2 (Rajpurkar et al., Know What You Don't
Know, 2018): another entity or number, an opposite, what is not said; and add passages nearby.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from corpus.text.sentences import sentence_spans
from eval.training.encoder.sources import PASSAGE, bigrams
from eval.training.examples import cut_answers
from eval.training.reader.asked import Asked, Example, Kind, Span
from eval.training.reader.details import Names, draw_other, find_details, holds, swap
from eval.training.reader.windows import SHORTEST, cut_units, window_around, window_away

OPPOSITES = (
    ("最高", "最低"), ("最大", "最小"), ("最多", "最少"), ("最早", "最晚"), ("最长", "最短"),
    ("增加", "减少"), ("上涨", "下降"), ("提高", "降低"), ("扩大", "缩小"), ("开始", "结束"),
    ("成立", "解散"), ("建成", "拆除"), ("以上", "以下"), ("之前", "之后"), ("允许", "禁止"),
    ("合法", "违法"), ("申请", "注销"), ("公办", "民办"), ("收入", "支出"), ("进口", "出口"),
    ("城镇", "农村"), ("小学", "中学"), ("幼儿园", "养老院"), ("老年人", "儿童"), ("退休", "在职"),
    ("男性", "女性"), ("父亲", "母亲"), ("丈夫", "妻子"), ("出生", "去世"), ("优点", "缺点"),
    ("东部", "西部"), ("南部", "北部"), ("地上", "地下"), ("上半年", "下半年"),
)  # fmt: skip
"""Words of which each asks for what the other doesn't."""

Rule = Callable[[Asked, Names, random.Random], Example | None]


def answered(asked: Asked, _: Names, chance: random.Random) -> Example | None:
    """Ask a passage around the answer, or the whole of a short text.

    Of a long text that answers, but who knows where, the passage must hold all that it shares with
    the question; of one that doesn't, it is around the sentence that shares most.
    """
    if asked.answers:
        window = window_around(asked.text, asked.answers[0], chance)
        return None if window is None else _within(asked, window)
    if len(asked.text) <= PASSAGE:
        return Example(asked.question, asked.text, asked.kind)
    window = window_around(asked.text, _nearest(asked), chance)
    if window is None:
        return None
    example = _within(asked, window)
    shared = bigrams(asked.question) & bigrams(asked.text)
    return None if asked.kind.answered and shared - bigrams(example.passage) else example


def _nearest(asked: Asked) -> Span:
    question = bigrams(asked.question)
    spans = cut_units(asked.text)
    return max(spans, key=lambda span: len(question & bigrams(asked.text[slice(*span)])))


def _within(asked: Asked, window: Span) -> Example:
    start, end = window
    inside = [(s - start, e - start) for s, e in asked.answers if start <= s and e <= end]
    return Example(asked.question, asked.text[start:end], asked.kind, tuple(inside))


def taken_out(asked: Asked, _: Names, chance: random.Random) -> Example | None:
    """Take out the sentences that hold an answer, and ask the passage around where one was."""
    if not asked.answers:
        return None
    first = asked.answers[0][0]
    begin = max(start for start, _ in sentence_spans(asked.text) if start <= first)
    words = _words(asked)
    place = len(cut_answers(asked.text[:begin], words))
    rest = cut_answers(asked.text, words)
    window = window_around(rest, (place - 2, place + 2), chance)
    return None if window is None else _unless_said(asked, rest[slice(*window)], Kind.TAKEN_OUT)


def neighbour(asked: Asked, _: Names, chance: random.Random) -> Example | None:
    """Ask another passage of the same text."""
    window = window_away(asked.text, asked.answers, chance) if asked.answers else None
    return (
        None if window is None else _unless_said(asked, asked.text[slice(*window)], Kind.NEIGHBOUR)
    )


def _unless_said(asked: Asked, passage: str, kind: Kind) -> Example | None:
    if len(passage) < SHORTEST or says(passage, _words(asked)):
        return None
    return Example(asked.question, passage, kind)


def says(passage: str, answers: Iterable[str]) -> bool:
    """Tell whether a passage holds the words of an answer."""
    return any(holds(passage, answer) for answer in answers)


def _words(asked: Asked) -> list[str]:
    return [asked.text[start:end] for start, end in asked.answers]


def other_asked(asked: Asked, names: Names, chance: random.Random) -> Example | None:
    """Put another detail in the question than the passage tells of."""
    found = _find_shared(asked, names, chance)
    if found is None:
        return None
    example, detail, other = found
    changed = swap(example.question, detail, other)
    return Example(changed, example.passage, Kind.OTHER_ASKED)


def other_said(asked: Asked, names: Names, chance: random.Random) -> Example | None:
    """Put another detail in the passage than the question asks about."""
    found = _find_shared(asked, names, chance)
    if found is None:
        return None
    example, detail, other = found
    changed = swap(example.passage, detail, other)
    return Example(example.question, changed, Kind.OTHER_SAID)


def changed_alike(asked: Asked, names: Names, chance: random.Random) -> Example | None:
    """Put another detail in both; or in the answer, where they share none. It still answers.

    So a detail that looks odd where it stands does not tell that the passage doesn't answer.
    """
    found = _find_shared(asked, names, chance)
    if found is None:
        found = _find_in_answer(asked, names, chance)
    if found is None:
        return None
    example, detail, other = found
    answers = tuple(_moved(example.passage, span, (detail, other)) for span in example.answers)
    changed = replace(
        example,
        question=swap(example.question, detail, other),
        passage=swap(example.passage, detail, other),
        kind=Kind.CHANGED_ALIKE,
        answers=answers,
    )
    parts = zip(example.answers, answers, strict=True)
    whole = all(
        changed.passage[s:e] == swap(example.passage[a:b], detail, other)
        for (a, b), (s, e) in parts
    )
    return changed if whole else None


def _moved(passage: str, span: Span, pair: tuple[str, str]) -> Span:
    start = len(swap(passage[: span[0]], *pair))
    return start, start + len(swap(passage[slice(*span)], *pair))


_Found = tuple[Example, str, str]
"""An answered example, a detail of it, and another to put in its place."""


def _find_shared(asked: Asked, names: Names, chance: random.Random) -> _Found | None:
    example = answered(asked, names, chance)
    if example is None or not example.kind.answered:
        return None
    return _choose(example, example.question, example.passage, names, chance)


def _find_in_answer(asked: Asked, names: Names, chance: random.Random) -> _Found | None:
    example = answered(asked, names, chance)
    if example is None or not example.answers:
        return None
    answer = example.passage[slice(*example.answers[0])]
    return _choose(example, answer, example.passage, names, chance)


def _choose(
    example: Example, asked: str, said: str, names: Names, chance: random.Random
) -> _Found | None:
    details = [detail for detail in find_details(asked, names) if holds(said, detail)]
    if not details:
        return None
    detail = chance.choice(details)
    other = draw_other(detail, example.question + example.passage, names, chance)
    return (example, detail, other) if other else None


def opposite(asked: Asked, names: Names, chance: random.Random) -> Example | None:
    """Ask for the opposite of what the passage tells: the lowest for the highest."""
    example = answered(asked, names, chance)
    if example is None or not example.kind.answered:
        return None
    for pair in OPPOSITES:
        for word, other in (pair, pair[::-1]):
            if word in example.question and word in example.passage:
                if other in example.question or other in example.passage:
                    continue
                changed = example.question.replace(word, other)
                return Example(changed, example.passage, Kind.OPPOSITE)
    return None


RULES: Mapping[Kind, Rule] = {
    Kind.ANSWERED: answered,
    Kind.CHANGED_ALIKE: changed_alike,
    Kind.TAKEN_OUT: taken_out,
    Kind.NEIGHBOUR: neighbour,
    Kind.OTHER_ASKED: other_asked,
    Kind.OTHER_SAID: other_said,
    Kind.OPPOSITE: opposite,
}
