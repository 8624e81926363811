"""Workers parse what one process would, in its order; none of their troubles stops a load."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from dataclasses import replace
from itertools import chain
from pathlib import Path

import psutil
import pytest

from corpus import workers
from corpus.errors import InputError, UnreadableFile
from corpus.parse import parse_text
from corpus.types import Original, ParsedReply, PrintedLine
from corpus.workers import crew, iter_parsed, parse_file, read_bounded, read_documents
from corpus.workers.jobs import parse_files
from corpus.workers.limits import Limits, limits_of

LITTLE = Limits(seconds=4.0, memory=300 << 20, output=1 << 20)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    rows = [f'{{"编号": "r{n}", "答复内容": "第{n}条路已经修好。"}}' for n in range(5)]
    rows.insert(2, '{"编号": "bad", "答复内容": ""}')
    contents = {"a.txt": "电梯已加装。", "b.txt": "", "c.jsonl": "\n".join(rows), "d.txt": "好。"}
    for name, content in contents.items():
        (tmp_path / name).write_text(content, "utf-8")
    return [*(tmp_path / name for name in contents), tmp_path / "gone.txt"]


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have two processes parse whatever there is, tables in parts."""
    monkeypatch.setattr(workers, "LEAST_BYTES", 0)
    monkeypatch.setattr(workers, "HERE_BYTES", 0)
    monkeypatch.setattr(workers, "PART_BYTES", 0)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


def plain(found: list[workers.Parsed]) -> list[list[str]]:
    return [[str(i) if isinstance(i, UnreadableFile) else repr(i) for i in f] for f in found]


@pytest.mark.usefixtures("many")
def test_processes_find_what_one_finds_in_the_same_order(files: list[Path]) -> None:
    found = list(chain.from_iterable(iter_parsed(files)))
    assert plain(found) == plain([parse_file(path) for path in files])
    kinds = ["".join("x" if isinstance(i, UnreadableFile) else "." for i in f) for f in found]
    assert kinds == [".", "x", "..x...", ".", "x"]


def test_a_parsed_reply_travels_whole() -> None:
    parsed = parse_text(
        "a.txt",
        "关于第12号提案的答复\n王小明委员：\n您提出的提案收悉，现答复如下：\n"
        "一、加装路灯\n今年加装路灯三十盏。\n联系人：李建国，电话：13900001111\n某县城管局\n2024年3月5日",
        (("question", "路灯不亮怎么办"),),
    )
    assert parsed.reply.fields
    assert parsed.reply.redactions
    assert len(parsed.passages) > 1
    line = PrintedLine(0, 4, 1, (0.1, 0.2, 0.3, 0.4))
    other = replace(parsed.passages[0], text="别的文字")  # which the store refuses, and names
    for each in (
        parsed,
        replace(parsed, original=Original("0" * 64, (line,))),
        replace(parsed, passages=(other, *parsed.passages[1:])),
    ):
        come = pickle.loads(pickle.dumps(each))
        assert come == each
        assert repr(come) == repr(each)
    assert pickle.dumps(parsed).count("今年加装路灯三十盏".encode()) == 1


def test_a_short_plain_text_is_parsed_here(
    files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "Worker", None)
    monkeypatch.setattr(crew, "_idle", [])
    ((parsed,),) = next(iter_parsed(files[:1]))
    assert isinstance(parsed, ParsedReply)


# What a worker may be asked to do. It finds these functions by their names.


def answer(path: Path) -> int:
    return os.getpid()


def compute(path: Path) -> None:
    while True:
        pass


def hoard(path: Path) -> None:
    held = []
    while True:
        held.append(bytearray(1 << 20))


def say_much(path: Path) -> str:
    return "字" * (1 << 20)


def die(path: Path) -> None:
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))


class Panic(BaseException):
    """What Rust's panics are in Python."""


def panic(path: Path) -> None:
    raise Panic("attempt to subtract with overflow")


def print_much(path: Path) -> str:
    os.write(1, b"noise" * 10_000)
    print("noise")  # noqa: T201
    return "quiet"


def refuse(path: Path) -> None:
    raise InputError("里面没有答复")


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (compute, "用时太长（超过 4 秒）"),
        (hoard, "用内存太多（超过 300 MB）"),
        (say_much, "文字太多（超过 1 MB）"),
        (die, "意外退出"),
        (panic, "没有读懂"),
    ],
)
def test_what_harms_a_worker_is_told_and_another_goes_on(
    files: list[Path], monkeypatch: pytest.MonkeyPatch, function: object, said: str
) -> None:
    monkeypatch.setattr(workers, "limits_of", lambda *_: LITTLE)
    with pytest.raises(UnreadableFile, match=said):
        read_bounded(function, files[0])  # type: ignore[arg-type]
    assert len(read_bounded(read_documents, files[0])) == 1


