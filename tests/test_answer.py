"""From a question to quotes, or to none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from corpus.filters import Filters
from corpus.store.store import Store
from corpus.text import simplified
from corpus.types import FieldName, PassageRole
from index.answers.answer import QUOTES, REPLIES_READ, Finding, find_answer, quote_replies
from index.answers.confidence import load_confidence
from index.answers.expect import names_no_matter
from index.answers.question import read_question
from index.engine import Engine
from index.models.static import BUNDLED_MODEL, StaticEmbedder
from index.text import segment
from tests.fakes import HashEmbedder, parsed_reply

CONFIDENCE = load_confidence()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    home = tmp_path_factory.mktemp("资料夹")
    with (
        Store.open(home) as store,
        closing(Engine(home, store, HashEmbedder(dimension=256))) as opened,
    ):
        texts = {
            "lift": ">您提出的加装电梯的提案收悉。\n加装电梯由业主自愿申请。\n每台电梯补贴24万元。",
            "canteen": ">收悉。\n社区食堂的午餐每份12元。\n食堂周末照常开门。",
            **{f"lift-{n}": f"第{n}号楼加装电梯已经竣工。" for n in range(12)},
        }
        for id, text in texts.items():
            values = {FieldName.AGENCY: "云桥区民政局" if id == "canteen" else "云桥区住建局"}
            store.put(parsed_reply(text, f"/{id}.txt", id, {**values}), "h")
        opened.indexer.catch_up()
        yield opened


def ask(engine: Engine, question: str, filters: Filters | None = None) -> Finding:
    return find_answer(engine.retriever, CONFIDENCE, question, filters or Filters())


def quotes(finding: Finding) -> list[str]:
    return [e.reply.text[e.start : e.end] for e in finding.excerpts]


def test_the_best_quote_answers(engine: Engine) -> None:
    finding = ask(engine, "社区食堂的午餐多少钱")
    assert quotes(finding)[0] == "社区食堂的午餐每份12元。"
    assert finding.ranked[0].reply_id == "canteen"
    assert 0 < finding.confidence < 1


def test_few_replies_are_read_and_few_sentences_quoted(engine: Engine) -> None:
    finding = ask(engine, "加装电梯")
    assert len(finding.ranked) == 14
    assert 0 < len(finding.excerpts) <= QUOTES
    read = {reply.reply_id for reply in finding.ranked[:REPLIES_READ]}
    assert {excerpt.reply.id for excerpt in finding.excerpts} <= read


def test_only_substance_is_quoted(engine: Engine) -> None:
    finding = ask(engine, "您提出的加装电梯的提案收悉")
    assert finding.excerpts
    assert all(excerpt.passage.role is PassageRole.SUBSTANCE for excerpt in finding.excerpts)


def test_where_nothing_is_found_nothing_is_answered(engine: Engine) -> None:
    for finding in (
        ask(engine, "加装电梯", Filters(agencies=("没有这个局",))),
        ask(engine, "加装电梯", Filters(reply_ids=())),
        ask(engine, "？？"),
    ):
        assert finding.ranked == ()
        assert finding.excerpts == ()
        assert finding.confidence == 0.0


def test_filters_hold_for_quotes(engine: Engine) -> None:
    finding = ask(engine, "加装电梯补贴", Filters(agencies=("云桥区民政局",)))
    assert {excerpt.reply.id for excerpt in finding.excerpts} == {"canteen"}


def test_a_question_about_nothing_here_is_less_sure(engine: Engine) -> None:
    known = ask(engine, "社区食堂的午餐每份多少元")
    unknown = ask(engine, "宠物狗怎么办理登记证")
    assert unknown.confidence < known.confidence


def test_the_name_of_a_place_asks_nothing(engine: Engine) -> None:
    for text in ("云桥区", "云桥区？"):
        assert ask(engine, text).confidence == 0.0
    assert ask(engine, "云桥区食堂").confidence > 0


@pytest.mark.parametrize(
    "question", ["怎么申请？", "需要什么材料", "这个怎么办理啊", "现在还能申请吗"]
)
def test_a_question_of_no_matter_asks_nothing(engine: Engine, question: str) -> None:
    assert ask(engine, question).confidence == 0.0
    assert ask(engine, f"社区食堂{question}").confidence > 0


def test_words_of_questions_over_and_over_are_soon_read() -> None:
    assert not names_no_matter("怎么办" * 10_000 + "路")


def test_a_reply_replaced_since_it_was_found_is_not_quoted(tmp_path: Path) -> None:
    """Its passages now lie elsewhere than in the text that was found."""
    with (
        Store.open(tmp_path) as store,
        closing(Engine(tmp_path, store, HashEmbedder(dimension=256))) as engine,
    ):
        store.put(parsed_reply("每台电梯补贴20万元。", "/一.txt", "lift"), "old")
        store.put(parsed_reply("每台电梯由居民分摊。", "/二.txt", "share"), "old")
        engine.indexer.catch_up()
        retriever = engine.retriever
        question = read_question(retriever.analyse("电梯补贴多少"), retriever.analyser.encoders)
        ranked = retriever.rank_replies(question.query)

        store.put(parsed_reply(">复函\n自2023年起，每台电梯补贴24万元。", "/一.txt", "lift"), "new")
        store.remove(["share"])

        assert {entry.reply_id for entry in ranked} == {"lift", "share"}
        assert quote_replies(retriever, question, ranked) == ()


def test_each_model_embeds_a_question_once(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hashing model embeds passages, the bundled one sentences."""
    counted: list[str] = []
    for kind in (HashEmbedder, StaticEmbedder):
        monkeypatch.setattr(kind, "embed_queries", counting(kind.embed_queries, counted))
    assert quotes(ask(engine, "社区食堂的午餐多少钱"))
    assert counted == ["社区食堂的午餐多少钱"] * 2


