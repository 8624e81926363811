"""The legs follow the store; verify sees every difference; a rebuild switches all at once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from corpus.errors import HomeBusy, IndexMismatch
from corpus.filters import Filters
from corpus.store.store import Store
from corpus.types import FieldName, Redaction, Secret
from index.stores import indexer as indexer_module
from index.stores.indexer import CatchUp, Indexer, rebuild, stamp_of
from index.stores.legs import Legs
from index.stores.lexical import LexicalField, LexicalTerm
from index.stores.manifest import load_manifest, write_lock
from index.stores.texts import indexed_text
from index.stores.verify import verify
from index.text.segment import Segmenter
from tests.fakes import HashEmbedder, Values, parsed_reply

SEGMENTER = Segmenter()
EMBEDDER = HashEmbedder()

LIFT = ">提案收悉。\n老旧小区加装电梯三十台。\n费用由业主分摊。"
PARK = "口袋公园年底开放。"


class Home:
    """A home folder with its store, its legs and their indexer."""

    def __init__(self, path: Path, embedder: HashEmbedder = EMBEDDER) -> None:
        self.path = path
        self.embedder = embedder
        self.store = Store.open(path)
        self.legs = Legs.open(path, stamp_of(embedder, SEGMENTER))
        self.indexer = Indexer(self.store, self.legs, embedder, SEGMENTER)

    def load(self, id: str, text: str) -> None:
        self.store.put(parsed_reply(text, f"/{id}.txt", id=id), "h")

    def found(self, query: str) -> tuple[set[str], set[str]]:
        """Return the texts of what each leg finds that matches well."""
        terms = [LexicalTerm(LexicalField.BIGRAMS, token) for token in SEGMENTER.bigrams(query)]
        lexical = self.legs.lexical.search(terms, 9)
        dense = self.legs.dense.search(self.embedder.embed_queries([query])[0], 9)
        near = [hit for hit in dense if hit[1] > 0.3]
        return self.texts(lexical), self.texts(near)

    def texts(self, hits: list[tuple[int, float]]) -> set[str]:
        return {passage.text for passage in self.store.passages(key for key, _ in hits).values()}

    def close(self) -> None:
        self.legs.close()
        self.store.close()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    opened = Home(tmp_path / "资料夹")
    yield opened
    opened.close()


def folders(home: Home) -> list[str]:
    return sorted(path.name for path in home.path.glob("index-*"))


# Catching up


def test_both_legs_find_what_was_loaded_but_openings(home: Home) -> None:
    home.load("a", LIFT)
    home.load("b", PARK)
    assert home.indexer.catch_up() == CatchUp(added=3, removed=0)
    assert home.found("老旧小区加装电梯") == ({"老旧小区加装电梯三十台。"},) * 2
    assert home.found("提案收悉")[0] == set()
    assert verify(home.indexer).problems == ()


def test_catching_up_again_does_nothing(home: Home) -> None:
    home.load("a", LIFT)
    home.indexer.catch_up()
    assert home.indexer.catch_up() == CatchUp(0, 0)


def test_replacing_and_removing_reach_both_legs(home: Home) -> None:
    home.load("a", LIFT)
    home.load("b", PARK)
    home.indexer.catch_up()
    home.load("a", "社区食堂已开门。")
    home.store.remove(["b"])
    assert home.indexer.catch_up() == CatchUp(added=1, removed=3)
    assert home.found("老旧小区加装电梯") == (set(), set())
    assert home.found("口袋公园年底开放") == (set(), set())
    assert home.found("社区食堂") == ({"社区食堂已开门。"},) * 2
    assert verify(home.indexer).problems == ()


def test_whole_batches_are_indexed_while_a_load_goes_on(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.stores.indexer.BATCH", 2)
    home.load("old", "老城区改造已完成。")
    home.indexer.catch_up()
    with home.indexer.keeping_up() as keep_up:
        home.load("a", PARK)
        keep_up()
        assert home.legs.dense.count == 1
        home.load("b", LIFT)
        keep_up()
        assert home.legs.dense.count == 3
    assert home.legs.lexical.count == home.legs.texts.count == 3
    home.store.remove(["a"])
    assert home.indexer.catch_up() == CatchUp(added=1, removed=1)
    assert home.found("老旧小区加装电梯") == ({"老旧小区加装电梯三十台。"},) * 2
    assert verify(home.indexer).problems == ()


def test_a_load_that_fails_leaves_what_was_indexed_before(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.stores.indexer.BATCH", 1)
    home.load("a", PARK)
    home.indexer.catch_up()

    def fail() -> None:
        with home.indexer.keeping_up() as keep_up:
            home.load("b", LIFT)
            keep_up()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert home.legs.lexical.count == home.legs.dense.count == 1
    assert home.indexer.catch_up() == CatchUp(added=2, removed=0)
    assert verify(home.indexer).problems == ()


def test_the_context_is_searched_beside_the_text(home: Home) -> None:
    title = "关于停车难的答复"
    parsed = parsed_reply("#二、管理\n已列入计划。", values={FieldName.TITLE: title})
    home.store.put(parsed, "h")
    home.indexer.catch_up()
    for token in ("停车", "管理"):
        term = LexicalTerm(LexicalField.CONTEXT_BIGRAMS, token)
        assert len(home.legs.lexical.search([term], 9)) == 1


def test_filters_reach_the_lexical_leg(home: Home) -> None:
    values: Values = {
        FieldName.AGENCY: ["云栖区房管局", "云栖区交通委"],
        FieldName.DATE: "2021-03-11",
    }
    home.store.put(parsed_reply(PARK, id="a", values=values), "h")
    home.indexer.catch_up()
    terms = [LexicalTerm(LexicalField.BIGRAMS, "公园")]
    for filters in (
        Filters(agencies=("云栖区交通委",)),
        Filters(years=(2021, 2021)),
        Filters(reply_ids=("a",)),
    ):
        assert len(home.legs.lexical.search(terms, 9, filters)) == 1
        assert len(home.store.select_keys(filters)) == 1
    assert home.legs.lexical.search(terms, 9, Filters(years=(2022, None))) == []


def test_progress_is_told_to_the_end(home: Home) -> None:
    home.load("a", LIFT)
    seen: list[tuple[str, int, int | None]] = []
    home.indexer.catch_up(lambda *step: seen.append(step))
    assert seen == [("建立索引", 2, 2)]


def test_a_failing_embedder_leaves_a_home_that_catches_up_later(home: Home) -> None:
    class Failing(HashEmbedder):
        def embed_passages(
            self, texts: Sequence[str], progress: Callable[[int], None] | None = None
        ) -> NDArray[np.float32]:
            raise RuntimeError

    home.load("a", LIFT)
    with pytest.raises(RuntimeError):
        Indexer(home.store, home.legs, Failing(), SEGMENTER).catch_up()
    assert home.indexer.catch_up() == CatchUp(2, 0)
    assert verify(home.indexer).problems == ()


def test_a_leg_that_is_behind_alone_catches_up_alone(home: Home) -> None:
    """As after a kill between the commits of the two legs."""
    home.load("a", LIFT)
    home.indexer.catch_up()
    shutil.rmtree(home.legs.dense.path)
    home.legs.dense.reopen(home.legs.dense.path)
    assert home.indexer.catch_up() == CatchUp(2, 0)
    assert verify(home.indexer).problems == ()
    assert home.legs.lexical.keys().tolist() == home.store.select_keys().tolist()


def test_a_leg_that_lacks_one_among_others_gets_that_one(home: Home) -> None:
    for id, text in (("a", LIFT), ("b", PARK)):
        home.load(id, text)
    home.indexer.catch_up()
    keys = home.store.select_keys()
    home.legs.dense.remove(keys[1:2])
    home.legs.commit()
    assert home.indexer.catch_up() == CatchUp(1, 0)
    assert home.legs.dense.keys().tolist() == keys.tolist()
    assert verify(home.indexer).problems == ()


def test_two_processes_that_write_in_turn_build_on_each_other(home: Home) -> None:
    other = Home(home.path)
    home.load("a", LIFT)
    home.indexer.catch_up()
    other.load("b", PARK)
    assert other.indexer.catch_up() == CatchUp(added=1, removed=0)
    home.store.remove(["a"])
    assert home.indexer.catch_up() == CatchUp(added=0, removed=2)
    assert verify(home.indexer).problems == ()
    home.indexer.rebuild()
    other.load("c", "社区食堂已开门。")
    assert other.indexer.catch_up() == CatchUp(added=1, removed=0)
    assert verify(other.indexer).problems == ()
    other.close()


# What is indexed


def test_personal_data_is_not_indexed() -> None:
    text = "请联系马致远，电话57760000。"
    redactions = (Redaction(3, 6, Secret.PERSON), Redaction(9, 17, Secret.PHONE))
    parsed = parsed_reply(text, redactions=redactions, question="我的手机是13812345678，请回电。")
    content = indexed_text(parsed.reply, parsed.passages[0])
    assert content.text == "请联系＊＊＊，电话＊＊＊＊＊＊＊＊。"
    assert content.context == "我的手机是＊＊＊＊＊＊＊＊＊＊＊，请回电。"


def test_a_telephone_number_finds_nothing(home: Home) -> None:
    parsed = parsed_reply("电话57760000。", redactions=(Redaction(2, 10, Secret.PHONE),))
    home.store.put(parsed, "h")
    home.indexer.catch_up()
    assert home.found("57760000")[0] == set()
    assert home.found("电话")[0] == {"电话57760000。"}


def test_a_number_at_the_cut_of_a_long_question_is_masked_whole() -> None:
    parsed = parsed_reply("已办。", question="问" * 295 + "13812345678")
    assert indexed_text(parsed.reply, parsed.passages[0]).context == "问" * 295 + "＊" * 5


# Verification


def problems(home: Home) -> str:
    return "\n".join(verify(home.indexer).problems)


@pytest.fixture
def indexed(home: Home) -> Home:
    home.load("a", LIFT)
    home.load("b", PARK)
    home.indexer.catch_up()
    return home


def test_counts_say_what_was_compared(indexed: Home) -> None:
    assert verify(indexed.indexer).counts == {
        "replies": 2, "passages": 3, "lexical": 3, "dense": 3, "encoded": 0, "sample": 3,
    }  # fmt: skip


def test_an_empty_home_is_sound(home: Home) -> None:
    assert verify(home.indexer).problems == ()


def test_what_the_legs_lack_is_seen(indexed: Home) -> None:
    indexed.load("c", "社区食堂已开门。")
    assert "词语索引缺少 1 段" in problems(indexed)
    assert "向量索引缺少 1 段" in problems(indexed)


def test_what_the_legs_have_too_many_is_seen(indexed: Home) -> None:
    indexed.store.remove(["b"])
    assert "词语索引多出 1 段" in problems(indexed)
    assert "向量索引多出 1 段" in problems(indexed)
    assert "检索文本多出 1 段" in problems(indexed)


def test_another_passages_vector_is_seen(indexed: Home) -> None:
    first, second = indexed.legs.dense.keys()[:2]
    indexed.legs.dense.add([int(first)], indexed.legs.dense.vectors([int(second)]))
    assert f"向量索引与文库内容不符：抽查 3 段，1 段不同（编号 {first}）" in problems(indexed)


def test_a_vector_of_another_length_is_seen(indexed: Home) -> None:
    keys = indexed.legs.dense.keys()
    indexed.legs.dense.add(keys, 2 * indexed.legs.dense.vectors(keys))
    assert "3 个向量的长度不是 1" in problems(indexed)


def test_another_text_under_a_key_is_seen(indexed: Home) -> None:
    """As when an older copy of the SQLite file is put back, and its keys are given again."""
    connection = indexed.store.database._connect()
    connection.execute("UPDATE replies SET text = replace(text, '公园', '食堂')")
    connection.close()
    assert "词语索引与文库内容不符" in problems(indexed)
    assert "与文库内容不符" in problems(indexed)


@pytest.mark.parametrize(
    ("field", "before", "after", "told"),
    [
        (FieldName.AGENCY, "云栖区房管局", "云栖区交通委", "词语索引与文库内容不符：抽查 1 段"),
        (FieldName.DISCLOSURE, "主动公开", "不予公开", "词语索引里公开属性为“不予公开”的段落"),
    ],
)
def test_other_values_to_filter_by_are_seen(
    home: Home, field: FieldName, before: str, after: str, told: str
) -> None:
    home.store.put(parsed_reply(PARK, id="a", values={field: before}), "h")
    home.indexer.catch_up()
    assert problems(home) == ""
    connection = home.store.database._connect()
    connection.execute("UPDATE replies SET fields = replace(fields, ?, ?)", (before, after))
    connection.execute("UPDATE field_values SET value = ? WHERE value = ?", (after, before))
    connection.close()
    assert told in problems(home)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE field_values SET value = '云栖区交通委' WHERE name = 'agency'",
        "DELETE FROM field_values WHERE name = 'agency'",
        "INSERT INTO field_values VALUES ('region', '云栖区', 'a')",
        "UPDATE replies SET year = 1999",
    ],
)
def test_values_to_filter_by_that_are_not_the_fields_are_seen(home: Home, change: str) -> None:
    home.store.put(parsed_reply(PARK, id="a", values={FieldName.AGENCY: "云栖区房管局"}), "h")
    home.indexer.catch_up()
    assert problems(home) == ""
    connection = home.store.database._connect()
    connection.execute(change)
    connection.close()
    assert "答复 a 的筛选值与它的字段不同" in problems(home)


def test_a_damaged_store_is_seen(indexed: Home) -> None:
    connection = indexed.store.database._connect()
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("UPDATE passages SET stop = 999 WHERE reply_id = 'b'")
    connection.execute("DELETE FROM sources WHERE reply_id = 'a'")
    connection.close()
    assert "超出了答复 b 的正文" in problems(indexed)
    assert "答复 a 没有来源" in problems(indexed)


# Following what has changed


def compares_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(legs: Legs) -> None:
        raise AssertionError

    monkeypatch.setattr(Legs, "held_keys", fail)


def test_a_load_looks_at_nothing_but_what_came_and_went(
    indexed: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    compares_no_keys(monkeypatch)
    indexed.load("c", "社区食堂已开门。")
    assert indexed.indexer.catch_up() == CatchUp(added=1, removed=0)
    other = Home(indexed.path)
    other.load("c", "社区食堂已关门。")
    assert other.indexer.catch_up() == CatchUp(added=1, removed=1)
    with indexed.indexer.keeping_up() as keep_up:
        indexed.store.remove(["a"])
        indexed.load("d", LIFT)
        keep_up()
    assert indexed.indexer.catch_up() == CatchUp(added=2, removed=2)
    assert indexed.indexer.catch_up() == CatchUp(0, 0)
    other.close()
    monkeypatch.undo()
    assert verify(indexed.indexer).problems == ()


def test_fields_corrected_and_replies_put_away_and_back_are_followed(
    indexed: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    compares_no_keys(monkeypatch)
    indexed.store.corrections.correct("a", {FieldName.AGENCY: ("云栖区房管局",)})
    assert indexed.indexer.catch_up() == CatchUp(added=2, removed=2)
    indexed.store.bin.put_away(["b"])
    assert indexed.indexer.catch_up() == CatchUp(added=0, removed=1)
    indexed.store.bin.bring_back(["b"])
    assert indexed.indexer.catch_up() == CatchUp(added=1, removed=0)
    monkeypatch.undo()
    assert verify(indexed.indexer).problems == ()


@pytest.mark.parametrize("found", [None, "{", '{"key": 99, "removal": 0, "passages": 77}'])
def test_where_how_far_it_is_cannot_be_trusted_all_keys_are_compared(
    indexed: Home, found: str | None
) -> None:
    note = indexed.legs.folder / "followed.json"
    note.unlink() if found is None else note.write_text(found, "utf-8")
    indexed.load("b", "社区食堂已开门。")
    assert indexed.indexer.catch_up() == CatchUp(added=1, removed=1)
    assert verify(indexed.indexer).problems == ()


@pytest.mark.parametrize("step", ["texts", "lexical", "dense", "note"])
@pytest.mark.parametrize("after", [False, True])
def test_a_kill_at_any_step_of_a_commit_costs_only_time(
    indexed: Home, monkeypatch: pytest.MonkeyPatch, step: str, after: bool
) -> None:
    steps: dict[str, tuple[object, str]] = {
        "texts": (indexed.legs.texts, "add"),
        "lexical": (indexed.legs.lexical, "commit"),
        "dense": (indexed.legs.dense, "commit"),
        "note": (indexer_module, "save_followed"),
    }
    owner, name = steps[step]
    whole = getattr(owner, name)

    def die(*given: object) -> None:
        if after:
            whole(*given)
        raise KeyboardInterrupt

    monkeypatch.setattr(owner, name, die)
    indexed.load("b", "社区食堂已开门。")  # as many passages as before
    indexed.store.remove(["a"])
    with pytest.raises(KeyboardInterrupt):
        indexed.indexer.catch_up()
    monkeypatch.undo()
    again = Home(indexed.path)
    again.indexer.catch_up()
    assert again.indexer.is_up_to_date()
    assert verify(again.indexer).problems == ()
    assert again.found("老旧小区加装电梯") == (set(), set())
    assert again.found("社区食堂") == ({"社区食堂已开门。"},) * 2
    again.close()


# Rebuilding


def test_a_rebuild_mends_everything(indexed: Home) -> None:
    indexed.legs.lexical.remove(indexed.legs.lexical.keys().tolist())
    indexed.legs.commit()
    indexed.legs.dense.add([999], EMBEDDER.embed_passages(["多余"]))
    indexed.legs.dense.commit()
    before = indexed.legs.lexical, indexed.legs.dense
    indexed.indexer.rebuild()
    assert verify(indexed.indexer).problems == ()
    assert (indexed.legs.lexical, indexed.legs.dense) == before
    assert folders(indexed) == ["index-2"]


def test_a_rebuild_that_fails_leaves_the_old_indexes(indexed: Home) -> None:
    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        indexed.indexer.rebuild(fail)
    assert verify(indexed.indexer).problems == ()
    assert folders(indexed) == ["index-1"]
    indexed.indexer.rebuild()
    assert folders(indexed) == ["index-2"]


def test_a_reader_goes_on_during_a_rebuild_and_sees_it_after_a_refresh(indexed: Home) -> None:
    reader = Home(indexed.path)
    indexed.load("c", "社区食堂已开门。")
    indexed.indexer.rebuild()
    assert reader.found("口袋公园年底开放") == ({PARK},) * 2
    assert reader.found("社区食堂") == (set(), set())
    assert reader.legs.texts.read([1]).keys() in ({1}, set())
    reader.legs.refresh()
    assert reader.found("社区食堂") == ({"社区食堂已开门。"},) * 2
    assert reader.legs.texts.keys().tolist() == indexed.store.select_keys().tolist()
    reader.close()


def test_an_index_of_another_model_is_refused_until_it_is_rebuilt(indexed: Home) -> None:
    other = HashEmbedder(dimension=16, name="other")
    with pytest.raises(IndexMismatch, match=r"hash（32 维）.*other（16 维）.*dafu rebuild"):
        Legs.open(indexed.path, stamp_of(other, SEGMENTER))
    rebuild(indexed.path, indexed.store, other, SEGMENTER)
    reopened = Home(indexed.path, other)
    assert verify(reopened.indexer).problems == ()
    reopened.close()
    with pytest.raises(IndexMismatch):
        indexed.legs.refresh()


def test_an_index_of_another_segmentation_is_refused(indexed: Home, tmp_path: Path) -> None:
    own = tmp_path / "userdict.txt"
    own.write_text("云栖苑\n", "utf-8")
    with pytest.raises(IndexMismatch, match=r"分词.*dafu rebuild"):
        Legs.open(indexed.path, stamp_of(EMBEDDER, Segmenter(own)))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "读不出"),
        ("{}", "读不出"),
        ('["index-1"]', "读不出"),
        ('{"folder": "../elsewhere"}', "读不出"),
    ],
)
def test_a_damaged_manifest_is_refused_and_mended_by_a_rebuild(
    indexed: Home, content: str, message: str
) -> None:
    (indexed.path / "manifest.json").write_text(content, "utf-8")
    with pytest.raises(IndexMismatch, match=message):
        Legs.open(indexed.path, stamp_of(EMBEDDER, SEGMENTER))
    rebuild(indexed.path, indexed.store, EMBEDDER, SEGMENTER)
    assert load_manifest(indexed.path) is not None


def test_another_format_is_refused(indexed: Home) -> None:
    path = indexed.path / "manifest.json"
    values = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**values, "format": 99}), "utf-8")
    with pytest.raises(IndexMismatch, match="第 99 版"):
        Legs.open(indexed.path, stamp_of(EMBEDDER, SEGMENTER))


def test_lost_index_folders_are_made_again(indexed: Home) -> None:
    indexed.close()
    (indexed.path / "manifest.json").unlink()
    again = Home(indexed.path)
    assert again.legs.manifest.folder == "index-2"  # what is left in index-1 is not trusted
    assert again.indexer.catch_up() == CatchUp(3, 0)
    assert verify(again.indexer).problems == ()
    again.close()


# Writing


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    with write_lock(tmp_path), pytest.raises(HomeBusy, match="正在写入"), write_lock(tmp_path):
        pass
    with write_lock(tmp_path):
        pass


def test_the_store_and_the_legs_agree_on_filters(home: Home) -> None:
    """Every filter, alone, allows the same passages in SQLite and in tantivy."""
    generator = np.random.default_rng(5)
    for number in range(40):
        values: Values = {
            name: [f"{name}{i}" for i in generator.integers(0, 4, generator.integers(0, 3))]
            for name in (FieldName.AGENCY, FieldName.REGION, FieldName.KIND, FieldName.OUTCOME,
                         FieldName.SESSION, FieldName.DISCLOSURE)
        }  # fmt: skip
        if generator.random() < 0.8:
            values[FieldName.DATE] = [f"{generator.integers(2018, 2023)}-01-01"]
        parsed = parsed_reply(f"公园{number}", f"/{number}.txt", id=str(number), values=values)
        home.store.put(parsed, "h")
    home.indexer.catch_up()
    terms = [LexicalTerm(LexicalField.BIGRAMS, "公园")]
    for filters in (
        Filters(),
        *(Filters(agencies=(f"agency{i}", "agency9")) for i in range(4)),
        *(Filters(regions=(f"region{i}",), kinds=("kind0", "kind1")) for i in range(4)),
        *(Filters(outcomes=(f"outcome{i}",), sessions=("session1",)) for i in range(4)),
        *(Filters(disclosures=(f"disclosure{i}", "")) for i in range(4)),
        Filters(disclosures=("",)),
        Filters(disclosures=()),
        *(Filters(years=(2018 + i, 2019 + i)) for i in range(4)),
        Filters(years=(None, None)),
        Filters(years=(2021, 2019)),
        Filters(reply_ids=("1", "2", "nothing")),
    ):
        found = {key for key, _ in home.legs.lexical.search(terms, 99, filters)}
        assert found == set(home.store.select_keys(filters).tolist()), filters
