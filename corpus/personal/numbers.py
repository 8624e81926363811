"""Numbers that lead to a person: of telephones, identity, bank cards, cars, and accounts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from corpus.spans import clause_start
from corpus.types import Redaction, Secret

_WIDE = {
    ord(c) + 0xFEE0: c for c in "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
}
_ASCII = _WIDE | dict(zip(map(ord, "＠．＿＋－—–‑"), "@._+----", strict=True))
_NOT_PLAIN = re.compile("[０-９ａ-ｚＡ-Ｚ＠．＿＋－—–‑]")
_HAN_DIGITS = str.maketrans("〇零○一二三四五六七八九幺", "0001234567891")
_HAN_RUN = re.compile("[〇零○一二三四五六七八九幺](?:[ .·-]?[〇零○一二三四五六七八九幺]){6}")
_HAN_NUMBER = re.compile(
    r"(?<![〇零○一二三四五六七八九幺\d])\d{0,8}[〇零○一二三四五六七八九幺]"
    r"(?:[ .·-]?[〇零○一二三四五六七八九幺]){6,20}(?![十百千万亿])"
)


@lru_cache(maxsize=2)  # asked for the contacts of a reply, and for its redactions
def legible(text: str) -> str:
    """Return the text with digits, letters and dashes in their plain forms, each in its place.

    Full-width characters become ASCII, and seven or more Chinese digits on end (一三八…) Arabic.
    """
    plain = text.translate(_ASCII) if _NOT_PLAIN.search(text) else text
    if not _HAN_RUN.search(plain):
        return plain
    return _HAN_NUMBER.sub(lambda match: match.group().translate(_HAN_DIGITS), plain)


_SHAPES = {(11,), (2, 4, 5), (3, 4, 4), (4, 3, 4), (4, 4, 3), (3, 3, 5), (3, 8), (7, 4), (1,) * 11}
"""How people part the digits of a mobile number."""
_MOBILE = re.compile(
    r"(?<!\d)(?<!\d\.)(?:[（(]?(?:\+|00)?86[）)]?[- ]?)?"
    r"(?P<number>1[ .·-]?[3-9](?:[ .·-]?\d){9})(?!\.?\d)(?!-\d{1,10}(?!\d))"
)
_UNIT = re.compile(
    r"\s{0,2}(?:[元万亿吨亩度辆株册斤米%％‰㎡²]|余?(?:平方|立方|公[里顷斤]|千[瓦克米]|人次?|户|件))"
)
_OTHER_NUMBER = re.compile(
    r"(?:第|[¥￥$]|编[号码]|代码|[单案表户件批号]号|订单|流水|备案|合同|发票|许可证?|证书|账号|文号|标准|"
    r"[A-Za-z]-?\d{2,8}-|[A-Za-z](?:/[A-Z])?[ -]?)(?:号码?|[为是：:（(\s]){0,3}$"
)
"""What stands before the number of a matter, a document or a standard, or before an amount."""
_LETTERS_OF_PHONES = re.compile(r"(?i)(?:tel|phone|mobile|mob|vx|wx|qq|[vmt+])[ .:]{0,2}$")

_IDENTITY = re.compile(r"(?<![\dA-Za-z])[1-8](?:[ -]?\d){16}[ -]?[\dXx](?![\dA-Za-z])")
_HOLDING = re.compile(
    r"(?<![\dA-Za-z])(?P<before>[GgLlJj])?(?P<number>[1-8](?:[ -]?\d){16}[ -]?[\dXx])"
    r"(?(before)|[ -]?[1-7][ -]?[1-4](?:[ -]?[Bb]\d)?)(?![\dA-Za-z])"
)
"""A number made of one's identity number: a pupil's has a letter before it, that on the card of a
disabled person the kind and degree behind it, and which copy it is."""
_HOLDERS = re.compile(r"(?:残疾(?:人|军人)?证|学籍|学号|身份|证件)[^\d，,。；;\n]{0,10}$")
"""What such a number is called."""
_OLD_IDENTITY = re.compile(
    r"(?<![\dA-Za-z])[1-8]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?![\dA-Za-z])"
)
_LABELLED_IDENTITY = re.compile(
    r"(?:身份证|公民身份|社会保障号|驾驶证号|驾照号)(?:号码?|证号|件号)?[^\d\n]{0,6}?"
    r"(?P<number>\d(?:[ -]?\d){12,17}(?:[ -]?[\dXx])?)(?!\d)"
    r"|(?:护照|通行证|军官证|社保卡|社会保障卡)(?:号码?)?[为是：:\s]{0,3}(?P<other>[A-Z]{0,2}\d{7,10})(?!\d)"
)
_AREAS = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
"""The provinces' codes, GB/T 2260."""
_BORN = re.compile(r"(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")