def test_a_question_is_normalised_once_and_embedded_once_by_one_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded: list[str] = []
    normalised: list[str] = []
    simplify = simplified.simplify  # the last step of `normalise`

    def simplify_counted(text: str) -> str:
        normalised.append(text)
        return simplify(text)

    with (
        Store.open(tmp_path) as store,
        closing(Engine(tmp_path, store, StaticEmbedder(BUNDLED_MODEL))) as engine,
    ):
        store.put(parsed_reply("社区食堂的午餐每份12元。", id="a"), "h")
        engine.indexer.catch_up()
        counted = counting(StaticEmbedder.embed_queries, embedded)
        monkeypatch.setattr(StaticEmbedder, "embed_queries", counted)
        monkeypatch.setattr(segment, "simplify", simplify_counted)
        assert quotes(ask(engine, "午餐多少钱")) == ["社区食堂的午餐每份12元。"]
    assert embedded == ["午餐多少钱"]
    assert normalised.count("午餐多少钱") == 1


def counting(embed: Callable[..., Any], texts: list[str]) -> Callable[..., Any]:
    """Embed, and note what."""

    def embed_queries(self: object, queries: Sequence[str]) -> Any:
        texts.extend(queries)
        return embed(self, queries)

    return embed_queries


# The newest first


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A district's replies of two years to one matter, the older in the question's own words."""
    home = tmp_path_factory.mktemp("两年")
    with (
        Store.open(home) as store,
        closing(Engine(home, store, HashEmbedder(dimension=256))) as opened,
    ):
        for year, region, text in (
            (2021, "云桥区", "加装电梯补贴标准为每台补贴20万元。"),
            (2023, "云桥区", "经修订，电梯竣工以后每台补贴24万元。\n井道采用透明玻璃。"),
            (2024, "望湖区", "加装电梯补贴标准为每台补贴15万元。"),
        ):
            values = {
                FieldName.AGENCY: f"{region}住房和城乡建设局",
                FieldName.REGION: region,
                FieldName.DATE: f"{year}-05-18",
                FieldName.MATTER_TITLE: "老旧小区加装电梯",
            }
            store.put(parsed_reply(text, f"/{year}.txt", str(year), {**values}), "h")
        opened.indexer.catch_up()
        yield opened


def test_the_newest_position_is_quoted_before_the_older_one(years: Engine) -> None:
    finding = ask(years, "云桥区加装电梯补贴标准是多少")
    first, second = finding.excerpts[:2]
    assert (first.reply.id, second.reply.id) == ("2023", "2021")
    assert first.score < second.score
    assert first.newer is None
    assert second.newer
    assert second.newer.reply.id == "2023"


def test_how_sure_it_is_is_not_changed_by_the_order(
    years: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = "云桥区加装电梯补贴标准是多少"
    ordered = ask(years, question)
    monkeypatch.setattr("index.answers.answer.find_newer", lambda *_: None)
    as_found = ask(years, question)
    assert as_found.excerpts[0].reply.id == "2021"
    assert ordered.confidence == as_found.confidence


def test_who_names_the_older_year_gets_the_older_reply_first(years: Engine) -> None:
    finding = ask(years, "云桥区2021年加装电梯补贴标准是多少")
    assert finding.excerpts[0].reply.id == "2021"
    assert finding.excerpts[0].newer


def test_who_names_the_number_of_the_newest_is_judged_by_it(years: Engine) -> None:
    told = ask(years, "云桥区加装电梯补贴24万元")
    assert told.excerpts[0].reply.id == "2023"
    assert told.confidence > ask(years, "云桥区加装电梯补贴36万元").confidence
    assert told.confidence == ask(years, "云桥区加装电梯补贴二十四万元").confidence


def test_the_newest_position_is_quoted_though_its_reply_is_not_among_the_best(
    years: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.answers.answer.REPLIES_READ", 1)
    question = "云桥区加装电梯补贴标准是多少"
    monkeypatch.setattr("index.answers.quotes.WORTH_QUOTING", 0.0)
    first, second = ask(years, question).excerpts
    assert (first.reply.id, second.reply.id) == ("2023", "2021")
    assert ask(years, "加装电梯补贴标准为每台补贴20万元").excerpts[0].reply.id == "2021"


def test_quotes_stay_few_and_apart_when_one_moves_up(years: Engine) -> None:
    finding = ask(years, "云桥区加装电梯补贴标准是多少")
    assert len(finding.excerpts) <= QUOTES
    spans = [(e.reply.id, e.start, e.end) for e in finding.excerpts]
    assert len(set(spans)) == len(spans)
