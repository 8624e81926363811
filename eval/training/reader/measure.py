"""Measure a trained reader with a pack's held part, and with reading sets that nothing learns from.

python -m eval.training.reader.measure MODEL --pack PACK --data DATA --examples 200
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from tokenizers import Tokenizer

from eval.data.beir import load_beir
from eval.data.questions import iter_answers
from eval.training.encoder.packfile import Start
from eval.training.pairs import iter_rows
from eval.training.reader.asked import Asked, Example, Kind
from eval.training.reader.details import load_names
from eval.training.reader.examples import make_examples
from eval.training.reader.model import load_reader, open_reader
from eval.training.reader.numbering import Numbering
from eval.training.reader.pack import print_counts
from eval.training.reader.packed import Group, load_pack
from eval.training.reader.score import Scorer
from eval.training.reader.sources import read_annotated
from eval.training.reader.train import vocabulary_of

_TOKENS = 4096
"""Of a batch."""

_SEED = 1


def read_folder(folder: Path) -> Iterator[Asked]:
    """Yield the questions of a reading folder (BEIR layout, with answers), with their documents."""
    judged = load_beir(folder)
    texts = {document.id: document.text for document in judged.documents}
    for id, answers in iter_answers(folder / "queries.jsonl"):
        document = next(iter(judged.qrels.get(id, ())), None)
        if document is None:
            continue
        text = texts[document]
        places = ((text.find(answer), len(answer)) for answer in dict.fromkeys(answers))
        spans = tuple((start, start + length) for start, length in places if start >= 0)
        if spans:
            yield Asked(judged.queries[id], text, spans, document=document)


def read_squad(data: Path) -> Iterator[Asked]:
    """Yield the questions of SQuAD 2 in Chinese, without the texts that XQuAD has too.

    XQuAD is learned; both number their questions as SQuAD does.
    """
    learned = {_number(row["id"]) for row in iter_rows(data / "train" / "rc_xquad_zh.jsonl.gz")}
    rows = list(iter_rows(data / "reading" / "other" / "rc_squad_zh_mt.jsonl.gz"))
    known = {row["context"] for row in rows if _number(row["id"]) in learned}
    for row in rows:
        if row["context"] not in known and (asked := read_annotated(row)):
            yield asked


def _number(id: object) -> str:
    return str(id).rpartition("-")[2]


def read_dureader(data: Path) -> Iterator[Asked]:
    """Yield the questions of DuReader-robust, as typed into a search engine."""
    for row in iter_rows(data / "reading" / "other" / "rc_dureader_robust_dev.jsonl.gz"):
        if asked := read_annotated(row):
            yield asked


def choose(asked: Sequence[Asked], data: Path, most: int) -> list[Example]:
    """Make the examples of questions by all rules, and choose at most so many of each kind."""
    names = load_names(data, [one.text for one in asked])
    made = list(dict.fromkeys(chain(*make_examples(asked, names, _SEED))))
    random.Random(_SEED).shuffle(made)
    return [e for kind in Kind for e in [e for e in made if e.kind is kind][:most]]


def measure_asked(model: Start, name: str, examples: Sequence[Example]) -> dict[str, float]:
    """Print how well a model reads examples of one set, and return it."""
    numbering = Numbering(Tokenizer.from_str(model.tokenizer))
    groups = numbering.group(name, examples, dict.fromkeys(Kind, 0.0))
    return tell(model, Scorer(numbering.texts(), model.tokenizer, groups), groups)


def tell(model: Start, scorer: Scorer, groups: Sequence[Group]) -> dict[str, float]:
    """Measure a model, print what was found, and return it."""
    print_counts("asked", groups)
    found = scorer.measure(open_reader(model), _TOKENS)
    for name, value in found.items():
        print(f"  {name:28} {value:.3f}")
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m eval.training.reader.measure")
    parser.add_argument("model", type=Path, help="folder of a trained reader")
    parser.add_argument("--pack", type=Path, help="what it was trained from")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--examples", type=int, default=200, help="of a set and kind at most")
    chosen = parser.parse_args(arguments)
    model, data = load_reader(chosen.model), chosen.data
    if chosen.pack:
        pack = load_pack(chosen.pack)
        if vocabulary_of(pack.start) != vocabulary_of(model):
            raise ValueError(f"{chosen.pack} and {chosen.model} have different vocabularies")
        held = [group.first(chosen.examples) for group in pack.held]
        tell(model, Scorer(pack.texts, model.tokenizer, held), held)
    for name, asked in (
        ("CMRC 2018", read_folder(data / "reading" / "cmrc2018")),
        ("SQuAD 2", read_squad(data)),
        ("DuReader", read_dureader(data)),
    ):
        measure_asked(model, name, choose(list(asked), data, chosen.examples))


if __name__ == "__main__":
    main()
