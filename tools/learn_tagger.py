"""Learn the tagger of requests from what people marked, and write it beside the encoder.

python -m tools.learn_tagger MODEL --data DATA                 learn from all, and write it
python -m tools.learn_tagger MODEL --data DATA --without e,x   what these hands get by the others'

MODEL is the encoder's folder as sentence-transformers has it (eval/training/encoder). Needs torch
and transformers. Two times through 7,500 texts take 25 minutes of two cores with AVX512-BF16.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tokenizers import Tokenizer

from eval.training.encoder.packfile import Start
from eval.training.encoder.start import open_start
from eval.training.tagger.export import export
from eval.training.tagger.model import Example, cut_example
from eval.training.tagger.train import learn
from index.models.encoder import BUNDLED_ENCODER
from index.ranking.requests import judge
from index.ranking.requests.find import apply_rules
from index.ranking.requests.tagger import Tagger
from tools.learn_requests import label_clauses
from tools.markdown import table
from tools.marked import LEARNED, Marked, read_marked
from tools.requests import HEADINGS, measure

LONGEST, LONGEST_WRITTEN = 600, 1_200
"""Characters of a message, and of another text, that are learned from: longer ones take long."""

SAID_EVERY = 50
"""Steps between two words of progress."""


def make_examples(texts: Sequence[Marked], start: Start) -> list[Example]:
    """Cut texts as the product does, with what each clause is."""
    tokenizer = Tokenizer.from_str(start.tokenizer)
    tokenizer.no_padding()
    tokenizer.no_truncation()
    examples = []
    for text in texts:
        longest = LONGEST if text.kind == "message" else LONGEST_WRITTEN
        ruled = apply_rules(text.text)
        reading = judge.read(ruled.plain, ruled.found, ruled.formal)
        if reading.clauses and len(text.text) <= longest:
            labels = label_clauses(reading, text.requests)
            examples.append(cut_example(reading, labels, tokenizer))
    return examples


def say(step: int, steps: int, loss: float) -> None:
    """Tell how far it is."""
    if step % SAID_EVERY == 0 or step == steps:
        print(f"{step} of {steps}: {loss:.3f}", flush=True)


def main() -> None:
    """Learn, and write the tagger or measure it."""
    parser = argparse.ArgumentParser(description="Learn the tagger of requests.")
    parser.add_argument("model", type=Path, help="the encoder's folder")
    parser.add_argument("--data", type=Path, required=True, help="where the messages stand")
    parser.add_argument("--times", type=float, default=2.0, help="how often through all texts")
    parser.add_argument("--without", default="", help="hands, by commas, that are asked instead")
    options = parser.parse_args()
    texts = list(read_marked(LEARNED, options.data))
    left_out = set(options.without.split(",")) - {""}
    start, _ = open_start(options.model, options.data)
    examples = make_examples([text for text in texts if text.hand not in left_out], start)
    print(f"{len(examples)} texts", flush=True)
    model = learn(start, examples, options.times, say)
    if not left_out:
        export(model, examples, BUNDLED_ENCODER)
        return
    with tempfile.TemporaryDirectory() as folder:
        for path in BUNDLED_ENCODER.iterdir():
            (Path(folder) / path.name).symlink_to(path)
        for name in (path.name for path in Path(folder).glob("tagger.*")):
            (Path(folder) / name).unlink()
        export(model, examples, Path(folder))
        asked = [text for text in texts if text.hand in left_out]
        counts = measure(asked, Tagger(Path(folder)))
        print(table(HEADINGS, [count.row(kind) for kind, count in sorted(counts.items())]))


if __name__ == "__main__":
    main()
