"""Measure other programs beside Dafu, at each size that was measured of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from corpus.errors import InputError
from corpus.progress import Progress
from eval.bench.beside import OWN
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
            name: {"title": TITLES.get(name, name), **_measure(name, folder, told)}
            for name in names
        }
        _add_ratios(size.found, peers)
        return peers

    return beside


def _measure(name: str, folder: Path, told: Progress) -> dict[str, Any]:
    """Measure a peer, or say why it was not."""
    if absent := say_missing(name):
        return absent
    try:
        found: dict[str, Any] = do_task(
            "peer",
            told,
            module=MEASURE,
            most_seconds=PEER_SECONDS,
            name=name,
            folder=str(folder),
            seconds=QUERY_SECONDS,
        )
    except TaskFailed as error:
        return {"not_measured": str(error)}
    return found


def say_missing(name: str) -> dict[str, Any] | None:
    """Say in place of figures what of a peer is not installed; None where nothing is missing."""
    missing = missing_packages(name)
    if not missing:
        return None
    return {"not_measured": f"没有安装 {'、'.join(missing)}（pip install dafu[peers]）"}


def _add_ratios(measured: dict[str, Any], peers: dict[str, Any]) -> None:
    """Add to each peer what it took over what Dafu took: more than 1 where Dafu takes less.

    Dafu's fused search includes embedding the query and scoring the candidates exactly.
    """
    own = peers.get(OWN, {})
    if "latency" not in own:
        return
    for name, peer in peers.items():
        if name == OWN or "latency" not in peer:
            continue
        ratios: dict[str, Any] = {"build": round(peer["build_seconds"] / own["build_seconds"], 3)}
        for kind, legs in peer["latency"].items():
            for leg, found in legs.items():
                mine = (measured if leg == "fused" else own)["latency"][kind][leg]
                ratios[f"{kind} {leg}"] = round(found["p50"] / mine["p50"], 3)
        peer["ratios"] = ratios
