"""What a draft reply (起草底稿) is, and what stands in it, line by line.

Nothing in it is made up: each piece of a line is a formula of official replies, the proposal's own
words, a passage of a reply verbatim, or a blank that somebody must fill. Where the settings ask for
it, a sentence of a language model, marked as such, leads to the passages that support it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from app.export.quotation import quoted_lines
from app.types import SearchHit
from app.wording import FIELDS
from corpus.fields.surnames import COMPOUND, SINGLE
from corpus.types import FieldName, Kind
from index.text.language.numerals import write_numeral


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is to be answered, by its own fields; what is not known is None and becomes a blank.

    `kind` is the kind of reply that is due: to a proposal (提案) or suggestion (建议), else to a
    message.
    """

    kind: Kind
    """要写的答复的种类"""
    title: str | None = None
    """提案、建议或来信的题目"""
    number: str | None = None
    """编号"""
    session: str | None = None
    """届次，如 区政协十四届五次会议"""
    proposers: tuple[str, ...] = ()
    """由谁提出"""


@dataclass(frozen=True, slots=True)
class Remark:
    """What must be known of a passage before it is used: formulas and verbatim words.

    `newer` names a newer reply that states otherwise, `differs` what the next older one states.
    """

    newer: str = ""
    differs: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """One thing that is asked for, and the passages chosen to answer it, in their order.

    `remarks` are those on the passages, in the same order, or none at all; `bridge` is what a
    language model wrote to lead to them.
    """

    text: str
    passages: tuple[SearchHit, ...] = ()
    remarks: tuple[Remark, ...] = ()
    bridge: str = ""

    @property
    def remarked(self) -> tuple[tuple[SearchHit, Remark], ...]:
        """The passages, each with what must be known of it."""
        remarks = self.remarks or (Remark(),) * len(self.passages)
        return tuple(zip(self.passages, remarks, strict=True))


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposal with its requests, in the order in which the reply takes them up.

    `unsmoothed` says why a language model that was asked for bridges has not written them all.
    """

    proposal: Proposal
    requests: tuple[Request, ...]
    unsmoothed: str = ""


class Part(Enum):
    """What a line is in the form of official documents."""

    TITLE = auto()
    RECIPIENT = auto()
    BODY = auto()
    HEADING = auto()
    REQUEST = auto()
    CLOSING = auto()
    SIGNATURE = auto()
    DATE = auto()
    CONTACT = auto()


@dataclass(frozen=True, slots=True)
class Blank:
    """What a person must write."""

    what: str = ""

    def __str__(self) -> str:
        return f"【待填：{self.what}】" if self.what else "【待填】"


@dataclass(frozen=True, slots=True)
class Source:
    """The passage that ends here, whose source is to be named, and with it what is newer."""

    hit: SearchHit
    newer: str = ""


Piece = str | Blank | Source


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph of the draft."""

    part: Part
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The words of the line, without the notes."""
        return "".join(str(piece) for piece in self.pieces if not isinstance(piece, Source))


_MATTERS = {Kind.PROPOSAL: "提案", Kind.SUGGESTION: "建议"}
_OFFICES = {Kind.PROPOSAL: "委员", Kind.SUGGESTION: "代表"}
_TITLE_SIGNS = 20
"""So many characters of 二号 stand in a line."""
_LONGEST_HEADING = 30
_CLAUSE = re.compile(r"[^，。；：！？,;:!?\n]{4,30}(?=[，。；：！？,;:!?\n])")
_LIST_ENDS = " \t\n\u3000；;，,、"
"""What parts a request from the next of its list, and is none of its words."""
_EDGE = f"{_LIST_ENDS}。"
_PERSON = re.compile(
    rf"(?:(?:{COMPOUND})[\u4e00-\u9fff]{{1,2}}|[{SINGLE}][\u4e00-\u9fff]{{1,2}})(?<![党委会组界社盟团联])"
    r"|[\u4e00-\u9fff]{1,8}(?:[·•・‧][\u4e00-\u9fff]{1,8}){1,3}"
)
COUNT = r"(?:\d{1,3}|[一二两三四五六七八九]?十[一二三四五六七八九]?|[二两三四五六七八九])余?"
"""How many persons there are."""
_AND_OTHERS = re.compile(rf"(?P<name>.+?)等(?:共?(?P<count>{COUNT}))?[名位人]?(?:委员|代表)?")


def iter_lines(draft: Draft) -> Iterator[Line]:
    """Yield the lines of the draft, from its title to whom to call."""
    proposal = draft.proposal
    yield Line(Part.TITLE, _title(proposal))
    yield Line(Part.RECIPIENT, (*_recipient(proposal), "："))
    yield Line(Part.BODY, _opening(proposal))
    for number, request in enumerate(draft.requests, 1):
        yield from _section(number, request)
    if not draft.requests:
        yield Line(Part.BODY, (Blank("答复内容"),))
    yield Line(Part.CLOSING, (f"感谢{_you(proposal)}对我们工作的关心和支持！",))
    yield Line(Part.SIGNATURE, (Blank(FIELDS[FieldName.AGENCY]),))
    yield Line(Part.DATE, (Blank(FIELDS[FieldName.DATE]),))
    contact = ("（联系人：", Blank(), "；联系电话：", Blank(), "）")
    yield Line(Part.CONTACT, contact)


def title_words(proposal: Proposal) -> str:
    """Return the title of the reply in one line: 对区政协十四届五次会议第0142号提案的答复."""
    return Line(Part.TITLE, _title(proposal)).text.replace("\n", "")


def _title(proposal: Proposal) -> tuple[Piece, ...]:
    """Return the title; where it needs two lines, the number begins the second."""
    if proposal.kind not in _MATTERS:
        title = _quoted(proposal.title) if proposal.title else Blank("来信题目")
        return ("对", title, "来信的答复")
    matter = _MATTERS[proposal.kind]
    session = _flat(proposal.session or "")
    number = (proposal.number or "").removeprefix("第").removesuffix("号") or Blank(f"{matter}号")
    long = session and len(f"对{session}第{number}号{matter}的答复") > _TITLE_SIGNS
    return (f"对{session}{chr(10) if long else ''}第", number, f"号{matter}的答复")


def _recipient(proposal: Proposal) -> tuple[Piece, ...]:
    if not proposal.proposers:
        return (Blank(FIELDS[FieldName.RECIPIENT]),)
    office = _OFFICES.get(proposal.kind, "")
    *names, last = proposal.proposers
    if office and (others := _AND_OTHERS.fullmatch(last)):
        listed = "、".join(name.removesuffix(office) for name in (*names, others["name"]))
        count = f"{others['count']}位" if others["count"] else ""
        return (f"{listed}等{count}{office}",)
    named = (name + office if is_person(name) else name for name in proposal.proposers)
    return ("、".join(named),)


def is_person(name: str) -> bool:
    """Tell whether a proposer's name looks like a person's, not a party's or group's."""
    return _PERSON.fullmatch(name) is not None


def _you(proposal: Proposal) -> str:
    """Say you to one person, or to whom nobody knows; parties and several are 你们."""
    named = [name.removesuffix(_OFFICES.get(proposal.kind, "")) for name in proposal.proposers]
    return "您" if not named or (len(named) == 1 and is_person(named[0])) else "你们"


def _opening(proposal: Proposal) -> tuple[Piece, ...]:
    you = _you(proposal)
    if proposal.kind not in _MATTERS:
        return (f"{you}的来信收悉，现答复如下：",)
    matter = _MATTERS[proposal.kind]
    title = f"《{_flat(proposal.title)}》" if proposal.title else Blank(f"{matter}题目")
    said = "" if proposal.title and proposal.title.endswith(matter) else matter
    return (f"{you}提出的", title, f"{said}收悉，现答复如下：")


def _section(number: int, request: Request) -> Iterator[Line]:
    whole = _flat(request.text).strip(_EDGE)
    heading = whole if len(whole) <= _LONGEST_HEADING else _beginning(whole)
    yield Line(Part.HEADING, (f"{write_numeral(number)}、关于{_quoted(heading)}",))
    if heading != whole:
        lines = quoted_lines(request.text.strip(_LIST_ENDS))
        for index, line in enumerate(lines):
            yield Line(Part.REQUEST, (f"{'' if index else '所提内容：'}{line}",))
    if not request.passages:
        yield Line(Part.BODY, (Blank("没有找到先例，请起草对此项的答复"),))
        return
    yield Line(Part.BODY, (Blank("本机关对此项的答复，先例供参照"),))
    if request.bridge:
        yield Line(Part.BODY, (Blank("过渡语由语言模型根据下列引文写成，请审改"), request.bridge))
    for hit, remark in request.remarked:
        *before, last = quoted_lines(hit.text)
        for line in before:
            yield Line(Part.BODY, (line,))
        yield Line(Part.BODY, (last, Source(hit, remark.newer)))


def _beginning(text: str) -> str:
    clause = _CLAUSE.match(text)
    return f"{clause.group() if clause else text[: _LONGEST_HEADING - 2]}……"


def _flat(text: str) -> str:
    return " ".join(text.split())


def _quoted(text: str) -> str:
    return "".join(quoted_lines(_flat(text)))
