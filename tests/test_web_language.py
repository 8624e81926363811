"""Chinese and English: every word of the pages that speak both, by a switch or the browser."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from lxml import html
from starlette.testclient import TestClient

import app.accounts
import app.web
from app.access import NO_DESK, Role
from app.accounts.types import WORDS
from app.audit import Action
from app.links import NO_VIEW, link_tab
from app.patience import KINDS
from app.running.jobs import JobState
from app.service import Service, open_service
from app.settings import load_settings
from app.web import serve
from app.web.arrival import render_links
from app.web.cookies import language_of
from app.web.evaluation.sheet import EXAMPLE, GRADES
from app.web.facts import Attempt
from app.web.feedback import Shown
from app.web.filters import NAME
from app.web.guest import SIGNED_OUT
from app.web.language import load_words, say, speaking
from app.web.matter import render_matter
from app.web.parts import UNEXPECTED
from app.web.reader import GONE, OnPage, render_failure, render_reply
from app.web.render import STATIC, TEMPLATES, list_said, render, render_notice
from app.web.server.document import SCRIPTED
from app.web.server.inbox import TOO_OFTEN
from app.web.server.people import account, entry, people, users
from app.web.server.refusals import refuse, tell
from app.web.tabs.ask import list_spans, render_answer, render_welcome
from app.web.tones import LEGEND
from app.wording import FIELDS, FILTERS
from corpus.readers.columns import LABELS
from corpus.readers.recognise import How
from corpus.types import FieldName
from eval.answers.evaluate import MEASURES as answered
from eval.data.beir import LAYOUT
from eval.ranking.categories import COLLOQUIAL, LENGTHS, LONGER, NEITHER, OFFICIAL, OTHERS, UNKNOWN
from eval.report.fragments import TEMPLATES as REPORTS
from eval.report.words import CATEGORIES, QUERY_LENGTHS, TIMED_LEGS
from tests.browsing import PATIENCE, ask, enter
from tests.test_sign_in import NAMES, PASSWORD, Office, home, mark_of, office, post

__all__ = ["home", "office"]  # fixtures

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHINESE = re.compile("[一-鿿]")

FRAGMENTS = ("answers_section", "categories", "differences", "failures", "means", "trends")

WRITTEN = (*TEMPLATES.glob("*.html"), *(REPORTS / f"{name}.html" for name in FRAGMENTS))
"""Templates of what pages show."""

TOLD = (
    *(
        "筛选（已选 {} 项）",
        "未标注",
        "（%s）",
        "已按{}查找",
        "把握较高 {}",
        "把握一般 {}",
        *LABELS.values(),
        *How,
        *JobState,
        *(COLLOQUIAL, OFFICIAL, NEITHER, *(words for _, words in LENGTHS), LONGER, OTHERS, UNKNOWN),
        *("准备", "程序", "（{}）", "{} 的 {}（{} 个中 {} 个）", "引文里没有{}"),
        *("第 {} 行：{}", "……另有 {} 处", "只有 {} 有：{}", "实有 {} 列"),
        *("只能有一个值", "最多 {} 个值", "缺少文件 {}", f"{{}}{LAYOUT}"),
        *(
            "隐藏的 {} 行没有读（第 {} 行）",
            "隐藏的 {} 行没有读（第 {} 行等）",
            "有 {} 行已损坏，没有读（第 {} 行）",
            "有 {} 行已损坏，没有读（第 {} 行等）",
            "检索（{}）",
            "读取文档（{}）",
            "查找漏掉的原因（{}）",
        ),
        *answered.values(),
        *(f"按{words}" for words in CATEGORIES.values()),
        "{}（按{}）",
        "{} 字",
        "{} 个词",
        "把握较低 {}，请核对原文",
    ),
    *(
        "{}取得",
        "没有识别出",
        "取自表格的“{}”一列",
        "正文没有写明",
        "由正文推断",
        "已记下，谢谢",
        "已撤回",
    ),
    *("{} 曾更正为 {}，正文已变动，更正失效", "{} 核对无误", "{} 核对，确无此项"),
    *("{} 更正，原识别为 {}", "{} 更正，原未识别出"),
    *("{} 更正为无此项，原识别为 {}", "{} 更正为无此项，原未识别出"),
    *("无 → 撤销更正", "无 → 确无此项", "{} → 撤销更正", "{} → 确无此项", "无 → {}"),
    *("正在文库中查找依据……", "文库打不开", "年份范围颠倒：{}。请把较早的年份写在前面。"),
    "年份读不懂：{}。请写成 2021、2019-2022、2019- 或 -2022。",
    "没有要查的内容。请输入问题或粘贴提案原文。",
    "要查的内容有 {} 字，最多 {} 字。请只留下要问的话，长文请用“查先例”。",
    "要查的内容有 {} 字，最多 {} 字。请只留下要问的话。",
    "反馈只给工作人员用：请用有这个权限的帐号登录。",
    "文库里没有链接所要的{}：{}。请另选筛选条件再查。",
    "这一段已不在页面上，请重新查询后再作反馈。",
    "没有看懂要看哪一页，请重新打开这份答复。",
    "没有看懂要改回哪一次更正，请重新打开这份答复。",
    "还没有填。确实没有这一项的，请点“确无此项”。",
    "日期读不懂：{}。请写成 2024-05-06 或 2024年5月6日。",
    "请在浏览器中允许 JavaScript，然后重新打开本页。",
)
"""What is put together elsewhere, and said where it is shown."""

ROOT = Path(app.web.__file__).parents[2]

RAISING = (
    *(f"app/web/server/{name}.py" for name in ("guard", "inbox", "timeouts", "refusals")),
    *("app/accounts", "app/web/server/people", "app/desk", "app/queries.py", "app/views"),
    *(
        "app/access.py",
        "app/evaluation",
        "app/keeping/bin.py",
        "app/keeping/removal.py",
        "app/keeping/review.py",
        "app/keeping/values.py",
    ),
    *("eval/data", "eval/history", "eval/judging", "eval/making/testset.py"),
    *("eval/ranking/compare.py", "corpus/readers", "corpus/workers", "corpus/parse.py"),
    *("corpus/store", "app/loading", "app/access.py", "app/home.py", "app/service.py"),
    *("index/stores", "index/engine.py", "index/text/language", "app/running"),
)
"""Where errors come from that pages show."""

WORKING = (
    *("app/desk", "app/loading", "app/views", "app/keeping/removal.py", "app/web"),
    *("eval/answers", "eval/ranking", "eval/making", "eval/judging", "eval/collection.py"),
    *("index/stores", "corpus/store/statements.py"),
)
"""Modules whose work is followed on a page."""

SHOWN = (
    *("app/web/tabs", "app/web/desk", "app/web/evaluation"),
    *("app/web/columns.py", "app/web/charts.py", "eval/report/words.py"),
    *(f"app/generating/{name}.py" for name in ("check", "compose", "endpoint", "over", "words")),
)
"""Modules of pages: all that they say in Chinese is said in English, but for what is `CONTENT`."""

CONTENT = re.compile(r".*\.(docx|xlsx|md|zip)|[、，；。《》【】“”]+")
"""Names of exported files, and marks within replies."""

UNSEEN = (
    *("上次移除的答复还没有清除干净，正在接着清除。", "回收站里 %d 份答复满 %d 天，已彻底删除。"),
    "评测 evaluation/%s 引用了移除的答复，已一并删除。",
    *("%d 个文件换了地方，仍是原来的答复。", "%s正在由文库重建索引，文库不受影响。"),
    *(
        "{}#第{}页",
        "编码无法识别，应为 UTF-8 或 GB18030{}；请用记事本打开后另存为 UTF-8",
    ),  # said by its parts
    "有 {} 行已损坏，没有读（第 {} 行{}）；请用 Excel 或 WPS 打开核对后另存为 .xlsx",
    "读写失败（{}）。请检查磁盘空间、文件大小的限制和磁盘本身。",
    "缺少文件 {}{}",  # without and with a layout
    *("{} 件提案的底稿", "底稿的过渡语没有写成：%s"),  # in the log
    "{} 里是提案：请另给一个文件夹放写出的文件。",  # at the command line
    "{} 是文件，不是文件夹：请给出一个文件夹，没有的会新建。",
    "{} 里已有 {} 个同名的文件，如“{}”：请换一个文件夹，或加 --overwrite 替换它们。",
    *(*TIMED_LEGS.values(), *QUERY_LENGTHS.values(), *CATEGORIES.values()),  # with 按 before it
    *(EXAMPLE, *(each.example for each in GRADES), "{}等"),  # content, and a pool's name
    *("老旧小区加装电梯有补贴吗？", "社区食堂老人吃饭怎么优惠？"),  # lines of what is said whole
)
"""What no page shows."""

AT_THE_COMMAND_LINE = {
    "verify.py",
    "problems.py",
    "installed.py",
    "privacy.py",
    "form.py",
    "convert.py",
    "runs.py",
    "learning.py",
    "agreement.py",
}
"""Errors of these are told before there is a page, or by commands alone."""


def list_msgids() -> Iterator[str]:
    """Yield what the pages say: in templates, by names and in errors."""
    for path in WRITTEN:
        yield from list_said(path)
    yield from (*TOLD, *FIELDS.values(), *FILTERS.values(), *(words for _, words in LEGEND))
    yield from (GONE, NO_DESK, NO_VIEW, SIGNED_OUT)
    for path in list_modules(("app/web",)):
        found = re.findall(r'\bname\(\s*"([^"]+)"', path.read_text("utf-8"))
        yield from (said.replace("\\n", "\n") for said in found)
    for path in sorted(STATIC.glob("*.js")):
        yield from SCRIPTED.findall(path.read_text("utf-8"))
    yield NAME
    yield from (*WORDS.values(), *map(str, Action), *account.DONE.values(), *users.DONE.values())
    yield from (people.FORGED, people.NO_ADMINISTRATOR, people.TOO_LONG, UNEXPECTED)
    yield entry.NO_SETUP
    yield from (kind.told for kind in KINDS)
    for path in list_modules(RAISING):
        yield from list_errors(path)
    for path in list_modules(WORKING):
        yield from list_stages(path)
    for path in list_modules(SHOWN):
        strings = list_strings(ast.parse(path.read_text("utf-8")))
        yield from (said for said in strings if not CONTENT.fullmatch(said))
    yield "日期读不懂：{}。请写成 2026-11-01。"


def list_modules(rooms: tuple[str, ...]) -> Iterator[Path]:
    for room in rooms:
        found = [ROOT / room] if room.endswith(".py") else sorted((ROOT / room).rglob("*.py"))
        yield from (path for path in found if path.name not in AT_THE_COMMAND_LINE)


def list_strings(tree: ast.AST) -> Iterator[str]:
    """Yield what code says in Chinese, line by line, with {} for what stands in it."""
    nodes = list(ast.walk(tree))
    comments = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    parts = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in nodes:
        if id(node) in comments | parts:
            continue
        pieces: list[ast.AST] = [*node.values] if isinstance(node, ast.JoinedStr) else [node]
        said = "".join(str(p.value) if isinstance(p, ast.Constant) else "{}" for p in pieces)
        lines = map(str.strip, said.split("\n"))
        yield from (line for line in lines if CHINESE.search(line) and line not in UNSEEN)


def list_errors(path: Path) -> Iterator[str]:
    """Yield what a module says went wrong, but for what stands in both languages there."""
    tree = WithoutPairs().visit(ast.parse(path.read_text("utf-8")))
    yield from (said for said in list_strings(tree) if said.endswith("。") or "；请" in said)
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) or is_told(node):
            yield from list_strings(node)


class WithoutPairs(ast.NodeTransformer):
    """Leaves out what `Words` says in Chinese and in English."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if ast.unparse(node.func) == "Words":
            return ast.Constant(None)
        return self.generic_visit(node)


