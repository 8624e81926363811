"""Background work: one job after another, with its stages; cancelled, failed, dismissed."""

from __future__ import annotations

import threading
from collections.abc import Callable

from app.running.jobs import KEPT, Job, Jobs, JobState
from corpus.errors import InputError
from corpus.progress import Progress


def ended(jobs: Jobs, number: int) -> Job:
    """Wait until a job has ended, and return it."""
    while True:
        job = next(job for job in jobs.list_jobs() if job.number == number)
        if job.ended:
            return job
        threading.Event().wait(0.005)


def waiting_for(event: threading.Event) -> Callable[[Progress], str]:
    def work(progress: Progress) -> str:
        for done in range(100_000):
            progress("等着", done, None)
            if event.wait(0.005):
                break
        return "等到了"

    return work


def test_two_jobs_are_done_one_after_the_other() -> None:
    jobs, event = Jobs(), threading.Event()
    first = jobs.start("第一件", waiting_for(event))
    second = jobs.start("第二件", lambda progress: "也好了")
    assert [(job.title, job.ended) for job in jobs.list_jobs()] == [
        ("第一件", False),
        ("第二件", False),
    ]
    assert jobs.list_jobs()[1].state is JobState.WAITING
    event.set()
    assert ended(jobs, first).outcome == "等到了"
    assert ended(jobs, second).outcome == "也好了"


def test_a_running_and_a_waiting_job_are_cancelled() -> None:
    jobs, event = Jobs(), threading.Event()
    running = jobs.start("一", waiting_for(event))
    waiting = jobs.start("二", lambda progress: "从来没有做")
    jobs.cancel(waiting)
    jobs.cancel(running)
    assert ended(jobs, waiting).state is JobState.CANCELLED
    assert ended(jobs, running).state is JobState.CANCELLED
    after = jobs.start("三", lambda progress: "照常")
    assert ended(jobs, after).outcome == "照常"


def test_a_failed_job_keeps_its_error_and_the_next_goes_on() -> None:
    def fail(progress: Progress) -> str:
        progress("读取", 3, 10)
        raise InputError("坏了")

    jobs = Jobs()
    job = ended(jobs, jobs.start("一", fail))
    assert (job.state, str(job.error)) == (JobState.FAILED, "坏了")
    assert (job.stage, job.done, job.total) == ("读取", 3, 10)
    assert ended(jobs, jobs.start("二", lambda progress: "好")).state is JobState.DONE


def test_only_the_last_to_end_are_kept_and_can_be_dismissed() -> None:
    jobs = Jobs()
    numbers = [jobs.start(str(n), lambda progress: "") for n in range(KEPT + 3)]
    last = ended(jobs, numbers[-1])
    jobs.start("再来", lambda progress: "")
    assert last in jobs.list_jobs()
    assert len(jobs.list_jobs()) <= KEPT + 1
    jobs.dismiss(last.number)
    assert last not in jobs.list_jobs()
