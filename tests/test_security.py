"""What SECURITY.md and docs/asvs.md say: their tests are there, and what no other test looks at."""

from __future__ import annotations

import ast
import re
import socket
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.readers import iter_documents
from corpus.types import Document
from tests.seeds import seeds

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("corpus", "index", "eval", "app")


def modules() -> Iterator[tuple[str, ast.Module]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    """Yield the calls of all that is shipped: the module, what is called, and the call."""
    for name, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield name, ast.unparse(node.func), node


def test_the_tests_that_are_named_are_there() -> None:
    said = "".join((ROOT / page).read_text("utf-8") for page in ("SECURITY.md", "docs/asvs.md"))
    named = re.findall(r"`(tests/\w+\.py)::(\w+)`", said)
    assert len(named) > 60
    missing = [
        f"{file}::{test}"
        for file, test in named
        if f"def {test}(" not in (ROOT / file).read_text("utf-8")
    ]
    assert missing == []


def test_nothing_runs_what_it_is_given() -> None:
    """`pickle` is read of our own child alone; what is begun is named by a list, without shell."""
    ours = ("corpus/workers/", "corpus/workers.py")
    forbidden = re.compile(
        r"(?:eval|exec|compile|os\.system|os\.popen|(?:c?pickle|marshal|shelve|dill|joblib)\.\w+"
        r"|yaml\.\w+|tempfile\.mktemp|subprocess\.getoutput)"
    )
    found = [
        f"{module}: {called}"
        for module, called, node in calls()
        if (forbidden.fullmatch(called) and not module.startswith(ours))
        or any(
            word.arg == "shell"
            or (word.arg == "allow_pickle" and ast.unparse(word.value) != "False")
            for word in node.keywords
        )
        or (called == "torch.load" and "weights_only=True" not in ast.unparse(node))
    ]
    assert found == []


def test_parsers_of_xml_resolve_no_entities() -> None:
    found = [
        module
        for module, called, node in calls()
        if called.endswith("XMLParser") and "resolve_entities=False" not in ast.unparse(node)
    ]
    assert found == []
    plain = [
        f"{module}: {ast.unparse(node)}"
        for module, called, node in calls()
        if called in ("etree.fromstring", "etree.parse", "etree.iterparse") and len(node.args) < 2
    ]
    assert plain == []


def test_no_template_writes_values_into_scripts() -> None:
    for path in ROOT.glob("*/**/templates/*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe\b|<script|\son\w+=|javascript:", text), path


def test_templates_are_files_of_ours() -> None:
    forbidden = ("from_string", "Template")
    made = [called for _, called, _ in calls() if called.split(".")[-1] in forbidden]
    assert made == []
    environments = [ast.unparse(node) for _, called, node in calls() if called == "Environment"]
    assert all("autoescape=True" in each for each in environments)
    assert environments


ENTITY = (
    '<!DOCTYPE x [<!ENTITY leak SYSTEM "{}"><!ENTITY far SYSTEM "http://127.0.0.1:9/x">'
    '<!ENTITY % more SYSTEM "http://127.0.0.1:9/y"> %more;]>'
)


@pytest.mark.parametrize("name", ["a.docx", "a.odt", "a.ofd", "a.xlsx", "c.xls", "a.html"])
def test_a_document_fetches_nothing_and_reads_no_file(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each part in XML declares external entities and names them wherever its text stands."""
    secret = tmp_path / "secret.txt"
    secret.write_text("此处绝密", encoding="utf-8")
    path = tmp_path / name
    (seed,) = (seed for seed in seeds() if seed.name == name)
    path.write_bytes(seed.content)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            parts = {each: archive.read(each) for each in archive.namelist()}
        with zipfile.ZipFile(path, "w") as archive:
            for each, content in parts.items():
                archive.writestr(each, _with_entities(content, secret))
    else:
        path.write_bytes(_with_entities(seed.content, secret))
    asked: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda _, place: asked.append(place))
    for item in iter_documents(path):
        lines = item.lines if isinstance(item, Document) else ()
        assert not any("此处绝密" in line.text for line in lines)
    assert asked == []


def _with_entities(content: bytes, secret: Path) -> bytes:
    if not content.lstrip().startswith(b"<"):
        return content
    text = re.sub(r"^\s*(<\?xml[^>]*>|<!DOCTYPE html>)", "", content.decode("utf-8"))
    return (ENTITY.format(secret.as_uri()) + text.replace("夜市", "&leak;&far;夜市")).encode()