_OF_FIRM = re.compile("监管|专户|对公|预售|财政专|(?:公司|单位)的?(?:银行)?[账帐][户号]")
"""Whose account no person's is."""
_CARD = re.compile(
    r"(?<![\dA-Za-z.])(?:62|[45]\d|35|95)\d\d(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?!\d)"
)
_LABELLED_CARD = re.compile(
    r"(?:卡号|(?:银行|工资|社保|储蓄|借记|信用)卡|一卡通|存折(?:上|账号)?的?"
    r"|(?:[您你我其]|本人)(?:本人)?的?(?:银行|养老金?|工资)?[账帐][户号])"
    r"(?:号码?|[为是：:（(\s]){0,3}(?P<number>\d(?:[ -]?\d){11,20})(?!\d)"
)

_PAID_TO = re.compile(
    r"[卡账帐行转汇打][^。！？\n]{0,8}?(?P<number>62\d\d(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?)(?!\d)"
)
"""A card of UnionPay that money is said to go to needs no right check digit: people mistype it."""

_PLATE = re.compile(
    r"(?<![梯起容锅索游场]\d\d)"  # not a lift's
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·•. -]?"
    r"(?=[A-HJ-NP-Z]{0,5}\d)[A-HJ-NP-Z\d]{4,5}[A-HJ-NP-Z\d挂学警港澳领](?![A-Za-z\d]|[”\"]?为例)"
)
"""A car's number, GA 36-2018: province, office, five or (new energy) six characters, no I or O."""
_BICYCLE = re.compile(
    r"车(?:牌号?码?|号牌?码?)[为是：:\s]{0,2}"
    r"(?P<number>(?![牌为是])[\u4e00-\u9fff]{0,2}(?:\d\d·)?[A-Z]?\d{4,8})(?!\d|\s?[余多]?[副张个块年元辆枚套])"
)
"""A bicycle's, a tractor's or a mistyped plate, where it is called one."""
_EMBASSY = re.compile(r"使(?<![致促即假行驱大]使)[ ]?\d{3}[·• ]?\d{3}(?![\d.])")

_MAIL = re.compile(
    r"[A-Za-z0-9][\w.%+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}", re.A
)
_ACCOUNT = re.compile(
    r"(?i)(?:微信|(?<![A-Za-z])(?:V信|(?:vx|wx|weixin|QQ|Q Q)(?![A-Za-z]))|企鹅|钉钉|抖音)"
    r"(?:号码?|账号|帐号)?"
    r"(?:[为是：:（(\s]){0,3}(?P<number>[A-Za-z][\w-]{5,19}|(?!12345(?!\d))[1-9]\d{4,10})(?![\w@-])",
    re.A,
)
_LOGIN = re.compile(
    r"(?:支付宝|[账帐]号|微(?=[ ]?[A-Za-z]))(?:号码?|账号)?[为是叫：:（(\s]{0,3}"
    r"(?P<number>[A-Za-z][\w-]{5,19})(?![\w@-])",
    re.A,
)
_ACCOUNTS = re.compile("微|支付宝|[账帐]号|QQ|qq|Q Q|vx|wx|VX|WX|Vx|Wx|V信|weixin|企鹅|钉钉|抖音")
_OF_OFFICE = re.compile(r"(?:公众号|官方|政务)[^，。；\n]{0,14}$")
"""Whose account everybody may follow."""
_LONG = re.compile(r"\d(?:[- .·]?\d){6,}")
_BEFORE, _BEHIND = 40, 12
"""What is read before a long number (its label, a name, an area code) and behind it (a unit)."""

