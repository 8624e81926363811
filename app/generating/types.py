"""What a language model wrote, and what became of each sentence of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from app.types import Answer
from corpus.serialise import FLAT


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of the model's, without the marks of its citations."""

    text: str
    """句子，不带引文编号"""
    citations: tuple[int, ...]
    """所引出处的序号"""
    supported: bool
    """是否与所引的出处核对相符"""
    fault: str
    """哪里不符；相符的为空"""


@dataclass(frozen=True, slots=True)
class Generated:
    """What was written so far, sentence by sentence, each held against what it cites."""

    model: str
    """语言模型的名称"""
    status: Literal["writing", "written", "failed"]
    """writing（还在写）、written（写完）或 failed（没有写成或没有写完）"""
    sentences: tuple[Said, ...] = ()
    """各句；设定为 drop 时没有核对不符的"""
    supported: int = 0
    """核对相符的句数"""
    unsupported: int = 0
    """核对不符的句数"""
    problem: str = ""
    """没有写成或没有写完的原因"""


@dataclass(frozen=True, slots=True)
class GeneratedAnswer:
    """An answer in verbatim quotes, and what a model wrote of them; null where it wasn't asked."""

    answer: Annotated[Answer, FLAT]
    generated: Generated | None
    """语言模型根据引文写的回答；不回答时为 null，没有请它写"""
