"""The weights that persons' names are weighed by, and the traits that have them."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path

from corpus.personal.called import DOUBLE, GIVEN

WEIGHTS_FILE = Path(__file__).with_name("likely.json")
DOUBLES = frozenset(DOUBLE.split("|"))
_GIVEN = re.compile(GIVEN)
_HOPELESS = -1.3
"""A surname and the sign behind it that weigh less make no name, whatever stands around."""
_HOPELESS_ALONE = -1.0
"""The same for a given name alone."""

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
_CUES_OF_GIVEN = _CUES + "和与及（(“，。；,.;!?！？\n\u3000 我的去到里等"
"""What given names alone are thought of behind (我拦建军没拦住)."""
KIND_BEFORE = {sign: kind for kind, signs in _BEFORE.items() for sign in signs}
_KIND_BEHIND = {sign: kind for kind, signs in _BEHIND.items() for sign in signs}

_TITLE_BEHIND = re.compile(
    "医生|大夫|护士|警官|民警|法官|律师|庭长|[老教]师|师傅|主任|[科处局院校所站队组社班]长|会计|文书|干部|同志|同学"
    "|先生|女士|大[姐哥爷妈叔娘嫂伯婶]|老[汉人板头]|[婶叔姨嫂爷哥姐]|奶奶"
)
"""What persons are called behind their name."""
_TITLE_BEGINS = frozenset(
    "医大护警民法律庭老教师主科处局院校所站队组社班会文干同先女婶叔姨嫂爷哥姐奶"
)

LISTED, MET = "N", "M"
"""What is known of a place: a name stands right before it, parted by a sign alone; the same name,
or a longer one that ends with it, stands elsewhere in the text."""


class Weights:
    """What was learned.

    :param weights: by kind of trait, then by its signs.
    :param words: the words of two signs: each first sign with all that follow it.
    :param least: what a name weighs at least.
    :param signs: "surnames" that begin a name often enough to ask for it; "rare" ones, that are
        asked for only behind what announces a name (`_CUES`); "firsts", which given names begin
        with often enough; and "begins" and "ends" of those that stand alone.
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
        self._begins, self._ends = signs["begins"], signs["ends"]
        self._longer = {begun: tuple(ends.split()) for begun, ends in longer.items()}

        self._hopes: tuple[dict[str, bool], dict[str, bool]] = {}, {}
        """What was asked of `begin_name` and of `is_given` before."""

    @cached_property
    def surnames(self) -> re.Pattern[str]:
        """What a surname begins with, where a sign follows that names go on with."""
        begins = self._surnames + "".join(each[0] for each in DOUBLES)
        goes_on = self._firsts + "".join(each[1] for each in DOUBLES)
        # One class with one behind it: any alternation takes five times as long.
        return re.compile(f"[{begins}](?=[{goes_on}])")

    @cached_property
    def announced(self) -> re.Pattern[str]:
        """What a rare surname is, behind a sign that announces persons."""
        return re.compile(f"(?<=[{_CUES}])[{self._rare}](?=[{self._firsts}])")

    @cached_property
    def alone(self) -> re.Pattern[str]:
        """What a given name of two signs begins with, behind a sign that lets one stand alone."""
        return re.compile(f"(?:^|(?<=[{_CUES_OF_GIVEN}]))[{self._begins}](?=[{self._ends}])", re.M)

    def hope(self, signs: str, alone: bool) -> bool:
        """Tell whether signs may begin a name, or be a given name that stands alone."""
        known = self._hopes[alone].get(signs)
        if known is None:
            known = self.is_given(signs) if alone else self.begin_name(signs)
            self._hopes[alone][signs] = known
        return known

    def is_given(self, signs: str) -> bool:
        """Tell whether two signs may be a given name that stands alone."""
        weigh = self.weights.get
        first, last = signs[0], signs[1]
        word = weigh("?G", 0.0) if self.is_word(signs) else 0.0
        weight = weigh("s", 0.0) + weigh(f"f{first}", 0.0) + weigh(f"l{last}", 0.0) + word
        return weight + weigh(f"g{signs}", 0.0) >= _HOPELESS_ALONE

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

    def weigh(self, plain: str, start: int, given: int, end: int, known: str = "") -> float:
        """Return what all traits of a name weigh; `known` is that of `traits`."""
        weigh = self.weights.get
        return sum([weigh(each, 0.0) for each in self.traits(plain, start, given, end, known)])

    def weigh_ends(self, plain: str, start: int, given: int, known: str) -> tuple[float, int]:
        """Return by how much a name weighs more than it has to, and where it then ends."""
        ends = spans(plain, start, given)
        weighed = [(self.weigh(plain, start, given, end, known) - self.least, end) for end in ends]
        return max(weighed, default=(-math.inf, start))

    def traits(self, plain: str, start: int, given: int, end: int, known: str = "") -> list[str]:
        """Return what a name and its neighbours are weighed by.

        :param given: where the given name begins; at `start` it stands alone.
        :param known: `LISTED` and `MET`, where they hold.
        """
        first, last = plain[given], plain[end - 1]
        third, second, left = tuple(f"^^^{plain[max(start - 3, 0) : start]}"[-3:])
        right, further = tuple(f"{plain[end : end + 2]}$$"[:2])
        before, behind = KIND_BEFORE.get(left, "?"), _KIND_BEHIND.get(right, "?")
        traits = [
            "a",
            f"<{left}",
            f"<{second}{left}",
            f"<{third}{second}{left}",
            f"x{left}{plain[start]}",
            f">{right}",
            f">{right}{further}",
            f"y{last}{right}",
            *known,
        ]
        pairs = [("x", left, plain[start]), ("y", last, right), ("<", second, left)]
        pairs.append((">", right, further))
        shape = "o" if end - given == 1 else "g"
        if given == start:
            shape = "G"
            traits.append("s")
        else:
            surname = plain[start:given]
            traits += [f"s{surname}", f"b{surname[-1]}{first}"]
            pairs.append(("b", surname[-1], first))
            if surname in self._rare:
                traits += [f"L{shape}r{before}", f"R{shape}r{behind}", f"{shape}r"]
        traits += [f"L{shape}{before}", f"R{shape}{behind}", f"B{shape}{before}{behind}"]
        if shape == "o":
            traits += ["o", f"o{first}"]
        else:
            traits += [f"f{first}", f"l{last}", f"g{first}{last}"]
            pairs.append((shape, first, last))
        if MET in known:
            traits.append(f"M{shape}")
        if stands_before_title(plain, end):
            traits.append(f"T{shape}")
        words = self.words
        return traits + [f"?{kind}" for kind, one, two in pairs if two in words.get(one, "")]


@cache
def load_weights() -> Weights:
    """Return the weights that come with the program."""
    learned = json.loads(WEIGHTS_FILE.read_text("utf-8"))
    return Weights(**learned)


def spans(plain: str, start: int, given: int) -> Iterator[int]:
    """Yield where a name may end that begins at `start`, and its given name at `given`."""
    if start == given:
        yield given + 2
        return
    for end in (given + 1, given + 2):
        if not _GIVEN.match(plain, end - 1):
            break
        yield end


def given_of(name: str) -> int:
    """Return where the given name begins in a name."""
    return 2 if name[:2] in DOUBLES and len(name) > 2 else 1


def stands_before_title(plain: str, end: int) -> bool:
    """Tell whether what ends at `end` stands before what persons are called."""
    # Few signs begin a title: to ask for one first spares most of the time.
    return plain[end : end + 1] in _TITLE_BEGINS and _TITLE_BEHIND.match(plain, end) is not None
