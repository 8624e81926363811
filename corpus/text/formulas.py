"""Find the set phrases that open and close a reply, so that they do not pass for substance.

Only what stands at the very edge of a text and is plainly a formula counts; whatever is in doubt
stays substance, because a fact that is taken for a formula can never be found.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.text.furniture import is_furniture
from corpus.text.label_words import LABEL_WORD
from corpus.text.sentences import sentence_spans
from corpus.text.sides import ANSWER_LABEL, ANSWER_PARTICULAR, CONTENT, is_byline
from corpus.text.simplified import plain
from corpus.types import Field, FieldName

_ORGAN = (
    r"(?:委员会|委|局|人民政府|政府|办公室|办公厅|办|办事处|街道|部|厅|院|署|行|社|中心|大队|支队"
    r"|总队|所|站|处|科|室|组|集团|公司|大学|学院|学校|中学|小学|协会|管委会|法院|检察院|党委"
    r"|镇|乡|区|县|会)"
)
_DATE = (
    r"(?:(?:19|20)\d\d\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日"
    r"|[二一]\s*[〇○ＯO0零一二三四五六七八九\s]{2,8}年\s*[一二三四五六七八九十]{1,3}\s*月"
    r"\s*[一二三四五六七八九十]{1,3}\s*日"
    r"|(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}(?:\s+\d{1,2}:\d\d(?::\d\d)?)?)"
)
_DATED = re.compile(rf"[（(]?{_DATE}[）)]?")
_CONTACT = (
    r"(?:联\s*系\s*人|联系电话|联系地址|联系方式|电\s*话|地\s*址|邮\s*编|邮政编码|经办人|承办人)"
)

_LETTERHEAD = re.compile(
    r"(?:办理结果|结果类别|办理类别|答复类别|公开属性|信息公开|公开方式|是否公开|主动公开|依申请公开"
    r"|不予公开|类别|分类|签发人|索引号|主题分类|发布日期|发布时间|发文日期|成文日期|信息来源|来源"
    r"|发布机构|发文机关|发文字号|文号|标题|密级|满意度|(?:来信|信件|留言|来件|答复|回复|办理)"
    r"(?:编号|标题|时间|日期|单位|部门|机构|状态|类型|类别))\s*(?:[：:].*)?"
    r"|[（(【]?\s*[A-CＡ-Ｃ]\s*[）)】]?\s*类?"
    rf"|[^，。；：！？\d]{{1,20}}[〔\[［【（(﹝]\s*(?:19|20)\d\d\s*[〕\]］】）)﹞]\s*第?\s*\d+\s*号"
    r"(?:\s*签发人.*)?"
    r"|第\s*\d+\s*号"
    rf"|[^，。；：！？、\d]{{2,40}}{_ORGAN}(?:文件|函)?"
    r"|[^。；！？]{0,60}(?:关于|对)[^。；！？]{2,80}的?"
    r"(?:答复|答复函|复函|函复|函|会办意见|协办意见|办理意见|答复意见|回复|回复函)(?:[（(].*[）)])?"
)
_SALUTATION = re.compile(
    r"(?!第?[一二三四五六七八九十\d（(]+[、.．）)])[^。；！？\n]{1,120}?"
    r"(?:委员|代表|同志|网友|市民|先生|女士|朋友|群众|们|委|局|办|办公室|政府|部门|部|厅|院"
    r"|单位|机构|企业|公司|会|党派|联|中心|”)\s*(?:[（(][^）)]*[）)])?\s*[：:]"
)
_QUESTION = re.compile(
    r"(?:来信|信件|留言|来件|咨询|诉求|投诉|提问|问题)(?:内容|正文|描述)\s*(?:[：:].*)?"
)
_ANSWER = re.compile(
    r"^(?:答复|回复|官方回复|办理|处理)(?:内容|正文|意见|情况|结果)[ \t]*[：:]?[ \t]*$",
    re.MULTILINE,
)
_HEAD_FIELDS = frozenset(
    {
        FieldName.TITLE,
        FieldName.AGENCY,
        FieldName.DOC_NUMBER,
        FieldName.OUTCOME,
        FieldName.DISCLOSURE,
        FieldName.RECIPIENT,
        FieldName.KIND,
    }
)

_AS_FOLLOWS = re.compile(
    r"(?:现|特|兹|将|就|作|做|给予|予以|有关|情况|简要|统一)[^。！？\n]{0,60}?"
    r"(?:回复|答复|函复|函告|复函|反馈|说明|汇报|回应|批复|解答|回答|告知|意见|情况)[^。！？\n]{0,20}?"
    r"如下\s*(?:[：:，,。.;；]|(?=\n|$))"
    r"|(?:现|特|兹|将)[^。！？\n]{0,40}?如下(?:会办|协办|办理|处理)?(?:回复|答复|函复|反馈|说明|汇报|解答|意见)\s*[：:，,。]"
    r"|(?:回复|答复|函复|函告|反馈|回应|解答|汇报|会办|协办|分办|办理)(?:意见|情况|内容)?(?:如下|于后|于下)\s*[：:，,。]"
    r"|(?:兹复|现复|特复|现答|兹答)如下\s*[：:，,。]|(?:现|兹)[^。！？\n]{0,20}(?:一并|统一|合并)[答回函]复\s*[：:]"
    r"|我[局委办厅部镇乡院会处]{1,2}(?:的)?(?:会办|协办|分办|办理)?意见(?:是|为)?\s*[：:]"
    r"|作(?:个|一|了)?(?:简要)?汇报\s*[：:]|供[你贵您]?[^。！？\n]{0,12}答复[^。！？\n]{0,12}参考\s*[：:，。]"
)
_TO_THE_LEAD = re.compile(r"请[^。]{0,10}(?:综合|汇总|一并|统一)[^。]{0,14}答复[^。]{0,8}。")
"""What an opinion asks of the department that answers for all."""
_TO_THE_READER = re.compile(r"您|你|网友|网民|来信|来电|来帖|留言|发帖|反映|提案|建议|收悉|感谢")
_FACT = re.compile(
    r"属实|由于|因为|原因|根据(?![您你])|依据|按照|依照|分析"
    r"|经[^，。：]{0,12}(?:了解|核实|核查|调查|查|查实|查证|调研|研究|协商|沟通|走访)[，,:：]"
    r"(?!\s*(?:现|将|兹|就|并|特|我|答复|回复|函复|批复))"
)
_REACH = 300
"""Characters within which a restatement of the message must lead to “答复如下”."""

_CARE = (
    r"(?:关心|关注|支持|监督|理解|信任|厚爱|参与|建议|意见|来信|来电|留言|反映|提醒|配合|批评"
    r"|帮助|献策)"
)
_THANKS = (
    r"(?:[^，。！？\d]{0,12}[，,：:])?(?:最后|首先|同时|在此|再次|衷心|非常|十分|诚挚|也|并|我们|对此"
    r"|，|,)*(?:的)?(?:表示)?(?:感谢|谢谢)(?![^。！？]*\d)"
    rf"(?:[^。！？，,；;]{{0,50}}{_CARE}[^。！？，,；;]{{0,12}}|[您你]|大家)?"
)
_RECEIVED = (
    r"[^。！？]{0,80}(?:收悉|知悉|获悉|收到|敬悉|阅悉|已悉)"
    r"(?:[，,](?:我|本|区|市|县|局|镇|街道|办|党|委|政府|领导|高度|非常|十分|对此)[^，。！？\d]{0,20}重视"
    r"|[，,]?(?:非常|十分|衷心)?(?:感谢|谢谢)[^，。！？\d]{0,40})?"
)
_GREETING = (
    r"(?:尊敬的|敬爱的|亲爱的)?[^，。！？\n]{0,30}?[：:，,\s]*(?:[您你]|大家)们?好"
    r"|(?:尊敬的)?(?:网友|市民|朋友|同志)[^，。！？\n]{0,20}"
)
_OPENING = re.compile(
    rf"(?:{_GREETING}|(?:{_GREETING})?[，,！!：:\s]*(?:{_RECEIVED}|{_THANKS}))"
    r"\s*[。！？!：:，,~～]*"
)

_GREETED = (
    r"(?:(?:尊敬|敬爱|亲爱)的\s?)?(?:[^，。；！？：:\n您你\d|]{0,16}?"
    r"(?:先生|女士|网友|网民|市民|居民|群众|家长|业主|村民|朋友|同志|同学|老师|来[信电]人|诉求人|[”》’）)])"
    r"|[\u4e00-\u9fff*＊×]{2,4})(?:朋友|同志)?们?\s?[，,：:！!]?\s{0,3}"
)
"""Whom an answer greets before its first fact, on the same line: `李先生您好，……`."""
_LEAD_IN = re.compile(
    rf"\s*(?:(?:{_GREETED})?[您你]们?好(?![，,]?(?:的|像|多|几))\s*[，,：:！!。]{{1,3}}"
    r"|[您你](?:们)?(?:的|关于|对|反映|在|通过|提[出的到])[^。！？：\n]{2,80}(?<![未没])(?:已经?)?(?:收悉|知悉)[，,]"
    r"|[您你](?:们)?(?:所)?(?:反映|留言|咨询)(?:的问题|称)?[：:]\s?“[^”\n]{1,600}”[。]?"
    r"|(?:\d{1,2}月\d{1,2}日)?(?:收到|接到)[^，。！？：\n]{2,60}"
    r"(?:反映|来信|留言|投诉|诉求|信件|工单|来件|交办件|转办件)。"
    r"|经[^，。：\n]{0,20}?(?:核实|调查|了解|核查|走访){1,2}[：:]\s*\n)\s*"
)
"""What leads in before the first fact of an answer, within a sentence or as one."""
_CLOSING = re.compile(
    rf"(?:(?:日期|时间)\s*[：:]\s*)?{_DATE}"
    rf"|(?!.*(?:请|咨询|联系|拨打|前往|[由向是为到在]))(?:[^，。；：！？\d]|(?<=[A-Z])\d){{1,40}}{_ORGAN}"
    rf"\s*(?:[（(](?:盖章|印章|代章|章)[）)])?\s*(?:{_DATE})?"
    rf"|{_THANKS}\s*(?:[，,]\s*(?:祝|敬祝|顺祝)[^。！？\d]{{0,30}})?[。！!~～]*\s*(?:{_DATE})?"
    r"|(?:由此|因此|对)?给[您你](?:们)?[^，。！？\d]{0,14}不便[^。！？\d]{0,24}"
    r"(?:谅解|理解|原谅|歉意|抱歉|包涵)[^，。！？\d]{0,6}[。！!]*"
    r"|(?:最后|在此)?[，,]?(?:敬?请)[^，。！？\d]{0,12}(?:谅解|理解|见谅|包涵)[^，。！？\d]{0,4}[。！!]*"
    r"|(?:最后)?[，,]?(?:祝|祝愿|敬祝|恭祝|顺祝)[^。！？\d]{0,40}[。！!]*"
    r"|(?:特此|专此|谨此|此)(?:函复|函告|回复|答复|回函|复函|函达|说明|报告|告知|致|复|布|函)"
    r"[^，。！？\d]{0,4}[。！!]*"
    r"|敬礼[。！!]*"
    r"|以上(?:意见|答复|回复|情况|是)[^。！？\d]{0,30}(?:参考|参阅|不妥[^。]{0,20}|满意|知悉|答复|回复)"
    r"[^，。！？\d]{0,8}[。！!]*"
    r"|(?:如有不妥|不妥之处|不当之处|妥否)[^。！？\d]{0,20}[。！!]*"
    r"|(?:也)?(?:热忱|真诚|诚挚)?(?:欢迎|希望|恳请|敬请|期待)[您你广](?:[^，。！？\d]{0,30})"
    rf"{_CARE}[^，。！？\d]{{0,16}}[。！!]*"
    r"|（此件[^）]{0,12}公开[^）]{0,8}）|（此页无正文）|（本文有删减）"
    r"|(?:附注|公开属性|公开方式|办理结果|抄送|抄报|主送|分送)\s*[：:].*"
    rf"|.{{2,40}}\s*{_DATE}\s*印发"
)
_CONTACT_LINE = re.compile(rf"[（(]?{_CONTACT}(?:姓名)?\s*[：:].*")
_EDGE_UNITS = 40
_PARTICULAR = re.compile(rf"[【\[]?{LABEL_WORD}(?:[】\]]|\s?[:：|｜]|\s(?=\S))[^。]*$")
_PARTICULAR_LIMIT = 80
_SHORT_PARTICULAR = re.compile(
    r"[【\[]?[\u4e00-\u9fff]{2,8}[】\]]?\s?[：:|｜】]?\s?[^。！？：:]{0,30}"
)
_UNKNOWN_PARTICULARS = 6
_LONGEST_RESULT = 20
"""Behind `办理结果：` at the very head, up to so many characters are a class and no answer."""


def find_edges(text: str, fields: Sequence[Field] = (), body: int = 0) -> tuple[int, int]:
    """Return where the opening formulas end and where the closing ones begin.

    The two offsets are in order; `text[:first]` is opening, `text[second:]` closing, and what
    stands between is substance, which may be empty where a text is all formula. The fields tell
    which lines are letterhead, `body` where the letter begins for certain.
    """
    text = plain(text)
    opening = _skip_sentences(text, _skip_letterhead(text, fields, body))
    return opening, _find_closing(text, opening)


def _skip_letterhead(text: str, fields: Sequence[Field], body: int) -> int:
    heads = [field for field in fields if field.name in _HEAD_FIELDS and field.start >= 0]
    place = body
    spoken = {field.start: field.end for field in heads if field.name is FieldName.AGENCY}
    for _ in range(_EDGE_UNITS):
        start, end = _next_line(text, place)
        said_by = spoken.get(start, -1)
        if text[said_by : said_by + 1] in ("：", ":") and said_by + 1 < end:
            return said_by + 1  # `某某局：` before what it says
        line = text[start:end]
        label = ANSWER_LABEL.match(line) or (CONTENT.match(line) if body or place else None)
        said = len(line[label.end() :].strip()) if label else 0
        first = not (body or place) and not line.endswith(("。", "！"))
        may_be_class = first and label is not None and "结果" in label.group()
        if label is not None and said > (_LONGEST_RESULT if may_be_class else 0):
            place = end - len(line[label.end() :].lstrip(" |｜:："))
            continue
        # The last line of a text is never letterhead: there is nothing that it could head.
        if not line or not text[end:].strip():
            break
        if _SALUTATION.fullmatch(line):
            return end
        answer = _ANSWER.search(text, end) if _QUESTION.fullmatch(line) else None
        if answer is not None and text[answer.end() :].strip():
            place = answer.end()
            continue
        if not (
            label is not None
            or _LETTERHEAD.fullmatch(line)
            or ANSWER_PARTICULAR.match(line)
            or (len(line) <= _PARTICULAR_LIMIT and _PARTICULAR.match(line))
            or is_furniture(line)
            or is_byline(line)
            or _DATED.fullmatch(line)
            or _is_covered(heads, start, end)
        ):
            return _answer_below(text, place) if body else place
        place = end
    return place


def _answer_below(text: str, place: int) -> int:
    """Return where an answer's label stands below a few particulars that are not known."""
    at = place
    for _ in range(_UNKNOWN_PARTICULARS):
        start, end = _next_line(text, at)
        line = text[start:end]
        label = ANSWER_LABEL.match(line)
        if label and at > place and label.group()[-1:] in "：:】|":
            return end - len(line[label.end() :].lstrip(" |｜:："))
        if not line or not _SHORT_PARTICULAR.fullmatch(line):
            return place
        at = end
    return place


