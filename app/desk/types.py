"""Coverage: the requests of a proposal, and the passages that answer each.

As in `app.types`, all text is as it may be shown, and the texts below attributes say what stands
under a key of the JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from app.export.draft import Proposal
from app.types import NewerReply, SearchHit
from app.wording import outcome_words
from corpus.serialise import FLAT, Figure, Named, Seconds


@dataclass(frozen=True, slots=True)
class Difference:
    """What two replies to one matter state otherwise, both verbatim; spans are of their texts.

    An outcome is a field, and has no place in the text.
    """

    kind: Literal["figure", "date", "outcome"]
    """figure（数字）、date（日期）或 outcome（办理结果）"""
    text: str
    """这一段怎么说，与原文逐字相同"""
    start: int | None
    """从这份答复全文的第几个字起；办理结果为 null"""
    end: int | None
    """到第几个字止（不含）"""
    other: str
    """下一段怎么说，与原文逐字相同"""
    other_start: int | None
    """从那份答复全文的第几个字起"""
    other_end: int | None
    """到第几个字止（不含）"""

    @property
    def words(self) -> str:
        """Both, as they are told where only the first is shown."""
        this, other = self.text, self.other
        if self.kind == "outcome":
            this, other = outcome_words(this), outcome_words(other)
        return f"{this}（下一段 {other}）"


@dataclass(frozen=True, slots=True)
class Covering:
    """A passage that answers a request.

    Passages of one matter stand together, the newest first.
    """

    hit: Annotated[SearchHit, FLAT]
    matter: Annotated[int, Named("same_matter")]
    """同一事项的段落编号相同，从 1 起"""
    newer: NewerReply | None
    """同一地区对同一事项较新的答复，数字或日期已有不同；没有找到的为 null"""
    differences: tuple[Difference, ...]
    """与同一事项的下一段（较早的）不同之处"""


State = Literal["answered", "superseded", "none"]


@dataclass(frozen=True, slots=True)
class Covered:
    """A request and what answers it; `near` is the best of what was found beside or below that."""

    text: str
    """所提内容"""
    start: int | None
    """从所给文字的第几个字起；另写的为 null"""
    end: int | None
    """到第几个字止（不含）"""
    state: State
    """answered（有先例）、superseded（先例都已有较新的说法）或 none（无先例）"""
    confidence: Figure
    """文库里有先例的概率，0 到 1"""
    passages: tuple[Covering, ...]
    """答复此项的段落，同一事项的新的在前；无先例时为空"""
    near: tuple[SearchHit, ...]
    """没有算作先例的最接近段落"""


@dataclass(frozen=True, slots=True)
class Coverage:
    """A proposal, and its requests in their order."""

    proposal: Proposal
    """提案本身"""
    requests: tuple[Covered, ...]
    """各项所提内容，按原文的次序"""

    @property
    def extent(self) -> Extent:
        """Say how many of the requests have precedents; superseded ones count."""
        covered = sum(each.state != "none" for each in self.requests)
        if not covered:
            return "none"
        return "full" if covered == len(self.requests) else "partial"


Extent = Literal["full", "partial", "none"]


@dataclass(frozen=True, slots=True)
class Desked:
    """What became of one file with a proposal; `reason` says why it could not be read."""

    source: str
    """哪个文件"""
    extent: Literal["full", "partial", "none", "failed"]
    """full（每项都有先例）、partial（部分有）、none（都没有）或 failed（没有读出）"""
    reason: str | None = None
    """没有读出的原因"""
    proposal: Proposal | None = None
    """提案本身"""
    requests: int = 0
    """所提内容有几项"""
    answered: int = 0
    """其中有先例的项数"""
    superseded: int = 0
    """其中先例都已有较新说法的项数"""
    agencies: tuple[str, ...] = ()
    """以前答复过的机关，答复项数多的在前"""
    files: tuple[str, ...] = ()
    """写出的文件名"""
    note: str | None = None
    """底稿要说明的：语言模型没有写全过渡语的原因；没有的为 null"""


@dataclass(frozen=True, slots=True)
class DeskReport:
    """What became of many proposals."""

    proposals: tuple[Desked, ...]
    """各件提案，按文件的次序"""
    overview: str
    """总览表的文件名"""
    seconds: Seconds
    """用时，秒"""
