"""Weights as what transformers and sentence-transformers load."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from eval.training.encoder.e5 import E5Weights
from index.models.encoder import PASSAGE, QUERY
from index.models.onnx import LONGEST

if TYPE_CHECKING:
    from transformers import BertModel

PROMPTS = {"query": QUERY, "document": PASSAGE}
"""What the model was trained to see before each text, by sentence-transformers' names."""

_SPECIALS = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}

_NO_POOLER = {"add_pooling_layer": False}
"""Told whenever the folder is loaded; else a layer that nothing uses is made at random."""

_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}

_OF_A_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def make_tokenizer(weights: E5Weights) -> Tokenizer:
    """Make the tokenizer of a vocabulary: `<s>` pieces `</s>`, as XLM-R has it."""
    pieces = zip(weights.pieces, weights.scores.tolist(), strict=True)
    tokenizer = Tokenizer(models.Unigram(list(pieces), unk_id=weights.unk, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", weights.bos), ("</s>", weights.eos)],
    )
    tokenizer.add_special_tokens(list(_SPECIALS.values()))
    return tokenizer


def make_model(weights: E5Weights) -> BertModel:
    """Make the encoder of these weights, without a pooling layer, in eval mode."""
    import torch
    from transformers import BertConfig, BertModel

    config = BertConfig(
        vocab_size=len(weights.pieces),
        hidden_size=weights.hidden,
        num_hidden_layers=weights.layers,
        num_attention_heads=weights.heads,
        intermediate_size=weights.feed_forward,
        max_position_embeddings=weights.positions,
        type_vocab_size=weights.types,
        layer_norm_eps=weights.epsilon,
        bos_token_id=weights.bos,
        eos_token_id=weights.eos,
        pad_token_id=weights.pad,
    )
    model: BertModel = BertModel(config, add_pooling_layer=False)
    named = {tensor_name(name): torch.from_numpy(t.copy()) for name, t in weights.tensors.items()}
    model.load_state_dict(named)
    model.eval()  # type: ignore[no-untyped-call]
    return model


def tensor_name(name: str) -> str:
    """Return what transformers calls a tensor of the file."""
    if name in _EMBEDDINGS:
        return _EMBEDDINGS[name]
    layer, part, kind = name.split(".")
    suffix = "weight" if kind == "w" else "bias"
    return f"encoder.layer.{layer.removeprefix('l')}.{_OF_A_LAYER[part]}.{suffix}"


def save_transformer(model: E5Weights | BertModel, tokenizer: Tokenizer, folder: Path) -> None:
    """Write a folder that `SentenceTransformer(folder)` loads, and transformers as well.

    A text's vector is the mean of its tokens' vectors, at unit length. The prompts are `PROMPTS`.
    """
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import PreTrainedTokenizerFast

    encoder = make_model(model) if isinstance(model, E5Weights) else model
    longest = min(LONGEST, encoder.config.max_position_embeddings)
    cutter = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer, model_max_length=longest, cls_token="<s>", sep_token="</s>",
        **_SPECIALS,
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="dafu-encoder-") as source:
        encoder.save_pretrained(source)
        cutter.save_pretrained(source)
        body = Transformer(source, max_seq_length=longest, model_kwargs=_NO_POOLER)
        pooling = Pooling(encoder.config.hidden_size, "mean")
        whole = SentenceTransformer(
            modules=[body, pooling, Normalize()], prompts=PROMPTS, device="cpu"
        )
        whole.save(str(folder), create_model_card=False)
    settings = folder / "sentence_bert_config.json"
    described = {**json.loads(settings.read_text(encoding="utf-8")), "model_kwargs": _NO_POOLER}
    settings.write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")
