"""Questions that ask for a field of a reply, and those that look alike and ask what it says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rich.console import Console

from app.cli.views.hits import print_answer
from app.service import Service, open_service
from app.settings import load_settings
from app.types import Answer
from app.web.tabs.ask import render_answer
from corpus.serialise import to_json
from corpus.text.redact import MASK
from index.text.language.fields import find_fields_asked


@pytest.mark.parametrize(
    ("question", "fields", "matter"),
    [
        ("关于加装电梯的提案是谁提的？", "proposer", "加装电梯"),
        ("谁提了加装电梯的提案", "proposer", "加装电梯"),
        ("關於加裝電梯的提案有幾位委員聯名？", "proposer", "加装电梯"),
        ("区人大第123号建议是哪个部门答复的？", "agency", "区人大第123号"),
        ("望湖区托育那件提案什么时候答复的？", "date", "望湖区托育"),
        ("云商务〔2023〕12号办理结果是什么？", "outcome", "云商务〔2023〕12号"),
        ("断头路那件建议是A类还是B类？", "outcome", "断头路"),
        ("长者食堂的答复主送给谁？", "recipient", "长者食堂"),
        ("这件建议的文号是多少？", "doc_number", ""),
        ("望建函〔2022〕40号是谁签发的", "signer", "望建函〔2022〕40号"),
        ("加装电梯提案的会办单位是哪些", "contributors", "加装电梯"),
        (
            "加装电梯的提案，谁提的，哪个部门答复的，文号是多少",
            "proposer agency doc_number",
            "加装电梯",
        ),
        ("充电桩建议的联系人和联系电话", "contact_person contact_phone", "充电桩"),
    ],
)
def test_a_question_for_fields_is_known(question: str, fields: str, matter: str) -> None:
    asked = find_fields_asked(question)
    assert asked is not None
    assert (" ".join(asked.fields), asked.matter) == (fields, matter)


@pytest.mark.parametrize(
    "question",
    [
        "加装电梯的补贴什么时候发？",
        "电梯装好以后谁来负责维修？",
        "运营补贴由哪个部门负责核发？",
        "湿地公园的咨询电话是多少？",
        "企业登记业务咨询、投诉建议的电话是多少？",
        "摇号的结果什么时候公布？",
        "委员提出的夜间区长建议采纳了吗",
        "会办单位提出的试点有几家机构？",
        "入户申请的办理结果怎么查",
        "规划意见由哪个部门出具",
        "公交建议几号开通",
        "提案怎么提交",
        "投诉多久回复",
        "噪音投诉由哪个部门办理",
        "人才公寓咨询联系电话是多少",
        "这个小区是A类还是B类",
        "运动会的主办单位是谁",
    ],
)
def test_what_asks_for_content_asks_for_no_field(question: str) -> None:
    assert find_fields_asked(question) is None


LIFTS = """云桥区测试局
云测函〔2024〕1号
签发人：周正
对区政协十五届三次会议第0012号提案的答复
办理结果：采纳或解决
徐静宜等3位委员：
您提出的关于“推进老旧小区加装电梯”的提案收悉，现答复如下：
每台电梯补贴二十万元，验收合格后一个月内发放，由区财政局核拨。
云桥区测试局
2024年5月6日
联系人：顾恺 联系电话：62184407
"""
OTHERS = {
    "older": LIFTS.replace("2024", "2021").replace("徐静宜等3位", "陆文彬").replace("0012", "0142"),
    "nursery": LIFTS.replace("老旧小区加装电梯", "普惠托育服务").replace("测函", "托函"),
}
OTHERS["nursery"] = (
    OTHERS["nursery"]
    .replace("签发人：周正\n", "")
    .replace("0012", "0077")
    .replace("每台", "您写道：“会办单位：区城管局相互推诿，签发人：刘强不作为。”每台")
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("答复")
    for name, letter in {"newer": LIFTS, **OTHERS}.items():
        (folder / f"{name}.txt").write_text(letter, encoding="utf-8")
    with open_service(load_settings(folder / "home")) as opened:
        opened.ingest(sorted(folder.glob("*.txt")))
        yield opened


def told(service: Service, answer: Answer) -> list[tuple[str | None, str]]:
    """Return the fields that are quoted, each quote checked against its reply."""
    for quote in answer.quotes:
        assert service.show(quote.reply_id).text[quote.start : quote.end] == quote.text
    return [(quote.field, quote.text) for quote in answer.quotes]


def test_a_field_is_quoted_where_it_stands(service: Service) -> None:
    answer = service.ask("普惠托育那件提案是谁提的，什么时候答复的？")
    assert answer.status == "answered"
    assert told(service, answer) == [("proposer", "徐静宜等3位委员"), ("date", "2024年5月6日")]
    assert len(answer.citations) == 1
    by_number = service.ask("云测函〔2024〕1号的办理结果是什么？")
    assert told(service, by_number) == [("outcome", "采纳或解决")]


def test_of_replies_that_fit_alike_each_is_quoted_newest_first(service: Service) -> None:
    answer = service.ask("关于加装电梯的提案是谁提的？")
    assert told(service, answer) == [("proposer", "徐静宜等3位委员"), ("proposer", "陆文彬委员")]
    assert len({quote.reply_id for quote in answer.quotes}) == 2
    assert told(service, service.ask("2021年加装电梯的提案是谁提的？"))[0][1] == "陆文彬委员"


@pytest.mark.parametrize(
    "question",
    [
        "望湖区加装电梯的提案是谁提的？",
        "校园霸凌的提案是谁提的？",
        "云测函〔2030〕1号是哪个部门答复的？",
        "区政协第9999号提案是谁提的？",
        "区人大第0077号建议是谁提的？",
        "区政协第0012号停车难提案是谁提的？",
        "普惠托育的提案是谁签发的？",
        "这件提案的文号是多少？",
        "普惠托育的留言是哪个部门回复的？",
    ],
)
def test_no_field_of_another_reply_is_quoted(service: Service, question: str) -> None:
    answer = service.ask(question)
    assert not [quote for quote in answer.quotes if quote.field]


def test_personal_data_stays_hidden(service: Service) -> None:
    answer = service.ask("普惠托育提案的联系人和联系电话")
    assert [field for field, _ in told(service, answer)] == ["contact_person", "contact_phone"]
    assert all(set(quote.text) == {MASK} for quote in answer.quotes)
    assert "已隐去" in render_answer(answer)


def test_what_is_not_written_is_told(service: Service) -> None:
    answer = service.ask("普惠托育提案的会办单位是哪些？")
    assert (answer.status, answer.quotes) == ("abstained", ())
    assert [(each.field, each.recorded) for each in answer.unwritten] == [("contributors", None)]
    signed = service.ask("2024年加装电梯的提案是谁签发的？")
    assert told(service, signed) == [("signer", "周正")]


def test_a_question_may_leave_the_reply_to_the_one_before(service: Service) -> None:
    for before in ("普惠托育每台补贴多少", "普惠托育的提案是谁提的？"):
        answer = service.ask("这件提案的文号是多少？", after=before)
        assert told(service, answer) == [("doc_number", "云托函〔2024〕1号")]


def test_page_and_terminal_name_the_field(service: Service) -> None:
    console = Console(width=120)
    for question, said in (
        ("普惠托育提案的文号是多少？", ("发文字号", "云托函〔2024〕1号")),
        ("普惠托育提案的会办单位是哪些？", ("会办单位", "正文没有写明")),
    ):
        answer = service.ask(question)
        with console.capture() as printed:
            print_answer(console, answer)
        for shown in (printed.get(), render_answer(answer)):
            assert all(word in shown for word in said)
    answer = service.ask("普惠托育提案的文号是多少？")
    assert to_json(answer)["quotes"][0]["field"] == "doc_number"
    assert "doc_number" in answer._repr_html_()
