"""Pages are fetched politely, kept, noticed when they change, and loaded as files are."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from app.fetching.choosing import choose_replies, find_doubtful
from app.fetching.fetch import Fetching
from app.fetching.links import open_links
from app.fetching.listed import links_in_scripts, open_data
from app.fetching.paging import further_pages
from app.fetching.polite import Clock, Manners, PoliteClient, Trust
from app.fetching.snapshots import Snapshots
from app.fetching.types import Answer, FetchReport, Wanted
from app.loading.reports import IngestReport
from tests.webs import (
    Given,
    Site,
    docx_of,
    new_list,
    new_page,
    old_list,
    old_page,
    script_list,
    serve_site,
)


@pytest.fixture(scope="module")
def server() -> Iterator[Site]:
    with serve_site({}) as site:
        yield site


@pytest.fixture
def site(server: Site) -> Site:
    server.routes.clear()
    server.asked.clear()
    server.headers.clear()
    return server


@dataclass
class Time:
    """Time that passes only by waiting."""

    at: float = 100.0
    waits: list[float] = field(default_factory=list)

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.at, self.sleep)

    def sleep(self, seconds: float) -> None:
        self.waits.append(round(seconds, 3))
        self.at += seconds


class Loading:
    """Takes note of what would be loaded."""

    def __init__(self) -> None:
        self.paths: list[Path] = []

    def __call__(self, paths: Sequence[Path]) -> IngestReport:
        self.paths = list(paths)
        return IngestReport((), 0.0)


MANNERS = Manners(whole=5, silence=2)


def fetch(
    home: Path,
    *addresses: str,
    time: Time | None = None,
    load: Loading | None = None,
    manners: Manners = MANNERS,
    **wanted: object,
) -> FetchReport:
    told: list[str] = []
    with PoliteClient(Trust.of(addresses), manners, told.append, (time or Time()).clock) as client:
        run = Fetching(Snapshots(home), client, Wanted(addresses, **wanted))  # type: ignore[arg-type]
        return run.run(load or Loading())


def statuses(report: FetchReport) -> dict[str, str]:
    return {f"/{page.address.split('/', 3)[3]}": page.status for page in report.pages}


def reasons(report: FetchReport) -> dict[str, str | None]:
    return {f"/{page.address.split('/', 3)[3]}": page.reason for page in report.pages}


def kept(home: Path) -> list[Path]:
    return sorted(p for p in (home / "fetched").glob("*/*.*") if p.is_file())


# Five layouts


def test_an_old_list_in_gb2312_whose_pages_a_script_counts(site: Site, tmp_path: Path) -> None:
    site.routes.update(
        {
            "/jyta/": old_list(
                {"./202405/t20240501_101.htm": "关于老旧小区雨污分流改造提案的答复"}, 3, 0
            ),
            "/jyta/index_1.htm": old_list(
                {"./202404/t20240401_102.htm": "关于增设夜间公交线路建议的复函"}, 3, 1
            ),
            "/jyta/index_2.htm": old_list(
                {"./202403/t20240301_103.htm": "对政协第33号提案的答复意见全文"}, 3, 2
            ),
            "/jyta/202405/t20240501_101.htm": old_page(1, "雨污分流改造"),
            "/jyta/202404/t20240401_102.htm": old_page(2, "夜间公交线路"),
            "/jyta/202403/t20240301_103.htm": old_page(3, "村道硬化"),
        }
    )
    load = Loading()
    report = fetch(tmp_path, site.at("/jyta/"), load=load, index=True)
    assert statuses(report) == {
        "/jyta/202405/t20240501_101.htm": "new",
        "/jyta/202404/t20240401_102.htm": "new",
        "/jyta/202403/t20240301_103.htm": "new",
    }
    assert [path.read_bytes() for path in load.paths] == [
        old_page(1, "雨污分流改造"),
        old_page(2, "夜间公交线路"),
        old_page(3, "村道硬化"),
    ]
    assert report.notes == ()


def test_a_list_of_blocks_whose_pages_are_links(site: Site, tmp_path: Path) -> None:
    turning = "<a href='?page=1'>首页</a><a href='?page={}'>下一页</a><a href='?page=9'>尾页</a>"
    site.routes.update(
        {
            "/xxgk?page=1": new_list(
                {"/art/2024/6/1/art_7_11.html": "关于校园周边限速提案的答复"}, turning.format(2)
            ),
            "/xxgk?page=2": new_list({"/art/2024/6/1/art_7_12.html": "关于河道保洁的会办意见"}),
            "/art/2024/6/1/art_7_11.html": new_page(11, "校园周边限速"),
            "/art/2024/6/1/art_7_12.html": new_page(12, "河道保洁"),
        }
    )
    report = fetch(tmp_path, site.at("/xxgk?page=1"), index=True)
    assert list(statuses(report)) == ["/art/2024/6/1/art_7_11.html", "/art/2024/6/1/art_7_12.html"]
    assert [path for path in site.asked if "art" not in path] == [
        "/robots.txt",
        "/xxgk?page=1",
        "/xxgk?page=2",
    ]


def test_a_list_that_a_script_writes(site: Site, tmp_path: Path) -> None:
    site.routes.update(
        {
            "/col/col88/index.html": script_list(
                {"/art/2023/3/2/art_88_21.html": "关于公园增设母婴室建议的答复"}, 2
            ),
            "/col/col88/index_1.html": script_list(
                {"/art/2023/3/2/art_88_22.html": "关于规范共享单车停放建议的答复"}, 2
            ),
            "/art/2023/3/2/art_88_21.html": new_page(21, "母婴室"),
            "/art/2023/3/2/art_88_22.html": new_page(22, "共享单车停放"),
        }
    )
    report = fetch(tmp_path, site.at("/col/col88/index.html"), index=True)
    assert statuses(report) == {
        "/art/2023/3/2/art_88_21.html": "new",
        "/art/2023/3/2/art_88_22.html": "new",
    }


def test_a_list_that_is_json(site: Site, tmp_path: Path) -> None:
    def page(number: int) -> Given:
        rows = [
            {"title": f"关于<b>停车</b>难第{number}号留言的回复", "url": f"/msg?id=90{number}"},
            {"title": "", "url": "/msg?id=1"},
        ]
        data = {"code": 0, "data": {"total": 2, "list": rows if number < 3 else []}}
        return Given(json.dumps(data), headers={"Content-Type": "application/json"})

    site.routes.update(
        {f"/api/list?pageNo={n}&size=1": page(n) for n in (1, 2, 3)}
        | {f"/msg?id=90{n}": new_page(30 + n, f"停车难第{n}号留言") for n in (1, 2)}
    )
    report = fetch(tmp_path, site.at("/api/list?pageNo=1&size=1"), index=True)
    assert statuses(report) == {"/msg?id=901": "new", "/msg?id=902": "new"}


def test_a_page_with_attachments_only_and_one_that_has_text_beside(
    site: Site, tmp_path: Path
) -> None:
    bare = (
        '<!DOCTYPE html><html><head><meta charset="utf-8"></head><body><h1>第41号提案答复</h1>'
        '<p>附件：<a href="/files/a41.docx">第41号提案的答复.docx</a></p></body></html>'
    )
    table = '<p><a href="/files/down?id=5">附件：设施清单.xlsx</a><a href="/x.apk">客户端</a></p>'
    site.routes.update(
        {
            "/list.html": new_list(
                {"/c/4100.html": "关于社区食堂建设的答复", "/c/4200.html": "关于菜场改造的答复"}
            ),
            "/c/4100.html": bare,
            "/c/4200.html": new_page(42, "菜场改造", table),
            "/files/a41.docx": docx_of(tmp_path, 41, "社区食堂"),
            "/files/down?id=5": Given(b"PK\x03\x04 a table", headers={"Content-Type": "x/y"}),
        }
    )
    load = Loading()
    report = fetch(tmp_path, site.at("/list.html"), load=load, index=True)
    assert statuses(report) == {
        "/c/4100.html": "new",
        "/files/a41.docx": "new",
        "/c/4200.html": "new",
        "/files/down?id=5": "new",
    }
    # The table goes with a reply that has its own text: it is kept, and not loaded as another.
    assert [path.name.partition("-")[0] for path in load.paths] == ["a41", "4200"]
    assert [path.suffix for path in kept(tmp_path)] == [".html", ".html", ".docx", ".xlsx"]


# What is followed


def test_titles_without_the_word_are_followed_where_their_list_is_of_replies(
    site: Site, tmp_path: Path
) -> None:
    site.routes["/l/"] = new_list(
        {
            "/a/1001.html": "关于增加公厕的答复",
            "/a/1002.html": "关于加装电梯的答复",
            "/a/1003.html": "第三十七号提案办理情况",
            "/a/index.html": "更多答复请点击这里查看",
            "https://www.example.org/a/1004.html": "关于绿道建设的答复",
        }
    )
    report = fetch(tmp_path, site.at("/l/"), index=True)
    assert list(statuses(report)) == ["/a/1001.html", "/a/1002.html", "/a/1003.html"]
    assert report.notes == (
        "另有 1 条链接在别的网站（www.example.org）上，没有取；要取，请加 --also",
    )


def test_dated_lists_are_followed_where_no_title_says_reply(site: Site, tmp_path: Path) -> None:
    entries = {"/m/501": "楼下烧烤油烟扰民怎么办", "/m/502": "小区门口路灯不亮很久了"}
    site.routes["/l/"] = new_list(entries)
    assert list(statuses(fetch(tmp_path, site.at("/l/"), index=True))) == ["/m/501", "/m/502"]
    report = fetch(tmp_path, site.at("/l/"), index=True, match=("路灯",))
    assert list(statuses(report)) == ["/m/502"]


def test_a_clear_title_makes_up_for_an_address_without_a_number(site: Site, tmp_path: Path) -> None:
    replies = {
        "/view.jsp?id=7": "关于增加公厕的答复",
        "/view.jsp?id=8": "第三十七号提案办理情况",
        "/a/gongce": "对市政协第0123号提案的复函（A类）",
        "/a/b": "市十七届人大三次会议第45号建议答复",
    }
    columns = {
        "/col/jyta.jsp": "人大代表建议答复公开",
        "/col/about.jsp": "关于本站的建议请回复网站管理员",
        "/col/notice.jsp": "关于办理答复工作的通知公告",
        "/a/index.html": "更多答复请点击这里查看",
    }
    site.routes["/l/"] = new_list({**replies, **columns})
    report = fetch(tmp_path, site.at("/l/"), index=True)
    assert list(statuses(report)) == list(replies)
    (note,) = report.notes
    assert "另有 3 条链接的题目有“答复”一类的词，网址却像是栏目，没有取" in note
    assert "“人大代表建议答复公开”" in note
    report = fetch(tmp_path, site.at("/l/"), index=True, match=("建议答复",))
    assert list(statuses(report)) == ["/a/b", "/col/jyta.jsp"]


@pytest.mark.parametrize(
    ("title", "follows"),
    [
        ("对人大代表建议的答复", False),
        ("关于依申请公开答复", False),
        ("关于市长信箱群众来信的回复", False),
        ("对省十四届人大二次会议代表建议的答复", False),
        ("关于2024年建议提案办理情况报告", False),
        ("关于优化人大代表联络站建设的建议答复", True),
        ("关于信访工作法治化的答复", True),
        ("对政协十三届二次会议第88号提案的答复", True),
        ("关于修路的答复", True),
    ],
)
def test_a_title_of_a_column_names_no_matter_of_its_own(title: str, follows: bool) -> None:
    body = f"<ul><li><a href='/zwgk/tajy/x.html'>{title}</a></li></ul>"
    page = open_links(Answer("http://q.example/l/", 200, {}, f"<html><body>{body}".encode()))
    chosen = choose_replies(page, page.links)
    assert bool(chosen) == follows
    assert bool(find_doubtful(page, page.links, chosen)) != follows


def test_a_list_without_replies_says_what_can_be_done(site: Site, tmp_path: Path) -> None:
    site.routes["/l/"] = "<html><body><p>建设中</p></body></html>"
    report = fetch(tmp_path, site.at("/l/"), index=True)
    assert report.pages == ()
    assert "没有找到答复的链接" in report.notes[0]
    assert "--match" in report.notes[0]


def test_endless_pages_end(site: Site, tmp_path: Path) -> None:
    def trap(number: int) -> str:
        entries = {f"/a/{number:04}.html": f"关于第{number}号建议的答复"}
        return new_list(entries, f"<a href='/l?page={number + 1}'>下一页</a>")

    site.routes.update({f"/l?page={n}": trap(n) for n in range(1, 40)})
    report = fetch(tmp_path, site.at("/l?page=1"), index=True, pages=3)
    assert len(report.pages) == 3
    assert "看了 3 页目录，后面还有" in report.notes[0]
    same = new_list({"/a/0001.html": "关于第1号建议的答复"}, "<a href='/s?page={}'>下一页</a>")
    site.routes.update({f"/s?page={n}": same.format(n + 1) for n in range(1, 40)})
    fetch(tmp_path, site.at("/s?page=1"), index=True)
    assert sum(path.startswith("/s?") for path in site.asked) == 2


@pytest.mark.parametrize(
    ("here", "inner", "further"),
    [
        ("/l/", '<script>createPageHTML("p", 3, 1, "list", "shtml", 50)</script>', ["1", "2"]),
        ("/l/x_1.htm", "<script>createPageHTML(1, 0, 'x', 'htm')</script>", []),
        (
            "/l/",
            "<a href='list_3.shtml'>尾页</a><a href='javascript:go()'>下一页</a>",
            ["1", "2", "3"],
        ),
        ("/l/list_2.shtml", "<a href='list_3.shtml'>3</a><a href='list_2.shtml'>2</a>", ["3"]),
        ("/l/", "<script>var totalPage = 9; alert(totalPage)</script>", []),
    ],
)
def test_further_pages(here: str, inner: str, further: list[str]) -> None:
    address = f"http://q.example{here}"
    page = open_links(Answer(address, 200, {}, f"<html><body>{inner}</body></html>".encode()))
    assert further_pages(page) == [f"http://q.example/l/list_{n}.shtml" for n in further]


N = 3000


@pytest.mark.parametrize(
    "body",
    [
        "<p>" + "<a href='/a/123.html'>关于某事的答复全文</a>2024-01-01" * N,
        "<div class='a b c'>" * 200 + "<a href='/a/1234.html'>关于某事的答复全文</a>" * N,
        f"<div class='{'n' * 90000}'>" + "<a href='/a/123.html'>关于某事的答复全文</a>" * N,
        "<script>" + "createPageHTML(" * N + "</script>",
        "<script>createPage" + " " * 50 * N + "</script>",
        "<script>" + "<a " * 10 * N + "{" * 10 * N + "countPage " * N + "</script>",
        "<a href='" + "../" * 10 * N + "'>关于某事的答复全文</a>",
    ],
)
def test_a_hostile_page_takes_no_time_to_speak_of(body: str) -> None:
    content = f"<!DOCTYPE html><html><body>{body}".encode()
    answer = Answer("http://q.example/l/index.html", 200, {}, content)
    page = open_links(answer)
    chosen = choose_replies(page, (*page.links, *links_in_scripts(page)))
    assert len(chosen) <= 1
    assert further_pages(page) == []
    assert open_data(Answer("http://q.example/", 200, {}, b"[" * 10 * N)) is not None


# Manners


def test_a_site_is_asked_once_a_second_and_told_who_asks(site: Site, tmp_path: Path) -> None:
    site.routes.update({f"/a/{n}.html": new_page(n, "夜市管理") for n in (51, 52, 53)})
    time = Time()
    addresses = [site.at(f"/a/{n}.html") for n in (51, 52, 53)]
    manners = replace(MANNERS, name="Dafu (+x@example.gov.cn)")
    fetch(tmp_path, *addresses, time=time, manners=manners)
    assert time.waits == [1.0, 1.0, 1.0]  # robots.txt comes first
    assert {each["user-agent"] for each in site.headers} == {"Dafu (+x@example.gov.cn)"}


def test_robots_rules_are_kept(site: Site, tmp_path: Path) -> None:
    site.routes.update(
        {
            "/robots.txt": "User-agent: *\nDisallow: /inner/\nCrawl-delay: 3\n",
            "/a/1.html": new_page(1, "路面修补"),
            "/inner/2.html": new_page(2, "路面修补"),
        }
    )
    time = Time()
    report = fetch(tmp_path, site.at("/a/1.html"), site.at("/inner/2.html"), time=time)
    assert statuses(report) == {"/a/1.html": "new", "/inner/2.html": "refused"}
    assert reasons(report)["/inner/2.html"] == "网站的 robots.txt 不许抓取这一页"
    assert "/inner/2.html" not in site.asked
    assert time.waits == [3.0]


def test_rules_that_cannot_be_read_forbid(site: Site, tmp_path: Path) -> None:
    site.routes.update({"/robots.txt": Given("", 503), "/a/1.html": new_page(1, "路面修补")})
    report = fetch(tmp_path, site.at("/a/1.html"))
    assert statuses(report) == {"/a/1.html": "failed"}
    assert site.count("/a/1.html") == 0
    assert "取 robots.txt 时" in (report.pages[0].reason or "")


def test_a_busy_site_is_asked_again_when_it_says(site: Site, tmp_path: Path) -> None:
    answers = [
        Given("busy", 429, {"Retry-After": "7"}),
        Given("busy", 503),
        Given(new_page(1, "供水管网")),
    ]
    site.routes["/a/1.html"] = lambda headers: answers.pop(0)
    time = Time()
    report = fetch(tmp_path, site.at("/a/1.html"), time=time)
    assert statuses(report) == {"/a/1.html": "new"}
    assert time.waits == [1.0, 7.0, 4.0]


def test_a_site_that_wants_to_be_left_alone_is(site: Site, tmp_path: Path) -> None:
    site.routes.update({f"/a/{n}.html": new_page(n, "供水管网") for n in (1, 3)})
    site.routes["/a/2.html"] = Given("busy", 429, {"Retry-After": "7200"})
    addresses = [site.at(f"/a/{n}.html") for n in (1, 2, 3)]
    report = fetch(tmp_path, *addresses)
    assert list(statuses(report).values()) == ["new", "failed", "failed"]
    assert "120 分钟" in (report.pages[1].reason or "")
    assert site.count("/a/3.html") == 0
    # The next run goes on with what this one left.
    site.routes["/a/2.html"] = new_page(2, "供水管网")
    report = fetch(tmp_path, *addresses)
    assert list(statuses(report).values()) == ["new", "new", "new"]
    assert [site.count(f"/a/{n}.html") for n in (1, 2, 3)] == [1, 2, 1]


def test_what_drips_or_is_too_large_is_given_up(site: Site, tmp_path: Path) -> None:
    site.routes.update(
        {
            "/a/slow.html": Given(b"x" * 5000, drips=True),
            "/a/large.html": Given(b"y" * 5000),
            "/a/1.html": Given("<p>" + "z" * 10),
        }
    )
    manners = replace(MANNERS, whole=0.3, most_bytes=4000, attempts=1)
    addresses = [site.at(f"/a/{name}.html") for name in ("slow", "large", "1")]
    report = fetch(tmp_path, *addresses, manners=replace(manners, most_bytes=6000))
    assert reasons(report)["/a/slow.html"] == "0.3 秒没有传完"
    report = fetch(tmp_path, *addresses[1:], manners=manners)
    assert statuses(report) == {"/a/large.html": "failed", "/a/1.html": "unchanged"}
    assert "太大了" in (report.pages[0].reason or "")


# Once more


def test_the_next_run_asks_only_whether_a_page_has_changed(site: Site, tmp_path: Path) -> None:
    def page(headers: Mapping[str, str]) -> Given:
        same = headers.get("if-none-match") == '"v1"'
        return Given("", 304) if same else Given(new_page(1, "燃气改造"), headers={"ETag": '"v1"'})

    site.routes["/a/1.html"] = page
    site.routes["/a/2.html"] = old_page(2, "燃气改造", seen=10)
    site.routes["/a/3.html"] = new_page(3, "燃气改造")
    site.routes["/a/4.html"] = new_page(4, "燃气改造")
    site.routes["/a/5.html"] = new_page(5, "燃气改造")
    site.routes["/a/6.html"] = new_page(6, "燃气改造")
    addresses = [site.at(f"/a/{n}.html") for n in range(1, 7)]
    fetch(tmp_path, *addresses)
    before = {path.name: path.read_bytes() for path in kept(tmp_path)}
    site.routes["/a/2.html"] = old_page(2, "燃气改造", seen=999)  # only its counter
    site.routes["/a/3.html"] = new_page(3, "燃气和供水改造")
    site.routes["/a/4.html"] = Given("", 410)
    site.routes["/a/5.html"] = Given("<html><body>您访问的页面不存在或已删除</body></html>")
    site.routes["/a/6.html"] = Given("", 301, {"Location": "/b/6.html"})
    site.routes["/b/6.html"] = new_page(6, "燃气改造")
    load = Loading()
    report = fetch(tmp_path, *addresses, load=load)
    assert list(statuses(report).values()) == [
        *("unchanged", "unchanged", "changed", "gone", "gone", "moved"),
    ]
    assert reasons(report)["/a/6.html"] == f"搬到了 {site.at('/b/6.html')}"
    after = {path.name: path.read_bytes() for path in kept(tmp_path)}
    assert [name for name in before if before[name] != after[name]] == [load.paths[2].name]
    earlier = [p for p in (tmp_path / "fetched").glob("*/.3-*/*") if p.suffix == ".html"]
    assert [path.read_bytes() for path in earlier] == [new_page(3, "燃气改造").encode()]
    about = json.loads(next((tmp_path / "fetched").glob("*/.3-*/about.json")).read_text())
    assert about["address"] == site.at("/a/3.html")
    assert len(about["sha256"]) == 64
    assert about["headers"]["content-type"] == "text/html"


def test_odd_answers_stop_nothing(site: Site, tmp_path: Path) -> None:
    odd = Given(
        new_page(1, "站名更正"),
        headers={"ETag": '"\xe9\xff"', "Last-Modified": "昨天".encode().decode("latin-1")},
    )
    rows = r'[{"title": "关于\ud800站名的答复全文", "url": "/a/101.html"}, {"title": 1, "url": []}]'
    site.routes.update({"/a/101.html": odd, "/data": rows, "/a/102.html": Given(b"\x00\xff" * 99)})
    site.routes["/a/103.html"] = Given("", 302, {"Location": "/a/\xd6\xd0.html"})
    for expected in ("new", "unchanged"):
        report = fetch(tmp_path, site.at("/data"), index=True)
        assert [page.status for page in report.pages] == [expected]
    report = fetch(tmp_path, site.at("/a/102.html"), site.at("/a/103.html"))
    assert [page.status for page in report.pages] == ["new", "gone"]


def test_an_error_page_never_takes_the_place_of_a_reply(site: Site, tmp_path: Path) -> None:
    site.routes["/a/1.html"] = new_page(1, "积水点整治")
    fetch(tmp_path, site.at("/a/1.html"))
    content = kept(tmp_path)[0].read_bytes()
    for given in (Given("err", 500), Given("", 200), Given("no", 403), Given("", 302)):
        site.routes["/a/1.html"] = given
        report = fetch(tmp_path, site.at("/a/1.html"), manners=replace(MANNERS, attempts=1))
        assert report.pages[0].status in ("failed", "refused")
    site.routes["/a/1.html"] = Given("", 302, {"Location": "/"})
    site.routes["/"] = new_list({})
    assert fetch(tmp_path, site.at("/a/1.html")).pages[0].status == "gone"
    assert [path.read_bytes() for path in kept(tmp_path)] == [content]


def test_a_run_that_was_killed_is_gone_on_with(site: Site, tmp_path: Path) -> None:
    class Killed(BaseException):
        pass

    entries = {f"/a/100{n}.html": f"关于雨棚安装第{n}号的答复" for n in (1, 2, 3)}
    site.routes["/l/"] = new_list({**entries, "/col/jyta.jsp": "人大代表建议答复公开"})
    site.routes.update({f"/a/100{n}.html": new_page(n, "雨棚安装") for n in (1, 2, 3)})

    def progress(stage: str, done: int, total: int | None) -> None:
        if stage == "抓取网页" and done == 2:
            raise Killed

    address = site.at("/l/")
    with PoliteClient(Trust.of([address]), MANNERS, clock=Time().clock) as client:
        run = Fetching(Snapshots(tmp_path), client, Wanted((address,), True), progress)
        with pytest.raises(Killed):
            run.run(Loading())
    load = Loading()
    report = fetch(tmp_path, address, load=load, index=True)
    assert list(statuses(report).values()) == ["new", "new", "new"]
    assert len(load.paths) == 3
    assert [site.count(path) for path in ("/l/", *entries)] == [1, 1, 1, 1]
    assert "（“人大代表建议答复公开”）" in "".join(report.notes)
    report = fetch(tmp_path, address, index=True)  # and the one after that begins anew
    assert list(statuses(report).values()) == ["unchanged"] * 3
    assert site.count("/l/") == 2


def test_a_dry_run_keeps_nothing(site: Site, tmp_path: Path) -> None:
    site.routes["/robots.txt"] = "User-agent: Dafu\nDisallow: /a/1002\n"
    entries = {f"/a/100{n}.html": f"关于雨棚安装第{n}号的答复" for n in (1, 2, 3)}
    site.routes["/l/"] = new_list(entries)
    address = site.at("/l/")
    with PoliteClient(Trust.of([address]), MANNERS, clock=Time().clock) as client:
        plan = Fetching(Snapshots(tmp_path), client, Wanted((address,), True)).plan()
    assert [page.refused is None for page in plan.pages] == [True, False, True]
    assert plan.seconds == 2.0
    assert site.asked == ["/robots.txt", "/l/"]
    assert list(tmp_path.iterdir()) == []
