"""Columns: the names that columns usually have, and what columns of such names hold."""

from __future__ import annotations

import re
from collections.abc import Iterable


def _joined(heads: str, tails: str) -> tuple[str, ...]:
    return tuple(head + tail for head in heads.split() for tail in tails.split())


_ASKING = "留言 来信 信件 咨询 投诉 诉求 问题 提问 反映 举报 求助 来电 工单 事项 办件"
_ASK = "question ask message letter consult mail issue appeal post thread"
_ANSWER = "reply answer response feedback"

HEADINGS: dict[str, tuple[str, ...]] = {
    "id": (
        *("id", "_id", "编号", "受理编号", "受理号", "流水号"),
        *_joined("留言 信件 来信 问题 工单 诉求 事项 办件 来件 咨询 投诉", "编号 号"),
        *("number", "no", "tid", "uuid", "guid", *_joined(_ASK, "id no"), "orderid", "orderno"),
        *("caseid", "replyid"),
    ),
    "title": (
        *("title", "标题", "主题", *_joined(_ASKING, "标题 主题 名称 题目"), "题目"),
        *("答复标题", "回复标题", "文件标题", "公文标题", "subject", "topic"),
        *_joined(_ASK, "title subject"),
    ),
    "question": (
        *("question", *_joined(_ASKING, "内容 详情 正文 描述"), "写信内容", "提案内容", "建议内容"),
        *("提案正文", "建议正文", "反映情况", "反映问题", "问题", "提问", "留言", "诉求"),
        *(
            "网友留言",
            "群众留言",
            "群众诉求",
            "message",
            *_joined(_ASK, "content text body detail"),
        ),
        *_joined(_ASK, "desc description"),
    ),
    "reply": (
        *(
            "reply",
            "答复内容",
            "答复意见",
            "答复正文",
            "答复全文",
            "回复内容",
            "回复意见",
            "回复正文",
        ),
        *("回复全文", "官方回复", "官方答复", "部门回复", "部门答复", "单位回复", "单位答复"),
        *("政府回复", "领导回复", "答复情况", "回复情况", "答复详情", "回复详情", "答复信息"),
        *("回复信息", "答复文本", "复函内容", "复函正文", "解答内容", "回答内容", "办复内容"),
        *(
            "办复意见",
            "办理答复",
            "办理回复",
            "办理反馈",
            "处理反馈",
            "承办单位答复",
            "承办单位回复",
        ),
        *("承办单位意见", "办理意见", "处理意见", "反馈内容", "反馈意见", "反馈情况", "反馈详情"),
        *("答复", "回复", "回答", "解答", "复函", "answer", "response"),
        *_joined(_ANSWER, "content text body detail info message contents"),
    ),
    "date": (
        *(
            "date",
            "replied",
            *_joined("答复 回复 反馈 解答 办复 复文 复函 办结 处理 办理", "时间 日期"),
        ),
        *("成文日期", "发文日期", "成文时间", "发文时间", "印发日期", "repliedat", "answered"),
        *_joined(_ANSWER, "time date at dateline"),
        *_joined("finish deal handle", "time date"),
    ),
    "asked": (
        *(
            "asked",
            *_joined(_ASKING, "时间 日期"),
            *_joined("写信 提交 登记 提出 发起", "时间 日期"),
        ),
        *("受理时间", "受理日期", "创建时间", "askedat", "createtime", "createdate", "createdat"),
        *("dateline", "posttime", "submittime", *_joined(_ASK, "time date at")),
    ),
    "agency": (
        *("agency", *_joined("答复 回复 办理 承办 主办 处理 责任 反馈", "单位 部门 机构 机关")),
        *("发文机关", "发文单位", "department", "dept", "organization", "organisation", "org"),
        *("unit", "orgname", "deptname", "unitname"),
        *_joined(f"{_ANSWER} handle", "dept department unit org organization office agency"),
        *_joined(f"{_ANSWER} handle", "orgname deptname unitname"),
    ),
    "doc_number": (
        *("doc_number", "发文字号", "文号", "发文文号", "答复文号", "办复文号", "复文字号"),
        *("复文文号", "公文文号", "发文编号", "复函文号", "回复文号", "答复字号", "公文字号"),
    ),
    "outcome": (
        *("outcome", "办理结果分类", "办理结果类别", "办理结果类型", "答复类别", "答复类型"),
        *("办理类别", "办复类别", "结果类别", "结果分类", "复文类别", "办复分类", "答复分类"),
    ),
    "disclosure": (
        *("disclosure", "公开属性", "信息公开属性", "政务公开属性", "公开方式", "信息公开方式"),
        *("公开类型", "公开类别", "信息公开类别", "公开形式", "公开范围", "公开状态", "公开选项"),
        *("信息公开选项", "公开意见", "是否公开", "是否同意公开", "是否主动公开", "是否可以公开"),
        *("是否宜公开", "是否对外公开", "是否网上公开", "能否公开", "可否公开", "公开与否", "密级"),
    ),
    "matter_number": (
        *("matter_number", *_joined("提案 建议 议案", "编号 号 号码 序号"), "案号", "立案号"),
        *("立案编号", "proposalid", "proposalno", "proposalnumber"),
    ),
    "matter_title": (
        *("matter_title", *_joined("提案 建议 议案", "标题 名称 题目 案由"), "案由", "案名"),
        *("proposaltitle", "proposalname"),
    ),
    "session": ("session", "届次", "会议届次", "届别", "所属届次", "会次", "会议名称"),
    "proposer": (
        *("proposer", "proposers", "提案人", "提案者", "第一提案人", "提案人姓名", "提案委员"),
        *("提案单位", "委员姓名", "提出人", "领衔代表", "领衔人", "领衔委员", "建议人", "提议人"),
        *("代表姓名", "提建议人", "提出代表", "第一提出人"),
    ),
    "recipient": ("recipient", "主送机关", "主送单位", "主送"),
    "role": (
        *("role", "办理方式", "办理角色", "承办类型", "承办方式", "承办性质", "主协办"),
        *("主会办", "主办会办", "主办协办", "办理性质"),
    ),
    "kind": ("kind", "答复种类", "公文种类"),
    "contact_person": (
        *("contact_person", "承办人", "经办人", "承办人姓名", "经办人姓名", "具体承办人"),
        "单位联系人",
    ),
    "contact_phone": (
        *("contact_phone", "承办人电话", "承办电话", "经办人电话", "承办人联系电话"),
        *("承办人联系方式", "承办单位电话", "经办人联系电话", "单位联系电话"),
    ),
    "contact_address": ("contact_address", "承办单位地址", "答复单位地址", "单位地址"),
    "postcode": ("postcode", "邮编", "邮政编码"),
}
"""The usual headings of each column, in the order in which they are preferred."""

