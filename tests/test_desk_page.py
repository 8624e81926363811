"""The desk on the page, without a browser: what it is sent, how it is shown, what it exports."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from docx import Document

from app.desk.types import Coverage, Covered, Covering, Difference
from app.export.draft import Draft, Proposal, Request
from app.service import Service, open_service
from app.settings import load_settings
from app.types import Change, NewerReply, SearchHit, Stated
from app.web.desk.asked import Chosen, Edits, Fields, Matter, Wish, name_fields, read_sent
from app.web.desk.exports import name_file, save_wish
from app.web.desk.looking import look_up
from app.web.desk.many import check_many, is_many, pack_many, render_many
from app.web.desk.view import Laid, Piece, mark_pieces, render_desk
from app.web.following import follow
from app.web.language import ENGLISH, speaking
from corpus.errors import InputError
from corpus.filters import ANY, Filters
from corpus.progress import Progress, say_nothing
from corpus.types import Kind
from tests.cards import CARD
from tests.desks import CARE, LIFT_NEW, MEALS, PROPOSAL, REQUESTS, write_library
from tests.test_render import HOSTILE

OLD, NEW = "每台补贴18万元，一次性拨付。", "每台补贴24万元，一次性拨付。"


def hit(text: str, reply_id: str, date: str) -> SearchHit:
    return SearchHit(1, 0.8, replace(CARD, reply_id=reply_id, date=date), (), 10, 24, text)


NEWEST, OLDER = hit(NEW, "new", "2023-06-08"), hit(OLD, "old", "2021-05-20")
NEAR = hit("助餐点今年新建八处。", "near", "2022-04-02")
NEWER = NewerReply(
    NEWEST.card,
    10,
    24,
    NEW,
    (Change(Stated("18万元", OLD, 10, 24), Stated("24万元", NEW, 10, 24)),),
)
COVERED = Covered(
    "提高补贴",
    *(0, 4, "answered", 0.9),
    (Covering(NEWEST, 1, None, ()), Covering(OLDER, 1, NEWER, ())),
    (NEAR,),
)
SUPERSEDED = replace(COVERED, state="superseded", passages=COVERED.passages[1:])
NONE = Covered("停机坪", 5, 8, "none", 0.01, (), (NEAR,))
LAID = Laid("正文", Coverage(Proposal(Kind.PROPOSAL, "改善居住条件"), (COVERED, NONE)))
FIRST = Draft(LAID.coverage.proposal, (Request("提高补贴", (NEWEST,)), Request("停机坪")))


# What a browser sends


def test_corrected_requests_are_those_that_are_not_blank() -> None:
    sent = '{"requests": [" 提高补贴 ", "", "增设助餐点"], "proposal": {"number": "0231"}}'
    edits = read_sent(Edits, sent)
    assert edits.list_requests() == ["提高补贴", "增设助餐点"]
    assert edits.proposal.make().number == "0231"


@pytest.mark.parametrize(
    ("requests", "told"),
    [
        ([" "], "没有留下要查的诉求"),
        (["甲"] * 41, "诉求有 41 项，最多 40 项"),
        (["甲", "长" * 2001], "第 2 项有 2,001 字，最多 2,000 字"),
    ],
)
def test_too_many_or_too_long_requests_are_refused(requests: list[str], told: str) -> None:
    edits = Edits(requests=requests, proposal=Fields())
    with pytest.raises(InputError, match=told):
        edits.list_requests()


@pytest.mark.parametrize(
    "sent",
    [
        *("", "[]", "{", '{"requests": 1, "proposal": {}}', '{"requests": ["\\ud800"]}'),
        *(None, 3, {"requests": ["甲"] * 201, "proposal": {}}),
        {"requests": [], "proposal": {"kind": "别的"}},
        {"requests": [], "proposal": {"title": "长" * 301}},
    ],
)
def test_what_the_page_does_not_send_is_refused(sent: object) -> None:
    with pytest.raises(InputError, match="没有看懂"):
        read_sent(Edits, sent)


def test_fields_are_shown_and_read_again() -> None:
    proposal = Proposal(Kind.SUGGESTION, "增设助餐点", "12", "区七届二次会议", ("甲", "乙"))
    assert Fields.model_validate(name_fields(proposal)).make() == proposal
    typed = Fields(kind=Matter.PROPOSAL, title=" 《助餐》 ", proposers="甲，乙；丙、")
    assert typed.make() == Proposal(Kind.PROPOSAL, "助餐", None, None, ("甲", "乙", "丙"))


def choose(found: SearchHit, ticked: bool = True) -> Chosen:
    return Chosen(reply=found.card.reply_id, start=found.start, end=found.end, ticked=ticked)


def test_chosen_passages_come_in_their_order_on_the_page() -> None:
    wish = Wish(choice="draft", passages=[[choose(OLDER), choose(NEWEST, False), choose(NEAR)], []])
    assert wish.find(LAID.coverage, ticked=True) == [[OLDER, NEAR], []]
    assert wish.find(LAID.coverage, ticked=False) == [[OLDER, NEWEST, NEAR], []]


@pytest.mark.parametrize("passages", [[], [[]], [[choose(NEAR)], [choose(NEWEST)]]])
def test_what_was_not_found_cannot_be_chosen(passages: list[list[Chosen]]) -> None:
    with pytest.raises(InputError, match="请重新查找后再导出"):
        Wish(choice="draft", passages=passages).find(LAID.coverage, ticked=True)


# What is shown


def test_figures_that_another_states_otherwise_are_marked() -> None:
    assert mark_pieces(NEWEST, [(14, 18)]) == (
        Piece("每台补贴"),
        Piece("24万元", True),
        Piece("，一次性拨付。"),
    )
    assert mark_pieces(NEWEST, [(8, 12), (20, 90), (12, 12)]) == (Piece(NEW),)
    page = render_desk(LAID, FIRST)
    assert '每台补贴<b class="differs">24万元</b>，一次性拨付。' in page
    assert '每台补贴<b class="differs">18万元</b>，一次性拨付。' in page
    assert "同一事项，较早" in page


def test_the_older_one_comes_with_the_newer_and_is_not_ticked() -> None:
    both = Draft(FIRST.proposal, (Request("提高补贴", (NEWEST, OLDER)), Request("停机坪")))
    page = render_desk(LAID, both)
    assert "较新的见：" in page
    assert page.count("data-tick checked") == 1
    assert page.index("data-tick checked") < page.index("18万元")


def test_the_line_on_top_counts_requests_by_what_was_found() -> None:
    assert "2 项诉求，1 项有先例，1 项无先例" in render_desk(LAID, FIRST)
    requests = (SUPERSEDED, NONE, COVERED)
    laid = replace(LAID, coverage=replace(LAID.coverage, requests=requests))
    draft = Draft(FIRST.proposal, tuple(Request(each.text) for each in requests))
    page = render_desk(laid, draft)
    assert "3 项诉求，2 项有先例（其中 1 项只有已被更新的旧答复），1 项无先例" in page
    assert "只有较早的答复" in page
    assert "无先例。文库中没有足以答复此项的段落" in page
    assert "最接近的 1 段，未必切题" in page


def test_outcomes_that_differ_are_said_beside_the_next() -> None:
    differs = Difference("outcome", "A", None, None, "列入计划拟解决", None, None)
    first = replace(COVERED.passages[0], differences=(differs,))
    covered = replace(COVERED, passages=(first, *COVERED.passages[1:]))
    laid = replace(LAID, coverage=replace(LAID.coverage, requests=(covered, NONE)))
    page = render_desk(laid, FIRST)
    assert "比下一段（2021 年）" in page
    assert '<b lang="zh-CN">A 类</b>' in page
    assert '原为 <span lang="zh-CN">列入计划拟解决</span>' in page


def test_a_text_without_requests_is_told_what_to_do() -> None:
    alone = Coverage(Proposal(Kind.MESSAGE), (replace(NONE, text="你好"),))
    page = render_desk(Laid("你好", alone, parted=False), Draft(alone.proposal, (Request("你好"),)))
    assert "没有读出诉求，按全文查找也无先例" in page
    assert "请粘贴写有建议、希望或问题的正文" in page


def test_everything_on_the_desk_is_escaped() -> None:
    bad = replace(hit(HOSTILE, HOSTILE, HOSTILE), card=replace(CARD, title=HOSTILE, agency=HOSTILE))
    covered = Covered(HOSTILE, 0, 1, "answered", 0.5, (Covering(bad, 1, None, ()),), (bad,))
    proposal = Proposal(Kind.PROPOSAL, HOSTILE, HOSTILE, HOSTILE, (HOSTILE,))
    laid = Laid(HOSTILE, Coverage(proposal, (covered,)))
    page = render_desk(laid, Draft(proposal, (Request(HOSTILE, (bad,)),)))
    assert "<script" not in page
    assert "<img" not in page


# What is looked up, and exported


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("desk")
    with open_service(load_settings(folder / "home")) as service:
        service.ingest([write_library(folder / "replies")])
        yield service


def lay(service: Service, text: str, requests: list[str] | None = None) -> Laid:
    *steps, covered, laid = look_up(service, text, ANY, requests)
    assert isinstance(laid, Laid)
    assert covered == replace(laid, whole=None)
    assert not any(isinstance(step, Laid) for step in steps)
    return laid


def test_a_proposal_is_looked_up_request_by_request(service: Service) -> None:
    steps = list(look_up(service, PROPOSAL, ANY))
    assert steps[1:4] == [("正在逐项查找先例", number, 3) for number in range(3)]
    laid = lay(service, PROPOSAL)
    assert laid.parted
    assert [each.text.rstrip("。") for each in laid.coverage.requests] == list(REQUESTS)
    assert [each.state for each in laid.coverage.requests] == ["answered", "answered", "none"]
    assert LIFT_NEW in laid.coverage.requests[0].passages[0].hit.text
    assert laid.whole
    corrected = lay(service, PROPOSAL, ["加装电梯每台补贴多少钱", REQUESTS[2]])
    assert [each.state for each in corrected.coverage.requests] == ["answered", "none"]


def test_a_greeting_finds_nothing(service: Service) -> None:
    laid = lay(service, "你好")
    assert not laid.parted
    assert not laid.whole
    assert [each.state for each in laid.coverage.requests] == ["none"]


def test_an_empty_library_says_so(tmp_path: Path) -> None:
    with (
        open_service(load_settings(tmp_path / "home")) as service,
        pytest.raises(InputError, match="文库还是空的"),
    ):
        lay(service, PROPOSAL)


def test_what_was_chosen_is_what_the_draft_has(service: Service, tmp_path: Path) -> None:
    laid = lay(service, PROPOSAL)
    first, second, third = laid.coverage.requests
    later, sooner = [each.hit for each in first.passages[:2]]
    passages = [[choose(sooner), choose(later)], [choose(second.passages[0].hit, False)], []]
    fields = Fields(kind=Matter.PROPOSAL, title="改善居住条件", number="0231", proposers="林晓舟")
    wish = Wish(choice="draft", passages=passages, proposal=fields)
    path, note = save_wish(service.desk, laid, wish, tmp_path)
    assert note == ""
    assert path.name == "答复底稿：改善居住条件.docx"
    text = "\n".join(paragraph.text for paragraph in Document(str(path)).paragraphs)
    places = [text.index(part.text.split("\n")[-1]) for part in (sooner, later)]
    assert places == sorted(places)
    assert MEALS not in text
    assert "第0231号提案的答复" in text
    assert third.state == "none"


def test_that_a_model_wrote_nothing_is_told_beside_the_draft(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = "语言模型没有写全底稿的过渡语（语言模型服务没有回答），引文照原样列出。"
    monkeypatch.setattr(service.desk, "smooth", lambda draft: replace(draft, unsmoothed=told))
    laid = lay(service, PROPOSAL)
    wish = Wish(choice="draft", passages=[[] for _ in laid.coverage.requests])
    path, note = save_wish(service.desk, laid, wish, tmp_path)
    assert (path.suffix, note) == (".docx", told)
    (tmp_path / "一.txt").write_text(PROPOSAL, encoding="utf-8")
    report = service.desk.answer_many([tmp_path / "一.txt"], tmp_path / "out")
    assert [each.note for each in report.proposals] == [told]
    assert told in render_many(report)
    with speaking(ENGLISH):
        english = render_many(report)
    assert "the quotes stand as they are" in english
    sheet = openpyxl.load_workbook(tmp_path / "out" / report.overview).active
    assert sheet is not None
    assert [row[-1] for row in sheet.values] == ["说明", told]


def test_sheets_have_all_that_was_found(service: Service, tmp_path: Path) -> None:
    laid = lay(service, PROPOSAL)
    passages = [
        [choose(one.hit, False) for one in each.passages] for each in laid.coverage.requests
    ]
    for what in ("sheet", "markdown"):
        wish = read_sent(
            Wish,
            {"choice": what, "passages": [[c.model_dump() for c in each] for each in passages]},
        )
        path, _ = save_wish(service.desk, laid, wish, tmp_path)
        if what == "markdown":
            text = path.read_text(encoding="utf-8")
        else:
            sheet = openpyxl.load_workbook(path).active
            assert sheet is not None
            text = "\n".join(str(cell) for row in sheet.values for cell in row)
        assert MEALS in text
        assert "无先例" in text
    whole, _ = save_wish(service.desk, laid, Wish(choice="whole"), tmp_path)
    assert whole.name == "相近的答复.docx"
    with pytest.raises(InputError, match="请重新查找后再导出"):
        save_wish(service.desk, Laid(), Wish(choice="whole"), tmp_path)


def test_names_of_files_are_fit_for_any_system() -> None:
    title = 'a/b\\c:"<x>|\n《助餐》' + "长" * 60
    named = name_file("答复底稿.docx", Proposal(Kind.PROPOSAL, title))
    assert named == "答复底稿：abcx助餐" + "长" * 34 + ".docx"
    assert name_file("答复底稿.docx", Proposal(Kind.PROPOSAL)) == "答复底稿.docx"


# Many at once


def test_several_files_or_a_zip_are_many(tmp_path: Path) -> None:
    one, packed = tmp_path / "一.txt", tmp_path / "几件.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(3):
            archive.writestr(f"{number}.txt", PROPOSAL)
    assert [is_many([one]), is_many([one, one]), is_many([packed])] == [False, True, True]
    check_many([one, packed], 4)
    with pytest.raises(InputError, match="一次上传了 4 件，最多 3 件"):
        check_many([one, packed], 3)
    with pytest.raises(InputError, match=r"不支持“一\.exe”"):
        check_many([tmp_path / "一.exe"], 3)


def test_many_become_a_zip_and_a_table(service: Service, tmp_path: Path) -> None:
    good, none, bad = tmp_path / "提案.txt", tmp_path / "停机坪.txt", tmp_path / "坏.pdf"
    good.write_text(PROPOSAL, encoding="utf-8")
    none.write_text(f"为此建议：\n{REQUESTS[2]}。\n", encoding="utf-8")
    bad.write_bytes(b"no pdf at all")
    packed = pack_many(service.desk, [good, none, bad], tmp_path, ANY, say_nothing)
    with zipfile.ZipFile(packed.path) as archive:
        names = archive.namelist()
    assert sum(name.endswith(".docx") for name in names) == 2
    page = render_many(packed.report)
    for words in ("3 件，1 件部分有先例，1 件无先例，1 件没有读出", "坏.pdf", "下载底稿"):
        assert words in page


def test_filters_hold_for_many_too(service: Service, tmp_path: Path) -> None:
    path = tmp_path / "提案.txt"
    path.write_text(PROPOSAL, encoding="utf-8")
    filters = Filters(agencies=(CARE,))
    packed = pack_many(service.desk, [path], tmp_path, filters, say_nothing)
    assert [each.agencies for each in packed.report.proposals] == [(CARE,)]


def test_work_is_followed_to_its_result() -> None:
    def work(progress: Progress) -> str:
        progress("读", 1, 2)
        return "好"

    assert list(follow(work))[-1] == "好"


def test_work_that_nobody_follows_stops() -> None:
    told: list[int] = []

    def work(progress: Progress) -> None:
        for number in range(10_000_000):
            told.append(number)
            progress("读", number, None)

    steps = follow(work, to_the_end=False)
    next(steps)
    close: Callable[[], None] = getattr(steps, "close")  # noqa: B009
    close()
    assert len(told) < 10_000_000
