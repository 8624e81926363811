"""Salutations and opening sentences: what shows beyond doubt where a letter begins."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.text.furniture import is_furniture
from corpus.text.label_words import LABEL, mark_behind_label
from corpus.text.sides import ANSWER_LABEL, CONTENT, MESSAGE_LABEL, SENDER_SPEAKS

CITIZEN = (
    r"(?:网友|网民|市民(?![政宗族生防航])|居民|群众|先生|女士|家长|业主|村民|朋友|同学|老师"
    r"|[来写][信电]|诉求人|留言人)"
)
"""What a letter calls a citizen."""
_COURTESY = r"(?:(?:尊敬|敬爱|亲爱|尊重)的\s*)?"
_TO_PERSONS = (
    r"(?:委员|代表|先生/女士|女士/先生|先生|女士|同志|网友|网民|市民|居民|群众|家长|业主|村民|朋友|师傅|同学|老师|来[信电](?:[（(][信电][）)])?人|写信人|诉求人|留言人)"
    r"(?:朋友)?们?"
)
_ORGANS = (
    r"(?:委员会|委员会办公室|委|局|政府|办公室|办公厅|办|厅|部|总会|联合会|协会|工商联|侨联|妇联|科协|台联|文联|总工会|支部|总支|"
    r"支社|小组|界别?|公司|集团|中心|单位|大队|支队|镇|乡|街道|街道办事处|办事处|党派|九三学社|法院|检察院|医院|学院|大学)"
)
_NOT_NAMES = re.compile(
    r"(?:(?![您你]们?好)[^。；：:！!？?]){0,60}(?:答复|回复|复函|关于|如下|收悉|第\s?\d{1,6}\s?号|\d\s?[年月日]|\d{6})"
)
SALUTATION = re.compile(
    rf"\s*{_COURTESY}(?P<name>[^。；：:！!？?|>/\n您你]{{0,80}}?{_TO_PERSONS}\s?(?:[（(][^（）()]{{1,20}}[）)])?)"
    r"\s*(?P<mark>[:：]|[,，!！]?\s{0,2}(?=[您你]们?(?:好|提|在|于|的|所|反|关))|[;；。.、,，]?\s*$)"
)
"""A salutation of persons at the start of a line, with a colon, a greeting or nothing behind it."""
_ORGAN_SALUTATION = re.compile(
    rf"\s*{_COURTESY}(?P<name>[^。；：:！!？?|>/\n您你]{{1,120}}?{_ORGANS})\s*(?P<mark>[:：])\s*$"
)
_MAY_GREET = re.compile("[:：您你好]")
_MAY_END_GREETING = re.compile("[委代先女同网市居群家业村朋师老].{1,3}$")
_GREETED_WITHIN = 200
_NAMED_LAST = re.compile(
    rf"\s*{_COURTESY}(?P<name>[^。；：:！!？?|>/\n您你，]{{0,24}}(?:委员|代表|网友|市民|居民|业主)\s?[\u4e00-\u9fff·•*＊×]{{2,12}})"
    r"\s*(?P<mark>[:：])"
)
"""`县政协委员某某：`, the title before the name."""
_NAMED_ALONE = re.compile(
    rf"\s*{_COURTESY}(?P<name>[^\W\d_][^\s。，；：:！!？?|>/您你]{{0,14}})\s*(?P<mark>[:：,，]\s{{0,2}})"
    r"(?=[您你]们?好)"
)
"""`王小明：您好！`, whoever it is."""
_HONOURED = re.compile(
    r"\s*(?:尊敬|敬爱|亲爱|尊重)的\s*(?P<name>[^\s。，；：:！!？?|>/您你]{1,15})(?P<mark>)(?=[您你]们?好)"
)
"""`尊敬的纳税人您好！`, whoever it is."""
_NAMED_BARE = re.compile(
    r"(?!.{0,3}[局委办厅府祝愿各])(?P<name>[\u4e00-\u9fff*＊×]{2,4})(?P<mark>)(?=[您你]们?好\s?[，,：:！!。])"
)
"""`王小明您好，`, behind the label of an answer."""
_LEADERS = (
    r"(?:领导|书记|主任|主席|[市县区镇省乡局州盟旗厅部院处站村]长)(?:们|同志|大人|先生|女士)?"
)
_TO_LEADERS = re.compile(
    rf"\s*(?:(?:尊敬|敬爱|亲爱)的[^。；：:，,！!？?|>/\n您你]{{0,16}}?{_LEADERS}\s*(?:[:：,，!！]|[您你]|$)"
    rf"|[^。；：:，,！!？?|>/\n您你]{{0,16}}?{_LEADERS}\s*[,，:：]?\s*[您你]?们?好\s*(?:[:：，,！!。；;]|$)"
    r"|[^。；：:，,！!？?|>/\n您你]{0,12}?(?<![签分主牵负][发管管头责])(?<!主要)领导(?:们|同志)?\s*[:：])"
)
_ORGAN = re.compile(rf"\s*[\u4e00-\u9fff（）()、]{{2,40}}{_ORGANS}\s*")
_TO_ORGAN = re.compile(r"\s*[你贵](?:局|委|办|府|厅|部|院|会|县|市|区|镇|街道|单位|公司|中心)")
_GREETING_ONLY = re.compile(r"\s*[您你]们?好\s*[!！。，,:：]*\s*$")

_OPENING_START = re.compile(
    r"\s*(?:[您你]们?好\s*[!！,，。:：]|[您你贵](?:们|委|单位|党派|局|会|办|公司)?(?!好)|.{0,60}?(?:会议|大会|全会|期间|会上)(?:期间|上|中)?[，,]?\s*[您你]们?"
    r"|(?:收到|来信|现将|现就|兹将|首先|感谢|您好|你好|.{1,40}(?:代表|委员)(?:在.{1,40}上)?(?:提出|提交|所提)))"
)
_OPENING_WORDS = re.compile(
    r"收悉|已悉|敬悉|如下|函告|"
    r"(?:提出|所提|提的|提交|反映|来信|留言|咨询|建议|提案|议案|诉求|问题)"
)
_RECEIVED = re.compile(
    r"(?:提案|建议|议案|意见|来信|留言|诉求|信件|问题|一案)[^。！？]{0,60}(?:收悉|已?收到|已悉|敬悉|已?[由交转][^。]{0,8}(?:我|办理)|如下)"
)
_GREETED = re.compile(r"\s*[您你]们?好\s*[,，!！。:：]")
_LONGEST_NAME = 40
_LONGEST_LABEL = 30
_SEEN = 400
"""Characters of a paragraph in which an opening shows itself."""


@dataclass(frozen=True, slots=True)
class Salutation:
    """Whom a line greets: `line[start:end]`; what follows on the line begins at `after`."""

    start: int
    end: int
    after: int
    to_leaders: bool = False


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a letter shows itself: the lines of its salutation (-1 = none) and of its opening."""

    salutation: int
    opening: int
    found: Salutation | None


