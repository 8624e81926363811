"""What the doors to promises and policies let through: nothing closed, nothing personal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from openpyxl import load_workbook

from app.access import Role
from app.export.sheets import save_citing, save_ledger, save_policies
from app.service import Service, open_service
from app.settings import load_settings
from app.views.ledger import Wanted, read_day
from app.web.reader import OnPage, render_reply
from app.web.tabs.ledger import View, render_ledger
from app.web.tabs.policies import read_view, render_policies, render_policy
from corpus.errors import InputError, NotFound
from corpus.serialise import to_json
from corpus.store.statements import Order, State, end_of_quarter
from tests.test_masking import leaks, strings

SECRETS = "马丽莉，手机13800138000"
LETTER = """青枫区水务局
青水函〔{date[0]}{date[1]}{date[2]}{date[3]}〕{n}号
关于鹭鸣河清淤的答复
{name}女士：
您反映的鹭鸣河清淤问题收悉，现答复如下：
{body}
青枫区水务局
{date}
此件{openness}
"""
REPLIES = (
    (
        *("2021年5月6日", "公开发布"),
        "一、我局将于2021年底前完成鹭鸣河清淤4公里，进度请电话13800138000询问马丽莉。"
        "依据《青枫区河道管理办法》（青政规〔2020〕3号）和《关于马丽莉等同志任职的通知》。",
    ),
    (
        *("2022年6月7日", "公开发布"),
        "一、鹭鸣河清淤4公里已于2022年4月完成，经办人马丽莉，手机13800138000。",
    ),
    (
        *("2023年8月9日", "不予公开"),
        "一、经复核，鹭鸣河清淤4公里尚未完成验收。依据《青枫区河道管理办法》《青枫区内控规程》。",
    ),
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("doors")
    files = folder / "files"
    files.mkdir()
    for n, (day, openness, body) in enumerate(REPLIES, 1):
        text = LETTER.format(date=day, n=n, name="马丽莉", body=body, openness=openness)
        (files / f"{n}.txt").write_text(text, "utf-8")
    with open_service(load_settings(folder / "home", encoder="off")) as service:
        service.ingest([files])
    return folder / "home"


@pytest.fixture(params=(Role.READER, Role.ADMINISTRATOR))
def service(home: Path, request: pytest.FixtureRequest) -> Iterator[Service]:
    with open_service(load_settings(home, encoder="off"), request.param) as service:
        yield service


def views(service: Service) -> list[object]:
    """All that the doors give, and what the page and the workbooks make of it."""
    page = service.ledger.read(Wanted(today=date(2024, 1, 1)))
    promises = service.ledger.with_later(page.promises)
    policies = service.policies.read()
    citing = [service.policies.find(each.key) for each in policies.policies]
    ids = [card.reply_id for card in service.list_replies().cards]
    bases = [service.policies.of_reply(reply_id) for reply_id in ids]
    read = [
        render_reply(service.show(reply_id), 0, 5, False, shown=OnPage(basis=basis))
        for reply_id, basis in zip(ids, bases, strict=True)
    ]
    return [
        *(page, promises, policies, citing, bases, to_json(page), to_json(bases), read),
        render_ledger(page, Wanted(), 0),
        render_policies(policies, 0, False),
        [render_policy(each, 0) for each in citing],
    ]


def test_nothing_personal_passes(service: Service, tmp_path: Path) -> None:
    assert service.ledger.read().total
    assert [found for view in views(service) for found in leaks(view)] == []
    path = tmp_path / "a.xlsx"
    promises = service.ledger.with_later(service.ledger.read().promises)
    view = service.policies.find("青枫区河道管理办法")
    saves = (
        partial(save_ledger, promises),
        partial(save_policies, service.policies.read().policies),
        partial(save_citing, view),
    )
    for save in saves:
        save(path)
        cells = [cell for row in load_workbook(path).active.values for cell in row]
        assert len(cells) > 10
        assert leaks(cells) == []


def test_what_is_shown_stands_in_the_reply(service: Service) -> None:
    for one in service.ledger.with_later(service.ledger.read().promises):
        assert service.show(one.card.reply_id).text[one.start : one.end] == one.text
        for each in one.later:
            assert service.show(each.card.reply_id).text[each.start : each.end] == each.text


def test_the_public_sees_no_closed_reply_beside_a_promise(home: Path) -> None:
    said = {}
    for role in (Role.READER, Role.ADMINISTRATOR):
        with open_service(load_settings(home, encoder="off"), role) as service:
            (one, *_) = service.ledger.with_later(service.ledger.read().promises)
            said[role] = [(each.says, each.card.date) for each in one.later]
            closed = [
                text
                for view in views(service)
                for text in strings(view)
                if "内控规程" in text or "2023-08-09" in text or "尚未完成" in text
            ]
            assert bool(closed) == (role is Role.ADMINISTRATOR)
    done = ("done", "2022-06-07")
    assert said == {
        Role.ADMINISTRATOR: [("dropped", "2023-08-09"), done],
        Role.READER: [done],
    }


def test_the_public_can_ask_for_no_closed_policy(home: Path) -> None:
    with open_service(load_settings(home, encoder="off")) as owner:
        assert owner.policies.find("青枫区内控规程").total == 1
        assert owner.policies.find("青政规〔2020〕3号").total == 2
    with open_service(load_settings(home, encoder="off"), Role.READER) as visitor:
        with pytest.raises(NotFound):
            visitor.policies.find("青枫区内控规程")
        assert visitor.policies.find("青政规〔2020〕3号").total == 1


def test_what_a_browser_sends_is_not_trusted() -> None:
    assert View.read("overdue agency 3") == View(State.OVERDUE, Order.AGENCY, 3)
    for choice in ("", "x y z", "overdue due -1", "all due 99999999999", "'; DROP", "all  x 2"):
        view = View.read(choice)
        assert view.page == 0
        assert View.read(str(view)) == view
    assert read_view("policy 2 国发〔2004〕20号") == (2, "国发〔2004〕20号")
    for choice in ("", "policy", "policy x", "list x y", "other 1 国发"):
        assert read_view(choice)[1] == ""


def test_days_are_read_as_they_are_written() -> None:
    for text in ("2024-3-5", "2024年3月5日", " 2024.03.05 ", "2024/3/5"):
        assert read_day(text) == date(2024, 3, 5)
    assert read_day(" ") is None
    for text in ("2024-13-01", "昨天", "2024-02-30", "20240305"):
        with pytest.raises(InputError, match="请写成 2025-12-31"):
            read_day(text)


def test_quarters_end_where_they_should() -> None:
    ends = [end_of_quarter(date(2024, month, 15)).isoformat()[5:] for month in range(1, 13)]
    assert ends == ["03-31"] * 3 + ["06-30"] * 3 + ["09-30"] * 3 + ["12-31"] * 3


def test_an_empty_library_says_so(tmp_path: Path) -> None:
    with open_service(load_settings(tmp_path / "home", encoder="off")) as service:
        assert "文库里的答复还没有承诺" in render_ledger(service.ledger.read(), Wanted(), 0)
        assert "文库里的答复还没有引用依据" in render_policies(service.policies.read(), 0, False)
        assert service.ledger.with_later(()) == ()
