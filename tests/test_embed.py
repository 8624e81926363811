"""Embedding: the torch-free reader against sentence-transformers, prompts, errors, start-up."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from corpus.errors import ModelError
from eval.training.adapt import quantise, write_model
from index.models.choice import Models
from index.models.embed import open_embedder, open_encoder
from index.models.hub import SentenceTransformerEmbedder
from index.models.static import BUNDLED_MODEL, StaticEmbedder, at_unit_length, is_static
from tests.fakes import bert_folder

TEXTS = [
    "普陀区怎么发展互联网医院？",
    "",
    "   \n",
    "老旧小区加装电梯由谁出资，Ａ７县２０２１年有补贴吗",
    "😀🚌",
    "公交站😀挪到哪里了",
    "\U00020bb7野家和㐂龘",
    "，。！？——……",
    "停车难" * 4000,
    "",
]


@pytest.fixture(scope="module")
def bundled() -> StaticEmbedder:
    return StaticEmbedder(BUNDLED_MODEL)


def _static_folder(folder: Path) -> Path:
    words = {"[UNK]": 0, "停车": 1, "难": 2, "电梯": 3}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    vectors = np.array([[0, 0], [1, 0], [0, 1], [-3, 4]], dtype=np.float32)
    write_model(folder, "tiny", tokenizer, vectors)
    return folder


@pytest.mark.slow
def test_bundled_model_equals_sentence_transformers(bundled: StaticEmbedder) -> None:
    from sentence_transformers import SentenceTransformer

    expected = SentenceTransformer(str(BUNDLED_MODEL), device="cpu").encode(TEXTS)
    np.testing.assert_allclose(bundled.embed_passages(TEXTS), expected, atol=1e-5, rtol=0)


def test_rows_have_unit_length_and_texts_without_known_tokens_are_zero(
    bundled: StaticEmbedder,
) -> None:
    vectors = bundled.embed_passages(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), bundled.dimension)
    lengths = np.linalg.norm(vectors, axis=1)
    np.testing.assert_allclose(lengths, [1, 0, 0, 1, 0, 1, 1, 0, 1, 0], atol=1e-5)


def test_no_texts_give_no_rows(bundled: StaticEmbedder) -> None:
    assert bundled.embed_passages([]).shape == (0, bundled.dimension)


def test_a_text_has_the_same_vector_in_any_company(bundled: StaticEmbedder) -> None:
    together = bundled.embed_passages(TEXTS * 60)  # several batches and blocks
    alone = np.concatenate([bundled.embed_queries([text]) for text in TEXTS])
    np.testing.assert_allclose(together[-len(TEXTS) :], alone, atol=1e-6)


def test_full_width_and_upper_case_change_nothing(bundled: StaticEmbedder) -> None:
    wide, narrow = bundled.embed_queries(["ＡＰＰ上办理２０２１年社保", "app上办理2021年社保"])
    np.testing.assert_array_equal(wide, narrow)


def test_meaning_is_found_without_a_shared_word(bundled: StaticEmbedder) -> None:
    (query,) = bundled.embed_queries(["小区门口乱停车没人管"])
    near, far = bundled.embed_passages(
        [
            "交警大队将加强巡逻，对违法停放的车辆依法处罚。",
            "该路段路灯已由市政部门修复。",
        ]
    )
    assert query @ near > query @ far + 0.1


def test_progress_counts_texts(bundled: StaticEmbedder) -> None:
    seen: list[int] = []
    bundled.embed_passages(["停车"] * 300, seen.append)
    assert seen == [128, 256, 300]


def test_name_changes_with_the_weights(tmp_path: Path) -> None:
    first = StaticEmbedder(_static_folder(tmp_path / "one")).name
    weights = tmp_path / "one" / "0_StaticEmbedding" / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(bytes(content))
    second = StaticEmbedder(tmp_path / "one").name
    assert first.startswith("tiny-")
    assert len(first) == len("tiny-") + 12
    assert first != second


def test_bundled_model_fits_in_25_megabytes() -> None:
    size = sum(path.stat().st_size for path in BUNDLED_MODEL.rglob("*") if path.is_file())
    assert size <= 25_000_000


def test_static_vectors_by_hand(tmp_path: Path) -> None:
    embedder = open_embedder(Models(str(_static_folder(tmp_path))))
    assert isinstance(embedder, StaticEmbedder)
    vectors = embedder.embed_passages(["停车", "电梯", "停车 难", "外星人"])
    half = np.sqrt(0.5)
    expected = np.array([[1, 0], [-0.6, 0.8], [half, half], [0, 0]])
    np.testing.assert_allclose(vectors, expected, atol=0.01)


def test_quantised_rows_are_near_and_zero_rows_stay() -> None:
    vectors = np.array([[0.0, 0.0], [0.5, -1.27]], dtype=np.float32)
    rows, scales = quantise(vectors)
    assert rows.tolist() == [[0, 0], [50, -127]]
    np.testing.assert_allclose(scales, [0, 0.01], atol=1e-8)


@pytest.mark.slow
def test_sentence_transformer_reads_a_static_folder_too(tmp_path: Path) -> None:
    folder = _static_folder(tmp_path)
    texts = ["停车 难", "", "电梯 电梯 停车"]
    slow = SentenceTransformerEmbedder(folder)
    assert slow.dimension == 2
    np.testing.assert_allclose(
        slow.read_passages(texts), StaticEmbedder(folder).embed_passages(texts), atol=1e-5
    )


@pytest.mark.slow
def test_vectors_are_cut_to_their_leading_components(tmp_path: Path) -> None:
    bert = bert_folder(tmp_path)
    static, cut = open_embedder(Models()), open_embedder(Models(dimensions=192))
    assert (cut.dimension, cut.name) == (192, f"{static.name}+192d")
    expected = at_unit_length(static.embed_passages(TEXTS)[:, :192].copy())
    np.testing.assert_allclose(cut.embed_passages(TEXTS), expected, atol=1e-6)
    whole, part = (SentenceTransformerEmbedder(bert, dimensions=n) for n in (None, 4))
    assert (part.dimension, part.name) == (4, f"{whole.name}+4d")
    expected = at_unit_length(whole.read_passages(TEXTS)[:, :4].copy())
    np.testing.assert_allclose(part.read_passages(TEXTS), expected, atol=1e-6)
    assert part.embed_queries(TEXTS).shape == (len(TEXTS), 4)


def test_a_cut_model_still_tells_of_tokens_in_full(bundled: StaticEmbedder) -> None:
    part = StaticEmbedder(BUNDLED_MODEL, 64)
    assert part.token_norms("小区停车") == bundled.token_norms("小区停车")
    assert part.vectors_of("小区停车")[1].shape[1] == 384


def test_all_dimensions_are_no_cut_and_more_are_refused(bundled: StaticEmbedder) -> None:
    assert open_embedder(Models(dimensions=384)).name == bundled.name
    with pytest.raises(ModelError, match="的向量只有 384 维，dimensions 不能是 512"):
        open_embedder(Models(dimensions=512))


@pytest.mark.slow
def test_transformer_gets_its_familys_prompts(tmp_path: Path) -> None:
    folder = bert_folder(tmp_path)
    assert not is_static(folder)
    embedder = open_encoder(Models(str(folder), "at-once"))
    assert embedder
    assert embedder.name == "bge-small-zh-v1.5"
    assert embedder.dimension == 8
    assert isinstance(embedder, SentenceTransformerEmbedder)
    (passage,) = embedder.read_passages(["停车难"])
    (query,) = embedder.read_queries(["停车难"])
    (written_out,) = embedder.read_passages(["为这个句子生成表示以用于检索相关文章：停车难"])
    np.testing.assert_allclose(query, written_out, atol=1e-6)
    assert not np.allclose(query, passage)
    assert np.linalg.norm(passage) == pytest.approx(1, abs=1e-5)


@pytest.mark.slow
def test_declared_and_given_prompts_come_before_the_familys(tmp_path: Path) -> None:
    folder = bert_folder(tmp_path)
    settings = folder / "config_sentence_transformers.json"
    content = json.loads(settings.read_text(encoding="utf-8"))
    content["prompts"] = {"query": "query: ", "passage": "谁"}
    settings.write_text(json.dumps(content), encoding="utf-8")
    declared = SentenceTransformerEmbedder(folder)
    assert (declared.query_prompt, declared.passage_prompt) == ("query: ", "谁")
    given = SentenceTransformerEmbedder(folder, query_prompt="", passage_prompt="资")
    assert (given.query_prompt, given.passage_prompt) == ("", "资")
    assert given.name.startswith(f"{declared.name}+prompt-")  # another index
    queries_only = SentenceTransformerEmbedder(folder, query_prompt="资")
    assert queries_only.name == declared.name


@pytest.mark.parametrize(
    ("name", "query", "passage"),
    [
        ("intfloat/multilingual-e5-small", "query: ", "passage: "),
        ("BAAI/bge-m3", "", ""),
        ("moka-ai/m3e-base", "", ""),
        ("thenlper/gte-large-zh", "", ""),
        ("BAAI/bge-large-zh-v1.5", "为这个句子生成表示以用于检索相关文章：", ""),
    ],
)
def test_known_families(name: str, query: str, passage: str) -> None:
    from index.models.hub import _family_prompts

    assert _family_prompts(name) == (query, passage)


def test_qwen_and_e5_instruct_take_an_instruction_on_queries_only() -> None:
    from index.models.hub import _family_prompts

    for name in ("Qwen/Qwen3-Embedding-0.6B", "intfloat/multilingual-e5-large-instruct"):
        query, passage = _family_prompts(name)
        assert query.startswith("Instruct: ")
        assert query.rstrip().endswith("Query:")
        assert passage == ""


def test_missing_folder_and_broken_folder_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="找不到模型文件夹"):
        open_encoder(Models(str(tmp_path / "none"), "background"))
    folder = _static_folder(tmp_path / "broken")
    (folder / "0_StaticEmbedding" / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match="检查该文件夹是否完整"):
        open_embedder(Models(str(folder)))


def test_a_name_that_cannot_be_fetched_says_to_copy_the_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match="复制到本机"):
        open_encoder(Models("nobody/no-such-model", "background"))


def test_bundled_model_never_imports_torch() -> None:
    code = (
        "import sys; from index.models.choice import Models;"
        "from index.models.embed import open_embedder;"
        "v = open_embedder(Models()).embed_queries(['老旧小区加装电梯']);"
        "print(v.shape[0], sorted({'torch', 'transformers', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent.parent,
    )
    assert done.stdout.split(maxsplit=1) == ["1", "[]\n"]
