"""Reports: one HTML page that needs nothing else, and the same as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lxml import html
from typer.testing import CliRunner

from app.cli import application
from eval.ranking.measured import MeasuredRun
from eval.ranking.saved import save_measured

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
    page = html.fromstring(text)
    assert page.get("lang") == "zh-CN"
    assert page.xpath("//script | //link | //img | //iframe | //@src | //@href") == []
    assert "url(" not in text
    assert "@import" not in text
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'")
    assert "共 3 个查询，以 旧 为基准" in page.text_content()


def test_the_page_shows_means_tests_queries_and_settings(saved: list[str], tmp_path: Path) -> None:
    page = html.fromstring(report(saved, tmp_path / "report.html"))
    means, differences, queries, settings = (
        [[cell.text_content().strip() for cell in row] for row in table.iter("tr")]
        for table in page.iter("table")
    )
    assert [row[:3] for row in means[1:]] == [
        ["RR@10", "旧", "0.8333"],
        ["", "新", "0.7500"],
        ["Judged@10", "旧", "0.1000"],
        ["", "新", "0.1000"],
    ]
    assert differences[1][:3] == ["新", "RR@10", "-0.0833"]
    assert differences[1][6:] == ["否", "1", "1", "1", "2"]
    assert [row[:4] for row in queries[1:]] == [
        ["q3", "公园几点开门", "1.000", "0.250"],
        ["q1", "路灯什么时候修好", "1.000", "1.000"],
        ["q2", TRAP, "0.500", "1.000"],
    ]
    assert ["model", "静态 & 小", "静态 & 小"] in settings
    # Three steps of a third of 640; the worst reaches the bottom, the best .5 / .75 of the height.
    (outline,) = page.xpath("//svg[@class='chart']/path[1]/@d")
    assert outline == "M0 60V120.0H213.33V60.0H426.67V20.0H640.00V60Z"


def test_the_same_as_json(saved: list[str], tmp_path: Path) -> None:
    content = json.loads(report(saved, tmp_path / "report.json"))
    assert content["baseline"] == "旧"
    assert content["differences"][0]["mean"] == -0.083333
    assert content["by_query"][0] == {
        "query": "q3",
        "text": "公园几点开门",
        "values": {
            "旧": {"RR@10": 1.0, "Judged@10": 0.1},
            "新": {"RR@10": 0.25, "Judged@10": 0.1},
        },
    }


def test_a_report_of_one_run_compares_nothing(saved: list[str], tmp_path: Path) -> None:
    page = html.fromstring(report(saved[:1], tmp_path / "report.html"))
    assert [heading.text for heading in page.iter("h2")] == ["指标", "各个查询", "设置"]


def test_a_bad_name_is_told(saved: list[str], tmp_path: Path) -> None:
    for out, message in (("report.pdf", "应以 .html 或 .json 结尾"), ("no/report.html", "写不了")):
        command = ["eval", "report", *saved, "--out", str(tmp_path / out)]
        result = CliRunner().invoke(application, command)
        assert (result.exit_code, message in result.stderr) == (2, True)
