"""What answers a question that asks for a field of a reply: the place where the field stands.

The reply is found by what is left of the question, and must plainly be the one that this names: by
its number, or by all the words of its matter. A field that is known, and stands nowhere in the text
or not at all, is told as unwritten.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.filters import Filters
from corpus.text.redact import redact_about
from corpus.types import Field, FieldName, Kind, Passage, PassageRole, Reply
from index.answers.answer import REPLIES_RANKED, Finding, Unwritten
from index.answers.expect import lacks_number
from index.answers.question import read_question
from index.answers.quotes import Excerpt
from index.ranking.hits import RankedReply
from index.ranking.query import Query
from index.ranking.retrieve import ASKED_DOUBT, Retriever
from index.text.language.fields import AskedField, FieldsAsked, Unread, find_fields_asked
from index.text.segment import normalise

NEWEST, MOST_ALIKE = 3, 6
"""So many of the replies that fit alike are quoted, the newest; where more fit, none is named."""

PLAINLY, BY_NUMBER = 0.92, 0.85
"""The share of what names a reply that its own names must cover; less where its number is given,
which may be written otherwise. Of the questions this was tried on the right reply covers all, no
other more than .85."""

ALIKE = 0.02
"""By so much less covered, another reply fits as well."""

_NAMES = (
    *(FieldName.TITLE, FieldName.MATTER_TITLE, FieldName.AGENCY, FieldName.REGION),
    *(FieldName.DOC_NUMBER, FieldName.MATTER_NUMBER, FieldName.SESSION),
    *(FieldName.PROPOSER, FieldName.RECIPIENT),
)
"""What a reply may be named by."""

_OF_MEMBERS, _OF_DEPUTIES = (
    frozenset({Kind.PROPOSAL, Kind.OPINION}),
    frozenset({Kind.SUGGESTION, Kind.OPINION}),
)
_OF_CITIZENS = frozenset({Kind.MESSAGE, Kind.OTHER})
_KINDS = (
    (re.compile("会办|协办"), (frozenset({Kind.OPINION}),)),
    (re.compile("政协|委员"), (_OF_MEMBERS,)),
    (re.compile("人大|议案|代表"), (_OF_DEPUTIES,)),
    (re.compile("提案"), (_OF_MEMBERS, _OF_DEPUTIES)),
    (re.compile("建议"), (_OF_DEPUTIES, _OF_MEMBERS, _OF_CITIZENS)),
    (re.compile("留言|来信|信件|帖子|诉求|投诉"), (_OF_CITIZENS,)),
)
"""What a document may be that is called so; what comes first is what it is, where both are there.
"""
_BODY = re.compile("([省市区县])?(?:第?[一二三四五六七八九十]{1,3}届)?(政协|人大)")

_LABELLED = {
    Unread.SIGNER: re.compile(
        r"(?m)(?:^|(?<=[\s|｜号]))签\s?发\s?人?\s?[：:]\s?([^\s|｜，。；：:]{2,12})"
    ),
    Unread.CONTRIBUTORS: re.compile(
        r"(?m)(?:^|(?<=[\s|｜]))(?:会办|协办|分办)(?:单位|部门)\s?[：:]\s?([^\n|｜。：:]{2,80})"
    ),
}
"""Labels of the head and the foot; within a sentence they may be anybody's words."""

_PROPOSERS = re.compile(r"(?:等[^\n，。：:；]{0,6}?)?(?:委员|代表)")
"""What belongs to the names of proposers: 等3位委员."""

_LEADS = re.compile("主办|承办")
"""Who gives an opinion (会办意见) does not."""

_BETWEEN = 6


