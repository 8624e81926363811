"""Many texts are cut at once as `tokenizers` cuts each: every one of their tokens is the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, normalizers

from eval.training.tokens import build_tokenizer
from index.models.static import BUNDLED_MODEL, StaticEmbedder
from index.models.unigram import LEAST, UnigramCutter

SAMPLES = Path(__file__).parents[1] / "corpus" / "samples" / "replies"

ODD = [
    "",
    "。",
    "\n",
    "公交车站\n离学校太远",
    "ＡＢＣ①②㎡ﬁé İstanbul ΑΣΣ 5.3% 2024年3月 Ⅳ",
    "\U00020000在偏远的𠮷野家",
    "路灯" * 40 + "a" + "坏了" * 31,
    "信息化" * 500,
    "abcdefghijklmnopqrstuvwxyz0123456789%" * 3,
    "电话13900001111转8，邮箱 water@example.com",
]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(BUNDLED_MODEL / "0_StaticEmbedding" / "tokenizer.json"))


def _alone(tokenizer: Tokenizer, texts: list[str]) -> list[list[int]]:
    return [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]


def test_every_token_is_the_same(tokenizer: Tokenizer) -> None:
    cutter = UnigramCutter.of(tokenizer)
    assert cutter is not None
    lines = [
        line
        for path in sorted(SAMPLES.glob("*.md"))
        for line in path.read_text("utf-8").split("\n")
    ]
    lines += [f"第{n}号井盖（{n * 1001}）已于3月{n % 30}日更换，编号sz{n}-kj" for n in range(100)]
    assert sum(map(len, lines)) > LEAST
    for texts in ([*lines, *ODD], ODD, lines[:1], ["？"], [""]):
        assert [ids.tolist() for ids in cutter.cut(texts)] == _alone(tokenizer, texts)


def test_of_equal_cuts_the_same_is_taken() -> None:
    counts = {"污": 8.0, "水": 8.0, "处": 8.0, "理": 8.0, "污水": 8.0, "水处": 8.0, "处理": 8.0}
    counts |= dict.fromkeys("abcdefghijklmnopqrstuvwxyz0123456789%", 8.0)
    counts |= {"污水处理": 1.0, "水处理": 1.0, "污水处": 1.0}
    tokenizer = build_tokenizer(counts, counts)
    cutter = UnigramCutter.of(tokenizer)
    assert cutter is not None
    texts = ["污水处理", "污水处理污水处理水处理", "理处水污", "水污水处处理ab%c理"]
    assert [ids.tolist() for ids in cutter.cut(texts)] == _alone(tokenizer, texts)


def test_other_tokenizers_are_left_to_themselves(tokenizer: Tokenizer) -> None:
    assert UnigramCutter.of(Tokenizer(models.WordLevel({"a": 0}, "a"))) is None
    other = Tokenizer.from_str(tokenizer.to_str())
    other.normalizer = normalizers.Lowercase()
    assert UnigramCutter.of(other) is None


def test_vectors_are_the_same_however_many_texts_are_read_together() -> None:
    embedder = StaticEmbedder(BUNDLED_MODEL)
    texts = [f"第{n}号路灯不亮，{n * 37}户居民夜里出行不便。" for n in range(400)]
    together = embedder.embed_passages(texts)
    apart = np.concatenate([embedder.embed_passages([text]) for text in texts])
    assert np.array_equal(together, apart)
