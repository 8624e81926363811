"""Every error Dafu raises on purpose.

DafuError
├── InputError          what the caller gave cannot be used (option, query, filter, file)
│   ├── NotAllowed      the role of who asks may not do this
│   └── UnreadableFile  one file or row cannot be read; the others go on
│       ├── Unopened    the system gave no file, or no process to read it: another time it may
│       └── Remark      nothing failed: what was left out on purpose, or taken by its content
├── NotFound            no reply has that id
├── HomeError           the home folder cannot be opened or is of another format
│   ├── HomeBusy        another process is writing to it
│   ├── HomeDamaged     a file that can't be made again is damaged, gone, or another program's
│   └── IndexMismatch   the index was made with another model, segmentation or format
│       └── IndexDamaged    it can't be read; it is made again from the store
├── Stopped             work was ended before its end, see `corpus.bounds`
│   ├── Overdue         it has taken too long
│   └── Unwanted        nobody waits for it any more
├── ModelError          an embedding model cannot be loaded or does not fit
└── GeneratorError      a language model cannot be reached, is too slow or answers wrongly

A message says what was found, what was expected and what to do. It is shown to users as it is,
so it is written in Chinese.
"""

from __future__ import annotations


class DafuError(Exception):
    """Base of all errors that Dafu raises on purpose; `str(error)` can be shown to a user."""


class InputError(DafuError):
    """Something the caller gave cannot be used."""


class NotAllowed(InputError):
    """Whoever asks may not do this, as their role has it."""


class UnreadableFile(InputError):
    """One file, or one row of a table, cannot be read; the others go on."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}：{reason}")
        self.source = source
        self.reason = reason

    def __reduce__(self) -> tuple[type[UnreadableFile], tuple[str, str]]:
        return type(self), (self.source, self.reason)  # to pass from process to process


class Unopened(UnreadableFile):
    """The system gave no file, or no process to read it; another time it may."""


class Remark(UnreadableFile):
    """Something of a file was left out on purpose, or recognised without its name; it was read."""


class NotFound(DafuError):
    """No reply has the id that was asked for."""


class HomeError(DafuError):
    """The home folder cannot be opened, or is of another format."""


class HomeBusy(HomeError):
    """Another process is writing to the home folder."""


class HomeDamaged(HomeError):
    """A file of the home is damaged, gone or another program's, and nothing can make it again."""


class IndexMismatch(HomeError):
    """The index was made with another model, segmentation or format; `dafu rebuild` mends it."""


class IndexDamaged(IndexMismatch):
    """The index can't be read; whoever opens it makes it again from the store."""


class Stopped(DafuError):
    """Work was ended before its end."""


class Overdue(Stopped):
    """Work has taken longer than it may."""


class Unwanted(Stopped):
    """Nobody waits any more for what the work would give."""


class ModelError(DafuError):
    """An embedding model cannot be loaded or does not fit."""


class GeneratorError(DafuError):
    """A language model's endpoint cannot be reached, is too slow, or answers wrongly."""