def _next_line(text: str, place: int) -> tuple[int, int]:
    while place < len(text) and text[place].isspace():
        place += 1
    end = text.find("\n", place)
    end = len(text) if end < 0 else end
    return place, place + len(text[place:end].rstrip())


def _is_covered(fields: Sequence[Field], start: int, end: int) -> bool:
    covered = sum(
        max(0, min(field.end, end) - max(field.start, start))
        for field in fields
        if field.start < end and field.end > start
    )
    return covered * 2 > end - start


def _skip_sentences(text: str, place: int) -> int:
    """Pass over greetings, receipts, and a restatement that leads to “答复如下：”."""
    reach = place + _REACH
    for _ in range(_EDGE_UNITS):
        follows = _to_as_follows(text, place, reach)
        if follows > place:
            return follows
        lead = _LEAD_IN.match(text, place)
        if lead and text[lead.end() :].strip():
            place = lead.end()
            continue
        spans = sentence_spans(text, place, min(len(text), place + _REACH))
        if not spans or not _OPENING.fullmatch(text, *spans[0]):
            return place
        place = spans[0][1]
        reach = place + _REACH
    return place


def _to_as_follows(text: str, place: int, reach: int) -> int:
    """Return where “……答复如下：” ends, or -1 where it does not plainly lead the text in."""
    match = _AS_FOLLOWS.search(text, place, reach)
    if match is None:
        return -1
    before = text[place : match.end()]
    if _FACT.search(before) or before.strip().count("\n") > 1:
        return -1
    spans = sentence_spans(text, place, match.end())
    if not all(_TO_THE_READER.search(text, start, end) for start, end in spans[:-1]):
        return -1
    lead = _TO_THE_LEAD.match(text, match.end())
    return lead.end() if lead else match.end()


def _find_closing(text: str, opening: int) -> int:
    place = len(text)
    # Formulas are short: what lies further back than this is not looked at.
    spans = sentence_spans(text, max(opening, place - 2_000), place)
    for start, end in reversed(spans):
        line = text[text.rfind("\n", 0, start) + 1 : _next_line(text, start)[1]].strip()
        if is_furniture(line):
            place = start
            continue
        at_line_start = line.startswith(text[start:end])
        contact = at_line_start and start > opening and _CONTACT_LINE.fullmatch(text, start, end)
        if not contact and not _CLOSING.fullmatch(text, start, end):
            break
        place = start
    return place
