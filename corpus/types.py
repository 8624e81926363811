"""What a reply is: the values that everything else passes around.

All offsets are half-open ranges of Unicode code points into `Reply.text`, which never changes
once a reply has been parsed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from corpus.serialise import shown


class Kind(StrEnum):
    """What a reply answers; the value is what users see and what filters take."""

    PROPOSAL = "提案答复"
    OPINION = "会办意见"
    SUGGESTION = "代表建议答复"
    MESSAGE = "留言答复"
    OTHER = "其他"


class Disclosure(StrEnum):
    """The disclosure mark (公开属性) that stands on a reply; only PUBLIC opens it to all."""

    PUBLIC = "主动公开"
    ON_REQUEST = "依申请公开"
    UNCLEAR = "待确认"  # a mark that isn't understood: closed until somebody opens it
    INTERNAL = "内部资料"  # 内部文件, 注意保存, 仅供领导参阅 and the like
    CLOSED = "不予公开"
    SECRET = "涉密"  # 绝密, 机密, 秘密, whatever its period


class FieldName(StrEnum):
    """The fields that are looked for in a reply; the value is the key in JSON and in SQLite."""

    TITLE = "title"
    AGENCY = "agency"  # 发文机关, one field for each of several senders
    REGION = "region"  # district, county or city within the agency's name
    DOC_NUMBER = "doc_number"  # 发文字号, spaces removed, brackets as 〔〕
    KIND = "kind"  # a `Kind` value
    MATTER_NUMBER = "matter_number"  # the number of the proposal, suggestion or message: 145072
    MATTER_TITLE = "matter_title"  # the title of the proposal, suggestion or message answered
    SESSION = "session"  # 届次: 区政协十四届五次会议
    PROPOSER = "proposer"  # one field for each proposer
    RECIPIENT = "recipient"  # 主送机关, the salutation without its colon
    ROLE = "role"  # 主办 or 会办
    OUTCOME = "outcome"  # 办理结果, one of OUTCOMES
    DISCLOSURE = "disclosure"  # a `Disclosure` value
    DATE = "date"  # 成文日期 as ISO 8601: 2021-03-11
    ASKED = "asked"  # date of the citizen's message, ISO 8601
    CONTACT_PERSON = "contact_person"
    CONTACT_PHONE = "contact_phone"
    CONTACT_ADDRESS = "contact_address"
    POSTCODE = "postcode"
    WEB_ADDRESS = "web_address"  # where it was fetched from, or somebody says it stands
    MEDIUM = "medium"  # RECOGNISED or UNSURE where the text was read from a picture


PERSONAL_FIELDS = frozenset(
    {FieldName.CONTACT_PERSON, FieldName.CONTACT_PHONE, FieldName.CONTACT_ADDRESS}
)
"""Fields whose values are personal data and are masked wherever replies are shown."""

RECOGNISED = "文字识别"
"""The value of FieldName.MEDIUM: characters may have been mistaken for others."""

UNSURE = "文字识别，有的行没有把握"
"""The same where lines were recognised with little confidence: somebody had better look."""

OUTCOMES = ("采纳或解决", "列入计划拟解决", "留作参考", "A", "B", "C")
"""The values of FieldName.OUTCOME: results in words, or the class letter where only that is
given."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a reply, and where it was found.

    `text[start:end]` is the place in the reply that `value` was read from (the value itself may
    be normalised: spaces removed, dates as ISO 8601). A field that was not read from the text
    has `start == end == -1`, and `origin` says where it came from: `column:答复时间`, the
    `name:内部_一.docx` of a file or folder or of a `sheet:`, an `aside:` or `comment:` beside the
    text, `question` where the citizen's message shows it, `picture` for a recognised page,
    `fetched:` or `corrected:2026-11-27T09:30:00+00:00` (by hand); it is `text` otherwise.
    """

    name: FieldName
    """字段"""
    value: str
    """值；日期等已写成统一的形式"""
    start: int = -1
    """从全文的第几个字起；不在正文中的为 -1"""
    end: int = -1
    """到全文的第几个字止（不含）；不在正文中的为 -1"""
    origin: str = "text"
    """来自何处：text（正文）、column:列名（表格的列）、name:文件名、sheet:工作表名、comment:批注、aside:页边、
    question（来信）、picture（图片）、fetched:时间（从网上取回），或 corrected:时间（人工更正）"""


BY_HAND = "corrected:"
"""The origin of a corrected field begins so; the time follows, ISO 8601 in UTC."""


@shown("name values found at holds")
@dataclass(frozen=True, slots=True)
class Correction:
    """What somebody decided about one field of a reply, over what was found in its text.

    `content` is the digest of the text that it was decided for. Where the text has changed since,
    it may hold no longer: see `corpus.store.corrections.still_holds`.
    """

    name: FieldName
    """字段"""
    values: tuple[str, ...]
    """更正后的值；没有这一项的为空"""
    found: tuple[str, ...]
    """更正时程序识别出的值"""
    at: str
    """何时更正（ISO 8601，UTC）"""
    content: str
    holds: bool = True
    """是否仍然有效：正文变动后可能失效"""


class PassageRole(StrEnum):
    """What a passage is for: only substance is searched and quoted."""

    SUBSTANCE = "substance"
    OPENING = "opening"  # letterhead, title, salutation, “……的提案收悉，现答复如下”
    CLOSING = "closing"  # thanks, signature, date, contact


@shown("start end heading_path role")
@dataclass(frozen=True, slots=True)
class Passage:
    """A contiguous span of one reply: `reply.text[start:end] == text`.

    `heading_path` holds the headings above it, outermost first, e.g.
    `("三、加快数字医疗健康产业发展", "1、着力推动数字医疗发展")`; empty where there are none.
    """

    reply_id: str
    start: int
    """从全文的第几个字起"""
    end: int
    """到全文的第几个字止（不含）"""
    text: str
    heading_path: tuple[str, ...] = ()
    """上面的各级标题，由外到内"""
    role: PassageRole = PassageRole.SUBSTANCE
    """substance（实质内容）、opening（开头）、closing（结尾）"""

    def stands_in(self, reply: Reply) -> bool:
        """Tell whether the passage is the span of the reply's text that it says it is.

        It is not where one of the two was read before, the other after the reply was replaced.
        """
        return reply.text[self.start : self.end] == self.text


class Secret(StrEnum):
    """What a redacted span hides."""

    PERSON = "person"
    PHONE = "phone"
    ADDRESS = "address"
    IDENTITY_NUMBER = "identity_number"
    BANK_CARD = "bank_card"
    PLATE = "plate"  # of a car
    EMAIL = "email"
    ACCOUNT = "account"  # of 微信, QQ and the like


@dataclass(frozen=True, slots=True)
class Redaction:
    """A span of `Reply.text` that holds personal data."""

    start: int
    end: int
    secret: Secret


@dataclass(frozen=True, slots=True)
class Reply:
    """One government reply.

    `text` is the cleaned text; `source` is where it came from: an absolute path, with `#ROW`
    behind it for a row of a table; `question` is the citizen's message (cleaned) where the
    source has it in a column of its own, else empty. `fields` stand in text order; a field that
    was not found is absent. `redactions` are sorted and do not overlap.
    """

    id: str
    text: str
    source: str
    fields: tuple[Field, ...] = ()
    redactions: tuple[Redaction, ...] = ()
    question: str = ""

    def value(self, name: FieldName) -> str | None:
        """Return the first value of the field, or None where it is absent."""
        return next((field.value for field in self.fields if field.name is name), None)

    def values(self, name: FieldName) -> tuple[str, ...]:
        """Return all values of the field, in text order."""
        return tuple(field.value for field in self.fields if field.name is name)


Edges = tuple[float, float, float, float]
"""Left, top, right and bottom of what stands on a page, as shares of its width and height."""


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A line of a page: `text[start:end]` is what the reply has of it; -1, -1 where it has nothing.

    `page` counts from 0.
    """

    start: int
    end: int
    page: int
    edges: Edges


