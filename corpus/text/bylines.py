"""Who wrote what stands below, and when: `云中客 发表于 2024-03-02 09:10`, in whatever order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.text.days import DAY, SHORT_DAY, TIME_OF_DAY
from corpus.text.furniture import LABEL_ALONE, is_furniture
from corpus.text.label_words import LABEL_WORD, mark_behind_label
from corpus.text.salutation import read_salutation
from corpus.text.unanswered import is_step

_DATE = re.compile(rf"(?<!\d){DAY}(?P<time>[T\s]*{TIME_OF_DAY})?")
_SHORT_DATE = re.compile(rf"(?<!\d){SHORT_DAY}(?P<time>\s?{TIME_OF_DAY})?")
_LONGEST, _LONGEST_NAME = 80, 30
_NO_BYLINE = re.compile(r"[。！？!?；;“]|[\u4e00-\u9fff][，,]")
_PARTS = re.compile(r"[^\s|｜·•,，()（）\[\]【】<>《》〔〕@:：—\-/“”]+")
_SAID = (
    r"(?:(?:官方|网友|网上|我)?(?:发表|发布|提交|发起|回复|答复|回应|解答|提问|留言|咨询|投诉|建议|求助|来信|反映"
    r"|办结|反馈|跟帖|发帖|来帖)(?:诉求|问题|回复|答复|了|如下)?)"
)
_TOLD = re.compile(rf"{_SAID}[)）]?\s?[:：]$")
"""What ends a line that says in a few words who said what stands below it."""
_WHERE = re.compile(rf"(?:通过|在)[^，。：:]{{2,24}}?(?={_SAID}[)）]?\s?[:：]$)")
"""Where somebody said it: `通过“某某”平台留言：`."""
_VERB = re.compile(rf"于|[问答QA]|{_SAID}于?|(?:来信|提问|留言|回复|答复|发布|提交)?(?:时间|日期)")
_ASIDE = re.compile(
    rf"来自.{{0,12}}|来源|IP.{{0,12}}|属地|(?:浏览|阅读|点击|查看|点赞|评论|回复|访问)(?:量|数|次数)?\d*次?|[\d,.]+次?"
    rf"|只看.{{0,6}}|楼主|沙发|板凳|\d*[楼#]|[已待未]\w{{1,3}}|正文|状态|发自.{{0,12}}|{LABEL_WORD}|置顶|举报|收藏|分享"
    r"|(?:.{0,4}(?:手机|客户|网页|微信|[Aa][Pp][Pp])端?版?)"
)
_PUBLISHED = re.compile(r"(?:来源|稿源|编辑|责编|字体|字号)\s?[:：]")
"""What stands beside the day on which a page was put up."""
_ANOTHER = re.compile(
    rf"(?<![^\s|｜])(?!{_SAID}\s?[:：])"
    r"[^\s|｜:：@]{1,5}(?![人者友户位门构关])[^\s|｜:：]\s?[:：]\s?[^\s|｜:：]+(?=[\s|｜]|$)"
)
"""Labels that name nobody, with their values: `紧急程度：一般`."""
_TITLED = re.compile(r"(?P<who>[^\s。，：:|｜>]{2,16})[:：](?P<title>[^。：:|｜>]{0,40})")
"""Who speaks, and perhaps what of, where the day stands below: `云中客：路灯不亮`."""
_VERB_BEHIND = re.compile(rf"(?<=.){_SAID}于?$")
_OFFICE = re.compile(
    r".*(?:局|委|办|政府|厅|部|镇|乡|街道|中心|公司|集团|法院|检察院|医院|学校|大学|学院"
    r"|公安|交警|城管|消防|小学|中学|幼儿园|总队|大队|支队|中队|所|处|室|站|会|残联|妇联|科协|专班|热线|专线|平台|局长信箱|区|县|市|旗|官方|管理员?)"
    r"(?:[（(].{1,12}[）)])?"
)
_PUBLIC = re.compile(r"(?:热心)?(?:网友|网民|市民|群众|用户|客户|读者|听众|观众|居民|业主|家长)")
_AROUND = " |｜·•【】[]（）()@:：\u3000-—"
_SHORTEST_TITLE, _SHORTEST_OFFICE = 5, 2
_NO_TITLE = re.compile(r"[。！!；;：:|｜>]|[，,？?].|[您你]们?好|领导|书记|敬")
_COMMAS = " ，,、"
_UP_TO = re.compile("[至到]")
_UNQUOTED = str.maketrans("“”", "  ")
_PROSE = 12
_FEWEST_SAID = re.compile(r"[。！？!?，,：:]|.{30}")


@dataclass(frozen=True, slots=True)
class Byline:
    """Lines `first` up to `after` say who (`who` may be "") wrote what stands below, and when.

    `said` tells that a word says so (发表于, 回复); without one only the shape of the line does.
    """

    first: int
    after: int
    who: str
    said: bool

    @property
    def official(self) -> bool:
        """Whether the writer is an office."""
        return is_office(self.who)


def iter_bylines(lines: Sequence[str]) -> Iterator[Byline]:
    """Yield the bylines among lines, each with what it heads below it; none names two people."""
    number = 0
    while number < len(lines):
        found = byline_at(lines, number)
        if found and _heads(lines, found.after):
            yield found
            number = found.after
        else:
            number += 1


def may_be_byline(line: str) -> bool:
    """Tell whether a line is short enough for a byline, and may have a day; others are spared."""
    return len(line) <= _LONGEST and (
        "20" in line or "19" in line or (line[-1:] in ":：" and "月" in line)
    )


def read_byline(line: str) -> Byline | None:
    """Return who a line alone says wrote something, where it says when as well; else None."""
    return byline_at([line], 0)


def byline_at(lines: Sequence[str], number: int) -> Byline | None:
    """Return the byline that ends with a line, whose first may be the line above; else None."""
    line = lines[number]
    if not may_be_byline(line):
        return None  # as most lines
    read = _read(line)
    if read is None:
        return None
    names, said, timed = read
    if len(names) == 1:
        return Byline(number, number + 1, names[0], said)
    if not names and number and (said or timed) and not _PUBLISHED.search(line):
        above = lines[number - 1].strip()
        above = above[1:] if above[:1] == "@" else above
        titled = _TITLED.fullmatch(above)
        above = titled["who"] if titled else above
        if _may_name(above):
            return Byline(number - 1, number + 1, above, said)
    return None


def _read(line: str) -> tuple[list[str], bool, bool] | None:
    """Return the names in a line with one date, whether it says what they did, and a time.

    Only a line that says what somebody did may leave out the year, or quote a name.
    """
    told = _TOLD.search(line) is not None
    if told:
        line = _WHERE.sub(" ", line).translate(_UNQUOTED)
    dates = list(_DATE.finditer(line))
    before = line[: dates[0].start()].rstrip(_COMMAS) if dates else ""
    if told and not dates:
        dates = list(_SHORT_DATE.finditer(line))
        before = line[: dates[0].start()] if dates else ""
    if len(dates) != 1 or is_step(line):
        return None
    day = dates[0]
    if _NO_BYLINE.search(f"{before} {line[day.end() :]}") or _UP_TO.match(line, day.end()):
        return None
    names, said = [], False
    beside = _ANOTHER.sub(" ", f"{line[: day.start()]} | {line[day.end() :]}")
    for part in _PARTS.findall(beside):
        if _VERB.fullmatch(part):
            said = True
            continue
        if _ASIDE.fullmatch(part):
            continue
        behind = _VERB_BEHIND.search(part)
        said = said or behind is not None
        names.append((part[: behind.start()] if behind else part).removesuffix("于"))
    names = [name for name in names if not _PUBLIC.fullmatch(name)] or names
    offices = [name for name in names if is_office(name)]
    names = offices if len(offices) == 1 else names
    if len(names) > 1 and line[: day.start()].strip(_AROUND) == names[0]:
        names = names[:1]  # behind the date stands what kind of message it is
    if any(len(name) > _LONGEST_NAME for name in names):
        return None
    return names, said, day["time"] is not None


def is_title(line: str) -> bool:
    """Tell whether a line may be the title of what somebody wrote below it, and is no sentence."""
    return (
        _SHORTEST_TITLE <= len(line) <= _LONGEST_NAME + _SHORTEST_TITLE
        and _NO_TITLE.search(line) is None
        and _DATE.search(line) is None
        and not is_furniture(line)
        and read_salutation(line) is None
    )


def is_office(who: str) -> bool:
    """Tell whether a name is an office's."""
    return len(who) > _SHORTEST_OFFICE and _OFFICE.fullmatch(who) is not None


def _may_name(line: str) -> bool:
    return (
        1 < len(line) <= _LONGEST_NAME
        and not re.search(r"[。！？!?，,；;：:|｜>]", line)
        and not is_furniture(line)
        and LABEL_ALONE.fullmatch(line) is None
    )


def _heads(lines: Sequence[str], below: int) -> bool:
    """Tell whether something is said below a byline, first of all, or below a title."""
    titled = False
    for line in lines[below : below + 3]:
        if is_furniture(line) or mark_behind_label(line.lstrip("【[")):
            continue
        if not titled and is_title(line):
            titled = True
            continue
        if read_salutation(line):
            return True
        return (
            len(line) >= _PROSE
            and _FEWEST_SAID.search(line) is not None
            and not (may_be_byline(line) and _read(line))
        )
    return False
