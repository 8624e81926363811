"""How likely some signs are a person's name, by weights learned from tagged text.

The rules of `names` ask for what announces a person. This weighs the signs of a name, the words
that they make with their neighbours (安+排) and what stands around, and so finds persons whom no
rule announces. `tools.learn_names` learned the weights.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from pathlib import Path

from corpus.personal.called import DOUBLE, GIVEN

WEIGHTS_FILE = Path(__file__).with_name("likely.json")
_DOUBLE = frozenset(DOUBLE.split("|"))
_GIVEN = re.compile(GIVEN)
_HOPELESS = -4.0
"""A surname and the sign behind it that weigh less make no name, whatever stands around."""
_VAIN = -1.7
"""The same, with the two signs before it."""
_NONE = -99.0
Span = tuple[int, int]

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
_CUES = "".join(re.escape(signs) for signs in _BEFORE.values())
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

        self.hopes: dict[str, float] = {}
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

    def begin_name(self, begun: str) -> float:
        """Return what a surname and the sign behind it weigh at most."""
        surname, first = begun[:-1], begun[-1]
        if len(surname) == 1 and surname not in self._surnames and surname not in self._rare:
            return _NONE
        weigh = self.weights.get
        word = weigh("?b", 0.0) if first in self.words.get(surname[-1], "") else 0.0
        weight = weigh(f"s{surname}", 0.0) + weigh(f"b{surname[-1]}{first}", 0.0) + word
        return weight + max(weigh(f"f{first}", 0.0), weigh(f"o{first}", 0.0))

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
        return self.sum(self.traits(plain, start, given, end, listed))

    def sum(self, traits: Iterable[str]) -> float:
        """Return what the traits weigh together."""
        weigh = self.weights.get
        return sum([weigh(each, 0.0) for each in traits])

    def traits(
        self, plain: str, start: int, given: int, end: int, listed: bool = False
    ) -> list[str]:
        """Return what a name and its neighbours are weighed by; it is given from `given` on."""
        return [*self.begun(plain, start, given), *self.ended(plain, start, given, end, listed)]

    def begun(self, plain: str, start: int, given: int) -> list[str]:
        """Return the traits of how a name begins, and of what is before it."""
        surname, first = plain[start:given], plain[given]
        third, second, left = tuple(f"^^^{plain[max(start - 3, 0) : start]}"[-3:])
        traits = [
            "a",
            f"s{surname}",
            f"b{surname[-1]}{first}",
            f"<{left}",
            f"<{second}{left}",
            f"<{third}{second}{left}",
            f"x{left}{surname[0]}",
        ]
        words = self.words.get
        if surname[0] in words(left, ""):
            traits.append("?x")
        if left in words(second, ""):
            traits.append("?<")
        if first in words(surname[-1], ""):
            traits.append("?b")
        return traits

    def ended(self, plain: str, start: int, given: int, end: int, listed: bool) -> list[str]:
        """Return the traits of how a name goes on, and of what is behind it."""
        first, last = plain[given], plain[end - 1]
        left = plain[start - 1] if start else "^"
        right, further = tuple(f"{plain[end : end + 2]}$$"[:2])
        before, behind = _KIND_BEFORE.get(left, "?"), _KIND_BEHIND.get(right, "?")
        length = "o" if end - given == 1 else "g"
        traits = [
            f">{right}",
            f">{right}{further}",
            f"y{last}{right}",
            f"L{length}{before}",
            f"R{length}{behind}",
            f"B{length}{before}{behind}",
        ]
        if listed:
            traits.append("N")
        words = self.words.get
        if end - given == 1:
            traits += ["o", f"o{first}"]
        else:
            traits += [f"f{first}", f"l{last}", f"g{first}{last}"]
            if last in words(first, ""):
                traits.append("?g")
        if right in words(last, ""):
            traits.append("?y")
        if further in words(right, ""):
            traits.append("?>")
        return traits


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


def candidates(weights: Weights, plain: str) -> Iterator[Span]:
    """Yield where names may begin, and where the given name does."""
    hopes, words, weigh = weights.hopes, weights.words, weights.weights.get
    found = [each.start() for each in weights.surnames.finditer(plain)]
    found += [each.start() for each in weights.announced.finditer(plain)]
    for start in sorted(found):
        given = start + (2 if plain[start : start + 2] in _DOUBLE else 1)
        begun = plain[start : given + 1]
        hope = hopes.get(begun)
        if hope is None:
            hope = hopes[begun] = weights.begin_name(begun)
        if hope < _HOPELESS:
            continue
        before = plain[max(start - 2, 0) : start]
        if hope + weigh(f"<{before[-1:]}", 0.0) + weigh(f"<{before}", 0.0) < _VAIN:
            continue
        # A sign that makes a word with the one before it (保+安) is no surname.
        inside = before and plain[start] in words.get(before[-1], "")
        if not inside and not weights.begins_word(plain, start):
            yield start, given


def follows_name(plain: str, end: int, start: int, parted: str = "、和与及，") -> bool:
    """Tell whether what begins at `start` is listed behind a name that ends at `end`.

    :param parted: the signs of which one parts them; `end` is 0 where there is no name.
    """
    return bool(end) and start == end + 1 and plain[end] in parted
