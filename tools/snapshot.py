"""Write down all that a version of Dafu finds and answers, to hold another version against it.

    python tools/snapshot.py --data DATA OUT      from the root of each version's checkout
    diff -r OUT-before OUT-after

Each version must be run with the same OUT (moved aside afterwards) and the same DATA: the ids of
replies are made of whole paths. What takes time to measure is left out, so that two versions that
rank and answer alike write the same bytes.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import shutil
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path.cwd()))

LEGS = ("fused", "lexical", "dense", "words", "bigrams")
MEASURED = (
    *("seconds", "indexing", "searching", "latency", "bytes_on_disk"),
    *("id", "version", "code", "when"),
)
"""Keys of JSON objects whose values differ from run to run."""


def main() -> None:
    """Write the snapshot."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=400, help="questions asked of CMRC 2018")
    options = parser.parse_args()
    out: Path = options.out
    out.mkdir(parents=True)
    samples = out / "samples"
    shutil.copytree(Path("corpus", "samples"), samples, ignore=shutil.ignore_patterns("*.py"))
    _ask_samples(samples, out)
    for name in ("dev-title", "dev-question"):
        for leg in LEGS:
            measure = ("eval", "run", options.data / "board" / name, "--leg", leg)
            _write(out / f"{name}-{leg}.json", *measure, "--run", out / f"{name}-{leg}.trec")
    for level in ("reply", "passage"):
        run = ("eval", "run", samples, "--level", level, "--run", out / f"samples-{level}.trec")
        _write(out / f"samples-{level}.json", *run)
    cmrc = options.data / "reading" / "cmrc2018"
    answers = ("eval", "answers", cmrc, "--limit", options.questions)
    _write(out / "cmrc-answers.json", *answers, "--out", out / "cmrc-report.json")
    _write(out / "samples-answers.json", "eval", "answers", samples)
    _ask_articles(cmrc, out, options.questions)
    for report in out.glob("*-report.json"):
        report.write_text(_plain(report.read_text(encoding="utf-8")), encoding="utf-8")
    shutil.rmtree(out / "home")


def _ask_samples(samples: Path, out: Path) -> None:
    home = ("--home", out / "home")
    _write(out / "samples-ingest.json", "ingest", samples / "replies", *home)
    asked = list(_lines(samples / "questions.jsonl"))
    proposal = out / "proposal.txt"
    for command in ("ask", "search", "precedents"):
        found = []
        for entry in asked:
            proposal.write_text(entry["question"], encoding="utf-8")
            text = proposal if command == "precedents" else entry["question"]
            found.append(_read(command, text, *home))
        (out / f"samples-{command}.json").write_text("\n".join(found), encoding="utf-8")
    listed = _read("list", *home, "--limit", 1000)
    (out / "samples-list.json").write_text(listed, encoding="utf-8")
    shown = [_read("show", card["reply_id"], *home) for card in json.loads(listed)["replies"]]
    (out / "samples-show.json").write_text("\n".join(shown), encoding="utf-8")
    for command in ("stats", "verify"):
        _write(out / f"samples-{command}.json", command, *home)
    shutil.rmtree(out / "home")


def _ask_articles(folder: Path, out: Path, count: int) -> None:
    home = ("--home", out / "home")
    articles = out / "articles.jsonl"
    shutil.copy(folder / "corpus.jsonl", articles)
    mapping = out / "mapping.json"
    mapping.write_text('{"reply": "text", "title": "title", "id": "_id"}', encoding="utf-8")
    _write(out / "cmrc-ingest.json", "ingest", articles, "--mapping", mapping, *home)
    asked = islice(_lines(folder / "queries.jsonl"), count)
    found = [_read("ask", entry["text"], *home) for entry in asked]
    (out / "cmrc-ask.json").write_text("\n".join(found), encoding="utf-8")


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def _write(path: Path, *command: object) -> None:
    path.write_text(_read(*command), encoding="utf-8")


def _read(*command: object) -> str:
    """Run a command with --json and return what it printed, without what was measured by time."""
    from app.cli import application

    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            application([*map(str, command), "--json"], prog_name="dafu")
    except SystemExit as end:
        if end.code:
            raise
    return _plain(printed.getvalue())


def _plain(text: str) -> str:
    return json.dumps(_untimed(json.loads(text)), ensure_ascii=False, indent=1)


def _untimed(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _untimed(inner)
            for name, inner in value.items()
            if not (name in MEASURED or name.endswith(("_seconds", "_ms")))
        }
    return [_untimed(inner) for inner in value] if isinstance(value, list) else value


if __name__ == "__main__":
    main()
