"""Chinese and English: every word of the pages that speak both, by a switch or the browser."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from lxml import html

import app.accounts
import app.web
from app.access import Role
from app.accounts.types import WORDS
from app.audit import Action
from app.web.language import choose_language, load_words, say, speaking
from app.web.parts import UNEXPECTED
from app.web.render import TEMPLATES, _environment
from app.web.server.people import account, entry, people, users
from tests.test_sign_in import NAMES, PASSWORD, Office, home, mark_of, office, post

__all__ = ["home", "office"]  # fixtures

CHINESE = re.compile("[一-鿿]")

SPOKEN = sorted(TEMPLATES.glob("people*.html"))
"""Templates that speak both languages."""

RAISING = (Path(app.accounts.__file__).parent, Path(app.web.__file__).parent / "server" / "people")
"""What they show of errors comes from here."""

AT_THE_COMMAND_LINE = {"form.py"}
"""Errors of these end the start, before there is a page."""


def list_msgids() -> Iterator[str]:
    """Yield what the pages say: in templates, by names and in errors."""
    extract: Any = _environment().extract_translations  # type: ignore[attr-defined]
    for path in SPOKEN:
        for _, _, said in extract(path.read_text("utf-8")):
            yield said if isinstance(said, str) else str(said[0])
    yield from (*WORDS.values(), *map(str, Action), *account.DONE.values(), *users.DONE.values())
    yield from (people.FORGED, people.NO_ADMINISTRATOR, people.TOO_LONG, UNEXPECTED)
    yield entry.NO_SETUP
    for folder in RAISING:
        for path in folder.glob("*.py"):
            if path.name not in AT_THE_COMMAND_LINE:
                yield from list_errors(ast.parse(path.read_text("utf-8")))
    yield "日期读不懂：{}。请写成 2026-11-01。"


def list_errors(tree: ast.AST) -> Iterator[str]:
    """Yield the sentences that a module's errors have, with {} for what stands in them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and CHINESE.search(str(node.value)):
            if str(node.value).endswith("。"):
                yield str(node.value)
        elif isinstance(node, ast.JoinedStr):
            parts = [str(p.value) if isinstance(p, ast.Constant) else "{}" for p in node.values]
            if CHINESE.search("".join(parts)) and parts[-1].endswith("。"):
                yield "".join(parts)


def test_the_catalogue_is_whole() -> None:
    said, words = set(list_msgids()), load_words("en")
    pieces = {part for key in words if "{}" in key for part in key.split("{}")}
    assert {each for each in said if each not in words and each not in pieces} == set()
    assert set(words) - said == set()
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
        ("xx", "en;q=zwei", "en"),
    ],
)
def test_the_language_is_the_one_chosen_else_the_browsers(
    wanted: str, accepted: str, language: str
) -> None:
    assert choose_language(wanted, accepted) == language


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
