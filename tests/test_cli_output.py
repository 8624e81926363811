"""What the commands print and how they end, against a scripted service."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text
from typer.testing import CliRunner, Result

from app.cli import application
from app.cli.views.layout import wrap
from app.loading.reports import FileReport, IngestReport
from app.service import Service
from app.types import (
    Answer,
    Change,
    Citation,
    NewerReply,
    Quote,
    ReplyCard,
    ReplyView,
    SearchHit,
    SearchResult,
    Stated,
)
from app.views.listing import ListedReply, ReplyList
from app.web.server.office import Rights
from app.web.server.way import Way
from corpus.errors import HomeBusy, NotFound
from corpus.filters import Filters
from corpus.serialise import to_json
from corpus.types import Field, FieldName
from index.stores.verify import Verification
from index.text.language.reading import ReadAs

CARD = ReplyCard(
    reply_id="r1",
    title="对区政协第0142号提案的答复",
    matter="关于加装电梯的建议",
    agency="云桥县住建局",
    doc_number="云住建〔2021〕18号",
    date="2021-04-01",
    kind="提案答复",
    outcome="采纳或解决",
    disclosure="主动公开",
    source="/样例/云住建.txt",
)
TEXT = "每台补贴15万元。[red]并非标记[/red] :smile: \x1b[31m"
HIT = SearchHit(1, 0.87, CARD, ("二、做法", "（一）补贴"), 12, 12 + len(TEXT), TEXT)
NEWER = NewerReply(
    *(CARD, 12, 21, "每台补贴15万元。"),
    (Change(Stated("10万元", "每台补贴10万元", 0, 8), Stated("15万元", "每台补贴15万元", 12, 20)),),
)
ANSWER = Answer(
    "补多少",
    "answered",
    0.86,
    (
        Quote("每台补贴15万元。", "r1", 12, 21, 1, ("二、做法",)),
        Quote("旧文。", "r2", 0, 3, 2, (), NEWER),
    ),
    (Citation(1, CARD), Citation(2, CARD, newest=False)),
    (),
)


class ScriptedService:
    """Gives what a test sets as attributes, and keeps what it was called with."""

    def __init__(self) -> None:
        self.settings: Any = None
        self.role = ""
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.gives: dict[str, Any] = {"list_replies": ReplyList(1, ())}

    def __enter__(self) -> ScriptedService:
        return self

    def __exit__(self, *_: object) -> None:
        self.calls.append(("close", ()))

    def resolve(self, **words: Any) -> Filters:
        self.calls.append(("resolve", tuple(words.values())))
        return Filters()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            self.calls.append((name, given))
            given_back = self.gives[name]
            if isinstance(given_back, BaseException):
                raise given_back
            return given_back

        return call


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> ScriptedService:
    scripted = ScriptedService()

    def open_service(settings: Any, role: str = "administrator") -> ScriptedService:
        scripted.settings, scripted.role = settings, role
        return scripted

    monkeypatch.setattr("app.service.open_service", open_service)
    return scripted


def run(*arguments: str, **given: Any) -> Result:
    return CliRunner().invoke(application, arguments, prog_name="dafu", **given)


def test_help_is_chinese_and_names_every_command() -> None:
    shown = run("--help").stdout
    for name in (
        *("ingest", "search", "ask", "precedents", "list", "show", "remove", "stats"),
        *("verify", "rebuild", "serve", "eval"),
    ):
        assert f" {name} " in shown
    assert "用法：dafu [选项] 命令 …" in shown
    assert "Usage" not in shown
    assert run().stdout.strip() == shown.strip()


@pytest.mark.parametrize("width", ["80", "60"])
def test_help_is_whole_in_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch, width: str) -> None:
    monkeypatch.setenv("COLUMNS", width)
    shown = run("eval", "run", "--help").stdout
    assert "…" not in shown.replace("命令 …", "")
    assert "bigrams（只用二字的BM25）" in "".join(re.sub(r"[\s│]", "", shown))


def test_version() -> None:
    assert run("--version").stdout.startswith("dafu ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["搜"], "没有命令 搜（用法见 dafu --help）"),
        (["precedens", "电梯"], "没有命令 precedens，是不是 'precedents'？（用法见 dafu --help）"),
        (["search"], "缺少 文字（用法见 dafu search --help）"),
        (["search", "电梯", "--yea", "1"], "没有选项 --yea（用法见 dafu search --help）"),
        (["search", "电梯", "-k", "十"], "-k 应是整数（用法见 dafu search --help）"),
        (["search", "电梯", "-k", "0"], "-k 不能小于 1（用法见 dafu search --help）"),
        (["search", "电梯", "-k", "5000"], "-k 不能大于 1000（用法见 dafu search --help）"),
        (
            ["list", "--sort", "a' is not one of b."],
            "--sort 不能是 a' is not one of b.，应为 date、agency、title、number 或 outcome"
            "（用法见 dafu list --help）",
        ),
        (
            ["user", "role", "x", "king"],
            "角色 不能是 king，应为 reader、staff、editor 或 administrator"
            "（用法见 dafu user role --help）",
        ),
        (["list", "--offset", "9" * 5000], "--offset 应是整数（用法见 dafu list --help）"),
        (["fetch", "x", "--interval", "a"], "--interval 应是数（用法见 dafu fetch --help）"),
        (["watch", "--every", "0.001"], "--every 不能小于 0.02（用法见 dafu watch --help）"),
        (["list", "--reverse=1"], "选项 --reverse 后面不要值"),
        (["search", "电梯", "补贴"], "多出了参数：补贴（用法见 dafu search --help）"),
        (["search", "--agency"], "选项 --agency 后面要有值"),
        (["eval"], "缺少命令（用法见 dafu eval --help）"),
    ],
)
def test_wrong_usage_is_told_in_chinese(arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"错误：{message}\n"


def test_search_prints_json_and_nothing_else(service: ScriptedService) -> None:
    service.gives["search"] = SearchResult("电梯", (HIT,))
    result = run("search", "电梯", "--json", "-k", "3")
    shown = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    assert shown == to_json(SearchResult("电梯", (HIT,)))
    assert shown["hits"][0]["text"] == TEXT
    assert ("search", ("电梯", Filters(), 3, False)) in service.calls
    assert service.calls[-1] == ("close", ())


def test_filters_are_passed_on_as_words(service: ScriptedService) -> None:
    service.gives["search"] = SearchResult("电梯", ())
    words = ("--agency", "商务", "--agency", "住建", "--outcome", "采纳", "--year", "2019-")
    assert run("search", "电梯", *words).stdout == "没有找到符合条件的段落。\n"
    assert service.calls[0] == (
        "resolve",
        (["商务", "住建"], None, None, ["采纳"], None, None, "2019-"),
    )


def test_text_of_documents_commands_nothing(service: ScriptedService) -> None:
    service.gives["search"] = SearchResult("电梯", (HIT,))
    shown = run("search", "电梯").stdout
    assert "\x1b" not in shown
    assert "[red]并非标记[/red] :smile: \N{REPLACEMENT CHARACTER}[31m" in shown
    assert "1.  关于加装电梯的建议  相关度 87%\n    对区政协第0142号提案的答复\n" in shown
    assert "    二、做法 › （一）补贴\n" in shown


def test_an_answer_shows_numbered_quotes_and_their_sources(service: ScriptedService) -> None:
    service.gives["ask"] = ANSWER
    assert run("ask", "补多少").stdout == (
        "答复原文（把握较高 86%）：\n\n"
        "1.  每台补贴15万元。 [1]\n\n"
        "2.  旧文。 [2]\n"
        "    较早的答复，较新的见：云桥县住建局：《对区政协第0142号提案的答复》（云住建\n"
        "    〔2021〕18号），2021年4月1日\n"
        "    原：每台补贴10万元　新：每台补贴15万元\n\n"
        "来源：\n\n"
        "[1] 关于加装电梯的建议\n"
        "    对区政协第0142号提案的答复\n"
        "    编号 r1 · 云桥县住建局 · 云住建〔2021〕18号 · 2021-04-01 · 提案答复 · 采纳或\n"
        "    解决 · 主动公开\n"
        "    二、做法\n"
        "    /样例/云住建.txt\n\n"
        "[2] 关于加装电梯的建议\n"
        "    对区政协第0142号提案的答复\n"
        "    编号 r1 · 云桥县住建局 · 云住建〔2021〕18号 · 2021-04-01 · 提案答复 · 采纳或\n"
        "    解决 · 主动公开\n"
        "    较早的答复：见引文下的新旧对照\n"
        "    /样例/云住建.txt\n\n"
    )


def test_what_was_done_to_a_question_stands_before_its_answer(service: ScriptedService) -> None:
    read_as = (ReadAs("公鸡金", "公积金"), ReadAs("小去", "小区"))
    service.gives["ask"] = replace(ANSWER, completed="公积金，补多少", read_as=read_as)
    shown = run("ask", "补多少", "--after", "公积金怎么提取", "--exactly").stdout
    assert shown.startswith(
        "承接上一问：公积金，补多少\n"
        "已按“公积金”、“小区”查找；要按原文查找，请加 --exactly。\n"
        "答复原文（把握较高 86%）：\n\n"
    )
    assert ("ask", ("补多少", Filters(), "公积金怎么提取", True)) in service.calls
    service.gives["search"] = SearchResult("小去", (), read_as[1:])
    assert run("search", "小去", "--exactly").stdout.startswith("已按“小区”查找；")
    assert ("search", ("小去", Filters(), 10, True)) in service.calls


def test_an_abstention_shows_what_came_nearest(service: ScriptedService) -> None:
    service.gives["ask"] = Answer("海上机场", "abstained", 0.12, (), (), (HIT,))
    result = run("ask", "海上机场")
    assert result.exit_code == 0
    assert result.stdout.startswith(
        "没有找到可以回答的内容（把握 12%）。\n最接近的段落：\n\n1.  关于"
    )


def test_an_empty_library_says_how_to_fill_it(tmp_path: Path) -> None:
    for arguments in (["ask", "电梯"], ["search", "电梯"], ["list"], ["precedents", "-"]):
        result = run(*arguments, "--home", str(tmp_path / "home"), input="电梯")
        assert result.exit_code == 0
        assert result.stderr == "文库还是空的：请先用 dafu ingest 文件夹 载入答复。\n"


def test_a_page_of_the_list_tells_where_the_next_begins(service: ScriptedService) -> None:
    service.gives["list_replies"] = ReplyList(9, (ListedReply(CARD),) * 2)
    shown = run("list", "--offset", "2").stdout
    assert shown.startswith(
        "3.  关于加装电梯的建议\n    对区政协第0142号提案的答复\n    编号 r1 · "
    )
    assert shown.endswith("共 9 份，以上为第 3–4 份；后面的请加 --offset 4\n")
    service.gives["list_replies"] = ReplyList(2, (ListedReply(CARD),) * 2)
    assert run("list").stdout.endswith("共 2 份，以上为第 1–2 份\n")


def test_a_reply_is_shown_from_its_matter_on(service: ScriptedService) -> None:
    fields = (Field(FieldName.OUTCOME, "A"), Field(FieldName.MATTER_TITLE, "加装电梯"))
    service.gives["show"] = ReplyView(CARD, "正文。", "", fields, ())
    assert run("show", "r1").stdout == (
        "编号      r1\n事项      加装电梯\n办理结果  A 类\n来源      /样例/云住建.txt\n"
        "\n正文：\n正文。\n"
    )


def test_the_home_may_stand_before_or_after_the_command(
    service: ScriptedService, tmp_path: Path
) -> None:
    service.gives["ask"] = ANSWER
    before, after = tmp_path / "前", tmp_path / "后"
    for arguments, expected in (
        (["--home", str(before), "ask", "问"], before),
        (["ask", "问", "--home", str(after)], after),
        (["--home", str(before), "ask", "问", "--home", str(after)], after),
    ):
        assert run(*arguments).exit_code == 0
        assert service.settings.home == expected
    assert run("ask", "问", env={"DAFU_HOME": str(before)}).exit_code == 0
    assert service.settings.home == before


def test_personal_data_is_masked_unless_the_owner_asks(service: ScriptedService) -> None:
    service.gives["ask"] = ANSWER
    run("ask", "问")
    assert service.settings.redact
    run("ask", "问", "--no-redact")
    assert not service.settings.redact


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_errors_go_to_standard_error(service: ScriptedService, options: list[str]) -> None:
    service.gives["show"] = NotFound("没有编号为 \x1b[2J 的答复")
    result = run("show", "x", *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "错误：没有编号为 \N{REPLACEMENT CHARACTER}[2J 的答复\n"


def test_an_interruption_ends_quietly(service: ScriptedService, tmp_path: Path) -> None:
    service.gives["ingest"] = KeyboardInterrupt()
    result = run("ingest", str(tmp_path))
    assert (result.exit_code, result.stdout, result.stderr) == (130, "", "")
    assert service.calls[-1] == ("close", ())


@pytest.mark.parametrize(
    ("statuses", "code"),
    [
        (["added", "failed"], 0),
        (["unchanged"], 0),
        (["duplicate", "skipped"], 0),
        (["failed", "failed"], 1),
        (["skipped"], 1),
        ([], 1),
    ],
)
def test_loading_succeeds_where_anything_was_readable(
    service: ScriptedService, statuses: list[Any], code: int
) -> None:
    files = tuple(FileReport(f"/{n}.txt", status, reason="坏") for n, status in enumerate(statuses))
    service.gives |= {"ingest": IngestReport(files, 1.25), "encode": 0}
    plain, as_json = run("ingest", "."), run("ingest", ".", "--json")
    assert (plain.exit_code, as_json.exit_code) == (code, code)
    assert json.loads(as_json.stdout)["failed"] == statuses.count("failed")
    assert as_json.stderr == ""
    assert plain.stdout.count("：坏\n") == statuses.count("failed") + statuses.count("skipped")
    assert plain.stderr == ("错误：一份答复也没有读到。\n" if code else "")


def test_a_writer_that_is_busy(service: ScriptedService) -> None:
    service.gives["rebuild"] = HomeBusy("另一个程序正在写入")
    result = run("rebuild")
    assert (result.exit_code, result.stderr) == (2, "错误：另一个程序正在写入\n")


def test_verify_tells_whether_all_agree(service: ScriptedService) -> None:
    service.gives["verify"] = Verification((), {"段落": 4})
    good = run("verify")
    assert (good.exit_code, good.stdout) == (0, "段落  4\n文库与索引一致。\n")
    service.gives["verify"] = Verification(("向量索引缺 1 段",), {"段落": 4})
    bad = run("verify")
    assert bad.exit_code == 1
    assert "向量索引缺 1 段" in bad.stderr
    shown = run("verify", "--json")
    assert shown.exit_code == 1
    assert json.loads(shown.stdout) == {"problems": ["向量索引缺 1 段"], "counts": {"段落": 4}}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_proposal_comes_from_standard_input(service: ScriptedService, encoding: str) -> None:
    service.gives["precedents"] = ()
    proposal = "关于在云桥县增设公共充电桩的建议"
    result = run("precedents", "-", "--json", input=proposal.encode(encoding))
    assert json.loads(result.stdout) == {"precedents": []}
    assert ("precedents", (proposal, Filters(), 10)) in service.calls


def test_an_empty_proposal(service: ScriptedService, tmp_path: Path) -> None:
    assert "标准输入 里没有文字" in run("precedents", "-", input="\n").stderr
    missing = run("precedents", str(tmp_path / "none.txt"))
    assert (missing.exit_code, missing.stdout) == (2, "")
    assert "none.txt" in missing.stderr


def test_only_this_machine_sees_what_is_not_public() -> None:
    for host in ("0.0.0.0", "192.168.1.5", "::", "dafu.example"):
        result = run("serve", "--owner", "--host", host)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith("错误：--owner 会让人看到未公开的答复")


@pytest.mark.parametrize(
    ("options", "role", "opened", "upload"),
    [
        ([], "reader", True, None),
        (["--no-open", "--owner", "--upload"], "administrator", False, True),
    ],
)
def test_serving_this_machine(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    options: list[str],
    role: str,
    opened: bool,
    upload: bool | None,
) -> None:
    served: list[Any] = []

    def serve_way(service: Service, way: Way, **named: Any) -> Any:
        assert (service.role, service.has_desk) == (role, True)
        assert (named["key"] is not None) is service.role.edits
        assert [mount.path for mount in named["mounts"]] == ["/api/v1", "/mcp"]
        served.append((way, named["allow_upload"]))
        address = "http://127.0.0.1:7860"
        return SimpleNamespace(
            address=address, entrance=address, setup="", wait=lambda: None, close=lambda: None
        )

    monkeypatch.setattr("app.web.server.serve.serve_way", serve_way)
    monkeypatch.setattr("webbrowser.open", served.append)
    result = run("serve", *options, "--home", str(tmp_path / "home"))
    assert result.stdout == "网页已打开：http://127.0.0.1:7860（按 Ctrl+C 结束）\n"
    assert ("/api/v1" in result.stderr) is (role == "administrator")
    assert served[0] == (Way(), upload)
    assert served[1:] == ["http://127.0.0.1:7860"] * opened


TOLD = "网页已打开：http://192.168.7.20:7860（按 Ctrl+C 结束）\n也可以打开：http://10.7.0.3:7860\n"


@pytest.mark.parametrize(
    ("options", "public", "said"),
    [
        (["--host", "0.0.0.0"], False, ("没有加密",)),
        (["--host", "0.0.0.0", "--public", "--no-upload"], True, ("没有加密", "不登录的人")),
        (["--accounts", "--no-open"], False, ()),
        (["--host", "0.0.0.0", "--proxy-headers", "127.0.0.1"], False, ()),
    ],
)
def test_serving_others(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    options: list[str],
    public: bool,
    said: tuple[str, ...],
) -> None:
    """They sign in, and are told where the page is and what of it is not safe."""
    served: list[Any] = []

    def serve_office(services: Any, accounts: Any, way: Way, rights: Rights, mounts: Any) -> Any:
        served.append((way, rights))
        addresses = ["http://192.168.7.20:7860", "http://10.7.0.3:7860"]
        return SimpleNamespace(
            addresses=addresses,
            entrance="http://127.0.0.1:7860",
            setup="http://127.0.0.1:7860/setup?code=x",
            wait=lambda: None,
            close=lambda: None,
        )

    monkeypatch.setattr("app.web.server.office.serve_office", serve_office)
    monkeypatch.setattr("webbrowser.open", lambda _: None)
    result = run("serve", *options, "--home", str(tmp_path / "home"))
    assert result.stdout == TOLD
    assert "/setup?code=x" in result.stderr
    told = ("没有加密", "不登录的人")
    assert [each for each in told if each in result.stderr] == list(said)
    assert served[0][1].public is public


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--owner", "--host-name", "dafu.example"], "--owner 会让人看到未公开的答复"),
        (["--owner", "--proxy-headers", "127.0.0.1"], "--owner 会让人看到未公开的答复"),
        (["--owner", "--public"], "--owner 不用帐号"),
        (["--key", "x.pem"], "给了 --key，还要用 --cert"),
        (["--accounts", "--cert", "none.pem"], "证书或私钥用不了：没有这个文件"),
        (["--host-name", "a b"], "--host-name 不能是“a b”，应为一个域名"),
        (["--host-name", "dafu.example:8443"], "--host-name 不能是“dafu.example:8443”，应为"),
        (["--host-name", "999.1.1.1"], "--host-name 不能是“999.1.1.1”，应为一个域名"),
        (["--proxy-headers", "10.0.0.1, foo"], "--proxy-headers 不能是“foo”，应为反向代理的 IP"),
        (["--proxy-headers", "0.0.0.0/0"], "--proxy-headers 不能是“0.0.0.0/0”，应为反向代理"),
        (["--proxy-headers", "*"], "--proxy-headers 不能是“*”，应为反向代理的 IP"),
        (["--proxy-headers", "10.0.0.1/8"], "--proxy-headers 不能是“10.0.0.1/8”，应为反向代理"),
        (["--host", ""], "网页开不了：没有“”这个地址"),
        (["--host", "a..b"], "网页开不了：没有“a..b”这个地址"),
        (["--host", "192.0.2.1"], "网页开不了：192.0.2.1 不是这台电脑的地址"),
    ],
)
def test_serving_is_refused(tmp_path: Path, options: list[str], problem: str) -> None:
    result = run("serve", *options, "--home", str(tmp_path / "home"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"错误：{problem}")


@pytest.mark.parametrize("name", ["dafu", "a_b.local", "163.com", "xn--fiqs8s", "10.0.0.5", "::1"])
def test_names_and_proxies_that_there_can_be_are_taken(name: str) -> None:
    assert Way(names=(name,), proxies=("10.0.0.1", "10.0.0.0/8", "2001:db8::/32")).names == (name,)


def test_lines_break_where_a_typesetter_would() -> None:
    lines = wrap(Text("设计方案和施工合同（一式两份）。审核后“一次性”拨付。Hello world"), 10)
    assert [line.plain for line in lines] == [
        "设计方案和",
        "施工合同",
        "（一式两",
        "份）。审核",
        "后“一次性”",
        "拨付。",
        "Hello",
        "world",
    ]


@given(
    st.text(st.sampled_from("中文字，。（）“” ab1\n"), max_size=60),
    st.integers(min_value=4, max_value=20),
)
def test_wrapping_loses_nothing_and_keeps_the_width(text: str, width: int) -> None:
    lines = [line.plain for line in wrap(Text(text), width)]
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_len(line) <= width for line in lines)
