"""The tagger of requests: what it reads, what it finds, and how it is learned and written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from corpus.errors import ModelError
from eval.training.encoder.body import make_lower, measure_inputs
from eval.training.encoder.start import open_start
from eval.training.tagger.export import export
from eval.training.tagger.model import Example, TaggerModel, cut_example
from eval.training.tagger.train import SETTINGS, TEXTS, learn
from index.models.choice import Models
from index.models.onnx import LOWER
from index.models.states import ROOM, StateReader, iter_windows
from index.ranking.requests import judge
from index.ranking.requests.chain import BEGIN, INSIDE, OUT, best_labels
from index.ranking.requests.find import apply_rules, find_requests
from index.ranking.requests.tagger import TAGGER, Tagger, clause_of, open_tagger, pool, recur
from index.ranking.requests.traits import Reading
from tests.fakes import save_start

MESSAGE = (
    "我住在青溪市云桥区和平里小区，楼下烧烤店的油烟天天往屋里灌，打过几次电话都没有下文。"
    "请环保部门上门检测油烟是否超标，责令该店装上净化器。"
    "另外小区门口的路灯坏了七八盏，老人晚上不敢出门，什么时候能修好？"
)
"""Two departments are asked, in the words of somebody who lives there."""


def read(text: str) -> Reading:
    ruled = apply_rules(text)
    return judge.read(ruled.plain, ruled.found, ruled.formal)


@pytest.fixture(scope="module")
def bundled() -> Tagger:
    return Tagger()


def test_what_is_asked_is_found_with_what_leads_to_it(bundled: Tagger) -> None:
    first, second = find_requests(MESSAGE, tagger=bundled)
    assert first.text == "请环保部门上门检测油烟是否超标，责令该店装上净化器。"
    assert second.text.startswith("小区门口的路灯")
    assert second.text.endswith("什么时候能修好？")
    assert MESSAGE[second.start : second.end] == second.text


def test_a_text_that_asks_nothing_or_is_empty_has_no_request(bundled: Tagger) -> None:
    assert find_requests("昨天公园里的桂花开了，散步的人很多，天气也好。", tagger=bundled) == ()
    assert find_requests("", tagger=bundled) == ()


def test_points_of_a_list_stay_what_the_rules_say(bundled: Tagger) -> None:
    text = (
        "关于完善社区养老服务的提案\n\n近年来老人越来越多。\n\n建议：\n"
        "一、增设社区助餐点，方便老人就餐。\n二、给八十岁以上老人发放护理补贴。\n"
    )
    found = [each.text for each in find_requests(text, tagger=bundled)]
    assert found == ["增设社区助餐点，方便老人就餐。", "给八十岁以上老人发放护理补贴。"]


def test_a_long_text_is_read_in_parts_to_its_end(bundled: Tagger) -> None:
    story = "去年冬天小区停了三次水，物业说是管道老化，住户自己凑钱买了水泵。" * 60
    found = find_requests(story + MESSAGE, tagger=bundled)
    assert found[-1].text.endswith("什么时候能修好？")
    assert found[-1].end == len(story + MESSAGE)


def test_parts_end_where_a_text_may_be_cut_or_are_full() -> None:
    starts = np.arange(0, 2 * 1000, 2)
    windows = list(iter_windows(starts, list(range(0, 2000, 300))))
    assert windows[0] == (0, 450)  # the last of the places within reach: 900
    assert [end for _, end in windows[:-1]] == [begin for begin, _ in windows[1:]]
    assert windows[-1][1] == 1000
    assert next(iter_windows(starts, [0])) == (0, ROOM)
    assert list(iter_windows(np.array([], np.int64), [0])) == []


def test_each_token_is_of_the_clause_it_begins_in(bundled: Tagger) -> None:
    reading = read("路灯坏了，什么时候修？")
    states = StateReader(TAGGER).read(reading.text, [each.start for each in reading.clauses])
    assert (np.diff(states.starts) >= 0).all()
    assert states.vectors.shape == (len(states.starts), 384)
    of = clause_of(states.starts, reading.clauses)
    assert of.min() == 0
    assert of.max() == len(reading.clauses) - 1


def test_a_clause_is_the_mean_and_the_largest_of_its_tokens() -> None:
    vectors = np.array([[1, -2], [3, 4], [5, 6]], np.float32)
    pooled = pool(vectors, np.array([0, 0, 2]), 3)
    assert pooled[0].tolist() == [2, 1, 3, 4]
    assert pooled[1].tolist() == [0, 0, -5, -5]
    assert pooled[2].tolist() == [5, 6, 5, 6]


def test_the_recurrent_layer_is_that_of_torch() -> None:
    torch.manual_seed(3)
    gru = torch.nn.GRU(5, 4, batch_first=True)
    given = torch.randn(1, 7, 5)
    names = {"input": "weight_ih_l0", "state": "weight_hh_l0"}
    names |= {"input.bias": "bias_ih_l0", "state.bias": "bias_hh_l0"}
    head = {f"forward.{name}": getattr(gru, own).detach().numpy() for name, own in names.items()}
    expected = gru(given)[0][0].detach().numpy()
    np.testing.assert_allclose(recur(given[0].numpy(), head, "forward"), expected, atol=1e-5)


def test_a_folder_that_lacks_it_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="请检查该文件夹是否完整"):
        Tagger(tmp_path).weigh(read("请修路灯。"))


def test_it_judges_where_a_transformer_may_read() -> None:
    assert open_tagger(Models(encoding="background")) is open_tagger(Models(encoding="at-once"))
    assert open_tagger(Models(encoding="off")) is None


def test_it_judges_without_torch() -> None:
    code = (
        "import sys; from index.ranking.requests.find import find_requests;"
        "from index.ranking.requests.tagger import Tagger;"
        "assert find_requests('路灯坏了，请派人修好。', tagger=Tagger());"
        "assert not {'torch', 'transformers', 'onnx'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# Learning


@pytest.fixture(scope="module")
def texts() -> list[Reading]:
    places = ("东街", "西巷", "南路", "北苑", "桥头", "河湾", "山脚", "湖边")
    things = ("路灯坏了", "污水外溢", "车位不足", "噪音扰民")
    return [read(f"{place}{thing}，请尽快处理。") for place in places for thing in things]


def test_what_is_learned_is_written_as_the_product_reads_it(
    texts: list[Reading], tmp_path: Path
) -> None:
    folder = save_start(tmp_path / "start", "".join(each.text for each in texts), layers=5)
    start, tokenizer = open_start(folder, tmp_path)
    tokenizer.no_truncation()
    wanted = [OUT, BEGIN, INSIDE]
    examples = [cut_example(each, wanted[: len(each.clauses)], tokenizer) for each in texts]
    losses: list[float] = []
    model = learn(start, examples, 12.0, lambda step, steps, loss: losses.append(loss))
    assert len(losses) == 12 * len(texts) // TEXTS
    assert np.mean(losses[-5:]) < 0.3 * losses[0]
    frozen = model.bert.state_dict()["encoder.layer.3.output.dense.weight"].numpy()
    np.testing.assert_array_equal(frozen, start.tensors["encoder.layer.3.output.dense.weight"])

    out = tmp_path / "out"
    out.mkdir()
    (out / "tokenizer.json").write_text(start.tokenizer, "utf-8")
    rows = [[0, *ids, 2] for each in examples for ids, _ in each.windows]
    (out / LOWER).write_bytes(make_lower(model.bert, measure_inputs(model.bert, rows)))
    export(model, examples, out)
    tagger = Tagger(out)
    for reading in texts[:4]:
        clauses, joints = (weights.tolist() for weights in tagger.weigh(reading))
        assert best_labels(clauses, joints, {}) == [OUT, BEGIN]
        assert best_labels(clauses, joints, {1: (OUT,)}) == [OUT, OUT]


def test_the_loss_is_of_all_ways_through_a_text(texts: list[Reading], tmp_path: Path) -> None:
    folder = save_start(tmp_path / "start", "".join(each.text for each in texts), layers=5)
    start, tokenizer = open_start(folder, tmp_path)
    model = TaggerModel(start, SETTINGS).eval()
    labels = ((OUT, OUT), (OUT, BEGIN), (BEGIN, OUT), (BEGIN, BEGIN), (BEGIN, INSIDE))
    ways = [cut_example(texts[0], way, tokenizer) for way in labels]
    with torch.no_grad():
        chances = [float(torch.exp(-2 * model.loss([way]))) for way in ways]
        together = float(model.loss(ways))
    assert sum(chances) == pytest.approx(1, abs=1e-3)
    assert together == pytest.approx(-np.mean(np.log(chances)) / 2, rel=1e-3)


def test_texts_of_several_lengths_are_learned_from_together(
    texts: list[Reading], tmp_path: Path
) -> None:
    folder = save_start(tmp_path / "start", "".join(each.text for each in texts), layers=5)
    start, tokenizer = open_start(folder, tmp_path)
    model = TaggerModel(start, SETTINGS).eval()
    long = read(texts[0].text * 3)
    pair: list[Example] = [
        cut_example(each, [OUT] * len(each.clauses), tokenizer) for each in (texts[0], long)
    ]
    with torch.no_grad():
        alone, together = model(pair[:1]), model(pair)
    torch.testing.assert_close(together[0, : len(texts[0].clauses)], alone[0], atol=1e-4, rtol=1e-4)
