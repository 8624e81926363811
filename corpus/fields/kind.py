"""What kind of reply a text is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.fields.layout import Layout
from corpus.spans import squeeze
from corpus.types import Field, FieldName, Kind

_ANSWER = r"(?:答复|复函|回复|函复|函|批复|意见|情况|反馈|单)"
_IN_TITLE = (
    (re.compile(r"(?:会办|协办|分办)[^，。]{0,4}(?:意见|函|答复|回复|单)"), Kind.OPINION),
    (
        re.compile(rf"^(?!.*政协).*(?:人大|人民代表大会).*号.{{0,4}}提案.*{_ANSWER}"),
        Kind.SUGGESTION,
    ),
    (re.compile(rf"提案.*{_ANSWER}"), Kind.PROPOSAL),
    (re.compile(rf"^(?!.*(?:人大|代表)).*政协.*{_ANSWER}"), Kind.PROPOSAL),
    (re.compile(rf"(?:人大|代表|人民代表大会|号).*(?:建议|议案).*{_ANSWER}"), Kind.SUGGESTION),
    (re.compile(rf"政协.*{_ANSWER}"), Kind.PROPOSAL),
    (re.compile(rf"(?:网友|网民|留言|来信|来帖|信访|市民|市长信箱).*{_ANSWER}"), Kind.MESSAGE),
    (re.compile(r"提案(?:[（(].*[）)])?$"), Kind.PROPOSAL),
)
_ANSWERED = re.compile(r"的(?P<matter>建议|议案|提案)[”》]?的?(?:办理)?(?:答复|复函|回复)")
_QUOTED = re.compile(r"[“《][^”》]{2,120}[”》]")
_TAKEN_UP = r"(?:收悉|已悉|悉[。，]|收到|敬悉|已阅|[由交转列][^。]{0,12}(?:我|办理|研究|建议)|如下)"
_IN_OPENING = (
    (
        re.compile(
            r"(?:会办|协办)[^，。]{0,4}意见|(?:请|由)[^。]{0,8}(?:综合|汇总|一并)[^。]{0,6}答复"
        ),
        Kind.OPINION,
    ),
    (re.compile(rf"提案[^。]{{0,60}}{_TAKEN_UP}|政协[^。]{{0,80}}提案"), Kind.PROPOSAL),
    (
        re.compile(rf"(?:人大|代表|人民代表)[^。]{{0,100}}(?:建议|议案)[^。]{{0,60}}{_TAKEN_UP}"),
        Kind.SUGGESTION,
    ),
)
_OF_MATTER = re.compile(rf"(?:建议|议案|提案)[^。]{{0,60}}{_TAKEN_UP}")
_ASIDE = r"(?:[（(][^（）()]{1,20}[）)])?"
_SALUTATIONS = (
    (re.compile(rf"代表(?:们|团)?{_ASIDE}[：:]?$"), Kind.SUGGESTION),
    (re.compile(rf"委员(?:们)?{_ASIDE}[：:]?$"), Kind.PROPOSAL),
    (
        re.compile(
            r"(?:民革|民盟|民建|民进|农工|致公党|九三学社|台盟|民主建国会|民主同盟|民主促进会|革命委员会|工商联|"
            r"工商业联合会|政协.{0,20}(?:委员会|委))"
        ),
        Kind.PROPOSAL,
    ),
)
_PROPOSAL_WORDS = re.compile(r"提案|政协")
_MESSAGE = re.compile(r"留言|来信|来帖|发帖|网帖|帖文|跟帖|诉求|来电|信件|投诉|反映|咨询|信访|问政")
_CITIZEN = re.compile(r"网友|网民|留言|网帖|[发来跟网一]帖|发贴|来信|信件|问政")
_GREETING = re.compile(r"[您你]好")
_GREETING_LIMIT = 60
_NEAR = 400
_FIRST = 120


def find_kind(
    layout: Layout, title: Field | None, question: str | None, labelled: Sequence[Field] = ()
) -> Field:
    """Return the kind of reply with the words that show it.

    `question` says where the citizen's message was found: `column:留言内容`, `question`; None where
    there is none. A column with a message makes a 留言答复 whatever the text says, a message above
    a letter only where the letter shows no other kind. Where nothing shows the kind it is 其他,
    with origin `default`. `labelled` are the fields that labels announce.
    """
    message = Field(FieldName.KIND, Kind.MESSAGE.value, origin=question or "")
    if question is not None and question.startswith("column:"):
        return _message(layout, title) or message
    found = _titled(layout, title)
    if found is None and not layout.to_citizen:
        found = _opened(layout)
    found = found or _labelled(labelled) or _of_title(layout, title)
    if found is None and question is not None:
        return _message(layout, title) or message
    return (
        found
        or _message(layout, title)
        or Field(FieldName.KIND, Kind.OTHER.value, origin="default")
    )


def _titled(layout: Layout, title: Field | None) -> Field | None:
    if title is None or title.start < 0:
        return None
    zone = squeeze(layout.text, title.start, title.end)
    for pattern, kind in _IN_TITLE:
        match = pattern.search(zone.text)
        if match:
            return Field(FieldName.KIND, kind.value, *zone.span(*match.span()))
    return None


def _of_title(layout: Layout, title: Field | None) -> Field | None:
    """Tell the kind by what the title says is answered, where the letter says nothing else."""
    match = _ANSWERED.search(title.value) if title and title.start >= 0 else None
    if title is None or match is None or layout.to_citizen:
        return None
    kind = Kind.SUGGESTION if match["matter"] != "提案" else Kind.PROPOSAL
    return Field(FieldName.KIND, kind.value, title.start, title.end)


def _opened(layout: Layout) -> Field | None:
    zone = squeeze(layout.text, *layout.opening)
    # What a matter is called tells less than how the letter speaks of it: 《……的建议》的提案.
    plain = _QUOTED.sub(lambda quoted: "　" * len(quoted.group()), zone.text)
    who = squeeze(layout.text, *layout.salutation).text
    greeted = next((kind for pattern, kind in _SALUTATIONS if pattern.search(who)), None)
    for pattern, kind in _IN_OPENING:
        match = pattern.search(plain)
        if match and (greeted is None or kind is Kind.OPINION or kind is greeted):
            return Field(FieldName.KIND, kind.value, *zone.span(*match.span()))
    match = _OF_MATTER.search(zone.text)
    if match is None:
        return None
    if greeted is None and layout.anchored and _PROPOSAL_WORDS.search(zone.text):
        greeted = Kind.PROPOSAL
    if greeted is None:
        return None
    return Field(FieldName.KIND, greeted.value, *zone.span(*match.span()))


def _labelled(fields: Sequence[Field]) -> Field | None:
    """Tell the kind by what a label calls the matter: `提案题目：关于……的提案`."""
    for field in fields:
        if field.name in (FieldName.MATTER_TITLE, FieldName.TITLE):
            match = re.search(r"提案$|(?:建议|议案)$", field.value)
            if match:
                kind = Kind.PROPOSAL if match.group() == "提案" else Kind.SUGGESTION
                return replace(field, name=FieldName.KIND, value=kind.value)
    return None


def _message(layout: Layout, title: Field | None) -> Field | None:
    start, end = layout.salutation
    if layout.to_citizen:
        return Field(FieldName.KIND, Kind.MESSAGE.value, start, end)
    body = layout.opening[0]
    greeting = _GREETING.search(layout.text, body, body + _GREETING_LIMIT)
    match = None
    if greeting:
        match = _MESSAGE.search(layout.text, greeting.end(), greeting.end() + _NEAR)
    elif title is None:
        match = _CITIZEN.search(layout.text, body, body + _FIRST)
    return Field(FieldName.KIND, Kind.MESSAGE.value, *match.span()) if match else None
