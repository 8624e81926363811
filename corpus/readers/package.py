"""Packages: the parts of a Word document, however its maker wrote and named them.

Read here rather than by python-docx, which refuses templates, documents with macros, strict Office
Open XML, and files in which a relationship that nothing uses leads nowhere.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from lxml import etree

from corpus.errors import UnreadableFile

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", _WORD.encode()),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/math",
        b"http://schemas.openxmlformats.org/officeDocument/2006/math",
    ),
)
"""Names of the strict form, ISO/IEC 29500, and those of the usual one for the same elements."""
_MOST_BYTES = 64 << 20
"""A part of more than 64 MiB is no letter: a book of a million characters has some 10."""
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, NotImplementedError, RuntimeError),
    *(OSError, EOFError, ValueError, LookupError),
)
"""What a broken archive or part of one raises: encryption is a RuntimeError, RecursionError too."""
_WHOLE = re.compile("[0-9]{1,6}")
_LARGEST = 32_767
"""No list of Word's counts further; a larger number is a broken or hostile file's."""
_DEEPEST_STYLE = 20
"""Styles above one another that are looked at: a broken file may have a ring of them."""


def w(name: str) -> str:
    """Return an element's or attribute's full name in Word's namespace."""
    return f"{{{_WORD}}}{name}"


def find_value(element: etree._Element, *names: str) -> str | None:
    """Return the `w:val` of the element at the path below another; None where it has none."""
    found = element.find("/".join(map(w, names)))
    return None if found is None else found.get(w("val"))


def is_on(element: etree._Element | None) -> bool:
    """Tell whether a property that is either on or off is there, and on."""
    return element is not None and element.get(w("val"), "1") not in ("0", "false", "off")


def whole(text: str | None, default: int) -> int:
    """Read a whole number from 0 to _LARGEST; `default` where it is none."""
    return min(int(text), _LARGEST) if text and _WHOLE.fullmatch(text) else default


def parse_xml(data: bytes) -> etree._Element:
    """Return the root of a part in XML, of nothing but elements: what it declares is left out.

    :raises etree.XMLSyntaxError: where it is broken.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    root = etree.fromstring(data, parser)
    etree.strip_elements(root, etree.Entity, with_tail=False)
    return root


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part refers to: `kind` is the last word of the relationship's type."""

    kind: str
    target: str


class Package:
    """An open document: its parts by name, and what they refer to."""

    def __init__(self, path: Path) -> None:
        """Open the archive.

        :raises zipfile.BadZipFile: where it is none.
        """
        self.source = path.as_posix()
        self._archive = zipfile.ZipFile(path)
        self._names = {
            item.filename.replace("\\", "/").lower(): item for item in self._archive.infolist()
        }

    def __enter__(self) -> Package:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._archive.close()

    def main_name(self) -> str:
        """Return the name of the part that holds the text."""
        roots = self.relations("").values()
        named = (each.target for each in roots if each.kind == "officeDocument")
        return next((name for name in named if name in self._names), "word/document.xml")

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a part, None where there is none of that name.

        :raises UnreadableFile: where it is larger than any document's.
        """
        item = self._names.get(name)
        if item is None:
            return None
        if item.file_size > _MOST_BYTES:
            size = item.file_size >> 20
            raise UnreadableFile(self.source, f"文件里的文字有 {size} MB，太大；请拆分后再导入")
        return self._archive.read(item)

    def parse(self, name: str) -> etree._Element | None:
        """Return the root of a part in XML, in the names of the usual form of Office Open XML.

        :raises etree.XMLSyntaxError: where it is broken.
        """
        data = self.read(name)
        if data is None:
            return None
        if b"purl.oclc.org" in data[:4096]:
            for strict, usual in _STRICT:
                data = data.replace(strict, usual)
        return parse_xml(data)

    def relations(self, name: str) -> dict[str, Relation]:
        """Return what a part refers to within the document, by identifier; "" is the document.

        What leads out of it, or nowhere, is not looked at: nothing that we read need use it.
        """
        folder, base = posixpath.split(name)
        data = self.read(posixpath.join(folder, "_rels", f"{base}.rels"))
        if data is None:
            return {}
        found = {}
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, recover=True))
        for item in () if root is None else root:  # None: nothing of it could be read
            if not isinstance(item.tag, str) or item.get("TargetMode") == "External":
                continue
            target = posixpath.normpath(posixpath.join("/", folder, item.get("Target", "")))
            kind = item.get("Type", "").rpartition("/")[2]
            found[item.get("Id", "")] = Relation(kind, target.lstrip("/").lower())
        return found


class Styles:
    """The styles of a document, by identifier."""

    def __init__(self, root: etree._Element | None) -> None:
        styles = [] if root is None else root.findall(w("style"))
        self._styles = {style.get(w("styleId"), ""): style for style in styles}
        self._default = next(
            (
                style.get(w("styleId"), "")
                for style in styles
                if style.get(w("type")) == "paragraph" and style.get(w("default")) in ("1", "true")
            ),
            "",
        )

    def of(self, paragraph: etree._Element) -> Iterator[etree._Element]:
        """Yield a paragraph's style and those that it is based on."""
        yield from self.chain(find_value(paragraph, "pPr", "pStyle") or self._default)

    def chain(self, name: str) -> Iterator[etree._Element]:
        """Yield the style of an identifier and those that it is based on."""
        for _ in range(_DEEPEST_STYLE):
            style = self._styles.get(name)
            if style is None:
                return
            yield style
            name = find_value(style, "basedOn") or ""
