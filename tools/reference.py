"""Write `docs/reference.md`: all that users can type, set and read back, from the code itself.

    python -m tools.reference

A change of commands, options, settings, filters, columns, formats, measures or JSON is followed by
running it anew; `tests/test_docs.py` holds the file to what this module gives. The meanings are
the help texts, the settings' descriptions and the texts below attributes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import ir_measures
import typer
from pydantic.fields import FieldInfo

from app.cli import application
from app.cli.options import FilterOptions
from app.schema import meanings_of
from app.settings import TOML_NAME, Settings
from corpus.errors import InputError
from corpus.readers import SUFFIXES, ColumnMapping
from corpus.readers.columns import HEADINGS, UNSURE
from corpus.readers.mapping import KEYS
from corpus.types import OUTCOMES, Disclosure, Kind
from eval.answers.evaluate import MEASURES
from eval.making import queries
from eval.ranking.measures import DEFAULT_MEASURES, JUDGED, parse_measures
from eval.report.words import CAUSES
from tools.json_objects import describe_objects
from tools.markdown import code, table

PATH = Path(__file__).resolve().parents[1] / "docs" / "reference.md"

INTRODUCTION = """\
# 参考 Reference

本页由 `python -m tools.reference` 从程序生成，请不要直接修改。

[命令](#命令-commands) · [筛选](#筛选-filters) · [设置](#设置-settings) ·
[文件格式](#文件格式-formats) · [表格的列](#表格的列-columns) · [指标](#指标-measures) ·
[JSON](#json)
"""

EXITS = """\
每个命令都有 `--help`，显示帮助并退出；`--home` 也可以写在命令之前，如 `dafu --home 文件夹 stats`。

退出状态：0 表示做完且一切正常；1 表示做完但结果不好（`verify` 查出问题、`eval gate` 发现下降、\
`ingest` 一份也没有读到）；2 表示没有做成（用法不对，或出了错，原因会说明）；130 表示被中断。
"""

FILTERING = """\
`ask`、`search`、`precedents`、`coverage`、`desk`、`list`、`matter`、`promises` 都可以加，\
网页上也一样。词可以只写一部分（`--agency 商务委` 能找到“上海市普陀区商务委员会”）；\
同一条件写几次表示任选其一，不同条件须同时满足。没有符合条件的，就什么也不返回。\
办理结果的采纳或解决与 A 类、列入计划拟解决与 B 类是一回事：写哪个都找到两者，计数合在一起。
"""

FILTERS = [field.name for field in fields(FilterOptions)]

VALUES: dict[str, Iterable[str]] = {
    "kind": tuple(Kind),
    "outcome": OUTCOMES,
    "disclosure": tuple(Disclosure),
}
"""What a filter can be asked for where that is known beforehand."""


def make_reference() -> str:
    """Return the whole document."""
    parts = (
        INTRODUCTION,
        "## 命令 Commands\n",
        EXITS,
        *_iter_commands(),
        "## 筛选 Filters\n",
        FILTERING,
        _make_filters(),
        "## 设置 Settings\n",
        f"先看命令的选项，再看环境变量，再看资料夹中的 `{TOML_NAME}`，都没有则用默认值。\n",
        _make_settings(),
        "## 文件格式 Formats\n",
        f"能载入的文件：{code(SUFFIXES)}。\n",
        "## 表格的列 Columns\n",
        RECOGNISING,
        _make_columns(),
        "## 指标 Measures\n",
        *_iter_measures(),
        "## JSON\n",
        *describe_objects(),
    )
    return "\n".join(parts)


def iter_commands(command: Any, name: str = "dafu") -> Iterator[tuple[str, Any]]:
    """Yield a command and those below it, each with its whole name."""
    yield name, command
    for child, below in getattr(command, "commands", {}).items():
        yield from iter_commands(below, f"{name} {child}")


def _iter_commands() -> Iterator[str]:
    for name, command in iter_commands(typer.main.get_command(application)):
        arguments = [each for each in command.params if each.param_type_name == "argument"]
        words = " ".join([name, *(_placeholder(each) for each in arguments)])
        yield f"### `{words}`\n"
        yield f"{command.help}\n"
        own = [each for each in command.params if each.name not in FILTERS]
        rows = [(f"`{_spelling(each)}`", _default(each), each.help or "") for each in own]
        if len(own) < len(command.params):
            rows.append((code(f"--{name}" for name in FILTERS), "", "见[筛选](#筛选-filters)"))
        if rows:
            yield table(("参数、选项", "默认", "含义"), rows)


def _placeholder(parameter: Any) -> str:
    """Return what stands for an argument, or for an option's value."""
    words = parameter.metavar or ""
    return f"{words}…" if parameter.nargs == -1 and not words.endswith("…") else words


def _spelling(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return _placeholder(parameter)
    names = "/".join((*parameter.opts, *parameter.secondary_opts))
    return f"{names} {_placeholder(parameter)}".rstrip()


def _default(parameter: Any) -> str:
    if parameter.required:
        return "必填"
    if isinstance(parameter.show_default, str):
        return f"`{parameter.show_default}`"
    default = parameter.default
    if not parameter.show_default or default in (None, "") or isinstance(default, bool):
        return ""
    return f"`{default}`"


def _make_filters() -> str:
    command = dict(iter_commands(typer.main.get_command(application)))["dafu list"]
    options = {each.name: each for each in command.params}
    rows = [
        (f"`--{name}`", options[name].help, "、".join(VALUES.get(name, ()))) for name in FILTERS
    ]
    return table(("筛选", "含义", "取值"), rows)


def _make_settings() -> str:
    rows = [
        (
            f"`DAFU_{name.upper()}`",
            "" if name == "home" else f"`{name}`",
            _setting(field.default) if not field.is_required() else "用户数据文件夹",
            field.description or "",
            _allowed(field),
        )
        for name, field in Settings.model_fields.items()
    ]
    return table(("环境变量", f"`{TOML_NAME}` 中", "默认值", "含义", "取值"), rows)


def _allowed(field: FieldInfo) -> str:
    """Say which values a setting may have, where not every one."""
    if field.annotation is bool:
        return code(("true", "false"))
    if get_origin(field.annotation) is Literal:
        return code(get_args(field.annotation))
    limits = {"ge": "不小于 {}", "le": "不大于 {}", "multiple_of": "{} 的倍数"}
    return "，".join(
        words.format(getattr(each, name))
        for each in field.metadata
        for name, words in limits.items()
        if hasattr(each, name)
    )


def _setting(default: Any) -> str:
    if default in (None, ""):
        return "不设"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


RECOGNISING = """\
`dafu columns 文件` 列出每列认作什么，不载入。列名不分大小写，括号里的说明和 `_` 不计；\
两行的表头合起来认；嵌套的 JSON 以路径为列名，如 `reply.content`、`reply[].content`。\
列名不认识、内容却毫无歧义的列（答复的正文、日期、发文字号、办理结果、公开属性）按内容认，\
载入时会说明。对应表里值为空（`"title": ""`）表示没有这一列。
"""


def _make_columns() -> str:
    meanings = meanings_of(ColumnMapping)
    rows = [
        (f"`{key}`", meanings[key], "、".join(HEADINGS[key]), "、".join(UNSURE.get(key, ())))
        for key in KEYS
    ]
    return table(("键（`--mapping`）", "内容", "按这些列名认", "列名与内容相符才认"), rows)


def _iter_measures() -> Iterator[str]:
    registry = ir_measures.measures.registry.items()
    ranking = [name for name, each in registry if name == each.NAME and _is_offered(name)]
    yield (
        "检索（`--measures`，名称同 [ir-measures](https://ir-measur.es)，如 `P@5`）："
        f"{code(sorted(ranking))}；"
        f"不写时是 {code(DEFAULT_MEASURES)}，另附 `{JUDGED}`。\n"
    )
    yield "回答（`dafu eval answers`）：\n"
    yield table(("指标", "含义"), ((f"`{name}`", words) for name, words in MEASURES.items()))
    yield "生成的测试集（`--kinds`）：\n"
    yield table(("种类", "用什么找什么"), ((f"`{k}`", w) for k, w in queries.WORDING.items()))
    yield "没有找到的原因（`dafu eval failures`）：\n"
    yield table(
        ("原因", "名称", "含义"), ((f"`{c}`", w.title, w.meaning) for c, w in CAUSES.items())
    )


def _is_offered(name: str) -> bool:
    """Tell whether a measure of that name can be asked for, alone or with a cutoff."""
    for written in (name, f"{name}@10"):
        try:
            return bool(parse_measures([written]))
        except InputError:
            continue
    return False


def main() -> None:
    """Write the document."""
    PATH.write_text(make_reference(), encoding="utf-8")


if __name__ == "__main__":
    main()
