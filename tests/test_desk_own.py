"""What a proposal's writer tells of persons is masked wherever the desk shows it."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from docx import Document

from app.access import Role
from app.desk.fields import read_fields
from app.desk.own import OwnWords
from app.service import open_service
from app.settings import load_settings
from corpus.serialise import to_json

MESSAGE = (
    "区长您好，我是绿洲小区的业主张秀兰，我的电话是13812345678，家住绿洲小区12号楼602室。\n"
    "请给我母亲陈秀英（身份证310105194001012345）家的楼加装电梯，13812345678。\n"
    "请安排交警到校门口值守，王秀兰可以作证，车牌浙A8K7F2。"
)
SECRETS = ("张秀兰", "13812345678", "12号楼602室", "陈秀英", "310105194001012345", "浙A8K7F2")
PROPOSAL = """关于加装电梯的提案
提案编号：0231
提案人：许文博
许文博的电话是13700001111，建议压缩审批时间。
"""


def test_masked_words_stand_where_they_stood() -> None:
    own = OwnWords.of(MESSAGE, read_fields(MESSAGE), redacted=True)
    assert len(own.shown) == len(MESSAGE)
    assert not [secret for secret in SECRETS if secret in own.shown]
    start = MESSAGE.index("请给我母亲")
    words = MESSAGE[start : start + 40]
    assert own.show(words, start) == own.shown[start : start + 40]
    assert own.find(own.show(words, start)) == own.find(words) == start
    assert own.show("请找张秀兰。", -1) == "请找＊＊＊。"


def test_who_proposes_is_public() -> None:
    own = OwnWords.of(PROPOSAL, read_fields(PROPOSAL), redacted=True)
    assert own.proposal.proposers == ("许文博",)
    assert own.shown == PROPOSAL.replace("13700001111", "＊" * 11)


@pytest.mark.parametrize("redact", [True, False])
def test_the_desk_shows_no_persons_but_where_that_is_asked_for(
    tmp_path: Path, redact: bool
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "来信.txt").write_text(MESSAGE, "utf-8")
    out = tmp_path / "out"
    settings = load_settings(tmp_path / "home", encoder="off", redact=redact)
    with open_service(settings, Role.ADMINISTRATOR) as service:
        coverage = service.desk.cover(MESSAGE)
        service.desk.answer_many([tmp_path / "in"], out)
        again = service.desk.cover(MESSAGE, [each.text for each in coverage.requests])
    shown = json.dumps(to_json(coverage), ensure_ascii=False)
    for path in out.glob("*.docx"):
        shown += "".join(each.text for each in Document(str(path)).paragraphs)
    for path in out.glob("*.xlsx"):
        for row in openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True):
            shown += "".join(str(cell) for cell in row)
    assert any(secret in shown for secret in SECRETS) is not redact
    assert ("＊" in shown) is redact
    for one, other in zip(coverage.requests, again.requests, strict=True):
        assert one.start is not None
        assert len(one.text) == len(MESSAGE[one.start : one.end])
        assert (one.start, one.end, one.text) == (other.start, other.end, other.text)
