"""By what a clause is judged to ask: what the rules found, its words and form, what is around."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from corpus.spans import clause_end
from corpus.statements.doing import DOES
from index.ranking.requests import wording
from index.ranking.requests.clauses import Clause
from index.ranking.requests.mood import MODAL, QUESTION, SURE, mood
from index.ranking.requests.points import CLOSING, Span
from index.ranking.requests.units import LEADING

Found = tuple[int, int, str]
"""What the rules found: where it begins and ends, and as what."""

POINT, LISTED, ASKED = "p", "l", "a"
"""A numbered point below a head that asks; another point, paragraph or cell; a sentence."""

_BEGINS = {
    "req": wording.REQUEST,
    "dem": wording.DEMAND,
    "should": wording.SHOULD,
    "urge": wording.URGES,
    "op": wording.OPINION,
    "topic": wording.TOPIC,
    "leans": wording.LEANS,
    "closing": CLOSING,
    "does": re.compile(DOES),
    "rep": wording.REPORTED,
}
_HOLDS = {
    "sure": SURE,
    "q": QUESTION,
    "modal": MODAL,
    "past": wording.PAST,
    "told": wording.TOLD,
    "weak": wording.WEAK,
    "rhet": wording.RHETORICAL,
    "obl": wording.OBLIGES,
    "any": wording.ANYWHERE,
    "asked": wording.ASKED_FOR,
    "polite": wording.POLITE,
    "ifonly": wording.IF_ONLY,
    "ask": re.compile(r"建议|希望|[恳肯垦]请|恳求|请求|呼吁|要求|[望盼]|请(?![问教示])|求"),
    "shallask": re.compile(r"应|必须|务必|要(?!求)|可"),
    "neg": re.compile(r"[不没未无]"),
    "le": re.compile("了"),
    "num": re.compile(r"\d"),
    "we": re.compile(r"我|咱|本人"),
    "gov": re.compile(r"政府|领导|部门|局|县长|书记|市长|相关|有关"),
    "what": re.compile(r"什么|哪|几|多少|何|怎|吗|呢|么|为啥|是否|能否"),
    "why": re.compile(r"为什么|为何|为啥|凭什么|怎么能|难道|何在"),
    "thanks": re.compile(r"谢|感激"),
    "greet": re.compile(r"您好|你好|尊敬"),
    "reply": re.compile(r"回复|答复|盼复|解答|回音|重视|关注|采纳"),
    "just": re.compile(r"做主|作主|公道|说法|公平"),
}
"""The words that tell how a clause speaks, where it begins with them or holds them."""

_OF_KIND = (
    *("c:ask", "c:shallask", "c:q", "c:req", "c:does", "c:mood1", "c:rep", "c:what"),
    *("s:ask", "s:does", "pk", "r"),
)
"""The traits that weigh otherwise in a message than in a proposal or a report."""

_REPORTS = re.compile(
    r"委员(?!会)|(?<![业居村家民群方])代表(?!们?我|性|团)|政协|人大(?!夫)|提案|议案"
)
"""Who speaks in a report of what deputies ask for."""

_SORTS = {
    sign: signs[0]
    for signs in (",，、", ".。", ";；", "?？", "!！", ":：", "”’」", ")）】]")
    for sign in signs
}
_LENGTHS = (1, 2, 3, 4, 6, 8, 11, 15, 20, 30, 45, 80)
_HEADS = re.compile(r"[^\n]{1,24}(?:\n|$)|[^\n，。]{1,12}[：:]")
_ASKING_HEAD = re.compile(r"建议|对策|措施|诉求|请求|意见|方案|办法|希望|怎么办|恳请")
_TELLING_HEAD = re.compile(r"问题|现状|背景|情况|案由|原因|困难|理由|成效|分析")


def kind_of(text: str, formal: bool) -> str:
    """Return how a text speaks: `F` a proposal, `N` a report of some, `M` a message."""
    return "F" if formal else "N" if len(_REPORTS.findall(text)) > 1 else "M"


@dataclass(frozen=True)
class Reading:
    """A text, cut and searched, as its clauses are judged.

    :ivar hidden: the text without what stands in quotation marks.
    """

    text: str
    hidden: str
    kind: str
    clauses: Sequence[Clause]
    found: Sequence[Found]

    def traits(self) -> tuple[list[list[str]], list[list[str]]]:
        """Return the traits of each clause, and of the joint before each."""
        clauses = self.clauses
        cues = [frozenset(_cues(self.hidden[each.start : each.end])) for each in clauses]
        sentences: dict[int, list[int]] = {}
        for number, each in enumerate(clauses):
            sentences.setdefault(each.sentence, []).append(number)
        said = {
            sentence: frozenset().union(*(cues[n] for n in numbers))
            for sentence, numbers in sentences.items()
        }
        ruled, of = self.ruled
        formal = "F" if self.kind == "F" else "M"
        quotes, asked, head = _open_quotes(self.text, clauses), False, "None"
        rows, joints = [], []
        for n, clause in enumerate(clauses):
            head = self._head(clause) or head
            around = (
                cues[n - 1] if n else frozenset(),
                cues[n + 1] if n + 1 < len(clauses) else frozenset(),
                said.get(clause.sentence - 1, frozenset()),
                said.get(clause.sentence + 1, frozenset()),
            )
            row = [
                *self._form(n, sentences[clause.sentence], formal),
                *self._by_rules(n, ruled, sentences[clause.sentence], formal),
                *(f"c:{cue}" for cue in cues[n]),
                *(f"c{formal}:{cue}" for cue in cues[n]),
                *(f"s:{cue}" for cue in said[clause.sentence]),
                *(
                    f"{where}:{cue}"
                    for where, near in zip(("cp", "cn", "sp", "sn"), around, strict=True)
                    for cue in near
                ),
                *self._words(n, sentences[clause.sentence][0]),
                f"head{head}",
                f"ask{asked:d}",
            ]
            if quotes[n]:
                row.append("quoted")
            row += [f"{self.kind}{trait}" for trait in row if trait.startswith(_OF_KIND)]
            rows.append(row)
            joints.append(list(self._joint(n, cues, said, ruled, of, formal)) if n else [])
            asked = asked or bool(cues[n] & {"req", "dem", "urge"})
        return rows, joints

    @cached_property
    def ruled(self) -> tuple[list[str], list[int]]:
        """Return what the rules say of each clause, and which of their findings it is of."""
        ruled, of = ["O"] * len(self.clauses), [-1] * len(self.clauses)
        at = 0
        for number, (start, end, kind) in enumerate(self.found):
            begun = False
            while at < len(self.clauses) and self.clauses[at].start < end:
                clause = self.clauses[at]
                if clause.start >= start and clause.end <= end + 1:
                    ruled[at], of[at], begun = ("I" if begun else "B") + kind, number, True
                at += 1
        return ruled, of

    def is_led(self, n: int) -> bool:
        """Tell whether the clause before leads to a clause: as its reason, or who asks.

        No point of a list is led to, nor what stands behind a colon.
        """
        before, clause = self.clauses[n - 1], self.clauses[n]
        exact = self.ruled[0][n] in ("B" + POINT, "B" + LISTED)
        apart = exact or clause.mark or before.numbers or self._sort(n - 1) == ":"
        return before.sentence == clause.sentence and not apart

    def asks(self, n: int) -> bool:
        """Tell whether a clause begins with a word that asks, or with who is said to ask."""
        words = self.hidden[self.clauses[n].start : self.clauses[n].end]
        return bool(wording.REQUEST.match(words) or wording.REPORTED.match(words))

    def _head(self, clause: Clause) -> str:
        """Return whether a clause begins a heading that asks, or one that tells."""
        if not clause.new_line:
            return ""
        line = self.text.rfind("\n", 0, clause.start) + 1
        if not _HEADS.match(self.text, line):
            return ""
        words = self.text[line : clause_end(self.text, line, "\n", line + 24)]
        return (
            "ask" if _ASKING_HEAD.search(words) else "tell" if _TELLING_HEAD.search(words) else ""
        )

    def _form(self, n: int, sentence: Sequence[int], formal: str) -> Iterator[str]:
        clause = self.clauses[n]
        before, after = self._sort_before(n), self._sort(n)
        yield from ("b", f"fd{formal}", f"doc{self.kind}")
        if clause.numbers:
            yield f"mark{clause.numbers}"
        if clause.mark:
            yield from (f"after{clause.mark.form}", "afterm", f"afterm{formal}")
            yield f"mn{min(clause.mark.number, 3)}"
        if clause.new_line:
            yield from ("nl", f"nl{formal}")
        yield from (f"pk{before}", f"ek{after}", f"pe{before}{after}")
        place = n - sentence[0]
        yield from (f"pos{min(place, 3)}", f"rem{min(len(sentence) - place - 1, 3)}")
        yield f"len{_length(clause.body)}"
        yield f"loc{1 + 4 * clause.start // len(self.text) if n else 0}"
        yield f"left{min(self.clauses[-1].sentence - clause.sentence, 3)}"
        if n == len(self.clauses) - 1:
            yield "lastu"
        yield f"se{self._sort(sentence[-1])}"

    def _by_rules(
        self, n: int, ruled: Sequence[str], sentence: Sequence[int], formal: str
    ) -> Iterator[str]:
        says = ruled[n]
        yield from (f"r{says}", f"r{says}{formal}")
        yield f"rn{says}|{ruled[n + 1] if n + 1 < len(ruled) else '$'}"
        yield f"rp{ruled[n - 1] if n else '^'}|{says}"
        yield f"rs{any(ruled[each] != 'O' for each in sentence):d}"
        yield f"rq{min(len(self.found), 3)}{says}"

    def _words(self, n: int, first: int) -> Iterator[str]:
        body = self.clauses[n].body
        yield from (f"^{body[:size]}" for size in (1, 2, 3, 4))
        yield from (f"${body[-size:]}" for size in (1, 2, 3))
        begun = self.text[self.clauses[first].start :][:3]
        yield from (f"S^{begun[:2]}", f"S^3{begun}")
        if n:
            before = self.clauses[n - 1].body
            yield from (f"P^{before[:2]}", f"P${before[-2:]}")
        if n + 1 < len(self.clauses):
            after = self.clauses[n + 1].body
            yield from (f"N^{after[:1]}", f"N^{after[:2]}")

    def _joint(
        self,
        n: int,
        cues: Sequence[frozenset[str]],
        said: Mapping[int, frozenset[str]],
        ruled: Sequence[str],
        of: Sequence[int],
        formal: str,
    ) -> Iterator[str]:
        clause, last = self.clauses[n], self.clauses[n - 1]
        before = self._sort_before(n)
        same = clause.sentence == last.sentence
        yield from ("b", f"pk{before}", f"pk{before}{formal}", f"ek{self._sort(n)}{before}")
        yield from (f"nl{clause.new_line:d}", f"same{same:d}", f"len{_length(clause.body)}")
        if clause.mark:
            yield from ("m", f"m{clause.mark.form}")
        if clause.numbers:
            yield "im"
        yield f"rr{ruled[n - 1]}{ruled[n]}{'=' if of[n] == of[n - 1] else '/'}"
        if LEADING.match(self.text, clause.start):
            yield "lead"
        yield from (f"l2{clause.body[:2]}", f"l1{clause.body[:1]}")
        yield from (f"c:{cue}" for cue in cues[n])
        yield from (f"p:{cue}" for cue in cues[n - 1])
        if not same:
            yield from (f"s:{cue}" for cue in said[clause.sentence])
            yield from (f"q:{cue}" for cue in said[last.sentence])

    def _sort(self, n: int) -> str:
        return _SORTS.get(self.text[self.clauses[n].end - 1], "x")

    def _sort_before(self, n: int) -> str:
        return self._sort(n - 1) if n else "^"


def _cues(words: str) -> Iterator[str]:
    yield from (name for name, pattern in _BEGINS.items() if pattern.match(words))
    yield from (name for name, pattern in _HOLDS.items() if pattern.search(words))
    yield f"mood{mood(words)}"


def _length(words: str) -> int:
    return next((length for length in _LENGTHS if len(words) <= length), 99)


def _open_quotes(text: str, clauses: Sequence[Clause]) -> list[bool]:
    """Tell for each clause whether a quotation stands open where it begins."""
    depth = place = 0
    open_at = []
    for clause in clauses:
        depth += text.count("“", place, clause.start) - text.count("”", place, clause.start)
        place = clause.start
        open_at.append(depth > 0)
    return open_at


def spans_of(found: Sequence[Found]) -> list[Span]:
    """Return what the rules found, without its kind."""
    return [(start, end) for start, end, _ in found]
