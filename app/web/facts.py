"""The fields of a reply as rows above its text: what each says, whence, and how to correct it."""

from __future__ import annotations

from dataclasses import dataclass

from app.keeping.values import CHOICES, SEVERAL
from app.types import ReplyView
from app.web.language import say, say_date
from app.wording import FIELDS, chinese_date, correction_words, outcome_words
from corpus.text.redact import MASK
from corpus.types import Correction, Field, FieldName
from corpus.web_address import fetched_on, is_web_address

SHOWN = (
    FieldName.AGENCY,
    FieldName.DOC_NUMBER,
    FieldName.DATE,
    FieldName.OUTCOME,
    FieldName.DISCLOSURE,
    FieldName.KIND,
    FieldName.RECIPIENT,
    FieldName.MATTER_NUMBER,
    FieldName.SESSION,
    FieldName.PROPOSER,
    FieldName.ROLE,
    FieldName.REGION,
    FieldName.ASKED,
    FieldName.CONTACT_PERSON,
    FieldName.CONTACT_PHONE,
    FieldName.CONTACT_ADDRESS,
    FieldName.POSTCODE,
    FieldName.WEB_ADDRESS,
    FieldName.MEDIUM,
)
"""The fields shown above a reply, in their order; its matter and its title stand over them."""

IN_WORDS = {
    FieldName.DATE: chinese_date,
    FieldName.ASKED: chinese_date,
    FieldName.OUTCOME: outcome_words,
}
"""How values are said that are stored in another form."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody wanted a field to be, and why that could not be."""

    name: FieldName
    values: tuple[str, ...] | None
    """None: what it was to be was not written, but chosen by a button."""
    problem: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One field: all its values, and whether somebody had better look at it.

    `places` are those of `ReplyView.fields` that stand in the text.
    """

    name: FieldName
    fields: tuple[Field, ...] = ()
    places: tuple[int, ...] = ()
    correction: Correction | None = None
    doubtful: bool = False
    attempt: Attempt | None = None
    by: str = ""
    """Who corrected it."""

    @property
    def label(self) -> str:
        """What the field is called."""
        return FIELDS[self.name]

    @property
    def words(self) -> str:
        """Its values in words, joined with 、."""
        say = IN_WORDS.get(self.name, str)
        return "、".join(dict.fromkeys(say(field.value) for field in self.fields))

    @property
    def above(self) -> bool:
        """Whether it stands over the other fields, as the reply's headline."""
        return self.name not in SHOWN

    @property
    def wanted(self) -> bool:
        """Whether it has a row of its own even where it has no value."""
        return bool(self.fields or self.correction or self.doubtful or self.attempt)

    @property
    def note(self) -> str:
        """Where its value comes from, unless that is a place in the text."""
        if self.correction:
            return correction_words(self.correction, self.by)
        if not self.fields:
            return "没有识别出"
        if self.places:
            return ""
        origin = self.fields[0].origin
        if origin.startswith("column:"):
            return f"取自表格的“{origin.removeprefix('column:')}”一列"
        if day := fetched_on(self.fields):
            return say(f"{say_date(day)}取得")
        return "正文没有写明" if origin == "default" else "由正文推断"

    @property
    def web(self) -> str:
        """The address that its value leads to; empty where it is none, or is masked."""
        named = self.name is FieldName.WEB_ADDRESS and not self.hidden
        return self.words if named and is_web_address(self.words) else ""

    @property
    def choices(self) -> tuple[str, ...]:
        """The values it can have; empty where it may be any text."""
        return CHOICES.get(self.name, ())

    @property
    def several(self) -> bool:
        """Whether it may have several values."""
        return self.name in SEVERAL

    @property
    def hidden(self) -> bool:
        """Whether a part of its value is masked, so that it must be written anew."""
        return any(MASK in field.value for field in self.fields)

    @property
    def written(self) -> tuple[str, ...]:
        """What stands in the boxes where it is corrected."""
        if self.attempt and self.attempt.values is not None:
            return self.attempt.values
        return () if self.hidden else tuple(dict.fromkeys(f.value for f in self.fields))


def list_fields(view: ReplyView) -> list[Fact]:
    """List what is known of a reply beside its headline, in the order of SHOWN."""
    facts = list_all(view)
    return [fact for fact in facts if fact.fields and not fact.above]


def list_all(view: ReplyView, attempt: Attempt | None = None) -> list[Fact]:
    """List every field that a reply may have; its headline first."""
    corrections = {each.name: each for each in view.corrections}
    by = {each.name: each.by for each in reversed(view.history)}
    above = [name for name in FIELDS if name not in SHOWN]
    facts = []
    for name in (*above, *SHOWN):
        own = [(n, field) for n, field in enumerate(view.fields) if field.name is name]
        facts.append(
            Fact(
                name,
                tuple(field for _, field in own),
                tuple(n for n, field in own if field.start >= 0),
                corrections.get(name),
                name in view.doubts,
                attempt if attempt and attempt.name is name else None,
                by.get(name, ""),
            )
        )
    return facts