@dataclass(frozen=True, slots=True)
class Original:
    """The pages of a file that a reply was read from, line by line in reading order.

    `digest` is the SHA-256 of the file as it was then: in another the lines may stand elsewhere.
    """

    digest: str
    lines: tuple[PrintedLine, ...]


@dataclass(frozen=True, slots=True)
class ParsedReply:
    """A reply with its passages, in text order, not overlapping.

    `original` is None where no pages are known.
    """

    reply: Reply
    passages: tuple[Passage, ...]
    original: Original | None = None


BETWEEN_CELLS = " | "
"""What stands between the cells of a table's row once the row is a line of text."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a document as its reader found it.

    `heading` is the level (1 = outermost) where the format marks headings (docx, html,
    markdown), else 0. `page` counts from 0; only paged formats go beyond 0.
    `paragraph_end` tells that the format itself knows that a paragraph ends here (docx, html,
    markdown); plain text and PDF cannot know and leave it False. `edges` is where it stands on
    its page, None where that is not known.
    """

    text: str
    heading: int = 0
    page: int = 0
    paragraph_end: bool = False
    edges: Edges | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """What a reader makes of one file or one table row, before cleaning.

    `columns` holds what a table's row says beside the reply itself, under the keys of
    `corpus.readers.mapping.ColumnMapping`, `column_names` for each the column's own heading; both
    have a line for each of several columns of marks. `recognised` tells that lines of it were read
    from a picture. `aside` holds words beside the text, such as a watermark's, that may close it;
    what is `attached`, a sheet's name or a comment, opens nothing. `digest` is the file's SHA-256
    where lines have edges. `unsure` tells that some were recognised with little confidence.
    """

    source: str
    lines: tuple[Line, ...]
    columns: tuple[tuple[str, str], ...] = ()
    column_names: tuple[tuple[str, str], ...] = ()
    recognised: bool = False
    aside: tuple[str, ...] = ()
    digest: str = ""
    unsure: bool = False
    attached: tuple[tuple[str, str], ...] = ()
