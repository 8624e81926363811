"""Judgments are kept, found again where replies changed, compared and exported."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import HomeError, InputError, NotFound
from corpus.store.store import Store
from eval.data.qrels import load_qrels
from eval.data.topics import Topic, load_topics
from eval.judging.export import anchor_places, compare_judges, locate, merge, resolve, save_exported
from eval.judging.form import FILE_NAME
from eval.judging.pool import Judgment, Origin, Place, Pooling, make_topic, pool_places, read_topics
from eval.judging.store import JudgmentStore
from eval.ranking.search import Leg
from index.engine import Engine
from tests.fakes import HashEmbedder, parsed_reply

LIFT = Topic("q1", "电梯补贴多少？")
PARK = Topic("q2", "公园何时开放？")
JUDGING, FEEDBACK = Origin.JUDGING, Origin.FEEDBACK


def place(text: str, reply_id: str = "a", start: int = 0, content: str = "c") -> Place:
    return Place(reply_id, start, start + len(text), text, content)


SUM, DATE, THANKS = place("每台补二十万。"), place("五月开放。", start=10), place("谢谢。", "b")


@pytest.fixture
def kept(tmp_path: Path, address: str) -> Iterator[JudgmentStore]:
    with JudgmentStore.open(tmp_path, address) as opened:
        yield opened


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path) as opened:
        yield opened


def said(kept: JudgmentStore, judge: str | None = None) -> list[tuple[str, str, str, int]]:
    return [(j.judge, j.topic.id, j.place.text, j.grade) for j in kept.judgments(judge)]


# Keeping


def test_who_changes_their_mind_replaces_what_they_said(kept: JudgmentStore) -> None:
    kept.judge(LIFT, SUM, "张三", 1, JUDGING)
    kept.judge(LIFT, SUM, "李四", 2, JUDGING)
    kept.judge(LIFT, SUM, "张三", 3, JUDGING)
    assert said(kept) == [("李四", "q1", SUM.text, 2), ("张三", "q1", SUM.text, 3)]
    kept.withdraw(LIFT, SUM, "李四")
    kept.withdraw(LIFT, SUM, "李四")
    assert said(kept) == [("张三", "q1", SUM.text, 3)]
    assert said(kept, "李四") == []


def test_a_grade_beyond_the_scale_is_refused(kept: JudgmentStore) -> None:
    with pytest.raises(Exception, match=r"(?i)check constraint"):
        kept.judge(LIFT, SUM, "张三", 4, JUDGING)
    assert said(kept) == []


def test_a_known_query_keeps_its_id_and_a_taken_id_is_told_apart(kept: JudgmentStore) -> None:
    kept.judge(LIFT, SUM, "张三", 3, JUDGING)
    kept.judge(Topic("another", LIFT.text), DATE, "张三", 0, JUDGING)
    kept.judge(Topic("q1", PARK.text), DATE, "张三", 3, JUDGING)
    ids = [judgment.topic.id for judgment in kept.judgments()]
    assert ids[:2] == ["q1", "q1"]
    assert ids[2].startswith("q1-")


def test_a_file_of_another_kind_or_version_is_refused(tmp_path: Path) -> None:
    Store.open(tmp_path).close()
    (tmp_path / "dafu.sqlite").rename(tmp_path / FILE_NAME)
    with pytest.raises(HomeError, match="不是答复的判断文件"):
        JudgmentStore.open(tmp_path)
    (tmp_path / FILE_NAME).unlink()
    JudgmentStore.open(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        connection.execute("PRAGMA user_version = 9")
    with pytest.raises(HomeError, match="第 9 版，本程序只认第 1 版"):
        JudgmentStore.open(tmp_path)


WRITER = """
import sys
from pathlib import Path
from eval.judging.store import JudgmentStore
from tests.test_judging import JUDGING, LIFT, place

with JudgmentStore.open(Path(sys.argv[1])) as kept:
    for number in range(int(sys.argv[3])):
        kept.judge(LIFT, place(f"第{number}段。", start=number), sys.argv[2], number % 4, JUDGING)
        print(number, flush=True)