def read_salutation(line: str) -> Salutation | None:
    """Return the salutation that a line is or begins with; None where there is none."""
    seen = line[:_GREETED_WITHIN]
    if not (_MAY_GREET.search(seen) or _MAY_END_GREETING.search(seen[-4:])):
        return None  # as most lines: spares the patterns
    lead = _lead(line)
    line = line[lead:]
    leaders = _TO_LEADERS.match(line[:60])
    if leaders:
        return Salutation(lead, lead + leaders.end(), lead + leaders.end(), to_leaders=True)
    if _names_nobody(line):
        return None
    match = (
        SALUTATION.match(line)
        or _NAMED_LAST.match(line)
        or _ORGAN_SALUTATION.match(line)
        or _NAMED_ALONE.match(line)
        or _HONOURED.match(line)
        or (_NAMED_BARE.match(line) if lead else None)
    )
    if match is None or not match["name"].strip() or MESSAGE_LABEL.match(line):
        return None
    return Salutation(lead + match.start("name"), lead + match.end("name"), lead + match.end())


def _names_nobody(line: str) -> bool:
    """Tell whether a line begins as a label or a title does: as no salutation."""
    return mark_behind_label(line) in (":", "：") or _NOT_NAMES.match(line) is not None


def _lead(line: str) -> int:
    """Return where the letter begins behind the label of an answer on the same line."""
    seen = line[:_LONGEST_LABEL]
    if not any(mark in seen for mark in "：:|｜】 "):
        return 0
    label = ANSWER_LABEL.match(line) or CONTENT.match(line) or SENDER_SPEAKS.match(line)
    if label is None:
        return 0
    rest = line[label.end() :]
    return len(line) - len(rest.lstrip(" :：|｜"))


