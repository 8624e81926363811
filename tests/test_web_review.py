"""Correcting fields on the owner's page; the public's has none of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.access import Role
from app.keeping.review import ReviewedReply, ReviewList
from app.service import Service, open_service
from app.settings import load_settings
from app.types import ReplyView
from app.web import Page, serve
from app.web.facts import Attempt, list_all
from app.web.paper import lay_out
from app.web.reader import render_reply
from app.web.tabs.doubts import render_doubts
from corpus.types import Correction, Field, FieldName
from tests.browsing import Visits, go_to, program_of, scrolls_sideways
from tests.test_render import CARD, HOSTILE, VIEW
from tests.test_web_routes import Caller

LETTER = """云桥区水务局
云水函〔2024〕7号
关于修缮青石路排水管的答复
公开属性：不予公开
李明委员：
您提出的关于青石路积水的提案收悉，现答复如下：
一、青石路排水管今年修缮，长三百米。
联系人：王小明，电话：6655 7788
云桥区水务局
2024年5月6日
"""
BARE = "今年在绿萝路口加装护栏，预计十月完工。"


# What is rendered


def test_fields_are_marked_in_the_text_with_their_names() -> None:
    fields = (
        Field(FieldName.AGENCY, "云溪区商务委员会", 0, 8),
        Field(FieldName.REGION, "云溪区", 0, 3),
        Field(FieldName.RECIPIENT, "李明委员", 24, 28),
        Field(FieldName.KIND, "提案答复"),
    )
    agency, title, recipient, *_ = lay_out(VIEW, 2, 5, fields)
    assert [(p.text, p.marked, p.fields) for p in agency.pieces] == [
        ("云溪", False, (0, 1)),
        ("区", True, (0, 1)),
        ("商务", True, (0,)),
        ("委员会", False, (0,)),
    ]
    assert [p.names for p in agency.pieces] == [
        (FieldName.AGENCY, FieldName.REGION),
        *((), (), ()),
    ]
    assert [p.fields for p in title.pieces] == [()]
    assert [(p.text, p.fields) for p in recipient.pieces] == [("李明委员", (2,)), ("：", ())]


def test_a_field_over_two_lines_is_marked_in_both() -> None:
    lines = lay_out(VIEW, -1, -1, (Field(FieldName.TITLE, "两行", 4, 12),))
    marked = [[piece.text for piece in line.pieces if piece.fields] for line in lines[:3]]
    assert marked == [["务委员会"], ["关于发"], []]


def test_only_the_owner_sees_where_fields_were_found_and_can_correct_them() -> None:
    page = render_reply(VIEW, -1, -1, edits=True)
    assert 'data-fields="0" data-names="发文机关"' in page
    assert "data-edit" in page
    public = render_reply(VIEW, -1, -1, edits=False)
    for word in ("data-fields", "data-edit", "data-review", "fact", "更正", "核对", "form"):
        assert word not in public


def test_a_row_says_whence_a_value_is_and_what_was_corrected() -> None:
    at = "2024-06-01T08:00:00+00:00"
    view = ReplyView(
        card=CARD,
        text="甲",
        question="",
        fields=(
            Field(FieldName.TITLE, "甲", 0, 1),
            Field(FieldName.DATE, "2024-05-06", origin="column:答复时间"),
            Field(FieldName.KIND, "其他", origin="default"),
            Field(FieldName.AGENCY, "乙局", origin=f"corrected:{at}"),
            Field(FieldName.CONTACT_PERSON, "＊＊", 0, 1),
        ),
        passages=(),
        corrections=(
            Correction(FieldName.AGENCY, ("乙局",), ("丙局",), at, "x"),
            Correction(FieldName.SESSION, (), (), at, "x"),
            Correction(FieldName.ROLE, ("主办",), (), at, "x", holds=False),
        ),
        doubts=(FieldName.KIND, FieldName.ROLE),
    )
    attempt = Attempt(FieldName.DATE, ("昨",), "不行")
    facts = {fact.name: fact for fact in list_all(view, attempt)}
    notes = {name.value: fact.note for name, fact in facts.items() if fact.wanted}
    assert notes == {
        "title": "",
        "date": "取自表格的“答复时间”一列",
        "kind": "正文没有写明",
        "agency": "2024-06-01 更正，原识别为 丙局",
        "session": "2024-06-01 核对，确无此项",
        "role": "2024-06-01 曾更正为 主办，正文已变动，更正失效",
        "contact_person": "",
    }
    assert facts[FieldName.CONTACT_PERSON].written == ()
    assert facts[FieldName.DATE].written == ("昨",)
    page = render_reply(view, -1, -1, edits=True, attempt=attempt)
    assert '<p class="fact-problem" role="alert">不行</p>' in page
    assert "更正失效" in page


def test_what_stands_in_rows_and_boxes_is_escaped() -> None:
    view = ReplyView(
        card=CARD,
        text=HOSTILE,
        question="",
        fields=(Field(FieldName.AGENCY, HOSTILE, 0, 9), Field(FieldName.TITLE, HOSTILE)),
        passages=(),
        corrections=(Correction(FieldName.AGENCY, (HOSTILE,), (HOSTILE,), "2024-05-01", "x"),),
    )
    pages = [
        render_reply(view, 3, 6, True, Attempt(FieldName.TITLE, (HOSTILE,), HOSTILE)),
        render_doubts(ReviewList(0, 1, 1, (reviewed(HOSTILE),)), "doubtful", 0),
    ]
    for page in pages:
        assert "<script" not in page
        assert "<img" not in page


def reviewed(title: str) -> ReviewedReply:
    card = replace(CARD, title=title, source=f"/srv/{title}.txt")
    return ReviewedReply(card, (FieldName.AGENCY, FieldName.DATE), ())


# The page


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "一.txt").write_text(LETTER, "utf-8")
    (folder / "二.txt").write_text(BARE, "utf-8")
    with open_service(load_settings(tmp_path / "home")) as service:
        service.ingest([folder])
        yield service


@pytest.mark.slow
def test_doubtful_replies_are_looked_at_one_by_one(service: Service, visits: Visits) -> None:
    with visits.serving(service) as page:
        tab = visits.open(page)
        go_to(tab, "文库")
        tab.get_by_text("待核对（已核对 0 / 1）").click()
        rows = tab.locator("table.doubts tbody tr")
        rows.first.wait_for()
        assert rows.count() == 1
        badges = rows.first.locator(".badge").all_inner_texts()
        assert badges == ["标题", "发文机关", "种类", "成文日期"]
        rows.first.click()
        tab.locator(".reader.reviewing").wait_for()

        def row(name: str) -> str:
            return f".fact[data-field={name}]"

        for name in ("title", "date"):
            tab.locator(row(name)).get_by_text("确无此项").click()
            tab.locator(f"{row(name)}.corrected:not(.doubtful)").wait_for()
        agency = tab.locator(row("agency"))
        agency.get_by_text("补上").click()
        agency.locator("textarea").fill("云桥区公安局\n云桥区水务局")
        agency.get_by_text("保存").click()
        agency.get_by_text("云桥区公安局、云桥区水务局").wait_for()
        assert tab.locator(row("region")).get_by_text("云桥区").first.is_visible()
        kind = tab.locator(row("kind"))
        kind.get_by_text("更正", exact=True).click()
        kind.locator("select").select_option("留言答复")
        kind.get_by_text("保存").click()
        tab.get_by_text("待核对（已核对 1 / 1）").wait_for()
        tab.locator("#stage").get_by_text("没有待核对的答复").wait_for()
        tab.locator("[data-next]").click()
        tab.get_by_role("button", name="没有别的待核对了").wait_for()
        assert tab.locator("[data-review]").inner_text() == "核对字段"
        tab.get_by_role("button", name="更正过的").click()
        rows.first.wait_for()
        kind.get_by_text("撤销更正").click()
        tab.get_by_text("待核对（已核对 0 / 1）").wait_for()
    (found,) = service.review.list_replies().replies
    assert found.card.agency == "云桥区公安局、云桥区水务局"
    assert found.doubts == (FieldName.KIND,)


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_one_goes_from_one_doubtful_reply_to_the_next(
    service: Service, visits: Visits, tmp_path: Path, size: tuple[int, int]
) -> None:
    more = tmp_path / "三.txt"
    more.write_text("紫藤路的路灯年底前修好。", "utf-8")
    service.ingest([more])
    with visits.serving(service) as page:
        tab = visits.open(page, *size)
        go_to(tab, "文库")
        tab.get_by_text("待核对（已核对 0 / 2）").click()
        tab.locator("table.doubts").wait_for()
        first, second = (
            row.get_attribute("data-reply") or ""
            for row in tab.locator("table.doubts tbody tr").all()
        )
        tab.locator("table.doubts tbody tr").first.click()
        for reply in (first, second, first):
            tab.locator(f".reader.reviewing[data-reply='{reply}']").wait_for()
            tab.locator("[data-next]").click()
        tab.locator(f".reader.reviewing[data-reply='{second}']").wait_for()


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_a_field_is_found_in_the_letter_and_corrected_in_its_place(
    service: Service, visits: Visits, size: tuple[int, int]
) -> None:
    with visits.serving(service) as page:
        tab = visits.open(page, *size)
        go_to(tab, "文库")
        tab.locator("table.library tbody tr", has_text="青石路").first.click()
        number = tab.locator(".fact[data-field=doc_number]")
        number.locator("[data-find]").click()
        lit = tab.locator(".paper .lit")
        assert lit.all_text_contents() == ["云水函〔2024〕7号"]
        assert lit.get_attribute("data-names") == "发文字号"
        assert tab.locator(".fact-edit:visible, .fact-tools:visible").count() == 0
        tab.locator("[data-review]").click()
        tab.locator(".paper .found", has_text="不予公开").click()
        assert tab.locator(".fact.chosen").get_attribute("data-field") == "disclosure"
        number.locator("[data-edit]").click()
        number.locator("input").fill("第七号")
        tab.keyboard.press("Enter")
        number.locator(".fact-problem").wait_for()
        assert "发文字号读不懂：第七号" in number.inner_text()
        assert number.locator("input").input_value() == "第七号"
        assert number.locator("input").evaluate("box => box === document.activeElement")
        number.locator("input").fill("云水函[2024]8号")
        tab.keyboard.press("Enter")
        number.get_by_text("已更正").wait_for()
        assert "云水函〔2024〕8号" in number.inner_text()
        assert "原识别为 云水函〔2024〕7号" in number.inner_text()
        phone = tab.locator(".fact[data-field=contact_phone]")
        phone.locator("[data-edit]").click()
        assert phone.locator("textarea").input_value() == ""
        tab.keyboard.press("Escape")
        assert phone.locator("textarea").is_hidden()
        assert tab.locator(".reader").is_visible()
        tab.locator("[data-add]").select_option("session")
        session = tab.locator(".fact[data-field=session]")
        session.get_by_text("保存").click()
        session.get_by_text("还没有填").wait_for()
        assert not scrolls_sideways(tab)


@pytest.mark.slow
def test_opening_a_reply_shows_it_to_the_public(service: Service, visits: Visits) -> None:
    public = Service(service.home, Role.READER)
    assert [card.doc_number for card in public.list_replies().cards] == [None]
    with visits.serving(service) as page:
        tab = visits.open(page)
        go_to(tab, "文库")
        tab.locator("table.library tbody tr", has_text="青石路").first.click()
        tab.locator("[data-review]").click()
        mark = tab.locator(".fact[data-field=disclosure]")
        mark.locator("[data-edit]").click()
        mark.locator("select").select_option("主动公开")
        mark.get_by_text("保存").click()
        mark.get_by_text("已更正").wait_for()
        tab.locator("table.library td", has_text="主动公开").wait_for()
    assert "云水函〔2024〕7号" in [card.doc_number for card in public.list_replies().cards]


@pytest.fixture
def public_page(service: Service) -> Iterator[Page]:
    page = serve(Service(service.home, Role.READER))
    yield page
    page.close()


@pytest.mark.slow
def test_the_public_has_no_way_to_correct(service: Service, public_page: Page) -> None:
    """Every call that a browser could send is sent, whether the page has a button for it or not."""
    (bare,) = Service(service.home, Role.READER).list_replies().cards
    before = service.show(bare.reply_id)
    wish = {"reply": bare.reply_id, "start": -1, "end": -1, "field": "title", "values": ["改"]}
    with program_of(public_page.address) as client:
        config = client.get("/config").json()
        for word in ("doubts", "data-review", "dafuReview", "待核对"):
            assert word not in str(config)
        events = {target[1] for each in config["dependencies"] for target in each["targets"]}
        assert "edit" not in events
        for number, each in enumerate(config["dependencies"]):
            body = {
                "fn_index": each["id"],
                "data": [None] * len(each["inputs"]),
                "event_data": {**wish, "action": "save", "choice": "corrected:0"},
                "session_hash": f"forged{number}",
            }
            client.post("/gradio_api/queue/join", json=body)
            answer = Caller(public_page, client).read(f"forged{number}")
            assert "data-edit" not in answer
            assert "data-fields" not in answer
    assert service.show(bare.reply_id) == before
