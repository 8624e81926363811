"""What a model may give to the tools: read, bounded, and described to it in both languages."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from app.narrowing import FilterModel

MOST_HITS = 30
MOST_PRECEDENTS = 20
LONGEST_PART = 20_000
"""Passages, replies, and characters of one reply that one call may ask for: what is answered goes
into the memory of a model, which is short."""


class Arguments(BaseModel):
    """What a tool is called with; what is not known is refused, so that no filter is lost."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Narrowed(FilterModel, Arguments):
    """Filters; models often give one word as it is, and for none an empty one."""

    @field_validator(*FilterModel.model_fields, mode="before")
    @classmethod
    def _read_one(cls, given: Any, info: ValidationInfo) -> Any:
        if not isinstance(given, str) or info.field_name == "year":
            return given
        return [given] if given.strip() else []


class SearchArguments(Narrowed):
    """For `search`."""

    query: str = Field(description="要查的话，用中文 / what to look for, best in Chinese")
    k: int = Field(8, ge=1, le=MOST_HITS, description="最多几段 / passages at most")
    exactly: bool = Field(
        False, description="按原文查，不改错别字、不译英文 / neither respelt nor translated"
    )


class AskArguments(Narrowed):
    """For `ask`."""

    question: str = Field(description="完整的问题，用中文 / one whole question, best in Chinese")
    after: str = Field(
        "", max_length=2_000, description="上一问，本问承接它时才给 / the question before, if any"
    )
    exactly: bool = Field(
        False, description="按原文查，不改错别字、不译英文 / neither respelt nor translated"
    )


class PrecedentArguments(Narrowed):
    """For `precedents`."""

    text: str = Field(description="提案、建议或来信的全文 / the whole proposal or letter")
    k: int = Field(5, ge=1, le=MOST_PRECEDENTS, description="最多几份 / replies at most")


class ReadArguments(Arguments):
    """For `read_reply`."""

    reply_id: str = Field(max_length=64, description="答复的编号（reply_id） / the reply's id")
    start: int = Field(0, ge=0, le=100_000_000, description="从第几个字起 / first character")
    length: int = Field(
        6_000, ge=1, le=LONGEST_PART, description="读多少字 / how many characters to read"
    )


class FacetArguments(Arguments):
    """For `list_facets`."""

    contains: str = Field(
        "", max_length=100, description="只列含有这些字的取值 / only values that contain this"
    )
    k: int = Field(30, ge=1, le=200, description="每个条件最多列几个 / values of each at most")
