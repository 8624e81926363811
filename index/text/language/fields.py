"""A question that asks for a field of a reply, not for what it says: who proposed it, its number.

What asks for a field is a whole phrase at the end of the question, or before what it is about
(谁提了……的提案), and the rest names a document: 补贴什么时候发 asks for no field.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from corpus.text.simplified import simplify
from corpus.types import FieldName
from index.text.language.typed import tidy_question


class Unread(StrEnum):
    """What is asked for as fields are, and is not read from replies: it stands behind its label."""

    SIGNER = "signer"
    CONTRIBUTORS = "contributors"


AskedField = FieldName | Unread

LONGEST = 100
"""A question of more characters says more than which reply is meant."""

_WHO = (
    r"(?:谁|什么人|哪(?:一?[个位名家些]|几[个位名])?"
    r"(?:政协)?(?:委员|代表|人大代表|民主党派|党派|界别|团体|人|单位|部门)?(?:们)?)"
)
_BODY = (
    r"(?:谁|什么(?:部门|单位|机关)|哪(?:一?[个家些]|几[个家])?"
    r"(?:部门|单位|机关|机构|街道|委办局|委局|局|委|厅|办))"
)
_WHEN = (
    r"[是在于]?(?:(?:什么|啥)(?:时候|时间)|何时|几时|(?:哪一?[天年月日]){1,3}|几[月号])"
    r"(?:才|正式|办结)?"
)
_WHAT = r"(?:[是为有叫]|都有)?(?:什么|多少|哪[个些类种位]|几号|谁|怎么?样|如何|啥)?"
_ANSWERED = r"(?:答复函?|回复|函复|作答|复函)"
_ANSWERS = rf"(?:{_ANSWERED}|办理|承办|主办|办|发|印发)"
_SIDE = r"(?:主办|会办|协办|承办)(?:单位|方)?"
_AT_LAST = r"(?:最后|最终|到底|究竟)?"
_PROPOSED = r"(?:提出?|提交)"

_BY_WORDS: dict[AskedField, str] = {
    Unread.SIGNER: rf"[是由]?{_WHO}签发的?|签发人{_WHAT}",
    Unread.CONTRIBUTORS: rf"(?:会办|协办|分办)(?:单位|部门)(?:都?[有是]|为)?{_BODY}?(?:哪些)?",
    FieldName.DOC_NUMBER: rf"(?:{_ANSWERED}|公文)?的?(?:文号|发文字号|发文号|文件号){_WHAT}"
    rf"|[是按用]?(?:几|多少)号文件?{_ANSWERED}的?",
    FieldName.RECIPIENT: rf"是?主送(?:机关|单位)?[是给]{{0,2}}(?:{_WHO}|{_BODY})?",
    FieldName.ROLE: rf"[是算]?{_SIDE}(?:还是|或者?|、){_SIDE}",
    FieldName.DISCLOSURE: rf"公开属性{_WHAT}",
    FieldName.PROPOSER: r"(?:提案|提出|领衔|联名)(?:人|委员|代表)"
    rf"(?:[是为]|都?有)?(?:{_WHO}|几[位个名]|叫什么(?:名字)?)?"
    r"|[是有由]?(?:几|多少)[位个名]?(?:政协|人大)?(?:委员|代表|人)(?:一起|共同)?"
    r"(?:联名|附议|联合提)(?:提?出?的?)?",
    FieldName.AGENCY: rf"[是由]?{_BODY}给?(?:答复|回复|函复)[的了]"
    rf"|(?:答复|发文|回复)(?:单位|部门|机关){_WHAT}",
    FieldName.DATE: rf"{_WHEN}{_ANSWERED}[的了]"
    r"|(?:答复|成文|发文|落款|回复)(?:日期|时间)[是为在]?(?:什么|多少|哪)?(?:时候|一?[天日年])?",
}
"""By these words alone nothing but a field of a document is asked for."""

_OF_DOCUMENTS: dict[AskedField, str] = {
    FieldName.PROPOSER: rf"[是由]?{_WHO}(?:联名|领衔|首先|最先)?[提写](?:出来?|交|上?来)?的?",
    FieldName.AGENCY: rf"[是由归]?{_BODY}(?:负责|来)?{_ANSWERS}(?:出来?)?[的了]?"
    rf"|(?:主办|承办|办理)(?:单位|部门|机关){_WHAT}",
    FieldName.DATE: rf"{_WHEN}(?:{_ANSWERED}|回|复|发出?|印发|成文|落款|办结|出具|签发)[的了]?"
    rf"|{_WHEN}[出给做作]出?了?的?{_ANSWERED}的?",
    FieldName.ASKED: rf"(?<=[言信件帖子求诉询])的?{_WHEN}"
    rf"(?:留言?|反映|来信|{_PROPOSED}|写|发|问|投诉)的?",
    FieldName.MATTER_NUMBER: r"是?第?(?:几|多少)号(?:提案|建议|议案)?"
    rf"|(?:提案|建议|议案)?的?(?:编号|案号|提案号|建议号){_WHAT}",
    FieldName.SESSION: r"是?在?哪(?:一?[次届个]){1,2}(?:政协|人大)?(?:全体)?(?:会议|会|大会)?上?"
    rf"{_PROPOSED}的?|届次{_WHAT}",
    FieldName.RECIPIENT: rf"是?(?:{_ANSWERED}|[发写送寄]|抄?报送)给?了?(?:{_WHO}|{_BODY})的?",
    FieldName.OUTCOME: rf"办理(?:结果|类别){_WHAT}"
    rf"|{_AT_LAST}(?:[是算]|属于|定为)?[a-c]类(?:(?:还是|或者?|、)[a-c]类?){{1,2}}"
    rf"|{_AT_LAST}(?:[是算]|属于|定为)(?:哪一?类|几类|什么类别?|哪个类别)的?"
    rf"|{_AT_LAST}[是被]?(?:采纳|解决)(?:或解决)?了?(?:还是|或)只?是?"
    r"(?:留作参考|列入计划|没采纳)了?",
    FieldName.DISCLOSURE: r"(?:是|是否|是不是)(?:主动|依申请)?公开的?",
    FieldName.CONTACT_PHONE: r"(?:[里上]的?)?联系(?:电话|方式)(?:是|号码)?(?:多少|什么)?"
    r"|(?<![诉询议])(?<![诉询议]的)电话(?:是|号码)?多少",
    FieldName.CONTACT_PERSON: rf"(?:[里上]的?)?(?:联系人|经办人|承办人){_WHAT}",
}
"""By these where the rest ends as what names a document does."""

_DOCUMENT = re.compile(
    r"(?:提案|建议|议案|答复函?|复函|回复|(?:会办|协办|答复)意见|留言|来信|信件|帖子"
    r"|(?<=[的件份条封])(?:诉求|投诉|咨询)|\d号|[这那该此]一?[件份条封](?:文件)?)"
    r"[的，, ]*$"
)
"""How what names a document ends."""

_BEFORE = {
    FieldName.PROPOSER: rf"{_WHO}(?:联名|领衔)?{_PROPOSED}[的了](?P<rest>.*)",
    FieldName.AGENCY: rf"{_BODY}{_ANSWERED}[的了](?P<rest>.*)",
}
"""What is asked for first, of the document that follows."""

_BETWEEN = r"(?:(?<![提复发写办出])的)?[，,、和及 ]*"
_PHRASES: tuple[tuple[AskedField, re.Pattern[str], bool], ...] = tuple(
    (name, re.compile(rf"{_BETWEEN}(?:{phrases})[呢啊呀吗？?。！!，, ]*$", re.I), alone)
    for phrases_of, alone in ((_BY_WORDS, True), (_OF_DOCUMENTS, False))
    for name, phrases in phrases_of.items()
)
_FIRST = tuple((name, re.compile(phrase)) for name, phrase in _BEFORE.items())
_ASKS = re.compile(r"什么|怎么|多少|哪|谁|几[个位号]|如何|为何|是否|吗")

_NO_NAME = re.compile(
    r"^(?:那么?|它的?)|关于|有关|对于|针对|涉及"
    r"|[这那该此某](?:一?[件份条封个篇])?(?=$|提案|建议|议案|答复|复函|意见|留言|信|帖|会办|文)"
    r"|的?(?:会办|协办)?(?:提案|建议|议案|答复函?|复函|回复|意见|留言|来信|信件|帖子|诉求|投诉|咨询|问题)"
    r"(?=$|[的，, ])"
)
"""What only says that a document is meant."""


@dataclass(frozen=True, slots=True)
class FieldsAsked:
    """The fields that a question asks for, and what names the reply whose they are.

    :ivar document: as the question has it: 望湖区托育那件提案.
    :ivar matter: the same without what only says that it is a document: 望湖区托育.
    """

    fields: tuple[AskedField, ...]
    document: str
    matter: str


def find_fields_asked(question: str, of_document: bool = False) -> FieldsAsked | None:
    """Return which fields of which reply a question asks for; None where it asks for none.

    :param of_document: whether it is known to be about a document, whatever it names.
    """
    text = tidy_question(simplify(question)).rstrip("？?。！! ")
    if len(text) > LONGEST:
        return None
    fields: list[AskedField] = []
    while (found := _last(text)) is not None:
        name, text, alone = found
        fields.insert(0, name)
        of_document = of_document or alone
    if not fields and (found := _first(text)):
        name, text, of_document = found
        fields.append(name)
    if not fields or _ASKS.search(text) or not (of_document or _DOCUMENT.search(text)):
        return None
    matter = _NO_NAME.sub(" ", text).strip("的，,、 ")
    return FieldsAsked(tuple(dict.fromkeys(fields)), text, matter)


def find_left_out(question: str, earlier: str) -> str | None:
    """Return how an earlier question for fields names the reply, where this one doesn't.

    Empty where the earlier one asks for no fields; None where this one doesn't, or names a reply.
    """
    before = find_fields_asked(earlier)
    asked = find_fields_asked(question, of_document=before is not None)
    if asked is None or asked.matter:
        return None
    return before.document if before else ""


def _last(text: str) -> tuple[AskedField, str, bool] | None:
    """Return the field that a question asks for at its end, what stands before, and how.

    The last tells whether the words alone say that it is one.
    """
    matches = ((name, phrase.search(text), alone) for name, phrase, alone in _PHRASES)
    found = [(name, match.start(), alone) for name, match, alone in matches if match]
    if not found:
        return None
    name, start, alone = min(found, key=lambda each: each[1])
    return name, text[:start], alone


def _first(text: str) -> tuple[AskedField, str, bool] | None:
    """Return the field that a question asks for before it names the document, likewise."""
    matches = ((name, phrase.fullmatch(text)) for name, phrase in _FIRST)
    return next(((name, match["rest"], False) for name, match in matches if match), None)
