"""Whom a draft reply is addressed to: all who put the proposal, as its labels or signature say."""

from __future__ import annotations

import pytest

from app.desk.fields import read_fields
from app.export.draft import Draft, iter_lines

PROPOSAL = "关于加强共享单车停放管理的提案\n{}\n单车堵塞盲道。建议企业增加调度人员。\n{}"
SUGGESTION = "关于加强校园周边管理的建议\n{}\n摊贩较多。建议清理流动摊贩。\n{}"
NOBODY = "【待填：主送】"


def addressed(text: str) -> tuple[str, str]:
    """Return whom the draft addresses, and how it calls them."""
    _, recipient, opening, *_ = (line.text for line in iter_lines(Draft(read_fields(text), ())))
    return recipient.removesuffix("："), "你们" if opening.startswith("你们") else "您"


@pytest.mark.parametrize(
    ("labels", "recipient"),
    [
        ("第一提案人：许文博\n联名提案人：李晓燕、王建国", "许文博委员、李晓燕委员、王建国委员"),
        ("提案人 | 韩雪梅\n附议人 | 沈佳、吕志明", "韩雪梅委员、沈佳委员、吕志明委员"),
        (
            "提案人：许文博　第二提案人：沈佳\n其他提案人：吕志明",
            "许文博委员、沈佳委员、吕志明委员",
        ),
        (
            "提案人（签名）：许文博；附议人（共2人）：沈佳、\n马 丽",
            "许文博委员、沈佳委员、马丽委员",
        ),
        ("提案人：许文博等5人", "许文博等5位委员"),
        ("提案人：许文博、沈佳 等 十二 名政协委员", "许文博、沈佳等十二位委员"),
        ("提案人：许文博及其他4名委员", "许文博等5位委员"),
        ("提案人：许文博等3人\n附议人：沈佳、吕志明", "许文博委员、沈佳委员、吕志明委员"),
        ("提案人：许文博\n附议人：沈佳等9人", "许文博、沈佳等委员"),
        ("提案人：民盟云桥区委\n联合提案人：迪丽娜尔·买买提", "民盟云桥区委、迪丽娜尔·买买提委员"),
    ],
)
def test_all_who_put_it_are_addressed(labels: str, recipient: str) -> None:
    assert addressed(PROPOSAL.format(labels, "")) == (recipient, "你们")


@pytest.mark.parametrize(
    ("above", "below", "recipient", "you"),
    [
        ("市人大代表：何志强、马丽", "", "何志强代表、马丽代表", "你们"),
        ("提交人：何志强", "", "何志强代表", "您"),
        ("", "领衔代表：郑晓明等10名代表", "郑晓明等10位代表", "你们"),
        ("", "青岭县人大代表　何志强\n2026年1月8日", "何志强代表", "您"),
        (
            "",
            "全国人大代表、区人民医院院长 何志强\n云桥区人大代表马丽",
            "何志强代表、马丽代表",
            "你们",
        ),
    ],
)
def test_offices_and_signatures_name_who_put_it(
    above: str, below: str, recipient: str, you: str
) -> None:
    assert addressed(SUGGESTION.format(above, below)) == (recipient, you)


@pytest.mark.parametrize(
    "labels",
    [
        "提案人：许文博\n联系人：张伟\n执笔人：李强",
        "提案人：许文博 联系人：张伟",
        "提案人：许文博\n附议人：无\n附议人数：9人\n联名人：见附件",
        "提案人：许文博\n政协委员：加强监管势在必行\n各位委员：王强",
    ],
)
def test_others_did_not_put_it(labels: str) -> None:
    assert addressed(PROPOSAL.format(labels, "提案人：许文博委员")) == ("许文博委员", "您")


@pytest.mark.parametrize(
    "below", ["请区人大代表工委转交。", "市人大代表 单位 电话", "人大代表建议"]
)
def test_what_is_no_signature_names_nobody(below: str) -> None:
    assert addressed(SUGGESTION.format("尊敬的各位代表：", below)) == (NOBODY, "您")