def is_opening(line: str) -> bool:
    """Tell whether a line speaks of what the letter answers: `您提出的……收悉，现答复如下：`."""
    seen = line[:_SEEN]
    return (
        _OPENING_START.match(seen) is not None and _OPENING_WORDS.search(seen) is not None
    ) or _RECEIVED.search(seen) is not None


def find_anchors(lines: Sequence[str]) -> list[Anchor]:
    """Return where letters show themselves among the lines, in order.

    That is a salutation with an opening in it or below it, or, without a salutation, an opening
    that says what was received. A text without either has no anchors.
    """
    return list(iter_anchors(lines))


def iter_anchors(lines: Sequence[str]) -> Iterator[Anchor]:
    """Yield what `find_anchors` returns, for whoever needs the first alone."""
    number = 0
    while number < len(lines):
        anchor = _anchor(lines, number)
        if anchor is not None:
            yield anchor
            number = anchor.opening
        number += 1


def _anchor(lines: Sequence[str], number: int) -> Anchor | None:
    line = lines[number]
    found = read_salutation(line)
    if found is not None and is_furniture(line):
        return None
    if found is not None:
        if found.to_leaders:
            return Anchor(number, number, found)
        rest = line[found.after :].strip()
        if rest and (is_opening(rest) or rest[:1] in "您你"):
            return Anchor(number, number, found)
        if not rest:
            for below in range(number + 1, min(number + 3, len(lines))):
                if is_opening(lines[below]):
                    return Anchor(number, below, found)
                if not _GREETING_ONLY.match(lines[below]) and not is_furniture(lines[below]):
                    break
            ends_in_colon = line.rstrip().endswith(("：", ":"))
            if ends_in_colon and _is_prose(lines, number + 1):
                return Anchor(number, number + 1, found)
        return None
    if _is_bare_opening(line):
        return Anchor(-1, number, None)
    following = lines[number + 1] if number + 1 < len(lines) else ""
    named = _may_greet(line) or (
        _TO_ORGAN.match(following) and _ORGAN.fullmatch(line) and not _names_nobody(line)
    )
    if named and is_opening(following):
        kept = line.rstrip(" ：:")
        return Anchor(number, number + 1, Salutation(0, len(kept), len(line)))
    return None


def _may_greet(line: str) -> bool:
    """Tell whether a line may be a salutation that only what stands below it can prove."""
    return (
        1 < len(line) <= _LONGEST_NAME
        and line.endswith(("：", ":"))
        and re.search(
            r"[。，；！？|>/\d]|如下|答复|回复|内容|关于|以下|下列|情况|方面|问题|种", line
        )
        is None
        and not is_furniture(line)
        and LABEL.match(line.lstrip()) is None
        and ANSWER_LABEL.match(line) is None
    )


def _is_prose(lines: Sequence[str], number: int) -> bool:
    return number < len(lines) and ("。" in lines[number] or lines[number].startswith("感谢"))


def _is_bare_opening(line: str) -> bool:
    seen = line[:_SEEN]
    if _GREETED.match(seen) and re.search(r"收悉|反映|来信|留言|咨询|回复如下|答复如下", seen):
        return True
    return (
        seen[:1] in "您你贵"
        and _OPENING_START.match(seen) is not None
        and re.search(r"(?:提案|建议|议案)", seen) is not None
        and _RECEIVED.search(seen) is not None
    )
