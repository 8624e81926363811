"""The bundled transformer, read by ONNX Runtime: texts to vectors by what they mean in context."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from index.models.onnx import OnnxModel
from index.models.static import TextsDone, Vectors, at_unit_length

BUNDLED_ENCODER = Path(__file__).parent / "encoder"

MODEL = "encoder.onnx"
VECTOR = "sentence_embedding"
"""Its output: the mean of the tokens' vectors."""

MEANS = "means.npy"
"""The means of the vectors of queries and of passages of many kinds, float32 (2, dimension).

Transformers give any two texts a cosine far above 0, so each mean is taken from its kind (Mu and
Viswanath, All-but-the-Top, 2018): alone on dev-title nDCG@10 is .724, with the library's own mean
taken from passages .717, with that also from queries .687.
"""

QUERY, PASSAGE = "query: ", "passage: "
"""What the model was trained to see before each text (Wang et al., Multilingual E5, 2024)."""


class OnnxEncoder:
    """Embed with a folder that `eval.training.encoder.export` has written, without torch.

    Opened when first used. May be shared between threads.

    :raises ModelError: where the folder can't be read, when it is first used.
    """

    def __init__(self, folder: Path = BUNDLED_ENCODER) -> None:
        """Name a folder."""
        self._folder = folder
        self._model = OnnxModel(folder, MODEL)

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
        encodings = self._model.tokenizer.encode_batch_fast(list(texts))
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        done = 0
        for places, (found,) in self._model.run([e.ids for e in encodings], [VECTOR]):
            vectors[places] = found
            done += len(places)
            if progress:
                progress(done)
        return vectors

    @cached_property
    def _means(self) -> Vectors:
        try:
            means: Vectors = np.load(self._folder / MEANS, allow_pickle=False)
        except (OSError, ValueError) as error:
            raise self._model.unreadable(error) from error
        return means
