"""Commands killed at any moment: nothing that was confirmed is lost, and nothing is left over."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from app.service import open_service
from app.settings import load_settings
from corpus.errors import HomeDamaged
from tests.homes import make_home, write_letters
from tests.killing import SHARES, Killing, run_all

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs fork and signals")

CASES = 1000

HEAVY = ("serve", "adapt")
"""What takes long to import."""


@pytest.fixture(scope="module")
def killing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killing]:
    with Killing(tmp_path_factory.mktemp("killing")) as killing:
        yield killing


@pytest.mark.parametrize("action", [action for action in SHARES if action not in HEAVY])
def test_a_killed_command_loses_nothing_and_leaves_nothing(killing: Killing, action: str) -> None:
    assert list(killing.kill(action, Random(action), most=0.8)) == []


@pytest.mark.slow
def test_a_killed_page_or_load_beside_it_harms_nobody(tmp_path: Path) -> None:
    with Killing(tmp_path, "page") as heavy:
        for seed in range(3):
            assert list(heavy.kill("serve", Random(seed), most=0.8)) == []


@pytest.mark.slow
@pytest.mark.long
def test_a_thousand_killed_commands_lose_nothing(tmp_path: Path) -> None:
    assert list(run_all(1, 0, CASES, tmp_path)) == []


def test_a_library_that_vanishes_while_it_is_used_is_told(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home", write_letters(tmp_path / "letters", range(3)))
    with open_service(load_settings(home)) as service:
        assert service.list_replies().total == 3
        for path in home.glob("dafu.sqlite*"):
            path.unlink()
        with pytest.raises(HomeDamaged, match="文库文件不见了"):
            service.list_replies()
        assert not (home / "dafu.sqlite").exists()
