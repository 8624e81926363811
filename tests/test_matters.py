"""Which replies are to one matter, what has changed from one to the next, and what contradicts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from app.access import Role
from app.audit import Action
from app.export.sheets import MATTER_COLUMNS
from app.service import Service, open_service
from app.settings import load_settings
from app.views.matters import MatterHistory
from app.web.matter import make_plot, render_matter
from corpus.errors import NotFound
from corpus.types import FieldName, ParsedReply
from index.answers.conflicts import find_conflicts
from index.answers.history import name_districts
from index.answers.matter import SAME_MATTER, Quoted, find_likeness, share_ground, sites_in
from index.models.static import BUNDLED_MODEL, StaticEmbedder
from tests.fakes import parsed_reply
from tests.test_cli import read, run
from tools.make_samples import REPLIES
from tools.matters import (
    CHANGED,
    LABELS,
    Changed,
    Found,
    count,
    count_changed,
    find,
    find_changed,
    names_of,
)
from tools.newest import PAIRED_REPLIES, load_lines

EMBED = StaticEmbedder(BUNDLED_MODEL).embed_passages
LIFT = "既有多层住宅加装电梯"


def reply(
    text: str,
    title: str = LIFT,
    agency: str = "云桥区住房和城乡建设局",
    region: str = "云桥区",
    date: str = "2023-05-18",
) -> ParsedReply:
    values = {
        FieldName.AGENCY: agency,
        FieldName.REGION: region,
        FieldName.DATE: date,
        FieldName.MATTER_TITLE: title,
    }
    return parsed_reply(text, f"/{agency}/{date}/{title}/{text[:9]}.txt", values=values)


def spans(parsed: ParsedReply) -> list[Quoted]:
    return [Quoted(parsed.reply, each, each.start, each.end) for each in parsed.passages]


def likeness(one: ParsedReply, other: ParsedReply) -> float:
    return find_likeness(spans(one), spans(other), EMBED)


def contradictions(one: ParsedReply, other: ParsedReply) -> list[tuple[str, str]]:
    found = find_conflicts(spans(one), spans(other), EMBED)
    return [(c.one.text[slice(*c.ours)], c.other.text[slice(*c.theirs)]) for c in found]


# The same matter

PAID = "每台电梯由区财政补贴20万元，竣工验收后拨付。"


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (reply("每台电梯由区财政补贴24万元。", "提高老旧小区加装电梯补贴"), True),
        (reply("每台补贴18万元。", "加装电梯补贴多少", "望湖区住建局", "望湖区"), True),
        (reply("电梯每年检验一次，由业主委托。", "小区电梯多久检验一次"), False),
        (reply("每个车位补贴2000元。", "缓解老旧小区停车难"), False),
        (reply("本周已签约。", "映水花园加装电梯"), False),
    ],
    ids=["of a later year", "of another district", "another about lifts", "another", "of one site"],
)
def test_replies_to_one_matter(other: ParsedReply, same: bool) -> None:
    assert (likeness(reply(PAID), other) >= SAME_MATTER) is same


def test_a_kind_of_place_is_no_place() -> None:
    assert sites_in("老旧小区快递进村，改造步行街、农贸市场和断头路") == set()
    assert sites_in("映水花园和望松路的积水") == {"映水花园", "望松路"}


def test_two_districts_of_one_name_are_told_apart() -> None:
    three = [
        reply(PAID, agency="江州市鼓台区住建局", region="鼓台区").reply,
        reply(PAID, agency="南浦市鼓台区住建局", region="鼓台区").reply,
        reply(PAID, agency="澜江市云桥区住建局").reply,
        reply(PAID).reply,
    ]
    assert name_districts(three) == ["江州市鼓台区", "南浦市鼓台区", "云桥区", "云桥区"]


# Contradictions

STREET = "云桥区柳荫街道办事处"
FEE = "申请加装电梯的居民应当在竣工验收后30日内提交拨付申请。"


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (FEE, "申请加装电梯的居民应当在竣工验收后60日内提交拨付申请。"),
        ("加装电梯的财政补贴每台20万元。", "加装电梯的财政补贴为每台24万元。"),
        ("一楼住户可以领取加装电梯补偿。", "一楼住户不可以领取加装电梯补偿。"),
    ],
    ids=["a term", "a sum", "a no"],
)
def test_what_a_district_and_its_street_say_otherwise(ours: str, theirs: str) -> None:
    one, other = reply(ours), reply(theirs, agency=STREET, date="2023-08-01")
    assert contradictions(one, other) == [(ours, theirs)]
    assert contradictions(other, one) == [(ours, theirs)]


@pytest.mark.parametrize(
    "other",
    [
        reply(FEE, agency=STREET),
        reply(FEE.replace("30", "60"), date="2023-08-01"),
        reply(FEE.replace("30", "60"), agency=STREET, date="2025-08-01"),
        reply(FEE.replace("在竣工验收后30日", "自8月起在竣工后60日"), agency=STREET),
        reply(FEE.replace("30日", "由30日延长到60日"), agency=STREET, date="2023-08-01"),
        reply(FEE.replace("30", "60"), agency="望湖区苇湾街道办事处", region="望湖区"),
        reply("目前已有60台加装电梯的居民提交拨付申请。", agency=STREET),
        reply(FEE.replace("居民", "柳荫路居民").replace("30", "60"), agency=STREET),
        reply("申请加装电梯的居民每月报送一次进度，连续60日。", agency=STREET),
    ],
    ids=[
        *("the same", "one body", "years later", "a new rule", "a longer term"),
        *("another district", "a count", "of one site", "another thing"),
    ],
)
def test_no_contradiction(other: ParsedReply) -> None:
    assert contradictions(reply(FEE), other) == []


def test_whose_words_hold_in_one_place() -> None:
    city = reply(PAID, agency="澜江市住建局", region="澜江市").reply
    below = reply(PAID, agency="澜江市云桥区住建局").reply
    own, street = reply(PAID, agency="云桥区住建局").reply, reply(PAID, agency=STREET).reply
    health = reply(PAID, agency="澜江市卫生健康委员会", region="澜江市").reply
    two = reply(PAID, agency="云桥区棠梨街道办事处").reply
    assert share_ground(city, below)
    assert share_ground(below, city)
    assert share_ground(own, street)
    assert not share_ground(street, two)
    assert not share_ground(city, own)
    assert not share_ground(health, below)


# A library of stories

LETTER = """{agency}
{number}
关于{matter}的答复
办理结果：{outcome}
公开属性：{openness}
周远帆委员：
您提出的关于“{matter}”的提案收悉，经研究，现答复如下：
{body}
感谢您对我们工作的关心和支持！
{agency}
{date}
"""
STORIES = (
    ("宁溪县民政局", "宁民函〔2021〕3号", "办好社区助餐点", "列入计划拟解决", "主动公开",
     "助餐点为70周岁以上老人每餐补贴2元，由县财政承担。", "2021年5月20日"),
    ("宁溪县民政局", "宁民函〔2023〕8号", "提高社区助餐点补贴", "采纳或解决", "主动公开",
     "自2023年7月1日起，助餐点为70周岁以上老人每餐补贴3元。电话13812345678。", "2023年6月2日"),
    ("柏岭县民政局", "柏民函〔2022〕5号", "推广社区助餐点", "采纳或解决", "主动公开",
     "我县助餐点为80周岁以上老人每餐补贴4元。", "2022年4月11日"),
    ("宁溪县民政局", "宁民函〔2024〕1号", "调整社区助餐点补贴", "采纳或解决", "不予公开",
     "拟自2025年起，助餐点为70周岁以上老人每餐补贴5元。", "2024年3月8日"),
    ("宁溪县水利局", "宁水函〔2023〕2号", "整治白鹭渠", "采纳或解决", "主动公开",
     "白鹭渠清淤已于3月完工，投入120万元。", "2023年4月1日"),
)  # fmt: skip


Story = tuple[str, str, str, str, str, str, str]

DOGS: tuple[Story, ...] = (
    ("宁溪县城市管理局", "宁城函〔2023〕4号", "规范养犬登记", "采纳或解决", "主动公开",
     "养犬人应当在收养犬只后30日内到所在社区办理养犬登记。", "2023年5月9日"),
    ("宁溪县石桥镇人民政府", "石政函〔2023〕9号", "方便养犬登记", "留作参考", "主动公开",
     "养犬人应当在收养犬只后15日内到所在社区办理养犬登记。", "2023年9月1日"),
)  # fmt: skip


def load_stories(folder: Path, stories: Sequence[Story]) -> Path:
    """Make a home of stories below a folder."""
    files = folder / "files"
    files.mkdir()
    for agency, number, matter, outcome, openness, body, date in stories:
        text = LETTER.format(
            agency=agency, number=number, matter=matter, outcome=outcome, openness=openness,
            body=body, date=date,
        )  # fmt: skip
        (files / f"{number}.txt").write_text(text, "utf-8")
    with open_service(load_settings(folder / "home", encoder="off")) as service:
        service.ingest([files])
    return folder / "home"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return load_stories(tmp_path_factory.mktemp("matters"), STORIES)


@pytest.fixture
def service(home: Path) -> Iterator[Service]:
    with open_service(load_settings(home, encoder="off")) as service:
        yield service


def named(service: Service, number: str) -> str:
    (card,) = service.list_replies(text=number).cards
    return card.reply_id


def told(history: MatterHistory) -> list[tuple[int | None, str, list[tuple[str, str]]]]:
    return [
        (one.year, one.district, [(c.older.figure, c.newer.figure) for c in one.changes])
        for one in history.replies
    ]


def test_a_matter_goes_through_years_and_districts(service: Service) -> None:
    history = service.matters.through_time(named(service, "宁民函〔2021〕3号"))
    assert history.matter == "关于办好社区助餐点的答复"
    assert told(history) == [
        (2024, "宁溪县", [("2023年7月1日", "2025年"), ("3元", "5元")]),
        (2023, "宁溪县", [("2元", "3元")]),
        (2022, "柏岭县", []),
        (2021, "宁溪县", []),
    ]
    assert [one.asked for one in history.replies] == [False, False, False, True]
    newest = history.replies[0]
    assert newest.changes[0].since == history.replies[1].card.reply_id
    assert history.contradictions == ()


def test_what_is_said_of_it_stands_in_the_reply_as_it_is_shown(service: Service) -> None:
    for one in service.matters.through_time(named(service, "宁民函〔2023〕8号")).replies:
        text = service.show(one.card.reply_id).text
        assert text[one.start : one.end] == one.text
        assert "补贴" in one.text
        for change in one.changes:
            said = change.newer
            assert text[said.start : said.end] == said.text
            assert said.figure in said.text


def test_the_matter_of_a_span(service: Service) -> None:
    reply_id = named(service, "宁民函〔2023〕8号")
    text = service.show(reply_id).text
    start = text.index("电话")
    history = service.matters.through_time(reply_id, start, start + 2)
    asked = next(one for one in history.replies if one.asked)
    assert (asked.start, asked.end, asked.text) == (start, start + 2, "电话")
    beyond = service.matters.through_time(reply_id, 5, 10**9)
    assert len(beyond.replies) == 4


def test_filters(service: Service) -> None:
    filters = service.resolve(region=("柏岭县",))
    history = service.matters.through_time(named(service, "宁民函〔2021〕3号"), filters=filters)
    assert [one.district for one in history.replies] == ["柏岭县", "宁溪县"]


def test_a_reply_that_nobody_else_answered(service: Service) -> None:
    history = service.matters.through_time(named(service, "宁水函〔2023〕2号"))
    assert told(history) == [(2023, "宁溪县", [])]


def test_the_public_sees_open_replies_only(home: Path) -> None:
    with open_service(load_settings(home, encoder="off")) as owner:
        closed = named(owner, "宁民函〔2024〕1号")
        opened = named(owner, "宁民函〔2021〕3号")
    with open_service(load_settings(home, encoder="off"), Role.READER) as visitor:
        history = visitor.matters.through_time(opened)
        assert [one.year for one in history.replies] == [2023, 2022, 2021]
        assert "5元" not in repr(history)
        with pytest.raises(NotFound):
            visitor.matters.through_time(closed)


def test_personal_data_is_masked(service: Service) -> None:
    history = service.matters.through_time(named(service, "宁民函〔2023〕8号"))
    assert "13812345678" not in repr(history)


def test_two_agencies_that_say_otherwise_at_one_time(tmp_path: Path) -> None:
    home = load_stories(tmp_path, DOGS)
    with open_service(load_settings(home, encoder="off")) as service:
        history = service.matters.through_time(named(service, "宁城函〔2023〕4号"))
        assert [one.card.agency for one in history.replies] == [DOGS[1][0], DOGS[0][0]]
        (found,) = history.contradictions
        assert (found.one.text, found.other.text) == (DOGS[0][5], DOGS[1][5])
        for saying in (found.one, found.other):
            text = service.show(saying.card.reply_id).text
            assert text[saying.start : saying.end] == saying.text
    assert "说法不同，请核对" in run(home, "matter", found.one.card.reply_id).stdout
    out = tmp_path / "事项.xlsx"
    run(home, "matter", found.one.card.reply_id, "--out", str(out))
    rows = list(load_workbook(out).active.iter_rows(values_only=True))
    assert [row[6] for row in rows[3:]] == [DOGS[0][5], DOGS[1][5]]
    assert rows[3][0] == "说法不同，请核对"


# The plot


def test_the_plot_has_years_across_and_districts_down(service: Service) -> None:
    plot = make_plot(service.matters.through_time(named(service, "宁民函〔2021〕3号")).replies)
    assert plot
    assert [year for year, _ in plot.years] == [2021, 2022, 2023, 2024]
    assert [name for name, _ in plot.districts] == ["宁溪县", "柏岭县"]
    years, rows = dict(plot.years), dict(plot.districts)
    seen = {(dot.x, dot.y, dot.tone) for dot in plot.dots}
    assert (years[2021], rows["宁溪县"], "plan") in seen
    assert (years[2022], rows["柏岭县"], "done") in seen
    assert len(seen) == 4


def test_one_reply_makes_no_plot(service: Service) -> None:
    history = service.matters.through_time(named(service, "宁水函〔2023〕2号"))
    assert make_plot(history.replies) is None


def test_dots_of_one_year_and_district_stand_beside_each_other(service: Service) -> None:
    (one, *_) = service.matters.through_time(named(service, "宁水函〔2023〕2号")).replies
    for several in (2, 3, 9):
        plot = make_plot([one] * several)
        assert plot
        (year,) = (x for _, x in plot.years)
        assert len({dot.x for dot in plot.dots}) == several
        assert all(abs(dot.x - year) < 29 for dot in plot.dots)


def test_the_view_escapes_what_replies_say(service: Service) -> None:
    history = service.matters.through_time(named(service, "宁民函〔2021〕3号"))
    (first, *rest) = history.replies
    hostile = replace(first, text="<script>x</script>", district="<b>县</b>")
    html = render_matter(replace(history, replies=(hostile, *rest)), first.card.reply_id, -1, -1)
    assert "<script>x" not in html
    assert "<b>县" not in html


def test_the_command(home: Path, service: Service, tmp_path: Path) -> None:
    reply_id = named(service, "宁民函〔2021〕3号")
    found = read(home, "matter", reply_id)
    assert [one["year"] for one in found["replies"]] == [2024, 2023, 2022, 2021]
    shown = run(home, "matter", reply_id).stdout
    assert "2023 年 · 宁溪县" in shown
    assert "2元 → 3元" in shown
    assert "共 4 份" in shown
    out = tmp_path / "事项.xlsx"
    assert "已把 4 份答复存为" in run(home, "matter", reply_id, "--out", str(out)).stderr
    rows = list(load_workbook(out).active.iter_rows(values_only=True))
    assert (rows[0], len(rows)) == (MATTER_COLUMNS, 5)
    assert rows[2][7] == "2元 → 3元"
    (entry,) = service.home.audit.list_entries(action=Action.EXPORTED)
    assert entry.about == out.name
    assert run(home, "matter", reply_id, "--out", str(tmp_path / "事项.doc")).exit_code == 2
    assert "请写成 起-止" in run(home, "matter", reply_id, "--span", "十二").stderr
    assert run(home, "matter", "没有").exit_code == 2


# The samples


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Found], list[Changed]]:
    folder = tmp_path_factory.mktemp("samples")
    with open_service(load_settings(folder, encoder="off")) as service:
        service.ingest([REPLIES, PAIRED_REPLIES])
        known = set(names_of(service).values())
        labels = load_lines(LABELS)
        for label in labels:
            for name in ("same", "near"):
                label[name] = [each for each in label[name] if each in known]
        return list(find(service, labels)), list(find_changed(service, load_lines(CHANGED)))


def shares(counts: Sequence[str]) -> tuple[float, float]:
    return float(counts[-2]), float(counts[-1])


def test_how_well_the_open_half_is_told(measured: tuple[list[Found], list[Changed]]) -> None:
    found, changed = measured
    precision, recall = shares(count("open", found))
    assert precision >= 0.95
    assert recall >= 0.85
    precision, recall = shares(count_changed("open", changed))
    assert precision >= 0.88
    assert recall >= 0.8


def test_nothing_in_the_samples_is_said_to_contradict(tmp_path: Path) -> None:
    with open_service(load_settings(tmp_path, encoder="off")) as service:
        service.ingest([REPLIES, PAIRED_REPLIES])
        cards = service.list_replies(limit=200).cards
        for card in cards[::3]:
            assert service.matters.through_time(card.reply_id).contradictions == ()


def test_labels_name_what_is_there() -> None:
    labels = load_lines(LABELS)
    assert len({label["reply"] for label in labels}) == len(labels) >= 40
    for label in labels:
        assert not set(label["same"]) & set(label["near"])
        assert label["reply"] not in label["same"]
