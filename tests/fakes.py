"""Small stand-ins that behave like the real thing, and short ways to write test data."""

from __future__ import annotations

import gzip
import hashlib
import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from corpus.types import Field, FieldName, ParsedReply, Passage, PassageRole, Redaction, Reply
from index.ranking.match import QueryTerms
from index.ranking.query import Query
from index.text.segment import Segmenter

if TYPE_CHECKING:
    from transformers import PreTrainedModel

Values = dict[FieldName, str | Sequence[str]]


def parsed_reply(
    text: str,
    source: str = "/答复/一.txt",
    id: str | None = None,
    values: Mapping[FieldName, str | Sequence[str]] | None = None,
    question: str = "",
    redactions: tuple[Redaction, ...] = (),
) -> ParsedReply:
    """Make a reply with one passage a line; a line that begins with > is an opening.

    A line that begins with # is a heading: no passage, but the heading path of what follows.
    """
    reply_id = id or hashlib.sha256(source.encode()).hexdigest()[:12]
    passages = []
    path: tuple[str, ...] = ()
    start = 0
    for line in text.split("\n"):
        if line.startswith("#"):
            path = (line.removeprefix("#"),)
        elif line:
            role = PassageRole.OPENING if line.startswith(">") else PassageRole.SUBSTANCE
            passages.append(Passage(reply_id, start, start + len(line), line, path, role))
        start += len(line) + 1
    fields = [
        Field(name, value, origin="column:测试")
        for name, given in (values or {}).items()
        for value in ([given] if isinstance(given, str) else given)
    ]
    reply = Reply(reply_id, text, source, tuple(fields), redactions, question)
    return ParsedReply(reply, tuple(passages))


def query_of(text: str, terms: Iterable[str] = ()) -> Query:
    """Make a query of which only the text and terms, which weigh the same, are known."""
    weights = dict.fromkeys(terms, 1.0)
    known = QueryTerms(weights, float(len(weights)), 1.2)
    unknown = np.zeros(1, np.float32)
    return Query(text, text, known, known, unknown, unknown)


class HashEmbedder:
    """Embed texts as their hashed character bigrams: alike where they share bigrams.

    Deterministic, and the same on every machine.
    """

    def __init__(self, dimension: int = 32, name: str = "hash") -> None:
        self.name = name
        self.dimension = dimension
        self._segmenter = Segmenter()

    def embed_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return unit rows, float32 (n, dimension)."""
        rows = [self._embed(self._segmenter.bigrams(text)) for text in texts]
        return np.array(rows, np.float32).reshape(len(rows), self.dimension)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the same as for passages."""
        return self.embed_passages(texts)

    def _embed(self, tokens: Iterable[str]) -> NDArray[np.float64]:
        vector = np.zeros(self.dimension)
        vector[0] = 1e-3  # so that a text without tokens has a direction as well
        for token in tokens:
            number = int.from_bytes(hashlib.blake2b(token.encode(), digest_size=8).digest(), "big")
            vector[number % self.dimension] += 1 if number >> 63 else -1
        return vector / np.linalg.norm(vector)


class CountingEncoder(HashEmbedder):
    """Counts the passages that it has read, and may take its time for each."""

    def __init__(self, name: str = "hash", seconds: float = 0.0) -> None:
        super().__init__(name=name)
        self.seconds = seconds
        self.read = 0

    def embed_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return unit rows, float32 (n, dimension)."""
        time.sleep(self.seconds * len(texts))
        self.read += len(texts)
        return super().embed_passages(texts, progress)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the same as for passages, without being counted."""
        return super().embed_passages(texts)


def bert_folder(folder: Path) -> Path:
    """Save a random BERT of 2 layers and 8 dimensions as a sentence-transformers model."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertModel

    characters = "停车难电梯谁出资为这个句子生成表示以用于检索相关文章query:"
    source = save_bert(folder / "source", BertModel, characters, seed=5)
    body = Transformer(str(source), max_seq_length=32)
    saved = folder / "bge-small-zh-v1.5"
    SentenceTransformer(modules=[body, Pooling(8)]).save(str(saved))
    return saved


def save_bert(
    folder: Path, kind: type[PreTrainedModel], characters: str, seed: int, **settings: Any
) -> Path:
    """Save a random BERT of 2 layers and 8 dimensions that knows these characters."""
    import torch
    from transformers import BertConfig, BertTokenizer

    folder.mkdir(parents=True)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *dict.fromkeys(characters)]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=64,
        hidden_size=8,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=64,
        **settings,
    )
    kind(config).save_pretrained(folder)
    BertTokenizer(vocab_file=str(folder / "vocab.txt")).save_pretrained(folder)
    return folder


def write_rows(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    """Write a .jsonl or .jsonl.gz file, and the folders that it stands in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")


def save_start(folder: Path, letters: str, layers: int = 2) -> Path:
    """Write the folder of a tiny transformer with weights by chance, which knows these letters."""
    import torch
    from tokenizers import Tokenizer, models, processors
    from transformers import BertConfig, BertModel

    names = ("<s>", "<pad>", "</s>", "<unk>", *sorted(set(letters)))
    vocabulary = {name: id for id, name in enumerate(names)}
    tokenizer = Tokenizer(models.BPE(vocabulary, [], unk_token="<unk>"))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=layers, num_attention_heads=2,
        intermediate_size=64, max_position_embeddings=512, pad_token_id=1,
    )  # fmt: skip
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder
