"""The one door, on the bundled samples: loading, who sees what, masking, answers, two at a time."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from app.access import Role
from app.loading.reports import IngestReport
from app.service import Service, open_service
from app.settings import load_settings
from corpus.errors import HomeBusy, IndexMismatch, InputError, NotFound
from corpus.filters import Filters
from corpus.serialise import to_json
from corpus.store.store import Store
from corpus.types import PERSONAL_FIELDS, Disclosure, FieldName
from eval.training.adapt import write_model
from index.stores.manifest import write_lock
from tests.fakes import parsed_reply

SAMPLES = Path(__file__).resolve().parents[1] / "corpus" / "samples"
REPLIES = SAMPLES / "replies"

CLOSED = "望府办函〔2023〕30号"  # 不予公开
ON_REQUEST = "云市监函〔2022〕33号"  # 依申请公开


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with all samples, for reading."""
    home = tmp_path_factory.mktemp("样例") / "home"
    with open_service(load_settings(home)) as service:
        assert service.ingest([REPLIES]).count("added") == 71
    return home


@pytest.fixture(scope="module")
def owner(loaded: Path) -> Iterator[Service]:
    with open_service(load_settings(loaded)) as service:
        yield service


@pytest.fixture(scope="module")
def public(loaded: Path) -> Iterator[Service]:
    with open_service(load_settings(loaded), Role.READER) as service:
        yield service


@pytest.fixture(scope="module")
def bare(loaded: Path) -> Iterator[Service]:
    """Shows personal data, and answers however unsure it is."""
    with open_service(load_settings(loaded, redact=False, abstain_below=0.0)) as service:
        yield service


@pytest.fixture
def home(loaded: Path, tmp_path: Path) -> Path:
    """A copy of the loaded home that a test may change."""
    return Path(shutil.copytree(loaded, tmp_path / "home"))


@dataclass(frozen=True, slots=True)
class Question:
    """A sample question; `relevant` holds file names (rows as `file#id`) with quotes of them."""

    text: str
    answerable: bool
    relevant: tuple[tuple[str, str], ...]
    answer: str


@cache
def questions() -> tuple[Question, ...]:
    lines = (SAMPLES / "questions.jsonl").read_text("utf-8").splitlines()
    return tuple(
        Question(
            row["question"],
            row["answerable"],
            tuple((entry["source"], entry["quote"]) for entry in row["relevant"]),
            row.get("answer", ""),
        )
        for row in map(json.loads, lines)
    )


def ids_by_name(service: Service) -> dict[str, str]:
    cards = service.list_replies(limit=500).cards
    return {card.source.rpartition("/")[2]: card.reply_id for card in cards}


def everything(service: Service) -> Iterator[dict[str, Any]]:
    """Yield all that a service says of the samples."""
    for question in questions()[::4]:
        yield to_json(service.search(question.text))
        yield to_json(service.ask(question.text))
        yield from (to_json(p) for p in service.precedents(question.text, k=3))
    listed = service.list_replies(limit=500)
    yield to_json(listed)
    yield from (to_json(service.show(card.reply_id)) for card in listed.cards)
    yield to_json(service.stats())


# Loading


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def statuses(report: IngestReport) -> list[str]:
    return sorted(entry.status for entry in report.files)


PARKING = "云桥区关于夜间停车的答复\n路边泊位夜间免费停放，时间为每晚八点至次日七点。\n"
CANTEEN = "云桥区关于社区食堂的答复\n社区食堂周末照常开放，午餐每份十二元。\n"


def test_loading_the_samples_again_changes_nothing(home: Path) -> None:
    with open_service(load_settings(home)) as service:
        before = service.stats()
        report = service.ingest([REPLIES])
        # 49 files of one reply and 3 tables, not read again
        assert statuses(report) == ["unchanged"] * 52
        assert to_json(report)["unchanged"] == 52
        after = service.stats()
        assert (after.replies, after.passages) == (before.replies, before.passages) == (71, 215)
        assert service.verify().problems == ()


def test_a_changed_file_replaces_its_reply_under_the_same_id(tmp_path: Path) -> None:
    path = write(tmp_path / "一.txt", PARKING)
    with open_service(load_settings(tmp_path / "home")) as service:
        (first,) = service.ingest([path]).files
        write(path, CANTEEN)
        (second,) = service.ingest([path]).files
        assert (first.status, second.status) == ("added", "replaced")
        assert first.reply_id == second.reply_id is not None
        assert "社区食堂" in service.show(second.reply_id).text
        assert all("停车" not in hit.text for hit in service.search("夜间停车").hits)
        assert service.verify().problems == ()


