"""Measure other programs beside Dafu, at each size that was measured of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from corpus.errors import InputError
from corpus.progress import Progress
from eval.bench.beside import OWN, measured_peers, peer_latency
from eval.bench.run import BenchSize, Beside
from eval.bench.task import TaskFailed, do_task
from index.models.choice import Models
from tools.peers.known import PEERS, TITLES, missing_packages

MEASURE = "tools.peers.measure"
"""The module with the tasks."""

PEER_SECONDS = 240.0
"""A peer that takes longer at one size, or over one test set, is given up."""

QUERY_SECONDS = 5.0
"""So long each leg of a peer is asked queries of one kind, at most."""


def choose_peers(names: Sequence[str]) -> tuple[str, ...]:
    """Return the peers of these names, all where there are none; Dafu's own legs come first.

    :raises InputError: where some are unknown; the message names them all.
    """
    if unknown := [name for name in names if name not in PEERS]:
        known = "、".join(PEERS)
        raise InputError(f"没有这些对照程序：{'、'.join(unknown)}；可用的有 {known}")
    return tuple(dict.fromkeys((OWN, *(names or PEERS))))


def measure_beside(names: Sequence[str], models: Models) -> Beside:
    """Return what `run_bench` measures these peers by."""

    def beside(size: BenchSize, told: Progress) -> dict[str, Any]:
        folder = size.home.parent
        do_task(
            "export",
            module=MEASURE,
            home=str(size.home),
            queries=size.queries,
            models=asdict(models),
            folder=str(folder),
        )
        peers = {
            name: {
                "title": TITLES.get(name, name),
                **ask_peer("peer", name, folder, PEER_SECONDS, told, seconds=QUERY_SECONDS),
            }
            for name in names
        }
        _add_ratios({**size.found, "peers": peers})
        return peers

    return beside


def ask_peer(
    task: str, name: str, folder: Path, most_seconds: float, told: Progress, **given: Any
) -> dict[str, Any]:
    """Have a task of `MEASURE` done with a peer, or say as `not_measured` why it was not."""
    if missing := missing_packages(name):
        return {"not_measured": f"没有安装 {'、'.join(missing)}（pip install dafu[peers]）"}
    try:
        found: dict[str, Any] = do_task(
            task,
            told,
            module=MEASURE,
            most_seconds=most_seconds,
            name=name,
            folder=str(folder),
            **given,
        )
    except TaskFailed as error:
        return {"not_measured": str(error)}
    return found


def _add_ratios(size: dict[str, Any]) -> None:
    """Add to each peer what it took over what Dafu took: more than 1 where Dafu takes less.

    Dafu's fused search includes embedding the query and scoring the candidates exactly.
    """
    peers = measured_peers(size)
    own = peers.pop(OWN, None)
    if own is None:
        return
    for peer in peers.values():
        ratios: dict[str, Any] = {"build": round(peer["build_seconds"] / own["build_seconds"], 3)}
        for kind, legs in peer["latency"].items():
            for leg, found in legs.items():
                if mine := peer_latency(size, OWN, kind, leg):
                    ratios[f"{kind} {leg}"] = round(found["p50"] / mine["p50"], 3)
        peer["ratios"] = ratios
