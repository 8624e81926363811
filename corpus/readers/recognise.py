"""Recognise which column of a table holds what: as declared, by names, by contents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from corpus.readers.columns import (
    ANYTHING,
    HEADINGS,
    LABELS,
    UNSURE,
    base,
    columns_named,
    spelling,
)
from corpus.readers.contents import (
    are_answers,
    are_dates,
    are_doc_numbers,
    are_flags,
    are_marks,
    are_outcomes,
    are_texts,
)
from corpus.readers.mapping import SEVERAL, ColumnMapping
from corpus.readers.values import read_cell
from corpus.text.openness_names import openness_label


class How(StrEnum):
    """By what a column was recognised; the value is what users see."""

    DECLARED = "声明"
    NAME = "列名"
    CONTENT = "内容"


@dataclass(frozen=True, slots=True)
class Taken:
    """The columns that were taken for one key, and by what they were recognised."""

    columns: tuple[str, ...]
    how: How


Recognised = Mapping[str, Taken]


def recognise(
    names: Sequence[str], sample: Mapping[str, Sequence[object]], mapping: ColumnMapping | None
) -> dict[str, Taken]:
    """Return what each of a table's columns holds; a key that no column answers to is absent.

    What is declared goes first, then the usual names, names together with contents, and contents
    alone where they leave no doubt.

    :param sample: the first cells of each column, by its name.
    """
    finder = _Finder(names, sample)
    declared = dict(mapping.declared()) if mapping else {}
    for key, columns in declared.items():
        by_spelling = {spelling(name): name for name in reversed(names)}
        found = (by_spelling.get(spelling(column)) for column in columns)
        finder.take(key, tuple(name for name in found if name is not None), How.DECLARED)
    finder.settled |= declared.keys()
    finder.take_marks()  # first of all: no column of them may be taken for something else
    for key, aliases in HEADINGS.items():
        finder.take_named(key, aliases)
    finder.take_unsure()
    finder.take_by_content()
    return {key: finder.taken[key] for key in HEADINGS if key in finder.taken}


class _Finder:
    """Takes columns one after the other; none is taken twice."""

    def __init__(self, names: Sequence[str], sample: Mapping[str, Sequence[object]]) -> None:
        self.names = names
        self.cells = {n: [read_cell(c) for c in sample.get(n, ())] for n in names}
        self.taken: dict[str, Taken] = {}
        self.settled: set[str] = set()

    def free(self) -> list[str]:
        used = {column for taken in self.taken.values() for column in taken.columns}
        return [name for name in self.names if name not in used]

    def take(self, key: str, columns: tuple[str, ...], how: How) -> None:
        if columns and key not in self.settled:
            self.taken[key] = Taken(columns if key in SEVERAL else columns[:1], how)
            self.settled.add(key)

    def take_marks(self) -> None:
        """Take every column of disclosure marks, for the strictest to hold."""
        known = set(map(spelling, HEADINGS["disclosure"]))
        found = (n for n in self.free() if base(n) in known or self._is_of_openness(n))
        self.take("disclosure", tuple(found), How.NAME)

    def _is_of_openness(self, name: str) -> bool:
        if openness_label(name, flagged=True) is None or are_texts(self.cells[name]):
            return False
        return openness_label(name) is not None or are_flags(self.cells[name])

    def take_named(self, key: str, aliases: Iterable[str]) -> None:
        if key not in self.settled:
            self.take(key, columns_named(aliases, self.free()), How.NAME)

    def take_unsure(self) -> None:
        """Take columns whose names tell only together with their cells."""
        cells, free = self.cells, self.free()
        if "reply" not in self.settled:
            texts = [name for name in free if are_texts(cells[name])]
            self.take("reply", columns_named(UNSURE["reply"], texts), How.NAME)
        if "reply" not in self.settled:
            answers = [name for name in free if are_answers(cells[name])]
            self.take("reply", columns_named(ANYTHING, answers)[:1], How.CONTENT)
        outcomes = [name for name in self.free() if are_outcomes(cells[name])]
        self.take("outcome", columns_named(UNSURE["outcome"], outcomes), How.NAME)
        self.take("role", columns_named(UNSURE["role"], self.free()), How.NAME)
        if "reply" in self.settled:
            asked = [name for name in self.free() if not are_dates(cells[name])]
            self.take("question", columns_named(UNSURE["question"], asked)[:1], How.NAME)

    def take_by_content(self) -> None:
        """Take the one column whose cells can be nothing else."""
        for key, fits in (
            ("doc_number", are_doc_numbers),
            ("disclosure", are_marks),
            ("outcome", are_outcomes),
            ("reply", are_answers),
        ):
            found = tuple(name for name in self.free() if fits(self.cells[name]))
            if len(found) == 1 or key == "disclosure":  # of which the strictest holds
                self.take(key, found, How.CONTENT)
        self._take_dates()

    def _take_dates(self) -> None:
        """Take a lone column of dates for the reply's, or two, of which one is never later."""
        found = [name for name in self.free() if are_dates(self.cells[name])]
        if not found or self.settled & {"date", "asked"}:
            return
        if len(found) == 1 and "question" not in self.settled:
            self.take("date", (found[0],), How.CONTENT)
        if len(found) == 2 and "question" in self.settled:
            pairs = list(zip(*(self.cells[name] for name in found), strict=True))
            for (first, second), one in zip((found, found[::-1]), (1, -1), strict=True):
                earlier = [pair[::one] for pair in pairs if all(pair)]
                if (
                    earlier
                    and all(a <= b for a, b in earlier)
                    and earlier != [pair[::-1] for pair in earlier]
                ):
                    self.take("asked", (first,), How.CONTENT)
                    self.take("date", (second,), How.CONTENT)


