"""Files of an evaluation: topics, judgments and runs, from one form to another."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from app.cli import application
from corpus.errors import InputError
from eval.data.convert import FileKind, convert, kind_of
from eval.data.qrels import load_qrels, save_qrels
from eval.data.runs import load_run, save_run
from eval.data.spans import Level, Span, judge_documents, level_of, parse_span
from eval.data.tables import save_csv
from eval.data.topics import Topic, load_topics, save_topics

TOPICS = (Topic("q1", "路灯什么时候修？", "口语"), Topic("007", "=停水,\n原因"))


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_text(text, encoding=encoding)
    return path


@pytest.mark.parametrize("ending", [".jsonl", ".csv", ".xlsx"])
def test_topics_come_back_as_they_were_saved(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"题目{ending}"
    save_topics(TOPICS, path)
    assert load_topics(path) == TOPICS


TEXTS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), min_size=1)


@given(st.dictionaries(TEXTS, TEXTS, min_size=1))
def test_any_topics_come_back(tmp_path_factory: pytest.TempPathFactory, made: dict) -> None:  # type: ignore[type-arg]
    topics = tuple(
        Topic(id.strip(), text.strip()) for id, text in made.items() if id.strip() and text.strip()
    )
    topics = tuple({topic.id: topic for topic in topics}.values())
    folder = tmp_path_factory.mktemp("topics")
    for ending in (".jsonl", ".csv") if topics else ():
        save_topics(topics, folder / f"t{ending}")
        assert load_topics(folder / f"t{ending}") == topics


def test_a_table_for_excel(tmp_path: Path) -> None:
    save_topics(TOPICS, tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_bytes().startswith("\ufeff编号,查询,类别\nq1,".encode())
    save_topics(TOPICS, tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    assert sheet is not None
    assert [(cell.value, cell.data_type) for cell in sheet["B"]] == [
        ("查询", "s"),
        ("路灯什么时候修？", "s"),
        ("=停水,\n原因", "s"),
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("beir.jsonl", '{"_id": "1", "text": "路灯"}\n{"_id": "2", "text": "停水"}\n'),
        ("own.jsonl", '{"id": 1, "query": "路灯"}\n\n{"id": 2, "question": "停水"}\n'),
        ("excel.csv", "编号；问题（必填）\n1；路灯\n2；停水\n".replace("；", ";")),
        ("tab.tsv", "qid\tquery\n1\t路灯\n2\t停水\n"),
        ("titled.csv", "八月常见问题,\n序号,提问\n1,路灯\n,\n2,停水\n"),
        ("without.csv", "查询\n路灯\n停水\n"),
    ],
)
def test_usual_headings_are_known(tmp_path: Path, name: str, text: str) -> None:
    for encoding in ("utf-8", "gb18030"):
        path = written(tmp_path / name, text, encoding)
        assert load_topics(path) == (Topic("1", "路灯"), Topic("2", "停水"))


def test_the_first_sheet_with_queries_is_read(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(["说明", "请不要改动编号"])
    sheet = workbook.create_sheet("题目")
    for row in (["编号", "查询", "类别"], [1, "路灯", "市政"], [2, "停水", None]):
        sheet.append(row)
    workbook.save(tmp_path / "t.xlsx")
    assert load_topics(tmp_path / "t.xlsx") == (Topic("1", "路灯", "市政"), Topic("2", "停水"))


def test_all_wrong_topics_are_named_together(tmp_path: Path) -> None:
    lines = ['{"_id": "a", "text": "甲"}', "{坏", '["a"]', '{"_id": "a", "text": "乙"}']
    lines += ['{"text": "丙"}', '{"_id": "b", "text": " "}', '{"_id": "c\\td", "text": "丁"}']
    with pytest.raises(InputError) as raised:
        load_topics(written(tmp_path / "t.jsonl", "\n".join(lines)))
    first, *rest = str(raised.value).split("\n")
    assert first == f"{tmp_path / 't.jsonl'} 有 6 处问题："
    assert [line.split("：")[0].strip() for line in rest] == [f"第 {n} 行" for n in range(2, 8)]
    assert "编号 'a' 重复" in rest[2]
    assert "没有编号，而别的行有" in rest[3]


def test_other_files_are_refused_with_a_remedy(tmp_path: Path) -> None:
    for name, text, message in (
        ("t.txt", "路灯", "应以 .jsonl、.ndjson、.csv、.tsv、.xlsx、.xls 结尾"),
        (
            "t.csv",
            "时间,地点\n今天,云桥\n",
            "没有认出这些列：查询（应是 text、.*第一行是：时间、地点；请改列名",
        ),
        ("t.jsonl", "\n", "里没有查询"),
    ):
        with pytest.raises(InputError, match=message):
            load_topics(written(tmp_path / name, text))
    with pytest.raises(InputError, match="缺少文件"):
        load_topics(tmp_path / "none.csv")
    with pytest.raises(InputError, match=r"\.jsonl、\.csv、\.xlsx 结尾"):
        save_topics(TOPICS, tmp_path / "t.docx")
    with pytest.raises(InputError, match="写不了"):
        save_topics(TOPICS, tmp_path / "none" / "t.xlsx")


QRELS = {"q 1": {"灯/1 号": 2, "w": 0}, "q2": {"w:10-20": -1}}


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("j.tsv", "query-id\tcorpus-id\tscore"),
        ("j.txt", "q 1\t0\t灯/1 号\t2"),
        ("j.csv", "查询编号,文档编号,得分"),
    ],
)
def test_judgments_come_back_as_they_were_saved(tmp_path: Path, name: str, first: str) -> None:
    save_qrels(QRELS, tmp_path / name)
    assert (tmp_path / name).read_text(encoding="utf-8-sig").split("\n")[0] == first
    assert load_qrels(tmp_path / name) == QRELS


def test_judgments_come_back_from_a_workbook(tmp_path: Path) -> None:
    judged = {"007": {"=灯": 3, "w:10-20": 0}}
    save_qrels(judged, tmp_path / "j.xlsx")
    assert load_qrels(tmp_path / "j.xlsx") == judged
    with pytest.raises(InputError, match=r"请存为 \.xlsx 或 \.csv"):
        save_qrels(judged, tmp_path / "j.xls")


@pytest.mark.parametrize(
    "text",
    [
        "query_id,doc_id,relevance\n1,a,2\n1,b,0\n",
        "八月的判断,,,\n题号,问题,答复编号,相关度\n1,路灯,a,2\n,,,\n1,路灯,b,0\n",
    ],
)
def test_usual_headings_of_judgments_are_known(tmp_path: Path, text: str) -> None:
    for encoding in ("utf-8", "gb18030"):
        assert load_qrels(written(tmp_path / "j.csv", text, encoding)) == {"1": {"a": 2, "b": 0}}


def test_judgments_are_told_from_queries_by_their_columns(tmp_path: Path) -> None:
    for name, text, kind in (
        ("a.csv", "查询,文档编号,得分\nq1,a,1\n", FileKind.QRELS),
        ("b.csv", "编号,查询,得分\nq1,路灯,1\n", FileKind.TOPICS),
        ("c.tsv", "query\tdocument\tscore\nq1\ta\t1\n", FileKind.QRELS),
        ("d.tsv", "qid\tquery\tcategory\nq1\t路灯\t市政\n", FileKind.TOPICS),
    ):
        assert kind_of(written(tmp_path / name, text)) is kind
    assert load_qrels(tmp_path / "c.tsv") == {"q1": {"a": 1}}


def test_all_wrong_judgments_are_named_together(tmp_path: Path) -> None:
    rows = ["查询编号,文档编号,得分", "q1,a,1", "q1,a,0", "q1,b,好", ",b,1", "q2,,1", 'q2,"a\tb",1']
    with pytest.raises(InputError) as raised:
        load_qrels(written(tmp_path / "j.csv", "\n".join(rows)))
    assert str(raised.value).split("\n") == [
        f"{tmp_path / 'j.csv'} 有 5 处问题：",
        "  第 3 行：'q1' 对 'a' 的判断重复",
        "  第 4 行：得分应是整数，却是 '好'",
        "  第 5 行：没有查询的编号",
        "  第 6 行：没有文档的编号",
        "  第 7 行：编号 'q2' 或 'a\\tb' 含有制表符或换行",
    ]
    with pytest.raises(InputError, match=r"文档（应是 corpus-id、.*；得分（应是 score、.*请改列名"):
        load_qrels(written(tmp_path / "j.csv", "编号,查询\nq1,路灯\n"))
    with pytest.raises(InputError, match="缺少文件"):
        load_qrels(tmp_path / "none.csv")
    with pytest.raises(InputError, match="缺少文件"):
        load_qrels(tmp_path / "none.xlsx")


def test_wrong_lines_of_a_run_are_named_together(tmp_path: Path) -> None:
    lines = ["q Q0 a 1 2.5 x", "q Q0 a 2 2 x", "q Q0 b 3 高 x", "q Q0 c 4 nan x", "q Q0 d"]
    with pytest.raises(InputError) as raised:
        load_run(written(tmp_path / "r.run", "\n".join(lines)))
    assert str(raised.value).split("\n")[1:] == [
        "  第 2 行：'q' 的 'a' 重复",
        "  第 3 行：得分应是数，却是 '高'",
        "  第 4 行：得分应是数，却是 'nan'",
        "  第 5 行：应有 6 列（查询 Q0 文档 名次 得分 名称），实有 3 列",
    ]


def test_files_are_converted_by_their_kind(tmp_path: Path) -> None:
    save_topics(TOPICS, tmp_path / "t.jsonl")
    save_qrels(QRELS, tmp_path / "j.tsv")
    written(tmp_path / "r.txt", "q Q0 b 9 1.5 x\nq Q0 a 7 2.5 x\n")
    for source, target, kind in (
        ("t.jsonl", "t.xlsx", FileKind.TOPICS),
        ("j.tsv", "j.xlsx", FileKind.QRELS),
        ("j.xlsx", "j.csv", FileKind.QRELS),
        ("j.csv", "j.qrels", FileKind.QRELS),
        ("r.txt", "r.run", FileKind.RUN),
    ):
        assert convert(tmp_path / source, tmp_path / target) == (kind, 1 + (kind != "排序"))
        assert kind_of(tmp_path / target) is kind
    assert load_topics(tmp_path / "t.xlsx") == TOPICS
    assert load_qrels(tmp_path / "j.qrels") == QRELS
    run = (tmp_path / "r.run").read_text(encoding="utf-8")
    assert run == "q\tQ0\ta\t1\t2.5\tdafu\nq\tQ0\tb\t2\t1.5\tdafu\n"
    with pytest.raises(InputError, match="是判断，不能存为"):
        convert(tmp_path / "j.tsv", tmp_path / "j.jsonl")
    with pytest.raises(InputError, match="是排序，不能存为"):
        convert(tmp_path / "r.txt", tmp_path / "r.csv")
    with pytest.raises(InputError, match="第一行有 2 列"):
        kind_of(written(tmp_path / "other.txt", "什么 都不是\n"))


def test_the_command_converts(tmp_path: Path) -> None:
    save_topics(TOPICS, tmp_path / "t.csv")
    command = ["eval", "convert", str(tmp_path / "t.csv"), "--out", str(tmp_path / "t.jsonl")]
    result = CliRunner().invoke(application, command)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"已转换查询（2 个查询）：{tmp_path / 't.jsonl'}\n"
    rows = csv.reader(io.StringIO((tmp_path / "t.csv").read_text(encoding="utf-8-sig")))
    assert [row[0] for row in rows] == ["编号", "q1", "007"]


def test_spans_and_their_ids() -> None:
    assert parse_span("答:1:10-20") == Span("答:1", 10, 20)
    assert str(Span("r", 0, 3)) == "r:0-3"
    assert [parse_span(id) for id in ("r", "r:3-3", "r:-1-2", ":1-2")] == [None] * 4


def test_the_level_is_that_of_all_judgments() -> None:
    assert level_of({"q": {"r1": 1}}) is Level.REPLY
    assert level_of({"q": {"r1:0-9": 1}, "p": {"r2:0-9": 0}}) is Level.PASSAGE
    assert level_of({"q": {"r1:0-9": 1}}, documents={"r1:0-9"}) is Level.REPLY
    with pytest.raises(InputError, match=r"段落（如 r1:0-9）.*答复（如 r2）.*--level reply"):
        level_of({"q": {"r1:0-9": 1, "r2": 1}})


def test_a_document_has_the_highest_gain_of_its_spans() -> None:
    qrels = {"q": {"r1:0-9": 1, "r1:20-30": 3, "r2": 2}, "p": {"r1:0-9": 0}}
    assert judge_documents(qrels) == {"q": {"r1": 3, "r2": 2}, "p": {"r1": 0}}


def test_runs_and_judgments_cannot_be_written_to_nowhere(tmp_path: Path) -> None:
    nowhere = tmp_path / "none" / "file"
    with pytest.raises(InputError, match="写不了"):
        save_run({}, nowhere)
    with pytest.raises(InputError, match="写不了"):
        save_qrels({}, nowhere)


FORMULAS = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "'=x", "''+x", "-8 路", "'平常'")


def test_no_cell_is_a_formula_and_each_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "queries.csv"
    save_topics([Topic(f"q{number}", text) for number, text in enumerate(FORMULAS)], path)
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert not [cell for row in rows for cell in row if cell.startswith(tuple("=+-@\t\r"))]
    assert tuple(topic.text for topic in load_topics(path)) == FORMULAS
    save_topics([Topic("-1", "-1 =2"), Topic("-2", "路灯")], path)
    assert [topic.id for topic in load_topics(path)] == ["-1", "-2"]


def test_numbers_stay_as_they_are(tmp_path: Path) -> None:
    save_csv([["-1", "+2.5", "-1;2", "\tx"]], tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text(encoding="utf-8-sig") == "-1,+2.5,'-1;2,'\tx\n"
