"""Which newer reply outdates what is quoted of an older one; and that nothing else does."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator

import pytest

from corpus.text.sentences import sentence_spans
from corpus.types import FieldName, ParsedReply, Passage, Reply
from index.answers.matter import Quoted
from index.answers.newest import Newer, find_newer
from index.models.static import BUNDLED_MODEL, StaticEmbedder
from tests.fakes import parsed_reply
from tools.newest import PAIRS, REPLACED, Decision, count, decide, load_lines, load_replies

EMBEDDER = StaticEmbedder(BUNDLED_MODEL)
HOUSING = "云桥区住房和城乡建设局"
LIFT = "加快推进老旧小区既有多层住宅加装电梯"
OLD = "每台电梯由区财政补贴20万元。"
NEW = "自2023年起，每台电梯由区财政补贴24万元。"


def reply(
    text: str,
    date: str | None = "2021-05-18",
    agency: str = HOUSING,
    title: str = LIFT,
    region: str | None = "云桥区",
) -> ParsedReply:
    given = (
        *((FieldName.AGENCY, agency), (FieldName.REGION, region), (FieldName.DATE, date)),
        (FieldName.MATTER_TITLE, title),
    )
    values = {name: value for name, value in given if value}
    return parsed_reply(text, f"/{agency}/{date}/{title}.txt", values={**values})


def newer_than(older: ParsedReply, *others: ParsedReply) -> Newer | None:
    """Find what outdates the first passage of a reply."""
    passages = {each.reply.id: each.passages for each in others}

    def passages_of(reply: Reply) -> tuple[Passage, ...]:
        return passages[reply.id]

    first = older.passages[0]
    quoted = Quoted(older.reply, first, first.start, first.end)
    replies = [each.reply for each in others]
    return find_newer(quoted, replies, passages_of, EMBEDDER.embed_passages)


def changes(newer: Newer | None, older: ParsedReply) -> list[tuple[str, str]]:
    assert newer
    old, new = older.reply.text, newer.reply.text
    return [
        (old[c.older.start : c.older.end], new[c.newer.start : c.newer.end]) for c in newer.changes
    ]


def test_a_later_figure_of_the_same_matter_outdates_an_earlier_one() -> None:
    older, newer = reply(OLD), reply(f"感谢您的来信。\n{NEW}", "2023-06-12")
    found = newer_than(older, newer)
    assert changes(found, older) == [("20万元", "24万元")]
    assert found
    assert found.reply.text[found.start : found.end] == NEW


@pytest.mark.parametrize(
    "other",
    [
        reply(NEW, "2021-05-18"),
        reply(NEW, "2020-01-02"),
        reply(NEW, None),
        reply(OLD, "2023-06-12"),
        reply("每台电梯由区财政补贴二十万元。", "2023-06-12"),
        reply("每台电梯每年检验一次，费用由业主分摊。", "2023-06-12"),
        reply("每个车位由区财政补贴24万元。", "2023-06-12", title="缓解停车难"),
        reply(NEW, "2023-06-12", title=""),
        reply(NEW, "2023-06-12", "望湖区住房和城乡建设局", region="望湖区"),
        reply(NEW, "2023-06-12", "澜江市住房和城乡建设局", region="澜江市"),
        reply(NEW, "2023-06-12", "云桥区柳荫街道办事处"),
        reply(NEW, "2023-06-12", "住建局", region=None),
    ],
    ids=[
        *("of the same day", "earlier", "undated", "unchanged", "unchanged, in numerals"),
        *("without a like figure", "on another matter", "untitled", "of another district"),
        *("of the city", "of a street", "of an unknown region"),
    ],
)
def test_nothing_else_does(other: ParsedReply) -> None:
    assert newer_than(reply(OLD), other) is None


def test_a_figure_that_says_what_it_took_over_from_needs_few_words_alike() -> None:
    older = reply("拨付的时限为竣工后30日。")
    newer = reply("自2023年起，审核的期限由30日缩短到15日。", "2023-06-12")
    assert changes(newer_than(older, newer), older) == [("30日", "15日")]
    other = reply("自2023年起，审核的期限由45日缩短到15日。", "2023-06-12")
    assert newer_than(older, other) is None


def test_an_undated_reply_is_not_called_older() -> None:
    assert newer_than(reply(OLD, None), reply(NEW, "2023-06-12")) is None


def test_the_newest_of_several_is_told() -> None:
    second = reply(NEW, "2022-06-12")
    third = reply("自2024年起，每台电梯由区财政补贴26万元。", "2024-06-12")
    older = reply(OLD)
    for others in ((second, third), (third, second)):
        assert changes(newer_than(older, *others), older) == [("20万元", "26万元")]


def test_districts_of_one_name_in_two_cities_are_two() -> None:
    older = reply(OLD, agency="江州市鼓台区住建局", region="鼓台区")
    assert newer_than(older, reply(NEW, "2023-06-12", "鼓台区住建局", region="鼓台区"))
    other = reply(NEW, "2023-06-12", "南浦市鼓台区住建局", region="鼓台区")
    assert newer_than(older, other) is None


def test_a_citys_bodies_for_two_districts_are_two() -> None:
    text, later = "夜间施工罚款每次2万元。", "夜间施工罚款每次3万元。"
    older = reply(text, agency="澜江市云桥生态环境局", title="夜间施工噪声", region="澜江市")
    own, another = (
        reply(later, "2023-06-12", f"澜江市{name}", "夜间施工噪声", "澜江市")
        for name in ("云桥生态环境局", "望湖生态环境局")
    )
    assert newer_than(older, own)
    assert newer_than(older, another) is None


def test_a_ministry_without_a_region_is_its_own_place() -> None:
    older = reply(OLD, agency="国务院办公厅", region=None)
    assert newer_than(older, reply(NEW, "2023-06-12", "国务院办公厅", region=None))
    assert newer_than(older, reply(NEW, "2023-06-12", "国务院", region=None)) is None


def test_what_holds_at_one_site_holds_at_no_other() -> None:
    street = "望湖区苇湾街道办事处"
    old, new = "地面停车每月收费80元。", "地面停车每月收费100元。"
    title = "映水花园地面停车收费标准"
    older = reply(old, agency=street, title=title, region="望湖区")
    assert newer_than(older, reply(new, "2023-06-12", street, title, "望湖区"))
    estate = "湖畔新居地面停车收费标准"
    assert newer_than(older, reply(new, "2023-06-12", street, estate, "望湖区")) is None


def test_each_figure_of_a_list_is_held_against_its_own() -> None:
    older = reply(
        "80至89周岁老人每月发放100元，90至99周岁老人每月发放200元。", title="高龄津贴标准"
    )
    newer = reply(
        "80至89周岁老人每月发放100元，90至99周岁老人每月发放260元。",
        "2023-06-12",
        title="提高高龄津贴标准",
    )
    assert changes(newer_than(older, newer), older) == [("200元", "260元")]


def test_of_a_list_only_what_differs_is_told() -> None:
    title = "道路停车收费标准"
    older = reply("重点区域首小时收费5元，一般区域首小时收费3元。", title=title)
    for text, found in (
        ("重点区域首小时收费5元，一般区域首小时收费4元。", [("3元", "4元")]),
        ("重点区域首小时收费6元。", [("5元", "6元")]),
        ("一般区域首小时收费4元。", [("3元", "4元")]),
    ):
        newer = reply(text, "2023-06-12", title=title)
        assert changes(newer_than(older, newer), older) == found
    again = reply("一般区域首小时收费3元，重点区域首小时收费5元。", "2023-06-12", title=title)
    assert newer_than(older, again) is None


def test_what_is_stated_again_is_unchanged_whatever_is_stated_beside_it() -> None:
    title = "道路停车收费标准"
    older = reply("重点区域首小时收费5元。", title=title)
    text = "重点区域首小时收费5元，一般区域首小时收费4元。"
    assert newer_than(older, reply(text, "2023-06-12", title=title)) is None


def test_a_list_in_another_order_is_the_same_list() -> None:
    title = "应急供水水桶配置"
    older = reply("配备20吨水桶1个，50吨水桶1个。", title=title)
    newer = reply("配备50吨水桶1个，20吨水桶1个。", "2023-06-12", title=title)
    assert newer_than(older, newer) is None


def test_a_letter_about_a_section_outdates_that_section() -> None:
    older = reply("#三、社区食堂营业时间\n社区食堂晚餐供应到18时。", title="加强公共服务设施建设")
    newer = reply("社区食堂晚餐供应到19时。", "2023-06-12", title="社区食堂几点关门")
    assert changes(newer_than(older, newer), older) == [("18时", "19时")]


def test_headings_state_nothing() -> None:
    heading = "每台电梯由区财政补贴20万元"
    assert newer_than(reply(heading), reply(NEW, "2023-06-12"))
    assert newer_than(reply(f"#{heading}\n{heading}"), reply(NEW, "2023-06-12")) is None


# The labelled pairs of the samples


@pytest.fixture(scope="module")
def replies() -> dict[str, ParsedReply]:
    return load_replies()


@pytest.fixture(scope="module")
def decisions(replies: dict[str, ParsedReply]) -> list[Decision]:
    return list(decide(load_lines(PAIRS), replies))


def half(decisions: list[Decision], name: str) -> Iterator[Decision]:
    return (decision for decision in decisions if decision.pair["half"] == name)


def test_pairs_are_of_known_labels_and_halves(replies: dict[str, ParsedReply]) -> None:
    pairs = load_lines(PAIRS)
    assert [pair["id"] for pair in pairs] == [f"n{n:03}" for n in range(1, len(pairs) + 1)]
    assert Counter((p["half"], p["label"]) for p in pairs) == {
        **{("open", REPLACED): 25, ("open", "aspect"): 17, ("open", "other"): 15},
        **{("kept", REPLACED): 26, ("kept", "aspect"): 12, ("kept", "other"): 17},
    }
    for pair in pairs:
        older, newer = (replies[pair[which]].reply for which in ("older", "newer"))
        start = older.text.index(pair["quote"])
        ends = {place for span in sentence_spans(older.text) for place in span}
        assert {start, start + len(pair["quote"])} <= ends, pair["id"]
        dates = [each.value(FieldName.DATE) or "" for each in (older, newer)]
        assert "" < dates[0] < dates[1], pair["id"]
        for old, new in pair.get("changed", ()):
            assert old in pair["quote"]
            assert new in newer.text


def test_the_two_replies_decide_the_half() -> None:
    for pair in load_lines(PAIRS):
        digest = hashlib.sha256((pair["older"] + pair["newer"]).encode()).hexdigest()
        assert pair["half"] == ("open", "kept")[int(digest, 16) % 2], pair["id"]


@pytest.mark.parametrize(
    ("older", "quote", "newer"),
    [
        (
            "pairs-replies.jsonl#lgj-2024b",
            "审核通过后3个工作日内到账",
            "pairs-replies.jsonl#lgj-2024",
        ),
        ("云住建〔2021〕18号.txt", "柳荫街道最多，完工21台", "云住建复〔2023〕26号.txt"),
        ("柳街办函〔2022〕3号.txt", "各类车位8900个", "云城管函〔2024〕19号.txt"),
    ],
    ids=["the same procedure", "a part of what is counted", "a street"],
)
def test_like_figures_of_something_else_outdate_nothing(
    replies: dict[str, ParsedReply], older: str, quote: str, newer: str
) -> None:
    text = replies[older].reply.text
    spans = sentence_spans(text)
    (span,) = (span for span in spans if span[0] <= text.index(quote) < span[1])
    pair = {"older": older, "newer": newer, "quote": text[slice(*span)]}
    (decision,) = decide([pair], replies)
    assert decision.newer is None


def test_no_pair_is_marked_wrongly(decisions: list[Decision]) -> None:
    for name in ("open", "kept"):
        assert [d.pair["id"] for d in half(decisions, name) if d.newer and not d.replaced] == []


def test_most_changes_of_the_open_half_are_seen(decisions: list[Decision]) -> None:
    name, pairs, replaced, marked, right, precision, recall, shown = count(
        "open", half(decisions, "open")
    )
    assert (name, pairs, replaced) == ("open", "57", "25")
    assert (marked, right, precision) == ("20", "20", "1.00")
    assert (recall, shown) == ("0.80", "20 of 21")