_AREA_CODE = r"[（(]?0\d{2,3}[）)]?(?:\s?-{0,2}\s?|[./])"
PHONE = re.compile(
    r"(?<![\d.-])(?:[（(]?(?:\+|00)?86[）)]?[- ]?)?"
    rf"(?:{_AREA_CODE}\d{{3,4}}[ .-]\d{{3,4}}(?!\d)|(?:{_AREA_CODE})?"
    r"(?:1[3-9]\d[- .·]?\d{4}[- .·]?\d{4}|\d{4}-\d{7,8}|\d{7,8}|\d{3,4}[- ]\d{4}"
    r"|[48]00-?\d{3,4}-?\d{3,4}))"
    r"(?:\s?(?:-{1,2}|转|分机)\s?\d{1,6})?(?!\d)"
)
"""A telephone number with its area code and extension, where a label or a name announces it; the
text must be `legible`."""
_LANDLINE = re.compile(
    r"(?<![\d.-])[（(]?0\d{2,3}(?:[）)]\s?|\s?[-—–]{1,2}\s?| )(?:\d[ -]{0,2}){6,7}\d(?![\d-])"
    r"(?:\s?(?:-|转|分机)\s?\d{1,6})?(?!\s?[（(](?:工作|上班|每|周|24|8|9))"
)
_OF_ALL = re.compile(
    r"咨询|热线|投诉|举报|值班|服务|监督|总机|受理|预约|报修|客服|询|传真|公开|拨打|业务|报名|招聘|应急|维修|办公|对外"
    r"|[局委厅站所院校店司心部科处室办]|街道|政府|单位|部门|窗口|平台|大厅|银行|公司|企业|项目|[第编]|号[码：:]"
)
"""What says that a telephone is an office's, a firm's or anybody's."""
_OF_PERSON = re.compile(
    r"我(?!们?[街镇乡县市区省局委办厅校院司站所中])|俺|本人|[他她]的?|家[里中：:，]|老家|家属|先生|女士|大[爷妈姐哥]|同学|[住叫]"
)
"""What says that one is a person's."""
_OWN_PHONE = re.compile(
    r"(?:我家|家里|家中|家庭|住宅|老家|本人|我)的?(?:座机|固话|固定电话|电话|联系方式)(?:号码?|[为是：:\s]){0,3}"
    r"|联系我[：:\s]{0,2}|有事[请可]?打(?:座机|固话|电话)[：:\s]{0,2}"
)

_EXTENSION = re.compile(r"短号[为是：:\s]{0,2}(?P<number>\d{4,6})(?!\d)")
"""A short number, by which a mobile telephone is reached within an office's group."""


def iter_numbers(plain: str) -> Iterator[Redaction]:
    """Yield where numbers stand that lead to a person; the text must be `legible`."""
    for start, end in around_numbers(plain):
        yield from _iter_long(plain, start, end)
    for match in _EXTENSION.finditer(plain):
        yield Redaction(*match.span("number"), Secret.PHONE)
    for match in _PLATE.finditer(plain):
        yield Redaction(*match.span(), Secret.PLATE)
    for match in _BICYCLE.finditer(plain):
        yield Redaction(*match.span("number"), Secret.PLATE)
    for match in _EMBASSY.finditer(plain):
        if not _UNIT.match(plain, match.end()):
            yield Redaction(*match.span(), Secret.PLATE)
    if _ACCOUNTS.search(plain):
        yield from _iter_accounts(plain)
    if "@" in plain:
        for match in _MAIL.finditer(plain):
            if not match.group().lower().endswith(".gov.cn"):  # offices' own
                yield Redaction(*match.span(), Secret.EMAIL)


def _iter_accounts(plain: str) -> Iterator[Redaction]:
    for pattern in (_ACCOUNT, _LOGIN):
        for match in pattern.finditer(plain):
            if not _OF_OFFICE.search(plain[max(match.start() - 16, 0) : match.start("number")]):
                yield Redaction(*match.span("number"), Secret.ACCOUNT)


def iter_mails(plain: str, start: int, end: int) -> Iterator[Redaction]:
    """Yield all e-mail addresses of a span that names a person, offices' among them."""
    if plain.find("@", start, end) >= 0:
        for match in _MAIL.finditer(plain, start, end):
            yield Redaction(*match.span(), Secret.EMAIL)


@lru_cache(maxsize=4)  # names, telephones and other numbers of one text are looked for there
def around_numbers(plain: str) -> tuple[tuple[int, int], ...]:
    """Return where numbers as long as a telephone's stand, with what is around them.

    All that leads to a person by a number is looked for there alone, which is little of a text.
    """
    spans: list[tuple[int, int]] = []
    for match in _LONG.finditer(plain):
        start, end = max(match.start() - _BEFORE, 0), match.end() + _BEHIND
        if spans and start < spans[-1][1]:
            start = spans.pop()[0]
        spans.append((start, end))
    return tuple(spans)


