"""Loading again changes only what changed; the same text never stands twice; filters are exact."""

from __future__ import annotations

import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from corpus.errors import HomeError, NotFound, UnreadableFile
from corpus.filters import UNMARKED, Filters
from corpus.store.listing import Column, Order
from corpus.store.sqlite import SqliteFile
from corpus.store.store import Store
from corpus.types import (
    Field,
    FieldName,
    ParsedReply,
    Passage,
    PassageRole,
    Redaction,
    Reply,
    Secret,
)
from tests.fakes import Values, parsed_reply

LIFT = "关于加装电梯，我区已加装三十台。\n下一步继续推进。"
PARKING = "停车难问题已列入计划。"
PARK = "口袋公园将于年底开放。"


@pytest.fixture
def store(tmp_path: Path, address: str) -> Iterator[Store]:
    with Store.open(tmp_path / "home", address) as opened:
        yield opened


def texts(store: Store) -> dict[str, str]:
    return {id: reply.text for id, reply in store.replies(store.reply_ids()).items()}


def statuses(store: Store, file: str, file_hash: str, rows: list[ParsedReply]) -> list[str]:
    return [result.status for result in store.put_file(file, file_hash, rows).results]


def row(number: int, text: str, id: str | None = None) -> ParsedReply:
    return parsed_reply(text, f"/表.csv#{number}", id=id)


# Loading


def test_a_reply_comes_back_as_it_was_put(store: Store) -> None:
    text = "三、医疗\n联系电话：57760000。"
    parsed = ParsedReply(
        Reply(
            id="r1",
            text=text,
            source="/答复/一.txt",
            fields=(
                Field(FieldName.DOC_NUMBER, "云商务〔2021〕3号", 0, 2),
                Field(FieldName.CONTACT_PHONE, "57760000", 10, 18),
            ),
            redactions=(Redaction(10, 18, Secret.PHONE),),
            question="怎么办？",
        ),
        (
            Passage("r1", 0, 4, "三、医疗", (), PassageRole.OPENING),
            Passage("r1", 5, 19, "联系电话：57760000。", ("三、医疗", "（一）")),
        ),
    )
    assert store.put(parsed, "h1").status == "added"
    assert store.reply("r1") == parsed.reply
    assert tuple(store.passages_of("r1").values()) == parsed.passages


def test_passages_are_found_by_their_keys_and_only_substance_is_searched(store: Store) -> None:
    store.put(parsed_reply(">提案收悉。\n已加装电梯。", id="r1"), "h")
    opening, substance = store.passages_of("r1")
    assert store.select_keys().tolist() == [substance]
    assert store.passages([opening, substance, 999])[substance].text == "已加装电梯。"
    assert 999 not in store.passages([999])


def test_holders_of_a_value_are_found_by_it_alone(store: Store) -> None:
    number = {FieldName.DOC_NUMBER: "云商务〔2021〕3号"}
    store.put(parsed_reply(LIFT, "/一.txt", id="r1", values=number), "h")
    store.put(parsed_reply(PARK, "/二.txt", id="r2"), "h")
    wanted = ("云商务〔2021〕3号", "云商务〔2021〕4号")
    assert store.holders(FieldName.DOC_NUMBER, wanted) == ("r1",)
    assert store.holders(FieldName.MATTER_NUMBER, wanted) == ()
    assert store.holders(FieldName.DOC_NUMBER, ()) == ()


def test_the_same_file_again_changes_nothing(store: Store) -> None:
    store.put(parsed_reply(LIFT), "h1")
    keys = store.select_keys().tolist()
    assert store.unchanged_source("/答复/一.txt", "h1")
    assert not store.unchanged_source("/答复/一.txt", "h2")
    assert store.put(parsed_reply(LIFT), "h2").status == "unchanged"
    assert store.select_keys().tolist() == keys


def test_a_changed_file_replaces_its_reply_under_new_keys(store: Store) -> None:
    first = store.put(parsed_reply(LIFT), "h1")
    old = set(store.select_keys().tolist())
    second = store.put(parsed_reply(PARK), "h2")
    assert (second.status, second.reply_id) == ("replaced", first.reply_id)
    assert texts(store) == {first.reply_id: PARK}
    assert old.isdisjoint(store.select_keys().tolist())


