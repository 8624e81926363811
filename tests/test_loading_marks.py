"""What a load does with marks: secrets are refused, doubt is reported, duplicates share marks."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from app.access import Role
from app.cli.commands import application
from app.loading.reports import FileReport, IngestReport
from app.service import Service, open_service
from app.settings import load_settings
from corpus.types import FieldName
from tests.homes import upload
from tests.office_files import W, make_docx, paragraph

LETTER = """柳川市民政局
柳民函〔2024〕7号
关于{matter}的答复
陈一鸣委员：
您的提案收悉。现答复如下：
一、{matter}每日供餐三百份。
柳川市民政局
2024年7月30日
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "答复"
    folder.mkdir()
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def write(path: Path, matter: str, mark: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{mark}\n{LETTER.format(matter=matter)}", encoding="utf-8")
    return path


def ingest(home: Path, *paths: Path, allow_secret: bool = False) -> IngestReport:
    with open_service(load_settings(home)) as service:
        return service.ingest(paths, allow_secret=allow_secret)


def seen(home: Path, role: Role = Role.READER) -> dict[str, str | None]:
    """Return what a role may see, by search as well: matter → mark."""
    with open_service(load_settings(home), role) as service:
        cards = service.list_replies().cards
        found = service.search("每日供餐三百份", k=100).hits
        assert {hit.card.reply_id for hit in found} == {card.reply_id for card in cards}
        assert all(
            hit.card.disclosure == service.show(hit.card.reply_id).card.disclosure for hit in found
        )
        return {(card.title or "")[2:-3]: card.disclosure for card in cards}


def entry_of(report: IngestReport, name: str) -> FileReport:
    return next(entry for entry in report.files if entry.source.endswith(name))


# Secrets


def test_secrets_are_refused_by_name_and_the_rest_loads(home: Path, files: Path) -> None:
    write(files / "一.txt", "食堂")
    write(files / "二.txt", "仓库", "秘密★5年")
    write(files / "机密" / "三.txt", "粮站")
    report = ingest(home, files)
    assert (report.counts.added, report.counts.refused, report.counts.failed) == (1, 2, 0)
    reason = entry_of(report, "二.txt").reason or ""
    assert reason.startswith("有密级标注（秘密★5年），没有载入。")
    assert "--allow-secret" in reason
    assert "（文件名：机密）" in (entry_of(report, "三.txt").reason or "")
    assert seen(home, Role.ADMINISTRATOR) == {"食堂": None}
    assert ingest(home, files).counts.refused == 2  # told again each time


def test_secrets_that_are_allowed_are_for_the_owner_alone(home: Path, files: Path) -> None:
    write(files / "二.txt", "仓库", "秘密★5年")
    assert ingest(home, files, allow_secret=True).counts.added == 1
    assert seen(home, Role.ADMINISTRATOR) == {"仓库": "涉密"}
    assert seen(home) == {}
    assert ingest(home, files).counts.unchanged == 1
    assert seen(home, Role.ADMINISTRATOR) == {"仓库": "涉密"}


def test_a_reply_that_became_secret_goes(home: Path, files: Path) -> None:
    path = write(files / "一.txt", "食堂")
    ingest(home, files)
    write(path, "食堂", "密级：机密")
    report = ingest(home, files)
    assert (report.counts.refused, report.counts.removed) == (1, 1)
    assert seen(home, Role.ADMINISTRATOR) == {}


def test_an_uploaded_secret_is_not_kept(home: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "二.txt", "仓库", "绝密★")
    with open_service(load_settings(home)) as service:
        report = upload(service, path)
    assert report.counts.refused == 1
    assert list((home / "uploads").iterdir()) == []


# What closed a reply is told


def test_marks_that_are_not_understood_or_internal_are_listed_with_their_line(
    home: Path, files: Path
) -> None:
    write(files / "一.txt", "食堂", "公开属性：待研究")
    write(files / "二.txt", "菜场", "内部资料 注意保存")
    write(files / "内部_三.txt", "书店")
    write(files / "四.txt", "车站", "公开属性：不予公开")
    write(files / "五.txt", "公园", "公开属性：主动公开")
    rows = [{"答复内容": LETTER.format(matter="码头"), "公开状态": "3", "编号": "m1"}]
    (files / "表.jsonl").write_text(json.dumps(rows[0], ensure_ascii=False), encoding="utf-8")
    report = ingest(home, files)
    assert report.counts.closed == 4
    assert {entry.source.rpartition("/")[2]: entry.mark for entry in report.closed} == {
        "一.txt": "公开属性：待研究",
        "二.txt": "内部资料 注意保存",
        "内部_三.txt": "文件名：内部_三.txt",
        "表.jsonl#m1": "表格的列：公开状态",
    }
    assert seen(home) == {"公园": "主动公开"}


def test_a_sheets_name_and_a_comment_close_and_are_told(home: Path, files: Path) -> None:
    book = openpyxl.Workbook()
    for name, matter in (("内部", "桥"), ("公开", "路")):
        sheet = book.create_sheet(name)
        for row in (("提案号", "答复内容"), (matter, LETTER.format(matter=matter))):
            sheet.append(row)
    book.save(files / "表.xlsx")
    body = "".join(map(paragraph, LETTER.format(matter="食堂").splitlines()))
    comments = (
        f'<w:comments xmlns:w="{W}"><w:comment>{paragraph("此件视情公开")}</w:comment></w:comments>'
    )
    make_docx(files / "一.docx", body, {"comments": comments})
    report = ingest(home, files)
    assert [entry.mark for entry in report.closed] == ["批注：此件视情公开", "工作表名：内部"]
    assert seen(home) == {"路": None}


def test_the_command_line_says_the_same(home: Path, files: Path) -> None:
    write(files / "一.txt", "食堂", "此件视情公开")
    write(files / "二.txt", "仓库", "机密★1年")
    arguments = ["ingest", str(files), "--home", str(home)]
    said = CliRunner().invoke(application, arguments).output.replace("\n", "")
    assert "未公开 1 份（公开标注没有看懂" in said
    assert "一.txt：此件视情公开" in said
    assert "涉密不载入" in said
    assert "二.txt：有密级标注（机密★1年），没有载入。" in said
    write(files / "三.txt", "菜场", "（内部）")
    shown = json.loads(CliRunner().invoke(application, [*arguments, "--json"]).stdout)
    assert (shown["closed"], shown["refused"]) == (1, 1)
    assert [entry["mark"] for entry in shown["files"] if entry["status"] == "added"] == ["（内部）"]
    allowed = CliRunner().invoke(application, [*arguments, "--allow-secret", "--json"])
    assert json.loads(allowed.stdout)["added"] == 1


def test_a_folder_named_to_be_loaded_counts_and_what_lies_above_does_not(tmp_path: Path) -> None:
    above = tmp_path / "内部资料"
    path = write(above / "答复" / "一.txt", "食堂")
    for named, mark in ((above, "内部资料"), (above / "答复", None), (path, None)):
        home = tmp_path / named.name / "home"
        ingest(home, named)
        assert seen(home, Role.ADMINISTRATOR) == {"食堂": mark}


def test_a_file_in_another_folder_of_the_same_library_is_read_anew(home: Path, files: Path) -> None:
    path = write(files / "内部" / "一.txt", "食堂")
    ingest(home, files)
    assert seen(home) == {}
    assert ingest(home, path).counts.unchanged == 1
    assert seen(home) == {}


# Duplicates


def table(path: Path, *rows: tuple[str, str, str]) -> Path:
    """Write a table of id, matter and mark."""
    lines = [
        json.dumps(
            {"编号": id, "答复内容": LETTER.format(matter=matter), "公开属性": mark},
            ensure_ascii=False,
        )
        for id, matter, mark in rows
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize("marks", [("主动公开", "不予公开"), ("不予公开", "主动公开")])
def test_the_strictest_mark_of_a_text_holds_in_any_order(
    home: Path, files: Path, marks: tuple[str, str]
) -> None:
    for name, mark in zip("甲乙", marks, strict=True):
        ingest(home, table(files / f"{name}.jsonl", (name, "食堂", mark)))
    assert seen(home, Role.ADMINISTRATOR) == {"食堂": "不予公开"}
    assert seen(home) == {}


def test_the_strictest_mark_within_one_table_holds(home: Path, files: Path) -> None:
    rows = [("1", "食堂", "主动公开"), ("2", "食堂", "依申请公开"), ("3", "食堂", "")]
    ingest(home, table(files / "表.jsonl", *rows))
    assert seen(home, Role.ADMINISTRATOR) == {"食堂": "依申请公开"}
    assert ingest(home, files).counts.unchanged == 1
    assert seen(home) == {}


def test_a_mark_stays_when_its_source_goes_until_the_others_are_read_again(
    home: Path, files: Path
) -> None:
    first = table(files / "甲.jsonl", ("1", "食堂", "不予公开"), ("2", "菜场", "主动公开"))
    table(files / "乙.jsonl", ("3", "食堂", "主动公开"))
    ingest(home, files)
    table(first, ("2", "菜场", "主动公开"))
    ingest(home, first)
    assert seen(home, Role.ADMINISTRATOR) == {"食堂": "不予公开", "菜场": "主动公开"}
    assert seen(home) == {"菜场": "主动公开"}
    ingest(home, files)
    assert seen(home) == {"食堂": "主动公开", "菜场": "主动公开"}


def test_a_duplicate_that_goes_leaves_its_mark_until_the_others_are_read_again(
    home: Path, files: Path
) -> None:
    table(files / "甲.jsonl", ("1", "食堂", "主动公开"))
    second = table(files / "乙.jsonl", ("2", "食堂", "不予公开"), ("3", "菜场", "主动公开"))
    ingest(home, files)
    table(second, ("3", "菜场", "主动公开"))
    ingest(home, second)
    assert seen(home) == {"菜场": "主动公开"}
    ingest(home, files)
    assert seen(home) == {"食堂": "主动公开", "菜场": "主动公开"}


def test_a_source_that_changes_its_mark_changes_it_for_all(home: Path, files: Path) -> None:
    first = table(files / "甲.jsonl", ("1", "食堂", "主动公开"))
    second = table(files / "乙.jsonl", ("2", "食堂", "主动公开"))
    ingest(home, files)
    assert seen(home) == {"食堂": "主动公开"}
    table(first, ("1", "食堂", "不予公开"))
    ingest(home, files)
    assert seen(home) == {}
    table(first, ("1", "食堂", "主动公开"))
    table(second, ("2", "食堂", "依申请公开"))
    ingest(home, files)
    assert seen(home) == {}
    ingest(home, files)  # whichever of the two was read first is now read again
    assert seen(home, Role.ADMINISTRATOR) == {"食堂": "依申请公开"}
    assert seen(home) == {}


def test_a_removed_reply_is_loaded_with_the_marks_that_its_files_have(
    home: Path, files: Path
) -> None:
    table(files / "甲.jsonl", ("1", "食堂", "主动公开"))
    table(files / "乙.jsonl", ("2", "食堂", "不予公开"))
    ingest(home, files)
    with open_service(load_settings(home)) as service:
        service.remove([card.reply_id for card in service.list_replies().cards])
    ingest(home, files)
    assert seen(home) == {}
    with open_service(load_settings(home)) as service:
        check_one_mark(service)
        assert service.verify().problems == ()


def check_one_mark(service: Service) -> None:
    for card in service.list_replies().cards:
        fields = service.show(card.reply_id).fields
        assert len([field for field in fields if field.name is FieldName.DISCLOSURE]) <= 1
