"""A short summary of what a campaign found."""

from __future__ import annotations

import collections
from collections.abc import Iterable, Iterator

from tools.fuzzing.campaign import Result

_SHOWN_CHARACTERS = 700


class Summary:
    """Counts inputs, and keeps the first of each kind of failure."""

    def __init__(self) -> None:
        self._counts: dict[str, collections.Counter[str]] = {}
        self._first: dict[str, tuple[Result, str]] = {}
        self._times: collections.Counter[str] = collections.Counter()
        self._slowest: Result | None = None

    def add(self, result: Result) -> list[str]:
        """Counts a result; returns the kinds of failure it is the first of."""
        counts = self._counts.setdefault(result.subject, collections.Counter())
        counts["inputs"] += 1
        counts[_ending(result)] += 1
        if self._slowest is None or result.seconds > self._slowest.seconds:
            self._slowest = result
        fresh = []
        for kind in dict.fromkeys(one.kind for one in result.failures):
            self._times[kind] += 1
            if kind not in self._first:
                detail = next(
                    one.detail for one in result.failures if one.kind == kind
                )
                self._first[kind] = (result, detail)
                fresh.append(kind)
        return fresh

    @property
    def failures(self) -> int:
        """How many inputs failed."""
        return sum(counts["failures"] for counts in self._counts.values())

    def describe(self, kind: str) -> str:
        """Returns the lines that describe a kind of failure."""
        result, detail = self._first[kind]
        lines = detail[-_SHOWN_CHARACTERS:].splitlines()
        return "\n".join(
            [
                f"FAILED {kind} (input {result.number}, {result.subject})",
                f"    {result.text[:_SHOWN_CHARACTERS]}",
                *(f"    | {line}" for line in lines[-6:]),
            ]
        )

    def lines(self) -> Iterator[str]:
        """Yields the kinds of failure by number, and a line a subject."""
        for kind, times in self._times.most_common():
            yield f"{times:5} x {kind} (--only={self._first[kind][0].number})"
        for subject in sorted(self._counts):
            yield _line(subject, self._counts[subject])
        total: collections.Counter[str] = collections.Counter()
        for counts in self._counts.values():
            total.update(counts)
        if self._slowest is not None:
            slowest = self._slowest
            yield (
                f"slowest: {slowest.seconds:.1f} s, input {slowest.number}: "
                f"{slowest.text[:120]}"
            )
        yield _line("all", total)


def summarize(results: Iterable[Result]) -> Summary:
    """Prints each kind of failure when it is first seen; returns the counts."""
    summary = Summary()
    for result in results:
        for kind in summary.add(result):
            print(summary.describe(kind), flush=True)
    return summary


def _ending(result: Result) -> str:
    if result.failures:
        return "failures"
    return "succeeded" if result.code == 0 else "refused"


def _line(subject: str, counts: collections.Counter[str]) -> str:
    return (
        f"{subject}: {counts['inputs']:,} inputs, {counts['refused']:,} "
        f"refused, {counts['succeeded']:,} succeeded, "
        f"{counts['failures']:,} failures"
    )
