"""Which of several cited replies counts as the latest."""

from __future__ import annotations

import numpy as np

from app.present import Presenter
from corpus.types import FieldName
from index.answer import Finding
from index.quotes import Excerpt
from index.retrieve import Query
from index.score import QueryTerms
from tests.fakes import parsed_reply


def excerpt(id: str, region: str, date: str | None) -> Excerpt:
    values = {FieldName.REGION: region} | ({FieldName.DATE: date} if date else {})
    parsed = parsed_reply("每台补贴20万元。", id=id, source=f"/答复/{id}.txt", values=values)
    return Excerpt(parsed.reply, parsed.passages[0], 0, 8, 1.0)


def newest(*excerpts: Excerpt) -> list[bool]:
    query = Query("补贴", QueryTerms({}, 0.0, 1.2), (), np.zeros(2, np.float32))
    answer = Presenter(redacted=True).answer(Finding(query, (), excerpts, 0.9), threshold=0.5)
    return [citation.newest for citation in answer.citations]


def test_an_older_reply_of_the_same_district_is_not_the_newest() -> None:
    assert newest(excerpt("旧", "云桥区", "2021-05-18"), excerpt("新", "云桥区", "2023-06-12")) == [
        False,
        True,
    ]


def test_another_districts_later_reply_makes_none_outdated() -> None:
    assert newest(
        excerpt("云桥", "云桥区", "2021-05-18"), excerpt("望湖", "望湖区", "2023-06-12")
    ) == [True, True]


def test_a_reply_without_a_date_is_not_called_older() -> None:
    assert newest(excerpt("无", "云桥区", None), excerpt("新", "云桥区", "2023-06-12")) == [
        True,
        True,
    ]
