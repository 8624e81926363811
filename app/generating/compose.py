"""Have a model write over passages, and give out its sentences as they come, each checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from app.generating.check import Source, Sources, find_fault
from app.generating.endpoint import Endpoint, Message
from app.generating.sentences import Splitter, Written
from app.generating.types import Generated, Said
from app.settings import Unsupported
from corpus.bounds import go_on
from corpus.errors import GeneratorError
from index.answers.matter import Embed

MOST_SENTENCES = 12
"""A model that writes more is stopped: five were asked for."""

LONGEST = 12_000
"""Characters after which it is stopped, thoughts included."""


@dataclass
class Checker:
    """Holds sentences against the passages that they cite, each combination read once."""

    sources: Sequence[Source]
    embed: Embed
    _read: dict[tuple[int, ...], Sources] = field(default_factory=dict)

    def check(self, written: Written) -> Said:
        """Return a sentence with what is wrong with it, if anything is."""
        fault = self._find_fault(written)
        return Said(written.text, written.citations, not fault, fault)

    def _find_fault(self, written: Written) -> str:
        if not written.citations:
            return "没有注明出处"
        known = {each.number: each for each in self.sources}
        strange = [number for number in written.citations if number not in known]
        if strange:
            return f"没有出处 [{strange[0]}]"
        if written.citations not in self._read:
            cited = [known[number] for number in written.citations]
            self._read[written.citations] = Sources(cited)
        return find_fault(written.text, self._read[written.citations], self.embed)


def compose(
    endpoint: Endpoint, messages: Sequence[Message], checker: Checker, unsupported: Unsupported
) -> Iterator[Generated]:
    """Yield what is written so far, whenever a sentence was checked and about every half second.

    The last says how it ended; nothing is raised for what the endpoint does.
    """
    so_far = Generated(endpoint.model, "writing")
    splitter = Splitter()
    yield so_far
    pieces = endpoint.stream(messages)
    try:
        for piece in pieces:
            go_on()
            for written in splitter.add(piece):
                so_far = _with(so_far, checker.check(written), unsupported)
            yield so_far
            said = so_far.supported + so_far.unsupported
            if said >= MOST_SENTENCES or splitter.length > LONGEST:
                break
        else:
            for written in splitter.end():
                so_far = _with(so_far, checker.check(written), unsupported)
        nothing = "" if so_far.supported + so_far.unsupported else "语言模型一句话也没有写"
        yield replace(so_far, status="failed" if nothing else "written", problem=nothing)
    except GeneratorError as error:
        yield replace(so_far, status="failed", problem=str(error))
    finally:
        pieces.close()


def _with(so_far: Generated, said: Said, unsupported: Unsupported) -> Generated:
    shown = said.supported or unsupported == "strike"
    return replace(
        so_far,
        sentences=(*so_far.sentences, said) if shown else so_far.sentences,
        supported=so_far.supported + said.supported,
        unsupported=so_far.unsupported + (not said.supported),
    )
