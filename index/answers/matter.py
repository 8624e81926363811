"""Which replies are to one matter: of one place or of any, of whatever year.

This is the one notion of the same matter. Two replies are to one matter where neither is about a
site that the other doesn't name (`share_sites`) and where they are alike in what they are about
and in what they say (`find_likeness`). That holds for replies of any place. Whether one can outdate
the other is asked of bodies that answer for one place (`answer_for_one_place`), and of single
statements; that is `index.answers.newest`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from corpus.types import FieldName, Passage, Reply
from index.stores.texts import searchable_text
from index.text.segment import normalise

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""From texts to vectors at unit length, float32 (n, dimension), of the model that knows words."""

SUBJECTS = 0.25
"""Least cosine of what two replies are about."""

SAME_MATTER = 1.17
"""Least likeness of replies to one matter; it and `IN_PASSAGES` are set by hand on the open half of
`corpus/samples/matters.jsonl` and `tools/board-matters.jsonl` (docs/evaluation/matters.md)."""

IN_PASSAGES = 0.2
"""What it counts that a passage of one says what the other is about."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A span of a reply: what was quoted, or a passage that may state it otherwise."""

    reply: Reply
    passage: Passage
    start: int
    end: int


def date_of(reply: Reply) -> str:
    """Return a reply's date, "" of one without: earlier than any."""
    return reply.value(FieldName.DATE) or ""


# The same place


_LOCAL = re.compile(r"[\u4e00-\u9fff]{1,6}?(?:街道|镇|乡)(?=办事处|人民政府|政府|$)")
SIBLINGS = 4
"""Two names that end alike in so many characters after different beginnings are those of two
bodies of one kind: 云桥生态环境局 and 望湖生态环境局."""


def answer_for_one_place(one: Reply, other: Reply) -> bool:
    """Tell whether the bodies that two replies come from answer for the same place.

    They share a region; of those without one, as ministries, a body. A street's figures are its own
    and not its district's, and each of several bodies of one kind has its own.
    """
    ours, theirs = one.values(FieldName.AGENCY), other.values(FieldName.AGENCY)
    if set(ours) & set(theirs):
        return True
    shared = set(one.values(FieldName.REGION)) & set(other.values(FieldName.REGION))
    return any(
        _of_one_place(our, their, region) for region in shared for our in ours for their in theirs
    )


def share_ground(one: Reply, other: Reply) -> bool:
    """Tell whether what two bodies say holds in one place, though one may stand above the other.

    They are of one district; or one of a district and one of its streets; or of one name in a city
    and in a district that says it is of that city.
    """
    shared = set(one.values(FieldName.REGION)) & set(other.values(FieldName.REGION))
    names = one.values(FieldName.AGENCY), other.values(FieldName.AGENCY)
    return (
        answer_for_one_place(one, other)
        or any(
            _of_one_place(our, their, region, streets=False)
            for region in shared
            for our, their in product(*names)
        )
        or any(
            _is_above(upper, region, lower)
            for above, below in ((one, other), (other, one))
            for region in above.values(FieldName.REGION)
            for upper, lower in product(
                above.values(FieldName.AGENCY), below.values(FieldName.AGENCY)
            )
        )
    )


def _is_above(upper: str, region: str, lower: str) -> bool:
    own = upper.removeprefix(region)
    return own != upper != lower and lower.startswith(region) and lower.endswith(own)


def _of_one_place(one: str, other: str, region: str, streets: bool = True) -> bool:
    above, found, one = one.rpartition(region)
    above_other, found_other, other = other.rpartition(region)
    if not (found and found_other):
        return False
    # There is a 鼓楼区 in several cities.
    if not (above.endswith(above_other) or above_other.endswith(above)):
        return False
    ours, theirs = (match and match[0] for match in map(_LOCAL.match, (one, other)))
    if ours != theirs and (streets or (ours and theirs)):
        return False
    shared = 0
    while shared < min(len(one), len(other)) and one[-1 - shared] == other[-1 - shared]:
        shared += 1
    return shared < SIBLINGS or shared in (len(one), len(other))


# The same subject


_FORMAL = re.compile(
    r"[\d\W]|关于|进一步|加强|推进|推动|促进|完善|加快|推广|加大|提升|提高|优化|健全|建议|提案|议案|答复"
    r"|复函|回复|意见|问题|留言|来信|咨询|反映|请求|投诉|希望|质疑|呼吁|强烈|尽快|有关|相关|工作|办理|情况"
    r"|什么时候|什么|怎么样?|怎样|如何|为何|为啥|多少|能不能|可不可以|是不是|有没有|哪里|请问|通知|印发"
    r"|中华人民共和国|[条号令第]|政协|人大|代表|委员|会议|全区|我区|本区|我市|[吗呢的了啊吧]"
)
"""Words of titles that say nothing of the matter."""

