"""Questions made of sentences: a figure, a time or an agency gives way to a word that asks for it.

(Lewis et al., Unsupervised Question Answering by Cloze Translation, 2019; by rules in the place of
their translator.)
"""

from __future__ import annotations

import random
import re

from corpus.text.sentences import sentence_spans
from eval.training.reader.asked import Asked, Span
from eval.training.reader.details import AGENCY

_NUMBER = r"(?:\d+(?:\.\d+)?|[一二三四五六七八九十百千]+)"
_APART = r"(?<![\d.第月一二三四五六七八九十百千])"
"""Before a number: it is no part of another, of an ordinal or of a date."""

_UNITS = (
    "个工作日|个月|小时|分钟|平方米|公里|公顷|周岁|日|天|年|周|米|亩|吨|人|户|家|个|所|套|件|条|处"
    "|辆|倍|岁|次|批|栋|名|台|座|项|起|份|位"
)

ASKING = (
    (r"(?<!\d)(?:(?:19|20)\d\d年)?\d{1,2}月\d{1,2}日", ("什么时候", "何时", "哪一天", "几号")),
    (r"(?<!\d)(?:19|20)\d\d年(?!\d)", ("哪一年", "什么时候", "何时")),
    (rf"{_APART}{_NUMBER}[万亿]{{0,2}}元", ("多少钱", "多少元", "多少")),
    (rf"(?<![\d.])\d+(?:\.\d+)?%|百分之{_NUMBER}", ("多少", "百分之几", "多大比例")),
    (
        rf"{_APART}(?!(?:19|20)\d\d年|一[个家次条人所套件处]){_NUMBER}(?P<unit>{_UNITS})",
        ("多少", "几"),
    ),
    (rf"[市县区省]?{AGENCY.pattern}", ("哪个部门", "哪个单位", "谁")),
)
"""What is asked for, and the words that ask in its place; a unit stays."""

_FORMS = tuple((re.compile(form), words) for form, words in ASKING)

_SHORTEST = 12
"""The fewest characters of a question."""

_LONGEST = 60
"""Longer sentences are asked by the clause that lacks a part and those before it that have room."""

_LEAD = re.compile(
    r"^(?:[一二三四五六七八九十]+是|第[一二三四五六七八九十百]+条|[（(]?[一二三四五六七八九十\d]{1,2}[)）、]"
    r"|但是|但|同时|此外|其中|另外|据悉|据介绍|而且|并且|并|而)[，、：\s]*"
)


def make_cloze(text: str, chance: random.Random) -> Asked | None:
    """Make one question about a text, by chance of those that there are; None where there is none.

    What is asked for stands once in the text.
    """
    made: list[tuple[Span, str]] = []
    for start, end in sentence_spans(text):
        for form, words in _FORMS:
            for match in form.finditer(text, start, end):
                if text.count(match[0]) == 1:
                    asking = chance.choice(words) + (match.groupdict().get("unit") or "")
                    question = _ask(text[start : match.start()], asking, text[match.end() : end])
                    if len(question) >= _SHORTEST:
                        made.append((match.span(), question))
    if not made:
        return None
    span, question = chance.choice(made)
    return Asked(question, text, (span,))


def _ask(before: str, asking: str, behind: str) -> str:
    sentence = before + asking + behind
    if len(sentence) > _LONGEST:
        behind = re.split("[，；,;]", behind, maxsplit=1)[0]
        clauses = re.split("(?<=[，；：,;:])", before)
        while len(clauses) > 1 and sum(map(len, clauses)) + len(behind) > _LONGEST - 10:
            del clauses[0]
        before = "".join(clauses)
    return f"{_LEAD.sub('', (before + asking + behind).strip())[:_LONGEST].rstrip('。；;！，,')}？"
