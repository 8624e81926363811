"""The files that replies were loaded from: opened by the owner, by no path, and by nobody else."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from app.access import Role
from app.service import Service, open_service
from app.settings import load_settings
from app.web import Page, serve
from corpus.errors import InputError, NotFound
from tests.browsing import enter, program_of
from tests.homes import letter
from tests.test_pages import write_pdf


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "一.txt").write_text(letter(1), encoding="utf-8")
    (tmp_path / "网页.html").write_text(f"<p>{letter(2)}</p><script>alert(1)</script>", "utf-8")
    write_pdf(tmp_path / "三.pdf")
    with zipfile.ZipFile(tmp_path / "包.zip", "w") as archive:
        archive.writestr("四.txt", letter(4))
    return tmp_path


@pytest.fixture
def service(folder: Path) -> Iterator[Service]:
    with open_service(load_settings(folder / "home", encoder="off")) as service:
        service.ingest([*folder.glob("*.*")])
        yield service


@pytest.fixture
def page(service: Service) -> Iterator[Page]:
    page = serve(service)
    yield page
    page.close()


def id_of(service: Service, source: str) -> str:
    return next(card.reply_id for card in service.list_replies().cards if source in card.source)


def get(client: httpx.Client, reply_id: str) -> httpx.Response:
    return client.get(f"/original/{quote(reply_id, safe='')}")


def test_the_owner_gets_the_file_as_it_is(service: Service, page: Page, folder: Path) -> None:
    with enter(page) as client:
        got = get(client, id_of(service, "三.pdf"))
        assert got.content == (folder / "三.pdf").read_bytes()
        assert got.headers["content-type"] == "application/pdf"
        assert got.headers["content-disposition"].startswith("inline")
        assert "sandbox" not in got.headers["content-security-policy"]
        assert "default-src 'none'" in got.headers["content-security-policy"]
        assert got.headers["cache-control"] == "no-store"
        for name in ("一.txt", "网页.html", "包.zip"):
            got = get(client, id_of(service, name))
            assert got.content == (folder / name).read_bytes()
            assert got.headers["content-type"] == "application/octet-stream"
            assert got.headers["content-disposition"].startswith("attachment")
            assert got.headers["x-content-type-options"] == "nosniff"


def test_a_pdf_within_an_archive_is_given_by_itself(tmp_path: Path) -> None:
    pdf = write_pdf(tmp_path / "答复.pdf").read_bytes()
    with zipfile.ZipFile(tmp_path / "包.zip", "w") as archive:
        archive.writestr("答复.pdf", pdf)
    with open_service(load_settings(tmp_path / "home", encoder="off")) as service:
        service.ingest([tmp_path / "包.zip"])
        (card,) = service.list_replies().cards
        original = service.originals.open(card.reply_id)
        assert (original.content, original.kind) == (pdf, "application/pdf")
        assert original.name == "包.pdf"


def test_no_path_leads_to_a_file(service: Service, page: Page, folder: Path) -> None:
    path = (folder / "一.txt").as_posix()
    forged = (
        *(path, "../../一.txt", f"..%2f..%2f{quote(path)}", "%00", "x" * 300, "没有", "."),
        *(quote(path, safe=""), "file%3A%2F%2F" + quote(path, safe="")),
    )
    with enter(page) as client:
        for each in forged:
            got = client.get(f"/original/{each}")
            assert got.status_code == 404, each
            assert "陈一鸣" not in got.text
        assert client.post("/original/x").status_code == 404
    with program_of(page.address) as stranger:
        got = get(stranger, id_of(service, "一.txt"))
        assert got.status_code == 403  # without the key


@pytest.mark.parametrize("redact", [True, False])
def test_visitors_get_none(service: Service, folder: Path, redact: bool) -> None:
    reply_id = id_of(service, "一.txt")
    settings = load_settings(folder / "home", serve_unmarked=True, redact=redact)
    with open_service(settings, Role.READER) as public:
        assert public.show(reply_id)
        assert not public.originals.is_there(reply_id)
        with pytest.raises(InputError, match="只有文库的主人"):
            public.originals.open(reply_id)
        served = serve(public)
        try:
            with program_of(served.address) as client:
                got = get(client, reply_id)
                assert got.status_code == 404
                assert "陈一鸣" not in got.text
        finally:
            served.close()


def test_a_file_that_has_gone_and_a_reply_in_the_bin_are_told(
    service: Service, page: Page, folder: Path
) -> None:
    gone, binned = id_of(service, "一.txt"), id_of(service, "三.pdf")
    (folder / "一.txt").unlink()
    assert not service.originals.is_there(gone)
    service.bin.put_away([binned])
    with pytest.raises(NotFound):
        service.originals.open(binned)
    with enter(page) as client:
        assert "原件已不在原处" in get(client, gone).text
        assert get(client, binned).status_code == 404
        service.bin.bring_back([binned])
        assert get(client, binned).status_code == 200
