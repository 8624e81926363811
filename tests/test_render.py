"""What the page shows: everything that comes from documents is escaped, and marked in its place."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import app.web
from app.access import Role
from app.links import file_name
from app.loading.reports import FileReport, IngestReport
from app.patience import MANY, PROPOSAL
from app.types import (
    Answer,
    Change,
    Citation,
    NewerReply,
    Precedent,
    Quote,
    ReplyCard,
    ReplyView,
    SearchHit,
    Stated,
)
from app.views.figures import Stats
from app.views.listing import Facets, ListedReply, ReplyList, Snippet
from app.web.charts import choose, make_chart, make_years
from app.web.columns import render_preview
from app.web.desk.view import keep_alike, render_precedents
from app.web.examples import iter_questions, make_question
from app.web.facts import list_fields
from app.web.paper import Line, lay_out
from app.web.parts import UNEXPECTED, explain, tell_errors
from app.web.reader import render_reply
from app.web.render import render, render_notice
from app.web.tabs.ask import render_answer, render_welcome
from app.web.tabs.library import render_facets, render_list, render_overview, sort_by
from app.wording import confidence_words
from corpus.bounds import bound_now
from corpus.errors import InputError, UnreadableFile
from corpus.filters import ANY, FILTER_FIELDS, Filters
from corpus.readers.opening import Table
from corpus.readers.recognise import How, Taken
from corpus.store.listing import NEWEST, Column
from corpus.types import Field, FieldName, Passage, PassageRole

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">**粗** $x^2$ ${1+1} {{value}}'
ESCAPED = (
    "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=&#34;alert(2)&#34;&gt;"
    "**粗** $x^2$ ${1+1} {{value}}"
)

TEXT = (
    "云溪区商务委员会\n"
    "关于发展夜间经济的提案的答复\n"
    "李明委员：\n"
    "一、培育夜间消费街区\n"
    "今年建成三处夜市，延长公交运营至二十三时。\n"
    "云溪区商务委员会\n"
    "2021年3月11日"
)
START = TEXT.index("今年建成三处夜市")
END = START + len("今年建成三处夜市")

CARD = ReplyCard(
    reply_id="r1",
    title="关于发展夜间经济的提案的答复",
    matter=None,
    agency="云溪区商务委员会",
    doc_number="云商务〔2021〕9号",
    date="2021-03-11",
    kind="提案答复",
    outcome="A",
    disclosure="主动公开",
    source="/srv/replies/夜间.txt",
)
VIEW = ReplyView(
    card=CARD,
    text=TEXT,
    question="",
    fields=(
        Field(FieldName.AGENCY, "云溪区商务委员会", 0, 8),
        Field(FieldName.TITLE, "关于发展夜间经济的提案的答复", 9, 23),
        Field(FieldName.OUTCOME, "A"),
        Field(FieldName.DATE, "2021-03-11", len(TEXT) - 10, len(TEXT)),
    ),
    passages=(
        Passage("r1", START, START + 20, TEXT[START : START + 20], ("一、培育夜间消费街区",)),
        Passage("r1", START + 21, len(TEXT), TEXT[START + 21 :], (), PassageRole.CLOSING),
    ),
)


def hit(text: str = "今年建成三处夜市", score: float = 0.7) -> SearchHit:
    return SearchHit(1, score, CARD, ("一、培育夜间消费街区",), START, END, text)


def answered(title: str = "关于发展夜间经济的提案的答复", text: str = "建成三处") -> Answer:
    card = replace(CARD, title=title)
    return Answer(
        question="夜市？",
        status="answered",
        confidence=0.824,
        quotes=(Quote(text, "r1", START, END, 1, (title,)),),
        citations=(Citation(1, card, newest=False),),
        nearest=(replace(hit(text), card=card),),
    )


def shown_text(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", page))


def text_of(line: Line) -> str:
    return "".join(piece.text for piece in line.pieces)


def marked_in(line: Line) -> str:
    return "".join(piece.text for piece in line.pieces if piece.marked)


def test_span_is_marked_and_the_text_stays_whole() -> None:
    lines = lay_out(VIEW, START, END)
    assert "\n".join(map(text_of, lines)) == TEXT
    assert list(filter(None, map(marked_in, lines))) == ["今年建成三处夜市"]


def test_span_over_several_lines_is_marked_in_each() -> None:
    start, end = TEXT.index("培育"), TEXT.index("，延长")
    assert list(filter(None, map(marked_in, lay_out(VIEW, start, end)))) == [
        "培育夜间消费街区",
        "今年建成三处夜市",
    ]


@given(st.text(alphabet="甲\n< ", max_size=30), st.integers(-3, 40), st.integers(-3, 40))
def test_no_span_ever_changes_the_text(text: str, start: int, end: int) -> None:
    lines = lay_out(replace(VIEW, text=text, fields=(), passages=()), start, end)
    assert "\n".join(map(text_of, lines)) == text
    marked = "".join(map(marked_in, lines))
    assert marked == text[max(start, 0) : max(end, 0)].replace("\n", "")


def test_lines_are_set_like_a_letter() -> None:
    assert [line.look for line in lay_out(VIEW, -1, -1)] == [
        *("body", "title", "body", "heading", "body", "signature", "signature")
    ]


def test_reader_shows_fields_with_their_names() -> None:
    assert [(fact.label, fact.words) for fact in list_fields(VIEW)] == [
        ("发文机关", "云溪区商务委员会"),
        ("成文日期", "2021年3月11日"),
        ("办理结果", "A 类"),
    ]
    page = render_reply(VIEW, START, END, edits=True)
    assert "<mark>今年建成三处夜市</mark>，延长公交" in page
    assert "/srv/replies/夜间.txt" in page


def test_only_the_owner_sees_paths() -> None:
    page = render_reply(VIEW, START, END, edits=False)
    assert "/srv" not in page
    assert ">夜间.txt</span></dd>" in page


def test_reply_is_escaped() -> None:
    text = f"{HOSTILE}\n{HOSTILE}"
    view = replace(
        VIEW,
        card=replace(CARD, title=HOSTILE, source=f"/srv/{HOSTILE}.txt"),
        text=text,
        question=HOSTILE,
        fields=(Field(FieldName.AGENCY, HOSTILE),),
        passages=(),
    )
    page = render_reply(view, 3, len(HOSTILE) + 5, edits=True)
    assert "<script" not in page
    assert "<img" not in page
    assert HOSTILE in shown_text(page)


def test_answer_is_escaped() -> None:
    page = render_answer(answered(title=HOSTILE, text=HOSTILE))
    assert "<script" not in page
    assert "<img" not in page
    assert page.count(ESCAPED) >= 4


HOSTILE_TABLE = Table(
    place=f"/a/{HOSTILE}",
    names=(HOSTILE,),
    columns={"reply": Taken((HOSTILE,), How.CONTENT)},
    head=({HOSTILE: HOSTILE},),
    items=(),
    said=(UnreadableFile("a", HOSTILE),),
    problem=HOSTILE,
)


@pytest.mark.parametrize(
    "page",
    [
        render_precedents((Precedent(1, 0.9, replace(CARD, title=HOSTILE), (hit(HOSTILE),)),)),
        render_list(
            ReplyList(1, (ListedReply(replace(CARD, title=HOSTILE, agency=HOSTILE)),)), 0, True
        ),
        render(
            "upload",
            report=IngestReport((FileReport(f"/a/{HOSTILE}", "failed", None, HOSTILE),), 0.1),
            own=True,
        ),
        render_notice(HOSTILE),
        render_preview(HOSTILE_TABLE),
    ],
)
def test_tables_and_notices_are_escaped(page: str) -> None:
    assert "<script" not in page
    assert "<img" not in page
    assert "onerror=&#34;alert(2)&#34;" in page


def test_answer_names_confidence_and_older_sources() -> None:
    page = render_answer(answered())
    assert "把握较高 82%" in page
    assert "较早的答复" in page
    assert f'data-reply="r1" data-start="{START}" data-end="{END}"' in page
    assert "“建成三处”——云溪区商务委员会：《关于发展夜间经济的提案的答复》" in html.unescape(page)


def test_what_a_newer_reply_states_stands_beside_what_the_older_one_does() -> None:
    answer = answered()
    newer = NewerReply(
        *(replace(CARD, reply_id="r2", doc_number="云商务〔2023〕2号"), 40, 60, "建成五处。"),
        (Change(Stated("三处", "建成三处", 5, 9), Stated("五处", "<i>建成五处", 40, 47)),),
    )
    page = render_answer(replace(answer, quotes=(replace(answer.quotes[0], newer=newer),)))
    words = shown_text(page)
    assert "较新的见：云溪区商务委员会" in words
    assert "云商务〔2023〕2号" in words
    assert 'data-reply="r1" data-start="5" data-end="9"' in page
    assert 'data-reply="r2" data-start="40" data-end="47"' in page
    assert "建成<b>三处</b>" in page
    assert "&lt;i&gt;建成<b>五处</b>" in page
    assert "较新的见" not in shown_text(render_answer(answer))


def test_abstention_is_said_plainly() -> None:
    page = render_answer(Answer("火星？", "abstained", 0.1, (), (), (hit(),)))
    assert "文库中没有找到能回答的依据" in page
    assert "最接近的段落" in page
    assert "今年建成三处夜市" in page


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        (0.75, "把握较高 75%"),
        (0.5, "把握一般 50%"),
        (0.31, "把握较低 31%，请核对原文"),
    ],
)
def test_confidence_in_words(confidence: float, words: str) -> None:
    assert confidence_words(confidence) == words


def test_replies_that_are_hardly_alike_are_no_precedents() -> None:
    alike = keep_alike((Precedent(1, 0.812, CARD, (hit(),)), Precedent(2, 0.004, CARD, (hit(),))))
    page = render_precedents(alike)
    assert re.findall(r"(?:<1|\d+)%(?=</td>)", html.unescape(page)) == ["81%"]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("/srv/replies/a.docx", "a.docx"),
        ("C:\\答复\\表.xlsx#12", "表.xlsx#12"),
        ("a.txt", "a.txt"),
    ],
)
def test_file_name_of_any_system(source: str, name: str) -> None:
    assert file_name(source) == name


def test_unexpected_errors_are_logged_and_give_nothing_away(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert explain(InputError("问题是空的")) == "问题是空的"
    assert caplog.text == ""
    assert "secret" not in explain(RuntimeError("secret"))
    assert "RuntimeError: secret" in caplog.text


def test_list_has_pages() -> None:
    page = render_list(ReplyList(45, (ListedReply(CARD),)), 1, sees_all=False)
    assert "第 2 / 3 页" in page
    assert 'data-choose="page 0"' in page
    assert 'data-choose="page 2"' in page
    assert "公开属性" not in page


def test_a_chosen_bar_stands_first_and_is_chosen_no_more_by_another_click() -> None:
    filters = choose(ANY, "agencies 丙局")
    assert filters == Filters(agencies=("丙局",))
    chart = make_chart("agencies", (("甲局", 6), ("乙局", 3), ("丙局", 1)), filters, most=2)
    assert [(bar.label, bar.chosen) for bar in chart.bars] == [("丙局", True), ("甲局", False)]
    assert (chart.left_out, chart.left_out_replies) == (1, 3)
    assert choose(filters, chart.bars[0].choice) == ANY
    assert choose(filters, "agencies 甲局") == Filters(agencies=("丙局", "甲局"))


def test_all_years_have_a_column_or_share_one() -> None:
    chart = make_years(((1981, 2), (2024, 4)), ANY)
    assert len(chart.bars) == 44
    assert [bar.label for bar in chart.bars if bar.named][-1] == "2020"
    assert (chart.bars[0].count, chart.bars[1].count, chart.bars[-1].percent) == (2, 0, 100.0)
    assert choose(ANY, chart.bars[-1].choice) == Filters(years=(2024, 2024))
    chart = make_years(((1901, 1), (1981, 2), (2024, 4)), ANY)
    assert [chart.bars[0].label, chart.bars[-1].label] == ["1900–1904", "2020–2024"]
    assert choose(ANY, chart.bars[-1].choice) == Filters(years=(2020, 2024))
    assert sum(bar.count for bar in chart.bars) == 7


@pytest.mark.parametrize("choice", ["", "years", "years a b", "reply_ids x", "years 1 " + "9" * 99])
def test_a_forged_choice_is_refused(choice: str) -> None:
    with pytest.raises(InputError):
        choose(ANY, choice)


def test_a_head_of_a_column_sorts_by_it_and_then_the_other_way() -> None:
    by_agency = sort_by(NEWEST, "agency")
    assert (by_agency.column, by_agency.descending) == (Column.AGENCY, False)
    assert sort_by(by_agency, "agency").descending
    assert sort_by(by_agency, "date") == NEWEST
    with pytest.raises(InputError):
        sort_by(NEWEST, "kind")


def test_a_snippet_is_marked_and_opens_in_its_place() -> None:
    snippet = Snippet(None, f"新增{HOSTILE}护栏", 7, 7 + 4 + len(HOSTILE), ((0, 2),))
    page = render_list(ReplyList(1, (ListedReply(CARD, snippet),)), 0, sees_all=False)
    assert "<mark>新增</mark>" in page
    assert HOSTILE not in page
    assert 'data-start="7" data-end="9"' in page


def stats(replies: int) -> Stats:
    facets: dict[str, tuple[tuple[str, int], ...]] = {}
    if replies:
        facets = {"agencies": (("甲局", 2),), "outcomes": (("A", 1),)}
    years = ((2020, 1), (2021, 1)) if replies else ()
    return Stats("/home/x", replies, 9, 12345, 0, "bundled", 256, 9, 1, facets, years)


def test_overview_counts() -> None:
    page = render_overview(stats(2))
    assert "12,345" in page
    assert "/home/x" not in page


def test_charts_are_those_of_the_list() -> None:
    page = render_facets(Facets({**NO_VALUES, "outcomes": (("A", 1),)}, ((2020, 1),)), ANY)
    assert "A 类" in page
    assert 'data-choose="years 2020 2020"' in page
    assert render_facets(Facets(NO_VALUES, ()), ANY) == ""


NO_VALUES: dict[str, tuple[tuple[str, int], ...]] = dict.fromkeys(FILTER_FIELDS, ())


def test_overview_says_how_far_the_encoder_has_come() -> None:
    assert "语义模型正在读段落：4 / 9 段" in render_overview(replace(stats(2), encoded=4))
    for done in (9, None):
        assert "语义模型" not in render_overview(replace(stats(2), encoded=done))


def test_empty_library_says_what_to_do() -> None:
    assert "文库还是空的" in render_overview(stats(0))
    assert "请管理员用命令 dafu ingest" in render("empty", stats=stats(0), allow_upload=False)
    assert "先到“文库”上传" in render("empty", stats=stats(0), allow_upload=True)
    assert render("empty", stats=stats(1), allow_upload=True) == ""


def test_welcome_offers_questions() -> None:
    page = render_welcome(stats(2), (HOSTILE,))
    assert f'data-choose="{ESCAPED}"' in page
    assert "可以这样问" not in render_welcome(stats(2), ())


def test_matter_stands_before_the_formal_title() -> None:
    card = replace(CARD, title="对区政协第0058号提案的答复", matter="发展夜间经济")
    passage = replace(hit(), card=card)
    pages = (
        render_answer(Answer("夜市？", "abstained", 0.1, (), (), (passage,))),
        render_answer(replace(answered(), citations=(Citation(1, card),))),
        render_precedents((Precedent(1, 0.9, card, (passage,)),)),
        render_list(ReplyList(1, (ListedReply(card),)), 0, sees_all=False),
        render_reply(replace(VIEW, card=card), -1, -1, edits=False),
    )
    for page in pages:
        names = re.findall(">(发展夜间经济|对区政协第0058号提案的答复)<", page)
        assert names == ["发展夜间经济", "对区政协第0058号提案的答复"]


def test_examples_are_questions_of_recent_matters_of_several_agencies() -> None:
    def card(matter: str | None, agency: str | None) -> ReplyCard:
        return replace(CARD, matter=matter, agency=agency, kind="留言答复")

    cards = (
        card("食堂几点开门营业", "甲局"),
        card("路灯什么时候能修", "甲局"),
        card(None, "乙局"),
        card("路灯", "乙局"),
        card("食堂几点开门营业？", "乙局"),
        card("关于加快路灯维修的建议", "乙局"),
        card("长" * 31, None),
        card("没有署名的答复说什么", None),
    )
    assert list(iter_questions(cards)) == [
        "食堂几点开门营业？",
        "加快路灯维修有什么安排？",
        "没有署名的答复说什么？",
    ]


@pytest.mark.parametrize(
    ("kind", "matter", "question"),
    [
        ("留言答复", "公园能不能遛狗？", "公园能不能遛狗？"),
        ("留言答复", "楼下烧烤店油烟扰民", "楼下烧烤店油烟扰民怎么办？"),
        ("留言答复", "感谢民警帮忙找回手机", None),
        ("留言答复", "关于李＊＊何时退费", None),
        ("提案答复", "破解学校周边停车难、畅通接送", "破解学校周边停车难有什么安排？"),
        ("提案答复", "关于在甲乡增设公交站点的提案", "在甲乡增设公交站点有什么安排？"),
        ("提案答复", "垃圾分类工作", None),
        ("代表建议答复", "关于如何加强河道保洁的建议", None),
        ("提案答复", None, None),
    ],
)
def test_a_matter_is_asked_as_a_citizen_would(
    kind: str, matter: str | None, question: str | None
) -> None:
    assert make_question(replace(CARD, kind=kind, matter=matter)) == question


def test_errors_of_a_handler_are_told_where_its_result_would_stand(
    caplog: pytest.LogCaptureFixture,
) -> None:
    @tell_errors()
    def find(text: str) -> str:
        if not text:
            raise InputError("问题是空的")
        return text

    @tell_errors(lambda words: (words, None))
    def load(failing: Exception) -> Iterator[tuple[str, int | None]]:
        yield "正在载入……", 1
        raise failing

    @tell_errors(str, PROPOSAL, lambda files: MANY if len(files) > 1 else PROPOSAL)
    def draft(files: Sequence[str]) -> float:
        bound = bound_now()
        assert bound is not None
        return bound.until - time.monotonic()

    assert draft(["一"]) == pytest.approx(PROPOSAL.seconds_of(Role.ADMINISTRATOR), abs=9)
    assert draft(["一", "二"]) == pytest.approx(MANY.seconds_of(Role.ADMINISTRATOR), abs=9)
    assert find("电梯") == "电梯"
    assert find("") == render_notice("问题是空的", "error")
    assert list(load(InputError("读不出"))) == [("正在载入……", 1), ("读不出", None)]
    assert caplog.text == ""
    assert list(load(RuntimeError("secret"))) == [("正在载入……", 1), (UNEXPECTED, None)]
    assert "RuntimeError: secret" in caplog.text


def test_handlers_hold_no_net_of_their_own() -> None:
    web = Path(app.web.__file__).parent
    nets = [
        path.name for path in web.rglob("*.py") if "except Exception" in path.read_text("utf-8")
    ]
    assert nets == ["parts.py"]
