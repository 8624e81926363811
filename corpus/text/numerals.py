"""Numerals as documents write them, in digits or Chinese, also in the forms of cheques (叁拾)."""

from __future__ import annotations

import re

ZEROS = "〇○◯零OoＯｏ0"
_FORMAL = "壹贰叁肆伍陆柒捌玖"
FORMAL_OF = str.maketrans(_FORMAL + "貳參陸拾", "一二三四五六七八九二三六十")
ONES = f"一二三四五六七八九{_FORMAL}貳參陸"
DIGITS = {**dict.fromkeys(ZEROS, 0), **{c: i for i, c in enumerate("一二三四五六七八九", 1)}}
_SAID = {**DIGITS, "两": 2, "": 0}
_TENS = {"十": 1, "廿": 2, "卄": 2, "卅": 3}
_TEN = re.compile(r"(?P<high>\w?)(?P<ten>[十廿卄卅])(?P<ones>\w?)")
_HUNDRED = re.compile(r"(?P<hundreds>\w)百[零〇]?(?P<rest>[^\W百]{0,3})")


def read_numeral(numeral: str) -> int:
    """Return the value of a numeral up to 999, or of digits: `7`, `元`, `两`, `卅一`, `叁拾`.

    :raises ValueError: for what is none, like 十十.
    """
    numeral = numeral.replace(" ", "").translate(FORMAL_OF)
    if numeral.isdecimal():
        return int(numeral)
    if numeral == "元":
        return 1
    try:
        if ten := _TEN.fullmatch(numeral):
            high = _SAID[ten["high"]] if ten["high"] else 1
            return 10 * high * _TENS[ten["ten"]] + _SAID[ten["ones"]]
        if hundred := _HUNDRED.fullmatch(numeral):
            rest = read_numeral(hundred["rest"]) if hundred["rest"] else 0
            return 100 * _SAID[hundred["hundreds"]] + rest
        return int("".join(str(_SAID[digit]) for digit in numeral))
    except KeyError as error:
        raise ValueError(numeral) from error
