"""The doors to judging and feedback, and the commands that open the first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.access import Role
from app.cli import application
from app.evaluation import feedback
from app.evaluation.feedback import LONGEST_QUERY, PER_VISIT, Feedback
from app.evaluation.judging import Judging, check_judge
from app.service import Service, open_service
from app.services import open_services
from app.settings import load_settings
from corpus.errors import InputError, NotAllowed, NotFound
from eval.data.spans import Span
from eval.judging.pool import Pooling, read_topics
from eval.judging.store import JudgmentStore

HEAD = "云桥区房管局\n关于电梯的答复\n公开属性：{}\n王小明委员：\n提案收悉，现答复如下：\n"
LIFT = HEAD.format("主动公开") + "一、补贴\n每台电梯补贴24万元，由区财政承担。\n"
CLOSED = HEAD.format("不予公开") + "一、电梯\n电梯绝密事项，不予公开。\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    files = tmp_path / "files"
    files.mkdir()
    (files / "公开.txt").write_text(LIFT, encoding="utf-8")
    (files / "护栏.txt").write_text(CLOSED, encoding="utf-8")
    with open_service(load_settings(tmp_path / "home")) as service:
        service.ingest([files])
    return tmp_path / "home"


@pytest.fixture
def public(home: Path) -> Iterator[Service]:
    with open_service(load_settings(home), Role.READER) as service:
        yield service


@pytest.fixture
def owner(home: Path) -> Iterator[Service]:
    with open_service(load_settings(home)) as service:
        yield service


def span_of(service: Service, words: str) -> Span:
    (hit,) = (hit for hit in service.search(words, k=20).hits if words in hit.text)
    return Span(hit.card.reply_id, hit.start, hit.end)


def test_visits_are_kept_apart_and_without_their_names(public: Service, home: Path) -> None:
    span, taken = span_of(public, "24万元"), Feedback(public)
    taken.rate("补贴？", span, "visit-one", True)
    taken.rate("补贴？", span, "visit-two", False)
    assert taken.given("补贴？", "visit-one") == {span: True}
    assert taken.given("补贴？", "visit-two") == {span: False}
    assert taken.given("别的？", "visit-one") == {}
    with JudgmentStore.open(home) as kept:
        judges = {judgment.judge for judgment in kept.judgments()}
    assert all(judge.startswith("反馈 ") and "visit" not in judge for judge in judges)
    taken.rate("补贴？", span, "visit-one", None)
    assert taken.given("补贴？", "visit-one") == {}


def test_what_the_public_may_not_see_it_cannot_rate(owner: Service, public: Service) -> None:
    span = span_of(owner, "绝密事项")
    with pytest.raises(NotFound):
        Feedback(public).rate("电梯？", span, "visit", True)
    Feedback(owner).rate("电梯？", span, "visit", True)


def test_a_reader_among_others_rates_only_where_the_settings_say_so(home: Path) -> None:
    with open_services(load_settings(home)) as services:
        reader = services.of(Role.READER)
        span = span_of(reader, "24万元")
        with pytest.raises(NotAllowed, match="只给工作人员"):
            Feedback(reader).rate("补贴？", span, "visit", True)
        Feedback(services.of(Role.STAFF)).rate("补贴？", span, "visit", True)
    with open_services(load_settings(home, feedback=True)) as services:
        Feedback(services.of(Role.READER)).rate("补贴？", span, "visit", True)


@pytest.mark.slow
def test_abuse_is_refused(public: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    span, taken = span_of(public, "24万元"), Feedback(public)
    with pytest.raises(InputError, match=r"有 10,001 字，太长了"):
        taken.rate("问" * (LONGEST_QUERY + 1), span, "visit", True)
    with pytest.raises(InputError, match="变动过"):
        taken.rate("问", Span(span.document, 5, 10_000), "visit", True)
    for number in range(PER_VISIT):
        taken.rate("问", span, "visit", number % 2 == 0)
    with pytest.raises(InputError, match="过一会儿"):
        taken.rate("问", span, "visit", True)
    taken.rate("问", span, "other", True)
    monkeypatch.setattr(feedback, "IN_ALL", PER_VISIT + 1)
    with pytest.raises(InputError, match="过一会儿"):
        taken.rate("问", span, "third", True)


def test_a_judge_needs_a_name_of_their_own() -> None:
    assert check_judge("  张  三 ") == "张 三"
    for name, problem in ((" ", "先写上您的名字"), ("张" * 65, "最多 64"), ("反馈 a", "不能以")):
        with pytest.raises(InputError, match=problem):
            check_judge(name)


def test_skipped_places_come_last_and_lost_ones_are_told(owner: Service, tmp_path: Path) -> None:
    judging = Judging(owner.home, owner.role)
    pool = judging.make_pool("一", read_topics("电梯补贴"), Pooling()).number
    first = judging.next_sheet(pool, "张三").task
    assert first is not None
    second = judging.next_sheet(pool, "张三", [first.item]).task
    assert second is not None
    assert second.item != first.item
    again = judging.next_sheet(pool, "张三", [first.item, second.item]).task
    assert again == first
    judging.grade(first.item, "张三", 2)
    owner.remove([second.card.reply_id])
    end = judging.next_sheet(pool, "张三")
    assert (end.task, end.done, end.total, end.lost) == (None, 1, 2, 1)
    with pytest.raises(InputError, match="没有 7 这一档"):
        judging.grade(first.item, "张三", 7)


def test_a_library_without_replies_has_nothing_to_pool(tmp_path: Path) -> None:
    with open_service(load_settings(tmp_path)) as service:
        with pytest.raises(InputError, match="一段也没有找到"):
            Judging(service.home, service.role).make_pool("一", read_topics("电梯"), Pooling())
        assert Judging(service.home, service.role).list_pools() == ()


def run(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(application, ["eval", *arguments, "--home", str(home)])


def test_judgments_made_are_those_measured_by(home: Path, owner: Service, tmp_path: Path) -> None:
    topics = tmp_path / "问题.csv"
    topics.write_text("编号,查询\nt1,电梯补贴多少？\n", encoding="utf-8")
    made = json.loads(run(home, "judge", str(topics), "--depth", "3", "--json").stdout)
    (pool,) = made["pools"]
    assert (pool["name"], pool["queries"], pool["items"], pool["done"]) == ("问题", 1, 2, {})
    assert run(home, "export-judgments", "--out", str(tmp_path / "无")).exit_code == 2
    judging = Judging(owner.home, owner.role)
    number = judging.list_pools()[0].number
    while task := judging.next_sheet(number, "张三").task:
        judging.grade(task.item, "张三", 3 if "24万元" in task.text else 0)
    Feedback(owner).rate("另问？", span_of(owner, "24万元"), "visit", True)
    told = run(home, "judge", "--status").stdout
    assert "问题（1 个问题，2 段）：张三 已判断 2 段" in told
    assert "共有判断 2 条，网页反馈 1 条。" in told
    out = tmp_path / "out"
    told = run(home, "export-judgments", "--out", str(out)).stdout
    assert "1 个查询，2 条判断。" in told
    measured = run(
        home, "run", str(out / "topics.jsonl"), "--qrels", str(out / "qrels.txt"), "--json"
    )
    assert measured.exit_code == 0, measured.stderr
    result = json.loads(measured.stdout)
    assert result["queries"] == 1
    assert result["measures"]["R@100"] == 1.0
    told = run(home, "export-judgments", "--out", str(out), "--with-feedback").stdout
    assert "2 个查询，3 条判断（其中网页反馈 1 条）" in told