def find_fields(retriever: Retriever, query: Query, filters: Filters) -> Finding | None:
    """Find the fields that a question asks for; None where it asks for none, or names no reply.

    It is as sure as it is that the reply meant is among those quoted. Where no reply has the number
    that it names, nothing else answers either.
    """
    asked = find_fields_asked(query.text)
    if asked is None or not asked.matter:
        return None
    named = retriever.analyse(asked.document, query.exactly)
    ranked = tuple(retriever.rank_replies(named, REPLIES_RANKED, filters))
    fitting = _fitting(retriever, asked, named, ranked)
    if FieldName.AGENCY in asked.fields and _LEADS.search(query.text):
        fitting = [e for e in fitting if e[0].reply.value(FieldName.KIND) != Kind.OPINION]
    if not fitting and (named.numbers.documents or named.numbers.matters):
        return Finding(query, ranked, (), 0.0)
    if not 0 < len(fitting) <= MOST_ALIKE:
        return None
    chosen = sorted(fitting, key=lambda e: e[0].reply.value(FieldName.DATE) or "", reverse=True)
    chosen = chosen[:NEWEST]
    excerpts: list[Excerpt] = []
    unwritten: list[Unwritten] = []
    for entry, _ in chosen:
        for name in asked.fields:
            found = list(_quote(entry.reply, name))
            excerpts += found
            if not found:
                unwritten.append(Unwritten(name, entry.reply, _recorded(entry.reply, name)))
    sure = min(covered for _, covered in chosen) * (1 - ASKED_DOUBT) * len(chosen) / len(fitting)
    first = [entry for entry, _ in chosen]
    others = [entry for entry in ranked if entry not in first]
    return Finding(
        query,
        (*first, *others),
        tuple(replace(each, score=sure) for each in excerpts),
        sure if excerpts else 0.0,
        tuple(unwritten),
    )


def _fitting(
    retriever: Retriever, asked: FieldsAsked, named: Query, ranked: Sequence[RankedReply]
) -> list[tuple[RankedReply, float]]:
    """Return the replies that plainly are what a question names, with how much they cover of it."""
    numbered = retriever.library.holding(named.numbers)
    by_number = bool(named.numbers.documents or named.numbers.matters)
    least = BY_NUMBER if by_number else PLAINLY
    matter = retriever.analyse(asked.matter, named.exactly)
    question = read_question(matter, retriever.analyser.encoders)
    covered = [
        (entry, question.cover(names).covered)
        for entry in ranked
        if not by_number or entry.reply_id in numbered
        for names in [_names_of(entry.reply)]
        if all(normalise(place) in names for place in matter.places)
        and (by_number or not lacks_number(question.query.normalised, names))
        and _of_body(asked.document, entry.reply)
    ]
    most = max((share for _, share in covered), default=0.0)
    fitting = [(e, share) for e, share in covered if share >= max(least, most - ALIKE)]
    return _of_kind(asked.document, fitting)


def _names_of(reply: Reply) -> str:
    """Return what a reply may be named by, without personal data."""
    year = (reply.value(FieldName.DATE) or "")[:4]
    names = [redact_about(reply, value) for name in _NAMES for value in reply.values(name)]
    return normalise("\n".join([*names, f"{year}年"]))


def _of_body(document: str, reply: Reply) -> bool:
    """Tell whether a reply's session is of the body, and of the level, that a question names."""
    asked, own = (_BODY.search(t) for t in (document, reply.value(FieldName.SESSION) or ""))
    if asked is None or own is None:
        return True
    return asked[2] == own[2] and (not asked[1] or not own[1] or asked[1] == own[1])


def _of_kind(
    document: str, fitting: list[tuple[RankedReply, float]]
) -> list[tuple[RankedReply, float]]:
    """Leave those of the kind that a question calls it by, where there are any."""
    kinds = next((kinds for word, kinds in _KINDS if word.search(document)), None)
    if kinds is None:
        return fitting
    groups = ([e for e in fitting if e[0].reply.value(FieldName.KIND) in own] for own in kinds)
    return next(filter(None, groups), [])


def _quote(reply: Reply, name: AskedField) -> Iterator[Excerpt]:
    """Yield excerpts of the places where a field stands in a reply's text."""
    for start, end in _places(reply, name):
        passage = Passage(reply.id, start, end, reply.text[start:end], (), PassageRole.OPENING)
        yield Excerpt(reply, passage, start, end, 1.0, field=name)


def _places(reply: Reply, name: AskedField) -> Iterator[tuple[int, int]]:
    if isinstance(name, Unread):
        if match := _LABELLED[name].search(reply.text):
            yield match.span(1)
        return
    spans = sorted({(f.start, f.end) for f in reply.fields if f.name is name and f.start >= 0})
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and _beside(reply.text[joined[-1][1] : start]):
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    for start, end in joined:
        more = _PROPOSERS.match(reply.text, end) if name is FieldName.PROPOSER else None
        yield start, more.end() if more else end


def _beside(between: str) -> bool:
    """Tell whether what stands between two values of a field leaves them one list."""
    return len(between) <= _BETWEEN and not re.search(r"[\n。；]", between)


def _recorded(reply: Reply, name: AskedField) -> tuple[Field, ...]:
    """Return what is known of a field that stands nowhere in the text."""
    return tuple(field for field in reply.fields if field.name is name and field.start < 0)
