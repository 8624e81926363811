"""What an answer must hold: the numbers that a question names, the kind of words it demands."""

from __future__ import annotations

import pytest

from index.answers.expect import lacks_kind, lacks_number

LINE_4 = "地铁4号线设站21座，计划2026年底通车。"


@pytest.mark.parametrize(
    ("question", "lacking"),
    [
        ("地铁4号线什么时候通车", False),
        ("地铁5号线什么时候通车", True),
        ("2号线什么时候通车", True),  # 21 is another number
        ("地铁21号线什么时候通车", True),  # 21座 are another thing
        ("设站21个吗", False),
        ("2025年通车吗", True),
        ("地铁什么时候通车", False),
        ("a5市地铁通车吗", False),  # a name
    ],
)
def test_a_number_is_there_or_not(question: str, lacking: bool) -> None:
    assert lacks_number(question, LINE_4) is lacking


@pytest.mark.parametrize(
    ("question", "text", "lacking"),
    [
        ("养犬登记证的办理费用是多少", "进园须出示养犬登记证。", True),
        ("养犬登记证的办理费用是多少", "登记证工本费20元。", False),
        ("首次登记要多少钱", "首次登记免费。", False),
        ("登记证好多钱嘛", "进园须出示养犬登记证。", True),
        ("登记证几钿", "登记证工本费20元。", False),
        ("电梯啥辰光动工", "电梯已列入计划。", True),
        ("食堂晚饭几点开始", "食堂全年无休。", True),
        ("食堂晚饭几点开始", "晚餐16时45分开始。", False),
        ("电梯什么时候动工", "电梯已列入计划。", True),
        ("电梯什么时候动工", "电梯年底动工。", False),
        ("窗口的电话是多少", "请到窗口咨询。", True),
        ("窗口的电话是多少", "请拨打12345。", False),
        ("财政承担的比例", "由财政承担一部分。", True),
        ("财政承担的比例", "由财政承担40%。", False),
        ("怎么申请加装电梯", "由业主自愿提出。", False),
    ],
)
def test_who_asks_for_a_sum_or_a_time_wants_one(question: str, text: str, lacking: bool) -> None:
    assert lacks_kind(question, text) is lacking
