"""Training the encoder: what is packed, and a training that goes on where it was killed."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from eval.training.encoder.batches import Batches, Room
from eval.training.encoder.blocks import pack_blocks, unpack_blocks
from eval.training.encoder.contrast import Contrast, ContrastSettings, main
from eval.training.encoder.encode import make_encoder
from eval.training.encoder.negatives import mine_negatives
from eval.training.encoder.noise import (
    add_noise,
    in_dialect,
    in_everyday_words,
    misspell,
    with_courtesies,
)
from eval.training.encoder.pack import Options, make_pack
from eval.training.encoder.packed import Pack, load_pack, save_pack
from eval.training.encoder.packfile import Start, size_of
from eval.training.encoder.parts import join_model, split_model
from eval.training.encoder.sources import load_barred, nearest_passage
from eval.training.encoder.trainer import Plan, Trainer, rate_at, run
from eval.training.pairs import is_fusion_holdout, is_question_holdout
from tests.fakes import save_start, write_rows

TOPICS = ("停车位", "公交站", "加装电梯", "污水管网", "学区划分", "物业收费", "路灯", "噪音扰民")
PLACES = ("东街", "西巷", "南路", "北苑", "桥头", "河湾", "山脚", "湖边", "城关", "新村")


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    cases = [(place, topic) for place in PLACES for topic in TOPICS]
    board = [
        {
            "id": f"row-{i}",
            "title": f"{place}{topic}何时解决{i}",
            "question": f"{place}的{topic}一直没有人管，请问什么时候解决？第{i}次问。",
            "reply": f"关于{place}{topic}，街道已派人处理，将于第{i}天前完成。",
            "split": "dev" if i % 5 == 0 else "train",
        }
        for i, (place, topic) in enumerate(cases)
    ]
    write_rows(folder / "board" / "replies.jsonl", board)
    asked = [
        {
            "query": f"咨询{place}{topic}",
            "positive": f"{topic}在{place}{PLACES[i * 3 % 10]}{PLACES[(i // 8 + i * 7) % 10]}",
        }
        for i, (place, topic) in enumerate(cases)
    ]
    write_rows(folder / "train" / "citizen_title_message.jsonl.gz", asked)
    write_rows(folder / "train" / "typo_confusion.jsonl.gz", [
        {"char": "停", "same_sound": "亭庭", "near_sound": "", "similar_shape": ""},
    ])  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    letters = "".join((*TOPICS, *PLACES)) + "何时解决关于在街道已派人处理咨询由哪个部门负责"
    return save_start(tmp_path_factory.mktemp("start"), letters)


@pytest.fixture(scope="module")
def pack(texts: Path, start: Path) -> Pack:
    return make_pack(start, texts, frozenset(["row-1"]), Options(1))


def _trainer(pack: Pack, **changes: object) -> Trainer:
    plain = ContrastSettings(None, 2e-3, False, 0, None, 1, 0.05, False, Room(2000, 16, 1))
    settings = replace(plain, **changes)  # type: ignore[arg-type]
    return Trainer(Contrast(pack, settings, "cpu"), settings)


def test_weights_of_four_bits_come_back_to_the_last_digit() -> None:
    random = np.random.default_rng(0)
    units = random.integers(-8, 8, (50, 32))
    scales = random.normal(0, 0.02, (50, 1)).astype(np.float16)
    weights = (units * scales.astype(np.float32)).astype(np.float32)
    packed = pack_blocks(weights)
    assert packed.shape == (50, 18)
    assert np.array_equal(unpack_blocks(packed), weights.reshape(-1))


def test_other_weights_come_back_to_a_hundredth_of_the_largest() -> None:
    weights = np.random.default_rng(0).normal(size=(50, 32)).astype(np.float32)
    packed = pack_blocks(weights)
    assert packed.shape == (50, 34)
    assert np.abs(unpack_blocks(packed) - weights.reshape(-1)).max() < 0.01 * np.abs(weights).max()


def test_nothing_held_out_is_in_the_pack(pack: Pack, texts: Path, start: Path) -> None:
    tokenizer = Tokenizer.from_file(str(start / "tokenizer.json"))
    packed = {tuple(pack.texts[number].tolist()) for number in range(len(pack.texts))}

    def ids_of(text: str) -> tuple[int, ...]:
        return tuple(tokenizer.encode(text).ids)

    rows = map(json.loads, (texts / "board" / "replies.jsonl").read_text("utf-8").splitlines())
    barred = [
        row for row in rows
        if row["split"] == "dev" or is_fusion_holdout(row["id"]) or row["id"] == "row-1"
    ]  # fmt: skip
    assert len(barred) > 20
    # This tokenizer knows no digits, so that the kinds of texts must differ in words.
    assert not {ids_of(f"passage: {row['reply']}") for row in barred} & packed
    asked = [f"咨询{place}{topic}" for place in PLACES for topic in TOPICS]
    held = {ids_of(f"query: {query}") for query in asked if is_question_holdout(query)}
    known = {ids_of(f"query: {query}") for query in asked if not is_question_holdout(query)}
    assert held
    assert not held & packed
    assert len(known & packed) > 40  # some are misspelt or in everyday words


def test_a_pack_is_the_same_for_a_seed(
    pack: Pack, texts: Path, start: Path, tmp_path: Path
) -> None:
    again = make_pack(start, texts, frozenset(["row-1"]), Options(1))
    assert save_pack(pack, tmp_path / "one") == save_pack(again, tmp_path / "two") < 1e6
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    read = load_pack(tmp_path / "one")
    assert [(s.name, len(s)) for s in read.sources] == [(s.name, len(s)) for s in pack.sources]
    assert np.array_equal(read.texts.tokens, pack.texts.tokens)


def test_a_pack_takes_as_many_pairs_as_have_room(pack: Pack, texts: Path, start: Path) -> None:
    room = size_of(pack.start) + 4000
    small = make_pack(start, texts, frozenset(), Options(room / 1e6))
    assert 0 < sum(map(len, small.sources)) < sum(map(len, pack.sources))


def test_negatives_never_answer_nor_are_held(pack: Pack) -> None:
    held = set(pack.held.passages.tolist())
    assert held
    assert any((source.negatives >= 0).any() for source in pack.sources)
    for source in pack.sources:
        assert not held & set(source.passages.tolist())
        assert not held & set(source.negatives.ravel().tolist())
        answers: dict[int, set[int]] = {}
        for query, passage in zip(source.queries.tolist(), source.passages.tolist(), strict=True):
            answers.setdefault(query, set()).add(passage)
        for query, negatives in zip(source.queries.tolist(), source.negatives, strict=True):
            assert not answers[query] & set(negatives.tolist())


def test_negatives_are_near_the_query_and_unlike_the_answer() -> None:
    passages = ("东街停车费每月三百元", "东街停车费每月三百元。", "西巷停车费怎么交", "养老金发放")
    mined = mine_negatives(["停车费多少钱"], [frozenset([0])], passages, np.random.default_rng(0))
    assert mined.tolist() == [[2, -1, -1, -1]]


def test_the_passage_nearest_to_the_query_is_taken() -> None:
    text = "路灯已修好。" * 60 + "加装电梯每台补贴二十万元。"
    assert "加装电梯" in nearest_passage("加装电梯补贴", text)
    assert len(nearest_passage("加装电梯补贴", text)) <= 320


def test_queries_are_misspelt_and_put_in_everyday_words() -> None:
    assert misspell("停车难", {"停": "亭"}, random.Random(0)) == "亭车难"
    assert in_everyday_words("为什么没有公交，怎么办理月票？") == "为啥没公交，咋办月票？"
    assert {in_dialect("怎么没有公交", random.Random(seed)) for seed in range(20)} == {
        "点冇公交", "咋个没得公交", "咋没公交", "哪能呒没公交",
    }  # fmt: skip
    spoken = {with_courtesies("公交何时来？", random.Random(seed)) for seed in range(300)}
    assert {"请问公交何时来？", "公交何时来呢", "领导好，公交何时来，谢谢了"} < spoken


def test_noise_is_as_frequent_as_its_strength_says() -> None:
    queries = [f"停车怎么收费{number}" for number in range(2000)]

    def changed(strength: float) -> int:
        chance = random.Random(0)
        return sum(add_noise(query, {"停": "亭"}, chance, strength) != query for query in queries)

    assert changed(0.001) < 10
    assert changed(1) == pytest.approx(340, abs=60)
    assert changed(3) == pytest.approx(1020, abs=100)


def test_rows_that_are_asked_for_elsewhere_are_read(tmp_path: Path) -> None:
    write_rows(tmp_path / "q.jsonl", [{"relevant": [{"source": "row-1"}]}, {"relevant": []}])
    assert load_barred(tmp_path / "q.jsonl") == {"row-1"}


def test_a_batch_is_that_of_its_number(pack: Pack) -> None:
    one, two = (Batches(pack, Room(2000, 16, 1), 1) for _ in range(2))
    assert [one.draw(step).queries.tolist() for step in range(5)] == [
        two.draw(step).queries.tolist() for step in range(5)
    ]
    batches = [one.draw(step) for step in range(10)]
    assert not any(batch.same.diagonal().any() for batch in batches)
    assert any(len(batch.passages) > len(batch.queries) for batch in batches)


def test_the_rate_rises_and_falls() -> None:
    assert rate_at(0.0) < rate_at(0.04) < rate_at(0.05) == 1.0
    assert rate_at(0.5) > rate_at(0.9) > rate_at(1.0) == 0.0


@pytest.mark.slow
def test_training_lowers_the_loss(pack: Pack, tmp_path: Path) -> None:
    trainer = _trainer(pack)
    run(trainer, Plan(0, steps=60), tmp_path / "checkpoint")
    losses = trainer.course.losses
    assert sum(losses[-10:]) < 0.8 * sum(losses[:10])
    assert set(trainer.course.measured) == {0, 60}


@pytest.mark.slow
@pytest.mark.parametrize("taught", [False, True])
def test_a_killed_training_goes_on_as_if_it_had_not_been(
    pack: Pack, tmp_path: Path, taught: bool
) -> None:
    whole = _trainer(pack, taught=taught, layers=(0,))
    run(whole, Plan(0, steps=8), tmp_path / "whole")

    killed = _trainer(pack, taught=taught, layers=(0,))
    for step in range(5):
        killed.step(step / 8)
        if step == 3:
            killed.save(tmp_path / "killed")
    again = _trainer(pack, taught=taught, layers=(0,))
    again.resume(tmp_path / "killed")
    run(again, Plan(0, steps=8), tmp_path / "killed")
    assert again.course.losses == pytest.approx(whole.course.losses, abs=1e-4)

    with pytest.raises(ValueError, match="the checkpoint is of"):
        _trainer(pack, seed=2).resume(tmp_path / "killed")


@pytest.mark.slow
def test_a_trained_folder_loads(pack: Pack, tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    save_pack(pack, tmp_path / "pack")
    main([str(tmp_path / "pack"), "--out", str(tmp_path / "out"), "--steps", "2", "--layers", "1"])
    model = SentenceTransformer(str(tmp_path / "out" / "model"), device="cpu")
    vectors = model.encode(["停车位", "路灯"])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    report = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))
    assert len(report["losses"]) == 2
    assert not (tmp_path / "out" / "checkpoint.pt").exists()


def test_parts_are_joined_to_the_same_model(pack: Pack, tmp_path: Path) -> None:
    parts = split_model(pack.start, tmp_path, 0.02)
    assert len(parts) > 2
    assert all(path.stat().st_size <= 20_000 for path in parts)
    joined: Start = join_model(tmp_path)
    assert make_encoder(joined).config.num_hidden_layers == 2
    for name, values in pack.start.tensors.items():
        assert joined.tensors[name] == pytest.approx(values, abs=1e-3)
    parts[1].unlink()
    with pytest.raises(ValueError, match="lacks a part"):
        join_model(tmp_path)
