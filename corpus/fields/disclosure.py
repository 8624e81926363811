"""The disclosure mark (公开属性) of a reply, wherever in it, beside it or on its file it stands.

Marks stand on lines of their own, behind labels, in cells, in brackets, beside a number, among
boxes to tick, and in sentences about the reply itself. The strictest of several holds. What
speaks of 公开 as marks do and isn't understood is UNCLEAR. A site's menu, and what a letter says
about openness, are no marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest

from corpus.fields.mark_columns import read_named
from corpus.fields.mark_labels import KINDS, Mark, iter_labelled
from corpus.fields.openness import (
    STRICTNESS,
    SUBJECT,
    fold,
    has_boxes,
    is_unclear,
    read_boxes,
    read_mark,
    strictest,
)
from corpus.personal.patterns import any_of
from corpus.spans import Paragraph, iter_paragraphs
from corpus.text.simplified import plain
from corpus.types import Disclosure, Field, FieldName

_WORDS = (
    *("公开", "公 开", "公布", "上网", "密", "内部", "内 部"),
    *(
        "注意保存",
        "注意保管",
        "妥善保",
        "外传",
        "外泄",
        "扩散",
        "翻印",
        "复印",
        "复制",
        "泄露",
        *(
            "阅后",
            "依申请",
            "是否公示",
            "是否发布",
            "公示：",
            "挂网",
            "不予公示",
            "不予发布",
            "不对外",
        ),
        *("内参", "内刊", "参阅", "机要", "敏感", "受控", "供内", "供领", "范围：", "范围:"),
        *("发布范围", "发布状态", "可见范围", "查看范围", "ublic", "isOpen", "is_open"),
        *("CONFIDENTIAL", "Confidential", "SECRET", "INTERNAL", "Internal", "RESTRICTED"),
    ),
    *("仅供", "只供", "专供", "仅限", "只限", "限于", "限内", "限本"),
)
"""Every mark has one of these; few lines have."""
_SPEAKS = re.compile(any_of(_WORDS))

_TOKEN = re.compile(r"[^\s|｜]{2,60}")
_OPENS, _SHUTS = r"（(【\[〔［〈<{「『", r"）)】\]〕］〉>}」』"
_BRACKETS = re.compile(rf"[{_OPENS}]([^{_OPENS}{_SHUTS}\n]{{2,40}})[{_SHUTS}]")
_BEHIND_NUMBER = re.compile(r"(?:号|[A-DＡ-Ｄ]类?[）)]?)\s?(?=\S)")
_LONG_LINE = 60
_SURE = re.compile(rf"{SUBJECT}|依申请公开|不予公开|免予公开|不宜公开|内部(?:资料|文件)|[：:★]")
"""Stands in no sentence that speaks of something else."""

_SECRETS = r"(?:(?:国家|工作|商业|企业|警务)?(?:秘密|机密|绝密)级?|个人(?:隐私|信息)|隐私|涉密|密)"
_OF_THE_REPLY = re.compile(
    r"(?:此|本)(?:件|文件|复文|答复|函|复函|材料|资料|回复件|意见)[^。；！\n]{0,24}?(?:"
    r"(?P<closed>(?:不|勿|免予|未经|非|禁|莫|暂缓)[^。；！，\n]{0,8}?(?:公开|公布|上网|外传|发布|扩散|传播|泄露|复制|翻印)"
    r"|涉及(?!国家)[^。；，]{0,6}(?:秘密|隐私))"
    r"|(?P<request>依?法?申请公开)"
    r"|(?P<internal>(?:仅|只|专)(?:供|限)[^。；，\n]{0,10}(?:内部|领导|机关|参阅|传阅|掌握|查阅)|属?于?为?内部(?:资料|文件))"
    r"|(?P<secret>(?:属于?|为|系|涉及|定)[^。；，]{0,4}(?:国家秘密|绝密|机密|秘密级|涉密)))"
    r"|(?P<asked>请\s?(?:暂时?)?(?:勿|不要|不|暂勿)(?:对外|向社会|擅自|随意){0,2}(?:公开|公布|外传|扩散|发布|传播)(?=[。；！）)\]\s]|$))"
)
_DENIED = re.compile(
    r"(?<![非无是])(?:[不未非无]|没有)(?:[再曾会]|存在|发现|含有?|包含|得出现){0,2}"
    r"(?:涉及?|属于?|[是为系]|定[为成]?|构成|含有?){0,2}(?:任何|有关|相关)?"
    rf"(?P<secrets>{_SECRETS}(?:[、，,和与及或以]{{1,2}}{_SECRETS}){{0,5}})"
    r"|是否(?:涉|属)[及于]?(?:国家|工作)?(?:秘密|密)(?=\s?[：:（(□☐☑|｜])"
)
"""What says that a reply is not secret, or asks it: `本答复不涉及国家秘密`."""
_SENTENCES = {
    "closed": Disclosure.CLOSED,
    "request": Disclosure.ON_REQUEST,
    "internal": Disclosure.INTERNAL,
    "secret": Disclosure.SECRET,
    "asked": Disclosure.CLOSED,
}

_MENU = re.compile(
    r"首页|当前位置|您的位置|网站地图|互动交流|政民互动|政务服务|办事服务|政策解读|解读回应|新闻中心|新闻动态"
    r"|通知公告|领导之窗|机构职能|法定主动公开|公开(?:指南|年报|年度报告|目录|制度|专栏|规定|平台|申请|条例)"
    rf"|(?:政务|信息)公开(?!{KINDS}|\s{{0,3}}[：:])"
)
_CRUMBS = re.compile(r"(?:首页|位置|政务公开|信息公开).{0,60}[>＞»›→/／\\]|[>＞»›→].{0,60}公开")


def find_disclosure(
    text: str,
    columns: Mapping[str, str],
    column_names: Mapping[str, str],
    aside: Iterable[str] = (),
) -> tuple[Field, ...]:
    """Return the strictest disclosure mark of a reply, of equals the first; none where unmarked.

    :param columns: a table row's, with `column_names` as in `corpus.types.Document`.
    :param aside: lines that the file has beside the text: running headers, margins.
    """
    name = FieldName.DISCLOSURE
    found = [Field(name, m.value, m.start, m.end) for m in iter_marks(text)]
    for line in aside:
        found += [Field(name, m.value, origin=f"aside:{line.strip()}") for m in iter_marks(line)]
    cells = columns.get("disclosure", "").split("\n")  # of several columns, as their names
    for heading, cell in zip_longest(column_names.get("disclosure", "公开属性").split("\n"), cells):
        value = read_named(heading or "公开属性", cell) if cell and cell.strip() else None
        if value:
            found.append(Field(name, value, origin=f"column:{heading or '公开属性'}"))
    for key in ("title", "agency", "doc_number", "outcome"):
        if speaks(columns.get(key, "")):
            origin = f"column:{column_names.get(key, key)}"
            marks = (m for m in iter_marks(columns[key]) if m.value is not Disclosure.UNCLEAR)
            found += [Field(name, mark.value, origin=origin) for mark in marks]
    return strictest_field(found)


def strictest_field(fields: Iterable[Field]) -> tuple[Field, ...]:
    """Return the field with the strictest disclosure mark, of equals the first; or none."""
    best = max(fields, key=lambda field: STRICTNESS.index(Disclosure(field.value)), default=None)
    return () if best is None else (best,)


def marks_in(fields: Iterable[Field]) -> list[Field]:
    """Return the disclosure marks among fields."""
    return [field for field in fields if field.name is FieldName.DISCLOSURE]


def speaks(line: str) -> bool:
    """Tell whether a line has any word that marks have."""
    return _SPEAKS.search(plain(line)) is not None


def iter_marks(text: str) -> Iterator[Mark]:
    """Yield all disclosure marks of a text, with their places in it, in no order."""
    text = plain(text)
    if not speaks(text):
        return
    lines = list(iter_paragraphs(text))
    menu = _menu_lines(lines)
    number = 0
    while number < len(lines):
        after = number + 1
        line = lines[number]
        if speaks(line.text):
            if has_boxes(line.text):
                after = _end_of_boxes(lines, number)
            yield from _marks_of_line(lines, number, after, number in menu)
        number = after


def _end_of_boxes(lines: Sequence[Paragraph], number: int) -> int:
    """Return the number of the line behind those whose boxes go together."""
    after = number + 1
    while after < min(len(lines), number + 6) and _goes_on(lines[after].text):
        after += 1
    return after


def _goes_on(line: str) -> bool:
    return len(line) <= _LONG_LINE and has_boxes(line) and speaks(line)


def _marks_of_line(
    lines: Sequence[Paragraph], number: int, after: int, is_menu: bool
) -> Iterator[Mark]:
    line = lines[number]
    whole = " ".join(each.text for each in lines[number:after])
    labelled = list(iter_labelled(lines, number, after))
    yield from labelled
    if has_boxes(whole):
        cells = whole.split("|") if len(whole) <= 5 * _LONG_LINE else [whole]
        ticked = None if labelled else strictest(list(map(read_boxes, cells)))
        if ticked:
            yield Mark(ticked, line.start, lines[after - 1].end)
        if ticked or labelled:
            return
    if not is_menu:
        bare = list(_bare(line))
        yield from bare if bare or labelled else _unclear(line)
    said = _DENIED.sub(lambda denied: "＿" * len(denied[0]), line.text)
    for sentence in _OF_THE_REPLY.finditer(said):
        value = _SENTENCES[sentence.lastgroup or "closed"]
        yield Mark(value, *line.span(*sentence.span()))


def _bare(line: Paragraph) -> Iterator[Mark]:
    """Yield the marks that stand by themselves: a line, cells, words, brackets."""
    text = line.text
    short = len(text) <= _LONG_LINE and "。" not in text[:-1]
    whole = read_mark(text) if short else None
    if whole:
        yield Mark(whole, line.start, line.end)
        return
    numbered = short and re.search(r"[号类]|^[（(\[【]", text)
    for start, end in _pieces(text, short):
        piece = text[start:end]
        value = read_boxes(piece) if has_boxes(piece) else read_mark(piece)
        if value is None:
            continue
        if value in _OPEN and text[start - 1 : start] in _JOINTS and start:
            continue
        if fold(piece).strip("，。") == "公开" and not numbered:
            continue
        label = _SAID_OF.search(text[max(0, start - 12) : start])
        if value in _OPEN and label and not (label["own"] or re.search(SUBJECT, piece)):
            continue  # what is proposed or announced to be open is not yet the reply
        if value in _OPEN and not (short or "件" in piece):
            continue
        yield Mark(value, *line.span(start, end))


def _unclear(line: Paragraph) -> Iterator[Mark]:
    """Yield what stands where marks do and speaks of 公开, though nothing in it was understood."""
    text = line.text
    places = [(0, len(text))] if len(text) <= _LONG_LINE else []
    if places and "号" in text:
        places += [token.span() for token in re.finditer(r"(?<=\s)\S{2,20}$", text)]
    places += [b.span(1) for b in _BRACKETS.finditer(text) if re.search(SUBJECT, b[1])]
    nested = _LAST_BRACKET.search(text[-_LONG_LINE:])
    if nested:
        offset = max(0, len(text) - _LONG_LINE)
        places.append((offset + nested.start(1), offset + nested.end(1)))
    for start, end in places:
        piece = text[start:end]
        value = read_mark(piece) or (Disclosure.UNCLEAR if is_unclear(piece) else None)
        if value not in (None, Disclosure.PUBLIC):
            yield Mark(value, *line.span(start, end))


_LAST_BRACKET = re.compile(rf"[{_OPENS}]([^。；，\n]{{2,20}}[{_SHUTS}]?)[{_SHUTS}][。]?$")

_SAID_OF = re.compile(r"(?P<own>属性|附注|备注|说明|注)?[：:]\s*$")
_OPEN = (Disclosure.PUBLIC, Disclosure.UNCLEAR)
_JOINTS = "·•/\\、，,"
_JOINED = re.compile(r"[^\s|｜·•/\\、，,]{2,40}")


def _pieces(text: str, short: bool) -> Iterator[tuple[int, int]]:
    for token in _TOKEN.finditer(text):
        if not speaks(token.group()):
            continue
        yield token.span()
        numbers = list(_BEHIND_NUMBER.finditer(text, *token.span())) if short else []
        if numbers:
            yield numbers[-1].end(), token.end()
    if short:
        if not text.endswith(("。", "；", "！", "？")):
            yield from (m.span() for m in _JOINED.finditer(text))
        yield from (m.span() for m in re.finditer(r"(?<=[：:])[^：:|｜]{2,40}", text))
    if "|" in text:
        yield from (m.span() for m in re.finditer(r"[^|｜]{2,60}", text))
    for bracket in _BRACKETS.finditer(text):
        start, end = bracket.span(1)
        at_edge = bracket.start() == 0 or len(text) - bracket.end() <= 1
        if not (short or at_edge or _SURE.search(bracket[1])):
            continue
        yield start, end
        yield from (
            (start + m.start(), start + m.end())
            for m in re.finditer(r"[^，,、\s]{2,40}", bracket[1])
        )


def _menu_lines(lines: Sequence[Paragraph]) -> set[int]:
    """Return the numbers of lines of a site's menus, where 依申请公开 is a link.

    A line that has nothing but such a word is one only between two lines that are.
    """
    plain = {
        n
        for n, line in enumerate(lines)
        if len(line.text) <= 200
        and "公开" in line.text
        and (_CRUMBS.search(line.text) or len(_MENU.findall(line.text)) >= 2)
    }
    sure = {n for n, line in enumerate(lines) if len(line.text) <= 30 and _MENU.search(line.text)}
    sure |= plain
    between = {n for n in range(1, len(lines) - 1) if n - 1 in sure and n + 1 in sure}
    return plain | (between - sure) | {n for n in sure if "申请公开" not in lines[n].text}
