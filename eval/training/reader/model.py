"""The reader: a transformer that tells which tokens of a passage answer, and whether any do.

The layer for spans is that of BERT on SQuAD (Devlin et al., BERT, 2019); the one for whether there
is an answer reads the first token, as the front verifier for SQuAD 2 does (Zhang et al.,
Retrospective Reader, 2021).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.numpy import load_file, save
from torch import Tensor

from corpus.files import save_bytes_atomically, save_text_atomically
from eval.training.encoder.encode import make_encoder, make_learner, mixed_precision
from eval.training.encoder.packfile import Start
from eval.training.encoder.trainer import Settings

_BODY = "bert."
_NEVER = -1e4
"""The logit of what is no token of the passage."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Questions with passages: `<s> question </s> </s> passage </s>`, as XLM-R has pairs.

    :ivar ids: int64 (n, longest).
    :ivar mask: int64 (n, longest); 1 for what is no filler.
    :ivar passage: bool (n, longest); true for the tokens of the passage.
    """

    ids: Tensor
    mask: Tensor
    passage: Tensor


@dataclass(frozen=True, slots=True)
class Logits:
    """What a reader says of questions with passages, float32.

    :ivar starts: (n, longest); that the answer begins with a token.
    :ivar ends: (n, longest); that it ends with a token.
    :ivar answered: (n,); the log odds that the passage answers.
    """

    starts: Tensor
    ends: Tensor
    answered: Tensor


class Reader(torch.nn.Module):
    """A BERT with a layer for spans and one for whether there is an answer.

    Its tensors have the names of `transformers.BertForQuestionAnswering`; `answerable` is added.
    """

    def __init__(self, start: Start, settings: Settings | None = None) -> None:
        """Make a reader of a model, with layers that have learned nothing yet.

        :param settings: what its training is told; None of one that is only used.
        """
        super().__init__()
        self.bert = make_learner(start, settings) if settings else make_encoder(start)
        config = self.bert.config
        self.dropout = torch.nn.Dropout(config.hidden_dropout_prob)
        self.qa_outputs = torch.nn.Linear(config.hidden_size, 2)
        self.answerable = torch.nn.Linear(config.hidden_size, 1)
        for layer in (self.qa_outputs, self.answerable):
            torch.nn.init.normal_(layer.weight, std=config.initializer_range)
            torch.nn.init.zeros_(layer.bias)

    def forward(self, inputs: Inputs) -> Logits:
        """Read."""
        with mixed_precision(inputs.ids.device.type):
            states = self.bert(input_ids=inputs.ids, attention_mask=inputs.mask).last_hidden_state
        states = self.dropout(states.float())
        spans = self.qa_outputs(states).masked_fill(~inputs.passage[:, :, None], _NEVER)
        answered = self.answerable(states[:, 0])
        return Logits(spans[:, :, 0], spans[:, :, 1], answered[:, 0])


def save_reader(model: Start, folder: Path) -> None:
    """Write a folder that `load_reader` reads, and `BertForQuestionAnswering` but for one layer."""
    folder.mkdir(parents=True, exist_ok=True)
    config = {**model.config, "architectures": ["BertForQuestionAnswering"]}
    save_text_atomically(folder / "config.json", json.dumps(config, indent=2) + "\n")
    save_text_atomically(folder / "tokenizer.json", model.tokenizer)
    content = save(dict(model.tensors), {"format": "pt"})
    save_bytes_atomically(folder / "model.safetensors", content)


def load_reader(folder: Path) -> Start:
    """Read what `save_reader` wrote."""
    return Start(
        json.loads((folder / "config.json").read_text(encoding="utf-8")),
        (folder / "tokenizer.json").read_text(encoding="utf-8"),
        load_file(folder / "model.safetensors"),
    )


def open_reader(model: Start) -> Reader:
    """Make a trained reader of its tensors."""
    body = {n.removeprefix(_BODY): t for n, t in model.tensors.items() if n.startswith(_BODY)}
    reader = Reader(Start(model.config, model.tokenizer, body))
    reader.load_state_dict({name: torch.tensor(values) for name, values in model.tensors.items()})
    return reader.eval()
