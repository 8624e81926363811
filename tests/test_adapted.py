"""A home that has adapted the bundled model is measured with what it is searched with."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers
from typer.testing import CliRunner

from app.cli import application
from app.evaluation.evaluation import Evaluations, Experiment
from app.service import open_service
from app.settings import load_settings
from eval.making.queries import QueryKind
from eval.ranking.search import Leg
from eval.training.adapt import write_model
from index.models.choice import adapted_model

pytestmark = pytest.mark.slow

THINGS = ("护栏", "路灯", "井盖", "公厕", "球场", "花坛", "站牌", "门禁", "围墙", "水管", "书屋")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small library, indexed with a model of two dimensions in the place of an adapted one."""
    folder = tmp_path_factory.mktemp("adapted")
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0, "路灯": 1}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    vectors = np.array([[1, 1], [1, 0]], dtype=np.float32)
    write_model(adapted_model(folder / "home"), "adapted", tokenizer, vectors)
    table = folder / "留言.jsonl"
    rows = (
        {
            "标题": f"{thing}坏了",
            "留言": f"门口的{thing}坏了，没人管。",
            "答复": f"我局更换了{thing}，共三十处。",
        }
        for thing in THINGS
    )
    table.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    with open_service(load_settings(folder / "home")) as service:
        service.ingest([table])
        assert service.stats().model.startswith("adapted-")
    return folder / "home"


def test_speed_is_that_of_the_adapted_model(home: Path) -> None:
    command = ["bench", "--sizes", "10", "--queries", "12", "--json"]
    result = CliRunner().invoke(application, [*command, "--home", str(home)])
    assert json.loads(result.stdout)["sizes"][0]["model"].startswith("adapted-")


def test_the_page_measures_the_adapted_model_by_the_name_it_offers(home: Path) -> None:
    with open_service(load_settings(home)) as service:
        door = Evaluations(service.home, service.role)
        door.make_set("路上", [QueryKind.TITLE], lambda *_: None)
        offered = door.settings.model
        (card,) = door.run(Experiment("路上", (Leg.DENSE,), model=offered), lambda *_: None)
        assert offered == "bundled"
        assert card.settings["model"].startswith("adapted-")


def test_fusion_is_fitted_to_a_library_of_the_adapted_model(home: Path, tmp_path: Path) -> None:
    with open_service(load_settings(home)) as service:
        replies = [card.reply_id for card in service.list_replies(limit=20).cards]
    topics, qrels = tmp_path / "topics.csv", tmp_path / "qrels.txt"
    topics.write_text("id,query\nq1,路灯坏了\n", "utf-8")
    qrels.write_text("".join(f"q1 0 {id} 1\n" for id in replies), "utf-8")
    command = ["eval", "fit", str(topics), "--qrels", str(qrels), "--home", str(home)]
    result = CliRunner().invoke(application, command)
    assert "个查询能用来拟合" in result.stderr  # and not that the index was made otherwise
