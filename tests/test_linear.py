"""Whatever reads text takes twice as long for twice as much, also of what nobody would write.

A hostile document must not hold up a load, nor a hostile question the page. The functions are
found, not listed: a new one that reads a text is asked without anybody thinking of it.
"""

from __future__ import annotations

import gc
import importlib
import inspect
import pkgutil
import tempfile
import time
import typing
from collections import deque
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from types import GeneratorType

import pytest

import corpus
import index
from app.access import Role
from app.queries import LONGEST_QUESTION
from app.service import open_service
from app.settings import load_settings
from corpus.errors import DafuError
from corpus.fields.file_name import read_name
from corpus.parse import parse_letters
from corpus.readers import iter_documents
from corpus.readers.html import read_page
from corpus.readers.text import decode
from corpus.text.passages import split_passages
from corpus.text.redact import find_redactions
from corpus.types import Document, Line
from index.answers.expect import expected_by, fulfilment, lacks_kind, lacks_number
from index.answers.figures import find_figures
from index.ranking.place import named_places
from index.text.language.english import iter_said
from index.text.language.language import find_terms
from index.text.language.lexicon import shipped_lexicon
from index.text.language.spelling import Vocabulary, find_misspelt
from index.text.segment import Segmenter
from tests.office_files import make_docx, paragraph
from tests.seeds import SAMPLES

READERS_OF_TEXT = ("corpus.", "index.answers.", "index.ranking.requests", "index.text.")

WORDS = """
    （ 〔 《 “ [ <b> </td> &# ）（ “（《 公开 是否公开： □主动公开 （一） 一、 1. 第1号
    、第1号 〔2024〕1号 2024年 2024-1- 二〇 一 十 万 0万元1万元 1 1, 0571- 138-0 13800 王 王、
    李某 ，男 先生 代表： 委员， 尊敬的 您好 ： 联系人： 联系人 局 、局 省 市县 市人民政府
    的答复 关于 关于《 建议： 收悉 答复如下 。 ， ！？ … 、 | 首页> a a. a@ http://a A1 浙A
    3栋 号楼1 家住 住址： 微信 身份证 怎么 是什么？ 多少钱 吗， 和 还是 比去年 １ 壹 貳 ⺠ 髙
"""
NASTY = (
    *WORDS.split(),
    *("1 ", ". ", "\u3000", " ", "\t", " \n", "\n", "\n\n", "\u200b", "\n来信内容："),
    *("\n回复：", "\nA类", "\n一、", "\n（一）", "\n关于对", "\n附件：1.", "谢谢\n"),
    "\ue000",
    "联系人 地址" + " " * 60 + "某" * 85,
)
"""What is repeated: openings without an end, beginnings of all that the patterns look for."""

SHORTEST = 2_000
LONGEST = 32_000
"""Characters: the one is read to tell how many of the other a growth can be told by."""

SLOWER = 3.0
"""Linear is 2; a power of 1.6 would be 3."""

ENOUGH = 0.02
"""Seconds that a growth can be told by."""


def functions() -> Iterator[tuple[str, Callable[[str], object]]]:
    """Yield the public functions that need a text and nothing else."""
    for package in (corpus, index):
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if not f"{module.name}.".startswith(READERS_OF_TEXT):
                continue
            loaded = importlib.import_module(module.name)
            for name, function in vars(loaded).items():
                own = getattr(function, "__module__", "") == module.name
                public = own and inspect.isfunction(function) and not name.startswith("_")
                if public and _needs_a_text(function):
                    yield f"{module.name}.{name}", function


def _needs_a_text(function: Callable[..., object]) -> bool:
    needed = [p for p in inspect.signature(function).parameters.values() if p.default is p.empty]
    if [p.name in ("text", "line", "plain", "question") for p in needed] != [True]:
        return False
    return typing.get_type_hints(function)[needed[0].name] is str


def parse_lines(text: str) -> object:
    lines = ("青溪市教育局关于市政协第12号提案的答复", *text.split("\n"))
    return parse_letters(Document("/a.txt", tuple(map(Line, lines))))


def parse_body(text: str) -> object:
    """Parse a whole letter with the text in its middle."""
    head = "青溪市教育局关于市政协第12号提案的答复\n王某委员：\n您提出的提案收悉，现答复如下：\n"
    lines = f"{head}{text}\n联系人：\n青溪市教育局\n2024年5月6日".split("\n")
    return parse_letters(Document("/a.txt", tuple(map(Line, lines))))


