"""Dafu's own two legs, given what the others are given."""

from __future__ import annotations

from pathlib import Path

from index.stores.dense import DenseIndex
from index.stores.lexical import LexicalEntry, LexicalField, LexicalIndex, LexicalTerm
from index.text.segment import Segmenter
from tools.peers.peer import BATCH, FOUND, Material, PeerQuery, Search


class Dafu:
    """The two legs alone; the whole search is measured where Dafu is, over the same passages."""

    distributions = ("tantivy", "faiss-cpu")
    modules = ("tantivy", "faiss")

    def build(self, material: Material, folder: Path) -> dict[str, Search]:
        """Index in tantivy and FAISS, through Dafu's legs."""
        segmenter = Segmenter()
        lexical = LexicalIndex.open(folder / "lexical")
        dense = DenseIndex.open(folder / "dense", material.vectors.shape[1])
        for start in range(0, len(material.keys), BATCH):
            some = slice(start, start + BATCH)
            lexical.add(
                LexicalEntry(key, str(key), segmenter.segment(text))
                for key, text in zip(material.keys[some], material.texts[some], strict=True)
            )
            dense.add(material.keys[some], material.vectors[some])
        lexical.commit()
        dense.commit()

        def find_words(asked: PeerQuery) -> list[int]:
            tokens = segmenter.segment(asked.text)
            terms = [LexicalTerm(LexicalField.WORDS, token) for token in tokens.words]
            terms += [LexicalTerm(LexicalField.BIGRAMS, token) for token in tokens.bigrams]
            return [key for key, _ in lexical.search(terms, FOUND)]

        def find_vectors(asked: PeerQuery) -> list[int]:
            return [key for key, _ in dense.search(asked.vector, FOUND)]

        return {"lexical": find_words, "dense": find_vectors}
