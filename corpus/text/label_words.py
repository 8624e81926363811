"""The labels of pages, forms and tables of particulars: of what (来信) and what of it (时间).

Nearly every label is such a pair, and the pair says which field its value is; so labels that no
page has shown yet are understood as well.
"""

from __future__ import annotations

import re

from corpus.types import FieldName


def _any(words: str) -> str:
    """Return a pattern for any of the words, whose characters may stand apart (`案 由`)."""
    longest_first = sorted(words.split(), key=len, reverse=True)
    return "(?:" + "|".join(r"\s{0,3}".join(word) for word in longest_first) + ")"


ASKED = _any(
    "来信 信件 留言 咨询 投诉 举报 诉求 问题 提问 反映 建言 发帖 帖子 网帖 主帖 工单 办件 来件 "
    "写信 "
    "发信 提交 来电 求助 信访 上报 网友 网民 群众 市民 发起 登记 来访 事件 问政 发言 申请 收信 "
    "邮件 发件 收件 来函 致信 诉件 诉请 呼声 心声 民意 民声 热线 爆料 反映问题 信访件 投递 递交 "
    "发送 创建 填写 上传 受件"
)
"""What a citizen wrote, or its writing."""
_MATTER = _any("提案 建议 议案 提案建议 建议提案 意见建议 案件")
_REPLIES = (
    "答复 回复 办复 反馈 办结 复文 复函 回信 回文 回函 复信 解答 答疑 回应 回答 解决 结案 结办 回告"
)
_HANDLES = "办理 处理 承办 处置 经办 承接 落实 主责 办件"
_BY = "官方 部门 单位 网上 领导 最终 职能部门 政府 有关部门 具体 有权 实际 首次 首办 一次 二次 再次"
"""Who answers, or how far that has come, before the answer's own word: 官方回复, 具体承办."""
ANSWERED = rf"(?:{_any(_BY)}?{_any(_REPLIES)})"
"""An office's answer, or its giving."""
HANDLED = rf"(?:{_any(_BY)}?{_any(_HANDLES + ' 主办 责任 牵头 主承办')})"
"""An office's dealing with it."""
INQUIRED = _any("调查 核查 核实 调处 查处 调查处理 调查核实 整改")
"""What an office did first; its results are mostly all that it answers."""
_PASSED_ON = _any("受理 接收 会办 协办 分办 交办 转办 督办 查询 收信 督查 联系 归档")
_DOCUMENT = _any("发文 公文 文件 制发 成文 印发 签发 落款 制文 批复 完成")
_PUBLISHED = _any("发布 生成 公开 信息 信息公开 产生 发表 更新")
_PLACED = _any("所属 所在 涉及 信箱 事发")
TIME = r"\s{0,3}" + _any("时间 日期")
BODY = r"\s{0,3}" + _any("单位 部门 机构 机关 主体 司局")
CONTENT = (
    r"\s{0,3}"
    + rf"{_any('详细 具体 主要 内容 问题 事项')}?"
    + _any("内容 正文 详情 描述 原文 全文 摘要 概述 概况 概要 详述 简述")
)
"""What was said itself."""
FINDING = (
    r"\s{0,3}(?:[书件单]?"
    + _any("内容 正文 意见 结果 详情 全文 情况 结论 说明 反馈 回复 答复 信息")
    + "){1,3}"
)
"""What was answered itself."""
ANSWERS = rf"(?:{_any(_BY)}?{_any(_REPLIES + ' ' + _HANDLES)})"
"""What has such a finding of its own."""
_TITLE = r"\s{0,3}" + _any("标题 题目 主题 名称 题名")
_NUMBER = r"\s{0,3}" + _any("编号 号 序号 编码 号码 案号 索引号 单号 序列号 流水号")
_REST = r"\s{0,3}" + _any(
    "人 者 人员 姓名 对象 类型 类别 分类 性质 种类 方式 形式 领域 属性 状态 进度 期限 时限 来源 "
    "途径 渠道 "
    "地点 地址 栏目 系统 目的 区域 地区 满意度 评价 次数 范围 目录 码 科室 处室 程度"
)
PROPOSED = (
    rf"(?:{_any('第一 主 原 领衔 首席 联名 附议 共同')}?"
    rf"(?:{_MATTER}{_any('人 者 委员 代表 单位 提出者 提出人 提出单位 人姓名 者姓名')}"
    rf"|{_any('提出人 提出者 提出代表 提出委员 提建议人 提议人 代表姓名 委员姓名')}"
    rf"|{_any('领衔代表 领衔委员')}"
    rf"|{_any('领衔人 附议人 附议代表 附议委员 联名代表 联名委员 联名人')}))"
)

