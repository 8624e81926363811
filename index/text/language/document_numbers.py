"""The numbers by which a query asks for a document: 发文字号, and those of proposals.

Whoever types one wants that document and no other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from index.text.listed import CLOSE, OPEN

_ID = r"(?P<{name}>[A-Za-z]{{0,3}}-?\d{{1,12}}(?:-\d{{1,6}})?)"
_MATTER = r"(?:提案|建议|议案)"

_DOCUMENT = re.compile(
    rf"(?P<body>[\u4e00-\u9fffA-Za-z]{{1,30}})(?:[{OPEN}](?P<year>(?:19|20)\d\d)年?[{CLOSE}]"
    r"|(?P<bare>(?:19|20)\d\d)年?)"
    r"第?(?P<letter>[A-Za-z]?)(?P<number>\d{1,6})(?P<part>-\d{1,4})?(?:号(?![楼线栋幢门])|$|(?=[\s的，。？?]))"
)
_MATTER_NUMBER = re.compile(
    rf"(?:第{_ID.format(name='a')}|(?<![\d〕\]）)年]){_ID.format(name='b')})号"
    rf"[\u4e00-\u9fff]{{0,8}}?{_MATTER}"
    rf"|{_MATTER}[（(]?(?:编号|案号)?[：:为是]?(?:第{_ID.format(name='c')}(?:号|$)"
    rf"|{_ID.format(name='d')}号|(?P<e>[A-Za-z]{{0,3}}\d{{2,12}})(?![\d年月日个条份件多%.]))"
)
_IN_IT = re.compile(r"(?:在|按照?|根据|依据)?\0(?:答复|复函|文件|函|文)?(?:里面?|中|上)?[的，,]?")
"""What ties a question to the number it names: 按40号文，居民怎么分摊费用."""
_LEAST_LEFT = 4
_NUMBER_ALONE = re.compile(rf"第?{_ID.format(name='a')}号|第{_ID.format(name='b')}")

WIDEST = 6
"""Digits up to which a number may be written with zeros before it: 第0142号 is 142号."""


@dataclass(frozen=True, slots=True)
class DocumentNumbers:
    """The values that the fields of the documents asked for may have, as they are stored."""

    documents: tuple[str, ...] = ()
    matters: tuple[str, ...] = ()


NO_NUMBERS = DocumentNumbers()


def find_document_numbers(text: str) -> DocumentNumbers:
    """Find the numbers that a query names, in any brackets or none, with spaces or without."""
    squeezed = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    if not re.search(r"\d", squeezed):
        return NO_NUMBERS
    return DocumentNumbers(
        tuple(dict.fromkeys(_documents(squeezed))), tuple(dict.fromkeys(_matters(squeezed)))
    )


def without_numbers(text: str, number: str) -> str:
    """Return a question without the numbers of proposals, and the document's, that it names.

    It stays as it is where it says little else.

    :param number: the document's, as it is stored; what stands before it in the question stays.
    """
    squeezed = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    body = number.partition("〔")[0]

    def cut(match: re.Match[str]) -> str:
        said = match["body"]
        own = body and said.endswith(body)
        return said.removesuffix(body) + "\0" if own else match[0]

    left = _IN_IT.sub("", _MATTER_NUMBER.sub("\0", _DOCUMENT.sub(cut, squeezed)))
    return left if len(left) >= _LEAST_LEFT and left != squeezed else text


def _documents(text: str) -> Iterator[str]:
    for match in _DOCUMENT.finditer(text):
        if match["bare"] and "号" not in match[0]:
            continue  # 建设2021 12 may be anything
        year = match["year"] or match["bare"]
        forms = [
            f"{lead}{match['letter'].upper()}{number}{match['part'] or ''}号"
            for lead in ("", "第")
            for number in _padded(match["number"])
        ]
        body = match["body"]
        for start in range(len(body)):  # what stands before the number may be part of a sentence
            yield from (f"{body[start:]}〔{year}〕{form}" for form in forms)


def _matters(text: str) -> Iterator[str]:
    matches = [*_MATTER_NUMBER.finditer(text)]
    alone = _NUMBER_ALONE.fullmatch(text)
    for match in [*matches, alone] if alone else matches:
        written = match[match.lastgroup or 0]
        letters, digits = re.fullmatch(r"(\D*)(.*)", written).groups()  # type: ignore[union-attr]
        first, dash, rest = digits.partition("-")
        for number in _padded(first):
            yield f"{letters.upper()}{number}{dash}{rest}"


def _padded(number: str) -> Iterator[str]:
    plain = number.lstrip("0") or "0"
    for width in range(len(plain), max(WIDEST, len(number)) + 1):
        yield plain.zfill(width)
