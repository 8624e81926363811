"""What replies promise and cite is kept beside them, and follows them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.service import Service, open_service
from app.settings import load_settings
from app.views.statements import catch_up
from corpus.errors import HomeBusy
from corpus.filters import ANY
from corpus.store.statements import Statements
from corpus.types import FieldName
from tests.test_ledger import LETTER

BODY = "一、根据《石溪县河道管理办法》（石政规〔2021〕6号），我局将于年底前清理柳湾段。"


@pytest.fixture(autouse=True)
def either(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the library in the home, and in PostgreSQL."""
    if address:
        monkeypatch.setenv("DAFU_STORE", address)


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "1.txt"
    write(path)
    return path


def write(path: Path, body: str = BODY) -> None:
    text = LETTER.format(
        agency="水利局", short="水", n=3, matter="清理柳湾河", body=body, openness="公开发布"
    )
    path.write_text(text, "utf-8")


def due(service: Service) -> list[str | None]:
    return [one.by for one in service.ledger.read().promises]


def names(service: Service) -> list[str | None]:
    return [one.name for one in service.policies.read().policies]


def test_a_reply_is_read_once(
    letter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_service(load_settings(tmp_path / "home")) as service:
        service.ingest([letter])
        statements = service.home.store.statements
        assert (statements.unread(), due(service), statements.unread()) == (1, ["2024-12-31"], 0)
        read: list[object] = []
        monkeypatch.setattr("corpus.store.statements.read_statements", read.append)
        assert (due(service), names(service)) == (["2024-12-31"], ["石溪县河道管理办法"])
        assert read == []


def test_what_changes_is_read_again(letter: Path, tmp_path: Path) -> None:
    with open_service(load_settings(tmp_path / "home")) as service:
        service.ingest([letter])
        assert due(service) == ["2024-12-31"]
        write(letter, BODY.replace("年底前", "9月底前").replace("河道", "水库"))
        service.ingest([letter])
        assert (due(service), names(service)) == (["2024-09-30"], ["石溪县水库管理办法"])


def test_a_corrected_date_moves_what_is_due(letter: Path, tmp_path: Path) -> None:
    with open_service(load_settings(tmp_path / "home")) as service:
        service.ingest([letter])
        (one,) = service.ledger.read().promises
        service.review.correct(one.card.reply_id, {FieldName.DATE: ["2022-05-20"]})
        assert due(service) == ["2022-12-31"]


def test_another_grammar_reads_all_again(
    letter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_service(load_settings(tmp_path / "home")) as service:
        service.ingest([letter])
        assert due(service) == ["2024-12-31"]
        for module in ("statements", "stating"):
            monkeypatch.setattr(f"corpus.store.{module}.grammar", lambda: "another")
        assert service.home.store.statements.unread() == 1
        assert (due(service), service.home.store.statements.unread()) == (["2024-12-31"], 0)


def test_what_is_removed_takes_its_promises_along(letter: Path, tmp_path: Path) -> None:
    with open_service(load_settings(tmp_path / "home")) as service:
        service.ingest([letter])
        assert (due(service), names(service)) == (["2024-12-31"], ["石溪县河道管理办法"])
        reply_id = service.list_replies().cards[0].reply_id
        service.remove([reply_id])
        assert (due(service), names(service)) == ([], [])
        with service.home.store.database.reading() as connection:
            for table in ("promises", "citations", "cited_as", "statements_read"):
                assert connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0
        assert all("PostgreSQL" in each for each in service.prove_removal(reply_id).problems)


def test_a_list_tells_what_was_not_read_in_time(letter: Path, tmp_path: Path) -> None:
    with open_service(load_settings(tmp_path / "home")) as service:
        service.ingest([letter])
        assert catch_up(service.home, goes_on=lambda: False) == 1
        assert service.home.store.statements.list_promises(ANY, date(2025, 1, 1)) == ()
        told: list[tuple[str, int, int | None]] = []
        assert catch_up(service.home, lambda *step: told.append(step), lambda: True) == 0
        assert told == [("读承诺和依据", 1, 1)]


def test_a_home_that_can_t_be_written_to_lists_what_is_kept(
    letter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise HomeBusy("文库正被另一个程序写入。")

    with open_service(load_settings(tmp_path / "home")) as service:
        service.ingest([letter])
        monkeypatch.setattr(Statements, "catch_up", refuse)
        assert (due(service), service.ledger.read().unread) == ([], 1)
