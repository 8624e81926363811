"""The list of a library: words in fields and in texts, in any form; places, order and counts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.access import Role
from app.service import Service, open_service
from app.settings import load_settings
from corpus.filters import Filters
from index.text.listed import find_places, read_words
from tests.homes import run

LETTERS = {
    "雨棚": """柳川市建设局
柳建函〔2023〕5号
关于公交站雨棚的答复
公开属性：主动公开
陈一鸣委员：
您提出的关于公交站雨棚的提案收悉。现答复如下：
一、按照《柳川市公交站点管理办法》（柳府发[2021] 17号），我局将为十二个站点加装雨棚。
联系人：邵文轩，电话：13800138000
柳川市建设局
2023年6月1日
""",
    "步道": """柳川市绿化局
柳绿函〔2022〕8号
关于滨河步道的答复
公开属性：主动公开
陈一鸣委员：
您提出的关于滨河步道的提案收悉。现答复如下：
一、步道沿线的照明由ＬＥＤ灯改造，蘆葦岸段维持原状。
柳川市绿化局
2022年6月1日
""",
    "内部": """柳川市财政局
柳财函〔2021〕3号
关于雨棚经费的答复
公开属性：不予公开
陈一鸣委员：
您提出的关于雨棚经费的提案收悉。现答复如下：
一、雨棚和步道的经费在年度预算中统筹。
柳川市财政局
2021年6月1日
""",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("listing")
    for name, text in LETTERS.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    with open_service(load_settings(folder / "home", encoder="off")) as service:
        service.ingest(sorted(folder.glob("*.txt")))
    return folder / "home"


@pytest.fixture(scope="module")
def owner(home: Path) -> Iterator[Service]:
    with open_service(load_settings(home, encoder="off")) as service:
        yield service


@pytest.fixture(scope="module")
def public(home: Path) -> Iterator[Service]:
    with open_service(load_settings(home, encoder="off"), Role.READER) as service:
        yield service


def found(service: Service, text: str) -> list[str]:
    return [str(card.doc_number) for card in service.list_replies(text=text).cards]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("十二个站点", ["柳建函〔2023〕5号"]),
        ("雨棚 步道", ["柳财函〔2021〕3号"]),  # each somewhere in it
        ("雨棚 建设局", ["柳建函〔2023〕5号"]),  # one in a field
        ("[2021]17号", ["柳建函〔2023〕5号"]),
        ("柳府发（2021） 17 号", ["柳建函〔2023〕5号"]),
        ("柳建函［2023］5号", ["柳建函〔2023〕5号"]),
        ("led", ["柳绿函〔2022〕8号"]),
        ("芦苇", ["柳绿函〔2022〕8号"]),
        ("照明由LED灯改造，芦苇", ["柳绿函〔2022〕8号"]),
        ("収悉", []),
        ("%", []),
        ("〔〕", []),
        ("13800138000", []),
        ("邵文轩", []),
    ],
)
def test_words_are_found_in_fields_and_texts(
    owner: Service, text: str, expected: list[str]
) -> None:
    assert found(owner, text) == expected


def test_visitors_find_nothing_in_what_they_may_not_see(public: Service) -> None:
    assert found(public, "雨棚 步道") == []
    assert found(public, "雨棚") == ["柳建函〔2023〕5号"]
    facets = public.listing.facets(Filters(disclosures=("不予公开",)), "雨棚")
    assert facets.years == ()
    assert facets.values["disclosures"] == (("主动公开", 1),)


def test_a_snippet_says_verbatim_where_it_stands(owner: Service) -> None:
    (listed,) = owner.list_replies(text="雨棚 站点加装").listed
    snippet = listed.found
    assert snippet is not None
    text = owner.show(listed.card.reply_id).text
    assert text[snippet.start : snippet.end] == snippet.text
    assert [piece for piece, marked in snippet.pieces if marked] == ["站点加装", "雨棚"]
    assert "".join(piece for piece, _ in snippet.pieces) == snippet.text
    assert owner.list_replies().listed[0].found is None


def test_the_list_in_a_terminal_says_where(home: Path) -> None:
    code, said = run(home, "list", "--text", "维持原状")
    assert code == 0
    assert "蘆葦岸段维持原状" in said
    code, said = run(home, "list", "--sort", "agency")
    assert said.index("财政局") < said.index("建设局") or said.index("财政局") > 0
    assert run(home, "list", "--sort", "nonsense")[0] == 2


def test_counts_follow_all_choices_but_their_own(owner: Service) -> None:
    chosen = Filters(agencies=("柳川市建设局",), years=(2022, 2023))
    facets = owner.listing.facets(chosen, "柳川市")
    assert facets.years == ((2023, 1),)
    assert facets.values["agencies"] == (("柳川市建设局", 1), ("柳川市绿化局", 1))
    assert facets.values["disclosures"] == (("主动公开", 1),)
    both = owner.listing.facets(Filters(years=(2022, 2022)))
    assert both.years == ((2021, 1), (2022, 1), (2023, 1))


def test_places_are_those_of_the_text_as_it_is() -> None:
    text = "①蘆葦（柳府发[2021] 17号）"
    places = find_places(text, read_words("芦苇 〔2021〕17号"))
    assert [text[start:end] for start, end in places] == ["蘆葦", "[2021] 17号"]
    assert find_places("", read_words("芦苇")) == []
    assert [word.typed for word in read_words("A（2021）第 3 号 b")] == ["A〔2021〕第3号", "b"]


def test_odd_words_find_nothing(owner: Service) -> None:
    for text in ("（雨（" * 600, "\ud800雨棚", "雨棚" + "〔" * 1500):
        assert owner.list_replies(text=text).total == 0
    assert owner.list_replies(text="〔2023〕5号 \ud800").total == 0
