"""Names of columns and of forms' fields that say whether a reply is for everybody.

They come in Chinese (`复文是否上网`), English (`reply.isPublic`, `secret_level`) and the first
letters of pinyin (`sfgk`), and are understood by their parts instead of listed. What only goes
with openness, such as 公开时间 and `publicPhone`, says nothing of it.
"""

from __future__ import annotations

import re

from corpus.text.simplified import plain

_LONGEST = 40
_NOT_NAME = re.compile(r"[（(\[【][^（(\[【）)\]】]{0,60}[）)\]】]|[\s*＊:：_?？□-]")
_SHOWN = r"(?:公开(?!支)|公布|公示|上网|挂网|发布)"
_SECRET = r"(?:保密|涉密|密级|秘密|机密|定密|密件|解密|脱密)"
_ASKED = r"(?:是否|可否|能否|宜否|应否|可不可|能不能|同不同意|有无)"
_SPEAKS = re.compile(
    rf"{_SHOWN}|{_SECRET}|(?:可见|查看|浏览|访问|阅读|展示)(?:范围|权限)|(?:知悉|传阅|分发)范围"
    rf"|{_ASKED}(?:可见|内部|敏感|受控)"
)
_ANOTHER_MATTER = re.compile(
    r"公开[、，和与及]?(?:招|选|遴|竞|征|出让|拍|转让|承诺|道歉|听证|审理|课|信箱?|申请|电话亭)"
    r"|涉及(?:政务|政府信息|信息)公开|(?:政务|信息)公开类|(?:发布|公布)(?:短信|通知|预警)|上网办理|公示期|(?:招标|中标|任前|采购|拆迁|征地|环评)(?:结果)?(?:公示|公布|发布)|发布会|保密(?:协议|培训|教育)"
)
_OF_PERSON = re.compile(
    r"姓名|名字|署名|电话|手机|联系|身份|公开个人|个人(?:信息|资料)(?:是否)?(?:公开|保密)"
    r"|住址|邮箱|照片|匿名|实名"
)
"""Personal data is masked whatever a column says of it."""
_GOES_WITH = re.compile(
    r"(?:(?<!保密)期限?|时间|日期|时限|时刻|年度|年份|月份|[年月日]|批次|分类|类目|领域|时长|数量?|量"
    r"|[率号表员者人次]|编号|序号|号码|索引|ID|id|电话|热线|手机|传真|邮箱|地址|[网地]址|链接|网站|网页|网|站点|平台"
    r"|栏目?|专栏|频道|板块|渠道|途径|载体|媒体|媒介|位置|处|指南|年报|报告|目录|清单|制度|条例|规定|法规"
    r"|政策|申请|办|办公室|机构|单位|部门|机关|主体|组织|科室?|局|负责人|用户|账号|姓名|来源|格式|名称?"
    r"|标题|题目|主题|摘要|关键词|附件|图片|备注|说明|理由|原因|依据|内容|正文|全文|文本|工作|事项"
    r"|信息|服务|答复|回复|复文|复函)(?:[0-9一二三]?)$"
)
_WHY_CLOSED = re.compile(rf"(?:不|免)[^，。]{{0,3}}{_SHOWN}[^，。]{{0,4}}(?:理由|原因|依据|说明)$")
_WEAK = re.compile("发布|公布")
_WEAKLY = re.compile("范围|状态|情况|意见|与否|权限|标[志识记]|对外|上网")
"""What 发布 is of openness with; 发布类型 is of whatever there is."""
_RANGE = re.compile(r"(?:发布|可见|查看|浏览|访问|阅读|展示)(?:范围|权限)$")

