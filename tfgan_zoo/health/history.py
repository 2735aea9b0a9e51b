"""The signals of a training so far, by name.

Rules ask for the extremes of a whole signal after every record, so these are
kept up to date: a log of a million lines is read in time that grows with its
length alone.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping, Sequence
from typing import Any

from tfgan_zoo.health.signals import CLASS_SHARE

NON_FINITE = "non_finite"
# Values that the median of a signal's newest ones is of.
WINDOW = 3


class _Signal:
    """The finite values of one signal, and what is known of all of them.

    Attributes:
        steps: int64 [N].
        values: float64 [N].
    """

    __slots__ = (
        "_highest",
        "_lowest_median",
        "_medians",
        "low",
        "steps",
        "values",
    )

    def __init__(self) -> None:
        self.steps = array("q")
        self.values = array("d")
        self.low = math.inf
        self._highest: array[float] | None = None  # of the values up to each
        self._lowest_median = math.inf
        self._medians = 0  # how many values it is of

    def add(self, step: int, value: float) -> None:
        self.steps.append(step)
        self.values.append(value)
        self.low = min(self.low, value)

    def high(self, before: int) -> float:
        if self._highest is None:
            self._highest = array("d")
        highest, values = self._highest, self.values
        for index in range(len(highest), len(values)):
            value = values[index]
            highest.append(max(value, highest[-1]) if index else value)
        return highest[-1 - before]

    def lowest_median(self) -> float:
        for end in range(self._medians + 1, len(self.values) + 1):
            newest = median(self.values[max(end - WINDOW, 0) : end])
            self._lowest_median = min(self._lowest_median, newest)
        self._medians = len(self.values)
        return self._lowest_median


class History:
    """Values of signals over the steps.

    Attributes:
        step: of the newest record.
        non_finite: names of signals that were NaN or infinite in it.
        classes: how many signals are shares of classes.
    """

    def __init__(self) -> None:
        self._signals: dict[str, _Signal] = {}
        self.step = 0
        self.non_finite: tuple[str, ...] = ()
        self.classes = 0

    def add(self, record: Mapping[str, Any]) -> None:
        """Adds a record: `step`, and any signals.

        What is no number, such as None, is skipped; a value that is not
        finite is no point of its signal, and named by `non_finite`.
        """
        self.step = int(record["step"])
        bad = []
        for name, value in record.items():
            if name == "step" or not isinstance(value, (int, float)):
                continue
            if not math.isfinite(value):
                bad.append(name)
                continue
            signal = self._signals.get(name)
            if signal is None:
                signal = self._signals[name] = _Signal()
                self.classes += name.startswith(CLASS_SHARE)
            signal.add(self.step, value)
        self.non_finite = tuple(bad)

    def names(self) -> list[str]:
        """Returns the names of the signals there are, sorted."""
        return sorted(self._signals)

    def has(self, *names: str) -> bool:
        """Whether there is a value of each of these signals."""
        # Asked so often that `all` takes too long.
        for name in names:  # noqa: SIM110
            if name not in self._signals:
                return False
        return True

    def count(self, name: str) -> int:
        """Returns how many values of a signal there are."""
        signal = self._signals.get(name)
        return len(signal.values) if signal else 0

    def points(self, name: str) -> list[tuple[int, float]]:
        """Returns (step, value) of a signal, in the order of the steps."""
        signal = self._signals.get(name)
        return list(zip(signal.steps, signal.values)) if signal else []

    def values(
        self, name: str, last: int | None = None, *, before: int = 0
    ) -> Sequence[float]:
        """Returns the newest values of a signal, oldest first.

        Args:
            name: of the signal; there may be none.
            last: how many, at most; None is all.
            before: as many of the newest are left out.
        """
        signal = self._signals.get(name)
        if signal is None:
            return []
        end = len(signal.values) - before
        start = 0 if last is None else max(end - last, 0)
        return signal.values[start:end]

    def first(self, name: str, count: int) -> Sequence[float]:
        """Returns the oldest values of a signal."""
        return self._signals[name].values[:count]

    def last(self, name: str) -> float:
        """Returns the newest value of a signal that there is."""
        return self._signals[name].values[-1]

    def last_step(self, name: str) -> int:
        """Returns the step of the newest value of a signal that there is."""
        return self._signals[name].steps[-1]

    def lowest(self, name: str) -> float:
        """Returns the smallest value of a signal that there is."""
        return self._signals[name].low

    def highest(self, name: str, *, before: int = 0) -> float:
        """Returns the largest value of a signal.

        Args:
            name: of a signal that has more than `before` values.
            before: as many of the newest are left out.
        """
        return self._signals[name].high(before)

    def lowest_median(self, name: str) -> float:
        """Returns the smallest that `recent` of a signal has ever been."""
        return self._signals[name].lowest_median()

    def recent(self, name: str, count: int = WINDOW) -> float:
        """Returns the median of the newest values of a signal."""
        return median(self.values(name, count))


def median(values: Sequence[float]) -> float:
    """Returns the median of one value or more.

    `statistics.median` takes ten times as long for so few.
    """
    rows = sorted(values)
    middle = len(rows) // 2
    if len(rows) % 2:
        return rows[middle]
    return (rows[middle - 1] + rows[middle]) / 2
