"""What the codes of the dense leg cost, against a search of every vector."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools.codes import measure_folder, overlap

PLACES = ("东桥", "西街", "南湖", "北山", "河滨", "长青", "紫藤", "海棠")
THINGS = ("路灯", "井盖", "公厕", "护栏", "花坛", "站牌", "水管", "球场")


def test_overlap_is_of_what_is_exact() -> None:
    assert overlap([(1, 0.9), (3, 0.8), (2, 0.1)], [(1, 0.9), (2, 0.8), (3, 0.7)], 2) == 0.5


def write_set(folder: Path) -> Path:
    (folder / "qrels").mkdir(parents=True)
    pairs = [f"{place}{thing}" for place in PLACES for thing in THINGS]
    documents = [{"_id": f"d{n}", "text": f"{p}已经修好。"} for n, p in enumerate(pairs)]
    queries = [{"_id": f"q{n}", "text": f"{p}坏了"} for n, p in enumerate(pairs[:8])]
    for name, records in (("corpus", documents), ("queries", queries)):
        lines = (json.dumps(record, ensure_ascii=False) for record in records)
        (folder / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    qrels = "".join(f"q{n}\td{n}\t1\n" for n in range(8))
    (folder / "qrels" / "test.tsv").write_text(qrels, encoding="utf-8")
    return folder


def test_few_passages_have_no_codes(tmp_path: Path) -> None:
    found = measure_folder(write_set(tmp_path / "set"))
    assert (found.passages, found.queries, found.overlap_100) == (64, 8, 1.0)
    assert found.coded == pytest.approx(found.exact, abs=0.05)
    assert found.exact > 0.5


def test_other_texts_are_searched_too_and_codes_find_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.stores.dense.MOST_EXACT", 50)
    monkeypatch.setattr("index.stores.dense.LEAST_CANDIDATES", 40)
    background = [f"第{n}批书屋开放借阅。" for n in range(40)]
    found = measure_folder(write_set(tmp_path / "set"), background)
    assert found.passages == 104
    assert found.overlap_10 > 0.9
