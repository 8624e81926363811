"""Which of several cited replies counts as the latest."""

from __future__ import annotations

from app.present import Presenter
from corpus.types import FieldName
from index.answers.answer import Finding
from index.answers.quotes import Excerpt
from index.ranking.hits import Hit, RankedReply
from tests.fakes import parsed_reply, query_of


def excerpt(id: str, region: str, date: str | None, matter: str = "") -> Excerpt:
    values = {FieldName.REGION: region} | ({FieldName.DATE: date} if date else {})
    values |= {FieldName.MATTER_TITLE: matter} if matter else {}
    parsed = parsed_reply("每台补贴20万元。", id=id, source=f"/答复/{id}.txt", values=values)
    return Excerpt(parsed.reply, parsed.passages[0], 0, 8, 1.0)


def newest(*excerpts: Excerpt, found: tuple[Excerpt, ...] = ()) -> list[bool]:
    query = query_of("补贴")
    ranked = tuple(
        RankedReply(e.reply.id, 0.5, (Hit(1, e.passage, e.reply, 0.5, 1.0, 0.5),)) for e in found
    )
    answer = Presenter(redacted=True).answer(Finding(query, ranked, excerpts, 0.9), threshold=0.5)
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


def test_a_later_reply_to_another_matter_makes_none_outdated() -> None:
    lift = excerpt("梯", "云桥区", "2021-05-18", "关于加大老旧小区加装电梯政策支持力度的建议")
    parking = excerpt("车", "云桥区", "2023-06-12", "破解老城区居民停车难")
    later = excerpt("新", "云桥区", "2023-06-12", "加快推进老旧小区既有多层住宅加装电梯")
    assert newest(lift, parking) == [True, True]
    assert newest(lift, later) == [False, True]


def test_a_later_reply_that_was_found_but_not_quoted_counts_too() -> None:
    old = excerpt("旧", "云桥区", "2021-05-18")
    assert newest(old, found=(old, excerpt("新", "云桥区", "2023-06-12"))) == [False]
    assert newest(old, found=(old,)) == [True]
