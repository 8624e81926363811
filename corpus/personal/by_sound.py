"""Names of persons that are written by their sound: 阿依努尔·艾合买提, 乌兰其其格."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from corpus.personal.called import HAN, role_ends
from corpus.types import Redaction, Secret

_SIGNS = (
    "阿艾买麦提热依吾吉古丽尼亚孜江克里木合吐尔逊斯拉穆罕默德迪力夏巴哈叶别努兰加娜扎达帕塔西白什卡汗山赛丁坎守图凯卜杜"
    "比布姆再普玉素甫牙生肉海日米娅如则玛衣先苏格乌其琴高宝音朝鲁特勒雅查干敖孟那仁满都呼额敦娃萨嘎桑次旦增罗央洛平措顿珠"
    "曼荪不琪波毕恰莎纳妮霍佳森瓦珍堆卓索南贡才华"
)
"""What Uyghur, Kazakh, Mongolian and Tibetan names are mostly written with."""
_PARTED = re.compile(rf"[{_SIGNS}]{{2,7}}[·•][{_SIGNS}]{{2,8}}")
_WHOLE = rf"[：:]?(?P<name>[{_SIGNS}和]{{3,6}}?)(?=[^{HAN}]|$|[的家在向]|同志|反映)"
"""Without a point only behind what announces a person: 海拉尔 and 呼和浩特 are written so too."""
_BEHIND_ROLE = re.compile(_WHOLE)
_CALLED = re.compile(rf"(?:我名?叫|我是|名叫){_WHOLE}")


def iter_by_sound(plain: str) -> Iterator[Redaction]:
    """Yield the names of private persons that are written so; the text must be `legible`."""
    if "·" in plain or "•" in plain:
        for match in _PARTED.finditer(plain):
            yield Redaction(*match.span(), Secret.PERSON)
    behind_roles = (_BEHIND_ROLE.match(plain, end) for end in role_ends(plain))
    for match in chain(_CALLED.finditer(plain), filter(None, behind_roles)):
        yield Redaction(*match.span("name"), Secret.PERSON)
