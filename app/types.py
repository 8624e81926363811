"""What Dafu gives to people: hits, answers with citations, precedents, replies.

Every text in these values is as it may be shown: personal data is masked character by character
(unless the settings say otherwise), so that offsets still hold: for each hit, quote, passage and
clause, `service.show(reply_id).text[start:end] == text`.
The texts below attributes say in Chinese what stands under a key of the JSON that `--json` prints;
`docs/reference.md` is made of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from app.notebook import InNotebook
from corpus.serialise import FLAT, Figure
from corpus.store.changes import FieldChange
from corpus.types import Correction, Field, FieldName, Passage, Reply
from corpus.web_address import fetched_on
from index.answers.expect import names_no_matter
from index.text.language.reading import ReadAs


@dataclass(frozen=True, slots=True)
class ReplyCard:
    """What is said of a reply wherever it is named; absent fields are None.

    `matter` is the title of the proposal, suggestion or message that is answered: it says what
    the reply is about where `title` (关于…第0142号提案的答复) does not.
    """

    reply_id: str
    """答复的编号"""
    title: str | None
    """标题"""
    matter: str | None
    """所答复的提案、建议或留言的题目"""
    agency: str | None
    """发文机关，几个的用“、”隔开"""
    doc_number: str | None
    """发文字号"""
    date: str | None
    """成文日期（ISO 8601）"""
    kind: str | None
    """种类"""
    outcome: str | None
    """办理结果"""
    disclosure: str | None
    """公开属性"""
    source: str
    """来自哪个文件，或表格的哪一行"""
    medium: str | None = None
    """文字识别：文字是从扫描件或图片上认出来的，可能认错"""
    web_address: str | None = None
    """网址"""
    fetched: str | None = None
    """从网上取回的日期（ISO 8601）"""

    @classmethod
    def of(cls, reply: Reply) -> ReplyCard:
        """Make the card of a reply; several senders are joined with 、."""
        return cls(
            reply_id=reply.id,
            title=reply.value(FieldName.TITLE) or reply.value(FieldName.MATTER_TITLE),
            matter=reply.value(FieldName.MATTER_TITLE),
            agency="、".join(reply.values(FieldName.AGENCY)) or None,
            doc_number=reply.value(FieldName.DOC_NUMBER),
            date=reply.value(FieldName.DATE),
            kind=reply.value(FieldName.KIND),
            outcome=reply.value(FieldName.OUTCOME),
            disclosure=reply.value(FieldName.DISCLOSURE),
            source=reply.source,
            medium=reply.value(FieldName.MEDIUM),
            web_address=reply.value(FieldName.WEB_ADDRESS),
            fetched=fetched_on(reply.fields),
        )


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One passage that matches; `score` is a relevance probability in 0..1, higher is better."""

    rank: int
    """名次，从 1 起"""
    score: Figure
    """相关的概率，0 到 1"""
    card: Annotated[ReplyCard, FLAT]
    heading_path: tuple[str, ...]
    """段落上面的各级标题，由外到内"""
    start: int
    """段落从全文的第几个字起"""
    end: int
    """段落到全文的第几个字止（不含）"""
    text: str
    """段落的原文"""


@dataclass(frozen=True, slots=True, repr=False)
class SearchResult(InNotebook):
    """The passages found for a query, best first."""

    query: str
    """所查的文字"""
    hits: tuple[SearchHit, ...]
    """找到的段落，好的在前"""
    read_as: tuple[ReadAs, ...] = ()
    """没有按原文查找的文字：错别字、英文"""


@dataclass(frozen=True, slots=True)
class Stated:
    """A figure or date as a reply states it, with the clause that it stands in, both verbatim."""

    figure: str
    """数字或日期"""
    text: str
    """所在的分句，与原文逐字相同"""
    start: int
    """分句从全文的第几个字起"""
    end: int
    """分句到全文的第几个字止（不含）"""


@dataclass(frozen=True, slots=True)
class Change:
    """What an older reply states, and what a newer one states in its place."""

    older: Stated
    """较早的答复怎么说"""
    newer: Stated
    """较新的答复怎么说"""


@dataclass(frozen=True, slots=True)
class NewerReply:
    """A newer reply of the same region that states otherwise what was quoted."""

    card: Annotated[ReplyCard, FLAT]
    start: int
    """新的说法从那份答复全文的第几个字起"""
    end: int
    """新的说法到第几个字止（不含）"""
    text: str
    """新的说法，与原文逐字相同"""
    changes: tuple[Change, ...]
    """不同的数字和日期，至少一处"""


