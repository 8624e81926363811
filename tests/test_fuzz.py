"""Ten thousand broken files and odd questions: all is told, nothing hangs, every place is right.

A case that fails is named by what makes it again: `python -m tests.fuzzing --seed 1 --first 4711
--count 1`, or `tests.asking`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.access import Role
from app.service import Service, open_service
from app.settings import load_settings
from corpus.readers import SUFFIXES
from corpus.types import ParsedReply
from corpus.workers import parse_file
from tests import asking, fuzzing
from tests.seeds import SAMPLES, seeds

CASES = 10_000
FEW = 90


def test_each_format_has_a_seed_that_holds_a_reply(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpus.readers.pictures.is_installed", lambda: False)
    read = set()
    for seed in seeds():
        path = tmp_path / seed.name
        path.write_bytes(seed.content)
        if any(isinstance(item, ParsedReply) for item in parse_file(path)):
            read.add(path.suffix)
    same = {".docm", ".dotx", ".dotm", ".dot", ".wps", ".wpt", ".xlsm", ".et", ".htm", ".markdown"}
    pictures = {".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp"}
    assert set(SUFFIXES) - same - pictures - read == {".mhtml"}


def test_some_broken_files_are_told_or_read_right() -> None:
    assert list(fuzzing.run(seed=2, first=0, count=FEW)) == []


@pytest.mark.slow
@pytest.mark.long
def test_ten_thousand_broken_files_are_told_or_read_right() -> None:
    assert list(fuzzing.run(seed=1, first=0, count=CASES)) == []


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The samples as a visitor asks them, answered however unsure it is."""
    settings = load_settings(
        tmp_path_factory.mktemp("样例") / "home", encoder="off", abstain_below=0.0
    )
    with open_service(settings) as owner:
        owner.ingest([SAMPLES])
    with open_service(settings, Role.READER) as service:
        yield service


def test_some_odd_questions_are_answered_verbatim_or_refused(service: Service) -> None:
    assert list(asking.run(service, seed=2, first=0, count=FEW // 3)) == []


@pytest.mark.slow
@pytest.mark.long
def test_ten_thousand_odd_questions_are_answered_verbatim_or_refused(service: Service) -> None:
    assert list(asking.run(service, seed=1, first=0, count=CASES)) == []
