"""Uploaded tables: what their columns were taken for is shown, and can be said otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from app.service import open_service
from app.settings import load_settings
from app.uploads import has_columns
from app.web.columns import (
    KEYS,
    ColumnPanel,
    find_table,
    recognised_values,
)
from corpus.errors import InputError
from corpus.readers import ColumnMapping
from corpus.readers.columns import LABELS
from corpus.types import FieldName
from tests.browsing import Visits, go_to, scrolls_sideways
from tests.homes import upload

UNKNOWN = "主题,经过,措施,时间\n长椅,长椅坏了很久，没地方坐。,下周换新，先围起来。,2023-04-06\n"
KNOWN = "标题,回复单位,回复单位2,回复内容\n路灯,区城管局,区电力所,您好：已修复。\n"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    unknown, known = tmp_path / "导出.csv", tmp_path / "留言.csv"
    unknown.write_text(UNKNOWN, encoding="utf-8")
    known.write_text(KNOWN, encoding="utf-8")
    return unknown, known


def chosen(values: list[Any], **changes: Any) -> list[Any]:
    return [changes.get(key, value) for key, value in zip(KEYS, values, strict=True)]


def test_every_field_of_a_mapping_can_be_chosen() -> None:
    assert set(KEYS) == set(LABELS)


def test_the_table_that_needs_help_is_shown_first(files: tuple[Path, Path]) -> None:
    unknown, known = files
    table = find_table([known, unknown])
    assert table is not None
    assert table.names == ("主题", "经过", "措施", "时间")
    only = find_table([Path("没有.txt"), known])
    assert only is not None
    assert only.names[0] == "标题"
    assert find_table([Path("没有.csv"), Path("a.docx")]) is None


def test_what_was_recognised_is_chosen_and_left_alone_declares_nothing(
    files: tuple[Path, Path],
) -> None:
    table = find_table(files[1:])
    assert table is not None
    values = recognised_values(table)
    shown = dict(zip(KEYS, values, strict=True))
    assert (shown["reply"], shown["agency"]) == (["回复内容"], ["回复单位", "回复单位2"])
    assert (shown["title"], shown["date"]) == ("标题", "")
    panel = ColumnPanel((), gr.State(None))
    assert panel.read(values, values) is None
    assert panel.read(None, [None] * len(KEYS)) is None
    changed = panel.read(values, chosen(values, title=""))
    assert changed is not None
    assert (changed.title, changed.agency) == ("", ("回复单位", "回复单位2"))
    with pytest.raises(InputError, match="还没有选答复内容所在的列"):
        panel.read(values, chosen(values, reply=[]))


def test_a_mapping_is_for_the_tables_that_have_its_columns(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    unknown, known = files
    mapping = ColumnMapping(reply=("措施",), question=("经过",), title="主题", date="时间")
    assert has_columns(unknown, mapping)
    assert not has_columns(known, mapping)
    with open_service(load_settings(tmp_path / "home")) as service:
        report = upload(service, known, unknown, mapping=mapping)
        assert [entry.status for entry in report.files] == ["added", "added"]
        titles = {card.title: card for card in service.list_replies().cards}
        assert titles["长椅"].date == "2023-04-06"
        reply = service.show(titles["长椅"].reply_id)
        assert reply.text == "下周换新，先围起来。"
        road = service.show(titles["路灯"].reply_id)
        agencies = [field.value for field in road.fields if field.name is FieldName.AGENCY]
        assert agencies == ["区城管局", "区电力所"]


@pytest.mark.slow
def test_columns_are_chosen_on_the_page(
    files: tuple[Path, Path], tmp_path: Path, visits: Visits
) -> None:
    with open_service(load_settings(tmp_path / "home")) as service:
        service.ingest([files[1]])
        with visits.serving(service) as page:
            tab = visits.open(page, width=390)
            go_to(tab, "文库")
            tab.get_by_text("上传答复文件").click()
            tab.locator("#upload-files input[type=file]").set_input_files([files[0]])
            tab.locator("#stage").get_by_text("没有认出“导出.csv”里哪一列是答复内容").wait_for()
            names = [name.split("\n") for name in tab.locator(".preview th").all_inner_texts()]
            assert names == [
                *(["主题", "标题（按列名）"], ["经过", "未认出"], ["措施", "未认出"]),
                ["时间", "答复日期（按内容）"],
            ]
            assert not scrolls_sideways(tab)
            for key, name in (("reply", "措施"), ("question", "经过")):
                tab.locator(f"#column-{key} input").click()
                tab.get_by_role("option", name=name).last.click()
                tab.keyboard.press("Tab")
                tab.get_by_role("option").first.wait_for(state="detached")
            tab.locator("#load").click()
            tab.locator("table.report").wait_for()
            assert "已载入 1 件" in tab.locator("#upload-report").inner_text()
            tab.locator("#columns").wait_for(state="hidden")
        card = next(card for card in service.list_replies().cards if card.title == "长椅")
        assert card.date == "2023-04-06"
        assert service.show(card.reply_id).text == "下周换新，先围起来。"
