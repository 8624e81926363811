"""The desk: from a proposal to what answers each of its requests, and files of many."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document

from app.access import Role
from app.desk.desk import MOST_REQUESTS
from app.desk.drafting import make_draft, make_sheet
from app.desk.fields import read_fields
from app.desk.files import iter_proposals
from app.desk.many import Wish, answer_many
from app.desk.types import Coverage, Covered
from app.export.draft import Proposal
from app.service import Service, open_service
from app.settings import load_settings
from corpus.errors import InputError
from corpus.filters import ANY, Filters
from corpus.serialise import to_json
from corpus.types import Kind
from tests.test_cli import SAMPLES, read, run
from tools.coverage import cross_validate, judge, read_truth, shares

PROPOSAL = """区政协十四届五次会议提案
提案编号：0231
关于推进旧楼加装电梯的提案
提案人：民建云溪支部

旧楼里的老人上下楼难。为此建议：
一、压缩审批时间。推行一窗受理、联合审查，把办理时限压缩到二十个工作日以内。
二、由政府协调减免加装电梯的管线迁移费用，不再向居民收取。
三、在河面开设皮划艇、桨板项目。
"""
DEPOT = "尽快把望松路油库整体搬迁，释放沿江土地。"
CONTACT = "一楼住户反对加装电梯，受影响的住户怎么补偿？"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("desk") / "home"
    with open_service(load_settings(home, encoder="off")) as service:
        service.ingest([SAMPLES])
    return home


def opened(home: Path, role: Role = Role.ADMINISTRATOR, **given: Any) -> Iterator[Service]:
    with open_service(load_settings(home, encoder="off", **given), role) as service:
        yield service


@pytest.fixture(scope="module")
def service(home: Path) -> Iterator[Service]:
    yield from opened(home)


@pytest.fixture(scope="module")
def visitor(home: Path) -> Iterator[Service]:
    yield from opened(home, Role.READER)


@pytest.fixture(scope="module")
def covered(service: Service) -> Coverage:
    return service.desk.cover(PROPOSAL)


# One proposal


def test_each_request_has_its_own_precedents(covered: Coverage) -> None:
    told = [(each.state, [p.hit.card.doc_number for p in each.passages[:1]]) for each in
            covered.requests]  # fmt: skip
    assert told == [
        ("answered", ["云住建复〔2023〕26号"]),
        ("answered", ["云住建复〔2023〕26号"]),
        ("none", []),
    ]
    assert covered.extent == "partial"
    for each in covered.requests:
        assert PROPOSAL[each.start : each.end] == each.text
        assert each.near


def test_of_one_matter_the_newest_stands_first(covered: Coverage) -> None:
    passages = covered.requests[1].passages
    assert [(p.matter, p.hit.card.date) for p in passages] == [(1, "2023-06-12"), (1, "2021-05-18")]


def test_passages_stand_in_their_replies(covered: Coverage, service: Service) -> None:
    for each in covered.requests:
        for hit in (*(p.hit for p in each.passages), *each.near):
            assert service.show(hit.card.reply_id).text[hit.start : hit.end] == hit.text


def test_what_is_outdated_is_so_whichever_year_is_asked_for(service: Service) -> None:
    request = service.desk.cover(PROPOSAL, filters=Filters(years=(2021, 2021))).requests[0]
    assert request.state == "superseded"
    newer = request.passages[0].newer
    assert newer is not None
    assert (newer.card.doc_number, [c.newer.figure for c in newer.changes]) == (
        "云住建复〔2023〕26号",
        ["15个工作日"],
    )


def test_what_two_replies_state_otherwise_stands_side_by_side(service: Service) -> None:
    asked = "联合审查总时限压缩到多少个工作日，加装电梯每台补贴多少"
    passages = service.desk.cover(asked, [asked], k=10).requests[0].passages
    found = {
        (one.kind, one.text, one.other, service.show(p.hit.card.reply_id).text[one.start : one.end])
        for p in passages
        for one in p.differences
        if one.start is not None
    }
    assert ("figure", "24万元", "20万元", "24万元") in found


def test_filters_hold_for_all_that_is_shown(service: Service) -> None:
    filters = service.resolve(agency=("望湖区",))
    for each in service.desk.cover(PROPOSAL, filters=filters).requests:
        shown = [*(p.hit.card.agency for p in each.passages), *(h.card.agency for h in each.near)]
        assert [agency for agency in shown if "望湖区" not in (agency or "")] == []


def test_requests_are_taken_as_somebody_corrected_them(service: Service) -> None:
    own = "不再向居民收取"
    first, second = service.desk.cover(PROPOSAL, [own, "给独居老人送餐"]).requests
    assert (PROPOSAL[first.start : first.end], first.text) == (own, own)
    assert (second.start, second.end, second.state) == (None, None, "answered")


def test_a_text_that_asks_for_nothing_is_one_request(service: Service) -> None:
    assert [each.text for each in service.desk.split("楼道的灯坏了三个月。\n")] == [
        "楼道的灯坏了三个月。"
    ]
    long = f"关于整治河道的提案\n{'河水很脏。' * 100}"
    assert [each.text for each in service.desk.split(long)] == ["关于整治河道的提案"]


def test_a_greeting_has_no_precedent(service: Service) -> None:
    assert [each.state for each in service.desk.cover("你好").requests] == ["none"]


@pytest.mark.parametrize(
    ("requests", "told"),
    [
        (["  "], "没有要查的内容"),
        (["补贴"] * (MOST_REQUESTS + 1), f"最多 {MOST_REQUESTS} 项"),
        (["补" * 2001], "最多 2,000 字"),
    ],
)
def test_requests_that_cannot_be_looked_for_are_told(
    service: Service, requests: list[str], told: str
) -> None:
    with pytest.raises(InputError, match=told):
        service.desk.cover(PROPOSAL, requests)


def test_coverage_is_json(covered: Coverage) -> None:
    content = json.loads(json.dumps(to_json(covered)))
    assert content["proposal"]["number"] == "0231"
    assert content["requests"][0]["passages"][0]["doc_number"] == "云住建复〔2023〕26号"


# What nobody may see


def test_what_is_not_public_is_nowhere_in_a_visitors_coverage(
    service: Service, visitor: Service, tmp_path: Path
) -> None:
    closed = "云应急函〔2022〕6号"
    assert closed in json.dumps(to_json(service.desk.cover(DEPOT)), ensure_ascii=False)
    (tmp_path / "油库.txt").write_text(DEPOT, "utf-8")
    visitor.desk.answer_many([tmp_path], tmp_path / "out", wish=Wish(markdown=True))
    shown = [json.dumps(to_json(visitor.desk.cover(DEPOT)), ensure_ascii=False)]
    shown += [text for path in (tmp_path / "out").iterdir() for text in _texts(path)]
    assert len(shown) > 10
    assert [text for text in shown if closed in text or "储罐" in text] == []


def test_persons_are_masked_in_all_that_is_written(service: Service, tmp_path: Path) -> None:
    (tmp_path / "来信.txt").write_text(CONTACT, "utf-8")
    service.desk.answer_many([tmp_path], tmp_path / "out", wish=Wish(markdown=True))
    hidden = {
        reply.text[r.start : r.end]
        for reply in service.home.store.replies(service.home.store.reply_ids(ANY)).values()
        for r in reply.redactions
        if r.end - r.start > 2
    }
    shown = "\n".join(text for path in (tmp_path / "out").iterdir() for text in _texts(path))
    assert [words for words in hidden if words in shown] == []


def _texts(path: Path) -> list[str]:
    """Return the texts of a file that was written."""
    if path.suffix == ".md":
        return [path.read_text("utf-8")]
    with zipfile.ZipFile(path) as archive:
        return [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]


# Its own fields


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "政协青桐区第十一届委员会第三次会议提案\n第 0142 号\n案由：关于增设社区食堂的提案\n"
            "提案人：陈晓岚、周建国\n提案内容：……",
            Proposal(
                Kind.PROPOSAL,
                "关于增设社区食堂的提案",
                "0142",
                "政协青桐区第十一届委员会第三次会议",
                ("陈晓岚", "周建国"),
            ),
        ),
        (
            "区十八届人大四次会议代表建议\n| 建议编号 | 58 | 领衔代表 | 李松 |\n"
            "| 建议标题 | 关于延长公交末班车时间的建议 |\n正文",
            Proposal(
                Kind.SUGGESTION,
                "关于延长公交末班车时间的建议",
                "58",
                "区十八届人大四次会议",
                ("李松",),
            ),
        ),
        (
            "关于推进老旧小区\n加装充电桩的提案\n\n一、现状。\n提案者：民建青桐总支",
            Proposal(
                Kind.PROPOSAL, "关于推进老旧小区加装充电桩的提案", proposers=("民建青桐总支",)
            ),
        ),
        (
            "关于修桥的建议\n\n桥面开裂。\n\n建议人：王大力（区人大代表）",
            Proposal(Kind.SUGGESTION, "关于修桥的建议", proposers=("王大力",)),
        ),
        ("案由：我市多层住宅没有电梯，老人下楼难。\n建议装电梯。", Proposal(Kind.PROPOSAL)),
        ("你好，我想问老年卡怎么办？", Proposal(Kind.MESSAGE)),
        (
            "信件标题：关于公园遛狗的问题\n希望管一管。",
            Proposal(Kind.MESSAGE, "关于公园遛狗的问题"),
        ),
    ],
)
def test_a_proposal_says_what_it_is(text: str, wanted: Proposal) -> None:
    assert read_fields(text) == wanted


# Many


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with proposals of several formats, one of them broken."""
    folder = tmp_path / "提案"
    folder.mkdir()
    (folder / "电梯.txt").write_text(PROPOSAL, "utf-8")
    document = Document()
    document.add_paragraph("关于给独居老人送餐的建议")
    document.add_paragraph("建议由社区食堂给高龄、独居老人送餐上门，并给予补贴。")
    document.save(str(folder / "送餐.docx"))
    (folder / "坏的.docx").write_bytes(b"PK\x03\x04 nothing")
    (folder / "清单.xlsx").write_bytes(b"x")
    with zipfile.ZipFile(folder / "包.zip", "w") as archive:
        archive.writestr("甲/电梯.txt", PROPOSAL.replace("0231", "0232"))
        archive.writestr("空.txt", " \n")
    return folder


