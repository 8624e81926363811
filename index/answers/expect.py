"""What kind of words the answer to a question must hold: a sum, a time, a place, a reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from re import Pattern

from index.text.language.typed import says_nothing, tidy_question


@dataclass(frozen=True, slots=True)
class Expectation:
    """A question that `asks` is answered by sentences that `answers` is found in."""

    asks: Pattern[str]
    answers: Pattern[str]


def _expect(*pairs: tuple[str, str]) -> tuple[Expectation, ...]:
    return tuple(Expectation(re.compile(asks), re.compile(answers)) for asks, answers in pairs)


_NUMBER = r"\d[\d.,]{0,20}[余多]?[万亿]?"
_SUM = "多少钱|[好几]多钱|几[钿蚊]"
_TIME = "(?:什么|啥子?)(?:时候|辰光)|何时|几时"
"""What a sum and a time are asked for by, in dialects too."""

_HOUR = (r"几点", r"\d{1,2}[时点:：]")
_ASKS_A_SHARE = r"比例|百分之|占比|率是|率为|率多"

EXPECTATIONS = _expect(
    (
        rf"{_SUM}|费用|收费|补贴|补助|罚款|价格|工资|租金|票价|要钱|免费|几块|标准"
        r"|[补收给罚奖付退领发]多少|多少元",
        _NUMBER + r"元|免费|不收|无偿",
    ),
    _HOUR,
    (
        rf"{_TIME}|哪一?年|哪一?[天月日]|几[月号]|日期|时间|哪天",
        r"\d{2,4}年|\d{1,2}[月时]|\d日|年底|季度",
    ),
    (
        r"多久|多长时间|几天|几个(?:月|工作日|小时)|期限|时限|多少[天年]|几年",
        _NUMBER + r"个?(?:工作日|天|日|小时|分钟|月|年|周)",
    ),
    (
        r"多[宽高长远深]|距离|宽度|高度|长度",
        _NUMBER + r"(?:公里|千米|米|厘米|毫米|层|英里|里|公尺)",
    ),
    (_ASKS_A_SHARE, r"%|百分之|\d成"),
    (r"多少|几[个家台条处辆所张位名人种部座次]|面积|数量|规模|多大|人数", r"\d"),
    (
        r"在哪|哪里|哪儿|地点|地址|什么地方|哪个(?:国家|城市|省|市|县|区|地区)|位于",
        r"路\d*号?|街道|位于|地点|地址|窗口|中心|[省市县区镇乡村]|在",
    ),
    (r"电话|联系方式", r"\d{5,}"),
    (r"为什么|为何|原因|怎么回事|何以", r"原因|由于|因|为了|以便"),
    (
        r"哪个(?:部门|单位|机构)|哪家|哪些(?:部门|单位)|找谁|由谁|谁来|谁管|谁负责",
        r"局|委|部门|公司|中心|街道|政府|办公室|院",
    ),
    (
        r"能不能|可不可以|可以.{0,12}吗|能.{0,14}吗|是否|允许|行不行|行吗",
        r"可以|不得|禁止|不能|允许|应当|可[^能]|方可|不予|不准|可由|不构成",
    ),
    (
        r"条件|什么人|谁能|谁可以|哪些人|资格|要求",
        r"符合|条件|户籍|年满|周岁|以上|可以?申请|具有|应当",
    ),
    (
        r"怎么|如何|怎样|手续|流程|材料|程序|咋",
        r"申请|办理|提供|提交|登记|携带|拨打|预约|持|凭|可以?",
    ),
)
"""Without these one of three quotes supports the answer for 82 % of the sample questions, with them
for 89 %; on CMRC 2018 it makes no difference (docs/evaluation/answers.md)."""

DEMANDS = _expect(
    (
        rf"{_SUM}|多少元|费用|收费|补贴|补助|罚款|价格|工资|租金|票价|要钱|几块"
        r"|[补收给罚奖付退领发]多少",
        _NUMBER + r"[美欧日港]?元|免费|不收|无偿|免收",
    ),
    _HOUR,
    (
        rf"{_TIME}|哪一?年|哪一?[天月日]|几[月号]|日期",
        r"\d[年世月时日]|年底|季度|世纪|\d{3}",
    ),
    (r"电话|联系方式", r"\d{5}"),
    (_ASKS_A_SHARE, r"%|百分之|\d成|分之|‰"),
)
"""Kinds of words without which no answer is one: who asks for a sum wants a figure."""

_UNITS = (
    "平方公里|平方米|公里|公斤|小时|分钟|个|家|台|条|处|辆|所|张|位|名|人|亩|吨|户|套|间|层|米|次|元|天|年|月|种|部|座"
    "|岁|站|首|集|场|幢|只|项|届|枚|票|国"
)

_COUNTED = re.compile(f"(?:多少|几)个?({_UNITS})")

_NAMED_NUMBER = re.compile(
    r"(?<![a-z\d.])\d+(?:\.\d+)?(?![a-z\d])[号届期路线楼幢栋次版章条批季年]?"
)
"""A number that a question names, with what makes it one of a row: 5号 is not 5座. Not A7, which is
a name."""

_PLACE = re.compile(r"[\u4e00-\u9fff]{1,7}(?:省|市|区|县|旗|镇|乡|街道)")

_OF_NO_MATTER = (
    "怎么 怎样 怎么样 如何 咋 啥 啥子 什么 哪 哪里 哪儿 哪个 哪些 多少 多久 "
    "多长 几 谁 为什么 为何 何时 能不能 可不可以 是不是 是否 可以 能 能否 会 "
    "要 需要 应该 该 得 时候 时间 地方 地点 材料 资料 证件 手续 流程 步骤 "
    "条件 程序 钱 费 费用 电话 部门 单位 办法 要求 事 事情 东西 情况 问题 "
    "原因 结果 窗口 天 个 工作日 人 申请 办理 办 弄 搞 处理 解决 找 去 到 "
    "在 打 问 咨询 联系 准备 带 提供 交 做 收 收费 算 查 查询 报 报名 领 "
    "领取 管 负责 走 用 有 是 说 请 想 知道 告诉 看 我 我们 您 你 你们 "
    "他 他们 它 大家 这 这个 这些 那 那个 那些 的 了 吗 呢 啊 呀 吧 嘛 "
    "一下 还 还是 都 就 也 给 对 和 与 或 或者 具体 现在 目前 最 新 再 "
    "才 不 没 好 行"
)
"""What asks and begs, and does not say of what."""

_LONGEST_FIRST = "|".join(sorted(_OF_NO_MATTER.split(), key=len, reverse=True))
_NO_MATTER = re.compile(rf"(?:(?>{_LONGEST_FIRST})|[\s，。？！、,.?!])++")


def expected_by(question: str) -> tuple[Pattern[str], ...]:
    """Return what a sentence should hold to answer this question; empty where nothing is known."""
    expected = tuple(e.answers for e in EXPECTATIONS if e.asks.search(question))
    if counted := _COUNTED.search(question):
        expected += (re.compile(_NUMBER + counted[1]),)
    return expected


def fulfilment(sentence: str, expected: tuple[Pattern[str], ...]) -> float:
    """Return the share, 0..1, of what is expected that a sentence holds; 0 of nothing."""
    if not expected:
        return 0.0
    return sum(bool(pattern.search(sentence)) for pattern in expected) / len(expected)


def asks_nothing(question: str) -> bool:
    """Tell whether a text is no more than a place's name, a number, or a character repeated.

    Or asks without saying of what (怎么申请？); of 32,000 questions of ours none does.
    """
    place = _PLACE.fullmatch(question.strip(" \t\n？?。"))
    return bool(place) or names_no_matter(question) or says_nothing(question)


def names_no_matter(question: str) -> bool:
    """Tell whether a text asks, and does not say of what."""
    return bool(_NO_MATTER.fullmatch(tidy_question(question)))


def lacks_kind(question: str, text: str) -> bool:
    """Tell whether a normalised question demands a kind of words that a text doesn't hold."""
    return any(d.asks.search(question) and not d.answers.search(text) for d in DEMANDS)


def lacks_number(question: str, text: str) -> bool:
    """Tell whether a normalised question names a number that a normalised text doesn't hold.

    What is said of 地铁4号线 says nothing of 地铁5号线.
    """
    return any(
        not re.search(rf"(?<![\d.]){re.escape(number)}(?!\d)", text)
        for number in set(_NAMED_NUMBER.findall(question))
    )
