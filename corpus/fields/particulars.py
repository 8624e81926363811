"""What labels say of a reply: particulars such as `文号 | 某字〔2021〕9号`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from corpus.fields.dates import read_date
from corpus.fields.doc_number import read_doc_number
from corpus.fields.head_line import OUTCOME_LABELS
from corpus.fields.layout import Layout, is_label
from corpus.fields.matter_number import read_matter_numbers
from corpus.fields.outcome import read_outcome, read_role
from corpus.fields.proposers import read_proposers
from corpus.fields.zones import fold
from corpus.spans import Paragraph, tidy
from corpus.types import Field, FieldName

_LINE_LIMIT = 300
"""A longer line is no line of particulars."""

_LEAST_SPACED = 4
"""A shorter word with room behind it may as well begin a sentence."""
_LABELS = {
    FieldName.AGENCY: "发文机关 发文单位 制发机关 制发单位 发布机构 发布机关 发布单位 "
    "答复单位 答复机关 答复部门 回复单位 回复部门 回复机关 复函单位 解答单位 反馈单位 办理单位 "
    "办理部门 处理单位 处理部门",
    FieldName.DOC_NUMBER: "发文字号 发文文号 发文编号 发文号 公文文号 公文字号 答复文号 "
    "答复编号 复文字号 文号 字号 编号",
    FieldName.TITLE: "标题 题目 主题 公文标题 文件标题 留言标题 来信标题 信件标题 事项名称 "
    "来信主题 信件主题 咨询主题 留言主题 咨询标题 问题标题 诉求标题",
    FieldName.DATE: "成文日期 成文时间 发文日期 答复日期 答复时间 回复日期 回复时间 "
    "办复日期 办复时间 签发日期 落款日期 反馈时间 办结时间",
    FieldName.ASKED: "来信时间 来信日期 留言时间 留言日期 提问时间 提问日期 写信时间 "
    "写信日期 发信时间 诉求时间 提交时间 提交日期 咨询时间 咨询日期 反映时间 发帖时间",
    FieldName.OUTCOME: " ".join(OUTCOME_LABELS),
    FieldName.MATTER_NUMBER: "提案编号 提案号 提案序号 提案案号 建议编号 建议号 建议序号 "
    "议案编号 议案号 案号",
    FieldName.MATTER_TITLE: "提案名称 提案标题 提案题目 提案主题 提案案由 建议名称 建议标题 "
    "建议题目 建议主题 建议案由 议案名称 议案标题 案由 案题 案名",
    FieldName.SESSION: "届次 会议届次 届别",
    FieldName.PROPOSER: "提案人 提案者 第一提案人 第一提案者 主提案人 原提案人 提案委员 "
    "提案单位 提案提出者 提出人 提出者 建议提出者 原建议提出者 建议提出人 领衔代表 领衔人 "
    "建议人 建议代表 代表姓名 委员姓名",
    FieldName.ROLE: "办理类型 办理方式 办理形式 办理角色 承办类型 承办方式 承办性质 承办形式",
}
_NAMES = {label: name for name, labels in _LABELS.items() for label in labels.split()}
_ANY = "|".join(r"\s*".join(label) for label in sorted(_NAMES, key=len, reverse=True))
_PARTICULAR = re.compile(
    rf"(?:^|[|｜\s•●])[（(【\[]?(?P<label>{_ANY})\s*[】\]]?\s*[：:|｜]\s*(?P<value>[^|｜]+?)"
    rf"(?=\s*(?:$|[|｜])|\s+(?:{_ANY}|[\u4e00-\u9fff]{{2,8}})[：:])"
)
_LONG = "|".join(label for label in _NAMES if len(label) >= _LEAST_SPACED)
_SPACED = re.compile(rf"(?:^|[|｜]) ?(?:{_LONG})(?P<space> )(?=[^\s|｜：:])")
"""A label that a page parts from its value by room alone."""
_STARTS = re.compile(rf"[|｜（(【\[\s•●]*(?:{_ANY})\s*[】\]]?\s*[：:|｜]")


def find_particulars(layout: Layout) -> tuple[Field, ...]:
    """Return the fields that labels announce, each label at the start of a line or cell.

    A value that cannot be read (an unknown result, a date no calendar has) gives no field.
    """
    fields: list[Field] = []
    for number, line in enumerate(layout.paragraphs):
        folded = _particular(line.text, in_head=number < layout.head)
        for match in _PARTICULAR.finditer(folded) if folded else ():
            name = _NAMES[re.sub(r"\s", "", match["label"])]
            if all(field.name is not name for field in fields):
                fields.extend(_read(name, line, *match.span("value")))
    return tuple(fields)


def _particular(line: str, *, in_head: bool) -> str:
    """Return the line folded where a label begins it, else an empty string."""
    if in_head and len(line) <= _LINE_LIMIT and _SPACED.search(line):
        line = _SPACED.sub(lambda label: f"{label.group()[:-1]}：", line)
    if len(line) > _LINE_LIMIT or not any(mark in line for mark in "：:|｜"):
        return ""
    folded = fold(line)
    return folded if (in_head and _STARTS.match(folded)) or is_label(line) else ""


def _read(name: FieldName, line: Paragraph, start: int, end: int) -> Iterator[Field]:
    value = line.text[start:end]
    if name is FieldName.MATTER_NUMBER:
        for number, low, high in read_matter_numbers(value):
            yield Field(name, number, line.start + start + low, line.start + start + high)
        return
    spans = [(start, end)]
    if name is FieldName.PROPOSER:
        spans = [(start + low, start + high) for low, high in read_proposers(value)]
    read = _READERS.get(name, tidy)
    for low, high in spans:
        found = read(line.text[low:high])
        if found:
            yield Field(name, found, line.start + low, line.start + high)


_READERS: dict[FieldName, Callable[[str], str | None]] = {
    FieldName.DOC_NUMBER: read_doc_number,
    FieldName.DATE: read_date,
    FieldName.ASKED: read_date,
    FieldName.OUTCOME: read_outcome,
    FieldName.ROLE: read_role,
    FieldName.SESSION: lambda text: tidy(text) if "届" in text or "屆" in text else None,
}
