"""What a model may give to the tools: read, bounded, and described to it in both languages."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from app.access import FilterWords

MOST_HITS = 30
MOST_PRECEDENTS = 20
LONGEST_PART = 20_000
"""Passages, replies, and characters of one reply that one call may ask for: what is answered goes
into the memory of a model, which is short."""

Word = Annotated[str, StringConstraints(max_length=100)]

Words = Annotated[
    list[Word],
    BeforeValidator(lambda given: [given] if isinstance(given, str) else given),
    Field(max_length=20),
]
"""Models often give one word as it is."""


class Arguments(BaseModel):
    """What a tool is called with; what is not known is refused, so that no filter is lost."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Narrowed(Arguments):
    """Filters, named as those of the command line."""

    agency: Words = Field([], description="发文机关，可只写一部分 / issuing body, a part will do")
    region: Words = Field([], description="地区，如“普陀区” / district")
    kind: Words = Field([], description="种类，如“提案答复” / kind of reply")
    outcome: Words = Field([], description="办理结果，如“采纳” / outcome")
    session: Words = Field([], description="届次，如“十四届” / session")
    disclosure: Words = Field([], description="公开属性，如“主动公开” / disclosure mark")
    year: str = Field(
        "", max_length=20, description="成文年份：2021、2019-2022、2019-、-2022 / year or range"
    )

    @property
    def words(self) -> FilterWords:
        """The filters in the user's words."""
        return FilterWords(
            agency=self.agency,
            region=self.region,
            kind=self.kind,
            outcome=self.outcome,
            session=self.session,
            disclosure=self.disclosure,
            year=self.year,
        )


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
