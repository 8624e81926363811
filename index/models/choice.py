"""Which models a home is searched with, and how they are opened."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.models.hub import Backend

if TYPE_CHECKING:  # settings name models without opening them
    from index.models.embed import Embedder

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

        A static folder opens without torch, unless prompts are given. Any other model joins the
        bundled one, unless it is to stand alone.

        :raises ModelError: where it cannot be loaded.
        """
        from index.models.static import BUNDLED_MODEL, StaticEmbedder, is_static

        bundled = self.embedding == "bundled"
        folder = BUNDLED_MODEL if bundled else Path(self.embedding).expanduser()
        prompted = self.query_prompt or self.passage_prompt
        if folder == BUNDLED_MODEL or (not prompted and is_static(folder)):
            return StaticEmbedder(folder, self.dimensions)
        from index.models.embed import JointEmbedder
        from index.models.transformer import SentenceTransformerEmbedder

        other = SentenceTransformerEmbedder(
            folder if folder.is_dir() else self.embedding,
            query_prompt=self.query_prompt,
            passage_prompt=self.passage_prompt,
            dimensions=self.dimensions,
            backend=self.backend,
        )
        return other if self.alone else JointEmbedder(StaticEmbedder(BUNDLED_MODEL), other)