def test_the_same_text_elsewhere_is_a_duplicate_and_shown_once(tmp_path: Path) -> None:
    first = write(tmp_path / "一.txt", PARKING)
    second = write(tmp_path / "二.txt", PARKING)
    with open_service(load_settings(tmp_path / "home")) as service:
        report = service.ingest([first, second])
        assert [entry.status for entry in report.files] == ["added", "duplicate"]
        assert report.files[0].reply_id == report.files[1].reply_id
        assert report.files[1].reason
        assert service.stats().duplicates == 1
        assert len({hit.card.reply_id for hit in service.search("夜间停车").hits}) == 1


def test_bad_files_are_reported_beside_good_ones(tmp_path: Path) -> None:
    folder = tmp_path / "答复"
    folder.mkdir()
    write(folder / "一.txt", PARKING)
    write(folder / "空.txt", " \n")
    write(folder / "坏.docx", "no zip")
    write(folder / "坏.pdf", "no pdf")
    write(folder / "二.txt", CANTEEN)
    with open_service(load_settings(tmp_path / "home")) as service:
        report = service.ingest([folder, tmp_path / "没有.txt"])
        assert statuses(report) == ["added"] * 2 + ["failed"] * 4
        failed = {Path(e.source).name: e.reason for e in report.files if e.status == "failed"}
        assert set(failed) == {"空.txt", "坏.docx", "坏.pdf", "没有.txt"}
        assert all(failed.values())
        assert service.stats().replies == 2


@pytest.mark.slow
def test_a_removed_reply_is_gone_until_its_file_is_loaded_again(home: Path) -> None:
    with open_service(load_settings(home)) as service:
        name = "云商务〔2023〕12号.txt"
        reply_id = ids_by_name(service)[name]
        assert service.remove([reply_id]) == (reply_id,)
        with pytest.raises(NotFound):
            service.show(reply_id)
        assert service.stats().replies == 70
        assert service.verify().problems == ()
        report = service.ingest([REPLIES / name])
        assert [(e.status, e.reply_id) for e in report.files] == [("added", reply_id)]


def test_removing_an_unknown_reply_removes_nothing(home: Path) -> None:
    with open_service(load_settings(home)) as service:
        known = ids_by_name(service)["云商务〔2023〕12号.txt"]
        with pytest.raises(NotFound, match="没有的编号"):
            service.remove([known, "没有的编号"])
        assert service.stats().replies == 71


@pytest.mark.slow
def test_what_a_killed_load_left_unindexed_is_found_after_opening(home: Path) -> None:
    text = "灯会在云杉广场举办，正月十五亮灯。"
    with Store.open(home) as store:  # and then the process is killed
        store.remove(["yq-2024-0722"])
        store.put(parsed_reply(text, id="lantern"), "h")
    with open_service(load_settings(home)) as service:
        assert service.search("灯会").hits[0].text == text
        assert service.verify().problems == ()


# Who sees what


@pytest.mark.slow
def test_the_public_never_meets_replies_that_are_not_public(
    owner: Service, public: Service
) -> None:
    hidden = {
        card.reply_id
        for card in owner.list_replies(limit=500).cards
        if card.disclosure in (Disclosure.ON_REQUEST, Disclosure.CLOSED)
    }
    assert len(hidden) == 4
    titles = [card.title for card in owner.list_replies(limit=500).cards if card.reply_id in hidden]
    for title in titles:
        assert {hit.card.reply_id for hit in owner.search(str(title)).hits} & hidden
        found = public.search(str(title), k=100).hits
        assert found
        assert not {hit.card.reply_id for hit in found} & hidden
        answer = public.ask(str(title))
        shown = [c.card.reply_id for c in answer.citations]
        shown += [hit.card.reply_id for hit in answer.nearest]
        shown += [p.card.reply_id for p in public.precedents(str(title), k=100)]
        assert not set(shown) & hidden
    assert not {card.reply_id for card in public.list_replies(limit=500).cards} & hidden
    assert public.list_replies(text=CLOSED).total == 0
    assert owner.list_replies(text=CLOSED).total == 1
    for reply_id in hidden:
        with pytest.raises(NotFound):
            public.show(reply_id)


