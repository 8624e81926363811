"""Pack the start weights and the training pairs of an encoder into one file.

python -m eval.training.encoder.pack --start MODEL --data DATA --out PACK
"""

from __future__ import annotations

import argparse
import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track

from eval.training.encoder.budget import (
    count_characters,
    count_fitting,
    count_new,
    divide_room,
)
from eval.training.encoder.negatives import mine_negatives
from eval.training.encoder.noise import Confusions, add_noise, load_confusions
from eval.training.encoder.packed import NEGATIVES, Pack, PackedSource, save_pack
from eval.training.encoder.packfile import size_of
from eval.training.encoder.sources import (
    QUERY,
    SOURCES,
    Source,
    load_barred,
    nearest_passage,
)
from eval.training.encoder.start import open_start
from eval.training.encoder.texts import Ints, Table
from eval.training.pairs import Pair

QUESTIONS = Path(__file__).resolve().parents[3] / "tools" / "board-questions.jsonl"

TOKENS = 320
"""The most tokens of a text."""

_HELD_IN = 32
"""One document in so many is held out, to measure with while training."""

_HELD = 30
"""The most held queries of a source."""

_POOL = 1000


@dataclass(frozen=True, slots=True)
class Options:
    """What a pack is made with.

    :ivar megabytes: millions of bytes that the pack may have.
    """

    megabytes: float
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Drawn:
    """The pairs of a source, to be learned and to be measured with; passages have their length."""

    source: Source
    learned: tuple[Pair, ...]
    held: tuple[Pair, ...]


def draw(source: Source, data: Path, barred: frozenset[str], seed: int) -> Drawn:
    """Read the pairs of a source in an order by chance, which is always the same for a seed."""
    learned: dict[tuple[str, str], Pair] = {}
    held: dict[tuple[str, str], Pair] = {}
    for pair in source.read(data, barred):
        query, document = (pair.query or "").strip()[:QUERY], pair.document.strip()
        if not query or not document or query == document:
            continue
        into = held if is_held(document) else learned
        passage = nearest_passage(query, document)
        into[query, passage] = Pair(query, passage, pair.negative)
    taken = set(learned), set(held)
    # A passage that two documents share is not learned where it is held.
    kept_away = {passage for _, passage in taken[1]} | {query for query, _ in taken[1]}
    pairs = [p for p in learned.values() if not {p.query, p.document} & kept_away]
    random.Random(seed).shuffle(pairs)
    measured = list(held.values())
    random.Random(seed).shuffle(measured)
    return Drawn(source, tuple(pairs), tuple(measured[:_HELD]))


def is_held(document: str) -> bool:
    """Tell whether a document is held out, to measure with: one in 32 is."""
    return int(hashlib.sha1(document.encode()).hexdigest(), 16) % _HELD_IN == 0


def share_out(drawn: Sequence[Drawn], characters: float) -> list[Drawn]:
    """Keep of each source what has room by its share."""
    costs = [count_new(map(_texts, one.learned)) for one in drawn]
    rooms = divide_room(list(map(sum, costs)), [one.source.share for one in drawn], characters)
    return [
        replace(one, learned=one.learned[: count_fitting(cost, room)])
        for one, cost, room in zip(drawn, costs, rooms, strict=True)
    ]


def _texts(pair: Pair) -> list[str]:
    return [text for text in (pair.query, pair.document, pair.negative) if text]


def number_pairs(
    drawn: Drawn, table: Table, confusions: Confusions, seed: int
) -> tuple[PackedSource, PackedSource]:
    """Find hard negatives, misspell some queries, and number all texts: learned and held pairs.

    No passage of a held pair is a negative of a learned one.
    """
    chance = random.Random(seed)
    asked = [add_noise(pair.query or "", confusions, chance) for pair in drawn.learned]
    learned = _number(drawn.learned, [], table, seed)
    held = _number(drawn.held, [pair.document for pair in drawn.learned], table, seed)
    name, share = drawn.source.name, drawn.source.share
    return (
        PackedSource(name, share, _queries(asked, table), *learned),
        PackedSource(name, share, _queries([p.query or "" for p in drawn.held], table), *held),
    )


def _queries(queries: Sequence[str], table: Table) -> Ints:
    return np.array([table.number(f"query: {query}") for query in queries], np.int32)


