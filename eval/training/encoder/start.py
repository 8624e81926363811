"""The model that a pack carries: of a folder, or unpacked from 4 bits and pruned."""

from __future__ import annotations

from pathlib import Path

from tokenizers import Tokenizer

from eval.training.encoder.e5 import read_e5
from eval.training.encoder.encode import take_tensors
from eval.training.encoder.packfile import Start
from eval.training.encoder.transformer import make_model, make_tokenizer
from eval.training.encoder.weights import make_start


def open_start(path: Path, data: Path) -> tuple[Start, Tokenizer]:
    """Open a model's folder; or the file of 4-bit weights, with the pieces that `data` uses.

    :raises ValueError: where the vocabulary has more pieces than 16 bits can number.
    """
    from transformers import BertModel

    if path.is_dir():
        model = BertModel.from_pretrained(path, add_pooling_layer=False)
        tokenizer = Tokenizer.from_file(str(path / "tokenizer.json"))
    else:
        weights = make_start(read_e5(path), data)
        model, tokenizer = make_model(weights), make_tokenizer(weights)
    if model.config.vocab_size > 1 << 16:
        raise ValueError(f"{model.config.vocab_size} pieces; at most {1 << 16} fit")
    tokenizer.no_padding()
    start = Start(model.config.to_diff_dict(), tokenizer.to_str(), take_tensors(model))
    return start, tokenizer
