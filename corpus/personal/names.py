"""Names of private persons in running text: after what they are, before their number, in greetings.

A name is known by its surname, by what stands before it and by what may follow it. No list of given
names could tell 张小平 from 张贴公告; what surrounds them can.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from corpus.personal.called import (
    AMBIGUOUS,
    ANY_NAME,
    CIVIL,
    CLEAR,
    CLEAR_NAME,
    DOUBLE,
    FIRST,
    GIVEN,
    HAN,
    LIKELY_NAME,
    NAME,
    NO_NAMES,
    NO_WORD,
    RARE,
    ROLES,
    THREE,
    TITLE,
    is_no_name,
    role_ends,
)
from corpus.personal.numbers import PHONE, around_numbers, is_phone
from corpus.personal.public import is_known
from corpus.types import Redaction, Secret

_THEN = (
    rf"(?=[^{HAN}]|$|反映|来信|来电|来访|投诉|举报|咨询|留言|提出|提交|[您你]好?"
    r"|[的在因等家称说与和及向已未系是为到所于住之不把将被从按均也又则即可会要请给对同并曾无有用去来拿收打拖欠拒户诉"
    r"了占养独装驾骑违私擅搭堆停非阻殴骂偷购卖租缴患失符享领签经既起遭找带写]"
    rf"|{TITLE}|属于|驾驶|申请|要求|表示|承办|负责|名下|夫妇|去世|死亡|受伤|本人|我|俺|咱|居住|住院|今年|现年|当时|多次|没有|还没|天天|每天|每月|经常|[一二三四五六七八九]十?岁)"
)
_LABELLED = (
    rf"(?:(?:{DOUBLE}|[{CLEAR}{AMBIGUOUS}和向])(?:{GIVEN}){{1,2}}?|[{RARE}](?:{GIVEN}){{2}})"
)
_AFTER_ROLE = re.compile(
    rf"(?:\s?[：:|]\s{{0,2}}(?P<labelled>{NO_WORD}{_LABELLED})(?=[^{HAN}]|$|{TITLE})|\s?(?P<name>{NO_WORD}(?:{CLEAR_NAME}{_THEN}"
    rf"|{THREE}(?=[^{HAN}]|$|{CIVIL}|[您你]好|反映|投诉|举报|表示|要求|不退|不还|[因称诉说占违拒])|{ANY_NAME}(?=、{NO_WORD}(?:{CLEAR_NAME}|{THREE}(?=[^{HAN}]|[均都]))|[（(“”\"]|，\s?(?:[男女][，,]|律师|身份证|电话|手机|住)|{CIVIL}|[您你]好|反映))))"
)
_MORE = re.compile(
    rf"\s?(?:[、/和与]|[（(][^（()）\n]{{0,40}}[）)]\s?[、，,；;和与])\s?(?P<name>{NO_WORD}(?:{CLEAR_NAME}|{THREE}))(?=[^{HAN}]|$|[等的因均都在于]|[一二两三四五六]人)"
)

_MYSELF = re.compile(
    rf"(?:我(?:名?叫|是)|名叫|本人(?:叫|姓名)?)[：:，]?(?P<name>{NAME})(?=[^{HAN}]|$)"
)
_CALLED = re.compile(
    rf"(?:我名?叫|名叫|本人叫|本人姓名|本人(?=向[^\n]{{2}}[，,]))[：:，]?(?P<name>{NO_WORD}[和向{RARE}](?:{GIVEN}){{2}})"
    rf"(?=[^{HAN}]|$|的)"
)
_CUE = (
    rf"(?:(?<![{HAN}])|(?<=[的找与和向由给对经将局办科处室部股队所站镇村校院社厂])|(?<=联系)|(?<=咨询)|(?<=转告)"
    r"|(?<=答复)|(?<=回复)|(?<=尊敬)|(?<=关于)|(?<=经查)|(?<=收到)|(?<=收悉))"
)
_ACTS = re.compile(
    r"先生|女士|小姐|老人|大爷|大妈|阿姨|奶奶|爷爷|同学|家长|师傅|老师|经理|主任|科长|所长|站长|股长"
    r"|反映|同志反映|同志来信|投诉|信访|来信|来电|举报|等[一二两三四五六七八九十\d]{1,2}人|，\s?[男女][，,、]|（\s?[男女][，,）、]"
    r"|（(?:身份证|公民身份|手机|电话|联系)|的身份证|的户籍|"
    # Each alternative begins with its own sign, as `re` then skips to the next of them at once.
    + "|".join(f"{sign}[商业设国]银行[卡账]" for sign in ["的[工农建中]", *"工农建中"])
)
"""What follows a name: a title, what a person did, or what a person has."""
_NAME_BEFORE = re.compile(rf"{_CUE}(?P<name>{LIKELY_NAME})$")
_FEW = r"一二两三四五六七八九十\d"
_TOGETHER = re.compile(
    # First what each begins with: `re` skips to the next of these signs at once.
    rf"[{_FEW}等系双之夫共签发](?:(?<=[{_FEW}])[{_FEW}]?[人户]|(?<=等)(?:[{_FEW}]{{1,2}}[人户]|人)"
    r"|(?<=系)(?<![关联]系)|(?<=双)方|(?<=之)间|(?<=夫)[妻妇]|(?<=两)家|(?<=共)同|(?<=签)订|(?<=发)生)"
)
_NAMES_BEFORE = re.compile(rf"(?P<names>{LIKELY_NAME}(?:[、与和]{NO_WORD}{CLEAR_NAME}){{1,8}})$")
_BETWEEN_NAMES = re.compile(f"[、与和][{FIRST}]")
_LIST = 40
"""Several names take up to so many characters."""
_REACHED = re.compile(r"[\s，,；;、|]{1,4}(?:联系)?(?:电\s?话|手\s?机|方式|[（(+]?\d{3})")
_SIGNED = re.compile(
    rf"(?:敬礼|此致|谢谢|盼复|感谢|恳请)[！!。.\s]{{0,4}}\n[ \u3000]{{0,30}}"
    rf"(?P<name>{NAME})[ \u3000]{{0,4}}(?=\n|$|\d)"
)
_BETWEEN = (
    r"[的，,：:\s]{0,2}(?:[（(](?:[^（()）\n]{1,8}[，,、])?)?(?:联系|办公)?(?:电话|手机|方式|号码|微信|座机|固话|内线|[Tt]el|TEL)?"
    r"(?:号码?)?[为是：:\s]{0,3}(?=[（(]?[\d+])"
)
_BEFORE_NUMBER = re.compile(
    rf"(?P<name>(?:{DOUBLE}|[{CLEAR}{AMBIGUOUS}])(?:{GIVEN}){{1,2}})"
    rf"(?P<title>{TITLE}?){_BETWEEN}"
)
_FURTHER_ON = re.compile(
    r"(?:(?![拨打询局委办中]|热线)[^。！？；\n]){0,40}?[，,](?:联系|家庭|本人|[他她其])?的?(?:电话|方式|座机|固话)[为是：:\s]{0,3}(?=[（(]?\d)"
    r"|[^。！？；，,（(\n]{0,8}[（(](?=0\d{2,3}-)"
    r"|(?:同志)?联系[，,][^。！？；\n]{0,30}?[，,]电话[为是：:\s]{0,3}(?=[（(]?\d)"
)
"""From a person to a telephone further on in the sentence, that no office is named with."""
_TITLED = re.compile(rf"[{CLEAR}{AMBIGUOUS}]{TITLE}{_BETWEEN}")
"""An official by surname and title, whose number follows: 王科长（8765…）."""
_TO_NUMBER = re.compile(rf"{TITLE}?{_BETWEEN}")
_GREETING = re.compile(
    r"[您你：:](?:(?<=[您你])们?好|(?<=[：:])\s{0,6}(?:[您你]|本机关|本局|我局|经))"
)
_LONGEST_GREETED = 30
_GREETED = re.compile(
    rf"(?:^|[：:。])[ 　]{{0,4}}(?:(?:尊敬|亲爱)的)?[ ]?(?:{ROLES})?(?P<name>{NAME})"
    rf"(?P<title>{CIVIL}?)[ ]?(?:[，,！!]?[您你]们?好|[：:]\s{{0,6}}"
    r"(?P<then>[您你]|本机关|本局|我局|经))",
    re.M,
)


def iter_names(plain: str, greetings: bool = True) -> Iterator[Redaction]:
    """Yield the names of private persons; the text must be `legible`.

    :param greetings: whether who is greeted is a private person, not a deputy.
    """
    yield from _introduced(plain)
    yield from _greeted(plain) if greetings else ()
    yield from _acting(plain)
    yield from _acting_together(plain)
    for end in role_ends(plain):
        yield from _with_more(plain, _AFTER_ROLE.match(plain, end))
    for start, end in around_numbers(plain):
        yield from _before_numbers(plain, start, end)


def iter_phones_of(plain: str, persons: Iterable[Redaction]) -> Iterator[Redaction]:
    """Yield the telephone numbers that stand behind persons, office lines among them.

    That is right behind them, further on in a private person's sentence, or behind an official's
    surname and title.
    """
    for person in persons:
        between = _TO_NUMBER.match(plain, person.end) or _FURTHER_ON.match(plain, person.end)
        if between:
            yield from _phone_at(plain, between.end())
    for start, end in around_numbers(plain):
        for titled in _TITLED.finditer(plain, start, end):
            yield from _phone_at(plain, titled.end())


def _phone_at(plain: str, at: int) -> Iterator[Redaction]:
    number = PHONE.match(plain, at)
    if number and is_phone(plain, number):
        yield Redaction(*number.span(), Secret.PHONE)


_SIGN = re.compile(f"[{HAN}]")
_ADDRESSED = re.compile(rf"{TITLE}|[：:]")


def iter_again(text: str, name: str) -> Iterator[Redaction]:
    """Yield further places of a person's name.

    A name of two characters may be a common word (高峰); it counts only where it stands alone or
    where a title follows.
    """
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        # No pattern with the name in it: to compile one for each takes longer than to look.
        alone = not _SIGN.match(text, end) and not (start and _SIGN.match(text, start - 1))
        if len(name) > 2 or alone or _ADDRESSED.match(text, end):
            yield Redaction(start, end, Secret.PERSON)
            start = text.find(name, end)
        else:
            start = text.find(name, start + 1)


def _introduced(plain: str) -> Iterator[Redaction]:
    for pattern in (_MYSELF, _CALLED, _SIGNED):
        for match in pattern.finditer(plain):
            yield from _named(match, "name")


def _greeted(plain: str) -> Iterator[Redaction]:
    for greeting in _GREETING.finditer(plain):
        before = max(greeting.start() - _LONGEST_GREETED, 0)
        for match in _GREETED.finditer(plain, before, greeting.end()):
            yield from _named(match, "name")


def _acting(plain: str) -> Iterator[Redaction]:
    for act in _ACTS.finditer(plain):
        if match := _NAME_BEFORE.search(plain, max(act.start() - 4, 0), act.start()):
            yield from _named(match, "name")


def _acting_together(plain: str) -> Iterator[Redaction]:
    listed = _BETWEEN_NAMES.search(plain)
    for act in _TOGETHER.finditer(plain, listed.end()) if listed else ():
        before = max(act.start() - _LIST, 0)
        if not _BETWEEN_NAMES.search(plain, before, act.start()):
            continue
        if match := _NAMES_BEFORE.search(plain, before, act.start()):
            for name in re.finditer(r"[^、与和]+", match["names"]):
                yield from _person(match.start() + name.start(), name.group())


def _named(match: re.Match[str], group: str | int) -> Iterator[Redaction]:
    yield from _person(match.start(group), match[group])


def _person(start: int, name: str) -> Iterator[Redaction]:
    if not is_no_name(name) and not is_known(name):
        yield Redaction(start, start + len(name), Secret.PERSON)


def _with_more(plain: str, match: re.Match[str] | None) -> Iterator[Redaction]:
    while match and not is_no_name(
        match[match.lastgroup or 0], match.lastgroup == "labelled" and _is_reached(plain, match)
    ):
        yield Redaction(*match.span(match.lastgroup or 0), Secret.PERSON)
        match = _MORE.match(plain, match.end())


def _before_numbers(plain: str, start: int, end: int) -> Iterator[Redaction]:
    for match in _BEFORE_NUMBER.finditer(plain, start, end):
        number = PHONE.match(plain, match.end())
        name = match["name"]
        if (
            not number
            or not is_phone(plain, number)
            or is_no_name(name)
            or re.match(NO_NAMES, name)
        ):
            continue
        mobile = re.match(r"[（(]?(?:\+?86[- ]?)?1[3-9]\d", number.group())
        if mobile or match["title"]:
            yield Redaction(*match.span("name"), Secret.PERSON)


def _is_reached(plain: str, match: re.Match[str]) -> bool:
    """Tell whether a telephone is said behind a labelled name (申请人：高峰，电话……)."""
    return _REACHED.match(plain, match.end()) is not None
