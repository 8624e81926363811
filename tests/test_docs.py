"""The documents: the reference names all that users can type, and what is named exists."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import tomllib
from collections.abc import Iterable
from dataclasses import fields
from functools import cache
from itertools import chain
from pathlib import Path

import pytest
import typer
from packaging.requirements import Requirement

from app.cli import application
from app.cli.options import FilterOptions
from app.schema import iter_types
from app.settings import Settings
from corpus.readers import SUFFIXES, ColumnMapping
from corpus.serialise import keys_of
from corpus.types import OUTCOMES, Disclosure, Kind
from tools.json_objects import OBJECTS, title_of
from tools.reference import iter_commands, make_reference

ROOT = Path(__file__).resolve().parents[1]
READMES = ("README.md", "README.zh-CN.md")
REFERENCE = "docs/reference.md"
PACKAGES = ("corpus", "index", "eval", "app")


@cache
def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def python_files() -> list[Path]:
    within = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return [ROOT / "start.py", *within, *sorted((ROOT / "tests").glob("*.py"))]


def tracked_files() -> list[Path]:
    """The committed files; without git (from an archive) the Python files and documents."""
    try:
        listed = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, encoding="utf-8")
    except (OSError, subprocess.CalledProcessError):
        return [*python_files(), *sorted(ROOT.glob("*.md"))]
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


COMMANDS = dict(iter_commands(typer.main.get_command(application)))
OPTIONS = {
    option
    for command in COMMANDS.values()
    for parameter in command.params
    for option in (*parameter.opts, *parameter.secondary_opts)
    if option.startswith("-")
}


def section(heading: str) -> str:
    """Return what stands below a heading of the reference, up to the next of its level."""
    level = heading.split()[0]
    _, found, below = read(REFERENCE).partition(f"\n{heading}\n")
    assert found
    return re.split(rf"\n#{{1,{len(level)}}} ", below)[0]


def rows_of(heading: str) -> dict[str, list[str]]:
    """Return the other cells of each table row below a heading by its first cell."""
    lines = (line for line in section(heading).splitlines() if line.startswith("| `"))
    cells = ([cell.strip() for cell in line[1:-1].split("|")] for line in lines)
    return {first: others for first, *others in cells}


def code_in(text: str) -> set[str]:
    """Return what stands in backticks outside of code blocks."""
    text = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return set(re.findall(r"`([^`]+)`", text))


def test_the_reference_is_what_the_code_says() -> None:
    assert read(REFERENCE) == make_reference(), "please run `python -m tools.reference`"


def test_every_command_is_named() -> None:
    assert len(COMMANDS) > 20
    headings = re.findall(r"^### `([^`]+)`$", section("## 命令 Commands"), re.MULTILINE)
    named = {re.match(r"[a-z -]+", heading)[0].strip() for heading in headings}  # type: ignore[index]
    assert (named, len(headings)) == (set(COMMANDS), len(COMMANDS))


def test_every_option_is_named() -> None:
    assert {"--home", "--json", "-k", "--no-open"} <= OPTIONS
    named = {part for word in code_in(read(REFERENCE)) for part in word.split()[0].split("/")}
    assert OPTIONS - named == set()


@pytest.mark.parametrize("readme", READMES)
def test_the_readmes_name_only_options_and_settings_that_exist(readme: str) -> None:
    code = code_in(read(readme))
    others = {"--help", *re.findall(r'"(--[\w-]+)"', read("start.py")), "-"}
    assert {word.split()[0] for word in code if word.startswith("-")} - OPTIONS - others == set()
    settings = {f"DAFU_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"DAFU_[A-Z_]+", " ".join(code))) - settings == set()


def test_every_setting_is_named_with_its_default() -> None:
    rows = rows_of("## 设置 Settings")
    for name, field in Settings.model_fields.items():
        key, default, meaning, *_ = rows[f"`DAFU_{name.upper()}`"]
        assert meaning == field.description
        if name == "home":
            continue
        assert key == f"`{name}`"
        if field.default is None or field.default == "":
            assert "`" not in default  # in words
        elif isinstance(field.default, bool):
            assert default == f"`{str(field.default).lower()}`"
        else:
            assert default == f"`{field.default}`"


def test_every_filter_is_named_with_its_values() -> None:
    rows = rows_of("## 筛选 Filters")
    assert {f"`--{field.name}`" for field in fields(FilterOptions)} - rows.keys() == set()
    for name, values in (("kind", Kind), ("outcome", OUTCOMES), ("disclosure", Disclosure)):
        assert rows[f"`--{name}`"][-1].split("、") == [str(value) for value in values]


def test_every_column_and_format_is_named() -> None:
    columns = {f"`{field.name}`" for field in fields(ColumnMapping)}
    assert rows_of("## 表格的列 Columns").keys() == columns
    assert set(SUFFIXES) <= code_in(section("## 文件格式 Formats"))


def test_every_command_with_json_names_its_object() -> None:
    printing = {
        name
        for name, command in COMMANDS.items()
        if any("--json" in parameter.opts for parameter in command.params)
    }
    assert printing - {"dafu bench"} == {re.split(r" (?![a-z])", name)[0] for name in OBJECTS}


@pytest.mark.parametrize("kind", list(iter_types(OBJECTS.values())), ids=title_of)
def test_every_key_of_json_is_named_with_its_meaning_in_chinese(kind: type) -> None:
    rows = rows_of(f"### {title_of(kind)}")
    assert list(rows) == [f"`{key.name}`" for key in keys_of(kind)]
    assert [key for key, (_, meaning) in rows.items() if not re.search("[一-鿿]", meaning)] == []


@pytest.mark.parametrize("readme", READMES)
def test_the_readmes_link_to_each_other(readme: str) -> None:
    other = next(name for name in READMES if name != readme)
    assert f"]({other})" in read(readme)


def test_the_readmes_have_the_same_sections() -> None:
    headings = [re.findall(r"^(#+) ", read(name), re.MULTILINE) for name in READMES]
    assert headings[0] == headings[1]


def test_links_in_documents_lead_somewhere() -> None:
    broken = [
        f"{path.relative_to(ROOT)}: {link}"
        for path in tracked_files()
        if path.suffix == ".md"
        for link in re.findall(r"\]\(([^)\s#]+)[^)]*\)", path.read_text(encoding="utf-8"))
        if "://" not in link and not (path.parent / link).exists()
    ]
    assert broken == []


@pytest.mark.parametrize("document", [*READMES, REFERENCE])
def test_links_within_a_document_lead_to_headings(document: str) -> None:
    headings = {
        re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", read(document), re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", read(document))) <= headings


def test_every_module_says_what_it_is() -> None:
    modules = {path: ast.parse(path.read_text(encoding="utf-8")) for path in python_files()}
    silent = [
        str(path.relative_to(ROOT))
        for path, module in modules.items()
        if module.body and not ast.get_docstring(module)
    ]
    assert silent == []


def test_no_file_names_a_machine_or_a_registry() -> None:
    words = ("/" + "work/", "/" + "root/", "pypi" + ".org", "python" + "hosted", "--index" + "-url")
    found = []
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # samples in other encodings, models and pictures
        found += [f"{path.relative_to(ROOT)}: {word}" for word in words if word in text]
    assert found == []


def requirements_in(lines: Iterable[str]) -> dict[str, Requirement]:
    """The requirements that lines hold, by normalised name."""
    found = (Requirement(line) for line in lines if line and not line.startswith("#"))
    return {re.sub(r"[-_.]+", "-", requirement.name).lower(): requirement for requirement in found}


def direct_dependencies() -> dict[str, Requirement]:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    extras = project["optional-dependencies"]
    return requirements_in([*project["dependencies"], *chain.from_iterable(extras.values())])


def test_every_dependency_is_locked_within_its_range() -> None:
    locked = {
        name: pin.version
        for name, requirement in requirements_in(read("constraints.txt").splitlines()).items()
        for pin in requirement.specifier
        if pin.operator == "=="
    }
    outside = {
        name: locked.get(name)
        for name, requirement in direct_dependencies().items()
        if not requirement.specifier.contains(locked.get(name, ""))
    }
    assert outside == {}


def test_every_dependency_has_a_lower_and_an_upper_bound() -> None:
    bounds = {
        name: sorted(bound.operator for bound in requirement.specifier)
        for name, requirement in direct_dependencies().items()
    }
    assert {name: found for name, found in bounds.items() if found != ["<", ">="]} == {}


def test_every_dependency_is_explained() -> None:
    explained = {
        name
        for line in re.findall(r"^- ([^:]+):", read("CHANGELOG.md"), re.MULTILINE)
        for name in line.split(", ")
    }
    assert set(direct_dependencies()) - explained == set()


def test_the_evaluation_shown_is_the_one_committed() -> None:
    """Each row of the table stands in board.json, which holds measures and no text."""
    board = json.loads(read("tests/baselines/board.json"))
    p_values = {
        (name, each["run"], each["measure"]): f"{each['corrected']:.4f}"
        for name, compared in board.items()
        for each in compared["differences"]
    }
    expected = [
        f"| {name} | {run['name']} | "
        + " | ".join(
            f"{value['mean']:.4f} [{value['low']:.4f}, {value['high']:.4f}]"
            f" | {p_values.get((name, run['name'], measure), '–')}"
            for measure in ("nDCG@10", "R@100")
            for value in (run["measures"][measure],)
        )
        + " |"
        for name, compared in board.items()
        for run in compared["runs"]
    ]
    assert len(expected) == 12
    shown = read("docs/evaluation/README.md")
    assert [row for row in expected if row not in shown] == []
    assert not any({"worst", "best"} & set(d) for c in board.values() for d in c["differences"])


def test_every_limit_of_a_file_is_named() -> None:
    from corpus.readers import (
        archive,
        finding,
        html,
        mail,
        markup,
        members,
        numbering,
        opening,
        package,
        workbook,
    )
    from corpus.workers import jobs, limits

    whole = members.Allowance()
    table = read("docs/running.md").split("## What a file may take")[1].split("\n## ")[0]
    for words in (
        f"{limits.SECONDS:.0f} s, and {limits.SECONDS_A_MIB:.0f} s a MiB",
        f"{limits.SCAN_SECONDS:.0f} s, and {limits.SCAN_SECONDS_A_MIB:,.0f} s a MiB",
        f"{limits.MOST_SECONDS / 3600:.0f} hours in all",
        f"{limits.HURRIED_SECONDS:.0f} s |",
        f"{limits.PATIENCE:.0f} times as much",
        f"{limits.MEMORY >> 30} GiB, and {limits.MEMORY_A_BYTE} bytes a byte",
        f"{limits.OUTPUT >> 20} MiB, and {limits.OUTPUT_A_BYTE} bytes a byte",
        f"{finding.MOST_BYTES >> 20} MiB",
        f"{jobs.MOST_CHARACTERS:,}, {jobs.LONGEST_REPLY:,}",
        f"{package._MOST_BYTES >> 20} MiB",
        f"{package._LARGEST:,} in {numbering._LONGEST_NUMBER} characters",
        f"letters to {26 * numbering._MOST_LETTERS}",
        f"{html._MOST_ATTRIBUTES:,} attributes",
        f"{markup._DEEPEST} levels of quotes",
        f"{opening._MOST_COLUMNS:,}; in workbooks",
        f"{workbook._MOST_CELLS:,}",
        f"{archive._MOST_BYTES >> 20} MiB, {whole.bytes >> 30} GiB and {whole.members:,}",
        f"{whole.depth} deep",
        f"| {mail._MOST_PARTS} |",
    ):
        assert words in table