"""


def start_judge(home: Path, name: str, judgments: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(home), name, str(judgments)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parents[1],
    )


@pytest.mark.slow
def test_two_processes_judge_at_once_and_a_kill_loses_nothing_said(tmp_path: Path) -> None:
    with start_judge(tmp_path, "张三", 20) as one, start_judge(tmp_path, "李四", 100_000) as other:
        assert one.stdout is not None
        assert other.stdout is not None
        one.stdout.read()
        last = next(int(line) for line in other.stdout if int(line) >= 20)
        other.kill()
        last = max([last, *(int(line) for line in other.stdout if line.endswith("\n"))])
    with JudgmentStore.open(tmp_path) as kept:
        assert len(kept.judgments("张三")) == 20
        assert len(kept.judgments("李四")) > last
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


# Pools


def test_a_pool_is_judged_in_an_order_of_each_judges_own(kept: JudgmentStore) -> None:
    places = [place(f"第{n}段。", start=10 * n) for n in range(12)]
    pool = kept.add_pool("一", {"depth": 5}, [(PARK, places), (LIFT, [SUM])])
    zhang, li = (kept.open_items(pool, judge) for judge in ("张三", "李四"))
    assert [kept.item(number).topic.id for number in zhang] == ["q2"] * 12 + ["q1"]
    assert set(zhang) == set(li)
    assert zhang != li
    assert zhang == kept.open_items(pool, "张三")
    first, second = map(kept.item, zhang[:2])
    kept.judge(first.topic, first.place, "张三", 2, JUDGING)
    assert kept.open_items(pool, "张三") == zhang[1:]
    assert kept.last_item(pool, "张三") == first
    kept.judge(second.topic, second.place, "张三", 0, JUDGING)
    assert kept.last_item(pool, "张三") == second
    assert kept.last_item(pool, "李四") is None
    kept.judge(first.topic, first.place, "网友", 2, FEEDBACK)
    (listed,) = kept.pools()
    assert (listed.name, listed.queries, listed.items) == ("一", 2, 13)
    assert listed.done == (("张三", 2),)
    assert listed.settings == {"depth": 5}


def test_a_deleted_pool_leaves_its_judgments(kept: JudgmentStore) -> None:
    pool = kept.add_pool("一", {}, [(LIFT, [SUM])])
    item = kept.item(*kept.open_items(pool, "张三"))
    kept.judge(item.topic, item.place, "张三", 3, JUDGING)
    kept.delete_pool(pool)
    assert kept.pools() == ()
    assert len(kept.judgments()) == 1
    with pytest.raises(NotFound, match="已被删除"):
        kept.item(item.number)
    assert kept.add_pool("二", {}, []) > pool


def test_what_any_ranking_finds_is_pooled_once(tmp_path: Path, library: Store) -> None:
    with closing(Engine(tmp_path, library, HashEmbedder(dimension=256))) as engine:
        library.put(parsed_reply("电梯每台补贴二十万元。\n公园五月开放。", id="a"), "h")
        library.put(parsed_reply("社区食堂六十五家。", "/二.txt", id="b"), "h")
        engine.recover()
        everything = pool_places(engine.retriever, [LIFT], Pooling())
        words = pool_places(engine.retriever, [LIFT], Pooling((Leg.WORDS,), 1))
        settings = Pooling(depth=3).settings(engine.retriever)
    texts = [[place.text for place in places] for _, places in everything]
    assert texts == [["电梯每台补贴二十万元。", "公园五月开放。", "社区食堂六十五家。"]]
    assert [place.text for _, places in words for place in places] == ["电梯每台补贴二十万元。"]
    assert settings["legs"] == ["fused", "lexical", "dense", "words", "bigrams"]
    assert (settings["depth"], settings["model"]) == (3, "hash")


def test_queries_are_read_one_a_line() -> None:
    topics = read_topics("  电梯 补贴 \n\n公园\n电梯 补贴")
    assert [topic.text for topic in topics] == ["电梯 补贴", "公园"]
    assert topics[1] == make_topic("公园")
    with pytest.raises(InputError, match="每行写一个"):
        read_topics(" \n")
    with pytest.raises(InputError, match="1 到 100 之间，却是 0"):
        Pooling(depth=0)


# Finding places again


def test_places_move_with_their_words(library: Store) -> None:
    library.put(parsed_reply("电梯补二十万。\n公园五月开放。", "/旧/一.txt", id="a"), "h")
    reply = library.reply("a")
    lift, park = Place.of(reply, 0, 7), Place.of(reply, 8, 15)
    library.put(parsed_reply("公园五月\n开放。\n新的一段。", "/旧/一.txt", id="a"), "h2")
    found = anchor_places(library, {lift, park})
    assert found[lift] is None
    moved = found[park]
    assert moved is not None
    assert (moved.start, moved.end, moved.text) == (0, 8, "公园五月\n开放。")


def test_a_reply_loaded_from_elsewhere_is_known_by_its_text(library: Store) -> None:
    library.put(parsed_reply("电梯补二十万。", "/旧/一.txt", id="a"), "h")
    before = Place.of(library.reply("a"), 0, 7)
    library.remove(["a"])
    assert anchor_places(library, [before]) == {before: None}
    library.put(parsed_reply("电梯补二十万。", "/新/一.txt", id="b"), "h")
    now = anchor_places(library, [before])[before]
    assert now is not None
    assert str(now.span) == "b:0-7"


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        ("甲乙。甲乙。甲乙。", 3, (3, 6)),
        ("丙甲乙。丁丁甲乙。", 5, (6, 9)),
        ("丙甲乙。丁丁甲乙。", 2, (1, 4)),
        ("甲 乙\n。", 0, (0, 5)),
        ("甲丙乙。", 0, None),
        ("", 7, None),
    ],
)
def test_words_are_found_nearest_to_where_they_stood(
    text: str, start: int, expected: tuple[int, int] | None
) -> None:
    assert locate(text, "甲乙。", start) == expected


@given(st.text("甲乙 \n", min_size=1), st.text("甲乙 \n"), st.integers(0, 30))
def test_what_is_found_are_the_words(wanted: str, text: str, start: int) -> None:
    found = locate(text, wanted, start)
    if found is None:
        assert wanted not in text
    else:
        assert "".join(text[slice(*found)].split()) == "".join(wanted.split())


# Agreement


def judgments(judge: str, grades: list[int], origin: Origin = JUDGING) -> list[Judgment]:
    return [
        Judgment(LIFT, place(f"第{n}段。", start=10 * n), judge, grade, origin, "")
        for n, grade in enumerate(grades)
    ]


def test_kappa_is_as_worked_by_hand() -> None:
    """4 of 6 alike, 8/36 by chance: (4/6 - 8/36) / (1 - 8/36) = 4/7; weighted 1 - 12/46."""
    given = [
        *judgments("甲", [3, 3, 2, 0, 0, 1]),
        *judgments("乙", [3, 2, 2, 0, 1, 1, 3]),
        *judgments("丙", [3]),
        *judgments("网友", [0, 0, 0, 0, 0, 0], FEEDBACK),
    ]
    pairs = compare_judges(given)
    assert [(pair.first, pair.second, pair.items) for pair in pairs] == [
        ("乙", "甲", 6),
        ("丙", "乙", 1),
        ("丙", "甲", 1),
    ]
    assert pairs[0].same == pytest.approx(4 / 6)
    assert pairs[0].kappa == pytest.approx(4 / 7)
    assert pairs[0].weighted == pytest.approx(34 / 46)
    assert (pairs[1].kappa, pairs[1].weighted) == (None, None)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1))
def test_kappa_is_that_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    from sklearn.metrics import cohen_kappa_score

    one, other = ([pair[i] for pair in pairs] for i in (0, 1))
    (agreed,) = compare_judges([*judgments("甲", one), *judgments("乙", other)])
    if len({*one, *other}) == 1:
        assert (agreed.kappa, agreed.weighted) == (None, None)
        return
    for value, weights in ((agreed.kappa, None), (agreed.weighted, "linear")):
        expected = cohen_kappa_score(one, other, labels=[0, 1, 2, 3], weights=weights)
        assert value == pytest.approx(expected, abs=1e-12)


def test_judges_without_a_common_place_are_not_compared() -> None:
    assert compare_judges(judgments("甲", [3])) == ()


# Export


def test_a_place_has_the_median_grade_and_a_reply_its_best(
    library: Store, kept: JudgmentStore, tmp_path: Path
) -> None:
    library.put(parsed_reply("电梯补二十万。\n公园五月开放。", "/一.txt", id="a"), "h")
    library.put(parsed_reply("食堂。", "/二.txt", id="b"), "h")
    sum_, date = (Place.of(library.reply("a"), start, start + 7) for start in (0, 8))
    canteen = Place.of(library.reply("b"), 0, 3)
    for judge, grade in (("甲", 3), ("乙", 1), ("丙", 2)):
        kept.judge(LIFT, sum_, judge, grade, JUDGING)
    kept.judge(LIFT, date, "甲", 1, JUDGING)
    kept.judge(LIFT, date, "乙", 0, JUDGING)
    kept.judge(LIFT, date, "网友", 2, FEEDBACK)
    kept.judge(Topic("q3", "王先生13812345678问食堂"), canteen, "网友", 2, FEEDBACK)
    kept.judge(LIFT, place("没有了。", "gone"), "甲", 3, JUDGING)
    resolved = resolve(library, kept.judgments())
    without, with_thumbs = merge(resolved), merge(resolved, feedback=True)
    assert without.passages == {"q1": {"a:0-7": 2, "a:8-15": 0}}
    assert without.replies == {"q1": {"a": 2}}
    assert (without.judgments, without.feedback, without.lost) == (5, 0, 1)
    assert with_thumbs.passages == {"q1": {"a:0-7": 2, "a:8-15": 0}, "q3": {"b:0-3": 2}}
    assert (with_thumbs.judgments, with_thumbs.feedback, with_thumbs.lost) == (6, 1, 1)
    save_exported(with_thumbs, tmp_path / "out")
    topics = load_topics(tmp_path / "out" / "topics.jsonl")
    assert [topic.text for topic in topics] == [LIFT.text, "王先生＊＊＊＊＊＊＊＊＊＊＊问食堂"]
    assert load_qrels(tmp_path / "out" / "qrels.txt") == with_thumbs.replies
    assert load_qrels(tmp_path / "out" / "qrels-passages.txt") == with_thumbs.passages


def test_judgments_that_meet_in_one_place_count_once(library: Store, kept: JudgmentStore) -> None:
    library.put(parsed_reply("电梯补二十万。", id="a"), "h")
    now = Place.of(library.reply("a"), 0, 7)
    kept.judge(LIFT, place(now.text, start=3), "甲", 3, JUDGING)
    kept.judge(LIFT, now, "甲", 1, JUDGING)
    assert merge(resolve(library, kept.judgments())).passages == {"q1": {"a:0-7": 1}}


def test_nothing_judged_is_not_exported(library: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="还没有可导出的判断"):
        save_exported(merge(resolve(library, [])), tmp_path / "out")
