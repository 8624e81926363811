"""Other programs do the same work as Dafu, on a few dozen passages; no figure itself is tested."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus.errors import InputError
from eval.bench.beside import lay_beside
from eval.bench.report import as_html, row_label
from eval.bench.run import BenchPlan, run_bench
from index.models.choice import Models
from tools.peers.compare import choose_peers, measure_beside
from tools.peers.known import PEERS, TITLES, missing_packages
from tools.peers.peer import Material, PeerQuery, Search
from tools.peers.picture import Mark, draw_picture, place_labels
from tools.peers.quality import load_quality, measure_quality, run_of
from tools.peers.show import as_markdown, load_report


class Absent:
    distributions = ("no-such-package",)
    modules = ()

    def build(self, material: Material, folder: Path) -> dict[str, Search]:
        raise NotImplementedError


SLOW = {"txtai", "langchain"}
"""Peers that take many seconds to import."""


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(PEERS, "absent", Absent())
        names = tuple(name for name in PEERS if name not in SLOW)
        return run_bench(BenchPlan((40,), queries=12), beside=measure_beside(names, Models()))


def test_dafus_own_legs_are_measured_by_what_the_others_are_given(found: dict[str, Any]) -> None:
    (size,) = found["sizes"]
    assert set(size["peers"]["dafu"]["latency"]["short"]) == {"lexical", "dense"}


@pytest.mark.parametrize("name", [name for name in PEERS if name != "dafu"])
def test_a_peer_does_the_same_work_or_is_named_as_not_measured(
    name: str, found: dict[str, Any]
) -> None:
    missing = missing_packages(name)
    if name in SLOW and not missing:
        pytest.skip(f"{name} takes many seconds to import")
    peer = found["sizes"][0]["peers"].get(name)
    if missing:
        assert peer is None or all(package in peer["not_measured"] for package in missing)
        pytest.skip(f"not installed: {missing}")
    assert peer["passages"] == found["sizes"][0]["passages"]
    assert peer["build_seconds"] > 0
    legs = set(peer["latency"]["short"])
    assert legs <= {"lexical", "dense", "fused"}
    named = {f"{kind} {leg}" for kind in ("short", "long") for leg in legs}
    assert named | {"build"} == set(peer["ratios"])


def test_a_peer_that_is_absent_is_named(found: dict[str, Any]) -> None:
    absent = found["sizes"][0]["peers"]["absent"]
    assert "没有安装 no-such-package" in absent["not_measured"]
    assert "没有测：没有安装 no-such-package" in as_html(found)
    assert "Not measured: absent (没有安装 no-such-package" in as_markdown(found["sizes"][0], [])


def test_all_peers_are_measured_where_none_is_named_and_dafu_always_is() -> None:
    assert choose_peers([]) == tuple(PEERS)
    assert next(iter(PEERS)) == "dafu"
    assert PEERS.keys() == TITLES.keys()
    assert choose_peers(["txtai"]) == ("dafu", "txtai")
    with pytest.raises(InputError, match="a、b；可用的有 dafu、bm25s"):
        choose_peers(["a", "dafu", "b"])


@pytest.mark.parametrize("name", list(PEERS))
def test_every_leg_finds_the_passage_that_was_asked_for(name: str, tmp_path: Path) -> None:
    if missing := missing_packages(name):
        pytest.skip(f"not installed: {missing}")
    if name in SLOW:
        pytest.skip(f"{name} takes many seconds to import")
    texts = ["老旧小区加装电梯的补贴", "公交线路延长到开发区", "中小学课后服务的收费标准"]
    vectors = np.eye(3, 8, dtype=np.float32)
    legs = PEERS[name].build(Material([4, 7, 9], texts, vectors), tmp_path)
    for leg, search in legs.items():
        assert search(PeerQuery("公交 线路", vectors[1]))[0] == 7, leg
        assert search(PeerQuery("课后服务怎么收费？", vectors[2]))[0] == 9, leg


@pytest.fixture(scope="module")
def quality(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("judged") / "board"
    (folder / "qrels").mkdir(parents=True)
    texts = {"a": "加装电梯由业主共同决定。", "b": "公交线路将延长到开发区。"}
    documents = [{"_id": id, "text": text} for id, text in texts.items()]
    queries = [{"_id": "1", "text": "公交线路延长"}, {"_id": "2", "text": "加装电梯谁决定"}]
    for name, rows in (("corpus", documents), ("queries", queries)):
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, "utf-8")
    (folder / "qrels" / "test.tsv").write_text("1\tb\t1\n2\ta\t1\n", "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(PEERS, "absent", Absent())
        return [measure_quality(("dafu", "absent"), folder, Models(), lambda *_: None)]


def test_quality_is_that_of_each_leg_and_of_dafus_whole_search(
    quality: list[dict[str, Any]],
) -> None:
    (judged,) = quality
    assert (judged["test_set"], judged["documents"], judged["queries"]) == ("board", 2, 2)
    assert judged["peers"]["dafu"] == {"lexical": 1.0, "dense": 1.0, "fused": 1.0}
    assert "没有安装 no-such-package" in judged["peers"]["absent"]["not_measured"]


def test_a_document_ranks_by_its_best_passage() -> None:
    exported = {"names": {"1": ["a"], "2": ["b"], "3": ["a"]}, "queries": ["q"]}
    assert run_of([[3, 2, 1]], exported) == {"q": {"a": 1.0, "b": 0.5}}


def test_the_table_has_a_row_for_all_that_is_measured(
    found: dict[str, Any], quality: list[dict[str, Any]]
) -> None:
    (size,) = found["sizes"]
    rows = lay_beside(size, quality)
    assert [(row.what, row.of, row.leg) for row in rows if row.what != "search"] == [
        ("build", "", ""),
        ("memory", "", ""),
        ("disk", "", ""),
        *(("quality", "board", leg) for leg in ("lexical", "dense", "fused")),
    ]
    whole = next(row for row in rows if row.leg == "fused")
    assert " / " in whole.cells[0]  # Dafu's whole search, which its legs' process doesn't measure
    assert [row.cells[0] for row in rows[-3:]] == ["1.000"] * 3
    page = as_html({**found, "quality": quality})
    table = as_markdown(size, quality)
    for row in rows:
        assert row_label(row) in page
        assert all(cell in page for cell in row.cells)
        assert f"| {' | '.join(row.cells)} |" in table


def test_the_picture_has_every_program_that_was_measured_and_ranked(
    found: dict[str, Any], quality: list[dict[str, Any]], tmp_path: Path
) -> None:
    picture = draw_picture({**found, "quality": quality}, "en")
    assert picture.count(">Dafu</text>") == 2  # in both panels
    assert "board (2 queries)" in picture
    assert "检索全程" in draw_picture({**found, "quality": quality}, "zh")
    with pytest.raises(InputError, match="没有质量"):
        draw_picture(found, "en")
    (tmp_path / "speed.json").write_text("[]", "utf-8")
    with pytest.raises(InputError, match="请重新测量"):
        load_report(tmp_path / "speed.json")
    with pytest.raises(InputError, match="不是质量测量的结果"):
        load_quality(tmp_path / "speed.json")
    (tmp_path / "quality.json").write_text(json.dumps({"quality": quality}), "utf-8")
    assert load_quality(tmp_path / "quality.json") == quality


def test_labels_of_programs_that_lie_close_together_lie_over_nothing() -> None:
    close = [(320, 288), (386, 287), (379, 300), (292, 290), (114, 315), (330, 345), (400, 100)]
    marks = [Mark("peer", "Milvus Lite", x, y) for x, y in close]
    place_labels(marks, 56, 427)
    boxes = [mark.box(mark.anchor, mark.label_x, mark.label_y) for mark in marks]
    dots = [(x - 5, x + 5, y - 5, y + 5) for x, y in close]
    for number, (left, right, top, bottom) in enumerate(boxes):
        assert left >= 56
        assert right <= 427
        for low, high, above, below in boxes[number + 1 :] + dots:
            assert right <= low or high <= left or bottom <= above or below <= top
