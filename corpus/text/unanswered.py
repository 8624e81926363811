"""Pages that hold a citizen's message and no answer to it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.text.furniture import is_furniture
from corpus.text.label_words import LABEL_WORD
from corpus.text.salutation import find_anchors
from corpus.text.sides import ANSWER_LABEL, ANSWER_PARTICULAR, CONTENT, MESSAGE_LABEL, SECTION

_OFFICE = re.compile(
    r"我(?:局|委|办|处|中心|大队|支队|院|所|单位|部门|街道|公司|校|站|厅|行)|收悉|[答回函]复如下|此复|特此|情况属实"
    r"|(?:现将|现就)[^。]{0,60}(?:如下|[答回]复)|(?:^|[。；，！：\s])经[^，。]{0,30}?(?:核实|核查|调查|了解|查|现场|研究|核|走访)[，：,:]"
    r"|(?<![向给跟对和])[您你](?:们)?(?:好)?[，,！!]?[您你]?(?:所)?(?:反映|咨询|提出|提到|来信|来电|的留言|的来信|的诉求|的问题|的建议)"
    r"|感谢[您你]|已(?:于|经)?[^，,。]{0,14}(?:修复|整改|清理|清除|处理完毕|办结|约谈|转交|安排|移交|派)"
    r"|(?:工作人员|执法人员|民警|网格员)[^。]{0,20}(?:现场|核实|联系|走访|查看)"
    r"|(?:来电人|反映人|诉求人|来信人|投诉人|信访人|反映者)(?!\s?[:：|])|(?:网友|群众|来信)反映的|下一?步[，,]"
    r"|建议(?:[您你]|来电人|诉求人)|(?:敬请|予以|给予)(?:谅解|理解)|不在我"
    r"|将(?:积极|尽快|继续|进一步|督促|加强|加大)|[列纳]入[^，,。]{0,12}(?:计划|规划)|官方[回答]复|(?:局|委|政府|办|镇|街道|中心|大队|医院|公司|方面)[^，。：]{0,6}(?:回应|回复|答复|表示)[称说，：]|的(?:答复|复函|回复|函)$|(?:意见|办法|通知|方案|公告|规定|报告)$",
    re.MULTILINE,
)
"""What an office says, or how a document of one ends its title."""
_CITIZEN = re.compile(
    r"(?:(?<!申)请|望|愿|盼|求|恳求|呼吁)[^，。？！\n]{0,20}(?:部门|政府|领导|尽快|早日|解决|管管|重视)|想[请问]|请问|本人|我家|我妈|我爸"
    r"|我们(?:是|组|村|小区|这里|这儿|住)|我是|[没无]人管|无果|为什么|为何|怎么办|何时|[？?]"
)
"""What only a citizen says; an office that asks once may do so of itself."""
_SURELY_OFFICE = re.compile(
    r"(?:[答回函]复|反馈|说明)如下|收悉|我(?:局|委|办|大队|支队|中心|街道|单位)|特此[答回]复|情况属实"
    r"|(?<![向给跟对和])[您你]所?反映|感谢[您你]对|(?:办理|处理|核查|调查|整改)(?:结果|情况)[：:]\s?\S{4}"
)
"""What hardly any citizen says."""
_BRIEF = re.compile(
    r"(?:[您你]好|感谢|谢谢|已|正在|经|同意|暂|不|情况|收到|请|将|目前|现).{1,10}|.{3,11}[。！!]"
)
"""An answer of a few words."""
_NOT_YET = re.compile(
    r"[（(]?(?:(?:暂|尚|还|目前)?[无未](?:作出)?(?:答复|回复|反馈|办理结果)|(?:暂|还)?没有(?:答复|回复)"
    r"|[待等](?:答复|回复|办理)|(?:正在)?(?:办理|处理|受理|转办)中|暂?无|空|[-—/]{1,2})[。…！）)]{0,2}"
    r"|[您你]?的?(?:来信|信件|留言|诉求|问题|工单|申请|咨询)?(?:我们)?(?:已经?收到|已经?受理|[正已]在).{0,16}"
    r"(?:耐心|请|敬请)(?:等待|等候|等|稍[候后等]).{0,6}"
)
"""What a page writes where an answer is still to come."""
_STEP = re.compile(
    r"20\d\d\s?[-./年]\d.{2,18}?\s\S{0,30}?(?:提交成功|[已经]{0,2}(?:提交|审核|签收|受理|登记|接收|分[派拨]|派[单发])"
    r"|[已经]{0,2}[转交]\S{2,30}(?:办理|处理|处置|承办))[。；]?"
)
"""A step of a matter's way through offices, which answers nothing."""
_PASSED_ON = re.compile(
    r"(?:\d{1,2}\s?[.、]\s?)?(?:[\u4e00-\u9fff]{2,16}\s)?[\[（(]?20\d\d\s?[-./年]\s?\d[^。，！？]{2,60}?(?:受理|审核|签收|登记|接收|[转交分派][办派发单交]|转|指派|交由)"
    r"[^。，！？]{0,40}"
)
"""A step that hands a matter on, whoever takes it."""
_HANDED_ON = re.compile(
    r".{0,40}(?:转交|转至|转给|转达|转办|交由|反馈给)[^。]{2,40}[，,。！](?:[^。]{0,16})(?:等待|等候|稍[候后等])[^。]{0,12}[。！]?.{0,12}"
)
_LONGEST_WAIT = 120
WAITS = re.compile("等待|等候|请等|稍[候后等]|耐心|[办处受]理中")
"""What every line that waits for an answer has."""
_FEWEST_SAID = 2
_ASKED_BY = re.compile(
    r"(?:来信人|写信人|留言人|问政单位|网友|网民)\s*[：:|]|[^。]{1,40}发[表布]于\s*[:：]?\s*20\d\d"
)
_SENTENCE = 12
_GREETS = re.compile(rf"\s{{0,4}}{LABEL_WORD}\s?[:：]\s?[您你]们?好")
"""`来信人：您好！` greets, though 来信人 is a label elsewhere."""
_LONGEST_PARTICULAR = 80
_LABELLED = re.compile(rf"[•·◆■\s]*(?:{LABEL_WORD})(?:\s*[:：|]|\s|$)")


