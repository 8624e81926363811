"""What scoring reads is kept ready-made, and is what would be made anew."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import IndexMismatch
from corpus.store.store import Store
from corpus.types import FieldName
from index.ranking.library import Library
from index.stores.legs import Legs
from index.stores.manifest import Stamp
from index.stores.texts import Readable, Texts, make_readables, read_indexed
from tests.fakes import Values, parsed_reply

WHOLE = "加装电梯\n好。每台补贴24万"
LIFT = Readable(1, "lift", "云桥区", "每台补贴24万", "加装电梯\n一、补贴", WHOLE)
TEXT = st.text("甲乙\n", max_size=4)


def test_what_was_added_is_read_by_whoever_opens_it(tmp_path: Path) -> None:
    texts = Texts(tmp_path / "t.sqlite")
    texts.add([LIFT])
    texts.close()

    again = Texts(tmp_path / "t.sqlite")
    assert again.read([1, 2]) == {1: LIFT}
    assert (again.count, again.keys().tolist()) == (1, [1])
    again.close()


@pytest.mark.slow
@settings(max_examples=25)
@given(st.lists(st.builds(Readable, st.integers(1, 9), TEXT, st.none() | TEXT, TEXT, TEXT, TEXT)))
def test_texts_come_back_as_they_were_whatever_they_share(added: list[Readable]) -> None:
    with TemporaryDirectory() as folder:
        texts = Texts(Path(folder) / "t.sqlite")
        texts.add(added)
        assert texts.read(range(10)) == {each.key: each for each in added}
        texts.close()


def test_removed_passages_go_and_so_does_a_reply_with_its_last_one(tmp_path: Path) -> None:
    texts = Texts(tmp_path / "t.sqlite")
    texts.add([LIFT, Readable(2, "lift", "云桥区", "好。", "加装电梯", WHOLE)])
    texts.remove([1, 7])
    assert texts.keys().tolist() == [2]
    texts.remove([2])
    assert texts.count == 0
    texts.close()


def test_a_damaged_file_is_refused_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "t.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(IndexMismatch, match="dafu rebuild"):
        Texts(tmp_path / "t.sqlite")


def test_what_is_not_there_yet_is_made_from_the_store(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        values: Values = {FieldName.TITLE: "關於電梯的答復", FieldName.REGION: "云桥区"}
        store.put(parsed_reply("每台補貼２４萬元。", "/a.txt", id="lift", values=values), "h")
        legs = Legs.open(tmp_path, Stamp("hash", 64, "jieba"))
        library = Library(store, legs)
        (key,) = store.select_keys().tolist()
        (made,) = library.read([key, 99])
        assert made.text == "每台补贴24万元。"
        assert made.context == "关于电梯的答复"
        assert made.whole == "关于电梯的答复\n每台补贴24万元。"
        assert made.region == "云桥区"

        legs.texts.add(make_readables(read_indexed(store, [key])))
        assert library.read([key]) == [made]
        assert library.read([key, 99]) == [made]
        legs.close()