_BEFORE = (
    "is|if|can|be|whether|allowed|allow|may|has|agree|reply|replies|answer|response|letter"
    "|document|doc|file|information|info|content|result|website|site|web|net|online"
    "|message|mail|proposal|suggestion|question|ask|consult|appeal"
)
_NOT = "not|non|no|un"
_KIND = (
    "status|state|type|level|grade|degree|mode|scope|range|attribute|attr|property|kind|category"
    "|class|way|form|option|code|mark"
)
_BEHIND = (
    "flag|sign|tag|yn|ornot|to|on|all|society|website|web|net|internet|site|online|value"
    "|reply|answer|response"
)
_ENGLISH = re.compile(
    rf"(?:{_BEFORE})*(?P<not>{_NOT})?(?:"
    r"(?P<open>publicly|publicity|public|openness|opened|open|disclosed|disclosable|disclosure"
    r"|disclose|visible|visibility|published|publish|(?P<shown>shown|show|displayed|display))"
    r"|(?P<secret>secret|secrecy|confidentiality|confidential|classified|security(?=level|class))"
    r"|(?P<private>private|privacy|hidden|hide|internal|restricted|unpublished|undisclosed))"
    rf"(?P<kind>(?:{_KIND}|{_BEHIND})*)"
)
_OF_MESSAGE = re.compile("message|mail|letter|proposal|suggestion|question|ask|consult|appeal")
_LEAF = ("value", "code", "name", "label", "text", "desc")
"""Keys of an object that one value is written as: `{"disclosure": {"code": 1, "name": "公开"}}`."""
_PINYIN = re.compile(
    r"(?:sf|shifou)(?P<what>gk|gongkai|sw|shangwang|bm|baomi)"
    r"|(?:gk|gongkai)(?:sx|fs|lx|zt|fw)"
)


def openness_label(name: str, flagged: bool = False) -> str | None:
    """Return what a name asks of openness or secrecy, in Chinese; None where it asks neither.

    :param flagged: whether all that stands under it is yes or no, as 公开信息 may be asked.

    >>> openness_label("reply.isPublic"), openness_label("公开时间")
    ('是否公开', None)
    """
    if len(name) > 3 * _LONGEST:
        return None
    if name.isascii():
        return _of_ascii(name, flagged)
    said = plain(_NOT_NAME.sub("", name) or name.strip())
    if len(said) > _LONGEST or not _SPEAKS.search(said):
        return None
    if _ANOTHER_MATTER.search(said) or _OF_PERSON.search(said):
        return None
    if re.search(_ASKED + "|否$", said) or _WHY_CLOSED.search(said):
        return re.sub("敏感|受控", "内部", said)
    is_weak = not (_SPEAKS.search(_WEAK.sub("", said)) or _WEAKLY.search(said))
    if not flagged and (is_weak or _GOES_WITH.search(said)):
        return None
    return _RANGE.sub("公开范围", said)


def says_why_closed(label: str) -> bool:
    """Tell whether a label asks why a reply is not open: who answers that has closed it."""
    return _WHY_CLOSED.search(label) is not None


def _of_ascii(name: str, flagged: bool) -> str | None:
    parts = [part for part in re.split(r"[.\[\]/]+", name) if part]
    while len(parts) > 1 and parts[-1].lower() in _LEAF:
        parts.pop()
    key = re.sub(r"[\s_-]", "", parts[-1]).lower() if parts else ""
    if len(key) > _LONGEST:
        return None
    if pinyin := _PINYIN.fullmatch(key):
        return _OF_PINYIN.get((pinyin["what"] or "")[:1], "公开方式")
    found = _ENGLISH.fullmatch(key)
    if found is None or (found["shown"] and not flagged):
        return None
    kind = re.search(_KIND, found["kind"])
    if found["secret"]:
        return "密级" if kind else "是否涉密"
    if found["private"] or found["not"]:
        return "是否内部" if found["private"] else "是否不公开"
    of = "来信" if _OF_MESSAGE.search(key) else ""
    return f"{of}公开方式" if kind else f"{of}是否公开"


_OF_PINYIN = {"g": "是否公开", "s": "是否上网", "b": "是否保密"}
