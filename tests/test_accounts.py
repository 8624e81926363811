"""Accounts: passwords, sessions, tokens, who has to wait, and what is written down of it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.access import Role
from app.accounts import Accounts
from app.accounts.accounts import REFUSED
from app.accounts.form import ACCOUNTS, FILE_NAME
from app.accounts.passwords import check_password, hash_password, is_password
from app.accounts.throttle import FREE_OF_ACCOUNT, FREE_TOGETHER, TooManyFailures
from app.actor import Actor, acting
from app.audit import AUDIT, Action, Entry, check_since
from app.cli.serving import were_lost
from app.export.sheets import audit_cells
from app.home import Home
from app.services import open_services
from app.settings import load_settings
from corpus.errors import InputError, NotFound
from corpus.store.opening import open_database
from eval.report.words import day_and_time

GOOD = "梧桐树下-7只小麻雀儿"
DESK = "10.0.0.7"


class Clock:
    """A clock that is moved on by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **spans: float) -> None:
        self.now += timedelta(**spans)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def home(tmp_path: Path, address: str) -> Iterator[Home]:
    with Home.at(tmp_path / "home", encoder="off", store=address) as home:
        yield home


@pytest.fixture
def accounts(home: Home, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Accounts]:
    """Accounts of an administrator and an editor, whose passwords are hashed at little cost."""
    from argon2 import PasswordHasher

    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("app.accounts.passwords._hasher", lambda: quick)
    with closing(Accounts(home, clock)) as accounts:
        accounts.add("王芳", Role.ADMINISTRATOR, GOOD)
        accounts.add("Li.Ming", Role.EDITOR, GOOD)
        yield accounts


def done(home: Home) -> list[tuple[str, str, str]]:
    return [(e.name, e.action, e.about) for e in reversed(home.audit.list_entries())]


