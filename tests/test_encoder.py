"""The bundled encoder, and what it has read of a home: stopped, killed, damaged, in parts."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.encoding import BackgroundEncoding
from app.home import Home
from app.service import open_service
from app.settings import load_settings
from corpus.errors import HomeBusy, HomeError, InputError, ModelError
from corpus.filters import Filters
from corpus.store.store import Store
from eval.ranking.search import Leg, rank_by
from index.engine import Engine
from index.models.choice import Models
from index.models.embed import open_encoder
from index.models.encoder import BUNDLED_ENCODER, OnnxEncoder
from index.models.static import BUNDLED_MODEL, StaticEmbedder
from index.ranking.fuse import ENCODED, FEATURES, Fusion, make_features
from index.stores import encoded as module
from index.stores.encoded import EncodedIndex, count_encoded
from index.stores.encoder_input import encoded_text
from index.stores.texts import read_indexed
from index.stores.verify import verify
from tests.fakes import CountingEncoder, HashEmbedder, parsed_reply

SAMPLES = Path(__file__).resolve().parents[1] / "corpus" / "samples" / "replies"

TEXTS = [
    "交警大队将加强巡逻，对违法停放的车辆依法处罚。",
    "竣工验收后每台电梯补贴二十四万元。",
    "社区食堂为八十岁以上老人每餐补贴三元。",
    "口袋公园年底前向市民开放。",
    "中小学午餐由区教育局统一招标。",
]


@pytest.fixture(scope="module")
def bundled() -> OnnxEncoder:
    return OnnxEncoder()


def test_vectors_are_of_unit_length_and_the_same_in_any_company(bundled: OnnxEncoder) -> None:
    texts = [*TEXTS, "", "停车难" * 2000]
    together = bundled.embed_passages(texts)
    assert together.dtype == np.float32
    assert together.shape == (len(texts), bundled.dimension)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    for text, vector in zip(texts, together, strict=True):
        np.testing.assert_allclose(bundled.embed_passages([text])[0], vector, atol=1e-5)
    assert bundled.embed_passages([]).shape == (0, bundled.dimension)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("车乱停没人管", 0),
        ("老人吃饭有优惠吗", 2),
        ("学生伙食谁负责", 4),
        ("How much is paid for a new elevator?", 1),
    ],
)
def test_meaning_is_found_without_a_shared_word(
    bundled: OnnxEncoder, question: str, answer: int
) -> None:
    cosines = bundled.embed_passages(TEXTS) @ bundled.embed_queries([question])[0]
    assert int(np.argmax(cosines)) == answer


def test_what_has_nothing_in_common_has_a_cosine_about_zero(bundled: OnnxEncoder) -> None:
    cosines = bundled.embed_passages(TEXTS) @ bundled.embed_queries(["国债利率下调了吗"])[0]
    assert np.abs(cosines).max() < 0.4


def test_engines_share_it() -> None:
    assert open_encoder(Models(encoding="at-once")) is open_encoder(Models(encoding="background"))
    assert open_encoder(Models(encoding="off")) is None


def test_progress_counts_texts(bundled: OnnxEncoder) -> None:
    told: list[int] = []
    bundled.embed_passages(TEXTS * 30, told.append)
    assert told == sorted(told)
    assert told[-1] == 30 * len(TEXTS)


def test_a_folder_that_is_none_says_so_when_it_is_used(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"缺少 lower\.onnx、.*请检查该文件夹是否完整"):
        _ = OnnxEncoder(tmp_path).name
    for path in BUNDLED_ENCODER.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "encoder.onnx").write_bytes(b"no graph")
    with pytest.raises(ModelError, match="：内容不合格式。"):
        OnnxEncoder(tmp_path).embed_queries(["电梯"])


def test_encoder_and_reader_fit_in_60_megabytes() -> None:
    files = [path for path in BUNDLED_ENCODER.iterdir() if not path.name.startswith("tagger")]
    assert sum(path.stat().st_size for path in files) < 60e6


def test_the_encoder_reads_without_torch() -> None:
    program = (
        "import sys; from index.models.encoder import OnnxEncoder;"
        "OnnxEncoder().embed_queries(['电梯']);"
        "assert not {'torch', 'transformers', 'onnx'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)


# What it has read of a home


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path) as store:
        for number, text in enumerate(TEXTS):
            store.put(parsed_reply(text, f"/{number}.txt", id=f"r{number}"), "h")
        yield store


def keys_of(store: Store, reply_id: str) -> list[int]:
    return list(map(int, store.select_keys(Filters(reply_ids=(reply_id,)))))


def test_reading_goes_on_where_it_was_stopped(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    asked = iter([True, False])
    encoder = CountingEncoder()
    first = EncodedIndex(tmp_path, encoder)
    assert first.catch_up(store, goes_on=lambda: next(asked)) == 2
    newest = store.select_keys()[-2:]
    assert first.keys().tolist() == newest.tolist()
    again = EncodedIndex(tmp_path, encoder)
    told: list[tuple[str, int, int | None]] = []
    assert again.catch_up(store, lambda *step: told.append(step)) == 3
    assert told == [("理解段落", 0, 3), ("理解段落", 2, 3), ("理解段落", 3, 3)]
    assert encoder.read == len(TEXTS)
    assert again.catch_up(store) == 0
    assert count_encoded(tmp_path) == len(TEXTS)


def test_an_error_keeps_what_was_read(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 2)

    def stop(stage: str, done: int, total: int | None) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        EncodedIndex(tmp_path, HashEmbedder()).catch_up(store, stop)
    assert count_encoded(tmp_path) == 2


def test_removed_passages_are_forgotten(tmp_path: Path, store: Store) -> None:
    encoded = EncodedIndex(tmp_path, HashEmbedder())
    encoded.catch_up(store)
    gone = keys_of(store, "r1")
    store.remove(["r1"])
    encoded.catch_up(store)
    assert not set(gone) & set(encoded.keys().tolist())
    assert encoded.count == len(TEXTS) - 1


def test_where_all_was_read_only_what_came_and_went_is_looked_at(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = CountingEncoder()
    EncodedIndex(tmp_path, encoder).catch_up(store)
    gone = keys_of(store, "r1")
    store.remove(["r1"])
    store.put(parsed_reply("社区食堂已开门。", "/9.txt", id="r9"), "h")

    def fail(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(Store, "select_keys", fail)
    encoded = EncodedIndex(tmp_path, encoder)
    assert encoded.catch_up(store) == 1
    assert encoded.catch_up(store) == 0
    monkeypatch.undo()
    assert encoded.keys().tolist() == store.select_keys().tolist()
    assert not set(gone) & set(EncodedIndex(tmp_path, encoder).keys().tolist())
    assert encoder.read == len(TEXTS) + 1


def test_a_damaged_vector_is_read_anew_where_it_is_met(tmp_path: Path, store: Store) -> None:
    EncodedIndex(tmp_path, HashEmbedder()).catch_up(store)
    (path,) = tmp_path.glob("encoded-*/*.vectors")
    content = bytearray(path.read_bytes())
    content[-1] ^= 4
    path.write_bytes(content)
    encoded = EncodedIndex(tmp_path, HashEmbedder())
    assert encoded.count == len(TEXTS)
    assert encoded.search(encoded.aim("电梯"), 5) == []
    assert encoded.catch_up(store) == len(TEXTS)


def test_a_damaged_file_is_begun_anew(tmp_path: Path, store: Store) -> None:
    EncodedIndex(tmp_path, HashEmbedder()).catch_up(store)
    (path,) = tmp_path.glob("encoded-*/*.vectors")
    path.write_bytes(path.read_bytes()[:-40])
    encoded = EncodedIndex(tmp_path, HashEmbedder())
    assert encoded.count == 0
    assert encoded.catch_up(store) == len(TEXTS)


def test_another_encoder_begins_anew_and_clears_up(tmp_path: Path, store: Store) -> None:
    EncodedIndex(tmp_path, HashEmbedder()).catch_up(store)
    assert EncodedIndex(tmp_path, HashEmbedder(name="other")).catch_up(store) == len(TEXTS)
    assert len(list(tmp_path.glob("encoded-*/*.vectors"))) == 1


def test_one_reads_at_a_time_and_others_see_it(tmp_path: Path, store: Store) -> None:
    reading, other = (EncodedIndex(tmp_path, HashEmbedder()) for _ in range(2))
    (own,) = keys_of(store, "r0")
    other.read(read_indexed(store, [own]))

    def try_too(stage: str, done: int, total: int | None) -> None:
        with pytest.raises(HomeBusy, match="另一个程序正在理解"):
            other.catch_up(store)

    reading.catch_up(store, try_too)
    other.refresh()
    assert other.count == len(TEXTS)


def test_what_a_search_has_read_is_kept(tmp_path: Path, store: Store) -> None:
    searching = EncodedIndex(tmp_path, HashEmbedder())
    (own,) = keys_of(store, "r0")
    searching.read(read_indexed(store, [own]))
    searching.refresh()
    assert searching.keys().tolist() == [own]
    searching.close()
    assert EncodedIndex(tmp_path, HashEmbedder()).keys().tolist() == [own]


def test_cosines_of_what_was_not_read_are_unknown(tmp_path: Path, store: Store) -> None:
    encoded = EncodedIndex(tmp_path, HashEmbedder())
    (own,), (other,) = keys_of(store, "r1"), keys_of(store, "r2")
    indexed = read_indexed(store, [own])
    encoded.read(indexed)
    aimed = encoded.aim(encoded_text(indexed[own]))
    known, unknown = encoded.cosines(aimed, [own, other])
    assert known == pytest.approx(1, abs=1e-3)
    assert np.isnan(unknown)
    assert encoded.search(aimed, 5) == [(own, pytest.approx(1, abs=1e-3))]


def test_unread_candidates_are_judged_by_the_rest() -> None:
    plain = Fusion(-1.0, tuple(1.0 for _ in FEATURES))
    fusion = replace(plain, encoded=Fusion(-2.0, tuple(2.0 for _ in ENCODED)))
    features = make_features(
        lexical=np.array([1.0, 1.0]),
        cosine=np.array([0.5, 0.5]),
        terms=8,
        encoded=np.array([np.nan, 0.25]),
    )
    unread, read = fusion.logits(features)
    assert unread == pytest.approx(plain.logits(features)[0])
    assert read == pytest.approx(-2 + 2 * (1 + 0.5 + 0.5 + 0.25 + 0.25))
    assert plain.logits(features)[1] == pytest.approx(unread)


@pytest.fixture
def engine(tmp_path: Path, store: Store) -> Iterator[Engine]:
    static, encoder = StaticEmbedder(BUNDLED_MODEL), CountingEncoder()
    with closing(Engine(tmp_path, store, static, encoder)) as engine:
        engine.indexer.catch_up()
        yield engine


def test_a_search_reads_the_best_that_were_not_read(engine: Engine) -> None:
    assert engine.encoded
    unread = replace(engine.retriever, reading=0.0)
    assert len(unread.search("电梯补贴", 5)) == len(TEXTS)
    assert engine.encoded.count == 0
    engine.retriever.search("电梯补贴", 5)
    assert engine.encoded.count == len(TEXTS)
    assert isinstance(engine.encoded.encoder, CountingEncoder)
    engine.retriever.search("食堂", 5)
    assert engine.encoded.encoder.read == len(TEXTS)


def test_ranking_by_the_encoder_alone(engine: Engine) -> None:
    assert engine.encoded
    engine.encoded.catch_up(engine.store)
    (best, *_) = rank_by(engine.retriever, Leg.ENCODED, "每台电梯补贴", 3)
    assert "电梯" in best.passage.text
    without = replace(
        engine.retriever, analyser=replace(engine.retriever.analyser, library=_without(engine))
    )
    with pytest.raises(InputError, match="没有用语义模型"):
        rank_by(without, Leg.ENCODED, "每台电梯补贴", 3)


def _without(engine: Engine):  # type: ignore[no-untyped-def]
    return type(engine.retriever.library)(engine.store, engine.legs)


def test_verify_finds_a_vector_that_is_another_passages(engine: Engine) -> None:
    assert engine.encoded
    engine.encoded.catch_up(engine.store)
    found = verify(engine.indexer, engine.encoded)
    assert (found.problems, found.counts["encoded"]) == ((), len(TEXTS))
    (one,), (other,) = keys_of(engine.store, "r1"), keys_of(engine.store, "r2")
    engine.encoded._index.add([one], engine.encoded.vectors([other]))
    (problem,) = verify(engine.indexer, engine.encoded).problems
    assert "语义向量与文库内容不符" in problem


# The whole product


def test_loaded_at_once_found_better_a_little_later(tmp_path: Path) -> None:
    (tmp_path / "一.txt").write_text(f"关于停车的答复\n{TEXTS[0]}", encoding="utf-8")
    home = tmp_path / "home"
    with open_service(load_settings(home, encoder="background")) as service:
        service.ingest([tmp_path / "一.txt"])
        assert service.stats().encoded == 0
        assert service.search("车乱停没人管").hits
        background = BackgroundEncoding(service)
        background.start()
        until = time.monotonic() + 60
        while not service.stats().encoded and time.monotonic() < until:
            time.sleep(0.05)
        background.close()
        assert service.stats().encoded == service.stats().passages
        assert service.verify().problems == ()
        service.rebuild()
        assert service.stats().encoded == 0


@pytest.mark.parametrize("error", [HomeError("磁盘已满。"), KeyboardInterrupt()])
def test_a_rebuild_that_fails_forgets_nothing_that_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def fail(*_: object) -> None:
        raise error

    (tmp_path / "一.txt").write_text(f"关于停车的答复\n{TEXTS[0]}", encoding="utf-8")
    with open_service(load_settings(tmp_path / "home", encoder="at-once")) as service:
        service.ingest([tmp_path / "一.txt"])
        monkeypatch.setattr("index.stores.indexer.save_manifest", fail)
        with pytest.raises(type(error)):
            service.rebuild()
        assert service.stats().encoded == service.stats().passages
        assert service.verify().problems == ()


def test_loading_may_read_at_once_or_never(tmp_path: Path) -> None:
    (tmp_path / "一.txt").write_text(f"关于停车的答复\n{TEXTS[0]}", encoding="utf-8")
    with open_service(load_settings(tmp_path / "home", encoder="at-once")) as service:
        service.ingest([tmp_path / "一.txt"])
        assert service.stats().encoded == service.stats().passages
    with open_service(load_settings(tmp_path / "home", encoder="off")) as service:
        assert service.stats().encoded is None
        assert service.encode() == 0


READER = """
import sys
from pathlib import Path
from app.home import Home
from app.settings import load_settings
home = Home(load_settings(Path(sys.argv[1]), encoder="background"))
with home.engine() as engine:
    print("ready", flush=True)
    engine.encoded.catch_up(engine.store, lambda stage, done, total: print(done, flush=True))
"""


@pytest.mark.slow
def test_a_kill_while_reading_loses_little_and_breaks_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with open_service(load_settings(home)) as service:
        service.ingest(sorted(SAMPLES.iterdir())[::2])
    chance = random.Random(7)
    program = READER.replace("import sys\n", "import sys\nfrom index.stores import encoded\n"
        "encoded.BATCH, encoded.COMMIT_SECONDS = 8, 0.0\n")  # fmt: skip
    done = 0
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", program, str(home)], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout
            for line in process.stdout:
                if line.strip().isdecimal() and int(line) >= 8 * chance.randint(1, 3):
                    process.kill()
        with Home(load_settings(home, encoder="background")).engine() as engine:
            assert engine.encoded
            assert engine.encoded.count > done
            done = engine.encoded.count
            assert verify(engine.indexer, engine.encoded).problems == ()
    with open_service(load_settings(home, encoder="background")) as service:
        service.encode()
        assert service.stats().encoded == service.stats().passages