def is_told(node: ast.AST) -> bool:
    """Tell whether a call notes what is wrong with a file."""
    named = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
    return named.endswith(("problems.add", "UnreadableFile", "Remark"))


def list_stages(path: Path) -> Iterator[str]:
    """Yield what a module says of how far it has come."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("progress"):
            stage = node.args[0]
            if isinstance(stage, ast.Constant) and CHINESE.search(str(stage.value)):
                yield str(stage.value)


def list_sources() -> Iterator[str]:
    """Yield what stands in the product's texts: a sentence of the catalogue must be there."""
    for layer in ("app", "corpus", "eval", "index"):
        for path in (ROOT / layer).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value
    yield from (path.read_text("utf-8") for path in (*WRITTEN, *STATIC.glob("*.js")))


def is_known(text: str, words: Mapping[str, str]) -> bool:
    """Tell whether a sentence can be said: whole, or by its parts."""
    parts = [text.split(mark) for mark in "；、" if mark in text]
    return text in words or any(all(is_known(p, words) for p in each) for each in parts)


def test_the_catalogue_is_whole() -> None:
    words, said = load_words("en"), set(list_msgids())
    pieces = dict.fromkeys((part for key in words for part in key.split("{}")), "") | {"{}": ""}
    assert [text for text in said if not is_known(text, pieces | words)] == []
    source = "\0".join(list_sources())
    rest = words.keys() - said
    assert [key for key in rest if not all(part in source for part in key.split("{}"))] == []
    assert [text for text in words.values() if re.search('[<>&"一-鿿]', text)] == []
    for key, text in words.items():
        assert re.findall(r"%\(\w+\)s|\{\}", key) == re.findall(r"%\(\w+\)s|\{\}", text), key


