"""What is fetched is loaded as any file, cites its address, and follows its page from then on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.access import Role
from app.cli.commands import application
from app.cli.options import open_for_owner
from app.export.reference import reference
from app.service import open_service
from app.settings import load_settings
from app.web.reader import render_reply
from app.web.tabs.ask import render_answer
from app.wording import cite
from corpus.errors import InputError
from corpus.types import FieldName
from corpus.web_address import is_web_address
from tests.homes import run
from tests.webs import Site, new_list, new_page, old_list, old_page, serve_site

PATHS = ("/a/2024/101.htm", "/a/2024/102.html", "/a/2024/103.html")


@pytest.fixture
def site() -> Iterator[Site]:
    entries = dict(
        zip(PATHS, (f"关于{m}的答复" for m in ("屋顶绿化", "早餐工程", "犬只管理")), strict=True)
    )
    routes: dict[str, Any] = {
        "/l/": old_list(dict(list(entries.items())[:1]), 2, 0),
        "/l/index_1.htm": new_list(dict(list(entries.items())[1:])),
        PATHS[0]: old_page(101, "屋顶绿化"),
        PATHS[1]: new_page(102, "早餐工程"),
        PATHS[2]: new_page(103, "犬只管理"),
    }
    with serve_site(routes) as site:
        yield site


def fetch(home: Path, *arguments: str) -> dict[str, Any]:
    given = ["fetch", *arguments, "--interval", "0", "--json", "--home", str(home)]
    result = CliRunner().invoke(application, given)
    return {"status": result.exit_code, **json.loads(result.stdout)}


def counts(report: dict[str, Any]) -> dict[str, int]:
    return {name: n for name, n in report["loaded"].items() if isinstance(n, int) and n}


def test_a_list_is_fetched_loaded_and_followed(site: Site, tmp_path: Path) -> None:
    home = tmp_path / "home"
    status, printed = run(home, "fetch", site.at("/l/"), "--index", "--interval", "0", "--dry-run")
    assert status == 0
    assert f"取回  {site.at(PATHS[0])}" in printed
    report = fetch(home, site.at("/l/"), "--index")
    assert (report["status"], report["new"]) == (0, 3)
    assert counts(report) == {"added": 3}

    with open_for_owner(home) as service:
        replies = {r.card.web_address: r for r in service.list_replies().listed}
        assert set(replies) == set(map(site.at, PATHS))
        card = replies[site.at(PATHS[0])].card
        assert (card.title, card.agency) == ("关于屋顶绿化提案的答复", "青禾市住房和建设局")
        assert card.date == "2024-05-18"
        assert card.fetched is not None
        year, month, day = map(int, card.fetched.split("-"))
        whence = f"{site.at(PATHS[0])}（{year}年{month}月{day}日取得）"
        assert (
            cite(card) == f"青禾市住房和建设局：《关于屋顶绿化提案的答复》，2024年5月18日，{whence}"
        )
        assert reference(card) == (
            "青禾市住房和建设局. 关于屋顶绿化提案的答复[A/OL]. "
            f"2024-05-18[{card.fetched}]. {site.at(PATHS[0])}."
        )
        answer = service.ask("屋顶绿化的工程什么时候完成？")
        assert answer.citations[0].card.web_address == site.at(PATHS[0])
        assert f'href="{site.at(PATHS[0])}"' in render_answer(answer)
        masked = replace(card, web_address="https://q.example/?id=＊＊＊＊＊＊＊＊＊＊＊")
        citation = replace(answer.citations[0], card=masked)
        assert "q.example" not in render_answer(replace(answer, citations=(citation,)))
        view = service.show(card.reply_id)
        for is_owner in (True, False):
            shown = render_reply(view, -1, -1, is_owner)
            assert (
                f'<a class="source-link" href="{site.at(PATHS[0])}" target="_blank"'
                ' rel="noopener noreferrer" referrerpolicy="no-referrer"'
            ) in shown
        with pytest.raises(InputError, match="http"):
            service.review.correct(card.reply_id, {FieldName.WEB_ADDRESS: ["javascript:alert(1)"]})
    with open_service(load_settings(home), Role.READER) as public:
        assert public.list_replies().listed[0].card.web_address is not None

    # Nothing has changed; then one page has, and another is gone.
    report = fetch(home, site.at("/l/"), "--index")
    assert (report["unchanged"], counts(report)) == (3, {"unchanged": 3})
    site.routes[PATHS[1]] = new_page(102, "早餐和晚餐工程")
    del site.routes[PATHS[2]]
    report = fetch(home, site.at("/l/"), "--index")
    assert (report["changed"], report["gone"], report["unchanged"]) == (1, 1, 1)
    assert counts(report) == {"replaced": 1, "unchanged": 1}
    with open_for_owner(home) as service:
        titles = {r.card.web_address: r.card.title for r in service.list_replies().listed}
    assert titles[site.at(PATHS[1])] == "关于早餐和晚餐工程提案的答复"
    assert titles[site.at(PATHS[2])] == "关于犬只管理提案的答复"  # never removed by itself


def test_what_was_removed_is_not_fetched_again(site: Site, tmp_path: Path) -> None:
    home = tmp_path / "home"
    address = site.at(PATHS[0])
    reply_id = fetch(home, address)["loaded"]["files"][0]["reply_id"]
    site.routes[PATHS[0]] = old_page(101, "屋顶花园绿化")
    fetch(home, address)
    assert run(home, "remove", reply_id)[0] == 0
    assert [p.name for p in (home / "fetched").rglob("*") if p.suffix == ".html"] == []
    assert run(home, "verify", "--removed", reply_id)[0] == 0
    asked = site.count(PATHS[0])
    report = fetch(home, address)
    assert (report["status"], report["removed"], report["loaded"]) == (1, 1, None)
    assert site.count(PATHS[0]) == asked
    report = fetch(home, address, "--again")
    assert counts(report) == {"added": 1}


def test_a_list_of_addresses_and_nothing_at_all(site: Site, tmp_path: Path) -> None:
    home = tmp_path / "home"
    addresses = tmp_path / "网址.txt"
    addresses.write_text(f"{site.at(PATHS[1])}\n{site.at('/none.html')}\n", encoding="utf-8")
    status, printed = run(home, "fetch", "--list", str(addresses), "--interval", "0")
    assert status == 0
    assert "已不在：" in printed
    assert "新增" in printed
    status, printed = run(home, "fetch")
    assert status != 0
    assert "没有给出网址" in printed
    status, printed = run(home, "fetch", site.at("/none.html"), "--interval", "0")
    assert status == 1
    assert "一份答复也没有取到" in printed


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("https://q.example/a?b=1&c=2#d", True),
        ("javascript:alert(1)", False),
        ('https://q.example/"onclick=', False),
        ("https://q.example/a b", False),
        ("data:text/html,x", False),
    ],
)
def test_only_addresses_of_the_net_become_links(text: str, safe: bool) -> None:
    assert is_web_address(text) is safe