def test_many_proposals_get_a_draft_and_a_sheet_each(
    service: Service, folder: Path, tmp_path: Path
) -> None:
    told: list[tuple[str, int, int | None]] = []
    out = tmp_path / "out"
    report = service.desk.answer_many(
        [folder], out, lambda *step: told.append(step), Wish(markdown=True)
    )
    extents = {Path(d.source.replace("#", "/")).name: d.extent for d in report.proposals}
    assert extents == {
        "坏的.docx": "failed",
        "清单.xlsx": "failed",
        "送餐.docx": "full",
        "电梯.txt": "partial",
        "空.txt": "failed",
    }
    written = {path.name for path in out.iterdir()}
    assert written == {
        "总览.xlsx",
        *(f"{name}-{kind}" for name in ("电梯", "电梯 (2)", "送餐") for kind in
          ("答复底稿.docx", "先例对照.xlsx", "先例对照.md")),
    }  # fmt: skip
    assert {name for d in report.proposals for name in d.files} == written - {"总览.xlsx"}
    assert told[-1] == ("查先例", len(report.proposals), len(report.proposals))
    assert {d.proposal.number for d in report.proposals if d.proposal} == {"0231", "0232", None}


def test_the_overview_says_who_answered_before_and_what_could_not_be_read(
    service: Service, folder: Path, tmp_path: Path
) -> None:
    service.desk.answer_many([folder], tmp_path / "out")
    sheet = openpyxl.load_workbook(tmp_path / "out" / "总览.xlsx").active
    headings, *rows = [[cell.value or "" for cell in row] for row in sheet.iter_rows()]
    lines = [dict(zip(map(str, headings), map(str, row), strict=True)) for row in rows]
    lift = next(line for line in lines if line["编号"] == "0231")
    assert (lift["情况"], lift["种类"], lift["所提项数"], lift["有先例"], lift["无先例"]) == (
        *("部分有先例", "提案"),
        *("3", "2", "1"),
    )
    assert lift["以前答复过的机关"] == "云桥区住房和城乡建设局"
    assert lift["无先例的各项"] == "在河面开设皮划艇、桨板项目。"
    bad = next(line for line in lines if line["文件"].endswith("清单.xlsx"))
    assert (bad["情况"], bad["没有读出的原因"][:8]) == ("没有读出", "不支持“清单.x")


