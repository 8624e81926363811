"""Fields corrected by hand outlast all readings of a file, and all that shows fields follows."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.access import Role
from app.audit import Action, Audit
from app.keeping.values import read_name, read_values
from app.service import Service, open_service
from app.settings import load_settings
from app.web.tabs.library import render_report
from corpus.errors import HomeError, IndexDamaged, InputError, ModelError, NotFound
from corpus.filters import UNMARKED, Filters
from corpus.parse import parse_text
from corpus.store.corrections import find_doubts, iter_places
from corpus.store.form import FILE_NAME
from corpus.store.store import Store
from corpus.types import FieldName, Kind, ParsedReply
from index.stores.indexer import Indexer
from tests.fakes import parsed_reply
from tests.homes import letter
from tests.test_cli import read, run

LETTER = """云桥区水务局
云水函〔2024〕7号
关于修缮青石路排水管的答复
公开属性：不予公开
李明委员：
您提出的关于青石路积水的提案收悉，现答复如下：
一、青石路排水管今年修缮，长三百米，请李明同志联系王小明。
联系人：王小明，电话：6655 7788
云桥区水务局
2024年5月6日
"""
BARE = "今年在绿萝路口加装护栏，预计十月完工。"


@pytest.fixture
def store(tmp_path: Path, address: str) -> Iterator[Store]:
    with Store.open(tmp_path / "home", address) as opened:
        yield opened


def put(store: Store, text: str = LETTER, file: str = "/答复/一.txt", hash: str = "h") -> str:
    return store.put(parse_text(file, text), hash).reply_id


def values(store: Store, id: str, name: FieldName) -> tuple[str, ...]:
    return store.reply(id).values(name)


def closed(store: Store, id: str) -> bool:
    return id not in store.reply_ids(Filters(disclosures=("主动公开", UNMARKED)))


# What follows from a correction


def test_a_corrected_field_has_its_value_its_place_and_when(store: Store) -> None:
    id = put(store)
    store.corrections.correct(id, {FieldName.DOC_NUMBER: ("云水函〔2024〕8号",)})
    store.corrections.correct(id, {FieldName.PROPOSER: ("王小明",), FieldName.AGENCY: ("水务局",)})
    fields = {field.name: field for field in store.reply(id).fields}
    number, proposer = fields[FieldName.DOC_NUMBER], fields[FieldName.PROPOSER]
    assert (number.value, number.start, number.end) == ("云水函〔2024〕8号", -1, -1)
    assert number.origin.startswith("corrected:20")
    assert LETTER[proposer.start : proposer.end] == "王小明"
    assert fields[FieldName.DATE].origin == "text"
    assert store.reply(id).text == LETTER.strip()


def test_filters_and_figures_follow(store: Store) -> None:
    id = put(store)
    store.corrections.correct(
        id, {FieldName.AGENCY: ("望湖市水务局", "望湖市财政局"), FieldName.DATE: ("2023-01-02",)}
    )
    assert store.facets()["agencies"] == (("望湖市水务局", 1), ("望湖市财政局", 1))
    assert store.facets()["regions"] == (("望湖市", 1),)
    assert store.years() == ((2023, 1),)
    assert store.list_replies(text="望湖市财政").total == 1
    assert store.list_replies(text="云桥区").total == 0
    store.corrections.correct(id, {FieldName.REGION: ("月湾镇",), FieldName.DATE: ()})
    assert store.facets()["regions"] == (("月湾镇", 1),)
    assert store.years() == ()
    assert list(store.iter_problems()) == []


def test_a_corrected_contact_is_masked_too(store: Store) -> None:
    id = put(store)

    def hidden() -> list[str]:
        reply = store.reply(id)
        return [reply.text[r.start : r.end] for r in reply.redactions]

    assert hidden() == ["王小明", "王小明", "6655 7788"]
    store.corrections.correct(id, {FieldName.CONTACT_PERSON: ("李明",)})
    assert hidden() == ["李明", "李明", "王小明", "王小明", "6655 7788"]
    store.corrections.correct(
        id, {FieldName.CONTACT_PERSON: (), FieldName.CONTACT_PHONE: ("66557788",)}
    )
    assert hidden() == ["王小明", "王小明", "6655 7788"]  # what tells of a person stays
    store.corrections.undo(id)
    assert hidden() == ["王小明", "王小明", "6655 7788"]


def test_indexes_take_in_anew_what_was_corrected(store: Store) -> None:
    id, other = put(store), put(store, BARE, "/答复/二.txt")
    before, kept = store.passages_of(id), store.passages_of(other)
    store.corrections.correct(id, {FieldName.TITLE: ("关于排水的答复",)})
    after = store.passages_of(id)
    assert list(after.values()) == list(before.values())
    assert min(after) > max(before)
    assert store.passages_of(other) == kept


def test_undoing_leaves_nothing_behind(store: Store) -> None:
    id = put(store)
    before = store.reply(id)
    made = {FieldName.AGENCY: ("望湖市水务局",), FieldName.DATE: (), FieldName.CONTACT_PERSON: ()}
    store.corrections.correct(id, made)
    store.corrections.undo(id, [FieldName.AGENCY])
    assert store.reply(id).values(FieldName.AGENCY) == ("云桥区水务局",)
    assert store.reply(id).value(FieldName.DATE) is None
    store.corrections.undo(id)
    assert store.reply(id) == before
    assert store.corrections.corrected(10).total == 0
    with pytest.raises(InputError, match="没有可以撤销的更正"):
        store.corrections.undo(id)
    with pytest.raises(NotFound, match="没有这些编号的答复：zz"):
        store.corrections.correct("zz", made)


# Loading again


def test_a_file_that_is_parsed_again_keeps_them(store: Store) -> None:
    id = put(store)
    store.corrections.correct(id, {FieldName.AGENCY: ("望湖市水务局",), FieldName.DATE: ()})
    assert put(store, hash="another") == id
    assert values(store, id, FieldName.AGENCY) == ("望湖市水务局",)
    # Another version of the parser: the same text, other fields.
    parsed = parse_text("/答复/一.txt", LETTER)
    better = replace(parsed, reply=replace(parsed.reply, fields=parsed.reply.fields[2:]))
    assert store.put(better, "third").status == "replaced"
    assert values(store, id, FieldName.AGENCY) == ("望湖市水务局",)
    assert values(store, id, FieldName.DATE) == ()
    assert store.corrections.of([id])[id][0].values == ("望湖市水务局",)
    store.corrections.undo(id)
    assert store.reply(id) == better.reply


def test_a_changed_text_keeps_them_where_the_same_is_found_in_it(store: Store) -> None:
    id = put(store)
    store.corrections.correct(
        id, {FieldName.AGENCY: ("望湖市水务局",), FieldName.DATE: ("2024-05-08",)}
    )
    assert put(store, LETTER.replace("5月6日", "5月9日").replace("三百", "四百"), hash="2") == id
    assert values(store, id, FieldName.AGENCY) == ("望湖市水务局",)
    assert values(store, id, FieldName.DATE) == ("2024-05-09",)
    agency, date = store.corrections.of([id])[id]
    assert (agency.holds, date.holds) == (True, False)
    assert find_doubts(store.reply(id), (agency, date)) == (FieldName.DATE,)
    assert put(store, LETTER, hash="3") == id
    assert values(store, id, FieldName.DATE) == ("2024-05-08",)


def test_what_opens_a_reply_is_for_that_text_alone(store: Store) -> None:
    id = put(store)
    store.corrections.correct(id, {FieldName.DISCLOSURE: ("主动公开",)})
    assert not closed(store, id)
    put(store, LETTER.replace("三百", "四百"), hash="2")
    assert closed(store, id)
    assert [r.id for r, _ in store.corrections.doubtful(10).replies] == [id]
    store.corrections.correct(id, {FieldName.DISCLOSURE: ()})  # no mark at all
    assert not closed(store, id)
    put(store, LETTER, hash="3")
    assert closed(store, id)


def test_what_opens_a_reply_is_for_the_marks_that_it_had(store: Store) -> None:
    unclear = parsed_reply(BARE, id="r", values={FieldName.DISCLOSURE: "待确认"})
    store.put(unclear, "h")
    store.corrections.correct("r", {FieldName.DISCLOSURE: ("主动公开",)})
    store.put(unclear, "h2")
    assert not closed(store, "r")
    store.put(parsed_reply(BARE, id="r", values={FieldName.DISCLOSURE: "不予公开"}), "h3")
    assert closed(store, "r")


def test_what_closes_a_reply_closes_what_comes_in_its_place(store: Store) -> None:
    id = put(store, LETTER.replace("不予公开", "主动公开"))
    store.corrections.correct(id, {FieldName.DISCLOSURE: ("依申请公开",)})
    put(store, LETTER.replace("不予公开", "主动公开").replace("三百", "四百"), hash="2")
    assert closed(store, id)


def test_a_name_that_was_hidden_stays_hidden_though_its_correction_lapses(store: Store) -> None:
    id = put(store)
    store.corrections.correct(id, {FieldName.CONTACT_PERSON: ("李明",)})
    put(store, LETTER.replace("联系人：王小明", "联系人：赵大海"), hash="2")
    reply = store.reply(id)
    hidden = {reply.text[r.start : r.end] for r in reply.redactions}
    assert {"李明", "赵大海"} <= hidden


def test_they_follow_a_text_to_its_duplicate(store: Store) -> None:
    id, twin = put(store), put(store, file="/副本/一.txt")
    assert twin == id
    store.corrections.correct(id, {FieldName.DISCLOSURE: ("主动公开",)})
    put(store, LETTER.replace("三百", "四百"), hash="2")
    (heir,) = set(store.reply_ids()) - {id}
    assert not closed(store, heir)  # the text that somebody opened
    assert closed(store, id)
    store.remove([heir])
    assert set(store.corrections.of([id, heir])) == {id}


def test_they_go_with_the_reply(store: Store) -> None:
    rows = [replace_source(parse_text(f"/表.csv#{n}", f"{BARE}{n}"), f"/表.csv#{n}") for n in "12"]
    first, second = (r.reply_id for r in store.put_file("/表.csv", "h", rows).results)
    for id in (first, second):
        store.corrections.correct(id, {FieldName.TITLE: ("护栏",)})
    store.put_file("/表.csv", "h2", rows[:1])
    assert set(store.corrections.of([first, second])) == {first}
    store.remove([first])
    assert store.corrections.of([first]) == {}
    assert store.put_file("/表.csv", "h3", rows).results[0].reply_id == first
    assert store.reply(first).value(FieldName.TITLE) is None
    assert list(store.iter_problems()) == []


def replace_source(parsed: ParsedReply, source: str) -> ParsedReply:
    return replace(parsed, reply=replace(parsed.reply, source=source))


# What wants looking at


def test_doubts_are_settled_one_by_one_and_counted(store: Store) -> None:
    good, bare = put(store), put(store, BARE, "/答复/二.txt")
    odd = parsed_reply(
        "第三份。",
        "/答复/三.txt",
        values={
            **{FieldName.MATTER_TITLE: "路灯", FieldName.AGENCY: "云桥区水务局"},
            **{FieldName.DATE: "2024-01-01", FieldName.KIND: "留言答复"},
        },
    )
    marked = replace(odd.reply.fields[0], name=FieldName.DISCLOSURE, value="待确认")
    odd = replace(odd, reply=replace(odd.reply, fields=(*odd.reply.fields, marked)))
    third = store.put(odd, "h").reply_id
    kept = store.corrections

    def doubts() -> dict[str, list[str]]:
        page = kept.doubtful(10).replies
        return {r.id: [name.value for name in find_doubts(r, c)] for r, c in page}

    assert doubts() == {third: ["disclosure"], bare: ["title", "agency", "kind", "date"]}
    assert (kept.progress().done, kept.progress().total) == (0, 2)
    kept.correct(third, {FieldName.DISCLOSURE: ("不予公开",)})
    kept.correct(bare, {FieldName.TITLE: (), FieldName.AGENCY: ("水务局",)})
    assert doubts() == {bare: ["kind", "date"]}
    kept.correct(bare, {FieldName.KIND: (Kind.OTHER.value,), FieldName.DATE: ()})
    kept.correct(good, {FieldName.TITLE: ("青石路",)})  # which nobody doubted
    assert doubts() == {}
    assert (kept.progress().done, kept.progress().total) == (2, 2)
    assert kept.corrected(10).total == 3
    kept.undo(bare, [FieldName.DATE])
    assert doubts() == {bare: ["date"]}


# The file


def test_a_library_of_the_version_before_is_brought_up(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        id = put(store)
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        connection.executescript(
            "DROP TABLE corrections; DROP TABLE originals; DROP TABLE removed;"
            "DROP TABLE bin; DROP TABLE changes; DROP TABLE gone;"
            "DROP TABLE statements_read; DROP TABLE promises; DROP TABLE citations;"
            "DROP TABLE cited_as;"
            "ALTER TABLE replies DROP COLUMN parsed;"
            "PRAGMA user_version = 1"
        )
    for _ in range(2):
        with Store.open(tmp_path) as store:
            store.corrections.correct(id, {FieldName.AGENCY: ("水务局",)})
            assert put(store, LETTER.replace("三百", "四百"), hash="2") == id
            assert values(store, id, FieldName.AGENCY) == ("水务局",)
            put(store)
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        connection.execute("PRAGMA user_version = 7")
    with pytest.raises(HomeError, match=r"第 7 版.*第 2 版"):
        Store.open(tmp_path)


# Values


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        (FieldName.DATE, "2024年5月6日", "2024-05-06"),
        (FieldName.ASKED, "2024-5-6 17:08", "2024-05-06"),
        (FieldName.DOC_NUMBER, "云水函[2024]7号", "云水函〔2024〕7号"),
        (FieldName.OUTCOME, "a 类", "A"),
        (FieldName.OUTCOME, "采纳或解决", "采纳或解决"),
        (FieldName.DISCLOSURE, " 依申请公开 ", "依申请公开"),
        (FieldName.TITLE, "关于\n路灯的  答复", "关于 路灯的 答复"),
        (FieldName.POSTCODE, "200333", "200333"),
    ],
)
def test_values_are_kept_in_one_form(name: FieldName, given: str, kept: str) -> None:
    assert read_values(name, [given, " "]) == (kept,)
    assert read_values(FieldName.AGENCY, ["甲局", "乙局", "甲局", ""]) == ("甲局", "乙局")
    assert read_values(FieldName.DATE, [""]) == ()


@pytest.mark.parametrize(
    ("name", "given", "told"),
    [
        (FieldName.DATE, ["去年五月"], "日期读不懂：去年五月"),
        (FieldName.DATE, ["2024-02-30"], "日期读不懂"),
        (FieldName.DATE, ["2024-02-03", "2024-02-04"], "只能有一个值，收到 2 个"),
        (FieldName.DISCLOSURE, ["公开"], "主动公开、依申请公开、内部资料、不予公开、涉密 之一"),
        (FieldName.KIND, ["回信"], "提案答复、"),
        (FieldName.KIND, [""], "每份答复都有种类"),
        (FieldName.OUTCOME, ["D"], "没有“D”这个值"),
        (FieldName.DOC_NUMBER, ["第七号"], "发文字号读不懂：第七号"),
        (FieldName.POSTCODE, ["2003"], "六位数字"),
        (FieldName.CONTACT_PERSON, ["＊＊＊"], "遮盖用"),
        (FieldName.TITLE, ["长" * 301], "最多 300 个字"),
        (FieldName.TITLE, ["换\x07铃"], "一行文字"),
        (FieldName.AGENCY, [f"{n}局" for n in range(51)], "最多 50 个值"),
    ],
)
def test_values_that_cannot_be_are_refused(name: FieldName, given: list[str], told: str) -> None:
    with pytest.raises(InputError, match=told):
        read_values(name, given)


def test_fields_are_named_in_chinese_or_by_their_key() -> None:
    assert read_name("公开属性") is read_name(" disclosure") is FieldName.DISCLOSURE
    with pytest.raises(InputError, match=r"没有“颜色”这个字段.*成文日期（date）"):
        read_name("颜色")


def test_places_are_found_in_other_spellings_and_words_of_ours_nowhere() -> None:
    text = "主动公开。临 江 局，电话 6655－7788，云水函[2024]7号，二〇二四年五月六日。"
    found = {
        FieldName.AGENCY: ("临江局", "临 江 局"),
        FieldName.CONTACT_PHONE: ("66557788", "6655－7788"),
        FieldName.DOC_NUMBER: ("云水函〔2024〕7号", "云水函[2024]7号"),
        FieldName.DATE: ("2024-05-06", "二〇二四年五月六日"),
    }
    for name, (value, spelt) in found.items():
        assert [text[a:b] for a, b in iter_places(text, name, value)] == [spelt]
    assert list(iter_places(text, FieldName.DISCLOSURE, "主动公开")) == []
    assert list(iter_places(text, FieldName.TITLE, "-")) == []


# The door


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "一.txt").write_text(LETTER, "utf-8")
    (folder / "二.txt").write_text(BARE, "utf-8")
    with open_service(load_settings(tmp_path / "home")) as service:
        service.ingest([folder])
        yield service


def find(service: Service, end: str) -> str:
    cards = service.list_replies().cards
    return next(card.reply_id for card in cards if card.source.endswith(end))


def test_searches_follow_at_once_and_also_after_a_rebuild(service: Service, tmp_path: Path) -> None:
    id = find(service, "一.txt")
    public = Service(service.home, Role.READER)
    asked = "青石路排水管何时修缮"
    assert id not in {hit.card.reply_id for hit in public.search(asked).hits}
    view = service.review.correct(
        id, {FieldName.DISCLOSURE: ["主动公开"], FieldName.AGENCY: ["望湖市水务局"]}
    )
    assert (view.card.disclosure, view.card.agency) == ("主动公开", "望湖市水务局")
    for _ in range(2):
        assert public.search(asked).hits[0].card.reply_id == id
        only = public.search(asked, public.resolve(region=["望湖"]))
        assert [hit.card.reply_id for hit in only.hits] == [id]
        assert public.search(asked, Filters(agencies=("云桥区水务局",))).hits == ()
        assert service.verify().problems == ()
        service.rebuild()
        service.ingest([tmp_path / "files"])
    service.review.undo(id)
    assert id not in {hit.card.reply_id for hit in public.search(asked).hits}


def test_the_public_neither_corrects_nor_sees_what_was_corrected(service: Service) -> None:
    id = find(service, "一.txt")
    service.review.correct(id, {FieldName.DISCLOSURE: ["主动公开"], FieldName.ROLE: []})
    public = Service(service.home, Role.READER)
    for refused in (
        lambda: public.review.correct(id, {FieldName.TITLE: ["改"]}),
        lambda: public.review.undo(id),
        lambda: public.review.list_replies(),
        lambda: public.review.show(id),
    ):
        with pytest.raises(InputError, match="只有编辑和管理员"):
            refused()
    assert public.show(id).corrections == ()
    assert public.show(id).doubts == ()
    assert len(service.show(id).corrections) == 2


def test_personal_data_is_masked_in_what_was_corrected(service: Service) -> None:
    id = find(service, "一.txt")
    view = service.review.correct(id, {FieldName.CONTACT_PERSON: ["李明"]})
    (correction,) = view.corrections
    assert (correction.values, correction.found) == (("＊＊",), ("＊＊＊",))
    assert "李明" not in view.text
    (listed,) = service.review.list_replies(corrected=True).replies
    assert listed.corrections == (correction,)


@pytest.mark.parametrize("error", [HomeError("磁盘已满。"), OSError(28, ""), IndexDamaged("坏。")])
def test_a_change_is_kept_and_said_to_be_where_the_indexes_cannot_follow(
    service: Service, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object) -> None:
        raise error

    id = find(service, "二.txt")
    with monkeypatch.context() as full:
        full.setattr(Indexer, "catch_up", fail)
        with pytest.raises(HomeError, match="已存好，不用再做"):
            service.review.correct(id, {FieldName.AGENCY: ["望湖市水务局"]})
        with pytest.raises(HomeError, match="已存好，不用再做"):
            service.bin.put_away([id])
    assert [each.action for each in service.home.audit.list_entries(limit=2)] == [
        Action.PUT_AWAY,
        Action.CORRECTED,
    ]
    service.home.close_engine()
    assert service.verify().problems == ()
    service.bin.bring_back([id])
    assert service.show(id).card.agency == "望湖市水务局"


@pytest.mark.parametrize(
    "error", [HomeError("磁盘已满。"), ModelError("模型没了。"), IndexDamaged("坏。")]
)
def test_the_next_question_indexes_what_could_not_be(
    service: Service, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("index.engine.OTHERS_EVERY", 0.0)
    id = find(service, "二.txt")
    with monkeypatch.context() as full:
        full.setattr(Indexer, "catch_up", fail)
        with pytest.raises(HomeError, match=r"已存好，不用再做.*下次提问会接着补上"):
            service.review.correct(id, {FieldName.TITLE: ["关于修建木栈桥的答复"]})
        assert service.search("木栈桥") is not None  # as long as it fails, the rest answers
    with service.home.engine() as engine:
        assert engine.indexer.is_up_to_date()


def test_a_change_whose_audit_fails_is_indexed_all_the_same(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise HomeError("审计写不进去。")

    id = find(service, "二.txt")
    with monkeypatch.context() as full:
        full.setattr(Audit, "record", fail)
        with pytest.raises(HomeError, match=r"已存好，不用再做.*审计写不进去"):
            service.review.correct(id, {FieldName.TITLE: ["关于修建木栈桥的答复"]})
    with service.home.engine() as engine:
        assert engine.indexer.is_up_to_date()


def test_nothing_to_correct_is_said(service: Service) -> None:
    with pytest.raises(InputError, match="没有要更正的字段"):
        service.review.correct(find(service, "一.txt"), {})
    with pytest.raises(NotFound):
        service.review.correct("zz", {FieldName.TITLE: ["改"]})


# The command line


@pytest.fixture
def home(service: Service, tmp_path: Path) -> Path:
    return Path(shutil.copytree(service.settings.home, tmp_path / "copy"))


def test_correct_show_list_and_undo(home: Path, service: Service) -> None:
    id = find(service, "二.txt")
    listed = read(home, "list", "--doubtful")
    assert (listed["done"], listed["wanted"], listed["total"]) == (0, 1, 1)
    assert listed["replies"][0]["reply_id"] == id
    assert listed["replies"][0]["doubts"] == ["title", "agency", "kind", "date"]
    shown = run(home, "list", "--doubtful").stdout
    assert "待核对：标题、发文机关、种类、成文日期" in shown
    assert "已核对 0 / 1 份" in shown
    made = read(
        home, "correct", id, "发文机关=云桥区水务局", "agency=云桥区公安局", "标题=", "种类=其他",
        "date＝2024年5月6日",
    )  # fmt: skip
    assert made["agency"] == "云桥区水务局、云桥区公安局"
    assert made["doubts"] == []
    corrections = {each["name"]: each for each in made["corrections"]}
    assert corrections["title"]["values"] == corrections["title"]["found"] == []
    assert corrections["date"]["values"] == ["2024-05-06"]
    assert corrections["date"]["holds"] is True
    shown = run(home, "show", id).stdout
    assert "云桥区公安局（20" in shown
    assert "更正，原未识别出）" in shown
    assert "其他（20" in shown
    assert "核对无误）" in shown
    assert "没有识别出，待核对" not in shown
    assert read(home, "list", "--corrected")["total"] == 1
    assert "已核对 1 / 1 份" in run(home, "list", "--doubtful").stdout
    assert read(home, "correct", id, "--undo", "成文日期")["doubts"] == ["date"]
    assert len(read(home, "correct", id, "--undo")["corrections"]) == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "没有要更正的字段"),
        (["公开属性"], "请写成 字段=值"),
        (["颜色=红"], "没有“颜色”这个字段"),
        (["公开属性=公开"], "主动公开、依申请公开、内部资料、不予公开、涉密 之一"),
        (["公开属性=主动公开", "--undo"], "撤销只写字段"),
        (["--undo"], "没有可以撤销的更正"),
    ],
)
def test_what_cannot_be_corrected_is_said(
    home: Path, service: Service, arguments: list[str], told: str
) -> None:
    result = run(home, "correct", find(service, "一.txt"), *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr


def test_lists_are_asked_for_one_at_a_time(home: Path) -> None:
    for more in (["--corrected"], ["--text", "路"], ["--year", "2024"]):
        assert "一次只能用一种" in run(home, "list", "--doubtful", *more).stderr
    assert json.loads(run(home, "list", "--corrected", "--json").stdout)["replies"] == []


def test_what_was_loaded_says_what_was_not_found_in_it_to_who_can_correct_it(
    tmp_path: Path,
) -> None:
    for name, text in {"杂": "今天天气不错", "函": letter(3)}.items():
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    settings = load_settings(tmp_path / "home", encoder="off")
    with open_service(settings) as service:
        report = service.ingest([tmp_path / "杂.txt", tmp_path / "函.txt"])
        shown = render_report(service, report)
    assert shown.count("没有认出或存疑：") == 1
    assert "标题、发文机关、种类、成文日期。" in shown
    with open_service(settings, Role.READER) as service:
        assert "没有认出" not in render_report(service, report)
