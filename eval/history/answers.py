"""The evaluations of answers that a home keeps, each with all that was asked."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from corpus.errors import InputError, NotFound
from corpus.files import save_text_atomically, say_trouble
from eval.answers.evaluate import AnswerEvaluation

_EVALUATION = TypeAdapter(AnswerEvaluation)

MOMENT = "%Y%m%d-%H%M%S"
"""How an id begins: the moment in UTC, so that ids are in order."""


@dataclass(frozen=True, slots=True)
class KeptAnswers:
    """An evaluation under its id; `made` is ISO 8601, in UTC."""

    id: str
    made: str
    evaluation: AnswerEvaluation


class AnswerHistory:
    """The evaluations of one home, in files `evaluation/answers/ID.json`; it need not exist."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "evaluation" / "answers"

    def record(self, evaluation: AnswerEvaluation) -> str:
        """Keep an evaluation; return the id it has got.

        :raises InputError: where the home cannot be written to.
        """
        id = f"{datetime.now(UTC).strftime(MOMENT)}-{secrets.token_hex(2)}"
        # What could not be measured is NaN, which Python's own JSON keeps.
        content = json.dumps(_EVALUATION.dump_python(evaluation, mode="json"), ensure_ascii=False)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            save_text_atomically(self._folder / f"{id}.json", content)
        except OSError as error:
            raise InputError(f"评测记录写不进 {self._folder}：{say_trouble(error)}") from error
        return id

    def list_ids(self) -> tuple[str, ...]:
        """Return the ids, newest first."""
        return tuple(sorted((path.stem for path in self._folder.glob("*.json")), reverse=True))

    def load(self, id: str) -> KeptAnswers:
        """Load an evaluation.

        :raises NotFound: where there is none of that id.
        :raises InputError: where the file cannot be used.
        """
        if id not in self.list_ids():
            raise NotFound("没有这次回答评测，可能已被删除；请重新选择")
        try:
            content = json.loads((self._folder / f"{id}.json").read_text(encoding="utf-8"))
            evaluation = _EVALUATION.validate_python(content)
            made = datetime.strptime(id[:15], MOMENT).replace(tzinfo=UTC)
        except (OSError, ValueError, ValidationError) as error:
            raise InputError(f"回答评测 {id} 的记录读不了，请删除后重新评测") from error
        return KeptAnswers(id, made.isoformat(), evaluation)

    def remove(self, id: str) -> None:
        """Remove an evaluation.

        :raises NotFound: where there is none of that id.
        """
        if id not in self.list_ids():
            raise NotFound("没有这次回答评测，可能已被删除；请重新选择")
        (self._folder / f"{id}.json").unlink()