def test_the_public_cannot_ask_for_hidden_marks(owner: Service, public: Service) -> None:
    filters = Filters(disclosures=(Disclosure.ON_REQUEST, Disclosure.CLOSED))
    assert owner.search("云桥区", filters).hits
    assert public.search("云桥区", filters).hits == ()
    assert public.list_replies(filters).total == 0
    assert public.ask("云桥区有哪些餐饮店", filters).nearest == ()


def test_what_is_hidden_is_not_counted_either(owner: Service, public: Service) -> None:
    assert (owner.stats().replies, public.stats().replies) == (71, 67)
    marks = dict(public.stats().facets["disclosures"])
    assert marks == {"主动公开": 37, "": 30}
    owned, shown = dict(owner.stats().facets["agencies"]), dict(public.stats().facets["agencies"])
    assert owned["望湖区人民政府办公室"] == 1
    assert "望湖区人民政府办公室" not in shown
    assert sum(count for _, count in public.stats().years) == 67
    assert public.resolve(agency=["望湖区人民政府办公室"]).agencies == ()


def test_a_hidden_id_is_unknown_in_the_same_words(owner: Service, public: Service) -> None:
    hidden = owner.list_replies(text=CLOSED).cards[0].reply_id
    unknown = "0" * len(hidden)
    with pytest.raises(NotFound) as first:
        public.show(hidden)
    with pytest.raises(NotFound) as second:
        public.show(unknown)
    assert str(first.value).replace(hidden, "?") == str(second.value).replace(unknown, "?")
    assert owner.show(hidden).card.doc_number == CLOSED


def test_unmarked_replies_are_served_only_if_the_settings_say_so(loaded: Path) -> None:
    settings = load_settings(loaded, serve_unmarked=False)
    with open_service(settings, Role.READER) as service:
        assert service.stats().replies == 37
        assert dict(service.stats().facets["disclosures"]) == {"主动公开": 37}
        hits = service.search("停车", k=100).hits
        assert {hit.card.disclosure for hit in hits} == {"主动公开"}
        assert {p.card.disclosure for p in service.precedents("停车", k=100)} == {"主动公开"}
        with pytest.raises(NotFound):
            service.show("yq-2024-0722")  # a row without a mark
    with open_service(settings) as service:
        assert service.stats().replies == 71  # the owner sees all


# Personal data


def personal(service: Service) -> dict[str, set[str]]:
    """Return the contact persons and telephone numbers of each reply, but for public hotlines."""
    views = [service.show(card.reply_id) for card in service.list_replies(limit=500).cards]
    return {
        view.card.reply_id: {
            field.value
            for field in view.fields
            if field.name in (FieldName.CONTACT_PERSON, FieldName.CONTACT_PHONE)
            and f"可以拨打{field.value}" not in view.text
        }
        for view in views
    }


def about_replies(said: Any) -> Iterator[tuple[str, str]]:
    """Yield the id and all text of each JSON object about one reply, however deep."""
    if isinstance(said, list):
        for part in said:
            yield from about_replies(part)
    elif isinstance(said, dict):
        if "reply_id" in said:
            yield said["reply_id"], json.dumps(said, ensure_ascii=False)
        for part in said.values():
            yield from about_replies(part)


@pytest.mark.slow
def test_contacts_are_masked_in_all_that_comes_out(owner: Service, bare: Service) -> None:
    secrets = personal(bare)
    assert sum(map(bool, secrets.values())) > 30
    said = list(about_replies(list(everything(owner))))
    assert len(said) > 500
    assert [(id, s) for id, text in said for s in secrets[id] if s in text] == []
    assert any("＊＊＊" in text for _, text in said)


def test_masked_fields_keep_their_places(owner: Service, bare: Service) -> None:
    hidden = offices = 0
    for card in owner.list_replies(limit=500).cards:
        masked, plain = owner.show(card.reply_id), bare.show(card.reply_id)
        assert len(masked.text) == len(plain.text)
        for field, original in zip(masked.fields, plain.fields, strict=True):
            assert (field.start, field.end) == (original.start, original.end)
            stands = masked.text[field.start : field.end]
            if field.name is FieldName.CONTACT_PHONE and stands == original.value:
                assert field.value == stands  # an office's own, in a sentence of its answer
                assert not re.match(r"1[3-9]\d{9}", stands)
                offices += 1
            elif field.name in PERSONAL_FIELDS:
                assert set(field.value) == {"＊"}
                assert set(stands) == {"＊"}
                assert original.value
                hidden += 1
    assert hidden > 50
    assert 0 < offices < 10


