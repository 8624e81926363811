"""Speed is measured really, on a few dozen passages; no figure itself is tested."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import InputError
from corpus.files import bytes_below
from corpus.filters import Filters
from corpus.parse import parse_text
from corpus.store.store import Store
from corpus.types import FieldName, ParsedReply
from eval.bench.gauges import Latency, Stopwatch, peak_memory
from eval.bench.growth import draw_growth, exponents, growth_picture
from eval.bench.made import iter_made
from eval.bench.narrow import choose_narrowings
from eval.bench.report import as_html, as_text, check_report, save_report
from eval.bench.run import BenchPlan, run_bench
from eval.bench.task import TaskFailed, do_task
from index.text.segment import Segmenter

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    told: list[str] = []
    found = run_bench(BenchPlan((40,), queries=12), lambda stage, done, total: told.append(stage))
    assert {"造文本", "40 段：读取与解析", "40 段：建立索引", "40 段：检索（short）"} <= {*told}
    return found


def test_a_size_is_measured_from_files_to_answers(found: dict[str, Any]) -> None:
    (size,) = found["sizes"]
    assert 40 <= size["passages"] < 60
    for stage in ("load", "index", "whole"):
        rate = size["passages"] / size[stage]["seconds"]
        assert size[stage]["passages_per_second"] == pytest.approx(rate, rel=0.1)
    for kind in ("short", "long"):
        assert set(size["latency"][kind]) == {"analyse", "lexical", "dense", "fused", "ask"}
        fused = size["latency"][kind]["fused"]
        assert 0 < size["latency"][kind]["dense"]["p50"] < fused["p50"] <= fused["p99"]
        assert fused["queries"] == 2
    assert size["disk_bytes"] > 10_000
    assert size["peers"] == {}
    assert (size["add"]["replies"], size["add"]["loads"]) == (100, 5)
    assert size["add"]["processor_seconds"] > 0
    assert 0 < size["open_seconds"] < 60
    assert size["narrowed"][0]["kept"] == 1
    own, searching = size["memory_bytes"]["own"], size["memory_bytes"]["searching"]
    assert own is None or 10_000_000 < own < searching
    assert found["exponents"] == {}


def test_what_grows_is_told_as_a_power_of_the_passages() -> None:
    def size(passages: int, add: float | None, memory: int | None) -> dict[str, Any]:
        fused = {"fused": {"p50": 2.0 * passages}}
        return {
            "passages": passages,
            "latency": {"short": fused, "long": fused},
            "add": add and {"processor_seconds": add},
            "open_seconds": 0.25,
            "memory_bytes": {"own": memory},
            "disk_bytes": 9 * passages**2,
        }

    assert exponents([size(10, 0.5, 99)]) == {}
    assert exponents([size(10, 0.5, None), size(100, 0.5, None), size(1000, None, 7)]) == {
        "short": 1.0, "long": 1.0, "add": 0.0, "open": 0.0, "disk": 2.0,
    }  # fmt: skip


def test_growth_is_drawn_from_two_sizes_on(found: dict[str, Any]) -> None:
    small = found["sizes"][0]
    disk = small["disk_bytes"]
    large = small | {"passages": 10 * small["passages"], "disk_bytes": 10 * disk}
    names = dict.fromkeys(("short", "long", "add", "open", "memory", "disk"), "某物")
    chart = draw_growth([small, large], names)
    assert chart is not None
    disk_line, even = chart.lines[-1], chart.even
    assert disk_line.label == "某物  n^1.00"
    assert disk_line.dots[-1] == pytest.approx(even)  # grows as the dashed line does
    assert {line.label for line in chart.lines[:-1]} == {"某物  n^0.00"}
    labels = sorted(line.label_y for line in chart.lines)
    assert all(below - above >= 19 for above, below in pairwise(labels))
    picture = growth_picture([small, large], names, "段数")
    assert picture.count("<polyline") == len(chart.lines)
    assert draw_growth([small], names) is None


def test_filters_are_chosen_that_keep_about_a_tenth_and_less(tmp_path: Path) -> None:
    def parsed(number: int, agency: str) -> ParsedReply:
        return parse_text(
            f"{number}",
            f"关于加装电梯的答复\n\n张三代表：\n\n您提出的建议收悉，现答复如下：\n\n第{number}号加装电梯"
            f"由业主共同决定。\n\n{agency}\n2024年3月1日\n",
        )

    agencies = (
        ["青溪市民政局"] * 80 + ["青溪市交通局"] * 11 + ["云桥区教育局"] * 8 + ["望湖区水利局"]
    )
    with Store.open(tmp_path) as store:
        assert list(choose_narrowings(store)) == []
        store.put_file("一", None, [parsed(*each) for each in enumerate(agencies)])
        tenth, hundredth = choose_narrowings(store)
    assert (tenth.kept, tenth.filters) == (0.11, Filters(agencies=("青溪市交通局",)))
    assert (hundredth.kept, hundredth.filters.agencies) == (0.01, ("望湖区水利局",))


def test_the_report_needs_nothing_from_elsewhere(found: dict[str, Any], tmp_path: Path) -> None:
    page = as_html(found)
    assert "default-src 'none'" in page
    assert not any(word in page for word in ("src=", "href=", "<script"))
    assert "检索全程" in page
    assert json.loads(as_text(found)) == found
    save_report(found, tmp_path / "速度.html")
    assert (tmp_path / "速度.html").read_text("utf-8") == page


def test_a_report_that_could_not_be_written_is_refused_before_measuring(tmp_path: Path) -> None:
    check_report(tmp_path / "a.json")
    with pytest.raises(InputError, match=r"\.html 或 \.json"):
        check_report(tmp_path / "a.pdf")
    with pytest.raises(InputError, match="没有文件夹"):
        check_report(tmp_path / "没有" / "a.json")


def test_a_folder_that_has_less_is_measured_and_noted(tmp_path: Path) -> None:
    (tmp_path / "一.txt").write_text("关于加装电梯的答复\n\n加装电梯由业主共同决定。\n", "utf-8")
    found = run_bench(BenchPlan((10, 20), folder=tmp_path, queries=12))
    assert [size["passages"] for size in found["sizes"]] == [1]
    assert found["notes"] == ["只有 1 段，不足 10 段"]


def test_wrong_plans_are_named(tmp_path: Path) -> None:
    for plan, said in (
        ({"sizes": ()}, "不小于 10"),
        ({"sizes": (5,)}, "不小于 10"),
        ({"sizes": (10,), "queries": 1}, "至少要 12"),
        ({"sizes": (10,), "folder": tmp_path / "没有"}, "没有这个文件或文件夹"),
    ):
        with pytest.raises(InputError, match=said):
            BenchPlan(**plan)
    with pytest.raises(InputError, match="没有读到"):
        run_bench(BenchPlan((10,), folder=tmp_path, queries=12))


def test_made_replies_are_the_same_every_time_and_unlike_each_other() -> None:
    first, again = (list(islice(iter_made(), 60)) for _ in range(2))
    assert first == again
    assert len({made.text for made in first}) == 60
    parsed = [parse_text(made.id, made.text) for made in first]
    assert sum(reply.reply.value(FieldName.AGENCY) is not None for reply in parsed) > 30
    assert sum(len(reply.passages) for reply in parsed) > 120


def test_made_words_grow_as_real_ones_do() -> None:
    """Twice the text has many new words, unlike sentences that are merely repeated."""
    segmenter = Segmenter()
    words = [{*segmenter.words(made.text)} for made in islice(iter_made(), 200)]
    half, whole = len(set().union(*words[:100])), len(set().union(*words))
    assert whole > 1.3 * half


def test_percentiles_are_those_of_the_calls() -> None:
    assert Latency.of([0.001, 0.002, 0.003]) == Latency(3, 2.0, 2.9, 2.98)
    watch = Stopwatch()
    assert watch.measure("a", max, 1, 2) == 2
    assert watch.around("b", max)(3, 4) == 4
    assert {name: each.queries for name, each in watch.latencies().items()} == {"a": 1, "b": 1}


def test_memory_and_disk_are_those_used(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").write_bytes(b"12345")
    assert bytes_below(tmp_path) == 5
    before = peak_memory()
    if before is None:
        pytest.skip("this system does not tell")
    held = bytearray(os.urandom(1)) * 200_000_000
    after = peak_memory()
    assert after is not None
    assert after >= before
    assert after > len(held)


def test_a_task_that_fails_says_why_and_one_that_takes_too_long_is_ended() -> None:
    with pytest.raises(TaskFailed, match="TypeError"):
        do_task("make", nonsense=1)
    with pytest.raises(TaskFailed, match=r"0\.01 秒内没有做完"):
        do_task("make", most_seconds=0.01, folder="", replies=1)


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_an_interrupted_bench_leaves_nothing_behind(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "app", "bench", "--sizes", "1000000"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not (begun := list(tmp_path.glob("**/dafu-bench-*/made/*"))):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) != 0
    assert not begun[0].exists()
    assert list(tmp_path.glob("**/dafu-bench-*")) == []
