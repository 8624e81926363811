"""Which policies a reply rests on (依据): laws, rules and plans cited by title or by number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import takewhile

_HAN_DIGITS = "一二三四五六七八九十百零〇"
_YEAR = r"(?:19|20)\d\d"
_SERIAL = rf"第?\s?(?:\d{{1,5}}|[{_HAN_DIGITS}]{{1,6}})\s?号"
_CORE = re.compile(
    rf"(?P<open>[〔\[［（(【〖﹝])\s?(?P<year>{_YEAR})\s?年?\s?[〕\]］）)】〗﹞]\s?(?P<serial>{_SERIAL})"
    rf"|(?P<decree>(?:令|公告|通告)\s?(?:{_YEAR}\s?年\s?)?第\s?(?:\d{{1,5}}|[{_HAN_DIGITS}]{{1,6}})\s?号"
    rf"|第\s?(?:\d{{1,5}}|[{_HAN_DIGITS}]{{1,6}})\s?号令)"
)
"""What a number can be told by, without the body that stands before it."""
_BODY = re.compile(r"[\u4e00-\u9fffA-Za-z]{1,20}(?:[（(][\u4e00-\u9fff]{1,6}[）)])?\s?$")
_NOT_BODY = re.compile(
    r".*(?:按照|按|依据|依照|依|根据|遵照|参照|落实|贯彻|执行|实施|印发|转发|下发|发布|公布|出台|制定|违反|符合|适用"
    r"|对照|对|和|与|以及|及|以|原|由|在|的|为|据|文件|见|即|是|等|如|从|了|有|把|将|因|经)"
)
_STANDARD = re.compile(
    r"(?<![A-Za-z])(?P<kind>[A-Z]{2,4}(?:\d\d)?(?:\s?/\s?[A-Z])?)\s?(?P<first>\d{1,6}(?:\.\d{1,3})?)"
    rf"\s?[-—－–]{{1,2}}\s?(?P<year>{_YEAR})(?!\d)"
)
_TITLE = re.compile(
    r"《(?P<name>[^《》\n]{1,100}(?:[《〈][^《》\n]{1,90}[》〉][^《》\n]{0,60}){0,3}|[〈《][^《》\n]{1,90}[〉》][^《》\n]{0,60})》"
)
_VERSION = r"(?:\s?[（(〔][^（()）〕]{1,20}[）)〕]){0,2}"
_KIND = re.compile(
    r"(?:(?<![办方做看想说书手])法|法典|条例|规定|办法|细则|规则|通知|意见|决定|决议|方案|计划|规划|纲要"
    r"|规范|标准|导则|指南|指引|目录|公告|通告|批复|准则|公约|措施|举措|政策|要点|清单|解释|命令|规程|制度"
    r"|要求|行动|战略|名录|图则|定额|[一二三四五六七八九十]条)" + _VERSION + r"$"
)
"""What titles of policies end in; 《某某日报》, 《关于……的提案》 and 《告知书》 do not."""
_OWN = re.compile(
    r"(?:提案|建议|议案|答复|报告|几点意见|几点建议|办事指南|服务指南|报考指南)" + _VERSION + r"$"
)
_TOLD_OF = re.compile(r"(?:一文|一书|等文章|节目|专栏|专版|报道|栏目|摄影|画册|展览)")
_LETTER = re.compile(r"[复案表证许罚评初终]字?$")
_SHORT_NAME = 6
"""Characters: a title no longer, 《实施办法》, says nothing unless another defines it."""
_SHORT_LAW = re.compile(r"[\u4e00-\u9fff]{1,4}(?<!办)(?:法|法典|条例)")
_NEAR = 30
"""How many citations before it a short title is looked for in."""
_DEFINED = re.compile(
    r"(?:[（(][^（()）\n]{0,20}[，,；;])?[（(，,；;]?\s?(?:并)?(?:以下(?:统称|简称|称)|下称|简称)(?:为|作|：)?\s?"
    r"(?P<short>“《[^《》“”\n]{1,30}》”|《[^《》\n]{1,30}》|“[^“”\n]{1,30}”|[\u4e00-\u9fff]{2,10}(?=[）)]))"
)
_QUOTED = re.compile(r"“(?P<name>[^“”\n]{1,30})”")
_LINK = re.compile(r"[（(，]?\s?(?:即|也就是)?\s?(?:公布|发布|印发|颁布|下发)?的?\s?(?=《)")
_OPENS = re.compile(r"\s?[（(〔\[]\s?")
_CLOSES = re.compile(r"\s?[）)〕\]]")
_ASIDE = 40
"""Characters: how far into a bracket a number may stand."""
_HALF_WIDTH = str.maketrans(
    {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B))}
)
_DASH = re.compile(r"(?<=\d{4})[－–-]{1,2}(?=\d{4})")


@dataclass(frozen=True, slots=True)
class Policy:
    """A citation of a policy, `text[start:end]`, by its title, its number, or both.

    `name` is without 《》, a 《》 within it as 〈〉; `number` has its year in 〔〕 and no
    spaces. Of a short name, both are those of the title that it stands for, which `short_of` is.
    """

    start: int
    end: int
    name: str | None = None
    number: str | None = None
    short_of: str | None = None


@dataclass(frozen=True, slots=True)
class _Number:
    start: int
    end: int
    value: str


def find_policies(text: str) -> tuple[Policy, ...]:
    """Find the policies that a text cites, in order.

    Newspapers, forms, the proposal that is answered and the numbers of letters are none; a short
    title is one where the text defines it, or where one cited before it ends in the same words.
    """
    text = text.translate(_HALF_WIDTH)
    numbers = {number.start: number for number in _find_numbers(text)}
    if "《" not in text and not numbers:
        return ()
    found: list[Policy] = []
    short: dict[str, Policy] = {}
    defining: set[int] = set()
    used: set[int] = set()
    before = {number.end: number for number in numbers.values()}
    for title in _TITLE.finditer(text):
        if title.start() in defining:
            continue
        used |= numbers.keys() & set(range(*title.span()))
        name = _normal(title["name"])
        behind = _number_behind(text, title.end(), numbers)
        linked = _number_before(text, title.start(), before)
        known = _known(name, short, found)
        if known and behind is None:
            found.append(replace(known, start=title.start(), end=title.end(), short_of=known.name))
            continue
        number = behind or linked
        if not _is_policy(name, text, title.end(), number is not None):
            continue
        end, after = title.end(), title.end()
        if behind:
            used.add(behind.start)
            after = behind.end
            opened, closes = _OPENS.match(text, end), _CLOSES.match(text, behind.end)
            if opened and opened.end() == behind.start and closes:
                end = after = closes.end()
        policy = Policy(title.start(), end, name, number.value if number else None)
        found.append(policy)
        if defined := _DEFINED.match(text, after):
            short[defined["short"].strip("“”《》")] = policy
            defining |= {defined.start("short"), defined.start("short") + 1}
    found += [
        Policy(number.start, number.end, number=number.value)
        for number in numbers.values()
        if number.start not in used and not _is_letter(text, number)
    ]
    found += _quoted(text, short, defining)
    return tuple(sorted(found, key=lambda policy: policy.start))


def _find_numbers(text: str) -> Iterator[_Number]:
    """Yield the numbers of documents and of standards."""
    for core in _CORE.finditer(text):
        body = _BODY.search(text, max(0, core.start() - 24), core.start())
        if body is None:
            continue
        start = body.start()
        astray = _NOT_BODY.match(text, start, core.start())
        if astray and text[start - 1 : start] not in ("（", "("):
            start = astray.end()
        written = text[start : core.start()].strip()
        if len(written) < 2:
            continue
        if core["decree"]:
            value = _close(written + core["decree"])
        else:
            value = f"{_close(written)}〔{core['year']}〕{_close(core['serial'])}"
        yield _Number(start, core.end(), value)
    for standard in _STANDARD.finditer(text):
        value = f"{_close(standard['kind'])} {standard['first']}-{standard['year']}"
        yield _Number(*standard.span(), value)


def _close(written: str) -> str:
    return "".join(written.split())


def _number_behind(text: str, end: int, numbers: dict[int, _Number]) -> _Number | None:
    """Return the number in the bracket right behind a title."""
    opened = _OPENS.match(text, end)
    if opened is None:
        return None
    places = range(opened.end(), min(len(text), opened.end() + _ASIDE))
    within = takewhile(lambda place: text[place] not in "）)《", places)
    return next((numbers[place] for place in within if place in numbers), None)


def _number_before(text: str, start: int, before: dict[int, _Number]) -> _Number | None:
    """Return the number that a title is tied to: 某府规〔2021〕3号（即《……》）, ……公布的《……》."""
    for place in range(start, max(-1, start - 8), -1):
        if place in before:
            link = _LINK.match(text, place)
            return before[place] if link and link.end() == start else None
    return None


def _normal(name: str) -> str:
    name = _close(name).replace("《", "〈").replace("》", "〉")
    return _DASH.sub("—", name)


def _known(name: str, short: dict[str, Policy], found: list[Policy]) -> Policy | None:
    """Return what a short title stands for."""
    if name in short:
        return short[name]
    if len(name) > _SHORT_NAME or not _KIND.search(name):
        return None
    alike = (one for one in found[: -_NEAR - 1 : -1] if one.name and one.name != name)
    return next((one for one in alike if one.name and one.name.endswith(name)), None)


def _is_policy(name: str, text: str, end: int, numbered: bool) -> bool:
    if _OWN.search(name) or _TOLD_OF.match(text, end):
        return False
    if numbered:
        return True
    if len(name) <= _SHORT_NAME and not _SHORT_LAW.fullmatch(name):
        return False
    return _KIND.search(name) is not None


def _is_letter(text: str, number: _Number) -> bool:
    """Tell whether the number is that of an authority's letter, not of a policy."""
    body = number.value.partition("〔")[0]
    if _LETTER.search(body):
        return True
    return body.endswith("函") and number.start > 0 and text[number.start - 1] in "（("


def _quoted(text: str, short: dict[str, Policy], defining: set[int]) -> Iterator[Policy]:
    """Yield the places where a short name stands in quotes: “137号文”."""
    if not short:
        return
    for quoted in _QUOTED.finditer(text):
        policy = short.get(quoted["name"])
        if policy and quoted.start() not in defining and quoted.start() > policy.end:
            yield replace(policy, start=quoted.start(), end=quoted.end(), short_of=policy.name)
