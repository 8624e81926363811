"""What programs ask, checked as it comes in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from app.api.problems import Problem
from app.api.words import Words
from app.desk.desk import LONGEST_REQUEST, MOST_REQUESTS, PASSAGES
from app.keeping.values import LONGEST, MOST
from app.narrowing import FilterModel
from app.queries import LONGEST_PROPOSAL, LONGEST_QUESTION
from app.wording import either
from corpus.files import REPLY_ID
from corpus.store.listing import Column
from corpus.types import FieldName

MOST_HITS = 100
"""So many passages or precedents are given at most."""

MOST_LISTED = 200
"""So many replies are listed at once."""

FARTHEST = 1_000_000_000
"""No library has more replies, and SQLite counts no further than 2⁶³."""

NotBlank = r"[^\s\x00-\x20\x7f-\xa0]"
"""Matches where there is more than blanks, whatever the dialect of the pattern counts as one."""
Count = Annotated[int, Field(ge=1, le=MOST_HITS, description="最多给出几条。How many at most.")]
Exactly = Annotated[
    bool,
    Field(
        description="照原文查找，不纠错、不译。Whether to look it up as typed: no misspelt words "
        "mended, no English translated."
    ),
]

ReplyId = Annotated[
    str,
    Path(
        min_length=1,
        max_length=64,
        pattern=rf"^{REPLY_ID}$",
        description="答复的编号。The id of a reply.",
        examples=["12da34801a54"],
    ),
]


class Model(BaseModel):
    """What is sent has these keys and no others."""

    model_config = ConfigDict(extra="forbid")


class SearchBody(Model):
    """What to look for."""

    query: str = Field(
        min_length=1,
        max_length=LONGEST_QUESTION,
        pattern=NotBlank,
        description="要查的文字。What to look for.",
    )
    k: Count = 10
    exactly: Exactly = False
    filters: FilterModel = FilterModel()


class QuestionBody(Model):
    """What to answer."""

    question: str = Field(
        min_length=1,
        max_length=LONGEST_QUESTION,
        pattern=NotBlank,
        description="所提的问题。The question.",
    )
    after: str = Field(
        default="",
        max_length=LONGEST_QUESTION,
        description="上一问，本问可以承接它。The question before, which this one may lean on.",
    )
    exactly: Exactly = False
    filters: FilterModel = FilterModel()


class StreamBody(QuestionBody):
    """What to answer, and whether the language model is to write as well."""

    generate: bool = Field(
        default=False,
        description="是否请语言模型根据引文写一段，逐句核对；要先在设置里指定模型。Whether the "
        "language model that the settings name is to write of the quotes, each sentence checked.",
    )


class ProposalBody(Model):
    """A proposal, suggestion or message whose precedents are wanted."""

    text: str = Field(
        min_length=1,
        max_length=LONGEST_PROPOSAL,
        pattern=NotBlank,
        description="提案、建议或来信的原文。The text of a proposal, suggestion or message.",
    )
    k: Count = 10
    filters: FilterModel = FilterModel()


Request = Annotated[str, Field(min_length=1, max_length=LONGEST_REQUEST, pattern=NotBlank)]


class CoverageBody(Model):
    """A proposal that is to be answered request by request."""

    text: str = ProposalBody.model_fields["text"]  # type: ignore[assignment]
    requests: Annotated[list[Request], Field(min_length=1, max_length=MOST_REQUESTS)] | None = (
        Field(
            default=None,
            description="所提的各项；不写则由程序读出。Its requests; null: as they are found in "
            "the text.",
        )
    )
    k: Count = PASSAGES
    filters: FilterModel = FilterModel()


Value = Annotated[str, Field(max_length=LONGEST)]


class CorrectionBody(Model):
    """Fields of a reply as they should be."""

    fields: Annotated[
        dict[FieldName, Annotated[list[Value], Field(max_length=MOST)] | None],
        Field(min_length=1),
    ] = Field(
        description="字段和它的值；[] 表示没有这一项，null 表示撤销更正。Fields with their values; "
        "[]: the reply has no such field; null: take the correction back.",
        examples=[{"disclosure": ["主动公开"], "outcome": None}],
    )


class ListQuery(FilterModel):
    """Which replies to list, and in which order."""

    text: str = Field(
        default="",
        max_length=LONGEST_QUESTION,
        description="标题、文号等字段或正文含有的词，几个的用空格隔开。Words that must stand in a "
        "field or in the text, parted by spaces.",
    )
    limit: int = Field(default=50, ge=1, le=MOST_LISTED, description="最多几份。How many at most.")
    offset: int = Field(default=0, ge=0, le=FARTHEST, description="跳过几份。How many to pass.")
    sort: Column = Field(default=Column.DATE, description="按哪一项排。What to sort by.")
    reverse: bool = Field(
        default=False,
        description="倒过来排；否则新的在前、拼音小的在前。The other way round: else the newest "
        "first, or as in a dictionary.",
    )


class CountQuery(FilterModel):
    """Which replies to count."""

    text: str = Field(default="", max_length=LONGEST_QUESTION, description="同列表。As listed.")


_SAID = {
    "missing": Words("缺少这一项", "it is missing"),
    "extra_forbidden": Words("没有这一项，请删去", "there is no such key; leave it out"),
    "string_too_long": Words("最多 {max_length} 字", "at most {max_length} characters"),
    "string_too_short": Words("不能为空", "it must not be empty"),
    "string_pattern_mismatch": Words("不能只有空白", "it must not be blank"),
    "string_type": Words("应是文字", "a string is expected"),
    "string_unicode": Words("有不成字的编码", "it holds halves of characters"),
    "int_type": Words("应是整数", "an integer is expected"),
    "int_parsing": Words("应是整数", "an integer is expected"),
    "int_from_float": Words("应是整数", "an integer is expected"),
    "bool_type": Words("应是 true 或 false", "true or false is expected"),
    "bool_parsing": Words("应是 true 或 false", "true or false is expected"),
    "greater_than_equal": Words("不小于 {ge}", "at least {ge}"),
    "less_than_equal": Words("不大于 {le}", "at most {le}"),
    "too_long": Words("最多 {max_length} 个", "at most {max_length} of them"),
    "too_short": Words("至少 {min_length} 个", "at least {min_length} of them"),
    "enum": Words("应是 {either}", "one of {expected} is expected"),
    "list_type": Words("应是数组", "an array is expected"),
    "dict_type": Words("应是对象", "an object is expected"),
    "model_attributes_type": Words("应是对象", "an object is expected"),
    "json_invalid": Words("不是正确的 JSON", "it is no valid JSON"),
    "value_error": Words(
        "年份应写成 2021、2019-2022、2019- 或 -2022，较早的在前",
        "write years as 2021, 2019-2022, 2019- or -2022, the earlier first",
    ),
}
"""What is wrong, by the names that pydantic has for it; nothing else is said of what was sent."""

_KEY = "[key]"
"""Where pydantic says that a key of an object is wrong, behind the key."""

_NO_KEY = Words("没有这一项，应是 {either}", "there is no such key; one of {expected} is expected")
_ELSE = Words("不能用", "it cannot be used")
_NO_ID = Words("编号只有字母和数字，最多 64 个", "an id is of letters and digits, 64 at most")


def read_invalid(errors: list[Any]) -> Problem:
    """Return what pydantic found wrong as a problem, in our own words."""
    places = tuple(_iter_places(errors[:20]))
    zh = "；".join(f"{place}：{said.zh}" for place, said in places)
    en = "; ".join(f"{place}: {said.en}" for place, said in places)
    detail = Words(f"请求不能用。{zh}。", f"Something cannot be used. {en}.")
    return Problem("unusable", detail, errors=places)


def _iter_places(errors: list[Mapping[str, Any]]) -> Iterator[tuple[str, Words]]:
    for error in errors:
        loc, kind, about = error["loc"], error["type"], error.get("ctx", {})
        said = _SAID.get(kind, _ELSE) if loc[0] != "path" else _NO_ID
        if kind == "enum":
            about = about | {"either": either(re.findall(r"'([^']+)'", about["expected"]))}
            if loc[-1] == _KEY:
                loc, said = loc[:-1], _NO_KEY
        place = ".".join(str(part)[:100] for part in loc)
        try:
            yield place, said.fill(**about)
        except KeyError:
            yield place, said
