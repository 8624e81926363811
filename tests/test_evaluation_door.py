"""The door to evaluation: test sets made, uploaded, packed and deleted; runs kept and compared."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.access import Role
from app.evaluation.evaluation import Evaluations, Experiment
from app.evaluation.judging import Judging
from app.evaluation.testsets import TestSets
from app.service import Service, open_service
from app.settings import load_settings
from corpus.errors import InputError, NotAllowed, NotFound
from eval.data.topics import Topic
from eval.judging.pool import Pooling
from eval.making.queries import QueryKind
from eval.ranking.search import Leg

STREETS = {"绿萝路": "护栏", "紫藤路": "路灯", "海棠路": "井盖", "银杏路": "公厕"}


def letter(street: str, thing: str) -> str:
    return (
        f"云桥区测试局\n关于对区政协一届一次会议第0001号提案的答复\n王小明委员：\n"
        f"您提出的关于“{street}更换{thing}”的提案收悉，现答复如下：\n"
        f"一、办理情况\n我局已在{street}完成{thing}的更换，共更换三十处。\n云桥区测试局\n2024年5月6日\n"
    )


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A library of four replies."""
    folder = tmp_path_factory.mktemp("door")
    (folder / "letters").mkdir()
    for street, thing in STREETS.items():
        (folder / "letters" / f"{street}.txt").write_text(letter(street, thing), encoding="utf-8")
    with open_service(load_settings(folder / "home")) as service:
        service.ingest([folder / "letters"])
        yield service


@pytest.mark.parametrize("role", Role)
def test_only_who_edits_may_measure_and_judge(service: Service, role: Role) -> None:
    for door in (Evaluations, Judging):
        if role.edits:
            door(service.home, role)
            continue
        with pytest.raises(NotAllowed, match="只有编辑和管理员"):
            door(service.home, role)


def quiet(stage: str, done: int, total: int | None) -> None:
    pass


def test_a_set_is_made_run_and_compared(service: Service) -> None:
    door = Evaluations(service.home, service.role)
    seen = [door.revision]
    stages: list[str] = []
    steps: list[tuple[str, int, int | None]] = []
    card = door.make_set("四条路", [QueryKind.TITLE], lambda *step: steps.append(step))
    assert (card.name, card.documents, card.queries) == ("四条路", 4, 4)
    assert [name for name, _ in card.splits] == ["test", "title"]
    assert "标题" in card.notes
    assert ("阅读答复", 3, 4) in steps
    seen.append(door.revision)
    both = Experiment("四条路", (Leg.FUSED, Leg.BIGRAMS))
    runs = door.run(both, lambda stage, done, total: stages.append(stage))
    assert [run.leg for run in runs] == ["fused", "bigrams"]
    assert {run.set_name for run in runs} == {"四条路"}
    assert "检索（fused）" in stages
    seen.append(door.revision)
    comparison = door.compare([run.id for run in runs])
    assert len(comparison.differences[0].queries) == 4
    assert door.revision == seen[-1]
    door.history.remove([runs[0].id])
    seen.append(door.revision)
    with pytest.raises(NotFound):
        door.compare([runs[0].id])
    door.test_sets.delete("四条路")
    assert len({*seen, door.revision}) == 5
    with pytest.raises(NotFound, match="没有名为“四条路”的测试集"):
        door.run(Experiment("四条路", (Leg.FUSED,)), quiet)


def test_reports_are_saved_in_both_forms(service: Service, tmp_path: Path) -> None:
    door = Evaluations(service.home, service.role)
    door.make_set("报告", [QueryKind.TITLE], quiet)
    ids = [run.id for run in door.run(Experiment("报告", (Leg.WORDS, Leg.BIGRAMS)), quiet)]
    html = door.save_comparison(ids, "html", tmp_path)
    assert html.name == "检索评测.html"
    assert "绿萝路" in html.read_text(encoding="utf-8")
    saved = json.loads(door.save_comparison(ids, "json", tmp_path).read_text(encoding="utf-8"))
    assert saved["queries"] == 4


def test_what_was_packed_can_be_uploaded(service: Service, tmp_path: Path) -> None:
    door = Evaluations(service.home, service.role)
    made = door.make_set("原件", [QueryKind.TITLE], quiet)
    packed = door.test_sets.pack("原件", tmp_path)
    assert packed.name == "原件.zip"
    copy = door.test_sets.add("副本", [packed])
    assert (copy.documents, copy.queries, copy.splits) == (4, 4, made.splits)


