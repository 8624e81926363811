"""What is said in several ways is found by each of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from app.cli import application
from corpus.errors import InputError
from index.ranking.match import QueryTerms, score_texts
from index.ranking.query import terms_of
from index.stores.lexical import LexicalField
from index.text.language.document_numbers import find_document_numbers
from index.text.language.language import Alternative, Language, Part, Rewriting, find_terms
from index.text.language.lexicon import (
    SHIPPED,
    Fault,
    SwitchOff,
    TermGroup,
    make_lexicon,
    parse,
    shipped_groups,
    shipped_lexicon,
)
from index.text.language.numerals import find_numerals, read_number, write_numeral
from index.text.language.own import OwnTerms
from index.text.segment import Segmenter, normalise

SEGMENTER = Segmenter()

# The notation


def test_lines_say_who_finds_whom() -> None:
    text = """# 用语
商务委 = 商务委员会   # 简称
没暖气、不供暖 -> 集中供暖，供热

停用 停车难"""
    assert list(parse(text)) == [
        TermGroup(2, ("商务委", "商务委员会"), ("商务委", "商务委员会")),
        TermGroup(3, ("没暖气", "不供暖"), ("集中供暖", "供热")),
        SwitchOff(5, ("停车难",)),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("停车难", "只有一个词：请写成“甲 = 乙”或“甲 → 乙”"),
        ("停车难 = ", "有一边或两个分隔号之间没有词"),
        ("甲乙 → 丙丁 → 戊己", "只能有一个箭头“→”"),
        ("甲乙 = 丙丁 → 戊己", "“=”和“→”不能写在同一行，请分作两行"),
        ("停车难 = 停车难", "“停车难”写了两次"),
        ("难 = 停车难", "“难”有 1 个字：一个词应有 2 到 24 个字"),
    ],
)
def test_a_faulty_line_is_named_with_what_is_wrong(line: str, reason: str) -> None:
    assert list(parse(f"\n{line}")) == [Fault(2, reason)]
    assert str(Fault(2, reason)) == f"第 2 行：{reason}"


@given(st.text(max_size=60))
def test_any_line_is_read_or_named(text: str) -> None:
    assert all(1 <= entry.line <= len(text.splitlines()) for entry in parse(text))


def test_the_shipped_dictionary_has_no_fault_and_names_each_relation_once() -> None:
    entries = [entry for file in SHIPPED for entry in parse(file.read_text("utf-8"))]
    assert [str(entry) for entry in entries if not isinstance(entry, TermGroup)] == []
    assert len(entries) > 500
    lines = [entry.terms + entry.others for entry in entries if isinstance(entry, TermGroup)]
    assert len(lines) == len(set(lines))


# The dictionary


def test_shipped_groups_are_found_from_either_side_or_from_the_left() -> None:
    lexicon = shipped_lexicon()
    assert "商务委员会" in lexicon.others("商务委")
    assert "商务委" in lexicon.others("商务委员会")
    assert "停车位不足" in lexicon.others("停车难")
    assert "增设电梯" in lexicon.others("加装电梯")
    assert "不动产权证书" in lexicon.others("房产证")
    assert "集中供暖" in lexicon.others("没暖气")
    assert "没暖气" not in lexicon.others("集中供暖")
    assert "托育" in lexicon.others("带小囡")
    assert "看病" in lexicon.others("睇病")
    assert "电动自行车" in lexicon.others("小电驴")
    assert "清掏" in lexicon.others("抽茅坑")


def test_what_says_less_than_the_term_is_none_of_its_alternatives() -> None:
    lexicon = make_lexicon("噪音扰民 = 扰民\n商务委 = 商务委员会")
    assert lexicon.others("商务委员会")[0] == "商务委"
    assert "扰民" not in lexicon.others("噪音扰民")
    assert "噪音扰民" in lexicon.others("扰民")


def test_a_term_stands_where_words_begin_and_end() -> None:
    lexicon = make_lexicon("高新 = 高新区\n停车难 = 停车位少\n加装电梯 = 加梯\n电梯 = 升降机")

    def terms(text: str) -> list[str]:
        return list(find_terms(text, lexicon, SEGMENTER))

    assert terms("高新的停车难") == ["高新", "停车难"]
    assert terms("最高新建几层") == []  # 最高 新建
    assert terms("停车难题") == []
    assert terms("既有住宅加装电梯") == ["加装电梯"]


def test_a_term_in_english_is_words_of_its_own() -> None:
    lexicon = make_lexicon("rent → 租金\nsocial security card → 社保卡")
    assert list(find_terms("parents rent", lexicon, SEGMENTER)) == ["rent"]
    assert list(find_terms("my social security card", lexicon, SEGMENTER)) == [
        "social security card"
    ]


def test_own_terms_come_first_and_switch_shipped_groups_off() -> None:
    lexicon = make_lexicon("停车难 = 找不到车位\n停用 停车难")
    assert lexicon.others("停车难") == ("找不到车位",)
    assert lexicon.others("停车位不足") == ()
    assert make_lexicon("停用 没有的词").groups == shipped_groups()


# The user's own file


def test_own_terms_are_used_at_once(tmp_path: Path) -> None:
    own = OwnTerms(tmp_path)
    assert own.load_text() == ""
    assert own.lexicon().others("小绿车") == ()
    own.save_text("小绿车 → 共享单车\n")
    assert own.load_text() == "小绿车 → 共享单车\n"
    assert own.lexicon().others("小绿车") == ("共享单车",)
    assert own.lexicon() is own.lexicon()
    OwnTerms(tmp_path).save_text("小绿车 → 公共自行车\n")  # another process
    assert own.lexicon().others("小绿车") == ("公共自行车",)
    assert [path.name for path in tmp_path.iterdir()] == ["用语.txt"]


def test_faulty_terms_are_not_saved_but_all_named(tmp_path: Path) -> None:
    own = OwnTerms(tmp_path)
    own.save_text("小绿车 → 共享单车")
    with pytest.raises(InputError) as raised:
        own.save_text("小绿车\n小蓝车 → 共享单车\n停用 没有的词")
    assert str(raised.value) == (
        "用语有误：\n第 1 行：只有一个词：请写成“甲 = 乙”或“甲 → 乙”"
        "\n第 3 行：自带的用语里没有“没有的词”，不用停用"
    )
    assert own.load_text() == "小绿车 → 共享单车"


def test_a_slip_in_the_file_stops_no_search(tmp_path: Path) -> None:
    own = OwnTerms(tmp_path)
    own.path.write_text("难\n小绿车 → 共享单车", "utf-8")
    assert own.lexicon().others("小绿车") == ("共享单车",)
    own.path.write_bytes("小绿车 → 公共自行车，另存为".encode("gb18030"))
    assert own.lexicon().groups == shipped_groups()
    with pytest.raises(InputError, match="请存为 UTF-8"):
        own.load_text()


# What a query is searched as


def test_a_query_is_rewritten_by_the_parts_that_are_on() -> None:
    def rewrite(*parts: Part) -> list[str]:
        language = Language(parts=frozenset(parts))
        return [rewriting.text for rewriting in language.rewrite("三万元加装电梯", SEGMENTER)]

    assert rewrite(Part.TERMS, Part.NUMERALS) == ["加装电梯", "三万元"]
    assert rewrite(Part.TERMS) == ["加装电梯"]
    assert rewrite(Part.NUMERALS) == ["三万元"]
    assert rewrite() == []
    assert Language(parts=frozenset()).find_numbers("普商务〔2021〕9号").documents == ()


def test_a_long_query_gives_less_weight_to_alternatives() -> None:
    language = Language(parts=frozenset({Part.TERMS}))
    (short,) = language.rewrite("加装电梯", SEGMENTER)
    (long,) = language.rewrite("加装电梯" + "，" * 156, SEGMENTER)
    assert long.alternatives[0].weight == pytest.approx(short.alternatives[0].weight / 4)


def test_alternatives_are_looked_up_in_both_fields_beside_the_query() -> None:
    rewriting = Rewriting("加装电梯", ("加装", "装电", "电梯"), (Alternative("增设电梯", 0.5),))
    own = SEGMENTER.segment("加装电梯")
    found = {(term.field, term.token) for term in terms_of([rewriting], own, SEGMENTER)}
    assert found == {
        (LexicalField.WORDS, "增设"),
        (LexicalField.BIGRAMS, "增设"),
        (LexicalField.BIGRAMS, "设电"),
    }


@pytest.mark.parametrize(
    ("written", "other"),
    [
        ("二〇二一年", "2021年"),
        ("2021年", "二〇二一年"),
        ("二零二一年", "2021年"),
        ("百分之三十", "30%"),
        ("30％", "百分之三十"),
        ("百分之三点五", "3.5%"),
        ("三万元", "30000元"),
        ("3万元", "三万元"),
        ("30000元", "3万元"),
        ("30,000元", "30000元"),
        ("第三十二条", "第32条"),
        ("第32条", "第三十二条"),
        ("两年", "2年"),
        ("十五分钟", "15分钟"),
        ("５号线", "五号线"),
    ],
)
def test_numbers_are_found_in_other_characters(written: str, other: str) -> None:
    found = dict(find_numerals(normalise(written)))
    assert other in found[normalise(written)]


@pytest.mark.parametrize("text", ["三四年", "几十万元", "千家万户", "五一路", "一个", "12345热线"])
def test_what_is_no_exact_number_stays(text: str) -> None:
    assert list(find_numerals(text)) == []


@pytest.mark.parametrize(
    ("written", "others"),
    [
        ("2年", ("二年", "两年")),
        ("3年", ("三年",)),
        ("15000元", ("15,000元", "1.5万元", "一万五千元")),
        ("1500.5元", ("一千五百点五元",)),
    ],
)
def test_a_number_has_no_other_forms_than_these(written: str, others: tuple[str, ...]) -> None:
    assert list(find_numerals(written)) == [(written, others)]


@given(st.integers(0, 9999))
def test_a_written_numeral_is_read_as_the_same_number(value: int) -> None:
    assert read_number(write_numeral(value)) == value


@pytest.mark.parametrize(
    ("value", "numeral"),
    [(0, "零"), (10, "十"), (32, "三十二"), (105, "一百零五"), (110, "一百一十"),
     (10_500, "一万零五百"), (100_005, "十万零五"), (250_000_000, "二亿五千万")],
)  # fmt: skip
def test_numerals_are_written_as_in_documents(value: int, numeral: str) -> None:
    assert write_numeral(value) == numeral


# Alternatives of terms


def test_an_alternative_counts_as_each_term_that_it_does_not_hold() -> None:
    rewriting = Rewriting("加装电梯", ("加装", "装电", "电梯"), (Alternative("增设电梯", 0.5),))
    plain = QueryTerms({"加装": 2.0, "装电": 3.0, "电梯": 1.0}, 6.0, 1.2)
    query = plain.rewritten([rewriting])
    text = "老楼增设电梯"
    # norm = 1.2; 电梯 once: 1 · 2.2 / 2.2; 加装 and 装电 half: (2 + 3) · 0.5 · 2.2 / 1.7
    assert score_texts(query, [text], [""], len(text)) == pytest.approx([1.0 + 5 * 0.5 * 2.2 / 1.7])
    assert list(query.found_in(text).weights) == ["加装", "装电", "电梯"]
    assert list(plain.found_in(text).weights) == ["电梯"]
    assert query.times({"加装": 2.0}).alternatives == query.alternatives


def test_a_number_does_not_stand_within_a_longer_one() -> None:
    assert Alternative("3万元", 1.0).count_in("3万元，13万元，2.3万元") == 1
    assert Alternative("第32", 0.5).count_in("第32条，第321条") == 0.5
    assert Alternative("欠薪", 1.0).count_in("欠薪和欠薪") == 2
    for text, places in (("3万元", [0, 15]), ("欠薪", [8, 18])):
        read = "3万元，13万元欠薪2.3万元3万元欠薪"
        stands_at = Alternative(text, 0.5).stands_at
        assert [place for place in range(len(read)) if stands_at(read, place)] == places
        assert Alternative(text, 0.5).count_in(read) == 0.5 * len(places)


# Numbers of documents


@pytest.mark.parametrize(
    "query",
    [
        "普商务〔2021〕9号",
        "普商务[2021]9号",
        "普商务(2021)9号",
        "普商务（2021）9号",
        "普商务【2021】9号",
        "普商务［２０２１］９号",
        "普商务 〔2021〕 9 号",
        "普商务2021年9号",
        "普商务〔2021〕第09号",
        "请问普商务〔2021〕9号说了什么",
        "普商务〔2021〕9",
    ],
)
def test_a_document_number_is_known_in_any_brackets(query: str) -> None:
    numbers = find_document_numbers(query)
    assert "普商务〔2021〕9号" in numbers.documents
    assert "普商务〔2021〕19号" not in numbers.documents
    assert numbers.matters == ()


@pytest.mark.parametrize(
    "query",
    ["第0142号提案", "142号建议", "建议第142号", "提案0142", "区十五届二次会议第142号代表建议",
     "142号", "第０１４２号", "提案 142 号"],
)  # fmt: skip
def test_the_number_of_a_proposal_is_known_with_zeros_or_without(query: str) -> None:
    assert {"142", "0142"} <= set(find_document_numbers(query).matters)


@pytest.mark.parametrize(
    "query",
    ["2号线什么时候开通", "2021年12号楼", "5号楼", "第3条建议改为", "建议2021年完成", "电梯"],
)
def test_other_numbers_ask_for_no_document(query: str) -> None:
    numbers = find_document_numbers(query)
    assert numbers.matters == ()
    assert not any(value.endswith("〕12号") for value in numbers.documents)


# The command line


def run(home: Path, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(application, ["--home", str(home), "terms", *words])
    return result.exit_code, result.output


def test_terms_are_listed_checked_and_tried(tmp_path: Path) -> None:
    assert run(tmp_path, "check")[1].startswith("还没有自己的用语")
    OwnTerms(tmp_path).save_text("停车难 = 找不到车位")
    code, shown = run(tmp_path, "list", "停车难")
    assert code == 0
    assert shown.splitlines()[0] == "停车难 = 找不到车位"
    assert "停车难 = 停车位不足" in shown
    assert run(tmp_path, "check")[1].startswith("没有错误")
    assert run(tmp_path, "test", "停车难")[1].startswith("停车难 → 找不到车位、停车位不足")
    assert "发文字号 → 普商务〔2021〕9号" in run(tmp_path, "test", "普商务[2021]9号")[1]
    assert run(tmp_path, "test", "你好")[1] == "没有别的说法，按原话检索。\n"
    faulty = tmp_path / "另一份.txt"
    faulty.write_text("停车难", "utf-8")
    code, shown = run(tmp_path, "check", str(faulty))
    assert code != 0


# What each part does