_SITE = re.compile(
    r"[\u4e00-\u9fff]{2}(?:小区|花园|家园|新村|新居|公寓|大厦|广场|公园|市场|小学|中学|学校|幼儿园|医院"
    r"|(?<![公铁道马线网跑出思电断])路|街|大道|桥|隧道|河|湖|水库|(?<![农乡])村|镇|乡)"
)
"""Names of places by their last characters: 映水花园, 望松路."""

_ANY_SITE = re.compile(
    r"(?:老旧|居民|住宅|安置|.进)小区|(?:.[进到]|行政|每个)村|.城乡|[各县]乡|.乡镇"
    r"|(?:水泥|交叉|断头|硬化|主要|.修)路|(?:步行|商业|美食|一条|过)街|(?:行天|立交|铁路|过街)桥"
    r"|(?:农贸|建材|.菜)市场|(?:口袋|社区|森林)公园|(?:公立|公办|民办|配套|普惠)幼儿园"
    r"|(?:完全|城区)小学|(?:农村|.所)学校|(?:联网|公立|定点|人民|.?中)医院"
)
"""What ends like the name of a place but names a kind of them: 老旧小区, 快递进村."""


def share_sites(one: Reply, other: Reply) -> bool:
    """Tell whether each names a site of the other's title, if that names any.

    What is said of one estate holds for no other.
    """
    return all(
        not sites or any(site in f"{title_of(other)}{other.question}{other.text}" for site in sites)
        for reply, other in ((one, other), (other, one))
        for sites in [sites_in(title_of(reply))]
    )


def sites_in(text: str) -> set[str]:
    """Return the ends of the names of sites that a text holds."""
    return {name for name in _SITE.findall(text) if not _ANY_SITE.search(name)}


def title_of(reply: Reply) -> str:
    """Return what a reply is about: its matter's title, else its own."""
    return reply.value(FieldName.MATTER_TITLE) or reply.value(FieldName.TITLE) or ""


def subjects_of(span: Quoted) -> tuple[str, str]:
    """Return what a span is about by its reply's title, and by that and the headings above it."""
    reply, title = span.reply, title_of(span.reply)
    for name in (*reply.values(FieldName.AGENCY), *reply.values(FieldName.REGION)):
        title = title.replace(name, " ").replace(name[:-1] if len(name) > 2 else name, " ")
    words = [
        " ".join(_FORMAL.sub(" ", text).split()) for text in (title, *span.passage.heading_path)
    ]
    return words[0], " ".join(words)


def compare_subjects(quoted: Quoted, others: Sequence[Quoted], embed: Embed) -> NDArray[np.float32]:
    """Return how alike spans are to one in what they are about, float32 (n,).

    A letter may be about what is a section of another reply.
    """
    subjects = zip(*map(subjects_of, (quoted, *others)), strict=True)
    alike = [cosines(texts[:1], texts[1:], embed)[0] for texts in subjects]
    best: NDArray[np.float32] = np.max(alike, axis=0)
    return best


def cosines(ours: Sequence[str], theirs: Sequence[str], embed: Embed) -> NDArray[np.float32]:
    """Return how alike texts are, float32 (len(ours), len(theirs))."""
    one, other = (embed([normalise(text) for text in texts]) for texts in (ours, theirs))
    found: NDArray[np.float32] = one @ other.T
    return found


def share_subject(one: Quoted, other: Quoted, embed: Embed) -> bool:
    """Tell whether two spans are about one subject of one place; those of one reply are."""
    return one.reply.id == other.reply.id or (
        answer_for_one_place(one.reply, other.reply)
        and share_sites(one.reply, other.reply)
        and float(compare_subjects(one, [other], embed)[0]) >= SUBJECTS
    )


# The same matter


def find_likeness(ours: Sequence[Quoted], theirs: Sequence[Quoted], embed: Embed) -> float:
    """Return how likely spans of one reply and of another are to one matter, from `SAME_MATTER` up.

    It is the sum of the highest cosines of what they are about, by titles and headings, and of
    what they say, and a part of how much each says of what the other is about. 0 where they are
    about other sites or subjects.
    """
    if not ours or not theirs or not share_sites(ours[0].reply, theirs[0].reply):
        return 0.0
    ours_about, theirs_about = (
        list(dict.fromkeys(words for span in spans for words in subjects_of(span)))
        for spans in (ours, theirs)
    )
    about = float(cosines(ours_about, theirs_about, embed).max())
    if about < SUBJECTS:
        return 0.0
    we_say, they_say = (
        [searchable_text(each.reply, each.start, each.end) for each in spans]
        for spans in (ours, theirs)
    )
    said = float(cosines(we_say, they_say, embed).max())
    across = sum(
        float(cosines([subjects_of(spans[0])[0]], texts, embed).max())
        for spans, texts in ((ours, they_say), (theirs, we_say))
    )
    return about + said + IN_PASSAGES * across