@pytest.mark.parametrize(
    ("wanted", "accepted", "language"),
    [
        ("", "", "zh-CN"),
        ("", "en-GB,en;q=0.9", "en"),
        ("", "de,en;q=0.3,zh-TW;q=0.5", "zh-CN"),
        ("", "fr, *;q=0.5", "zh-CN"),
        ("en", "zh-CN", "en"),
        ("", "en;q=0", "zh-CN"),
        ("xx", "en;q=zwei", "zh-CN"),
        ("xx", "en", "en"),
    ],
)
def test_the_language_is_the_one_chosen_else_the_browsers(
    wanted: str, accepted: str, language: str
) -> None:
    sent = {"cookie": f"dafu-language-80={wanted}", "accept-language": accepted}
    headers = [(name.encode(), value.encode()) for name, value in sent.items()]
    assert language_of({"type": "http", "headers": headers}) == language


def test_errors_are_said_with_what_stands_in_them() -> None:
    with speaking("en"):
        assert say("没有叫 王<b>办 的帐号。") == "There is no account named 王<b>办."
        assert say("密码太短：3 个字符，至少要 10 个。").startswith("Password too short: 3 char")
        assert say("没有翻译的一句。") == "没有翻译的一句。"
    assert say("没有叫 王办 的帐号。") == "没有叫 王办 的帐号。"


