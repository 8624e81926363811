"""Other programs beside Dafu in one table: what is measured down, the programs across."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from eval.report.words import QUERY_LENGTHS

OWN = "dafu"
"""Dafu's two legs alone, by which the others' times are told."""

LEGS = ("lexical", "dense", "fused")
"""What programs search by: words, vectors, both."""


@dataclass(frozen=True, slots=True)
class BesideRow:
    """One thing that was measured, and its figure for each program, "–" where it has none.

    `what` is "build", "search", "memory", "disk" or "quality"; `of` says of which queries or which
    test set, `leg` by which leg, where it is one of search or quality.
    """

    what: str
    cells: tuple[str, ...]
    of: str = ""
    leg: str = ""


def measured_peers(size: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the programs of a size that were measured, Dafu first, by name."""
    return {name: peer for name, peer in size["peers"].items() if "latency" in peer}


def peer_latency(size: dict[str, Any], name: str, kind: str, leg: str) -> dict[str, Any] | None:
    """Return the latencies of a leg; of Dafu's both legs together those of its whole search."""
    found = size if (name, leg) == (OWN, "fused") else size["peers"][name]
    latency: dict[str, Any] | None = found["latency"][kind].get(leg)
    return latency


def lay_beside(size: dict[str, Any], quality: Sequence[dict[str, Any]] = ()) -> list[BesideRow]:
    """Lay out what was measured at a size, and how well test sets were ranked.

    Building is told in passages a second, a search in milliseconds, p50 / p95, memory (beyond what
    the process held before) and disk in MB. (×2) is twice Dafu's time.
    """
    peers = measured_peers(size)
    rows = [BesideRow("build", tuple(_build(peer) for peer in peers.values()))]
    for kind in QUERY_LENGTHS:
        for leg in LEGS:
            cells = tuple(_search(size, name, kind, leg) for name in peers)
            rows.append(BesideRow("search", cells, kind, leg))
    rows.append(BesideRow("memory", tuple(_memory(peer) for peer in peers.values())))
    rows.append(BesideRow("disk", tuple(_megabytes(peer["disk_bytes"]) for peer in peers.values())))
    return [*rows, *_quality(peers, quality)]


def lay_quality(quality: Sequence[dict[str, Any]]) -> tuple[list[str], list[BesideRow]]:
    """Lay out how well test sets were ranked alone; return the programs' names besides."""
    names = dict.fromkeys(name for judged in quality for name in judged["peers"])
    shown = [name for name in names if any("not_measured" not in q["peers"][name] for q in quality)]
    return shown, list(_quality(shown, quality))


def _quality(names: Collection[str], quality: Sequence[dict[str, Any]]) -> Iterator[BesideRow]:
    for judged in quality:
        for leg in LEGS:
            values = [judged["peers"].get(name, {}).get(leg) for name in names]
            cells = tuple("–" if v is None else f"{v:.3f}".removeprefix("0") for v in values)
            yield BesideRow("quality", cells, judged["test_set"], leg)


def _build(peer: dict[str, Any]) -> str:
    rate = peer["passages"] / max(peer["build_seconds"], 1e-9)
    return f"{rate:,.0f}{_times(peer, 'build')}"


def _search(size: dict[str, Any], name: str, kind: str, leg: str) -> str:
    latency = peer_latency(size, name, kind, leg)
    if latency is None:
        return "–"
    ratio = _times(size["peers"][name], f"{kind} {leg}")
    return f"{_short(latency['p50'])} / {_short(latency['p95'])}{ratio}"


def _times(peer: dict[str, Any], name: str) -> str:
    ratio = peer.get("ratios", {}).get(name)
    return "" if ratio is None else f" (×{_short(ratio)})"


def _short(value: float) -> str:
    """Write a number with two figures, or whole where it has more before its point."""
    return f"{value:,.0f}" if value >= 9.95 else f"{value:.1f}" if value >= 0.95 else f"{value:.2f}"


def _memory(peer: dict[str, Any]) -> str:
    if peer["peak_bytes"] is None or peer["idle_bytes"] is None:
        return "–"
    return _megabytes(peer["peak_bytes"] - peer["idle_bytes"])


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.0f}" if count else "–"
