"""Describe the JSON objects of the commands by the types that they are made of."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from app.accounts.types import AccountList, TokenList
from app.audit import AuditPage
from app.bin import BinList
from app.desk.types import Coverage, DeskReport
from app.judging import JudgingSummary
from app.keeping.backup import Backup
from app.keeping.recover import Recovery
from app.keeping.removal import RemovalProof
from app.learning import Adaptation
from app.ledger import LedgerPage
from app.listing import ReplyList
from app.matters import MatterHistory
from app.policies import PolicyPage, PolicyView, ReplyBasis
from app.reports import IngestReport
from app.review import ReviewList
from app.types import Answer, Precedents, ReplyView, SearchResult, Stats
from corpus.serialise import Key, Rounded, keys_of
from eval.answers.evaluate import AnswerEvaluation
from eval.history.history import KeptEvaluation, KeptFailures, Listing
from eval.history.trend import ListedTrends
from eval.making.agreement import SetAgreements
from eval.ranking.compare import Comparison
from eval.ranking.gate import Verdict
from eval.ranking.side_by_side import SideBySide
from eval.training.fit import Fitting
from index.stores.verify import Verification
from tools.markdown import table

OBJECTS: dict[str, type] = {
    "dafu ingest": IngestReport,
    "dafu ask": Answer,
    "dafu search": SearchResult,
    "dafu precedents": Precedents,
    "dafu coverage": Coverage,
    "dafu desk": DeskReport,
    "dafu list": ReplyList,
    "dafu list --doubtful": ReviewList,
    "dafu bin": BinList,
    "dafu show": ReplyView,
    "dafu correct": ReplyView,
    "dafu matter": MatterHistory,
    "dafu promises": LedgerPage,
    "dafu policies": PolicyPage,
    "dafu policies 名称": PolicyView,
    "dafu policies --reply": ReplyBasis,
    "dafu stats": Stats,
    "dafu verify": Verification,
    "dafu verify --removed": RemovalProof,
    "dafu backup": Backup,
    "dafu audit": AuditPage,
    "dafu user list": AccountList,
    "dafu user tokens": TokenList,
    "dafu recover": Recovery,
    "dafu adapt": Adaptation,
    "dafu eval run": KeptEvaluation,
    "dafu eval fit": Fitting,
    "dafu eval answers": AnswerEvaluation,
    "dafu eval compare": Comparison,
    "dafu eval compare --query": SideBySide,
    "dafu eval gate": Verdict,
    "dafu eval history": Listing,
    "dafu eval history --trend": ListedTrends,
    "dafu eval failures": KeptFailures,
    "dafu eval agreement": SetAgreements,
    "dafu eval judge": JudgingSummary,
}
"""What each command prints with `--json`; `dafu bench` prints what its report holds."""

INTRODUCTION = """\
加 `--json` 时，命令只输出一个对象。对每个段落、引文和新旧对照的分句，都有 \
`show(reply_id).text[start:end] == text`，位置按 Unicode 码位计，遮盖与否都成立。\
`dafu bench --json` 输出它的报告，同 `--out` 存下的 .json。
"""

SIMPLE: dict[Any, str] = {
    str: "文字",
    int: "整数",
    float: "数",
    bool: "true、false",
    NoneType: "null",
    Any: "任意",
}


def describe_objects() -> Iterator[str]:
    """Yield a table of the commands, and one of the keys of each object."""
    yield INTRODUCTION
    commands = ((f"`{command} --json`", _say_type(kind)) for command, kind in OBJECTS.items())
    yield table(("命令", "输出"), commands)
    for kind in iter_types(OBJECTS.values()):
        yield f"### {title_of(kind)}\n"
        keys = keys_of(kind)
        yield table(
            ("键", "类型", "含义"),
            ((f"`{key.name}`", _say_type(shown_type(key)), meaning_of(key)) for key in keys),
        )


def iter_types(kinds: Iterable[type]) -> Iterator[type]:
    """Yield these dataclasses and those that stand within them, each once."""
    found: dict[type, None] = {}
    waiting = list(kinds)
    while waiting:
        kind = waiting.pop(0)
        if kind not in found:
            found[kind] = None
            within = [each for key in keys_of(kind) for each in _dataclasses(shown_type(key))]
            waiting = within + waiting
    yield from found


@cache
def title_of(kind: type) -> str:
    """Return the heading of an object: its type's name, with the package's where two share it."""
    names = [each.__name__ for each in iter_types(OBJECTS.values())]
    package = kind.__module__.split(".")[1]
    return kind.__name__ if names.count(kind.__name__) == 1 else f"{package}.{kind.__name__}"


def _dataclasses(hint: Any) -> Iterator[type]:
    if is_dataclass(hint) and isinstance(hint, type):
        yield hint
    for inner in get_args(hint):
        yield from _dataclasses(inner)


def shown_type(key: Key) -> Any:
    """Return the type of what stands under a key: what its last function returns, if it has any."""
    functions = [each for each in key.functions if not isinstance(each, Rounded)]
    if not functions:
        return key.type
    return int if functions[-1] is len else get_type_hints(functions[-1])["return"]


def _say_type(hint: Any) -> str:
    """Say a type in words, with links to objects."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _say_type(arguments[0])
    if origin is Literal:
        return "、".join(f"`{value}`" for value in arguments)
    if origin in (Union, UnionType):
        return "或 ".join(map(_say_type, arguments))
    if origin is tuple:
        return f"{_say_type(arguments[0])}的数组"
    if origin in (dict, Mapping):
        return f"对象：{_say_type(arguments[0])} → {_say_type(arguments[1])}"
    if hint in SIMPLE:
        return SIMPLE[hint]
    if issubclass(hint, Enum):
        return "文字"
    title = title_of(hint)
    return f"[{title}](#{title.lower().replace('.', '')})"


def meaning_of(key: Key) -> str:
    """Return what a key means.

    :raises KeyError: where the code does not say it.
    """
    for owner in key.owner.__mro__:
        if key.attribute in meanings_of(owner):
            return meanings_of(owner)[key.attribute]
    raise KeyError(f"{key.owner.__name__}.{key.attribute} has no meaning below it")


@cache
def meanings_of(cls: type) -> dict[str, str]:
    """Return the texts below the fields of a class, and the docstrings of its properties."""
    if cls is object:
        return {}
    body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    assert isinstance(body, ast.ClassDef)
    texts = {}
    for statement, below in zip(body.body, [*body.body[1:], None], strict=True):
        if isinstance(statement, ast.FunctionDef):
            texts[statement.name] = ast.get_docstring(statement) or ""
        elif isinstance(statement, ast.AnnAssign) and isinstance(below, ast.Expr):
            texts[ast.unparse(statement.target)] = str(ast.literal_eval(below.value))
    return texts