def test_files_that_are_there_are_not_replaced_unasked(
    service: Service, folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    service.desk.answer_many([folder / "电梯.txt"], out)
    (out / "总览.xlsx").write_bytes(b"mine")
    with pytest.raises(InputError, match=r"已有 3 个同名的文件，如“总览\.xlsx”：.*--overwrite"):
        service.desk.answer_many([folder / "电梯.txt"], out)
    assert (out / "总览.xlsx").read_bytes() == b"mine"
    service.desk.answer_many([folder / "电梯.txt"], out, wish=Wish(overwrite=True))
    assert (out / "总览.xlsx").read_bytes() != b"mine"


def test_what_was_written_is_no_proposal(service: Service, folder: Path) -> None:
    out = folder / "答复"
    first = service.desk.answer_many([folder], out)
    again = service.desk.answer_many([folder], out, wish=Wish(overwrite=True))
    assert [d.source for d in again.proposals] == [d.source for d in first.proposals]
    with pytest.raises(InputError, match="另给一个文件夹"):
        service.desk.answer_many([folder], folder)


def test_a_folder_without_proposals_is_told(service: Service, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="没有找到提案"):
        service.desk.answer_many([tmp_path / "empty"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_one_odd_proposal_does_not_stop_the_rest(tmp_path: Path) -> None:
    def cover(text: str, filters: Filters, seconds: float) -> Coverage:
        if text == "怪":
            raise ZeroDivisionError
        covered = Covered(text, 0, len(text), "none", 0.1, (), ())
        return Coverage(Proposal(Kind.MESSAGE), (covered,))

    for name, text in (("甲.txt", "怪"), ("乙.txt", "路灯坏了。")):
        (tmp_path / name).write_text(text, "utf-8")
    report = answer_many(cover, [tmp_path / "甲.txt", tmp_path / "乙.txt"], tmp_path / "out")
    assert [desked.extent for desked in report.proposals] == ["failed", "none"]


def test_names_in_a_zip_lead_nowhere(service: Service, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "包.zip", "w") as archive:
        archive.writestr("../../外/电梯.txt", PROPOSAL)
        archive.writestr("内\x1b:/电*梯.txt", PROPOSAL)
    service.desk.answer_many([tmp_path / "包.zip"], tmp_path / "out" / "deep")
    written = sorted(path.name for path in (tmp_path / "out" / "deep").iterdir())
    assert written == ["总览.xlsx", "电梯-先例对照.xlsx", "电梯-答复底稿.docx"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "包.zip"]


def test_proposals_come_in_the_order_of_their_files(tmp_path: Path) -> None:
    for n in range(12):
        (tmp_path / f"{n:02}.txt").write_text(f"第{n}件", "utf-8")
    assert [file.text for file in iter_proposals([tmp_path])] == [f"第{n}件" for n in range(12)]


# What is written of it


def test_a_draft_has_what_is_newest_and_tells_what_is_newer(service: Service) -> None:
    old = service.desk.cover(PROPOSAL, filters=Filters(years=(2021, 2021)))
    request = make_draft(old).requests[0]
    assert [hit.card.doc_number for hit in request.passages] == ["云住建〔2021〕18号"]
    assert request.remarks[0].newer.startswith("云桥区住房和城乡建设局：《")
    assert "30个工作日 → 15个工作日" in request.remarks[0].newer


def test_a_sheet_has_all_passages(covered: Coverage) -> None:
    sheet = make_sheet(covered)
    counts = [len(each.passages) for each in covered.requests]
    assert [len(each.passages) for each in sheet.requests] == counts


def test_chosen_passages_stand_in_their_order(covered: Coverage) -> None:
    first, second = (p.hit for p in covered.requests[1].passages)
    draft = make_draft(covered, [(), (second, replace(first, rank=9)), ()])
    assert [len(each.passages) for each in draft.requests] == [0, 2, 0]
    assert draft.requests[1].passages[0] == second


# By command


def test_coverage_by_command(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAFU_ENCODER", "off")
    content = read(home, "coverage", "-", input=PROPOSAL)
    assert [each["state"] for each in content["requests"]] == ["answered", "answered", "none"]
    told = run(home, "coverage", "-", input=PROPOSAL).stdout
    assert "无先例" in told
    assert "云住建复〔2023〕26号" in told


def test_desk_by_command(
    home: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAFU_ENCODER", "off")
    out = str(tmp_path / "out")
    content = read(home, "desk", str(folder), "--out", out)
    assert content["overview"] == "总览.xlsx"
    again = run(home, "desk", str(folder), "--out", out)
    assert (again.exit_code, "--overwrite" in again.stderr) == (2, True)
    told = run(home, "desk", str(folder), "--out", out, "--overwrite").stdout
    assert "部分有先例 2 件" in told
    bad = run(home, "desk", str(folder / "坏的.docx"), "--out", str(tmp_path / "bad"))
    assert (bad.exit_code, "没有读出" in bad.stdout) == (1, True)


# How it is measured


def test_what_is_found_is_held_against_what_somebody_listed(
    service: Service, tmp_path: Path
) -> None:
    first, last = "压缩审批时间。推行一窗受理、联合审查", "在河面开设皮划艇、桨板项目。"
    quote = "联合审查时限由30个工作日压缩至15个工作日"
    listed = [
        {
            "start": PROPOSAL.index(text),
            "end": PROPOSAL.index(text) + len(text),
            "context_start": PROPOSAL.index(text),
            "precedents": [{"quote": quote}] if text == first else [],
        }
        for text in (first, last)
    ]
    (tmp_path / "a.txt").write_text(PROPOSAL, "utf-8")
    (tmp_path / "truth.json").write_text(json.dumps({"a.txt": {"requests": listed}}), "utf-8")
    ((text, requests),) = read_truth(tmp_path)
    whole = "1.000 (1 of 1)"
    assert shares(judge(service, text, requests, found=False)) == (whole,) * 4
    # The first is found with the sentence behind it, and so counts as cut wrongly.
    none = "0.000 (0 of 1)"
    assert shares(judge(service, text, requests, found=True)) == (none, none, whole, none)


def test_a_fit_is_judged_by_texts_that_it_was_not_made_of() -> None:
    sure, unsure = (2.0, 0.9, 1.0), (-3.0, 0.2, 0.1)
    examples = [(n, sure if there else unsure, there) for n in range(16) for there in (True, False)]
    assert cross_validate(examples, 0.5) == (1.0, 1.0)
