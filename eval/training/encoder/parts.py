"""A trained model in parts of a few megabytes, to be carried where large files can't be.

    python -m eval.training.encoder.parts PARTS --out FOLDER

joins them to a model's folder. The weights travel as float16.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import load, save
from tokenizers import Tokenizer

from eval.training.encoder.encode import make_encoder
from eval.training.encoder.packfile import Start
from eval.training.encoder.transformer import save_transformer

_NAME = "model.part"


def split_model(model: Start, out: Path, megabytes: float) -> list[Path]:
    """Write a model as parts of at most so many million bytes, in a folder."""
    described = json.dumps({"config": model.config, "tokenizer": model.tokenizer}).encode()
    tensors = {name: values.astype(np.float16) for name, values in model.tensors.items()}
    whole = save({**tensors, _NAME: np.frombuffer(described, np.uint8)})
    size = int(megabytes * 1e6)
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob(f"{_NAME}*"):
        old.unlink()
    paths = [out / f"{_NAME}{at // size:02}" for at in range(0, len(whole), size)]
    for number, path in enumerate(paths):
        path.write_bytes(whole[number * size : (number + 1) * size])
    return paths


def join_model(parts: Path) -> Start:
    """Read the model that `split_model` split, as float32.

    :raises ValueError: where a part is missing.
    """
    whole = b"".join(path.read_bytes() for path in sorted(parts.glob(f"{_NAME}[0-9]*")))
    try:
        tensors = load(whole)
    except Exception as error:  # safetensors has an error of its own for what is cut short
        raise ValueError(f"{parts} lacks a part of the model: {error}") from error
    described = json.loads(tensors.pop(_NAME).tobytes())
    floats = {name: values.astype(np.float32) for name, values in tensors.items()}
    return Start(described["config"], described["tokenizer"], floats)


def join_to_folder(
    prog: str, save: Callable[[Start, Path], None], arguments: Sequence[str] | None = None
) -> None:
    """Join parts to a folder that `save` writes, as the command line says."""
    parser = argparse.ArgumentParser(prog=prog)
    parser.add_argument("parts", type=Path, help="folder of the parts")
    parser.add_argument("--out", type=Path, required=True, help="folder of the model")
    chosen = parser.parse_args(arguments)
    save(join_model(chosen.parts), chosen.out)


def _save(model: Start, folder: Path) -> None:
    save_transformer(make_encoder(model), Tokenizer.from_str(model.tokenizer), folder)


def main() -> None:
    """Run from the command line."""
    join_to_folder("python -m eval.training.encoder.parts", _save)


if __name__ == "__main__":
    main()
