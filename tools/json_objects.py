"""Describe the JSON objects of the commands by the types that they are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from app.accounts.types import AccountList, TokenList
from app.audit import AuditPage
from app.desk.types import Coverage, DeskReport
from app.doctor.types import Checkup
from app.evaluation.judging import JudgingSummary
from app.evaluation.learning import Adaptation
from app.fetching.types import FetchPlan, FetchReport
from app.generating.types import GeneratedAnswer
from app.keeping.backup import Backup
from app.keeping.bin import BinList
from app.keeping.carrying import Move
from app.keeping.recover import Recovery
from app.keeping.removal import RemovalProof
from app.keeping.review import ReviewList
from app.loading.reports import IngestReport
from app.schema import iter_types, meaning_of, shown_type
from app.types import Answer, Precedents, ReplyView, SearchResult
from app.views.figures import Stats
from app.views.ledger import LedgerPage
from app.views.listing import ReplyList
from app.views.matters import MatterHistory
from app.views.policies import PolicyPage, PolicyView, ReplyBasis
from corpus.serialise import keys_of
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
    "dafu fetch": FetchReport,
    "dafu fetch --dry-run": FetchPlan,
    "dafu ask": Answer,
    "dafu ask --generate": GeneratedAnswer,
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
    "dafu move": Move,
    "dafu audit": AuditPage,
    "dafu user list": AccountList,
    "dafu user tokens": TokenList,
    "dafu recover": Recovery,
    "dafu doctor": Checkup,
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


@cache
def title_of(kind: type) -> str:
    """Return the heading of an object: its type's name, with the package's where two share it."""
    names = [each.__name__ for each in iter_types(OBJECTS.values())]
    package = kind.__module__.split(".")[1]
    return kind.__name__ if names.count(kind.__name__) == 1 else f"{package}.{kind.__name__}"


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