def test_what_is_printed_does_not_stand_among_the_answers(files: list[Path]) -> None:
    assert read_bounded(print_much, files[0]) == "quiet"


def test_an_error_for_the_caller_reaches_it_and_the_worker_stays(files: list[Path]) -> None:
    before = read_bounded(answer, files[0])
    with pytest.raises(InputError, match="里面没有答复"):
        read_bounded(refuse, files[0])
    assert read_bounded(answer, files[0]) == before != os.getpid()


def test_a_worker_that_ended_while_it_waited_is_replaced(files: list[Path]) -> None:
    before = read_bounded(answer, files[0])
    psutil.Process(before).kill()
    time.sleep(0.2)
    assert read_bounded(answer, files[0]) != before


@pytest.mark.usefixtures("many")
def test_a_file_that_harms_its_worker_is_lost_alone(
    files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = files[0].with_name("bomb.jsonl")
    bomb.write_text('{"答复内容": "' + "很长" * 2_000_000 + '"}', "utf-8")
    monkeypatch.setattr(crew, "limits_of", lambda path: LITTLE if path == bomb else limits_of(path))
    found = list(chain.from_iterable(iter_parsed([files[0], bomb, *files[1:]])))
    (report,) = found.pop(1)
    assert isinstance(report, UnreadableFile)
    assert plain(found) == plain([parse_file(path) for path in files])


def harm(path: Path, others: list[Path], mapping: None) -> list[workers.Parsed]:
    if any(each.stem == "harms" for each in (path, *others)):
        os._exit(1)
    return parse_files(path, others, mapping)


def harm_alone(path: Path, mapping: None) -> workers.Parsed:
    return harm(path, [], mapping)[0]


@pytest.mark.usefixtures("many")
def test_of_short_texts_read_together_the_one_that_harms_is_lost_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [tmp_path / f"{name}.txt" for name in ("a", "b", "harms", "z")]
    for path in texts:
        path.write_text(f"关于{path.stem}的答复\n张三委员：\n现答复如下：已经办好了。\n", "utf-8")
    monkeypatch.setattr(workers, "parse_files", harm)
    monkeypatch.setattr(workers, "parse_file", harm_alone)
    (together,) = iter_parsed(texts)
    (report,) = together.pop(2)
    assert isinstance(report, UnreadableFile)
    assert "harms" in report.source
    assert plain(together) == plain([parse_file(path) for path in texts if path.stem != "harms"])


@pytest.mark.usefixtures("many")
def test_who_stops_early_waits_for_nothing(files: list[Path]) -> None:
    stream = iter_parsed(files * 20)
    next(stream)
    stream.close()
    assert len(crew._idle) <= 1


def test_where_no_process_can_be_begun_that_is_told(
    files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def begin() -> None:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(crew, "Worker", begin)
    monkeypatch.setattr(crew, "_idle", [])
    with pytest.raises(UnreadableFile, match="没有给出读文件的进程"):
        read_bounded(read_documents, files[0])


READER = """
import sys
from pathlib import Path
from corpus.workers import read_bounded
from tests.test_workers import {function}
print("begun", flush=True)
read_bounded({function}, Path(sys.argv[1]))
"""


def begin_reader(function: str, path: Path) -> tuple[subprocess.Popen[str], list[psutil.Process]]:
    """Begin a process that has a worker call a function; return both."""
    reader = subprocess.Popen(
        [sys.executable, "-c", READER.format(function=function), str(path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parents[1],
    )
    assert reader.stdout is not None
    assert reader.stdout.readline() == "begun\n"
    seen = psutil.Process(reader.pid)
    for _ in range(100):
        if found := seen.children():
            return reader, found
        time.sleep(0.1)
    raise AssertionError("no worker")


@pytest.mark.slow
def test_workers_end_with_a_parent_that_is_killed_and_leave_its_output_alone(
    files: list[Path],
) -> None:
    reader, begun = begin_reader("compute", files[0])
    with reader:
        time.sleep(1)
        reader.kill()
        assert reader.communicate(timeout=10)[0] == ""  # nobody else holds its end open
    gone, alive = psutil.wait_procs(begun, timeout=10)
    assert (len(gone), alive) == (1, [])


@pytest.mark.slow
def test_no_worker_is_left_at_the_end(files: list[Path]) -> None:
    reader, begun = begin_reader("read_documents", files[0])
    with reader:
        assert reader.wait(timeout=30) == 0
    assert psutil.wait_procs(begun, timeout=10)[1] == []
