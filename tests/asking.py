"""Ask what nobody asks, by the thousand: `python -m tests.asking --first 4711 --count 1`."""

from __future__ import annotations

import argparse
import faulthandler
import json
import tempfile
import time
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random

from app.access import Role
from app.service import Service, open_service
from app.settings import load_settings
from app.types import SearchHit
from app.views.ledger import Wanted
from corpus.errors import InputError
from corpus.serialise import to_json
from tests.mutations import question
from tests.seeds import SAMPLES

PATIENCE = 20.0
"""Seconds that all that is done with a question may take: some .1 where nothing else computes."""


class Asker:
    """Asks a library in all ways, and holds what comes back to what is promised."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.texts = {
            card.reply_id: service.show(card.reply_id).text
            for card in service.list_replies(limit=10_000).cards
        }

    def ask(self, text: str, after: str) -> Iterator[str]:
        """Ask and search, list and look up a text; yield what is wrong."""
        service = self.service
        found = service.search(text, k=5)
        yield from self._hits(found.hits)
        answer = service.ask(text, after=after)
        yield from self._between(answer.confidence)
        yield from self._hits(answer.nearest)
        for quote in answer.quotes:
            yield from self._verbatim(quote.reply_id, quote.start, quote.end, quote.text)
            if newer := quote.newer:
                yield from self._verbatim(newer.card.reply_id, newer.start, newer.end, newer.text)
        precedents = service.precedents(text, k=3)
        for precedent in precedents:
            yield from self._between(precedent.score)
            yield from self._hits(precedent.passages)
        page = service.list_replies(text=text, limit=5)
        if not len(page.cards) <= page.total <= len(self.texts):
            yield f"{page.total} replies in a list of {len(page.cards)}"
        service.listing.facets(text=text)
        service.ledger.read(Wanted(words=text), limit=5)
        service.policies.read(words=text, limit=5)
        for covered in service.desk.cover(text, k=2).requests:
            yield from self._between(covered.confidence)
            yield from self._hits(one.hit for one in covered.passages)
            yield from self._hits(covered.near)
        filters = service.resolve(agency=[text], region=[after])
        yield from self._hits(service.search("停车", filters).hits)
        for value in (found, answer, page, service.explain(text)):
            json.dumps(to_json(value), ensure_ascii=False).encode()

    def _hits(self, hits: Iterable[SearchHit]) -> Iterator[str]:
        for hit in hits:
            yield from self._between(hit.score)
            yield from self._verbatim(hit.card.reply_id, hit.start, hit.end, hit.text)

    def _between(self, score: float) -> Iterator[str]:
        if not 0 <= score <= 1:
            yield f"a score of {score}"

    def _verbatim(self, reply_id: str, start: int, end: int, text: str) -> Iterator[str]:
        if not text or self.texts[reply_id][start:end] != text:
            yield f"{reply_id} {start}:{end} is not verbatim"


def run(service: Service, seed: int, first: int, count: int) -> Iterator[str]:
    """Yield what is wrong, with the case's number and what was asked."""
    asker = Asker(service)
    for number in range(first, first + count):
        chance = Random(f"{seed} {number}")
        text, after = question(chance), question(chance)
        began = time.monotonic()
        faulthandler.dump_traceback_later(3 * PATIENCE, exit=True)
        try:
            wrong = list(asker.ask(text, after))
        except InputError as error:
            wrong = [] if str(error).isprintable() else ["a message that can't be printed"]
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)[-4:]
            places = " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames))
            wrong = [f"{type(error).__name__}: {error!s:.200} {places}"]
        finally:
            faulthandler.cancel_dump_traceback_later()
        if time.monotonic() - began > PATIENCE:
            wrong.append("took too long")
        for each in wrong:
            yield f"--seed {seed} --first {number}: {each}, asked {text!a:.80} after {after!a:.80}"


def main() -> None:
    """Ask the samples what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=10_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(Path(folder, "home"), encoder="off", abstain_below=0.0)
        with open_service(settings) as service:
            service.ingest([SAMPLES])
        with open_service(settings, Role.READER) as service:
            for wrong in run(service, asked.seed, asked.first, asked.count):
                print(wrong, flush=True)


if __name__ == "__main__":
    main()
