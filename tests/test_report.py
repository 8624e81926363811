"""Reports: one HTML page that needs nothing else, and the same as JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from typer.testing import CliRunner

from app.cli import application
from corpus.errors import NotFound
from eval.history.trend import Point, Series, Trend
from eval.ranking.categories import register_of, split_by_category
from eval.ranking.causes import Cause, Failure, Failures
from eval.ranking.compare import compare_runs
from eval.ranking.found import FoundDocument
from eval.ranking.measured import MeasuredRun, save_measured
from eval.ranking.side_by_side import lay_side_by_side
from eval.report.fragments import load_style, render_trends
from eval.report.report import as_html
from eval.statistics import Mean

TRAP = '<script src="https://example.org/x.js">alert(1)</script>'


@pytest.fixture
def saved(tmp_path: Path) -> list[str]:
    """Two saved runs over three queries; one query's text is HTML."""
    queries = {"q1": "路灯什么时候修好", "q2": TRAP, "q3": "公园几点开门"}
    for name, values in (("旧", (1.0, 0.5, 1.0)), ("新", (1.0, 1.0, 0.25))):
        by_query = dict(zip(queries, values, strict=True))
        run = MeasuredRun(
            "",
            {"RR@10": by_query, "Judged@10": dict.fromkeys(queries, 0.1)},
            queries,
            {"leg": "fused", "model": "静态 & 小"},
            {"qrels": "12ab"},
            "2026-01-02T03:04:05+00:00",
        )
        save_measured(run, tmp_path / f"{name}.json")
    return [str(tmp_path / "旧.json"), str(tmp_path / "新.json")]


def report(saved: list[str], out: Path) -> str:
    result = CliRunner().invoke(application, ["eval", "report", *saved, "--out", str(out)])
    assert (result.exit_code, result.stderr) == (0, "")
    assert str(out) in result.stdout.replace("\n", "")
    return out.read_text(encoding="utf-8")


def test_a_page_that_needs_nothing_else(saved: list[str], tmp_path: Path) -> None:
    text = report(saved, tmp_path / "report.html")
    page: Any = html.fromstring(text)
    assert page.get("lang") == "zh-CN"
    assert page.xpath("//script | //link | //img | //iframe | //@src | //@href") == []
    assert "url(" not in text
    assert "@import" not in text
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'")
    assert "共 3 个查询，以 旧 为基准" in page.text_content()


def rows(page: Any, section: str) -> list[list[str]]:
    """Return the cells of a section's tables."""
    found = page.xpath(f"//section[@class='{section}']//tr")
    return [[cell.text_content().strip() for cell in row] for row in found]


def test_the_page_shows_means_tests_queries_and_settings(saved: list[str], tmp_path: Path) -> None:
    page: Any = html.fromstring(report(saved, tmp_path / "report.html"))
    assert [row[:3] for row in rows(page, "means")[1:]] == [
        ["RR@10", "旧", "0.8333"],
        ["", "新", "0.7500"],
        ["Judged@10", "旧", "0.1000"],
        ["", "新", "0.1000"],
    ]
    differences = rows(page, "differences")
    assert differences[1][:3] == ["新", "RR@10", "-0.0833"]
    assert differences[1][6:] == ["否", "1", "1", "1", "2"]
    assert [row[:4] for row in rows(page, "values")[1:]] == [
        ["q3", "公园几点开门", "1.000", "0.250"],
        ["q1", "路灯什么时候修好", "1.000", "1.000"],
        ["q2", TRAP, "0.500", "1.000"],
    ]
    assert ["model", "静态 & 小", "静态 & 小"] in rows(page, "settings")
    # Three steps of a third of 760; the worst reaches the bottom, the best .5 / .75 of the height.
    down, up = page.xpath("//svg[@class='chart']/path[@class!='axis']/@d")
    assert down == "M0 70V140.0H253.33V70.0H506.67V70.0H760.00V70Z"
    assert up == "M0 70V70.0H253.33V70.0H506.67V23.3H760.00V70Z"


def test_the_same_as_json(saved: list[str], tmp_path: Path) -> None:
    content = json.loads(report(saved, tmp_path / "report.json"))
    assert content["baseline"] == "旧"
    assert content["differences"][0]["mean"] == -0.083333
    assert [each["category"] for each in content["categories"]] == ["register", "length"]
    assert content["by_query"][0] == {
        "query": "q3",
        "text": "公园几点开门",
        "values": {
            "旧": {"RR@10": 1.0, "Judged@10": 0.1},
            "新": {"RR@10": 0.25, "Judged@10": 0.1},
        },
    }


def test_a_report_of_one_run_compares_nothing(saved: list[str], tmp_path: Path) -> None:
    page: Any = html.fromstring(report(saved[:1], tmp_path / "report.html"))
    assert [heading.text for heading in page.iter("h2")] == [
        "指标",
        "分类（RR@10）",
        "各个查询",
        "设置",
    ]


def test_a_bad_name_is_told(saved: list[str], tmp_path: Path) -> None:
    for out, message in (("report.pdf", "应以 .html 或 .json 结尾"), ("no/report.html", "写不了")):
        command = ["eval", "report", *saved, "--out", str(tmp_path / out)]
        result = CliRunner().invoke(application, command)
        assert (result.exit_code, message in result.stderr) == (2, True)