_OUTCOME_LABELS = (
    *("办理结果", "办理结果分类", "办理结果标注", "办理结果类别", "结果类别", "结果分类"),
    *("办理类别", "办理分类", "办理意见分类", "办理程度", "问题解决程度", "解决程度"),
    *("办结类型", "办结类别", "办复类别", "办复类型", "办复结果", "复文类别", "标记", "类别标记"),
    *("答复类别", "答复类型", "答复分类", "答复结果", "类别标识", "类别", "分类"),
)
OUTCOME_LABEL = "|".join(_OUTCOME_LABELS)
"""What a result or its class letter is announced by, as the alternatives of a pattern."""

PAIRS: tuple[tuple[FieldName, str], ...] = (
    (FieldName.OUTCOME, _any(" ".join(_OUTCOME_LABELS))),
    (FieldName.ASKED, rf"(?!办件)(?:意见|建议)?{ASKED}{TIME}"),
    (FieldName.DATE, rf"(?:{ANSWERED}|{_DOCUMENT}){TIME}"),
    (FieldName.MATTER_NUMBER, rf"(?:{_MATTER}{_NUMBER}|{_any('案号 立案号 立案编号')})"),
    (
        FieldName.DOC_NUMBER,
        rf"(?:{_DOCUMENT}|{ANSWERED})?{_any('文号 字号')}|(?:{_DOCUMENT}|{ANSWERED})?{_any('编号')}"
        rf"|{_DOCUMENT}{_any('号')}",
    ),
    (
        FieldName.MATTER_TITLE,
        rf"{_MATTER}(?:{_TITLE}|{_any('案由 案名')})|{_any('案由 案题 案名')}",
    ),
    (FieldName.SESSION, _any("届次 会议届次 届别 会次 所属届次 会议名称")),
    (FieldName.PROPOSER, PROPOSED),
    (FieldName.AGENCY, rf"(?:{ANSWERED}|{_DOCUMENT})(?:{BODY}|{_any('科室 处室')})"),
    (
        FieldName.ROLE,
        _any("办理类型 办理方式 办理形式 办理角色 承办类型 承办方式 承办性质 承办形式"),
    ),
    (
        FieldName.TITLE,
        rf"(?:{ASKED}|{_DOCUMENT}|{ANSWERED}|{_any('事项 发布 意见')})?"
        rf"{_any('标题 题目 主题 题名')}"
        rf"|{ASKED}{_any('名称 事由 事项 请求')}|{_any('事项名称 公文名称 文件名称 事由')}",
    ),
)
"""What a label's value is, as patterns without groups; of two that fit, the first."""

_MATTERS = (FieldName.MATTER_NUMBER, FieldName.MATTER_TITLE, FieldName.PROPOSER, FieldName.SESSION)
OF_MATTER = "|".join(pattern for name, pattern in PAIRS if name in _MATTERS)
"""Labels of a proposal or suggestion."""

HOLDERS = (
    rf"(?:(?:{HANDLED}|{_any('会办 协办 分办')}|{_any('主 承')})(?:{BODY}|{_any('方 科室 处室')})"
    rf"|(?:{ANSWERED}|{HANDLED}){_any('人 者')})"
)
"""The label of whoever deals with it: the sender where nothing says who signed."""