def test_a_changed_field_replaces_the_reply_too(store: Store) -> None:
    store.put(parsed_reply(LIFT, values={FieldName.DATE: "2021-03-11"}), "h1")
    put = store.put(parsed_reply(LIFT, values={FieldName.DATE: "2021-03-12"}), "h2")
    assert put.status == "replaced"
    assert store.reply(put.reply_id).value(FieldName.DATE) == "2021-03-12"


def test_the_same_text_elsewhere_is_a_duplicate_and_not_shown_twice(store: Store) -> None:
    first = store.put(parsed_reply(LIFT, "/甲.txt"), "h")
    second = store.put(parsed_reply(LIFT, "/乙.txt"), "h")
    assert (second.status, second.reply_id) == ("duplicate", first.reply_id)
    assert store.reply_ids() == (first.reply_id,)
    assert store.sources(first.reply_id) == ("/甲.txt", "/乙.txt")
    assert store.stats().duplicates == 1
    assert store.put(parsed_reply(LIFT, "/乙.txt"), "h2").status == "unchanged"


def test_the_same_answer_to_another_question_is_no_duplicate(store: Store) -> None:
    store.put(parsed_reply("已转交。", "/甲.txt", question="电梯？"), "h")
    put = store.put(parsed_reply("已转交。", "/乙.txt", question="公园？"), "h")
    assert put.status == "added"


def test_a_duplicate_takes_over_when_the_first_source_changes(store: Store) -> None:
    first = store.put(parsed_reply(LIFT, "/甲.txt"), "h")
    store.put(parsed_reply(LIFT, "/乙.txt", id="b", values={FieldName.REGION: "云栖区"}), "h")
    store.put(parsed_reply(LIFT, "/丙.txt"), "h")
    store.put(parsed_reply(PARK, "/甲.txt"), "h2")
    assert texts(store) == {first.reply_id: PARK, "b": LIFT}
    assert store.reply("b").value(FieldName.REGION) == "云栖区"
    assert store.sources("b") == ("/乙.txt", "/丙.txt")
    assert [p.text for p in store.passages_of("b").values()] == LIFT.split("\n")


def test_a_duplicate_that_changes_gets_its_own_reply(store: Store) -> None:
    store.put(parsed_reply(LIFT, "/甲.txt", id="a"), "h")
    store.put(parsed_reply(LIFT, "/乙.txt", id="b"), "h")
    assert store.put(parsed_reply(PARK, "/乙.txt", id="b"), "h2").status == "added"
    assert texts(store) == {"a": LIFT, "b": PARK}


def test_a_reply_that_becomes_like_another_goes(store: Store) -> None:
    store.put(parsed_reply(LIFT, "/甲.txt", id="a"), "h")
    store.put(parsed_reply(PARK, "/乙.txt", id="b"), "h")
    assert store.put(parsed_reply(LIFT, "/乙.txt", id="b"), "h2").status == "duplicate"
    assert texts(store) == {"a": LIFT}


def test_a_declared_id_in_use_gives_way_to_one_of_the_source(store: Store) -> None:
    store.put(parsed_reply(LIFT, "/甲.csv#1", id="7"), "h")
    put = store.put(parsed_reply(PARK, "/乙.csv#1", id="7"), "h")
    assert put.status == "added"
    assert texts(store) == {"7": LIFT, put.reply_id: PARK}
    assert len(put.reply_id) == 12


# Tables


def test_rows_that_left_a_table_leave_the_store(store: Store) -> None:
    store.put_file("/表.csv", "h1", [row(1, LIFT, "a"), row(2, PARKING, "b"), row(3, PARK, "c")])
    result = store.put_file("/表.csv", "h2", [row(1, LIFT, "a"), row(3, PARK, "c")])
    assert result.removed == ("b",)
    assert texts(store) == {"a": LIFT, "c": PARK}


