"""Training the reader: what is packed, how it is measured, and a training that can be killed."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from eval.training.encoder.pack import Options
from eval.training.encoder.packfile import Start, size_of
from eval.training.encoder.parts import split_model
from eval.training.encoder.trainer import Plan, Trainer, run
from eval.training.pairs import is_fusion_holdout
from eval.training.reader import measure, parts, train
from eval.training.reader.asked import Asked, Example, Kind
from eval.training.reader.batches import Batches, Layout, join_groups
from eval.training.reader.model import Logits, load_reader, open_reader, save_reader
from eval.training.reader.numbering import Numbering, find_tokens
from eval.training.reader.pack import draw, make_pack, share_kinds
from eval.training.reader.packed import NOWHERE, Group, Pack, load_pack, save_pack
from eval.training.reader.score import auroc, best_spans, overlap, summarise
from eval.training.reader.sources import Source
from eval.training.reader.train import ReaderSettings, Reading, span_loss
from tests.fakes import save_start, write_rows

PLACES = ("东街", "西巷", "南路", "北苑", "桥头", "河湾", "山脚", "湖边", "城关", "新村")
TOPICS = ("停车位", "公交站", "加装电梯", "污水管网", "学区划分", "物业收费", "路灯", "噪音扰民")
CASES = [(place, topic) for place in PLACES for topic in TOPICS]
DIGITS = "一二三四五六七八九十"


def _context(place: str, topic: str, number: int) -> str:
    days = DIGITS[number % 10] + DIGITS[number // 10]
    return (
        f"{place}的{topic}由街道负责处理，工作人员已到现场了解情况并登记。"
        f"关于{topic}的办理期限，{place}须在{days}天之内答复居民，不得拖延。"
        "居民对处理结果有意见，可以向上级部门反映，由上级部门再次核实。"
        f"今后{place}还会继续改进工作，方便群众就近办事，请大家监督。"
    )


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    rows = []
    for number, (place, topic) in enumerate(CASES):
        context = _context(place, topic, number)
        start = context.index("须在") + 2
        answer = context[start : start + 3]
        rows.append({
            "id": f"read-{number}", "context": context, "question": f"{place}{topic}几天之内答复？",
            "answers": [answer], "starts": [start], "answerable": True,
        })  # fmt: skip
    write_rows(folder / "train" / "rc_cmrc2018_train.jsonl.gz", rows)
    unsaid = [{**row, "answers": [], "starts": [], "answerable": False} for row in rows[:40]]
    write_rows(folder / "train" / "rc_cail2019.jsonl.gz", [
        {**row, "question": str(row["question"]).replace("几天之内", "何人何地")} for row in unsaid
    ])  # fmt: skip
    board = [
        {
            "id": f"row-{number}", "title": f"{place}{topic}何时解决",
            "question": f"{place}的{topic}一直没有人管，请问什么时候解决？",
            "reply": f"关于{place}{topic}，街道已派人处理，请大家监督。",
            "split": "dev" if number % 5 == 0 else "train",
        }
        for number, (place, topic) in enumerate(CASES)
    ]  # fmt: skip
    write_rows(folder / "board" / "replies.jsonl", board)
    return folder


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    letters = "".join(_context(place, topic, 0) for place, topic in CASES) + DIGITS
    return save_start(tmp_path_factory.mktemp("start"), letters + "几何时解决请问什么人地没管派？")


@pytest.fixture(scope="module")
def pack(texts: Path, start: Path) -> Pack:
    return make_pack(start, texts, frozenset(["row-1"]), Options(1))


def _trainer(pack: Pack, **changes: object) -> Trainer:
    plain = ReaderSettings(None, 2e-3, False, 0, None, 1, 2000, 60)
    settings = replace(plain, **changes)  # type: ignore[arg-type]
    return Trainer(Reading(pack, settings, "cpu"), settings)


def _decode(pack: Pack, number: int) -> str:
    tokenizer = Tokenizer.from_str(pack.start.tokenizer)
    pieces = (tokenizer.id_to_token(int(token)) for token in pack.texts[number])
    return "".join(piece or "" for piece in pieces)


def test_a_pack_holds_the_kinds_that_its_texts_allow(pack: Pack) -> None:
    kinds = {(group.source, group.kind) for group in pack.learned}
    assert {("encyclopedia", kind) for kind in (Kind.ANSWERED, Kind.TAKEN_OUT, Kind.FOUND)} < kinds
    assert {("court", Kind.UNSAID), ("board", Kind.ANSWERED), ("board", Kind.RESTATED)} < kinds
    assert pack.held


def test_spans_are_those_of_the_answers(pack: Pack) -> None:
    (group,) = (
        group for group in pack.learned
        if (group.source, group.kind) == ("encyclopedia", Kind.ANSWERED)
    )  # fmt: skip
    assert len(group) > 40
    for passage, (first, last) in zip(group.passages.tolist(), group.spans.tolist(), strict=True):
        text = _decode(pack, passage)
        assert last - first == 2
        assert text[first - 2 : first] == "须在"
        assert text[last] == "天"
    others = [group for group in pack.learned if not group.kind.answered]
    assert all((group.spans == NOWHERE).all() for group in others)


def test_nothing_held_out_is_learned(pack: Pack, texts: Path) -> None:
    learned = {_decode(pack, n) for group in pack.learned for n in group.passages.tolist()}
    asked = {_decode(pack, n) for group in pack.learned for n in group.questions.tolist()}
    rows = map(json.loads, (texts / "board" / "replies.jsonl").read_text("utf-8").splitlines())
    barred = [
        row for row in rows
        if row["split"] == "dev" or is_fusion_holdout(row["id"]) or row["id"] == "row-1"
    ]  # fmt: skip
    assert len(barred) > 20
    for row in barred:
        assert row["title"] not in asked
        assert not any(text in row["reply"] and len(text) > 12 for text in learned)
    held = {
        _decode(pack, n) for group in pack.held if group.kind.answered
        for n in group.passages.tolist()
    }  # fmt: skip
    assert held
    assert not held & learned


def test_a_held_question_is_not_learned_of_another_text(tmp_path: Path) -> None:
    asked = [Asked("几天？", f"第{number}个文件，一共{number}天。") for number in range(200)]
    asked += [Asked(f"文件{number}？", f"文件{number}说。") for number in range(200)]
    drawn = draw(Source("made", 1, lambda _, __: iter(asked)), tmp_path, frozenset(), 1)
    assert 2 < len(drawn.held) < 40
    assert {one.question for one in drawn.learned}.isdisjoint(one.question for one in drawn.held)
    assert len(drawn.learned) > 100


def test_a_pack_is_the_same_for_a_seed(
    pack: Pack, texts: Path, start: Path, tmp_path: Path
) -> None:
    again = make_pack(start, texts, frozenset(["row-1"]), Options(1))
    assert save_pack(pack, tmp_path / "one") == save_pack(again, tmp_path / "two") < 1e6
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    read = load_pack(tmp_path / "one")
    for was, now in zip(pack.learned + pack.held, read.learned + read.held, strict=True):
        assert (was.source, was.kind, was.share) == (now.source, now.kind, now.share)
        assert np.array_equal(was.spans, now.spans)
        assert np.array_equal(was.passages, now.passages)


def test_a_pack_takes_as_many_questions_as_have_room(pack: Pack, texts: Path, start: Path) -> None:
    room = size_of(pack.start) + 60_000
    small = make_pack(start, texts, frozenset(), Options(room / 1e6))
    assert 0 < sum(map(len, small.learned)) < sum(map(len, pack.learned))


def test_half_of_what_is_learned_is_answered() -> None:
    counts = {Kind.ANSWERED: 100, Kind.CHANGED_ALIKE: 100, Kind.FOUND: 100, Kind.OPPOSITE: 4}
    shares = share_kinds(8, counts)
    assert shares[Kind.ANSWERED] == 3
    assert shares[Kind.CHANGED_ALIKE] == 1
    assert shares[Kind.FOUND] + shares[Kind.OPPOSITE] == pytest.approx(4)
    assert shares[Kind.FOUND] / shares[Kind.OPPOSITE] == pytest.approx(15)


def test_a_batch_is_that_of_its_number(pack: Pack) -> None:
    one, two = (Batches(pack.learned, pack.texts, 4000, 1) for _ in range(2))
    for step in range(5):
        batch = one.draw(step)
        assert batch.questions.tolist() == two.draw(step).questions.tolist()
        assert len(batch) * batch.lengths(pack.texts).max() <= 4000
    answered = np.concatenate([one.draw(step).answered for step in range(100)])
    assert 0.4 < answered.mean() < 0.6


def test_questions_and_passages_are_laid_out_as_pairs(pack: Pack) -> None:
    tokenizer = Tokenizer.from_str(pack.start.tokenizer)
    numbering = Numbering(tokenizer)
    example = Example("几天？", "共十天。", Kind.ANSWERED, ((1, 3),))
    groups = numbering.group("made", [example], {Kind.ANSWERED: 1.0})
    layout = Layout(numbering.texts(), pack.start.tokenizer)
    examples = join_groups(groups)
    inputs = layout.inputs(examples, torch.device("cpu"))
    names = [tokenizer.id_to_token(token) for token in inputs.ids[0].tolist()]
    assert names[:12] == [
        "<s>", "几", "天", "？", "</s>", "</s>", "<unk>", "十", "天", "。", "</s>", "<pad>",
    ]  # fmt: skip
    assert inputs.passage[0].nonzero().flatten().tolist() == [6, 7, 8, 9]
    assert inputs.mask[0].sum() == 11
    starts, ends = layout.targets(examples, torch.device("cpu"))
    assert (starts.tolist(), ends.tolist()) == ([7], [8])


def test_tokens_of_a_span_are_those_that_overlap_it() -> None:
    offsets = [(0, 1), (1, 3), (3, 4)]
    assert find_tokens(offsets, (2, 4)) == (1, 2)
    assert find_tokens(offsets, (0, 1)) == (0, 0)
    assert find_tokens(offsets, (3, 9)) is None


def test_the_likeliest_span_ends_behind_its_start() -> None:
    starts = torch.tensor([[0.0, 1.0, 5.0, 0.0]])
    ends = torch.tensor([[0.0, 9.0, 1.0, 2.0]])
    assert best_spans(Logits(starts, ends, torch.zeros(1))).tolist() == [[1, 1]]
    assert best_spans(Logits(starts, ends.flip(1), torch.zeros(1))).tolist() == [[2, 2]]


def test_overlap_is_the_f1_of_characters() -> None:
    widths = np.array([0, 2, 1, 3])
    assert overlap(np.array([1, 2]), np.array([1, 2]), widths) == 1
    assert overlap(np.array([1, 1]), np.array([2, 3]), widths) == 0
    assert overlap(np.array([1, 2]), np.array([2, 3]), widths) == pytest.approx(2 / 7)


def test_auroc_counts_ties_half() -> None:
    assert auroc(np.array([3.0, 1.0]), np.array([2.0, 1.0])) == pytest.approx(2.5 / 4)


def test_a_kind_is_told_beside_the_answered_of_its_sources() -> None:
    def group(source: str, kind: Kind) -> Group:
        return Group(source, kind, 0, *(np.zeros(2, np.int32),) * 2, np.zeros((2, 2), np.int16))

    none = np.empty(0)
    found = summarise([
        (group("a", Kind.ANSWERED), np.array([2.0, 3.0]), np.array([1.0, 0.0]), np.array([1, 0.5])),
        (group("a", Kind.FOUND), np.array([0.0, 1.0]), none, none),
        (group("b", Kind.ANSWERED), np.array([-9.0, -9.0]), none, none),
        (group("b", Kind.UNSAID), np.array([-10.0, -8.0]), none, none),
    ])  # fmt: skip
    assert found["auroc found"] == found["auroc a"] == 1
    assert found["auroc unsaid"] == 0.5
    assert (found["f1"], found["exact"]) == (0.75, 0.5)
    assert "f1 b" not in found


def test_spans_that_are_not_known_are_not_learned() -> None:
    logits = torch.zeros(3, 4)
    assert span_loss(logits, torch.tensor([NOWHERE, 1, 2])).item() == pytest.approx(np.log(4))
    assert span_loss(logits, torch.tensor([NOWHERE] * 3)).item() == 0


@pytest.fixture(scope="module")
def trained(pack: Pack) -> Start:
    task = Reading(pack, ReaderSettings((0,), 2e-3, True, 0, None, 1, 2000, 60), "cpu")
    return task.trained()


def test_a_saved_reader_is_read_again_and_by_transformers(trained: Start, tmp_path: Path) -> None:
    from transformers import BertForQuestionAnswering
    from transformers.utils import logging

    save_reader(trained, tmp_path)
    read = load_reader(tmp_path)
    assert read.tensors.keys() == trained.tensors.keys()
    assert read.tokenizer == trained.tokenizer
    # It tells of the layer that it does not know.
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    theirs = BertForQuestionAnswering.from_pretrained(tmp_path)
    ours = open_reader(read)
    for name, values in theirs.state_dict().items():
        assert torch.equal(values, ours.state_dict()[name])


def test_parts_are_joined_to_a_folder(trained: Start, tmp_path: Path) -> None:
    split_model(trained, tmp_path / "parts", 0.02)
    parts.main([str(tmp_path / "parts"), "--out", str(tmp_path / "model")])
    read = load_reader(tmp_path / "model")
    for name, values in trained.tensors.items():
        assert read.tensors[name] == pytest.approx(values, abs=1e-3)


def test_frozen_layers_and_all_below_are_not_learned(pack: Pack) -> None:
    trainer = _trainer(pack, frozen_layers=1)
    before = {name: each.copy() for name, each in trainer.task.trained().tensors.items()}
    trainer.step(0.5)
    after = trainer.task.trained().tensors
    same = {name for name in before if np.array_equal(before[name], after[name])}
    frozen = ("bert.embeddings.", "bert.encoder.layer.0.")
    body = {name for name in before if name.startswith("bert.")}
    assert same & body == {name for name in body if name.startswith(frozen)}


@torch.no_grad()
def test_padding_changes_nothing(pack: Pack, trained: Start) -> None:
    reader = open_reader(trained)
    layout = Layout(pack.texts, pack.start.tokenizer)
    examples = join_groups(pack.held)
    two = examples.take(np.argsort(examples.lengths(pack.texts))[[0, -1]])
    cpu = torch.device("cpu")
    both = reader(layout.inputs(two, cpu))
    alone = reader(layout.inputs(two.take(np.array([0])), cpu))
    assert both.answered[0].item() == pytest.approx(alone.answered[0].item(), abs=1e-5)
    assert best_spans(both)[0].tolist() == best_spans(alone)[0].tolist()


@pytest.mark.slow
def test_training_finds_answers_and_tells_that_there_is_none(pack: Pack, tmp_path: Path) -> None:
    trainer = _trainer(pack)
    run(trainer, Plan(0, steps=150), tmp_path / "checkpoint")
    losses = trainer.course.losses
    assert sum(losses[-10:]) < 0.6 * sum(losses[:10])
    first, last = (trainer.course.measured[step] for step in (0, 150))
    assert last["f1"] > first["f1"] + 0.3
    assert last["auroc taken out"] > 0.6


@pytest.mark.slow
def test_a_killed_training_goes_on_as_if_it_had_not_been(pack: Pack, tmp_path: Path) -> None:
    whole = _trainer(pack, layers=(0,))
    run(whole, Plan(0, steps=8), tmp_path / "whole")
    killed = _trainer(pack, layers=(0,))
    for step in range(5):
        killed.step(step / 8)
        if step == 3:
            killed.save(tmp_path / "killed")
    again = _trainer(pack, layers=(0,))
    again.resume(tmp_path / "killed")
    run(again, Plan(0, steps=8), tmp_path / "killed")
    assert again.course.losses == pytest.approx(whole.course.losses, abs=1e-4)


@pytest.mark.slow
def test_the_commands_train_and_measure(
    pack: Pack, texts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    packed, out, data = tmp_path / "pack", tmp_path / "out", tmp_path / "data"
    save_pack(pack, packed)
    train.main([str(packed), "--out", str(out), "--steps", "2", "--layers", "1", "--tokens", "800"])
    report = json.loads((out / "report.json").read_text("utf-8"))
    assert len(report["losses"]) == 2
    assert {"auroc", "f1", "exact", "auroc found"} <= report["measured"]["2"].keys()

    cases = random.Random(0).sample(list(enumerate(CASES)), 20)
    reading = data / "reading" / "cmrc2018"
    write_rows(reading / "corpus.jsonl", [
        {"_id": str(n), "title": "", "text": _context(*case, n)} for n, case in cases
    ])  # fmt: skip
    write_rows(reading / "queries.jsonl", [
        {"_id": f"q{n}", "text": f"{place}{topic}由谁处理？", "answers": ["街道"]}
        for n, (place, topic) in cases
    ])  # fmt: skip
    (reading / "qrels").mkdir()
    judged = "".join(f"q{n}\t{n}\t1\n" for n, _ in cases)
    (reading / "qrels" / "test.tsv").write_text(f"query-id\tcorpus-id\tscore\n{judged}", "utf-8")
    shared = {"context": _context("东街", "路灯", 1), "question": "谁？", "answerable": False}
    other = {**shared, "context": _context("西巷", "路灯", 2), "id": "sq2-two"}
    write_rows(data / "reading" / "other" / "rc_squad_zh_mt.jsonl.gz", [
        {**shared, "id": "sq2-one"}, {**shared, "id": "sq2-three"}, other,
    ])  # fmt: skip
    write_rows(data / "train" / "rc_xquad_zh.jsonl.gz", [{"id": "xquad-one"}])
    row = {"id": "d", "answers": ["街道"], "answerable": True, "question": "谁？"}
    text = _context("南路", "路灯", 3)
    write_rows(data / "reading" / "other" / "rc_dureader_robust_dev.jsonl.gz", [
        {**row, "context": text, "starts": [text.index("街道")]},
    ])  # fmt: skip
    assert [asked.text for asked in measure.read_squad(data)] == [other["context"]]
    assert len(list(measure.read_folder(reading))) == 20

    capsys.readouterr()
    model = str(out / "model")
    measure.main([model, "--pack", str(packed), "--data", str(data), "--examples", "5"])
    shown = capsys.readouterr().out
    assert "asked, CMRC 2018: answered 5" in shown
    assert "asked, DuReader: answered 1" in shown
    assert "  auroc found" in shown


def test_at_most_so_many_of_each_kind_are_measured(tmp_path: Path) -> None:
    asked = [
        Asked("几天之内答复？", text, ((text.index("须在") + 2, text.index("须在") + 5),))
        for n, case in enumerate(CASES)
        for text in [_context(*case, n)]
    ]
    counts = Counter(example.kind for example in measure.choose(asked, tmp_path, 7))
    assert counts[Kind.ANSWERED] == counts[Kind.TAKEN_OUT] == 7