def left_chinese(page: str) -> list[str]:
    """Return what a page says in Chinese outside of content, which is marked so, and names."""
    tree = html.document_fromstring(page)
    assert tree.get("lang") == "en"
    return list_chinese(tree)


def list_chinese(tree: html.HtmlElement) -> list[str]:
    found = []
    for node in tree.iter():
        if node.tag == "style" or any(
            each.get("lang") == "zh-CN" for each in (node, *node.iterancestors())
        ):
            continue
        shown = [node.get(name) for name in ("title", "aria-label", "data-label", "placeholder")]
        said = [node.text, *(child.tail for child in node)]
        for text in filter(None, (*shown, *said)):
            for name in NAMES.values():
                text = text.replace(name, "")
            if CHINESE.search(text):
                found.append(text.strip())
    return found


ENGLISH = {"Accept-Language": "en-US,en;q=0.8"}


def test_refusals_speak_the_language_of_who_is_refused() -> None:
    for answer in (refuse(429, TOO_OFTEN, wait=60), tell(429, TOO_OFTEN)):
        client = TestClient(answer)
        assert TOO_OFTEN in client.get("/").text
        told = client.get("/", headers=ENGLISH)
        assert "Too many requests: wait a minute" in told.text
        assert told.status_code == 429


def test_no_page_of_people_says_chinese_to_who_reads_english(office: Office) -> None:
    with office.enter(Role.ADMINISTRATOR) as client:
        client.headers.update(ENGLISH)
        post(client, "/account", do="token", label="notes", role="reader", days="9")
        for path in ("/account", "/users", "/audit", "/audit?name=x", "/audit?since=x"):
            assert left_chinese(client.get(path).text) == []
        short = post(client, "/users", do="add", name="new", role="staff", password="short")
        assert "Password too short: 5 characters" in short.text
        assert left_chinese(short.text) == []
        client.post("/users", data={"mark": "x"})
        assert left_chinese(client.post("/users", data={"mark": "x"}).text) == []
    with office.client() as client:
        client.headers.update(ENGLISH)
        for path in ("/sign-in", "/sign-in?done=1", "/setup"):
            assert left_chinese(client.get(path).text) == []
        wrong = post(client, "/sign-in", name="nobody", password=PASSWORD)
        assert "Wrong user name" in wrong.text
        assert left_chinese(wrong.text) == []


