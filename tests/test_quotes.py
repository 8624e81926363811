"""Quotes: verbatim sentences of substance, the best first, of the kind that is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from corpus.parse import parse_text
from corpus.text.outline import find_sections
from corpus.text.sentences import sentence_spans
from corpus.types import ParsedReply, Passage, PassageRole, Redaction, Secret
from index.answers.expect import expected_by, fulfilment
from index.answers.question import Coverage, Question
from index.answers.quotes import QUOTE_LENGTH, Excerpt, Reading, read_replies
from index.ranking.hits import Hit, RankedReply
from index.text.segment import Segmenter
from tests.fakes import HashEmbedder, parsed_reply, query_of

EMBEDDER = HashEmbedder(dimension=256)


def asked(question: str) -> Question:
    """Ask with terms that weigh the same."""
    vector = EMBEDDER.embed_queries([question])[0]

    def similarity(texts: Sequence[str]) -> NDArray[np.float32]:
        found: NDArray[np.float32] = EMBEDDER.embed_passages(texts) @ vector
        return found

    query = query_of(question, Segmenter().bigrams(question))
    return Question(query, 1.0, expected_by(question), similarity, lambda _: Coverage(0.0, 1.0))


def select(question: str, *found: tuple[ParsedReply, float], count: int = 3) -> list[Excerpt]:
    """Quote from replies, each given with its probability of relevance."""
    return read_found(question, *found).choose(count)


def read_found(question: str, *found: tuple[ParsedReply, float]) -> Reading:
    passages = {parsed.reply.id: substance(parsed) for parsed, _ in found}
    ranked = [
        RankedReply(reply.id, score, (Hit(1, parsed.passages[-1], reply, score, 1.0, 0.5),))
        for parsed, score in found
        if (reply := parsed.reply)
    ]
    return read_replies(asked(question), ranked, passages)


def substance(parsed: ParsedReply) -> tuple[Passage, ...]:
    return tuple(passage for passage in parsed.passages if passage.role is PassageRole.SUBSTANCE)


def quote(question: str, *replies: ParsedReply, count: int = 3) -> list[str]:
    excerpts = select(question, *((reply, 0.5) for reply in replies), count=count)
    return [excerpt.reply.text[excerpt.start : excerpt.end] for excerpt in excerpts]


# What is chosen


def long(sentence: str) -> str:
    """Make a sentence so long that no other is quoted with it."""
    return sentence.removesuffix("。") + "，" + "其余事项另行通知" * 18 + "。"


LIFT = parsed_reply(
    "\n".join(
        [
            ">您提出的加装电梯的提案收悉。",
            "加装电梯由业主自愿申请。",
            "管线迁移由区财政承担一半。",
            "每台电梯补贴二十四万元。",
        ]
    )
)


def test_the_sentence_that_answers_comes_first() -> None:
    assert quote("管线迁移谁承担", LIFT)[0] == "管线迁移由区财政承担一半。"
    assert quote("电梯补贴多少", LIFT)[0] == "每台电梯补贴二十四万元。"


def test_what_a_sentence_is_about_may_stand_in_the_one_before() -> None:
    text = (
        long("村道另有安排。") + long("硬化200户。") + long("旱厕另有安排。") + long("试点200户。")
    )
    assert quote("今年旱厕一共多少户", parsed_reply(text), count=1)[0].startswith("试点200户")


def test_what_a_sentence_is_about_may_stand_in_its_heading() -> None:
    text = "#停车\n" + long("每次收费10元。") + "\n#门票\n" + long("每次收费20元。")
    assert quote("门票收费多少", parsed_reply(text))[0].startswith("每次收费20元")


def test_a_lead_in_is_quoted_after_what_it_leads_to() -> None:
    text = "电梯补贴标准如下：\n电梯补贴标准已下调。"
    assert quote("电梯补贴标准", parsed_reply(text))[0] == "电梯补贴标准已下调。"


def test_openings_are_not_quoted() -> None:
    quotes = quote("加装电梯的提案收悉", LIFT, count=9)
    assert quotes
    assert not any("收悉" in text for text in quotes)


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        ("现将春节放假安排通知如下。", False),
        ("经研究，现就春节放假有关问题答复如下：", False),
        ("春节放假3天，现将安排通知如下。", True),
        ("现将春节放假延长为7天，安排如下：", True),
        ("就业中心春节放假安排，条件如下：", True),
        ("春节放假的具体安排由各单位自定。", True),
    ],
)
def test_what_only_announces_is_not_quoted(said: str, quoted: bool) -> None:
    reply = parsed_reply(
        f"{long('值班电话另行公布。')}\n{said}\n{long('商场照常营业。')}", "/节.txt"
    )
    assert any(said in text for text in quote("春节放假怎么安排", reply)) == quoted


def test_no_more_quotes_are_chosen_than_asked_for() -> None:
    assert len(quote("加装电梯", LIFT, count=1)) == 1
    assert quote("加装电梯", LIFT, count=0) == []
    assert quote("加装电梯") == []


def test_the_reply_that_matches_better_is_quoted_first() -> None:
    other = parsed_reply("加装电梯由业主自愿申请！", "/答复/二.txt")
    first = select("加装电梯由谁申请", (LIFT, 0.7), (other, 0.9))[0]
    assert first.reply is other.reply


def test_what_every_sentence_holds_tells_none_apart() -> None:
    text = "电梯要钱。\n电梯要人。\n电梯要地。\n保修十年。"
    assert quote("电梯的保修", parsed_reply(text))[0] == "保修十年。"


def test_a_quote_takes_in_its_neighbours_in_the_paragraph() -> None:
    text = "区里已经发文。每台电梯补贴二十万元。竣工后拨付。\n另一段说别的。"
    assert quote("电梯补贴", parsed_reply(text), count=1) == [
        "区里已经发文。每台电梯补贴二十万元。竣工后拨付。"
    ]


def test_the_rows_of_a_table_are_quoted_together() -> None:
    table = "楼层 | 分摊系数\n一层 | 0\n三层 | 1.0\n六层 | 1.9"
    text = f"各层的分摊见下表。\n{table}\n另一段说别的。"
    assert quote("电梯六层的分摊系数", parsed_reply(text), count=1) == [table]


def test_a_quote_stops_before_it_grows_too_long() -> None:
    text = long("区里已经发文。") + "电梯补贴二十万元。" + long("竣工后拨付。")
    assert quote("电梯补贴", parsed_reply(text), count=1) == ["电梯补贴二十万元。"]


def filled(sentence: str, length: int) -> str:
    return sentence.removesuffix("。") + "另" * (length - len(sentence)) + "。"


def test_no_sentence_is_quoted_twice_and_a_free_one_joins_its_neighbour() -> None:
    first, last = "电梯补贴二十万元。", "电梯竣工。"
    lengths = (70, 70, 70)
    text = "".join(map(filled, (first, "竣工后拨付。", last), lengths))
    assert quote("电梯补贴", parsed_reply(text)) == [text[:140], text[140:]]
    lengths = (60, 60, 100)
    text = "".join(map(filled, (last, "竣工后拨付。", first), lengths))
    assert quote("电梯补贴", parsed_reply(text)) == [text[120:], text[:120]]


def test_a_heading_adds_nothing_to_what_the_sentence_says_itself() -> None:
    plain, headed = parsed_reply("电梯补贴已定。"), parsed_reply("#电梯补贴\n电梯补贴已定。")
    scores = [select("电梯补贴", (reply, 0.5))[0].score for reply in (plain, headed)]
    assert scores[0] == scores[1]


def test_a_single_long_sentence_is_quoted_whole() -> None:
    sentence = long("电梯补贴二十万元。")
    assert len(sentence) > QUOTE_LENGTH
    text = sentence + long("竣工后拨付。")
    assert quote("电梯补贴", parsed_reply(text), count=1) == [sentence]


def test_headings_are_not_quoted() -> None:
    text = "\n".join(
        [
            "一、完善电梯补贴",
            "区里已经发文。",
            "二、加强电梯补贴管理",
            "（一）电梯补贴的发放",  # in one passage with what follows
            "竣工后拨付。",
            "（二）电梯补贴的监督",
            "年底审计。",
        ]
    )
    quotes = quote("电梯补贴管理", parse_text("/一.txt", text), count=9)
    assert sorted(quotes) == ["区里已经发文。", "年底审计。", "竣工后拨付。"]


def test_personal_data_makes_no_sentence_better() -> None:
    number = "13912345678"
    text = f"施工噪声请拨打{number}举报。\n施工噪声由执法队处理。"
    start = text.index(number)
    hidden = (Redaction(start, start + len(number), Secret.PHONE),)
    reply = parsed_reply(text, redactions=hidden)

    def scores(question: str) -> list[float]:
        return [excerpt.score for excerpt in select(question, (reply, 0.5))]

    assert scores(f"施工噪声{number}") == scores("施工噪声13987654321")


# What kind of answer is asked for


@pytest.mark.parametrize(
    ("question", "answer", "other"),
    [
        ("装电梯补贴多少钱", "每台24万元。", "每台都有电梯补贴。"),
        ("午餐收费标准是什么", "老人每餐12元。", "午餐收费有标准。"),
        ("停车收费吗", "夜间免费。", "停车收费另定。"),
        ("展会什么时候开始", "展会5月8日开始。", "展会开始前布置。"),
        ("办证要几天", "材料齐全5个工作日办结。", "办证需要材料。"),
        ("托管到几点", "延时照看到18时30分。", "2024年起实行延时照看。"),
        ("人行道要留多宽", "净宽不得小于2米。", "净宽应当符合标准，罚款200元。"),
        ("装了几台电梯", "全区已竣工12台。", "全区已竣工3年。"),
        ("公园能带狗进吗", "全园禁止携带犬只入内。", "公园建于湖边。"),
        ("低保怎么申请", "向街道提出申请。", "低保标准已公布。"),
        ("新建停车位有多少个", "共有停车位320个。", "停车位正在新建。"),
        ("办事窗口在哪里", "请到云杉路8号办理。", "办事请带身份证。"),
        ("投诉电话是什么", "请拨打12345。", "投诉请先登记。"),
        ("为什么还没开工", "因为管线没有迁完。", "开工后再通知。"),
    ],
)
def test_a_sentence_of_the_expected_kind_is_preferred(
    question: str, answer: str, other: str
) -> None:
    expected = expected_by(question)
    assert fulfilment(answer, expected) > fulfilment(other, expected)


def test_of_two_alike_sentences_the_one_with_the_sum_is_quoted() -> None:
    text = "电梯补贴由区里发放。\n电梯补贴为24万元。"
    assert quote("电梯补贴多少钱", parsed_reply(text), count=1) == ["电梯补贴为24万元。"]


def test_of_a_question_without_a_known_kind_nothing_is_expected() -> None:
    assert expected_by("养老事业的发展") == ()
    assert fulfilment("每台24万元。", ()) == 0.0


# Properties

CLAUSES = st.text("电梯补贴小区停车一二三", min_size=1, max_size=60)
SENTENCES = st.builds(lambda clause, end: clause + end, CLAUSES, st.sampled_from("。；？！"))
PARAGRAPHS = st.one_of(
    st.builds("".join, st.lists(SENTENCES, min_size=1, max_size=6)),
    st.sampled_from(
        ["一、电梯补贴", "二、停车。", "（一）小区；停车", "1.电梯补贴。小区停车。", "一是停车。"]
    ),
)
TEXTS = st.lists(PARAGRAPHS, min_size=1, max_size=8).map("\n".join)


def covered(excerpt: Excerpt, spans: Iterable[tuple[int, int]]) -> bool:
    """Tell whether all that an excerpt shows lies in these spans."""
    inside = {place for start, end in spans for place in range(start, end)}
    text = excerpt.reply.text
    places = range(excerpt.start, excerpt.end)
    return all(place in inside or text[place].isspace() for place in places)


@settings(max_examples=150)
@given(TEXTS, st.sampled_from(["电梯补贴多少钱", "小区停车", "三"]), st.integers(0, 5))
def test_quotes_are_whole_sentences_of_one_paragraph_each(
    text: str, question: str, count: int
) -> None:
    parsed = parse_text("/一.txt", text)
    passages = substance(parsed)
    excerpts = select(question, (parsed, 0.5), count=count)
    assert len(excerpts) <= count
    sentences = [
        span for p in passages for span in sentence_spans(parsed.reply.text, p.start, p.end)
    ]
    starts, ends = {start for start, _ in sentences}, {end for _, end in sentences}
    headings = {s.heading for s in find_sections(parsed.reply.text) if s.heading_alone}
    for excerpt in excerpts:
        shown = parsed.reply.text[excerpt.start : excerpt.end]
        assert shown == shown.strip() != ""
        assert "\n" not in shown
        assert shown not in headings
        assert excerpt.start in starts
        assert excerpt.end in ends
        assert len(shown) <= QUOTE_LENGTH or (excerpt.start, excerpt.end) in sentences
        assert covered(excerpt, [(p.start, p.end) for p in passages])
        assert excerpt.passage in passages
    assert [e.score for e in excerpts] == sorted((e.score for e in excerpts), reverse=True)
    for one, other in combinations(excerpts, 2):
        assert one.end <= other.start or other.end <= one.start


# What the encoder says of sentences


def weighed(question: str, says: dict[str, float], *replies: ParsedReply) -> list[str]:
    """Return quotes, with an encoder that knows the cosines of sentences by a word of them."""
    found = [(parsed, 0.5) for parsed in replies]
    reading = read_found(question, *found)

    def compare(texts: Sequence[str]) -> NDArray[np.float32]:
        # A sentence, all of which are long, comes with the end of the one before it.
        heads = [text[-160:] for text in texts]
        known = [max((c for w, c in says.items() if w in head), default=0.0) for head in heads]
        return np.array(known, np.float32)

    return [e.reply.text[e.start : e.end] for e in reading.weighed(compare).choose(3)]


def test_the_encoder_prefers_what_says_it_in_other_words() -> None:
    lines = (long("停车收费标准另行公布"), long("夜间八点以后泊位免缴"), long("绿化养护"))
    reply = parsed_reply("\n".join(lines), "/一.txt")
    assert "标准另行公布" in quote("停车收费标准", reply)[0]
    first, second, *_ = weighed("停车收费标准", {"泊位": 0.9, "公布": 0.2}, reply)
    assert "泊位免缴" in first
    assert "标准另行公布" in second


def test_what_the_encoder_was_not_shown_never_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.answers.quotes.LOOKED_AT", 1)
    reply = parsed_reply(f"{long('停车场收费')}\n{long('停车泊位')}", "/一.txt")
    assert "停车场收费" in weighed("停车收费", {"收费": -0.9}, reply)[0]
    assert weighed("停车收费", {}) == []
