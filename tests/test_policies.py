"""Which policies a text cites."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.statements.policies import find_policies
from tools.policies import measures, read


def cited(text: str) -> list[tuple[str, str | None, str | None]]:
    """Return the citations as they stand, with their names and numbers."""
    return [(text[one.start : one.end], one.name, one.number) for one in find_policies(text)]


def test_a_title_with_its_number_is_one_citation() -> None:
    text = "根据《关于推进渠道管护的意见》（河政发[2021]9 号），现予落实。"
    assert cited(text) == [
        (
            "《关于推进渠道管护的意见》（河政发[2021]9 号）",
            "关于推进渠道管护的意见",
            "河政发〔2021〕9号",
        )
    ]


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("国办发〔2024〕1号", "国办发〔2024〕1号"),
        ("河府规（2023）12号", "河府规〔2023〕12号"),
        ("河府规【2023】 12 号", "河府规〔2023〕12号"),
        ("河府规〔２０２３〕１２号", "河府规〔2023〕12号"),
        ("国务院令第 379 号", "国务院令第379号"),
        ("主席令第四十八号", "主席令第四十八号"),
        ("水利部公告第26号", "水利部公告第26号"),
        ("GB 50016—2014", "GB 50016-2014"),
        ("GB/T 9704-2012", "GB/T 9704-2012"),
    ],
)
@pytest.mark.parametrize("before", ["", "按照", "我局对照", "依据原", "《水法》和"])
def test_numbers_in_any_form(written: str, number: str, before: str) -> None:
    text = f"{before}{written}的要求办理。"
    (found,) = [one for one in find_policies(text) if one.name is None]
    assert (text[found.start : found.end], found.number) == (written, number)


def test_titles_within_titles_have_other_brackets() -> None:
    text = "按照《关于印发《渠道管护办法》的通知》办理，见《〈水法〉实施细则》。"
    assert [name for _, name, _ in cited(text)] == [
        "关于印发〈渠道管护办法〉的通知",
        "〈水法〉实施细则",
    ]


@pytest.mark.parametrize(
    "defined",
    [
        "《河湾县渠道管护办法》（河政发〔2021〕9号，以下简称《办法》）",
        "《河湾县渠道管护办法》（河政发〔2021〕9号），下称《办法》",
        "《河湾县渠道管护办法》（河政发〔2021〕9号，以下简称“《办法》”）",
        "《河湾县渠道管护办法》（河政发〔2021〕9号）",
    ],
)
def test_a_short_name_is_what_it_stands_for(defined: str) -> None:
    text = f"县里出台{defined}。《办法》第三条规定每年清淤。"
    full, short = find_policies(text)
    assert (full.name, full.number) == ("河湾县渠道管护办法", "河政发〔2021〕9号")
    assert text[short.start : short.end] == "《办法》"
    assert (short.name, short.number, short.short_of) == (full.name, full.number, full.name)


def test_a_short_name_may_stand_in_quotes() -> None:
    text = "《关于水价的通知》（简称“9号文”）有效，“9号文”规定的水价不变。"
    _, short = find_policies(text)
    assert (text[short.start : short.end], short.name) == ("“9号文”", "关于水价的通知")


def test_a_number_before_a_title_is_its_own() -> None:
    text = "按河府规〔2021〕3号（即《河湾县广告设置规定》）第八条办理。"
    assert [(name, number) for _, name, number in cited(text)] == [
        (None, "河府规〔2021〕3号"),
        ("河湾县广告设置规定", "河府规〔2021〕3号"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "您在《关于增设渡口的提案》中提出三条意见。",
        "《关于增设渡口的建议》收悉。",
        "据《河湾日报》6月3日报道。",
        "请填写《家长告知书》和《房屋租赁合同》。",
        "《政府工作报告》提出今年修渠。",
        "《规划》对此未作安排。",
        "按照“十四五”规划安排。",
        "《护渠有办法》一文反映了情况。",
        "我局的答复（河水建复〔2024〕12号）已送达，批复（河水函〔2024〕5号）亦然。",
    ],
)
def test_what_is_no_policy(text: str) -> None:
    assert cited(text) == []


def test_the_measure_counts_places_and_values(tmp_path: Path) -> None:
    label = {"start": 2, "end": 6, "name": "水法", "number": None, "short_of": None}
    rows = [
        {"text": "根据《水法》办理。", "policies": [label]},
        {"text": "根据水法办理。", "policies": [{**label, "note": "bare"}]},
        {"text": "根据《渔业法》办理。", "policies": []},
    ]
    path = tmp_path / "policies.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    assert measures(read(path)) == {
        "precision": "0.500 (1 of 2)",
        "recall": "1.000 (1 of 1)",
        "names right, of those found": "1.000 (1 of 1)",
        "numbers right": "1.000 (1 of 1)",
        "short names right": "1.000 (1 of 1)",
    }
