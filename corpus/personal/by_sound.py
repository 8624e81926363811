"""Names of persons that are written by their sound: 阿依努尔·艾合买提, 乌兰其其格, 格桑平措."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from corpus.personal.called import HAN, role_ends
from corpus.personal.patterns import any_of
from corpus.types import Redaction, Secret

_SIGNS = (
    "阿艾买麦提热依吾吉古丽尼亚孜江克里木合吐尔逊斯拉穆罕默德迪力夏巴哈叶别努兰加娜扎达帕塔西白什卡汗山赛丁坎守图凯卜杜"
    "比布姆再普玉素甫牙生肉海日米娅如则玛衣先苏格乌其琴高宝音朝鲁特勒雅查干敖孟那仁满都呼额敦娃萨嘎桑次旦增罗央洛平措顿珠"
    "曼荪不琪波毕恰莎纳妮霍佳森瓦珍堆卓索南贡才华"
)
"""What Uyghur, Kazakh, Mongolian and Tibetan names are mostly written with."""
_PARTED_SIGNS = f"{_SIGNS}俄史铁伍曲惹呷莫约地谢诺夫万且底色各什热木"
"""Beside them what Yi and Russian names are, which have a point as well."""
_PARTED = re.compile(rf"[{_PARTED_SIGNS}]{{2,7}}[·•][{_PARTED_SIGNS}]{{2,8}}")
_PARTS = (
    # Tibetan
    "扎西 多吉 多杰 才让 才旦 才仁 才吉 次仁 次旺 次旦 次真 旦增 丹增 旦巴 丹巴 "
    "顿珠 罗布 罗桑 洛桑 平措 彭措 格桑 尼玛 达瓦 边巴 普布 普琼 巴桑 拉巴 米玛 "
    "白玛 班玛 贡布 贡嘎 贡觉 索朗 索南 仁青 仁增 央金 央宗 拉姆 拉毛 卓玛 卓嘎 "
    "曲珍 曲扎 德吉 德庆 措姆 措毛 旺堆 旺姆 旺杰 旺久 旺扎 加措 嘉措 江措 朗杰 "
    "南杰 群培 阿旺 桑珠 桑吉 强巴 土登 坚参 坚赞 益西 晋美 久美 云丹 华旦 东珠 "
    "东主 东德 泽仁 泽郎 泽旺 赤列 伦珠 欧珠 拥忠 斯郎 四郎 俄色 更登 更尕 尕藏 "
    "尕玛 万玛 昂旺 昂毛 克珠 玉珍 琼达 其美 吉美 "
    # Uyghur, Kazakh
    "买买提 麦麦提 买提 艾合买提 艾买提 阿卜杜 阿不都 阿布都 热合曼 热依木 热依汗 "
    "克里木 吾守尔 吐尔逊 吐尔地 吐尔洪 托合提 图尔荪 图尔贡 玉素甫 亚森 依明 艾力 "
    "艾山 艾尔肯 肉孜 卡德尔 卡迪尔 司马义 斯马义 萨迪克 尼亚孜 帕尔哈提 帕提曼 帕提 "
    "外力 古丽 古力 努尔 阿依 娜尔 热娜 茹仙 祖丽 迪力夏提 迪丽 努尔兰 别克 巴合提 "
    "赛力克 木拉提 达吾提 阿迪力 库尔班 米日 海日 阿孜 叶尔 拜尔 哈力 "
    # Mongolian
    "巴特尔 巴图 其其格 格日勒 格日乐 图雅 托娅 高娃 乌云 娜仁 萨仁 斯琴 苏和 朝鲁 朝克图 "
    "宝音 巴雅尔 巴依尔 吉日嘎拉 那日苏 那顺 那木 孟克 蒙克 孟和 额尔敦 乌力吉 "
    "乌日娜 乌兰 哈斯 其木格 道尔吉 敖其尔 毕力格 布和 图门 特木尔 铁木尔 胡日查 "
    "呼日查 萨日娜 萨如拉 娜日 通拉嘎 牧仁 达来 满都拉 莫日根 吉雅 "
    # Yi
    "阿苦 阿牛 阿木 阿呷 阿果 曲比 曲木 曲别 吉克 吉伍 吉觉 吉木 加巴 沙马 沙玛 "
    "俄木 马海 马黑 木呷 木乃 木果 尔布 尔古 尔哈 拉铁 拉且 史布 伍呷 伍果 伍萨 "
    "伍牛 子呷 约古 体哈 只哈 莫色 勒伍 日黑 "
    # of Muslims in the north-west
    "哈丽麦 法图麦 尔撒 舍木 乙四夫 乙卜 "
)
"""What names are put together of: two of them are one, and hardly anything else."""
SOUNDED = "".join(sorted({*_SIGNS, *_PARTS} - {" "}))
"""What names of five signs and more are written with behind a label; few words are so long."""
_FIRSTS, _SECONDS = ("".join(sorted({part[at] for part in _PARTS.split()})) for at in (0, 1))
_PART_BEGINS = re.compile(f"[{_FIRSTS}](?=[{_SECONDS}])")
_PUT_TOGETHER = re.compile(f"(?:{any_of(_PARTS.split())}){{2,4}}(?!德勒)")
_WHOLE = rf"[：:]?(?P<name>[{_SIGNS}和]{{3,6}}?)(?=[^{HAN}]|$|[的家在向]|同志|反映)"
"""Without a point only behind what announces a person: 海拉尔 and 呼和浩特 are written so too."""
_BEHIND_ROLE = re.compile(_WHOLE)
_CALLED = re.compile(rf"(?:我名?叫|我是|名叫){_WHOLE}")


def iter_by_sound(plain: str) -> Iterator[Redaction]:
    """Yield the names of private persons that are written so; the text must be `legible`."""
    if "·" in plain or "•" in plain:
        for match in _PARTED.finditer(plain):
            yield Redaction(*match.span(), Secret.PERSON)
    for begins in _PART_BEGINS.finditer(plain):
        if whole := _PUT_TOGETHER.match(plain, begins.start()):
            yield Redaction(*whole.span(), Secret.PERSON)
    behind_roles = (_BEHIND_ROLE.match(plain, end) for end in role_ends(plain))
    for match in chain(_CALLED.finditer(plain), filter(None, behind_roles)):
        yield Redaction(*match.span("name"), Secret.PERSON)
