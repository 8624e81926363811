"""Dates as official documents write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.fields.dates import DATE, read_date, to_iso
from corpus.text.numerals import read_numeral


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2021年3月11日", "2021-03-11"),
        ("2021 年 3 月 11 日", "2021-03-11"),
        ("二〇二一年三月十一日", "2021-03-11"),
        ("二○○四年十二月十七日", "2004-12-17"),
        ("二零一九年十月三十一日", "2019-10-31"),
        ("二O一三年十一月六日", "2013-11-06"),
        ("一九九六年二月二十九日", "1996-02-29"),
        ("2021-07-05", "2021-07-05"),
        ("2021.7.5", "2021-07-05"),
        ("2021/7/5", "2021-07-05"),
        ("2017年元月6日", "2017-01-06"),
        ("2017年7月7号", "2017-07-07"),
        ("2014年5月19", "2014-05-19"),
        ("2016-01-08 17:08:30", "2016-01-08"),
        ("2016-01-08T17:08:30+08:00", "2016-01-08"),
        ("2 0 1 9 年 1 1月2 6日", "2019-11-26"),
        ("二〇一九年十月卅一日", "2019-10-31"),
        ("二〇一九年五月廿日", "2019-05-20"),
        ("二〇一九年五月廿三日", "2019-05-23"),
        ("贰零壹玖年拾壹月贰拾陆日", "2019-11-26"),
        ("二〇一九年一〇月二〇日", "2019-10-20"),
        ("二〇一九年〇三月〇八日", "2019-03-08"),
        ("二00九年三月八日", "2009-03-08"),
    ],
)
def test_dates_are_read_in_every_common_form(written: str, iso: str) -> None:
    assert read_date(written) == iso


@pytest.mark.parametrize(
    "written",
    [
        "2021年2月29日",
        "2021年13月1日",
        "2021-04-31",
        "二〇二一年三月三十二日",
        "209年3月12日",
        "3月5日",
    ],
)
def test_dates_that_no_calendar_has_are_absent(written: str) -> None:
    assert read_date(written) is None


@pytest.mark.parametrize("text", ["电话1234.2021.3.11", "版本2021.3.11.4", "编号12021-03-11"])
def test_parts_of_longer_numbers_are_no_dates(text: str) -> None:
    assert DATE.search(text) is None


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("7", 7),
        ("元", 1),
        ("十", 10),
        ("十二", 12),
        ("三十一", 31),
        ("九", 9),
        ("卅", 30),
        ("廿六", 26),
        ("叁拾", 30),
        ("二〇", 20),
        ("〇八", 8),
        ("1 2", 12),
        ("一百零三", 103),
        ("二百一十九", 219),
        ("一百", 100),
    ],
)
def test_small_numerals(numeral: str, value: int) -> None:
    assert read_numeral(numeral) == value


@pytest.mark.parametrize("numeral", ["一百一百", "一百零二百", "三百百", "一百百", "一百二百三"])
def test_two_hundreds_are_no_numeral(numeral: str) -> None:
    with pytest.raises(ValueError, match=numeral):
        read_numeral(numeral)


_DIGITS = "〇一二三四五六七八九"


def _numeral(number: int) -> str:
    tens, ones = divmod(number, 10)
    ten = "" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十"
    return ten + (_DIGITS[ones] if ones else "")


@given(st.dates(date(1949, 10, 1), date(2099, 12, 31)))
def test_every_day_is_read_in_digits_and_in_chinese(day: date) -> None:
    year = "".join(_DIGITS[int(c)] for c in str(day.year))
    chinese = f"{year}年{_numeral(day.month)}月{_numeral(day.day)}日"
    for written in (chinese, f"{day.year}年{day.month}月{day.day}日", day.isoformat()):
        match = DATE.fullmatch(written)
        assert match is not None
        assert to_iso(match) == day.isoformat()
