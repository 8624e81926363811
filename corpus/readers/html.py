"""HTML: read the text of a page in lines, without the page's furniture."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from lxml import etree
from lxml import html as lxml_html

from corpus.errors import Remark, UnreadableFile
from corpus.readers.grid import join_cells, paragraph
from corpus.readers.text import decode_noted
from corpus.types import Document, Line

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_NEVER = frozenset(
    [
        *("script", "style", "noscript", "template", "iframe", "svg", "button", "select"),
        *("textarea", "object", "audio", "video", "head", "nav", "input", "canvas", "map"),
        *("s", "strike", "del"),
    ]
)
_BLOCKS = frozenset(
    [
        *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd"),
        *("details", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "legend", "li", "main"),
        *("ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th"),
        *("thead", "tr", "ul"),
    ]
)
FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|menu|bread-?crumbs?|crumbs?|position|location|dqwz|weizhi|footer"
    r"|foot|copyright|header|top-?bar|sidebar|side|share|bdsharebuttonbox|print|tool-?bar|tools"
    r"|pager|pagination|page-?turn|related|recommend|hot|qr-?code|ewm|friend-?links?|links|search"
    r"|login|banner|logo|font-?size|cookie|comments?)(?:[\s_-]|\d|$)",
    re.IGNORECASE,
)
"""Ids and classes by which content management systems name what is not the document."""
_TITLE = re.compile(r"答复|回复|复函|函|意见|提案|建议|通知|批复")
_OWN_TEXT = re.compile(
    r"联系人|联系电话|联系方式|抄送|办理结果|公开属性|发文字号|索引号|(?<!今天是)\d{4}年\d{1,2}月\d{1,2}日"
)
"""What the head or foot of a reply holds, whatever a page calls the block it stands in."""
_SITE_INFO = re.compile(r"版权所有|ICP备|公网安备|网站标识码|网站地图|Copyright", re.IGNORECASE)
_FURNITURE_LINE = re.compile(
    r"(?:您|你)?(?:当前|现在|目前)?(?:的|所在)*位置\s*[:：].*|首页\s*[>»›/].*"
    r"|[\[【（(]?\s*字(?:体|号)(?:大小)?\s*[:：]?.{0,20}|[\[【]?(?:大|中|小)(?:\s+(?:大|中|小))+[\]】]?"
    r"|(?:浏览|访问|点击|阅读)(?:次数|量|数)?\s*[:：]?\s*\d*\s*次?"
    r"|[\[【]?(?:打印|关闭|收藏|返回|分享|复制|下载)(?:本页|窗口|页面|此页|顶部|列表|链接|到)?[\]】]?\s*[:：]?"
    r"|(?:[\[【]?(?:打印|关闭|收藏|返回|分享)(?:本页|窗口|页面|顶部|列表|到)?[\]】]?[\s|：:]*){2,}"
    r"|扫一扫.{0,40}|(?:上|下)一(?:篇|条)\s*[:：].*|(?:微信|微博|QQ空间|朋友圈)(?:\s+(?:微信|微博|QQ空间))*"
    r"|.{0,40}(?:版权所有|ICP备|公网安备|网站标识码).*"
)
_LONG_TAG = re.compile(r"<[A-Za-z][^<>]{20000,}")
_MOST_ATTRIBUTES = 5_000
"""A tag with more than this is no page's; to compare each with each takes the parser minutes."""
_ATTACHED = re.compile(r"\.(?:pdf|docx?|wps|ofd)$", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_BREAK = "\v"
"""Stands for `<br>` until a block is cut into lines."""
_LAYOUT_CELL = 120
"""A table cell of more characters than this holds a text, not an entry."""
_LEAST_LINKS = 3
_LINK_SHARE = 0.6
"""A block is a list of links where it has at least three, and they are three fifths of its text."""
_SMALL = 200
"""A block named like furniture is dropped only if less than this many characters of it are
outside links: no name of a class costs a reply its text."""


def read_html(path: Path) -> Iterator[Document | Remark]:
    """Read a .html file: paragraphs, headings, and the rows of its tables as lines.

    :raises UnreadableFile: where the file cannot be decoded, or holds no reply.
    """
    source = path.as_posix()
    lines, remarks = read_page(path.read_bytes(), source)
    yield from remarks
    yield Document(source, tuple(lines))


def read_page(
    data: bytes, source: str, charset: str | None = None
) -> tuple[list[Line], list[Remark]]:
    """Read the lines of a page, and what to say of it.

    :param charset: its encoding as something else names it; None = as it names it itself.
    :raises UnreadableFile: where it cannot be decoded, or holds no reply.
    """
    root, remark = open_page(data, source, charset)
    lines = [] if root is None else list(_lines_of(root))
    if not lines:
        raise UnreadableFile(source, "网页里没有正文；请确认保存的是答复页面，而不是列表页或框架页")
    if root is not None and not _has_body(lines) and _embeds(root):
        raise UnreadableFile(
            source, "网页里只有标题，正文在嵌入或附上的文件里；请把那个文件（PDF、Word）下载后导入"
        )
    return lines, [Remark(source, remark)] if remark else []


def open_page(
    data: bytes, source: str, charset: str | None = None
) -> tuple[etree._Element | None, str | None]:
    """Return the root of a page, None where there is nothing in it, and what to say of its bytes.

    :param charset: its encoding as something else names it; None = as it names it itself.
    :raises UnreadableFile: where it cannot be decoded, or is built as no page is.
    """
    declared = _CHARSET.search(data[:4096])
    charset = charset or (declared[1].decode("ascii") if declared else None)
    decoded = decode_noted(data, source, charset)
    return _parse(decoded.text, source), decoded.remark


def html_lines(text: str) -> Iterator[Line]:
    """Yield the lines of an HTML fragment.

    :raises UnreadableFile: where it is nested too deep to be read whole.
    """
    root = _parse(text, "HTML")
    if root is not None:
        yield from _lines_of(root)


def _parse(text: str, source: str) -> etree._Element | None:
    """Return the root of a page, None where there is nothing in it.

    :raises UnreadableFile: where it is built as no page is, and would not be read whole.
    """
    for tag in _LONG_TAG.finditer(text):
        if len(tag[0].split(None, _MOST_ATTRIBUTES)) > _MOST_ATTRIBUTES:
            raise UnreadableFile(
                source,
                f"网页里有一个标签带着 {_MOST_ATTRIBUTES} 个以上的属性，不是正常的网页，没有读",
            )
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        root = None
    if any("depth" in entry.message for entry in parser.error_log):
        raise UnreadableFile(
            source, "网页嵌套得太深（超过 256 层），后面的会丢失；请用浏览器打开，复制正文存为 .txt"
        )
    return root


def _lines_of(root: etree._Element) -> Iterator[Line]:
    for line in _Walk().lines(root):
        if line.text.strip() and not _FURNITURE_LINE.fullmatch(line.text.strip()):
            yield line


def _has_body(lines: Sequence[Line]) -> bool:
    """Tell whether there is more than a title."""
    text = "".join(line.text for line in lines if not line.heading)
    return "。" in text or len(text) > _LAYOUT_CELL


def _embeds(root: etree._Element) -> bool:
    """Tell whether a page shows or offers a file in which its text may be."""
    links = (link.get("href", "") for link in root.iter("a"))
    embedded = next(root.iter("iframe", "embed", "object"), None) is not None
    return embedded or any(_ATTACHED.search(link) for link in links)


class _Walk:
    """Walks a tree and gathers the text of each block."""

    def __init__(self) -> None:
        self._pending: list[str] = []

    def lines(self, root: etree._Element) -> Iterator[Line]:
        yield from self._element(root, 0)
        yield from self._flush(0)

    def _element(self, element: etree._Element, heading: int) -> Iterator[Line]:
        tag = element.tag
        if not isinstance(tag, str) or tag in _NEVER or _is_furniture(element):
            return
        if tag == "br":
            self._pending.append(_BREAK)
            return
        if tag == "tr" and _is_record(element):
            yield from self._flush(heading)
            yield Line(join_cells(_text(cell) for cell in element), paragraph_end=True)
            return
        if tag == "dd" and self._pending and not "".join(self._pending).rstrip().endswith("："):
            self._pending.append("：")
        elif tag in _BLOCKS and tag != "dd":
            yield from self._flush(heading)
        inner = int(tag[1]) if re.fullmatch("h[1-6]", tag) else heading
        self._text(element.text, tag == "pre")
        for child in element:
            yield from self._element(child, inner)
            self._text(child.tail, tag == "pre")
        if tag in _BLOCKS and tag != "dt":
            yield from self._flush(inner)

    def _text(self, text: str | None, preformatted: bool) -> None:
        if text:
            self._pending.append(text.replace("\n", _BREAK) if preformatted else text)

    def _flush(self, heading: int) -> Iterator[Line]:
        """Yield the lines gathered, the last of which ends a paragraph."""
        pieces = [_unwrap(piece) for piece in "".join(self._pending).split(_BREAK)]
        self._pending.clear()
        while pieces and not pieces[-1]:
            pieces.pop()
        yield from paragraph(pieces, heading)


def _unwrap(text: str) -> str:
    """Undo the line breaks of the source: a space only beside Latin letters."""
    text = re.sub(r"(?<=[^\x00-\x7f])[ \t]*[\r\n]\s*(?=[^\x00-\x7f])", "", text.strip(" \t\r\n\f"))
    return _SPACE.sub(" ", text)


def _is_record(row: etree._Element) -> bool:
    """Tell whether a table row holds entries, rather than laying out a text."""
    if row.find(".//table") is not None or len(row) < 2:
        return False
    return all(len(_text(cell)) <= _LAYOUT_CELL for cell in row)


def _is_furniture(element: etree._Element) -> bool:
    """Tell whether an element is navigation, a list of links or a foot line of the page."""
    tag = element.tag
    if tag in ("html", "body") or "hidden" in element.attrib:
        return "hidden" in element.attrib
    if re.search(r"display\s*:\s*none", element.get("style", "")):
        return True
    if tag not in _BLOCKS and tag != "span":
        return False
    names = f"{element.get('id', '')} {element.get('class', '')} {element.get('role', '')}"
    named = tag in ("header", "footer", "aside") or FURNITURE.search(names) is not None
    links = element.findall(".//a")
    if not named and len(links) < _LEAST_LINKS:
        return False
    text = _text(element).strip()
    linked = sum(len(_text(link).strip()) for link in links)
    if len(links) >= _LEAST_LINKS and linked >= _LINK_SHARE * len(text):
        return True
    if not named or len(text) - linked >= _SMALL:
        return False
    if _SITE_INFO.search(text):
        return True
    titled = any(_TITLE.search(_text(part)) for part in element.iter("h1", "h2", "h3"))
    return not titled and not _OWN_TEXT.search(text)


def _text(element: etree._Element) -> str:
    """Return an element's text, without that of scripts and the like."""
    parts = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _NEVER:
            parts.append(_text(child))
        parts.append(child.tail or "")
    return "".join(parts)
