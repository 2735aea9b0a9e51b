"""From the lines of metrics.jsonl to points, a series for each name."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tfgan_zoo.evaluation import metrics
from tfgan_zoo.health import logs
from tfgan_zoo.health.signals import SIGNALS

Point = tuple[int, float]

# An evaluation may have a value that an examination has by the same name.
EVALUATED = "evaluation/"
_OF_EVALUATIONS = "evaluation_seconds"
# Beyond them the difference of two values may not be a number any more.
_LARGEST, _SMALLEST = 1e300, 1e-300
# Of more points only the extremes of so many columns are kept, which are finer
# than those of any plot.
_MOST_POINTS, _COLUMNS = 100_000, 9600
# A longer name is none of a signal's.
_LONGEST_NAME = 100


def readable(lines: Iterable[Any]) -> list[dict[str, Any]]:
    """Returns the lines that are records: objects with a whole `step`."""
    return [line for line in lines if logs.whole_step(line) is not None]


class Series:
    """Points (step, value) by name, in the order of the steps.

    Values may be NaN or infinite; what is no number has no point.

    Args:
        records: each with `step` and any values.
    """

    def __init__(self, records: Sequence[Mapping[str, Any]]) -> None:
        points_by_name: dict[str, list[Point]] = defaultdict(list)
        better = metrics.better()
        for record in records:
            step = int(record["step"])
            for name, value in record.items():
                if name == "step" or not _is_number(value):
                    continue
                if len(name) > _LONGEST_NAME:
                    continue
                is_score = name in better and (
                    _OF_EVALUATIONS in record or name not in SIGNALS
                )
                key = f"{EVALUATED}{name}" if is_score else name
                points_by_name[key].append((step, _plotted(float(value))))
        self._points = {
            name: _bounded(sorted(points, key=_step))
            for name, points in points_by_name.items()
        }

    def names(self) -> list[str]:
        """Returns the names, in the order in which they came."""
        return list(self._points)

    def points(self, name: str) -> list[Point]:
        """Returns a name's points, those of an evaluation if it has no own."""
        points = self._points.get(name)
        return points or self._points.get(f"{EVALUATED}{name}", [])

    def finite(self, name: str) -> list[Point]:
        """Returns the points whose value is finite."""
        return [point for point in self.points(name) if math.isfinite(point[1])]

    def steps(self) -> tuple[int, int]:
        """Returns the first step and the last; 0 and 0 of nothing."""
        ends = [
            points[place][0]
            for points in self._points.values()
            for place in (0, -1)
        ]
        return (min(ends), max(ends)) if ends else (0, 0)


def thinned(points: Sequence[Point], columns: int) -> list[Point]:
    """Returns the lowest and the highest point of each column of steps.

    A plot of them looks like one of all, down to the single spike.

    Args:
        points: in the order of their steps, all of them finite.
        columns: of equal width, over the steps.
    """
    if len(points) <= 2 * columns:
        return list(points)
    first, last = points[0][0], points[-1][0]
    width = max(last - first, 1) / columns
    cells: dict[int, list[Point]] = defaultdict(list)
    for point in points:
        cells[int((point[0] - first) / width)].append(point)
    thinned_points = [points[0]]
    for cell in cells.values():
        ends = {min(cell, key=_value), max(cell, key=_value)}
        thinned_points += sorted(ends - {points[0], points[-1]})
    return [*thinned_points, points[-1]]


def _bounded(points: list[Point]) -> list[Point]:
    """Thins the points of a very long log."""
    if len(points) <= _MOST_POINTS:
        return points
    finite = [point for point in points if math.isfinite(point[1])]
    others = [point for point in points if not math.isfinite(point[1])]
    thinned_points = thinned(finite, _COLUMNS)
    thinned_points += others[:: len(others) // _COLUMNS + 1]
    return sorted(thinned_points, key=_step)


def _step(point: Point) -> int:
    return point[0]


def _plotted(value: float) -> float:
    if not math.isfinite(value):
        return value
    value = max(-_LARGEST, min(_LARGEST, value))
    return value if abs(value) >= _SMALLEST else 0.0


def _value(point: Point) -> float:
    return point[1]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