def fail(accounts: Accounts, name: str, address: str, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(InputError, match=REFUSED):
            accounts.sign_in(name, "不是这个密码", address)


def test_a_password_is_kept_as_argon2id_and_known_again() -> None:
    kept = hash_password(GOOD)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert kept != hash_password(GOOD)
    assert is_password(GOOD, kept)
    assert is_password("梧桐树下－７只小麻雀儿", kept), "full-width signs are typed by mistake"
    assert not is_password(GOOD + " ", kept)
    assert not is_password(GOOD, "not a hash")


def test_chinese_names_words_and_years_are_guessed_by_their_pinyin() -> None:
    weak = "liuyang1990 Liu.Yang.1990 Wangfang@2026 woaini1314 zhangsan123 yunqiao2026"
    for password in (*weak.split(), "Admin@123456", "ouyangxiuwen88"):
        with pytest.raises(InputError, match="太容易"):
            check_password(password, {"ou": "欧阳修文", "Wa": "王芳"}.get(password[:2], "刘洋"))
    with pytest.raises(InputError, match="太容易"):
        check_password("Wangfang@2026", "wangfang")
    good = "liuyang-x7Qm2 yunqiao-banwen-7 tA3$rrunbz!q K7-q9.Zp_4x xk7Qm2Lp9v 柳岸花明又一村2026"
    for password in good.split():
        check_password(password, "刘洋")


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("短密码", "太短"),
        ("长" * 201, "太长"),
        ("1234567890", "太容易"),
        ("aaaaaaaaaaaa", "太容易"),
        ("password123", "太容易"),
        ("zhangwei2026", "太容易"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(
    accounts: Accounts, password: str, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        accounts.add("zhangwei", Role.STAFF, password)
    with pytest.raises(NotFound):
        accounts.get("zhangwei")


def test_names_are_one_whatever_their_width_and_case(accounts: Accounts) -> None:
    assert accounts.get("ｌｉ．ｍｉｎｇ").name == "Li.Ming"
    with pytest.raises(InputError, match="已经有"):
        accounts.add("LI.MING", Role.READER, GOOD)
    for name in ("", "a b", "x" * 65, "<b>", "a\nb"):
        with pytest.raises(InputError, match="用户名只能"):
            accounts.add(name, Role.READER, GOOD)


def test_a_session_ends_when_unused_and_in_any_case(accounts: Accounts, clock: Clock) -> None:
    secret = accounts.sign_in("li.ming", GOOD, DESK)
    assert accounts.session(secret, DESK) == Actor("Li.Ming", Role.EDITOR, DESK)
    for _ in range(7):
        clock.advance(minutes=100)
        assert accounts.session(secret) is not None
    clock.advance(minutes=21)
    assert accounts.session(secret) is None, "twelve hours in all"
    secret = accounts.sign_in("li.ming", GOOD, DESK)
    clock.advance(minutes=121)
    assert accounts.session(secret) is None, "two hours unused"
    assert accounts.session("") is None
    assert accounts.sessions_of("li.ming") == ()


def test_a_change_of_password_ends_all_sessions_and_of_role_is_seen_at_once(
    accounts: Accounts,
) -> None:
    secrets = [accounts.sign_in("li.ming", GOOD, address) for address in (DESK, "10.0.0.8")]
    assert len(accounts.sessions_of("li.ming")) == 2
    accounts.set_role("li.ming", Role.STAFF)
    actor = accounts.session(secrets[0], DESK)
    assert actor == Actor("Li.Ming", Role.STAFF, DESK)
    with pytest.raises(InputError, match="原来的密码"):
        accounts.change_password(actor, "不是这个密码", "另一句很长的话-42")
    accounts.change_password(actor, GOOD, "另一句很长的话-42")
    assert [accounts.session(secret) for secret in secrets] == [None, None]
    with pytest.raises(InputError, match=REFUSED):
        accounts.sign_in("li.ming", GOOD, DESK)
    assert accounts.session(accounts.sign_in("li.ming", "另一句很长的话-42", DESK))


def test_a_disabled_account_is_out_with_all_it_had(accounts: Accounts) -> None:
    session = accounts.sign_in("li.ming", GOOD, DESK)
    token = accounts.make_token("li.ming", "报表")
    accounts.set_disabled("li.ming", True)
    assert (accounts.session(session), accounts.of_token(token)) == (None, None)
    fail(accounts, "li.ming", DESK)
    accounts.set_disabled("li.ming", False)
    assert accounts.session(session) is None
    assert accounts.session(accounts.sign_in("li.ming", GOOD, DESK))


def test_the_last_administrator_stays(accounts: Accounts) -> None:
    with pytest.raises(InputError, match="唯一的管理员"):
        accounts.set_role("王芳", Role.EDITOR)
    with pytest.raises(InputError, match="唯一的管理员"):
        accounts.set_disabled("王芳", True)
    assert accounts.get("王芳").role is Role.ADMINISTRATOR
    assert accounts.has_administrator
    accounts.set_role("li.ming", Role.ADMINISTRATOR)
    accounts.set_disabled("王芳", True)
    assert accounts.has_administrator


def test_a_token_may_no_more_than_its_account_and_ends(accounts: Accounts, clock: Clock) -> None:
    token = accounts.make_token("li.ming", " 夜间  载入 ", Role.ADMINISTRATOR)
    assert token.startswith("dafu_")
    assert accounts.of_token(token, DESK) == Actor("Li.Ming", Role.EDITOR, DESK)
    reading = accounts.make_token("li.ming", "大屏", Role.READER, clock.now + timedelta(days=1))
    assert [(t.label, t.role) for t in accounts.tokens_of("li.ming")] == [
        ("夜间 载入", Role.EDITOR),
        ("大屏", Role.READER),
    ]
    accounts.set_role("li.ming", Role.STAFF)
    found = accounts.of_token(token)
    assert found is not None
    assert found.role is Role.STAFF
    clock.advance(days=1)
    assert accounts.of_token(reading) is None
    with pytest.raises(NotFound):
        accounts.end_token(accounts.tokens_of()[0].number, "王芳")
    accounts.end_token(accounts.tokens_of()[0].number, "li.ming")
    assert accounts.of_token(token) is None
    for label, until in (("", None), ("x" * 101, None), ("晚了", clock.now)):
        with pytest.raises(InputError):
            accounts.make_token("li.ming", label, None, until)


@pytest.mark.parametrize("whence", [DESK, "203.0.113.9"])
def test_who_has_a_new_password_does_not_wait_for_the_old_one(
    accounts: Accounts, clock: Clock, whence: str
) -> None:
    accounts.sign_in("li.ming", GOOD, DESK)
    for _ in range(FREE_TOGETHER + 2):
        fail(accounts, "li.ming", whence)
        clock.advance(seconds=60)
    fail(accounts, "li.ming", whence)
    with pytest.raises(TooManyFailures, match="请 3 分钟后再试"):
        accounts.sign_in("li.ming", GOOD, whence)
    accounts.set_password("li.ming", f"{GOOD}二")
    assert accounts.sign_in("li.ming", f"{GOOD}二", whence)
    fail(accounts, "li.ming", whence, FREE_TOGETHER)
    with pytest.raises(TooManyFailures, match="请 16 秒后再试"):
        accounts.sign_in("li.ming", f"{GOOD}二", whence)


def test_who_guesses_waits_ever_longer_and_the_owner_elsewhere_does_not(
    accounts: Accounts, clock: Clock
) -> None:
    accounts.sign_in("li.ming", GOOD, DESK)
    fail(accounts, "li.ming", "203.0.113.9", FREE_TOGETHER)
    with pytest.raises(TooManyFailures) as told:
        accounts.sign_in("li.ming", GOOD, "203.0.113.9")
    assert told.value.seconds == 16
    assert accounts.sign_in("li.ming", GOOD, DESK)
    clock.advance(seconds=16)
    fail(accounts, "li.ming", "203.0.113.9")
    with pytest.raises(TooManyFailures) as told:
        accounts.sign_in("li.ming", GOOD, "203.0.113.9")
    assert told.value.seconds == 31
    clock.advance(hours=2)
    assert accounts.sign_in("li.ming", GOOD, "203.0.113.9")


def test_guesses_from_many_addresses_keep_out_strangers_only(accounts: Accounts) -> None:
    accounts.sign_in("li.ming", GOOD, DESK)
    for number in range(FREE_OF_ACCOUNT):
        fail(accounts, "li.ming", f"203.0.113.{number}")
    with pytest.raises(TooManyFailures):
        accounts.sign_in("li.ming", GOOD, "198.51.100.1")
    assert accounts.sign_in("li.ming", GOOD, DESK)


def test_an_unknown_name_is_refused_alike_and_its_words_are_not_kept(
    home: Home, accounts: Accounts
) -> None:
    fail(accounts, "my-secret-password", DESK)
    assert done(home)[-1] == ("", "登录失败", "")
    for path in home.folder.rglob("*"):
        if path.is_file():
            assert b"my-secret-password" not in path.read_bytes()


def test_no_secret_stands_in_the_files(home: Home, accounts: Accounts) -> None:
    secrets = accounts.sign_in("li.ming", GOOD, DESK), accounts.make_token("li.ming", "报表")
    accounts.close()
    home.close()
    if address := home.settings.store:
        with closing(open_database(home.folder, address, ACCOUNTS)) as database:
            database.copy_to(home.folder / FILE_NAME)
    kept = b"".join(path.read_bytes() for path in home.folder.rglob("*") if path.is_file())
    for secret in (*secrets, GOOD):
        assert secret.encode() not in kept
    assert address or home.folder.joinpath(FILE_NAME).stat().st_mode & 0o077 == 0


def test_who_did_what_is_written_down(home: Home, accounts: Accounts) -> None:
    with acting(Actor("王芳", Role.ADMINISTRATOR, DESK)):
        accounts.set_role("li.ming", Role.STAFF)
        accounts.sign_out(accounts.sign_in("li.ming", GOOD, "10.0.0.9"))
    assert done(home)[2:] == [
        ("王芳", "更改角色", "Li.Ming，编辑 → 工作人员"),
        ("Li.Ming", "登录", ""),
        ("Li.Ming", "退出", ""),
    ]
    last = home.audit.list_entries(limit=1)[0]
    assert (last.role, last.address) == ("staff", "")
    assert [e.action for e in home.audit.list_entries(name="王芳")] == ["更改角色"]
    assert home.audit.list_entries(since="2999-01-01") == ()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of Windows is not to be set")
@pytest.mark.parametrize(
    ("zone", "typed", "noted"),
    [
        ("Asia/Shanghai", "2026-11-29", "2026-11-28T16:00:00+00:00"),
        ("Asia/Shanghai", " 20261129 ", "2026-11-28T16:00:00+00:00"),
        ("Asia/Shanghai", "2026-11-29 07:59:59", "2026-11-28T23:59:59+00:00"),
        ("Asia/Shanghai", "2026-11-29T08:00Z", "2026-11-29T08:00:00+00:00"),
        ("Asia/Shanghai", "2026-11-29T08:00:00.5+09:00", "2026-11-28T23:00:00+00:00"),
        ("America/New_York", "2026-07-01", "2026-07-01T04:00:00+00:00"),
        ("UTC", "2026-11-29", "2026-11-29T00:00:00+00:00"),
        ("Asia/Shanghai", "  ", ""),
    ],
)
def test_a_day_of_the_audit_is_of_this_computers_zone(
    zone: str, typed: str, noted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert check_since(typed) == noted
        for bad in ("昨天", "2026-13-01", "0001-01-01T00:00+09:00"):
            with pytest.raises(InputError, match="日期读不懂"):
                check_since(bad)
        entry = Entry(1, "2026-11-28T16:30:00+00:00", "王芳", "editor", DESK, "载入", "")
        at = datetime.fromisoformat(entry.at).astimezone()
        assert audit_cells(entry)[1] == at.isoformat(" ")
        assert day_and_time(entry.at) == at.strftime("%Y-%m-%d %H:%M")
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_audit_is_only_added_to_and_shows_what_was_changed(home: Home) -> None:
    for about in ("甲", "乙", "丙"):
        home.audit.record(Action.LOADED, about)
    assert home.audit.find_break() is None
    with closing(open_database(home.folder, home.settings.store, AUDIT)) as database:
        for statement in ("DELETE FROM entries", "UPDATE entries SET about = ''"):
            with (
                pytest.raises(Exception, match="only added"),
                database.transaction() as connection,
            ):
                connection.execute(statement)
        dropped = "DROP TRIGGER {}" + (" ON entries" if home.settings.store else "")
        with database.transaction() as connection:
            connection.execute(dropped.format("entries_are_final"))
            connection.execute("UPDATE entries SET about = '丁' WHERE number = 2")
        assert home.audit.find_break() == 2
        with database.transaction() as connection:
            connection.execute(dropped.format("entries_stay"))
            connection.execute("DELETE FROM entries WHERE number = 2")
        assert home.audit.find_break() == 3


def test_accounts_of_an_earlier_version_are_there_with_a_key_for_forms(tmp_path: Path) -> None:
    with Home.at(tmp_path) as home:
        with closing(Accounts(home)) as accounts:
            accounts.add("王芳", Role.STAFF, GOOD)
        with closing(sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)) as connection:
            connection.execute("DROP TABLE form_keys")
            connection.execute("PRAGMA user_version = 1")
        with closing(Accounts(home)) as one, closing(Accounts(home)) as other:
            assert one.get("王芳").role is Role.STAFF
            assert len(one.form_key) == 32
            assert one.form_key == other.form_key


def test_several_processes_write_one_chain(home: Home, tmp_path: Path) -> None:
    with Home.at(home.folder, encoder="off", store=home.settings.store) as other:
        for number in range(4):
            (home if number % 2 else other).audit.record(Action.EXPORTED, str(number))
    assert home.audit.find_break() is None
    assert home.audit.count() == 4


def test_a_load_is_written_down_by_counts_and_ids_alone(tmp_path: Path) -> None:
    source = tmp_path / "关于鲤塘路灯的答复.txt"
    source.write_text("关于鲤塘路灯的答复\n\n　　鲤塘路已新装路灯四十盏。\n", encoding="utf-8")
    with open_services(load_settings(tmp_path / "home", encoder="off")) as services:
        report = services.of(Role.EDITOR).ingest([source])
        last = services.home.audit.list_entries(limit=1)[0]
    assert (last.action, last.about) == ("载入", f"新增 1；{report.files[0].reply_id}")


def test_a_file_of_accounts_that_was_lost_is_noticed(tmp_path: Path) -> None:
    for added in (False, True):
        with Home.at(tmp_path / "home", encoder="off") as home, closing(Accounts(home)) as accounts:
            if added:
                accounts.add("王芳", Role.ADMINISTRATOR, GOOD)
            assert not were_lost(accounts, home.audit)
    for path in (tmp_path / "home").glob("accounts.sqlite*"):
        path.unlink()
    with Home.at(tmp_path / "home", encoder="off") as home, closing(Accounts(home)) as accounts:
        assert were_lost(accounts, home.audit)
