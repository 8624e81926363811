"""The options that several commands share."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from corpus.errors import InputError

if TYPE_CHECKING:
    from app.evaluation.evaluation import Evaluations
    from app.home import Home
    from app.service import Service
    from corpus.filters import Filters

HomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home",
        metavar="文件夹",
        show_default=False,
        help="资料夹（默认 DAFU_HOME 或用户数据文件夹）",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", metavar="", help="只输出一个 JSON 对象")]
NoRedactOption = Annotated[
    bool, typer.Option("--no-redact", metavar="", help="不遮盖姓名、电话等个人信息")
]
CountOption = Annotated[int, typer.Option("-k", min=1, max=1000, metavar="数", help="最多给出几条")]


def _words(name: str, help: str) -> Any:
    return typer.Option(
        f"--{name}", metavar="词", show_default=False, help=help, rich_help_panel="筛选"
    )


@dataclass(frozen=True, slots=True)
class FilterOptions:
    """Which replies to look at, in the user's words; a word may be part of a value."""

    agency: Annotated[list[str] | None, _words("agency", "发文机关，如 商务委（可多次）")] = None
    region: Annotated[list[str] | None, _words("region", "地区，如 普陀区（可多次）")] = None
    kind: Annotated[list[str] | None, _words("kind", "种类，如 提案答复（可多次）")] = None
    outcome: Annotated[list[str] | None, _words("outcome", "办理结果，如 采纳（可多次）")] = None
    session: Annotated[list[str] | None, _words("session", "届次，如 十四届（可多次）")] = None
    disclosure: Annotated[
        list[str] | None, _words("disclosure", "公开属性，如 主动公开（可多次）")
    ] = None
    year: Annotated[
        str | None,
        typer.Option(
            "--year",
            metavar="年份",
            show_default=False,
            help="成文年份：2021、2019-2022、2019-、-2022",
            rich_help_panel="筛选",
        ),
    ] = None

    def resolve(self, service: Service) -> Filters:
        """Look the words up among the values that the library has.

        :raises InputError: where the year is none.
        """
        return service.resolve(**asdict(self))


@dataclass(frozen=True, slots=True)
class HomeOptions:
    """Which home, and whether to print what came of it as JSON."""

    home: HomeOption = None
    as_json: JsonOption = False

    def open(self) -> Home:
        """Open the home."""
        from app.home import Home

        return Home.at(self.home)


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """Where to read, and how to show what was read."""

    home: HomeOption = None
    as_json: JsonOption = False
    no_redact: NoRedactOption = False

    def open(self) -> Service:
        """Open the library for its owner."""
        return open_for_owner(self.home, redact=False if self.no_redact else None)


def open_for_owner(home: Path | None, **given: Any) -> Service:
    """Open a home for its owner; `given` are settings, None where not given."""
    from app.service import open_service
    from app.settings import load_settings

    return open_service(load_settings(home, **given))


def open_evaluations(home: Home) -> Evaluations:
    """Open the door to measuring for whoever sits at the command line."""
    from app.access import Role
    from app.evaluation.evaluation import Evaluations

    return Evaluations(home, Role.ADMINISTRATOR)


QrelsOption = Annotated[
    Path | None,
    typer.Option(
        "--qrels",
        metavar="文件",
        show_default=False,
        help="查询文件（或 TREC 排序）的判断，.csv、.xlsx、TREC 或 BEIR 格式",
    ),
]

MeasuresOption = Annotated[
    list[str] | None,
    typer.Option(
        "--measures",
        metavar="指标",
        show_default=False,
        help="指标，如 'nDCG@10 AP'（可多次）",
    ),
]


@dataclass(frozen=True, slots=True)
class JudgmentOptions:
    """By which judgments a test set is measured."""

    qrels: QrelsOption = None
    split: Annotated[
        str, typer.Option("--split", metavar="名称", help="用 qrels 里的哪一份判断")
    ] = "test"


def read_span(span: str) -> tuple[int, int]:
    """Read `起-止`, places in a text; without any, -1 and -1.

    :raises InputError: where it is not that.
    """
    if not span:
        return -1, -1
    start, dash, end = span.partition("-")
    if not (dash and start.isdecimal() and end.isdecimal()):
        raise InputError(f"读不懂“{span}”：请写成 起-止，如 120-180。")
    return int(start), int(end)


def names_in(given: Sequence[str] | None) -> tuple[str, ...]:
    """Return names that stand apart or in one text."""
    return tuple(name for each in given or () for name in each.split())


def spread(command: Callable[..., None]) -> Callable[..., None]:
    """Make each field of a command's dataclass parameters an option of its own for typer."""
    hints: dict[str, Any] = get_type_hints(command, include_extras=True)
    groups: dict[str, Any] = {name: hint for name, hint in hints.items() if is_dataclass(hint)}
    parameters: list[inspect.Parameter] = []
    for parameter in inspect.signature(command).parameters.values():
        group = groups.get(parameter.name)
        if group is None:
            parameters.append(
                parameter.replace(kind=parameter.KEYWORD_ONLY, annotation=hints[parameter.name])
            )
            continue
        within = get_type_hints(group, include_extras=True)
        parameters += [
            inspect.Parameter(
                field.name,
                parameter.KEYWORD_ONLY,
                default=field.default,
                annotation=within[field.name],
            )
            for field in fields(group)
        ]

    @functools.wraps(command)
    def run(**given: Any) -> None:
        for name, group in groups.items():
            given[name] = group(**{field.name: given.pop(field.name) for field in fields(group)})
        command(**given)

    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run
