"""Training: pairs that may be used, the tokenizer, batches, and a whole run in small."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pytest

from eval.training.model import main, run_training, train_tokenizer
from eval.training.pairs import (
    PAIR_SOURCES,
    Pair,
    is_fusion_holdout,
    is_question_holdout,
    iter_board_rows,
    strip_restatement,
)
from eval.training.tokens import (
    PairTable,
    TokenStore,
    build_tokenizer,
    choose_words,
    draw_batch,
    tabulate,
)
from eval.training.train import TrainingOptions, initial_vectors
from index.models.static import StaticEmbedder

pytestmark = pytest.mark.slow

TOPICS = ("停车位", "公交站", "加装电梯", "污水管网", "学区划分", "物业收费", "路灯", "噪音扰民")


def _write(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    board = [
        {
            "id": f"row-{i}",
            "title": f"反映{topic}问题{i}",
            "question": f"我们小区的{topic}一直没有人管，请问什么时候解决{topic}？",
            "reply": f"网友您好！您反映的问题收悉，现回复如下：关于{topic}，街道已派人处理。",
            "asked": "2020-01-01 00:00:00",
            "replied": "2020-01-02 00:00:00",
            "split": "dev" if i % 5 == 0 else "train",
        }
        for i, topic in enumerate(TOPICS * 8)
    ]
    _write(folder / "board" / "replies.jsonl", board)
    letters = [
        {"query": f"咨询{topic}", "positive": f"请问{topic}由哪个部门负责，{topic}何时开工？"}
        for topic in TOPICS
    ]
    _write(folder / "train" / "citizen_title_message.jsonl.gz", letters)
    news = [{"text": f"本市今年推进{topic}改造，" * 12} for topic in TOPICS]
    _write(folder / "train" / "news.jsonl.gz", news)
    return folder


def _all_pairs(folder: Path) -> list[Pair]:
    return [pair for source in PAIR_SOURCES for pair in source.read(folder)]


def test_dev_rows_and_held_out_rows_are_never_among_the_pairs(data: Path) -> None:
    lines = (data / "board" / "replies.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    barred = {r["title"] for r in rows if r["split"] == "dev" or is_fusion_holdout(r["id"])}
    asked = {pair.query for pair in _all_pairs(data)}
    assert len(barred) > 12
    assert not asked & barred
    assert asked >= {r["title"] for r in rows} - barred


def test_the_holdout_is_about_a_quarter_and_never_moves() -> None:
    held = [i for i in range(1000) if is_fusion_holdout(f"row-{i}")]
    assert 200 < len(held) < 300
    assert held[:5] == [i for i in range(30) if is_fusion_holdout(f"row-{i}")][:5]


def test_questions_held_out_are_never_among_the_pairs(tmp_path: Path) -> None:
    rows = [{"query": f"{n}路公交几点收班？", "positive": f"{n}路末班车"} for n in range(99)]
    _write(tmp_path / "train" / "policy_question_answer.jsonl.gz", rows)
    held = {row["query"] for row in rows if is_question_holdout(row["query"])}
    assert 1 <= len(held) <= 12
    assert {pair.query for pair in _all_pairs(tmp_path)} == {r["query"] for r in rows} - held


def test_board_rows_that_are_held_out_are_not_read(data: Path) -> None:
    training = {row["id"] for row in iter_board_rows(data)}
    assert training
    assert not any(map(is_fusion_holdout, training))


def test_a_reply_is_stripped_to_its_substance() -> None:
    reply = (
        "网友“UU0081”您好！您反映的“A市路灯不亮”的问题收悉，现回复如下：路灯已于5月修好。"
        "其余路段将分两批改造，预计年底以前完成，施工时间为每天上午八点到下午六点。"
        "关于“A市路灯”事宜请致电市政所。感谢您对我们工作的支持！2019年5月9日"
    )
    substance = strip_restatement(reply, "A市路灯不亮")
    assert substance == (
        "路灯已于5月修好。其余路段将分两批改造，预计年底以前完成，施工时间为每天上午八点到下午六点。"
        "关于事宜请致电市政所。"
    )


def test_a_reply_that_is_all_courtesy_stays_whole() -> None:
    reply = "您好！您的留言收悉，已转交有关部门办理，现将情况回复如下：已办。"
    assert strip_restatement(reply, "路灯") == reply


def test_unknown_characters_spoil_nothing_around_them() -> None:
    counts = {"停车": 9.0, "停": 5.0, "车": 5.0, "难": 5.0, "停车场": 3.0}
    tokenizer = build_tokenizer(choose_words(counts, 200), counts)
    assert tokenizer.encode("停车难😀停龘车APP 12").tokens == [
        *("停车", "难", "停", "车"),
        *("a", "p", "p", "12"),
    ]


def test_the_most_probable_cut_wins_over_the_longest_match() -> None:
    counts = {"县星": 1.0, "星沙": 50.0, "县": 50.0, "沙": 1.0, "星": 1.0}
    tokenizer = build_tokenizer(choose_words(counts, 200, rarest_character=1), counts)
    assert tokenizer.encode("县星沙").tokens == ["县", "星沙"]


def test_the_vocabulary_keeps_to_its_size() -> None:
    pairs = [[Pair("停车难", "小区停车位不足，停车难")], *([[]] * (len(PAIR_SOURCES) - 1))]
    tokenizer = train_tokenizer(pairs, 150)
    assert tokenizer.get_vocab_size() <= 150
    assert tokenizer.id_to_token(0) == "[UNK]"


def test_a_drawn_query_is_a_span_that_its_document_lacks() -> None:
    store = TokenStore(np.arange(400, dtype=np.int32), np.array([0, 200, 400]))
    table = PairTable(np.array([-1, -1]), np.array([0, 1]), np.array([-1, -1]))
    random = np.random.default_rng(3)
    overlaps = 0
    for _ in range(200):
        queries, documents = draw_batch(store, table, np.array([0, 1]), random)
        for row in (0, 1):
            asked = set(queries.ids[queries.rows == row].tolist())
            read = set(documents.ids[documents.rows == row].tolist())
            assert asked
            assert read
            assert all(token // 200 == row for token in asked | read)
            overlaps += bool(asked & read)
    assert 10 < overlaps < 80  # a tenth of 400 is left in on purpose


def test_known_negatives_follow_the_documents() -> None:
    tokenizer = build_tokenizer(list("停车难电梯") + list("路灯"), {})
    store, (table,) = tabulate(
        tokenizer, [[Pair("停", "车", "难"), Pair("电", "梯"), Pair("路", "灯", "电")]]
    )
    random = np.random.default_rng(0)
    queries, documents = draw_batch(store, table, np.array([2, 1, 0]), random)
    assert [tokenizer.id_to_token(i) for i in queries.ids] == ["路", "电", "停"]
    assert [tokenizer.id_to_token(i) for i in documents.ids] == ["灯", "梯", "车", "电", "难"]
    assert (queries.count, documents.count) == (3, 5)


def test_rare_tokens_start_longer_than_common_ones() -> None:
    store = TokenStore(np.array([1, 2, 1, 1, 1], dtype=np.int32), np.array([0, 2, 3, 4, 5]))
    vectors = initial_vectors(store, 3, TrainingOptions(dimension=64))
    lengths = np.linalg.norm(vectors, axis=1)
    assert lengths[0] == 0
    assert lengths[2] > 2 * lengths[1]


def test_training_ranks_the_right_topic_first_and_is_deterministic(
    data: Path, tmp_path: Path
) -> None:
    options = TrainingOptions(dimension=32, steps=60, batch=16, seed=7)
    report = run_training(data, tmp_path / "one", 400, options)
    again = run_training(data, tmp_path / "two", 400, options)
    assert report.loss == again.loss
    weights = [
        (tmp_path / name / "0_StaticEmbedding" / "model.safetensors").read_bytes()
        for name in ("one", "two")
    ]
    assert weights[0] == weights[1]

    embedder = StaticEmbedder(tmp_path / "one")
    queries = embedder.embed_queries([f"{topic}谁来解决" for topic in TOPICS])
    passages = embedder.embed_passages([f"街道已处理{topic}。" for topic in TOPICS])
    assert (queries @ passages.T).argmax(axis=1).tolist() == list(range(len(TOPICS)))


def test_another_seed_gives_another_model(data: Path, tmp_path: Path) -> None:
    names = []
    for seed in (1, 2):
        options = TrainingOptions(dimension=8, steps=3, batch=8, seed=seed)
        run_training(data, tmp_path / str(seed), 200, options)
        names.append(StaticEmbedder(tmp_path / str(seed)).name)
    assert names[0] != names[1]


def test_a_folder_without_pairs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no training pair"):
        run_training(tmp_path, tmp_path / "out", 100, TrainingOptions(steps=1))


def test_the_command_writes_a_model(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "model"
    size = ["--vocabulary", "300", "--dimension", "16", "--steps", "4", "--batch", "8"]
    main(["--data", str(data), "--out", str(out), *size])
    assert StaticEmbedder(out).dimension == 16
    assert "citizens' title to message: 8 pairs" in capsys.readouterr().err
