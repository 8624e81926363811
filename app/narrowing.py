"""Which replies programs mean: the filters of the API and of MCP, told and bounded in one place."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from app.access import parse_years
from app.service import Service
from corpus.errors import InputError
from corpus.filters import Filters

MOST_WORDS = 20
"""So many words a filter may have."""


class YearError(ValueError):
    """Says in Chinese why a year can't be read; where it is told, English may be added."""


def _check_year(text: str) -> str:
    try:
        parse_years(text)
    except InputError as error:
        raise YearError(str(error)) from error
    return text


Word = Annotated[str, Field(min_length=1, max_length=100)]
Words = Annotated[list[Word], Field(max_length=MOST_WORDS)]
Year = Annotated[
    str,
    Field(max_length=20, json_schema_extra={"pattern": r"^(\d{4}(-(\d{4})?)?|-\d{4})$"}),
    AfterValidator(_check_year),
]
"""The pattern is told, not held against what comes: 2021年 and 2019至2022 are read as well."""


class FilterModel(BaseModel):
    """Filters, named as those of the command line; a word may be part of a value.

    What is not known is refused, so that no filter is lost.
    """

    model_config = ConfigDict(extra="forbid")

    agency: Words = Field(default=[], description="发文机关，如 商务委。Issuing agency.")
    region: Words = Field(default=[], description="地区，如 普陀区。District or city.")
    kind: Words = Field(default=[], description="种类，如 提案答复。Kind of reply.")
    outcome: Words = Field(default=[], description="办理结果，如 采纳。Outcome.")
    session: Words = Field(default=[], description="届次，如 十四届。Session.")
    disclosure: Words = Field(default=[], description="公开属性，如 主动公开。Disclosure mark.")
    year: Year | None = Field(
        default=None,
        description="成文年份：2021、2019-2022、2019-、-2022。The year or years.",
    )

    def resolve(self, service: Service) -> Filters:
        """Look the words up among the values that the library has."""
        words: dict[str, Any] = {name: getattr(self, name) for name in FilterModel.model_fields}
        return service.resolve(**words)
