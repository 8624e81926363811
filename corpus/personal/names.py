"""Names of private persons in running text: after what they are, before their number, in greetings.

A name is known by its surname, by what stands before it and by what may follow it. No list of given
names could tell 张小平 from 张贴公告; what surrounds them can.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from corpus.personal.numbers import PHONE, is_phone
from corpus.personal.words import WORDS
from corpus.types import Redaction, Secret

HAN = r"\u3400-\u4dbf\u4e00-\u9fff"

CLEAR = (
    "王李张刘陈杨黄赵吴周徐孙朱胡林郭何罗郑梁谢宋唐许韩邓冯曹彭曾肖潘袁蔡蒋杜叶程魏苏吕丁卢姚沈钟姜崔谭陆范汪廖"
    "贾夏付邹熊孟秦邱侯尹薛闫段雷黎史贺陶顾毛郝龚邵覃武钱戴严莫孔汤赖樊颜殷庄牛齐梅翟倪邢乔耿葛"
    "鲁韦俞聂章岳邬焦柳邸骆霍詹阮柯毕裴凌饶欧芦辜尚游蓝卓伍甘柴艾翁涂卞鲍祝佟褚屈季缪栗桑冉左舒窦"
    "佘尤闵蒲解邝仇晏巩卫翦苗鞠谷臧皮娄隋麦储岑桂迟庞胥荣滕费闻宣莘丛包池华侣匡寇刁宫虞"
    "傅荀宗阎屠卜戚鄢阙郁桓邰赫谌亢逄谯晁扈郗郏浦冼粟敖揭巫蔺郦雍濮隗禹柏"
)
AMBIGUOUS = (
    "于方高安应时关常平成项任万白金水石余马路江温明计古连董田康文易"
    "洪龙冷喻阳景党全简单商盛查相申沙惠宁房"
)
"""Surnames that begin many words; what is around must say more."""
DOUBLE = (
    "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐"
    "|司徒|端木|夏侯|长孙|宇文|南宫|百里|呼延|独孤|澹台"
)

_ENDS = "局委办科处室部股队所站镇村厅院校区县市园店馆厂库楼网街道路桥站点城河山段岭湾港"
"""What places and offices end with, and names hardly ever, or only rarely."""
_WORDS = (
    "张贴|张开|陈述|陈旧|严重|严格|严禁|严肃|周边|周围|周末|周[一二三四五六日]|段落|许可|许多|孙[子女]|曾经|武装|程序|"
    "程度|田地|金额|金融|钱款|谢谢|史料|顾[虑客问]|毛病|黄[色金河]|杜绝|强[烈调]|管[理道]|游[客览]|牛奶|解[决释答除]|"
    "符合|花[园费]|尚未|祝[愿福您]|左右|车[辆位主库站费道间]|包[括含装]|房[屋子东产间源价]|华[侨人]|荣誉|费[用率]|"
    "宣[传布告]|林[地业木权]|柴油|麦收|储[存备]|池塘|苗木|谷物|卫[生健]|欧[洲美]|蓝[天色]|庄[稼园严]|章[程节]|温[馨度]|"
    "马[上路]|高[度兴龄中考层]|安[全排置装]|应[当该急]|关[于注心]|成[立都为]|任[何务]|明[确显]|连续|古[树镇]|方[便面案式]|"
    "文[化明件]|水[电费利务]|石[油头]|路[面灯况]|金[钱融]|全[部体家力面]|时[间候]|常[见年]|平[台均安]|项目|万[元人]|"
    "关[系切]|周转|解惑|曾[反多经向在被]|尤其|陆续|明[年天日]|成长|范围|毕业|.某|单[位元独]|商[户铺业]|查[看询处]|相[关应]|党[员委]|计[划算]|和谐"
)
_OFFICE = re.compile(
    r"^.(?:书记|市长|县长|区长|镇长|乡长|局长|厅长|部长|医生|主任|科长|处长|校长|院长|经理|先生|女士|小姐|老师|师傅|同志|总)"
)
_NOT_GIVEN = (
    "的了吗呢吧着过是在不没也都与或及等将要其这那哪个人次即说问出"
    "提把被给让从向对到去又再就却还很更最太里外内间号条您你我他她它们件什么怎谁"
)
"""What no name holds, but what follows one."""
_GIVEN = f"(?![{_NOT_GIVEN}])[{HAN}]"
_CLEAR = rf"(?:(?:{DOUBLE})(?:{_GIVEN}){{1,2}}?|[{CLEAR}](?:{_GIVEN}){{1,2}}?)"
_SURE = rf"(?:(?:{DOUBLE})(?:{_GIVEN}){{1,2}}?|[{CLEAR}{AMBIGUOUS}](?:{_GIVEN}){{1,2}}?)"
NAME = rf"(?!{_WORDS}){_SURE}"
"""A name of two to four characters, as short as what follows allows."""
_LIKELY_NAME = rf"(?!{_WORDS}){_CLEAR}"
_THIRD = rf"(?!{_WORDS})[{AMBIGUOUS}](?:{_GIVEN}){{2}}"

TITLE = (
    r"(?:科长|主任|局长|处长|股长|所长|站长|队长|书记|科员|经理|主席|校长|院长|镇长|乡长|村长|组长"
    r"|同志|先生|女士|小姐|老师|师傅|同学|家长|医生|警官|律师|法官|老人|大爷|大妈|阿姨|奶奶|爷爷|大姐|大哥)"
)
_CIVIL = r"(?:先生|女士|小姐|同学|家长|同志|老师|师傅|网友|市民|朋友|大爷|大妈|阿姨|老人)"

ROLES = (
    r"(?:网友|网民|市民|居民|村民|业主|户主|租户|租客|房东|承租人|出租人|群众|职工|来信人|写信人|来访人|来电人|信访人|上访人|"
    r"投诉人|举报人|反映人|反映者|留言人|申请人|申诉人|诉求人|咨询人|求助人|报案人|报料人|建言人|当事人|患者|病人|学生|考生|家长|"
    r"参保人|纳税人|司机|驾驶人|驾驶员|车主|机主|乘客|死者|伤者|老人|残疾人|低保户|贫困户|五保户|特困户|受害人|嫌疑人|"
    r"包工头|志愿者|调解员|社工|网格员|工作人员|经办人员|干部|法定代表人|法人代表|代理人|委托人|被委托人|继承人|权利人|"
    r"收件人|收货人|签收人|监护人|亲属|家属|店主|摊主|老板|邻居|老兵|退役军人|住户|用户|客户|消费者|顾客|经营者|农户|证人|"
    r"出租方|承租方|买方|卖方|甲方|乙方|受访者|受害者|教师|老师|班主任|医生|护士|民警|保安(?!全)|保洁员|配送员|快递员|骑手|工人|"
    r"大学生|新生|孕妇|产妇|参加人|求助者)"
)
_KIN = "|".join(
    f"{word}(?<=[我其他她的]{word})"
    for word in [
        "爸爸",
        "爸",
        "妈妈",
        "妈",
        "父亲",
        "父",
        "母亲",
        "母",
        "丈夫",
        "老公",
        "妻子",
        "老婆",
        "爱人",
        "儿子",
        "女儿",
        "爷爷",
        "奶奶",
        "外公",
        "外婆",
        "哥哥",
        "弟弟",
        "姐姐",
        "妹妹",
        "子",
        "女",
        "夫",
        "妻",
        "哥",
        "弟",
        "姐",
        "妹",
    ]
)
_THEN = (
    rf"(?=[^{HAN}]|$|反映|来信|来电|来访|投诉|举报|咨询|留言|提出|提交|[您你]好?"
    r"|[的在因等家称说与和及向已未系是为到所于住之不把将被从按均也又则即可会要请给对同并曾无有用去来拿收打拖欠拒户诉]"
    rf"|{TITLE}|驾驶|申请|要求|表示|承办|负责|名下|夫妇|去世|死亡|受伤|本人|居住|住院|今年|现年|当时|多次|没有|还没|天天|每天|每月|经常|[一二三四五六七八九]十?岁)"
)
_LABELLED = rf"(?:(?:{DOUBLE})(?:{_GIVEN}){{1,2}}?|[{CLEAR}{AMBIGUOUS}和向黄](?:{_GIVEN}){{1,2}}?)"
NAMED = "人" + "".join(
    f"(?<!{who}人)"
    for who in ["提案", "提议", "建议", "领衔", "附议", "联名", "签发", "发言", "召集", "主持"]
)
"""The end of any label that calls somebody something, but for those whose names are public."""
_ROLE = re.compile(rf"{ROLES[3:-1]}|{_KIN}|小孩|孩子|姓名|{NAMED}(?=\s?[：:])")
_AFTER_ROLE = re.compile(
    rf"(?:\s?[：:|]\s{{0,2}}(?P<labelled>(?!{_WORDS}){_LABELLED})(?=[^{HAN}]|$|{TITLE})|\s?(?P<name>{_LIKELY_NAME}{_THEN}|{_THIRD}(?=[^{HAN}]|$|{_CIVIL}|[您你]好|反映)|{NAME}(?=、{_LIKELY_NAME}|[（(“”\"]|{_CIVIL}|[您你]好|反映)))"
)
_MORE = re.compile(
    rf"\s?(?:[、/和与]|[（(][^（()）\n]{{0,40}}[）)]\s?[、，,；;和与])\s?(?P<name>{_LIKELY_NAME})(?=[^{HAN}]|$|[等的因]|[一二两三四五六]人)"
)

_MYSELF = re.compile(
    rf"(?:我(?:名?叫|是)|名叫|本人(?:叫|姓名)?)[：:，]?(?P<name>{NAME})(?=[^{HAN}]|$|的)"
)
_CUE = (
    rf"(?:(?<![{HAN}])|(?<=[的找与和向由给对经将局办科处室部股队所站镇村校院社厂])|(?<=联系)|(?<=咨询)|(?<=转告)"
    r"|(?<=答复)|(?<=回复)|(?<=尊敬)|(?<=关于)|(?<=经查)|(?<=收到)|(?<=收悉))"
)
_ACTS = re.compile(
    r"先生|女士|小姐|老人|大爷|大妈|阿姨|奶奶|爷爷|同学|家长|师傅|老师|经理|主任|科长|所长|站长|股长"
    r"|反映|投诉|信访|来信|来电|举报|等[一二两三四五六七八九十\d]{1,2}人|，\s?[男女][，,、]|（\s?[男女][，,）、]"
    r"|（(?:身份证|公民身份|手机|电话|联系)|的身份证|的户籍|的?[工农建中][商业设国]银行[卡账]"
)
"""What follows a name: a title, what a person did, or what a person has."""
_NAME_BEFORE = re.compile(rf"{_CUE}(?P<name>{_LIKELY_NAME})$")
_TOGETHER = re.compile(
    r"等?[一二两三四五六七八九十\d]{1,2}[人户]|等人|系(?<![关联]系)|双方|之间|夫妻|夫妇|两家|共同|签订|发生"
)
_NAMES_BEFORE = re.compile(rf"(?P<names>{_LIKELY_NAME}(?:[、与和](?!{_WORDS}){_CLEAR}){{1,8}})$")
_LIST = 40
"""Several names take up to so many characters."""
_SIGNED = re.compile(
    rf"(?:敬礼|此致|谢谢|盼复|感谢|恳请)[！!。.\s]{{0,4}}\n[ \u3000]{{0,30}}"
    rf"(?P<name>{NAME})[ \u3000]{{0,4}}(?=\n|$|\d)"
)
_BETWEEN = (
    r"[，,：:\s]{0,2}(?:[（(](?:[^（()）\n]{1,8}[，,、])?)?(?:联系|办公)?(?:电话|手机|方式|号码|微信|[Tt]el|TEL)?"
    r"(?:号码?)?[为是：:\s]{0,3}(?=[（(]?[\d+])"
)
_BEFORE_NUMBER = re.compile(
    rf"(?P<name>(?:{DOUBLE})(?:{_GIVEN}){{1,2}}|[{CLEAR}{AMBIGUOUS}](?:{_GIVEN}){{2}}|[{CLEAR}{AMBIGUOUS}]{_GIVEN})"
    rf"(?P<title>{TITLE}?){_BETWEEN}"
)
_TO_NUMBER = re.compile(rf"{TITLE}?{_BETWEEN}")
_NUMBER = re.compile(r"[\d+（(]")
_GREETED = re.compile(
    rf"(?:^|[：:。])[ 　]{{0,4}}(?:(?:尊敬|亲爱)的)?[ ]?(?:{ROLES})?(?P<name>{NAME})"
    rf"(?P<title>{_CIVIL}?)[ ]?(?:[，,！!]?[您你]们?好|[：:]\s{{0,6}}"
    r"(?P<then>[您你]|本机关|本局|我局|经))",
    re.M,
)


def iter_names(plain: str, greetings: bool = True) -> Iterator[Redaction]:
    """Yield the names of private persons; the text must be `legible`.

    :param greetings: whether who is greeted is a private person, not a deputy.
    """
    for pattern in (_MYSELF, _SIGNED, *((_GREETED,) if greetings else ())):
        for match in pattern.finditer(plain):
            yield from _named(match, "name")
    for act in _ACTS.finditer(plain):
        if match := _NAME_BEFORE.search(plain, max(act.start() - 4, 0), act.start()):
            yield from _named(match, "name")
    for act in _TOGETHER.finditer(plain):
        if match := _NAMES_BEFORE.search(plain, max(act.start() - _LIST, 0), act.start()):
            for name in re.finditer(r"[^、与和]+", match["names"]):
                yield from _person(match.start() + name.start(), name.group())
    for role in _ROLE.finditer(plain):
        yield from _with_more(plain, _AFTER_ROLE.match(plain, role.end()))
    if _NUMBER.search(plain):
        yield from _iter_before_numbers(plain)


def iter_phones_of(plain: str, persons: Iterable[Redaction]) -> Iterator[Redaction]:
    """Yield the telephone numbers that stand right behind persons, office lines among them."""
    for person in persons:
        between = _TO_NUMBER.match(plain, person.end)
        number = between and PHONE.match(plain, between.end())
        if number and is_phone(plain, number):
            yield Redaction(*number.span(), Secret.PHONE)


def iter_again(text: str, name: str) -> Iterator[Redaction]:
    """Yield further places of a person's name.

    A name of two characters may be a common word (高峰); it counts only where it stands alone or
    where a title follows.
    """
    pattern = re.escape(name)
    if len(name) == 2:
        pattern = rf"(?<![{HAN}]){pattern}(?![{HAN}])|{pattern}(?={TITLE}|[：:])"
    for match in re.finditer(pattern, text):
        yield Redaction(*match.span(), Secret.PERSON)


def _named(match: re.Match[str], group: str | int) -> Iterator[Redaction]:
    yield from _person(match.start(group), match[group])


def _person(start: int, name: str) -> Iterator[Redaction]:
    if not _is_no_name(name):
        yield Redaction(start, start + len(name), Secret.PERSON)


def _with_more(plain: str, match: re.Match[str] | None) -> Iterator[Redaction]:
    while match and not _is_no_name(match[match.lastgroup or 0]):
        yield Redaction(*match.span(match.lastgroup or 0), Secret.PERSON)
        match = _MORE.match(plain, match.end())


def _iter_before_numbers(plain: str) -> Iterator[Redaction]:
    for match in _BEFORE_NUMBER.finditer(plain):
        number = PHONE.match(plain, match.end())
        name = match["name"]
        if not number or not is_phone(plain, number) or _is_no_name(name) or re.match(_WORDS, name):
            continue
        mobile = re.match(r"[（(]?(?:\+?86[- ]?)?1[3-9]\d", number.group())
        if mobile or match["title"]:
            yield Redaction(*match.span("name"), Secret.PERSON)


def _is_no_name(name: str) -> bool:
    return name[-1] in _ENDS or name in WORDS or bool(_OFFICE.search(name))
