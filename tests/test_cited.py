"""Policies that replies cite, each in one form, and the replies that cite them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from app.access import Role
from app.export.sheets import CITING_COLUMNS, POLICY_COLUMNS
from app.service import Service, open_service
from app.settings import load_settings
from corpus.errors import NotFound
from corpus.statements.names import is_number, name_of_number, name_of_title
from tests.test_cli import read, run

REPLY = """白杨县{agency}
{number}
关于{matter}的答复
周远帆委员：
您提出的关于{matter}的提案收悉。现答复如下：
{body}
白杨县{agency}
{date}
此件{openness}
"""
POLICY = """白杨县人民政府
白政规〔2021〕4号
关于印发《白杨县养老服务补贴办法》的通知
各乡镇人民政府：
现将《白杨县养老服务补贴办法》印发给你们，请认真执行。
一、补贴标准为每人每月300元。
白杨县人民政府
2021年3月1日
（此件公开发布）
"""
CITING = (
    (
        "民政局",
        "2022年5月10日",
        "公开发布",
        "一、依据《白杨县养老服务补贴办法》，每人每月补贴300元。",
    ),
    (
        *("财政局", "2023年6月2日", "公开发布"),
        "按照白政规[2021]4号文件安排资金。《中华人民共和国预算法》另有规定，《预算法》要求公开。",
    ),
    (
        "审计局",
        "2024年7月3日",
        "不予公开",
        "一、核查《白杨县养老服务补贴办法》（白政规〔2021〕4号）执行情况。",
    ),
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cited")
    files = folder / "files"
    files.mkdir()
    (files / "0.txt").write_text(POLICY, "utf-8")
    for n, (agency, date, openness, body) in enumerate(CITING, 1):
        text = REPLY.format(
            agency=agency,
            number=f"白{agency[0]}函〔{date[:4]}〕{n}号",
            matter="养老服务",
            body=body,
            date=date,
            openness=openness,
        )
        (files / f"{n}.txt").write_text(text, "utf-8")
    with open_service(load_settings(folder / "home")) as service:
        service.ingest([files])
    return folder / "home"


@pytest.fixture
def service(home: Path) -> Iterator[Service]:
    with open_service(load_settings(home)) as service:
        yield service


def test_titles_and_numbers_have_one_form() -> None:
    law = name_of_title("预算法")
    assert law == name_of_title("中华人民共和国预算法") == name_of_title("预算法（2018年修正）")
    plan = name_of_title("白杨县养老服务补贴办法")
    assert plan == name_of_title("白杨县人民政府关于印发〈白杨县养老服务补贴办法〉的通知")
    assert plan == name_of_title("关于印发《白杨县养老服务补贴办法》的通知")
    assert name_of_title("甲市关于养老的意见") != name_of_title("乙市关于养老的意见")
    assert (
        name_of_number("白政规[2021] 4号")
        == name_of_number("白政规〔2021〕4号")
        == "白政规〔2021〕4号"
    )
    assert [is_number(text) for text in ("白政规〔2021〕4号", "GB 50016-2014", "预算法")] == [
        True,
        True,
        False,
    ]


def test_a_policy_is_one_by_title_and_number(service: Service) -> None:
    found = {one.name: one for one in service.policies.read().policies}
    assert set(found) == {"白杨县养老服务补贴办法", "中华人民共和国预算法"}
    policy = found["白杨县养老服务补贴办法"]
    assert (policy.number, policy.replies, policy.first, policy.last) == (
        "白政规〔2021〕4号",
        3,
        "2022-05-10",
        "2024-07-03",
    )
    assert service.show(policy.standing or "").card.doc_number == "白政规〔2021〕4号"
    assert found["中华人民共和国预算法"].places == 2


@pytest.mark.parametrize(
    "words",
    ["白政规（2021）4号", "《白杨县养老服务补贴办法》", "养老服务补贴", "白政规〔2021〕4号"],
)
def test_a_policy_is_looked_up_by_any_of_its_names(service: Service, words: str) -> None:
    view = service.policies.find(words)
    assert [one.card.date for one in view.citing] == ["2022-05-10", "2023-06-02", "2024-07-03"]
    for one in view.citing:
        assert service.show(one.card.reply_id).text[one.start : one.end] == one.text


@pytest.mark.parametrize("words", ["噪声污染防治法", "", "　"])
def test_what_nobody_cites_is_not_found(service: Service, words: str) -> None:
    with pytest.raises(NotFound, match="没有答复引用过"):
        service.policies.find(words)


@pytest.mark.parametrize("words", ["法", "《法》"])
def test_what_several_go_by_names_them(service: Service, words: str) -> None:
    with pytest.raises(NotFound) as told:
        service.policies.find(words)
    assert str(told.value) == (
        f"名称或文号含有“{words}”的依据有 2 项，请写全是哪一项："
        "《白杨县养老服务补贴办法》（白政规〔2021〕4号）、《中华人民共和国预算法》。"
    )


def test_the_basis_of_a_reply(service: Service) -> None:
    ids = {card.agency: card.reply_id for card in service.list_replies().cards}
    basis = service.policies.of_reply(ids["白杨县财政局"])
    assert [(each.policy.name, len(each.spans)) for each in basis.policies] == [
        ("白杨县养老服务补贴办法", 1),
        ("中华人民共和国预算法", 2),
    ]
    assert basis.cited is None
    own = service.policies.of_reply(ids["白杨县人民政府"])
    assert own.policies == ()
    assert own.cited is not None
    assert own.cited.total == 3


def test_visitors_see_neither_closed_replies_nor_what_only_they_cite(home: Path) -> None:
    with open_service(load_settings(home), Role.READER) as visitor:
        view = visitor.policies.find("白政规〔2021〕4号")
        assert (view.policy.replies, view.policy.last) == (2, "2023-06-02")
        assert {one.card.agency for one in view.citing} == {"白杨县民政局", "白杨县财政局"}
    with open_service(load_settings(home)) as owner:
        closed = owner.list_replies(owner.resolve(agency=("审计局",))).cards[0].reply_id
    with open_service(load_settings(home), Role.READER) as visitor, pytest.raises(NotFound):
        visitor.policies.of_reply(closed)


def test_filters_count_their_replies_only(service: Service) -> None:
    filters = service.resolve(year="2023")
    (law, plan) = sorted(
        service.policies.read(filters).policies, key=lambda one: one.name or "", reverse=False
    )
    assert (law.name, law.replies, plan.replies) == ("中华人民共和国预算法", 1, 1)
    assert service.policies.find("预算法", filters).total == 1
    assert service.policies.read(words="补贴 2021").total == 1


def test_the_command(home: Path, tmp_path: Path) -> None:
    listed = read(home, "policies")
    assert [one["replies"] for one in listed["policies"]] == [3, 1]
    assert read(home, "policies", "预算法")["total"] == 1
    reply_id = read(home, "policies", "预算法")["citing"][0]["reply_id"]
    assert len(read(home, "policies", "--reply", reply_id)["policies"]) == 2
    assert "《白杨县养老服务补贴办法》（白政规〔2021〕4号）" in run(home, "policies").stdout
    assert "3 份答复引用，2022-05-10 起" in run(home, "policies", "白政规〔2021〕4号").stdout
    assert "引用依据 2 项" in run(home, "policies", "--reply", reply_id).stdout
    for arguments, columns, count in (
        ((), POLICY_COLUMNS, 3),
        (("白政规〔2021〕4号",), CITING_COLUMNS, 4),
        (("--reply", reply_id), POLICY_COLUMNS, 3),
    ):
        out = tmp_path / "依据.xlsx"
        run(home, "policies", *arguments, "--out", str(out))
        rows = list(load_workbook(out).active.iter_rows(values_only=True))
        assert (rows[0], len(rows)) == (columns, count)
    assert run(home, "policies", "预算法", "--reply", reply_id).exit_code != 0
