"""What a count measures: of what, at which stage, planned or not, and within which period.

46台完工 and 64台在建 count the same things and are no two figures of one measure; nor are
2022年完工25台 and 累计完工141台.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_STAGES = {
    "收": "收到|接到|受理|申请|申报|报名|登记|投诉",
    "待": "待(?:审|批|建|办|开工|分配)|未",
    "批": "立项|(?<!待)(?:批准|核准|审批|批复|备案)",
    "签": "签约|签订|签署",
    "始": "开工|动工",
    "正": "在建|正在|施工|[建设造进]中|在办",
    "新": "新增|新建|新改建|新开|扩建|增设|增加(?![到至为])",
    "改": "改造|整治|更新|修缮|维修|修复|治理|翻新|整改",
    "查": "检查|巡查|排查|摸排|抽查|检测|走访|调查|监测",
    "罚": "立案|查处|处罚|取缔|查扣|查获|约谈|责令",
    "拆": "拆除|拆迁|征收|关停|关闭|清理|清退|搬迁|退养",
    "结": "办结|办理|解决|调解|处置|答复",
    "分": "分配|发放|配租|交付|供应",
    "招": "招收|招生|招聘|招录|录用",
    "训": "培训|举办|组织|宣传",
}
"""What is done to what is counted. What is there needs no word of its own, and what was done
without more (完工, 建成, 投入使用) is there."""

_THERE = "其中|完工|竣工|完成|建成|建设|投入使用|投用|启用|运营|全[区市县省]|[我本][区市县省局]"
_STAGE = re.compile(
    "|".join(f"(?P<{name}>{words})" for name, words in _STAGES.items()) + f"|{_THERE}"
)

_PLANNED = re.compile(
    r"计划(?!生育)|拟(?![定订])|预计|力争|争取|目标|确保|打算|规划(?=.{0,6}\d)|下一步|明年|[年月]底?前|待(?!遇)"
    r"|将(?=[于在新建再]|完成|达到|实现|继续)"
)
_ACTUAL = re.compile(r"已|截[至止]|目前|现有|实际")

_SINCE = re.compile(r"以来|年来")
_SO_FAR = re.compile(r"累计|截[至止]|目前|现有|共有|至今|年[底末]")
_PERIOD = re.compile(
    r"(?P<日>日均|每[天日])|(?P<月>月均|每月|当月|年(?:1[0-2]|\d)月(?!底|末|起|\d{1,2}日起))|(?P<季>季度)"
    r"|(?P<半>[上下]半年)|(?P<年>(?:\d|[今去当本前同全每])年(?![底末初起内\d])|年[度均])"
)

_STANDARD = re.compile(
    r"每|人均|标准|补[贴助偿]|津贴|奖励|收费|[票单房水电气]价|押金|[最不]高|限额|额度|罚款|缴费|收入"
)
"""What is due for one, whose year is only that of its version."""

_UNCOUNTED = frozenset(
    ("date", "clock", "%", "成", "折", "倍", "年", "个月", "日", "小时", "分钟", "周岁", "岁")
)

_NO_THING = re.compile(
    r"[上下]半年|季度|(?:提高|扩大|减少|调整|上升|下降|增加)?[到至为]|[达共约近超仅计总分别还另了的有等对以从在由于其]"
    r"|[今去当本前同全每]?年[度均底末初]?|累计|截[至止]|目前|现有|过|[，。左右余多、“”（）]|[^\u4e00-\u9fff]"
)
_LONG = 12
"""Characters before or after a count within which what it counts is named."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds on through a sentence: whether it tells plans, and of which period."""

    planned: bool = False
    period: str = ""

    def then(self, clause: str) -> Setting:
        """Return what holds in the sentence's next clause."""
        planned = bool(_PLANNED.search(clause)) or (self.planned and not _ACTUAL.search(clause))
        if _SINCE.search(clause):
            return Setting(planned, "以来")
        if _SO_FAR.search(clause):
            return Setting(planned)
        found = _PERIOD.search(clause)
        return Setting(planned, (found.lastgroup if found else None) or self.period)


@dataclass(frozen=True, slots=True)
class Measure:
    """What a count measures.

    :ivar stages: what is done to what is counted, by `_STAGES`; empty where it is there.
    :ivar named: what is counted where that stands before the count: 泊位900个.
    :ivar follows: what stands behind it, which begins with that: 900个泊位.
    """

    setting: Setting
    stages: frozenset[str]
    named: str
    follows: str

    def is_like(self, other: Measure) -> bool:
        """Tell whether two counts are of one measure, so far as can be told."""
        return (
            self.setting == other.setting
            and self.stages == other.stages
            and self._counts_the_same(other)
        )

    def _counts_the_same(self, other: Measure) -> bool:
        if self.named and other.named:
            return self.named[-1] == other.named[-1]
        if self.named or other.named:
            thing, behind = self.named or other.named, self.follows or other.follows
            return not behind or thing[-2:] in behind
        return not (self.follows and other.follows) or bool(
            _pairs_of(self.follows) & _pairs_of(other.follows)
        )


def read_measure(kind: str, before: str, after: str, setting: Setting) -> Measure | None:
    """Return what a count measures; None of what counts nothing: dates, spans of time, rates.

    :param before: its clause from the figure before it on.
    :param after: its clause up to the next figure.
    """
    if kind in _UNCOUNTED or _STANDARD.search(before) or _STANDARD.search(after):
        return None
    told = list(_STAGE.finditer(before)) or list(_STAGE.finditer(after))
    stages = frozenset(each.lastgroup for each in told if each.lastgroup)
    if kind == "元":  # what one may get is the same sum, applied for, granted or paid out
        stages -= {"收", "分"}
    follows = _thing(after[:_LONG])
    return Measure(setting, stages, "" if follows else _thing(before)[-_LONG:], follows)


def _thing(text: str) -> str:
    return _NO_THING.sub("", _PLANNED.sub("", _STAGE.sub("", text)))


def _pairs_of(text: str) -> set[str]:
    """Return each two characters of a text that stand together, or its only one."""
    return {text[place : place + 2] for place in range(max(1, len(text) - 1))}
