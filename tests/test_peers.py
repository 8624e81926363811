"""Other programs do the same work as Dafu, on a few dozen passages; no figure itself is tested."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from corpus.errors import InputError
from eval.bench.report import as_html
from eval.bench.run import BenchPlan, run_bench
from index.models.choice import Models
from tools.peers.compare import choose_peers, measure_beside
from tools.peers.programs import PEERS, Material, Search, missing_packages


class Absent:
    distributions = ("no-such-package",)
    modules = ()

    def build(self, material: Material, folder: Path) -> dict[str, Search]:
        raise NotImplementedError


SLOW = {"txtai"}
"""Peers that take many seconds to import."""


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(PEERS, "absent", Absent())
        names = tuple(name for name in PEERS if name not in SLOW)
        return run_bench(BenchPlan((40,), queries=12), beside=measure_beside(names, Models()))


def test_dafus_own_legs_are_measured_by_what_the_others_are_given(found: dict[str, Any]) -> None:
    (size,) = found["sizes"]
    assert set(size["peers"]["dafu"]["latency"]["short"]) == {"lexical", "dense"}


@pytest.mark.parametrize("name", [name for name in PEERS if name != "dafu"])
def test_a_peer_does_the_same_work_or_is_named_as_not_measured(
    name: str, found: dict[str, Any]
) -> None:
    missing = missing_packages(name)
    if name in SLOW and not missing:
        pytest.skip(f"{name} takes many seconds to import")
    peer = found["sizes"][0]["peers"].get(name)
    if missing:
        assert peer is None or all(package in peer["not_measured"] for package in missing)
        pytest.skip(f"not installed: {missing}")
    assert peer["passages"] == found["sizes"][0]["passages"]
    assert peer["build_seconds"] > 0
    legs = set(peer["latency"]["short"])
    assert legs <= {"lexical", "dense", "fused"}
    named = {f"{kind} {leg}" for kind in ("short", "long") for leg in legs}
    assert named | {"build"} == set(peer["ratios"])


def test_a_peer_that_is_absent_is_named(found: dict[str, Any]) -> None:
    absent = found["sizes"][0]["peers"]["absent"]
    assert "没有安装 no-such-package" in absent["not_measured"]
    assert "没有测：没有安装 no-such-package" in as_html(found)


def test_all_peers_are_measured_where_none_is_named_and_dafu_always_is() -> None:
    assert choose_peers([]) == ("dafu", "bm25s", "milvus-lite", "txtai", "langchain")
    assert choose_peers(["txtai"]) == ("dafu", "txtai")
    with pytest.raises(InputError, match="a、b；可用的有 dafu、bm25s"):
        choose_peers(["a", "dafu", "b"])