def test_own_questions_are_asked_of_the_library(service: Service, tmp_path: Path) -> None:
    door = Evaluations(service.home, service.role)
    reply = next(c for c in service.list_replies().cards if "海棠" in (c.matter or ""))
    (tmp_path / "问题.csv").write_text("编号,问题\n1,哪里换了井盖？\n", encoding="utf-8")
    (tmp_path / "判断.txt").write_text(f"1 0 {reply.reply_id} 1\n", encoding="utf-8")
    card = door.test_sets.add("自己的", [tmp_path / "判断.txt", tmp_path / "问题.csv"])
    assert (card.documents, card.queries) == (0, 1)
    (run,) = door.run(Experiment("自己的", (Leg.FUSED,)), quiet)
    assert run.means["Success@1"].mean == 1.0
    judged = f"查询编号,答复编号,得分\n1,{reply.reply_id},1\n"
    (tmp_path / "判断.csv").write_text(judged, encoding="utf-8")
    again = door.test_sets.add("两张表", [tmp_path / "判断.csv", tmp_path / "问题.csv"])
    assert (again.queries, again.splits) == (card.queries, card.splits)


def test_exported_judgments_are_a_test_set(service: Service, tmp_path: Path) -> None:
    door = Evaluations(service.home, service.role)
    with pytest.raises(InputError, match="还没有可导出的判断"):
        door.keep_judgments()
    topics = (Topic("1", "哪里换了井盖？"),)
    before = door.revision
    made = door.judging.make_pool("井盖", topics, Pooling(depth=2), quiet)
    pooled = door.revision
    assert pooled != before
    task = door.judging.next_sheet(made.number, "张三").task
    assert task is not None
    door.judging.grade(task.item, "张三", 3)
    assert door.revision == pooled  # or the page would move the list of pools from under a judge
    kept = door.keep_judgments()
    assert (kept.documents, kept.queries) == (0, 1)
    assert kept.splits == (("test", 1), ("passages", 1))
    assert door.keep_judgments().name == f"{kept.name}（2）"

    door.judging.export(tmp_path / "判断")
    archive = shutil.make_archive(str(tmp_path / "判断"), "zip", tmp_path / "判断")
    assert door.test_sets.add("上传的", [Path(archive)]).splits == kept.splits
    again = door.test_sets.add("再传的", [door.test_sets.pack("上传的", tmp_path)])
    assert (again.queries, again.splits) == (1, kept.splits)
    for split in ("test", "passages"):
        (run,) = door.run(Experiment("上传的", (Leg.FUSED,), split), quiet)
        assert run.means["R@100"].mean == 1.0


def zipped(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


GOOD = {
    "集/corpus.jsonl": '{"_id": "d1", "text": "护栏"}\n',
    "集/queries.jsonl": '{"_id": "q1", "text": "护栏"}\n',
    "集/qrels/test.tsv": "query-id\tcorpus-id\tscore\nq1\td1\t1\n",
}


def test_only_what_a_set_has_is_unpacked(tmp_path: Path) -> None:
    sets = TestSets(tmp_path / "home")
    evil = {
        "集/../../../出逃.txt": "x",
        "集/run.sh": "x",
        "/绝对.tsv": "x",
        "集/qrels/../x.tsv": "x",
    }
    card = sets.add("好的", [zipped(tmp_path / "a.zip", GOOD | evil)])
    assert card.queries == 1
    kept = sorted(p.name for p in (tmp_path / "home").rglob("*") if p.is_file())
    assert kept == ["corpus.jsonl", "queries.jsonl", "test.tsv"]
    assert not list(tmp_path.rglob("出逃.txt"))


def test_wrong_lines_are_named_without_the_folders_of_this_machine(tmp_path: Path) -> None:
    sets = TestSets(tmp_path / "home")
    bad = GOOD | {"集/qrels/test.tsv": "query-id\tcorpus-id\tscore\nq1\td1\t一\nq9\td1\t1\n"}
    with pytest.raises(InputError) as raised:
        sets.add("坏的", [zipped(tmp_path / "a.zip", bad)])
    message = str(raised.value)
    assert "第 2 行" in message
    assert "第 3 行" in message
    assert str(tmp_path) not in message
    assert sets.list_sets() == ()
    assert list((tmp_path / "home" / "evaluation" / "testsets").iterdir()) == []


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (["a.doc"], "收到的是 a.doc。应是一个测试集的 zip"),
        (["问题.csv"], "收到的是 问题.csv。"),
        (["坏.zip"], "坏.zip 不是能打开的 zip 文件"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, files: list[str], message: str) -> None:
    for name in files:
        (tmp_path / name).write_text("问题\n一\n", encoding="utf-8")
    with pytest.raises(InputError, match=message):
        TestSets(tmp_path / "home").add("集", [tmp_path / name for name in files])


@pytest.mark.parametrize("name", ["", "  ", "../上", "a/b", "a\\b", ".隐", "尾.", "字" * 61, "x?"])
def test_names_that_are_no_folders_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="名称"):
        TestSets(tmp_path / "home").check_new(name)


def test_a_taken_name_is_refused(tmp_path: Path) -> None:
    sets = TestSets(tmp_path / "home")
    sets.add("集", [zipped(tmp_path / "a.zip", GOOD)])
    with pytest.raises(InputError, match="已经有名为“集”的测试集"):
        sets.check_new(" 集 ")
