"""Measure search by long proposals, made of a test set's short queries.

    python -m tools.proposals --background train/news.jsonl.gz --out docs/evaluation/ablation SET

makes of each `TOGETHER` queries one proposal: courtesies, two paragraphs of news, and the queries
as numbered suggestions, with one that every proposal has. What answers any of them is relevant.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from corpus.progress import say_nothing
from eval.data.beir import BeirSet
from eval.data.spans import Level
from eval.ranking.compare import compare_runs
from eval.sets import JudgedSource, open_judged
from tools.ablation import Variant, measure, save_described, without_requests

TOGETHER = 3
SEED = 7
PARAGRAPH = 350
"""So many characters of a text stand as a paragraph."""

USUAL = ("加强宣传引导，提高群众知晓率和参与度", "建立长效机制，加强部门协调联动，形成工作合力")

_PROPOSAL = """尊敬的各位领导：
　　近年来，我市经济社会持续发展，但在调研中我们也发现一些问题。
　　{first}
　　{second}
　　为此，建议：
{points}
　　以上建议妥否，请予以研究答复。感谢各位领导对提案工作的支持！"""


def make_proposals(judged: BeirSet, background: Sequence[str]) -> BeirSet:
    """Return the test set with its queries put together, always in the same way."""
    chance = random.Random(SEED)
    ids = list(judged.queries)
    chance.shuffle(ids)
    queries, qrels = {}, {}
    for start in range(0, len(ids) - TOGETHER + 1, TOGETHER):
        group = ids[start : start + TOGETHER]
        points = [*(judged.queries[id].strip("。？?！ ") for id in group), chance.choice(USUAL)]
        first, second = (text[:PARAGRAPH] for text in chance.choices(background, k=2))
        listed = "\n".join(f"{n}是{p}。" for n, p in zip("一二三四", points, strict=True))
        name = "+".join(group)
        queries[name] = _PROPOSAL.format(first=first, second=second, points=listed)
        qrels[name] = {id: gain for each in group for id, gain in judged.qrels[each].items()}
    return replace(judged, queries=queries, qrels=qrels, categories={})


def load_background(path: Path, most: int = 600) -> tuple[str, ...]:
    """Load the texts of the first lines of a .jsonl.gz file, those of a paragraph or more."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        texts = (str(json.loads(line).get("text", "")) for line in lines)
        long = ("".join(text.split()) for text in texts if len(text) >= PARAGRAPH)
        return tuple(islice(long, most))


def main() -> None:
    """Measure, and write what came of it."""
    parser = argparse.ArgumentParser(description="Measure search by long proposals.")
    parser.add_argument("set", type=Path, help="folder of a test set")
    parser.add_argument("--background", type=Path, required=True, help=".jsonl.gz with texts")
    parser.add_argument("--out", type=Path, required=True, help="folder for the reports")
    options = parser.parse_args()
    background = load_background(options.background)
    variants = (Variant("whole"), Variant("without requests", change=without_requests))
    source = JudgedSource(options.set, Path())
    with open_judged(source, "bundled", say_nothing, level=Level.REPLY) as (collection, judged):
        proposals = make_proposals(judged, background)
        comparison = compare_runs([measure(collection, proposals, each) for each in variants])
    name = f"proposals of {options.set.name}"
    save_described(name, comparison, options.out / name.replace(" ", "-"))


if __name__ == "__main__":
    main()
