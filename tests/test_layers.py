"""The layers: corpus <- index <- eval <- app; tools and tests stand upon all, and nothing on them.

Imports within functions and for type checking count too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

LAYERS = ("corpus", "index", "eval", "app", "tools", "tests")
"""The folders of code; each imports itself and those before it."""

HEAVY: dict[str, tuple[str, ...]] = {
    "torch": ("index/ranking/rerank.py", "eval/training/train.py"),
    "transformers": (),
    "sentence_transformers": (
        "index/models/hub.py",
        *("index/models/embed.py", "index/ranking/rerank.py"),  # for type checking
    ),
    "gradio": ("app/web/",),
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
        ("serialise", "errors", "files", "progress"),
        ("types",),
        ("filters", "spans"),
        ("readers", "fields", "text"),
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
}
"""The modules and folders of a package: each imports only from the rows above its own, and from
itself."""


@pytest.mark.parametrize("package", ROOMS)
def test_each_room_imports_only_from_the_rows_above(package: str) -> None:
    above: dict[str, set[str]] = {}
    for row in ROOMS[package]:
        known = set(above)
        above.update((room, known) for room in row)
    files = sorted((ROOT / package).rglob("*.py"))
    rooms = {path: path.relative_to(ROOT / package).with_suffix("").parts[0] for path in files}
    assert set(rooms.values()) == {"__init__", *above}
    astray = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path, room in rooms.items()
        for module, _ in imports_of(path)
        if module.startswith(f"{package}.")
        and module.split(".")[1] not in {room, *above.get(room, ())}
    ]
    assert astray == []


@pytest.mark.parametrize("package", ROOMS)
def test_no_modules_import_one_another_in_a_circle(package: str) -> None:
    names = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in source_files()
    }
    names = {name.removesuffix(".__init__"): path for name, path in names.items()}
    left = {
        name: modules_of(path) & names.keys()
        for name, path in names.items()
        if name.startswith(f"{package}.")
    }
    # What imports none of those left is taken away, until nothing is left or only circles are.
    while free := {name for name, modules in left.items() if not modules & left.keys()}:
        left = {name: modules for name, modules in left.items() if name not in free}
    assert left == {}


def modules_of(path: Path) -> set[str]:
    """Return what a source imports, and what it takes from there by name, if that is a module."""
    found = {module for module, _ in imports_of(path)}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


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


ROOMS_OF_THE_PAGE = (
    {"assets", "render", "theme"},
    {"parts"},
    {"reader", "filters", "feedback", "uploads"},
    {"tabs", "evaluation"},
    {"page"},
    {"server"},
)
"""The order within app/web: a room imports only what stands in a row above it."""


def app_modules() -> dict[str, Path]:
    """Return the modules of app by their names."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in sorted((ROOT / "app").rglob("*.py"))
    }


def app_imports(modules: dict[str, Path]) -> dict[str, set[str]]:
    """Return which modules of app each one names in its imports; `from a import b` may name a.b."""
    found: dict[str, set[str]] = {}
    for name, path in modules.items():
        named = {module for module, _ in imports_of(path)}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                within = {f"{node.module}.{alias.name}" for alias in node.names} & modules.keys()
                named = (named - {node.module} if within else named) | within
        found[name] = named & modules.keys()
    return found


def test_the_page_is_built_from_small_to_large() -> None:
    row_of = {room: row for row, rooms in enumerate(ROOMS_OF_THE_PAGE) for room in rooms}
    within = {
        name: {module.split(".")[2] for module in named if module.startswith("app.web.")}
        for name, named in app_imports(app_modules()).items()
        if name.startswith("app.web.")
    }
    assert {name.split(".")[2] for name in within} == row_of.keys()
    backward = [
        f"{name} imports {room}"
        for name, rooms in within.items()
        for room in rooms - {name.split(".")[2]}
        if row_of[room] >= row_of[name.split(".")[2]]
    ]
    assert backward == []


def test_no_module_of_the_app_imports_itself_by_way_of_others() -> None:
    waiting = app_imports(app_modules())
    while ready := [name for name, named in waiting.items() if not named & waiting.keys()]:
        for name in ready:
            del waiting[name]
    assert waiting == {}
