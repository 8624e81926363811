"""Whose names are public (officials, deputies, persons of history), and what is no name at all."""

from __future__ import annotations

import re

from corpus.personal.called import HAN

_KNOWN_PERSONS = (
    "习近平 李克强 温家宝 朱镕基 胡锦涛 江泽民 毛泽东 周恩来 刘少奇 朱德 邓小平 陈云 "
    "孙中山 蒋介石 宋庆龄 李大钊 陈独秀 "
    "瞿秋白 方志敏 任弼时 叶剑英 陈毅 贺龙 刘伯承 徐向前 聂荣臻 罗荣桓 彭德怀 林彪 粟裕 "
    "叶挺 张太雷 恽代英 蔡和森 向警予 杨靖宇 赵一曼 左权 董必武 李先念 雷锋 焦裕禄 孔繁森 "
    "黄继光 邱少云 董存瑞 刘胡兰 王进喜 时传祥 张富清 黄文秀 张桂梅 鲁迅 茅盾 巴金 老舍 "
    "曹禺 郭沫若 钱钟书 徐志摩 朱自清 闻一多 冰心 沈从文 林语堂 梁启超 康有为 谭嗣同 蔡元培 "
    "陶行知 白求恩 林则徐 曾国藩 李鸿章 左宗棠 张之洞 袁世凯 张謇 詹天佑 冯玉祥 张学良 "
    "戚继光 郑成功 史可法 顾炎武 王夫之 黄宗羲 王守仁 王阳明 海瑞 于谦 朱元璋 徐霞客 李时珍 "
    "宋应星 郑和 施耐庵 罗贯中 吴承恩 曹雪芹 蒲松龄 吴敬梓 汤显祖 唐伯虎 文徵明 文天祥 岳飞 "
    "辛弃疾 陆游 李清照 苏轼 苏东坡 王安石 司马光 欧阳修 范仲淹 柳永 黄庭坚 秦观 朱熹 沈括 "
    "包拯 狄仁杰 李白 杜甫 白居易 王维 孟浩然 韩愈 柳宗元 刘禹锡 杜牧 李商隐 王昌龄 王勃 "
    "颜真卿 柳公权 李世民 武则天 魏征 陶渊明 王羲之 王献之 谢灵运 顾恺之 祖冲之 诸葛亮 曹操 "
    "刘备 孙权 关羽 张飞 赵云 周瑜 司马懿 司马迁 司马相如 张仲景 华佗 孙思邈 张骞 班超 "
    "霍去病 卫青 董仲舒 蔡伦 张衡 毕昇 鲁班 屈原 孔子 孟子 庄子 荀子 墨子 韩非子 孙武 项羽 "
    "刘邦 韩信 萧何 张良 范蠡 西施 王昭君 杨贵妃 梁山伯 祝英台 董永 孟姜女 花木兰 穆桂英 "
    "杨家将 钱学森 邓稼先 袁隆平 华罗庚 李四光 竺可桢 钱三强 于敏 黄旭华 屠呦呦 钟南山 "
    "茅以升 梁思成 吴良镛 王选 马克思 恩格斯 徐悲鸿 齐白石 张大千 梅兰芳 冼星海 聂耳 王老吉 "
    "周大福 张小泉 周大生 周黑鸭 李宁 李锦记 章光 马应龙 陈嘉庚 吉鸿昌 彭雪枫 徐光启 "
)
"""Persons of history whom replies name, and brands called like persons."""
_KNOWN = frozenset(_KNOWN_PERSONS.split())
_TITLED = re.compile(
    "(?:[市县区镇乡局厅部省州司处校院行]长|(?<!支)书记|主席|总理|院士|教授|专家|记者|作家|诗人|画家|导演|演员|将军"
    "|秘书长|提案人|提议人|建议人|附议人|联名人|领衔人|发言人|召集人|签发人|主持人|委员|(?:人大|领衔)代表|常委"
    "|[委会办局](?:党组)?副?主任|知[县府州]|巡抚|总督|太守|状元|进士|乡贤)[：:、]?$"
)
_BEHIND = re.compile(
    rf"(?:、[{HAN}]{{2,4}}?){{0,8}}(?:等[{HAN}\d]{{0,4}}?)?(?:委员|副?总理|代表(?!大会)|院士|教授|等领导|(?:革命)?(?:先烈|烈士)|将军)"
    "|(?:同志)?(?:精神|事迹|故[居里]|旧居|纪念|雕像|团队|传说|故事|文化(?!水平|程度)|书法|大[道街]|路(?![过边上口遇])|[镇乡桥]|村(?![民里])|社(?![保区])|庄(?!稼)|屯(?!粮)|医院|中学|小学|公园|公司|集团|名城|大桥|大厦|小区|花园)"
)
_OFFICES = (
    "文旅卫健计生教体育民政发改财税农水利牧渔交通运住建城乡管执环态自然资源国土规人社医保障广电新闻出版商务市场监应急林草业"
    "审统公安检法司宗族侨台外办委府党组宣战纪编机残妇团工青科技协招经信粮储金融药食质气象供销档史志退役军园区铁航港邮批服数大常"
)
_NUMBER = re.compile(
    rf"[{HAN}]{{1,2}}[{_OFFICES}提议案复答字函发呈报会督访]{{1,8}}"
    r"\s?[〔\[［【（(](?:19|20)\d\d[〕\]］】）)]\s?第?\d{1,5}号"
)
"""A document's number begins with a place and an office, short: 晋文旅建字〔2023〕40号."""


def is_known(name: str) -> bool:
    """Tell whether a name is a person's of history, or a brand."""
    return name in _KNOWN


def is_public(plain: str, start: int, end: int) -> bool:
    """Tell whether the name at a place is said of somebody public, a road or brand, or a number."""
    return bool(
        is_known(plain[start:end])
        or _TITLED.search(plain, max(start - 6, 0), start)
        or _BEHIND.match(plain, end)
        or _NUMBER.match(plain, start)
    )
