"""How likely some signs are a person's name, by weights learned from tagged text.

The rules of `names` ask for what announces a person. This weighs the signs of a name, the words
that they make with their neighbours (安+排) and what stands around, and so finds persons whom no
rule announces. `tools.learn_names` learned the weights.
"""

from __future__ import annotations

import heapq
import json
import re
from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path

from corpus.personal.called import DOUBLE, GIVEN, is_no_name
from corpus.personal.public import is_public

WEIGHTS_FILE = Path(__file__).with_name("likely.json")
_DOUBLE = frozenset(DOUBLE.split("|"))
_GIVEN = re.compile(GIVEN)
_HOPELESS = -1.5
"""A surname and the sign behind it that weigh less make no name, whatever stands around."""

_BEFORE = {
    "k": "爸妈爹娘叔伯姨舅姑婶嫂哥姐弟妹儿女婿媳孙爷奶公婆父母夫妻侄甥",
    "t": "员工师商匠手主友伴东客户人者生医长贩板头介兵妇民售机安童属眷",
    "u": "科股室站队所处办局部组村院校厂店社司会班行镇心庭乡",
    "c": "叫名是姓",
    "v": "找由被让给向跟经据把对请替为",
    "、": "、和与及",
    "：": "：:",
    "（": '（(“"「《',
    "。": "，。；,.;!?！？\n\u3000 ",
}
"""Signs before a name: of kin, of trades and roles, of offices and places, of calling …"""
_BEHIND = {
    "v": "说称讲问答签收拿给打骂找叫把被将也都又还已就才曾没不未要拒同承反投举来去在向与跟对因为从"
    "用开住到交欠",
    "t": "先女同老师小大阿医律夫妇",
    "h": "家的等",
    "、": "、和与及",
    "d": "0123456789",
    "（": '（(”"」》）)：:',
    "。": "，。；,.;!?！？\n\u3000 $",
}
"""Signs behind one: of what somebody does, of titles, of what is somebody's …"""
_CUES = _BEFORE["k"] + _BEFORE["t"] + _BEFORE["c"] + _BEFORE["v"] + "、：:科股"
"""What announces a person, so that rare surnames are thought of as well."""
_KIND_BEFORE = {sign: kind for kind, signs in _BEFORE.items() for sign in signs}
_KIND_BEHIND = {sign: kind for kind, signs in _BEHIND.items() for sign in signs}


