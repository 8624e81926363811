"""Retrieval over a small library: order, filters, removal, folding, places, personal data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.filters import ANY, UNMARKED, Filters
from corpus.store.store import Store
from corpus.types import FieldName, ParsedReply, Redaction, Secret
from index.models.embed import Encoders
from index.ranking.fuse import FEATURES, Fusion
from index.ranking.library import Library
from index.ranking.place import each_place, named_places, without_place
from index.ranking.propose import Proposer
from index.ranking.query import Analyser
from index.ranking.retrieve import Retriever
from index.stores.indexer import Indexer, stamp_of
from index.stores.legs import Legs
from index.text.segment import Segmenter
from tests.fakes import HashEmbedder, Values, parsed_reply

SEGMENTER = Segmenter()
EMBEDDER = HashEmbedder(dimension=256)
FUSION = Fusion(-4.0, (6.0, 4.0, 0.0, -2.0, 0.0))

PHONE = "13912345678"


def reply(id: str, text: str, sender: str, **more: str) -> ParsedReply:
    """Make a reply; `sender` is agency, region and date, parted by spaces."""
    names = (FieldName.AGENCY, FieldName.REGION, FieldName.DATE)
    values: Values = dict(zip(names, sender.split(), strict=True))
    values |= {FieldName(name): value for name, value in more.items()}
    redactions: tuple[Redaction, ...] = ()
    if PHONE in text:
        start = text.index(PHONE)
        redactions = (Redaction(start, start + len(PHONE), Secret.PHONE),)
    return parsed_reply(text, f"/{id}.txt", id=id, values=values, redactions=redactions)


LIBRARY = (
    reply(
        "lift",
        ">收悉。\n老旧小区加装电梯，每台补贴二十四万元。\n管线迁移费用由区财政承担一半。",
        "云桥区住建局 云桥区 2023-05-08",
        title="关于加装电梯的答复",
        kind="提案答复",
        disclosure="主动公开",
        doc_number="云住建〔2023〕26号",
    ),
    reply(
        "lift-lake",
        "老旧小区加装电梯补贴：每台补贴十五万元，加装电梯补贴分两次拨付。",
        "望湖区建设局 望湖区 2022-04-01",
        kind="提案答复",
        disclosure="依申请公开",
        doc_number="望建函〔2022〕40号",
    ),
    reply(
        "canteen",
        "社区食堂已经开门，午餐每份十二元。",
        "云桥区民政局 云桥区 2021-07-01",
        kind="代表建议答复",
        disclosure="主动公开",
        doc_number="云民函〔2021〕11号",
    ),
    reply(
        "parking",
        "路边停车泊位夜间免费。\n停车收费由APP缴纳，二维码见泊位牌。",
        "望湖区城管局 望湖区 2024-01-02",
        kind="留言答复",
    ),
    reply(
        "metro",
        "全市地铁末班车延至二十三时，换乘优惠不变。",
        "澜江市交通局 澜江市 2023-09-09",
        kind="留言答复",
        disclosure="主动公开",
    ),
    reply(
        "noise",
        f"夜间施工噪声请拨打{PHONE}举报，执法队当场处理。",
        "望湖区环保局 望湖区 2020-02-02",
        kind="留言答复",
    ),
)


class Home:
    """A home with its store, its indexes and one retriever over them."""

    def __init__(self, path: Path) -> None:
        self.store = Store.open(path)
        self.legs = Legs.open(path, stamp_of(EMBEDDER, SEGMENTER))
        self.indexer = Indexer(self.store, self.legs, EMBEDDER, SEGMENTER)
        self.retriever = self.open_retriever()

    def open_retriever(self) -> Retriever:
        library = Library(self.store, self.legs)
        analyser = Analyser(library, SEGMENTER, Encoders(EMBEDDER))
        return Retriever(analyser, Proposer(library), FUSION)

    def load(self, *replies: ParsedReply) -> None:
        for parsed in replies:
            self.store.put(parsed, "h")
        self.indexer.catch_up()

    def found(self, query: str, filters: Filters = ANY, k: int = 10) -> list[str]:
        return [ranked.reply_id for ranked in self.retriever.rank_replies(query, k, filters)]

    def close(self) -> None:
        self.retriever.proposer.close()
        self.legs.close()
        self.store.close()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    opened = Home(tmp_path)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """All of LIBRARY, for reading."""
    opened = Home(tmp_path_factory.mktemp("资料夹"))
    opened.load(*LIBRARY)
    yield opened
    opened.close()


# Order


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("社区食堂的午餐多少钱", "canteen"),
        ("夜间路边停车要不要钱", "parking"),
        ("地铁末班车几点", "metro"),
        ("加装电梯的管线迁移费用谁承担", "lift"),
    ],
)
def test_the_reply_to_the_matter_comes_first(library: Home, query: str, expected: str) -> None:
    assert library.found(query)[0] == expected


def test_hits_are_passages_of_substance_best_first(library: Home) -> None:
    hits = library.retriever.search("管线迁移费用", 3)
    assert hits[0].passage.text == "管线迁移费用由区财政承担一半。"
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(0 < hit.score < 1 for hit in hits)
    for hit in library.retriever.search("收悉", 100):
        assert hit.passage.text != ">收悉。"
        assert hit.reply.text[hit.passage.start : hit.passage.end] == hit.passage.text


def test_more_is_asked_for_than_matches(library: Home) -> None:
    assert len(library.retriever.search("电梯", 100)) == 8  # all passages of substance
    assert len(library.found("电梯", k=100)) == 6
    assert len(library.retriever.search("电梯", 2)) == 2


def test_a_reply_ranks_by_its_best_passage(library: Home) -> None:
    ranked = library.retriever.rank_replies("停车收费由APP缴纳")[0]
    assert ranked.reply_id == "parking"
    assert ranked.score == ranked.hits[0].score
    assert ranked.hits[0].passage.text.startswith("停车收费")
    assert len(ranked.hits) == 2


def test_the_same_query_gives_the_same_hits(library: Home) -> None:
    assert library.retriever.search("补贴") == library.retriever.search("补贴")
    assert library.open_retriever().search("补贴") == library.retriever.search("补贴")


def test_an_empty_home_finds_nothing(home: Home) -> None:
    assert home.retriever.search("电梯") == []
    assert home.retriever.rank_replies("电梯") == []


# Filters


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(agencies=("云桥区民政局",)), {"canteen"}),
        (Filters(regions=("云桥区",)), {"lift", "canteen"}),
        (Filters(kinds=("留言答复",)), {"parking", "metro", "noise"}),
        (Filters(years=(2023, None)), {"lift", "parking", "metro"}),
        (Filters(years=(2021, 2022)), {"lift-lake", "canteen"}),
        (Filters(disclosures=("主动公开",)), {"lift", "canteen", "metro"}),
        (
            Filters(disclosures=("主动公开", UNMARKED)),
            {"lift", "canteen", "metro", "parking", "noise"},
        ),
        (Filters(reply_ids=("metro", "lift")), {"lift", "metro"}),
        (Filters(regions=("云桥区", "望湖区"), years=(2022, 2022)), {"lift-lake"}),
        (Filters(agencies=("没有这个局",)), set()),
        (Filters(agencies=()), set()),
        (Filters(regions=()), set()),
        (Filters(disclosures=()), set()),
        (Filters(reply_ids=()), set()),
        (Filters(regions=("云桥区",), kinds=("留言答复",)), set()),
    ],
)
def test_filters_hold_in_both_legs(library: Home, filters: Filters, expected: set[str]) -> None:
    assert set(library.found("老旧小区加装电梯", filters)) == expected


# Change


def test_what_is_removed_is_not_found_although_another_retriever_keeps_it(home: Home) -> None:
    home.load(*LIBRARY)
    other = home.open_retriever()
    assert other.search("社区食堂")[0].reply.id == "canteen"
    home.store.remove(["canteen"])
    # the indexes still hold it, and so do both retrievers' caches
    assert "canteen" not in {hit.reply.id for hit in other.search("社区食堂")}
    assert len(other.search("社区食堂", 1)) == len(other.rank_replies("社区食堂", 1)) == 1
    home.indexer.catch_up()
    for retriever in (home.retriever, other):
        assert "canteen" not in {hit.reply.id for hit in retriever.search("社区食堂", 100)}


def test_a_replaced_reply_gives_its_new_text_only(home: Home) -> None:
    home.load(*LIBRARY)
    assert home.found("社区食堂")[0] == "canteen"
    values: Values = {FieldName.AGENCY: "云桥区民政局", FieldName.REGION: "云桥区"}
    home.load(parsed_reply("长者助餐点改到幸福里。", "/canteen.txt", "canteen", values))
    assert home.found("长者助餐点")[0] == "canteen"
    texts = [hit.passage.text for hit in home.retriever.search("社区食堂午餐", 100)]
    assert "长者助餐点改到幸福里。" in texts
    assert not any("午餐每份" in text for text in texts)


def test_scores_stay_positive_when_most_replies_with_a_term_are_removed(home: Home) -> None:
    home.load(
        *(
            reply(f"lift-{n}", f"第{n}号楼加装电梯。", "云桥区住建局 云桥区 2023-05-08")
            for n in range(9)
        )
    )
    home.store.remove([f"lift-{n}" for n in range(1, 9)])
    home.load(reply("park", "口袋公园开放。", "云桥区绿化局 云桥区 2023-05-08"))
    hits = home.retriever.search("加装电梯")
    assert [hit.reply.id for hit in hits] == ["lift-0", "park"]
    assert hits[0].lexical > hits[1].lexical == 0


def test_a_region_that_came_by_replacing_is_told_apart(home: Home) -> None:
    home.load(*LIBRARY)
    home.found("停车")  # what is known of the corpus has been read
    text = "路边停车泊位夜间免费。\n停车收费由APP缴纳，二维码见泊位牌。"
    home.load(reply("parking", text, "青岭县交通局 青岭县 2024-01-02"))
    assert elsewhere(home, "青岭县停车") == {"lift", "lift-lake", "canteen", "noise"}


# Queries


@pytest.mark.parametrize("query", ["？？！", "　", "……", "——"])
def test_a_query_without_a_term_finds_nothing(library: Home, query: str) -> None:
    assert library.retriever.search(query) == []


def test_a_query_of_unknown_terms_has_no_lexical_match(library: Home) -> None:
    hits = library.retriever.search("饕餮貔貅")
    assert all(hit.lexical == 0 for hit in hits)
    best = library.retriever.search("社区食堂午餐")[0]
    assert all(hit.score < best.score for hit in hits)


def test_a_query_of_thousands_of_characters_is_answered(library: Home) -> None:
    other = "".join(chr(0x4E00 + n * 7 % 20_000) for n in range(2980))
    query = other[:1500] + "社区食堂的午餐每份多少元" + other[1500:]
    assert len(query) > 2900
    assert library.found(query)[0] == "canteen"


@pytest.mark.parametrize(
    "query", ["停车收费由ＡＰＰ缴纳", "停车收费由app缴纳", "停车收费由App缴纳", "停车收费由APP缴纳"]
)
def test_full_width_and_upper_case_change_nothing(library: Home, query: str) -> None:
    plain = library.retriever.search("停车收费由app缴纳")
    found = library.retriever.search(query)
    assert [(hit.key, hit.score) for hit in found] == [(hit.key, hit.score) for hit in plain]


@pytest.mark.parametrize(
    "query",
    [
        "云住建〔2023〕26号",
        "云住建[2023]26号",
        "云住建（2023）26号",
        "云住建【2023】26号",
        "云住建［２０２３］２６号",
        "云住建 〔2023〕 26 号",
        "云住建〔2023〕26号文件说了什么",
    ],
)
def test_a_document_number_finds_its_document(library: Home, query: str) -> None:
    assert library.found(query)[0] == "lift"


# Places


def test_a_district_is_preferred_to_a_better_match_elsewhere(library: Home) -> None:
    assert library.found("加装电梯补贴")[0] == "lift-lake"
    assert library.found("望湖区加装电梯补贴")[0] == "lift-lake"
    assert library.found("云桥区加装电梯补贴")[0] == "lift"
    assert library.found("云桥加装电梯补贴")[0] == "lift"


@pytest.mark.parametrize(
    "query",
    [
        "望建函〔2022〕40号",
        "望建函[2022]40号",
        "望建函 2022年 40号",
        "加装电梯补贴，望建函（2022）40号",
    ],
)
def test_the_reply_whose_number_is_named_comes_first(library: Home, query: str) -> None:
    hits = library.retriever.search(query)
    assert hits[0].reply.id == "lift-lake"
    assert hits[0].score > 0.95


def test_a_number_opens_no_reply_that_filters_leave_out(library: Home) -> None:
    public = Filters(disclosures=("主动公开",))
    assert "lift-lake" not in library.found("望建函〔2022〕40号", public)
    assert library.found("望建函〔2022〕40号", Filters(reply_ids=("lift",))) == ["lift"]


def test_what_is_called_otherwise_is_found(library: Home) -> None:
    query = library.retriever.analyse("老人吃饭")  # 老人吃饭 → 社区食堂
    assert query.terms.alternatives["吃饭"][0].text == "老年食堂"
    assert library.found("老人吃饭")[0] == "canteen"


def test_a_new_area_is_known_by_its_short_name() -> None:
    regions = ("云浦新区", "新区", "望湖区", "澜江市", "青岭县")
    assert named_places("云浦的地铁", regions) == ("云浦",)
    assert named_places("新区的地铁", regions) == ("新区",)
    assert named_places("青岭到澜江的公交", regions) == ("青岭",)
    assert named_places("地铁", regions) == ()
    assert named_places("高新企业认定", ("高新区",)) == ()
    assert named_places("高新区的企业", ("高新区",)) == ("高新",)


@pytest.mark.parametrize(
    ("asked", "region", "there"),
    [
        ("望湖区加装电梯补贴多少", "望湖区", "加装电梯补贴多少"),
        ("我们望湖那边的停车怎么收费", "望湖区", "停车怎么收费"),
        ("澜江的公交几点停", "澜江市", "公交几点停"),
        ("望湖路停车怎么收费", "望湖区", "望湖路停车怎么收费"),
        ("高新企业怎么认定", "高新区", "高新企业怎么认定"),
        ("云桥区停车怎么收费", "望湖区", "云桥区停车怎么收费"),
        ("望湖区呢", "望湖区", "望湖区呢"),
        ("现在望湖区的停车怎么收费", "望湖区", "现在停车怎么收费"),
        ("望湖区的士怎么收费", "望湖区", "的士怎么收费"),
        ("停车怎么收费", "A(7)县", "停车怎么收费"),
    ],
)
def test_who_is_there_does_not_name_the_place(asked: str, region: str, there: str) -> None:
    assert without_place(asked, region) == there


def test_a_question_of_several_places_is_one_of_each() -> None:
    regions = ("云桥区", "望湖区", "青岭县")
    assert each_place("望湖和云桥区的停车费分别是多少", regions) == (
        "云桥区停车费是多少",
        "望湖区停车费是多少",
    )
    assert each_place("云桥区、望湖区哪个装电梯补贴高", regions)[1] == "望湖区装电梯补贴高"
    assert each_place("云桥区和望湖区谁负责河道保洁", regions)[0] == "云桥区谁负责河道保洁"
    assert each_place("云桥区和望湖区要不要分别投放", regions)[0] == "云桥区要不要分别投放"
    asked = "从青岭县去望湖区和云桥区办证要带什么"
    assert each_place(asked, regions)[1] == "从青岭县去望湖区办证要带什么"
    assert each_place("从云桥区到望湖区的公交几点停", regions) == ()
    assert each_place("云桥区停车怎么收费", regions) == ()


def elsewhere(home: Home, query: str) -> set[str]:
    candidates = home.retriever.candidates(home.retriever.analyse(query))
    assert candidates is not None
    pairs = zip(candidates.passages, candidates.features, strict=True)
    return {passage.reply_id for passage, row in pairs if row[FEATURES.index("elsewhere")]}


def test_a_citys_reply_is_elsewhere_for_none_of_its_districts(library: Home) -> None:
    assert elsewhere(library, "云桥区地铁末班车") == {"lift-lake", "parking", "noise"}
    assert elsewhere(library, "望湖区地铁末班车") == {"lift", "canteen"}
    assert library.found("云桥区地铁末班车")[0] == "metro"


def test_a_question_about_the_city_puts_no_district_elsewhere(library: Home) -> None:
    assert elsewhere(library, "澜江市加装电梯") == set()


def test_a_question_without_a_place_puts_nothing_elsewhere(library: Home) -> None:
    assert elsewhere(library, "加装电梯") == set()


def test_a_question_about_two_districts_puts_neither_elsewhere(library: Home) -> None:
    assert elsewhere(library, "云桥区和望湖区的电梯补贴") == set()


def test_a_reply_that_mentions_the_district_is_not_elsewhere(home: Home) -> None:
    home.load(
        *LIBRARY,
        reply("joint", "与云桥区合办展会。", "望湖区商务局 望湖区 2023-01-01"),
    )
    assert "joint" not in elsewhere(home, "云桥区展会")


# What is worth scoring


def keys_scored(home: Home, query: str) -> list[int]:
    candidates = home.retriever.candidates(home.retriever.analyse(query))
    return [] if candidates is None else [passage.key for passage in candidates.passages]


def test_the_best_of_what_is_found_is_scored(
    library: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = "加装电梯补贴多少"
    before = library.retriever.search(query, 2)
    assert len(keys_scored(library, query)) > 2
    monkeypatch.setattr("index.ranking.propose.SCORED", 2)
    assert {*keys_scored(library, query)} == {hit.key for hit in before}
    assert library.retriever.search(query, 2) == before


def test_a_long_query_has_more_scored(library: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.ranking.propose.SCORED", 1)
    monkeypatch.setattr("index.ranking.propose.SCORED_LONG", 3)
    text = "".join(parsed.reply.text for parsed in LIBRARY)
    assert len(keys_scored(library, "加装电梯")) == 1
    assert len(library.retriever.analyse(text).terms.weights) > 64
    assert len(keys_scored(library, text)) == 3


def test_as_many_are_scored_as_are_asked_for(
    library: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = library.retriever.search("加装电梯补贴多少", 100)
    for name in ("FOUND", "SCORED"):
        monkeypatch.setattr(f"index.ranking.propose.{name}", 1)
    assert len(every) > 5
    assert len(library.retriever.search("加装电梯补贴多少", 5)) == 5
    assert library.retriever.search("加装电梯补贴多少", 100) == every
    assert len(library.found("加装电梯补贴多少", k=4)) == 4


def test_a_reply_that_is_asked_for_by_its_number_is_scored_whatever_it_says(
    library: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.ranking.propose.SCORED", 1)
    query = "社区食堂午餐每份多少钱"
    assert library.found(query, k=1) == ["canteen"]
    assert library.found(f"{query} 望建函〔2022〕40号", k=1) == ["lift-lake"]


# What each leg proposes


def test_what_one_leg_alone_finds_and_what_is_wanted_have_their_cosines(
    library: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.ranking.propose.FOUND", 1)
    monkeypatch.setattr("index.ranking.propose.SCORED", 1)
    query = library.retriever.analyse("社区食堂午餐")
    (found,) = library.retriever.proposer.propose(query, FUSION)
    keys = library.store.select_keys().tolist()
    proposed = library.retriever.proposer.propose(query, FUSION, wanted=keys)
    vectors = library.legs.dense.vectors(keys)
    assert found in keys
    assert [proposed[key].dense for key in keys] == pytest.approx((vectors @ query.vector).tolist())


# Personal data


def test_a_masked_telephone_number_finds_nothing(library: Home) -> None:
    for number in (PHONE, PHONE[:7], PHONE[-8:]):
        assert all(hit.lexical == 0 for hit in library.retriever.search(number))


def test_a_telephone_number_in_the_query_raises_no_score(library: Home) -> None:
    def score(query: str) -> tuple[float, float]:
        hits = library.retriever.search(query, 100)
        hit = next(hit for hit in hits if hit.reply.id == "noise")
        return hit.lexical, hit.dense

    assert score(f"夜间施工噪声 {PHONE}") == score("夜间施工噪声 13987654321")


def test_what_filters_allow_is_asked_anew_when_replies_have_changed(home: Home) -> None:
    home.load(*LIBRARY)
    lake = Filters(regions=("望湖区",))
    assert home.found("加装电梯补贴", lake)[0] == "lift-lake"
    home.load(reply("lift-new", "加装电梯补贴十万元。", "望湖区建设局 望湖区 2024-04-01"))
    assert {*home.found("加装电梯补贴", lake)[:2]} == {"lift-lake", "lift-new"}
