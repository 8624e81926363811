"""The result of a reply (办理结果)."""

from __future__ import annotations

import re

from corpus.fields.head_line import read_head_line
from corpus.fields.layout import Layout
from corpus.spans import Paragraph
from corpus.text.label_words import OUTCOME_LABEL
from corpus.types import OUTCOMES, Field, FieldName

_SOLVED = r"(?:采纳|解决)(?:[或和、并]?(?:采纳|解决))?"
_OF_IT = (
    r"(?:(?!(?:尚|并|还)?[未没](?!成年)|无一)(?:(?!部分|个别|少数)[^A-D，。；：]){0,12}?"
    r"(?:问题|建议|意见|提案|议案|诉求|事项|内容)(?:均|都|皆)?)?"
)
_PLANNED = r"(?:已经?|拟|将)?[列纳]入[^，。；不未没无难了]{0,8}?(?:计划|规划)"
_STEPS = r"(?:内|中)?(?:拟|逐步|分步|分期|予以|加以){0,2}(?:解决|实施|落实)?"
_LATER = r"(?:今后|以后|日后|将来|下步)?的?(?:工作|决策|办理|研究|领导){0,2}[中时]?的?"
_WORDS = (
    (
        "采纳或解决",
        r"(?:采纳或解决|解决或采纳)"
        r"(?!(?:情况|程度|意见)?[：:]?(?:暂时?|尚|部分)?[不未没无难否有待拟缓]|的?条件|率|[：:](?:部分|暂))",
        rf"{_OF_IT}(?:现|已经?|全部|基本|得到|予以|被){{0,3}}{_SOLVED}"
        rf"(?:[（(]?(?:或者?|、)(?:已经?|基本|全部){{0,2}}{_SOLVED}[）)]?)?",
    ),
    (
        "列入计划拟解决",
        r"列入计划拟解决",
        rf"{_OF_IT}(?:正在(?:逐步|抓紧|研究)?解决(?:或者?|、|并))?{_PLANNED}{_STEPS}"
        rf"|{_OF_IT}(?:计划(?:逐步)?解决|拟解决)",
    ),
    (
        "留作参考",
        rf"(?:留作|留待|作为|用作){_LATER}参考",
        rf"仅?供{_LATER}参考|作参考",
    ),
)
"""For each result: what names it anywhere in a short text, what names it only as the whole.

正在解决 alone and 因条件限制 are no result in these words: provinces class them differently.
"""
_DENIED = re.compile(
    r"(?:[未没不无]有?|暂缓|难以|[有尚]?待|[是能]否|部分)(?:法|能|同意|予以?|便|宜|被|得到|完全|全部|及时|有效|曾){0,3}$"
)
_TICKED = "☑☒√✓✔■"
_TICK = re.compile(rf"([□☐{_TICKED}])([^□☐{_TICKED}]*)")
_LETTER = re.compile(
    r"(?:^|[（(“\"\u4e00-\u9fff])(?P<letter>[ABC])\d?[”\"）)]?类?件?[”\"）)】]?(?=$|[（(，,：:])"
)

_VALUE = (
    rf"(?:[□☐{_TICKED}] ?[^，。；：:\s|□☐{_TICKED}]{{1,12}} ?){{2,5}}"
    r"|[^，。；：:\s|]{1,20}(?:[，,][^，。；：:\s|]{0,8}参考)?"
)
_SAID = re.compile(
    rf"(?:办理结果|办理情况|办理类别|答复类别|办复类别)(?:分类)?(?:[：:]|为|是|属于?)\s*(?P<said>{_VALUE})"
    rf"|(?:^|[\s|｜（(【\[])(?:{OUTCOME_LABEL})[：:]\s*(?P<labelled>{_VALUE})"
)
_HINT = re.compile(r"办[理复结]|解决程度|答复|类别|分类|标记")
_MARK_LINE = re.compile(r"[（(【\[〔“\"]*([ABC])\d?[”\"]*类?[）)】\]〕”\"]*")
_NEAR = 10
_LINE_WITH_LETTER = re.compile(r"所提[^。，]{2,16}[（(]([ABC])类?[）)]")
_BEHIND_TITLE = re.compile(
    r"(?:答复|复函|函|意见|回复)\s?(?:[（(【\[]\s?([ABC])\d?\s?类?\s?[）)】\]]|\s([ABC])\d?类?|([ABC])\d?类)$"
)
"""The class letter behind a title: `……的答复【B】`, `……的答复 A类`."""

_BEFORE_TITLE = re.compile(r"[（(][^（()）]{4,30}号 ?([ABC])类?[）)](?=关于|对)")


def read_outcome(text: str) -> str | None:
    """Return the result that a short text names, one of OUTCOMES, or None where it is unknown.

    Words go before the class letter: `采纳或解决（A类）` is 采纳或解决, `所提问题已经解决（A）`
    and `“A”类` are A.
    """
    squeezed = _chosen(re.sub(r"\s", "", text))
    named = {value for value, inside, whole in _WORDS if _names(squeezed, inside, whole)}
    if named:
        return named.pop() if len(named) == 1 else None
    letters = set(_LETTER.findall(squeezed))
    return letters.pop() if len(letters) == 1 else None


def _chosen(text: str) -> str:
    """Return what is ticked of the choices that a form prints, nothing where that is unclear."""
    if not text.startswith(("□", "☐", *_TICKED)):
        return "" if "□" in text or "☐" in text else text
    ticked = [choice for box, choice in _TICK.findall(text) if box in _TICKED]
    return ticked[0] if len(ticked) == 1 else ""


def _names(text: str, inside: str, whole: str) -> bool:
    """Tell whether a text names a result and does not deny it: 未采纳或解决 names none."""
    for match in re.finditer(inside, text):
        if not _DENIED.search(text[max(0, match.start() - _NEAR) : match.start()]):
            return True
    return re.fullmatch(whole, text.strip('“”"（）()')) is not None


def find_outcome(layout: Layout) -> tuple[Field, ...]:
    """Return the result of the reply: said in a sentence, or a class letter on a line."""
    for number, line in enumerate(layout.paragraphs):
        for match in _SAID.finditer(line.text) if _HINT.search(line.text) else ():
            group = match.lastgroup or "said"
            value = read_outcome(match[group])
            if value:
                return (line.field(FieldName.OUTCOME, match.span(group), value),)
        if layout.head + _NEAR < number < len(layout.paragraphs) - _NEAR:
            continue  # a letter alone is a mark near the ends; further in, a row of a table
        found = _class_letter(line, in_head=number < layout.head)
        if found:
            return (found,)
    return ()


def _class_letter(line: Paragraph, *, in_head: bool) -> Field | None:
    if not any(letter in line.text for letter in "ABC"):
        return None
    match = _MARK_LINE.fullmatch(line.text) or _LINE_WITH_LETTER.fullmatch(line.text)
    if match is None and in_head:
        head_line = read_head_line(line.text)
        letter = head_line.letter if head_line else None
        if letter and letter.value in OUTCOMES:
            return line.field(FieldName.OUTCOME, (letter.start, letter.end), letter.value)
        match = _BEHIND_TITLE.search(line.text) or _BEFORE_TITLE.match(line.text)
    if match is None or match.lastindex is None:
        return None
    return line.field(FieldName.OUTCOME, match.span(match.lastindex))