_CLASHES = (
    ("reply", are_dates, "日期"),
    ("question", are_dates, "日期"),
    ("date", are_texts, "大段文字"),
    ("asked", are_texts, "大段文字"),
)


def find_clash(recognised: Recognised, sample: Mapping[str, Sequence[object]]) -> str | None:
    """Say which column's cells can't be what its name says, or return None where all can be.

    Rows that have slipped by a column would else make a citizen's words the office's.
    """
    for key, wrong, what in _CLASHES:
        for column in _named(recognised, key):
            if wrong([read_cell(cell) for cell in sample.get(column, ())]):
                return f"“{column}”列里是{what}"
    return None


def without_clashes(
    recognised: Recognised, sample: Mapping[str, Sequence[object]]
) -> dict[str, Taken]:
    """Leave out what names say against the cells, where the owner has declared the rest."""
    wrong = {
        key
        for key, fits_not, _ in _CLASHES
        for column in _named(recognised, key)
        if fits_not([read_cell(cell) for cell in sample.get(column, ())])
    }
    return {key: taken for key, taken in recognised.items() if key not in wrong}


def _named(recognised: Recognised, key: str) -> tuple[str, ...]:
    taken = recognised.get(key)
    return taken.columns if taken and taken.how is How.NAME else ()


def iter_remarks(names: Sequence[str], recognised: Recognised) -> Iterator[str]:
    """Say what was recognised by contents alone, and which column like a reply was not read."""
    for key, taken in recognised.items():
        if taken.how is How.CONTENT:
            yield f"“{'、'.join(taken.columns)}”列按内容认作{LABELS[key]}"
    reply = recognised["reply"]
    used = {column for taken in recognised.values() for column in taken.columns}
    spellings = set(map(spelling, HEADINGS["reply"]))
    others = [name for name in names if name not in used and base(name) in spellings]
    if others:
        yield (
            f"“{'、'.join(others)}”列也像答复，没有读入（答复取自“{'、'.join(reply.columns)}”）；"
            '要一并读入，请在列对应表里写成列表，如 {"reply": ["答复甲", "答复乙"]}'
        )