@dataclass(frozen=True, slots=True)
class Quote:
    """Some sentences of a reply, verbatim; `citation` is the number of its `Citation`."""

    text: str
    """引文，与原文逐字相同"""
    reply_id: str
    """出自哪份答复"""
    start: int
    """引文从全文的第几个字起"""
    end: int
    """引文到全文的第几个字止（不含）"""
    citation: int
    """出处的序号"""
    heading_path: tuple[str, ...] = ()
    """引文上面的各级标题，由外到内"""
    newer: NewerReply | None = None
    """同一地区对同一事项较新的答复，数字或日期已有不同；没有找到的为 null"""
    page: int | None = None
    """引文在原件的第几页，从 1 起；不是从 PDF 或图片读来的为 null"""
    field: str | None = None
    """引文是所问的哪个字段，如 proposer；问的不是字段的为 null"""


@dataclass(frozen=True, slots=True)
class UnwrittenField:
    """A field that was asked for, and that does not stand in the text of the reply meant.

    What is known of it all the same, from a table's column or by hand, is `recorded`.
    """

    field: str
    """所问的字段"""
    recorded: str | None
    """正文以外记下的值，如表格一栏里的；没有的为 null"""
    card: Annotated[ReplyCard, FLAT]


@dataclass(frozen=True, slots=True)
class Citation:
    """The source of one or more quotes; `number` counts from 1 within an answer.

    `newest` tells whether no newer reply that was found states otherwise what is quoted of it.
    """

    number: int
    """出处的序号，从 1 起"""
    newest: bool = field(default=True, kw_only=True)
    """所引的话没有较新的答复另有说法（见引文的 newer）"""
    card: Annotated[ReplyCard, FLAT]


@dataclass(frozen=True, slots=True, repr=False)
class Answer(InNotebook):
    """The answer to a question: verbatim quotes, or an honest abstention.

    `confidence` is in 0..1. When `status` is "abstained" there are no quotes and no citations.
    `nearest` holds the best hits that were not quoted.
    """

    question: str
    """所提的问题"""
    status: Literal["answered", "abstained"]
    """answered（已回答）或 abstained（不回答）"""
    confidence: Figure
    """把握，0 到 1"""
    quotes: tuple[Quote, ...]
    """引文；不回答时为空"""
    citations: tuple[Citation, ...]
    """引文的出处；不回答时为空"""
    nearest: tuple[SearchHit, ...]
    """没有引用的最接近段落"""
    completed: str | None = None
    """承接上一问补全的问题；没有承接的为 null"""
    read_as: tuple[ReadAs, ...] = ()
    """没有按原文查找的文字：错别字、英文"""
    unwritten: tuple[UnwrittenField, ...] = ()
    """所问的字段里，答复的正文没有写明的"""

    @property
    def asked_of_nothing(self) -> bool:
        """Whether it asks, and does not say of what (怎么申请？)."""
        return names_no_matter(self.completed or self.question)


@dataclass(frozen=True, slots=True, repr=False)
class Precedent(InNotebook):
    """An earlier reply to a like matter, with the passages that match, best first."""

    rank: int
    """名次，从 1 起"""
    score: Figure
    """相关的概率，0 到 1"""
    card: Annotated[ReplyCard, FLAT]
    passages: tuple[SearchHit, ...]
    """匹配的段落，好的在前"""


@dataclass(frozen=True, slots=True)
class Precedents:
    """What `dafu precedents` finds, best first."""

    precedents: tuple[Precedent, ...]
    """答复过同类事项的答复，好的在前"""


def _or_null(text: str) -> str | None:
    return text or None


@dataclass(frozen=True, slots=True, repr=False)
class ReplyView(InNotebook):
    """A whole reply as it may be shown.

    `text` and `question` are masked; `fields` hold masked values with their places in `text`;
    `passages` are the spans `text` is searched by, in text order.
    """

    card: Annotated[ReplyCard, FLAT]
    text: str
    """全文"""
    question: Annotated[str, _or_null]
    """来信的原文；来源没有的为 null"""
    fields: tuple[Field, ...]
    """识别出的各个字段，按在正文中的次序"""
    passages: tuple[Passage, ...]
    """检索所用的段落，按在正文中的次序"""
    corrections: tuple[Correction, ...] = ()
    """人工更正过的字段"""
    doubts: tuple[FieldName, ...] = ()
    """待核对的字段"""
    history: tuple[FieldChange, ...] = ()
    """更正的经过，新的在前；只有文库的主人看得到"""
