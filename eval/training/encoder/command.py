"""What the commands that train a transformer have in common."""

from __future__ import annotations

import argparse
import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from corpus.files import save_text_atomically
from eval.training.encoder.parts import split_model
from eval.training.encoder.trainer import Plan, Settings, Task, Trainer, run


def training_parser(prog: str) -> argparse.ArgumentParser:
    """Return a parser with the arguments that every training has."""
    parser = argparse.ArgumentParser(prog=prog)
    parser.add_argument("pack", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="gets model/ and report.json")
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--steps", type=int, help="exactly so many, whatever the clock says")
    parser.add_argument("--layers", help="those a student keeps, from 0: 0,2,4,6,8,10")
    parser.add_argument("--rate", type=float, default=5e-5, help="the highest")
    parser.add_argument("--tokens", type=int, help="of a batch; less where memory is short")
    parser.add_argument("--freeze-embeddings", action="store_true")
    parser.add_argument("--freeze-layers", type=int, default=0, help="the lowest, and all below")
    parser.add_argument("--dropout", type=float, help="0: a CPU learns twice as fast")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--resume", action="store_true", help="go on after a kill")
    parser.add_argument("--measure-every", type=int, help="steps")
    parser.add_argument(
        "--parts", type=Path, help="folder for the model in parts, instead of model/"
    )
    parser.add_argument("--part-megabytes", type=float, default=15)
    return parser


def device_name() -> str:
    """Return the device that is trained on: a GPU where there is one."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def read_settings(chosen: argparse.Namespace) -> dict[str, Any]:
    """Return what the arguments that every training has say, by the names of `Settings`."""
    return {
        "layers": tuple(map(int, chosen.layers.split(","))) if chosen.layers else None,
        "rate": chosen.rate,
        "frozen_embeddings": chosen.freeze_embeddings,
        "frozen_layers": chosen.freeze_layers,
        "dropout": chosen.dropout,
        "seed": chosen.seed,
    }


def carry_out(task: Task, settings: Settings, chosen: argparse.Namespace) -> None:
    """Train as the arguments of `training_parser` say, and write the model and the report."""
    chosen.out.mkdir(parents=True, exist_ok=True)
    checkpoint = chosen.out / "checkpoint.pt"
    trainer = Trainer(task, settings)
    if chosen.resume and checkpoint.exists():
        trainer.resume(checkpoint)
    every = chosen.measure_every or (300 if device_name() == "cuda" else 2000)
    run(trainer, Plan(chosen.minutes, chosen.steps, every), checkpoint)
    if chosen.parts:
        split_model(task.trained(), chosen.parts, chosen.part_megabytes)
    else:
        task.save(chosen.out / "model")
    report = _report(trainer, chosen.pack)
    for folder in filter(None, (chosen.out, chosen.parts)):
        save_text_atomically(folder / "report.json", report)
    checkpoint.unlink(missing_ok=True)


def _report(trainer: Trainer, pack: Path) -> str:
    course = trainer.course
    report = {
        "pack": hashlib.sha256(pack.read_bytes()).hexdigest(),
        "settings": asdict(trainer.settings),
        "device": torch.cuda.get_device_name() if device_name() == "cuda" else "cpu",
        "torch": torch.__version__,
        "examples_a_second": round(course.examples / max(course.seconds, 1e-9), 1),
        **asdict(course),
    }
    return json.dumps(report, ensure_ascii=False, indent=1) + "\n"
