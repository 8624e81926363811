"""Which terms are looked up: of a large library only the rarest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.filters import Filters
from index.ranking import propose
from index.stores.lexical import LexicalField, LexicalTerm
from tests.test_retrieve import Home, reply

COMMON, RARE = "小区停车", "梧桐飞絮"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path)
    home.load(
        *(
            reply(f"p{n}", f"{COMMON}问题，第{n}处已划线。", "云桥区城管局 云桥区 2023-05-08")
            for n in range(20)
        ),
        reply("tree", f"{COMMON}处的{RARE}已经修剪。", "云桥区园林局 云桥区 2023-05-08"),
    )
    yield home
    home.close()


def asked(home: Home, query: str, monkeypatch: pytest.MonkeyPatch) -> set[LexicalTerm]:
    """Return the terms that the lexical leg is asked for by a search."""
    seen: set[LexicalTerm] = set()
    search = home.legs.lexical.search

    def noting(terms: list[LexicalTerm], k: int, filters: Filters) -> list[tuple[int, float]]:
        seen.update(terms)
        return search(terms, k, filters)

    monkeypatch.setattr(home.legs.lexical, "search", noting)
    home.retriever.search(query)
    return seen


def test_a_small_library_is_asked_for_all_terms(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = {term.token for term in asked(home, COMMON + RARE, monkeypatch)}
    assert tokens >= {"小区", "区停", "停车", "车梧", "梧桐", "桐飞", "飞絮"}


def test_of_a_large_one_the_rarest_terms_are_looked_up_and_all_terms_score(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = home.retriever.search(COMMON + RARE)[0]
    monkeypatch.setattr(propose, "POSTINGS", 20)
    monkeypatch.setattr(propose, "TERMS_AT_LEAST", 2)
    found = asked(home, COMMON + RARE, monkeypatch)
    tokens = {term.token for term in found if term.field is LexicalField.BIGRAMS}
    assert tokens >= {"梧桐", "桐飞", "飞絮"}
    assert tokens.isdisjoint({"小区", "区停", "停车"})
    best = home.retriever.search(COMMON + RARE)[0]
    assert best.reply.id == "tree"
    assert best.lexical == pytest.approx(before.lexical)


def test_a_question_of_frequent_words_alone_is_looked_up_all_the_same(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(propose, "POSTINGS", 1)
    tokens = {term.token for term in asked(home, COMMON, monkeypatch)}
    assert tokens >= {"小区", "区停", "停车"}
    assert len(home.found(COMMON, k=30)) == 21


def test_frequencies_follow_what_is_loaded(home: Home) -> None:
    lexical = home.legs.lexical
    assert lexical.document_frequency(LexicalField.BIGRAMS, "飞絮") == 1
    home.load(reply("more", "飞絮每年四月最多。", "云桥区园林局 云桥区 2024-05-08"))
    assert lexical.document_frequency(LexicalField.BIGRAMS, "飞絮") == 2
