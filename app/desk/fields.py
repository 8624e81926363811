"""What a proposal says of itself: of what kind it is, its title, number, session and proposers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.desk.proposers import Named, find_signed, holds_office, list_proposers, puts, read_named
from app.export.draft import Proposal
from corpus.fields.matter_number import read_matter_numbers
from corpus.fields.session import read_session
from corpus.text.label_words import PAIRS
from corpus.types import FieldName, Kind

_HEAD, _TAIL = 30, 8
"""So many lines are read at either end."""
_LONGEST_LINE, _LONGEST_TITLE = 120, 80

_CELLS = re.compile(
    r"[^\S\n]*[|｜\t][^\S\n]*|[^\S\n]{2,8}(?=[\u4e00-\u9fff]{2,8}[：:])"
    r"|[\s；;，,](?=[\u4e00-\u9fff]{1,6}(?:人|者|委员|代表)(?:[（(][^（）()]{0,10}[）)])?[：:])"
)
_BRACKETS = "（）()【】[]*# 　"
_LABELS = {
    name: re.compile(pattern)
    for name, pattern in PAIRS
    if name in (FieldName.MATTER_NUMBER, FieldName.MATTER_TITLE, FieldName.SESSION)
    or name is FieldName.TITLE
}
_NUMBER_ALONE = re.compile(r"编\s?号|序\s?号")

_TITLE = re.compile(r"(?:关于|对).{3,76}(?:提案|议案|建议|意见|请求|来信|问题)")
_NUMBERED = re.compile(r"第\s?([A-Za-z]{0,3}\d{1,8}(?:-\d{1,6})?)\s?号")
_ASIDE = re.compile(r"[（(][^（）()]{0,10}[）)]")
_GOES_ON = re.compile(r"[、，,]$")
_ENDS = re.compile(r"[。！？；!?;，,：:]$")
_GREETING = re.compile(r"(?:尊敬的?|敬爱的?|各位|您好|你好|请问)")

_PROPOSAL = re.compile(r"政协|政治协商|委员(?!会)|提案|案由|界别")
_SUGGESTION = re.compile(r"人大|人民代表大会|代表(?!大会)|议案|建议(?=人|编?号|者|提出)")


def read_fields(text: str) -> Proposal:
    """Return the proposal that a text is, by its own words; what it does not say is None."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    head, tail = lines[:_HEAD], lines[_HEAD:][-_TAIL:]
    found: dict[FieldName, str] = {}
    labels: list[str] = []
    named: list[Named] = []
    for name, label, value in _labelled([*head, *tail]):
        if name is FieldName.PROPOSER:
            put = read_named(value, strict=holds_office(label))
            named += [put] if put else []
            labels += [label] if put or not holds_office(label) else []
            continue
        labels.append(label)
        if value and (read := _read(name, value)):
            found.setdefault(name, read)
    above = [line for line in head[:6] if len(line) <= _LONGEST_LINE and not _ENDS.search(line)]
    title = found.get(FieldName.MATTER_TITLE) or found.get(FieldName.TITLE) or _title(head)
    kind = _kind([*labels, *(line for line in above if line != title)], title)
    if kind is Kind.MESSAGE:
        return Proposal(kind, title)
    number = (_NUMBERED.search(line) for line in above)
    sessions = (read_session(line) for line in above if "届" in line)
    return Proposal(
        kind,
        title or (above[0] if above and len(above[0]) <= _LONGEST_TITLE else None),
        found.get(FieldName.MATTER_NUMBER) or next((m[1] for m in number if m), None),
        found.get(FieldName.SESSION) or next(filter(None, sessions), None),
        list_proposers(named or list(find_signed(lines))),
    )


def _labelled(lines: Sequence[str]) -> Iterator[tuple[FieldName, str, str]]:
    """Yield what labels announce: of what, the label, the value behind it or in the next cell."""
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        if len(line) > 4 * _LONGEST_LINE:
            continue
        cells = [cell.strip(_BRACKETS) for cell in _CELLS.split(line.strip(" |｜"))]
        for cell, after in zip(cells, [*cells[1:], ""], strict=True):
            label, mark, value = _part(cell)
            name = _name(label)
            if name is None:
                continue
            value = value if mark else after
            if name is FieldName.PROPOSER and cell is cells[-1]:
                value = _lead_on(value, below)
            yield name, label, value


def _lead_on(value: str, below: str) -> str:
    """Return a list of names with the line below it, where it goes on there or begins there."""
    if value and not _GOES_ON.search(value):
        return value
    return f"{value}{below}" if read_named(below, strict=True) else value


def _part(cell: str) -> tuple[str, str, str]:
    mark = re.search("[：:]", cell[:16])
    if mark is None:
        return cell, "", ""
    return cell[: mark.start()].strip(), mark.group(), cell[mark.end() :].strip(_BRACKETS)


def _name(label: str) -> FieldName | None:
    label = _ASIDE.sub("", label).strip()
    if not 2 <= len(label) <= 12:
        return None
    if _NUMBER_ALONE.fullmatch(label):
        return FieldName.MATTER_NUMBER
    if puts("".join(label.split())):
        return FieldName.PROPOSER
    return next((name for name, pattern in _LABELS.items() if pattern.fullmatch(label)), None)


def _read(name: FieldName, value: str) -> str | None:
    """Return a value in the form that a draft has it in; None where it is none."""
    match name:
        case FieldName.MATTER_NUMBER:
            numbers = read_matter_numbers(value[:_LONGEST_LINE])
            return numbers[0][0] if numbers else None
        case FieldName.SESSION:
            return read_session(value[:_LONGEST_LINE]) or None
        case _:
            # 案由：我市…的问题日益突出。 tells the cause.
            is_title = len(value) <= _LONGEST_TITLE and not _ENDS.search(value)
            return value if is_title else None


def _title(lines: Sequence[str]) -> str | None:
    """Return the line that is a title, or the two that are."""
    for line, after in zip(lines[:8], [*lines[1:8], ""], strict=False):
        plain = line.strip(_BRACKETS).strip("《》")
        for title in (plain, plain + after):
            if _TITLE.fullmatch(title):
                return title
    return None


def _kind(lines: Sequence[str], title: str | None) -> Kind:
    """Tell who answers to whom: by labels and what stands above, else by how the title ends."""
    said = "\n".join(lines)
    proposal, suggestion = len(_PROPOSAL.findall(said)), len(_SUGGESTION.findall(said))
    if proposal or suggestion:
        return Kind.PROPOSAL if proposal >= suggestion else Kind.SUGGESTION
    if title and title.endswith("提案"):
        return Kind.PROPOSAL
    if title and title.endswith(("建议", "议案")):
        return Kind.SUGGESTION
    return Kind.MESSAGE