def test_contacts_are_shown_where_the_settings_say_so(bare: Service) -> None:
    secrets = personal(bare)
    assert len(secrets) > 20
    for reply_id, found in secrets.items():
        said = json.dumps(to_json(bare.show(reply_id)), ensure_ascii=False)
        assert "＊＊" not in said
        assert all(secret in said for secret in found)


def test_numbers_in_titles_headings_and_questions_are_masked(tmp_path: Path) -> None:
    number = "13912345678"
    text = f"# 关于夜间停车的答复\n\n## 一、联系{number}\n\n夜间停车免费，请联系{number}。\n"
    rows = [{"id": "1", "title": f"停车{number}", "question": f"我是{number}", "reply": "已处理。"}]
    paths = [
        write(tmp_path / "一.md", text),
        write(tmp_path / "二.jsonl", json.dumps(rows[0], ensure_ascii=False)),
    ]
    with open_service(load_settings(tmp_path / "home")) as service:
        assert statuses(service.ingest(paths)) == ["added"] * 2
        said = [
            to_json(service.search("停车"))["hits"],
            [answer := to_json(service.ask("夜间停车免费吗")), answer["nearest"]],
            [to_json(p) for p in service.precedents("夜间停车")],
            to_json(service.list_replies()),
            [to_json(service.show(c.reply_id)) for c in service.list_replies().cards],
            to_json(service.stats()),
        ]
        assert number not in json.dumps(said, ensure_ascii=False)
        # nor does any number's being there show
        assert service.list_replies(text=number).total == 0
        assert service.list_replies(text="停车").total == 2


# What can be checked


def assert_spans_hold(service: Service) -> None:
    texts: dict[str, str] = {}
    count = 0
    for question in questions()[::3]:
        answer = service.ask(question.text)
        hits = [*service.search(question.text).hits, *answer.nearest]
        hits += [hit for p in service.precedents(question.text, k=3) for hit in p.passages]
        spans = [(hit.card.reply_id, hit.start, hit.end, hit.text) for hit in hits]
        spans += [(q.reply_id, q.start, q.end, q.text) for q in answer.quotes]
        for reply_id, start, end, text in spans:
            if reply_id not in texts:
                texts[reply_id] = service.show(reply_id).text
            assert texts[reply_id][start:end] == text != ""
            count += 1
    assert count > 500


@pytest.mark.slow
def test_every_hit_and_quote_stands_where_it_says(owner: Service) -> None:
    assert_spans_hold(owner)


@pytest.mark.slow
def test_so_it_does_where_nothing_is_masked(bare: Service) -> None:
    assert_spans_hold(bare)