def has_no_answer(text: str, body: int = -1) -> bool:
    """Tell whether a text is a citizen's message alone.

    It is where nothing in it is an office's, and it speaks as citizens do, or the place that a
    page keeps for the answer is empty. A text that shows neither is taken for an answer.

    :param body: where the message stood that was taken out of the text; -1 = there was none.
    """
    if body >= 0:
        return not says_anything(text[body:].split("\n"))
    if _OFFICE.search(text):
        return False
    lines = text.split("\n")
    anchors = find_anchors(lines)
    if any(not (anchor.found and anchor.found.to_leaders) for anchor in anchors):
        return False
    if any(ANSWER_LABEL.match(line) and _says(line) for line in lines):
        return False
    marked = anchors or any(_ASKED_BY.match(line) or MESSAGE_LABEL.match(line) for line in lines)
    said = [match.group() for match in _CITIZEN.finditer(text)]
    if marked:
        return bool(said)
    # Questions alone do not tell: documents ask and answer themselves.
    return len(said) >= _FEWEST_SAID and not set("？?").issuperset(said)


def only_a_citizen(text: str) -> bool:
    """Tell whether words are such as a citizen says, and nothing in them is an office's."""
    return _CITIZEN.search(text) is not None and _OFFICE.search(text) is None


def may_be_a_citizen_s(text: str) -> bool:
    """Tell whether words may be a citizen's: nothing in them is surely, or only, an office's."""
    if _SURELY_OFFICE.search(text):
        return False
    return _CITIZEN.search(text) is not None or _OFFICE.search(text) is None


def says_anything(lines: Sequence[str]) -> bool:
    """Tell whether any line below a message says something: a sentence, or a few words of one."""
    return any(map(_says, lines)) or any(
        _BRIEF.fullmatch(line)
        and not (is_furniture(line) or _LABELLED.match(line) or _NOT_YET.fullmatch(line))
        for line in lines
    )


def office_from(lines: Sequence[str]) -> int:
    """Return the first line that is surely an office's, -1 where none is."""
    return next((n for n, line in enumerate(lines) if _SURELY_OFFICE.search(line)), -1)


def is_step(line: str) -> bool:
    """Tell whether a line is a step of a matter's way that only hands it on."""
    return _STEP.fullmatch(line) is not None or _PASSED_ON.fullmatch(line) is not None


def waits(line: str) -> bool:
    """Tell whether a line only says that a matter was handed on, and an answer is to come."""
    return (
        len(line) <= _LONGEST_WAIT
        and WAITS.search(line) is not None
        and (_NOT_YET.fullmatch(line) is not None or _HANDED_ON.fullmatch(line) is not None)
    )


def _says(line: str) -> bool:
    """Tell whether a line below a message says anything, rather than only labelling."""
    label = ANSWER_LABEL.match(line) or CONTENT.match(line)
    if label:
        said = line[label.end() :].strip(" |｜:：")
        return len(said) > 1 and not _NOT_YET.fullmatch(said)
    if len(line) < _SENTENCE or is_furniture(line):
        return False
    if _NOT_YET.fullmatch(line) or _STEP.fullmatch(line):
        return False
    if _GREETS.match(line) or (len(line) > _LONGEST_PARTICULAR and "。" in line):
        return not MESSAGE_LABEL.match(line)
    return not (
        ANSWER_PARTICULAR.match(line)
        or (SECTION.match(line) and "。" not in line)  # 反映情况属实，已修好。
        or _LABELLED.match(line)
    )
