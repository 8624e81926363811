"""What proposals and long messages list as their requests."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.ranking.hits import Candidate, rank_either
from index.ranking.requests import MOST, SHORT, find_requests
from index.stores.texts import Readable

OPENING = (
    "尊敬的各位领导：\n　　近年来，我市老旧小区加装电梯工作持续推进，但居民在调研中反映了一些问题，"
    "群众建议很多。一是审批慢，二是资金缺。\n"
)
CLOSING = "\n　　以上建议妥否，请予答复。\n联系人：王某，联系电话：0000-0000000"


def test_what_stands_behind_the_suggestion_is_requested_point_by_point() -> None:
    text = (
        OPENING + "为此，建议：一是简化审批流程。并联办理。二是提高补贴标准；三是一楼住户给予补偿。"
    )
    assert find_requests(text + CLOSING) == (
        "简化审批流程。并联办理。",
        "提高补贴标准",
        "一楼住户给予补偿。",
    )


def test_a_heading_of_its_own_begins_the_list() -> None:
    text = OPENING + "三、有关建议\n（一）增设公交站点。\n（二）延长末班车时间到22.5时。"
    assert find_requests(text) == ("增设公交站点。", "延长末班车时间到22.5时。")


def test_one_request_or_none_leaves_the_text_whole() -> None:
    assert find_requests(OPENING) == ()
    assert find_requests(OPENING + "为此，建议：简化审批流程。" + CLOSING) == ()
    short = "建议：1、装路灯。2、修路。"
    assert find_requests(short.rjust(SHORT - 1, "路")) == ()
    assert find_requests(short.rjust(SHORT, "路")) == ("装路灯。", "修路。")


def test_a_thank_you_within_a_request_ends_no_list() -> None:
    listed = "为此，建议：1、设感谢信箱。感谢职工。2、修路。\n感谢！"
    assert find_requests(OPENING + listed) == ("设感谢信箱。感谢职工。", "修路。")


HEADS = st.sampled_from(
    ["为此，建议：", "建议如下：", "提出以下建议：\n", "诉求：", "\n三、有关建议\n", "\n具体建议\n"]
)
NUMBERS = st.sampled_from(["{han}是", "\n{digit}、", "（{digit}）", "{han}、", "（{han}）"])
POINTS = st.lists(st.text("电梯路灯公交站，0.5", max_size=30), min_size=2, max_size=10)


@given(HEADS, NUMBERS, POINTS, st.sampled_from(["", CLOSING, "\n此致\n敬礼"]))
def test_every_point_of_a_list_is_a_request(
    head: str, number: str, points: list[str], closing: str
) -> None:
    numbers = [number.format(han=han, digit=n) for n, han in enumerate("一二三四五六七八九十", 1)]
    listed = "".join(f"{n}增设{point}。" for n, point in zip(numbers, points, strict=False))
    requests = find_requests(OPENING + head + listed + closing)
    assert requests == tuple(f"增设{point}。" for point in points[:MOST])


PIECES = st.sampled_from([
    *("建议：", "建议如下：\n", "一是", "二是", "\n1、", "\n2、", "（1）", "（2）"),
    *("电梯", "修路。", "；", "妥否", "感谢", " ", "\n"),
])  # fmt: skip


@given(st.lists(PIECES, max_size=30).map("".join))
def test_requests_are_parts_of_the_text_in_order(rest: str) -> None:
    text = OPENING + "建议：一是修路。二是种树。" + rest
    requests = find_requests(text)
    assert len(requests) >= 2
    place = 0
    for request in requests:
        place = text.index(request, place) + len(request)


def ranked(key: int, score: float, lexical: float = 0.0, asked_for: bool = False) -> Candidate:
    return Candidate(Readable(key, f"r{key}", None, "", "", ""), score, lexical, 0.5, asked_for)


def test_what_answers_two_requests_a_little_is_before_what_answers_one() -> None:
    either = rank_either([[ranked(1, 0.5), ranked(2, 0.6)], [ranked(1, 0.5, 7.0)]])
    assert [(each.passage.key, each.score) for each in either] == [(1, 0.75), (2, 0.6)]


def test_what_was_asked_for_by_its_number_stays_first() -> None:
    either = rank_either([[ranked(1, 0.2, asked_for=True)], [ranked(2, 0.9), ranked(1, 0.5, 7.0)]])
    assert [(each.passage.key, each.lexical) for each in either] == [(1, 7.0), (2, 0.0)]