class Weights:
    """What was learned.

    :param weights: by kind of trait, then by its signs.
    :param words: the words of two signs: each first sign with all that follow it.
    :param least: what a name weighs at least.
    :param signs: "surnames" that begin a name often enough to ask for it; "rare" ones, that are
        asked for only behind what announces a name (`_CUES`); and "firsts", which given names begin
        with often enough.
    :param longer: words of three and four signs (青少年): their first two with all ends.
    """

    def __init__(
        self,
        weights: dict[str, dict[str, float]],
        words: dict[str, str],
        least: float,
        signs: dict[str, str],
        longer: dict[str, str],
    ) -> None:
        self.weights = {
            kind + signs: weight
            for kind, group in weights.items()
            for signs, weight in group.items()
        }
        self.words = words
        self.least = least
        self._surnames, self._rare = signs["surnames"], signs["rare"]
        self._firsts = signs["firsts"]
        self._longer = {begun: tuple(ends.split()) for begun, ends in longer.items()}

        self.hopes: dict[str, bool] = {}
        """What was asked of `begin_name` before."""

    @cached_property
    def surnames(self) -> re.Pattern[str]:
        """What a surname begins with, where a sign follows that names go on with."""
        begins = self._surnames + "".join(each[0] for each in _DOUBLE)
        goes_on = self._firsts + "".join(each[1] for each in _DOUBLE)
        # One class with one behind it: any alternation takes five times as long.
        return re.compile(f"[{begins}](?=[{goes_on}])")

    @cached_property
    def announced(self) -> re.Pattern[str]:
        """What a rare surname is, behind a sign that announces persons."""
        return re.compile(f"(?<=[{_CUES}])[{self._rare}](?=[{self._firsts}])")

    def begin_name(self, begun: str) -> bool:
        """Tell whether a surname and the sign behind it may begin a name."""
        surname, first = begun[:-1], begun[-1]
        if len(surname) == 1 and surname not in self._surnames and surname not in self._rare:
            return False
        weigh = self.weights.get
        word = weigh("?b", 0.0) if first in self.words.get(surname[-1], "") else 0.0
        weight = weigh(f"s{surname}", 0.0) + weigh(f"b{surname[-1]}{first}", 0.0) + word
        return weight + max(weigh(f"f{first}", 0.0), weigh(f"o{first}", 0.0)) >= _HOPELESS

    def is_word(self, signs: str) -> bool:
        """Tell whether the signs are a word of two."""
        return len(signs) == 2 and signs[1] in self.words.get(signs[0], "")

    def begins_word(self, plain: str, start: int) -> bool:
        """Tell whether a word of three or four signs begins at a place."""
        return plain.startswith(self._longer.get(plain[start : start + 2], ()), start + 2)

    def weigh(self, plain: str, start: int, given: int, end: int, listed: bool = False) -> float:
        """Return what all traits of a name weigh.

        :param listed: whether another name stands right before, parted by a sign alone.
        """
        weigh = self.weights.get
        return sum([weigh(each, 0.0) for each in self.traits(plain, start, given, end, listed)])

    def traits(
        self, plain: str, start: int, given: int, end: int, listed: bool = False
    ) -> list[str]:
        """Return what a name and its neighbours are weighed by; it is given from `given` on."""
        surname, first, last = plain[start:given], plain[given], plain[end - 1]
        third, second, left = tuple(f"^^^{plain[max(start - 3, 0) : start]}"[-3:])
        right, further = tuple(f"{plain[end : end + 2]}$$"[:2])
        traits = [
            "a",
            f"s{surname}",
            f"b{surname[-1]}{first}",
            f"<{left}",
            f"<{second}{left}",
            f"<{third}{second}{left}",
            f"x{left}{surname[0]}",
            f">{right}",
            f">{right}{further}",
            f"y{last}{right}",
        ]
        before, behind = _KIND_BEFORE.get(left, "?"), _KIND_BEHIND.get(right, "?")
        length = "o" if end - given == 1 else "g"
        traits += [f"L{length}{before}", f"R{length}{behind}", f"B{length}{before}{behind}"]
        if listed:
            traits.append("N")
        pairs = [("x", left, surname[0]), ("y", last, right), ("<", second, left)]
        pairs += [(">", right, further), ("b", surname[-1], first)]
        if end - given == 1:
            traits += ["o", f"o{first}"]
        else:
            traits += [f"f{first}", f"l{last}", f"g{first}{last}"]
            pairs.append(("g", first, last))
        words = self.words
        return traits + [f"?{kind}" for kind, one, two in pairs if two in words.get(one, "")]


@cache
def load_weights() -> Weights:
    """Return the weights that come with the program."""
    learned = json.loads(WEIGHTS_FILE.read_text("utf-8"))
    return Weights(**learned)


def spans(plain: str, given: int) -> Iterator[int]:
    """Yield where a name may end whose given name begins at `given`."""
    for end in (given + 1, given + 2):
        if not _GIVEN.match(plain, end - 1):
            break
        yield end


def candidates(weights: Weights, plain: str) -> Iterator[tuple[int, int]]:
    """Yield where names may begin, and where the given name does."""
    hopes, words = weights.hopes, weights.words
    found = (weights.surnames.finditer(plain), weights.announced.finditer(plain))
    for surname in heapq.merge(*found, key=re.Match.start):
        start = surname.start()
        given = start + (2 if plain[start : start + 2] in _DOUBLE else 1)
        begun = plain[start : given + 1]
        hope = hopes.get(begun)
        if hope is None:
            hope = hopes[begun] = weights.begin_name(begun)
        # A sign that makes a word with the one before it (保+安) is no surname.
        inside = start and plain[start] in words.get(plain[start - 1], "")
        if hope and not inside and not weights.begins_word(plain, start):
            yield start, given


def iter_likely(plain: str) -> Iterator[tuple[int, int]]:
    """Yield the spans that are likely a private person's name, one after the other."""
    weights = load_weights()
    last = public = 0
    for start, given in candidates(weights, plain):
        if start < last:
            continue
        listed = follows_name(plain, last, start)
        most, at = 0.0, 0
        for end in spans(plain, given):
            weight = weights.weigh(plain, start, given, end, listed) - weights.least
            if weight > most:
                most, at = weight, end
        if not at:
            continue
        last, name = at, plain[start:at]
        if follows_name(plain, public, start, "、和与及") or is_public(plain, start, at):
            public = at
        elif not is_no_name(name) and not weights.is_word(name):
            yield start, at


def follows_name(plain: str, end: int, start: int, parted: str = "、和与及，") -> bool:
    """Tell whether what begins at `start` is listed behind a name that ends at `end`.

    :param parted: the signs of which one parts them; `end` is 0 where there is no name.
    """
    return bool(end) and start == end + 1 and plain[end] in parted
