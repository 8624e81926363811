"""Files and questions as nobody means them: broken on the way, or made to break what reads them.

Each takes its chance from outside, so that one case can be made again by its number.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from random import Random

from corpus.readers.package import BROKEN

HUGE = (
    *(b"0", b"-1", b"65536", b"2147483648", b"-2147483649", b"99999999999999999999"),
    *(b"1e308", b"NaN", b"9" * 400, "〇".encode(), "９９９９".encode()),
)
ODD_BYTES = (
    *(b"\x00", b"\xff", b"\xfe\xff", b"\x81", b"\xc0\x80", b"\xed\xa0\x80", b"\xef\xbf\xbd"),
    *(b"\x1b$B", b"\x1a", b"\r", b"\xe2\x80\xae", b"\xef\xbb\xbf", b"\xf4\x90\x80\x80"),
)
ODD_VALUES = (
    *(b"", b"../../x", b"&#0;", b"&#xD800;", b"&lol;", b"javascript:1", b"file:///etc/passwd"),
    *(b"A" * 3000, b"-1", b"999999999", b"NaN", b"<", "（（（（".encode()),
)

Mutation = Callable[[bytes, Random], bytes]


def mutate(data: bytes, chance: Random) -> bytes:
    """Break a file in one to three ways; of a zip file mostly a member, and the zip stays valid."""
    for _ in range(chance.randint(1, 3)):
        if data.startswith(b"PK\x03\x04") and chance.random() < 0.85:
            data = _mutate_member(data, chance)
        else:
            data = chance.choice(MUTATIONS)(data, chance)
    return data


def _mutate_member(data: bytes, chance: Random) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {info.filename: archive.read(info) for info in archive.infolist()}
    except BROKEN:
        return flip(data, chance)
    name = chance.choice(sorted(members))
    members[name] = chance.choice(MUTATIONS)(members[name], chance)
    if chance.random() < 0.1:
        members[chance.choice(("../x.txt", "a/\x01.txt", "x" * 300, name.upper()))] = members[name]
    if chance.random() < 0.1:
        del members[chance.choice(sorted(members))]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def flip(data: bytes, chance: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        if changed:
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def truncate(data: bytes, chance: Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def duplicate(data: bytes, chance: Random) -> bytes:
    start, end = _block(data, chance)
    return data[:end] + data[start:end] * chance.choice((1, 1, 2, 30)) + data[end:]


def swap(data: bytes, chance: Random) -> bytes:
    start, end = _block(data, chance)
    later, last = _block(data[end:], chance)
    rest = data[end:]
    return data[:start] + rest[later:last] + rest[:later] + data[start:end] + rest[last:]


def drop(data: bytes, chance: Random) -> bytes:
    start, end = _block(data, chance)
    return data[:start] + data[end:]


def enlarge(data: bytes, chance: Random) -> bytes:
    """Replace some numbers by huge ones, or none."""
    share = chance.choice((0.02, 0.2, 1.0))

    def other(match: re.Match[bytes]) -> bytes:
        return chance.choice(HUGE) if chance.random() < share else match[0]

    return re.sub(rb"(?<![0-9a-fA-F])\d{1,12}(?![0-9a-fA-F])", other, data)


def change_attributes(data: bytes, chance: Random) -> bytes:
    """Replace some values of XML's attributes, or of a PDF's or RTF's words."""
    share = chance.choice((0.02, 0.2))

    def other(match: re.Match[bytes]) -> bytes:
        return match[1] + chance.choice(ODD_VALUES) if chance.random() < share else match[0]

    return re.sub(rb"""(=["']|/|\\)[^"'<>/\\ ]{1,80}""", other, data)


def change_tags(data: bytes, chance: Random) -> bytes:
    """Give some elements other elements' names."""
    names = list(dict.fromkeys(re.findall(rb"</?([\w:.-]{1,40})", data))) or [b"p"]
    share = chance.choice((0.01, 0.1))

    def other(match: re.Match[bytes]) -> bytes:
        return match[1] + chance.choice(names) if chance.random() < share else match[0]

    return re.sub(rb"(</?)[\w:.-]{1,40}", other, data)


def break_encoding(data: bytes, chance: Random) -> bytes:
    """Put odd bytes among the others, or write a part in another encoding."""
    start, end = _block(data, chance)
    if chance.random() < 0.5:
        return data[:start] + chance.choice(ODD_BYTES) * chance.choice((1, 1, 50)) + data[start:]
    other = chance.choice(("gb18030", "utf-16-le", "utf-16", "big5", "utf-7", "utf-8-sig"))
    part = data[start:end].decode("utf-8", "ignore").encode(other, "ignore")
    return data[:start] + part + data[end:]


def _block(data: bytes, chance: Random) -> tuple[int, int]:
    start = chance.randrange(len(data) + 1)
    return start, min(len(data), start + chance.choice((1, 8, 60, 400, 3000)))


MUTATIONS: tuple[Mutation, ...] = (
    *(flip, truncate, duplicate, swap, drop, enlarge),
    *(change_attributes, change_tags, break_encoding),
)

PIECES = (
    *("停车泊位", "加装电梯", "云桥区", "２０２４年", "多少", "怎么办？", "和", "还是", "比去年"),
    *(
        "第0142号",
        "〔2023〕21号",
        "澜江市",
        "提案",
        "答复",
        "补贴3000元",
        "一百二十三",
        "亿",
        "万万",
    ),
    *('"', "'", "AND", "OR NOT", "text:", "*", "?", "~2", "^9e99", "[a TO b]", "{* TO", "+(", "-("),
    *("\\", "/.*/", "%", "_", ";--", "' OR 1=1 --", "MATCH", "NEAR/3", "IN [", "<b>", "&amp;"),
    *("{{7*7}}", "{% x %}", "${x}", "=1+1", "\x00", "\x07", "\x1b[31m", "\x7f", "\r\n", "\u2028"),
    *(
        "\ud800",
        "\udfff",
        "\ue000",
        "\U0010ffff",
        "\ufeff",
        "\u202e",
        "שלום",
        "مرحبا",
        "🚗",
        "👨‍👩‍👧",
    ),
    *("9" * 400, "1e999", "-0", "٣", "①", "Ⅷ", "½", "0x1F", "3.", ".5", "１２％", "2024-13-45"),
    *("a" * 300, "（" * 60, "“", "《", "》", "、" * 40, "parking fee", "elevator", "e\u0301" * 20),
    *(
        " ",
        "\t",
        "\u3000",
        "\u200b",
        "。",
        "！？",
        "…",
        "|",
        "#",
        "@",
        "http://x/?a=1",
        "13800138000",
    ),
)


def question(chance: Random) -> str:
    """Put pieces together, of which some are repeated."""
    text = ""
    for _ in range(chance.choice((1, 2, 3, 5, 8, 20))):
        piece = chance.choice(PIECES)
        if chance.random() < 0.2:
            piece = chr(chance.randrange(0x110000))
        text += piece * chance.choice((1, 1, 1, 1, 2, 50))
    return text if chance.random() < 0.05 else text[: chance.choice((30, 300, 2000))]
