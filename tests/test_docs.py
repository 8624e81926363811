"""The documents: all that users can type is named in both READMEs, and what is named exists."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from app.adapting import Adaptation
from app.cli import application
from app.cli.options import FilterOptions
from app.judging import Standing
from app.settings import Settings
from app.types import (
    Answer,
    Citation,
    FileReport,
    IngestReport,
    Precedent,
    Precedents,
    Quote,
    ReplyCard,
    ReplyList,
    ReplyView,
    SearchHit,
    SearchResult,
    Stats,
)
from corpus.readers import SUFFIXES, ColumnMapping
from corpus.serialise import keys_of
from corpus.types import OUTCOMES, Disclosure, Field, Kind, Passage
from eval.answers.evaluate import AnswerEvaluation
from eval.answers.measures import Calibration
from eval.history.history import Listing, RunCard
from eval.history.kept import KeptEvaluation, KeptFailures
from eval.judging.agreement import Agreement
from eval.judging.pool import Pool
from eval.making import agreement as made_sets
from eval.ranking.causes import MissedQuery
from eval.ranking.compare import ComparedRun, Comparison, Difference
from eval.ranking.gate import Verdict
from eval.ranking.side_by_side import SideBySide
from index.stores.verify import Verification

ROOT = Path(__file__).resolve().parents[1]
READMES = ("README.md", "README.zh-CN.md")
PACKAGES = ("corpus", "index", "eval", "app")

JSON_OBJECTS: dict[str, type] = {
    "card": ReplyCard,
    "`search`": SearchResult,
    "hit": SearchHit,
    "`ask`": Answer,
    "quote": Quote,
    "citation": Citation,
    "`precedents`": Precedents,
    "precedent": Precedent,
    "`list`": ReplyList,
    "`show`": ReplyView,
    "field": Field,
    "passage": Passage,
    "`stats`": Stats,
    "`ingest`": IngestReport,
    "file": FileReport,
    "`verify`": Verification,
    "`eval run`": KeptEvaluation,
    "`eval compare`": Comparison,
    "compared run": ComparedRun,
    "difference": Difference,
    "`eval compare --query`": SideBySide,
    "`eval answers`": AnswerEvaluation,
    "calibration": Calibration,
    "`adapt`": Adaptation,
    "`eval gate`": Verdict,
    "`eval history`": Listing,
    "kept run": RunCard,
    "`eval failures`": KeptFailures,
    "missed query": MissedQuery,
    "`eval judge`": Standing,
    "judged pool": Pool,
    "judges": Agreement,
    "`eval agreement`": made_sets.Agreements,
    "made set": made_sets.Agreement,
}
"""What the objects of the JSON table are made of."""


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


def iter_commands(command: Any, name: str = "dafu") -> Iterator[tuple[str, Any]]:
    """Yield the commands below a group, each with its whole name."""
    yield name, command
    for child, below in getattr(command, "commands", {}).items():
        yield from iter_commands(below, f"{name} {child}")


COMMANDS = dict(iter_commands(typer.main.get_command(application)))


def rows_of(readme: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the first cell of each table row, and the other cells."""
    for line in read(readme).splitlines():
        if line.startswith("| ") and not line.startswith("| ---"):
            first, *others = (cell.strip() for cell in line.strip("| ").split(" | "))
            yield first, others


def code_in(text: str) -> set[str]:
    """Return what stands in backticks outside of code blocks."""
    text = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return set(re.findall(r"`([^`]+)`", text))


@pytest.mark.parametrize("readme", READMES)
def test_every_command_is_named(readme: str) -> None:
    leaves = [name for name, command in COMMANDS.items() if not hasattr(command, "commands")]
    assert len(leaves) > 20
    assert [name for name in leaves if f"| `{name}" not in read(readme)] == []


@pytest.mark.parametrize("readme", READMES)
def test_every_option_is_named(readme: str) -> None:
    options = {
        option
        for command in COMMANDS.values()
        for parameter in command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
        if option.startswith("-")
    }
    assert {"--home", "--json", "-k", "--no-open"} <= options
    others = {"--help", *re.findall(r'"(--[\w-]+)"', read("start.py")), "-"}
    named = {word.split()[0] for word in code_in(read(readme)) if word.startswith("-")}
    assert options - named == set()
    assert named - options - others == set()


@pytest.mark.parametrize("readme", READMES)
def test_every_setting_is_named_with_its_default(readme: str) -> None:
    rows = dict(rows_of(readme))
    for name, field in Settings.model_fields.items():
        cells = rows[f"`DAFU_{name.upper()}`"]
        if name == "home":
            continue
        assert cells[0] == f"`{name}`"
        default = field.default
        if default is None or default == "":
            assert "`" not in cells[1]  # in words
            continue
        shown = str(default).lower() if isinstance(default, bool) else str(default)
        assert cells[1] == f"`{shown}`"


@pytest.mark.parametrize("readme", READMES)
def test_every_filter_is_named_with_its_values(readme: str) -> None:
    rows = dict(rows_of(readme))
    filters = {f"--{field.name}" for field in fields(FilterOptions)}
    assert {cell.strip("`") for cell in rows if cell.startswith("`--")} >= filters
    for name, values in (("kind", Kind), ("outcome", OUTCOMES), ("disclosure", Disclosure)):
        cells = rows[f"`--{name}`"]
        assert re.split("[,、] ?", cells[-1]) == [str(value) for value in values]


@pytest.mark.parametrize("readme", READMES)
def test_every_column_and_format_is_named(readme: str) -> None:
    first_cells = {word for first, _ in rows_of(readme) for word in code_in(first)}
    assert {field.name for field in fields(ColumnMapping)} - first_cells == set()
    assert set(SUFFIXES) - first_cells == set()


@pytest.mark.parametrize("readme", READMES)
@pytest.mark.parametrize("name", JSON_OBJECTS)
def test_the_keys_of_json_objects_are_those_named(readme: str, name: str) -> None:
    named = next(cells[0] for first, cells in rows_of(readme) if first == name)
    card = {key.name for key in keys_of(ReplyCard)} if named.startswith("card") else set()
    assert code_in(named) | card == {key.name for key in keys_of(JSON_OBJECTS[name])}


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


@pytest.mark.parametrize("readme", READMES)
def test_links_within_a_readme_lead_to_headings(readme: str) -> None:
    headings = {
        re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", read(readme), re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", read(readme))) <= headings


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


def pins(requirements: list[str]) -> dict[str, str]:
    split = (line.split("==") for line in requirements if line and not line.startswith("#"))
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in split}


def test_every_dependency_is_pinned_and_explained() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    extras = project["optional-dependencies"]
    direct = pins([*project["dependencies"], *extras["dev"], *extras["peers"]])
    constraints = pins(read("constraints.txt").splitlines())
    assert {name: constraints.get(name) for name in direct} == direct
    explained = {
        name
        for line in re.findall(r"^- ([^:]+):", read("CHANGELOG.md"), re.MULTILINE)
        for name in line.split(", ")
    }
    assert set(direct) - explained == set()


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
    assert len(expected) == 10
    shown = read("docs/evaluation/README.md")
    assert [row for row in expected if row not in shown] == []
    assert not any({"worst", "best"} & set(d) for c in board.values() for d in c["differences"])
