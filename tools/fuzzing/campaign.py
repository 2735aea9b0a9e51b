"""Many inputs, side by side, until the time is up."""

from __future__ import annotations

import dataclasses
import itertools
import multiprocessing
import random
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tools.fuzzing import child, verdict
from tools.fuzzing.child import Limits
from tools.fuzzing.inputs import Place, Subject
from tools.fuzzing.verdict import Failure


@dataclasses.dataclass(frozen=True)
class Campaign:
    """What to try.

    Attributes:
        subjects: by name; an input's number says which one it is of.
        seed: of all inputs.
        material: folder of what they are made of.
        work: folder to work in.
        limits: of an input's process.
        keep: whether the folders of inputs stay.
    """

    subjects: Mapping[str, Subject]
    seed: int
    material: Path
    work: Path
    limits: Limits = dataclasses.field(default_factory=Limits)
    keep: bool = False

    def subject(self, number: int) -> str:
        """Returns the subject of an input, by its number."""
        names = list(self.subjects)
        return names[number % len(names)]

    def numbers(self, subject: str = "") -> Iterator[int]:
        """Yields the inputs' numbers, of one subject or of all."""
        return (
            number
            for number in itertools.count()
            if subject in ("", self.subject(number))
        )


@dataclasses.dataclass(frozen=True)
class Result:
    """What came of an input.

    Attributes:
        number: of the input.
        subject: of the input.
        text: of its command.
        code: that its process ended with.
        seconds: that its process took.
        failures: that were found.
    """

    number: int
    subject: str
    text: str
    code: int
    seconds: float
    failures: list[Failure]


def attempt(campaign: Campaign, number: int) -> Result:
    """Makes an input, runs it, and says what went wrong."""
    subject = campaign.subject(number)
    # A level of its own, so that what leaves the working folder is seen.
    outer = campaign.work / f"{number:06d}"
    shutil.rmtree(outer, ignore_errors=True)
    folder = outer / "cwd"
    for path in (folder / "in", outer / "home", outer / "tmp"):
        path.mkdir(parents=True)
    rng = random.Random(f"{campaign.seed}/{number}")
    tried = campaign.subjects[subject](Place(rng, folder, campaign.material))
    before = verdict.before(folder)
    outcome = child.run(
        tried.action, folder, campaign.limits, may_last=tried.may_last
    )
    found = verdict.failures(tried, outcome, folder, before)
    if not campaign.keep:
        shutil.rmtree(outer, ignore_errors=True)
    return Result(
        number, subject, tried.text, outcome.code, outcome.seconds, found
    )


def run(
    campaign: Campaign, numbers: Iterable[int], *, seconds: float, jobs: int
) -> Iterator[Result]:
    """Yields what came of the inputs of `numbers`, until the time is up.

    Args:
        campaign: what to try.
        numbers: of the inputs.
        seconds: after which no more input begins.
        jobs: inputs at a time.

    Raises:
        RuntimeError: a process that makes inputs died.
    """
    context = multiprocessing.get_context("fork")
    results = context.SimpleQueue()
    end = time.monotonic() + seconds

    def work(job: int) -> None:
        for number in itertools.islice(numbers, job, None, jobs):
            if time.monotonic() > end:
                break
            results.put(attempt(campaign, number))

    workers = [
        context.Process(target=work, args=(job,), daemon=True)
        for job in range(jobs)
    ]
    for worker in workers:
        worker.start()
    try:
        while any(worker.is_alive() for worker in workers):
            while not results.empty():
                yield results.get()
            time.sleep(0.05)
        while not results.empty():
            yield results.get()
    finally:
        for worker in workers:
            worker.terminate()
            worker.join()
    codes = [worker.exitcode for worker in workers]
    if any(codes):
        raise RuntimeError(f"A worker ended with exit code {codes}.")
