"""What the replies of a library promise, as a list and as a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from app.access import Role
from app.export.sheets import COLUMNS
from app.service import Service, open_service
from app.settings import load_settings
from app.views.ledger import Wanted
from app.web.tabs.ledger import render_ledger
from corpus.errors import InputError
from corpus.store.statements import State
from tests.test_cli import read, run

LETTER = """宁溪县{agency}
宁{short}函〔2024〕{n}号
关于{matter}的答复
周远帆委员：
您提出的关于{matter}的提案收悉。现答复如下：
{body}
感谢您对我们工作的关心和支持，我局将一如既往做好工作。
宁溪县{agency}
2024年5月20日
此件{openness}
"""
WATER = "一、白鹭渠已于3月清淤。\n二、我局将于年底前更换全部闸门，2026年6月底前建成泵站。"
ROADS = "一、我局将督促施工单位加固护栏。\n二、我局将于9月底前电话13812345678通知您。"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    for n, (agency, matter, body, openness) in enumerate(
        (
            ("水利局", "整治白鹭渠", WATER, "公开发布"),
            ("交通运输局", "加固东坝桥", ROADS, "不予公开"),
        ),
        start=1,
    ):
        text = LETTER.format(
            agency=agency, short=agency[0], n=n, matter=matter, body=body, openness=openness
        )
        (folder / f"{n}.txt").write_text(text, "utf-8")
    with open_service(load_settings(tmp_path / "home")) as service:
        service.ingest([folder])
    return tmp_path / "home"


@pytest.fixture
def service(home: Path) -> Iterator[Service]:
    with open_service(load_settings(home)) as service:
        yield service


def test_what_is_due_first_goes_first(service: Service) -> None:
    page = service.ledger.read(Wanted(today=date(2025, 1, 1)))
    assert [(one.text, one.by, one.overdue) for one in page.promises] == [
        ("我局将于9月底前电话＊＊＊＊＊＊＊＊＊＊＊通知您", "2024-09-30", True),
        ("我局将于年底前更换全部闸门", "2024-12-31", True),
        ("2026年6月底前建成泵站", "2026-06-30", False),
        ("我局将督促施工单位加固护栏", None, False),
    ]
    assert (page.today, page.total, page.overdue) == ("2025-01-01", 4, 2)


def test_a_promise_stands_in_the_reply_as_it_is_shown(service: Service) -> None:
    for one in service.ledger.read().promises:
        assert service.show(one.card.reply_id).text[one.start : one.end] == one.text


def test_filters_and_parts_of_the_list(service: Service) -> None:
    filters = service.resolve(agency=("水利局",))
    assert service.ledger.read(Wanted(filters)).total == 2
    assert service.ledger.read(Wanted(words="白鹭渠")).total == 2
    assert service.ledger.read(Wanted(words="白鹭渠 交通运输局")).total == 0
    with pytest.raises(InputError, match="最多 50 个词"):
        service.ledger.read(Wanted(words="渠 " * 51))
    late = service.ledger.read(Wanted(state=State.OVERDUE, today=date(2025, 1, 1)))
    assert (late.total, [one.overdue for one in late.promises]) == (2, [True, True])
    part = service.ledger.read(limit=1, offset=1)
    assert (part.total, [one.by for one in part.promises]) == (4, ["2024-12-31"])


def test_what_has_no_day_is_counted_so_whether_or_not_it_has_a_term(tmp_path: Path) -> None:
    body = (
        "我局将每年3月和9月开展检修。我局将尽快修复。我局将在验收后一年内回访。我局将在半年内换管。"
    )
    text = LETTER.format(
        agency="水利局", short="水", n=3, matter="检修", body=body, openness="公开发布"
    )
    (tmp_path / "1.txt").write_text(text, "utf-8")
    with open_service(load_settings(tmp_path / "home")) as service:
        service.ingest([tmp_path / "1.txt"])
        wanted = Wanted(state=State.UNDATED, today=date(2099, 1, 1))
        page = service.ledger.read(wanted)
        shown = render_ledger(page, wanted, 0)
    terms = [(one.by_text, one.by, one.overdue) for one in page.promises]
    assert terms == [("每年3月和9月", None, False), (None, None, False), ("一年内", None, False)]
    assert (page.total, page.undated, page.overdue, page.promised) == (3, 3, 1, 4)
    assert "没有到期日 <b>3</b>" in shown
    assert [shown.count(each) for each in ("没有期限", ">一年内<", ">每年3月和9月<")] == [1, 1, 1]


def test_the_public_sees_promises_of_open_replies_only(home: Path) -> None:
    with open_service(load_settings(home), Role.READER) as visitor:
        assert {one.card.agency for one in visitor.ledger.read().promises} == {"宁溪县水利局"}


def test_the_command_lists_and_exports(home: Path, tmp_path: Path) -> None:
    listed = read(home, "promises", "--agency", "水利局")
    assert [one["what"] for one in listed["promises"]] == ["更换全部闸门", "建成泵站"]
    shown = run(home, "promises").stdout
    assert "到期 2024-12-31（已过）" in shown
    assert "期限 没有写" in shown
    assert "没有到期日 1 条" in shown
    out = tmp_path / "台账.xlsx"
    assert "已把 4 条承诺存为" in run(home, "promises", "--out", str(out)).stderr
    rows = list(load_workbook(out).active.iter_rows(values_only=True))
    assert (rows[0], len(rows)) == (COLUMNS, 5)
    assert rows[2][0:3] == ("2024-12-31", "逾期", "我局将于年底前更换全部闸门")


def test_another_ending_than_xlsx_is_refused(home: Path, tmp_path: Path) -> None:
    result = run(home, "promises", "--out", str(tmp_path / "台账.doc"))
    assert result.exit_code != 0
    assert not (tmp_path / "台账.doc").exists()
