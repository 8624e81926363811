"""Terms, and the last days that they mean."""

from __future__ import annotations

from datetime import date

import pytest

from corpus.statements.due import find_due

DATED = date(2024, 5, 20)


@pytest.mark.parametrize(
    ("term", "by"),
    [
        ("年底前", "2024-12-31"),
        ("2024年底", "2024-12-31"),
        ("年内", "2024-12-31"),
        ("明年", "2025-12-31"),
        ("“十四五”期间", "2025-12-31"),
        ("“十五五”末", "2030-12-31"),
        ("下半年", "2024-12-31"),
        ("明年上半年", "2025-06-30"),
        ("明年一季度", "2025-03-31"),
        ("第四季度", "2024-12-31"),
        ("7月底前", "2024-07-31"),
        ("2025年2月", "2025-02-28"),
        ("2025年6月前", "2025-05-31"),
        ("9月中旬", "2024-09-20"),
        ("10月中下旬", "2024-10-31"),
        ("6月中旬前", "2024-06-20"),
        ("6月18日前", "2024-06-18"),
        ("下月底", "2024-06-30"),
        ("从8月1日起", "2024-08-01"),
        ("国庆前", "2024-09-30"),
        ("国庆假期", "2024-10-07"),
        ("今年暑期", "2024-08-31"),
        ("2025年春节前", "2025-01-28"),
        ("三个月内", "2024-08-20"),
        ("两周内", "2024-06-03"),
        ("15日内", "2024-06-04"),
        ("两到三年时间", "2027-05-20"),
        ("7月8日至10月7日", "2024-10-07"),
        ("二〇二六年底前", "2026-12-31"),
        ("本周五前", "2024-05-24"),
        ("下周起", "2024-05-27"),
        ("未来三年", "2027-05-20"),
        ("2024—2026年", "2026-12-31"),
        ("本月底", "2024-05-31"),
        ("下月初", "2024-06-30"),
        ("半年内", "2024-11-20"),
        ("半个月内", "2024-06-04"),
        ("一年内", "2025-05-20"),
        ("30日内", "2024-06-19"),
        ("月内", "2024-05-31"),
        ("明日起", "2024-05-21"),
        ("春节前", "2025-01-28"),
        ("国庆后两周内", "2024-10-21"),
        ("霜降前", None),
        ("雨季结束后", None),
        ("国庆节后", None),
        ("今冬明春", None),
        ("中秋节前", None),
        ("汛后", None),
        ("汛期前", None),
        ("近期", None),
        ("五个工作日内", None),
        ("2027年元月30日前", "2027-01-30"),
        ("明年元月上旬", "2025-01-10"),
        ("本月上旬", "2024-05-10"),
        ("下月中旬", "2024-06-20"),
        ("1994年9月16日", "1994-09-16"),
        ("一九八〇年九月一日", "1980-09-01"),
        ("98年3月", "1998-03-31"),
        ("1997年4月―1998年2月", "1998-02-28"),
        ("2024年3月 —— 2025年6月", "2025-06-30"),
    ],
)
def test_a_term_is_its_last_day(term: str, by: str | None) -> None:
    found = list(find_due(term, DATED))
    assert len(found) == 1
    assert (found[0].start, found[0].end) == (0, len(term))
    assert (found[0].by.isoformat() if found[0].by else None) == by


def test_a_term_that_runs_from_an_event_has_no_day() -> None:
    found = find_due("收到检测报告后三个月内", DATED)
    assert [due.by for due in found] == [None]


@pytest.mark.parametrize(
    "term",
    [
        "每年11月至次年3月",
        "每年4月和11月",
        "每年汛期前",
        "每月20日前",
        "每月1日至5日",
        "每学期开学前",
        "每逢国庆节前",
    ],
)
def test_what_comes_again_and_again_is_one_term_without_a_day(term: str) -> None:
    found = list(find_due(term, DATED))
    assert [(due.start, due.end, due.by) for due in found] == [(0, len(term), None)]


def test_a_term_runs_from_the_day_before_it() -> None:
    term = "自2024年6月1日起三个月内"
    (found,) = find_due(term, DATED)
    assert (found.end, str(found.by)) == (len(term), "2024-09-01")


def test_a_month_that_is_planned_lies_ahead() -> None:
    (planned,) = find_due("预计1月中旬通车", date(2024, 12, 31))
    (told,) = find_due("1月中旬通车", date(2024, 12, 31))
    assert (str(planned.by), str(told.by)) == ("2025-01-20", "2024-01-20")


def test_a_day_that_nothing_plans_lies_behind_where_it_is_far_ahead() -> None:
    written = date(2019, 4, 29)
    (told,) = find_due("8月13日双方协商", written)
    (planned,) = find_due("我局将于8月13日举行", written)
    (until,) = find_due("8月13日前完成", written)
    assert [str(one.by) for one in (told, planned, until)] == [
        "2018-08-13",
        "2019-08-13",
        "2019-08-13",
    ]


@pytest.mark.parametrize("text", ["1990年代的小区", "50元月票", "每吨2元月底结清", "投入1998万元"])
def test_what_looks_like_a_year_or_a_month_is_none(text: str) -> None:
    assert [due.by for due in find_due(text, DATED) if due.by and due.by.month == 1] == []
    assert [due.by for due in find_due(text, DATED) if due.by and due.by.year < 2000] == []


def test_a_summer_that_runs_is_this_one() -> None:
    (term,) = find_due("利用暑假", date(2024, 7, 14))
    assert str(term.by) == "2024-08-31"


def test_what_lies_behind_is_no_term() -> None:
    assert list(find_due("近三个月内收到举报两件", DATED)) == []
    told_of = find_due("当月20日前缴费", DATED)
    assert [due.by for due in told_of] == [None]


def test_a_month_belongs_to_the_year_named_before_it() -> None:
    found = find_due("2022年3月开工，11月通车", DATED)
    assert [str(due.by) for due in found] == ["2022-03-31", "2022-11-30"]


def test_without_a_date_only_what_names_its_year_has_a_day() -> None:
    assert [due.by for due in find_due("年底前")] == [None]
    assert [str(due.by) for due in find_due("2025年底前")] == ["2025-12-31"]
