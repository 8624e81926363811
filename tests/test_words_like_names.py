"""Words that begin like persons' names are shown; names that are made of words are hidden."""

from __future__ import annotations

import pytest

from corpus.text.redact import find_redactions


@pytest.mark.parametrize(
    "text",
    [
        "社区“宝宝屋”面向1至3岁幼儿。",
        "老年人可以申领敬老卡，凭卡免费乘车。",
        "促进综合保税区高水平开放高质量发展。",
        "产业向高端化、集聚化升级。",
        "直升生、特长生、指标生的名额见附件。",
        "开展速度滑冰、短道速滑、花样滑冰、冰球运动。",
        "安全生产警钟长鸣，常抓不懈。",
    ],
)
def test_words_that_begin_like_names_stay(text: str) -> None:
    assert find_redactions(text, ()) == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("村民于海洋反映低保问题。", "于海洋"),
        ("老伴白玉兰行动不便。", "白玉兰"),
        ("职工关建设、石海波要求补缴社保。", "石海波"),
        ("联系人：高水平，电话另告。", "高水平"),
        ("邻居安国富占用公共通道。", "安国富"),
    ],
)
def test_names_that_are_made_of_words_are_hidden(text: str, name: str) -> None:
    assert name in {text[each.start : each.end] for each in find_redactions(text, ())}