def test_quotes_are_numbered_by_their_citations(bare: Service) -> None:
    answer = bare.ask("云桥区老房子装电梯，政府现在补多少钱？")
    assert answer.status == "answered"
    assert [c.number for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    cited = {c.number: c.card.reply_id for c in answer.citations}
    assert [cited[quote.citation] for quote in answer.quotes] == [q.reply_id for q in answer.quotes]
    assert answer.quotes[0].citation == 1
    assert not {hit.card.reply_id for hit in answer.nearest} & set(cited.values())


def test_an_abstention_shows_the_nearest_and_no_quotes(loaded: Path) -> None:
    with open_service(load_settings(loaded, abstain_below=1.0)) as service:
        answer = service.ask("加装电梯补贴多少钱")
        assert answer.status == "abstained"
        assert answer.quotes == ()
        assert answer.citations == ()
        assert len(answer.nearest) == 5
        assert 0 < answer.confidence < 1


def test_nothing_loaded_is_an_abstention(tmp_path: Path) -> None:
    with open_service(load_settings(tmp_path, abstain_below=0.0)) as service:
        answer = service.ask("加装电梯补贴多少钱")
        assert (answer.status, answer.confidence, answer.nearest) == ("abstained", 0.0, ())
        assert service.search("电梯").hits == ()
        assert service.precedents("电梯") == ()
        assert service.stats().replies == 0
        assert service.verify().problems == ()


# How good answers are. Each floor is a little under what was measured when it was set.


@pytest.mark.slow
def test_answers_to_the_sample_questions(bare: Service) -> None:
    ids = ids_by_name(bare)
    texts = {reply_id: bare.show(reply_id).text for reply_id in ids.values()}
    threshold = load_settings(Path("home")).abstain_below
    found = supported = answered = abstained = 0
    for question in questions():
        answer = bare.ask(question.text)
        if not question.answerable:
            abstained += answer.confidence < threshold
            continue
        spans = []
        for name, quote in question.relevant:
            start = texts[ids[name]].index(quote)
            spans.append((ids[name], start, start + len(quote)))
        first = {p.card.reply_id for p in bare.precedents(question.text, k=5)}
        found += bool(first & {reply_id for reply_id, _, _ in spans})
        supported += any(
            question.answer in quote.text
            or any(
                quote.reply_id == reply_id and quote.start < end and start < quote.end
                for reply_id, start, end in spans
            )
            for quote in answer.quotes[:3]
        )
        answered += answer.confidence >= threshold
    assert len(questions()) == 122
    assert found >= 93  # of 100; measured: 96
    assert supported >= 84  # of 100; measured: 88
    assert answered >= 70  # of 100; measured: 77
    assert abstained >= 14  # of 22; measured: 16


# Words of a user


@pytest.mark.parametrize("call", ["search", "ask", "precedents"])
@pytest.mark.parametrize("text", ["", " \n", "\u3000"])
def test_a_blank_query_is_refused(owner: Service, call: str, text: str) -> None:
    with pytest.raises(InputError, match="没有要查的内容"):
        getattr(owner, call)(text)


def test_no_hits_cannot_be_asked_for(owner: Service) -> None:
    with pytest.raises(InputError, match="至少为 1，收到的是 0"):
        owner.search("电梯", k=0)
    with pytest.raises(InputError, match="-1"):
        owner.precedents("电梯", k=-1)


def test_words_become_filters(owner: Service) -> None:
    filters = owner.resolve(agency=["商务委"], region=["云桥"], year="2022-")
    assert filters == Filters(
        agencies=("云桥区商务委员会",), regions=("云桥区",), years=(2022, None)
    )
    assert owner.resolve() == Filters()
    nothing = owner.resolve(agency=["没有这个局"])
    assert nothing.agencies == ()
    assert owner.search("停车", nothing).hits == ()
    assert owner.ask("停车", nothing).nearest == ()
    assert owner.list_replies(nothing).total == 0


# Two at a time


@pytest.mark.slow
def test_a_reader_sees_what_another_commits_without_reopening(home: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "一.txt", "关于灯会的答复\n灯会在云杉广场举办，正月十五亮灯。\n")
    with (
        open_service(load_settings(home)) as writer,
        open_service(load_settings(home), Role.READER) as reader,
    ):
        assert not any("灯会" in hit.text for hit in reader.search("灯会在云杉广场").hits)
        (entry,) = writer.ingest([path]).files
        assert reader.search("灯会在云杉广场").hits[0].card.reply_id == entry.reply_id
        assert reader.ask("灯会在哪里举办").quotes[0].reply_id == entry.reply_id
        write(path, "关于灯会的答复\n灯会今年停办一次，经费转作养护。\n")
        writer.ingest([path])
        assert "停办" in reader.search("灯会").hits[0].text
        assert reader.stats().replies == 68
        writer.remove([str(entry.reply_id)])
        assert not any("灯会" in hit.text for hit in reader.search("灯会").hits)
        writer.rebuild()
        assert reader.search("加装电梯").hits == writer.search("加装电梯").hits != ()


def test_who_comes_second_may_read_but_not_write(home: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "一.txt", PARKING)
    with open_service(load_settings(home)) as service:
        with write_lock(home):
            assert service.search("加装电梯").hits
            assert service.ask("云桥区老房子装电梯，政府现在补多少钱？").nearest
            assert service.list_replies().total == 71
            for refused in (
                lambda: service.ingest([path]),
                lambda: service.remove(["yq-2024-0722"]),
                lambda: service.rebuild(),
            ):
                with pytest.raises(HomeBusy, match="另一个程序正在写入"):
                    refused()
            assert service.stats().replies == 71
        assert service.ingest([path]).count("added") == 1


def tiny_model(folder: Path) -> Path:
    """Write a static model of 2 dimensions."""
    words = {"[UNK]": 0, "停车": 1, "电梯": 2}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    vectors = np.array([[1, 1], [1, 0], [0, 1]], dtype=np.float32)
    write_model(folder, "tiny", tokenizer, vectors)
    return folder


@pytest.mark.slow
def test_another_model_is_refused_until_the_index_is_rebuilt(home: Path, tmp_path: Path) -> None:
    model = str(tiny_model(tmp_path / "tiny"))
    remedy = r"tiny-\w+（2 维）.*dafu rebuild"
    with (
        open_service(load_settings(home)) as bundled,
        open_service(load_settings(home, model=model)) as tiny,
    ):
        assert bundled.search("加装电梯").hits
        for refused in (lambda: tiny.search("电梯"), lambda: tiny.ingest([REPLIES])):
            with pytest.raises(IndexMismatch, match=remedy):
                refused()
        assert tiny.list_replies().total == 71  # the library needs no index
        assert tiny.stats().dimension > 2

        tiny.rebuild()
        assert tiny.search("加装电梯").hits
        assert tiny.verify().problems == ()
        assert tiny.stats().dimension == 2
        for mismatched in (lambda: bundled.search("电梯"), lambda: bundled.ask("电梯")):
            with pytest.raises(IndexMismatch, match=remedy):
                mismatched()

        bundled.rebuild()
        assert bundled.search("加装电梯").hits
        assert bundled.verify().problems == ()


def test_a_question_of_two_halves_gets_quotes_for_both(owner: Service) -> None:
    answer = owner.ask("加装电梯补贴多少？公积金能提取吗？")
    assert answer.status == "answered"
    quoted = [quote.text for quote in answer.quotes]
    assert any("电梯" in text and "补贴" in text for text in quoted)
    assert any("公积金" in text for text in quoted)


def test_two_things_asked_in_one_sentence_get_quotes_for_both(owner: Service) -> None:
    answer = owner.ask("湿地公园要预约吗，能带狗吗")
    assert answer.status == "answered"
    quoted = [quote.text for quote in answer.quotes]
    assert any("预约" in text for text in quoted)
    assert any("犬" in text for text in quoted)
    spans = [(quote.reply_id, quote.start, quote.end) for quote in answer.quotes]
    assert not any(
        one[0] == other[0] and one[1] < other[2] and other[1] < one[2]
        for one, other in combinations(spans, 2)
    )


def test_naming_the_district_or_the_document_answers_no_less(owner: Service) -> None:
    for asked in ("望湖区护理型床位改造每张补多少", "望建函〔2022〕40号里居民怎么分摊费用"):
        answer = owner.ask(asked)
        assert answer.status == "answered", asked
        assert "望湖区" in (answer.citations[0].card.agency or "")


@pytest.mark.parametrize("asked", ["24", "2024", "电" * 2000, "9" * 400 + "元", "好的"])
def test_what_asks_nothing_is_not_answered(owner: Service, asked: str) -> None:
    assert owner.ask(asked).status == "abstained"


def test_courtesies_change_no_answer(owner: Service) -> None:
    plain = owner.ask("加装电梯补贴多少")
    polite = owner.ask("您好，请问一下，加装电梯补贴多少，谢谢！")
    assert (polite.quotes, polite.confidence) == (plain.quotes, plain.confidence)


def test_half_a_surrogate_pair_is_no_trouble(owner: Service) -> None:
    answer = owner.ask("加装电梯补贴多少\ud800")
    assert json.dumps(to_json(answer), ensure_ascii=False).encode("utf-8")


def test_the_service_itself_limits_what_is_asked(owner: Service) -> None:
    with pytest.raises(InputError, match=r"2,001 字，最多 2,000 字"):
        owner.ask("停" * 2001)
    with pytest.raises(InputError, match=r"最多 2,000 字"):
        owner.search("停" * 2001)
    assert owner.precedents("老旧小区停车难。" * 300, k=1)
    with pytest.raises(InputError, match=r"50,001 字，最多 50,000 字"):
        owner.precedents("停" * 50_001)


def test_an_answer_is_remembered_until_anything_changes(tmp_path: Path) -> None:
    with open_service(load_settings(tmp_path)) as service:
        service.ingest([SAMPLES])
        question = "云桥区老房子装电梯，政府现在补多少钱？"
        first = service.ask(question)
        assert service.ask(question).quotes is first.quotes
        quoted = first.quotes[0].reply_id
        service.remove([quoted])
        assert quoted not in {quote.reply_id for quote in service.ask(question).quotes}