def test_rows_that_move_stay_the_same_replies(store: Store) -> None:
    store.put_file("/表.csv", "h1", [row(1, LIFT, "a"), row(2, PARKING, "b")])
    keys = store.select_keys().tolist()
    moved = [row(1, PARK, "c"), row(2, LIFT, "a"), row(3, PARKING, "b")]
    assert statuses(store, "/表.csv", "h2", moved) == ["added", "unchanged", "unchanged"]
    assert store.select_keys().tolist()[: len(keys)] == keys
    assert store.reply("a").source == "/表.csv#2"


def test_rows_without_ids_move_up_when_one_is_deleted(store: Store) -> None:
    store.put_file("/表.csv", "h1", [row(1, LIFT), row(2, PARKING), row(3, PARK)])
    result = store.put_file("/表.csv", "h2", [row(1, PARKING), row(2, PARK)])
    assert [r.status for r in result.results] == ["unchanged", "unchanged"]
    assert sorted(texts(store).values()) == sorted([PARKING, PARK])


def test_a_corrected_row_keeps_its_id(store: Store) -> None:
    store.put_file("/表.csv", "h1", [row(1, LIFT, "a"), row(2, PARKING, "b")])
    corrected = [row(1, LIFT, "a"), row(2, PARK, "b")]
    assert statuses(store, "/表.csv", "h2", corrected) == ["unchanged", "replaced"]
    assert texts(store) == {"a": LIFT, "b": PARK}


def test_a_duplicate_within_a_table_takes_over_from_a_lost_row(store: Store) -> None:
    rows = [row(1, LIFT, "a"), row(2, LIFT, "b")]
    assert statuses(store, "/表.csv", "h1", rows) == ["added", "duplicate"]
    store.put_file("/表.csv", "h2", [row(1, PARK, "c"), row(2, LIFT, "b")])
    assert sorted(texts(store).values()) == sorted([LIFT, PARK])


def test_a_row_of_a_long_table_costs_what_one_of_a_short_one_does(store: Store) -> None:
    database = store.database
    if not isinstance(database, SqliteFile):
        pytest.skip("counts the instructions of SQLite")

    def steps_of_loading(rows: int) -> int:
        """Count what SQLite does, in hundreds of its instructions."""
        steps = 0

        def count() -> int:
            nonlocal steps
            steps += 1
            return 0

        parsed = [row(n, f"第{n}件，{rows}件之一。") for n in range(rows)]
        with database.transaction() as connection:
            connection.set_progress_handler(count, 100)
            store.put_file(f"/{rows}.csv", None, parsed)
            store.put_file(f"/{rows}.csv", None, parsed)
            connection.set_progress_handler(None, 0)
        return steps

    assert steps_of_loading(800) < 6 * steps_of_loading(200)


def test_a_file_whose_hash_is_withheld_is_read_again(store: Store) -> None:
    store.put_file("/表.csv", None, [row(1, LIFT)])
    assert not store.unchanged_source("/表.csv", "h1")


TABLES = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("甲乙丙丁")), max_size=6)


@pytest.mark.slow
@given(st.lists(TABLES, min_size=1, max_size=4), st.booleans())
@hypothesis_settings(deadline=None, max_examples=25)
def test_after_any_loads_the_store_holds_exactly_the_texts_of_the_files(
    loads: list[list[tuple[str, str]]], declared: bool
) -> None:
    """Each load gives new rows to the two files a and b; ids are declared by text, or not."""
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder)) as store:
        current: dict[str, list[str]] = {"a": [], "b": []}
        for number, load in enumerate(loads):
            for file in "ab":
                current[file] = [text for name, text in load if name == file]
                rows = [
                    parsed_reply(text, f"/{file}#{i}", id=text if declared else None)
                    for i, text in enumerate(current[file])
                ]
                store.put_file(f"/{file}", str(number), rows)
        wanted = set(current["a"]) | set(current["b"])
        found = list(texts(store).values())
        assert sorted(found) == sorted(wanted)
        assert store.stats().duplicates == len(current["a"] + current["b"]) - len(wanted)
        held = [p.text for p in store.passages(store.select_keys().tolist()).values()]
        assert sorted(held) == sorted(wanted)
        for reply in store.replies(store.reply_ids()).values():
            assert reply.source in store.sources(reply.id)


# Removing


