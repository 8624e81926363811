"""Files as offices have them, made small: Word documents of all ages, ODF, OFD, archives, mail."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NAMES = (
    f'xmlns:r="{_KINDS}" xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)


def paragraph(inner: str) -> str:
    """Write a paragraph of Word's: of text, or of elements where it has any."""
    return f"<w:p>{inner if inner.startswith('<') else run(inner)}</w:p>"


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def make_docx(
    path: Path,
    body: str,
    parts: Mapping[str, str] | None = None,
    namespace: str = W,
    extra_relation: str = "",
) -> None:
    """Write a Word package by hand; `parts` are styles, numbering, header or footer, by kind."""
    parts = parts or {}
    relations = "".join(
        f'<Relationship Id="{kind}" Type="{_KINDS}/{kind}" Target="{kind}.xml"/>' for kind in parts
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{_TYPES}"/>')
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="1"'
            f' Type="{_KINDS}/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        archive.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{_RELATIONS}">{relations}{extra_relation}</Relationships>',
        )
        archive.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{namespace}" {_NAMES}><w:body>{body}</w:body></w:document>',
        )
        for kind, content in parts.items():
            if kind == "aFChunk":
                archive.writestr("word/aFChunk.xml", content)
                continue
            root = {"header": "hdr", "footer": "ftr"}.get(kind, kind)
            archive.writestr(
                f"word/{kind}.xml", f'<w:{root} xmlns:w="{namespace}">{content}</w:{root}>'
            )


def make_doc(path: Path, text: str, boxes: Sequence[str] = ()) -> None:
    r"""Write a Word 97 file (MS-DOC) of nothing but text: paragraphs and boxes end in `\r`."""
    story = text + "\r" + "".join(f"{box}\r" for box in boxes) + ("\r" if boxes else "")
    count_boxes = sum(len(box) + 1 for box in boxes) + 1 if boxes else 0
    start = 0x800
    pieces = struct.pack("<IIHIH", 0, len(story), 0, start, 0)
    clx = b"\x02" + struct.pack("<I", len(pieces)) + pieces
    places = [0]
    for box in boxes:
        places.append(places[-1] + len(box) + 1)
    places.append(places[-1] + 1)
    table = clx
    box_place = len(table)
    if boxes:
        table += struct.pack(f"<{len(places)}I", *places) + bytes(22 * (len(places) - 1))
    numbers = [0] * 22
    numbers[0] = start + 2 * len(story)
    numbers[3] = len(text) + 1
    numbers[9] = count_boxes
    pairs = [(0, 0)] * 93
    pairs[33] = (0, len(clx))
    pairs[56] = (box_place, len(table) - box_place)
    base = struct.pack("<HHHHHHHIBBHHII", 0xA5EC, 0xC1, 0, 0x804, 0, 0x200, 0xBF, 0, 0, 0, 0, 0,
                       start, start + 2 * len(story))  # fmt: skip
    fib = base + struct.pack("<H", 14) + bytes(28)
    fib += struct.pack("<H22I", 22, *numbers) + struct.pack("<H", 93)
    fib += b"".join(struct.pack("<II", *pair) for pair in pairs) + struct.pack("<H", 0)
    document = fib.ljust(start, b"\x00") + story.encode("utf-16-le")
    path.write_bytes(_compound({"WordDocument": document, "1Table": table}))


def _compound(streams: Mapping[str, bytes]) -> bytes:
    """Write streams as an OLE file of sectors of 512 bytes (MS-CFB)."""
    sector, end, free = 512, 0xFFFFFFFE, 0xFFFFFFFF
    chains: list[int] = []
    data = b""
    starts = {}
    for name, content in streams.items():
        padded = content.ljust(max(4096, -(-len(content) // sector) * sector), b"\x00")
        starts[name] = len(chains)
        count = len(padded) // sector
        chains += [*range(len(chains) + 1, len(chains) + count), end]
        data += padded
    directory_start = len(chains)
    chains.append(end)
    fat_start = len(chains)
    chains.append(0xFFFFFFFD)
    names = list(streams)
    entries = [_entry("Root Entry", 5, end, 0, child=1)]
    for place, name in enumerate(names, 1):
        right = place + 1 if place < len(names) else free
        size = max(4096, -(-len(streams[name]) // sector) * sector)
        entries.append(_entry(name, 2, starts[name], size, right=right))
    directory = b"".join(entries).ljust(sector, b"\x00")
    fat = struct.pack(f"<{len(chains)}I", *chains).ljust(sector, b"\xff")
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, directory_start, 0,
                          4096, end, 0, end, 0)  # fmt: skip
    header += struct.pack("<I", fat_start) + b"\xff" * (108 * 4)
    return header + data + directory + fat


def _entry(
    name: str,
    kind: int,
    start: int,
    size: int,
    child: int = 0xFFFFFFFF,
    right: int = 0xFFFFFFFF,
) -> bytes:
    raw = name.encode("utf-16-le") + b"\x00\x00"
    return raw.ljust(64, b"\x00") + struct.pack(
        "<HBBIII36xIQ", len(raw), kind, 1, 0xFFFFFFFF, right, child, start, size
    )


def make_odt(path: Path, body: str, styles: str = "", margin: str = "") -> None:
    """Write an OpenDocument text of a body's elements, automatic styles and a page's margins."""
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
        for name, space in (
            *(("office", "office"), ("text", "text"), ("table", "table"), ("style", "style")),
            *(("draw", "drawing"), ("svg", "svg-compatible")),
        )
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr(
            "content.xml",
            f"<office:document-content {names}>{styles}<office:body><office:text>{body}"
            "</office:text></office:body></office:document-content>",
        )
        archive.writestr(
            "styles.xml",
            f"<office:document-styles {names}><office:master-styles><style:master-page>{margin}"
            "</style:master-page></office:master-styles></office:document-styles>",
        )


def make_ofd(path: Path, pages: Sequence[Sequence[tuple[float, str]]]) -> None:
    """Write an OFD of pages of lines, each with its left edge in millimetres."""
    names = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    listed = "".join(
        f'<ofd:Page ID="{number}" BaseLoc="Pages/{number}.xml"/>' for number in range(len(pages))
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "OFD.xml",
            f"<ofd:OFD {names}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
            "</ofd:DocBody></ofd:OFD>",
        )
        archive.writestr(
            "Doc_0/Document.xml",
            f"<ofd:Document {names}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297"
            "</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData>"
            f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        )
        for number, lines in enumerate(pages):
            objects = "".join(
                f'<ofd:TextObject ID="{number * 100 + row + 10}" Boundary="{left} {30 + 8 * row}'
                f' {5 * len(text)} 6" Font="1" Size="5"><ofd:TextCode X="0" Y="5"'
                f' DeltaX="g {len(text)} 5">{text}</ofd:TextCode></ofd:TextObject>'
                for row, (left, text) in enumerate(lines)
            )
            archive.writestr(
                f"Doc_0/Pages/{number}.xml",
                f"<ofd:Page {names}><ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content>"
                "</ofd:Page>",
            )