def test_the_switch_is_kept_and_leads_back(office: Office) -> None:
    with office.client() as client:
        page = client.get("/sign-in", params={"next": "/library?q=车"}).text
        assert "用户名" in page
        links = html.document_fromstring(page).iter("a")
        (link,) = [each for each in links if each.get("class") == "language"]
        back = client.get(link.get("href") or "")
        assert back.status_code == 303
        assert httpx.URL(back.headers["location"]).params["next"] == "/library?q=车"
        assert "User name" in client.get(back.headers["location"]).text
        assert "language" not in client.get("/sign-in?language=xx").headers.get("set-cookie", "")
        client.get("/sign-in?language=zh-CN")
        client.headers.update(ENGLISH)
        assert mark_of(client.get("/sign-in"))
        assert "用户名" in client.get("/sign-in").text


LETTER = """云桥区测试局
云测函〔2024〕1号
关于绿萝路口护栏的答复
公开属性：主动公开
王小明委员：
您提出的关于绿萝路口加装护栏的提案收悉，现答复如下：
根据《云桥区道路护栏管理办法》（云政发〔2019〕3号），我局将在绿萝路口加装护栏，预计六月底完工。
云桥区测试局
2024年5月6日
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("english")
    for number, letter in enumerate(
        (LETTER, LETTER.replace("2024", "2023").replace("六月", "九月"))
    ):
        (folder / f"{number}.txt").write_text(letter, encoding="utf-8")
    with open_service(
        load_settings(folder / "home", abstain_below=0.0), Role.ADMINISTRATOR
    ) as service:
        service.ingest(sorted(folder.glob("*.txt")))
        yield service


def left_in(*pieces: str) -> list[str]:
    """Return what pieces of HTML say in Chinese outside of content."""
    for value in ("云桥区测试局", "云桥区试验局"):  # which notes on corrections repeat
        pieces = tuple(piece.replace(value, "") for piece in pieces)
    return [text for piece in pieces for text in list_chinese(html.fromstring(f"<p>{piece}"))]


@pytest.mark.parametrize("edits", [False, True])
def test_what_events_show_is_english_outside_of_content(library: Service, edits: bool) -> None:
    answer = library.ask("绿萝路口什么时候加装护栏？")
    none = replace(answer, status="abstained", quotes=(), citations=(), confidence=0.2)
    shown = Shown(answer.question, list_spans(answer))
    link = link_tab("ask", answer.question, answer.question)
    quote = answer.quotes[0]
    view = library.show(quote.reply_id)
    if edits:
        library.review.correct(quote.reply_id, {FieldName.AGENCY: ("云桥区试验局",)})
        view = library.review.show(quote.reply_id)
    attempt = Attempt(FieldName.DATE, ("x",), "日期读不懂：x。请写成 2024-05-06 或 2024年5月6日。")
    place = OnPage(1, address="/original/x", basis=library.policies.of_reply(quote.reply_id))
    history = library.matters.through_time(quote.reply_id)

    def render_all() -> list[str]:
        return [
            render("header", stats=library.stats(), guest=None),
            render("empty", stats=replace(library.stats(), replies=0), allow_upload=True),
            render_links(problem=NO_VIEW),
            render_welcome(library.stats(), ("护栏？",)),
            render_notice(UNEXPECTED, "error"),
            render_answer(answer, shown, link),
            render_answer(none, shown, link),
            render_reply(view, quote.start, quote.end, edits, attempt if edits else None, place),
            render_matter(history, quote.reply_id, -1, -1),
            render_failure(GONE),
        ]

    with speaking("en"):
        assert left_in(*render_all()) == []
    words = {text for text in load_words("en").values() if len(text) > 6}
    assert [text for text in words for page in render_all() if f">{text}<" in page] == []


def test_the_frame_of_the_page_speaks_as_its_visitor(library: Service) -> None:
    page = serve(library)
    with enter(page) as client:
        said = client.get("/ask").text
        assert '"placeholder":"用平常的话' in said
        assert 'lang="zh-CN"' in said
        assert "window.dafuWords =" not in said
        english = client.get("/ask", headers=ENGLISH).text
        assert 'lang="en"' in english
        assert '"placeholder":"Ask in everyday words' in english
        assert "u003e最近看过" not in english
        back = client.get("/ask?q=护栏&language=en")
        assert back.status_code == 303
        assert back.headers["location"].startswith("/ask?q=%E6")
        assert 'lang="en"' in client.get("/").text
        assert "language" not in client.get("/?language=xx").headers.get("set-cookie", "")
    page.close()


MARKED = "[lang=zh-CN], [lang=zh-CN] *, style, script, noscript, template, [hidden], [hidden] *"

LEFT = """content => [...document.querySelectorAll('body *')].filter(e => !e.matches(content))
  .flatMap(e => [...e.childNodes].filter(n => n.nodeType === 3 && e.checkVisibility())
    .map(n => n.data)
    .concat(['title', 'aria-label', 'placeholder'].map(name => e.getAttribute(name) ?? '')))
  .filter(text => /[\u4e00-\u9fff]/.test(text))"""
"""What a browser shows in Chinese where nothing says that it is."""


@pytest.mark.slow
def test_who_reads_english_asks_and_reads_in_english(library: Service, browser: Browser) -> None:
    page, context = serve(library), browser.new_context(locale="en-GB")
    context.set_default_timeout(PATIENCE)
    tab = context.new_page()
    tab.goto(page.entrance)
    tab.locator(".holdings").wait_for()
    assert tab.evaluate(LEFT, MARKED) == []
    tab.get_by_role("button", name="Filter").click()
    ask(tab, "绿萝路口什么时候加装护栏？")
    assert "From the replies" in tab.locator("#answer").inner_text()
    assert tab.evaluate(LEFT, MARKED) == []
    tab.locator("#answer .quote-open").first.click()
    tab.locator(".reader mark").first.wait_for()
    assert "Document number" in tab.locator(".reader .fields").inner_text()
    tab.locator("[data-review]").click()
    assert tab.evaluate(LEFT, MARKED) == []
    ask(tab, " ")
    assert "There is nothing to look up" in tab.locator("#answer").inner_text()
    tab.get_by_role("button", name="Seen lately").click()
    tab.locator("dialog[open] .history-list li").first.wait_for()
    assert tab.evaluate(LEFT, MARKED) == []
    tab.locator("[data-history-close]").click()
    tab.locator("a[data-language]").click()
    tab.locator(".holdings").wait_for()
    assert tab.locator("html").get_attribute("lang") == "zh-CN"
    assert tab.get_by_role("tab", name="问答").is_visible()
    context.close()
    page.close()
