"""What labels say of a reply: particulars such as `文号 | 某字〔2021〕9号`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from corpus.fields.dates import read_date
from corpus.fields.doc_number import read_doc_number
from corpus.fields.layout import Layout, is_label
from corpus.fields.outcome import read_disclosure, read_outcome, read_role
from corpus.spans import Paragraph, tidy
from corpus.types import Field, FieldName

_LINE_LIMIT = 300
"""A longer line is no line of particulars."""

_LABELS = {
    FieldName.AGENCY: "发文机关 发文单位 制发机关 制发单位 发布机构 发布机关 答复单位 答复机关 "
    "答复部门 回复单位 回复部门",
    FieldName.DOC_NUMBER: "发文字号 发文文号 发文编号 公文文号 文号 字号",
    FieldName.TITLE: "标题 题目 主题 公文标题 文件标题 留言标题 来信标题 信件标题 事项名称",
    FieldName.DATE: "成文日期 成文时间 发文日期 答复日期 答复时间 回复日期 回复时间 办复日期",
    FieldName.ASKED: "来信时间 来信日期 留言时间 留言日期 提问时间 写信时间 提交时间",
    FieldName.OUTCOME: "办理结果 办理结果分类 办理类别 答复类别 办复类别 结果类别 复文类别 "
    "答复类型 类别 分类",
    FieldName.DISCLOSURE: "公开属性 公开方式 公开类别 公开形式 公开选项 信息公开选项 "
    "信息公开属性 信息公开类别 信息公开 是否公开",
    FieldName.MATTER_NUMBER: "提案编号 提案号 建议编号 建议号 议案编号 案号",
    FieldName.MATTER_TITLE: "提案名称 提案标题 提案题目 建议名称 建议标题 建议题目 议案名称 案由",
    FieldName.SESSION: "届次 会议届次",
    FieldName.PROPOSER: "提案人 提案者 第一提案人 提案委员 提案单位 提出人 领衔代表 领衔人 "
    "建议人 代表姓名 委员姓名",
    FieldName.ROLE: "办理类型 办理方式 办理角色 承办类型 承办方式 承办性质",
}
_NAMES = {label: name for name, labels in _LABELS.items() for label in labels.split()}
_ANY = "|".join(r"\s*".join(label) for label in sorted(_NAMES, key=len, reverse=True))
_PARTICULAR = re.compile(
    rf"(?:^|[|｜\s])[（(【\[]?(?P<label>{_ANY})\s*[】\]]?\s*[：:|｜]\s*(?P<value>[^|｜]+?)"
    rf"(?=\s*(?:$|[|｜])|\s+(?:{_ANY}|[\u4e00-\u9fff]{{2,8}})[：:])"
)
_NUMBER = re.compile(r"第?\s*(?P<id>[A-Za-z]{0,3}-?\d[\d-]{0,14})\s*号?")


def find_particulars(layout: Layout) -> tuple[Field, ...]:
    """Return the fields that labels announce, each label at the start of a line or cell.

    A value that cannot be read (an unknown result, a date no calendar has) gives no field.
    """
    fields: list[Field] = []
    for line in layout.paragraphs:
        if len(line.text) > _LINE_LIMIT or not is_label(line.text):
            continue
        for match in _PARTICULAR.finditer(line.text):
            name = _NAMES[re.sub(r"\s", "", match["label"])]
            if all(field.name is not name for field in fields):
                fields.extend(_read(name, line, *match.span("value")))
    return tuple(fields)


def _read(name: FieldName, line: Paragraph, start: int, end: int) -> Iterator[Field]:
    if name is FieldName.PROPOSER:
        parts = re.finditer(r"[^、，,\s]+(?<!等)", line.text[start:end])
        spans = [(start + part.start(), start + part.end()) for part in parts]
    elif name is FieldName.MATTER_NUMBER:
        number = _NUMBER.fullmatch(line.text, start, end)
        spans = [number.span("id")] if number else []
    else:
        spans = [(start, end)]
    read = _READERS.get(name, tidy)
    for low, high in spans:
        value = read(line.text[low:high])
        if value:
            yield Field(name, value, line.start + low, line.start + high)


_READERS: dict[FieldName, Callable[[str], str | None]] = {
    FieldName.DOC_NUMBER: read_doc_number,
    FieldName.DATE: read_date,
    FieldName.ASKED: read_date,
    FieldName.OUTCOME: read_outcome,
    FieldName.DISCLOSURE: read_disclosure,
    FieldName.ROLE: read_role,
}