def _iter_long(plain: str, start: int, end: int) -> Iterator[Redaction]:
    yield from _iter_identities(plain, start, end)
    yield from _iter_cards(plain, start, end)
    for match in _MOBILE.finditer(plain, start, end):
        if _is_mobile(plain, match):
            yield Redaction(*match.span(), Secret.PHONE)
    for match in _LANDLINE.finditer(plain, start, end):
        begin = clause_start(plain, match.start(), "。！？\n", max(match.start() - 24, 0))
        before = plain[begin : match.start()]
        private = _OF_PERSON.search(before) and not _OF_ALL.search(before)
        if private and is_phone(plain, match):
            yield Redaction(*match.span(), Secret.PHONE)
    for match in _OWN_PHONE.finditer(plain, start, end):
        if number := PHONE.match(plain, match.end()):
            yield Redaction(*number.span(), Secret.PHONE)


def _iter_identities(plain: str, start: int, end: int) -> Iterator[Redaction]:
    for match in _LABELLED_IDENTITY.finditer(plain, start, end):
        yield Redaction(*match.span(match.lastgroup or 0), Secret.IDENTITY_NUMBER)
    for match in _IDENTITY.finditer(plain, start, end):
        digits = re.sub("[ -]", "", match.group())
        if _is_identity(digits) and not _is_other(plain, match.start()):
            yield Redaction(*match.span(), Secret.IDENTITY_NUMBER)
    for match in _HOLDING.finditer(plain, start, end):
        digits = re.sub("[ -]", "", match["number"])
        known = _is_checked(digits) and not _is_other(plain, match.start())
        if _is_identity(digits) and (
            known or _HOLDERS.search(plain, max(match.start() - 16, 0), match.start())
        ):
            yield Redaction(*match.span(), Secret.IDENTITY_NUMBER)
    for match in _OLD_IDENTITY.finditer(plain, start, end):
        if _AREAS.match(match.group()) and not _is_other(plain, match.start()):
            yield Redaction(*match.span(), Secret.IDENTITY_NUMBER)


def _iter_cards(plain: str, start: int, end: int) -> Iterator[Redaction]:
    for pattern in (_LABELLED_CARD, _PAID_TO):
        for match in pattern.finditer(plain, start, end):
            if _OF_FIRM.search(plain, max(match.start() - 16, start), match.end()):
                continue
            yield Redaction(*match.span("number"), Secret.BANK_CARD)
    for match in _CARD.finditer(plain, start, end):
        if _is_card(re.sub("[ -]", "", match.group())) and not _is_other(plain, match.start()):
            yield Redaction(*match.span(), Secret.BANK_CARD)


def _is_mobile(plain: str, match: re.Match[str]) -> bool:
    number = match["number"]
    parts = re.split("[^0-9]", number)
    if tuple(map(len, parts)) not in _SHAPES:
        return False
    if "." in number and len(parts) == 2:  # a figure with decimals
        return False
    return is_phone(plain, match)


def is_phone(plain: str, match: re.Match[str]) -> bool:
    """Tell whether a number may be a telephone's: it is no amount and no matter's number."""
    return not _UNIT.match(plain, match.end()) and not _is_other(plain, match.start())


def _is_other(plain: str, at: int) -> bool:
    """Tell whether what stands before a number says that it is no person's."""
    before = plain[max(at - 12, 0) : at]
    return bool(_OTHER_NUMBER.search(before)) and not _LETTERS_OF_PHONES.search(before)


def _is_identity(number: str) -> bool:
    """Tell whether a number has a province and a day of birth; the check digit may be mistyped."""
    return bool(_AREAS.match(number) and _BORN.match(number, 6))


def _is_checked(number: str) -> bool:
    """Tell whether the check digit of an identity number is right, GB 11643-1999."""
    total = sum(int(n) * pow(2, 17 - place, 11) for place, n in enumerate(number[:17]))
    return "10X98765432"[total % 11] == number[17].upper()


def _is_card(number: str) -> bool:
    """Tell whether the check digit is right, ISO/IEC 7812-1 annex B (Luhn)."""
    doubled = (int(n) * (1 + place % 2) for place, n in enumerate(reversed(number)))
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0
