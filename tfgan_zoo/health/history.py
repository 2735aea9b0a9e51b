"""The signals of a training so far, by name."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

NON_FINITE = "non_finite"


class History:
    """Values of signals over the steps.

    Attributes:
        step: of the newest record.
        non_finite: names of signals that were NaN or infinite in it.
    """

    def __init__(self) -> None:
        self._points: dict[str, list[tuple[int, float]]] = defaultdict(list)
        self.step = 0
        self.non_finite: tuple[str, ...] = ()

    def add(self, record: Mapping[str, Any]) -> None:
        """Adds a record: `step`, and any signals.

        What is no number, such as None, is passed over; a value that is not
        finite is no point of its signal, and named by `non_finite`.
        """
        self.step = int(record["step"])
        bad = []
        for name, value in record.items():
            if name == "step" or not isinstance(value, (int, float)):
                continue
            if math.isfinite(value):
                self._points[name].append((self.step, float(value)))
            else:
                bad.append(name)
        self.non_finite = tuple(bad)

    def names(self) -> list[str]:
        """Returns the names of the signals there are, sorted."""
        return sorted(name for name, points in self._points.items() if points)

    def has(self, *names: str) -> bool:
        """Whether there is a value of each of these signals."""
        return all(self._points.get(name) for name in names)

    def count(self, name: str) -> int:
        """Returns how many values of a signal there are."""
        return len(self._points.get(name, ()))

    def points(self, name: str) -> list[tuple[int, float]]:
        """Returns (step, value) of a signal, in the order of the steps."""
        return self._points.get(name, [])

    def values(self, name: str, last: int | None = None) -> list[float]:
        """Returns the newest values of a signal, oldest first."""
        points = self._points.get(name, [])
        chosen = points if last is None else points[-last:]
        return [value for _, value in chosen]

    def last(self, name: str) -> float:
        """Returns the newest value of a signal that there is."""
        return self._points[name][-1][1]

    def recent(self, name: str, count: int = 3) -> float:
        """Returns the median of the newest values of a signal."""
        return statistics.median(self.values(name, count))
