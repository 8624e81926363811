"""The bundled transformer, read by ONNX Runtime: texts to vectors by what they mean in context."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from corpus.bounds import go_on
from corpus.errors import ModelError
from index.models.static import TextsDone, Vectors, at_unit_length

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

BUNDLED_ENCODER = Path(__file__).parent / "encoder"

MODEL = "model.onnx"
TOKENIZER = "tokenizer.json"
MEANS = "means.npy"
"""The means of the vectors of queries and of passages of many kinds, float32 (2, dimension).

Transformers give any two texts a cosine far above 0, so each mean is taken from its kind (Mu and
Viswanath, All-but-the-Top, 2018): alone on dev-title nDCG@10 is .724, with the library's own mean
taken from passages .717, with that also from queries .687.
"""

QUERY, PASSAGE = "query: ", "passage: "
"""What the model was trained to see before each text (Wang et al., Multilingual E5, 2024)."""

LONGEST = 512
"""Tokens of a text that are read."""

_TOKENS = 800
"""Tokens of texts that are read together: of 3,000 it reads a tenth less a second."""

Ids = NDArray[np.int64]


class OnnxEncoder:
    """Embed with a folder that `eval.training.encoder.export` has written, without torch.

    Opened when first used. May be shared between threads.

    :raises ModelError: where the folder can't be read, when it is first used.
    """

    def __init__(self, folder: Path = BUNDLED_ENCODER, threads: int | None = None) -> None:
        """Name a folder.

        :param threads: that compute; None for one a core.
        """
        self._folder = folder
        self._threads = threads or os.cpu_count() or 1

    @cached_property
    def name(self) -> str:
        """What tells vectors of this model from others; its means are a digest of its weights."""
        return f"{self._folder.name}-{hashlib.sha256(self._means.tobytes()).hexdigest()[:12]}"

    @property
    def dimension(self) -> int:
        """Components of a vector."""
        return int(self._means.shape[1])

    def embed_passages(self, texts: Sequence[str], progress: TextsDone | None = None) -> Vectors:
        """Embed `texts`; see `Embedder.embed_passages`."""
        vectors = self.run([PASSAGE + text for text in texts], progress)
        return at_unit_length(vectors - self._means[1])

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed `texts`; see `Embedder.embed_queries`."""
        return at_unit_length(self.run([QUERY + text for text in texts]) - self._means[0])

    def run(self, texts: Sequence[str], progress: TextsDone | None = None) -> Vectors:
        """Embed texts with their prompts, no mean taken away, those of like lengths together."""
        encodings = self._tokenizer.encode_batch_fast(list(texts))
        rows = [np.array(encoding.ids, np.int64) for encoding in encodings]
        order = sorted(range(len(rows)), key=lambda n: len(rows[n]))
        vectors = np.zeros((len(rows), self.dimension), np.float32)
        done = 0
        while done < len(order):
            go_on()
            stop = done + max(_TOKENS // len(rows[order[done]]), 1)
            stop = done + max(_TOKENS // len(rows[order[min(stop, len(order)) - 1]]), 1)
            batch = order[done:stop]
            vectors[batch] = self._run_together([rows[n] for n in batch])
            done += len(batch)
            if progress:
                progress(done)
        return vectors

    def _run_together(self, rows: Sequence[Ids]) -> Vectors:
        ids = np.ones((len(rows), max(map(len, rows))), np.int64)
        mask = np.zeros_like(ids)
        for place, row in enumerate(rows):
            ids[place, : len(row)] = row
            mask[place, : len(row)] = 1
        given = {"input_ids": ids, "attention_mask": mask}
        vectors: Vectors = self._session.run(["sentence_embedding"], given)[0]
        return vectors

    @cached_property
    def _session(self) -> InferenceSession:
        from onnxruntime import InferenceSession, SessionOptions

        options = SessionOptions()
        options.intra_op_num_threads = self._threads
        # A thread that waits for others by spinning takes the core from whoever searches.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        try:
            return InferenceSession(
                str(self._folder / MODEL), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # ONNX Runtime raises what derives from nothing else
            raise self._unreadable(error) from error

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        try:
            tokenizer = Tokenizer.from_file(str(self._folder / TOKENIZER))
        except Exception as error:  # tokenizers raises plain Exception
            raise self._unreadable(error) from error
        tokenizer.no_padding()
        tokenizer.enable_truncation(LONGEST)
        return tokenizer

    @cached_property
    def _means(self) -> Vectors:
        try:
            means: Vectors = np.load(self._folder / MEANS, allow_pickle=False)
        except (OSError, ValueError) as error:
            raise self._unreadable(error) from error
        return means

    def _unreadable(self, error: Exception) -> ModelError:
        return ModelError(f"无法读取模型 {self._folder}：{error}。请检查该文件夹是否完整。")
