"""The worker's side: take jobs from one pipe, answer them on another, end with the parent.

Nothing is said on the streams of the parent, so that nobody waits for their end.
"""

from __future__ import annotations

import faulthandler
import os
import pickle
import shutil
import signal
import struct
import tempfile
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from queue import SimpleQueue
from typing import Any, BinaryIO

from corpus.errors import DafuError
from corpus.temporary import PREFIX
from corpus.workers.limits import Limits

LENGTH = struct.Struct("<Q")
"""Stands before each answer: how many bytes it has."""

FOLDER = "read"
"""The kind of temporary folder in which a worker unpacks; its parent holds it."""

_FILE_BYTES = 1 << 30
"""So much is unpacked of one file at most, see `corpus.readers.members.Allowance`."""


class Outcome(StrEnum):
    """What has become of a job."""

    DONE = "done"
    RAISED = "raised"
    """It has raised an error that is meant for the caller."""
    OUT_OF_MEMORY = "memory"
    TOO_MUCH = "output"
    TOO_LONG = "time"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """A function to be called, and what it may take."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    limits: Limits


def serve() -> None:
    """Do what is asked on standard input until it ends; answer on standard output."""
    asked, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):  # what libraries print must not stand among the answers
        os.dup2(nothing, stream)
    with suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is told, and ends this process
    with suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
        file.write("1000")  # where memory runs out, Linux is to end this process, not the parent
    jobs: SimpleQueue[Job] = SimpleQueue()
    threading.Thread(target=_receive, args=(asked, jobs), daemon=True).start()

    import corpus.parse  # noqa: F401  (while the parent looks for files)

    while True:
        answer = _do(jobs.get())
        answers.write(LENGTH.pack(len(answer)))
        answers.write(answer)
        answers.flush()


def _receive(asked: BinaryIO, jobs: SimpleQueue[Job]) -> None:
    """Pass jobs on; at the end of the stream, which is the parent's end too, end at once."""
    try:
        while True:
            jobs.put(pickle.load(asked))
    finally:
        folder = tempfile.gettempdir()
        if os.path.basename(folder).startswith(f"{PREFIX}{FOLDER}-"):  # this process's own
            shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)


def _do(job: Job) -> bytes:
    _limit(job.limits)
    # A thread of C's, which no library can keep from running, should the parent be gone.
    faulthandler.dump_traceback_later(2 * job.limits.patience, exit=True, file=2)
    try:
        answer = pickle.dumps((Outcome.DONE, job.function(*job.arguments)))
        if len(answer) > job.limits.output:
            return pickle.dumps((Outcome.TOO_MUCH, None))
        return answer
    except (DafuError, OSError) as error:
        return pickle.dumps((Outcome.RAISED, error))
    except MemoryError:
        return pickle.dumps((Outcome.OUT_OF_MEMORY, None))
    except BaseException as error:  # what Rust panics with is no Exception
        where = "".join(traceback.format_tb(error.__traceback__)[-3:])
        return pickle.dumps((Outcome.FAILED, f"{type(error).__name__}\n{where}"))
    finally:
        faulthandler.cancel_dump_traceback_later()


def _limit(limits: Limits) -> None:
    """Have the system itself refuse more, where it can; the parent watches on all systems."""
    try:
        import resource
    except ImportError:  # Windows
        return
    # Twice: what is reserved counts here, whether or not it is used.
    for kind, most in (
        ("RLIMIT_DATA", 2 * limits.memory),
        ("RLIMIT_FSIZE", _FILE_BYTES),
        ("RLIMIT_CORE", 0),
    ):
        with suppress(ValueError, OSError, AttributeError):
            number = getattr(resource, kind)
            hard = resource.getrlimit(number)[1]
            least = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(number, (least, hard))
