"""Columns are known by many names, by names with their cells, and by cells that leave no doubt."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from corpus.errors import InputError, Remark, UnreadableFile
from corpus.parse import parse
from corpus.readers import ColumnMapping, iter_documents, parse_mapping
from corpus.readers.opening import iter_tables
from corpus.readers.recognise import How, recognise
from corpus.types import Document, FieldName, Reply

ANSWER = "李先生：您好！您反映的公园长椅损坏问题收悉。经核实，已安排更换，感谢您的监督。"
WISH = "公园里的长椅坏了很久，老人没地方坐，希望尽快换新的。"


def table(path: Path, *rows: list[str]) -> Path:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    path.write_text(written.getvalue(), encoding="utf-8")
    return path


def load(path: Path, mapping: ColumnMapping | None = None) -> list[Reply]:
    items = iter_documents(path, mapping)
    return [parse(item).reply for item in items if isinstance(item, Document)]


def told(path: Path, mapping: ColumnMapping | None = None) -> list[str]:
    items = iter_documents(path, mapping)
    return [item.reason for item in items if isinstance(item, UnreadableFile)]


def taken(names: list[str], *rows: list[str]) -> dict[str, tuple[str, ...]]:
    sample = {name: [row[at] for row in rows] for at, name in enumerate(names)}
    return {key: each.columns for key, each in recognise(names, sample, None).items()}


@pytest.mark.parametrize(
    "names",
    [
        "工单号 诉求主题 诉求描述 来电时间 责任单位 处置结果 办结时间",
        "orderNo title content createTime replyOrg replyContent replyTime",
        "tid subject content dateline unit answer_body answer_time",
        "事项编号 事项标题 事项内容 登记日期 主办单位 办理反馈 反馈日期",
    ],
)
def test_systems_and_crawlers_name_the_same_things(names: str) -> None:
    row = ["88", "长椅坏了", WISH, "2023-04-01", "市园林处", ANSWER, "2023-04-06"]
    keys = ("id", "title", "question", "asked", "agency", "reply", "date")
    expected = {key: (name,) for key, name in zip(keys, names.split(), strict=True)}
    assert taken(names.split(), row) == expected


def test_a_result_is_a_letter_or_a_reply_as_its_cells_say() -> None:
    names = ["标题", "办理情况", "办理结果"]
    assert taken(names, ["长椅", ANSWER, "A类"]) == {
        "title": ("标题",),
        "reply": ("办理情况",),
        "outcome": ("办理结果",),
    }
    assert taken(names, ["长椅", "已办结", ANSWER])["reply"] == ("办理结果",)
    sides = ["标题", "办理类型", "答复内容"]
    assert taken(sides, ["长椅", "B类", ANSWER])["outcome"] == ("办理类型",)
    assert taken(sides, ["长椅", "主办", ANSWER])["role"] == ("办理类型",)


def test_proposals_have_their_number_title_proposers_and_result(tmp_path: Path) -> None:
    path = table(
        tmp_path / "提案.csv",
        ["提案号", "案由", "届次", "提案人", "主办单位", "办复文号", "办理类别", "答复全文"],
        [
            *("第0107号", "关于增设夜间公交的提案", "政协九届三次会议", "周敏、王 强等3名委员"),
            *(
                "市交通局",
                "云交函〔2023〕15号",
                "A",
                "周敏委员：您提出的提案收悉。已开通两条线路。",
            ),
        ],
    )
    (reply,) = load(path)
    assert reply.values(FieldName.MATTER_NUMBER) == ("0107",)
    assert reply.values(FieldName.MATTER_TITLE) == ("关于增设夜间公交的提案",)
    assert reply.values(FieldName.SESSION) == ("政协九届三次会议",)
    assert reply.values(FieldName.PROPOSER) == ("周敏", "王强")
    assert reply.values(FieldName.DOC_NUMBER) == ("云交函〔2023〕15号",)
    assert reply.values(FieldName.OUTCOME) == ("A",)
    assert reply.values(FieldName.ROLE) == ("主办",)
    assert reply.source.endswith("#第0107号")
    role = next(field for field in reply.fields if field.name is FieldName.ROLE)
    assert role.origin == "column:主办单位"


def test_several_senders_in_a_cell_are_several_agencies(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", ["答复单位", "回复内容"], ["市城管局、市住建局", ANSWER])
    assert load(path)[0].values(FieldName.AGENCY) == ("市城管局", "市住建局")
    path = table(tmp_path / "a.csv", ["答复单位", "回复内容"], ["市教育、体育局", ANSWER])
    assert load(path)[0].values(FieldName.AGENCY) == ("市教育、体育局",)


def test_several_columns_of_a_reply_are_one_text(tmp_path: Path) -> None:
    names = ["标题", "回复内容", "回复内容2", "二次回复内容"]
    path = table(tmp_path / "a.csv", names, ["长椅", "已登记。", "", "已更换。"])
    (reply,) = load(path)
    assert reply.text == "已登记。\n已更换。"
    assert told(path) == []


def test_another_column_like_a_reply_is_told_not_dropped_in_silence(tmp_path: Path) -> None:
    names = ["标题", "答复内容", "部门回复"]
    path = table(tmp_path / "a.csv", names, ["长椅", "已更换。", "已登记。"])
    assert [reply.text for reply in load(path)] == ["已更换。"]
    (reason,) = told(path)
    assert reason.startswith("“部门回复”列也像答复，没有读入（答复取自“答复内容”）")
    both = parse_mapping({"reply": ["答复内容", "部门回复"]}, "m")
    assert [reply.text for reply in load(path, both)] == ["已更换。\n已登记。"]


def test_columns_without_a_known_name_are_taken_by_their_cells_and_told(tmp_path: Path) -> None:
    path = table(
        tmp_path / "a.csv",
        ["甲", "乙", "丙", "丁"],
        ["云园函〔2023〕7号", ANSWER, "2023-04-06", "不予公开"],
        ["云园函〔2023〕8号", ANSWER.replace("长椅", "路灯"), "2023年4月9日", "主动公开"],
    )
    first, second = load(path)
    assert first.values(FieldName.DOC_NUMBER) == ("云园函〔2023〕7号",)
    assert (first.value(FieldName.DATE), second.value(FieldName.DATE)) == (
        "2023-04-06",
        "2023-04-09",
    )
    assert first.value(FieldName.DISCLOSURE) == "不予公开"
    assert told(path) == [
        "“乙”列按内容认作答复内容",
        "“丙”列按内容认作答复日期",
        "“甲”列按内容认作发文字号",
        "“丁”列按内容认作公开属性",
    ]
    remarks = [item for item in iter_documents(path) if isinstance(item, Remark)]
    assert len(remarks) == 4


def test_two_columns_of_dates_are_told_apart_where_one_is_never_later() -> None:
    names = ["问题", "回复", "甲", "乙"]
    first = ["长椅", ANSWER, "2023-04-06", "2023-04-01"]
    found = taken(names, first, ["桥", ANSWER, "2023-05-02", "2023-05-01"])
    assert (found["date"], found["asked"]) == (("甲",), ("乙",))
    crossed = taken(names, first, ["桥", ANSWER, "2023-05-01", "2023-05-02"])
    assert "date" not in crossed
    assert "asked" not in crossed


def test_a_message_is_never_taken_for_the_reply(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", ["标题", "内容", "状态"], ["长椅", WISH, "已办结"])
    assert load(path) == []
    assert told(path)[0].startswith("没有认出答复内容的列；文件里的列是：标题、内容、状态")


def test_rows_that_slipped_by_a_column_are_held_back(tmp_path: Path) -> None:
    names = ["标题", "回复内容", "回复内容2", "回复时间"]
    path = table(tmp_path / "a.csv", names, ["88", WISH, "2023-04-01", ANSWER])
    assert load(path) == []
    (reason,) = told(path)
    assert "“回复内容2”列里是日期" in reason
    declared = ColumnMapping(reply="回复时间", question="回复内容", title="", date="")
    (reply,) = load(path, declared)
    assert (reply.text, reply.question) == (ANSWER, WISH)
    assert reply.value(FieldName.TITLE) is None


def test_a_mapping_names_every_field(tmp_path: Path) -> None:
    values = {
        "reply": ANSWER,
        "matter_number": "19",
        "matter_title": "关于更新公园设施的建议",
        "session": "十届二次会议",
        "proposer": "周敏",
        "recipient": "周敏代表：",
        "role": "会办",
        "kind": "人大代表建议",
        "contact_person": "赵工",
        "contact_phone": "021-55550000",
        "contact_address": "云溪路2号",
        "postcode": "200000",
    }
    names = [f"列{number}" for number in range(len(values))]
    path = table(tmp_path / "a.csv", names, list(values.values()))
    mapping = parse_mapping(dict(zip(values, names, strict=True)), "m")
    (reply,) = load(path, mapping)
    assert reply.value(FieldName.RECIPIENT) == "周敏代表"
    assert reply.value(FieldName.KIND) == "代表建议答复"
    for key in ("matter_number", "matter_title", "session", "proposer", "role", "postcode"):
        assert reply.value(FieldName(key)) == values[key]
    for key in ("contact_person", "contact_phone", "contact_address"):
        assert reply.value(FieldName(key)) == values[key]


def test_a_mapping_that_says_none_takes_none(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", ["标题", "回复内容"], ["长椅", ANSWER])
    (reply,) = load(path, ColumnMapping(reply="回复内容", title=""))
    assert reply.value(FieldName.TITLE) is None
    with pytest.raises(InputError, match="reply"):
        parse_mapping({"reply": []}, "m")


def test_all_columns_of_marks_are_read_together(tmp_path: Path) -> None:
    path = table(
        tmp_path / "a.csv",
        ["公开属性", "公开方式", "回复内容"],
        ["", "不予公开", ANSWER],
    )
    assert load(path)[0].value(FieldName.DISCLOSURE) == "不予公开"


@pytest.mark.parametrize("mark", ["不予公开", "依申请公开", "机密★10年", "内部资料"])
def test_a_closing_mark_holds_in_whatever_column_it_stands(tmp_path: Path, mark: str) -> None:
    names = ["标题", "回复内容", "备注", "公开属性"]
    open_rows = [["长椅", ANSWER, "已归档", "主动公开"]] * 60
    path = table(tmp_path / "a.csv", names, *open_rows, ["路灯", ANSWER, mark, "主动公开"])
    *_, last = (item for item in iter_documents(path) if isinstance(item, Document))
    assert dict(last.columns)["disclosure"] == mark
    assert dict(last.column_names)["disclosure"] == "备注"


def test_columns_that_speak_of_openness_close_what_they_do_not_open(tmp_path: Path) -> None:
    names = ["标题", "答复内容", "是否上网", "密级", "公开时间"]
    rows = [["是", "无"], ["否", "无"], ["待定", ""], ["是", "机密"], ["", "无"]]
    cells = [[f"长椅{n}", f"{ANSWER}{n}", *row, "2023-05-01"] for n, row in enumerate(rows)]
    read = load(table(tmp_path / "a.csv", names, *cells))
    marks = [reply.value(FieldName.DISCLOSURE) for reply in read]
    assert marks == ["主动公开", "不予公开", "待确认", "涉密", None]


def test_a_key_that_only_later_rows_have_closes_them(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"title": f"长椅{n}", "reply": f"{ANSWER}{n}"} for n in range(60)
    ]
    rows[-1]["isPublic"] = False
    (path := tmp_path / "a.json").write_text(json.dumps(rows), encoding="utf-8")
    assert [reply.value(FieldName.DISCLOSURE) for reply in load(path)] == [*[None] * 59, "不予公开"]


def test_topics_about_publicity_are_no_marks() -> None:
    names = ["类别", "回复内容"]
    assert "disclosure" not in taken(names, ["政府信息公开", ANSWER], ["信息公开申请", ANSWER])


def test_a_table_is_looked_at_without_being_read(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", ["标题", "甲", "乙"], ["长椅", ANSWER, "x"])
    (found,) = iter_tables(path)
    assert found.names == ("标题", "甲", "乙")
    assert {key: (each.columns, each.how) for key, each in found.columns.items()} == {
        "title": (("标题",), How.NAME),
        "reply": (("甲",), How.CONTENT),
    }
    assert found.head == ({"标题": "长椅", "甲": ANSWER, "乙": "x"},)
    assert found.problem is None