def read_word(text: str) -> object:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.docx")
        plain = "".join(sign for sign in text if sign.isprintable() or sign == "\n")
        make_docx(path, "".join(paragraph(escape(line)) for line in plain.split("\n")))
        return list(iter_documents(path))


def read_marked(text: str) -> object:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.md")
        path.write_text(text, encoding="utf-8")
        return list(iter_documents(path))


LIBRARY = Vocabulary({"停车": 9, "电梯": 9}, 9, lambda pair: 9 * (pair in ("停车", "电梯")))
SEGMENTER = Segmenter()
ASKED = expected_by("什么时候在哪里怎么办多少钱有哪些为什么是谁")

FUNCTIONS: dict[str, Callable[[str], object]] = dict(functions()) | {
    "lines of a letter": parse_lines,
    "a letter": parse_body,
    "a Word document": read_word,
    "a document in Markdown": read_marked,
    "a page": lambda text: read_page(f"<html><body>{text}</body></html>".encode(), "/a.html"),
    "bytes": lambda text: decode(text.encode("gb18030", "replace"), "/a.txt"),
    "a file's name": lambda text: read_name(f"/答复/{text}.docx"),
    "personal data": lambda text: find_redactions(text, ()),
    "passages": lambda text: split_passages("a", text),
    "figures": lambda text: find_figures(text, 0, len(text)),
    "what is expected": lambda text: fulfilment(text, ASKED),
    "what is lacking": lambda text: lacks_kind(text, text) or lacks_number(text, text),
    "terms": lambda text: list(find_terms(text, shipped_lexicon(), SEGMENTER)),
    "misspelt": lambda text: find_misspelt(text, LIBRARY, SEGMENTER),
    "English": lambda text: list(iter_said(text, shipped_lexicon(), ("云桥区",), LIBRARY)),
    "places": lambda text: named_places(text, ("云桥区", "望湖区")),
}
"""All that read a text: those that were found, and those that need something else as well."""


def seconds(function: Callable[[str], object], text: str) -> float:
    """The processor time that a text takes; what it says of the text is not asked."""
    begun = time.process_time()
    try:
        result = function(text)
        if isinstance(result, GeneratorType):
            deque(result, maxlen=0)
    except (DafuError, ValueError):
        pass
    return time.process_time() - begun


@pytest.fixture(autouse=True)
def without_collections() -> Iterator[None]:
    """Leave no garbage collected meanwhile: how long that takes is the whole process's affair."""
    gc.disable()
    yield
    gc.enable()


def test_the_functions_are_found() -> None:
    assert len(FUNCTIONS) > 50
    assert {"corpus.text.redact.redact", "corpus.plausible.implausible"} < set(FUNCTIONS)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_twice_the_text_takes_twice_the_time(name: str) -> None:
    function = FUNCTIONS[name]
    seconds(function, "青溪市")  # what is loaded at the first call isn't the text's
    slow = [unit for unit in NASTY if _grows(function, unit)]
    assert slow == []


def _grows(function: Callable[[str], object], unit: str) -> bool:
    """Tell whether twice as much takes more than it may, three times in a row."""
    short = seconds(function, unit * (SHORTEST // len(unit)))
    if short * (LONGEST / SHORTEST) ** 2 < ENOUGH:
        return False  # the longest would be read at once even if its time grew as a square
    length = LONGEST
    while length > 2 * SHORTEST and short * (length // 2 / SHORTEST) > ENOUGH:
        length //= 2
    half, whole = (unit * (size // len(unit)) for size in (length // 2, length))
    return all(
        (taken := seconds(function, whole)) > ENOUGH and taken > SLOWER * seconds(function, half)
        for _ in range(3)
    )


@pytest.mark.slow
def test_a_question_twice_as_long_takes_no_more_than_twice_the_time(tmp_path: Path) -> None:
    settings = load_settings(tmp_path / "home", encoder="off", abstain_below=0.0)
    with open_service(settings) as owner:
        owner.ingest([SAMPLES])
    with open_service(settings, Role.READER) as service:
        service.ask("停车怎么收费？")

        def is_slow(unit: str) -> bool:
            half, whole = (
                unit * (size // len(unit)) for size in (LONGEST_QUESTION // 2, LONGEST_QUESTION)
            )
            return all(
                seconds(service.ask, whole) > SLOWER * seconds(service.ask, half) for _ in range(3)
            )

        assert list(filter(is_slow, (unit for unit in NASTY if unit.strip()))) == []
