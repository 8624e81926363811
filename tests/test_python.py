"""The door for Python: the examples of its document run, and values show themselves shortly."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from app import open_home
from app.service import Service
from app.types import Answer, ReplyView, SearchResult
from corpus.errors import InputError
from tests.homes import write_letters

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = re.findall(
    r"^```python\n(.*?)^```", (ROOT / "docs" / "python.md").read_text("utf-8"), re.M | re.S
)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The folder in which all examples were run, one after the other, and the names they gave."""
    folder = tmp_path_factory.mktemp("例子")
    write_letters(folder / "答复", range(1, 9))
    names: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for number, example in enumerate(EXAMPLES, 1):
            run(compile(example, f"example {number}", "exec"), names)
    return folder, names


run = exec
"""The document's examples are ours."""


def test_the_examples_of_the_document_run(done: tuple[Path, dict[str, Any]]) -> None:
    folder, names = done
    assert len(EXAMPLES) == 5
    assert names["report"].count("added") == 8
    assert len(names["found"].hits) == 5
    assert names["answer"].quotes
    with (folder / "答复.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))
    assert [len(rows), rows[0][1]] == [9, "机关"]
    assert all(row[1].startswith("柳川市城市管理第") for row in rows[1:])


@pytest.fixture(scope="module")
def library(done: tuple[Path, dict[str, Any]]) -> Iterator[Service]:
    with open_home(done[0] / "文库") as library:
        yield library


def test_values_say_in_one_line_what_they_are(library: Service) -> None:
    answer = library.ask("电梯加装第7号由哪些部门摸排？")
    assert re.fullmatch(
        r"<Answer '电梯加装第7号由哪些部门摸排？' answered, confidence 0\.\d\d, \d quotes>",
        repr(answer),
    )
    found = library.search("河道清淤" * 20, k=2)
    assert repr(found) == f"<SearchResult '{('河道清淤' * 20)[:30]}…' 2 hits>"
    reply = library.show(found.hits[0].card.reply_id)
    assert repr(reply).endswith(f"{len(reply.text)} characters>")
    precedent = library.precedents("关于河道清淤的提案", k=1)[0]
    assert repr(precedent).startswith(f"<Precedent {precedent.card.reply_id} ")
    assert repr(library) == f"<Service {library.home.folder} administrator>"


HOSTILE = """柳川市水务局
关于<img src=x onerror=alert(1)>的答复
一、<script>x</script>已办结。
2024年1月2日
"""


class Tags(HTMLParser):
    """Collects what a browser would take for elements, and the text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_notebooks_show_them_with_all_text_escaped(tmp_path: Path, library: Service) -> None:
    (tmp_path / "a.txt").write_text(HOSTILE, encoding="utf-8")
    with open_home(tmp_path / "home", abstain_below=0.0) as other:
        other.ingest([tmp_path / "a.txt"])
        reply_id = other.list_replies().cards[0].reply_id
        question = "<b onclick=x>办结了吗"
        shown: list[Answer | SearchResult | ReplyView] = [
            other.ask(question),
            other.search(question),
            other.show(reply_id),
            library.ask("<i>火星上的水价</i>"),
        ]
    for value in shown:
        seen = Tags(value._repr_html_())
        assert seen.tags.isdisjoint({"img", "script", "b onclick", "i"})
    assert "<script>x</script>已办结" in Tags(shown[2]._repr_html_()).text
    assert "没有找到能回答的依据" in Tags(shown[3]._repr_html_()).text
    (precedent,) = library.precedents("关于河道清淤的提案", k=1)
    assert precedent.passages[0].text in Tags(precedent._repr_html_()).text


def test_a_role_or_setting_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="没有角色 'boss'，可用的有 reader、staff、editor"):
        open_home(tmp_path, role="boss")
    with pytest.raises(InputError, match="abstain_below"):
        open_home(str(tmp_path), abstain_below="许多")
    with open_home(tmp_path / "home", role="reader") as library:
        assert not library.role.edits


def test_the_package_itself_imports_nothing_that_takes_long() -> None:
    source = "import sys, app; print(*(m for m in sys.modules if m.split('.')[0] in "
    source += "('app', 'corpus', 'index', 'numpy', 'pydantic')))"
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.split() == ["app"]