OF_MESSAGE = (
    rf"(?:{ASKED}|{ANSWERED}|{HANDLED}|{_PASSED_ON})"
    rf"(?:{TIME}|{BODY}|{_TITLE}|{_NUMBER}|{_any('人 者 名称 类型 类别 状态')})"
)
"""A label that pages of citizens' messages have, whole."""

LETTER_NUMBERS = (
    rf"(?:(?!查询\s?码|(?:网[友民]|用户)\s?(?:ID|id|Id))(?:{ASKED}{{1,2}}件?|{_PASSED_ON}"
    rf"|{_any('登记 办理 流水 序列 信访 案件 业务 平台 主题 帖 贴 贴子 事项 回执 意见')})"
    rf"\s{{0,3}}(?:{_NUMBER}|码|ID|id|Id)"
    rf"|{_any('编号 编码 流水号 单号 受理号 登记号 信件号 件号 序号')}|(?<![友民户] )ID|No)"
)
"""The label of a citizen's message's own number."""

WRITERS = (
    rf"(?:(?:{ASKED}|{_any('反映 建议 意见 发布 发表 提交 登记 提出 评价')})"
    rf"{_any('人 者 人姓名 人名称 网友 网民 用户 作者')}"
    rf"|{_any('网友 网民 网友ID 用户ID 昵称 网名 用户名 网友昵称 姓名 署名 用户 客户')}"
    rf"|{_any('听众 观众 读者 您的姓名')})"
)
"""The label of whoever wrote a message."""

RECEIVERS = rf"{_any('受理')}{BODY}"
"""The label of whoever took a message up: its answerer where nothing says that it was another."""

PUBLISHERS = rf"(?:{_any('发布 公开')}{BODY}|{_any('信息来源 来源 稿源 供稿')})"
"""The label of whoever put a page up: mostly the sender."""

_OTHERS = _any(
    "流水号 单号 登记号 受理号 信件号 序号 署名 "
    "索引号 名称 来源 稿源 关键词 主题词 有效性 时效性 时效 浏览量 访问量 点击量 阅读量 "
    "浏览次数 作者 姓名 "
    "昵称 用户名 状态 联系人 联系电话 联系方式 经办人 承办人 电话 手机 传真 邮箱 地址 邮编 "
    "邮政编码 签发人 "
    "签发 密级 紧急程度 查询码 分享到 分享 组配分类 主题分类 体裁分类 服务对象 办理结果 索取号 "
    "责任编辑 编辑 时间 位置 地点 "
    "日期 单位 界别 所在团 代表团 代表团别 所属界别 党派 审查结果 审查意见 立案情况 牵头领导 "
    "是否重点 "
    "是否公开 评价 满意度 满意程度 内容分类 信息索引 语种 点击数 阅读数 阅读次数 问题分类"
)
_LABEL_WORD = (
    rf"(?:{_OTHERS}|(?:{ASKED}|{_MATTER}|{ANSWERED}|{HANDLED}|{_PASSED_ON}|{_DOCUMENT}"
    rf"|{_PUBLISHED}|{_PLACED})(?:{TIME}|{BODY}|{_TITLE}|{_NUMBER}|{_REST})"
    rf"|{'|'.join(pattern for _, pattern in PAIRS)})"
)
_SIGNS = "".join(sorted(set(re.findall("[\u4e00-\u9fff]", _LABEL_WORD))))
LABEL_WORD = rf"(?=[{_SIGNS}][{_SIGNS}\s]){_LABEL_WORD}"
"""Any label, in a pattern without groups; most words have a sign that no label has."""

LABEL = re.compile(LABEL_WORD)
_UP_TO_MARK = re.compile(r"[^:：|｜]{2,60}(?=[:：|｜])")


def mark_behind_label(line: str) -> str:
    """Return the colon or cell's border behind the label that a line begins with, else "".

    Most lines have none, and a pattern with all labels takes ten milliseconds to compile: so the
    mark is looked for first, and the label before it with the one pattern.
    """
    words = _UP_TO_MARK.match(line)
    if words and LABEL.fullmatch(words.group().rstrip()):
        return line[words.end()]
    return ""
