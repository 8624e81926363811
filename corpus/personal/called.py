"""What names of persons are made of, and what persons are called beside them."""

from __future__ import annotations

import re
from functools import lru_cache

from corpus.personal.patterns import any_of
from corpus.personal.words import WORDS

HAN = r"\u3400-\u4dbf\u4e00-\u9fff"

CLEAR = (
    "王李张刘陈杨黄赵吴周徐孙朱胡林郭何罗郑梁谢宋唐许韩邓冯曹彭曾肖潘袁蔡蒋杜叶程魏苏吕丁卢姚沈钟姜崔谭陆范汪廖"
    "贾夏付邹熊孟秦邱侯尹薛闫段雷黎史贺陶顾毛郝龚邵覃武钱戴严莫孔汤赖樊颜殷庄牛齐梅翟倪邢乔耿葛"
    "鲁韦俞聂章岳邬焦柳邸骆霍詹阮柯毕裴凌饶欧芦辜尚游蓝卓伍甘柴艾翁涂卞鲍祝佟褚屈季缪栗桑冉左舒窦"
    "佘尤闵蒲解邝仇晏巩卫翦苗鞠谷臧皮娄隋麦储岑桂迟庞胥荣滕费闻宣莘丛包池华侣匡寇刁宫虞"
    "傅荀宗阎屠卜戚鄢阙郁桓邰赫谌亢逄谯晁扈郗郏浦冼粟敖揭巫蔺郦雍濮隗禹柏"
    "穆靳牟瞿苟姬栾甄荆奚阚芮裘亓逯嵇茹郜昝"
)
AMBIGUOUS = (
    "于方高安应时关常平成项任万白金水石余马路江温明计古连董田康文易"
    "洪龙冷喻阳景党全简单商盛查相申沙惠宁房施兰纪童曲辛祁蒙"
)
"""Surnames that begin many words; what is around must say more."""
DOUBLE = (
    "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐"
    "|申屠|司徒|端木|夏侯|长孙|宇文|南宫|百里|呼延|独孤|澹台"
)

_ENDS = "府会司局委办科处室部股队所站镇村厅院校区县市园店馆厂库楼网街道路桥站点城河山段岭湾港"
"""What places and offices end with, and names hardly ever, or only rarely."""
_GROUPS = (
    "张贴开 陈述旧 严重格禁肃 周边围末一二三四五六日转 段落 许可多 孙子女 "
    "曾经反多向在被 武装 程序度 田地 金额融钱 钱款 谢谢 史料 顾虑客问 毛病 "
    "黄色金河 杜绝 强烈调 管理道 游客览 牛奶 解决释答除惑 符合 花园费 尚未 "
    "祝愿福您 左右 车辆位主库站费道间 包括含装 房屋子东产间源价 华侨人 荣誉 费用率 "
    "宣传布告 林地业木权 柴油 麦收 储存备 池塘 苗木 谷物 卫生健 欧洲美 蓝天色 "
    "庄稼园严 章程节 温馨度 马上路 高度兴龄中考层 安全排置装 应当该急 关于注心系切 "
    "成立都为长 任何务 明确显年天日 连续 古树镇 方便面案式 文化明件 水电费利务 "
    "石油头 路面灯况 全部体家力面 时间候 常见年 平台均安 项目 万元人 尤其 陆续 "
    "范围 毕业 单位元独 商户铺业 查看询处找验阅核收先 相关应 党员委 计划算 和谐 "
    "施工行策救展肥教用政 纪律委检念要实录 童年车装话心 曲线折靖 辛苦勤亥 蒙古 兰州花"
)
"""Each first character of words that are no names with all that follow it."""
NO_NAMES = "|".join(group[0] + second for group in _GROUPS.split() for second in group[1:]) + "|.某"
_OFFICE = re.compile(
    r"^.(?:书记|市长|县长|区长|镇长|乡长|局长|厅长|部长|医生|主任|科长|处长|校长|院长|行长|队长|组长|站长|所长|支书|主席|总理|律师|法官|警官|教授|老板|经理|先生|女士|小姐|老师|师傅|同志|同学|大妈|大爷|大姐|大哥|阿姨|爷爷|奶奶|姓|总)"
)
_NOT_GIVEN = (
    "的了吗呢吧着过是在不没也都与或及等将要其这那哪个人次即说问出"
    "提把被给让从向对到去又再就却还很更最太里外内间号条您你我他她它们件什么怎谁"
)
"""What no name holds, but what follows one."""
GIVEN = f"(?![{_NOT_GIVEN}])[{HAN}]"
CLEAR_NAME = rf"(?:{DOUBLE}|[{CLEAR}])(?:{GIVEN}){{1,2}}?"
ANY_NAME = rf"(?:{DOUBLE}|[{CLEAR}{AMBIGUOUS}])(?:{GIVEN}){{1,2}}?"
RARE = (
    "符仲管农司车席米麻苑官封谈乐冀南班原燕楚劳楼满伊仝区海花权强帅朴盖练廉井祖漆巴丰支卿国狄索"
    "晋门云容敬普戈伏鹿羊乌修杭那宿鲜印隆慕危玉银宾戎茅利居冶元束檀衣信展阴智幸植衡富尧由边师"
)
"""Surnames that few bear, or that hardly ever begin a name where nothing announces one."""
FIRST = CLEAR + AMBIGUOUS + "和向" + RARE + "".join(name[0] for name in DOUBLE.split("|"))
# Few characters begin a name: to ask for one first spares the list of words.
NO_WORD = f"(?=[{FIRST}])(?!{NO_NAMES})"
NAME = rf"{NO_WORD}{ANY_NAME}"
"""A name of two to four characters, as short as what follows allows."""
LIKELY_NAME = rf"{NO_WORD}{CLEAR_NAME}"
THREE = rf"[{AMBIGUOUS}](?:{GIVEN}){{2}}"

