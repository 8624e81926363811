"""A bundled transformer, read by ONNX Runtime without torch."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from corpus.bounds import go_on
from corpus.errors import ModelError
from corpus.files import say_fault

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

TOKENIZER = "tokenizer.json"

LOWER = "lower.onnx"
"""The vocabulary and the lowest layers, which all models of a folder share."""

IDS, MASK = "input_ids", "attention_mask"
"""What is read: tokens, and which are there, int64 (texts, tokens)."""

STATES = "states"
"""What the lowest layers make of tokens, float32 (texts, tokens, hidden)."""

LONGEST = 512
"""Tokens of a text that are read."""

_TOKENS = 800
"""Tokens of texts that are read together: of 3,000 it reads a tenth less a second."""

Ids = NDArray[np.int64]


class OnnxModel:
    """A model of a folder: its tokenizer, the layers that models share, and those of its own.

    `eval.training.encoder.export` and `eval.training.reader.export` write them.

    Opened when first used. May be shared between threads.

    :raises ModelError: where the folder can't be read, when it is first used.
    """

    def __init__(self, folder: Path, upper: str) -> None:
        """Name a folder.

        :param upper: the name of the file with its own layers.
        """
        self._folder = folder
        self._upper = upper

    def run(
        self, rows: Sequence[Sequence[int]], outputs: Sequence[str]
    ) -> Iterator[tuple[list[int], list[NDArray[Any]]]]:
        """Read texts, those of like lengths together.

        :param rows: the tokens of each, special ones among them.
        :returns: the places of the texts that were read together, and of each output what it says.
        """
        order = sorted(range(len(rows)), key=lambda n: len(rows[n]))
        done = 0
        while done < len(order):
            go_on()
            stop = done + max(_TOKENS // len(rows[order[done]]), 1)
            stop = done + max(_TOKENS // len(rows[order[min(stop, len(order)) - 1]]), 1)
            batch = order[done:stop]
            yield batch, self._run_together([rows[n] for n in batch], outputs)
            done += len(batch)

    def _run_together(
        self, rows: Sequence[Sequence[int]], outputs: Sequence[str]
    ) -> list[NDArray[Any]]:
        ids = np.ones((len(rows), max(map(len, rows))), np.int64)
        mask = np.zeros_like(ids)
        for place, row in enumerate(rows):
            ids[place, : len(row)] = row
            mask[place, : len(row)] = 1
        lower, upper = self._sessions
        states = lower.run([STATES], {IDS: ids, MASK: mask})[0]
        found: list[NDArray[Any]] = upper.run(outputs, {STATES: states, MASK: mask})
        return found

    @cached_property
    def _sessions(self) -> tuple[InferenceSession, InferenceSession]:
        try:
            return _open_shared(self._folder / LOWER), _open(self._folder / self._upper)
        except Exception as error:  # ONNX Runtime raises what derives from nothing else
            raise self.unreadable(error) from error

    @property
    def tokenizer(self) -> Tokenizer:
        """What cuts texts into tokens, at most `LONGEST`; one for all models of a folder."""
        try:
            return _open_tokenizer(self._folder / TOKENIZER)
        except Exception as error:  # tokenizers raises plain Exception
            raise self.unreadable(error) from error

    def unreadable(self, error: Exception) -> ModelError:
        """Return what is raised where the folder can't be read."""
        names = (LOWER, self._upper, TOKENIZER)
        missing = [name for name in names if not (self._folder / name).exists()]
        reason = f"缺少 {'、'.join(missing)}" if missing else say_fault(error)
        return ModelError(f"无法读取模型 {self._folder}：{reason}。请检查该文件夹是否完整。")


def _open(path: Path) -> InferenceSession:
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = os.cpu_count() or 1
    # A thread that waits for others by spinning takes the core from whoever searches.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


_open_shared = cache(_open)


@cache
def _open_tokenizer(path: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    return tokenizer
