"""What jieba's dictionary says against a name: that it is a word, or made of words.

It holds persons' names too, and tags many a word as one (高水平): its tags alone tell little.
"""

from __future__ import annotations

from functools import lru_cache

from corpus.personal.called import CLEAR
from corpus.personal.weights import DOUBLES

_ENDS = (
    "性去机器化式量率员线费剂车家期型体片版物面场表制板数口病着管色台号素组名层级界于酸系气手"
    "纸个类油卡计工感户箱症乡条案话带灯奖位件了价房球值商药赛证报术角形下课次字菜事架种额酶族"
    "在粉税集包船画的眼圈状虫杯码两服装篇曲省戏票肉党关步液皮万盘袋座镜卷款质牌盒罪饭份情泵钟"
    "炉观题句只货招膜刀矿剧味电笔说瓶岁张酒看骨胶舞菌匹枪阀鞋倍具衣犯料脸弹针鸡游册乎亩牙目过"
    "态遍鸟帽支盐簿项墙舱醇床枚样首势胺丈吨席栏裤井像碗罐走辆页颗吧夜尺杆漆稿艘链券压差毒精血"
    "顷炮棉棒窗饼株汁瘤肽酮钠顶掉筒脉膏锅阵险们把散癌碱给胞般舰对屋幕核桌百砖署轴迷产椅艇象千"
    "寸底排母钙铺作半坊槽活烷狂痛穴粒账难乳亿届币腺腿衫规鼓伤框溜脂"
)
"""What words of three signs end with five times as often in the dictionary as names that a plain
surname begins, and none of the labelled names that the weights are learned from."""
_AROUND = 6
"""So many signs around a name are cut into words."""
_LONG = 4
"""Words of so many signs are not met by chance where a name ends and something else begins."""
_BORNE = 2
"""So many plain surnames stand in the dictionary before what is a given name (海波)."""


def is_made_of_words(plain: str, start: int, end: int) -> bool:
    """Tell whether what looks like a name is more likely a word, made of words, or part of one."""
    name = plain[start:end]
    doubtful = len(name) == 3 and name[0] not in CLEAR and name[:2] not in DOUBLES
    return (doubtful and _is_compound(name)) or _within_long_word(plain, start, end)


@lru_cache(maxsize=4096)
def _is_compound(name: str) -> bool:
    """Tell whether three signs are a word with another in it (特长生), or with an end (敬老卡)."""
    import rjieba

    head, tail = name[:2], name[1:]
    whole, begun = rjieba.has_word(name), rjieba.has_word(head)
    if whole and _is_ordinary(head):
        return True
    likely = (whole and _is_ordinary(tail)) or (begun and name[-1] in _ENDS)
    return likely and tail[0] != tail[1] and not _is_given(tail)


def _is_ordinary(word: str) -> bool:
    """Tell whether signs are a word that is not tagged as a person's name."""
    import rjieba

    return bool(rjieba.has_word(word)) and not rjieba.tag(word, False)[0][1].startswith("nr")


def _is_given(signs: str) -> bool:
    import rjieba

    return sum(rjieba.has_word(f"{surname}{signs}") for surname in CLEAR) >= _BORNE


def _within_long_word(plain: str, start: int, end: int) -> bool:
    """Tell whether a long word begins before a name and goes on into it, or goes on behind it."""
    import rjieba

    at = max(start - _AROUND, 0)
    for word in rjieba.cut(plain[at : end + _AROUND], False):
        begun, at = at, at + len(word)
        beyond = begun < start < at or begun < end < at
        if beyond and len(word) >= _LONG:
            return True
    return False