TITLE = (
    r"(?:科长|主任|局长|处长|股长|所长|站长|队长|书记|科员|经理|主席|校长|院长|镇长|乡长|村长|组长"
    r"|同志|先生|女士|小姐|老师|师傅|同学|家长|医生|警官|律师|法官|老人|大爷|大妈|阿姨|奶奶|爷爷|大姐|大哥)"
)
CIVIL = r"(?:先生|女士|小姐|小朋友|同学|家长|同志|老师|师傅|网友|市民|朋友|大爷|大妈|阿姨|老人)"

_PRIVATE = (
    "网友 网民 市民 居民 村民 业主 户主 租户 租客 房东 承租人 出租人 群众 职工 "
    "来信人 写信人 来访人 来电人 信访人 上访人 投诉人 举报人 反映人 反映者 留言人 "
    "申请人 申诉人 诉求人 咨询人 求助人 报案人 报料人 建言人 当事人 患者 病人 学生 "
    "考生 家长 参保人 纳税人 司机 驾驶人 驾驶员 车主 机主 乘客 死者 伤者 老人 "
    "残疾人 低保户 贫困户 五保户 特困户 受害人 嫌疑人 包工头 志愿者 调解员 社工 "
    "网格员 工作人员 经办人员 干部 法定代表人 法人代表 代理人 委托人 被委托人 继承人 "
    "权利人 收件人 收货人 签收人 监护人 亲属 家属 店主 摊主 老板 邻居 老兵 退役军人 "
    "住户 用户 客户 消费者 顾客 经营者 农户 证人 出租方 承租方 买方 卖方 甲方 乙方 "
    "受访者 受害者 教师 老师 班主任 医生 护士 民警 保洁员 配送员 快递员 骑手 工人 "
    "大学生 新生 孕妇 产妇 参加人 求助者 来信者 留言者 咨询者 举报者 投诉者 发帖者"
)
_ROLES = f"{any_of(_PRIVATE.split())}|保安(?!全)"
ROLES = f"(?:{_ROLES})"
_RELATIVES = (
    "爸爸 爸 妈妈 妈 父亲 父 母亲 母 岳父 岳母 公公 婆婆 丈夫 老公 妻子 老婆 爱人 "
    "儿子 女儿 孙子 孙女 外孙 爷爷 奶奶 外公 外婆 "
    "哥哥 哥 弟弟 弟 姐姐 姐 妹妹 妹 子 女 夫 妻"
)
_KIN = "|".join(f"{word}(?<=[我其他她您你的]{word})" for word in _RELATIVES.split())
NAMED = "人(?<!提案人|提议人|建议人|领衔人|附议人|联名人|签发人|发言人|召集人|主持人)"
"""The end of any label that calls somebody something, but for those whose names are public."""
_ROLE = re.compile(
    # No alternative is a group: `re` then skips to the next sign that one begins with.
    rf"{_ROLES}|{_KIN}|小孩|孩子|夫妻(?:双方)?|夫妇(?:双方)?|姓名|户名|人员(?=\s?[：:])"
    rf"|{NAMED}(?=\s?[：:])"
)


@lru_cache(maxsize=2)  # names are looked for behind them however they are written
def role_ends(plain: str) -> tuple[int, ...]:
    """Return where words end that announce a person: what somebody is, of whom, or a label."""
    return tuple(role.end() for role in _ROLE.finditer(plain))


def is_no_name(name: str, certain: bool = False) -> bool:
    """Tell whether what looks like a name is a word, or a place's or an office's name.

    :param certain: whether what follows shows that a person stands here: then a word may be one.
    """
    known = not certain and (name[-1] in _ENDS or name in WORDS)
    return known or is_label(name) or bool(_OFFICE.search(name))


_LABEL_ENDS = (
    "时间 日期 时限 期限 部门 单位 科室 机构 机关 内容 事项 意见 建议 态度 方式 结果 结论 "
    "状态 标题 主题 题目 地址 住址 电话 手机 情况 类型 类别 分类 性质 编号 邮编 职务 职称 "
    "备注 来源 渠道 途径 进度 评价 程度 满意度 答复 回复 解答 办理 处理 反馈 要求 诉求 问题 "
    "附件 领域 领导 信息 详情 材料 证件 名称 性别 年龄 民族 职业"
)
"""What labels of forms end with, and names do not."""
_LABEL = re.compile(rf"[{HAN}]{{0,5}}(?:{any_of(_LABEL_ENDS.split())})")


def is_label(cell: str) -> bool:
    """Tell whether what stands where a name may is a label or a heading of a form: 回复部门."""
    named = len(cell) == 3 and cell[0] in CLEAR  # 王来源
    return not named and _LABEL.fullmatch(cell) is not None
