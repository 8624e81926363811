"""The bundled reader: where a passage answers, and whether it does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, processors

from corpus.errors import ModelError
from eval.training.encoder import body
from eval.training.encoder.start import open_start
from eval.training.reader.export import make_upper
from eval.training.reader.model import Inputs, Reader
from eval.training.reader.model import open_reader as open_trained
from eval.training.reader.restore import restore
from index.models.choice import Models
from index.models.embed import open_reader
from index.models.encoder import BUNDLED_ENCODER
from index.models.onnx import LOWER, TOKENIZER, OnnxModel
from index.models.reader import READER, OnnxReader
from tests.fakes import save_start

LIFT = "竣工验收后，每台电梯补贴二十四万元，由区财政一次性拨付。"
PARKING = "交警大队将加强巡逻，对违法停放的车辆依法处罚。夜间停放每小时收费二元。"
QUESTION = "加装电梯补贴标准是多少？"
LETTERS = LIFT + PARKING + QUESTION


@pytest.fixture(scope="module")
def bundled() -> OnnxReader:
    return OnnxReader()


def test_the_passage_that_answers_has_better_odds(bundled: OnnxReader) -> None:
    lift, parking = bundled.read(QUESTION, [LIFT, PARKING])
    assert lift.answered > parking.answered
    at = LIFT.index("二十四万元")
    assert lift.places[lift.begins.argmax()] == at
    assert lift.probability(at, len(LIFT)) > lift.probability(0, at)


def test_models_of_a_folder_cut_texts_by_one_tokenizer() -> None:
    encoder, reader = (OnnxModel(BUNDLED_ENCODER, name) for name in ("encoder.onnx", READER))
    assert encoder.tokenizer is reader.tokenizer


def test_what_is_said_is_the_same_in_any_company(bundled: OnnxReader) -> None:
    passages = [LIFT, PARKING * 30, "", PARKING]
    together = bundled.read(QUESTION, passages)
    for passage, found in zip(passages, together, strict=True):
        alone = bundled.read(QUESTION, [passage])[0]
        assert found.answered == pytest.approx(alone.answered, abs=1e-3)
        np.testing.assert_allclose(found.begins, alone.begins, atol=1e-3)


def test_shares_are_of_one_answer(bundled: OnnxReader) -> None:
    lift, none = bundled.read(QUESTION, [LIFT, ""])
    assert lift.begins.sum() == pytest.approx(1, abs=1e-5)
    assert (np.diff(lift.places) >= 0).all()
    assert lift.probability(0, len(LIFT)) == pytest.approx(1 / (1 + np.exp(-lift.answered)))
    assert none.probability(0, 0) == 0
    assert bundled.read(QUESTION, []) == []


def test_a_folder_that_lacks_it_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="请检查该文件夹是否完整"):
        OnnxReader(tmp_path).read(QUESTION, [LIFT])


def test_it_reads_where_there_is_an_encoder_and_settings_let_it() -> None:
    assert open_reader(Models(encoding="background")) is open_reader(Models(encoding="at-once"))
    assert open_reader(Models(encoding="off")) is None
    assert open_reader(Models(encoding="background", reader=False)) is None


# Writing it


def _pairs() -> processors.PostProcessor:
    return processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B:1 </s>:1",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )


@torch.no_grad()
def test_an_exported_reader_says_what_its_model_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body, "SHARED", 1)
    start = save_start(tmp_path / "start", LETTERS)
    pack, tokenizer = open_start(start, tmp_path)
    torch.manual_seed(1)
    reader = Reader(pack).eval()
    asked, said = (
        tokenizer.encode(text, add_special_tokens=False).ids for text in (QUESTION, LIFT)
    )
    ids = torch.tensor([[0, *asked, 2, 2, *said, 2]])
    passage = torch.zeros_like(ids, dtype=torch.bool)
    passage[0, len(asked) + 3 : -1] = True
    logits = reader(Inputs(ids, torch.ones_like(ids), passage))
    begins = torch.softmax(logits.starts[0], 0)[passage[0]].numpy()
    sizes = body.measure_inputs(reader.bert, ids.tolist())
    (tmp_path / LOWER).write_bytes(body.make_lower(reader.bert, sizes))
    (tmp_path / READER).write_bytes(make_upper(reader, sizes))
    cutter = Tokenizer.from_file(str(start / TOKENIZER))
    cutter.post_processor = _pairs()
    cutter.save(str(tmp_path / TOKENIZER))
    found = OnnxReader(tmp_path).read(QUESTION, [LIFT])[0]
    assert found.answered == pytest.approx(float(logits.answered[0]), abs=0.02)
    np.testing.assert_allclose(found.begins, begins, atol=0.01)
    assert found.places.tolist() == list(range(len(LIFT)))
    again = open_trained(restore(tmp_path / READER, pack))
    read = again(Inputs(ids, torch.ones_like(ids), passage))
    assert float(read.answered[0]) == pytest.approx(float(logits.answered[0]), abs=0.02)
    torch.testing.assert_close(read.starts, logits.starts, atol=0.02, rtol=0)
    assert not read.ends[0][passage[0]].any(), "where answers end is not written"
