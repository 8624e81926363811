"""Measure whether personal data is hidden, and nothing else.

python -m tools.masks             recall and precision on the sets of tests/data/secrets-*.txt
python -m tools.masks --wrong     also what is shown or hidden wrongly, of all but the unread halves
python -m tools.masks FILE…       how much is hidden of these replies, with up to 60 of the places

A labelled place counts as hidden where none of its letters and digits are shown; what hides a
letter or digit outside of all labelled places is wrong.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.fields.finding import find_fields
from corpus.parse import parse
from corpus.readers import iter_documents, iter_paths
from corpus.text.redact import MASK, find_redactions, mask, redact
from corpus.types import Document, Redaction
from tools.markdown import table

DATA = Path(__file__).resolve().parents[1] / "tests" / "data"
_READ = ("open", "forms", "met", "plain", "homes")
_UNREAD = ("kept", "unmet", "plain-kept", "unread", "fresh", "hands")
"""What of these is shown or hidden wrongly is never printed: nothing is to be made to fit them."""
HALVES = (*_READ, *_UNREAD)
PERSON, PUBLIC, EITHER = "人", "公", "或"
"""Kinds of marks; `EITHER`, as what a home stands in (和平里小区), may be hidden or seen."""
_LABELLED = re.compile(r"⟦(?P<kind>.):(?P<secret>[^⟧]+)⟧")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text, whether it is a citizen's message, and where its secrets stand.

    :ivar public: where persons' names stand that are to be seen, if they are marked.
    :ivar either: what may be hidden or seen.
    """

    text: str
    message: bool
    secrets: tuple[tuple[int, int, str], ...]
    public: tuple[tuple[int, int], ...] = ()
    either: tuple[tuple[int, int], ...] = ()

    def masked(self) -> str:
        """Return the text as it is shown."""
        if self.message:
            return redact(self.text)
        return mask(self.text, find_redactions(self.text, find_fields(self.text)))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was shown that is secret, by kind, and hidden that is not, each with what is around."""

    secrets: Counter[str]
    leaked: tuple[tuple[str, str], ...]
    hidden: int
    wrong: tuple[str, ...]

    @property
    def recall(self) -> float:
        """The share of secrets that are hidden whole."""
        return 1 - len(self.leaked) / self.secrets.total()

    @property
    def precision(self) -> float:
        """The share of what is hidden that is secret."""
        return 1 - len(self.wrong) / self.hidden if self.hidden else 1.0


def load(half: str) -> Iterator[Labelled]:
    """Yield the labelled texts of a half."""
    return read_labelled(DATA / f"secrets-{half}.txt")


def read_labelled(path: Path) -> Iterator[Labelled]:
    """Yield the labelled texts of a file; what is marked as `PUBLIC` or `EITHER` is no secret."""
    for block in path.read_text("utf-8").split("\n----\n"):
        head, _, marked = block.strip().partition("\n")
        text, secrets, last = "", [], 0
        others: dict[str, list[tuple[int, int]]] = {PUBLIC: [], EITHER: []}
        for match in _LABELLED.finditer(marked):
            text += marked[last : match.start()]
            start, end = len(text), len(text) + len(match["secret"])
            if match["kind"] in others:
                others[match["kind"]].append((start, end))
            else:
                secrets.append((start, end, match["kind"]))
            text += match["secret"]
            last = match.end()
        text += marked[last:]
        yield Labelled(text, head == "@message", tuple(secrets), *map(tuple, others.values()))


def _in_place(text: str, start: int, end: int) -> str:
    before, after = text[max(start - 15, 0) : start], text[end : end + 10]
    return f"{before}【{text[start:end]}】{after}".replace("\n", "⏎")


def measure(texts: Sequence[Labelled]) -> Outcome:
    """Hold what is hidden in the texts against their labels."""
    kinds: Counter[str] = Counter()
    leaked: list[tuple[str, str]] = []
    wrong: list[str] = []
    hidden = 0
    for each in texts:
        shown = each.masked()
        kinds.update(kind for *_, kind in each.secrets)
        for start, end, kind in each.secrets:
            if any(c.isalnum() for c in shown[start:end]):
                leaked.append((kind, _in_place(each.text, start, end)))
        allowed = [*each.either, *((start, end) for start, end, _ in each.secrets)]
        inside = {at for span in allowed for at in range(*span)}
        for match in re.finditer(f"{MASK}+", shown):
            hidden += 1
            outside = [at for at in range(*match.span()) if at not in inside]
            if any(each.text[at].isalnum() for at in outside):
                wrong.append(_in_place(each.text, *match.span()))
    return Outcome(kinds, tuple(leaked), hidden, tuple(wrong))


def count(paths: Sequence[Path]) -> tuple[Counter[str], list[str]]:
    """Count by kind what is hidden of replies and messages, with what stands around each."""
    kinds: Counter[str] = Counter()
    places: list[str] = []

    def note(text: str, redactions: Sequence[Redaction]) -> None:
        kinds.update(r.secret.value for r in redactions)
        places.extend(f"{r.secret}: {_in_place(text, r.start, r.end)}" for r in redactions)

    for path in iter_paths(list(paths)):
        for document in iter_documents(path) if isinstance(path, Path) else ():
            if isinstance(document, Document):
                reply = parse(document).reply
                note(reply.text, reply.redactions)
                note(reply.question, find_redactions(reply.question, ()))
    return kinds, places


def _print_halves(wrong: bool) -> None:
    rows = []
    for half in HALVES:
        texts = list(load(half))
        outcome = measure(texts)
        leaked = Counter(kind for kind, _ in outcome.leaked)
        by_kind = " ".join(f"{k} {n - leaked[k]}/{n}" for k, n in sorted(outcome.secrets.items()))
        figures = (outcome.secrets.total(), f"{outcome.recall:.3f}", f"{outcome.precision:.3f}")
        rows.append((half, *map(str, (len(texts), *figures)), by_kind))
        if wrong and half not in _UNREAD:
            for kind, place in outcome.leaked:
                print(f"shown {kind}: {place}")
            for place in outcome.wrong:
                print(f"hidden: {place}")
    print(table(("set", "texts", "secrets", "recall", "precision", "hidden by kind"), rows))


def main(arguments: Sequence[str]) -> None:
    """Print the measures, or what is hidden of the files named."""
    files = [Path(each) for each in arguments if not each.startswith("--")]
    if not files:
        _print_halves("--wrong" in arguments)
        return
    kinds, places = count(files)
    print(kinds.total(), dict(kinds))
    print("\n".join(random.Random(0).sample(places, min(60, len(places)))))


if __name__ == "__main__":
    main(sys.argv[1:])
