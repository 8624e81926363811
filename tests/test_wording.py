"""One name for each field and each way of ranking: on the page, in the terminal, in Word."""

from __future__ import annotations

import ast
import io
import re
from pathlib import Path
from typing import get_type_hints

from docx import Document
from rich.console import Console

from app.cli.evaluate import run as eval_run
from app.cli.options import FilterOptions
from app.cli.views.replies import print_reply, print_stats
from app.cli.views.runs import print_runs
from app.export.precedents import save_precedents
from app.types import Precedent, ReplyCard, ReplyView, SearchHit
from app.views.figures import Stats
from app.views.listing import ListedReply, ReplyList
from app.web.desk.view import render_precedents
from app.web.facts import SHOWN, list_fields
from app.web.render import render
from app.web.tabs.library import render_list
from app.wording import FIELDS, FILTERS
from corpus.types import Field, FieldName
from eval.history.history import Listing, RunCard
from eval.ranking.categories import AGENCY, KIND
from eval.ranking.search import Leg
from eval.report.words import CATEGORIES, LEGS, MEASURES

ROOT = Path(__file__).resolve().parents[1]

CARD = ReplyCard(
    reply_id="r1",
    title="对第0058号提案的答复",
    matter="完善社区助餐服务",
    agency="云溪区民政局",
    doc_number="云民〔2022〕7号",
    date="2022-04-09",
    kind="提案答复",
    outcome="B",
    disclosure="主动公开",
    source="/srv/a.txt",
)
PRECEDENT = Precedent(1, 0.8, CARD, (SearchHit(1, 0.8, CARD, (), 0, 3, "正文。"),))
VIEW = ReplyView(CARD, "正文。", "", tuple(Field(name, f"甲{name}") for name in FieldName), ())
RUN = RunCard(
    id="ab12",
    made="2026-11-23T09:27:00+08:00",
    test_set="问答",
    queries=9,
    means={},
    settings={"leg": "bigrams", "model": "bundled"},
    digests={},
)


def printed(show: object, *values: object) -> list[str]:
    out = io.StringIO()
    show(Console(file=out, width=200), *values)  # type: ignore[operator]
    return out.getvalue().splitlines()


def headings(page: str) -> list[str]:
    heads = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', page)
    return [re.sub(r"<[^>]+>|[↓↑]", "", head) for head in heads]


def test_each_field_has_a_name_of_its_own() -> None:
    assert set(FIELDS) == set(FieldName)
    assert len(set(FIELDS.values())) == len(FIELDS)


def test_the_page_names_fields_so() -> None:
    said = [(fact.label, fact.words) for fact in list_fields(VIEW)]
    assert said == [(FIELDS[name], f"甲{name}") for name in SHOWN]
    assert {FieldName.TITLE, FieldName.MATTER_TITLE} == set(FieldName) - set(SHOWN)
    listed = headings(render_list(ReplyList(1, (ListedReply(CARD),)), 0, sees_all=True))
    assert listed == ["事项", "发文机关", "发文字号", "成文日期", "种类", "办理结果", "公开属性"]
    found = headings(render_precedents((PRECEDENT,)))
    assert found == [
        *("序号", "相关度"),
        *("事项", "发文机关", "发文字号", "成文日期", "办理结果"),
    ]
    assert set(listed + found[2:]) <= set(FIELDS.values())


def test_the_terminal_names_fields_so() -> None:
    labels = [line.split()[0] for line in printed(print_reply, VIEW) if "  " in line]
    assert labels == ["编号", *FIELDS.values(), "来源"]
    facets: dict[str, tuple[tuple[str, int], ...]] = dict.fromkeys(FILTERS, (("甲", 1),))
    stats = Stats("/home", 1, 1, 1, 0, "bundled", 256, 1, 1, facets, ())
    shown = [line.split()[0] for line in printed(print_stats, stats)]
    assert shown[-len(FILTERS) :] == list(FILTERS.values())
    assert set(FILTERS.values()) < set(FIELDS.values())


def test_help_names_filters_so() -> None:
    hints = get_type_hints(FilterOptions, include_extras=True)
    options = ("agency", "region", "kind", "outcome", "session", "disclosure")
    named = [re.split("[，（]", hints[option].__metadata__[0].help)[0] for option in options]
    assert named == list(FILTERS.values())


def test_word_documents_name_fields_so(tmp_path: Path) -> None:
    save_precedents(tmp_path / "先例.docx", [PRECEDENT])
    (table,) = Document(str(tmp_path / "先例.docx")).tables
    assert [row.cells[0].text for row in table.rows] == [
        *("标题", "发文机关", "发文字号", "成文日期", "办理结果", "公开属性")
    ]
    assert {row.cells[0].text for row in table.rows} < set(FIELDS.values())


def test_each_way_of_ranking_has_a_name_of_its_own() -> None:
    assert list(LEGS) == list(Leg)
    assert len(set(LEGS.values())) == len(LEGS)
    hints = get_type_hints(eval_run, include_extras=True)
    told = hints["leg"].__metadata__[0].help
    assert re.findall(r"(\w+)（([^，）]+)", told) == list(LEGS.items())


def test_the_page_names_ways_of_ranking_so_and_the_terminal_as_they_are_typed() -> None:
    page = render("evaluation_runs", listing=Listing((RUN,)), measures=MEASURES, asked="")
    assert '<td class="main">只用二字的 BM25<' in page
    assert printed(print_runs, [RUN])[0].endswith("  问答  bigrams")


def test_reports_name_fields_so() -> None:
    assert CATEGORIES[AGENCY] == FIELDS[FieldName.AGENCY]
    assert CATEGORIES[KIND] == FIELDS[FieldName.KIND]


def test_names_are_written_in_one_place() -> None:
    words = {*FIELDS.values(), *LEGS.values()}
    views = ("app/export/*.py", "app/web/**/*.py", "app/cli/views/*.py")
    written = [
        (str(path.relative_to(ROOT)), node.value)
        for pattern in views
        for path in ROOT.glob(pattern)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in words
    ]
    marked = re.compile(f">({'|'.join(map(re.escape, words))})<")
    templates = (ROOT / "app" / "web" / "templates").glob("*.html")
    written += [
        (path.name, w) for path in templates for w in marked.findall(path.read_text("utf-8"))
    ]
    assert written == []