def test_what_is_removed_is_gone_with_its_duplicates(store: Store) -> None:
    store.put(parsed_reply(LIFT, "/甲.txt", id="a"), "h")
    store.put(parsed_reply(LIFT, "/乙.txt", id="b"), "h")
    store.put(parsed_reply(PARK, "/丙.txt", id="c"), "h")
    assert store.remove(["a", "a"]) == ("a",)
    assert texts(store) == {"c": PARK}
    assert not store.unchanged_source("/甲.txt", "h")
    assert store.put(parsed_reply(LIFT, "/甲.txt", id="a"), "h").status == "added"


def test_unknown_ids_are_all_named_and_nothing_is_removed(store: Store) -> None:
    store.put(parsed_reply(LIFT, id="a"), "h")
    with pytest.raises(NotFound, match="没有这些编号的答复：x、y"):
        store.remove(["x", "a", "y"])
    assert store.reply_ids() == ("a",)
    with pytest.raises(NotFound):
        store.reply("x")
    with pytest.raises(NotFound):
        store.passages_of("x")


def test_keys_are_never_given_again(store: Store) -> None:
    store.put(parsed_reply(LIFT, id="a"), "h")
    last = store.select_keys().tolist()[-1]
    store.remove(["a"])
    store.put(parsed_reply(LIFT, id="a"), "h")
    assert min(store.select_keys().tolist()) > last


# Filters


@pytest.fixture
def library(store: Store) -> Store:
    def put(id: str, date: str, agencies: str, outcome: str, disclosure: str) -> None:
        values: Values = {
            FieldName.AGENCY: agencies.split(),
            FieldName.REGION: "云栖区",
            FieldName.KIND: "提案答复",
            FieldName.OUTCOME: outcome,
            FieldName.TITLE: f"关于{id}的答复",
            FieldName.DATE: date.split(),
            FieldName.DISCLOSURE: disclosure.split(),
        }
        store.put(parsed_reply(f"{id}的正文。", f"/{id}.txt", id=id, values=values), "h")

    put("电梯", "2019-05-01", "云栖区房管局", "A", "主动公开")
    put("停车", "2021-03-11", "云栖区房管局 云栖区交通委", "B", "依申请公开")
    put("公园", "2022-12-31", "云栖区绿化局", "A", "")
    put("其他", "", "云栖区绿化局", "C", "")
    return store


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), {"电梯", "停车", "公园", "其他"}),
        (Filters(agencies=("云栖区房管局",)), {"电梯", "停车"}),
        (Filters(agencies=("云栖区交通委", "云栖区绿化局")), {"停车", "公园", "其他"}),
        (Filters(agencies=()), set()),
        (Filters(agencies=("房管局",)), set()),
        (Filters(outcomes=("A",), agencies=("云栖区绿化局",)), {"公园"}),
        (Filters(years=(2021, 2022)), {"停车", "公园"}),
        (Filters(years=(None, 2019)), {"电梯"}),
        (Filters(years=(2022, None)), {"公园"}),
        (Filters(years=(None, None)), {"电梯", "停车", "公园"}),
        (Filters(disclosures=("主动公开",)), {"电梯"}),
        (Filters(disclosures=(UNMARKED,)), {"公园", "其他"}),
        (Filters(disclosures=("主动公开", UNMARKED)), {"电梯", "公园", "其他"}),
        (Filters(disclosures=()), set()),
        (Filters(reply_ids=("公园", "没有")), {"公园"}),
        (Filters(reply_ids=()), set()),
        (Filters(sessions=("区政协十四届五次会议",)), set()),
    ],
)
def test_filters_allow_exactly(library: Store, filters: Filters, expected: set[str]) -> None:
    assert set(library.reply_ids(filters)) == expected
    keys = library.select_keys(filters)
    assert str(keys.dtype) == "int64"
    assert {p.reply_id for p in library.passages(keys.tolist()).values()} == expected
    assert library.list_replies(filters).total == len(expected)
    assert library.stats(filters).replies == len(expected)


