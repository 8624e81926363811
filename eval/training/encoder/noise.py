"""Queries as people type them: misspelt, in everyday words, in dialect, wrapped in courtesies."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

from eval.training.pairs import iter_rows

TYPOS = 0.06
"""The share of queries with wrong characters."""

COLLOQUIAL = 0.06
"""The share of queries in everyday words, as far as they hold any that has one."""

DIALECT = 0.02
"""The share of queries in the words of one dialect, as far as they hold any that has one."""

COURTEOUS = 0.03
"""The share of queries that begin or end as spoken ones do."""

Confusions = Mapping[str, str]
"""For a character those that are mistaken for it; the likelier ones stand more often."""

EVERYDAY = (
    ("怎么办理", "咋办"),
    ("如何办理", "咋办"),
    ("为什么", "为啥"),
    ("为何", "为啥"),
    ("什么时候", "啥时候"),
    ("何时", "啥时候"),
    ("多少钱", "几多钱"),
    ("多长时间", "多久"),
    ("怎么", "咋"),
    ("如何", "咋"),
    ("怎样", "咋样"),
    ("什么", "啥"),
    ("哪里", "哪儿"),
    ("何处", "哪儿"),
    ("是否可以", "能不能"),
    ("是否", "是不是"),
    ("能否", "能不能"),
    ("可否", "能不能"),
    ("没有", "没"),
    ("有无", "有没有"),
    ("孩子", "娃"),
    ("儿童", "小孩"),
    ("老年人", "老人家"),
    ("父亲", "爸爸"),
    ("母亲", "妈妈"),
    ("妻子", "老婆"),
    ("丈夫", "老公"),
    ("无法", "没法"),
    ("申请", "弄"),
    ("缴纳", "交"),
    ("领取", "领"),
    ("购买", "买"),
    ("发放", "发"),
    ("居住", "住"),
    ("需要", "要"),
    ("身份证件", "身份证"),
    ("医疗保险", "医保"),
    ("养老保险", "养老金"),
    ("住房公积金", "公积金"),
    ("公共汽车", "公交车"),
)

DIALECTS = (
    (  # Cantonese
        ("为什么", "点解"),
        ("什么时候", "几时"),
        ("何时", "几时"),
        ("多少", "几多"),
        ("怎么样", "点样"),
        ("怎么", "点"),
        ("如何", "点样"),
        ("什么", "乜嘢"),
        ("哪里", "边度"),
        ("哪个", "边个"),
        ("谁", "边个"),
        ("是不是", "系唔系"),
        ("是否", "系唔系"),
        ("能否", "得唔得"),
        ("没有", "冇"),
        ("他们", "佢哋"),
        ("孩子", "细路"),
        ("现在", "而家"),
    ),
    (  # of Sichuan and its neighbours
        ("为什么", "为啥子"),
        ("什么时候", "啥子时候"),
        ("怎么办", "咋个办"),
        ("怎么", "咋个"),
        ("如何", "咋个"),
        ("什么", "啥子"),
        ("哪里", "哪点"),
        ("多少", "好多"),
        ("多久", "好久"),
        ("是否", "是不是"),
        ("没有", "没得"),
        ("孩子", "娃儿"),
        ("知道", "晓得"),
    ),
    (  # of the north-east
        ("为什么", "为啥"),
        ("怎么办", "咋整"),
        ("怎么", "咋"),
        ("如何", "咋"),
        ("什么", "啥"),
        ("哪里", "哪疙瘩"),
        ("没有", "没"),
        ("非常", "老"),
        ("我们", "俺们"),
    ),
    (  # of Shanghai and Jiangsu
        ("为什么", "为啥"),
        ("什么时候", "啥辰光"),
        ("怎么", "哪能"),
        ("如何", "哪能"),
        ("什么", "啥"),
        ("哪里", "啥地方"),
        ("多少", "几化"),
        ("没有", "呒没"),
        ("我们", "阿拉"),
        ("孩子", "小囡"),
    ),
)
"""What is said in the place of the standard word, the first that matches first."""

OPENINGS = (
    "请问", "想问一下", "我想问问", "麻烦问下", "你好，", "您好，请问", "咨询一下，", "问一下子",
    "领导好，", "谁知道", "大家知道", "求助：", "我就想知道",
)  # fmt: skip

ENDINGS = ("呢", "啊", "呀", "嘛", "谢谢", "，谢谢了", "？急", "，求解答", "，麻烦说一下", "？？")


def load_confusions(data: Path) -> dict[str, str]:
    """Read which characters are mistaken for which; none where a data folder lacks the table."""
    return {
        str(row["char"]): f"{row['same_sound']}" * 3 + f"{row['near_sound']}{row['similar_shape']}"
        for row in iter_rows(data / "train" / "typo_confusion.jsonl.gz")
    }


def add_noise(
    query: str, confusions: Confusions, chance: random.Random, strength: float = 1.0
) -> str:
    """Return a query as it is, or changed in one of the ways above.

    :param strength: so many times the shares above are changed.
    """
    drawn = chance.random() / strength
    if drawn < TYPOS:
        return misspell(query, confusions, chance)
    if (drawn := drawn - TYPOS) < COLLOQUIAL:
        return in_everyday_words(query)
    if (drawn := drawn - COLLOQUIAL) < DIALECT:
        return in_dialect(query, chance)
    if drawn - DIALECT < COURTEOUS:
        return with_courtesies(query, chance)
    return query


def misspell(query: str, confusions: Confusions, chance: random.Random) -> str:
    """Put a like character in the place of one, or of one in ten."""
    places = [place for place, character in enumerate(query) if confusions.get(character)]
    characters = list(query)
    for place in chance.sample(places, min(len(places), 1 + len(query) // 10)):
        characters[place] = chance.choice(confusions[characters[place]])
    return "".join(characters)


def in_everyday_words(query: str) -> str:
    """Replace the words of `EVERYDAY`, in its order."""
    return _replace(query, EVERYDAY)


def in_dialect(query: str, chance: random.Random) -> str:
    """Replace words by those of one of the `DIALECTS`."""
    return _replace(query, chance.choice(DIALECTS))


def with_courtesies(query: str, chance: random.Random) -> str:
    """Put one of the `OPENINGS` before a query, one of the `ENDINGS` for its 。？, or both."""
    which = chance.randrange(3)
    opened = query if which == 0 else chance.choice(OPENINGS) + query
    return opened if which == 1 else opened.rstrip("。？?") + chance.choice(ENDINGS)


def _replace(query: str, words: Sequence[tuple[str, str]]) -> str:
    for standard, other in words:
        query = query.replace(standard, other)
    return query