UNSURE: dict[str, tuple[str, ...]] = {
    "reply": (
        *_joined("办理 处理 落实 处置 办结 答复", "结果 情况"),
        *("result", "dealresult", "handleresult"),
    ),
    "outcome": ("办理结果", "处理结果", "答复结果", "类别", "分类", "办理情况", "办理类型"),
    "role": ("办理类型",),
    "question": ("content", "内容", "正文", "主要内容", "text", "body", "详情", "描述"),
}
"""Headings that tell only together with what stands below them: 办理结果 may be a letter."""

ANYTHING = ("content", "内容", "正文", "全文", "text", "body", "详情", "详细内容", "正文内容")
"""Headings of columns that hold a reply where they read as one."""

LABELS = {
    "id": "编号",
    "title": "标题",
    "question": "留言内容",
    "reply": "答复内容",
    "date": "答复日期",
    "asked": "留言日期",
    "agency": "答复单位",
    "doc_number": "发文字号",
    "outcome": "办理结果",
    "disclosure": "公开属性",
    "matter_number": "提案、建议号",
    "matter_title": "提案、建议标题",
    "session": "届次",
    "proposer": "提案人、代表",
    "recipient": "主送机关",
    "role": "主办或会办",
    "kind": "种类",
    "contact_person": "承办人",
    "contact_phone": "承办人电话",
    "contact_address": "地址",
    "postcode": "邮编",
}
"""What each column is called where people are told of it."""

_NOT_NAME = re.compile(r"[（(\[【][^（(\[【）)\]】]{0,60}[）)\]】]|[\s*＊:：_.-]")
_OF_ANSWERS = re.compile(
    r"(?:replies|answers|responses|feedbacks)\[\]\.(?:reply|answer|response|feedback)?[_.]?"
    r"(?!(?:contents?|text|body|detail|info|message)$)",
    re.IGNORECASE,
)
"""What a list of answers says beside their text, which must itself show whose words it is."""
_SEVERAL = re.compile(
    r"^(?:第?[一二三四五1-9]次|首次|再次|追加|补充)|(?<=..)(?:第?[一二三四五1-9]次|[0-9①-⑨]{1,2})$"
)
"""What tells apart several columns of one thing: 回复内容2, 二次回复."""


def spelling(name: str) -> str:
    """Reduce a heading to what matters: “回复时间 （必填）” is 回复时间, `reply_time` replytime.

    `answers[].time` is replytime too.
    """
    name = _OF_ANSWERS.sub("reply", name)
    return _NOT_NAME.sub("", name).lower() or name.strip()


def base(name: str) -> str:
    """Return the spelling of a heading without what tells it from others of its kind."""
    spelled = spelling(name)
    return _SEVERAL.sub("", spelled) or spelled


_SPELLINGS = {
    key: tuple(dict.fromkeys(map(spelling, (*HEADINGS[key], *UNSURE.get(key, ())))))
    for key in HEADINGS
}


def columns_named(aliases: Iterable[str], names: Iterable[str]) -> tuple[str, ...]:
    """Return the columns of the first alias that any has, the plainly named before the numbered.

    >>> columns_named(["答复", "回复内容"], ["标题", "回复内容2", "回复内容"])
    ('回复内容', '回复内容2')
    """
    spelled = [(name, spelling(name), base(name)) for name in names]
    for alias in dict.fromkeys(map(spelling, aliases)):
        plain = [name for name, whole, _ in spelled if whole == alias]
        numbered = [name for name, whole, short in spelled if whole != alias == short]
        if plain or numbered:
            return (*plain, *numbered)
    return ()


def is_heading(text: str) -> bool:
    """Tell whether a text is the usual name of some column."""
    return bool(text) and len(text) <= 60 and spelling(text) in _KNOWN


_KNOWN = frozenset(name for names in _SPELLINGS.values() for name in names)
