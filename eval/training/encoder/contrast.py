"""Train an encoder contrastively from a pack, within so many minutes.

    python -m eval.training.encoder.contrast PACK --out FOLDER --minutes 8

With `--parts` it needs torch, numpy, safetensors, tokenizers and transformers alone.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import torch
from tokenizers import Tokenizer

from corpus.files import save_text_atomically
from eval.training.encoder.batches import Room
from eval.training.encoder.packed import load_pack
from eval.training.encoder.parts import split_model
from eval.training.encoder.trainer import Plan, Settings, Trainer, run
from eval.training.encoder.transformer import save_transformer

_ROOM = {"cuda": Room(98_304, 1024, 1), "cpu": Room(4096, 64, 1)}
"""Tokens, before padding: up to some 50 GB of a GPU's memory for 12 layers."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    chosen = _read(arguments)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    settings, plan = _settings(chosen, device), _plan(chosen, device)
    chosen.out.mkdir(parents=True, exist_ok=True)
    checkpoint = chosen.out / "checkpoint.pt"
    trainer = Trainer(load_pack(chosen.pack), settings, device)
    if chosen.resume and checkpoint.exists():
        trainer.resume(checkpoint)
    run(trainer, plan, checkpoint)
    if chosen.parts:
        split_model(trainer.trained(), chosen.parts, chosen.part_megabytes)
    else:
        tokenizer = Tokenizer.from_str(trainer.pack.start.tokenizer)
        save_transformer(trainer.encoder.model.cpu(), tokenizer, chosen.out / "model")
    report = _report(trainer, chosen.pack, device)
    for folder in filter(None, (chosen.out, chosen.parts)):
        save_text_atomically(folder / "report.json", report)
    checkpoint.unlink(missing_ok=True)


def _read(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m eval.training.encoder.contrast")
    parser.add_argument("pack", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="gets model/ and report.json")
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--steps", type=int, help="exactly so many, whatever the clock says")
    parser.add_argument("--layers", help="those a student keeps, from 0: 0,2,4,6,8,10")
    parser.add_argument("--teacher", action="store_true", help="learn from the whole model too")
    parser.add_argument("--rate", type=float, default=5e-5, help="the highest")
    parser.add_argument("--temperature", type=float, default=0.02)
    parser.add_argument("--tokens", type=int, help="of a batch; less where memory is short")
    parser.add_argument("--negatives", type=int, default=1, help="hard ones of a pair, 0 to 4")
    parser.add_argument("--freeze-embeddings", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--resume", action="store_true", help="go on after a kill")
    parser.add_argument("--measure-every", type=int, help="steps")
    parser.add_argument(
        "--parts", type=Path, help="folder for the model in parts, instead of model/"
    )
    parser.add_argument("--part-megabytes", type=float, default=15)
    return parser.parse_args(arguments)


def _settings(chosen: argparse.Namespace, device: str) -> Settings:
    room = _ROOM[device]
    return Settings(
        layers=tuple(map(int, chosen.layers.split(","))) if chosen.layers else None,
        rate=chosen.rate,
        temperature=chosen.temperature,
        taught=chosen.teacher,
        frozen_embeddings=chosen.freeze_embeddings,
        room=Room(chosen.tokens or room.tokens, room.pairs, chosen.negatives),
        seed=chosen.seed,
    )


def _plan(chosen: argparse.Namespace, device: str) -> Plan:
    every = chosen.measure_every or (300 if device == "cuda" else 2000)
    return Plan(chosen.minutes, chosen.steps, every)


def _report(trainer: Trainer, pack: Path, device: str) -> str:
    course = trainer.course
    report = {
        "pack": hashlib.sha256(pack.read_bytes()).hexdigest(),
        "settings": asdict(trainer.settings),
        "device": torch.cuda.get_device_name() if device == "cuda" else "cpu",
        "torch": torch.__version__,
        "pairs_a_second": round(course.examples / max(course.seconds, 1e-9), 1),
        **asdict(course),
    }
    return json.dumps(report, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    main()