def a_full_run(name: str, order: str, failures: Failures | None = None) -> MeasuredRun:
    """Make a run that finds these documents for a query, and of another nothing."""
    found = tuple(
        FoundDocument(document, 1 - n / 10, "标题" + document, 0, 9, ("一、照明",), TRAP)
        for n, document in enumerate(order)
    )
    values = {"q1": 1 / (order.index("a") + 1), "q2": 0.0}
    return MeasuredRun(
        name,
        {"RR@10": values, "Judged@10": dict.fromkeys(values, 0.5)},
        {"q1": "请问路灯什么时候修好？", "q2": "关于加强公园照明的提案"},
        {"leg": "fused"},
        test_set="问答",
        qrels={"q1": {"a": 1, "b": 0}, "q2": {"z": 1}},
        found={"q1": found, "q2": ()},
        categories={"q1": {"agency": "住建局"}, "q2": {"agency": "园林局"}},
        failures=failures,
    )


def test_hits_stand_side_by_side() -> None:
    laid = lay_side_by_side([a_full_run("旧", "bac"), a_full_run("新", "adb")], "q1")
    old, new = laid.columns
    assert [(p.hit.document, p.gain) for p in old.places] == [("b", 0), ("a", 1), ("c", None)]
    assert [(p.hit.document, p.before, str(p.change)) for p in new.places] == [
        ("a", 2, "up"),
        ("d", None, "new"),
        ("b", 1, "down"),
    ]
    assert ([p.hit.document for p in new.gone], old.gone) == (["c"], ())
    assert lay_side_by_side([a_full_run("旧", "ab")], "q2").unfound == ("z",)
    with pytest.raises(NotFound, match=r"没有编号为 'q9' 的查询（共 2 个，如 q1、q2）"):
        lay_side_by_side([a_full_run("旧", "ab")], "q9")


def test_the_page_shows_hits_categories_and_failures() -> None:
    lost = Failure(Cause.FUSED, "z", TRAP, rank=12, lexical=3, unjudged=9)
    failures = Failures(2, 10, {"q2": lost}, {"q2": "关于加强公园照明的提案"})
    runs = [a_full_run("旧", "bac"), a_full_run("新", "adb", failures)]
    page: Any = html.fromstring(as_html(compare_runs(runs)))
    assert page.xpath("//script") == []
    (sides,) = page.xpath("//details[@class='query'][contains(., '路灯')]")
    text = " ".join(sides.text_content().split())
    assert "↑ 原第 2相关 1 a" in text
    assert "新出现未判断 d" in text
    assert "不再出现原第 3 c" in text
    assert "都没有找到的相关文档：z" in page.text_content()
    table = rows(page, "categories")
    assert ["住建局 查询少", "1"] in [row[:2] for row in table]
    assert any(row[0].startswith("口语") for row in table)
    assert ["融合压低", "1", ""] in rows(page, "failures")
    (row,) = (row for row in rows(page, "failures") if len(row) == 6 and row[0] != "查询")
    assert row[2:] == ["12", "3", "–", "9"]


def test_a_trend_is_plotted() -> None:
    points = [
        Point(f"r{n}", f"2026-01-0{n}T00:00:00+00:00", Mean(mean, mean - 0.1, mean + 0.1), changed)
        for n, (mean, changed) in enumerate([(0.5, ()), (0.7, ("模型",))], 1)
    ]
    trend = Trend("问答", "RR@10", (Series("fused", "小", tuple(points)),))
    page: Any = html.fromstring(render_trends([trend]))
    (line,) = page.xpath("//polyline/@points")
    (first, old), (last, new) = (map(float, dot.split(",")) for dot in line.split())
    assert first < last
    assert old > new
    assert "改了模型" in page.xpath("//circle/title")[1].text
    assert render_trends([Trend("问答", "RR@10", (Series("fused", "小", (points[0],)),))]) == ""


def test_all_style_is_within_the_report() -> None:
    selectors = re.findall(r"^([^{}]+){", load_style(), re.MULTILINE)
    each = [one.strip() for selector in selectors for one in selector.split(",")]
    assert [one for one in each if not re.match(r"(\.dark )?\.dafu-report( |$)", one)] == []


@pytest.mark.parametrize(
    ("text", "register"),
    [
        ("请问我们小区什么时候通水啊？", "口语"),
        ("为什么天天停水没人管", "口语"),
        ("关于进一步加强养老服务体系建设的提案", "公文"),
        ("《条例》的落实情况", "公文"),
        ("公园", "不明显"),
    ],
)
def test_registers(text: str, register: str) -> None:
    assert register_of(text) == register


def test_categories_by_hand() -> None:
    queries = [f"q{n:02}" for n in range(25)]
    values = {query: float(n < 10) for n, query in enumerate(queries)}
    runs = [
        MeasuredRun(
            name,
            {"RR@10": {q: v * share for q, v in values.items()}, "Judged@10": values},
            categories={
                q: {"category": "甲" if n < 20 else "乙"} for n, q in enumerate(queries[:24])
            },
        )
        for name, share in (("旧", 1.0), ("新", 0.5))
    ]
    (own,) = split_by_category(runs, "RR@10")
    assert [(g.value, g.queries, g.small) for g in own.groups] == [
        ("甲", 20, False),
        ("乙", 4, True),
        ("未知", 1, True),
    ]
    first = own.groups[0]
    assert (first.means["旧"].mean, first.differences["新"].mean) == (0.5, -0.25)
    assert first.judged == {"旧": 0.5, "新": 0.5}
    assert own.groups[1].differences["新"] == Mean(0.0, 0.0, 0.0)
