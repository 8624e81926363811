"""The layers: corpus <- index <- eval <- app; tools and tests stand upon all, and nothing on them.

Imports within functions and for type checking count too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

LAYERS = ("corpus", "index", "eval", "app", "tools", "tests")
"""The folders of code; each imports itself and those before it."""

HEAVY: dict[str, tuple[str, ...]] = {
    "torch": (
        "index/ranking/rerank.py",
        *("eval/training/train.py", "eval/training/encoder/", "eval/training/reader/"),
        "eval/training/tagger/",
    ),
    "transformers": ("eval/training/encoder/",),
    "sentence_transformers": (
        "eval/training/encoder/transformer.py",
        "index/models/hub.py",
        *("index/models/embed.py", "index/ranking/rerank.py"),  # for type checking
    ),
    "gradio": ("app/web/",),
    "mcp": ("app/mcp/",),
    "pandas": (),
}
"""Libraries that take long to import, and the only places of the product that may."""

MOST_LINES = 300


def source_files(layers: Iterable[str] = LAYERS) -> list[Path]:
    return [path for layer in layers for path in sorted((ROOT / layer).rglob("*.py"))]


def product_files() -> list[Path]:
    return source_files(set(LAYERS) - {"tools", "tests"})


def layer_of(name: str) -> int | None:
    """The place of a folder or module among the layers, counted from 0; None outside of them."""
    first = name.split(".")[0]
    return LAYERS.index(first) if first in LAYERS else None


def imported(source: str, package: str) -> Iterator[tuple[str, str | None]]:
    """Yield the modules that a source imports, with the name each is bound to by `import`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, alias.asname or alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                yield ".".join([*above, *filter(None, [node.module])]), None
            elif node.module:
                yield node.module, None


@cache
def imports_of(path: Path) -> list[tuple[str, str | None]]:
    package = ".".join(path.relative_to(ROOT).parts[:-1])
    return list(imported(path.read_text(encoding="utf-8"), package))


def test_imports_are_seen_wherever_they_stand() -> None:
    source = (
        "import a.b\ndef f():\n    from c import d\n    from . import e\n    from ..g import h\n"
    )
    found = [module for module, _ in imported(source, "top.middle")]
    assert sorted(found) == ["a.b", "c", "top.g", "top.middle"]


def test_each_layer_imports_only_what_lies_below() -> None:
    upward = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in source_files()
        for module, _ in imports_of(path)
        if (layer_of(module) or 0) > LAYERS.index(path.relative_to(ROOT).parts[0])
    ]
    assert upward == []


ROOMS = {
    "corpus": (
        ("clock", "serialise", "errors", "files", "progress", "temporary"),
        ("bounds", "outcomes"),
        ("types",),
        ("filters", "plausible", "spans", "web_address"),
        ("personal",),
        ("text",),
        ("readers", "fields", "statements"),
        ("parse", "store"),
        ("workers",),
    ),
    "index": (
        ("learned",),
        ("text",),
        ("models",),
        ("stores",),
        ("ranking",),
        ("answers",),
        ("engine",),
    ),
    "eval": (
        ("statistics", "data"),
        ("collection",),
        ("sets",),
        ("ranking", "answers"),
        ("judging", "history", "making", "training"),
        ("report",),
        ("bench",),
    ),
    "app": (
        ("schema", "starting", "notebook"),
        ("running", "settings", "types", "queries"),
        ("loading", "access", "wording", "present"),
        ("links", "fetching", "actor", "patience"),
        ("audit",),
        ("home",),
        ("views", "accounts"),
        ("export", "keeping"),
        ("generating",),
        ("desk",),
        ("service",),
        ("services", "uploads", "evaluation", "narrowing"),
        ("doctor",),
        ("encoding", "watching"),
        ("api",),
        ("mcp",),
        ("web",),
        ("cli",),
        ("__main__",),
    ),
    "app.web": (
        ("language",),
        ("cookies", "links"),
        ("panel", "turns", "clicks", "guest", "tones"),
        ("render", "theme", "files"),
        ("charts", "parts", "paper", "facts", "following"),
        ("columns",),
        ("reader", "filters", "feedback", "examples"),
        ("editing", "matter", "desk", "writing"),
        ("tabs", "evaluation", "arrival"),
        ("page",),
        ("server",),
    ),
}
"""The modules and folders of a package: each imports only from the rows above its own, and from
itself."""


def product_modules() -> dict[str, Path]:
    """Return the files of the product's modules by their names."""
    names = {".".join(p.relative_to(ROOT).with_suffix("").parts): p for p in product_files()}
    return {name.removesuffix(".__init__"): path for name, path in names.items()}


@cache
def product_imports() -> dict[str, set[str]]:
    """Return which modules of the product each one imports; `from a import b` may name a.b."""
    modules = product_modules()
    return {name: modules_of(path) & modules.keys() for name, path in modules.items()}


def modules_of(path: Path) -> set[str]:
    """Return what a source imports, and what it takes from there by name, if that is a module."""
    found = {module for module, _ in imports_of(path)}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("package", ROOMS)
def test_each_room_imports_only_from_the_rows_above(package: str) -> None:
    row_of = {room: row for row, rooms in enumerate(ROOMS[package]) for room in rooms}
    within = f"{package}."
    seen = {name.removeprefix(within).split(".")[0] for name in product_imports() if within in name}
    assert seen == row_of.keys()
    astray = [
        f"{name} imports {other}"
        for name, others in product_imports().items()
        for other in others
        if name.startswith(within) and other.startswith(within)
        for room, used in [(x.removeprefix(within).split(".")[0] for x in (name, other))]
        if room != used and row_of[used] >= row_of[room]
    ]
    assert astray == []


def test_no_modules_import_one_another_in_a_circle() -> None:
    # A package whose __init__ offers what its modules hold is imported before them.
    graph = {
        name: {other for other in others if not name.startswith(f"{other}.")}
        for name, others in product_imports().items()
    }
    assert len(list(TopologicalSorter(graph).static_order())) == len(graph)


def test_eval_is_never_bound_over_the_builtin() -> None:
    trapped = [
        str(path.relative_to(ROOT))
        for path in source_files()
        for module, name in imports_of(path)
        if module.split(".")[0] == "eval" and name is not None and name.split(".")[0] == "eval"
    ]
    assert trapped == []


@pytest.mark.parametrize("library", HEAVY)
def test_heavy_libraries_are_imported_only_where_they_must(library: str) -> None:
    elsewhere = [
        str(path.relative_to(ROOT))
        for path in product_files()
        if library in {module.split(".")[0] for module, _ in imports_of(path)}
        and not path.relative_to(ROOT).as_posix().startswith(HEAVY[library])
    ]
    assert elsewhere == []


def test_files_stay_short() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in product_files()
    }
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}
