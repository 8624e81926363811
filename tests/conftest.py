"""Fixtures that several tests share."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from index.models.static import limit_blas_threads
from index.stores.place import Place

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browsing import Visits


# The encoder is asked for where it is tested: it would take the cores from other tests, and what a
# search has it read depends on the time.
os.environ.setdefault("DAFU_ENCODER", "off")

# No timed asserts: an example of 20 ms takes 400 where other programs want the processor.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def data_folder() -> Path | None:
    """Return the folder of development data, or None where it is absent."""
    named = os.environ.get("DAFU_DATA")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data"
    return folder if folder.is_dir() else None


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, Any, Any]:
    """Report also what can't be written as it is, as half a surrogate pair in a file's name.

    Where processes share the tests, the first such report would end them all.
    """
    return _writable((yield))


def _writable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {name: _writable(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(_writable, value))
    return value


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """Compute as an opened engine does, also where a test makes its parts by hand."""
    limit_blas_threads()


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of development data; tests that need it are skipped where it is absent."""
    folder = data_folder()
    if folder is None:
        pytest.skip("development data is absent (set DAFU_DATA to its folder)")
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server; tests that need it are skipped where there is none to start."""
    pytest.importorskip("psycopg", reason="no psycopg: pip install 'dafu[postgresql]'")
    from tests.postgres import find_programs, running

    programs = find_programs()
    if programs is None:
        pytest.skip("no PostgreSQL on this machine (on Debian: apt-get install postgresql)")
    with running(programs) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_library(postgres: str) -> Iterator[str]:
    """A library in PostgreSQL that tests share, one after the other."""
    from corpus.store.store import Store
    from tests.postgres import new_library

    with new_library(postgres) as address:
        Store.open(Path(), address).close()
        yield address


@pytest.fixture(scope="session")
def milvus_lite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A file of Milvus Lite, which serves it from within this process."""
    for name in ("pymilvus", "milvus_lite"):
        pytest.importorskip(name, reason=f"no {name}: pip install pymilvus milvus-lite")
    place = Place(str(tmp_path_factory.mktemp("milvus") / "milvus.db"))
    yield place
    from milvus_lite.server_manager import server_manager_instance

    server_manager_instance.release_all()


@pytest.fixture
def milvus(milvus_lite: Place) -> Place:
    """A Milvus without any collection."""
    from index.stores.milvus.client import Client

    client = Client(milvus_lite)
    for name in client.call("list_collections"):
        client.call("drop_collection", name)
    client.close()
    return milvus_lite


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where a library is kept, with what lies beside it: in its home, and in PostgreSQL."""
    if request.param == "sqlite":
        yield ""
        return
    from tests.postgres import empty

    address = request.getfixturevalue("postgres_library")
    empty(address)
    yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; tests that need it are skipped where it is absent."""
    playwright_module = pytest.importorskip("playwright.sync_api")
    from tests.browsing import PATIENCE
    from tools.screenshots import FLAGS, find_chromium

    chromium = find_chromium()
    if chromium is None:
        pytest.skip("no Chromium on this machine")
    with playwright_module.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS, timeout=PATIENCE)
        yield browser
        browser.close()


@pytest.fixture
def visits(browser: Browser) -> Iterator[Visits]:
    """Tabs that asked no other host for anything, and had no error in their console."""
    from tests.browsing import Visits

    visits = Visits(browser)
    yield visits
    visits.leave()
    assert visits.complaints == []
