"""Questions are looked up as they were probably meant, and are told how; both can be dropped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.service import Service, open_service
from app.settings import load_settings
from index.engine import Engine
from index.text.language.english import is_english, iter_said
from index.text.language.followup import complete
from index.text.language.lexicon import make_lexicon
from index.text.language.spelling import Vocabulary
from index.text.segment import Segmenter

SAMPLES = Path(__file__).resolve().parents[1] / "corpus" / "samples" / "replies"

SEGMENTER = Segmenter()


class Library:
    """Two districts, and names that stand in passages so often."""

    regions = ("云桥区", "望湖区", "澜江市")

    def __init__(self) -> None:
        self.vocabulary = Vocabulary({}, 100, self.count)

    @staticmethod
    def count(pair: str) -> int:
        return {"望月": 8, "王岳": 2, "鹭港": 5, "港镇": 5}.get(pair, 0)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    home = tmp_path_factory.mktemp("words") / "home"
    with open_service(load_settings(home)) as service:
        service.ingest([SAMPLES])
        yield service


@pytest.fixture(scope="module")
def engine(service: Service) -> Iterator[Engine]:
    with service.home.engine() as engine:
        yield engine


# In English


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("How do I apply?", True),
        ("WiFi", False),
        ("怎么连 WiFi in the library", False),
        ("12345 2024", False),
        ("", False),
    ],
)
def test_a_text_without_chinese_is_english(text: str, english: bool) -> None:
    assert is_english(text) is english


def say(text: str) -> list[str]:
    lexicon = make_lexicon("")
    library = Library()
    return [each.text for each in iter_said(text, lexicon, library.regions, library.vocabulary)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "How much is the subsidy for installing elevators in old buildings in Yunqiao?",
            ["多少钱", "补贴", "加装电梯", "老旧小区", "云桥"],
        ),
        ("What's the library's phone number?", ["图书馆", "电话"]),
        ("Are there subsidies for lifts in old estates?", ["有没有", "补贴", "电梯", "老旧小区"]),
        ("parking on our estate", ["停车", "小区"]),
        ("parking on the industrial estate", ["停车", "工业园区"]),
        ("e-bike charging in Wanghu District", ["电动自行车充电", "望湖区"]),
        ("the bus to Wangyue Station", ["公交", "望月站"]),
        ("Zzyzx Road", ["Zzyzx路"]),
        ("please can you", []),
    ],
)
def test_english_words_and_names_are_said_in_chinese(text: str, said: list[str]) -> None:
    assert say(text) == said


def test_own_terms_are_said_first() -> None:
    lexicon = make_lexicon("library → 城市书房")
    library = Library()
    (said,) = iter_said("the library", lexicon, library.regions, library.vocabulary)
    assert said.text == "城市书房"
    assert said.others == ("图书馆", "library")


# After an earlier question

LIFT = "云桥区老房子装电梯，政府现在补多少钱？"


def after(question: str, earlier: str) -> str:
    return complete(question, earlier, SEGMENTER, Library())


@pytest.mark.parametrize(
    ("earlier", "question", "whole"),
    [
        (LIFT, "那望湖区呢？", "望湖区老房子装电梯，政府现在补多少钱？"),
        ("社区食堂几点开门", "望湖那边呢", "望湖社区食堂几点开门"),
        ("怎么办理老年卡", "要带什么材料？", "老年卡，要带什么材料？"),
        ("长护险怎么申请", "那电话是多少", "长护险，电话是多少"),
        ("老年卡怎么办", "60岁可以吗", "老年卡，60岁可以吗"),
        ("云桥的社区食堂几点开门", "望湖什么时候开门", "社区食堂，望湖什么时候开门"),
        ("地铁4号线什么时候通？", "鹭港有站吗", "地铁4号线，鹭港有站吗"),
        ("公租房怎么申请？", "那廉租房呢？", "廉租房怎么申请"),
        ("62路免费坐车要什么条件？", "小学生呢", "小学生，62路免费坐车要什么条件？"),
        ("望湖湿地公园门票多少", "老人有优惠吗", "望湖湿地公园门票，老人有优惠吗"),
        ("图书馆读者证要押金吗", "丢了怎么补", "图书馆读者证，丢了怎么补"),
        ("老年卡怎麼辦理", "要帶什麼材料", "老年卡，要带什么材料"),
    ],
)
def test_what_has_no_matter_takes_the_earlier_one(earlier: str, question: str, whole: str) -> None:
    assert after(question, earlier) == whole


@pytest.mark.parametrize(
    "question",
    [
        "老旧小区加装电梯有补贴吗？",
        "62路几点收班",
        "望湖区的公租房怎么申请",
        "养狗要办证吗",
        "鹭海有站吗",  # a name that the library doesn't have
        "How much is it?",
        "？！",
        "那" + "么" * 40,
    ],
)
def test_what_stands_on_its_own_stays(question: str) -> None:
    assert after(question, LIFT) == question


@pytest.mark.parametrize(
    "said", ["好", "好的，谢谢！", "嗯嗯", "对的", "謝謝", "知道了。", "可以", "不用了", "ok"]
)
def test_what_only_answers_an_answer_asks_nothing_of_the_earlier_question(said: str) -> None:
    assert after(said, LIFT) == said


@pytest.mark.parametrize("question", ["可以吗", "行不行", "好的，要带什么材料？", "对吗？"])
def test_what_asks_in_such_words_still_leans_on_the_earlier_question(question: str) -> None:
    assert after(question, LIFT).endswith(f"老房子装电梯，{question}")


@pytest.mark.parametrize("earlier", ["", " ", "怎么办？", "云桥区呢", "公租房" + "，" * 98])
def test_an_earlier_question_without_a_matter_completes_nothing(earlier: str) -> None:
    assert after("要带什么材料？", earlier) == "要带什么材料？"


# All together


def test_a_misspelt_question_is_told_and_can_be_asked_as_it_was_typed(service: Service) -> None:
    question = "互连网医院慢性病一次能开多久的药"
    answer = service.ask(question)
    assert answer.question == question
    assert [(each.typed, each.read) for each in answer.read_as] == [("互连网医院", "互联网医院")]
    assert service.ask(question, exactly=True).read_as == ()
    assert service.search(question).read_as == answer.read_as
    assert service.search(question, exactly=True).read_as == ()
    assert service.ask("互联网医院慢性病一次能开多久的药").read_as == ()


def test_what_was_typed_counts_as_what_was_meant(engine: Engine) -> None:
    query = engine.retriever.analyse("互连网医院")
    assert query.text == "互连网医院"
    assert query.normalised == "互联网医院"
    assert {each.text for each in query.terms.alternatives["互联"]} >= {"互连网医院"}


def test_a_question_in_english_finds_the_reply(service: Service) -> None:
    question = "How much is the subsidy for installing elevators in old buildings in Yunqiao?"
    answer = service.ask(question)
    assert answer.status == "answered"
    assert "补贴" in answer.quotes[0].text
    assert answer.read_as[0].typed == question
    assert answer.read_as[0].read == "多少钱 补贴 加装电梯 老旧小区 云桥"
    assert service.ask(question, exactly=True).status == "abstained"


def test_a_question_leans_on_the_one_before(service: Service) -> None:
    answer = service.ask("要提早多久取消？", after="社区宝宝屋怎么约？")
    assert (answer.question, answer.completed) == (
        "要提早多久取消？",
        "社区宝宝屋，要提早多久取消？",
    )
    assert any("取消须提前2小时" in quote.text for quote in answer.quotes)
    alone = service.ask("社区宝宝屋怎么约？", after="地铁4号线什么时候通？")
    assert alone.completed is None


def test_what_precedents_are_looked_for_is_not_changed(service: Service) -> None:
    """Nothing would tell that it was."""
    found = service.precedents("互连网医院")
    assert found[0].score < service.precedents("互联网医院")[0].score