def _passage(passage: str, table: Table) -> int:
    return table.number(f"passage: {passage}")


def _number(
    pairs: Sequence[Pair], others: Sequence[str], table: Table, seed: int
) -> tuple[Ints, Ints]:
    passages = list(dict.fromkeys([*(pair.document for pair in pairs), *others]))
    places = {passage: place for place, passage in enumerate(passages)}
    right: dict[str, set[int]] = {}
    for pair in pairs:
        right.setdefault(pair.query or "", set()).add(places[pair.document])
    mined = mine_negatives(
        [pair.query or "" for pair in pairs],
        [frozenset(right[pair.query or ""]) for pair in pairs],
        passages,
        np.random.default_rng(seed),
    )
    numbers = np.array([_passage(passage, table) for passage in passages] or [0], np.int32)
    negatives = np.where(mined >= 0, numbers[mined], -1).astype(np.int32)
    for row, pair in enumerate(pairs):
        if pair.negative and pair.negative not in (pair.query, pair.document):
            known = _passage(pair.negative, table)
            if known not in negatives[row]:
                negatives[row] = np.concatenate([[known], negatives[row][: NEGATIVES - 1]])
    answering = np.array([numbers[places[pair.document]] for pair in pairs], np.int32)
    return answering, negatives


def make_pack(start_path: Path, data: Path, barred: frozenset[str], options: Options) -> Pack:
    """Make the pack of a data folder, always the same for a seed.

    :param start_path: a model's folder, or the file of 4-bit weights.
    """
    drawn = [
        draw(source, data, barred, options.seed)
        for source in track(SOURCES, "texts", console=Console(stderr=True))
    ]
    start, tokenizer = open_start(start_path, data)
    every = [text for one in drawn for p in one.learned for text in (p.query, p.document) if text]
    room = options.megabytes * 1e6 - size_of(start)
    drawn = share_out(drawn, count_characters(room, every, tokenizer, options.seed))
    table, confusions = Table(), load_confusions(data)
    numbered = [
        number_pairs(one, table, confusions, options.seed)
        for one in track(drawn, "hard negatives", console=Console(stderr=True))
    ]
    sources = tuple(learned for learned, _ in numbered if len(learned))
    held = _join([held for _, held in numbered])
    pool = _pool(held, sources, np.random.default_rng(options.seed))
    return Pack(start, table.encode(tokenizer, TOKENS), sources, held, pool)


def _join(parts: Sequence[PackedSource]) -> PackedSource:
    return PackedSource(
        "held out",
        0.0,
        np.concatenate([part.queries for part in parts]),
        np.concatenate([part.passages for part in parts]),
        np.concatenate([part.negatives for part in parts]),
    )


def _pool(held: PackedSource, sources: Sequence[PackedSource], random: np.random.Generator) -> Ints:
    """Take what answers the held queries, then what is near them, then others, to `_POOL`."""
    near = held.negatives[:, :2].ravel()
    others = random.permutation(np.concatenate([source.passages for source in sources]))
    order = chain(held.passages.tolist(), near[near >= 0].tolist(), others.tolist())
    return np.array(list(dict.fromkeys(order))[:_POOL], np.int32)


def packing_parser(prog: str) -> argparse.ArgumentParser:
    """Return a parser with the arguments that every packing has."""
    parser = argparse.ArgumentParser(prog=prog)
    parser.add_argument(
        "--start", type=Path, required=True, help="a model's folder, or the file of 4-bit weights"
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--megabytes", type=float, default=55)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--without", type=Path, default=QUESTIONS, help="questions whose rows are left out"
    )
    return parser


def main() -> None:
    """Run from the command line."""
    chosen = packing_parser("python -m eval.training.encoder.pack").parse_args()
    options = Options(chosen.megabytes, chosen.seed)
    pack = make_pack(chosen.start, chosen.data, load_barred(chosen.without), options)
    size = save_pack(pack, chosen.out)
    for source in (*pack.sources, pack.held):
        negatives = (source.negatives >= 0).sum() / max(len(source), 1)
        print(f"{source.name}: {len(source):,} pairs, {negatives:.1f} hard negatives each")
    print(f"{len(pack.texts):,} texts, {len(pack.texts.tokens):,} tokens; {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
