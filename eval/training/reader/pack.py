"""Pack the start weights and the examples of a reader into one file.

python -m eval.training.reader.pack --start MODEL --data DATA --out PACK
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from math import sqrt
from pathlib import Path

from rich.console import Console
from rich.progress import track

from eval.training.encoder.budget import count_characters, count_fitting, count_new, divide_room
from eval.training.encoder.noise import Confusions, add_noise, load_confusions
from eval.training.encoder.pack import Options, is_held, packing_parser
from eval.training.encoder.packfile import size_of
from eval.training.encoder.sources import load_barred
from eval.training.encoder.start import open_start
from eval.training.reader.asked import Asked, Example, Kind
from eval.training.reader.details import Names, load_names
from eval.training.reader.examples import make_examples
from eval.training.reader.numbering import QUESTION, Numbering
from eval.training.reader.packed import Group, Pack, save_pack
from eval.training.reader.sources import SOURCES, Source

_HELD = 60
"""The most held examples of a source and kind."""

_NOISE = 2.0
"""So many times as often as an encoder's queries these questions are changed."""

_TITLED = 20_000
"""The texts whose titles are put in the place of others."""

SHARES = {
    Kind.ANSWERED: 3.0,
    Kind.CHANGED_ALIKE: 1.0,
    Kind.UNSAID: 2.0,
    Kind.RESTATED: 1.0,
    Kind.TAKEN_OUT: 1.0,
    Kind.NEIGHBOUR: 1.0,
    Kind.OTHER_ASKED: 1.0,
    Kind.OTHER_SAID: 1.0,
    Kind.OPPOSITE: 0.5,
    Kind.FOUND: 1.5,
}
"""How much a kind is learned beside the others of its source that are answered as it is."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is asked of a source's texts, to be learned and to be measured with."""

    source: Source
    learned: tuple[Asked, ...]
    held: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """The examples of a source; those to be learned by the questions that they were made of."""

    source: Source
    learned: list[list[Example]]
    held: list[Example]


def draw(source: Source, data: Path, barred: frozenset[str], seed: int) -> Drawn:
    """Read the questions of a source in an order by chance, which is always the same for a seed.

    A question that is held is not learned, whatever text it is asked of.
    """
    every = list(dict.fromkeys(source.read(data, barred)))
    random.Random(seed).shuffle(every)
    held = [asked for asked in every if is_held(_squeeze(asked.document or asked.text))]
    kept = set(held)
    away = {asked.question for asked in held}
    learned = [asked for asked in every if asked not in kept and asked.question not in away]
    return Drawn(source, tuple(learned), tuple(held))


def _squeeze(text: str) -> str:
    """Return the letters and digits alone, by which two printings of a text are one."""
    return "".join(re.findall(r"\w", text))


def make(drawn: Drawn, names: Names, confusions: Confusions, seed: int) -> Made:
    """Make the examples of a source; some questions that are learned are changed as people type."""
    chance = random.Random(seed)
    learned = make_examples(drawn.learned, names, seed)
    answering = [e.passage for e in chain.from_iterable(learned) if e.kind is Kind.ANSWERED]
    held = list(dict.fromkeys(chain(*make_examples(drawn.held, names, seed, answering))))
    chance.shuffle(held)
    seen: set[Example] = set()
    noisy = []
    for examples in learned:
        new = [example for example in examples if example not in seen]
        seen.update(new)
        noisy.append([_change(example, confusions, chance) for example in new])
    return Made(drawn.source, noisy, held)


def _change(example: Example, confusions: Confusions, chance: random.Random) -> Example:
    asked = add_noise(example.question[:QUESTION], confusions, chance, _NOISE)
    return replace(example, question=asked)


def share_out(made: Sequence[Made], characters: float) -> list[Made]:
    """Keep of each source what has room by its share, all examples of a question or none."""
    costs = [count_new(map(_texts, one.learned)) for one in made]
    rooms = divide_room(list(map(sum, costs)), [one.source.share for one in made], characters)
    return [
        replace(one, learned=one.learned[: count_fitting(cost, room)])
        for one, cost, room in zip(made, costs, rooms, strict=True)
    ]


def _texts(examples: Iterable[Example]) -> list[str]:
    return [text for e in examples for text in (e.question, e.passage)]


def share_kinds(share: float, counts: Mapping[Kind, int]) -> dict[Kind, float]:
    """Divide a source's share: one half to kinds that are answered, one to the others.

    Within a half a kind has the more, the more examples it has, but by their root: so that few are
    not learned by heart.
    """
    weights = {kind: SHARES[kind] * sqrt(count) for kind, count in counts.items()}
    shares = {}
    for kind, weight in weights.items():
        half = sum(w for other, w in weights.items() if other.answered == kind.answered)
        shares[kind] = share * weight / half / 2
    return shares


def group(one: Made, numbering: Numbering) -> tuple[list[Group], list[Group]]:
    """Number the examples of a source, those to be learned and at most `_HELD` held of a kind."""
    learned = list(chain.from_iterable(one.learned))
    shares = share_kinds(one.source.share, Counter(example.kind for example in learned))
    counts: Counter[Kind] = Counter()
    held = []
    for example in one.held:
        counts[example.kind] += 1
        if counts[example.kind] <= _HELD:
            held.append(example)
    none = dict.fromkeys(Kind, 0.0)
    name = one.source.name
    return numbering.group(name, learned, shares), numbering.group(name, held, none)


def make_pack(start_path: Path, data: Path, barred: frozenset[str], options: Options) -> Pack:
    """Make the pack of a data folder, always the same for a seed.

    :param start_path: a model's folder, or the file of 4-bit weights.
    """
    console, seed = Console(stderr=True), options.seed
    drawn = [
        draw(source, data, barred, seed) for source in track(SOURCES, "texts", console=console)
    ]
    asked = [asked for one in drawn for asked in one.learned]
    titled = random.Random(seed).sample(asked, min(len(asked), _TITLED))
    names, confusions = load_names(data, [one.text for one in titled]), load_confusions(data)
    made = [make(one, names, confusions, seed) for one in track(drawn, "examples", console=console)]
    start, tokenizer = open_start(start_path, data)
    every = _texts(chain(*chain.from_iterable(one.learned for one in made)))
    room = options.megabytes * 1e6 - size_of(start)
    characters = count_characters(room, every, tokenizer, seed, special=False)
    made = share_out(made, characters)
    numbering = Numbering(tokenizer)
    groups = [group(one, numbering) for one in track(made, "tokens", console=console)]
    learned, held = (tuple(chain.from_iterable(each)) for each in zip(*groups, strict=True))
    return Pack(start, numbering.texts(), learned, held)


def main() -> None:
    """Run from the command line."""
    chosen = packing_parser("python -m eval.training.reader.pack").parse_args()
    options = Options(chosen.megabytes, chosen.seed)
    pack = make_pack(chosen.start, chosen.data, load_barred(chosen.without), options)
    size = save_pack(pack, chosen.out)
    print_counts("learned", pack.learned)
    print_counts("held", pack.held)
    print(f"{len(pack.texts):,} texts, {len(pack.texts.tokens):,} tokens; {size / 1e6:.1f} MB")


def print_counts(name: str, groups: Sequence[Group]) -> None:
    """Print how many examples each source has of each kind."""
    counts: dict[str, list[str]] = {}
    for one in groups:
        counts.setdefault(one.source, []).append(f"{one.kind} {len(one):,}")
    for source, kinds in counts.items():
        print(f"{name}, {source}: {', '.join(kinds)}")


if __name__ == "__main__":
    main()