def test_replies_are_listed_newest_first_page_by_page(library: Store) -> None:
    assert library.reply_ids() == ("公园", "停车", "电梯", "其他")
    page = library.list_replies(limit=2, offset=1)
    assert (page.total, [reply.id for reply in page.replies]) == (4, ["停车", "电梯"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [("绿化局", {"公园", "其他"}), ("绿化局 公园", {"公园"}), ("%", set()), ("正文", set())],
)
def test_lists_are_searched_by_field_values(library: Store, text: str, expected: set[str]) -> None:
    assert {r.id for r in library.list_replies(text=text).replies} == expected


def test_lists_are_no_oracle_for_personal_data(store: Store) -> None:
    store.put(parsed_reply(LIFT, values={FieldName.CONTACT_PHONE: "57760000"}), "h")
    assert store.list_replies(text="57760000").total == 0


def test_facets_count_replies(library: Store) -> None:
    facets = library.facets()
    assert facets["agencies"] == (
        ("云栖区房管局", 2), ("云栖区绿化局", 2), ("云栖区交通委", 1),
    )  # fmt: skip
    assert facets["disclosures"] == ((UNMARKED, 2), ("主动公开", 1), ("依申请公开", 1))
    assert facets["sessions"] == ()
    assert library.facets(Filters(outcomes=("A",)))["agencies"] == (
        ("云栖区房管局", 1), ("云栖区绿化局", 1),
    )  # fmt: skip
    assert library.years() == ((2019, 1), (2021, 1), (2022, 1))


def test_results_that_say_the_same_are_one(library: Store) -> None:
    for id, outcome in (("树", "采纳或解决"), ("井", "列入计划拟解决"), ("灯", "留作参考")):
        values: Values = {FieldName.OUTCOME: outcome}
        library.put(parsed_reply(f"{id}的正文。", f"/{id}.txt", id=id, values=values), "h")
    counts = (("采纳或解决", 3), ("列入计划拟解决", 2), ("C", 1), ("留作参考", 1))
    assert library.facets()["outcomes"] == counts
    assert library.facets(Filters(years=(2019, 2022)))["outcomes"] == (
        ("采纳或解决", 2), ("列入计划拟解决", 1),
    )  # fmt: skip
    for alike in (("A",), ("采纳或解决",), ("A", "采纳或解决")):
        assert set(library.reply_ids(Filters(outcomes=alike))) == {"电梯", "公园", "树"}
    assert set(library.reply_ids(Filters(outcomes=("B",)))) == {"停车", "井"}
    assert library.reply_ids(Filters(outcomes=("留作参考",))) == ("灯",)
    assert library.reply_ids(Filters(outcomes=("C",))) == ("其他",)
    listed = library.list_replies(order=Order(Column.OUTCOME, descending=False)).replies
    assert [reply.value(FieldName.OUTCOME) for reply in listed] == [
        *("A", "A", "采纳或解决"), *("B", "列入计划拟解决"), "留作参考", "C",
    ]  # fmt: skip


def test_stats_count_what_is_loaded(store: Store) -> None:
    store.put(parsed_reply(">收悉。\n加装。", "/甲.txt"), "h")
    store.put(parsed_reply(">收悉。\n加装。", "/乙.txt"), "h")
    stats = store.stats()
    assert (stats.replies, stats.passages, stats.characters, stats.duplicates) == (1, 1, 8, 1)


# Transactions, threads and bad input


def test_a_transaction_that_fails_writes_nothing(store: Store) -> None:
    def fail() -> None:
        with store.transaction():
            store.put(parsed_reply(LIFT), "h")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert store.reply_ids() == ()


def test_a_bad_file_within_a_batch_fails_alone(store: Store) -> None:
    with store.transaction():
        store.put(parsed_reply(LIFT, "/甲.txt", id="a"), "h")
        with pytest.raises(UnreadableFile, match="编码有误"):
            store.put_file("/表.csv", "h", [row(1, PARK, "b"), row(2, "坏\0字", "c")])
        store.put(parsed_reply(PARKING, "/丙.txt", id="d"), "h")
    assert texts(store) == {"a": LIFT, "d": PARKING}


@pytest.mark.parametrize("text", ["半个字符\ud83d", "空\0字符"])
def test_text_that_cannot_be_stored_is_refused(store: Store, text: str) -> None:
    with pytest.raises(UnreadableFile):
        store.put(parsed_reply(text), "h")


def test_a_file_name_that_is_not_text_is_refused(store: Store) -> None:
    with pytest.raises(UnreadableFile, match="文件名有误"):
        store.unchanged_source("/\udce9.txt", "h")


def test_a_passage_that_is_not_in_the_text_is_refused(store: Store) -> None:
    wrong = ParsedReply(Reply("a", "甲乙", "/一.txt"), (Passage("a", 0, 1, "乙"),))
    with pytest.raises(ValueError, match="is another"):
        store.put(wrong, "h")


def test_readers_go_on_during_a_write_and_see_what_is_committed(store: Store) -> None:
    store.put(parsed_reply(LIFT, "/甲.txt", id="a"), "h")
    seen = []
    with store.transaction():
        store.put(parsed_reply(PARK, "/乙.txt", id="b"), "h")
        reader = threading.Thread(target=lambda: seen.append(set(store.reply_ids())))
        reader.start()
        reader.join()
        seen.append(set(store.reply_ids()))
    seen.append(set(store.reply_ids()))
    assert seen == [{"a"}, {"a", "b"}, {"a", "b"}]


def test_a_store_that_another_process_is_just_creating_is_waited_for(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "dafu.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor() as beside:
            opened = beside.submit(Store.open, tmp_path)
            with pytest.raises(TimeoutError):
                opened.result(timeout=0.2)
            other.execute("ROLLBACK")
            opened.result().close()


def test_a_store_of_another_format_is_refused(tmp_path: Path) -> None:
    Store.open(tmp_path).close()
    with sqlite3.connect(tmp_path / "dafu.sqlite") as connection:
        connection.execute("PRAGMA user_version = 9")
    with pytest.raises(HomeError, match=r"第 9 版.*第 2 版"):
        Store.open(tmp_path)


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "dafu.sqlite") as connection:
        connection.execute("CREATE TABLE notes (text)")
    with pytest.raises(HomeError, match="不是答复的文库"):
        Store.open(tmp_path)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dafu.sqlite").write_text("这不是数据库" * 100, "utf-8")
    with pytest.raises(HomeError, match="文库打不开"):
        Store.open(tmp_path)


NUMBERED = (
    ("一", "柳川市建设局", "柳建〔2023〕12号", "2023-03-01"),
    ("二", "安平市建设局", "柳建〔2023〕9号", "2024-03-01"),
    ("三", "柳川市建设局", None, "2022-03-01"),
    ("四", None, "安建〔2023〕100号", None),
)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order(Column.DATE), "二一三四"),
        (Order(Column.DATE, descending=False), "三一二四"),
        (Order(Column.AGENCY, descending=False), "二一三四"),  # 安 before 柳; newest first within
        (Order(Column.AGENCY), "一三二四"),
        (Order(Column.DOC_NUMBER, descending=False), "四二一三"),  # 9 before 12
        (Order(Column.OUTCOME), "二一三四"),  # none has any: as ever
    ],
)
def test_a_list_is_sorted_by_any_column(store: Store, order: Order, expected: str) -> None:
    for name, agency, number, date in NUMBERED:
        found = {
            FieldName.AGENCY: agency,
            FieldName.DOC_NUMBER: number,
            FieldName.DATE: date,
        }
        values = {field: value for field, value in found.items() if value}
        store.put(parsed_reply(f">收悉。\n{name}。", f"/{name}.txt", id=name, values=values), "h")
    pages = [store.list_replies(limit=2, offset=at, order=order) for at in (0, 2)]
    assert "".join(reply.id for page in pages for reply in page.replies) == expected
    assert {page.total for page in pages} == {4}


def test_a_connection_that_comes_back_while_all_are_closed_is_closed(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        database = store.database

        class Meanwhile(list[sqlite3.Connection]):
            """Given back to just as another thread closes the database."""

            def append(self, connection: sqlite3.Connection, /) -> None:
                database.close()
                super().append(connection)

        database._idle = Meanwhile()
        with database.reading() as connection:
            connection.execute("SELECT 1")
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            connection.execute("SELECT 1")
