"""Which models a home is searched with, and how they are opened."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.models.hub import Backend

if TYPE_CHECKING:  # settings name models without opening them
    from index.models.embed import Embedder
    from index.ranking.rerank import Reranking

DEPTH = 50
"""How many of the best passages a reranker reads."""


def adapted_model(home: Path) -> Path:
    """Return the folder where a home keeps the bundled model trained further on its replies."""
    return home / "model"


@dataclass(frozen=True, slots=True)
class Models:
    """The embedding model and, where one is named, the reranker.

    :ivar embedding: "bundled", the path of a folder, or a name known to sentence-transformers.
    :ivar query_prompt: what is put before each query; None: what the model or its family declares.
    :ivar passage_prompt: the same for passages; another one means another index.
    :ivar dimensions: so many leading components of its vectors are kept; None: all.
    :ivar alone: whether the embedding model does without the bundled one beside it.
    :ivar reranker: a cross-encoder by folder or name; empty for none.
    :ivar rerank_depth: how many of the best passages it reads.
    :ivar backend: what computes both, the bundled model excepted.
    """

    embedding: str = "bundled"
    query_prompt: str | None = None
    passage_prompt: str | None = None
    dimensions: int | None = None
    alone: bool = False
    reranker: str = ""
    rerank_depth: int = DEPTH
    backend: Backend = "torch"

    def open_embedder(self) -> Embedder:
        """Open the embedding model.

        :raises ModelError: where it cannot be loaded.
        """
        from index.models.embed import open_embedder

        return open_embedder(
            self.embedding,
            query_prompt=self.query_prompt,
            passage_prompt=self.passage_prompt,
            dimensions=self.dimensions,
            alone=self.alone,
            backend=self.backend,
        )

    def open_reranking(self) -> Reranking | None:
        """Open the reranker, which loads its model when first needed; None where none is named."""
        if not self.reranker:
            return None
        from index.ranking.rerank import CrossEncoderReranker, Reranking

        return Reranking(
            CrossEncoderReranker(self.reranker, backend=self.backend), self.rerank_depth
        )
